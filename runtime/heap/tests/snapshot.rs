//! Snapshots have the shape of their originals and nothing in common with them that can
//! change.

mod support;

use support::compare::{assert_alike, image, is_fixed, is_fixed_closure};
use support::shapes::Maker;
use support::{Node, SMALL};
use termite_abi::object::Header;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Collection, HeapOptions, Step, intern, statics};

fn nothing(_: Value) -> bool {
    false
}

/// Takes a snapshot and checks all that it promises; the copies.
#[track_caller]
fn check(node: &mut Node, originals: &[Value]) -> Vec<Value> {
    let before = image(originals);
    let mut copies = originals.to_vec();
    node.heap.snapshot(&mut copies, &nothing).unwrap();
    assert!(before == image(originals), "an original changed");
    compare(node, originals, &copies);
    let all: Vec<Value> = originals.iter().chain(&copies).copied().collect();
    node.verify(&all);
    copies
}

#[track_caller]
fn compare(node: &Node, originals: &[Value], copies: &[Value]) {
    let is_static = |v: Value| node.heap.is_static(v);
    let may_be_same = |v: Value| {
        is_static(v) || is_fixed(v) || (v.is_closure() && is_fixed_closure(v, &is_static))
    };
    assert_alike(originals, copies, &may_be_same);
}

/// The property test: graphs of all kinds, partly old, with collections before and after.
#[test]
fn random_graphs() {
    for seed in 0..150 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        maker.grow(60);
        maker.settle();
        maker.grow(60);
        let count = 1 + maker.random.below(4);
        let originals = maker.roots(count);
        let copies = check(&mut node, &originals);
        let mut all: Vec<Value> = originals.iter().chain(&copies).copied().collect();
        for what in [Collection::Minor, Collection::Full] {
            node.collect(what, &mut all);
            node.verify(&all);
            let (originals, copies) = all.split_at(originals.len());
            compare(&node, originals, copies);
        }
    }
}

#[test]
fn random_chains() {
    for seed in 0..400 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        let length = 1 + maker.random.below(200);
        let root = maker.chain(length);
        check(&mut node, &[root]);
    }
}

/// Chains and graphs that do not fit in the nursery.
#[test]
fn copies_that_are_born_old() {
    for seed in 0..20 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        let chain = maker.chain(6000);
        let mut roots = vec![chain, chain];
        for i in 0..3000 {
            roots[1] = maker.node.heap.pair(Value::fixnum(i), roots[1]);
        }
        check(maker.node, &roots[..1]);
        let copies = check(maker.node, &roots);
        roots.extend(copies);
        node.collect(Collection::Full, &mut roots);
        node.verify(&roots);
        compare(&node, &roots[..2], &roots[2..]);
    }
}

/// What old copies hold of the nursery is remembered.
#[test]
fn old_copies_of_young_values() {
    let mut node = Node::new(SMALL);
    let young: Vec<Value> = (0..100).map(|i| node.heap.flonum(f64::from(i))).collect();
    let long = node.heap.vector_from(&young.repeat(200));
    let small = node.heap.boxed(young[3]);
    let holder = node.heap.vector(9000, small);
    check(&mut node, &[long]);
    let copies = check(&mut node, &[long, holder, small]);
    let mut all = vec![long, holder, small];
    all.extend(copies);
    node.collect(Collection::Minor, &mut all);
    node.verify(&all);
    compare(&node, &all[..3], &all[3..]);
}

#[test]
fn originals_and_copies_change_apart() {
    let mut node = Node::new(SMALL);
    let string = node.heap.string("abc");
    let original = node.heap.list(&[string, Value::fixnum(1), string]);
    let copy = check(&mut node, &[original])[0];
    let (a, b) = (heap::car(copy), heap::car(heap::cdr(heap::cdr(copy))));
    assert!(a == b && a != string);
    node.heap.string_set(string, 0, 'λ');
    node.heap.set_car(heap::cdr(original), Value::NULL);
    assert_eq!(heap::string_to_rust(a), "abc");
    assert_eq!(heap::car(heap::cdr(copy)), Value::fixnum(1));
    node.heap.string_set(a, 1, 'x');
    assert_eq!(heap::string_to_rust(string), "λbc");
}

