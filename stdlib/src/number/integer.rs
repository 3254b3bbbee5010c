//! Division with remainder, divisors, whole roots (R7RS 6.2.6).
//!
//! Whole flonums are integers too: results are inexact when an operand is.

use super::ratio::gcd_of_fixnums;
use super::value::{Real, encode_i64, encode_integer};
use crate::args::wrong;
use crate::table::primitives;
use dashu_base::{Abs, DivRem, Gcd, Sign, SquareRootRem, UnsignedAbs};
use dashu_int::{IBig, UBig};
use termite_abi::Value;
use termite_heap::{Heap, flonum_value};
use termite_vm::{Cx, Outcome, PrimError, Raise};

primitives! {
    /// `(quotient n d)` is the quotient, rounded towards zero.
    "quotient" (2) Alloc => |cx, args| divide(cx.heap(), args, TRUNCATE, Part::Quotient);
    /// `(remainder n d)` is the remainder with the sign of `n`.
    "remainder" (2) Alloc => |cx, args| divide(cx.heap(), args, TRUNCATE, Part::Remainder);
    /// `(modulo n d)` is the remainder with the sign of `d`.
    "modulo" (2) Alloc => |cx, args| divide(cx.heap(), args, FLOOR, Part::Remainder);
    /// `(floor-quotient n d)` is the quotient, rounded down.
    "floor-quotient" (2) Alloc => |cx, args| divide(cx.heap(), args, FLOOR, Part::Quotient);
    /// `(floor-remainder n d)` is `modulo`.
    "floor-remainder" (2) Alloc => |cx, args| divide(cx.heap(), args, FLOOR, Part::Remainder);
    /// `(truncate-quotient n d)` is `quotient`.
    "truncate-quotient" (2) Alloc => |cx, args| divide(cx.heap(), args, TRUNCATE, Part::Quotient);
    /// `(truncate-remainder n d)` is `remainder`.
    "truncate-remainder" (2) Alloc => |cx, args| divide(cx.heap(), args, TRUNCATE, Part::Remainder);
    /// `(%floor/ n d)` is the pair of floor quotient and remainder.
    "%floor/" (2) Alloc => |cx, args| divide(cx.heap(), args, FLOOR, Part::Both);
    /// `(%truncate/ n d)` is the pair of truncated quotient and remainder.
    "%truncate/" (2) Alloc => |cx, args| divide(cx.heap(), args, TRUNCATE, Part::Both);
    /// `(gcd n ...)` is the greatest common divisor, never negative.
    "gcd" (0..) Alloc => |cx, args| match *args {
        [a, b] if a.is_fixnum() && b.is_fixnum() => {
            Ok(gcd_of_fixnums(cx.heap(), a.as_fixnum(), b.as_fixnum()))
        }
        _ => combine(cx, args, IBig::ZERO, greatest_common_divisor),
    };
    /// `(lcm n ...)` is the least common multiple, never negative.
    "lcm" (0..) Alloc => |cx, args| combine(cx, args, IBig::ONE, least_common_multiple);
    /// `(%exact-integer-sqrt n)` is the pair of the whole square root of `n` and the rest.
    "%exact-integer-sqrt" (1) Alloc => exact_integer_sqrt;
}

/// Rounding of a quotient.
struct Division {
    small: fn(i64, i64) -> (i64, i64),
    big: fn(IBig, IBig) -> (IBig, IBig),
}

const TRUNCATE: &Division = &Division {
    small: |n, d| (n / d, n % d),
    big: |n, d| n.div_rem(d),
};

const FLOOR: &Division = &Division {
    small: floor_small,
    big: floor_big,
};

fn floor_small(n: i64, d: i64) -> (i64, i64) {
    let (q, r) = (n / d, n % d);
    if r != 0 && (r < 0) != (d < 0) {
        (q - 1, r + d)
    } else {
        (q, r)
    }
}

fn floor_big(n: IBig, d: IBig) -> (IBig, IBig) {
    let (q, r) = n.div_rem(&d);
    if !r.is_zero() && r.sign() != d.sign() {
        (q - IBig::ONE, r + d)
    } else {
        (q, r)
    }
}

/// What of a division is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Quotient,
    Remainder,
    Both,
}

impl Part {
    fn of(self, heap: &mut Heap, quotient: Value, remainder: Value) -> Value {
        match self {
            Part::Quotient => quotient,
            Part::Remainder => remainder,
            Part::Both => heap.pair(quotient, remainder),
        }
    }
}

