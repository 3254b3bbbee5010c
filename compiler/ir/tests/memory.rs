//! Decoding strangers' bytes takes memory in proportion to their number.
//!
//! Alone in its file, for it looks at the peak of the whole process.
#![cfg(target_os = "linux")]

use termite_ir::mutate::Rng;
use termite_ir::{Block, Term, Unit, codec, decode, fuzz};

fn peak_kilobytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A number as LEB128.
fn varint(mut n: u64) -> Vec<u8> {
    let mut out = vec![];
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out
}

#[test]
fn decoding_takes_memory_by_the_byte() {
    counts_do_not_allocate();
    a_large_unit_takes_its_share();
}

/// One that claims much takes none.
fn counts_do_not_allocate() {
    let mut rng = Rng::new(21);
    let units: Vec<Vec<u8>> = fuzz::samples().iter().map(codec::encode).collect();
    let before = peak_kilobytes();
    for bytes in &units {
        for at in 0..bytes.len() {
            // A huge number in place of each byte, lengths around it left or mended.
            let n = [1 << 20, 1 << 31, 1 << 62, u64::MAX][rng.below(4)];
            let damaged = [&bytes[..at], &varint(n), &bytes[at + 1..]].concat();
            let _ = decode(&damaged);
        }
    }
    let grown = peak_kilobytes() - before;
    assert!(grown < 4 << 10, "{grown} kB more");
}

/// What is decoded is at most so many times larger than its bytes: here for the
/// densest code, blocks of four bytes each.
fn a_large_unit_takes_its_share() {
    const COPIES: usize = 4;
    let mut unit = fuzz::samples().remove(0);
    let block = Block {
        params: vec![],
        insts: vec![],
        term: Term::Return(vec![]),
    };
    unit.cps[0].blocks = vec![block; 300_000];
    let bytes = codec::encode(&unit);
    let before = peak_kilobytes();
    let copies: Vec<Unit> = (0..COPIES).map(|_| decode(&bytes).unwrap()).collect();
    let grown = (peak_kilobytes() - before) << 10;
    assert!(copies[0] == unit);
    let times = grown / COPIES / bytes.len();
    assert!((10..45).contains(&times), "{times} times as large");
}
