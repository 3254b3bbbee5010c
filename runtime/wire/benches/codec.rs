//! What encoding and decoding cost: `cargo bench -p termite-wire`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Instant;
use support::Fake;
use support::graphs::Node;
use termite_abi::{Identity, Value};
use termite_heap::{Collection, HeapOptions, intern};
use termite_wire::Limits;

/// Nanoseconds that a step takes, at best; the roots are kept through collections.
fn measure(
    node: &mut Node,
    roots: &mut Vec<Value>,
    mut step: impl FnMut(&mut Node, &[Value]),
) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..30 {
        let mut rounds = 0;
        let begin = Instant::now();
        while rounds < 2000 && node.heap.collection_due().is_none() {
            step(node, roots);
            rounds += 1;
        }
        best = best.min(begin.elapsed().as_nanos() as f64 / f64::from(rounds));
        node.collect(Collection::Minor, roots);
    }
    best
}

fn main() {
    let mut node = Node::new(HeapOptions::default());
    let code = node.code;
    let base = node.base_frame();
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
    let mut frames = base;
    (0..1000).for_each(|_| frames = h.frame(&raw const code.frames[3], frames, &numbers[..3]));
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
    let limits = Limits::default();
    for (i, (name, _)) in cases.iter().enumerate() {
        let bytes = support::encode(&mut node, &[roots[i]]);
        let mut fake = Fake::default();
        let out = measure(&mut node, &mut roots, |node, roots| {
            let roots = [roots[i]];
            let message = termite_wire::encode(&mut node.heap, &roots, &mut fake, &limits);
            black_box(message.is_ok());
        });
        let back = measure(&mut node, &mut roots, |node, _| {
            let roots = termite_wire::decode(&bytes, &mut node.heap, &mut fake, &limits);
            black_box(roots.is_ok());
        });
        let size = bytes.len();
        println!("{name:26} {size:6} bytes, encode {out:9.1} ns, decode {back:9.1} ns");
    }
}