fn divide(heap: &mut Heap, args: &[Value], division: &Division, part: Part) -> Outcome {
    let (n, d) = (args[0], args[1]);
    if n.is_fixnum() && d.is_fixnum() && d.as_fixnum() != 0 {
        let (q, r) = (division.small)(n.as_fixnum(), d.as_fixnum());
        let (q, r) = (encode_i64(heap, q), encode_i64(heap, r));
        return Ok(part.of(heap, q, r));
    }
    if let (Some(n), Some(d)) = (small_flonum(n), small_flonum(d)) {
        if d == 0 {
            return Err(PrimError::divide_by_zero());
        }
        let (q, r) = (division.small)(n, d);
        let (q, r) = (heap.flonum(q as f64), heap.flonum(r as f64));
        return Ok(part.of(heap, q, r));
    }
    let (n, exact_n) = integer(args, 0)?;
    let (d, exact_d) = integer(args, 1)?;
    if d.is_zero() {
        return Err(PrimError::divide_by_zero());
    }
    let (q, r) = (division.big)(n, d);
    let exact = exact_n && exact_d;
    // Only what is wanted is put into the heap.
    let q = if part == Part::Remainder {
        Value::FALSE
    } else {
        encode(heap, q, exact)?
    };
    let r = if part == Part::Quotient {
        Value::FALSE
    } else {
        encode(heap, r, exact)?
    };
    Ok(part.of(heap, q, r))
}

/// A flonum that is a whole number of no more bits than it has precision.
fn small_flonum(v: Value) -> Option<i64> {
    if !v.is_flonum() {
        return None;
    }
    let x = flonum_value(v);
    (x.abs() < (1i64 << 53) as f64 && x.fract() == 0.0).then_some(x as i64)
}

/// Argument `i`, an integer, and whether it is exact.
pub(crate) fn integer(args: &[Value], i: usize) -> Result<(IBig, bool), Raise> {
    let real = Real::decode(args[i]).ok_or_else(|| wrong(args, i, "an integer"))?;
    let value = real
        .to_integer()
        .ok_or_else(|| wrong(args, i, "an integer"))?;
    Ok((value, real.is_exact()))
}

fn encode(heap: &mut Heap, n: IBig, exact: bool) -> Outcome {
    if exact {
        encode_integer(heap, &n)
    } else {
        Ok(heap.flonum(n.to_f64().value()))
    }
}

fn combine(
    cx: &mut Cx<'_>,
    args: &[Value],
    unit: IBig,
    operation: fn(IBig, IBig) -> IBig,
) -> Outcome {
    let (mut result, mut exact) = (unit, true);
    for i in 0..args.len() {
        let (next, is_exact) = integer(args, i)?;
        exact &= is_exact;
        result = operation(result, next);
    }
    encode(cx.heap(), result, exact)
}

fn greatest_common_divisor(a: IBig, b: IBig) -> IBig {
    match (a.is_zero(), b.is_zero()) {
        (true, _) => b.abs(),
        (_, true) => a.abs(),
        (false, false) => IBig::from(a.gcd(b)),
    }
}

fn least_common_multiple(a: IBig, b: IBig) -> IBig {
    if a.is_zero() || b.is_zero() {
        return IBig::ZERO;
    }
    let divisor = IBig::from((&a).gcd(&b));
    (a / divisor * b).abs()
}

fn exact_integer_sqrt(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    if args[0].is_fixnum()
        && let Ok(n) = u64::try_from(args[0].as_fixnum())
    {
        let root = n.isqrt();
        let rest = Value::fixnum((n - root * root) as i64);
        return Ok(cx.heap().pair(Value::fixnum(root as i64), rest));
    }
    let n = super::value::exact_integer(args, 0)?;
    let Some(n) = to_natural(n) else {
        return Err(wrong(args, 0, "an exact nonnegative integer"));
    };
    let (root, rest) = n.sqrt_rem();
    let root = encode_integer(cx.heap(), &IBig::from(root))?;
    let rest = encode_integer(cx.heap(), &IBig::from(rest))?;
    Ok(cx.heap().pair(root, rest))
}

/// The magnitude of a number that is not negative.
pub(crate) fn to_natural(n: IBig) -> Option<UBig> {
    (n.sign() == Sign::Positive).then(|| n.unsigned_abs())
}
