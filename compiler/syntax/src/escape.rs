//! The insides of `"strings"` and `|symbols|` (R7RS 6.7 and 2.1): escapes,
//! line endings, lines continued with a backslash.

use crate::chars::char_of_hex;
use crate::diag::Diagnostic;
use crate::span::{FileId, Span};

/// What stood between the quotes, with escapes replaced. `offset` is the place
/// of `inside` in its file. The caller has found the closing quote already, so
/// that a backslash is never the last character.
pub fn unescape(inside: &str, file: FileId, offset: usize) -> Result<String, Diagnostic> {
    let mut text = String::with_capacity(inside.len());
    let mut at = 0;
    while let Some(found) = inside[at..].find(['\\', '\r']) {
        text.push_str(&inside[at..at + found]);
        at += found;
        if inside[at..].starts_with('\r') {
            text.push('\n');
            at += line_ending(&inside[at..]);
            continue;
        }
        at += match escape(&inside[at..], &mut text) {
            Ok(length) => length,
            Err(fault) => return Err(fault.diagnose(file, offset + at, &inside[at..])),
        };
    }
    text.push_str(&inside[at..]);
    Ok(text)
}

/// What is wrong with an escape, and how many bytes of it to point at.
struct Fault {
    length: usize,
    message: &'static str,
}

impl Fault {
    fn diagnose(self, file: FileId, start: usize, rest: &str) -> Diagnostic {
        let length = rest.floor_char_boundary(self.length);
        Diagnostic::new(
            "bad-escape",
            self.message,
            Span::at(file, start, start + length),
        )
        .with_hint("escapes are \\a \\b \\t \\n \\r \\\" \\\\ \\| and \\x<hex digits>;")
    }
}

/// Reads one escape at the beginning of `rest`; gives its length.
fn escape(rest: &str, text: &mut String) -> Result<usize, Fault> {
    let letter = rest[1..].chars().next().unwrap_or('\0');
    let plain = match letter {
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        '"' | '\\' | '|' => letter,
        'x' | 'X' => return hex_escape(rest, text),
        ' ' | '\t' | '\n' | '\r' => return continued_line(rest),
        _ => {
            return Err(Fault {
                length: 1 + letter.len_utf8(),
                message: "unknown escape",
            });
        }
    };
    text.push(plain);
    Ok(2)
}

fn hex_escape(rest: &str, text: &mut String) -> Result<usize, Fault> {
    let digits = rest[2..]
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(rest.len() - 2);
    let end = 2 + digits;
    if !rest[end..].starts_with(';') {
        return Err(Fault {
            length: end,
            message: "a \\x escape ends with a semicolon",
        });
    }
    let Some(value) = char_of_hex(&rest[2..end]) else {
        return Err(Fault {
            length: end + 1,
            message: "this is not the code of a character",
        });
    };
    text.push(value);
    Ok(end + 1)
}

/// A backslash, blanks, a line ending, blanks: all of it stands for nothing.
fn continued_line(rest: &str) -> Result<usize, Fault> {
    let before = 1 + blanks(&rest[1..]);
    let ending = line_ending(&rest[before..]);
    if ending == 0 {
        let message = "a backslash before blanks continues the line, but more text follows";
        return Err(Fault {
            length: before,
            message,
        });
    }
    Ok(before + ending + blanks(&rest[before + ending..]))
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// Length of the line ending at the beginning of `text`; 0 when there is none.
fn line_ending(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}
