//! The primitives that are part of the machine: control, errors, evaluation, processes.
//! Everything else is in `stdlib`.

use crate::prim::{Body, Cx, ErrorKind, Flow, Outcome, PrimError, Primitive, Raise};
use crate::process::Exit;
use crate::report;
use termite_abi::{Arity, Effect, Kind, PrimInfo, Value};
use termite_heap::{cdr, fields, is_kind, list_elements};

macro_rules! block {
    ($name:literal, $arity:expr, $body:expr, $doc:literal) => {
        Primitive::block(
            PrimInfo {
                name: $name,
                arity: $arity,
                effect: Effect::Block,
                doc: $doc,
            },
            $body,
        )
    };
}

macro_rules! plain {
    ($name:literal, $type:ident, $arity:expr, $effect:ident, $body:expr, $doc:literal) => {{
        struct $type;
        impl Body for $type {
            const NAME: &'static str = $name;
            fn call(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
                let body: fn(&mut Cx<'_>, &[Value]) -> Outcome = $body;
                body(cx, args)
            }
        }
        Primitive::plain::<$type>(PrimInfo {
            name: $name,
            arity: $arity,
            effect: Effect::$effect,
            doc: $doc,
        })
    }};
}

/// Number of arguments of the procedure that raises; see `Node::raise_hook`.
const HOOK_ARGS: usize = 5;

/// The machine's rows of the primitive table.
pub fn table() -> Vec<Primitive> {
    let mut rows = control();
    rows.extend(errors());
    rows.extend(evaluation());
    rows.extend(processes());
    rows
}

fn control() -> Vec<Primitive> {
    vec![
        block!(
            "apply",
            Arity::at_least(2),
            apply,
            "Calls the procedure with the arguments, the last one being a list of more (R7RS 6.10)."
        ),
        block!(
            "values",
            Arity::at_least(0),
            |_, args| Ok(Flow::Values(args.to_vec())),
            "Returns its arguments as values (R7RS 6.10)."
        ),
        block!(
            "%throw",
            Arity::at_least(1),
            throw,
            "Returns the values to a frame."
        ),
        block!(
            "%throw-list",
            Arity::exactly(2),
            throw_list,
            "Returns the values in a list to a frame."
        ),
        plain!(
            "%capture",
            Capture,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(Value(context(cx).k)),
            "The current continuation's frame. Compiled inline; as a value it is of no use."
        ),
        plain!(
            "%dynenv",
            DynEnv,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(Value(context(cx).dynenv)),
            "The dynamic environment."
        ),
        plain!(
            "%set-dynenv!",
            SetDynEnv,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                context(cx).dynenv = args[0].0;
                Ok(Value::VOID)
            },
            "Replaces the dynamic environment."
        ),
        plain!(
            "%set-base-dynenv!",
            SetBase,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                cx.node.base_dynenv = args[0];
                Ok(Value::VOID)
            },
            "Sets the dynamic environment that new processes start with."
        ),
        plain!(
            "procedure-name",
            ProcedureName,
            Arity::exactly(1),
            Alloc,
            |cx, args| {
                if !args[0].is_closure() {
                    return Err(PrimError::wrong_type(1, "a procedure", args[0]));
                }
                let name = cx.node.procedure_name(args[0]);
                Ok(if name.is_empty() {
                    Value::FALSE
                } else {
                    termite_heap::intern(&name)
                })
            },
            "The procedure's name as a symbol, or #f."
        ),
    ]
}

fn context<'a>(cx: &'a mut Cx<'_>) -> &'a mut termite_abi::VmContext {
    cx.node.context()
}

