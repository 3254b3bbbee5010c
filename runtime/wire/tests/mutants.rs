//! Bytes from strangers: mutants of sound messages decode to values that the heap checker
//! accepts, or are refused, in little time and memory.
//!
//! `TERMITE_MUTANTS` gives the number of them.

mod support;

use std::time::{Duration, Instant};
use support::graphs::shapes::Maker;
use support::graphs::{Node, Random, SMALL};
use support::mutate::mutate;
use support::{Fake, encode};
use termite_heap::{Collection, HeapOptions};
use termite_wire::{Limits, units_of};

/// Bytes of the heap that a byte of a message may cost at most, and what any may.
const FACTOR: u64 = 128;
const SLACK: u64 = 4096;

fn count() -> u64 {
    let given = std::env::var("TERMITE_MUTANTS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(50_000)
}

fn samples() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for seed in 0..60 {
        let mut node = Node::new(SMALL);
        let mut maker = Maker::new(&mut node, seed);
        maker.grow(8);
        let roots = maker.roots(1);
        all.push(encode(&mut node, &roots));
        let mut maker = Maker::new(&mut node, seed + 1000);
        let root = maker.chain(10);
        all.push(encode(&mut node, &[root]));
    }
    all.retain(|bytes| bytes.len() < 4000);
    assert!(all.len() > 80);
    all
}

#[test]
fn mutants_do_no_harm() {
    let samples = samples();
    let mut random = Random(42);
    let mut node = Node::new(HeapOptions {
        poison: false,
        ..SMALL
    });
    let (limits, mut accepted, mut slowest) = (Limits::default(), 0, Duration::ZERO);
    for _ in 0..count() {
        let base = &samples[random.below(samples.len())];
        let bytes = mutate(&mut random, base, &samples);
        let before = node.heap.stats().allocated;
        let begin = Instant::now();
        // No new symbols: they would stay.
        let mut fake = Fake {
            symbols: Some(0),
            ..Fake::default()
        };
        let outcome = termite_wire::decode(&bytes, &mut node.heap, &mut fake, &limits);
        slowest = slowest.max(begin.elapsed());
        let cost = node.heap.stats().allocated - before;
        assert!(
            cost <= FACTOR * bytes.len() as u64 + SLACK,
            "{cost} bytes for {bytes:02x?}"
        );
        _ = units_of(&bytes, &limits);
        if let Ok(roots) = outcome {
            accepted += 1;
            node.verify(&roots);
            // What was accepted can be sent on.
            let again = termite_wire::encode(&mut node.heap, &roots, &mut fake, &limits);
            assert!(again.is_ok(), "{again:?} of {bytes:02x?}");
        }
        if node.heap.collection_due().is_some() {
            node.collect(Collection::Auto, &mut Vec::new());
        }
    }
    // The machine may be busy; work that is not linear takes far longer.
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    assert!(accepted * 20 > count(), "{accepted} mutants were accepted");
}
