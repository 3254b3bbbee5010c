//! Arithmetic of exact rationals of any size, on numerators and denominators in lowest
//! terms: so that the common divisors to look for are few and small (Knuth, The Art of
//! Computer Programming, volume 2, 4.5.1).
//!
//! Operations answer `None` unless both operands are exact and, but for division, one is
//! a ratio. Ratios of fixnums have a faster way: `ratio`.

use super::value::{decode_integer, encode_integer};
use dashu_base::{Gcd, Sign, Signed, UnsignedAbs};
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap};
use termite_vm::Outcome;

/// In lowest terms, `below` above zero.
struct Fraction {
    above: IBig,
    below: UBig,
}

fn is_ratio(v: Value) -> bool {
    heap::is_kind(v, Kind::Ratnum)
}

fn decode(v: Value) -> Option<Fraction> {
    if let Some(above) = decode_integer(v) {
        return Some(Fraction {
            above,
            below: UBig::ONE,
        });
    }
    if !is_ratio(v) {
        return None;
    }
    Some(Fraction {
        above: decode_integer(heap::field(v, 0))?,
        below: decode_integer(heap::field(v, 1))?.unsigned_abs(),
    })
}

/// The operands, if one of them is a ratio.
fn operands(a: Value, b: Value) -> Option<(Fraction, Fraction)> {
    if !is_ratio(a) && !is_ratio(b) {
        return None;
    }
    Some((decode(a)?, decode(b)?))
}

impl Fraction {
    fn encode(&self, heap: &mut Heap) -> Outcome {
        let above = encode_integer(heap, &self.above)?;
        if self.below.is_one() {
            return Ok(above);
        }
        let below = encode_integer(heap, &IBig::from(self.below.clone()))?;
        Ok(heap.object(Kind::Ratnum, &[above, below]))
    }

    fn sum(self, other: Fraction) -> Fraction {
        let (n, d, m, e) = (self.above, self.below, other.above, other.below);
        if d.is_one() || e.is_one() {
            return Fraction {
                above: n * &e + m * &d,
                below: d * e,
            };
        }
        let common = (&d).gcd(&e);
        if common.is_one() {
            return Fraction {
                above: n * &e + m * &d,
                below: d * e,
            };
        }
        let d = d / &common;
        let above = n * (&e / &common) + m * &d;
        let shared = divisor(&above, &common);
        Fraction {
            above: above / IBig::from(shared.clone()),
            below: d * (e / shared),
        }
    }

    fn product(self, other: Fraction) -> Fraction {
        let (left, right) = (
            divisor(&self.above, &other.below),
            divisor(&other.above, &self.below),
        );
        Fraction {
            above: (self.above / IBig::from(left.clone()))
                * (other.above / IBig::from(right.clone())),
            below: (self.below / right) * (other.below / left),
        }
    }

    /// Of anything but zero.
    fn inverse(self) -> Fraction {
        let (sign, magnitude) = self.above.into_parts();
        Fraction {
            above: IBig::from_parts(sign, self.below),
            below: magnitude,
        }
    }
}

/// The greatest common divisor with a number that is not zero.
fn divisor(n: &IBig, d: &UBig) -> UBig {
    if d.is_one() {
        return UBig::ONE;
    }
    d.gcd(n.unsigned_abs())
}

pub(super) fn add(heap: &mut Heap, a: Value, b: Value) -> Option<Outcome> {
    let (a, b) = operands(a, b)?;
    Some(a.sum(b).encode(heap))
}

pub(super) fn subtract(heap: &mut Heap, a: Value, b: Value) -> Option<Outcome> {
    let (a, mut b) = operands(a, b)?;
    b.above = -b.above;
    Some(a.sum(b).encode(heap))
}

pub(super) fn multiply(heap: &mut Heap, a: Value, b: Value) -> Option<Outcome> {
    let (a, b) = operands(a, b)?;
    Some(a.product(b).encode(heap))
}

/// Of integers too; `None` also when the divisor is zero.
pub(super) fn divide(heap: &mut Heap, a: Value, b: Value) -> Option<Outcome> {
    let (a, b) = (decode(a)?, decode(b)?);
    if b.above.is_zero() {
        return None;
    }
    Some(a.product(b.inverse()).encode(heap))
}

pub(super) fn compare(a: Value, b: Value) -> Option<Ordering> {
    let (a, b) = operands(a, b)?;
    Some(match (a.above.sign(), b.above.sign()) {
        (Sign::Positive, Sign::Negative) => Ordering::Greater,
        (Sign::Negative, Sign::Positive) => Ordering::Less,
        (Sign::Positive, Sign::Positive) | (Sign::Negative, Sign::Negative) => {
            (a.above * b.below).cmp(&(b.above * a.below))
        }
    })
}

/// The integer at or below the ratio `v`; `None` for anything else.
pub(super) fn floor(v: Value) -> Option<IBig> {
    let (quotient, rest) = divided(v)?;
    Some(if rest.is_negative() {
        quotient - IBig::ONE
    } else {
        quotient
    })
}

pub(super) fn ceiling(v: Value) -> Option<IBig> {
    let (quotient, rest) = divided(v)?;
    Some(if rest.is_negative() {
        quotient
    } else {
        quotient + IBig::ONE
    })
}

pub(super) fn truncate(v: Value) -> Option<IBig> {
    Some(divided(v)?.0)
}

/// The nearest integer, the even one of two.
pub(super) fn round(v: Value) -> Option<IBig> {
    let below = floor(v)?;
    let ratio = decode(v)?;
    let twice_rest = (ratio.above - &below * &ratio.below) * IBig::from(2);
    let up = match twice_rest.cmp(&IBig::from(ratio.below)) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => &below % IBig::from(2) != IBig::ZERO,
    };
    Some(if up { below + IBig::ONE } else { below })
}

/// Numerator by denominator of a ratio: the quotient towards zero, and the rest, which has
/// the numerator's sign and is not zero.
fn divided(v: Value) -> Option<(IBig, IBig)> {
    if !is_ratio(v) {
        return None;
    }
    let ratio = decode(v)?;
    let below = IBig::from(ratio.below);
    Some((&ratio.above / &below, ratio.above % below))
}
