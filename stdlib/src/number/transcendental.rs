//! Exponential, logarithm, trigonometry, polar form (R7RS 6.2.6).
//!
//! Results are flonums, but for the exact ones that everybody expects: `(exp 0)` is 1.

use super::c64::C64;
use super::power::square_root;
use super::value::{self, Complex, Num, Real};
use crate::table::primitives;
use dashu_base::{Abs, BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use std::f64::consts::{LN_2, PI};
use termite_abi::Value;
use termite_heap::flonum_value;
use termite_vm::{Cx, Outcome, PrimError};

primitives! {
    /// `(exp z)` is e to the power `z`.
    "exp" (1) Alloc => |cx, args| function(cx, args, Some(1), |x| Some(x.exp()), C64::exp);
    /// `(log z [base])` is the logarithm, natural without a base.
    "log" (1..=2) Alloc => log;
    /// `(sin z)` is the sine.
    "sin" (1) Alloc => |cx, args| function(cx, args, Some(0), |x| Some(x.sin()), C64::sin);
    /// `(cos z)` is the cosine.
    "cos" (1) Alloc => |cx, args| function(cx, args, Some(1), |x| Some(x.cos()), C64::cos);
    /// `(tan z)` is the tangent.
    "tan" (1) Alloc => |cx, args| function(cx, args, Some(0), |x| Some(x.tan()), C64::tan);
    /// `(asin z)` is the arc sine.
    "asin" (1) Alloc => |cx, args| {
        function(cx, args, Some(0), |x| (x.abs() <= 1.0 || x.is_nan()).then(|| x.asin()), C64::asin)
    };
    /// `(acos z)` is the arc cosine.
    "acos" (1) Alloc => |cx, args| match args {
        [one] if *one == Value::fixnum(1) => Ok(Value::fixnum(0)),
        _ => function(cx, args, None, |x| (x.abs() <= 1.0 || x.is_nan()).then(|| x.acos()), C64::acos),
    };
    /// `(atan z)` is the arc tangent; `(atan y x)` the angle of the point (x, y).
    "atan" (1..=2) Alloc => |cx, args| match crate::args::optional(args, 1) {
        None => match imaginary_beyond_one(args[0]) {
            Some(z) => Num::from(z.atan()).encode(cx.heap()),
            None => function(cx, args, Some(0), |x| Some(x.atan()), C64::atan),
        },
        Some(_) => atan2(cx, args),
    };
    /// `(make-rectangular x y)` is the complex number x+yi.
    "make-rectangular" (2) Alloc => |cx, args| {
        Num::rectangular(value::real(args, 0)?, value::real(args, 1)?).encode(cx.heap())
    };
    /// `(make-polar r a)` is the complex number of magnitude `r` and angle `a`.
    "make-polar" (2) Alloc => make_polar;
    /// `(real-part z)` is the real part.
    "real-part" (1) Alloc => |cx, args| value::number(args, 0)?.into_parts().re.encode(cx.heap());
    /// `(imag-part z)` is the imaginary part.
    "imag-part" (1) Alloc => |cx, args| value::number(args, 0)?.into_parts().im.encode(cx.heap());
    /// `(magnitude z)` is the distance from zero.
    "magnitude" (1) Alloc => |cx, args| magnitude(value::number(args, 0)?).encode(cx.heap());
    /// `(angle z)` is the angle, in radians above -pi and up to pi.
    "angle" (1) Alloc => |cx, args| angle(value::number(args, 0)?).encode(cx.heap());
}

/// Applies a function of real flonums where it is defined, else its complex extension.
/// `at_zero` is its value at exact zero, when that is exact.
fn function(
    cx: &mut Cx<'_>,
    args: &[Value],
    at_zero: Option<i64>,
    real: fn(f64) -> Option<f64>,
    complex: fn(C64) -> C64,
) -> Outcome {
    if let (Some(exact), true) = (at_zero, args[0] == Value::fixnum(0)) {
        return Ok(Value::fixnum(exact));
    }
    if args[0].is_flonum()
        && let Some(y) = real(flonum_value(args[0]))
    {
        return Ok(cx.heap().flonum(y));
    }
    let result = match value::number(args, 0)? {
        Num::Real(x) => {
            let x = x.to_f64();
            match real(x) {
                Some(y) => Num::Real(Real::Flo(y)),
                // The side of the cut that R7RS 6.2.6 gives to real arguments.
                None => complex(C64::new(x, if x > 0.0 { -0.0 } else { 0.0 })).into(),
            }
        }
        Num::Complex(z) => complex(C64::from(&z)).into(),
    };
    result.encode(cx.heap())
}

/// An imaginary number on a cut of `atan`, on the side that the formula of R7RS 6.2.6 gives
/// to an exact zero as the real part.
fn imaginary_beyond_one(v: Value) -> Option<C64> {
    if value::is_real(v) {
        return None;
    }
    let Num::Complex(z) = Num::decode(v)? else {
        return None;
    };
    let y = z.im.to_f64();
    (z.re.is_exact_zero() && y.abs() > 1.0).then(|| C64::new(0f64.copysign(y), y))
}

fn log(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    if args[0] == Value::fixnum(1) {
        return Ok(Value::fixnum(0));
    }
    let z = value::number(args, 0)?;
    if matches!(&z, Num::Real(x) if x.is_exact_zero()) {
        return Err(PrimError::range(1, "a number other than zero", args[0]));
    }
    if crate::args::optional(args, 1).is_none() {
        return natural_log(z).encode(cx.heap());
    }
    let base = value::number(args, 1)?;
    if let Some(exact) = common_log(&z, &base) {
        return Ok(cx.heap().flonum(exact));
    }
    if let Some(exact) = whole_log(&z, &base) {
        return Ok(cx.heap().flonum(exact));
    }
    if matches!(&base, Num::Real(x) if x.is_exact_zero()) {
        return Err(PrimError::range(2, "a number other than zero", args[1]));
    }
    natural_log(z).div(natural_log(base))?.encode(cx.heap())
}

/// The logarithm of an exact power of an exact integer, where a quotient may miss the
/// whole number.
fn whole_log(z: &Num, base: &Num) -> Option<f64> {
    let (Num::Real(x), Num::Real(base)) = (z, base) else {
        return None;
    };
    let whole = base.is_exact().then(|| base.to_integer())??;
    if !x.is_exact() || !x.is_positive() || whole <= IBig::ONE {
        return None;
    }
    let near = real_log(x) / real_log(base);
    let power = near.round();
    if (near - power).abs() > 1e-9 * power.abs().max(1.0) {
        return None;
    }
    let magnitude = RBig::from(whole.pow(power.abs() as usize));
    let exact = x.exact_ratio()?;
    let found = if power < 0.0 {
        exact * magnitude == RBig::ONE
    } else {
        exact == magnitude
    };
    found.then_some(power)
}

/// Logarithms of finite positive numbers to base 2 and 10, which Rust rounds better than
/// a quotient is.
fn common_log(z: &Num, base: &Num) -> Option<f64> {
    let (Num::Real(x), Num::Real(base)) = (z, base) else {
        return None;
    };
    let x = x.to_f64();
    if !(x > 0.0 && x.is_finite()) {
        return None;
    }
    match base.to_f64() {
        2.0 => Some(x.log2()),
        10.0 => Some(x.log10()),
        _ => None,
    }
}

fn natural_log(z: Num) -> Num {
    match z {
        Num::Real(x) if x.is_negative() => {
            let log = real_log(&x.neg());
            C64::new(log, PI).into()
        }
        Num::Real(x) => Num::Real(Real::Flo(real_log(&x))),
        Num::Complex(z) => C64::from(&z).ln().into(),
    }
}

/// The logarithm of a number that is not negative, also of exact ones beyond the range
/// of flonums.
fn real_log(x: &Real) -> f64 {
    let near = x.to_f64();
    if near != 0.0 && near.is_finite() {
        return near.ln();
    }
    match x.exact_ratio() {
        Some(q) => {
            let (numerator, denominator) = q.into_parts();
            log_of_natural(numerator.unsigned_abs()) - log_of_natural(denominator)
        }
        None => near.ln(),
    }
}

fn log_of_natural(n: UBig) -> f64 {
    let excess = n.bit_len().saturating_sub(512);
    (n >> excess).to_f64().value().ln() + excess as f64 * LN_2
}

fn atan2(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (y, x) = (value::real(args, 0)?, value::real(args, 1)?);
    if y.is_exact_zero() && x.is_exact() && !x.is_negative() {
        return Ok(Value::fixnum(0));
    }
    let angle = if y.is_exact() && x.is_exact() {
        angle_of_exact(y, x)
    } else {
        y.to_f64().atan2(x.to_f64())
    };
    Ok(cx.heap().flonum(angle))
}

/// The angle of an exact point, also of one beyond the range of flonums: brought near.
fn angle_of_exact(y: Real, x: Real) -> f64 {
    let in_range = |part: &Real| {
        let size = part.to_f64().abs();
        part.is_exact_zero() || (1e-150..1e300).contains(&size)
    };
    let (near_y, near_x) = (y.to_f64(), x.to_f64());
    if in_range(&y) && in_range(&x) {
        return near_y.atan2(near_x);
    }
    let (Some(y), Some(x)) = (y.exact_ratio(), x.exact_ratio()) else {
        return near_y.atan2(near_x);
    };
    let size = y.clone().abs().max(x.clone().abs());
    if size.is_zero() {
        return 0.0;
    }
    (y / &size)
        .to_f64()
        .value()
        .atan2((x / size).to_f64().value())
}

fn make_polar(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (magnitude, angle) = (value::real(args, 0)?, value::real(args, 1)?);
    if angle.is_exact_zero() || magnitude.is_exact_zero() {
        return magnitude.encode(cx.heap());
    }
    Num::from(C64::polar(magnitude.to_f64(), angle.to_f64())).encode(cx.heap())
}

fn magnitude(z: Num) -> Real {
    let z = match z {
        Num::Real(x) => return x.abs(),
        Num::Complex(z) => z,
    };
    if z.re.is_exact() && z.im.is_exact() {
        let square = |x: Real| x.clone().mul(x);
        let Complex { re, im } = z;
        return match square_root(Num::Real(square(re).add(square(im)))) {
            Num::Real(root) => root,
            Num::Complex(root) => root.re,
        };
    }
    Real::Flo(C64::from(&z).magnitude())
}

fn angle(z: Num) -> Real {
    match z {
        Num::Real(Real::Flo(x)) => Real::Flo(0f64.atan2(x)),
        Num::Real(x) if x.is_negative() => Real::Flo(PI),
        Num::Real(_) => Real::ZERO,
        Num::Complex(z) if z.re.is_exact() && z.im.is_exact() => {
            Real::Flo(angle_of_exact(z.im, z.re))
        }
        Num::Complex(z) => Real::Flo(C64::from(&z).angle()),
    }
}