/// Hundreds of thousands deep, each way, and through frames.
#[test]
fn deep_graphs() {
    const DEEP: i64 = 300_000;
    let mut node = Node::new(HeapOptions {
        poison: false,
        ..SMALL
    });
    let (mut list, mut cars, mut frames) = (Value::NULL, Value::NULL, Value::NO_FRAME);
    let mut tree = Value::NULL;
    for i in 0..DEEP {
        list = node.heap.pair(Value::fixnum(i), list);
        cars = node.heap.pair(cars, Value::NULL);
        let frame = &raw const node.code.frames[1];
        frames = node.heap.frame(frame, frames, &[Value::fixnum(i)]);
        let leaf = node.heap.boxed(Value::fixnum(i));
        tree = node.heap.pair(tree, leaf);
    }
    for root in [list, cars, frames, tree] {
        let mut copy = [root];
        node.heap.snapshot(&mut copy, &nothing).unwrap();
        assert_alike(&[root], &copy, &|_| false);
        // Together with something else, so that no chain is seen.
        let other = node.heap.boxed(Value::NULL);
        let mut copies = [root, other];
        node.heap.snapshot(&mut copies, &nothing).unwrap();
        assert_alike(&[root, other], &copies, &|_| false);
    }
}

#[test]
fn cycles_of_pairs() {
    for (before, length) in [(0, 1), (0, 2), (1, 1), (3, 5), (1000, 1), (7, 1000)] {
        let mut node = Node::new(SMALL);
        let last = node.heap.pair(Value::fixnum(0), Value::NULL);
        let mut first = last;
        (1..length).for_each(|i| first = node.heap.pair(Value::fixnum(i), first));
        node.heap.set_cdr(last, first);
        (0..before).for_each(|i| first = node.heap.pair(Value::fixnum(i), first));
        check(&mut node, &[first]);
    }
}

#[test]
fn closures_are_shared_when_they_cannot_change() {
    let mut node = Node::new(SMALL);
    let one = &raw const node.code.closures[1];
    let x = node.heap.flonum(1.0);
    let inner = node.heap.closure(one, &[x]);
    let outer = node.heap.closure(one, &[inner]);
    let itself = node.heap.closure(one, &[Value::FALSE]);
    node.heap.set_closure_word(itself, 0, itself);
    assert_eq!(check(&mut node, &[outer, itself]), [outer, itself]);
    let pair = node.heap.pair(Value::NULL, Value::NULL);
    let mutable = node.heap.closure(one, &[pair]);
    let holder = node.heap.closure(one, &[mutable]);
    let copies = check(&mut node, &[holder, mutable]);
    assert!(copies[0] != holder && heap::code_word(copies[0], 0) == copies[1]);
    let mut deep = inner;
    (0..1000).for_each(|_| deep = node.heap.closure(one, &[deep]));
    check(&mut node, &[deep]);
}

#[test]
fn immutable_strings_and_literals_are_shared() {
    let mut node = Node::new(SMALL);
    let string = node.heap.string("abc");
    node.heap.set_flags(string, Header::FLAG_IMMUTABLE);
    let literal = statics::alloc_static_pair(intern("a"), Value::NULL);
    let list = node.heap.list(&[string, literal]);
    let copy = check(&mut node, &[list])[0];
    assert!(copy != list && heap::car(copy) == string);
    assert_eq!(heap::car(heap::cdr(copy)), literal);
}

#[test]
fn tables_are_copied_without_index() {
    let mut node = Node::new(SMALL);
    let key = node.heap.string("key");
    let entries = node
        .heap
        .vector_from(&[key, Value::fixnum(1), Value::fixnum(77)]);
    let index = node.heap.bytevector(&[0; 16]);
    let mut fields = vec![Value::fixnum(0); 8];
    (fields[0], fields[1]) = (entries, index);
    (fields[2], fields[3]) = (Value::fixnum(1), Value::fixnum(1));
    let table = node.heap.object(Kind::HashTable, &fields);
    let copy = check(&mut node, &[table])[0];
    assert_eq!(heap::field(copy, 1), Value::FALSE);
    assert_eq!(heap::field(table, 1), index);
    assert_ne!(heap::field(heap::field(copy, 0), 0), key);
}

/// A node with a port in it and the description of a way to it.
fn with_port(node: &mut Node) -> (Value, Value) {
    let port = node.heap.object(Kind::Port, &[Value::fixnum(0); 3]);
    let closure = node
        .heap
        .closure(&raw const node.code.closures[2], &[Value::NULL, port]);
    let base = node
        .heap
        .frame(&raw const node.code.frames[1], Value::NO_FRAME, &[closure]);
    let frame = node.heap.frame(&raw const node.code.frames[0], base, &[]);
    let vector = node.heap.vector_from(&[Value::NULL, frame]);
    let names = node.heap.vector_from(&[intern("x"), intern("out")]);
    let f = Value::FALSE;
    let rtd = node.heap.object(
        Kind::RecordType,
        &[intern("conn"), names, f, f, Value::fixnum(2), f],
    );
    let record = node.heap.record(rtd, &[Value::NULL, vector]);
    let boxed = node.heap.boxed(record);
    let root = node.heap.list(&[Value::NULL, Value::NULL, boxed]);
    (root, port)
}