fn errors() -> Vec<Primitive> {
    vec![
        block!(
            "error",
            Arity::at_least(1),
            error,
            "Raises a condition with a message and irritants (R7RS 6.11)."
        ),
        block!(
            "raise",
            Arity::exactly(1),
            |_, args| {
                let mut e = PrimError::new(ErrorKind::Error, "");
                e.payload = Some(args[0]);
                Err(e)
            },
            "Raises an object (R7RS 6.11)."
        ),
        block!(
            "%uncaught",
            Arity::exactly(3),
            uncaught,
            "Reports an object that nothing handled and ends the process."
        ),
        plain!(
            "%set-raise-hook!",
            SetHook,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                // Raising calls it, so calling it must not raise.
                if !cx.node.is_code_for(args[0], HOOK_ARGS) {
                    return Err(PrimError::wrong_type(
                        1,
                        "a procedure of five arguments",
                        args[0],
                    ));
                }
                cx.node.raise_hook = args[0];
                Ok(Value::VOID)
            },
            "Sets the procedure that raises what primitives report."
        ),
        plain!(
            "%signal-wrong-type",
            SignalType,
            Arity::exactly(4),
            Leaf,
            |cx, args| { Err(signal(cx, args, ErrorKind::WrongType)) },
            "who, argument number, expectation, value: raises the wrong-type condition."
        ),
        plain!(
            "%signal-range",
            SignalRange,
            Arity::exactly(4),
            Leaf,
            |cx, args| { Err(signal(cx, args, ErrorKind::Range)) },
            "who, argument number, expectation, value: raises the range condition."
        ),
        plain!(
            "%signal-unbound",
            SignalUnbound,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                if !is_kind(args[0], Kind::Cell) {
                    return Err(PrimError::wrong_type(1, "a variable", args[0]));
                }
                cx.node.record_unbound(args[0]);
                Err(taken(cx))
            },
            "Raises the condition for a variable without value."
        ),
        plain!(
            "%signal-uninitialized",
            SignalUninitialized,
            Arity::between(0, 1),
            Leaf,
            |cx, _| {
                cx.node.record_uninitialized();
                Err(taken(cx))
            },
            "Raises the condition for a local variable read before its definition."
        ),
        plain!(
            "%signal-no-frame",
            SignalNoFrame,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                cx.node.record_no_frame(args[0]);
                Err(taken(cx))
            },
            "Raises the condition for a throw to something that is no frame."
        ),
    ]
}

fn taken(cx: &mut Cx<'_>) -> Raise {
    cx.node
        .error
        .take()
        .unwrap_or_else(|| PrimError::new(ErrorKind::Internal, "an error was lost"))
}

fn evaluation() -> Vec<Primitive> {
    vec![
        block!(
            "%compile",
            Arity::exactly(2),
            compile,
            "Compiles a datum for an environment: a list of procedures of no arguments, to be called in order; the last one gives the value."
        ),
        block!(
            "%compile-file",
            Arity::exactly(2),
            compile_file,
            "As `%compile`, for the forms of a file."
        ),
        block!(
            "%environment",
            Arity::exactly(1),
            environment,
            "The environment made by a list of import sets."
        ),
        block!(
            "%exit",
            Arity::exactly(1),
            exit,
            "Ends the OS process with an exit code."
        ),
        block!(
            "%gc",
            Arity::exactly(0),
            |cx, _| {
                let _ = cx.node.collect_with(&[]);
                Ok(Flow::Value(Value::VOID))
            },
            "Collects everything that is unreachable, now."
        ),
        plain!(
            "%gc-statistics",
            GcStatistics,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let s = cx.node.heap.stats();
                let n = |v: u64| Value::fixnum((v >> 4) as i64 * 16);
                let counts = [
                    Value::fixnum(s.minor_collections as i64),
                    Value::fixnum(s.full_collections as i64),
                    n(s.allocated),
                ];
                Ok(cx.heap().vector_from(&counts))
            },
            "Vector of minor collections, full collections, bytes allocated (in steps of 16)."
        ),
    ]
}

fn processes() -> Vec<Primitive> {
    vec![
        block!(
            "%spawn",
            Arity::exactly(1),
            |cx, args| {
                let pid = cx.node.spawn(args[0], &[]);
                Ok(Flow::Value(Value::fixnum(pid.0 as i64)))
            },
            "Starts a process that calls a procedure of no arguments; its number."
        ),
        block!(
            "%yield",
            Arity::exactly(0),
            |_, _| Ok(Flow::Yield(Value::VOID)),
            "Gives the other processes their turn."
        ),
    ]
}

fn apply(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let last = args[args.len() - 1];
    let mut call = args[1..args.len() - 1].to_vec();
    spread(&mut call, last, args.len())?;
    Ok(Flow::Call(args[0], call))
}

