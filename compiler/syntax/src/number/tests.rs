//! The number syntax, both ways.

use super::parse::{NumberFault, read_number};
use super::{Number, Real, f64_to_string, number_to_string, parse_number};
use dashu_int::IBig;
use dashu_ratio::RBig;

fn shown(text: &str) -> String {
    parse_number(text, 10).map_or("no".into(), |number| number_to_string(&number, 10))
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "for {text}");
    }
}

#[test]
fn integers_and_ratios() {
    check(&[
        ("0", "0"),
        ("-0", "0"),
        ("+17", "17"),
        ("007", "7"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775808", "-9223372036854775808"),
        (
            "-123456789012345678901234567890",
            "-123456789012345678901234567890",
        ),
        ("6/4", "3/2"),
        ("-6/3", "-2"),
        ("#xFf", "255"),
        ("#b-101", "-5"),
        ("#o17", "15"),
        ("#x-1/f", "-1/15"),
        ("#d10", "10"),
        ("#xe", "14"),
        ("#x#e1e2", "482"),
        ("#E#X10", "16"),
    ]);
}

#[test]
fn flonums_are_written_shortest() {
    check(&[
        ("1.", "1.0"),
        (".5", "0.5"),
        ("-.5e-3", "-0.0005"),
        ("-0.0", "-0.0"),
        ("1e3", "1000.0"),
        ("1E3", "1000.0"),
        ("1e20", "100000000000000000000.0"),
        ("1e21", "1e21"),
        ("1.5e300", "1.5e300"),
        ("0.000001", "0.000001"),
        ("1e-7", "1e-7"),
        ("12345.678", "12345.678"),
        ("5e-324", "5e-324"),
        ("2e-324", "0.0"),
        ("1.7976931348623157e308", "1.7976931348623157e308"),
        ("1e400", "+inf.0"),
        ("1e999999999999999999999", "+inf.0"),
        ("1e-999999999999999999999", "0.0"),
        ("+inf.0", "+inf.0"),
        ("-INF.0", "-inf.0"),
        ("-nan.0", "+nan.0"),
        ("9007199254740993.0", "9007199254740992.0"),
        ("#b0.1", "0.5"),
        ("#xf.8", "15.5"),
    ]);
    assert_eq!(f64_to_string(0.1 + 0.2), "0.30000000000000004");
}

#[test]
fn exactness_prefixes() {
    check(&[
        ("#e1.5", "3/2"),
        ("#e-1.25e2", "-125"),
        ("#e1e-2", "1/100"),
        ("#e0e999999999999", "0"),
        ("#i3/4", "0.75"),
        ("#i1/3", "0.3333333333333333"),
        ("#i10", "10.0"),
        ("#x#i10", "16.0"),
        ("#i#x10", "16.0"),
        ("#e1.2e-3+0.5i", "3/2500+1/2i"),
    ]);
    assert_eq!(
        read_number("#e1e999999999", 10),
        Err(NumberFault::ExponentTooLarge)
    );
    assert_eq!(read_number("#e+inf.0", 10), Err(NumberFault::NoExactValue));
    assert_eq!(read_number("1/0", 10), Err(NumberFault::ZeroDenominator));
}

#[test]
fn complex_numbers() {
    check(&[
        ("+i", "+i"),
        ("-i", "-i"),
        ("+I", "+i"),
        ("1+i", "1+i"),
        ("1-2i", "1-2i"),
        ("1+0i", "1"),
        ("0+2i", "+2i"),
        ("1/2-3/4i", "1/2-3/4i"),
        ("1.5+2i", "1.5+2i"),
        ("0.0+1.0i", "0.0+1.0i"),
        ("+1.0i", "+1.0i"),
        ("1+inf.0i", "1+inf.0i"),
        ("-inf.0-nan.0i", "-inf.0+nan.0i"),
        ("+inf.0i", "+inf.0i"),
        ("1@0", "1"),
        ("0@1", "0"),
        ("1@2", "-0.4161468365471424+0.9092974268256817i"),
        ("-1.5@0", "-1.5"),
        ("1e2+1e-9i", "100.0+1e-9i"),
        ("#x10+11i", "16+17i"),
        ("#i1+2i", "1.0+2.0i"),
    ]);
}

#[test]
fn what_is_no_number() {
    let texts = "+ - . ... 1+ -> 1e 1e+ +e1 i 1i 1+2 1+2i3 1@ @1 1@2@3 1@2i --1 +-1 1/ /2 1/2/3 \
                 1/-2 1.2.3 1/2.5 inf.0 +inf +inf.00 1_000 #x #xg #e #x#x1 #e#i1 ## 1#2 ١ +i+i 2+ii \
                 #b2 1e2.5 +inf.0x 0x10 1e1/2 #u8";
    for text in texts.split_whitespace().chain(["", " 1", "1 ", "1\u{301}"]) {
        assert_eq!(
            read_number(text, 10),
            Err(NumberFault::NotANumber),
            "for {text:?}"
        );
    }
}

#[test]
fn other_radices() {
    let cases = [
        ("255", 16, "ff"),
        ("-255", 2, "-11111111"),
        ("1/3", 3, "1/10"),
        ("0.5", 2, "0.1"),
        ("-10.625", 16, "-a.a"),
        ("1e3", 8, "1750.0"),
        ("0.0", 2, "0.0"),
        ("-0.0", 2, "-0.0"),
        ("3.0", 16, "3.0"),
        ("+inf.0", 2, "+inf.0"),
        ("0.1", 3, "0.0022002200220022002200220022002201"),
        (
            "1e100",
            36,
            "2hqbczu2ow5000000000000000000000000000000000000000000000000000000.0",
        ),
        ("-35.5", 36, "-z.i"),
        ("24171.0", 36, "inf.00"),
        ("1/3", 36, "1/3"),
        ("10+15i", 16, "a+fi"),
    ];
    for (text, radix, expected) in cases {
        let number = parse_number(text, 10).unwrap();
        assert_eq!(
            number_to_string(&number, radix),
            expected,
            "for {text} in {radix}"
        );
    }
    assert_eq!(parse_number("zz", 36), Some(Number::fixnum(1295)));
    assert_eq!(parse_number("-i", 36), Some(Number::fixnum(-18)));
    assert_eq!(parse_number("1", 37), None);
    assert_eq!(parse_number("#d10", 2), Some(Number::fixnum(10)));
}

#[test]
fn every_power_of_two_flonum_survives_each_radix() {
    for exponent in 0..2046u64 {
        let value = f64::from_bits((exponent << 52) | (exponent * 0x9e37_79b9));
        for radix in [2, 8, 10, 16] {
            let text = number_to_string(&Number::flonum(value), radix);
            assert_eq!(
                parse_number(&text, radix),
                Some(Number::flonum(value)),
                "{text}"
            );
        }
    }
}

/// The exact decimal value of a flonum, made inexact, is that flonum: checks
/// the rounding of ratios against that of decimals, subnormals included.
#[test]
fn ratios_round_like_decimals() {
    for text in [
        "0.1",
        "1e-310",
        "5e-324",
        "7.4e-324",
        "1.7976931348623157e308",
        "123456.789e-20",
    ] {
        let exact = parse_number(&format!("#e{text}"), 10).unwrap();
        let rounded = exact.as_real().map(Real::to_f64);
        assert_eq!(rounded, text.parse().ok(), "for {text}");
    }
    assert_eq!(shown("#i1e400"), "+inf.0");
    assert_eq!(
        parse_number("#e1e400", 10)
            .unwrap()
            .as_real()
            .map(Real::to_f64),
        Some(f64::INFINITY)
    );
    assert_eq!(
        parse_number("#e1e-400", 10)
            .unwrap()
            .as_real()
            .map(Real::to_f64),
        Some(0.0)
    );
}

#[test]
fn equality_is_that_of_eqv() {
    let same = |a: &str, b: &str| parse_number(a, 10) == parse_number(b, 10);
    assert!(same("+nan.0", "-nan.0"));
    assert!(same("2/4", "1/2"));
    assert!(!same("0.0", "-0.0"));
    assert!(!same("1", "1.0"));
}

/// A generator of numbers of all kinds; the same numbers in every run.
struct Seeded(u64);

impl Seeded {
    /// xorshift64*
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 11) % end
    }

    fn integer(&mut self) -> IBig {
        let words = 1 + self.below(3);
        let magnitude = (0..words).fold(IBig::ZERO, |n, _| (n << 64) + self.next());
        let small = magnitude >> self.below(190) as usize;
        if self.below(2) == 0 { -small } else { small }
    }

    fn real(&mut self) -> Real {
        match self.below(4) {
            0 => Real::from_integer(self.integer()),
            1 => {
                let below = self.integer();
                let below = if below.is_zero() { IBig::ONE } else { below };
                Real::from_ratio(RBig::from_parts_signed(self.integer(), below))
            }
            2 => Real::Flonum(f64::from_bits(self.next())),
            _ => Real::Flonum((self.below(2000) as f64 - 1000.0) / 8.0),
        }
    }
}

