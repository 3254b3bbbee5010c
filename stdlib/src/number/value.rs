//! Numbers of the tower as Rust values, and the way from and to the heap's.
//!
//! These exist only during an operation. Decoding copies limbs; encoding puts numbers
//! into normal form: an integer in fixnum range is a fixnum, a ratio is never whole, a
//! complex number never has an exact zero as its imaginary part.

use crate::args::check_room;
use dashu_int::{IBig, Sign};
use dashu_ratio::RBig;
use std::sync::Arc;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap};
use termite_syntax::number as syntax;
use termite_vm::{Outcome, Raise};

/// A real number. Not all forms are normal: a `Big` may be small, a `Rat` whole.
#[derive(Clone, Debug)]
pub(crate) enum Real {
    Fix(i64),
    Big(IBig),
    Rat(RBig),
    Flo(f64),
}

/// A number with an imaginary part.
#[derive(Clone, Debug)]
pub(crate) struct Complex {
    pub re: Real,
    pub im: Real,
}

#[derive(Clone, Debug)]
pub(crate) enum Num {
    Real(Real),
    Complex(Complex),
}

impl Real {
    pub(crate) const ZERO: Real = Real::Fix(0);
    pub(crate) const ONE: Real = Real::Fix(1);

    /// `None` unless `v` is a real number.
    pub(crate) fn decode(v: Value) -> Option<Real> {
        if v.is_fixnum() {
            return Some(Real::Fix(v.as_fixnum()));
        }
        if v.is_flonum() {
            return Some(Real::Flo(heap::flonum_value(v)));
        }
        match heap::kind(v)? {
            Kind::Bignum => Some(Real::Big(decode_bignum(v))),
            Kind::Ratnum => {
                let numerator = decode_integer(heap::field(v, 0))?;
                let denominator = decode_integer(heap::field(v, 1))?;
                Some(Real::Rat(RBig::from_parts_signed(numerator, denominator)))
            }
            _ => None,
        }
    }

    pub(crate) fn encode(self, heap: &mut Heap) -> Outcome {
        match self {
            Real::Fix(n) => Ok(encode_i64(heap, n)),
            Real::Big(n) => encode_integer(heap, &n),
            Real::Flo(x) => Ok(heap.flonum(x)),
            Real::Rat(q) => {
                let (numerator, denominator) = q.into_parts();
                if denominator.is_one() {
                    return encode_integer(heap, &numerator);
                }
                let parts = [
                    encode_integer(heap, &numerator)?,
                    encode_integer(heap, &IBig::from(denominator))?,
                ];
                Ok(heap.object(Kind::Ratnum, &parts))
            }
        }
    }

    pub(crate) fn is_exact(&self) -> bool {
        !matches!(self, Real::Flo(_))
    }

    pub(crate) fn is_exact_zero(&self) -> bool {
        match self {
            Real::Fix(n) => *n == 0,
            Real::Big(n) => n.is_zero(),
            Real::Rat(q) => q.is_zero(),
            Real::Flo(_) => false,
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        matches!(self, Real::Flo(0.0)) || self.is_exact_zero()
    }

    /// The nearest flonum, ties to even.
    pub(crate) fn to_f64(&self) -> f64 {
        match self {
            Real::Fix(n) => *n as f64,
            Real::Big(n) => n.to_f64().value(),
            Real::Rat(q) => q.to_f64().value(),
            Real::Flo(x) => *x,
        }
    }

    /// The exact number of the same value; `None` for infinities and NaNs.
    pub(crate) fn to_exact(&self) -> Option<Real> {
        let Real::Flo(x) = *self else {
            return Some(self.clone());
        };
        if x.fract() == 0.0 && x.abs() < (1i64 << 62) as f64 {
            return Some(Real::Fix(x as i64));
        }
        RBig::try_from(x).ok().map(Real::Rat)
    }

    /// An exact number as a ratio; `None` for a flonum.
    pub(crate) fn exact_ratio(&self) -> Option<RBig> {
        match self {
            Real::Fix(n) => Some(RBig::from(*n)),
            Real::Big(n) => Some(RBig::from(n.clone())),
            Real::Rat(q) => Some(q.clone()),
            Real::Flo(_) => None,
        }
    }

    /// The value as a whole number, if it is one; flonums included.
    pub(crate) fn to_integer(&self) -> Option<IBig> {
        match self {
            Real::Fix(n) => Some(IBig::from(*n)),
            Real::Big(n) => Some(n.clone()),
            Real::Rat(q) => q.is_int().then(|| q.numerator().clone()),
            Real::Flo(x) if x.fract() == 0.0 => {
                self.to_exact()?.exact_ratio().map(|q| q.into_parts().0)
            }
            Real::Flo(_) => None,
        }
    }

    fn to_syntax(&self) -> syntax::Real {
        match self {
            Real::Fix(n) => syntax::Real::Fixnum(*n),
            Real::Big(n) => syntax::Real::from_integer(n.clone()),
            Real::Rat(q) => syntax::Real::from_ratio(q.clone()),
            Real::Flo(x) => syntax::Real::Flonum(*x),
        }
    }

    fn from_syntax(real: &syntax::Real) -> Real {
        match real {
            syntax::Real::Fixnum(n) => Real::Fix(*n),
            syntax::Real::Bignum(n) => Real::Big(IBig::clone(n)),
            syntax::Real::Ratnum(q) => Real::Rat(RBig::clone(q)),
            syntax::Real::Flonum(x) => Real::Flo(*x),
        }
    }
}

impl From<Real> for Num {
    fn from(real: Real) -> Num {
        Num::Real(real)
    }
}

impl Num {
    /// `None` unless `v` is a number.
    pub(crate) fn decode(v: Value) -> Option<Num> {
        if let Some(real) = Real::decode(v) {
            return Some(Num::Real(real));
        }
        if !heap::is_kind(v, Kind::Compnum) {
            return None;
        }
        let (re, im) = (
            Real::decode(heap::field(v, 0))?,
            Real::decode(heap::field(v, 1))?,
        );
        Some(Num::Complex(Complex { re, im }))
    }

