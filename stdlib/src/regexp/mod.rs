//! Regular expressions beneath SRFI 115: compiling patterns and searching with them.
//!
//! `lib-scheme` translates an SRE to a pattern, text in the notation that `program`
//! describes, and keeps it in a record; what is compiled is found by that text in a table
//! of the node, so that the record can be sent anywhere. Indices are characters.
//!
//! A search takes time in proportion to the text (times the pattern at worst), whatever
//! the pattern: there is no backtracking. Of the matches at the leftmost place, the one
//! that the order of alternatives and greed prefer is taken.

mod program;
#[cfg(test)]
mod tests;

use crate::args::{self, check_words, optional, range};
use crate::string::text;
use crate::table::primitives;
use program::{Encoding, Extent, Program};
use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use termite_abi::Value;
use termite_heap::Text;
use termite_vm::{Cx, ErrorKind, Outcome, PrimError, Raise};

primitives! {
    /// `(%regexp-compile pattern)` is the number of submatches of a pattern; an error if it
    /// is none.
    "%regexp-compile" (1) Leaf => |cx, args| {
        Ok(Value::fixnum(program(cx, args)?.groups() as i64))
    };
    /// `(%regexp-search pattern string [start [end]])` is where the first match in the range
    /// is: a vector of the start and end of the match and of each submatch, `#f` for one
    /// that took no part; `#f` if there is no match.
    "%regexp-search" (2..=4) Alloc => |cx, args| find(cx, args, Extent::Part);
    /// `(%regexp-matches pattern string [start [end]])` is, as for `%regexp-search`, where
    /// the submatches are if the whole range matches, else `#f`.
    "%regexp-matches" (2..=4) Alloc => |cx, args| find(cx, args, Extent::Whole);
    /// `(%regexp-matches? pattern string [start [end]])` is whether the whole range matches.
    "%regexp-matches?" (2..=4) Leaf => matches;
    /// `(%regexp-search-all pattern string start end last limit)` is a list of the next
    /// matches, at most `limit`, after the one that ended at `last`, or from the start if
    /// that is `#f`. A match of nothing right after another match does not count.
    "%regexp-search-all" (6) Alloc => search_all;
}

/// Programs that are kept; to compile one again takes well below a millisecond.
const MAX_PROGRAMS: usize = 128;

/// The compiled patterns of a node, by their text.
#[derive(Default)]
struct Programs(HashMap<Box<str>, Rc<Program>>);

fn failed(message: String) -> Raise {
    PrimError::new(ErrorKind::Error, message)
}

/// The program of argument 0, a pattern.
fn program(cx: &mut Cx<'_>, args: &[Value]) -> Result<Rc<Program>, Raise> {
    let pattern = plain(text(args, 0)?);
    let programs = &mut cx.node.state::<Programs>().0;
    if let Some(known) = programs.get(&*pattern) {
        return Ok(known.clone());
    }
    let made = Rc::new(Program::new(&pattern).map_err(failed)?);
    if programs.len() >= MAX_PROGRAMS {
        programs.clear();
    }
    programs.insert(pattern.into(), made.clone());
    Ok(made)
}

/// A text in UTF-8, where it lies if that is possible.
fn plain(text: Text<'_>) -> Cow<'_, str> {
    let ascii = text.latin1().filter(|bytes| bytes.is_ascii());
    match ascii.and_then(|bytes| str::from_utf8(bytes).ok()) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(text.chars().collect()),
    }
}

/// A text to be searched, with the program for it.
struct Search<'a> {
    program: &'a Program,
    encoding: Encoding,
    haystack: Cow<'a, [u8]>,
    /// Each character is one byte.
    narrow: bool,
}

