//! Addition, subtraction, multiplication, division (R7RS 6.2.6).
//!
//! Operands that are both fixnums or both flonums are handled at once; the rest goes
//! through [`Num`].

use super::value::{self, Num, Real, encode_i64, encode_i128, is_number};
use super::{bignum, fraction, ratio};
use crate::args::{check_room, wrong};
use crate::table::primitives;
use std::cmp::Ordering;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap, bignum_limbs, flonum_value};
use termite_vm::{Cx, Outcome, PrimError, Raise};

primitives! {
    /// `(+ z ...)` is the sum.
    "+" (0..) Alloc => |cx, args| fold(cx, args, Value::fixnum(0), add);
    /// `(- z1 z2 ...)` subtracts the others from `z1`; `(- z)` negates.
    "-" (1..) Alloc => subtract;
    /// `(* z ...)` is the product.
    "*" (0..) Alloc => |cx, args| fold(cx, args, Value::fixnum(1), multiply);
    /// `(/ z1 z2 ...)` divides `z1` by the others; `(/ z)` is the reciprocal.
    "/" (1..) Alloc => |cx, args| match args {
        [z] => divide(cx.heap(), Value::fixnum(1), *z, 0),
        _ => fold(cx, args, Value::fixnum(1), divide),
    };
    /// `(abs x)` is the absolute value.
    "abs" (1) Alloc => |cx, args| match args[0] {
        n if n.is_fixnum() => Ok(encode_i64(cx.heap(), n.as_fixnum().abs())),
        x if x.is_flonum() => Ok(cx.heap().flonum(flonum_value(x).abs())),
        _ => value::real(args, 0)?.abs().encode(cx.heap()),
    };
    /// `(square z)` is `(* z z)`.
    "square" (1) Alloc => |cx, args| multiply(cx.heap(), args[0], args[0], 0);
    /// `(max x1 x2 ...)` is the largest, inexact when any of them is.
    "max" (1..) Alloc => |cx, args| extreme(cx, args, Ordering::Greater);
    /// `(min x1 x2 ...)` is the smallest, inexact when any of them is.
    "min" (1..) Alloc => |cx, args| extreme(cx, args, Ordering::Less);
}

/// An operation on two numbers; the last argument is the position of the second operand
/// among the primitive's arguments, from 0.
type Binary = fn(&mut Heap, Value, Value, usize) -> Outcome;

fn fold(cx: &mut Cx<'_>, args: &[Value], unit: Value, operation: Binary) -> Outcome {
    match args {
        [] => Ok(unit),
        [z] if is_number(*z) => Ok(*z),
        [_] => Err(wrong(args, 0, "a number")),
        [first, rest @ ..] => {
            let numbered = rest.iter().enumerate();
            numbered
                .into_iter()
                .try_fold(*first, |z, (i, &next)| operation(cx.heap(), z, next, i + 1))
        }
    }
}

/// The operands of an operation that is neither on fixnums nor on flonums alone.
fn operands(a: Value, b: Value, at: usize) -> Result<(Num, Num), Raise> {
    let fault = |at: usize, v| PrimError::wrong_type(at + 1, "a number", v);
    let first = Num::decode(a).ok_or_else(|| fault(at.saturating_sub(1), a))?;
    let second = Num::decode(b).ok_or_else(|| fault(at, b))?;
    Ok((first, second))
}

/// A fixnum and a flonum, in either order, other than an exact zero as the second: that
/// one is no divisor.
fn mixed(a: Value, b: Value) -> Option<(f64, f64)> {
    if a.is_flonum() && b.is_fixnum() && b != Value::fixnum(0) {
        return Some((flonum_value(a), b.as_fixnum() as f64));
    }
    (a.is_fixnum() && b.is_flonum()).then(|| (a.as_fixnum() as f64, flonum_value(b)))
}

