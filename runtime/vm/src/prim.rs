//! Primitives as the machine sees them: table entries, errors, and the shim between
//! compiled code and a safe Rust body.
//!
//! A primitive's author writes a safe function of a [`Cx`] and a slice of values; the
//! effect class decides which kind of function. `Plain` ones never collect, so the
//! values they hold stay put; `Block` ones run from the driver, with their arguments
//! as roots, and answer with a [`Flow`].
//!
//! Unsafe here: rebuilding the node and the argument slice from the raw pointers that
//! compiled code passes.

use crate::node::Node;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use termite_abi::{PrimFn, PrimInfo, Value, VmContext};
use termite_heap::Heap;

/// What a primitive works in.
pub struct Cx<'a> {
    pub node: &'a mut Node,
}

impl Cx<'_> {
    pub fn heap(&mut self) -> &mut Heap {
        &mut self.node.heap
    }
}

/// Kinds of errors, as `condition-kind` names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// `(error ...)` and errors that fit nothing below.
    Error,
    WrongType,
    Range,
    Arity,
    Unbound,
    NotProcedure,
    DivideByZero,
    Read,
    File,
    Syntax,
    HeapLimit,
    MailboxLimit,
    Internal,
    /// A value that cannot be part of a message.
    Unsendable,
}

impl ErrorKind {
    pub const fn name(self) -> &'static str {
        match self {
            ErrorKind::Error => "error",
            ErrorKind::WrongType => "wrong-type",
            ErrorKind::Range => "range",
            ErrorKind::Arity => "arity",
            ErrorKind::Unbound => "unbound-variable",
            ErrorKind::NotProcedure => "not-a-procedure",
            ErrorKind::DivideByZero => "divide-by-zero",
            ErrorKind::Read => "read",
            ErrorKind::File => "file",
            ErrorKind::Syntax => "syntax",
            ErrorKind::HeapLimit => "heap-limit",
            ErrorKind::MailboxLimit => "mailbox-limit",
            ErrorKind::Internal => "internal-error",
            ErrorKind::Unsendable => "unsendable",
        }
    }
}

/// An error raised by a primitive. It becomes a condition whose report is the message
/// followed by the irritants, written. `who` is filled in by the shim.
#[derive(Clone, Debug)]
pub struct PrimError {
    pub kind: ErrorKind,
    /// Name of the primitive, put before the message with a colon; `None` leaves the
    /// message as it is.
    pub who: Option<&'static str>,
    pub message: Cow<'static, str>,
    pub irritants: Vec<Value>,
    /// An object to be raised as it is, instead of a condition made of the above.
    pub payload: Option<Value>,
}

/// Boxed so that the results of primitives stay two words.
pub type Raise = Box<PrimError>;
pub type Outcome = Result<Value, Raise>;

impl PrimError {
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Raise {
        Box::new(PrimError {
            kind,
            who: None,
            message: message.into(),
            irritants: Vec::new(),
            payload: None,
        })
    }

    pub fn with(mut self: Box<Self>, irritant: Value) -> Raise {
        self.irritants.push(irritant);
        self
    }

    /// `car: argument 1 must be a pair, but is 5`; `arg` counts from 1, `expected` has
    /// its article.
    pub fn wrong_type(arg: usize, expected: &str, got: Value) -> Raise {
        PrimError::new(
            ErrorKind::WrongType,
            format!("argument {arg} must be {expected}, but is"),
        )
        .with(got)
    }

    /// `vector-ref: argument 2 must be an index below 3, but is 7`.
    pub fn range(arg: usize, expected: &str, got: Value) -> Raise {
        PrimError::new(
            ErrorKind::Range,
            format!("argument {arg} must be {expected}, but is"),
        )
        .with(got)
    }

    pub fn divide_by_zero() -> Raise {
        PrimError::new(ErrorKind::DivideByZero, "division by zero")
    }
}

/// The name by which errors and the manual know a primitive: without a leading `%`.
pub const fn public_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'%', _, ..] => name.split_at(1).1,
        _ => name,
    }
}

/// What a `Block` primitive answers.
pub enum Flow {
    /// Returns one value.
    Value(Value),
    /// Returns several values.
    Values(Vec<Value>),
    /// Goes on with a call of the procedure in tail position.
    Call(Value, Vec<Value>),
    /// Returns the values to that frame, in that dynamic environment.
    Throw { frame: Value, values: Vec<Value> },
    /// Waits for a message, a signal or other news, or until a deadline (0: none) of the
    /// node's clock: #t, or #f when the deadline has passed.
    Wait { deadline: u64 },
    /// Waits for the system. The primitive, which has taken nothing, is called again when
    /// [`Node::unblock`](crate::Node::unblock) says so.
    Block(crate::Cause),
    /// Gives the other processes a turn, then returns the value.
    Yield(Value),
    /// Ends the process.
    End(crate::process::Ending),
}

pub type BlockFn = fn(&mut Cx<'_>, &[Value]) -> Result<Flow, Raise>;

#[derive(Clone, Copy)]
pub enum PrimCode {
    Plain(PrimFn),
    Block(BlockFn),
}

/// One entry of the primitive table.
#[derive(Clone, Copy)]
pub struct Primitive {
    pub info: PrimInfo,
    pub code: PrimCode,
}

/// A plain primitive's body as a type, so that [`shim`] can be instantiated for it.
pub trait Body {
    const NAME: &'static str;
    fn call(cx: &mut Cx<'_>, args: &[Value]) -> Outcome;
}

/// The machine-level function of a plain primitive.
///
/// # Safety
/// `ctx` is the running context of a live node; `args` points to `n` values.
pub unsafe extern "C" fn shim<B: Body>(ctx: *mut VmContext, args: *const u64, n: usize) -> u64 {
    // SAFETY: by this function's contract `owner` is the node that `ctx` belongs to, and
    // nobody else holds a reference to it while code runs; `Value` is a transparent u64.
    let (node, args) = unsafe {
        let node = &mut *(*ctx).owner.cast::<Node>();
        (node, std::slice::from_raw_parts(args.cast::<Value>(), n))
    };
    let mut cx = Cx { node };
    let outcome = catch_unwind(AssertUnwindSafe(|| B::call(&mut cx, args)));
    match outcome {
        Ok(Ok(value)) => value.0,
        Ok(Err(mut error)) => {
            error.who.get_or_insert(B::NAME);
            cx.node.error = Some(error);
            Value::ERROR.0
        }
        Err(_) => {
            cx.node.error = Some(PrimError::new(
                ErrorKind::Internal,
                format!("{}: internal error (a bug in Termite)", B::NAME),
            ));
            Value::ERROR.0
        }
    }
}

impl Primitive {
    pub const fn plain<B: Body>(info: PrimInfo) -> Primitive {
        Primitive {
            info,
            code: PrimCode::Plain(shim::<B>),
        }
    }

    pub const fn block(info: PrimInfo, body: BlockFn) -> Primitive {
        Primitive {
            info,
            code: PrimCode::Block(body),
        }
    }
}
