//! Frames: they round trip, and are refused for what is wrong with them.

mod support;

use std::collections::BTreeSet;
use support::frames;
use termite_wire::control::Frame;
use termite_wire::{Fault, Limits};

#[test]
fn frames_of_each_kind_round_trip() {
    let mut kinds = BTreeSet::new();
    for frame in frames() {
        let bytes = frame.encode();
        assert_eq!(bytes[0], frame.kind());
        assert_eq!(Frame::decode(&bytes, &Limits::default()), Ok(frame.clone()));
        kinds.insert(frame.kind());
        for end in 0..bytes.len() {
            let cut = Frame::decode(&bytes[..end], &Limits::default());
            assert_eq!(cut.map_err(|e| e.fault), Err(Fault::Truncated), "{frame:?}");
        }
        let more = [&bytes[..], &[0]].concat();
        let outcome = Frame::decode(&more, &Limits::default());
        assert_eq!(outcome.map_err(|e| e.fault), Err(Fault::Trailing));
    }
    assert_eq!(kinds.len(), Frame::KINDS.len());
}

#[test]
fn unknown_kinds_and_large_parts_are_refused() {
    let fault = |bytes: &[u8], limits: &Limits| Frame::decode(bytes, limits).unwrap_err().fault;
    let limits = Limits::default();
    assert_eq!(fault(&[0], &limits), Fault::Unknown("kind of frame", 0));
    assert_eq!(fault(&[200], &limits), Fault::Unknown("kind of frame", 200));
    let small = Limits {
        bytes: 3,
        name: 3,
        entries: 1,
        ..limits
    };
    for frame in frames() {
        let outcome = Frame::decode(&frame.encode(), &small);
        let is_fixed = matches!(frame.kind(), 3 | 4 | 6 | 7);
        match outcome {
            Ok(_) => assert!(is_fixed, "{frame:?}"),
            Err(e) => assert!(matches!(e.fault, Fault::Limit(..)), "{frame:?}: {e}"),
        }
    }
}

#[test]
fn the_document_lists_all_kinds() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/WIRE.md");
    let text = std::fs::read_to_string(path).unwrap();
    for (number, name) in Frame::KINDS {
        let row = format!("| {number} | `{name}` |");
        assert!(text.contains(&row), "docs/WIRE.md lacks: {row}");
    }
}
