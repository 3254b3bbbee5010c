//! Exact integers as two's complement bits without end.

use super::value::{encode_i64, encode_integer, exact_integer};
use crate::args::{MAX_INTEGER_BITS, out_of_memory, wrong};
use crate::table::primitives;
use dashu_base::{BitTest, UnsignedAbs};
use dashu_int::IBig;
use termite_abi::Value;
use termite_abi::value::TAG_BITS;
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(bitwise-and n ...)` combines the two's complement bits.
    "bitwise-and" (0..) Alloc => |cx, args| combine(cx, args, -1, |a, b| a & b, |a, b| a & b);
    /// `(bitwise-ior n ...)` combines the two's complement bits.
    "bitwise-ior" (0..) Alloc => |cx, args| combine(cx, args, 0, |a, b| a | b, |a, b| a | b);
    /// `(bitwise-xor n ...)` combines the two's complement bits.
    "bitwise-xor" (0..) Alloc => |cx, args| combine(cx, args, 0, |a, b| a ^ b, |a, b| a ^ b);
    /// `(bitwise-not n)` is `(- -1 n)`.
    "bitwise-not" (1) Alloc => |cx, args| {
        let n = exact_integer(args, 0)?;
        encode_integer(cx.heap(), &!n)
    };
    /// `(arithmetic-shift n count)` shifts to the left, or right (rounding down) when
    /// `count` is negative.
    "arithmetic-shift" (2) Alloc => arithmetic_shift;
    /// `(bit-count n)` counts the ones of a number that is not negative, else the zeros.
    "bit-count" (1) Pure => |_, args| {
        let n = exact_integer(args, 0)?;
        let n = if n < IBig::ZERO { !n } else { n };
        Ok(Value::fixnum(n.unsigned_abs().count_ones() as i64))
    };
    /// `(integer-length n)` is the number of bits needed, without the sign.
    "integer-length" (1) Pure => |_, args| {
        let n = exact_integer(args, 0)?;
        let n = if n < IBig::ZERO { !n } else { n };
        Ok(Value::fixnum(n.bit_len() as i64))
    };
    /// `(bit-set? index n)` is whether that bit is one.
    "bit-set?" (2) Pure => |_, args| {
        let n = exact_integer(args, 1)?;
        Ok(Value::bool(match shift_count(args, 0)? {
            index if index < 0 => return Err(wrong(args, 0, "an exact nonnegative integer")),
            index => usize::try_from(index).map_or(n < IBig::ZERO, |index| n.bit(index)),
        }))
    };
    /// `(first-set-bit n)` is the index of the lowest one, -1 for zero.
    "first-set-bit" (1) Pure => |_, args| {
        Ok(Value::fixnum(exact_integer(args, 0)?.trailing_zeros().map_or(-1, |n| n as i64)))
    };
}

fn combine(
    cx: &mut Cx<'_>,
    args: &[Value],
    unit: i64,
    small: fn(i64, i64) -> i64,
    big: fn(IBig, IBig) -> IBig,
) -> Outcome {
    if args.iter().all(|v| v.is_fixnum()) {
        return Ok(Value::fixnum(
            args.iter().fold(unit, |n, v| small(n, v.as_fixnum())),
        ));
    }
    let mut result = IBig::from(unit);
    for i in 0..args.len() {
        result = big(result, exact_integer(args, i)?);
    }
    encode_integer(cx.heap(), &result)
}

/// Argument `i` as a count of bits; beyond the range of `i64` the largest of its sign.
fn shift_count(args: &[Value], i: usize) -> Result<i64, Raise> {
    let count = exact_integer(args, i)?;
    let most = if count < IBig::ZERO {
        i64::MIN
    } else {
        i64::MAX
    };
    Ok(i64::try_from(&count).unwrap_or(most))
}

fn arithmetic_shift(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (n, count) = (args[0], shift_count(args, 1)?);
    if n.is_fixnum() && count <= 0 {
        let count = count.unsigned_abs().min(63) as u32;
        return Ok(Value::fixnum(n.as_fixnum() >> count));
    }
    if n.is_fixnum() && count < 64 - i64::from(TAG_BITS) {
        let wide = i128::from(n.as_fixnum()) << count;
        if let Ok(small) = i64::try_from(wide) {
            return Ok(encode_i64(cx.heap(), small));
        }
    }
    let n = exact_integer(args, 0)?;
    let places = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if count < 0 {
        let all = places >= n.bit_len();
        let shifted = if all && n < IBig::ZERO {
            IBig::NEG_ONE
        } else if all {
            IBig::ZERO
        } else {
            n >> places
        };
        return encode_integer(cx.heap(), &shifted);
    }
    if n.is_zero() {
        return Ok(Value::fixnum(0));
    }
    if places.saturating_add(n.bit_len()) > MAX_INTEGER_BITS {
        return Err(out_of_memory());
    }
    crate::args::check_room(cx.heap(), (places + n.bit_len()) / 8)?;
    encode_integer(cx.heap(), &(n << places))
}
