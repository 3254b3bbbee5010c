//! What a fuzzer runs: each function takes bytes and panics when something is wrong.
//!
//! A cargo-fuzz target is one line, e.g. `fuzz_target!(|data: &[u8]| { fuzz::binary(data); })`.

use crate::{LazyUnit, ProcId, Unit, codec, mutate, parse, text, verify};
use std::sync::Arc;

/// Sound units in text form, by name: seeds for mutation, here and in tests of the
/// interpreter and the JIT.
pub const SAMPLES: &[(&str, &str)] = &[
    ("boxes", include_str!("../tests/data/good/boxes.ir")),
    ("callcc", include_str!("../tests/data/good/callcc.ir")),
    (
        "case-lambda",
        include_str!("../tests/data/good/case-lambda.ir"),
    ),
    ("fib", include_str!("../tests/data/good/fib.ir")),
    ("holes", include_str!("../tests/data/good/holes.ir")),
    ("imports", include_str!("../tests/data/good/imports.ir")),
    ("joins", include_str!("../tests/data/good/joins.ir")),
    ("literals", include_str!("../tests/data/good/literals.ir")),
    ("loop", include_str!("../tests/data/good/loop.ir")),
    ("mixed", include_str!("../tests/data/good/mixed.ir")),
    ("records", include_str!("../tests/data/good/records.ir")),
    ("tak", include_str!("../tests/data/good/tak.ir")),
    ("values", include_str!("../tests/data/good/values.ir")),
];

/// The samples as units.
pub fn samples() -> Vec<Unit> {
    SAMPLES
        .iter()
        .filter_map(|(_, text)| parse(text).ok())
        .collect()
}

/// Bytes as an encoded unit: decoding holds its promises, verifying does not panic.
/// Returns whether the unit was accepted.
pub fn binary(data: &[u8]) -> bool {
    let lazy = LazyUnit::open(Arc::<[u8]>::from(data));
    let Ok(unit) = codec::decode(data) else {
        return false;
    };
    assert_eq!(codec::encode(&unit), data, "a unit has two encodings");
    match lazy {
        Ok(lazy) => agree(&lazy, &unit),
        Err(e) => panic!("decodes, but not lazily: {e}"),
    }
    round_trip(&unit);
    verify(&unit).is_ok()
}

/// Decoding by parts gives the same unit.
fn agree(lazy: &LazyUnit, unit: &Unit) {
    let mut whole = lazy.unit().clone();
    whole.cps.clear();
    for i in 0..whole.procs.len() {
        match lazy.decode_proc(ProcId(i as u32)) {
            Ok(cps) => whole.cps.extend(cps),
            Err(e) => panic!("procedure {i} decodes, but not lazily: {e}"),
        }
    }
    whole.debug = lazy.decode_debug().unwrap_or_default();
    assert!(
        whole == *unit && lazy.hash() == crate::unit_hash(unit),
        "lazy and whole decoding differ"
    );
}

/// Bytes as text: parsing does not panic, and what it gives survives printing.
/// Returns whether the unit was accepted.
pub fn textual(data: &[u8]) -> bool {
    let Ok(unit) = parse(&String::from_utf8_lossy(data)) else {
        return false;
    };
    round_trip(&unit);
    verify(&unit).is_ok()
}

/// The first eight bytes as a seed for a mutant of the unit that the others encode, or
/// of a sample: nothing panics, and the mutant survives both forms. Returns whether it
/// was accepted.
pub fn structural(data: &[u8]) -> bool {
    let (seed, rest) = data.split_at(data.len().min(8));
    let seed = seed.iter().fold(0u64, |n, &b| n << 8 | u64::from(b));
    let base = codec::decode(rest).ok().or_else(|| {
        let samples = samples();
        samples.get(seed as usize % samples.len().max(1)).cloned()
    });
    base.is_some_and(|unit| check(&mutate::mutant(&unit, seed)))
}

/// Checks any unit; returns whether it was accepted. Only units whose procedures
/// partition the control points can be written down.
pub fn check(unit: &Unit) -> bool {
    if is_partition(unit) {
        round_trip(unit);
        assert_eq!(
            codec::decode(&codec::encode(unit)).as_ref(),
            Ok(unit),
            "binary form"
        );
    } else {
        let _ = (codec::encode(unit), text::print(unit));
        assert!(verify(unit).is_err());
    }
    verify(unit).is_ok()
}

fn round_trip(unit: &Unit) {
    let printed = text::print(unit);
    match parse(&printed) {
        Ok(again) => {
            assert!(
                again == *unit,
                "text form differs:\n{printed}\n{}",
                text::print(&again)
            )
        }
        Err(e) => panic!("text form does not parse: {e}\n{printed}"),
    }
}

fn is_partition(unit: &Unit) -> bool {
    let mut next = 0u64;
    for (i, p) in unit.procs.iter().enumerate() {
        let end = next + u64::from(p.count);
        let mine = |cps: &[crate::ControlPoint]| cps.iter().all(|cp| cp.proc.index() == i);
        if u64::from(p.first.0) != next
            || !unit.cps.get(next as usize..end as usize).is_some_and(mine)
        {
            return false;
        }
        next = end;
    }
    next == unit.cps.len() as u64
}
