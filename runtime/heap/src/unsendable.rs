//! Values that cannot leave their process or node, and where in a message they were found.
//!
//! The search runs after a copy or an encoder has refused a graph, on the unmarked
//! original; it costs what the failure costs, not what sending does.

use crate::object;
use std::collections::{HashMap, VecDeque};
use termite_abi::object::Kind;
use termite_abi::{Descriptor, Value};

/// A value that cannot be sent. Good until the next collection.
#[derive(Clone, PartialEq, Debug)]
pub struct Unsendable {
    pub value: Value,
    /// The shortest way to it, from a root inwards.
    pub path: Vec<Step>,
}

/// A step from an object to one of its values.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Step {
    /// The root with this number.
    Root(usize),
    /// Element of a list, counted from 0; a pair's car is element 0.
    Element(usize),
    /// What follows that many pairs of a list.
    Tail(usize),
    /// Element of a vector.
    VectorElement(usize),
    /// Field of a record of this type, its parent's fields counted first.
    Field { record_type: Value, index: usize },
    /// Content of an assigned variable's box.
    BoxContent,
    /// A key of a hash table.
    Key,
    /// What a hash table holds for this key.
    EntryValue { key: Value },
    /// Free value of a closure.
    Captured {
        descriptor: *const Descriptor,
        index: usize,
    },
    /// Live value of a frame. Steps from a frame to those below it are left out.
    Live {
        descriptor: *const Descriptor,
        index: usize,
    },
    /// Another object's field.
    Slot { kind: Kind, index: usize },
}

/// What a search finds in a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finding {
    /// Nothing inside it matters.
    Leaf,
    /// It may be sent if what it refers to may.
    Inner,
    Refused,
}

/// Words of an entry of a hash table: key, value, hash.
const STRIDE: usize = 3;

/// The refused value that is nearest to the roots. Works off a list, nearest first.
pub fn find_unsendable(
    roots: &[Value],
    judge: &mut dyn FnMut(Value) -> Finding,
) -> Option<Unsendable> {
    let mut search = Search::default();
    for (i, &root) in roots.iter().enumerate() {
        if search.meet(root, None, Edge::Root(i), judge) {
            return Some(search.found(root));
        }
    }
    while let Some(v) = search.work.pop_front() {
        for (edge, child) in children(v) {
            if search.meet(child, Some(v), edge, judge) {
                return Some(search.found(child));
            }
        }
    }
    None
}

/// How a value hangs on its holder.
#[derive(Clone, Copy)]
enum Edge {
    Root(usize),
    Cdr,
    /// The frame below.
    Parent,
    /// An entry's vector: no step of its own.
    Within,
    Step(Step),
}

#[derive(Default)]
struct Search {
    /// By whom each value was met first.
    from: HashMap<Value, (Option<Value>, Edge)>,
    work: VecDeque<Value>,
}

impl Search {
    /// Whether `v` is refused.
    fn meet(
        &mut self,
        v: Value,
        holder: Option<Value>,
        edge: Edge,
        judge: &mut dyn FnMut(Value) -> Finding,
    ) -> bool {
        if !v.is_pointer() || self.from.contains_key(&v) {
            return false;
        }
        let finding = judge(v);
        if finding != Finding::Leaf {
            self.from.insert(v, (holder, edge));
        }
        if finding == Finding::Inner {
            self.work.push_back(v);
        }
        finding == Finding::Refused
    }

    fn found(&self, value: Value) -> Unsendable {
        let mut edges = Vec::new();
        let mut at = Some(value);
        while let Some((holder, edge)) = at.and_then(|v| self.from.get(&v)) {
            edges.push(*edge);
            at = *holder;
        }
        edges.reverse();
        Unsendable {
            value,
            path: steps(&edges),
        }
    }
}

/// Joins walks down a list into one step, and drops those along frames.
fn steps(edges: &[Edge]) -> Vec<Step> {
    let mut path = Vec::new();
    let mut cdrs = 0;
    for &edge in edges {
        let step = match edge {
            Edge::Cdr => {
                cdrs += 1;
                continue;
            }
            Edge::Parent | Edge::Within => None,
            Edge::Root(i) => Some(Step::Root(i)),
            Edge::Step(Step::Element(_)) => Some(Step::Element(std::mem::take(&mut cdrs))),
            Edge::Step(step) => Some(step),
        };
        let tail = (cdrs > 0).then(|| Step::Tail(std::mem::take(&mut cdrs)));
        path.extend(tail.into_iter().chain(step));
    }
    path.extend((cdrs > 0).then_some(Step::Tail(cdrs)));
    path
}

/// The values that `v` refers to.
fn children(v: Value) -> Vec<(Edge, Value)> {
    if v.is_pair() {
        return vec![
            (Edge::Step(Step::Element(0)), object::car(v)),
            (Edge::Cdr, object::cdr(v)),
        ];
    }
    match object::kind(v) {
        Some(Kind::HashTable) => table_children(v),
        Some(kind) => field_children(v, kind),
        None if v.is_closure() || v.is_frame() => code_children(v),
        None => Vec::new(),
    }
}

fn code_children(v: Value) -> Vec<(Edge, Value)> {
    let descriptor = object::descriptor(v);
    let words = (0..object::code_word_count(v)).map(|i| (i, object::code_word(v, i)));
    let edge = |index: usize| match (v.is_frame(), index) {
        (true, 0) => Edge::Parent,
        (true, _) => Edge::Step(Step::Live {
            descriptor,
            index: index - 1,
        }),
        (false, _) => Edge::Step(Step::Captured { descriptor, index }),
    };
    words.map(|(i, word)| (edge(i), word)).collect()
}

fn field_children(v: Value, kind: Kind) -> Vec<(Edge, Value)> {
    if kind.payload() == termite_abi::object::Payload::Bytes || kind == Kind::String {
        return Vec::new();
    }
    let step = |index: usize| match kind {
        Kind::Vector => Step::VectorElement(index),
        Kind::Box => Step::BoxContent,
        Kind::Record if index > 0 => Step::Field {
            record_type: object::field(v, 0),
            index: index - 1,
        },
        _ => Step::Slot { kind, index },
    };
    let fields = object::fields(v).enumerate();
    fields
        .map(|(i, field)| (Edge::Step(step(i)), field))
        .collect()
}

/// Keys and values of a table's entries.
fn table_children(table: Value) -> Vec<(Edge, Value)> {
    let entries = object::field(table, 0);
    if !object::is_kind(entries, Kind::Vector) {
        return vec![(Edge::Within, entries)];
    }
    let words: Vec<Value> = object::fields(entries).collect();
    let live = words
        .chunks_exact(STRIDE)
        .filter(|e| e[0] != Value::TOMBSTONE);
    live.flat_map(|e| {
        [
            (Edge::Step(Step::Key), e[0]),
            (Edge::Step(Step::EntryValue { key: e[0] }), e[1]),
        ]
    })
    .collect()
}
