//! Comparisons and predicates of numbers (R7RS 6.2.6).

use super::value::{self, Num, Real};
use super::{fraction, ratio};
use crate::args::wrong;
use crate::table::primitives;
use std::cmp::Ordering;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, bignum_is_negative, bignum_limbs, flonum_value};
use termite_vm::{Outcome, Raise};

primitives! {
    /// `(number? x)` is whether `x` is a number.
    "number?" (1) Pure => |_, args| Ok(Value::bool(value::is_number(args[0])));
    /// `(complex? x)` is whether `x` is a number.
    "complex?" (1) Pure => |_, args| Ok(Value::bool(value::is_number(args[0])));
    /// `(real? x)` is whether `x` is a number without imaginary part.
    "real?" (1) Pure => |_, args| Ok(Value::bool(value::is_real(args[0])));
    /// `(rational? x)` is whether `x` is a real number other than an infinity or NaN.
    "rational?" (1) Pure => |_, args| Ok(Value::bool(is_rational(args[0])));
    /// `(integer? x)` is whether `x` is a whole number, exact or not.
    "integer?" (1) Pure => |_, args| Ok(Value::bool(is_integer(args[0])));
    /// `(exact? z)` is whether the number is exact.
    "exact?" (1) Pure => |_, args| Ok(Value::bool(is_exact(args)?));
    /// `(inexact? z)` is whether the number is inexact.
    "inexact?" (1) Pure => |_, args| Ok(Value::bool(!is_exact(args)?));
    /// `(exact-integer? x)` is whether `x` is an exact whole number.
    "exact-integer?" (1) Pure => |_, args| Ok(Value::bool(value::is_exact_integer(args[0])));
    /// `(exact-rational? x)` is whether `x` is an exact real number.
    "exact-rational?" (1) Pure => |_, args| Ok(Value::bool(value::is_exact_rational(args[0])));
    /// `(exact-nonnegative-integer? x)` is whether `x` is an exact whole number, zero or more.
    "exact-nonnegative-integer?" (1) Pure => |_, args| Ok(Value::bool(is_natural(args[0])));
    /// `(fixnum? x)` is whether `x` is an exact integer of 61 bits.
    "fixnum?" (1) Pure => |_, args| Ok(Value::bool(args[0].is_fixnum()));
    /// `(flonum? x)` is whether `x` is an inexact real number.
    "flonum?" (1) Pure => |_, args| Ok(Value::bool(args[0].is_flonum()));
    /// `(nan? z)` is whether the number is, or has a part that is, a NaN.
    "nan?" (1) Pure => |_, args| any_part(args, f64::is_nan);
    /// `(finite? z)` is whether the number is neither infinite nor NaN.
    "finite?" (1) Pure => |_, args| {
        any_part(args, |x| !x.is_finite()).map(|found| Value::bool(!found.is_true()))
    };
    /// `(infinite? z)` is whether the number is, or has a part that is, an infinity.
    "infinite?" (1) Pure => |_, args| any_part(args, f64::is_infinite);
    /// `(zero? z)` is whether the number is zero.
    "zero?" (1) Pure => |_, args| Ok(Value::bool(is_zero(args)?));
    /// `(positive? x)` is whether the real number is above zero.
    "positive?" (1) Pure => |_, args| Ok(Value::bool(sign(args)? == Some(Ordering::Greater)));
    /// `(negative? x)` is whether the real number is below zero.
    "negative?" (1) Pure => |_, args| Ok(Value::bool(sign(args)? == Some(Ordering::Less)));
    /// `(odd? n)` is whether the integer is odd.
    "odd?" (1) Pure => |_, args| Ok(Value::bool(is_odd(args)?));
    /// `(even? n)` is whether the integer is even.
    "even?" (1) Pure => |_, args| Ok(Value::bool(!is_odd(args)?));
    /// `(= z1 z2 ...)` is whether the numbers are all equal.
    "=" (1..) Pure => |_, args| {
        adjacent(args, "a number", value::is_number, Ordering::is_eq, Num::equals)
    };
    /// `(< x1 x2 ...)` is whether the real numbers increase.
    "<" (1..) Pure => |_, args| {
        ordered(args, Ordering::is_lt)
    };
    /// `(> x1 x2 ...)` is whether the real numbers decrease.
    ">" (1..) Pure => |_, args| {
        ordered(args, Ordering::is_gt)
    };
    /// `(<= x1 x2 ...)` is whether the real numbers never decrease.
    "<=" (1..) Pure => |_, args| {
        ordered(args, Ordering::is_le)
    };
    /// `(>= x1 x2 ...)` is whether the real numbers never increase.
    ">=" (1..) Pure => |_, args| {
        ordered(args, Ordering::is_ge)
    };
}

fn ordered(args: &[Value], holds: fn(Ordering) -> bool) -> Outcome {
    let reals = |a: &Num, b: &Num| match (a, b) {
        (Num::Real(a), Num::Real(b)) => a.compare(b).is_some_and(holds),
        (Num::Complex(_), _) | (_, Num::Complex(_)) => false,
    };
    adjacent(args, "a real number", value::is_real, holds, reals)
}

