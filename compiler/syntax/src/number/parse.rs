//! From text to numbers: the grammar of R7RS 7.1.1, `<num R>`.
//!
//! Decimals are rounded correctly (by Rust's own conversion), and so are ratios
//! that `#i` makes inexact. Beyond R7RS: any radix from 2 to 36, and a point in
//! other radices than ten (`#b0.1` is 0.5), so that what
//! [`super::print`] writes can be read. Above radix 18 `i` is a digit, and there are
//! no rectangular numbers.
//!
//! The work is bounded by the length of the text, except for exponents that are
//! to be exact (`#e1e9`); those have a limit of their own.

use super::{Number, Real};
use dashu_int::{IBig, Sign, UBig};
use dashu_ratio::RBig;

/// Largest power of ten that `#e` works out.
const MAX_EXACT_EXPONENT: i64 = 1_000_000;

/// Why a text is no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberFault {
    /// It does not have the form of one; without a `#` it is a symbol.
    NotANumber,
    /// `1/0`
    ZeroDenominator,
    /// `#e1e999999999`
    ExponentTooLarge,
    /// `#e+inf.0`
    NoExactValue,
}

/// Largest radix in which `i` is no digit.
pub const MAX_COMPLEX_RADIX: u32 = 18;

/// `string->number`: the number a text stands for, in `radix` (2 to 36) unless
/// the text says otherwise; `None` when it stands for none.
pub fn parse_number(text: &str, radix: u32) -> Option<Number> {
    read_number(text, radix).ok()
}

/// Like [`parse_number`], and says why not.
pub fn read_number(text: &str, radix: u32) -> Result<Number, NumberFault> {
    if !(2..=36).contains(&radix) {
        return Err(NumberFault::NotANumber);
    }
    if let Some(small) = small_integer(text, radix) {
        return Ok(Number::fixnum(small));
    }
    Parser::after_prefixes(text, radix)?.complex()
}

/// The common case, without any of the machinery below.
fn small_integer(text: &str, radix: u32) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| char::from(byte).is_digit(radix));
    if plain {
        i64::from_str_radix(text, radix).ok()
    } else {
        None
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Exactness {
    Exact,
    Inexact,
    /// By the form: a point or an exponent makes it inexact.
    AsWritten,
}

/// Stands at a place in the text after the prefixes.
#[derive(Clone, Copy)]
struct Parser<'a> {
    text: &'a str,
    at: usize,
    radix: u32,
    exactness: Exactness,
}

/// The digits of an unsigned decimal; `exponent` is 0 when there is none.
struct Decimal<'a> {
    whole: &'a str,
    fraction: &'a str,
    exponent: &'a str,
    text: &'a str,
}

