//! Values: 64-bit words whose low three bits are a tag.
//!
//! | tag | meaning | layout of the object |
//! |---|---|---|
//! | 0 | fixnum, 61 bits; also any 8-aligned raw address, which the collector ignores | - |
//! | 1 | pair | `[car, cdr]`, no header |
//! | 2 | flonum | `[f64 bits]`, no header |
//! | 3 | object | `[header, ...]`, see [`crate::object`] |
//! | 4 | procedure (flat closure) | `[descriptor, free values...]` |
//! | 5 | continuation frame | `[descriptor, parent frame, live values...]` |
//! | 6 | immediate: booleans, the empty list, characters, markers | - |
//! | 7 | never a value: the tag of a header word | - |
//!
//! A pointer is the object's 8-aligned address plus its tag.

use std::fmt;

/// Number of tag bits.
pub const TAG_BITS: u32 = 3;
/// Mask of the tag bits.
pub const TAG_MASK: u64 = 7;

pub const TAG_FIXNUM: u64 = 0;
pub const TAG_PAIR: u64 = 1;
pub const TAG_FLONUM: u64 = 2;
pub const TAG_OBJECT: u64 = 3;
pub const TAG_CLOSURE: u64 = 4;
pub const TAG_FRAME: u64 = 5;
pub const TAG_IMMEDIATE: u64 = 6;
pub const TAG_HEADER: u64 = 7;

/// Largest and smallest fixnum.
pub const FIXNUM_MAX: i64 = (1 << 60) - 1;
pub const FIXNUM_MIN: i64 = -(1 << 60);

/// Immediates: bits 3..8 hold the class, bits 8.. the payload.
const fn immediate(class: u64, payload: u64) -> u64 {
    payload << 8 | class << 3 | TAG_IMMEDIATE
}

/// Class numbers of immediates (bits 3..8).
pub const CLASS_SPECIAL: u64 = 0;
pub const CLASS_CHAR: u64 = 1;
/// Process identifiers, universally unique references and nodes: see [`Identity`].
pub const CLASS_PID: u64 = 2;
pub const CLASS_TAG: u64 = 3;
pub const CLASS_NODE: u64 = 4;
/// The collector's mark on pairs that have moved; never a value.
pub const CLASS_FORWARD: u64 = 31;

/// Bits of a serial number in a pid or tag.
pub const SERIAL_BITS: u32 = 36;
/// Bits of the index of its origin.
pub const ORIGIN_BITS: u32 = 20;

/// What a pid or tag says: who made it, as an index in the node's table of origins (0 is
/// the node itself), and the number that its maker gave it. An origin stands for an
/// incarnation and the high part of serial numbers, so that they never run out; on the
/// wire it is written out. Being immediates, both are compared by `eq?` and cost nothing
/// to send.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Identity {
    pub origin: u32,
    pub serial: u64,
}

impl Identity {
    const fn payload(self) -> u64 {
        debug_assert!(self.serial >> SERIAL_BITS == 0 && self.origin >> ORIGIN_BITS == 0);
        (self.origin as u64) << SERIAL_BITS | self.serial
    }

    const fn from_payload(payload: u64) -> Identity {
        Identity {
            origin: (payload >> SERIAL_BITS) as u32,
            serial: payload & ((1 << SERIAL_BITS) - 1),
        }
    }
}

/// A Scheme value, as it stands in registers, frames and objects.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(pub u64);

impl Value {
    pub const FALSE: Value = Value(immediate(CLASS_SPECIAL, 0));
    pub const TRUE: Value = Value(immediate(CLASS_SPECIAL, 1));
    pub const NULL: Value = Value(immediate(CLASS_SPECIAL, 2));
    pub const EOF: Value = Value(immediate(CLASS_SPECIAL, 3));
    /// The value of expressions that have none to give (`#!void`).
    pub const VOID: Value = Value(immediate(CLASS_SPECIAL, 4));
    /// Stands for an optional argument that was not given (`#!default`).
    pub const DEFAULT: Value = Value(immediate(CLASS_SPECIAL, 5));
    /// Content of a variable before its definition.
    pub const UNBOUND: Value = Value(immediate(CLASS_SPECIAL, 6));
    /// A hole in a hash table; never seen by programs.
    pub const TOMBSTONE: Value = Value(immediate(CLASS_SPECIAL, 7));
    /// What a primitive returns after recording an error; never stored anywhere.
    pub const ERROR: Value = Value(immediate(CLASS_SPECIAL, 8));
    pub const KEY_OPTIONAL: Value = Value(immediate(CLASS_SPECIAL, 9));
    pub const KEY_REST: Value = Value(immediate(CLASS_SPECIAL, 10));
    pub const KEY_KEY: Value = Value(immediate(CLASS_SPECIAL, 11));
    /// What a mailbox gives when it has no message; never sent.
    pub const NO_MESSAGE: Value = Value(immediate(CLASS_SPECIAL, 13));
    /// Parent of a process's base frame.
    pub const NO_FRAME: Value = Value(immediate(CLASS_SPECIAL, 12));

    #[inline(always)]
    pub const fn tag(self) -> u64 {
        self.0 & TAG_MASK
    }

    /// The object's address; meaningful for tags 1 to 5.
    #[inline(always)]
    pub const fn addr(self) -> u64 {
        self.0 & !TAG_MASK
    }

    /// A pointer to the object at `addr` (8-aligned) with `tag`.
    #[inline(always)]
    pub const fn pointer(addr: u64, tag: u64) -> Value {
        Value(addr | tag)
    }

