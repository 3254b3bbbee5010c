//! Rounding, numerator and denominator, `rationalize` (R7RS 6.2.6).

use super::fraction;
use super::value::{self, Real};
use crate::args::wrong;
use crate::table::primitives;
use dashu_base::Abs;
use dashu_int::IBig;
use dashu_ratio::RBig;
use termite_abi::{Kind, Value};
use termite_heap::{field, flonum_value, is_kind};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(numerator q)` is the numerator in lowest terms.
    "numerator" (1) Alloc => |cx, args| match args[0] {
        whole if value::is_exact_integer(whole) => Ok(whole),
        ratio if is_kind(ratio, Kind::Ratnum) => Ok(field(ratio, 0)),
        _ => part(cx, args, |q| q.into_parts().0),
    };
    /// `(denominator q)` is the denominator in lowest terms, above zero.
    "denominator" (1) Alloc => |cx, args| match args[0] {
        whole if value::is_exact_integer(whole) => Ok(Value::fixnum(1)),
        ratio if is_kind(ratio, Kind::Ratnum) => Ok(field(ratio, 1)),
        _ => part(cx, args, |q| IBig::from(q.into_parts().1)),
    };
    /// `(floor x)` rounds down to a whole number.
    "floor" (1) Alloc => |cx, args| round(cx, args, f64::floor, fraction::floor);
    /// `(ceiling x)` rounds up to a whole number.
    "ceiling" (1) Alloc => |cx, args| round(cx, args, f64::ceil, fraction::ceiling);
    /// `(truncate x)` rounds towards zero to a whole number.
    "truncate" (1) Alloc => |cx, args| round(cx, args, f64::trunc, fraction::truncate);
    /// `(round x)` rounds to the nearest whole number, ties to even.
    "round" (1) Alloc => |cx, args| round(cx, args, f64::round_ties_even, fraction::round);
    /// `(rationalize x y)` is the simplest rational number no further than `y` from `x`.
    "rationalize" (2) Alloc => rationalize;
}

fn round(
    cx: &mut Cx<'_>,
    args: &[Value],
    flonum: fn(f64) -> f64,
    ratio: fn(Value) -> Option<IBig>,
) -> Outcome {
    if args[0].is_flonum() {
        return Ok(cx.heap().flonum(flonum(flonum_value(args[0]))));
    }
    match ratio(args[0]) {
        Some(whole) => value::encode_integer(cx.heap(), &whole),
        None if value::is_exact_integer(args[0]) => Ok(args[0]),
        None => Err(wrong(args, 0, "a real number")),
    }
}

/// A part of a rational number, which is exact or not as the number is.
fn part(cx: &mut Cx<'_>, args: &[Value], choose: fn(RBig) -> IBig) -> Outcome {
    let real = Real::decode(args[0]).ok_or_else(|| wrong(args, 0, "a rational number"))?;
    let exact = real.to_exact().and_then(|x| x.exact_ratio());
    let part = Real::Big(choose(
        exact.ok_or_else(|| wrong(args, 0, "a rational number"))?,
    ));
    if real.is_exact() {
        part.encode(cx.heap())
    } else {
        Real::Flo(part.to_f64()).encode(cx.heap())
    }
}

fn rationalize(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (x, tolerance) = (value::real(args, 0)?, value::real(args, 1)?);
    let exact = x.is_exact() && tolerance.is_exact();
    if let Some(special) = rationalize_special(x.to_f64(), tolerance.to_f64(), exact) {
        return Ok(cx.heap().flonum(special));
    }
    let result = simplest_near(args, &x, &tolerance)?;
    if exact {
        result.encode(cx.heap())
    } else {
        Real::Flo(result.to_f64()).encode(cx.heap())
    }
}

/// The result when one of the operands is infinite or NaN.
fn rationalize_special(x: f64, tolerance: f64, exact: bool) -> Option<f64> {
    if exact || (x.is_finite() && tolerance.is_finite()) {
        return None;
    }
    match (x.is_infinite(), tolerance.is_infinite()) {
        (true, false) if !tolerance.is_nan() => Some(x),
        (false, true) if !x.is_nan() => Some(0.0),
        _ => Some(f64::NAN),
    }
}

fn simplest_near(args: &[Value], x: &Real, tolerance: &Real) -> Result<Real, Raise> {
    let ratio = |real: &Real, i| {
        real.to_exact()
            .and_then(|x| x.exact_ratio())
            .ok_or_else(|| wrong(args, i, "a rational number"))
    };
    let (x, tolerance) = (ratio(x, 0)?, ratio(tolerance, 1)?.abs());
    Ok(Real::Rat(simplest_between(&x - &tolerance, x + tolerance)))
}

/// The fraction with the smallest denominator (and numerator) in an interval: their
/// common continued fraction, ended as early as possible.
fn simplest_between(low: RBig, high: RBig) -> RBig {
    if low <= RBig::ZERO && high >= RBig::ZERO {
        return RBig::ZERO;
    }
    if high < RBig::ZERO {
        return -simplest_between(-high, -low);
    }
    let (mut low, mut high) = (low, high);
    let mut terms = Vec::new();
    loop {
        let whole = low.floor();
        let start = RBig::from(whole.clone());
        if low == start {
            terms.push(whole);
            break;
        }
        if high >= RBig::from(&whole + IBig::ONE) {
            terms.push(whole + IBig::ONE);
            break;
        }
        (low, high) = (RBig::ONE / (high - &start), RBig::ONE / (low - start));
        terms.push(whole);
    }
    let mut terms = terms.into_iter().rev().map(RBig::from);
    let last = terms.next().unwrap_or(RBig::ZERO);
    terms.fold(last, |below, term| term + RBig::ONE / below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(n: i64, d: i64) -> RBig {
        RBig::from_parts_signed(n.into(), d.into())
    }

    #[test]
    fn simplest_fractions() {
        assert_eq!(simplest_between(ratio(2, 10), ratio(4, 10)), ratio(1, 3));
        assert_eq!(simplest_between(ratio(-4, 10), ratio(-2, 10)), ratio(-1, 3));
        assert_eq!(simplest_between(ratio(-1, 10), ratio(2, 10)), ratio(0, 1));
        assert_eq!(simplest_between(ratio(9, 2), ratio(9, 2)), ratio(9, 2));
        assert_eq!(
            simplest_between(ratio(314, 100), ratio(315, 100)),
            ratio(22, 7)
        );
        assert_eq!(simplest_between(ratio(3, 2), ratio(7, 2)), ratio(2, 1));
    }
}
