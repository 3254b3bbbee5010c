//! Primitives whose usual case is an operation or two.
//!
//! The fast path stands behind tests that rule out every case in which the primitive
//! would fail or do something else; otherwise the primitive itself is called, so nobody
//! can tell, errors included. Tests whose outcome is known vanish later.

use super::Convert;
use crate::flow::{Arg, BlockId, Term};
use termite_abi::PrimInfo;
use termite_ir::Op;
use termite_syntax::Span;

/// How the fast path computes.
type Fast = fn(&mut Convert<'_>, &[Arg], Span) -> Arg;

/// What each argument must be for the fast path, the fast path, and the type that its
/// result must have.
struct Guarded {
    test: Op,
    fast: Fast,
    result: Option<Op>,
}

macro_rules! binary {
    ($op:ident) => {
        |this, args, span| this.simple(Op::$op, args, span)
    };
    ($op:ident $constant:literal) => {
        |this, args, span| this.simple(Op::$op, &[args[0], Arg::Fixnum($constant)], span)
    };
}

macro_rules! compare_chars {
    ($op:ident) => {
        |this, args, span| {
            let codes = [0, 1].map(|i| this.simple(Op::CharToInteger, &[args[i]], span));
            this.simple(Op::$op, &codes, span)
        }
    };
}

fn guarded(name: &str, count: usize) -> Option<Guarded> {
    let fixnums = |fast: Fast| {
        Some(Guarded {
            test: Op::IsFixnum,
            fast,
            result: None,
        })
    };
    let fixnum_result = |fast: Fast| {
        Some(Guarded {
            test: Op::IsFixnum,
            fast,
            result: Some(Op::IsFixnum),
        })
    };
    let chars = |fast: Fast| {
        Some(Guarded {
            test: Op::IsChar,
            fast,
            result: None,
        })
    };
    match (name, count) {
        ("-", 1) => {
            fixnums(|this, args, span| this.simple(Op::Sub, &[Arg::Fixnum(0), args[0]], span))
        }
        ("zero?" | "fxzero?", 1) => fixnums(binary!(Eq 0)),
        ("positive?" | "fxpositive?", 1) => fixnums(binary!(Gt 0)),
        ("negative?" | "fxnegative?", 1) => fixnums(binary!(Lt 0)),
        ("exact-nonnegative-integer?", 1) => fixnums(binary!(Ge 0)),
        ("even?" | "fxeven?", 1) => fixnums(|this, args, span| this.low_bit_is(0, args[0], span)),
        ("odd?" | "fxodd?", 1) => fixnums(|this, args, span| this.low_bit_is(1, args[0], span)),
        ("1+", 1) => fixnums(binary!(Add 1)),
        ("-1+" | "1-", 1) => fixnums(binary!(Sub 1)),
        ("square", 1) => {
            fixnums(|this, args, span| this.simple(Op::Mul, &[args[0], args[0]], span))
        }
        ("abs", 1) => fixnums(|this, args, span| {
            let negative = this.simple(Op::Lt, &[args[0], Arg::Fixnum(0)], span);
            let negated = this.simple(Op::Sub, &[Arg::Fixnum(0), args[0]], span);
            this.choose(negative, negated, args[0])
        }),
        (
            "exact?" | "integer?" | "exact-integer?" | "exact-rational?" | "number?" | "rational?"
            | "real?" | "complex?",
            1,
        ) => fixnums(|_, _, _| Arg::TRUE),
        ("inexact?" | "nan?", 1) => fixnums(|_, _, _| Arg::FALSE),
        ("min", 2) => fixnums(|this, args, span| {
            let less = this.simple(Op::Lt, args, span);
            this.choose(less, args[0], args[1])
        }),
        ("max", 2) => fixnums(|this, args, span| {
            let less = this.simple(Op::Lt, args, span);
            this.choose(less, args[1], args[0])
        }),
        ("fx=", 2) => fixnums(binary!(Eq)),
        ("fx<", 2) => fixnums(binary!(Lt)),
        ("fx>", 2) => fixnums(binary!(Gt)),
        ("fx<=", 2) => fixnums(binary!(Le)),
        ("fx>=", 2) => fixnums(binary!(Ge)),
        ("fxand", 2) => fixnums(binary!(BitAnd)),
        ("fxior", 2) => fixnums(binary!(BitOr)),
        ("fxxor", 2) => fixnums(binary!(BitXor)),
        ("fx+", 2) => fixnum_result(binary!(Add)),
        ("fx-", 2) => fixnum_result(binary!(Sub)),
        ("fx*", 2) => fixnum_result(binary!(Mul)),
        ("char=?", 2) => chars(binary!(Eq)),
        ("char<?", 2) => chars(compare_chars!(Lt)),
        ("char>?", 2) => chars(compare_chars!(Gt)),
        ("char<=?", 2) => chars(compare_chars!(Le)),
        ("char>=?", 2) => chars(compare_chars!(Ge)),
        ("symbol=?", 2) => Some(Guarded {
            test: Op::IsSymbol,
            fast: binary!(Eq),
            result: None,
        }),
        ("boolean=?", 2) => Some(Guarded {
            test: Op::IsBoolean,
            fast: binary!(Eq),
            result: None,
        }),
        _ => None,
    }
}

impl Convert<'_> {
    /// The value, or `None` when the primitive has no fast path.
    pub(super) fn guard(&mut self, info: &PrimInfo, args: &[Arg], span: Span) -> Option<Arg> {
        let Guarded { test, fast, result } = guarded(info.name, args.len())?;
        let slow = self.block(Vec::new());
        for (i, &arg) in args.iter().enumerate() {
            if !args[..i].contains(&arg) {
                self.require(test, arg, slow, span);
            }
        }
        let value = fast(self, args, span);
        if let Some(test) = result {
            self.require(test, value, slow, span);
        }
        Some(self.or_primitive(value, slow, info, args, span))
    }

    /// `cadr` and its like: each step behind a test for a pair. The primitive itself
    /// fails when one is no pair, and its message names it and the whole argument.
    pub(super) fn selector(&mut self, info: &PrimInfo, x: Arg, span: Span) -> Option<Arg> {
        let path = info.name.strip_prefix('c')?.strip_suffix('r')?;
        if !(2..=4).contains(&path.len()) || !path.bytes().all(|b| matches!(b, b'a' | b'd')) {
            return None;
        }
        let slow = self.block(Vec::new());
        let mut at = x;
        for step in path.bytes().rev() {
            self.require(Op::IsPair, at, slow, span);
            at = self.simple(if step == b'a' { Op::Car } else { Op::Cdr }, &[at], span);
        }
        Some(self.or_primitive(at, slow, info, &[x], span))
    }

    /// Goes on only if the test holds, else at `slow`.
    fn require(&mut self, test: Op, arg: Arg, slow: BlockId, span: Span) {
        let cond = self.simple(test, &[arg], span);
        let next = self.block(Vec::new());
        self.finish(Term::Branch {
            cond,
            then: next,
            or_else: slow,
        });
        self.switch(next);
    }

    /// The value made here, or that of the primitive, which is called at `slow`.
    fn or_primitive(
        &mut self,
        value: Arg,
        slow: BlockId,
        info: &PrimInfo,
        args: &[Arg],
        span: Span,
    ) -> Arg {
        let (join, result) = self.join();
        self.goto(join, vec![value]);
        self.switch(slow);
        let other = self.primitive(info, args.to_vec(), span);
        self.goto(join, vec![other]);
        self.switch(join);
        Arg::Var(result)
    }

    fn choose(&mut self, cond: Arg, yes: Arg, no: Arg) -> Arg {
        let (join, value) = self.join();
        let (then, or_else) = self.split(cond);
        self.switch(then);
        self.goto(join, vec![yes]);
        self.switch(or_else);
        self.goto(join, vec![no]);
        self.switch(join);
        Arg::Var(value)
    }

    fn low_bit_is(&mut self, bit: i64, x: Arg, span: Span) -> Arg {
        let low = self.simple(Op::BitAnd, &[x, Arg::Fixnum(1)], span);
        self.simple(Op::Eq, &[low, Arg::Fixnum(bit)], span)
    }
}