impl<'a> Parser<'a> {
    /// Takes a radix and an exactness prefix, in either order, each once.
    fn after_prefixes(text: &'a str, radix: u32) -> Result<Parser<'a>, NumberFault> {
        let (mut rest, mut given_radix, mut exactness) = (text, None, None);
        while let Some(after) = rest.strip_prefix('#') {
            let letter = after.chars().next().ok_or(NumberFault::NotANumber)?;
            let previous = match letter.to_ascii_lowercase() {
                'b' => given_radix.replace(2).is_some(),
                'o' => given_radix.replace(8).is_some(),
                'd' => given_radix.replace(10).is_some(),
                'x' => given_radix.replace(16).is_some(),
                'e' => exactness.replace(Exactness::Exact).is_some(),
                'i' => exactness.replace(Exactness::Inexact).is_some(),
                _ => true,
            };
            if previous {
                return Err(NumberFault::NotANumber);
            }
            rest = &after[1..];
        }
        let radix = given_radix.unwrap_or(radix);
        let exactness = exactness.unwrap_or(Exactness::AsWritten);
        Ok(Parser {
            text: rest,
            at: 0,
            radix,
            exactness,
        })
    }

    fn complex(mut self) -> Result<Number, NumberFault> {
        if let Some(im) = self.imaginary()? {
            return Ok(Number::rectangular(Real::ZERO, im));
        }
        let re = self.real()?;
        if self.at_end() {
            return Ok(Number::Real(re));
        }
        if self.eat('@') {
            let angle = self.real()?;
            return if self.at_end() {
                self.polar(re, angle)
            } else {
                Err(NumberFault::NotANumber)
            };
        }
        let im = self.imaginary()?.ok_or(NumberFault::NotANumber)?;
        Ok(Number::rectangular(re, im))
    }

    /// A signed imaginary part that ends the text; otherwise stays in place.
    fn imaginary(&mut self) -> Result<Option<Real>, NumberFault> {
        let rest = &self.text[self.at..];
        let signed = rest.starts_with(['+', '-']) && rest.ends_with(['i', 'I']);
        if !signed || self.radix > MAX_COMPLEX_RADIX {
            return Ok(None);
        }
        let mut ahead = *self;
        let part = if rest.len() == 2 {
            ahead.at += 1;
            self.exact_value(RBig::from(if rest.starts_with('-') { -1 } else { 1 }))
        } else {
            ahead.real()?
        };
        if !(ahead.eat('i') && ahead.at_end()) {
            return Ok(None);
        }
        *self = ahead;
        Ok(Some(part))
    }

    fn real(&mut self) -> Result<Real, NumberFault> {
        let negative = self.peek() == Some(b'-');
        let signed = self.eat('+') || self.eat('-');
        if signed && let Some(value) = self.infinity_or_nan() {
            let value = if negative { -value } else { value };
            return match self.exactness {
                Exactness::Exact => Err(NumberFault::NoExactValue),
                Exactness::Inexact | Exactness::AsWritten => Ok(Real::Flonum(value)),
            };
        }
        self.unsigned(negative)
    }

    /// In a radix where their letters are digits, the word and no digit after it.
    fn infinity_or_nan(&mut self) -> Option<f64> {
        let (word, after) = self.text.get(self.at..)?.split_at_checked(5)?;
        if after.starts_with(|c: char| c.is_digit(self.radix)) {
            return None;
        }
        let value = match word.to_ascii_lowercase().as_str() {
            "inf.0" => f64::INFINITY,
            "nan.0" => f64::NAN,
            _ => return None,
        };
        self.at += 5;
        Some(value)
    }

    fn unsigned(&mut self, negative: bool) -> Result<Real, NumberFault> {
        let start = self.at;
        let whole = self.digits();
        if !whole.is_empty() && self.eat('/') {
            let below = self.digits();
            return self.fraction(negative, whole, below);
        }
        let pointed = self.eat('.');
        let fraction = if pointed { self.digits() } else { "" };
        if whole.is_empty() && fraction.is_empty() {
            return Err(NumberFault::NotANumber);
        }
        let exponent = self.exponent();
        if !pointed && exponent.is_empty() {
            return Ok(self.exact_value(RBig::from(signed(negative, self.magnitude(whole)?))));
        }
        let text = &self.text[start..self.at];
        self.decimal(
            negative,
            Decimal {
                whole,
                fraction,
                exponent,
                text,
            },
        )
    }

    fn fraction(&self, negative: bool, above: &str, below: &str) -> Result<Real, NumberFault> {
        let (above, below) = (self.magnitude(above)?, self.magnitude(below)?);
        if below.is_zero() {
            return Err(NumberFault::ZeroDenominator);
        }
        Ok(self.exact_value(RBig::from_parts(signed(negative, above), below)))
    }

    fn decimal(&self, negative: bool, decimal: Decimal<'_>) -> Result<Real, NumberFault> {
        if self.exactness == Exactness::Exact {
            let value = self.scaled(negative, &decimal)?;
            return Ok(Real::from_ratio(value));
        }
        let value: f64 = if self.radix == 10 {
            decimal.text.parse().map_err(|_| NumberFault::NotANumber)?
        } else {
            self.scaled(false, &decimal)?.to_f64().value()
        };
        Ok(Real::Flonum(if negative { -value } else { value }))
    }

    /// The exact value of a decimal.
    fn scaled(&self, negative: bool, decimal: &Decimal<'_>) -> Result<RBig, NumberFault> {
        let digits = self.magnitude(&[decimal.whole, decimal.fraction].concat())?;
        if digits.is_zero() {
            return Ok(RBig::ZERO);
        }
        let digits = signed(negative, digits);
        let exponent: i64 = match decimal.exponent {
            "" => 0,
            text => text.parse().map_err(|_| NumberFault::ExponentTooLarge)?,
        };
        if exponent.abs() > MAX_EXACT_EXPONENT {
            return Err(NumberFault::ExponentTooLarge);
        }
        let shift = exponent - decimal.fraction.len() as i64;
        let power = UBig::from(self.radix).pow(shift.unsigned_abs() as usize);
        if shift >= 0 {
            return Ok(RBig::from(digits * power));
        }
        Ok(RBig::from_parts(digits, power))
    }

    fn polar(&self, magnitude: Real, angle: Real) -> Result<Number, NumberFault> {
        if angle.is_exact_zero() || magnitude.is_exact_zero() {
            return Ok(Number::Real(magnitude));
        }
        let (sin, cos) = angle.to_f64().sin_cos();
        let magnitude = magnitude.to_f64();
        let (re, im) = (Real::Flonum(magnitude * cos), Real::Flonum(magnitude * sin));
        if self.exactness != Exactness::Exact {
            return Ok(Number::rectangular(re, im));
        }
        let exact = |part: Real| part.to_exact().ok_or(NumberFault::NoExactValue);
        Ok(Number::rectangular(exact(re)?, exact(im)?))
    }

    fn exact_value(&self, value: RBig) -> Real {
        match self.exactness {
            Exactness::Inexact => Real::Flonum(value.to_f64().value()),
            Exactness::Exact | Exactness::AsWritten => Real::from_ratio(value),
        }
    }

    fn magnitude(&self, digits: &str) -> Result<UBig, NumberFault> {
        UBig::from_str_radix(digits, self.radix).map_err(|_| NumberFault::NotANumber)
    }

    /// The exponent with its sign, without its marker; empty when there is
    /// none. Only radix ten has one: in others `e` may be a digit.
    fn exponent(&mut self) -> &'a str {
        let mut ahead = *self;
        if self.radix != 10 || !ahead.eat('e') {
            return "";
        }
        let start = ahead.at;
        let _signed = ahead.eat('+') || ahead.eat('-');
        if ahead.digits().is_empty() {
            return "";
        }
        *self = ahead;
        &self.text[start..self.at]
    }

    fn digits(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !c.is_digit(self.radix))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self
            .peek()
            .is_some_and(|byte| char::from(byte.to_ascii_lowercase()) == wanted);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn at_end(&self) -> bool {
        self.at == self.text.len()
    }
}

fn signed(negative: bool, magnitude: UBig) -> IBig {
    IBig::from_parts(
        if negative {
            Sign::Negative
        } else {
            Sign::Positive
        },
        magnitude,
    )
}
