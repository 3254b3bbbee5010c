//! Long chains and big objects: no recursion, short work lists, reuse of memory.

use super::{Node, SMALL};
use crate::object::*;
use crate::{Collection, HeapOptions, Outcome};
use termite_abi::Value;

#[track_caller]
fn collect(node: &mut Node, what: Collection, roots: &mut Vec<Value>) {
    assert_eq!(node.heap.collect(what, roots), Outcome::Done);
}

/// Allocates in the nursery, collecting as the driver would.
fn poll(node: &mut Node, roots: &mut Vec<Value>) {
    if node.heap.collection_due().is_some() {
        collect(node, Collection::Auto, roots);
    }
}

#[test]
fn a_chain_of_a_million_frames_is_promoted() {
    let mut node = Node::new(HeapOptions::default());
    let descriptor = &raw const node.frames[1];
    let mut roots = vec![Value::NO_FRAME];
    for i in 0..1_000_000 {
        let boxed = node.heap.boxed(Value::fixnum(i));
        roots[0] = node.heap.frame(descriptor, roots[0], &[boxed]);
        poll(&mut node, &mut roots);
    }
    collect(&mut node, Collection::Full, &mut roots);
    assert!(
        node.heap.work.objects.capacity() < 1000,
        "{}",
        node.heap.work.objects.capacity()
    );
    assert!(
        node.heap.stats().nursery > 4 << 20,
        "the nursery should have grown"
    );
    let mut at = roots[0];
    for i in (0..1_000_000).rev() {
        assert_eq!(field(code_word(at, 1), 0), Value::fixnum(i));
        at = frame_parent(at);
    }
    assert_eq!(at, Value::NO_FRAME);
}

#[test]
fn long_lists_need_short_work_lists() {
    let mut node = Node::new(HeapOptions::default());
    let mut roots = vec![Value::NULL];
    for i in 0..1_000_000 {
        let x = node.heap.flonum(f64::from(i));
        let inner = node.heap.pair(x, Value::NULL);
        roots[0] = node.heap.pair(inner, roots[0]);
        poll(&mut node, &mut roots);
    }
    collect(&mut node, Collection::Full, &mut roots);
    assert!(node.heap.work.objects.capacity() < 1000);
    let sum: f64 = list_elements(roots[0]).map(|p| flonum_value(car(p))).sum();
    assert_eq!(sum, 499_999_500_000.0);
}

#[test]
fn nesting_by_the_car_is_no_recursion() {
    let mut node = Node::new(HeapOptions::default());
    let mut roots = vec![Value::NULL];
    for _ in 0..1_000_000 {
        roots[0] = node.heap.pair(roots[0], Value::NULL);
        poll(&mut node, &mut roots);
    }
    collect(&mut node, Collection::Full, &mut roots);
    assert_eq!(node.heap.stats().live, 16_000_000);
}

#[test]
fn long_vectors_are_visited_in_stretches() {
    let mut node = Node::new(HeapOptions::default());
    let mut roots = vec![node.heap.vector(1_000_000, Value::NULL)];
    for i in 0..1_000_000 {
        let pair = node.heap.pair(Value::fixnum(i), Value::NULL);
        node.heap.set_field(roots[0], i as usize, pair);
        poll(&mut node, &mut roots);
    }
    collect(&mut node, Collection::Full, &mut roots);
    assert!(node.heap.work.objects.capacity() < 10_000);
    assert!((0..1_000_000).all(|i| car(field(roots[0], i as usize)) == Value::fixnum(i)));
}

/// Old memory that is freed is used again, whatever the sizes.
#[test]
fn the_old_generation_does_not_creep() {
    for words in [1, 5, 40, 200, 900, 3000] {
        let mut node = Node::new(HeapOptions {
            poison: false,
            ..SMALL
        });
        let mut roots = vec![Value::NULL; 2000];
        let mut random = super::Random(words);
        let mut most = 0;
        for step in 0..400_000 / words {
            let slot = random.below(2000);
            roots[slot] = node.heap.vector(words as usize, Value::fixnum(step as i64));
            poll(&mut node, &mut roots);
            most = most.max(node.heap.old.chunks().len());
        }
        let live = 2000 * (words + 1) * 8;
        let bound = (live * 4 + (40 << 20)) >> 20;
        assert!(
            most as u64 <= bound,
            "{words} words: {most} chunks for {live} live bytes"
        );
    }
}

#[test]
fn large_objects_alone_lead_to_full_collections() {
    let mut node = Node::new(HeapOptions::default());
    let mut roots = vec![Value::NULL];
    for _ in 0..2000 {
        roots[0] = node.heap.bytes(termite_abi::Kind::Bytevector, 1 << 20);
        assert!(node.heap.collection_due().is_none() || node.limit() == 0);
        poll(&mut node, &mut roots);
    }
    assert!(node.heap.stats().full_collections > 10);
    assert!(node.heap.stats().in_use < 64 << 20);
}
