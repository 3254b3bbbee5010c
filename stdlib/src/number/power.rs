//! `sqrt` and `expt` (R7RS 6.2.6): exact whenever the result is rational and the operands
//! are exact.

use super::complex::C64;
use super::value::{self, Complex, Num, Real};
use crate::args::{MAX_INTEGER_BITS, out_of_memory};
use crate::table::primitives;
use dashu_base::{BitTest, Sign, Signed, SquareRoot, SquareRootRem, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use termite_abi::Value;
use termite_vm::{Cx, Outcome, PrimError, Raise};

primitives! {
    /// `(sqrt z)` is the principal square root, exact where it can be.
    "sqrt" (1) Alloc => |cx, args| square_root(value::number(args, 0)?).encode(cx.heap());
    /// `(expt z1 z2)` is `z1` to the power `z2`.
    "expt" (2) Alloc => expt;
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
    let near = x.to_f64();
    if near.is_finite() && near != 0.0 {
        return Real::Flo(near.sqrt());
    }
    // Beyond the range of flonums, but the root may be inside.
    let (numerator, denominator) = q.into_parts();
    let whole = |n: UBig| n.sqrt();
    let root = RBig::from_parts(whole(numerator.unsigned_abs()).into(), whole(denominator));
    Real::Flo(root.to_f64().value())
}

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

fn expt(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (base, exponent) = (value::number(args, 0)?, value::number(args, 1)?);
    let result = match exponent {
        Num::Real(Real::Fix(n)) => integer_power(base, IBig::from(n))?,
        Num::Real(Real::Big(n)) => integer_power(base, n)?,
        Num::Real(Real::Rat(q)) => ratio_power(base, q),
        Num::Real(Real::Flo(x)) => flonum_power(base, x),
        Num::Complex(z) => C64::of(base).pow(C64::from(&z)).into(),
    };
    result.encode(cx.heap())
}

fn integer_power(base: Num, exponent: IBig) -> Result<Num, Raise> {
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
            exact_power(q, &magnitude, inverse).map(|q| Num::Real(Real::Rat(q)))
        }
        Num::Complex(z) => {
            let power = complex_power(Num::Complex(z), &magnitude)?;
            if inverse {
                Num::Real(Real::ONE).div(power)
            } else {
                Ok(power)
            }
        }
    }
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

fn exact_power(base: RBig, exponent: &UBig, inverse: bool) -> Result<RBig, Raise> {
    let (numerator, denominator) = base.into_parts();
    let (sign, numerator) = numerator.into_parts();
    let negative = sign == Sign::Negative && exponent.bit(0);
    let (above, below) = (
        natural_power(numerator, exponent)?,
        natural_power(denominator, exponent)?,
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

fn natural_power(base: UBig, exponent: &UBig) -> Result<UBig, Raise> {
    if base.is_zero() || base.is_one() {
        return Ok(base);
    }
    let exponent = usize::try_from(exponent).map_err(|_| out_of_memory())?;
    if base.bit_len().saturating_mul(exponent) > MAX_INTEGER_BITS {
        return Err(out_of_memory());
    }
    Ok(base.pow(exponent))
}

/// Repeated squaring of an exact or inexact complex number.
fn complex_power(base: Num, exponent: &UBig) -> Result<Num, Raise> {
    if exponent.bit_len() > 32 && base.is_exact() {
        return Err(out_of_memory());
    }
    let (mut power, mut square) = (Num::Real(Real::ONE), base);
    for bit in 0..exponent.bit_len() {
        if exponent.bit(bit) {
            power = power.mul(square.clone());
        }
        if bit + 1 < exponent.bit_len() {
            if bits_of(&square) > MAX_INTEGER_BITS / 2 {
                return Err(out_of_memory());
            }
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

fn ratio_power(base: Num, exponent: RBig) -> Num {
    exact_ratio_power(&base, &exponent)
        .unwrap_or_else(|| flonum_power(base, exponent.to_f64().value()))
}

fn exact_ratio_power(base: &Num, exponent: &RBig) -> Option<Num> {
    let Num::Real(base) = base else { return None };
    let base = base.exact_ratio()?;
    let degree = usize::try_from(exponent.denominator())
        .ok()
        .filter(|&n| n <= HIGHEST_DEGREE)?;
    let root = exact_ratio_root(&base, degree)?;
    if root.is_zero() && exponent.is_negative() {
        return None;
    }
    let (sign, magnitude) = exponent.numerator().clone().into_parts();
    let power = exact_power(root, &magnitude, sign == Sign::Negative).ok()?;
    Some(Num::Real(Real::Rat(power)))
}

fn flonum_power(base: Num, exponent: f64) -> Num {
    match base {
        Num::Real(x) => {
            let x = x.to_f64();
            if x >= 0.0 || exponent.fract() == 0.0 || x.is_nan() || !exponent.is_finite() {
                return Num::Real(Real::Flo(x.powf(exponent)));
            }
            C64::new(x, 0.0).pow(C64::new(exponent, 0.0)).into()
        }
        Num::Complex(z) => C64::from(&z).pow(C64::new(exponent, 0.0)).into(),
    }
}
