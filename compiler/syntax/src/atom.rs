//! Tokens without an end of their own: numbers, symbols, booleans, characters,
//! and the constants that begin with `#!`.
//!
//! The printer asks here too whether a symbol needs bars, so that both sides
//! cannot disagree.

use crate::chars::{char_names, char_of_hex, char_of_name, fold_case, is_plain};
use crate::datum::{DatumKind, Special};
use crate::number::{NumberFault, read_number};
use crate::symbol::Symbol;
use std::ops::Range;

/// A fault in an atom; the lexer adds the place.
pub struct AtomFault {
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
    /// The bytes of the atom to point at, when not all of them.
    pub part: Option<Range<usize>>,
}

impl AtomFault {
    fn new(code: &'static str, message: impl Into<String>) -> AtomFault {
        AtomFault {
            code,
            message: message.into(),
            hint: None,
            part: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> AtomFault {
        self.hint = Some(hint.into());
        self
    }
}

/// A token that begins with neither `#` nor a quote: a number or a symbol.
pub fn plain_atom(text: &str, folding: bool) -> Result<DatumKind, AtomFault> {
    if let Some(number) = number(text)? {
        return Ok(number);
    }
    if let Some((at, odd)) = text.char_indices().find(|&(_, c)| !is_plain(c)) {
        return Err(odd_character(at, odd));
    }
    let name = if folding {
        Symbol::intern(&fold_case(text))
    } else {
        Symbol::intern(text)
    };
    Ok(DatumKind::Symbol(name))
}

/// A token that begins with `#`, but not with `#\` or `#!`.
pub fn hash_atom(text: &str, folding: bool) -> Result<DatumKind, AtomFault> {
    if text.starts_with("##") {
        return plain_atom(text, folding);
    }
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "#t" | "#true" => return Ok(DatumKind::Bool(true)),
        "#f" | "#false" => return Ok(DatumKind::Bool(false)),
        _ => {}
    }
    if lower
        .as_bytes()
        .get(1)
        .is_some_and(|letter| b"bodxei".contains(letter))
    {
        let malformed = || AtomFault::new("bad-number", format!("`{text}` is not a number"));
        return number(text)?.ok_or_else(malformed);
    }
    Err(AtomFault::new(
        "bad-hash-syntax",
        format!("`{text}` means nothing to the reader"),
    )
    .hint("`#` begins #t #f #( #u8( #\\char #;comment #|comment|# #x1F #!eof and #0= labels"))
}

/// A token that begins with `#\`; `text` is what follows, at least one
/// character.
pub fn character(text: &str, folding: bool) -> Result<DatumKind, AtomFault> {
    let mut chars = text.chars();
    if let (Some(only), None) = (chars.next(), chars.next()) {
        return Ok(DatumKind::Char(only));
    }
    let named = if folding {
        char_of_name(&fold_case(text))
    } else {
        char_of_name(text)
    };
    if let Some(value) = named {
        return Ok(DatumKind::Char(value));
    }
    let digits = text
        .strip_prefix('x')
        .filter(|rest| rest.chars().all(|c| c.is_ascii_hexdigit()));
    let Some(digits) = digits else {
        return Err(AtomFault::new(
            "bad-character",
            format!("there is no character named `{text}`"),
        )
        .hint(format!(
            "names are {}",
            char_names().collect::<Vec<_>>().join(" ")
        )));
    };
    let not_a_code = || {
        AtomFault::new(
            "bad-character",
            format!("`{digits}` is no character's code"),
        )
    };
    char_of_hex(digits)
        .map(DatumKind::Char)
        .ok_or_else(not_a_code)
}

/// A token that begins with `#!` and is no directive; `name` is what follows.
pub fn special(name: &str) -> Result<DatumKind, AtomFault> {
    let unknown = || {
        let known = Special::ALL
            .map(|special| format!("#!{}", special.name()))
            .join(" ");
        AtomFault::new(
            "bad-special",
            format!("`#!{name}` means nothing to the reader"),
        )
        .hint(format!("there are {known} #!fold-case #!no-fold-case"))
    };
    Special::from_name(name)
        .map(DatumKind::Special)
        .ok_or_else(unknown)
}

/// Whether a symbol of this name can be written without bars.
pub fn is_plain_symbol(name: &str) -> bool {
    !matches!(name, "" | ".")
        && (!name.starts_with('#') || name.starts_with("##"))
        && name.chars().all(is_plain)
        && matches!(number(name), Ok(None))
}

/// `None` when the text does not have the form of a number.
fn number(text: &str) -> Result<Option<DatumKind>, AtomFault> {
    // Most symbols are told from numbers by their first character.
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '#')) {
        return Ok(None);
    }
    match read_number(text, 10) {
        Ok(number) => Ok(Some(DatumKind::Number(number))),
        Err(NumberFault::NotANumber) => Ok(None),
        Err(NumberFault::ZeroDenominator) => Err(AtomFault::new(
            "bad-number",
            format!("`{text}` has a zero denominator"),
        )),
        Err(NumberFault::ExponentTooLarge) => Err(AtomFault::new(
            "bad-number",
            format!("`{text}` is too large or too small to be an exact number"),
        )),
        Err(NumberFault::NoExactValue) => Err(AtomFault::new(
            "bad-number",
            format!("`{text}` has no exact value"),
        )),
    }
}

fn odd_character(at: usize, c: char) -> AtomFault {
    let part = Some(at..at + c.len_utf8());
    if c == '\\' {
        let fault = AtomFault::new("odd-character", "a `\\` has no place in a plain symbol");
        let fault = fault.hint("write |...| around the symbol to use escapes in it");
        return AtomFault { part, ..fault };
    }
    let message = format!("unexpected character U+{:04X}", u32::from(c));
    AtomFault {
        part,
        ..AtomFault::new("odd-character", message)
    }
}
