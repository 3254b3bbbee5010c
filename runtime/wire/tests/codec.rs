//! Messages round trip, within a heap and between two, and arrive as snapshots do.

mod support;

use support::graphs::compare::{assert_alike, image};
use support::graphs::shapes::Maker;
use support::graphs::{Node, SMALL};
use support::{Fake, decode, encode};
use termite_abi::{Identity, Kind, Value};
use termite_heap::{self as heap, Collection, HeapOptions, Step, intern};
use termite_wire::{EncodeError, Fault, Limits, units_of};

/// Sends the roots to another node, and compares.
#[track_caller]
fn check(node: &mut Node, roots: &[Value]) -> Vec<u8> {
    let before = image(roots);
    let bytes = encode(node, roots);
    assert!(before == image(roots), "an original changed");
    let mut there = Node::new(SMALL);
    let mut arrived = decode(&mut there, &bytes);
    assert_alike(roots, &arrived, &|v| node.heap.is_static(v));
    there.verify(&arrived);
    assert_eq!(encode(node, roots), bytes);
    there.collect(Collection::Full, &mut arrived);
    there.verify(&arrived);
    assert_alike(roots, &arrived, &|v| node.heap.is_static(v));
    bytes
}

#[test]
fn random_graphs() {
    for seed in 0..200 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        maker.grow(50);
        maker.settle();
        maker.grow(50);
        let count = 1 + maker.random.below(4);
        let roots = maker.roots(count);
        check(&mut node, &roots);
        // What stays on the node arrives in the same way.
        let mut local = roots.clone();
        node.heap.snapshot(&mut local, &|_| false).unwrap();
        let bytes = encode(&mut node, &roots);
        let sent = decode(&mut node, &bytes);
        assert_alike(&local, &sent, &|v| node.heap.is_static(v));
    }
}

#[test]
fn random_chains() {
    for seed in 0..400 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        let length = 1 + maker.random.below(100);
        let root = maker.chain(length);
        check(&mut node, &[root]);
    }
}

/// A chain is written without marks, and arrives as if it had been.
#[test]
fn both_ways_of_walking_agree() {
    for seed in 0..200 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        let root = maker.chain(20);
        // A second object among the roots rules out a chain.
        let other = maker.node.heap.pair(Value::NULL, Value::NULL);
        let alone = encode(&mut node, &[root, Value::NULL]);
        let both = encode(&mut node, &[root, other]);
        let arrived = (decode(&mut node, &alone), decode(&mut node, &both));
        assert_alike(&arrived.0[..1], &arrived.1[..1], &|v| {
            node.heap.is_static(v)
        });
    }
}

#[test]
fn integers_at_the_edges_of_their_forms() {
    let mut node = Node::new(SMALL);
    let mut numbers = Vec::new();
    for n in [0, 63, 64, 8255, 8256, 1 << 20, (1 << 60) - 1] {
        numbers.extend(
            [n, n + 1, -n, -n - 1]
                .iter()
                .filter_map(|&n| Value::try_fixnum(n)),
        );
    }
    numbers.push(Value::fixnum(-(1 << 60)));
    let list = node.heap.list(&numbers);
    let vector = node.heap.vector_from(&numbers);
    check(&mut node, &[list]);
    check(&mut node, &[vector]);
    check(&mut node, &numbers);
}

#[test]
fn what_is_shared_among_roots_is_shared_on_arrival() {
    let mut node = Node::new(SMALL);
    let string = node.heap.string("λx");
    let list = node.heap.list(&[string, string]);
    let bytes = check(&mut node, &[list, string, list]);
    let arrived = decode(&mut node, &bytes);
    assert!(arrived[0] == arrived[2] && heap::car(arrived[0]) == arrived[1]);
}

