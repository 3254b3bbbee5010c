//! Comparisons and predicates of numbers (R7RS 6.2.6).

use super::value::{self, Num, Real};
use crate::args::wrong;
use crate::table::primitives;
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
    "zero?" (1) Pure => |_, args| Ok(Value::bool(value::number(args, 0)?.is_zero()));
    /// `(positive? x)` is whether the real number is above zero.
    "positive?" (1) Pure => |_, args| Ok(Value::bool(sign(args)? == Sign::Positive));
    /// `(negative? x)` is whether the real number is below zero.
    "negative?" (1) Pure => |_, args| Ok(Value::bool(sign(args)? == Sign::Negative));
    /// `(odd? n)` is whether the integer is odd.
    "odd?" (1) Pure => |_, args| Ok(Value::bool(is_odd(args)?));
    /// `(even? n)` is whether the integer is even.
    "even?" (1) Pure => |_, args| Ok(Value::bool(!is_odd(args)?));
    /// `(= z1 z2 ...)` is whether the numbers are all equal.
    "=" (1..) Pure => |_, args| {
        adjacent(args, "a number", value::is_number, |a, b| a == b, |a, b| a == b, Num::equals)
    };
    /// `(< x1 x2 ...)` is whether the real numbers increase.
    "<" (1..) Pure => |_, args| {
        ordered(args, |a, b| a < b, |a, b| a < b, |a, b| a.compare(b).is_some_and(|o| o.is_lt()))
    };
    /// `(> x1 x2 ...)` is whether the real numbers decrease.
    ">" (1..) Pure => |_, args| {
        ordered(args, |a, b| a > b, |a, b| a > b, |a, b| a.compare(b).is_some_and(|o| o.is_gt()))
    };
    /// `(<= x1 x2 ...)` is whether the real numbers never decrease.
    "<=" (1..) Pure => |_, args| {
        ordered(args, |a, b| a <= b, |a, b| a <= b, |a, b| a.compare(b).is_some_and(|o| o.is_le()))
    };
    /// `(>= x1 x2 ...)` is whether the real numbers never increase.
    ">=" (1..) Pure => |_, args| {
        ordered(args, |a, b| a >= b, |a, b| a >= b, |a, b| a.compare(b).is_some_and(|o| o.is_ge()))
    };
}

fn ordered(
    args: &[Value],
    fixnums: fn(i64, i64) -> bool,
    flonums: fn(f64, f64) -> bool,
    reals: fn(&Real, &Real) -> bool,
) -> Outcome {
    let slow = |a: &Num, b: &Num| match (a, b) {
        (Num::Real(a), Num::Real(b)) => reals(a, b),
        (Num::Complex(_), _) | (_, Num::Complex(_)) => false,
    };
    adjacent(
        args,
        "a real number",
        value::is_real,
        fixnums,
        flonums,
        slow,
    )
}

/// Whether each two adjacent arguments stand in a relation. All arguments are checked,
/// also those after the first two that do not.
fn adjacent(
    args: &[Value],
    expected: &str,
    fits: fn(Value) -> bool,
    fixnums: fn(i64, i64) -> bool,
    flonums: fn(f64, f64) -> bool,
    others: impl Fn(&Num, &Num) -> bool,
) -> Outcome {
    if let Some(i) = args.iter().position(|&v| !fits(v)) {
        return Err(wrong(args, i, expected));
    }
    let related = |a: Value, b: Value| {
        if a.is_fixnum() && b.is_fixnum() {
            return fixnums(a.as_fixnum(), b.as_fixnum());
        }
        if a.is_flonum() && b.is_flonum() {
            return flonums(flonum_value(a), flonum_value(b));
        }
        matches!((Num::decode(a), Num::decode(b)), (Some(a), Some(b)) if others(&a, &b))
    };
    Ok(Value::bool(
        args.windows(2).all(|two| related(two[0], two[1])),
    ))
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
    if args[0].is_fixnum() {
        return Ok(true);
    }
    Ok(value::number(args, 0)?.is_exact())
}

/// Whether a flonum that is the number, or one of its parts, has a property.
fn any_part(args: &[Value], property: fn(f64) -> bool) -> Outcome {
    let z = value::number(args, 0)?.into_parts();
    let holds = |part: &Real| matches!(part, Real::Flo(x) if property(*x));
    Ok(Value::bool(holds(&z.re) || holds(&z.im)))
}

#[derive(PartialEq, Eq)]
enum Sign {
    Negative,
    None,
    Positive,
}

fn sign(args: &[Value]) -> Result<Sign, Raise> {
    let x = value::real(args, 0)?;
    Ok(match (x.is_negative(), x.is_positive()) {
        (true, _) => Sign::Negative,
        (_, true) => Sign::Positive,
        (false, false) => Sign::None,
    })
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
