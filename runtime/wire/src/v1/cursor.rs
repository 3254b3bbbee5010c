//! What the encoder still has to write of objects that it has begun.

use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Object};

/// Whether a value may have other values in it, or be met twice. Only for values none of
/// which is marked.
pub(super) fn is_inner(v: Value) -> bool {
    v.is_pointer() && !v.is_flonum() && !is_interned(v)
}

pub(super) fn is_interned(v: Value) -> bool {
    heap::is_kind(v, Kind::Symbol) && heap::symbols::symbol_serial(v).is_some()
}

/// What is still to be written of an object.
pub(super) enum Cursor {
    /// A pair, none of it.
    Pair(Object),
    /// A pair's cdr.
    Cdr(Object),
    /// Values from `next` up to `end`.
    Slots {
        object: Object,
        next: usize,
        end: usize,
    },
    /// A frame's live values from `next` up to `end`, then its parent.
    Frame {
        object: Object,
        next: usize,
        end: usize,
    },
    /// Keys and values of a hash table: the entries' vector, the next word and the end.
    Table {
        entries: Object,
        next: usize,
        end: usize,
    },
}

/// Whether a cursor has values left that could be met twice. Nothing is marked.
pub(super) fn holds_more(cursor: &Cursor) -> bool {
    match *cursor {
        Cursor::Pair(_) => true,
        Cursor::Cdr(pair) => is_inner(pair.pair().1),
        Cursor::Slots { object, next, end } => (next..end).any(|i| is_inner(object.slot(i))),
        Cursor::Frame { object, next, end } => {
            is_inner(object.slot(0)) || (next..end).any(|i| is_inner(object.slot(i)))
        }
        Cursor::Table { entries, next, end } => (next..end).any(|i| is_inner(entries.slot(i))),
    }
}
