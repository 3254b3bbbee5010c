//! Characters (R7RS 6.6): Unicode as Rust's standard library knows it.

use crate::args::{self, character, out_of_range, wrong};
use crate::table::primitives;
use std::cmp::Ordering;
use termite_abi::Value;
use termite_vm::{Cx, Outcome};

primitives! {
    /// `(char? x)` is whether `x` is a character.
    "char?" (1) Pure => |_, args| Ok(Value::bool(args[0].is_char()));
    /// `(char->integer char)` is its Unicode scalar value.
    "char->integer" (1) Pure => |_, args| Ok(Value::fixnum(u32::from(character(args, 0)?).into()));
    /// `(integer->char n)` is the character of that Unicode scalar value.
    "integer->char" (1) Pure => integer_to_char;
    /// `(char=? a b ...)` is whether the characters are all the same.
    "char=?" (1..) Pure => |_, args| adjacent(args, |c| c, Ordering::is_eq);
    /// `(char<? a b ...)` is whether the characters increase.
    "char<?" (1..) Pure => |_, args| adjacent(args, |c| c, Ordering::is_lt);
    /// `(char>? a b ...)` is whether the characters decrease.
    "char>?" (1..) Pure => |_, args| adjacent(args, |c| c, Ordering::is_gt);
    /// `(char<=? a b ...)` is whether the characters never decrease.
    "char<=?" (1..) Pure => |_, args| adjacent(args, |c| c, Ordering::is_le);
    /// `(char>=? a b ...)` is whether the characters never increase.
    "char>=?" (1..) Pure => |_, args| adjacent(args, |c| c, Ordering::is_ge);
    /// `(char-ci=? a b ...)` is `char=?` after folding case.
    "char-ci=?" (1..) Pure => |_, args| adjacent(args, fold, Ordering::is_eq);
    /// `(char-ci<? a b ...)` is `char<?` after folding case.
    "char-ci<?" (1..) Pure => |_, args| adjacent(args, fold, Ordering::is_lt);
    /// `(char-ci>? a b ...)` is `char>?` after folding case.
    "char-ci>?" (1..) Pure => |_, args| adjacent(args, fold, Ordering::is_gt);
    /// `(char-ci<=? a b ...)` is `char<=?` after folding case.
    "char-ci<=?" (1..) Pure => |_, args| adjacent(args, fold, Ordering::is_le);
    /// `(char-ci>=? a b ...)` is `char>=?` after folding case.
    "char-ci>=?" (1..) Pure => |_, args| adjacent(args, fold, Ordering::is_ge);
    /// `(char-upcase char)` is its upper-case form, if that is a single character.
    "char-upcase" (1) Pure => |_, args| Ok(Value::char(single(character(args, 0)?, char::to_uppercase)));
    /// `(char-downcase char)` is its lower-case form, if that is a single character.
    "char-downcase" (1) Pure => |_, args| Ok(Value::char(single(character(args, 0)?, char::to_lowercase)));
    /// `(char-foldcase char)` is its form for comparison without regard to case.
    "char-foldcase" (1) Pure => |_, args| Ok(Value::char(fold(character(args, 0)?)));
    /// `(char-alphabetic? char)` is whether Unicode calls it alphabetic.
    "char-alphabetic?" (1) Pure => |_, args| Ok(Value::bool(character(args, 0)?.is_alphabetic()));
    /// `(char-numeric? char)` is whether it is a decimal digit of any script.
    "char-numeric?" (1) Pure => |_, args| Ok(Value::bool(digit_value(character(args, 0)?).is_some()));
    /// `(char-whitespace? char)` is whether Unicode calls it white space.
    "char-whitespace?" (1) Pure => |_, args| Ok(Value::bool(character(args, 0)?.is_whitespace()));
    /// `(char-upper-case? char)` is whether it is an upper-case letter.
    "char-upper-case?" (1) Pure => |_, args| Ok(Value::bool(character(args, 0)?.is_uppercase()));
    /// `(char-lower-case? char)` is whether it is a lower-case letter.
    "char-lower-case?" (1) Pure => |_, args| Ok(Value::bool(character(args, 0)?.is_lowercase()));
    /// `(digit-value char)` is the value of a decimal digit of any script, else `#f`.
    "digit-value" (1) Pure => |_, args| {
        let value = digit_value(character(args, 0)?);
        Ok(value.map_or(Value::FALSE, |n| Value::fixnum(n.into())))
    };
}

