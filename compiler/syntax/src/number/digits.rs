//! The fewest digits of a flonum in any radix: the free-format algorithm of Burger and
//! Dybvig ("Printing Floating-Point Numbers Quickly and Accurately", 1996), on whole
//! numbers of any size. Radix ten has a faster way of its own and does not come here.

use dashu_base::DivRem;
use dashu_int::UBig;

const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
const LEAST_EXPONENT: i32 = f64::MIN_EXP - f64::MANTISSA_DIGITS as i32;

/// What is left of a number to be written, over `scale`, and how far the digits may
/// stay `below` it or go `above` it and still be read as the same flonum.
struct Rest {
    value: UBig,
    scale: UBig,
    above: UBig,
    below: UBig,
    /// Halfway to a neighbour is read as an even flonum.
    inclusive: bool,
}

/// The digits of a finite number that is not negative, without leading or trailing
/// zeros, and where the point stands in them: `("21", 1)` is 2.1.
pub(super) fn shortest_digits_in(value: f64, radix: u8) -> (String, i32) {
    if value == 0.0 {
        return ("0".to_owned(), 1);
    }
    let mut rest = Rest::of(value);
    let point = rest.bring_below_one(value, radix);
    (rest.digits(radix), point)
}

/// `value` as a whole number and a power of two.
fn decode(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    match (bits >> FRACTION_BITS) as i32 {
        0 => (fraction, LEAST_EXPONENT),
        exponent => (fraction | 1 << FRACTION_BITS, LEAST_EXPONENT + exponent - 1),
    }
}

impl Rest {
    fn of(value: f64) -> Rest {
        let (mantissa, exponent) = decode(value);
        // The neighbour below a power of two is nearer than the one above.
        let uneven = mantissa == 1 << FRACTION_BITS && exponent > LEAST_EXPONENT;
        let more = usize::from(uneven);
        let (up, down) = (
            exponent.max(0).unsigned_abs() as usize,
            exponent.min(0).unsigned_abs() as usize,
        );
        Rest {
            value: UBig::from(mantissa) << (up + 1 + more),
            scale: UBig::ONE << (down + 1 + more),
            above: UBig::ONE << (up + more),
            below: UBig::ONE << up,
            inclusive: mantissa & 1 == 0,
        }
    }

    /// Whether what is left, rounded up as far as allowed, reaches one.
    fn reaches_one(&self) -> bool {
        let most = &self.value + &self.above;
        if self.inclusive {
            most >= self.scale
        } else {
            most > self.scale
        }
    }

    fn is_near_enough(&self) -> bool {
        if self.inclusive {
            self.value <= self.below
        } else {
            self.value < self.below
        }
    }

    fn multiply(&mut self, factor: &UBig) {
        self.value *= factor;
        self.above *= factor;
        self.below *= factor;
    }

    /// Divides by the power of the radix that is the result.
    fn bring_below_one(&mut self, value: f64, radix: u8) -> i32 {
        let base = UBig::from(radix);
        // The estimate is right or one too low.
        let mut point = (value.ln() / f64::from(radix).ln() - 1e-10).ceil() as i32;
        let power = base.pow(point.unsigned_abs() as usize);
        if point >= 0 {
            self.scale *= power;
        } else {
            self.multiply(&power);
        }
        while self.reaches_one() {
            self.scale *= &base;
            point += 1;
        }
        point
    }

    fn digits(mut self, radix: u8) -> String {
        let base = UBig::from(radix);
        let mut digits = String::new();
        loop {
            self.multiply(&base);
            let (digit, value) = std::mem::take(&mut self.value).div_rem(&self.scale);
            self.value = value;
            let digit = u32::try_from(&digit).unwrap_or(0);
            let (low, high) = (self.is_near_enough(), self.reaches_one());
            let up = match (low, high) {
                (false, false) => {
                    push(&mut digits, digit, radix);
                    continue;
                }
                (true, false) => false,
                (false, true) => true,
                (true, true) => &self.value * UBig::from(2u8) >= self.scale,
            };
            push(&mut digits, digit + u32::from(up), radix);
            return digits;
        }
    }
}

fn push(digits: &mut String, digit: u32, radix: u8) {
    digits.extend(char::from_digit(digit, radix.into()));
}