#[test]
fn deep_graphs() {
    const DEEP: i64 = 1_000_000;
    let options = HeapOptions {
        poison: false,
        ..SMALL
    };
    let mut node = Node::new(options);
    let (mut list, mut cars, mut boxes) = (Value::NULL, Value::NULL, Value::NULL);
    let mut frames = node.base_frame();
    let code = node.code;
    for i in 0..DEEP {
        let h = &mut node.heap;
        list = h.pair(Value::fixnum(i), list);
        cars = h.pair(cars, Value::NULL);
        frames = h.frame(&raw const code.frames[1], frames, &[Value::fixnum(i)]);
        boxes = h.vector_from(&[boxes, Value::NULL]);
    }
    let mut there = Node::new(options);
    for roots in [
        vec![list],
        vec![cars],
        vec![frames],
        vec![boxes],
        vec![cars, frames],
    ] {
        let bytes = encode(&mut node, &roots);
        let arrived = decode(&mut there, &bytes);
        let depth = |mut v: Value| {
            let mut n = 0;
            while v.is_pointer() {
                v = match heap::kind(v) {
                    Some(_) => heap::field(v, 0),
                    None if v.is_frame() => heap::frame_parent(v),
                    None if heap::car(v).is_pointer() => heap::car(v),
                    None => heap::cdr(v),
                };
                n += 1;
            }
            n
        };
        for (&a, &b) in roots.iter().zip(&arrived) {
            assert_eq!(depth(a), depth(b));
            assert!(depth(a) >= DEEP);
        }
    }
}

#[test]
fn identities_meet_what_is_there() {
    let mut node = Node::new(SMALL);
    let mut maker = Maker::new(&mut node, 1);
    let (plain, named) = (maker.pool[0], maker.pool[1]);
    maker.grow(0);
    let h = &mut node.heap;
    let record = h.record(named, &[Value::fixnum(1), Value::NULL]);
    h.set_field(record, 2, record);
    let other = h.record(plain, &[record]);
    let bytes = encode(&mut node, &[other]);
    let mut there = Node::new(SMALL);
    let mut fake = Fake::default();
    let mut read = || {
        let limits = Limits::default();
        termite_wire::decode(&bytes, &mut there.heap, &mut fake, &limits).unwrap()[0]
    };
    let (first, second) = (read(), read());
    assert_ne!(first, second);
    assert_eq!(heap::field(first, 0), heap::field(second, 0));
    let inner = heap::field(first, 1);
    assert_eq!(heap::field(second, 1), inner);
    assert_eq!(heap::field(inner, 2), inner);
    assert_eq!(heap::field(inner, 1), Value::fixnum(1));
}

/// What the context finds wrong at the end refuses the message; nothing is made known.
#[test]
fn code_is_checked_before_anything_is_seen() {
    let mut node = Node::new(SMALL);
    let maker = Maker::new(&mut node, 1);
    let named = maker.pool[1];
    let record = node.heap.record(named, &[Value::NULL, Value::NULL]);
    let values = [record, record];
    let base = node.base_frame();
    let closure = node.heap.closure(&raw const node.code.closures[2], &values);
    let frame = node
        .heap
        .frame(&raw const node.code.frames[2], base, &values);
    for root in [closure, frame] {
        let bytes = encode(&mut node, &[root]);
        for distrusts_code in [true, false] {
            let mut fake = Fake {
                distrusts_code,
                ..Fake::default()
            };
            let limits = Limits::default();
            let outcome = termite_wire::decode(&bytes, &mut node.heap, &mut fake, &limits);
            let refusal = Fault::Refused("value 0 is of another kind".into());
            assert_eq!(outcome.is_ok(), !distrusts_code);
            assert_eq!(fake.named.is_empty(), distrusts_code);
            if let Err(e) = outcome {
                assert_eq!(e.fault, refusal);
            }
        }
    }
}

#[test]
fn record_types_come_with_what_they_extend() {
    let mut node = Node::new(SMALL);
    let f = Value::FALSE;
    let mut parent = f;
    for (i, name) in ["base", "middle", "leaf"].into_iter().enumerate() {
        let own = node
            .heap
            .vector_from(&[intern(&format!("field-of-{name}"))]);
        let count = Value::fixnum(i as i64 + 1);
        let words = [intern(name), own, f, parent, count, Value::fixnum(1)];
        parent = node.heap.object(Kind::RecordType, &words);
    }
    let fields = [1, 2, 3].map(Value::fixnum);
    let record = node.heap.record(parent, &fields);
    let bytes = check(&mut node, &[record, parent]);
    let arrived = decode(&mut node, &bytes);
    assert_eq!(heap::field(arrived[0], 0), arrived[1]);
}