#[test]
fn every_number_is_read_back_in_every_radix() {
    let mut seeded = Seeded(7);
    for _ in 0..300 {
        for radix in 2..=36 {
            let (re, im) = (seeded.real(), seeded.real());
            let number = if radix <= super::MAX_COMPLEX_RADIX && seeded.below(3) == 0 {
                Number::rectangular(re, im)
            } else {
                Number::Real(re)
            };
            let text = number_to_string(&number, radix);
            assert_eq!(
                parse_number(&text, radix),
                Some(number),
                "{text} in {radix}"
            );
        }
    }
}

#[test]
fn shortest_digits_agree_with_those_of_radix_ten() {
    let mut seeded = Seeded(8);
    for _ in 0..5000 {
        let value = f64::from_bits(seeded.next()).abs();
        if value.is_finite() && value != 0.0 {
            let (digits, point) = super::digits::shortest_digits_in(value, 10);
            let text = format!("0.{digits}e{point}");
            assert_eq!(text.parse(), Ok(value), "{value:e}");
            let shortest = format!("{value:e}")
                .split('e')
                .next()
                .map(|m| m.replace('.', "").len());
            assert_eq!(Some(digits.len()), shortest, "{value:e} as {digits}");
        }
    }
}

/// Numerals with characters put in, taken out, doubled or changed: whatever comes out
/// as a number is written so that it is read as the same.
#[test]
fn any_text_is_a_number_or_none() {
    const SEEDS: &[&str] = &[
        "1",
        "-17/4",
        "1.5e10",
        "+inf.0",
        "-nan.0i",
        "#e1.2e-3+0.5i",
        "1@2",
        "#x#iff/3",
        "+i",
        "123456789012345678901234567890",
        "#b1.01",
        "1e400@-1/2",
        "-0.0-0.0i",
        "#i#o7/7-3i",
    ];
    const ALPHABET: &[char] = &[
        '0', '1', '9', 'a', 'e', 'f', 'i', 'n', 'x', '#', '+', '-', '.', '/', '@', 'E', 'I', 'z',
        ' ', '\u{0}', 'λ', '\u{301}', '١', '_', '(', '|',
    ];
    let mut seeded = Seeded(9);
    for round in 0..60_000 {
        let seed = SEEDS[round % SEEDS.len()];
        let mut text: Vec<char> = seed.chars().collect();
        for _ in 0..=seeded.below(4) {
            let at = seeded.below(text.len() as u64 + 1) as usize;
            let new = ALPHABET[seeded.below(ALPHABET.len() as u64) as usize];
            match seeded.below(4) {
                0 => text.insert(at, new),
                1 if at < text.len() => text[at] = new,
                2 if at < text.len() => {
                    text.remove(at);
                }
                _ => text.extend_from_within(at..),
            }
        }
        let text: String = text.into_iter().collect();
        let radix = [2, 8, 10, 16, 19, 36][seeded.below(6) as usize];
        if let Some(number) = parse_number(&text, radix) {
            let radix = if number.as_real().is_none() {
                10
            } else {
                radix
            };
            let written = number_to_string(&number, radix);
            assert_eq!(
                parse_number(&written, radix),
                Some(number),
                "{text} as {written}"
            );
        }
    }
}
