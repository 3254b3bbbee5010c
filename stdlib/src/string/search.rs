//! Searching, joining, splitting, padding, trimming strings.

use super::basic::texts_of_list;
use super::{check_string_room, concatenate, text};
use crate::args::{self, character, optional, range};
use crate::table::primitives;
use termite_abi::Value;
use termite_heap::{Text, string_text};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(string-null? string)` is whether it has no characters.
    "string-null?" (1) Pure => |_, args| Ok(Value::bool(text(args, 0)?.is_empty()));
    /// `(string-prefix? prefix string)` is whether `string` begins with `prefix`.
    "string-prefix?" (2) Leaf => |_, args| {
        let (prefix, text) = (text(args, 0)?, text(args, 1)?);
        Ok(Value::bool(prefix.len() <= text.len() && same(prefix, text.slice(0, prefix.len()))))
    };
    /// `(string-suffix? suffix string)` is whether `string` ends with `suffix`.
    "string-suffix?" (2) Leaf => |_, args| {
        let (suffix, text) = (text(args, 0)?, text(args, 1)?);
        let (n, length) = (suffix.len(), text.len());
        Ok(Value::bool(n <= length && same(suffix, text.slice(length - n, length))))
    };
    /// `(string-search-forward pattern string [start])` is the index of the first
    /// occurrence at or after `start`, else `#f`.
    "string-search-forward" (2..=3) Leaf => |_, args| search_forward(text(args, 0)?, text(args, 1)?, args);
    /// `(string-search-backward pattern string [end])` is the index after the last
    /// occurrence that ends at or before `end`, else `#f`.
    "string-search-backward" (2..=3) Leaf => search_backward;
    /// `(string-contains string pattern [start])` is the index of the first occurrence at
    /// or after `start`, else `#f`.
    "string-contains" (2..=3) Leaf => |_, args| search_forward(text(args, 1)?, text(args, 0)?, args);
    /// `(%string-index string char [start [end]])` is the index of the first such
    /// character in the range, else `#f`.
    "%string-index" (2..=4) Leaf => |_, args| {
        let (mut chars, start) = chars_in_range(args)?;
        let c = character(args, 1)?;
        Ok(index_or_false(chars.position(|other| other == c).map(|at| start + at)))
    };
    /// `(%string-rindex string char [start [end]])` is the index of the last such
    /// character in the range, else `#f`.
    "%string-rindex" (2..=4) Leaf => |_, args| {
        let (mut chars, start) = chars_in_range(args)?;
        let c = character(args, 1)?;
        Ok(index_or_false(chars.rposition(|other| other == c).map(|at| start + at)))
    };
    /// `(string-join strings [separator])` appends the strings of a list with the
    /// separator (a space) between them.
    "string-join" (1..=2) Alloc => join;
    /// `(%string-split string char)` is the list of the pieces between such characters.
    "%string-split" (2) Alloc => split;
    /// `(string-reverse string)` is a new string of the characters in reverse.
    "string-reverse" (1) Alloc => |cx, args| {
        let chars: Vec<char> = text(args, 0)?.chars().rev().collect();
        Ok(cx.heap().string_from_chars(&chars))
    };
    /// `(string-pad-left string n [char])` is the last `n` characters, filled on the left.
    "string-pad-left" (2..=3) Alloc => |cx, args| pad(cx, args, |text, n, fill| {
        let kept = text.len().min(n);
        let start = text.len() - kept;
        [vec![fill; n - kept], text[start..].to_vec()].concat()
    });
    /// `(string-pad-right string n [char])` is the first `n` characters, filled on the right.
    "string-pad-right" (2..=3) Alloc => |cx, args| pad(cx, args, |text, n, fill| {
        let kept = text.len().min(n);
        [text[..kept].to_vec(), vec![fill; n - kept]].concat()
    });
    /// `(string-trim string)` is without white space at either end.
    "string-trim" (1) Alloc => |cx, args| trim(cx, args, true, true);
    /// `(string-trim-left string)` is without white space at the beginning.
    "string-trim-left" (1) Alloc => |cx, args| trim(cx, args, true, false);
    /// `(string-trim-right string)` is without white space at the end.
    "string-trim-right" (1) Alloc => |cx, args| trim(cx, args, false, true);
}

fn same(a: Text<'_>, b: Text<'_>) -> bool {
    super::compare::compare(a, b).is_eq()
}

fn index_or_false(index: Option<usize>) -> Value {
    index.map_or(Value::FALSE, |index| Value::fixnum(index as i64))
}

