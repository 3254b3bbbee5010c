//! Primitives that become several operations, or none.
//!
//! Only where nobody can tell, errors included.

use super::Convert;
use super::primitive::op_for;
use crate::flow::Arg;
use termite_abi::PrimInfo;
use termite_ir::{Immediate, Op};
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
            (
                "bitwise-and" | "bitwise-ior" | "bitwise-xor" | "fl+" | "fl-" | "fl*" | "fl/",
                [_, _, _, ..],
            ) => {
                let op = op_for(info.name, 2)?;
                Some(self.chain(op, args, span))
            }
            (
                "=" | "<" | ">" | "<=" | ">=" | "fl=" | "fl<" | "fl>" | "fl<=" | "fl>=",
                [_, _, _, ..],
            ) => {
                let op = op_for(info.name, 2)?;
                Some(self.ordered(op, args, span))
            }
            ("eqv?" | "equal?", &[a, b])
                if self.is_eq_comparable(a) || self.is_eq_comparable(b) =>
            {
                Some(self.test_eq(a, b, span))
            }
            ("list", _) if args.len() <= LIST_LIMIT => Some(self.list_of(args, Arg::NULL, span)),
            ("cons*" | "list*", [items @ .., last]) if args.len() <= LIST_LIMIT => {
                Some(self.list_of(items, *last, span))
            }
            ("void", _) => Some(Arg::VOID),
            ("eof-object", []) => Some(Arg::Imm(Immediate::Eof)),
            ("default-object", []) => Some(Arg::Imm(Immediate::Default)),
            (_, &[x]) => match self.guard(info, args, span) {
                None => self.selector(info, x, span),
                value => value,
            },
            _ => self.guard(info, args, span),
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
        let answers: Vec<Arg> = args
            .windows(2)
            .map(|pair| self.simple(op, pair, span))
            .collect();
        let (join, value) = self.join();
        let (last, others) = answers
            .split_last()
            .map_or((Arg::TRUE, &[][..]), |(l, o)| (*l, o));
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
}
