//! Allocation into the right space, the barrier, limits and what the context shows.
//!
//! Contains `unsafe`: looking into the context.

use super::{Node, SMALL};
use crate::object::*;
use crate::{Collection, HeapOptions, MAX_RESERVATION, Outcome};
use crate::{Width, intern, string_length, string_ref, string_text, string_to_rust, symbol_name};
use termite_abi::Value;
use termite_abi::object::{Header, Kind};

#[test]
fn the_context_shows_the_nursery() {
    let mut node = Node::new(SMALL);
    let before = node.heap.pair(Value::NULL, Value::NULL);
    // SAFETY: the context is alive and nothing else uses it now.
    let (alloc, start, bytes) = unsafe {
        let c = node.context.as_ptr();
        ((*c).alloc, (*c).nursery_start, (*c).nursery_bytes)
    };
    assert_eq!((start, bytes), (before.addr(), SMALL.nursery_bytes));
    assert_eq!(alloc, start + 16);
    assert_eq!(node.limit(), node.heap.nursery_limit());
    assert!(node.limit() + 2 * MAX_RESERVATION <= start + bytes);
}

/// Rust code may fill the nursery, and a segment's reservation still fits behind.
#[test]
fn allocation_falls_over_to_the_old_generation() {
    let mut node = Node::new(SMALL);
    let mut list = Value::NULL;
    for i in 0..100_000 {
        list = node.heap.pair(Value::fixnum(i), list);
    }
    assert!(!node.heap.is_young(list));
    assert!(node.heap.nursery_used() <= SMALL.nursery_bytes - MAX_RESERVATION);
    assert_eq!(node.heap.collection_due(), Some(Collection::Minor));
    let mut roots = vec![list];
    assert_eq!(node.verify(&mut roots), Ok(()));
    assert_eq!(
        node.heap.collect(Collection::Auto, &mut roots),
        Outcome::Done
    );
    assert_eq!(node.heap.collection_due(), None);
    assert!(
        list_elements(roots[0])
            .map(Value::as_fixnum)
            .eq((0..100_000).rev())
    );
}

/// Every maker remembers each of the places where young values may stand.
#[test]
fn objects_born_old_are_remembered() {
    let mut node = Node::new(SMALL);
    let young = node.heap.pair(Value::NULL, Value::NULL);
    let frame = node
        .heap
        .frame(&raw const node.frames[0], Value::NO_FRAME, &[]);
    node.heap
        .list(&vec![Value::NULL; SMALL.nursery_bytes as usize / 16]);
    let (closure, code) = (&raw const node.closures[1], &raw const node.frames[1]);
    let (n, h) = (Value::NULL, &mut node.heap);
    let mut roots = vec![
        h.pair(young, n),
        h.pair(n, young),
        h.vector(3, young),
        h.vector(5000, young),
        h.vector_from(&[n, young]),
        h.record(young, &[n]),
        h.record(n, &[n, young]),
        h.boxed(young),
        h.cell(n, young),
        h.closure(closure, &[young]),
        h.frame(code, frame, &[n]),
        h.frame(code, Value::NO_FRAME, &[young]),
        h.string("storage and string are both old"),
    ];
    assert!(roots.iter().all(|&v| !node.heap.is_young(v)));
    assert_eq!(node.verify(&mut roots), Ok(()));
    assert_eq!(
        node.heap.collect(Collection::Minor, &mut roots),
        Outcome::Done
    );
    assert_eq!(node.verify(&mut roots), Ok(()));
}

#[test]
fn cells_are_old_and_hold_young_values() {
    let mut node = Node::new(SMALL);
    let young = node.heap.flonum(1.5);
    let cell = node.heap.cell(young, intern("x"));
    assert!(!node.heap.is_young(cell) && node.heap.is_young(young));
    let mut roots = vec![cell];
    assert_eq!(
        node.heap.collect(Collection::Minor, &mut roots),
        Outcome::Done
    );
    assert_eq!(roots[0], cell);
    assert_eq!(flonum_value(field(cell, 0)), 1.5);
    assert_eq!(symbol_name(field(cell, 1)), "x");
}

#[test]
fn old_objects_never_move() {
    let mut node = Node::new(SMALL);
    let mut roots: Vec<Value> = (0..5000)
        .map(|i| node.heap.vector(i % 50, Value::NULL))
        .collect();
    assert_eq!(
        node.heap.collect(Collection::Minor, &mut roots),
        Outcome::Done
    );
    let places = roots.clone();
    for _ in 0..3 {
        assert_eq!(
            node.heap.collect(Collection::Full, &mut roots),
            Outcome::Done
        );
    }
    assert_eq!(roots, places);
    assert_eq!(node.heap.epoch(), 4);
}

