//! Short deterministic runs of what cargo-fuzz runs at length.

use termite_net::fuzz;
use termite_net::sim::Random;

fn bytes(random: &mut Random, length: u64) -> Vec<u8> {
    (0..random.below(length))
        .map(|_| random.draw() as u8)
        .collect()
}

#[test]
fn strangers() {
    let mut random = Random::new(1);
    for _ in 0..2_000 {
        let mut data = b"termite\n\0\x01\0\x01\0\0\0\0".to_vec();
        data.truncate(random.below(40) as usize);
        data.extend(bytes(&mut random, 300));
        fuzz::stranger(&data);
    }
}

#[test]
fn tampered_handshakes() {
    fuzz::tampered(&[]);
    let mut random = Random::new(2);
    for _ in 0..150 {
        fuzz::tampered(&bytes(&mut random, 10));
    }
    // Every byte once.
    for place in (0..600u16).step_by(4) {
        let [high, low] = place.to_be_bytes();
        fuzz::tampered(&[high, low, 1 << (place % 8)]);
    }
}

/// Fragments that are nearly right: streams, positions and lengths from small sets.
fn fragments(random: &mut Random) -> Vec<u8> {
    let mut data = Vec::new();
    for _ in 0..random.below(30) {
        let kind = random.below(4) as u8;
        data.push(0x10 | kind);
        data.extend(random.below(5).to_be_bytes());
        if kind == 1 {
            let totals = [0, 1, 40, 80, 40_000, 60_000, 60_001, u32::MAX];
            let total = totals[random.below(8) as usize];
            data.extend(total.to_be_bytes());
        }
        let length = [0, 1, 39, 40, 41, 10_000][random.below(6) as usize];
        data.extend((length as u16).to_be_bytes());
        data.extend((0..length).map(|i| i as u8));
    }
    data
}

#[test]
fn plaintexts() {
    let mut random = Random::new(3);
    for _ in 0..5_000 {
        let mut data = fragments(&mut random);
        fuzz::items(&data);
        data.truncate(random.below(1 + data.len() as u64) as usize);
        if let Some(byte) = data.first_mut() {
            *byte = random.draw() as u8;
        }
        fuzz::items(&data);
        fuzz::items(&bytes(&mut random, 100));
    }
}

#[test]
fn queues() {
    let mut random = Random::new(4);
    for _ in 0..300 {
        let data = bytes(&mut random, 200);
        fuzz::queue(&data);
        // Mostly short ones.
        let short = data.chunks_exact(3).flat_map(|m| [m[0], m[1] >> 4, m[2]]);
        fuzz::queue(&short.collect::<Vec<u8>>());
    }
}

#[test]
fn all_of_them() {
    let mut random = Random::new(5);
    for _ in 0..200 {
        fuzz::transport(&bytes(&mut random, 60));
    }
}