#[test]
fn units_are_read_from_the_header_alone() {
    let mut node = Node::new(SMALL);
    let base = node.base_frame();
    let closure = node
        .heap
        .closure(&raw const node.code.closures[1], &[Value::NULL]);
    let frame = node
        .heap
        .frame(&raw const node.code.frames[1], base, &[closure]);
    let bytes = check(&mut node, &[frame]);
    let units = units_of(&bytes, &Limits::default()).unwrap();
    let names: Vec<&str> = units.iter().map(|u| u.name.as_str()).collect();
    assert_eq!(names, ["unit11", "unit7"]);
    assert!(units[0].instance.is_some() && units[1].instance.is_none());
    let none = encode(&mut node, &[Value::NULL]);
    assert_eq!(units_of(&none, &Limits::default()), Ok(vec![]));
}

#[test]
fn what_cannot_be_sent_is_found() {
    let mut node = Node::new(SMALL);
    let port = node.heap.object(Kind::Port, &[Value::fixnum(9); 3]);
    let closure = node.heap.closure(&raw const node.code.closures[1], &[port]);
    let cell = node.heap.cell(Value::NULL, intern("x"));
    for refused in [port, cell] {
        let list = node.heap.list(&[closure, Value::NULL, closure]);
        node.heap.set_closure_word(closure, 0, refused);
        let before = image(&[list]);
        let (fake, limits) = (&mut Fake::default(), Limits::default());
        let error = termite_wire::encode(&mut node.heap, &[list], fake, &limits).unwrap_err();
        assert!(before == image(&[list]));
        let EncodeError::Unsendable(found) = error else {
            panic!("{error:?}");
        };
        assert_eq!(found.value, refused);
        let descriptor = &raw const node.code.closures[1];
        let captured = Step::Captured {
            descriptor,
            index: 0,
        };
        assert_eq!(found.path, [Step::Root(0), Step::Element(0), captured]);
    }
}

#[test]
fn large_messages_are_refused_by_the_sender() {
    let mut node = Node::new(SMALL);
    let string = node.heap.string(&"x".repeat(10_000));
    let list = node.heap.list(&[Value::fixnum(1 << 40); 2000]);
    let limits = Limits {
        bytes: 5000,
        objects: 1_000_000,
        ..Limits::default()
    };
    for root in [string, list] {
        let outcome = termite_wire::encode(&mut node.heap, &[root], &mut Fake::default(), &limits);
        assert_eq!(outcome, Err(EncodeError::TooLarge(5000)));
    }
}

#[test]
fn long_names_are_refused_by_the_sender() {
    let mut node = Node::new(SMALL);
    let name = "long".repeat(2000);
    let symbols = [intern(&name), node.heap.uninterned_symbol(&name)];
    for symbol in symbols {
        let (fake, limits) = (&mut Fake::default(), Limits::default());
        let outcome = termite_wire::encode(&mut node.heap, &[symbol], fake, &limits);
        assert_eq!(outcome, Err(EncodeError::TooLarge(limits.name)));
    }
}

