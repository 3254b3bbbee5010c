//! Symbols: names that are equal exactly when their numbers are.
//!
//! One table for the whole OS process, because symbols cross threads and nodes
//! of one process; entries are never freed, so a name is a `&'static str`.
//! Whoever interns names that strangers sent limits them before.
//!
//! Interning takes a lock; `as_str` takes none: names stand in buckets of
//! doubling size that, once made, never move.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock, PoisonError, RwLock};

/// An interned name. Ordered by when it was first seen, not alphabetically.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

impl Symbol {
    pub fn intern(name: &str) -> Symbol {
        TABLE.intern(name)
    }

    pub fn as_str(self) -> &'static str {
        TABLE.name(self.0)
    }

    /// A small dense number, the same for as long as the OS process lives.
    pub fn index(self) -> u32 {
        self.0
    }

    /// The symbol whose [`Symbol::index`] this is.
    pub fn from_index(index: u32) -> Option<Symbol> {
        TABLE.get(index).map(|_| Symbol(index))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`", self.as_str())
    }
}

impl From<&str> for Symbol {
    fn from(name: &str) -> Symbol {
        Symbol::intern(name)
    }
}

/// Symbols the reader and printer know; their numbers are their places here.
macro_rules! known_symbols {
    ($($constant:ident = $index:literal, $name:literal;)*) => {
        impl Symbol {
            $(pub const $constant: Symbol = Symbol($index);)*
        }
        const KNOWN: &[&str] = &[$($name),*];
    };
}

known_symbols! {
    QUOTE = 0, "quote";
    QUASIQUOTE = 1, "quasiquote";
    UNQUOTE = 2, "unquote";
    UNQUOTE_SPLICING = 3, "unquote-splicing";
}

const FIRST_BUCKET_BITS: u32 = 10;
const BUCKETS: usize = 32 - FIRST_BUCKET_BITS as usize + 1;

type Bucket = Box<[OnceLock<&'static str>]>;

struct Table {
    numbers: RwLock<HashMap<&'static str, u32>>,
    names: [OnceLock<Bucket>; BUCKETS],
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

impl Table {
    fn new() -> Table {
        let table = Table {
            numbers: RwLock::default(),
            names: [const { OnceLock::new() }; BUCKETS],
        };
        for name in KNOWN {
            table.intern(name);
        }
        table
    }

    fn intern(&self, name: &str) -> Symbol {
        let numbers = self.numbers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(&number) = numbers.get(name) {
            return Symbol(number);
        }
        drop(numbers);
        self.add(name)
    }

    fn add(&self, name: &str) -> Symbol {
        let mut numbers = self.numbers.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have added it between the two locks.
        if let Some(&number) = numbers.get(name) {
            return Symbol(number);
        }
        let number = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        assert!(number < u32::MAX, "internal-error: symbol table full");
        let name: &'static str = Box::leak(name.into());
        let (bucket, offset) = place(number);
        self.names[bucket].get_or_init(|| new_bucket(bucket))[offset].get_or_init(|| name);
        numbers.insert(name, number);
        Symbol(number)
    }

    fn name(&self, number: u32) -> &'static str {
        self.get(number).unwrap_or("")
    }

    fn get(&self, number: u32) -> Option<&'static str> {
        let (bucket, offset) = place(number);
        self.names[bucket].get()?[offset].get().copied()
    }
}

fn new_bucket(bucket: usize) -> Bucket {
    (0..1usize << (bucket + FIRST_BUCKET_BITS as usize))
        .map(|_| OnceLock::new())
        .collect()
}

/// Bucket `b` holds the numbers from `2^(b+10) - 2^10` on, `2^(b+10)` of them.
fn place(number: u32) -> (usize, usize) {
    let shifted = u64::from(number) + (1 << FIRST_BUCKET_BITS);
    let top = shifted.ilog2();
    (
        (top - FIRST_BUCKET_BITS) as usize,
        (shifted - (1 << top)) as usize,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_name_same_symbol() {
        assert_eq!(Symbol::intern("quote"), Symbol::QUOTE);
        assert_eq!(Symbol::intern("unquote-splicing"), Symbol::UNQUOTE_SPLICING);
        assert_eq!(Symbol::intern("λ"), Symbol::intern("λ"));
        assert_ne!(Symbol::intern("a"), Symbol::intern("A"));
        assert_eq!(Symbol::intern("").as_str(), "");
        assert_eq!(
            Symbol::from_index(Symbol::QUOTE.index()),
            Some(Symbol::QUOTE)
        );
        assert_eq!(Symbol::from_index(u32::MAX), None);
    }

    #[test]
    fn places_are_dense() {
        assert_eq!(place(0), (0, 0));
        assert_eq!(place(1023), (0, 1023));
        assert_eq!(place(1024), (1, 0));
        assert_eq!(place(3071), (1, 2047));
        assert_eq!(place(3072), (2, 0));
        assert!(place(u32::MAX).0 < BUCKETS);
    }

    #[test]
    fn threads_agree() {
        let intern_all = || {
            (0..5000)
                .map(|i| Symbol::intern(&format!("t{i}")))
                .collect::<Vec<_>>()
        };
        let others: Vec<_> = (0..4).map(|_| std::thread::spawn(intern_all)).collect();
        let mine = intern_all();
        for other in others {
            assert_eq!(other.join().unwrap(), mine);
        }
        assert_eq!(mine[4321].as_str(), "t4321");
    }
}