impl<'a> Search<'a> {
    fn new(program: &'a Program, text: Text<'a>) -> Search<'a> {
        let search = |encoding, haystack, narrow| Search {
            program,
            encoding,
            haystack,
            narrow,
        };
        match text.latin1() {
            Some(bytes) if program.has_latin1() => {
                search(Encoding::Latin1, Cow::Borrowed(bytes), true)
            }
            Some(bytes) if bytes.is_ascii() => search(Encoding::Utf8, Cow::Borrowed(bytes), true),
            Some(_) | None => {
                let mut utf8 = String::with_capacity(text.len() + text.len() / 8);
                utf8.extend(text.chars());
                search(Encoding::Utf8, Cow::Owned(utf8.into_bytes()), false)
            }
        }
    }

    fn engine(&self, extent: Extent) -> Result<&Regex, Raise> {
        self.program.engine(self.encoding, extent).map_err(failed)
    }

    fn input(&self, from: usize) -> Input<'_> {
        Input::new(&*self.haystack).range(from..)
    }

    /// How many characters bytes of the text are.
    fn characters(&self, start: usize, end: usize) -> usize {
        if self.narrow {
            return end - start;
        }
        let begins = |byte: &&u8| **byte & 0xc0 != 0x80;
        self.haystack[start..end].iter().filter(begins).count()
    }

    /// The place that is `count` characters after the start of the text.
    fn byte_of(&self, count: usize) -> usize {
        if self.narrow {
            return count.min(self.haystack.len());
        }
        let mut starts = (0..self.haystack.len()).filter(|&i| self.haystack[i] & 0xc0 != 0x80);
        starts.nth(count).unwrap_or(self.haystack.len())
    }

    /// The next match from a place on that is not one of nothing at `last`.
    fn next(
        &self,
        from: usize,
        last: Option<usize>,
        captures: &mut Captures,
    ) -> Result<bool, Raise> {
        let engine = self.engine(Extent::Part)?;
        engine.search_captures(&self.input(from), captures);
        let found = captures.get_match();
        if found.is_none_or(|found| !(found.is_empty() && Some(found.end()) == last)) {
            return Ok(found.is_some());
        }
        let step = self.byte_of_next(from);
        if step > self.haystack.len() {
            return Ok(false);
        }
        engine.search_captures(&self.input(step), captures);
        Ok(captures.is_match())
    }

    /// Where the character after the one at a place begins; past the end after the last.
    fn byte_of_next(&self, at: usize) -> usize {
        let rest = self.haystack.get(at + 1..).unwrap_or_default();
        let inside = |byte: &&u8| !self.narrow && **byte & 0xc0 == 0x80;
        at + 1 + rest.iter().take_while(inside).count()
    }
}

/// Where characters are: a place known, and what others are counted from.
struct Place {
    byte: usize,
    index: i64,
}

impl Place {
    fn index_of(&self, search: &Search<'_>, byte: usize) -> i64 {
        match byte.checked_sub(self.byte) {
            Some(_) => self.index + search.characters(self.byte, byte) as i64,
            None => self.index - search.characters(byte, self.byte) as i64,
        }
    }

    /// The vector of the places of a match; the place moves to the match's end.
    fn vector(&mut self, cx: &mut Cx<'_>, search: &Search<'_>, captures: &Captures) -> Outcome {
        let whole = captures.get_group(0).map(|span| span.start);
        if let Some(byte) = whole {
            *self = Place {
                byte,
                index: self.index_of(search, byte),
            };
        }
        let mut places = Vec::with_capacity(captures.group_len() * 2);
        for group in captures.iter() {
            places.extend(match group {
                Some(span) => {
                    [span.start, span.end].map(|at| Value::fixnum(self.index_of(search, at)))
                }
                None => [Value::FALSE; 2],
            });
        }
        check_words(cx.heap(), places.len())?;
        Ok(cx.heap().vector_from(&places))
    }
}

fn find(cx: &mut Cx<'_>, args: &[Value], extent: Extent) -> Outcome {
    let program = program(cx, args)?;
    let text = text(args, 1)?;
    let range = range(args, 2, text.len())?;
    let search = Search::new(&program, text.slice(range.start, range.end));
    let engine = search.engine(extent)?;
    let mut captures = engine.create_captures();
    engine.search_captures(&search.input(0), &mut captures);
    if !captures.is_match() {
        return Ok(Value::FALSE);
    }
    let mut place = Place {
        byte: 0,
        index: range.start as i64,
    };
    place.vector(cx, &search, &captures)
}

fn matches(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let program = program(cx, args)?;
    let text = text(args, 1)?;
    let range = range(args, 2, text.len())?;
    let search = Search::new(&program, text.slice(range.start, range.end));
    let engine = search.engine(Extent::Whole)?;
    Ok(Value::bool(engine.is_match(search.input(0))))
}

fn search_all(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let program = program(cx, args)?;
    let text = text(args, 1)?;
    let range = range(args, 2, text.len())?;
    let limit = args::size(args, 5)?;
    let last = optional(args, 4).filter(|v| v.is_true());
    let last = last.map_or(Ok(None), |_| after(args, &range).map(Some))?;
    let search = Search::new(&program, text.slice(range.start, range.end));
    let mut captures = search.engine(Extent::Part)?.create_captures();
    let mut last = last.map(|count| search.byte_of(count));
    let mut place = Place {
        byte: 0,
        index: range.start as i64,
    };
    let mut found = Vec::new();
    while found.len() < limit && search.next(last.unwrap_or(0), last, &mut captures)? {
        last = captures.get_match().map(|found| found.end());
        found.push(place.vector(cx, &search, &captures)?);
    }
    check_words(cx.heap(), found.len().saturating_mul(2))?;
    Ok(cx.heap().list(&found))
}

/// How far behind the start of the range argument 4 is, an index of it.
fn after(args: &[Value], range: &std::ops::Range<usize>) -> Result<usize, Raise> {
    let last = args::size(args, 4)?;
    match last.checked_sub(range.start).filter(|_| last <= range.end) {
        Some(count) => Ok(count),
        None => Err(args::out_of_range(args, 4, "an index of the range")),
    }
}
