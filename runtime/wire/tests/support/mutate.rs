//! Encoded messages that are nearly right.

use super::graphs::Random;

/// A few changes to `bytes`, some of which know that values begin with an operation;
/// `others` are sound messages to take parts from.
pub fn mutate(random: &mut Random, bytes: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..1 + random.below(3) {
        if out.is_empty() {
            break;
        }
        change(random, &mut out, others);
    }
    out
}

fn change(random: &mut Random, out: &mut Vec<u8>, others: &[Vec<u8>]) {
    let at = random.below(out.len());
    let span = at + random.below((out.len() - at).min(24) + 1);
    match random.below(10) {
        0 => out[at] ^= 1 << random.below(8),
        1 => out[at] = random.next() as u8,
        // An operation.
        2 | 3 => out[at] = 0xc0 + random.below(0x2c) as u8,
        // A number that is off by little, or that is large.
        4 => out[at] = out[at].wrapping_add([1, 255, 2, 254][random.below(4)]),
        5 => {
            let large = [0xff, 0xff, 0xff, 0xff, 0x0f];
            out.splice(at..at, large[random.below(5)..].iter().copied());
        }
        6 => _ = out.drain(at..span),
        7 => {
            let part = out[at..span].to_vec();
            let to = random.below(out.len());
            out.splice(to..to, part);
        }
        8 => {
            let other = &others[random.below(others.len())];
            let from = random.below(other.len());
            let to = from + random.below((other.len() - from).min(40) + 1);
            out.splice(at..span, other[from..to].iter().copied());
        }
        _ => out.truncate(at),
    }
}
