//! Hash tables (beneath SRFI 69 and 125) and hashes.
//!
//! Tables iterate in the order of insertion, whatever the keys.

pub(crate) mod hash;
mod table;
#[cfg(test)]
mod tests;

pub use table::{Table, Test};

use crate::args::{self, optional, string, symbol, wrong};
use crate::string::text_part;
use crate::table::primitives;
use hash::{equal_hash, text_hash};
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, intern, string_text, symbol_name, symbols::symbol_hash};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(hash-table? x)` is whether `x` is a hash table.
    "hash-table?" (1) Pure => |_, args| Ok(Value::bool(heap::is_kind(args[0], Kind::HashTable)));
    /// `(%make-hash-table test [size])` is a new hash table; the test is `eq?`, `eqv?`,
    /// `equal?` or `string=?` as a symbol, the size a hint.
    "%make-hash-table" (1..=2) Alloc => make;
    /// `(hash-table-set! table key x)` puts `x` at `key`.
    "hash-table-set!" (3) Alloc => |cx, args| {
        keyed(args)?.set(cx.heap(), args[1], args[2])?;
        Ok(Value::VOID)
    };
    /// `(%hash-table-ref table key default)` is what is at `key`, else `default`.
    "%hash-table-ref" (3) Alloc => |cx, args| Ok(keyed(args)?.get(cx.heap(), args[1])?.unwrap_or(args[2]));
    /// `(hash-table-ref/default table key default)` is what is at `key`, else `default`.
    "hash-table-ref/default" (3) Alloc => |cx, args| Ok(keyed(args)?.get(cx.heap(), args[1])?.unwrap_or(args[2]));
    /// `(hash-table-delete! table key)` removes the key; whether it was there.
    "hash-table-delete!" (2) Alloc => |cx, args| Ok(Value::bool(keyed(args)?.remove(cx.heap(), args[1])?));
    /// `(hash-table-contains? table key)` is whether something is at `key`.
    "hash-table-contains?" (2) Alloc => |cx, args| Ok(Value::bool(keyed(args)?.get(cx.heap(), args[1])?.is_some()));
    /// `(hash-table-count table)` is the number of keys.
    "hash-table-count" (1) Leaf => |_, args| Ok(Value::fixnum(table(args)?.len() as i64));
    /// `(hash-table-clear! table)` removes all keys.
    "hash-table-clear!" (1) Alloc => |cx, args| {
        table(args)?.clear(cx.heap())?;
        Ok(Value::VOID)
    };
    /// `(hash-table-copy table [mutable])` is a new table of the same test and entries.
    "hash-table-copy" (1..=2) Alloc => |cx, args| Ok(table(args)?.copy(cx.heap())?.value());
    /// `(hash-table-keys table)` is a list of the keys, in the order of their insertion.
    "hash-table-keys" (1) Alloc => |cx, args| list(cx, args, |_, key, _| key);
    /// `(hash-table-values table)` is a list of the values, in the order of insertion.
    "hash-table-values" (1) Alloc => |cx, args| list(cx, args, |_, _, value| value);
    /// `(hash-table->alist table)` is a list of pairs of key and value, in that order.
    "hash-table->alist" (1) Alloc => |cx, args| list(cx, args, |cx, key, value| cx.heap().pair(key, value));
    /// `(%hash-table-test table)` is its test, as given to `%make-hash-table`.
    "%hash-table-test" (1) Alloc => |_, args| Ok(intern(table(args)?.test().name()));
    /// `(%hash-table-next table index)` is the first index, from `index` on, that holds an
    /// entry, else `#f`; start with 0, go on with one more than the result. Deleting keys
    /// meanwhile is safe; keys added meanwhile may or may not be met.
    "%hash-table-next" (2) Leaf => |_, args| {
        let next = table(args)?.next_entry(args::size(args, 1)?);
        Ok(next.map_or(Value::FALSE, |entry| Value::fixnum(entry as i64)))
    };
    /// `(%hash-table-key table index)` is the key of the entry at an index given by
    /// `%hash-table-next`.
    "%hash-table-key" (2) Leaf => |_, args| {
        let table = table(args)?;
        Ok(table.key(entry(args, table)?))
    };
    /// `(%hash-table-value table index)` is the value of the entry at that index.
    "%hash-table-value" (2) Leaf => |_, args| {
        let table = table(args)?;
        Ok(table.entry_value(entry(args, table)?))
    };
    /// `(equal-hash x [bound])` is a number that is the same for `equal?` objects.
    "equal-hash" (1..=2) Leaf => |_, args| bounded(args, equal_hash(args[0]));
    /// `(string-hash string [bound [start [end]]])` is a number that is the same for equal
    /// strings; only the range counts.
    "string-hash" (1..=4) Leaf => |_, args| bounded(args, text_hash(text_part(args, 0, 2)?));
    /// `(string-ci-hash string [bound [start [end]]])` is `string-hash` after folding case.
    "string-ci-hash" (1..=4) Alloc => |cx, args| {
        let folded = crate::string::folded(text_part(args, 0, 2)?);
        let folded = cx.heap().string(&folded);
        bounded(args, text_hash(string_text(folded)))
    };
    /// `(symbol-hash symbol [bound])` is a number made from the symbol's name.
    "symbol-hash" (1..=2) Leaf => |_, args| bounded(args, symbol_hash(symbol(args, 0)?));
}

fn table(args: &[Value]) -> Result<Table, Raise> {
    Table::from_value(args[0]).ok_or_else(|| wrong(args, 0, "a hash table"))
}

/// The table, after a check of the key that follows it.
fn keyed(args: &[Value]) -> Result<Table, Raise> {
    let table = table(args)?;
    if table.test() == Test::String {
        string(args, 1)?;
    }
    Ok(table)
}

fn make(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let name = symbol_name(symbol(args, 0)?);
    let test = Test::ALL.into_iter().find(|test| test.name() == name);
    let test = test.ok_or_else(|| wrong(args, 0, "eq?, eqv?, equal? or string=?"))?;
    let size = optional(args, 1).map_or(Ok(0), |_| args::size(args, 1))?;
    Ok(Table::new(cx.heap(), test, size)?.value())
}

/// A list of what `part` gives for each entry.
fn list(cx: &mut Cx<'_>, args: &[Value], part: fn(&mut Cx<'_>, Value, Value) -> Value) -> Outcome {
    let table = table(args)?;
    args::check_words(cx.heap(), table.len().saturating_mul(4))?;
    let parts: Vec<Value> = table
        .iter()
        .map(|(key, value)| part(cx, key, value))
        .collect();
    Ok(cx.heap().list(&parts))
}

/// Argument 1, the index of an entry.
fn entry(args: &[Value], table: Table) -> Result<usize, Raise> {
    let entry = args::size(args, 1)?;
    if table.has_entry(entry) {
        Ok(entry)
    } else {
        Err(args::out_of_range(args, 1, "the index of an entry"))
    }
}

/// The hash, below the optional second argument.
fn bounded(args: &[Value], hash: i64) -> Outcome {
    match optional(args, 1) {
        None => Ok(Value::fixnum(hash)),
        Some(bound) if bound.is_fixnum() && bound.as_fixnum() > 0 => {
            Ok(Value::fixnum(hash % bound.as_fixnum()))
        }
        Some(_) => Err(wrong(args, 1, "an exact positive integer")),
    }
}