    /// Whether the collector has to look behind this word.
    #[inline(always)]
    pub const fn is_pointer(self) -> bool {
        let t = self.tag();
        t != TAG_FIXNUM && t < TAG_IMMEDIATE
    }

    #[inline(always)]
    pub const fn fixnum(n: i64) -> Value {
        Value((n as u64) << TAG_BITS)
    }

    /// `n` as a fixnum if it fits in 61 bits.
    #[inline(always)]
    pub const fn try_fixnum(n: i64) -> Option<Value> {
        if n >= FIXNUM_MIN && n <= FIXNUM_MAX {
            Some(Value::fixnum(n))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_fixnum(self) -> bool {
        self.tag() == TAG_FIXNUM
    }

    /// The integer of a fixnum (garbage for other values).
    #[inline(always)]
    pub const fn as_fixnum(self) -> i64 {
        self.0 as i64 >> TAG_BITS
    }

    #[inline(always)]
    pub const fn char(c: char) -> Value {
        Value(immediate(CLASS_CHAR, c as u64))
    }

    #[inline(always)]
    pub const fn is_char(self) -> bool {
        self.0 & 0xff == immediate(CLASS_CHAR, 0)
    }

    /// The character of a char value.
    #[inline(always)]
    pub fn as_char(self) -> Option<char> {
        if self.is_char() {
            char::from_u32((self.0 >> 8) as u32)
        } else {
            None
        }
    }

    /// The class of an immediate (bits 3..8), meaningful for tag 6.
    const fn is_immediate_of(self, class: u64) -> bool {
        self.0 & 0xff == immediate(class, 0)
    }

    /// A process identifier.
    #[inline(always)]
    pub const fn pid(id: Identity) -> Value {
        Value(immediate(CLASS_PID, id.payload()))
    }

    #[inline(always)]
    pub const fn as_pid(self) -> Option<Identity> {
        if self.is_immediate_of(CLASS_PID) {
            Some(Identity::from_payload(self.0 >> 8))
        } else {
            None
        }
    }

    /// A universally unique reference (`make-tag`).
    #[inline(always)]
    pub const fn unique_tag(id: Identity) -> Value {
        Value(immediate(CLASS_TAG, id.payload()))
    }

    #[inline(always)]
    pub const fn as_unique_tag(self) -> Option<Identity> {
        if self.is_immediate_of(CLASS_TAG) {
            Some(Identity::from_payload(self.0 >> 8))
        } else {
            None
        }
    }

    /// A node, by its index in the table of nodes that the running one knows.
    #[inline(always)]
    pub const fn node(index: u32) -> Value {
        Value(immediate(CLASS_NODE, index as u64))
    }

    #[inline(always)]
    pub const fn as_node(self) -> Option<u32> {
        if self.is_immediate_of(CLASS_NODE) {
            Some((self.0 >> 8) as u32)
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    #[inline(always)]
    pub const fn is_true(self) -> bool {
        self.0 != Value::FALSE.0
    }

    #[inline(always)]
    pub const fn is_pair(self) -> bool {
        self.tag() == TAG_PAIR
    }

    #[inline(always)]
    pub const fn is_flonum(self) -> bool {
        self.tag() == TAG_FLONUM
    }

    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.tag() == TAG_OBJECT
    }

    #[inline(always)]
    pub const fn is_closure(self) -> bool {
        self.tag() == TAG_CLOSURE
    }

    #[inline(always)]
    pub const fn is_frame(self) -> bool {
        self.tag() == TAG_FRAME
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tag() {
            TAG_FIXNUM => write!(f, "{}", self.as_fixnum()),
            TAG_IMMEDIATE => match self.as_char() {
                Some(c) => write!(f, "#\\{c}"),
                None => write!(f, "#imm{}:{:x}", self.0 >> 3 & 0x1f, self.0 >> 8),
            },
            t => write!(f, "#ptr:{t}:{:x}", self.addr()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixnums_round_trip_at_their_limits() {
        for n in [0, 1, -1, FIXNUM_MAX, FIXNUM_MIN] {
            assert_eq!(Value::try_fixnum(n).map(Value::as_fixnum), Some(n));
        }
        assert!(Value::try_fixnum(FIXNUM_MAX + 1).is_none());
        assert!(Value::try_fixnum(FIXNUM_MIN - 1).is_none());
    }

    #[test]
    fn immediates_are_distinct_and_no_pointers() {
        let all = [
            Value::FALSE,
            Value::TRUE,
            Value::NULL,
            Value::EOF,
            Value::VOID,
            Value::char('a'),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(!a.is_pointer());
            assert!(all.iter().skip(i + 1).all(|b| a != b));
        }
        assert_eq!(Value::char('λ').as_char(), Some('λ'));
        assert_eq!(Value::TRUE.as_char(), None);
    }

    #[test]
    fn identities_round_trip_at_their_limits() {
        let most = Identity {
            origin: (1 << ORIGIN_BITS) - 1,
            serial: (1 << SERIAL_BITS) - 1,
        };
        let least = Identity {
            origin: 0,
            serial: 0,
        };
        for id in [least, most] {
            assert_eq!(Value::pid(id).as_pid(), Some(id));
            assert_eq!(Value::unique_tag(id).as_unique_tag(), Some(id));
            assert_eq!(Value::pid(id).as_unique_tag(), None);
            assert!(!Value::pid(id).is_pointer() && Value::pid(id).as_node().is_none());
        }
        assert_eq!(Value::node(7).as_node(), Some(7));
        assert_eq!(Value::TRUE.as_pid(), None);
    }
}
