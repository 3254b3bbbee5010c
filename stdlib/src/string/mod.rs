//! Strings (R7RS 6.7) and the usual procedures to search and cut them.
//!
//! How strings are stored, one or four bytes a character, is the business of
//! `termite-heap`; the common case of one byte is treated specially where it pays.

mod basic;
mod compare;
mod convert;
mod search;
#[cfg(test)]
mod tests;

pub(crate) use compare::folded;

use crate::args;
use std::ops::Range;
use termite_abi::Value;
use termite_abi::object::STRING_STORAGE;
use termite_heap::{self as heap, Heap, Text, string_text};
use termite_vm::{Primitive, Raise};

pub(crate) const AREAS: &[&[Primitive]] =
    &[basic::ROWS, compare::ROWS, convert::ROWS, search::ROWS];

/// The text of argument `i`, a string.
#[inline]
pub(crate) fn text<'a>(args: &[Value], i: usize) -> Result<Text<'a>, Raise> {
    args::string(args, i).map(string_text)
}

/// Raises unless there is room for a string of `length` characters.
pub(crate) fn check_string_room(heap: &Heap, length: usize) -> Result<(), Raise> {
    args::check_room(heap, length.saturating_mul(4))
}

/// The text of argument `i` in the range that the arguments from `from` on give.
pub(crate) fn text_part<'a>(args: &[Value], i: usize, from: usize) -> Result<Text<'a>, Raise> {
    let text = text(args, i)?;
    let Range { start, end } = args::range(args, from, text.len())?;
    Ok(text.slice(start, end))
}

/// A new string of the texts one after the other.
pub(crate) fn concatenate(heap: &mut Heap, texts: &[Text<'_>]) -> Result<Value, Raise> {
    let length = texts
        .iter()
        .fold(0usize, |sum, text| sum.saturating_add(text.len()));
    check_string_room(heap, length)?;
    let narrow: Option<Vec<&[u8]>> = texts.iter().map(|text| text.latin1()).collect();
    let Some(pieces) = narrow else {
        let chars: Vec<char> = texts.iter().flat_map(|text| text.chars()).collect();
        return Ok(heap.string_from_chars(&chars));
    };
    let string = heap.string_filled(length, '\0');
    let storage = heap::bytes_mut(heap::field(string, STRING_STORAGE as usize));
    let mut at = 0;
    for piece in pieces {
        storage[at..at + piece.len()].copy_from_slice(piece);
        at += piece.len();
    }
    Ok(string)
}
