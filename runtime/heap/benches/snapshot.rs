//! What a snapshot costs: `cargo bench -p termite-heap`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Instant;
use support::Node;
use termite_abi::{Identity, Value};
use termite_heap::{Collection, HeapOptions, intern};

/// Nanoseconds that copying the graph behind a root takes, at best.
fn measure(node: &mut Node, roots: &mut Vec<Value>, root: usize) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..40 {
        let mut rounds = 0;
        let begin = Instant::now();
        while rounds < 2000 && node.heap.collection_due().is_none() {
            let mut copy = [roots[root]];
            black_box(node.heap.snapshot(black_box(&mut copy), &|_| false).is_ok());
            rounds += 1;
        }
        best = best.min(begin.elapsed().as_nanos() as f64 / f64::from(rounds));
        node.collect(Collection::Minor, roots);
    }
    best
}

fn main() {
    let mut node = Node::new(HeapOptions::default());
    let h = &mut node.heap;
    let numbers: Vec<Value> = (0..1000).map(Value::fixnum).collect();
    let id = Identity {
        origin: 0,
        serial: 7,
    };
    let abc = h.list(&[intern("a"), intern("b"), intern("c")]);
    let string = h.string("hello, world");
    let flonums: Vec<Value> = (0..1000).map(|i| h.flonum(f64::from(i))).collect();
    let pairs: Vec<Value> = numbers.iter().map(|&n| h.pair(n, n)).collect();
    let frame = &raw const node.code.frames[3];
    let mut frames = Value::NO_FRAME;
    let h = &mut node.heap;
    (0..1000).for_each(|_| frames = h.frame(frame, frames, &numbers[..3]));
    let cases = [
        ("fixnum", Value::fixnum(1)),
        ("(pid tag (a b c))", {
            h.list(&[Value::pid(id), Value::unique_tag(id), abc])
        }),
        ("(pid tag \"string\")", {
            h.list(&[Value::pid(id), Value::unique_tag(id), string])
        }),
        ("((a b c) . \"string\")", h.pair(abc, string)),
        ("list of 1,000 fixnums", h.list(&numbers)),
        ("vector of 1,000 fixnums", h.vector_from(&numbers)),
        ("list of 1,000 flonums", h.list(&flonums)),
        ("list of 1,000 pairs", h.list(&pairs)),
        ("1,000 frames", frames),
    ];
    let mut roots: Vec<Value> = cases.iter().map(|&(_, root)| root).collect();
    for (i, (name, _)) in cases.iter().enumerate() {
        println!("{name:26} {:10.1} ns", measure(&mut node, &mut roots, i));
    }
}
