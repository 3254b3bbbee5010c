//! Searching, joining, splitting, padding, trimming strings.

use super::basic::texts_of_list;
use super::{check_string_room, concatenate, text, text_part};
use crate::args::{self, character, optional, range};
use crate::table::primitives;
use regex_automata::util::prefilter::Prefilter;
use regex_automata::{MatchKind, Span};
use termite_abi::Value;
use termite_heap::{Text, string_text};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(string-null? string)` is whether it has no characters.
    "string-null?" (1) Pure => |_, args| Ok(Value::bool(text(args, 0)?.is_empty()));
    /// `(string-prefix? prefix string [start1 end1 start2 end2])` is whether `string` begins
    /// with `prefix`; of either, only the range counts.
    "string-prefix?" (2..=6) Leaf => |_, args| {
        let (prefix, text) = (text_part(args, 0, 2)?, text_part(args, 1, 4)?);
        Ok(Value::bool(prefix.len() <= text.len() && same(prefix, text.slice(0, prefix.len()))))
    };
    /// `(string-suffix? suffix string [start1 end1 start2 end2])` is whether `string` ends
    /// with `suffix`; of either, only the range counts.
    "string-suffix?" (2..=6) Leaf => |_, args| {
        let (suffix, text) = (text_part(args, 0, 2)?, text_part(args, 1, 4)?);
        let (n, length) = (suffix.len(), text.len());
        Ok(Value::bool(n <= length && same(suffix, text.slice(length - n, length))))
    };
    /// `(%string-prefix-length a b [start1 end1 start2 end2])` is how many characters the
    /// ranges have in common at their beginning.
    "%string-prefix-length" (2..=6) Leaf => |_, args| {
        let (a, b) = (text_part(args, 0, 2)?, text_part(args, 1, 4)?);
        Ok(common(a.chars(), b.chars()))
    };
    /// `(%string-suffix-length a b [start1 end1 start2 end2])` is how many characters the
    /// ranges have in common at their end.
    "%string-suffix-length" (2..=6) Leaf => |_, args| {
        let (a, b) = (text_part(args, 0, 2)?, text_part(args, 1, 4)?);
        Ok(common(a.chars().rev(), b.chars().rev()))
    };
    /// `(string-search-forward pattern string [start])` is the index of the first
    /// occurrence at or after `start`, else `#f`.
    "string-search-forward" (2..=3) Leaf => |_, args| search_forward(text(args, 0)?, text(args, 1)?, args);
    /// `(string-search-backward pattern string [end])` is the index after the last
    /// occurrence that ends at or before `end`, else `#f`.
    "string-search-backward" (2..=3) Leaf => search_backward;
    /// `(string-contains string pattern [start1 end1 start2 end2])` is the index of the
    /// first occurrence that lies in the range of `string`, else `#f`.
    "string-contains" (2..=6) Leaf => |_, args| {
        let (text, pattern) = (text_part(args, 0, 2)?, text_part(args, 1, 4)?);
        let start = range(args, 2, string_text(args[0]).len())?.start;
        Ok(index_or_false(find_text(pattern, text).map(|at| start + at)))
    };
    /// `(%string-contains-right string pattern [start1 end1 start2 end2])` is the index of
    /// the last occurrence that lies in the range of `string`, else `#f`.
    "%string-contains-right" (2..=6) Leaf => |_, args| {
        let (text, pattern) = (text_part(args, 0, 2)?, text_part(args, 1, 4)?);
        let end = range(args, 2, string_text(args[0]).len())?.end;
        let reversed: Vec<char> = pattern.chars().rev().collect();
        let found = find(&reversed, text.chars().rev());
        Ok(index_or_false(found.map(|at| end - at - pattern.len())))
    };
    /// `(%string-index string char [start [end]])` is the index of the first such
    /// character in the range, else `#f`.
    "%string-index" (2..=4) Leaf => |_, args| {
        let (text, start) = text_in_range(args)?;
        let c = character(args, 1)?;
        let found = match (text.latin1(), u8::try_from(u32::from(c))) {
            (Some(bytes), Ok(c)) if bytes.len() >= LONG => find_bytes(&[c], bytes),
            (Some(bytes), Ok(c)) => bytes.iter().position(|&other| other == c),
            (Some(_), Err(_)) => None,
            (None, _) => text.chars().position(|other| other == c),
        };
        Ok(index_or_false(found.map(|at| start + at)))
    };
    /// `(%string-rindex string char [start [end]])` is the index of the last such
    /// character in the range, else `#f`.
    "%string-rindex" (2..=4) Leaf => |_, args| {
        let (text, start) = text_in_range(args)?;
        let c = character(args, 1)?;
        Ok(index_or_false(text.chars().rposition(|other| other == c).map(|at| start + at)))
    };
    /// `(string-join strings [separator])` appends the strings of a list with the
    /// separator (a space) between them.
    "string-join" (1..=2) Alloc => join;
    /// `(%string-split string char)` is the list of the pieces between such characters.
    "%string-split" (2) Alloc => split;
    /// `(string-reverse string [start [end]])` is a new string of the characters of that
    /// range in reverse.
    "string-reverse" (1..=3) Alloc => |cx, args| {
        let text = text_part(args, 0, 1)?;
        check_string_room(cx.heap(), text.len())?;
        let chars: Vec<char> = text.chars().rev().collect();
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

/// How many elements two sequences have in common.
fn common(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> Value {
    Value::fixnum(a.zip(b).take_while(|(a, b)| a == b).count() as i64)
}

/// Shorter texts are searched sooner than a searcher is made.
const LONG: usize = 100;

/// Index of the first occurrence of a pattern.
fn find_text(pattern: Text<'_>, text: Text<'_>) -> Option<usize> {
    if pattern.len() > text.len() {
        return None;
    }
    if text.len() >= LONG {
        match (pattern.latin1(), text.latin1(), text.wide()) {
            (Some(needle), Some(bytes), _) => return find_bytes(needle, bytes),
            (_, None, Some(cells)) => {
                if let Some(found) = find_cells(pattern, cells) {
                    return found;
                }
            }
            (_, _, _) => {}
        }
    }
    let pattern: Vec<char> = pattern.chars().collect();
    find(&pattern, text.chars())
}

/// Index of the first occurrence of some bytes.
fn find_bytes(needle: &[u8], bytes: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    let searcher = Prefilter::new(MatchKind::LeftmostFirst, &[needle])?;
    let found = searcher.find(bytes, Span::from(0..bytes.len()))?;
    Some(found.start)
}

/// Occurrences of the pattern's bytes between two characters after which the search is left
/// to those who look at characters only.
const MOST_ASTRAY: usize = 100;

/// As `find_bytes`, among characters of four bytes; `None` when it does not get on.
fn find_cells(pattern: Text<'_>, cells: &[u8]) -> Option<Option<usize>> {
    let needle: Vec<u8> = pattern
        .chars()
        .flat_map(|c| u32::from(c).to_ne_bytes())
        .collect();
    let searcher = Prefilter::new(MatchKind::LeftmostFirst, &[&needle])?;
    let mut from = 0;
    for _ in 0..MOST_ASTRAY {
        let Some(found) = searcher.find(cells, Span::from(from..cells.len())) else {
            return Some(None);
        };
        if found.start % 4 == 0 {
            return Some(Some(found.start / 4));
        }
        from = found.start + 1;
    }
    None
}

/// Searches from the index that argument 2 gives.
fn search_forward(pattern: Text<'_>, text: Text<'_>, args: &[Value]) -> Outcome {
    let start = range(args, 2, text.len())?.start;
    let found = find_text(pattern, text.slice(start, text.len()));
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

/// The part of argument 0 that arguments 2 and 3 give, and where it starts.
fn text_in_range<'a>(args: &[Value]) -> Result<(Text<'a>, usize), Raise> {
    let text = text(args, 0)?;
    let range = range(args, 2, text.len())?;
    Ok((text.slice(range.start, range.end), range.start))
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
    fn long_texts_are_searched_alike() {
        let mut bench = crate::testing::Bench::new();
        let text = format!("{}abcéx", "ab".repeat(100));
        for text in [text.clone(), format!("{text}λ")] {
            for pattern in [
                "", "a", "ba", "bc", "cé", "x", "éé", "abab", "z", "λ", "\0", "xλ",
            ] {
                let expected = text.find(pattern).map(|at| text[..at].chars().count());
                let [text, pattern] = [&text, pattern].map(|s: &str| bench.vm.heap.string(s));
                let found = bench.call("string-contains", &[text, pattern]).unwrap();
                assert_eq!(found, index_or_false(expected));
            }
        }
    }

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
