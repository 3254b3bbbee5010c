//! Reading objects, and writing their fields through the barrier.
//!
//! Tags, kinds and bounds are checked, and a violation panics: it is a bug of the caller,
//! who tests what a program gave it first (the compiler then removes the second test).
//! Byte and limb views are good until the next collection, and an object must not be
//! written through another view while one is held.

use crate::heap::Heap;
use crate::mem::{self, WORD};
use termite_abi::object::{CELL_VALUE, Header, Kind};
use termite_abi::value::TAG_OBJECT;
use termite_abi::{Descriptor, Value};

#[cold]
#[inline(never)]
#[track_caller]
fn wrong(v: Value, wanted: &str) -> ! {
    panic!("{wanted} expected, got {v:?}")
}

/// The header of an object that has one.
#[inline(always)]
pub fn header(v: Value) -> Option<Header> {
    v.is_object().then(|| Header(mem::load(v.addr())))
}

/// The kind of an object with a header.
#[inline]
pub fn kind(v: Value) -> Option<Kind> {
    header(v).and_then(Header::kind)
}

#[inline(always)]
pub fn is_kind(v: Value, kind: Kind) -> bool {
    v.is_object() && Header(mem::load(v.addr())).is(kind)
}

#[inline(always)]
#[track_caller]
pub fn car(pair: Value) -> Value {
    if !pair.is_pair() {
        wrong(pair, "pair");
    }
    Value(mem::load(pair.addr()))
}

#[inline(always)]
#[track_caller]
pub fn cdr(pair: Value) -> Value {
    if !pair.is_pair() {
        wrong(pair, "pair");
    }
    Value(mem::load(pair.addr() + WORD))
}

#[inline(always)]
#[track_caller]
pub fn flonum_value(v: Value) -> f64 {
    if !v.is_flonum() {
        wrong(v, "flonum");
    }
    f64::from_bits(mem::load(v.addr()))
}

/// The header of an object of a word kind, or of a byte kind.
#[inline(always)]
#[track_caller]
fn header_of(v: Value, of_bytes: bool) -> Header {
    match header(v) {
        Some(h) if crate::layout::is_bytes(h) == of_bytes => h,
        _ => wrong(
            v,
            if of_bytes {
                "object with bytes"
            } else {
                "object with fields"
            },
        ),
    }
}

/// Address of field `index` (counted after the header) of an object of a word kind.
#[inline(always)]
#[track_caller]
pub fn field_addr(v: Value, index: usize) -> u64 {
    let length = header_of(v, false).length();
    assert!(
        (index as u64) < length,
        "field {index} of an object of {length}"
    );
    v.addr() + WORD + index as u64 * WORD
}

/// Field `index` (counted after the header) of an object of a word kind.
#[inline(always)]
#[track_caller]
pub fn field(v: Value, index: usize) -> Value {
    Value(mem::load(field_addr(v, index)))
}

/// Number of fields of an object of a word kind.
#[inline(always)]
#[track_caller]
pub fn field_count(v: Value) -> usize {
    header_of(v, false).length() as usize
}

/// The fields of an object of a word kind, read one by one.
#[track_caller]
pub fn fields(v: Value) -> impl DoubleEndedIterator<Item = Value> + ExactSizeIterator {
    (0..field_count(v)).map(move |i| Value(mem::load(v.addr() + WORD + i as u64 * WORD)))
}

/// The elements of a proper list, or of the proper part of an improper one.
pub fn list_elements(list: Value) -> impl Iterator<Item = Value> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest.is_pair().then(|| {
            let first = car(rest);
            rest = cdr(rest);
            first
        })
    })
}

/// The bytes of an object of a byte kind.
#[inline]
#[track_caller]
pub fn bytes<'a>(v: Value) -> &'a [u8] {
    mem::bytes(v.addr() + WORD, header_of(v, true).length())
}

/// The bytes of an object of a byte kind, for writing.
#[inline]
#[track_caller]
pub fn bytes_mut<'a>(v: Value) -> &'a mut [u8] {
    mem::bytes_mut(v.addr() + WORD, header_of(v, true).length())
}

/// Magnitude of a bignum, least significant limb first.
#[inline]
#[track_caller]
pub fn bignum_limbs<'a>(v: Value) -> &'a [u64] {
    if !is_kind(v, Kind::Bignum) {
        wrong(v, "bignum");
    }
    mem::words(v.addr() + WORD, header_of(v, true).length() / WORD)
}