/// Index of the first occurrence of a pattern (Knuth, Morris and Pratt).
fn find(pattern: &[char], text: impl Iterator<Item = char>) -> Option<usize> {
    if pattern.is_empty() {
        return Some(0);
    }
    let borders = borders(pattern);
    let mut matched = 0;
    for (at, c) in text.enumerate() {
        while matched > 0 && pattern[matched] != c {
            matched = borders[matched - 1];
        }
        if pattern[matched] == c {
            matched += 1;
        }
        if matched == pattern.len() {
            return Some(at + 1 - matched);
        }
    }
    None
}

/// For each prefix of the pattern the length of the longest shorter prefix that ends it.
fn borders(pattern: &[char]) -> Vec<usize> {
    let mut borders = vec![0; pattern.len()];
    let mut matched = 0;
    for at in 1..pattern.len() {
        while matched > 0 && pattern[matched] != pattern[at] {
            matched = borders[matched - 1];
        }
        if pattern[matched] == pattern[at] {
            matched += 1;
        }
        borders[at] = matched;
    }
    borders
}

/// Searches from the index that argument 2 gives.
fn search_forward(pattern: Text<'_>, text: Text<'_>, args: &[Value]) -> Outcome {
    let start = range(args, 2, text.len())?.start;
    let pattern: Vec<char> = pattern.chars().collect();
    let found = find(&pattern, text.slice(start, text.len()).chars());
    Ok(index_or_false(found.map(|at| start + at)))
}

fn search_backward(_: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (pattern, text) = (text(args, 0)?, text(args, 1)?);
    let end = optional(args, 2).map_or(Ok(text.len()), |_| {
        range(args, 2, text.len()).map(|r| r.start)
    })?;
    let pattern: Vec<char> = pattern.chars().rev().collect();
    let found = find(&pattern, text.slice(0, end).chars().rev());
    Ok(index_or_false(found.map(|at| end - at)))
}

/// The characters of argument 0 in the range of arguments 2 and 3, and where it starts.
fn chars_in_range(
    args: &[Value],
) -> Result<
    (
        impl DoubleEndedIterator<Item = char> + ExactSizeIterator,
        usize,
    ),
    Raise,
> {
    let text = text(args, 0)?;
    let range = range(args, 2, text.len())?;
    Ok((text.slice(range.start, range.end).chars(), range.start))
}

fn join(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let texts = texts_of_list(args, 0)?;
    let separator = match optional(args, 1) {
        Some(_) => args::string(args, 1)?,
        None => cx.heap().string(" "),
    };
    let mut pieces = Vec::with_capacity(texts.len() * 2);
    for (i, text) in texts.into_iter().enumerate() {
        if i > 0 {
            pieces.push(string_text(separator));
        }
        pieces.push(text);
    }
    concatenate(cx.heap(), &pieces)
}

fn split(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (text, separator) = (text(args, 0)?, character(args, 1)?);
    let chars: Vec<char> = text.chars().collect();
    check_string_room(cx.heap(), chars.len())?;
    let pieces = chars
        .split(|&c| c == separator)
        .map(|piece| cx.heap().string_from_chars(piece));
    let pieces: Vec<Value> = pieces.collect();
    Ok(cx.heap().list(&pieces))
}

fn pad(cx: &mut Cx<'_>, args: &[Value], padded: fn(&[char], usize, char) -> Vec<char>) -> Outcome {
    let chars: Vec<char> = text(args, 0)?.chars().collect();
    let length = args::size(args, 1)?;
    let fill = optional(args, 2).map_or(Ok(' '), |_| character(args, 2))?;
    check_string_room(cx.heap(), length)?;
    Ok(cx.heap().string_from_chars(&padded(&chars, length, fill)))
}

fn trim(cx: &mut Cx<'_>, args: &[Value], left: bool, right: bool) -> Outcome {
    let text = text(args, 0)?;
    let blank = |c: &char| c.is_whitespace();
    let start = if left {
        text.chars().take_while(blank).count()
    } else {
        0
    };
    let rest = text.slice(start, text.len());
    let dropped = if right {
        rest.chars().rev().take_while(blank).count()
    } else {
        0
    };
    Ok(cx
        .heap()
        .string_from_text(rest.slice(0, rest.len() - dropped)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_rust_finds() {
        let texts = ["", "a", "aaab", "abababac", "abcabcabd", "λαλλα"];
        let patterns = ["", "a", "ab", "aab", "abac", "abcabd", "λλ", "z"];
        for text in texts {
            for pattern in patterns {
                let chars: Vec<char> = pattern.chars().collect();
                let expected = text.find(pattern).map(|at| text[..at].chars().count());
                assert_eq!(find(&chars, text.chars()), expected, "{pattern} in {text}");
            }
        }
    }
}
