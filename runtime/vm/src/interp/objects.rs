//! Reading and testing objects by their words.
//!
//! Unsafe here: reads through tagged words, after the tag was checked.

use termite_abi::Header;
use termite_abi::object::Kind;
use termite_abi::value::{TAG_FLONUM, TAG_OBJECT};

#[inline(always)]
pub(super) unsafe fn read(addr: u64) -> u64 {
    // SAFETY: the caller passes the address of a live heap word.
    unsafe { *(addr as *const u64) }
}

#[inline(always)]
pub(super) unsafe fn write(addr: u64, v: u64) {
    // SAFETY: the caller passes the address of a live heap word.
    unsafe { *(addr as *mut u64) = v }
}

#[inline(always)]
pub(super) fn both_fixnums(a: u64, b: u64) -> bool {
    (a | b) & 7 == 0
}

#[inline(always)]
pub(super) fn both_flonums(a: u64, b: u64) -> bool {
    a & 7 == TAG_FLONUM && b & 7 == TAG_FLONUM
}

#[inline(always)]
pub(super) fn float(v: u64) -> f64 {
    // SAFETY: callers checked the flonum tag.
    f64::from_bits(unsafe { read(v - TAG_FLONUM) })
}

#[inline(always)]
pub(super) fn is_kind(v: u64, kind: Kind) -> bool {
    // SAFETY: a word with the object tag points to a header.
    v & 7 == TAG_OBJECT && unsafe { read(v - TAG_OBJECT) } & 0xff == Header::type_byte(kind)
}

/// Whether `v` is a mutable object of the kind.
#[inline(always)]
pub(super) fn is_mutable(v: u64, kind: Kind) -> bool {
    // SAFETY: as in `is_kind`.
    v & 7 == TAG_OBJECT
        && unsafe { read(v - TAG_OBJECT) } & (0xff | Header::FLAG_IMMUTABLE)
            == Header::type_byte(kind)
}

/// Whether `v` is a record of exactly the type `t`.
#[inline(always)]
pub(super) fn is_record_of(v: u64, t: u64) -> bool {
    // SAFETY: a record's first field is its type.
    is_kind(v, Kind::Record) && unsafe { read(v - TAG_OBJECT + 8) } == t
}

/// Length field of an object whose kind was checked.
#[inline(always)]
pub(super) fn length(v: u64) -> u64 {
    // SAFETY: as in `is_kind`.
    unsafe { read(v - TAG_OBJECT) >> Header::LENGTH_SHIFT }
}

/// The character at a fixnum index of a string, if both are what they should be.
#[inline(always)]
pub(super) fn string_char(s: u64, i: u64) -> Option<char> {
    if !is_kind(s, Kind::String) || i & 7 != 0 {
        return None;
    }
    // SAFETY: fields of a string; the index is checked against its length, and the
    // storage has room for as many characters as the length says.
    unsafe {
        if i >= read(s - TAG_OBJECT + 16) {
            return None;
        }
        let storage = read(s - TAG_OBJECT + 8) - TAG_OBJECT;
        let i = i >> 3;
        if Header(read(storage)).has(Header::FLAG_WIDE) {
            char::from_u32(*((storage + 8 + 4 * i) as *const u32))
        } else {
            Some(*((storage + 8 + i) as *const u8) as char)
        }
    }
}
