//! Arithmetic of all numbers, complex ones included, and flonum complex functions.

use super::value::{Complex, Num, Real};
use std::f64::consts::LN_2;
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

/// A complex number of two flonums, for functions without exact results.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct C64 {
    pub re: f64,
    pub im: f64,
}

impl From<&Complex> for C64 {
    fn from(z: &Complex) -> C64 {
        C64 {
            re: z.re.to_f64(),
            im: z.im.to_f64(),
        }
    }
}

impl From<C64> for Num {
    fn from(z: C64) -> Num {
        Num::Complex(Complex {
            re: Real::Flo(z.re),
            im: Real::Flo(z.im),
        })
    }
}

impl C64 {
    pub(crate) const ONE: C64 = C64 { re: 1.0, im: 0.0 };

    pub(crate) fn new(re: f64, im: f64) -> C64 {
        C64 { re, im }
    }

    pub(crate) fn of(number: Num) -> C64 {
        C64::from(&number.into_parts())
    }

    pub(crate) fn add(self, other: C64) -> C64 {
        C64::new(self.re + other.re, self.im + other.im)
    }

    pub(crate) fn sub(self, other: C64) -> C64 {
        C64::new(self.re - other.re, self.im - other.im)
    }

    pub(crate) fn mul(self, other: C64) -> C64 {
        C64::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }

    pub(crate) fn scale(self, factor: f64) -> C64 {
        C64::new(self.re * factor, self.im * factor)
    }

    /// Smith's algorithm: no overflow on the way to a result that has none.
    pub(crate) fn div(self, other: C64) -> C64 {
        if other.re.abs() >= other.im.abs() {
            let ratio = other.im / other.re;
            let norm = other.re + other.im * ratio;
            C64::new(
                (self.re + self.im * ratio) / norm,
                (self.im - self.re * ratio) / norm,
            )
        } else {
            let ratio = other.re / other.im;
            let norm = other.re * ratio + other.im;
            C64::new(
                (self.re * ratio + self.im) / norm,
                (self.im * ratio - self.re) / norm,
            )
        }
    }

    pub(crate) fn magnitude(self) -> f64 {
        self.re.hypot(self.im)
    }

    pub(crate) fn angle(self) -> f64 {
        self.im.atan2(self.re)
    }

    pub(crate) fn polar(magnitude: f64, angle: f64) -> C64 {
        let (sin, cos) = angle.sin_cos();
        C64::new(magnitude * cos, magnitude * sin)
    }

    pub(crate) fn exp(self) -> C64 {
        C64::polar(self.re.exp(), self.im)
    }

    pub(crate) fn ln(self) -> C64 {
        let magnitude = self.magnitude();
        // Halved first when the magnitude itself is beyond the range.
        let log = if magnitude.is_infinite() && self.re.is_finite() && self.im.is_finite() {
            self.scale(0.5).magnitude().ln() + LN_2
        } else {
            magnitude.ln()
        };
        C64::new(log, self.angle())
    }

    /// The root with a real part that is not negative.
    pub(crate) fn sqrt(self) -> C64 {
        if self.re == 0.0 && self.im == 0.0 {
            return C64::new(0.0, self.im);
        }
        if self.im == 0.0 {
            let root = self.re.abs().sqrt();
            let (re, im) = if self.re >= 0.0 {
                (root, 0.0)
            } else {
                (0.0, root)
            };
            return C64::new(re, im.copysign(self.im));
        }
        let half = ((self.re.abs() + self.magnitude()) / 2.0).sqrt();
        let other = self.im.abs() / (2.0 * half);
        let (re, im) = if self.re >= 0.0 {
            (half, other)
        } else {
            (other, half)
        };
        C64::new(re, im.copysign(self.im))
    }

    pub(crate) fn sin(self) -> C64 {
        let (sin, cos) = self.re.sin_cos();
        C64::new(sin * self.im.cosh(), cos * self.im.sinh())
    }

    pub(crate) fn cos(self) -> C64 {
        let (sin, cos) = self.re.sin_cos();
        C64::new(cos * self.im.cosh(), -(sin * self.im.sinh()))
    }

    pub(crate) fn tan(self) -> C64 {
        // Beyond this the hyperbolic functions overflow, and the limit is reached.
        if self.im.abs() > 350.0 {
            return C64::new(0.0, 1f64.copysign(self.im));
        }
        self.sin().div(self.cos())
    }

    /// Kahan: -i asinh(iz), from two square roots.
    pub(crate) fn asin(self) -> C64 {
        let (left, right) = self.one_minus_and_plus();
        let re = self.re.atan2(left.re * right.re - left.im * right.im);
        let im = (left.re * right.im - left.im * right.re).asinh();
        C64::new(re, im)
    }

    pub(crate) fn acos(self) -> C64 {
        let (left, right) = self.one_minus_and_plus();
        let re = 2.0 * left.re.atan2(right.re);
        let im = (right.re * left.im - right.im * left.re).asinh();
        C64::new(re, im)
    }

    /// The square roots of 1-z and 1+z.
    fn one_minus_and_plus(self) -> (C64, C64) {
        (
            C64::new(1.0 - self.re, -self.im).sqrt(),
            C64::new(1.0 + self.re, self.im).sqrt(),
        )
    }

    /// (log(1+iz) - log(1-iz)) / 2i (R7RS 6.2.6).
    pub(crate) fn atan(self) -> C64 {
        let turned = C64::new(-self.im, self.re);
        let difference = C64::ONE.add(turned).ln().sub(C64::ONE.sub(turned).ln());
        C64::new(difference.im / 2.0, -difference.re / 2.0)
    }

    pub(crate) fn pow(self, exponent: C64) -> C64 {
        if self.re == 0.0 && self.im == 0.0 {
            return if exponent.re > 0.0 {
                C64::new(0.0, 0.0)
            } else {
                C64::new(f64::NAN, f64::NAN)
            };
        }
        self.ln().mul(exponent).exp()
    }
}
