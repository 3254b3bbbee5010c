//! `sqrt` and `expt` (R7RS 6.2.6): exact whenever the result is rational and the operands
//! are exact.

use super::c64::C64;
use super::value::{self, Complex, Num, Real};
use crate::args::{MAX_INTEGER_BITS, check_room, out_of_memory};
use crate::table::primitives;
use dashu_base::{BitTest, DivRem, Sign, Signed, SquareRootRem, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use termite_abi::Value;
use termite_heap::{Heap, flonum_value};
use termite_vm::{Cx, Outcome, PrimError, Raise};

primitives! {
    /// `(sqrt z)` is the principal square root, exact where it can be.
    "sqrt" (1) Alloc => |cx, args| match fast_root(args[0]) {
        Some(Real::Fix(root)) => Ok(Value::fixnum(root)),
        Some(root) => root.encode(cx.heap()),
        None => square_root(value::number(args, 0)?).encode(cx.heap()),
    };
    /// `(expt z1 z2)` is `z1` to the power `z2`.
    "expt" (2) Alloc => expt;
}

/// The root of a flonum or small fixnum that is not negative.
fn fast_root(v: Value) -> Option<Real> {
    if v.is_flonum() {
        let x = flonum_value(v);
        return (x >= 0.0).then(|| Real::Flo(x.sqrt()));
    }
    let n = v.is_fixnum().then(|| v.as_fixnum())?;
    if !(0..1 << 53).contains(&n) {
        return None;
    }
    let root = (n as f64).sqrt();
    let whole = root as i64;
    Some(if whole * whole == n {
        Real::Fix(whole)
    } else {
        Real::Flo(root)
    })
}

pub(crate) fn square_root(z: Num) -> Num {
    match z {
        Num::Real(Real::Flo(x)) if x < 0.0 => C64::new(x, 0.0).sqrt().into(),
        Num::Real(Real::Flo(x)) => Num::Real(Real::Flo(x.sqrt())),
        Num::Real(x) if x.is_negative() => match real_root(x.neg()) {
            Real::Flo(root) => C64::new(0.0, root).into(),
            exact => Num::rectangular(Real::ZERO, exact),
        },
        Num::Real(x) => Num::Real(real_root(x)),
        Num::Complex(z) => complex_root(z),
    }
}

/// The root of an exact number that is not negative.
fn real_root(x: Real) -> Real {
    let q = x.exact_ratio().unwrap_or(RBig::ZERO);
    if let Some(root) = exact_ratio_root(&q, 2) {
        return Real::Rat(root);
    }
    Real::Flo(rounded_root(q))
}

/// The flonum nearest to the root of a ratio above zero: from a whole root of more bits
/// than a flonum has, with one more for what is left.
fn rounded_root(q: RBig) -> f64 {
    let (numerator, denominator) = q.into_parts();
    let numerator = numerator.unsigned_abs();
    let excess = numerator.bit_len() as isize - denominator.bit_len() as isize;
    let shift = (WORKING_BITS - excess) & !1;
    let places = shift.unsigned_abs();
    let (above, below) = if shift >= 0 {
        (numerator << places, denominator)
    } else {
        (numerator, denominator << places)
    };
    let (quotient, rest) = above.div_rem(&below);
    let (root, more) = quotient.sqrt_rem();
    let sticky = UBig::from(!(rest.is_zero() && more.is_zero()));
    let mantissa = IBig::from((root << 1) + sticky);
    // Of the root, a half of the shift, and one for the sticky bit.
    let shift = shift / 2 + 1;
    let places = shift.unsigned_abs();
    let root = if shift >= 0 {
        RBig::from_parts(mantissa, UBig::ONE << places)
    } else {
        RBig::from(mantissa << places)
    };
    root.to_f64().value()
}

/// Of which the root has half, 11 more than a flonum.
const WORKING_BITS: isize = 128;

/// Exact if both parts are and the root is rational: then `|z|` is, too.
fn complex_root(z: Complex) -> Num {
    exact_complex_root(&z).unwrap_or_else(|| C64::from(&z).sqrt().into())
}

fn exact_complex_root(z: &Complex) -> Option<Num> {
    let (re, im) = (z.re.exact_ratio()?, z.im.exact_ratio()?);
    let magnitude = exact_ratio_root(&(&re * &re + &im * &im), 2)?;
    let half = RBig::from_parts(IBig::ONE, UBig::from(2u8));
    let root_re = exact_ratio_root(&((&magnitude + &re) * &half), 2)?;
    let root_im = exact_ratio_root(&((magnitude - re) * half), 2)?;
    let root_im = if im.is_negative() { -root_im } else { root_im };
    Some(Num::rectangular(Real::Rat(root_re), Real::Rat(root_im)))
}

/// The `n`-th root of a ratio that is not negative, if it is rational.
fn exact_ratio_root(q: &RBig, n: usize) -> Option<RBig> {
    if q.is_negative() {
        return None;
    }
    let numerator = exact_root(&q.numerator().clone().unsigned_abs(), n)?;
    let denominator = exact_root(q.denominator(), n)?;
    Some(RBig::from_parts(numerator.into(), denominator))
}

fn exact_root(n: &UBig, degree: usize) -> Option<UBig> {
    if degree == 2 {
        let (root, rest) = n.sqrt_rem();
        return rest.is_zero().then_some(root);
    }
    let root = n.nth_root(degree);
    (root.pow(degree) == *n).then_some(root)
}

/// The powers that one word or one call of the system's library gives.
fn fast_power(base: Value, exponent: Value) -> Option<Real> {
    if base.is_fixnum() && exponent.is_fixnum() {
        let exponent = u32::try_from(exponent.as_fixnum()).ok()?;
        return base.as_fixnum().checked_pow(exponent).map(Real::Fix);
    }
    if !base.is_flonum() || !exponent.is_flonum() {
        return None;
    }
    let (x, y) = (flonum_value(base), flonum_value(exponent));
    (x > 0.0 && y != 0.5).then(|| Real::Flo(x.powf(y)))
}

fn expt(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    if let Some(power) = fast_power(args[0], args[1]) {
        return power.encode(cx.heap());
    }
    let (base, exponent) = (value::number(args, 0)?, value::number(args, 1)?);
    let result = match exponent {
        Num::Real(Real::Fix(n)) => integer_power(cx.heap(), base, IBig::from(n))?,
        Num::Real(Real::Big(n)) => integer_power(cx.heap(), base, n)?,
        Num::Real(Real::Rat(q)) => ratio_power(cx.heap(), base, q)?,
        Num::Real(Real::Flo(x)) => flonum_power(base, x),
        Num::Complex(z) => complex_exponent(args, base, &z)?,
    };
    result.encode(cx.heap())
}

/// Zero to a power has a value only when the real part of the exponent is positive.
fn complex_exponent(args: &[Value], base: Num, exponent: &Complex) -> Result<Num, Raise> {
    if is_exact_zero(&base) {
        return if exponent.re.is_positive() {
            Ok(Num::Real(Real::ZERO))
        } else {
            let expected = "a number with a positive real part";
            Err(PrimError::range(2, expected, args[1]))
        };
    }
    Ok(C64::of(base).pow(C64::from(exponent)).into())
}

fn is_exact_zero(z: &Num) -> bool {
    matches!(z, Num::Real(x) if x.is_exact_zero())
}

fn integer_power(heap: &Heap, base: Num, exponent: IBig) -> Result<Num, Raise> {
    let (sign, magnitude) = exponent.into_parts();
    let inverse = sign == Sign::Negative;
    match base {
        _ if magnitude.is_zero() => Ok(Num::Real(Real::ONE)),
        Num::Real(Real::Flo(x)) => Ok(Num::Real(Real::Flo(flonum_to_integer(
            x, &magnitude, inverse,
        )))),
        Num::Real(x) => {
            let q = x.exact_ratio().unwrap_or(RBig::ZERO);
            if q.is_zero() && inverse {
                return Err(PrimError::divide_by_zero());
            }
            exact_power(heap, q, &magnitude, inverse).map(|q| Num::Real(Real::Rat(q)))
        }
        Num::Complex(z) => {
            let power = match is_imaginary_unit(&z) {
                // Its powers repeat.
                true => complex_power(heap, Num::Complex(z), &(magnitude % UBig::from(4u8)))?,
                false => complex_power(heap, Num::Complex(z), &magnitude)?,
            };
            if inverse {
                Num::Real(Real::ONE).div(power)
            } else {
                Ok(power)
            }
        }
    }
}

/// Whether `z` is exactly i or -i.
fn is_imaginary_unit(z: &Complex) -> bool {
    let unit = |q: RBig| q.is_int() && q.numerator().unsigned_abs().is_one();
    z.re.is_exact_zero() && z.im.exact_ratio().is_some_and(unit)
}

/// `powi` takes no exponent of more than 32 bits, and `powf` no parity beyond 53.
fn flonum_to_integer(x: f64, magnitude: &UBig, inverse: bool) -> f64 {
    let odd = magnitude.bit(0);
    let exponent = magnitude.to_f64().value();
    let power = x.abs().powf(if inverse { -exponent } else { exponent });
    if odd && x.is_sign_negative() {
        -power
    } else {
        power
    }
}

fn exact_power(heap: &Heap, base: RBig, exponent: &UBig, inverse: bool) -> Result<RBig, Raise> {
    let (numerator, denominator) = base.into_parts();
    let (sign, numerator) = numerator.into_parts();
    let negative = sign == Sign::Negative && exponent.bit(0);
    let (above, below) = (
        natural_power(heap, numerator, exponent)?,
        natural_power(heap, denominator, exponent)?,
    );
    let (above, below) = if inverse {
        (below, above)
    } else {
        (above, below)
    };
    let above = IBig::from(above);
    Ok(RBig::from_parts(
        if negative { -above } else { above },
        below,
    ))
}

fn natural_power(heap: &Heap, base: UBig, exponent: &UBig) -> Result<UBig, Raise> {
    if base.is_zero() || base.is_one() {
        return Ok(base);
    }
    let exponent = usize::try_from(exponent).map_err(|_| out_of_memory())?;
    // The product of the lengths without their last bits is a lower bound.
    let bits = (base.bit_len() - 1).saturating_mul(exponent);
    if bits > MAX_INTEGER_BITS {
        return Err(out_of_memory());
    }
    check_room(heap, bits / 8)?;
    Ok(base.pow(exponent))
}

/// Repeated squaring of an exact or inexact complex number.
fn complex_power(heap: &Heap, base: Num, exponent: &UBig) -> Result<Num, Raise> {
    if exponent.bit_len() > 32 && base.is_exact() {
        return Err(out_of_memory());
    }
    let (mut power, mut square) = (Num::Real(Real::ONE), base);
    for bit in 0..exponent.bit_len() {
        if exponent.bit(bit) {
            power = power.mul(square.clone());
        }
        if bit + 1 < exponent.bit_len() {
            let bits = bits_of(&square);
            if bits > MAX_INTEGER_BITS / 2 {
                return Err(out_of_memory());
            }
            check_room(heap, bits / 4)?;
            square = square.clone().mul(square);
        }
    }
    Ok(power)
}

/// Size of the larger part of an exact number.
fn bits_of(z: &Num) -> usize {
    let bits = |x: &Real| {
        x.exact_ratio().map_or(0, |q| {
            q.numerator().bit_len().max(q.denominator().bit_len())
        })
    };
    match z {
        Num::Real(x) => bits(x),
        Num::Complex(z) => bits(&z.re).max(bits(&z.im)),
    }
}

/// Roots of a higher degree are not looked for: an exact number of reasonable size has
/// none but 0 and 1.
const HIGHEST_DEGREE: usize = 1024;

fn ratio_power(heap: &Heap, base: Num, exponent: RBig) -> Result<Num, Raise> {
    if is_exact_zero(&base) && exponent.is_negative() {
        return Err(PrimError::divide_by_zero());
    }
    if *exponent.denominator() == UBig::from(2u8) && base.is_exact() {
        // Whole powers of the principal root, which may be exact though imaginary.
        let root = square_root(base.clone());
        if root.is_exact() || exponent.numerator().unsigned_abs().is_one() {
            return integer_power(heap, root, exponent.into_parts().0);
        }
    }
    if let Some(power) = exact_ratio_power(heap, &base, &exponent) {
        return power;
    }
    Ok(flonum_power(base, exponent.to_f64().value()))
}

/// `None` when the base has no exact root of that degree.
fn exact_ratio_power(heap: &Heap, base: &Num, exponent: &RBig) -> Option<Result<Num, Raise>> {
    let Num::Real(base) = base else { return None };
    let base = base.exact_ratio()?;
    let degree = usize::try_from(exponent.denominator())
        .ok()
        .filter(|&n| n <= HIGHEST_DEGREE || base.is_one() || base.is_zero())?;
    let root = if base.is_one() || base.is_zero() {
        base
    } else {
        exact_ratio_root(&base, degree)?
    };
    let (sign, magnitude) = exponent.numerator().clone().into_parts();
    let power = exact_power(heap, root, &magnitude, sign == Sign::Negative);
    Some(power.map(|q| Num::Real(Real::Rat(q))))
}

fn flonum_power(base: Num, exponent: f64) -> Num {
    if exponent == 0.5 {
        return Num::Real(Real::Flo(1.0)).mul(square_root(base));
    }
    match base {
        Num::Real(x) => real_power(x, exponent),
        Num::Complex(z) => C64::from(&z).pow(C64::new(exponent, 0.0)).into(),
    }
}

fn real_power(base: Real, exponent: f64) -> Num {
    let x = base.to_f64();
    let in_range = x.is_finite() && (x != 0.0 || base.is_zero());
    if !in_range && base.is_exact() && exponent.is_finite() && !base.is_negative() {
        let q = base.exact_ratio().unwrap_or(RBig::ONE);
        return Num::Real(Real::Flo(power_of_far(q, exponent)));
    }
    if x >= 0.0 || exponent.fract() == 0.0 || x.is_nan() || !exponent.is_finite() {
        return Num::Real(Real::Flo(x.powf(exponent)));
    }
    C64::new(x, 0.0).pow(C64::new(exponent, 0.0)).into()
}

/// The power of a ratio above zero that is beyond the range of flonums: with the base as
/// m times a power of two, the powers of both apart.
fn power_of_far(base: RBig, exponent: f64) -> f64 {
    let (numerator, denominator) = base.into_parts();
    let scale = numerator.bit_len() as isize - denominator.bit_len() as isize;
    let places = scale.unsigned_abs();
    let near = if scale >= 0 {
        RBig::from_parts(numerator, denominator << places)
    } else {
        RBig::from_parts(numerator << places, denominator)
    };
    let doublings = scale as f64 * exponent;
    let whole = doublings.round().clamp(-1e4, 1e4);
    let rest = near.to_f64().value().powf(exponent) * (doublings - whole).exp2();
    // In two steps, neither of which leaves the range before the result does.
    let half = (whole / 2.0).trunc();
    rest * half.exp2() * (whole - half).exp2()
}
