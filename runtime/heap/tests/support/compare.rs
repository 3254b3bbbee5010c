//! Comparing graphs: shape, identity, and what two of them have in common.

use std::collections::HashMap;
use termite_abi::object::{Header, Kind, Payload};
use termite_abi::{Descriptor, Value};
use termite_heap::{self as heap, symbols};

/// The words of a hash table that count, but for its entries: live ones, the test.
const TABLE_WORDS: [usize; 2] = [3, 6];

/// One object, without what it refers to.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    Pair,
    Flonum(u64),
    Words(Kind, u64),
    Bytes(Kind, u64, Vec<u8>),
    Text(u64, String),
    Symbol(String, bool),
    Code(u64, *const Descriptor),
}

/// Flags of a header without kind and length.
fn flags(v: Value) -> u64 {
    heap::header(v).map_or(0, |h| h.0 >> 8 & 0xff)
}

pub fn shape(v: Value) -> Shape {
    if v.is_pair() {
        return Shape::Pair;
    }
    if v.is_flonum() {
        return Shape::Flonum(heap::flonum_value(v).to_bits());
    }
    match heap::kind(v) {
        None => Shape::Code(v.tag(), heap::descriptor(v)),
        Some(Kind::Symbol) => {
            let is_interned = symbols::symbol_serial(v).is_some();
            Shape::Symbol(heap::symbol_name(v).into_owned(), is_interned)
        }
        Some(Kind::String) => Shape::Text(flags(v), heap::string_to_rust(v)),
        Some(kind) if kind.payload() == Payload::Bytes => {
            Shape::Bytes(kind, flags(v), heap::bytes(v).to_vec())
        }
        Some(kind) => Shape::Words(kind, flags(v)),
    }
}

/// What `v` refers to, as far as it counts.
pub fn children(v: Value) -> Vec<Value> {
    if v.is_pair() {
        return vec![heap::car(v), heap::cdr(v)];
    }
    match heap::kind(v) {
        Some(Kind::Symbol | Kind::String) => Vec::new(),
        Some(Kind::HashTable) => {
            let used = heap::field(v, 2).as_fixnum() as usize;
            let words = TABLE_WORDS.iter().map(|&i| heap::field(v, i));
            let entries: Vec<Value> = heap::fields(heap::field(v, 0)).take(3 * used).collect();
            let live = entries.chunks(3).filter(|e| e[0] != Value::TOMBSTONE);
            let pairs = live.flat_map(|e| [e[0], e[1]]);
            words.chain(pairs).collect()
        }
        Some(kind) if kind.payload() == Payload::Bytes => Vec::new(),
        Some(_) => heap::fields(v).collect(),
        None if v.is_flonum() => Vec::new(),
        None => (0..heap::code_word_count(v))
            .map(|i| heap::code_word(v, i))
            .collect(),
    }
}

/// Walks two graphs at once; panics when they differ in shape or sharing. `may_be_same`
/// says of a value that is in both whether that is as it should be; nothing is looked for
/// behind it.
#[track_caller]
pub fn assert_alike(a: &[Value], b: &[Value], may_be_same: &dyn Fn(Value) -> bool) {
    assert_eq!(a.len(), b.len());
    let mut there: HashMap<Value, Value> = HashMap::new();
    let mut back: HashMap<Value, Value> = HashMap::new();
    let mut work: Vec<(Value, Value)> = a.iter().copied().zip(b.iter().copied()).collect();
    while let Some((a, b)) = work.pop() {
        if !a.is_pointer() {
            assert_eq!(a, b);
            continue;
        }
        if a == b {
            assert!(may_be_same(a), "{:?} is common to both", shape(a));
            continue;
        }
        match (there.insert(a, b), back.insert(b, a)) {
            (None, None) => {}
            (Some(other), Some(same)) if other == b && same == a => continue,
            _ if has_no_identity(a) && has_no_identity(b) => {}
            (first, second) => panic!("{a:?} has the copies {first:?}, {b:?} of {second:?}"),
        }
        assert_eq!(shape(a), shape(b));
        let (inner_a, inner_b) = (children(a), children(b));
        assert_eq!(inner_a.len(), inner_b.len(), "{:?}", shape(a));
        work.extend(inner_a.into_iter().zip(inner_b));
    }
}

/// Numbers, procedures that captured nothing, base frames.
fn has_no_identity(v: Value) -> bool {
    if v.is_closure() || v.is_frame() {
        let is_base = v.is_frame() && heap::frame_parent(v) == Value::NO_FRAME;
        return is_base || heap::code_word_count(v) == 0;
    }
    v.is_flonum()
        || matches!(
            heap::kind(v),
            Some(Kind::Bignum | Kind::Ratnum | Kind::Compnum)
        )
}

/// Each object behind the roots with all its words: changes when anything does.
pub fn image(roots: &[Value]) -> HashMap<Value, (Shape, Vec<Value>)> {
    let mut seen = HashMap::new();
    let mut work = roots.to_vec();
    while let Some(v) = work.pop() {
        if !v.is_pointer() || seen.contains_key(&v) {
            continue;
        }
        let words = match heap::kind(v) {
            Some(kind) if kind.payload() == Payload::Words => heap::fields(v).collect(),
            _ => children(v),
        };
        seen.insert(v, (shape(v), words.clone()));
        work.extend(words);
    }
    seen
}

/// Whether a snapshot may share this object, closures left aside.
pub fn is_fixed(v: Value) -> bool {
    let immutable = heap::header(v).is_some_and(|h| h.has(Header::FLAG_IMMUTABLE));
    match heap::kind(v) {
        Some(Kind::String | Kind::Bytevector) => immutable,
        Some(kind) => matches!(
            kind,
            Kind::Symbol
                | Kind::Bignum
                | Kind::Ratnum
                | Kind::Compnum
                | Kind::RecordType
                | Kind::Cell
        ),
        None => v.is_flonum(),
    }
}

/// Whether nothing behind a closure can change.
pub fn is_fixed_closure(closure: Value, is_static: &dyn Fn(Value) -> bool) -> bool {
    let mut seen = Vec::new();
    let mut work = vec![closure];
    while let Some(v) = work.pop() {
        if !v.is_pointer() || is_static(v) || is_fixed(v) || seen.contains(&v) {
            continue;
        }
        if !v.is_closure() {
            return false;
        }
        seen.push(v);
        work.extend(children(v));
    }
    true
}