/// Appends the elements of a proper list, `arg` being its number in a message.
fn spread(onto: &mut Vec<Value>, list: Value, arg: usize) -> Result<(), Raise> {
    let mut rest = list;
    // A circular list ends in an error of its own: no call takes so many arguments.
    while rest.is_pair() && onto.len() <= termite_abi::MAX_ARGS {
        onto.push(termite_heap::car(rest));
        rest = cdr(rest);
    }
    if rest.is_pair() || rest == Value::NULL {
        return Ok(());
    }
    Err(PrimError::wrong_type(arg, "a list", list))
}

fn throw(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    throw_values(args[0], args[1..].to_vec())
}

fn throw_list(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let mut values = Vec::new();
    spread(&mut values, args[1], 2)?;
    throw_values(args[0], values)
}

fn throw_values(frame: Value, values: Vec<Value>) -> Result<Flow, Raise> {
    if !frame.is_frame() {
        return Err(PrimError::wrong_type(1, "a continuation", frame));
    }
    Ok(Flow::Throw { frame, values })
}

fn error(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let message = if is_kind(args[0], Kind::String) {
        termite_heap::string_to_rust(args[0])
    } else {
        report::written(cx.node, args[0])
    };
    let mut e = PrimError::new(ErrorKind::Error, message);
    e.who = Some("");
    e.irritants.extend_from_slice(&args[1..]);
    Err(e)
}

fn signal(cx: &mut Cx<'_>, args: &[Value], kind: ErrorKind) -> Raise {
    let who = report::displayed(cx.node, args[0]);
    let expected = report::displayed(cx.node, args[2]);
    let n = report::displayed(cx.node, args[1]);
    let mut e = PrimError::new(
        kind,
        format!("{who}: argument {n} must be {expected}, but is"),
    );
    e.who = Some("");
    e.irritants.push(args[3]);
    e
}

fn uncaught(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let report = report::uncaught(cx.node, args[0], args[1], args[2]);
    cx.node.flush_output();
    eprint!("{report}");
    Ok(Flow::Exit(Exit::Failed))
}

fn with_host(
    cx: &mut Cx<'_>,
    f: impl FnOnce(&mut dyn crate::host::Host, &mut crate::node::Node) -> Result<Value, Raise>,
) -> Result<Value, Raise> {
    let Some(mut host) = cx.node.host.take() else {
        return Err(PrimError::new(
            ErrorKind::Error,
            "there is no compiler in this program",
        ));
    };
    let result = f(host.as_mut(), cx.node);
    cx.node.host = Some(host);
    result
}

fn compile(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    Ok(Flow::Value(with_host(cx, |host, node| {
        host.compile(node, args[0], args[1])
    })?))
}

fn compile_file(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    if !is_kind(args[0], Kind::String) {
        return Err(PrimError::wrong_type(1, "a string", args[0]));
    }
    let path = termite_heap::string_to_rust(args[0]);
    Ok(Flow::Value(with_host(cx, |host, node| {
        host.compile_file(node, &path, args[1])
    })?))
}

fn environment(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    Ok(Flow::Value(with_host(cx, |host, node| {
        host.environment(node, args[0])
    })?))
}

/// R7RS 6.14: no argument or #t is success, #f failure, an integer itself.
fn exit(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let code = match args[0] {
        Value::FALSE => 1,
        v if v.is_fixnum() => (v.as_fixnum() & 0xff) as i32,
        _ => 0,
    };
    Ok(Flow::Exit(Exit::Code(code)))
}

/// The fields of a condition record made by the core library, if `v` looks like one.
pub(crate) fn condition_fields(v: Value) -> Option<Vec<Value>> {
    if !is_kind(v, Kind::Record) {
        return None;
    }
    let all: Vec<Value> = fields(v).collect();
    let name = termite_heap::field(*all.first()?, termite_abi::object::RTD_NAME as usize);
    let is_condition = termite_heap::symbols::is_symbol(name)
        && matches!(
            &*termite_heap::symbol_name(name),
            "condition" | "<condition>"
        );
    (is_condition && all.len() >= 6).then(|| all[1..].to_vec())
}

/// The elements of a list value, at most `most`.
pub(crate) fn some_elements(list: Value, most: usize) -> Vec<Value> {
    list_elements(list).take(most).collect()
}
