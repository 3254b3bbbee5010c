//! What no bytes may do: the property that mutants and fuzzers look for breaches of.

use super::Fake;
use super::graphs::Node;
use termite_heap::Collection;
use termite_wire::{Limits, control, units_of};

/// Bytes of the heap that a byte of a message may cost at most, and what any may.
const FACTOR: u64 = 128;
const SLACK: u64 = 4096;

/// Reads the bytes as a message; whether they are one. Panics when they did harm.
pub fn message(node: &mut Node, bytes: &[u8]) -> bool {
    let limits = Limits::default();
    let before = node.heap.stats().allocated;
    // No new symbols: they would stay.
    let mut fake = Fake {
        symbols: Some(0),
        ..Fake::default()
    };
    let outcome = termite_wire::decode(bytes, &mut node.heap, &mut fake, &limits);
    let cost = node.heap.stats().allocated - before;
    assert!(
        cost <= FACTOR * bytes.len() as u64 + SLACK,
        "{cost} bytes for {bytes:02x?}"
    );
    _ = units_of(bytes, &limits);
    let accepted = outcome.is_ok();
    if let Ok(roots) = outcome {
        node.verify(&roots);
        // What was accepted can be sent on.
        let again = termite_wire::encode(&mut node.heap, &roots, &mut fake, &limits);
        assert!(again.is_ok(), "{again:?} of {bytes:02x?}");
    }
    if node.heap.collection_due().is_some() {
        node.collect(Collection::Auto, &mut Vec::new());
    }
    accepted
}

/// Reads the bytes as a frame, which has one form only; whether they are one.
pub fn frame(bytes: &[u8]) -> bool {
    match control::Frame::decode(bytes, &Limits::default()) {
        Ok(frame) => {
            assert_eq!(frame.encode(), bytes, "a frame has two forms: {frame:?}");
            true
        }
        Err(_) => false,
    }
}
