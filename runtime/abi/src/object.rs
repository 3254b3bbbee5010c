//! Object headers and the one table of object kinds.
//!
//! Tracing, sizes, verification and printing of names all follow from a kind's
//! [`Payload`]: a kind added here needs no other edit in the collector.

use crate::value::TAG_HEADER;

/// What follows the header word of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Payload {
    /// `length` tagged words.
    Words,
    /// `length` raw bytes, padded to a multiple of 8.
    Bytes,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $num:literal, $text:literal, $payload:ident;)*) => {
        /// Kind of an object with a header.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $name = $num,)* }

        impl Kind {
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];

            /// The kind with this number, if there is one.
            pub const fn from_number(n: u8) -> Option<Kind> {
                match n { $($num => Some(Kind::$name),)* _ => None }
            }

            /// The field's word for it, as diagnostics use it.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$name => $text,)* }
            }

            pub const fn payload(self) -> Payload {
                match self { $(Kind::$name => Payload::$payload,)* }
            }
        }
    };
}

kinds! {
    /// `[elements...]`
    Vector = 1, "vector", Words;
    /// Raw bytes.
    Bytevector = 2, "bytevector", Bytes;
    /// `[storage, length as fixnum]`: the storage is a `Chars` object and may be
    /// replaced by a wider one.
    String = 3, "string", Words;
    /// Character storage: one byte a character (Latin-1), or four (UTF-32) when
    /// [`Header::FLAG_WIDE`] is set. The header's length counts bytes.
    Chars = 4, "character storage", Bytes;
    /// `[name string, hash as fixnum, serial as fixnum]`; interned, never freed.
    /// An uninterned one has serial -1.
    Symbol = 5, "symbol", Words;
    /// Magnitude in 64-bit limbs, least significant first, no leading zero limb;
    /// [`Header::FLAG_NEGATIVE`] is its sign. Never in fixnum range.
    Bignum = 6, "bignum", Bytes;
    /// `[numerator, denominator]`, in lowest terms, denominator above one.
    Ratnum = 7, "rational", Words;
    /// `[real, imaginary]`, imaginary not exact zero.
    Compnum = 8, "complex number", Words;
    /// `[record type, fields...]`
    Record = 9, "record", Words;
    /// `[name symbol, field-name vector, uid, parent or #f, field count, flags]`
    RecordType = 10, "record type", Words;
    /// `[value]`: an assigned local variable.
    Box = 11, "box", Words;
    /// `[value, name symbol]`: a toplevel variable; allocated old, never moves.
    Cell = 12, "variable", Words;
    /// `[entries vector, index bytevector, used, live, young start, epoch, test, hash]`:
    /// insertion-ordered hash table, see `termite-heap`.
    HashTable = 13, "hash table", Words;
    /// `[id in the node's port table, direction and flags, name]`
    Port = 14, "port", Words;
    /// `[fields...]`: the state of a suspended primitive, an environment, and other
    /// things that programs only hand around. The first word says which.
    Opaque = 17, "internal object", Words;
}

/// A header word: tag 7, kind in bits 3..8, flags in bits 8..16, length in bits 16..
/// (words for [`Payload::Words`], bytes for [`Payload::Bytes`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Header(pub u64);

impl Header {
    /// The object may not be changed by a program (literals, symbol names).
    pub const FLAG_IMMUTABLE: u64 = 1 << 8;
    /// Four bytes a character.
    pub const FLAG_WIDE: u64 = 1 << 9;
    /// A negative bignum.
    pub const FLAG_NEGATIVE: u64 = 1 << 10;

    pub const KIND_SHIFT: u32 = 3;
    pub const KIND_MASK: u64 = 0x1f << Self::KIND_SHIFT;
    pub const LENGTH_SHIFT: u32 = 16;

    pub const fn new(kind: Kind, length: u64, flags: u64) -> Header {
        Header(
            length << Self::LENGTH_SHIFT | flags | (kind as u64) << Self::KIND_SHIFT | TAG_HEADER,
        )
    }

    /// The kind; `None` for a word that is no header of ours.
    #[inline(always)]
    pub const fn kind(self) -> Option<Kind> {
        if self.0 & 7 != TAG_HEADER {
            return None;
        }
        Kind::from_number((self.0 >> Self::KIND_SHIFT & 0x1f) as u8)
    }

    /// Tag and kind alone: what generated code compares after masking with 0xff.
    pub const fn type_byte(kind: Kind) -> u64 {
        (kind as u64) << Self::KIND_SHIFT | TAG_HEADER
    }

    #[inline(always)]
    pub const fn is(self, kind: Kind) -> bool {
        self.0 & 0xff == Self::type_byte(kind)
    }

    /// Length in the payload's unit.
    #[inline(always)]
    pub const fn length(self) -> u64 {
        self.0 >> Self::LENGTH_SHIFT
    }

    #[inline(always)]
    pub const fn has(self, flag: u64) -> bool {
        self.0 & flag != 0
    }

    /// Size of the whole object in bytes, header included, a multiple of 8.
    #[inline(always)]
    pub const fn object_bytes(self, payload: Payload) -> u64 {
        match payload {
            Payload::Words => 8 + 8 * self.length(),
            Payload::Bytes => 8 + ((self.length() + 7) & !7),
        }
    }
}

/// Size of a pair in bytes.
pub const PAIR_BYTES: u64 = 16;
/// Size of a flonum in bytes.
pub const FLONUM_BYTES: u64 = 8;
/// Words of a closure before its free values.
pub const CLOSURE_HEADER_WORDS: u64 = 1;
/// Words of a frame before its live values.
pub const FRAME_HEADER_WORDS: u64 = 2;
/// Field indices (in words after the header).
pub const STRING_STORAGE: u64 = 0;
pub const STRING_LENGTH: u64 = 1;
pub const SYMBOL_NAME: u64 = 0;
pub const SYMBOL_HASH: u64 = 1;
pub const SYMBOL_SERIAL: u64 = 2;
pub const CELL_VALUE: u64 = 0;
pub const CELL_NAME: u64 = 1;
pub const RTD_NAME: u64 = 0;
pub const RTD_FIELDS: u64 = 1;
pub const RTD_UID: u64 = 2;
pub const RTD_PARENT: u64 = 3;
pub const RTD_COUNT: u64 = 4;
pub const RTD_FLAGS: u64 = 5;
pub const RTD_WORDS: u64 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_round_trip_through_headers() {
        for &k in Kind::ALL {
            let h = Header::new(k, 77, Header::FLAG_IMMUTABLE);
            assert_eq!(h.kind(), Some(k));
            assert_eq!(h.length(), 77);
            assert!(h.is(k) && h.has(Header::FLAG_IMMUTABLE));
        }
    }

    #[test]
    fn byte_objects_are_padded() {
        let h = Header::new(Kind::Bytevector, 9, 0);
        assert_eq!(h.object_bytes(Payload::Bytes), 24);
        assert_eq!(
            Header::new(Kind::Vector, 2, 0).object_bytes(Payload::Words),
            24
        );
    }
}