fn integer_to_char(_: &mut Cx<'_>, args: &[Value]) -> Outcome {
    if !args[0].is_fixnum() {
        return Err(wrong(args, 0, "a Unicode scalar value"));
    }
    let code = u32::try_from(args[0].as_fixnum())
        .ok()
        .and_then(char::from_u32);
    code.map(Value::char)
        .ok_or_else(|| out_of_range(args, 0, "a Unicode scalar value"))
}

/// The mapped character, if it is a single one, else the character itself.
fn single<I: Iterator<Item = char>>(c: char, mapping: fn(char) -> I) -> char {
    let mut mapped = mapping(c);
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

/// Simple case folding, in accord with `string-foldcase`.
fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let folded = termite_syntax::chars::fold_case(c.encode_utf8(&mut [0; 4]));
    let mut folded = folded.chars();
    match (folded.next(), folded.next()) {
        (Some(only), None) => only,
        _ => single(c, char::to_lowercase),
    }
}

/// Whether each two adjacent characters, mapped, stand in a relation.
fn adjacent(args: &[Value], map: fn(char) -> char, holds: fn(Ordering) -> bool) -> Outcome {
    let (mut previous, mut all) = (map(character(args, 0)?), true);
    for i in 1..args.len() {
        let next = map(args::character(args, i)?);
        all &= holds(previous.cmp(&next));
        previous = next;
    }
    Ok(Value::bool(all))
}

/// The zeros of Unicode's decimal digits (general category Nd, Unicode 16); the digits
/// from one to nine follow each.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50,
    0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8,
    0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// The value of a decimal digit of any script.
pub(crate) fn digit_value(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let code = u32::from(c);
    let following = ZEROS.partition_point(|&zero| zero <= code);
    let zero = ZEROS[..following].last()?;
    u8::try_from(code - zero).ok().filter(|&value| value < 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn digits_are_sorted_and_numeric() {
        assert!(ZEROS.windows(2).all(|two| two[0] + 10 <= two[1]));
        for &zero in ZEROS {
            for value in 0..10 {
                let c = char::from_u32(zero + value).unwrap();
                assert!(c.is_numeric(), "{:x}", zero + value);
                assert_eq!(digit_value(c), Some(value as u8));
            }
        }
        assert_eq!(digit_value('٣'), Some(3));
        assert_eq!(digit_value('½'), None);
        assert_eq!(digit_value('a'), None);
    }

    #[test]
    fn single_characters_fold() {
        assert_eq!(fold('Σ'), 'σ');
        assert_eq!(fold('ς'), 'σ');
        assert_eq!(fold('ß'), 'ß');
        assert_eq!(single('ß', char::to_uppercase), 'ß');
        assert_eq!(single('é', char::to_uppercase), 'É');
    }

    #[test]
    fn characters() {
        check(
            r#"
            (char->integer #\λ) => 955
            (integer->char 955) => #\λ
            (integer->char 55296) => error: integer->char: argument 1 must be a Unicode scalar value, but is 55296
            (integer->char -1) => error: integer->char: argument 1 must be a Unicode scalar value, but is -1
            (char=? #\a #\a #\a) => #t
            (char<? #\a #\b #\c) => #t
            (char<? #\a 5) => error: char<?: argument 2 must be a character, but is 5
            (char-ci=? #\A #\a) => #t
            (char-ci<? #\a #\B) => #t
            (char-upcase #\é) => #\É
            (char-upcase #\ß) => #\ß
            (char-downcase #\Σ) => #\σ
            (char-foldcase #\Σ) => #\σ
            (char-alphabetic? #\λ) => #t
            (char-numeric? #\5) => #t
            (char-numeric? #\½) => #f
            (char-whitespace? #\space) => #t
            (char-upper-case? #\A) => #t
            (char-lower-case? #\A) => #f
            (digit-value #\7) => 7
            (digit-value #\٣) => 3
            (digit-value #\a) => #f
            "#,
        );
    }
}
