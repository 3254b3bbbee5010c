//! Sums and products of short bignums, on their limbs in the heap.
//!
//! All operations answer `None` for other operands: for long bignums the general way is as
//! good or better.

use super::value::{encode_i64, encode_i128};
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap, bignum_is_negative, bignum_limbs};

/// Limbs of the longest operand.
const LONGEST: usize = 16;

/// Room for a product, and for the carry of a sum.
type Buffer = [u64; 2 * LONGEST];

/// The sign and the limbs of an exact integer; `small` is where those of a fixnum go.
fn parts(v: Value, small: &mut u64) -> Option<(bool, &[u64])> {
    if v.is_fixnum() {
        *small = v.as_fixnum().unsigned_abs();
        return Some((v.as_fixnum() < 0, std::slice::from_ref(small)));
    }
    if !heap::is_kind(v, Kind::Bignum) {
        return None;
    }
    let limbs = bignum_limbs(v);
    (limbs.len() <= LONGEST).then(|| (bignum_is_negative(v), limbs))
}

/// `a + b`, or `a - b` when `negated`.
pub(super) fn add(heap: &mut Heap, a: Value, b: Value, negated: bool) -> Option<Value> {
    let (mut small_a, mut small_b) = (0, 0);
    let ((sign_a, a), (sign_b, b)) = (parts(a, &mut small_a)?, parts(b, &mut small_b)?);
    let sign_b = sign_b != negated;
    let mut sum: Buffer = [0; 2 * LONGEST];
    let (a, b, sign) = if a.len() >= b.len() {
        (a, b, sign_a)
    } else {
        (b, a, sign_b)
    };
    if sign_a == sign_b {
        sum[a.len()] = u64::from(add_limbs(&mut sum, a, b));
        return Some(encode(heap, sign, &sum[..=a.len()]));
    }
    // A borrow at the end: the second was the larger, and this its two's complement.
    let borrow = subtract_limbs(&mut sum, a, b);
    let difference = &mut sum[..a.len()];
    if borrow {
        negate(difference);
    }
    Some(encode(heap, sign != borrow, difference))
}

pub(super) fn multiply(heap: &mut Heap, a: Value, b: Value) -> Option<Value> {
    let (mut small_a, mut small_b) = (0, 0);
    let ((sign_a, a), (sign_b, b)) = (parts(a, &mut small_a)?, parts(b, &mut small_b)?);
    let mut product: Buffer = [0; 2 * LONGEST];
    for (i, &x) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, &y) in b.iter().enumerate() {
            let wide =
                u128::from(x) * u128::from(y) + u128::from(product[i + j]) + u128::from(carry);
            product[i + j] = wide as u64;
            carry = (wide >> 64) as u64;
        }
        product[i + b.len()] = carry;
    }
    Some(encode(
        heap,
        sign_a != sign_b,
        &product[..a.len() + b.len()],
    ))
}

/// `a + b`, which is no longer than `a`; the carry.
fn add_limbs(sum: &mut Buffer, a: &[u64], b: &[u64]) -> bool {
    let mut carry = false;
    for (i, &x) in a.iter().enumerate() {
        let y = b.get(i).copied().unwrap_or(0);
        let (limb, over) = x.overflowing_add(y);
        let (limb, again) = limb.overflowing_add(u64::from(carry));
        (sum[i], carry) = (limb, over || again);
    }
    carry
}

/// `a - b`, which is no longer than `a`; the borrow.
fn subtract_limbs(difference: &mut Buffer, a: &[u64], b: &[u64]) -> bool {
    let mut borrow = false;
    for (i, &x) in a.iter().enumerate() {
        let y = b.get(i).copied().unwrap_or(0);
        let (limb, under) = x.overflowing_sub(y);
        let (limb, again) = limb.overflowing_sub(u64::from(borrow));
        (difference[i], borrow) = (limb, under || again);
    }
    borrow
}

/// Two's complement.
fn negate(limbs: &mut [u64]) {
    let mut carry = true;
    for limb in limbs {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
}

fn encode(heap: &mut Heap, negative: bool, limbs: &[u64]) -> Value {
    let length = limbs.iter().rposition(|&l| l != 0).map_or(0, |i| i + 1);
    match limbs[..length] {
        [] => Value::fixnum(0),
        [limb] => match i64::try_from(limb) {
            Ok(n) => encode_i64(heap, if negative { -n } else { n }),
            Err(_) if negative => encode_i128(heap, -i128::from(limb)),
            Err(_) => encode_i128(heap, i128::from(limb)),
        },
        ref limbs => heap.bignum(negative, limbs),
    }
}
