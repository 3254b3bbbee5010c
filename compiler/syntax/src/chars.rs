//! What single characters mean to the reader and the printer: delimiters,
//! character names, case folding.

/// Characters with a name (R7RS 6.6), the preferred one first.
const NAMES: &[(&str, char)] = &[
    ("alarm", '\u{7}'),
    ("backspace", '\u{8}'),
    ("delete", '\u{7f}'),
    ("escape", '\u{1b}'),
    ("newline", '\n'),
    ("null", '\0'),
    ("return", '\r'),
    ("space", ' '),
    ("tab", '\t'),
    // Names of other systems, read but not written.
    ("nul", '\0'),
    ("linefeed", '\n'),
    ("page", '\u{c}'),
    ("vtab", '\u{b}'),
    ("rubout", '\u{7f}'),
    ("esc", '\u{1b}'),
];

pub fn char_of_name(name: &str) -> Option<char> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, value)| value)
}

pub fn name_of_char(value: char) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|&&(_, named)| named == value)
        .map(|&(name, _)| name)
}

/// The names of R7RS, for a hint.
pub fn char_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().take(9).map(|&(name, _)| name)
}

/// Ends a symbol, number, or any other token without an end of its own. The
/// quotation marks and brackets are not among R7RS's delimiters, but no
/// identifier may contain them.
pub fn is_delimiter(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '(' | ')' | '"' | ';' | '|' | '\'' | '`' | ',' | '[' | ']' | '{' | '}'
        )
}

/// Must be written as `\x..;` inside of quotes: it would be invisible, reorder
/// the text around it, or be changed by the reader. The two joiners of U+200C
/// and on are part of how words are spelt (R7RS 7.1.1).
pub fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        )
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// May stand in a symbol that is written without bars.
pub fn is_plain(c: char) -> bool {
    !is_delimiter(c) && !needs_escape(c) && c != '\\'
}

/// The value of the digits of `\x41;` and `#\x41`.
pub fn char_of_hex(digits: &str) -> Option<char> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16)
        .ok()
        .and_then(char::from_u32)
}

/// `string-foldcase`: full case folding of the Unicode standard.
pub fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_char(c, &mut folded));
    folded
}

/// Upper case first, because lower case alone keeps apart what folding unites
/// (the two small sigmas). The exceptions are the letters for which that way
/// round differs from `CaseFolding.txt`.
fn fold_char(c: char, out: &mut String) {
    match c {
        'ı' => out.push(c),
        'ẞ' => out.push_str("ss"),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => out.extend(c.to_uppercase()),
        _ => out.extend(c.to_uppercase().flat_map(char::to_lowercase)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        let cases = [
            ("HELLO", "hello"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("σίσυφος", "σίσυφοσ"),
            ("İ", "i\u{307}"),
            ("ı", "ı"),
            ("ᾀ", "ἀι"),
            ("ꭰᏸ", "ᎠᏰ"),
            ("Λ", "λ"),
        ];
        for (text, folded) in cases {
            assert_eq!(fold_case(text), folded);
            assert_eq!(fold_case(folded), folded);
        }
    }

    #[test]
    fn names_and_codes() {
        assert_eq!(char_of_name("linefeed"), Some('\n'));
        assert_eq!(name_of_char('\n'), Some("newline"));
        assert_eq!(name_of_char('a'), None);
        assert_eq!(char_of_hex("1F600"), Some('😀'));
        for wrong in ["", "d800", "110000", "+41", "g", "fffffffff"] {
            assert_eq!(char_of_hex(wrong), None);
        }
    }
}