pub(crate) fn add(heap: &mut Heap, a: Value, b: Value, at: usize) -> Outcome {
    if a.is_fixnum() && b.is_fixnum() {
        return Ok(encode_i64(heap, a.as_fixnum() + b.as_fixnum()));
    }
    if a.is_flonum() && b.is_flonum() {
        return Ok(heap.flonum(flonum_value(a) + flonum_value(b)));
    }
    if let Some((x, y)) = mixed(a, b) {
        return Ok(heap.flonum(x + y));
    }
    if let Some(sum) = ratio::add(heap, a, b).or_else(|| bignum::add(heap, a, b, false)) {
        return Ok(sum);
    }
    if let Some(done) = fraction::add(heap, a, b) {
        return done;
    }
    let (a, b) = operands(a, b, at)?;
    a.add(b).encode(heap)
}

fn minus(heap: &mut Heap, a: Value, b: Value, at: usize) -> Outcome {
    if a.is_fixnum() && b.is_fixnum() {
        return Ok(encode_i64(heap, a.as_fixnum() - b.as_fixnum()));
    }
    if a.is_flonum() && b.is_flonum() {
        return Ok(heap.flonum(flonum_value(a) - flonum_value(b)));
    }
    if let Some((x, y)) = mixed(a, b) {
        return Ok(heap.flonum(x - y));
    }
    if let Some(difference) = ratio::subtract(heap, a, b).or_else(|| bignum::add(heap, a, b, true))
    {
        return Ok(difference);
    }
    if let Some(done) = fraction::subtract(heap, a, b) {
        return done;
    }
    let (a, b) = operands(a, b, at)?;
    a.sub(b).encode(heap)
}

fn subtract(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    match args {
        // Not a subtraction from zero, which would lose the sign of 0.0.
        [_] => value::number(args, 0)?.neg().encode(cx.heap()),
        _ => fold(cx, args, Value::fixnum(0), minus),
    }
}

pub(crate) fn multiply(heap: &mut Heap, a: Value, b: Value, at: usize) -> Outcome {
    if a.is_fixnum() && b.is_fixnum() {
        return Ok(encode_i128(
            heap,
            i128::from(a.as_fixnum()) * i128::from(b.as_fixnum()),
        ));
    }
    if a.is_flonum() && b.is_flonum() {
        return Ok(heap.flonum(flonum_value(a) * flonum_value(b)));
    }
    if let Some((x, y)) = mixed(a, b) {
        return Ok(heap.flonum(x * y));
    }
    if let Some(product) = ratio::multiply(heap, a, b).or_else(|| bignum::multiply(heap, a, b)) {
        return Ok(product);
    }
    // Before the work, which takes seconds where there is no room for the result.
    check_room(heap, bignum_bytes(a) + bignum_bytes(b))?;
    if let Some(done) = fraction::multiply(heap, a, b) {
        return done;
    }
    let (a, b) = operands(a, b, at)?;
    a.mul(b).encode(heap)
}

/// Size of a bignum; nothing for other values.
fn bignum_bytes(v: Value) -> usize {
    if heap::is_kind(v, Kind::Bignum) {
        bignum_limbs(v).len() * 8
    } else {
        0
    }
}

fn divide(heap: &mut Heap, a: Value, b: Value, at: usize) -> Outcome {
    if a.is_flonum() && b.is_flonum() {
        return Ok(heap.flonum(flonum_value(a) / flonum_value(b)));
    }
    if let Some((x, y)) = mixed(a, b) {
        return Ok(heap.flonum(x / y));
    }
    if let Some(quotient) = ratio::divide(heap, a, b) {
        return Ok(quotient);
    }
    if let Some(done) = fraction::divide(heap, a, b) {
        return done;
    }
    let (a, b) = operands(a, b, at)?;
    a.div(b)?.encode(heap)
}

fn extreme(cx: &mut Cx<'_>, args: &[Value], wanted: Ordering) -> Outcome {
    if let [a, b] = *args
        && a.is_fixnum()
        && b.is_fixnum()
    {
        let first = a.as_fixnum().cmp(&b.as_fixnum()) == wanted;
        return Ok(if first { a } else { b });
    }
    let mut best = value::real(args, 0)?;
    let mut exact = best.is_exact();
    for i in 1..args.len() {
        let next = value::real(args, i)?;
        exact &= next.is_exact();
        best = match next.compare(&best) {
            Some(order) if order == wanted => next,
            Some(_) => best,
            None => Real::Flo(f64::NAN),
        };
    }
    if exact {
        best.encode(cx.heap())
    } else {
        Real::Flo(best.to_f64()).encode(cx.heap())
    }
}
