//! Numbers as literals: the whole tower of R7RS 6.2, without arithmetic.
//!
//! Values are kept normal, so that equal exact numbers have one form: an
//! integer that fits is a fixnum, a ratio is reduced and never whole, a complex
//! number never has an exact zero as imaginary part. The constructors see to
//! that. Equality is that of `eqv?`: exactness counts, `0.0` and `-0.0` differ,
//! a NaN equals itself.

mod digits;
pub mod parse;
pub mod print;
#[cfg(test)]
mod tests;

pub use parse::{MAX_COMPLEX_RADIX, NumberFault, parse_number, read_number};
pub use print::{f64_to_string, number_to_string};

use dashu_int::IBig;
use dashu_ratio::RBig;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A real number.
#[derive(Clone, Debug)]
pub enum Real {
    Fixnum(i64),
    /// Never one that fits `i64`.
    Bignum(Arc<IBig>),
    /// Never a whole number.
    Ratnum(Arc<RBig>),
    Flonum(f64),
}

/// Rectangular parts; they may differ in exactness (`1+2.5i`).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Complex {
    pub re: Real,
    pub im: Real,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Number {
    Real(Real),
    /// Never one whose imaginary part is an exact zero.
    Complex(Arc<Complex>),
}

impl Real {
    pub const ZERO: Real = Real::Fixnum(0);
    pub const ONE: Real = Real::Fixnum(1);

    pub fn from_integer(value: IBig) -> Real {
        match i64::try_from(&value) {
            Ok(small) => Real::Fixnum(small),
            Err(_) => Real::Bignum(Arc::new(value)),
        }
    }

    pub fn from_ratio(value: RBig) -> Real {
        if value.is_int() {
            return Real::from_integer(value.into_parts().0);
        }
        Real::Ratnum(Arc::new(value))
    }

    pub fn is_exact(&self) -> bool {
        !matches!(self, Real::Flonum(_))
    }

    pub fn is_exact_zero(&self) -> bool {
        matches!(self, Real::Fixnum(0))
    }

    /// The exact value; `None` for infinities and NaNs.
    pub fn to_ratio(&self) -> Option<RBig> {
        match self {
            Real::Fixnum(value) => Some(RBig::from(*value)),
            Real::Bignum(value) => Some(RBig::from(value.as_ref().clone())),
            Real::Ratnum(value) => Some(value.as_ref().clone()),
            Real::Flonum(value) => RBig::try_from(*value).ok(),
        }
    }

    /// The nearest flonum, ties to even.
    pub fn to_f64(&self) -> f64 {
        match self {
            Real::Fixnum(value) => *value as f64,
            Real::Bignum(value) => value.to_f64().value(),
            Real::Ratnum(value) => value.to_f64().value(),
            Real::Flonum(value) => *value,
        }
    }

    /// `exact` of R7RS; `None` for infinities and NaNs.
    pub fn to_exact(&self) -> Option<Real> {
        match self {
            Real::Flonum(_) => self.to_ratio().map(Real::from_ratio),
            Real::Fixnum(_) | Real::Bignum(_) | Real::Ratnum(_) => Some(self.clone()),
        }
    }
}

impl PartialEq for Real {
    fn eq(&self, other: &Real) -> bool {
        match (self, other) {
            (Real::Fixnum(a), Real::Fixnum(b)) => a == b,
            (Real::Bignum(a), Real::Bignum(b)) => a == b,
            (Real::Ratnum(a), Real::Ratnum(b)) => a == b,
            (Real::Flonum(a), Real::Flonum(b)) => flonum_bits(*a) == flonum_bits(*b),
            (Real::Fixnum(_) | Real::Bignum(_) | Real::Ratnum(_) | Real::Flonum(_), _) => false,
        }
    }
}

impl Eq for Real {}

impl Hash for Real {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Real::Fixnum(value) => value.hash(state),
            Real::Bignum(value) => value.hash(state),
            Real::Ratnum(value) => (value.numerator(), value.denominator()).hash(state),
            Real::Flonum(value) => flonum_bits(*value).hash(state),
        }
    }
}

/// All NaNs are one number: their payload cannot be written.
fn flonum_bits(value: f64) -> u64 {
    if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    }
}

impl Number {
    pub fn fixnum(value: i64) -> Number {
        Number::Real(Real::Fixnum(value))
    }

    pub fn flonum(value: f64) -> Number {
        Number::Real(Real::Flonum(value))
    }

    pub fn integer(value: IBig) -> Number {
        Number::Real(Real::from_integer(value))
    }

    pub fn ratio(value: RBig) -> Number {
        Number::Real(Real::from_ratio(value))
    }

    pub fn rectangular(re: Real, im: Real) -> Number {
        if im.is_exact_zero() {
            return Number::Real(re);
        }
        Number::Complex(Arc::new(Complex { re, im }))
    }

    pub fn is_exact(&self) -> bool {
        match self {
            Number::Real(real) => real.is_exact(),
            Number::Complex(parts) => parts.re.is_exact() && parts.im.is_exact(),
        }
    }

    pub fn as_real(&self) -> Option<&Real> {
        match self {
            Number::Real(real) => Some(real),
            Number::Complex(_) => None,
        }
    }

    pub fn as_fixnum(&self) -> Option<i64> {
        match self {
            Number::Real(Real::Fixnum(value)) => Some(*value),
            Number::Real(Real::Bignum(_) | Real::Ratnum(_) | Real::Flonum(_))
            | Number::Complex(_) => None,
        }
    }
}

impl From<Real> for Number {
    fn from(real: Real) -> Number {
        Number::Real(real)
    }
}
