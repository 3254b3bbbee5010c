//! Arithmetic of ratios whose parts are fixnums, without numbers of any size.
//!
//! All operations answer `None` for other operands, and where the general way has to
//! raise.

use super::value::{encode_i64, encode_i128};
use std::cmp::Ordering;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap};

/// A numerator and a denominator that is above zero.
type Parts = (i64, i64);

/// The parts of a fixnum or small ratio.
fn parts(v: Value) -> Option<Parts> {
    if v.is_fixnum() {
        return Some((v.as_fixnum(), 1));
    }
    if !heap::is_kind(v, Kind::Ratnum) {
        return None;
    }
    let (above, below) = (heap::field(v, 0), heap::field(v, 1));
    (above.is_fixnum() && below.is_fixnum()).then(|| (above.as_fixnum(), below.as_fixnum()))
}

pub(super) fn add(heap: &mut Heap, a: Value, b: Value) -> Option<Value> {
    let ((n, d), (m, e)) = (parts(a)?, parts(b)?);
    let (above, below) = if d == e {
        (i128::from(n) + i128::from(m), i128::from(d))
    } else {
        (wide_product(n, e) + wide_product(m, d), wide_product(d, e))
    };
    Some(encode(heap, above, below))
}

pub(super) fn subtract(heap: &mut Heap, a: Value, b: Value) -> Option<Value> {
    let ((n, d), (m, e)) = (parts(a)?, parts(b)?);
    let (above, below) = if d == e {
        (i128::from(n) - i128::from(m), i128::from(d))
    } else {
        (wide_product(n, e) - wide_product(m, d), wide_product(d, e))
    };
    Some(encode(heap, above, below))
}

pub(super) fn multiply(heap: &mut Heap, a: Value, b: Value) -> Option<Value> {
    let ((n, d), (m, e)) = (parts(a)?, parts(b)?);
    Some(encode(heap, wide_product(n, m), wide_product(d, e)))
}

pub(super) fn divide(heap: &mut Heap, a: Value, b: Value) -> Option<Value> {
    let ((n, d), (m, e)) = (parts(a)?, parts(b)?);
    if m == 0 {
        return None;
    }
    let (above, below) = (wide_product(n, e), wide_product(d, m));
    Some(if below < 0 {
        encode(heap, -above, -below)
    } else {
        encode(heap, above, below)
    })
}

pub(super) fn compare(a: Value, b: Value) -> Option<Ordering> {
    let ((n, d), (m, e)) = (parts(a)?, parts(b)?);
    Some(wide_product(n, e).cmp(&wide_product(m, d)))
}

/// Of two numbers of 61 bits each: the sum of two such products has no more than 122.
fn wide_product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// In lowest terms.
fn encode(heap: &mut Heap, above: i128, below: i128) -> Value {
    let divisor = greatest_common_divisor(above.unsigned_abs(), below.unsigned_abs()) as i128;
    let (above, below) = (above / divisor, below / divisor);
    let numerator = encode_i128(heap, above);
    if below == 1 {
        return numerator;
    }
    let denominator = encode_i128(heap, below);
    heap.object(Kind::Ratnum, &[numerator, denominator])
}

/// Euclid's, in one word as soon as both fit. `b` is not zero.
fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(binary_gcd(a, b));
        }
        (a, b) = (b, a % b);
    }
    a
}

/// The greatest common divisor of two words by shifts and subtractions.
pub(super) fn binary_gcd(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        (a, b) = (a.min(b), a.abs_diff(b));
    }
    a << twos
}

/// The greatest common divisor of two fixnums.
pub(super) fn gcd_of_fixnums(heap: &mut Heap, a: i64, b: i64) -> Value {
    // Not above 2^60, the magnitude of the least fixnum.
    encode_i64(heap, binary_gcd(a.unsigned_abs(), b.unsigned_abs()) as i64)
}