    pub(crate) fn rectangular(re: Real, im: Real) -> Num {
        if im.is_exact_zero() {
            Num::Real(re)
        } else {
            Num::Complex(Complex { re, im })
        }
    }

    pub(crate) fn encode(self, heap: &mut Heap) -> Outcome {
        match self {
            Num::Real(real) => real.encode(heap),
            Num::Complex(Complex { re, im }) => {
                if im.is_exact_zero() {
                    return re.encode(heap);
                }
                let parts = [re.encode(heap)?, im.encode(heap)?];
                Ok(heap.object(Kind::Compnum, &parts))
            }
        }
    }

    pub(crate) fn is_exact(&self) -> bool {
        match self {
            Num::Real(real) => real.is_exact(),
            Num::Complex(z) => z.re.is_exact() && z.im.is_exact(),
        }
    }

    /// Real and imaginary part.
    pub(crate) fn into_parts(self) -> Complex {
        match self {
            Num::Real(re) => Complex { re, im: Real::ZERO },
            Num::Complex(z) => z,
        }
    }
}

/// The number as the reader and printer know it; `None` unless `v` is a number.
pub(crate) fn to_syntax(v: Value) -> Option<syntax::Number> {
    match Num::decode(v)? {
        Num::Real(real) => Some(syntax::Number::Real(real.to_syntax())),
        Num::Complex(z) => Some(syntax::Number::rectangular(
            z.re.to_syntax(),
            z.im.to_syntax(),
        )),
    }
}

pub(crate) fn from_syntax(heap: &mut Heap, number: &syntax::Number) -> Outcome {
    match number {
        syntax::Number::Real(real) => Real::from_syntax(real).encode(heap),
        syntax::Number::Complex(z) => {
            let z: &syntax::Complex = Arc::as_ref(z);
            Num::rectangular(Real::from_syntax(&z.re), Real::from_syntax(&z.im)).encode(heap)
        }
    }
}

/// The integer of a fixnum or bignum; `None` for other values.
pub(crate) fn decode_integer(v: Value) -> Option<IBig> {
    if v.is_fixnum() {
        return Some(IBig::from(v.as_fixnum()));
    }
    heap::is_kind(v, Kind::Bignum).then(|| decode_bignum(v))
}

fn decode_bignum(v: Value) -> IBig {
    let sign = if heap::bignum_is_negative(v) {
        Sign::Negative
    } else {
        Sign::Positive
    };
    IBig::from_sign_words(sign, heap::bignum_limbs(v))
}

pub(crate) fn encode_i64(heap: &mut Heap, n: i64) -> Value {
    match Value::try_fixnum(n) {
        Some(v) => v,
        None => heap.bignum(n < 0, &[n.unsigned_abs()]),
    }
}

pub(crate) fn encode_i128(heap: &mut Heap, n: i128) -> Value {
    match i64::try_from(n) {
        Ok(n) => encode_i64(heap, n),
        Err(_) => {
            let magnitude = n.unsigned_abs();
            heap.bignum(n < 0, &[magnitude as u64, (magnitude >> 64) as u64])
        }
    }
}

pub(crate) fn encode_integer(heap: &mut Heap, n: &IBig) -> Outcome {
    if let Ok(small) = i64::try_from(n) {
        return Ok(encode_i64(heap, small));
    }
    let (sign, limbs) = n.as_sign_words();
    check_room(heap, limbs.len() * 8)?;
    Ok(heap.bignum(sign == Sign::Negative, limbs))
}

/// Whether `v` is a number.
pub(crate) fn is_number(v: Value) -> bool {
    is_real(v) || heap::is_kind(v, Kind::Compnum)
}

pub(crate) fn is_real(v: Value) -> bool {
    v.is_flonum() || is_exact_rational(v)
}

pub(crate) fn is_exact_integer(v: Value) -> bool {
    v.is_fixnum() || heap::is_kind(v, Kind::Bignum)
}

pub(crate) fn is_exact_rational(v: Value) -> bool {
    is_exact_integer(v) || heap::is_kind(v, Kind::Ratnum)
}

/// Argument `i` as a number.
pub(crate) fn number(args: &[Value], i: usize) -> Result<Num, Raise> {
    Num::decode(args[i]).ok_or_else(|| crate::args::wrong(args, i, "a number"))
}

/// Argument `i` as a real number.
pub(crate) fn real(args: &[Value], i: usize) -> Result<Real, Raise> {
    Real::decode(args[i]).ok_or_else(|| crate::args::wrong(args, i, "a real number"))
}

/// Argument `i` as an exact integer.
pub(crate) fn exact_integer(args: &[Value], i: usize) -> Result<IBig, Raise> {
    decode_integer(args[i]).ok_or_else(|| crate::args::wrong(args, i, "an exact integer"))
}
