//! The remembered set: where old objects refer into the nursery.
//!
//! Slots are precise addresses, pushed by the write barrier. A slot that is stored into
//! again at once is pushed once; other repetitions stay: looking at a slot twice is
//! cheaper than sorting (3 ns against 16). When there are many, a minor collection is
//! asked for. Objects are those that were allocated old with young content. Both lists
//! are emptied by every minor collection, so neither ever names memory that a sweep has
//! freed.

use termite_abi::Value;

/// Slots that are as many as a minor collection should have to look at.
const BOUND: usize = 1 << 16;

#[derive(Default)]
pub(crate) struct Remembered {
    pub slots: Vec<u64>,
    pub objects: Vec<Value>,
}

impl Remembered {
    /// Adds a slot; whether a minor collection should come soon.
    #[inline]
    pub(crate) fn slot(&mut self, addr: u64) -> bool {
        if self.slots.last() != Some(&addr) {
            self.slots.push(addr);
        }
        self.is_full()
    }

    pub(crate) fn object(&mut self, v: Value) {
        self.objects.push(v);
    }

    /// Whether a minor collection should come soon.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.slots.len() > BOUND
    }

    /// Empties both lists, handing them out. [`Remembered::recycle`] takes them back.
    pub(crate) fn take(&mut self) -> (Vec<u64>, Vec<Value>) {
        (
            std::mem::take(&mut self.slots),
            std::mem::take(&mut self.objects),
        )
    }

    /// Keeps the room of lists that have been worked through.
    pub(crate) fn recycle(&mut self, mut slots: Vec<u64>, mut objects: Vec<Value>) {
        slots.clear();
        objects.clear();
        slots.shrink_to(2 * BOUND);
        objects.shrink_to(BOUND);
        (self.slots, self.objects) = (slots, objects);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_stored_into_in_a_loop_is_kept_once() {
        let mut r = Remembered::default();
        assert!((0..1_000_000).all(|_| !r.slot(8)));
        assert_eq!(r.slots, [8]);
    }

    #[test]
    fn many_slots_raise_the_alarm() {
        let mut r = Remembered::default();
        assert!((0..1_000_000u64).any(|i| r.slot(i * 8)));
        r.take();
        assert!(!r.is_full());
    }
}