#[test]
fn static_objects_are_left_alone() {
    let mut node = Node::new(SMALL);
    let literal = crate::statics::alloc_static_pair(intern("a"), Value::NULL);
    let mut roots = vec![literal, node.heap.pair(literal, intern("b"))];
    assert!(node.heap.is_static(literal) && node.heap.is_immutable(literal));
    assert!(!node.heap.is_static(roots[1]) && !node.heap.is_immutable(roots[1]));
    assert_eq!(
        node.heap.collect(Collection::Full, &mut roots),
        Outcome::Done
    );
    assert_eq!((roots[0], car(roots[1])), (literal, literal));
    assert!(!node.heap.is_static(roots[1]));
    assert_eq!(node.verify(&mut roots), Ok(()));
}

#[test]
fn strings_widen_when_they_must() {
    let mut node = Node::new(SMALL);
    let s = node.heap.string("naïve");
    assert_eq!(string_text(s).width(), Width::Latin1);
    node.heap.string_set(s, 0, 'ñ');
    assert_eq!(string_text(s).width(), Width::Latin1);
    node.heap.string_set(s, 4, 'λ');
    assert_eq!(string_text(s).width(), Width::Wide);
    assert_eq!(string_to_rust(s), "ñaïvλ");
    let part = node.heap.substring(s, 1, 3);
    assert_eq!(
        (
            string_length(part),
            string_ref(part, 1),
            string_ref(part, 2)
        ),
        (2, Some('ï'), None)
    );
    let filled = node.heap.string_filled(3, '\u{10ffff}');
    assert_eq!(string_to_rust(filled), "\u{10ffff}\u{10ffff}\u{10ffff}");
    assert_eq!(string_length(node.heap.string("")), 0);
}

/// Widening an old string stores young storage into it.
#[test]
fn widening_goes_through_the_barrier() {
    let mut node = Node::new(SMALL);
    let mut roots = vec![node.heap.string("abc")];
    assert_eq!(
        node.heap.collect(Collection::Minor, &mut roots),
        Outcome::Done
    );
    node.heap.string_set(roots[0], 1, '€');
    assert_eq!(node.verify(&mut roots), Ok(()));
    assert_eq!(
        node.heap.collect(Collection::Minor, &mut roots),
        Outcome::Done
    );
    assert_eq!(string_to_rust(roots[0]), "a€c");
}

#[test]
fn numbers_and_bytes_read_back() {
    let mut node = Node::new(SMALL);
    let n = node.heap.bignum(true, &[3, 0, 7, 0, 0]);
    assert_eq!(
        (bignum_limbs(n), bignum_is_negative(n)),
        (&[3, 0, 7][..], true)
    );
    let b = node.heap.bytes(Kind::Bytevector, 5);
    bytes_mut(b).copy_from_slice(b"hello");
    assert_eq!(bytes(b), b"hello");
    node.heap.set_flags(b, Header::FLAG_IMMUTABLE);
    assert!(node.heap.is_immutable(b) && bytes(b) == b"hello");
    let gensym = node.heap.uninterned_symbol("g");
    assert_eq!(symbol_name(gensym), "g");
}

#[test]
fn many_remembered_slots_ask_for_a_collection() {
    let mut node = Node::new(HeapOptions::default());
    let mut roots = vec![node.heap.vector(200_000, Value::NULL)];
    let young = node.heap.pair(Value::NULL, Value::NULL);
    (0..200_000).for_each(|i| node.heap.set_field(roots[0], i, young));
    assert_eq!(node.limit(), 0);
    assert_eq!(node.heap.collection_due(), Some(Collection::Minor));
    assert_eq!(
        node.heap.collect(Collection::Auto, &mut roots),
        Outcome::Done
    );
    assert_eq!(
        (node.heap.collection_due(), node.limit()),
        (None, node.heap.nursery_limit())
    );
}

#[test]
fn the_limit_is_reported_and_leaves_a_reserve() {
    let limit = 32 << 20;
    let mut node = Node::new(HeapOptions {
        limit_bytes: limit,
        ..HeapOptions::default()
    });
    assert!(
        node.heap.room_for(limit / 2)
            && !node.heap.room_for(limit + 1)
            && !node.heap.room_for(u64::MAX)
    );
    let mut roots = Vec::new();
    while roots.len() < 40 && node.heap.collection_due().is_none() {
        roots.push(node.heap.vector(1 << 17, Value::NULL));
    }
    assert_eq!(
        node.heap.collect(Collection::Auto, &mut roots),
        Outcome::HeapLimit
    );
    assert_eq!(node.heap.collection_due(), None);
    assert!(node.heap.room_for(1 << 20));
    roots.clear();
    assert_eq!(
        node.heap.collect(Collection::Full, &mut roots),
        Outcome::Done
    );
    assert_eq!(node.heap.stats().in_use, 0);
}

#[test]
#[should_panic(expected = "pair expected")]
fn car_of_a_fixnum_panics() {
    car(Value::fixnum(1));
}

#[test]
#[should_panic(expected = "field 2 of an object of 2")]
fn fields_are_checked() {
    let mut node = Node::new(SMALL);
    let v = node.heap.vector(2, Value::NULL);
    field(v, 2);
}
