//! Arithmetic of all numbers, complex ones included.

use super::c64::C64;
use super::value::{Complex, Num, Real};
use termite_vm::Raise;

impl Num {
    pub(crate) fn add(self, other: Num) -> Num {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Num::Real(a.add(b)),
            (a, b) => {
                let (a, b) = (a.into_parts(), b.into_parts());
                Num::rectangular(a.re.add(b.re), a.im.add(b.im))
            }
        }
    }

    pub(crate) fn sub(self, other: Num) -> Num {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Num::Real(a.sub(b)),
            (a, b) => {
                let (a, b) = (a.into_parts(), b.into_parts());
                Num::rectangular(a.re.sub(b.re), a.im.sub(b.im))
            }
        }
    }

    pub(crate) fn mul(self, other: Num) -> Num {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Num::Real(a.mul(b)),
            (Num::Real(a), Num::Complex(z)) | (Num::Complex(z), Num::Real(a)) => {
                Num::rectangular(z.re.mul(a.clone()), z.im.mul(a))
            }
            (Num::Complex(a), Num::Complex(b)) => {
                let re =
                    a.re.clone()
                        .mul(b.re.clone())
                        .sub(a.im.clone().mul(b.im.clone()));
                let im = a.re.mul(b.im).add(a.im.mul(b.re));
                Num::rectangular(re, im)
            }
        }
    }

    /// Raises for an exact zero as divisor only.
    pub(crate) fn div(self, other: Num) -> Result<Num, Raise> {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Ok(Num::Real(a.div(b)?)),
            (Num::Complex(a), Num::Real(b)) => {
                Ok(Num::rectangular(a.re.div(b.clone())?, a.im.div(b)?))
            }
            (a, Num::Complex(b)) => {
                let exact = a.is_exact() && b.re.is_exact() && b.im.is_exact();
                if exact {
                    divide_exact(a, b)
                } else {
                    Ok(C64::of(a).div(C64::from(&b)).into())
                }
            }
        }
    }

    pub(crate) fn neg(self) -> Num {
        match self {
            Num::Real(a) => Num::Real(a.neg()),
            Num::Complex(z) => Num::rectangular(z.re.neg(), z.im.neg()),
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Num::Real(a) => a.is_zero(),
            Num::Complex(z) => z.re.is_zero() && z.im.is_zero(),
        }
    }

    pub(crate) fn equals(&self, other: &Num) -> bool {
        let same = |a: &Real, b: &Real| a.compare(b).is_some_and(|order| order.is_eq());
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => same(a, b),
            (Num::Complex(a), Num::Complex(b)) => same(&a.re, &b.re) && same(&a.im, &b.im),
            (Num::Real(a), Num::Complex(z)) | (Num::Complex(z), Num::Real(a)) => {
                same(a, &z.re) && z.im.is_zero()
            }
        }
    }
}

/// Multiplies with the conjugate; `b` is not zero, its imaginary part being so.
fn divide_exact(a: Num, b: Complex) -> Result<Num, Raise> {
    let square = |x: &Real| x.clone().mul(x.clone());
    let norm = square(&b.re).add(square(&b.im));
    let conjugate = Num::rectangular(b.re, b.im.neg());
    a.mul(conjugate).div(Num::Real(norm))
}