/// Whether each two adjacent arguments stand in a relation. All arguments are checked,
/// also those after the first two that do not.
fn adjacent(
    args: &[Value],
    expected: &str,
    fits: fn(Value) -> bool,
    holds: fn(Ordering) -> bool,
    others: impl Fn(&Num, &Num) -> bool,
) -> Outcome {
    if let &[a, b] = args
        && a.is_fixnum()
        && b.is_fixnum()
    {
        return Ok(Value::bool(holds(a.as_fixnum().cmp(&b.as_fixnum()))));
    }
    if let Some(i) = args.iter().position(|&v| !fits(v)) {
        return Err(wrong(args, i, expected));
    }
    let related = |a: Value, b: Value| {
        if a.is_flonum() && b.is_flonum() {
            let order = flonum_value(a).partial_cmp(&flonum_value(b));
            return order.is_some_and(holds);
        }
        if let Some(order) = compare_integers(a, b) {
            return holds(order);
        }
        if let Some(order) = ratio::compare(a, b).or_else(|| fraction::compare(a, b)) {
            return holds(order);
        }
        matches!((Num::decode(a), Num::decode(b)), (Some(a), Some(b)) if others(&a, &b))
    };
    Ok(Value::bool(
        args.windows(2).all(|two| related(two[0], two[1])),
    ))
}

/// The order of two exact integers, without taking them out of the heap; `None` unless
/// both are.
fn compare_integers(a: Value, b: Value) -> Option<Ordering> {
    if a.is_fixnum() && b.is_fixnum() {
        return Some(a.as_fixnum().cmp(&b.as_fixnum()));
    }
    let is_big = |v| heap::is_kind(v, Kind::Bignum);
    match (is_big(a), is_big(b)) {
        (true, true) => Some(compare_bignums(a, b)),
        // A bignum is beyond all fixnums.
        (true, false) if b.is_fixnum() => Some(sign_of_bignum(a)),
        (false, true) if a.is_fixnum() => Some(sign_of_bignum(b).reverse()),
        _ => None,
    }
}

fn compare_bignums(a: Value, b: Value) -> Ordering {
    let sign = sign_of_bignum(a);
    if sign != sign_of_bignum(b) {
        return sign;
    }
    let (x, y) = (bignum_limbs(a), bignum_limbs(b));
    let magnitudes = x
        .len()
        .cmp(&y.len())
        .then_with(|| x.iter().rev().cmp(y.iter().rev()));
    if sign.is_lt() {
        magnitudes.reverse()
    } else {
        magnitudes
    }
}

/// How a bignum compares with zero.
fn sign_of_bignum(v: Value) -> Ordering {
    if bignum_is_negative(v) {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

fn is_zero(args: &[Value]) -> Result<bool, Raise> {
    let v = args[0];
    if v.is_flonum() {
        return Ok(flonum_value(v) == 0.0);
    }
    if value::is_exact_rational(v) {
        return Ok(v == Value::fixnum(0));
    }
    Ok(value::number(args, 0)?.is_zero())
}

pub(crate) fn is_rational(v: Value) -> bool {
    if v.is_flonum() {
        flonum_value(v).is_finite()
    } else {
        value::is_exact_rational(v)
    }
}

pub(crate) fn is_integer(v: Value) -> bool {
    if v.is_flonum() {
        flonum_value(v).fract() == 0.0
    } else {
        value::is_exact_integer(v)
    }
}

fn is_natural(v: Value) -> bool {
    if v.is_fixnum() {
        return v.as_fixnum() >= 0;
    }
    heap::is_kind(v, Kind::Bignum) && !bignum_is_negative(v)
}

fn is_exact(args: &[Value]) -> Result<bool, Raise> {
    if value::is_exact_rational(args[0]) {
        return Ok(true);
    }
    Ok(value::number(args, 0)?.is_exact())
}

/// Whether a flonum that is the number, or one of its parts, has a property.
fn any_part(args: &[Value], property: fn(f64) -> bool) -> Outcome {
    if args[0].is_flonum() {
        return Ok(Value::bool(property(flonum_value(args[0]))));
    }
    if value::is_exact_rational(args[0]) {
        return Ok(Value::FALSE);
    }
    let z = value::number(args, 0)?.into_parts();
    let holds = |part: &Real| matches!(part, Real::Flo(x) if property(*x));
    Ok(Value::bool(holds(&z.re) || holds(&z.im)))
}

/// How the argument compares with zero; `None` for a NaN.
fn sign(args: &[Value]) -> Result<Option<Ordering>, Raise> {
    let v = args[0];
    if v.is_flonum() {
        return Ok(flonum_value(v).partial_cmp(&0.0));
    }
    // The numerator has the sign.
    let whole = if heap::is_kind(v, Kind::Ratnum) {
        heap::field(v, 0)
    } else {
        v
    };
    compare_integers(whole, Value::fixnum(0))
        .map(Some)
        .ok_or_else(|| wrong(args, 0, "a real number"))
}

fn is_odd(args: &[Value]) -> Result<bool, Raise> {
    let v = args[0];
    if v.is_fixnum() {
        return Ok(v.as_fixnum() & 1 == 1);
    }
    if heap::is_kind(v, Kind::Bignum) {
        return Ok(bignum_limbs(v).first().is_some_and(|limb| limb & 1 == 1));
    }
    if is_integer(v) {
        return Ok(flonum_value(v) % 2.0 != 0.0);
    }
    Err(wrong(args, 0, "an integer"))
}
