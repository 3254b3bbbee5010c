//! Mutants of the samples: nothing panics, both forms keep them, and enough of them
//! verify to be worth running elsewhere.

use termite_ir::mutate::{Rng, gentle_mutant, mutant};
use termite_ir::{codec, fuzz, parse, print, verify};

const MUTANTS_A_SAMPLE: u64 = 2000;

#[test]
fn mutants_never_panic_and_many_verify() {
    let samples = fuzz::samples();
    let (mut accepted, mut total) = (0, 0);
    for (i, unit) in samples.iter().enumerate() {
        for seed in 0..MUTANTS_A_SAMPLE {
            let m = mutant(unit, seed * 31 + i as u64);
            accepted += (fuzz::check(&m) && m != *unit) as u64;
            total += 1;
        }
    }
    println!("{accepted} of {total} mutants verify");
    assert!(
        accepted * 5 >= total,
        "{accepted} of {total} mutants verify"
    );
}

#[test]
fn gentle_mutants_verify_more_often() {
    let mut accepted = 0;
    let samples = fuzz::samples();
    for (i, unit) in samples.iter().enumerate() {
        accepted += (0..500)
            .filter(|seed| fuzz::check(&gentle_mutant(unit, seed * 17 + i as u64)))
            .count();
    }
    println!(
        "{accepted} of {} gentle mutants verify",
        samples.len() * 500
    );
    assert!(accepted * 10 >= samples.len() * 500 * 3);
}

#[test]
fn mutants_of_mutants_stay_printable() {
    let mut rng = Rng::new(5);
    for mut unit in fuzz::samples() {
        for _ in 0..300 {
            unit = mutant(&unit, rng.next_u64());
            let _ = verify(&unit);
        }
        let _ = print(&unit);
    }
}

/// Flips, overwrites, cuts, or doubles some bytes.
fn damage(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..1 + rng.below(3) {
        let at = rng.below(bytes.len());
        match rng.below(6) {
            _ if bytes.is_empty() => bytes.push(rng.next_u64() as u8),
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at] = rng.next_u64() as u8,
            2 => bytes[at] = [0, 0x7f, 0x80, 0xff][rng.below(4)],
            3 => bytes.truncate(at),
            4 => bytes.insert(at, rng.next_u64() as u8),
            _ => drop(bytes.remove(at)),
        }
    }
}

#[test]
fn damaged_bytes_never_panic() {
    let mut rng = Rng::new(11);
    let (mut decoded, mut accepted) = (0, 0);
    for unit in fuzz::samples() {
        let bytes = codec::encode(&unit);
        for _ in 0..4000 {
            let mut damaged = bytes.clone();
            damage(&mut damaged, &mut rng);
            decoded += codec::decode(&damaged).is_ok() as u32;
            accepted += fuzz::binary(&damaged) as u32;
        }
    }
    println!("{decoded} decode, {accepted} verify");
    assert!(decoded > 1000 && accepted > 100);
}

#[test]
fn every_prefix_is_refused_or_lacks_debugging_only() {
    for unit in fuzz::samples() {
        let bytes = codec::encode(&unit);
        let code = codec::encode_code(&unit).len();
        for n in 0..bytes.len() {
            assert_eq!(codec::decode(&bytes[..n]).is_ok(), n == code, "{n}");
        }
    }
}

#[test]
fn damaged_text_never_panics() {
    let mut rng = Rng::new(12);
    let mut parsed = 0;
    for (_, text) in fuzz::SAMPLES {
        for _ in 0..500 {
            let mut damaged = text.as_bytes().to_vec();
            damage(&mut damaged, &mut rng);
            parsed += parse(&String::from_utf8_lossy(&damaged)).is_ok() as u32;
            fuzz::textual(&damaged);
        }
    }
    assert!(parsed > 100, "{parsed}");
}

#[test]
fn the_fuzzers_run() {
    let mut rng = Rng::new(13);
    for _ in 0..300 {
        let data: Vec<u8> = (0..rng.below(40)).map(|_| rng.next_u64() as u8).collect();
        fuzz::structural(&data);
        fuzz::binary(&data);
        fuzz::textual(&data);
    }
}
