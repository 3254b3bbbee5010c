//! Arithmetic and order of real numbers.
//!
//! An operation on exact numbers is exact; one with a flonum among its operands works on
//! flonums. Comparing is always exact, whatever the operands.

use super::value::Real;
use dashu_base::Signed;
use dashu_int::IBig;
use dashu_ratio::RBig;
use std::cmp::Ordering;
use termite_vm::{PrimError, Raise};

/// Two operands brought to one form.
enum Both {
    Fix(i64, i64),
    Big(IBig, IBig),
    Rat(RBig, RBig),
    Flo(f64, f64),
}

fn unify(a: Real, b: Real) -> Both {
    match (a, b) {
        (Real::Fix(a), Real::Fix(b)) => Both::Fix(a, b),
        (Real::Flo(a), b) => Both::Flo(a, b.to_f64()),
        (a, Real::Flo(b)) => Both::Flo(a.to_f64(), b),
        (Real::Rat(a), b) => Both::Rat(a, into_ratio(b)),
        (a, Real::Rat(b)) => Both::Rat(into_ratio(a), b),
        (Real::Big(a), Real::Big(b)) => Both::Big(a, b),
        (Real::Big(a), Real::Fix(b)) => Both::Big(a, IBig::from(b)),
        (Real::Fix(a), Real::Big(b)) => Both::Big(IBig::from(a), b),
    }
}

/// Flonums do not come here.
fn into_ratio(a: Real) -> RBig {
    match a {
        Real::Fix(n) => RBig::from(n),
        Real::Big(n) => RBig::from(n),
        Real::Rat(q) => q,
        Real::Flo(_) => RBig::ZERO,
    }
}

impl Real {
    pub(crate) fn add(self, other: Real) -> Real {
        match unify(self, other) {
            Both::Fix(a, b) => small(i128::from(a) + i128::from(b)),
            Both::Big(a, b) => Real::Big(a + b),
            Both::Rat(a, b) => Real::Rat(a + b),
            Both::Flo(a, b) => Real::Flo(a + b),
        }
    }

    pub(crate) fn sub(self, other: Real) -> Real {
        match unify(self, other) {
            Both::Fix(a, b) => small(i128::from(a) - i128::from(b)),
            Both::Big(a, b) => Real::Big(a - b),
            Both::Rat(a, b) => Real::Rat(a - b),
            Both::Flo(a, b) => Real::Flo(a - b),
        }
    }

    pub(crate) fn mul(self, other: Real) -> Real {
        match unify(self, other) {
            Both::Fix(a, b) => small(i128::from(a) * i128::from(b)),
            Both::Big(a, b) => Real::Big(a * b),
            Both::Rat(a, b) => Real::Rat(a * b),
            Both::Flo(a, b) => Real::Flo(a * b),
        }
    }

    /// Raises for an exact zero as divisor only.
    pub(crate) fn div(self, other: Real) -> Result<Real, Raise> {
        if other.is_exact_zero() {
            return Err(PrimError::divide_by_zero());
        }
        Ok(match unify(self, other) {
            Both::Fix(a, b) if a % b == 0 => small(i128::from(a) / i128::from(b)),
            Both::Fix(a, b) => Real::Rat(RBig::from_parts_signed(a.into(), b.into())),
            Both::Big(a, b) => Real::Rat(RBig::from_parts_signed(a, b)),
            Both::Rat(a, b) => Real::Rat(a / b),
            Both::Flo(a, b) => Real::Flo(a / b),
        })
    }

    pub(crate) fn neg(self) -> Real {
        match self {
            Real::Fix(n) => small(-i128::from(n)),
            Real::Big(n) => Real::Big(-n),
            Real::Rat(q) => Real::Rat(-q),
            Real::Flo(x) => Real::Flo(-x),
        }
    }

    pub(crate) fn abs(self) -> Real {
        match self {
            Real::Flo(x) => Real::Flo(x.abs()),
            exact if exact.is_negative() => exact.neg(),
            exact => exact,
        }
    }

    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Real::Fix(n) => *n < 0,
            Real::Big(n) => n.is_negative(),
            Real::Rat(q) => q.is_negative(),
            Real::Flo(x) => *x < 0.0,
        }
    }

    pub(crate) fn is_positive(&self) -> bool {
        match self {
            Real::Flo(x) => *x > 0.0,
            exact => !exact.is_exact_zero() && !exact.is_negative(),
        }
    }

    /// `None` when one is a NaN.
    pub(crate) fn compare(&self, other: &Real) -> Option<Ordering> {
        match (self, other) {
            (Real::Fix(a), Real::Fix(b)) => Some(a.cmp(b)),
            (Real::Flo(a), Real::Flo(b)) => a.partial_cmp(b),
            (exact, Real::Flo(x)) => exact.compare_f64(*x),
            (Real::Flo(x), exact) => exact.compare_f64(*x).map(Ordering::reverse),
            (Real::Big(a), Real::Big(b)) => Some(a.cmp(b)),
            (a, b) => Some(into_ratio(a.clone()).cmp(&into_ratio(b.clone()))),
        }
    }

    /// Compares this exact number with a flonum.
    fn compare_f64(&self, x: f64) -> Option<Ordering> {
        if let Real::Fix(n) = self
            && n.unsigned_abs() <= 1 << 53
        {
            return (*n as f64).partial_cmp(&x);
        }
        match Real::Flo(x).to_exact() {
            Some(exact) => self.compare(&exact),
            None if x.is_nan() => None,
            None => Some(if x > 0.0 {
                Ordering::Less
            } else {
                Ordering::Greater
            }),
        }
    }
}

pub(crate) fn small(n: i128) -> Real {
    match i64::try_from(n) {
        Ok(n) => Real::Fix(n),
        Err(_) => Real::Big(IBig::from(n)),
    }
}
