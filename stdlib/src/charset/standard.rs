//! The character sets that have names: those of SRFI 14, and those that regular
//! expressions need besides. Each is worked out when it is first asked for.
//!
//! Those for which there is a predicate (`char-alphabetic?`...) are made of it, so that
//! they agree; the general categories that have none come from `regex-syntax`.

use super::set::CharSet;
use crate::chars::digit_value;
use std::sync::LazyLock;
use termite_abi::Value;
use termite_heap::intern;

/// A set, and as it stands in a bytevector.
pub(crate) struct Standard {
    pub set: CharSet,
    pub bytes: Vec<u8>,
}

impl Standard {
    fn new(set: CharSet) -> Standard {
        let bytes = set.to_bytes();
        Standard { set, bytes }
    }
}

macro_rules! standard {
    ($($name:literal => $make:expr;)*) => {
        const NAMES: &[&str] = &[$($name),*];

        /// The set of that name.
        pub(crate) fn find(name: &str) -> Option<&'static Standard> {
            match name {
                $($name => {
                    static SET: LazyLock<Standard> = LazyLock::new(|| Standard::new($make));
                    Some(&SET)
                })*
                _ => None,
            }
        }
    };
}

standard! {
    "letter" => CharSet::of(char::is_alphabetic);
    "digit" => CharSet::of(|c| digit_value(c).is_some());
    "lower-case" => CharSet::of(char::is_lowercase);
    "upper-case" => CharSet::of(char::is_uppercase);
    "title-case" => CharSet::of_class(r"\p{Lt}");
    "letter+digit" => named("letter").union(&named("digit"));
    "graphic" => CharSet::of_class(r"[\p{M}\p{N}\p{P}\p{S}]").union(&named("letter"));
    "printing" => named("graphic").union(&named("whitespace"));
    "whitespace" => CharSet::of(char::is_whitespace);
    "iso-control" => CharSet::from_ranges([(0, 0x20), (0x7f, 0xa0)]);
    "punctuation" => CharSet::of_class(r"\p{P}");
    "symbol" => CharSet::of_class(r"\p{S}");
    "hex-digit" => CharSet::of(|c| c.is_ascii_hexdigit());
    "blank" => CharSet::of_class(r"[\p{Zs}\t]");
    "ascii" => CharSet::from_ranges([(0, 0x80)]);
    "empty" => CharSet::default();
    "full" => CharSet::all();
    // What the boundaries of words are between.
    "word" => CharSet::of_class(r"\w");
    // General category Other.
    "control" => CharSet::of_class(r"\p{C}").difference(&named("letter"));
}

/// The set that a symbol names. Symbols that were interned are static, so that they can be
/// compared as words.
#[inline]
pub(crate) fn of_symbol(symbol: Value) -> Option<&'static Standard> {
    static SYMBOLS: LazyLock<Vec<Value>> =
        LazyLock::new(|| NAMES.iter().map(|name| intern(name)).collect());
    let at = SYMBOLS.iter().position(|&known| known == symbol)?;
    find(NAMES[at])
}

/// A set named above.
fn named(name: &str) -> CharSet {
    find(name).map_or_else(CharSet::default, |standard| standard.set.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_empty_but_the_empty_one() {
        for name in NAMES {
            assert_eq!(named(name).size() == 0, *name == "empty", "{name}");
        }
        assert_eq!(named("title-case").size(), 31);
        assert_eq!(named("hex-digit").size(), 22);
    }
}
