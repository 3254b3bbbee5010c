//! The heap checker finds planted faults.

use super::{Node, SMALL};
use crate::{Collection, Outcome, mem};
use termite_abi::Value;
use termite_abi::value::{TAG_FLONUM, TAG_OBJECT, TAG_PAIR};

/// Verification fails with a text that contains `wanted`.
#[track_caller]
fn expect(node: &Node, roots: &mut [Value], wanted: &str) {
    match node.verify(roots) {
        Err(text) if text.contains(wanted) => {}
        other => panic!("wanted {wanted:?}, got {other:?}"),
    }
}

#[track_caller]
fn collect(node: &mut Node, what: Collection, roots: &mut Vec<Value>) {
    assert_eq!(node.heap.collect(what, roots), Outcome::Done);
}

#[test]
fn a_missing_write_barrier_is_found() {
    let mut node = Node::new(SMALL);
    let cell = node.heap.cell(Value::NULL, Value::NULL);
    let young = node.heap.pair(Value::NULL, Value::NULL);
    mem::store(cell.addr() + 8, young.0);
    expect(&node, &mut [cell], "missing write barrier");
    node.heap.remember(cell.addr() + 8);
    assert_eq!(node.verify(&mut [cell]), Ok(()));
}

#[test]
fn a_stale_pointer_into_the_nursery_is_found() {
    let mut node = Node::new(SMALL);
    let mut roots = vec![node.heap.pair(Value::NULL, Value::NULL)];
    let stale = roots[0];
    collect(&mut node, Collection::Minor, &mut roots);
    expect(&node, &mut [stale], "outside of all spaces");
    let holder = node.heap.pair(Value::NULL, stale);
    expect(&node, &mut [holder], "reached by root 0 -> cdr of");
    assert_eq!(mem::load(stale.addr()), crate::layout::POISON);
    expect(&node, &mut [Value(mem::load(stale.addr()))], "poison");
}

#[test]
fn a_stale_pointer_into_swept_lines_is_found() {
    let mut node = Node::new(SMALL);
    let mut roots: Vec<Value> = (0..200)
        .map(|i| node.heap.pair(Value::fixnum(i), Value::NULL))
        .collect();
    collect(&mut node, Collection::Minor, &mut roots);
    let stale = roots[100];
    let mut roots = vec![roots[0]];
    collect(&mut node, Collection::Full, &mut roots);
    expect(&node, &mut [stale], "free lines");
    roots.clear();
    collect(&mut node, Collection::Full, &mut roots);
    expect(&node, &mut [stale], "outside of all spaces");
}

#[test]
fn a_pointer_to_a_freed_large_object_is_found() {
    let mut node = Node::new(SMALL);
    let large = node.heap.vector(100_000, Value::NULL);
    assert_eq!(node.verify(&mut [large]), Ok(()));
    expect(
        &node,
        &mut [Value(large.0 + 64)],
        "middle of a large object",
    );
    collect(&mut node, Collection::Full, &mut vec![]);
    expect(&node, &mut [large], "outside of all spaces");
}

#[test]
fn wrong_tags_and_headers_are_found() {
    let mut node = Node::new(SMALL);
    let pair = node.heap.pair(Value::fixnum(1), Value::NULL);
    expect(
        &node,
        &mut [Value::pointer(pair.addr(), TAG_OBJECT)],
        "no header",
    );
    expect(
        &node,
        &mut [pair, Value::pointer(pair.addr(), TAG_FLONUM)],
        "other tag",
    );
    let vector = node.heap.vector(4, Value::NULL);
    expect(
        &node,
        &mut [Value::pointer(vector.addr(), TAG_PAIR)],
        "header word where a value should be",
    );
    expect(
        &node,
        &mut [vector, Value::pointer(vector.addr() + 8, TAG_PAIR)],
        "overlaps",
    );
    mem::store(vector.addr(), mem::load(vector.addr()) + (1 << 40));
    expect(&node, &mut [vector], "reaches beyond");
}

#[test]
fn bad_descriptors_and_parents_are_found() {
    let mut node = Node::new(SMALL);
    let one = [Value::NULL];
    let closure = node.heap.closure(&raw const node.closures[1], &one);
    let frame = node
        .heap
        .frame(&raw const node.frames[1], Value::NO_FRAME, &one);
    assert_eq!(node.verify(&mut [closure, frame]), Ok(()));
    mem::store(closure.addr(), 0x1000);
    expect(&node, &mut [closure], "no control-point descriptor");
    mem::store(frame.addr() + 8, closure.0);
    expect(&node, &mut [frame], "no control-point descriptor");
    mem::store(frame.addr() + 8, Value::FALSE.0);
    expect(&node, &mut [frame], "parent is no frame");
}

#[test]
fn stored_error_markers_and_unsound_strings_are_found() {
    let mut node = Node::new(SMALL);
    let pair = node.heap.pair(Value::ERROR, Value::NULL);
    expect(&node, &mut [pair], "error marker");
    let string = node.heap.string("abc");
    node.heap.set_field(string, 1, Value::fixnum(4));
    expect(&node, &mut [string], "unfit storage");
}

#[test]
fn roots_declared_old_must_be_old() {
    struct Late(Value);
    impl crate::RootSet for Late {
        fn visit(&mut self, _f: &mut dyn FnMut(&mut Value)) {}
        fn visit_old(&mut self, f: &mut dyn FnMut(&mut Value)) {
            f(&mut self.0);
        }
    }
    let mut node = Node::new(SMALL);
    let mut roots = Late(node.heap.pair(Value::NULL, Value::NULL));
    let text = node.heap.verify(&mut roots, &|_| true).unwrap_err();
    assert!(text.contains("declared old but young"), "{text}");
}

#[test]
fn long_paths_are_cut() {
    let mut node = Node::new(SMALL);
    let mut list = Value::ERROR;
    (0..1000).for_each(|_| list = node.heap.pair(Value::NULL, list));
    expect(&node, &mut [list], "-> (976 steps) ->");
}
