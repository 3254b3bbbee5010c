//! From numbers to text, as `number->string` and `write` give it.
//!
//! A flonum in radix ten is written with the fewest digits that read back as
//! the same flonum, always with a point or an exponent: `1.0`, `0.5`, `1e21`,
//! `+inf.0`. In radix 2, 4, 8, 16 and 32 its exact value is written, in others the
//! fewest digits that read back as the same flonum ([`super::digits`]).

use super::digits::shortest_digits_in;
use super::{Complex, Number, Real};
use dashu_int::{IBig, UBig};

/// Point positions outside of this range are written with an exponent.
const POSITIONAL: std::ops::RangeInclusive<i32> = -5..=21;

/// `number->string`. A radix outside of 2 to 36 is taken as ten.
pub fn number_to_string(number: &Number, radix: u32) -> String {
    let mut out = String::new();
    let radix = u8::try_from(radix)
        .ok()
        .filter(|radix| (2..=36).contains(radix))
        .unwrap_or(10);
    match number {
        Number::Real(real) => push_real(&mut out, real, radix),
        Number::Complex(parts) => push_complex(&mut out, parts, radix),
    }
    out
}

/// A flonum in radix ten.
pub fn f64_to_string(value: f64) -> String {
    let mut out = String::new();
    push_flonum(&mut out, value);
    out
}

fn push_complex(out: &mut String, parts: &Complex, radix: u8) {
    if !parts.re.is_exact_zero() {
        push_real(out, &parts.re, radix);
    }
    match &parts.im {
        Real::Fixnum(1) => out.push('+'),
        Real::Fixnum(-1) => out.push('-'),
        im => push_signed(out, im, radix),
    }
    out.push('i');
}

/// With a sign in any case.
fn push_signed(out: &mut String, real: &Real, radix: u8) {
    let start = out.len();
    push_real(out, real, radix);
    if !out[start..].starts_with(['+', '-']) {
        out.insert(start, '+');
    }
}

fn push_real(out: &mut String, real: &Real, radix: u8) {
    match real {
        Real::Fixnum(value) if radix == 10 => out.push_str(&value.to_string()),
        Real::Fixnum(value) => out.push_str(&IBig::from(*value).in_radix(radix).to_string()),
        Real::Bignum(value) => out.push_str(&value.in_radix(radix).to_string()),
        Real::Ratnum(value) => {
            out.push_str(&value.numerator().in_radix(radix).to_string());
            out.push('/');
            out.push_str(&value.denominator().in_radix(radix).to_string());
        }
        Real::Flonum(value) if radix == 10 || !value.is_finite() => push_flonum(out, *value),
        Real::Flonum(value) => push_flonum_in(out, *value, radix),
    }
}

/// A finite flonum in another radix than ten. There `inf.0` may be digits: one more
/// zero tells the number from the word.
fn push_flonum_in(out: &mut String, value: f64, radix: u8) {
    let start = out.len();
    if radix.is_power_of_two() {
        push_binary_flonum(out, value, radix);
    } else {
        push_shortest(out, value, radix);
    }
    if out[start..].ends_with("inf.0") || out[start..].ends_with("nan.0") {
        out.push('0');
    }
}

fn push_shortest(out: &mut String, value: f64, radix: u8) {
    if value.is_sign_negative() {
        out.push('-');
    }
    let (digits, point) = shortest_digits_in(value.abs(), radix);
    push_positional(out, &digits, point);
}

fn push_flonum(out: &mut String, value: f64) {
    if value.is_nan() {
        return out.push_str("+nan.0");
    }
    if value.is_infinite() {
        return out.push_str(if value > 0.0 { "+inf.0" } else { "-inf.0" });
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    let (digits, point) = shortest_digits(value.abs());
    if POSITIONAL.contains(&point) {
        push_positional(out, &digits, point);
    } else {
        push_scientific(out, &digits, point);
    }
}

/// The digits without leading or trailing zeros, and where the point stands in
/// them: `("125", 1)` is 1.25.
fn shortest_digits(value: f64) -> (String, i32) {
    // Rust's exponent form has the shortest digits that read back the same.
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    (mantissa.replace('.', ""), point)
}

/// `point` may lie before or after all digits.
fn push_positional(out: &mut String, digits: &str, point: i32) {
    let zeros = |count: i32| "0".repeat(count.max(0) as usize);
    if point <= 0 {
        out.push_str("0.");
        out.push_str(&zeros(-point));
        return out.push_str(digits);
    }
    let split = digits.len().min(point as usize);
    let (whole, fraction) = digits.split_at(split);
    out.push_str(whole);
    out.push_str(&zeros(point - whole.len() as i32));
    out.push('.');
    out.push_str(if fraction.is_empty() { "0" } else { fraction });
}

fn push_scientific(out: &mut String, digits: &str, point: i32) {
    let (first, rest) = digits.split_at(1);
    out.push_str(first);
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out.push('e');
    out.push_str(&(point - 1).to_string());
}

/// The exact value, for a radix that is a power of two.
fn push_binary_flonum(out: &mut String, value: f64, radix: u8) {
    if value.is_sign_negative() {
        out.push('-');
    }
    let Some(ratio) = Real::Flonum(value.abs()).to_ratio() else {
        return push_flonum(out, value);
    };
    let (numerator, denominator) = ratio.into_parts();
    let (_, magnitude) = numerator.into_parts();
    // The denominator is a power of two; enough of it makes whole digits.
    let bits = radix.trailing_zeros() as usize;
    let shift = denominator.trailing_zeros().unwrap_or(0);
    let places = shift.div_ceil(bits);
    let scaled: UBig = magnitude << (places * bits - shift);
    let digits = scaled.in_radix(radix).to_string();
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    out.push_str(whole);
    out.push('.');
    out.push_str(if fraction.is_empty() { "0" } else { fraction });
}
