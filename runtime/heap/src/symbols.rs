//! The symbol table: process-global, and symbols are never freed.
//!
//! An interned symbol's serial is its index in the table's list of names; an uninterned
//! one has -1. The hash of an interned symbol depends on its name alone, so it is the
//! same in every process on every machine.

use crate::object;
use crate::statics;
use crate::text;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, PoisonError, RwLock};
use termite_abi::Value;
use termite_abi::object::{Kind, SYMBOL_HASH, SYMBOL_NAME, SYMBOL_SERIAL};

#[derive(Default)]
struct Table {
    symbols: HashMap<&'static str, Value>,
    names: Vec<&'static str>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(RwLock::default);

/// The symbol with this name: always the same one.
pub fn intern(name: &str) -> Value {
    if let Some(symbol) = interned(name) {
        return symbol;
    }
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(&symbol) = table.symbols.get(name) {
        return symbol;
    }
    let name: &'static str = Box::leak(name.into());
    let symbol = make(name, hash(name), table.names.len() as i64);
    table.names.push(name);
    table.symbols.insert(name, symbol);
    symbol
}

/// The symbol with this name, if there is one already.
pub fn interned(name: &str) -> Option<Value> {
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    table.symbols.get(name).copied()
}

/// A new symbol that `intern` never gives, although it prints as `name`; static. Those
/// that a running program makes come from
/// [`Heap::uninterned_symbol`](crate::Heap::uninterned_symbol).
pub fn uninterned(name: &str) -> Value {
    static COUNTER: AtomicU64 = AtomicU64::new(1 << 59);
    make(name, scramble(COUNTER.fetch_add(1, Ordering::Relaxed)), -1)
}

fn make(name: &str, hash: i64, serial: i64) -> Value {
    let name = statics::alloc_static_string(name);
    statics::alloc_static_object(
        Kind::Symbol,
        0,
        &[name, Value::fixnum(hash), Value::fixnum(serial)],
    )
}

/// The name of a symbol; panics for other values.
#[track_caller]
pub fn symbol_name(symbol: Value) -> Cow<'static, str> {
    match symbol_serial(symbol) {
        Some(serial) => {
            let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
            Cow::Borrowed(table.names[serial])
        }
        None => Cow::Owned(text::string_to_rust(object::field(
            symbol,
            SYMBOL_NAME as usize,
        ))),
    }
}

/// Index of an interned symbol in the table; `None` for an uninterned one.
#[track_caller]
pub fn symbol_serial(symbol: Value) -> Option<usize> {
    assert!(is_symbol(symbol), "symbol expected, got {symbol:?}");
    usize::try_from(object::field(symbol, SYMBOL_SERIAL as usize).as_fixnum()).ok()
}

/// The hash of a symbol, not negative.
#[track_caller]
pub fn symbol_hash(symbol: Value) -> i64 {
    assert!(is_symbol(symbol), "symbol expected, got {symbol:?}");
    object::field(symbol, SYMBOL_HASH as usize).as_fixnum()
}

#[inline]
pub fn is_symbol(v: Value) -> bool {
    object::is_kind(v, Kind::Symbol)
}

/// FNV-1a, cut to a fixnum that is not negative.
fn hash(name: &str) -> i64 {
    let h = name.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    scramble(h)
}

/// Spreads `n` over the fixnums that are not negative (the finalizer of SplitMix64).
pub(crate) fn scramble(n: u64) -> i64 {
    let a = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let b = (a ^ a >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((b ^ b >> 31) >> 4) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interning_gives_one_symbol_per_name() {
        assert_eq!(intern("lambda"), intern("lambda"));
        assert_ne!(intern("lambda"), intern("λ"));
        assert_eq!(symbol_name(intern("λ")), "λ");
        assert_eq!(interned("lambda"), Some(intern("lambda")));
        assert_eq!(interned("a symbol that nobody made"), None);
        assert!(symbol_hash(intern("")) >= 0);
    }

    #[test]
    fn uninterned_symbols_are_unique() {
        let (a, b) = (uninterned("x"), uninterned("x"));
        assert!(a != b && a != intern("x") && symbol_hash(a) != symbol_hash(b));
        assert_eq!(symbol_name(a), "x");
        assert_eq!(symbol_serial(a), None);
    }

    #[test]
    fn threads_agree() {
        let names: Vec<String> = (0..1000).map(|i| format!("thread-symbol-{i}")).collect();
        let all: Vec<Vec<Value>> = std::thread::scope(|s| {
            let run = || s.spawn(|| names.iter().map(|n| intern(n)).collect());
            let threads: Vec<_> = (0..4).map(|_| run()).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(all.iter().all(|v| *v == all[0]));
    }
}