#[track_caller]
pub fn bignum_is_negative(v: Value) -> bool {
    if !is_kind(v, Kind::Bignum) {
        wrong(v, "bignum");
    }
    header_of(v, true).has(Header::FLAG_NEGATIVE)
}

/// Descriptor of a closure or frame. It lives as long as its unit is loaded.
#[inline(always)]
#[track_caller]
pub fn descriptor(v: Value) -> *const Descriptor {
    if !v.is_closure() && !v.is_frame() {
        wrong(v, "closure or frame");
    }
    std::ptr::with_exposed_provenance(mem::load(v.addr()) as usize)
}

/// Words after the descriptor of a closure or frame: for a frame, the parent is first.
#[inline]
pub fn code_word_count(v: Value) -> usize {
    let descriptor = descriptor(v).expose_provenance() as u64;
    mem::descriptor_words(descriptor) as usize - 1
}

/// Word `index` after the descriptor of a closure (a free value) or of a frame (0 is the
/// parent, then the live values).
#[inline(always)]
#[track_caller]
pub fn code_word(v: Value, index: usize) -> Value {
    let count = code_word_count(v);
    assert!(
        index < count,
        "word {index} of a closure or frame of {count}"
    );
    Value(mem::load(v.addr() + WORD + index as u64 * WORD))
}

/// Parent of a frame, or `Value::NO_FRAME`.
#[inline(always)]
#[track_caller]
pub fn frame_parent(frame: Value) -> Value {
    if !frame.is_frame() {
        wrong(frame, "frame");
    }
    Value(mem::load(frame.addr() + WORD))
}

impl Heap {
    /// Whether a program must not change the object: a literal, a symbol's name.
    #[inline]
    pub fn is_immutable(&self, v: Value) -> bool {
        header(v).is_some_and(|h| h.has(Header::FLAG_IMMUTABLE)) || self.is_static(v)
    }

    #[inline(always)]
    #[track_caller]
    pub fn set_car(&mut self, pair: Value, v: Value) {
        if !pair.is_pair() {
            wrong(pair, "pair");
        }
        self.write(pair, pair.addr(), v);
    }

    #[inline(always)]
    #[track_caller]
    pub fn set_cdr(&mut self, pair: Value, v: Value) {
        if !pair.is_pair() {
            wrong(pair, "pair");
        }
        self.write(pair, pair.addr() + WORD, v);
    }

    /// Sets field `index` (counted after the header) of an object of a word kind.
    #[inline(always)]
    #[track_caller]
    pub fn set_field(&mut self, object: Value, index: usize, v: Value) {
        let slot = field_addr(object, index);
        self.write(object, slot, v);
    }

    /// Sets a toplevel variable.
    #[track_caller]
    pub fn set_cell(&mut self, cell: Value, v: Value) {
        if !is_kind(cell, Kind::Cell) {
            wrong(cell, "variable");
        }
        self.set_field(cell, CELL_VALUE as usize, v);
    }

    /// Sets word `index` of a closure, counted as in [`code_word`]: ties the knot of
    /// mutually recursive closures. Frames are immutable.
    #[track_caller]
    pub fn set_closure_word(&mut self, closure: Value, index: usize, v: Value) {
        let count = code_word_count(closure);
        assert!(
            closure.is_closure() && index < count,
            "word {index} of a closure of {count}"
        );
        self.write(closure, closure.addr() + WORD + index as u64 * WORD, v);
    }

    /// Sets value `index` of an object that is still being made, frames and immutable
    /// objects included: car and cdr of a pair, fields counted after the header, words
    /// counted as in [`code_word`].
    #[inline]
    #[track_caller]
    pub fn init_slot(&mut self, object: Value, index: usize, v: Value) {
        assert!(object.is_pointer(), "pointer expected, got {object:?}");
        let extent = crate::layout::extent(object);
        assert!(
            (index as u64) < extent.slots,
            "value {index} of an object of {}",
            extent.slots
        );
        self.write(object, extent.first + index as u64 * WORD, v);
    }

    /// Changes the flags of an object's header, its kind and length staying.
    #[track_caller]
    pub fn set_flags(&mut self, object: Value, flags: u64) {
        match header(object) {
            Some(h) => mem::store(object.addr(), h.0 & !(0xff << 8) | flags),
            None => wrong(object, "object"),
        }
        debug_assert_eq!(object.tag(), TAG_OBJECT);
    }
}
