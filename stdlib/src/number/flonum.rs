//! Flonum arithmetic: every operand must be a flonum.

use crate::args::wrong;
use crate::table::primitives;
use termite_abi::Value;
use termite_heap::flonum_value;
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(fl+ x ...)` adds flonums.
    "fl+" (0..) Alloc => |cx, args| fold(cx, args, 0.0, |a, b| a + b);
    /// `(fl- x y ...)` subtracts flonums, or negates one.
    "fl-" (1..) Alloc => |cx, args| match args {
        [_] => map(cx, args, |x| -x),
        _ => fold(cx, args, 0.0, |a, b| a - b),
    };
    /// `(fl* x ...)` multiplies flonums.
    "fl*" (0..) Alloc => |cx, args| fold(cx, args, 1.0, |a, b| a * b);
    /// `(fl/ x y ...)` divides flonums; `(fl/ x)` is the reciprocal.
    "fl/" (1..) Alloc => |cx, args| match args {
        [_] => map(cx, args, f64::recip),
        _ => fold(cx, args, 1.0, |a, b| a / b),
    };
    /// `(flmax x ...)` is the largest flonum.
    "flmax" (1..) Alloc => |cx, args| fold(cx, args, 0.0, |a, b| if a.is_nan() || a > b { a } else { b });
    /// `(flmin x ...)` is the smallest flonum.
    "flmin" (1..) Alloc => |cx, args| fold(cx, args, 0.0, |a, b| if a.is_nan() || a < b { a } else { b });
    /// `(fl= x y ...)` compares flonums.
    "fl=" (1..) Pure => |_, args| adjacent(args, |a, b| a == b);
    /// `(fl< x y ...)` compares flonums.
    "fl<" (1..) Pure => |_, args| adjacent(args, |a, b| a < b);
    /// `(fl> x y ...)` compares flonums.
    "fl>" (1..) Pure => |_, args| adjacent(args, |a, b| a > b);
    /// `(fl<= x y ...)` compares flonums.
    "fl<=" (1..) Pure => |_, args| adjacent(args, |a, b| a <= b);
    /// `(fl>= x y ...)` compares flonums.
    "fl>=" (1..) Pure => |_, args| adjacent(args, |a, b| a >= b);
    /// `(flabs x)` is the absolute value.
    "flabs" (1) Alloc => |cx, args| map(cx, args, f64::abs);
    /// `(flfloor x)` rounds down.
    "flfloor" (1) Alloc => |cx, args| map(cx, args, f64::floor);
    /// `(flceiling x)` rounds up.
    "flceiling" (1) Alloc => |cx, args| map(cx, args, f64::ceil);
    /// `(fltruncate x)` rounds towards zero.
    "fltruncate" (1) Alloc => |cx, args| map(cx, args, f64::trunc);
    /// `(flround x)` rounds to the nearest, ties to even.
    "flround" (1) Alloc => |cx, args| map(cx, args, f64::round_ties_even);
    /// `(flsqrt x)` is the square root; NaN below zero.
    "flsqrt" (1) Alloc => |cx, args| map(cx, args, f64::sqrt);
    /// `(flexp x)` is e to the power `x`.
    "flexp" (1) Alloc => |cx, args| map(cx, args, f64::exp);
    /// `(fllog x)` is the natural logarithm.
    "fllog" (1) Alloc => |cx, args| map(cx, args, f64::ln);
    /// `(flsin x)` is the sine.
    "flsin" (1) Alloc => |cx, args| map(cx, args, f64::sin);
    /// `(flcos x)` is the cosine.
    "flcos" (1) Alloc => |cx, args| map(cx, args, f64::cos);
    /// `(fltan x)` is the tangent.
    "fltan" (1) Alloc => |cx, args| map(cx, args, f64::tan);
    /// `(flasin x)` is the arc sine.
    "flasin" (1) Alloc => |cx, args| map(cx, args, f64::asin);
    /// `(flacos x)` is the arc cosine.
    "flacos" (1) Alloc => |cx, args| map(cx, args, f64::acos);
    /// `(flatan x)` is the arc tangent; `(flatan y x)` the angle of the point (x, y).
    "flatan" (1..=2) Alloc => |cx, args| match args {
        [_] => map(cx, args, f64::atan),
        _ => fold(cx, args, 0.0, f64::atan2),
    };
    /// `(flexpt x y)` is `x` to the power `y`.
    "flexpt" (2) Alloc => |cx, args| fold(cx, args, 0.0, f64::powf);
    /// `(flzero? x)` is whether the flonum is zero.
    "flzero?" (1) Pure => |_, args| test(args, |x| x == 0.0);
    /// `(flpositive? x)` is whether the flonum is above zero.
    "flpositive?" (1) Pure => |_, args| test(args, |x| x > 0.0);
    /// `(flnegative? x)` is whether the flonum is below zero.
    "flnegative?" (1) Pure => |_, args| test(args, |x| x < 0.0);
    /// `(flinteger? x)` is whether the flonum is whole.
    "flinteger?" (1) Pure => |_, args| test(args, |x| x.fract() == 0.0);
    /// `(flnan? x)` is whether the flonum is a NaN.
    "flnan?" (1) Pure => |_, args| test(args, f64::is_nan);
    /// `(flinfinite? x)` is whether the flonum is an infinity.
    "flinfinite?" (1) Pure => |_, args| test(args, f64::is_infinite);
    /// `(flfinite? x)` is whether the flonum is neither infinite nor NaN.
    "flfinite?" (1) Pure => |_, args| test(args, f64::is_finite);
    /// `(fixnum->flonum n)` is the nearest flonum.
    "fixnum->flonum" (1) Alloc => |cx, args| {
        let n = crate::args::fixnum(args, 0)?;
        Ok(cx.heap().flonum(n as f64))
    };
}

fn flonum(args: &[Value], i: usize) -> Result<f64, Raise> {
    if args[i].is_flonum() {
        Ok(flonum_value(args[i]))
    } else {
        Err(wrong(args, i, "a flonum"))
    }
}

fn map(cx: &mut Cx<'_>, args: &[Value], function: fn(f64) -> f64) -> Outcome {
    let x = flonum(args, 0)?;
    Ok(cx.heap().flonum(function(x)))
}

/// Combines all arguments from the left; `unit` is the result without any.
fn fold(cx: &mut Cx<'_>, args: &[Value], unit: f64, operation: fn(f64, f64) -> f64) -> Outcome {
    let mut result = if args.is_empty() {
        unit
    } else {
        flonum(args, 0)?
    };
    for i in 1..args.len() {
        result = operation(result, flonum(args, i)?);
    }
    Ok(cx.heap().flonum(result))
}

fn test(args: &[Value], property: fn(f64) -> bool) -> Outcome {
    Ok(Value::bool(property(flonum(args, 0)?)))
}

/// Whether each two adjacent arguments stand in a relation.
fn adjacent(args: &[Value], relation: fn(f64, f64) -> bool) -> Outcome {
    let (mut previous, mut holds) = (flonum(args, 0)?, true);
    for i in 1..args.len() {
        let next = flonum(args, i)?;
        holds &= relation(previous, next);
        previous = next;
    }
    Ok(Value::bool(holds))
}