/// Each piece of bad input by the fault that it is refused for.
#[test]
fn faults() {
    let none: &[u8] = &[1, 0];
    let with_unit = |class: u8| {
        let mut bytes = vec![1, 1, 1];
        bytes.extend([class; 32]);
        bytes.extend([0, 0, 1]);
        bytes
    };
    let cases: Vec<(Vec<u8>, Fault)> = vec![
        (vec![], Fault::Truncated),
        (vec![2, 0, 0], Fault::Version(2)),
        (vec![1, 64, 0], Fault::Unknown("table", 64)),
        (vec![1, 8, 0, 0], Fault::Misplaced("an empty table")),
        ([none, &[1]].concat(), Fault::Truncated),
        ([none, &[0, 0]].concat(), Fault::Trailing),
        (
            [none, &[1, 0xff]].concat(),
            Fault::Unknown("operation", 0xff),
        ),
        ([none, &[1, 0xd0, 0]].concat(), Fault::Unknown("object", 0)),
        ([none, &[1, 0xcf, 0]].concat(), Fault::Unknown("symbol", 0)),
        (
            [none, &[1, 0xd3]].concat(),
            Fault::Unknown("operation", 0xd3),
        ),
        (
            [none, &[1, 0xd2, 0xd3]].concat(),
            Fault::Unknown("operation", 0xd3),
        ),
        ([none, &[1, 0xd5, 9, 0]].concat(), Fault::Truncated),
        ([none, &[1, 0xd9, 1, 0xff]].concat(), Fault::Utf8),
        ([none, &[1, 0xcb, 0x80, 0xb0, 0x03]].concat(), Fault::Number),
        (
            [none, &[1, 0xdc, 1, 1, 0, 0, 0, 0, 0, 0, 0]].concat(),
            Fault::Number,
        ),
        ([none, &[1, 0xde, 4, 4]].concat(), Fault::Number),
        ([none, &[1, 0xde, 4, 2]].concat(), Fault::Number),
        ([none, &[1, 0xdf, 2, 0]].concat(), Fault::Number),
        (
            [none, &[1, 0xe3, 0]].concat(),
            Fault::Misplaced("a variable's box"),
        ),
        (
            [none, &[1, 0xe4, 7, 0]].concat(),
            Fault::Unknown("test of hash tables", 7),
        ),
        (
            [none, &[1, 0xe4, 3, 1, 0, 0]].concat(),
            Fault::Misplaced("a key that is no string"),
        ),
        (with_unit(9), Fault::Refused("unit is not here".into())),
        (
            [&with_unit(7)[..], &[0xe5, 0, 0, 9, 1, 0]].concat(),
            Fault::Refused("no such control point".into()),
        ),
        (
            [&with_unit(7)[..], &[0xe8, 0, 0, 1, 1, 0]].concat(),
            Fault::Refused("no such control point".into()),
        ),
        (
            [&with_unit(7)[..], &[0xe5, 0, 0, 2, 1, 0]].concat(),
            Fault::Misplaced("another number of values than the code has"),
        ),
        (
            [&with_unit(11)[..], &[0xe8, 0, 1, 0, 0, 0xd0, 0]].concat(),
            Fault::Misplaced("a frame below itself"),
        ),
        (
            [&with_unit(11)[..], &[0xe8, 0, 1, 0, 0, 0xc3]].concat(),
            Fault::Misplaced("something else than the frame below"),
        ),
    ];
    for (bytes, fault) in cases {
        let mut node = Node::new(SMALL);
        let limits = Limits::default();
        let outcome = termite_wire::decode(&bytes, &mut node.heap, &mut Fake::default(), &limits);
        assert_eq!(outcome.map_err(|e| e.fault), Err(fault), "{bytes:02x?}");
    }
}

/// Every prefix of a message is refused.
#[test]
fn truncations() {
    for seed in 0..30 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        maker.grow(20);
        let roots = maker.roots(2);
        let bytes = encode(&mut node, &roots);
        let mut there = Node::new(SMALL);
        let limits = Limits::default();
        for end in 0..bytes.len().min(3000) {
            let fake = &mut Fake::default();
            assert!(termite_wire::decode(&bytes[..end], &mut there.heap, fake, &limits).is_err());
            _ = units_of(&bytes[..end], &limits);
        }
    }
}

#[test]
fn pids_keep_who_made_them() {
    let mut node = Node::new(SMALL);
    let serial = (1 << 36) - 1;
    let pids: Vec<Value> = (0..3)
        .map(|origin| Value::pid(Identity { origin, serial }))
        .collect();
    let bytes = check(&mut node, &pids);
    assert_eq!(decode(&mut node, &bytes), pids);
}
