//! Size and slots of every object: what tracing, copying and checking are made from.
//!
//! Owns no memory. A new object kind needs no edit here: its `Payload` says all.

use crate::mem::{self, WORD};
use termite_abi::Value;
use termite_abi::object::{FLONUM_BYTES, Header, Kind, PAIR_BYTES, Payload};
use termite_abi::value::{
    CLASS_FORWARD, TAG_FLONUM, TAG_HEADER, TAG_IMMEDIATE, TAG_OBJECT, TAG_PAIR,
};

/// Word 0 of a pair that has moved; word 1 then holds the new address. No program can
/// make this immediate.
pub(crate) const FORWARDED: u64 = CLASS_FORWARD << 3 | TAG_IMMEDIATE;

/// What freed memory is filled with when poisoning: reads as a pair at a non-canonical
/// address, so that following it traps.
pub(crate) const POISON: u64 = 0xdead_dead_dead_de01;

/// Bit `n` is set when objects of kind number `n` hold raw bytes.
const BYTE_KINDS: u32 = {
    let mut bits = 0;
    let mut i = 0;
    while i < Kind::ALL.len() {
        if matches!(Kind::ALL[i].payload(), Payload::Bytes) {
            bits |= 1 << Kind::ALL[i] as u32;
        }
        i += 1;
    }
    bits
};

/// Where an object ends and which of its words are tagged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    /// Whole size, a multiple of 8.
    pub bytes: u64,
    /// Address of the first tagged word.
    pub first: u64,
    /// Number of tagged words, which are contiguous.
    pub slots: u64,
}

/// The extent of the object behind `v`, which must be a pointer to a live object.
#[inline(always)]
pub(crate) fn extent(v: Value) -> Extent {
    let addr = v.addr();
    match v.tag() {
        TAG_PAIR => Extent {
            bytes: PAIR_BYTES,
            first: addr,
            slots: 2,
        },
        TAG_FLONUM => Extent {
            bytes: FLONUM_BYTES,
            first: addr,
            slots: 0,
        },
        TAG_OBJECT => object_extent(addr, Header(mem::load(addr))),
        _ => code_extent(addr, mem::load(addr)),
    }
}

/// Extent of the object at `addr` with `header`.
#[inline(always)]
pub(crate) fn object_extent(addr: u64, header: Header) -> Extent {
    debug_assert!(
        header.kind().is_some(),
        "no header: {:#x} at {addr:#x}",
        header.0
    );
    if is_bytes(header) {
        Extent {
            bytes: header.object_bytes(Payload::Bytes),
            first: addr + WORD,
            slots: 0,
        }
    } else {
        Extent {
            bytes: header.object_bytes(Payload::Words),
            first: addr + WORD,
            slots: header.length(),
        }
    }
}

/// Extent of the closure or frame at `addr` whose descriptor stands at `descriptor`.
#[inline(always)]
pub(crate) fn code_extent(addr: u64, descriptor: u64) -> Extent {
    let words = mem::descriptor_words(descriptor);
    debug_assert!(
        words > 0,
        "jump point or stray word as descriptor at {addr:#x}"
    );
    Extent {
        bytes: words * WORD,
        first: addr + WORD,
        slots: words - 1,
    }
}

/// Whether the object with this header holds raw bytes.
#[inline(always)]
pub(crate) fn is_bytes(header: Header) -> bool {
    let number = (header.0 & Header::KIND_MASK) >> Header::KIND_SHIFT;
    BYTE_KINDS >> number & 1 != 0
}

/// Whether word 0 of a header-kind object says that it has moved. Then the word is the
/// new address (tag 0), which no header (tag 7) can be.
#[inline(always)]
pub(crate) fn object_has_moved(word: u64) -> bool {
    word & 7 != TAG_HEADER
}

/// Whether word 0 of a closure or frame says that it has moved. Then the word is the new
/// address with the header tag, which no descriptor (tag 0) can be.
#[inline(always)]
pub(crate) fn code_has_moved(word: u64) -> bool {
    word & 7 == TAG_HEADER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_kinds_agree_with_payloads() {
        for &k in Kind::ALL {
            assert_eq!(
                is_bytes(Header::new(k, 3, 0)),
                k.payload() == Payload::Bytes,
                "{}",
                k.name()
            );
        }
    }

    #[test]
    fn forwarding_and_poison_are_no_values_of_programs() {
        assert!(!Value(FORWARDED).is_pointer() && !Value(FORWARDED).is_char());
        assert!(Value(POISON).is_pair());
    }
}
