//! Fixnum arithmetic: every operand must be a fixnum, and so must the result.

use crate::args::fixnum;
use crate::table::primitives;
use termite_abi::Value;
use termite_vm::{ErrorKind, Outcome, PrimError, Raise};

primitives! {
    /// `(fx+ a b)` adds fixnums; a result that is no fixnum is an error.
    "fx+" (2) Pure => |_, args| binary(args, i64::checked_add);
    /// `(fx- a b)` subtracts fixnums, or negates one.
    "fx-" (1..=2) Pure => |_, args| match args {
        [_] => result(args, fixnum(args, 0)?.checked_neg()),
        _ => binary(args, i64::checked_sub),
    };
    /// `(fx* a b)` multiplies fixnums.
    "fx*" (2) Pure => |_, args| binary(args, i64::checked_mul);
    /// `(fxquotient a b)` is the truncated quotient of fixnums.
    "fxquotient" (2) Pure => |_, args| divide(args, |a, b| a / b);
    /// `(fxremainder a b)` is the remainder with the sign of `a`.
    "fxremainder" (2) Pure => |_, args| divide(args, |a, b| a % b);
    /// `(fxmodulo a b)` is the remainder with the sign of `b`.
    "fxmodulo" (2) Pure => |_, args| divide(args, |a, b| {
        let rest = a % b;
        if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
    });
    /// `(fx= a b ...)` compares fixnums.
    "fx=" (1..) Pure => |_, args| adjacent(args, |a, b| a == b);
    /// `(fx< a b ...)` compares fixnums.
    "fx<" (1..) Pure => |_, args| adjacent(args, |a, b| a < b);
    /// `(fx> a b ...)` compares fixnums.
    "fx>" (1..) Pure => |_, args| adjacent(args, |a, b| a > b);
    /// `(fx<= a b ...)` compares fixnums.
    "fx<=" (1..) Pure => |_, args| adjacent(args, |a, b| a <= b);
    /// `(fx>= a b ...)` compares fixnums.
    "fx>=" (1..) Pure => |_, args| adjacent(args, |a, b| a >= b);
    /// `(fxmax a ...)` is the largest.
    "fxmax" (1..) Pure => |_, args| fold(args, i64::MIN, i64::max);
    /// `(fxmin a ...)` is the smallest.
    "fxmin" (1..) Pure => |_, args| fold(args, i64::MAX, i64::min);
    /// `(fxand a ...)` combines bits.
    "fxand" (0..) Pure => |_, args| fold(args, -1, |a, b| a & b);
    /// `(fxior a ...)` combines bits.
    "fxior" (0..) Pure => |_, args| fold(args, 0, |a, b| a | b);
    /// `(fxxor a ...)` combines bits.
    "fxxor" (0..) Pure => |_, args| fold(args, 0, |a, b| a ^ b);
    /// `(fxnot a)` inverts the bits.
    "fxnot" (1) Pure => |_, args| Ok(Value::fixnum(!fixnum(args, 0)?));
    /// `(fxarithmetic-shift a count)` shifts to the left, or right when negative.
    "fxarithmetic-shift" (2) Pure => |_, args| binary(args, |n, count| match u32::try_from(count) {
        Ok(places) => (places < 64).then(|| i128::from(n) << places).and_then(|n| n.try_into().ok()),
        Err(_) => Some(n >> count.unsigned_abs().min(63)),
    });
    /// `(fxzero? a)` is whether the fixnum is zero.
    "fxzero?" (1) Pure => |_, args| Ok(Value::bool(fixnum(args, 0)? == 0));
    /// `(fxpositive? a)` is whether the fixnum is above zero.
    "fxpositive?" (1) Pure => |_, args| Ok(Value::bool(fixnum(args, 0)? > 0));
    /// `(fxnegative? a)` is whether the fixnum is below zero.
    "fxnegative?" (1) Pure => |_, args| Ok(Value::bool(fixnum(args, 0)? < 0));
    /// `(fxodd? a)` is whether the fixnum is odd.
    "fxodd?" (1) Pure => |_, args| Ok(Value::bool(fixnum(args, 0)? & 1 == 1));
    /// `(fxeven? a)` is whether the fixnum is even.
    "fxeven?" (1) Pure => |_, args| Ok(Value::bool(fixnum(args, 0)? & 1 == 0));
}

fn binary(args: &[Value], operation: fn(i64, i64) -> Option<i64>) -> Outcome {
    let (a, b) = (fixnum(args, 0)?, fixnum(args, 1)?);
    result(args, operation(a, b))
}

/// Raises when there is no result, or one that is no fixnum.
fn result(args: &[Value], n: Option<i64>) -> Outcome {
    n.and_then(Value::try_fixnum).ok_or_else(|| overflow(args))
}

fn overflow(args: &[Value]) -> Raise {
    let error = PrimError::new(ErrorKind::Range, "the result is no fixnum");
    args.iter().fold(error, |error, &v| error.with(v))
}

fn divide(args: &[Value], operation: fn(i64, i64) -> i64) -> Outcome {
    let (a, b) = (fixnum(args, 0)?, fixnum(args, 1)?);
    if b == 0 {
        return Err(PrimError::divide_by_zero());
    }
    result(args, Some(operation(a, b)))
}

fn fold(args: &[Value], unit: i64, operation: fn(i64, i64) -> i64) -> Outcome {
    let mut n = unit;
    for i in 0..args.len() {
        n = operation(n, fixnum(args, i)?);
    }
    Ok(Value::fixnum(n))
}

/// Whether each two adjacent arguments stand in a relation.
fn adjacent(args: &[Value], relation: fn(i64, i64) -> bool) -> Outcome {
    let (mut previous, mut holds) = (fixnum(args, 0)?, true);
    for i in 1..args.len() {
        let next = fixnum(args, i)?;
        holds &= relation(previous, next);
        previous = next;
    }
    Ok(Value::bool(holds))
}
