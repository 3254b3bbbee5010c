//! Structural mutation of units, for tests of whoever takes units from strangers.
//!
//! Half of the mutations are *gentle*: made so that the mutant has a good chance to
//! verify and then runs code that no compiler would have made. The others are *wild*:
//! any number anywhere, for the verifier itself. The same seed gives the same mutant.

mod gentle;
mod wild;

use crate::Unit;

/// Xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators,
/// scrambled", 2016).
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        // Close seeds must not give close numbers, and the state must not be zero.
        let mixed = (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Rng((mixed ^ mixed >> 29) | 1)
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`; 0 for `n` = 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 {
            0
        } else {
            ((self.next_u64() >> 11) % n as u64) as usize
        }
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// A number that is small, or at some edge, or anything.
    pub fn wild_u32(&mut self) -> u32 {
        const EDGES: [u32; 8] = [0, 1, 0x7f, 0x80, 0xffff, 0x1_0000, 0x7fff_ffff, u32::MAX];
        match self.below(4) {
            0 | 1 => self.below(12) as u32,
            2 => EDGES[self.below(EDGES.len())],
            _ => self.next_u64() as u32,
        }
    }
}

/// A mutant of a unit: mostly one mutation, sometimes up to four.
pub fn mutant(unit: &Unit, seed: u64) -> Unit {
    let mut rng = Rng::new(seed);
    let mut unit = unit.clone();
    let count = if rng.chance(70) { 1 } else { 1 + rng.below(4) };
    for _ in 0..count {
        mutate(&mut unit, &mut rng);
    }
    unit
}

/// A mutant by gentle mutations alone.
pub fn gentle_mutant(unit: &Unit, seed: u64) -> Unit {
    let mut rng = Rng::new(seed);
    let mut unit = unit.clone();
    for _ in 0..1 + rng.below(4) {
        gentle::mutate(&mut unit, &mut rng);
    }
    unit
}

/// Changes something.
pub fn mutate(unit: &mut Unit, rng: &mut Rng) {
    if rng.chance(50) {
        gentle::mutate(unit, rng)
    } else {
        wild::mutate(unit, rng)
    }
}