#[test]
fn what_cannot_be_sent_is_found() {
    let mut node = Node::new(SMALL);
    let (root, port) = with_port(&mut node);
    let before = image(&[root]);
    let mut roots = [Value::NULL, root];
    let error = node.heap.snapshot(&mut roots, &nothing).unwrap_err();
    assert_eq!(error.value, port);
    assert!(before == image(&[root]) && roots == [Value::NULL, root]);
    let path = error.path;
    assert_eq!(
        path[..3],
        [Step::Root(1), Step::Element(2), Step::BoxContent]
    );
    assert!(matches!(path[3], Step::Field { index: 1, .. }));
    assert_eq!(path[4], Step::VectorElement(1));
    let descriptor = &raw const node.code.frames[1];
    assert_eq!(
        path[5],
        Step::Live {
            descriptor,
            index: 0
        }
    );
    let descriptor = &raw const node.code.closures[2];
    assert_eq!(
        path[6],
        Step::Captured {
            descriptor,
            index: 1
        }
    );
    assert_eq!(path.len(), 7);
    node.verify(&[root]);
}

#[test]
fn refusals_in_branching_graphs_and_tails() {
    let mut node = Node::new(SMALL);
    let (root, port) = with_port(&mut node);
    let branches = node.heap.pair(root, root);
    let before = image(&[branches]);
    let mut roots = [branches, branches];
    let error = node.heap.snapshot(&mut roots, &nothing).unwrap_err();
    assert_eq!((error.value, roots), (port, [branches, branches]));
    assert!(before == image(&[branches]));
    let tail = node.heap.pair(Value::NULL, port);
    let error = node.heap.snapshot(&mut [tail], &nothing).unwrap_err();
    assert_eq!(error.path, [Step::Root(0), Step::Tail(1)]);
    let error = node.heap.snapshot(&mut [port], &nothing).unwrap_err();
    assert_eq!(error.path, [Step::Root(0)]);
}

#[test]
fn what_the_caller_says_is_shared() {
    let mut node = Node::new(SMALL);
    let (root, port) = with_port(&mut node);
    let mut copy = [root];
    let is_port = |v: Value| heap::is_kind(v, Kind::Port);
    node.heap.snapshot(&mut copy, &is_port).unwrap();
    // So is a closure that captured nothing else.
    assert_alike(&[root], &copy, &|v| v.is_closure() || is_fixed(v));
    let closure = node.heap.closure(&raw const node.code.closures[1], &[port]);
    node.heap.snapshot(&mut [closure], &is_port).unwrap();
    node.heap.snapshot(&mut [closure], &nothing).unwrap_err();
    let is_record = |v: Value| heap::is_kind(v, Kind::Record);
    let mut copy = [root];
    node.heap.snapshot(&mut copy, &is_record).unwrap();
    assert_alike(&[root], &copy, &is_record);
}

/// Marks give numbers, the originals stay readable, and all goes away.
#[test]
fn marks_number_and_restore() {
    use heap::{Marks, Object};
    let mut node = Node::new(SMALL);
    let string = node.heap.string("abc");
    let pair = node.heap.pair(string, Value::NULL);
    let closure = node.heap.closure(&raw const node.code.closures[1], &[pair]);
    let flonum = node.heap.flonum(f64::from_bits(0xfe));
    let all = [pair, string, closure];
    let before = image(&[closure, flonum]);
    let mut marks = Marks::new(&mut node.heap);
    let mut objects = Vec::new();
    for (&v, number) in all.iter().zip([0, 77, (1 << 56) - 1]) {
        assert!(marks.can_mark(v) && marks.number(v).is_none());
        objects.push(marks.mark(v, number).unwrap());
        assert_eq!(marks.number(v), Some(number));
    }
    for v in [flonum, Value::fixnum(254), intern("a")] {
        assert!(!marks.can_mark(v) && marks.mark(v, 0).is_none() && marks.number(v).is_none());
    }
    assert_eq!(objects[0].pair(), (string, Value::NULL));
    assert_eq!((objects[0].slot(0), objects[0].slot_count()), (string, 2));
    assert_eq!(objects[1].kind(), Some(Kind::String));
    assert_eq!(Object::of(objects[1].slot(0)).bytes(), b"abc");
    assert_eq!((objects[2].slot(0), objects[2].slot_count()), (pair, 1));
    let descriptor = &raw const node.code.closures[1];
    assert_eq!(objects[2].descriptor(), descriptor);
    drop(marks);
    assert!(before == image(&[closure, flonum]));
}

/// A panic in the caller's predicate leaves no marks.
#[test]
fn marks_go_away_by_unwinding() {
    let mut node = Node::new(SMALL);
    let (root, _) = with_port(&mut node);
    let root = node.heap.pair(root, root);
    let before = image(&[root]);
    let heap = &mut node.heap;
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        heap.snapshot(&mut [root], &|_| panic!("asked"))
    }));
    assert!(outcome.is_err() && before == image(&[root]));
}
