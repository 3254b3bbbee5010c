//! The nursery: one contiguous range in which objects are born by bumping.
//!
//! Owns the reserved address space, the active size and its growth, and the side bitmap
//! that says which flonums have moved. The bump pointer itself lives in the `VmContext`.
//!
//! The active range ends in two zones of [`MAX_RESERVATION`] bytes:
//!
//! ```text
//! start ................. limit ........ rust_end ........ end
//!   segments' checks pass |  Rust code may | what remains of a
//!   below                 |  bump to here  | segment's reservation
//! ```
//!
//! A segment whose check has passed below `limit` may allocate its whole reservation
//! however much the primitives that it calls allocate in between.
//!
//! When poisoning there are two regions, used in turn, so that a stale pointer from
//! before a collection is never young and reads poison.

use crate::chunk::CHUNK_BYTES;
use crate::layout::POISON;
use crate::map::Mapping;
use crate::mem::{self, WORD};

/// The most that one compiled segment reserves, in bytes.
pub const MAX_RESERVATION: u64 = 64 << 10;
/// Smallest active size.
pub(crate) const SMALLEST: u64 = 256 << 10;
/// Collections in a row with little surviving before the nursery shrinks.
const CALM: u32 = 4;

pub(crate) struct Nursery {
    regions: Vec<Mapping>,
    current: usize,
    /// Active size in bytes.
    active: u64,
    smallest: u64,
    largest: u64,
    calm: u32,
    /// One bit per word of the nursery: the flonum there has moved.
    moved: Mapping,
    any_moved: bool,
}

impl Nursery {
    pub(crate) fn new(initial: u64, largest: u64, poison: bool) -> Nursery {
        let initial = initial.max(SMALLEST).next_multiple_of(MAX_RESERVATION);
        let largest = largest.max(initial).next_multiple_of(MAX_RESERVATION);
        let reserve = || {
            let region =
                Mapping::reserve_or_die(largest.next_multiple_of(CHUNK_BYTES), CHUNK_BYTES);
            region.prefer_huge_pages(true);
            region
        };
        Nursery {
            regions: (0..if poison { 2 } else { 1 }).map(|_| reserve()).collect(),
            current: 0,
            active: initial,
            smallest: initial,
            largest,
            calm: 0,
            moved: Mapping::reserve_or_die(
                (largest / WORD / 8).next_multiple_of(CHUNK_BYTES),
                CHUNK_BYTES,
            ),
            any_moved: false,
        }
    }

    pub(crate) fn start(&self) -> u64 {
        self.regions[self.current].start()
    }

    /// Active size in bytes: what counts as young.
    pub(crate) fn bytes(&self) -> u64 {
        self.active
    }

    /// Where segments' checks fail.
    pub(crate) fn limit(&self) -> u64 {
        self.start() + self.active - 2 * MAX_RESERVATION
    }

    /// Where allocation by Rust code falls over to the old generation.
    pub(crate) fn rust_end(&self) -> u64 {
        self.start() + self.active - MAX_RESERVATION
    }

    #[inline(always)]
    fn moved_word(&self, addr: u64) -> (u64, u64) {
        let index = (addr - self.start()) / WORD;
        (self.moved.start() + index / 64 * WORD, 1 << (index % 64))
    }

    /// Whether the flonum at `addr` has moved; its word is the new address then.
    #[inline(always)]
    pub(crate) fn flonum_has_moved(&self, addr: u64) -> bool {
        let (word, bit) = self.moved_word(addr);
        mem::load(word) & bit != 0
    }

    #[inline(always)]
    pub(crate) fn set_flonum_moved(&mut self, addr: u64) {
        let (word, bit) = self.moved_word(addr);
        mem::store(word, mem::load(word) | bit);
        self.any_moved = true;
    }

    /// Empties the nursery after its survivors have left it, `used` bytes having been
    /// allocated and `promoted` of them kept. Resizes by the share that survived.
    pub(crate) fn reset(&mut self, used: u64, promoted: u64) {
        if self.any_moved {
            mem::zero(
                self.moved.start(),
                (used / WORD / 8).next_multiple_of(WORD) + WORD,
            );
            self.any_moved = false;
        }
        if self.regions.len() > 1 {
            mem::fill(self.start(), used / WORD, POISON);
            self.current = 1 - self.current;
        }
        self.resize(used, promoted);
    }

    fn resize(&mut self, used: u64, promoted: u64) {
        // A collection long before the nursery was full says nothing about survival.
        if used < self.active / 2 {
            return;
        }
        if promoted > used / 4 {
            self.calm = 0;
            self.active = (self.active * 2).min(self.largest);
        } else if promoted > used / 16 {
            self.calm = 0;
        } else {
            self.calm += 1;
            if self.calm >= CALM && self.active > self.smallest {
                self.shrink();
            }
        }
    }

    fn shrink(&mut self) {
        self.calm = 0;
        let before = self.active;
        self.active = (self.active / 2)
            .max(self.smallest)
            .next_multiple_of(MAX_RESERVATION);
        for region in &self.regions {
            region.discard(region.start() + self.active, before - self.active);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_under_survival_and_shrinks_in_calm() {
        let mut n = Nursery::new(1 << 20, 4 << 20, false);
        n.reset(1 << 20, 1 << 19);
        n.reset(2 << 20, 1 << 20);
        n.reset(4 << 20, 2 << 20);
        assert_eq!(n.bytes(), 4 << 20);
        for _ in 0..2 * CALM {
            n.reset(n.bytes(), 0);
        }
        assert_eq!(n.bytes(), 1 << 20);
        n.reset(100, 100);
        assert_eq!(n.bytes(), 1 << 20);
    }

    #[test]
    fn poisoning_alternates_regions() {
        let mut n = Nursery::new(1 << 20, 1 << 20, true);
        let first = n.start();
        n.reset(64, 0);
        assert_ne!(n.start(), first);
        assert_eq!(mem::load(first + 56), POISON);
        n.reset(0, 0);
        assert_eq!(n.start(), first);
    }

    #[test]
    fn flonum_marks_are_cleared_by_reset() {
        let mut n = Nursery::new(1 << 20, 1 << 20, false);
        let at = n.start() + 72;
        n.set_flonum_moved(at);
        assert!(n.flonum_has_moved(at) && !n.flonum_has_moved(at + 8));
        n.reset(80, 0);
        assert!(!n.flonum_has_moved(at));
    }
}
