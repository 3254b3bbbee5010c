//! Bytes from strangers: mutants of sound messages and frames are read to something sound,
//! or are refused, in little time and memory.
//!
//! `TERMITE_MUTANTS` gives the number of them.

mod support;

use std::time::{Duration, Instant};
use support::graphs::shapes::Maker;
use support::graphs::{Node, Random, SMALL};
use support::mutate::mutate;
use support::{encode, harm};
use termite_heap::HeapOptions;

fn count() -> u64 {
    let given = std::env::var("TERMITE_MUTANTS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(50_000)
}

fn messages() -> Vec<Vec<u8>> {
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

/// Reads mutants of the samples; a twentieth of them at least must be sound.
fn run(samples: &[Vec<u8>], mut read: impl FnMut(&[u8]) -> bool) {
    let mut random = Random(42);
    let (mut accepted, mut slowest) = (0, Duration::ZERO);
    for _ in 0..count() {
        let base = &samples[random.below(samples.len())];
        let bytes = mutate(&mut random, base, samples);
        let begin = Instant::now();
        accepted += u64::from(read(&bytes));
        slowest = slowest.max(begin.elapsed());
    }
    // The machine may be busy; work that is not linear takes far longer.
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    assert!(accepted * 20 > count(), "{accepted} mutants were accepted");
}

#[test]
fn messages_do_no_harm() {
    let mut node = Node::new(HeapOptions {
        poison: false,
        ..SMALL
    });
    run(&messages(), |bytes| harm::message(&mut node, bytes));
}

#[test]
fn frames_do_no_harm() {
    let samples: Vec<Vec<u8>> = support::frames().iter().map(|f| f.encode()).collect();
    run(&samples, harm::frame);
}
