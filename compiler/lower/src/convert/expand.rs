//! Primitives that become several operations.
//!
//! Only where nobody can tell, errors included: a fast path stands behind a test that
//! rules out every case in which the primitive would fail or do something else, and the
//! primitive itself is called otherwise.

use super::Convert;
use super::primitive::op_for;
use crate::flow::Arg;
use termite_abi::PrimInfo;
use termite_ir::Op;
use termite_syntax::Span;

/// Longest `list` that is made inline.
const LIST_LIMIT: usize = 12;

impl Convert<'_> {
    /// The value, or `None` when the primitive is to be called as it is.
    pub(super) fn expand(&mut self, info: &PrimInfo, args: &[Arg], span: Span) -> Option<Arg> {
        match (info.name, args) {
            ("+" | "*", []) => Some(Arg::Fixnum(i64::from(info.name == "*"))),
            ("+" | "-" | "*" | "/", [_, _, _, ..]) => {
                let op = op_for(info.name, 2)?;
                Some(self.chain(op, args, span))
            }
            ("bitwise-and" | "bitwise-ior" | "bitwise-xor", [_, _, _, ..]) => {
                let op = op_for(info.name, 2)?;
                Some(self.chain(op, args, span))
            }
            ("=" | "<" | ">" | "<=" | ">=", [_, _, _, ..]) => {
                let op = op_for(info.name, 2)?;
                Some(self.ordered(op, args, span))
            }
            ("eqv?" | "equal?", &[a, b]) if self.is_eq_comparable(a) || self.is_eq_comparable(b) => Some(self.test_eq(a, b, span)),
            ("list", _) if args.len() <= LIST_LIMIT => Some(self.list_of(args, Arg::NULL, span)),
            ("cons*" | "list*", [items @ .., last]) if args.len() <= LIST_LIMIT => Some(self.list_of(items, *last, span)),
            (name, &[x]) => self.expand_unary(name, info, x, span),
            _ => None,
        }
    }

    /// From left to right, two at a time.
    fn chain(&mut self, op: Op, args: &[Arg], span: Span) -> Arg {
        let mut args = args.iter().copied();
        let first = args.next().unwrap_or(Arg::VOID);
        args.fold(first, |sum, arg| self.simple(op, &[sum, arg], span))
    }

    /// Compares all neighbours, for a wrong type is an error also where the answer is
    /// known; then asks for all answers.
    fn ordered(&mut self, op: Op, args: &[Arg], span: Span) -> Arg {
        let answers: Vec<Arg> = args.windows(2).map(|pair| self.simple(op, pair, span)).collect();
        let (join, value) = self.join();
        let (last, others) = answers.split_last().map_or((Arg::TRUE, &[][..]), |(l, o)| (*l, o));
        for &answer in others {
            let (next, no) = self.split(answer);
            self.switch(no);
            self.goto(join, vec![Arg::FALSE]);
            self.switch(next);
        }
        self.goto(join, vec![last]);
        self.switch(join);
        Arg::Var(value)
    }

    fn expand_unary(&mut self, name: &str, info: &PrimInfo, x: Arg, span: Span) -> Option<Arg> {
        let fixnum: fn(&mut Self, Arg, Span) -> Arg = match name {
            "-" => |this, x, span| this.simple(Op::Sub, &[Arg::Fixnum(0), x], span),
            "zero?" => |this, x, span| this.simple(Op::Eq, &[x, Arg::Fixnum(0)], span),
            "positive?" => |this, x, span| this.simple(Op::Gt, &[x, Arg::Fixnum(0)], span),
            "negative?" => |this, x, span| this.simple(Op::Lt, &[x, Arg::Fixnum(0)], span),
            "even?" => |this, x, span| this.low_bit_is(0, x, span),
            "odd?" => |this, x, span| this.low_bit_is(1, x, span),
            "1+" => |this, x, span| this.simple(Op::Add, &[x, Arg::Fixnum(1)], span),
            "-1+" | "1-" => |this, x, span| this.simple(Op::Sub, &[x, Arg::Fixnum(1)], span),
            "square" => |this, x, span| this.simple(Op::Mul, &[x, x], span),
            "exact?" | "integer?" | "exact-integer?" | "number?" | "rational?" | "real?" | "complex?" => |_, _, _| Arg::TRUE,
            "inexact?" | "nan?" => |_, _, _| Arg::FALSE,
            _ => return self.selector(name, info, x, span),
        };
        let is_fixnum = self.simple(Op::IsFixnum, &[x], span);
        let (join, value) = self.join();
        let (yes, no) = self.split(is_fixnum);
        self.switch(yes);
        let fast = fixnum(self, x, span);
        self.goto(join, vec![fast]);
        self.switch(no);
        let slow = self.primitive(info, vec![x], span);
        self.goto(join, vec![slow]);
        self.switch(join);
        Some(Arg::Var(value))
    }

    fn low_bit_is(&mut self, bit: i64, x: Arg, span: Span) -> Arg {
        let low = self.simple(Op::BitAnd, &[x, Arg::Fixnum(1)], span);
        self.simple(Op::Eq, &[low, Arg::Fixnum(bit)], span)
    }

    /// `cadr` and its like: each step behind a test for a pair; the primitive itself
    /// fails when one is no pair, and its message names it and the whole argument.
    fn selector(&mut self, name: &str, info: &PrimInfo, x: Arg, span: Span) -> Option<Arg> {
        let path = name.strip_prefix('c')?.strip_suffix('r')?;
        if !(2..=4).contains(&path.len()) || !path.bytes().all(|b| matches!(b, b'a' | b'd')) {
            return None;
        }
        let (join, value) = self.join();
        let fail = self.block(Vec::new());
        let mut at = x;
        for step in path.bytes().rev() {
            let cond = self.simple(Op::IsPair, &[at], span);
            let next = self.block(Vec::new());
            self.finish(crate::flow::Term::Branch { cond, then: next, or_else: fail });
            self.switch(next);
            at = self.simple(if step == b'a' { Op::Car } else { Op::Cdr }, &[at], span);
        }
        self.goto(join, vec![at]);
        self.switch(fail);
        let never = self.primitive(info, vec![x], span);
        self.goto(join, vec![never]);
        self.switch(join);
        Some(Arg::Var(value))
    }
}
