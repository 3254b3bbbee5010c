//! Sets of types: what is known of a value on a path through a segment.

use std::ops::{BitAnd, BitOr, Not};
use termite_abi::Value;
use termite_abi::value::{CLASS_CHAR, TAG_FIXNUM, TAG_IMMEDIATE};

/// A set of the types that a value may have; a full set says nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Types(u32);

macro_rules! types {
    ($($name:ident = $bit:literal;)*) => {
        impl Types { $(pub const $name: Types = Types(1 << $bit);)* }
        const ALL_BITS: u32 = 0 $(| 1 << $bit)*;
    };
}

types! {
    FIXNUM = 0;
    FLONUM = 1;
    PAIR = 2;
    LITERAL_VECTOR = 3;
    STRING = 4;
    LITERAL_BYTEVECTOR = 5;
    SYMBOL = 6;
    RECORD = 7;
    RECORD_TYPE = 8;
    BOX = 9;
    OTHER_OBJECT = 10;
    CLOSURE = 11;
    FRAME = 12;
    FALSE = 13;
    TRUE = 14;
    NULL = 15;
    CHAR = 16;
    EOF = 17;
    DEFAULT = 18;
    OTHER_IMMEDIATE = 19;
    MUTABLE_VECTOR = 20;
    MUTABLE_BYTEVECTOR = 21;
}

impl Types {
    pub const ANY: Types = Types(ALL_BITS);
    pub const NONE: Types = Types(0);
    pub const BOOLEAN: Types = Types(Types::FALSE.0 | Types::TRUE.0);
    pub const VECTOR: Types = Types(Types::LITERAL_VECTOR.0 | Types::MUTABLE_VECTOR.0);
    pub const BYTEVECTOR: Types = Types(Types::LITERAL_BYTEVECTOR.0 | Types::MUTABLE_BYTEVECTOR.0);
    pub const OBJECT: Types = Types(
        Types::VECTOR.0
            | Types::STRING.0
            | Types::BYTEVECTOR.0
            | Types::SYMBOL.0
            | Types::RECORD.0
            | Types::RECORD_TYPE.0
            | Types::BOX.0
            | Types::OTHER_OBJECT.0,
    );
    /// What the collector must follow.
    pub const POINTER: Types = Types(
        Types::FLONUM.0 | Types::PAIR.0 | Types::OBJECT.0 | Types::CLOSURE.0 | Types::FRAME.0,
    );

    /// What generic arithmetic gives.
    pub const NUMBER: Types = Types(Types::FIXNUM.0 | Types::FLONUM.0 | Types::OTHER_OBJECT.0);

    /// Whether every type in `self` is in `other`.
    pub fn within(self, other: Types) -> bool {
        self.0 & !other.0 == 0
    }

    pub fn meets(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a value of these types is true in a condition, if that is known.
    pub fn truth(self) -> Option<bool> {
        if !self.meets(Types::FALSE) {
            Some(true)
        } else if self.within(Types::FALSE) {
            Some(false)
        } else {
            None
        }
    }

    /// The types of a constant, as far as its word tells; `otherwise` for pointers.
    pub fn of_word(word: u64, otherwise: Types) -> Types {
        let v = Value(word);
        match v.tag() {
            TAG_FIXNUM => Types::FIXNUM,
            TAG_IMMEDIATE if word >> 3 & 0x1f == CLASS_CHAR => Types::CHAR,
            TAG_IMMEDIATE => Types::of_special(v),
            _ => otherwise,
        }
    }

    fn of_special(v: Value) -> Types {
        match v {
            Value::FALSE => Types::FALSE,
            Value::TRUE => Types::TRUE,
            Value::NULL => Types::NULL,
            Value::EOF => Types::EOF,
            Value::DEFAULT => Types::DEFAULT,
            Value(_) => Types::OTHER_IMMEDIATE,
        }
    }
}

impl BitOr for Types {
    type Output = Types;
    fn bitor(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }
}

impl BitAnd for Types {
    type Output = Types;
    fn bitand(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }
}

impl Not for Types {
    type Output = Types;
    fn not(self) -> Types {
        Types(!self.0 & ALL_BITS)
    }
}
