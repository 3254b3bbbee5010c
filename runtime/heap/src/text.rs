//! Strings: reading, and writing with widening.
//!
//! A string object holds `[storage, length]`. The storage has one byte a character while
//! all fit Latin-1, else four; it is replaced by a wider one when a wider character is
//! first stored, and never narrowed.

use crate::heap::Heap;
use crate::mem::{self, WORD};
use crate::object;
use termite_abi::Value;
use termite_abi::object::{Header, Kind, STRING_LENGTH, STRING_STORAGE};

/// Bytes a character in storage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Width {
    Latin1,
    Wide,
}

impl Width {
    /// The narrowest width that holds all of `chars`.
    pub fn of(chars: impl IntoIterator<Item = char>) -> Width {
        if chars.into_iter().all(|c| u32::from(c) < 0x100) {
            Width::Latin1
        } else {
            Width::Wide
        }
    }

    pub fn bytes(self) -> usize {
        match self {
            Width::Latin1 => 1,
            Width::Wide => 4,
        }
    }

    /// Header flag of storage of this width.
    pub(crate) fn flag(self) -> u64 {
        match self {
            Width::Latin1 => 0,
            Width::Wide => Header::FLAG_WIDE,
        }
    }

    /// Writes characters, all of which this width holds, into storage.
    pub(crate) fn fill(self, storage: &mut [u8], chars: impl Iterator<Item = char>) {
        match self {
            Width::Latin1 => storage
                .iter_mut()
                .zip(chars)
                .for_each(|(at, c)| *at = c as u8),
            Width::Wide => {
                let (cells, _) = storage.as_chunks_mut::<4>();
                cells
                    .iter_mut()
                    .zip(chars)
                    .for_each(|(at, c)| *at = u32::from(c).to_ne_bytes());
            }
        }
    }
}

/// The characters of a string, as they stand. Good until the next collection, and until
/// the string is changed.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// As many characters as the string has, neither more nor less.
    storage: &'a [u8],
    width: Width,
}

impl<'a> Text<'a> {
    /// Number of characters.
    #[inline]
    pub fn len(self) -> usize {
        self.storage.len() / self.width.bytes()
    }

    pub fn is_empty(self) -> bool {
        self.storage.is_empty()
    }

    pub fn width(self) -> Width {
        self.width
    }

    #[inline]
    pub fn get(self, index: usize) -> Option<char> {
        match self.width {
            Width::Latin1 => self.storage.get(index).map(|&b| char::from(b)),
            Width::Wide => self
                .storage
                .as_chunks::<4>()
                .0
                .get(index)
                .map(|&c| decode(c)),
        }
    }

    pub fn chars(self) -> impl DoubleEndedIterator<Item = char> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |i| self.get(i).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Characters `start..end`; they must lie inside.
    pub fn slice(self, start: usize, end: usize) -> Text<'a> {
        let n = self.width.bytes();
        Text {
            storage: &self.storage[start * n..end * n],
            width: self.width,
        }
    }

    /// The storage, if the characters are stored four bytes each, in the machine's order.
    pub fn wide(self) -> Option<&'a [u8]> {
        (self.width == Width::Wide).then_some(self.storage)
    }

    /// The characters, if they are stored one byte each.
    pub fn latin1(self) -> Option<&'a [u8]> {
        (self.width == Width::Latin1).then_some(self.storage)
    }
}

fn decode(cell: [u8; 4]) -> char {
    char::from_u32(u32::from_ne_bytes(cell)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The text of a string; panics for other values.
#[inline]
#[track_caller]
pub fn string_text<'a>(string: Value) -> Text<'a> {
    assert!(
        object::is_kind(string, Kind::String),
        "string expected, got {string:?}"
    );
    let storage = object::field(string, STRING_STORAGE as usize);
    let length = object::field(string, STRING_LENGTH as usize).as_fixnum() as usize;
    let wide = object::header(storage).is_some_and(|h| h.has(Header::FLAG_WIDE));
    let width = if wide { Width::Wide } else { Width::Latin1 };
    Text {
        storage: &object::bytes(storage)[..length * width.bytes()],
        width,
    }
}

/// Number of characters of a string.
#[inline]
#[track_caller]
pub fn string_length(string: Value) -> usize {
    assert!(
        object::is_kind(string, Kind::String),
        "string expected, got {string:?}"
    );
    object::field(string, STRING_LENGTH as usize).as_fixnum() as usize
}

/// Character `index` of a string, if it has that many.
#[inline]
#[track_caller]
pub fn string_ref(string: Value, index: usize) -> Option<char> {
    string_text(string).get(index)
}

#[track_caller]
pub fn string_chars<'a>(
    string: Value,
) -> impl DoubleEndedIterator<Item = char> + ExactSizeIterator + 'a {
    string_text(string).chars()
}

#[track_caller]
pub fn string_to_rust(string: Value) -> String {
    string_text(string).chars().collect()
}

impl Heap {
    /// Stores `c` at `index`, which must be inside; widens the storage if it must.
    #[track_caller]
    pub fn string_set(&mut self, string: Value, index: usize, c: char) {
        let text = string_text(string);
        assert!(
            index < text.len(),
            "index {index} of a string of {}",
            text.len()
        );
        if text.width() == Width::Latin1 && u32::from(c) >= 0x100 {
            self.widen(string, text);
        }
        let width = string_text(string).width();
        let storage = object::field(string, STRING_STORAGE as usize);
        let at = storage.addr() + WORD + (index * width.bytes()) as u64;
        width.fill(mem::bytes_mut(at, width.bytes() as u64), std::iter::once(c));
    }

    fn widen(&mut self, string: Value, text: Text<'_>) {
        let wide = self.raw_chars(Width::Wide, text.len());
        Width::Wide.fill(object::bytes_mut(wide), text.chars());
        self.set_field(string, STRING_STORAGE as usize, wide);
    }

    /// A new string of these characters, stored at their width.
    pub fn string_from_text(&mut self, text: Text<'_>) -> Value {
        let storage = self.raw_chars(text.width, text.len());
        object::bytes_mut(storage).copy_from_slice(text.storage);
        self.object(Kind::String, &[storage, Value::fixnum(text.len() as i64)])
    }

    /// A new string of characters `start..end`, which must lie inside.
    #[track_caller]
    pub fn substring(&mut self, string: Value, start: usize, end: usize) -> Value {
        self.string_from_text(string_text(string).slice(start, end))
    }
}
