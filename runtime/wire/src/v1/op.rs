//! The operations of version 1: one byte each. `docs/WIRE.md` has what follows each.

/// Below this, the byte is a small integer: its zigzag form.
pub(super) const TWO_BYTES: u8 = 0x80;
/// From `TWO_BYTES` up to this, the byte and the next one are one of the next integers.
pub(super) const FIRST: u8 = 0xc0;
/// Zigzag forms below this take one byte, below the next two.
pub(super) const INTS_1: u64 = TWO_BYTES as u64;
pub(super) const INTS_2: u64 = INTS_1 + (((FIRST - TWO_BYTES) as u64) << 8);

macro_rules! ops {
    ($($name:ident = $byte:literal;)*) => {
        $(pub(super) const $name: u8 = $byte;)*
        /// Names and bytes of all operations.
        pub const ALL: &[(&str, u8)] = &[$((stringify!($name), $byte)),*];
    };
}

ops! {
    INT = 0xc0;
    FALSE = 0xc1;
    TRUE = 0xc2;
    NULL = 0xc3;
    EOF = 0xc4;
    VOID = 0xc5;
    DEFAULT = 0xc6;
    UNBOUND = 0xc7;
    OPTIONAL = 0xc8;
    REST = 0xc9;
    KEY = 0xca;
    CHAR = 0xcb;
    PID = 0xcc;
    TAG = 0xcd;
    NODE = 0xce;
    SYMBOL = 0xcf;
    REF = 0xd0;
    FLONUM = 0xd1;
    LIST = 0xd2;
    END = 0xd3;
    DOT = 0xd4;
    VECTOR = 0xd5;
    CONST_VECTOR = 0xd6;
    BYTES = 0xd7;
    CONST_BYTES = 0xd8;
    STRING = 0xd9;
    CONST_STRING = 0xda;
    GENSYM = 0xdb;
    BIGNUM = 0xdc;
    NEGATIVE = 0xdd;
    RATIO = 0xde;
    COMPLEX = 0xdf;
    TYPE = 0xe0;
    RECORD = 0xe1;
    NAMED = 0xe2;
    BOX = 0xe3;
    TABLE = 0xe4;
    CLOSURE = 0xe5;
    PROCEDURE = 0xe6;
    BUILTIN = 0xe7;
    FRAME = 0xe8;
    BASE = 0xe9;
    PORT = 0xea;
}

/// Immediates without content, as (operation, value).
pub(super) const CONSTANTS: &[(u8, termite_abi::Value)] = {
    use termite_abi::Value as V;
    &[
        (FALSE, V::FALSE),
        (TRUE, V::TRUE),
        (NULL, V::NULL),
        (EOF, V::EOF),
        (VOID, V::VOID),
        (DEFAULT, V::DEFAULT),
        (UNBOUND, V::UNBOUND),
        (OPTIONAL, V::KEY_OPTIONAL),
        (REST, V::KEY_REST),
        (KEY, V::KEY_KEY),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_distinct_and_above_the_integers() {
        let mut bytes: Vec<u8> = ALL.iter().map(|&(_, byte)| byte).collect();
        bytes.dedup();
        assert_eq!(bytes.len(), ALL.len());
        assert!(bytes.iter().all(|&b| b >= FIRST));
    }

    #[test]
    fn the_document_lists_them() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/WIRE.md");
        let text = std::fs::read_to_string(path).unwrap();
        for (name, byte) in ALL {
            let row = format!("| {byte:02x} | `{name}` |");
            assert!(text.contains(&row), "docs/WIRE.md lacks: {row}");
        }
    }
}
