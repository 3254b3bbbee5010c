//! Functions of complex numbers whose parts are flonums.
//!
//! The branch cuts are those of R7RS 6.2.6, and the sign of a zero tells the sides of a cut
//! apart, after Kahan ("Branch Cuts for Complex Elementary Functions", 1987). No part
//! overflows on the way to a result that is finite.

use super::value::{Complex, Num, Real};
use std::f64::consts::{FRAC_PI_2, LN_2};

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
    pub(crate) fn new(re: f64, im: f64) -> C64 {
        C64 { re, im }
    }

    pub(crate) fn of(number: Num) -> C64 {
        C64::from(&number.into_parts())
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
        C64::new(product(cos, magnitude), product(sin, magnitude))
    }

    pub(crate) fn exp(self) -> C64 {
        let magnitude = self.re.exp();
        if magnitude == 0.0 && !self.im.is_finite() {
            return C64::new(0.0, 0.0);
        }
        if magnitude.is_infinite() && self.re.is_finite() {
            // The parts may be in range where the magnitude is not.
            let half = (self.re / 2.0).exp();
            let z = C64::polar(half, self.im);
            return C64::new(product(z.re, half), product(z.im, half));
        }
        C64::polar(magnitude, self.im)
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
        if self.im.is_infinite() {
            return C64::new(f64::INFINITY, self.im);
        }
        if self.re.is_infinite() {
            return self.root_of_infinity();
        }
        let size = self.re.abs().max(self.im.abs());
        if size > 1e307 {
            return self.scale(0.25).finite_root().scale(2.0);
        }
        if size < 1e-290 {
            let up = 2f64.powi(108);
            return self.scale(up).finite_root().scale(2f64.powi(-54));
        }
        self.finite_root()
    }

    /// The real part is infinite, the other not.
    fn root_of_infinity(self) -> C64 {
        let none = if self.im.is_nan() { f64::NAN } else { 0.0 };
        if self.re > 0.0 {
            return C64::new(f64::INFINITY, none.copysign(self.im));
        }
        C64::new(none, f64::INFINITY.copysign(self.im))
    }

    fn finite_root(self) -> C64 {
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
        C64::new(product(sin, self.im.cosh()), product(self.im.sinh(), cos))
    }

    pub(crate) fn cos(self) -> C64 {
        let (sin, cos) = self.re.sin_cos();
        C64::new(product(cos, self.im.cosh()), -product(sin, self.im.sinh()))
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

    /// (log(1+iz) - log(1-iz)) / 2i (R7RS 6.2.6), in a form that loses nothing near zero.
    pub(crate) fn atan(self) -> C64 {
        let (x, y) = (self.re, self.im.abs());
        let (re, im) = if x.abs().max(y) > 1e150 {
            let magnitude = self.magnitude();
            let im = if y.is_infinite() || magnitude.is_infinite() {
                0.0
            } else {
                y / magnitude / magnitude
            };
            (FRAC_PI_2.copysign(x), im)
        } else {
            // 1 - |z|^2, from its larger part.
            let (large, small) = (x.abs().max(y), x.abs().min(y));
            let rest = (1.0 - large) * (1.0 + large) - small * small;
            let distance = x * x + (1.0 - y) * (1.0 - y);
            (
                (2.0 * x).atan2(rest) / 2.0,
                (4.0 * y / distance).ln_1p() / 4.0,
            )
        };
        C64::new(re, im.copysign(self.im))
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

/// A product in which a zero that is meant exactly wins over an infinity that stands for
/// a large number.
fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 && b.is_infinite() {
        a * b.signum()
    } else {
        a * b
    }
}
