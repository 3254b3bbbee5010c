//! Collections: what starts them, what they consist of, and what they report.
//!
//! A *minor* collection empties the nursery: everything in it that the roots or the
//! remembered set reach moves to the old generation at once. A *full* one is a minor one,
//! then marking from the roots and sweeping, with no young objects about.
//!
//! Marking works off a list that lives in the heap, and the write barrier stands in one
//! place ([`Heap::write`] and the stub that calls [`Heap::remember`]): marking can be
//! made incremental by marking in steps and having the barrier also note overwritten
//! values. Weak tables and finalisers would be processed where `minor` and `full` say so.

use crate::heap::Heap;
use crate::mark::Marker;
use crate::scavenge::Scavenger;
use std::time::{Duration, Instant};
use termite_abi::Value;

/// A full collection comes after at least this much old allocation.
const LEAST_GROWTH: u64 = 32 << 20;
/// What may be allocated beyond the limit after it was reported, as a share of it and at
/// least: room to raise the condition and to clean up.
const RESERVE_SHARE: u64 = 16;
const LEAST_RESERVE: u64 = 4 << 20;

/// Lengths and sizes beyond this are refused whatever the limit.
pub(crate) const MAX_OBJECT: u64 = 1 << 44;

/// What to collect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Collection {
    /// The nursery.
    Minor,
    /// Everything.
    Full,
    /// The nursery, and everything when the old generation has grown enough.
    Auto,
}

/// How a collection ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Outcome {
    Done,
    /// What is live exceeds the limit. A reserve is opened until usage falls below the
    /// limit again; when this is reported a second time, the reserve is gone too.
    HeapLimit,
}

/// The roots of a heap, updated in place.
pub trait RootSet {
    /// Hands every root that may be young to `f`; called by every collection, by a full
    /// one several times.
    fn visit(&mut self, f: &mut dyn FnMut(&mut Value));

    /// Hands the roots that are known to be old, and that `visit` leaves out, to `f`:
    /// toplevel variables, processes that have not run since the last collection. Called
    /// by full collections only, beside `visit`.
    fn visit_old(&mut self, f: &mut dyn FnMut(&mut Value)) {
        _ = f;
    }

    /// Marks everything, for a full collection. Some owner of roots may be told what is
    /// first reached from them, by marking them after the others.
    fn mark_all(&mut self, marking: &mut dyn Marking) {
        self.visit(&mut |root| marking.root(*root));
        self.visit_old(&mut |root| marking.root(*root));
    }
}

/// A full collection while it marks.
pub trait Marking {
    /// Marks all that the root reaches.
    fn root(&mut self, root: Value);

    /// Bytes of all that has been marked so far.
    fn bytes(&self) -> u64;
}

impl RootSet for [Value] {
    fn visit(&mut self, f: &mut dyn FnMut(&mut Value)) {
        self.iter_mut().for_each(f);
    }
}

impl RootSet for Vec<Value> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut Value)) {
        self.iter_mut().for_each(f);
    }
}

/// Counts since the heap was made. Sizes are in bytes.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    pub minor_collections: u64,
    pub full_collections: u64,
    /// All that was allocated, up to now.
    pub allocated: u64,
    /// The part of `allocated` that went past the nursery.
    pub allocated_old: u64,
    /// What minor collections moved to the old generation.
    pub promoted: u64,
    /// Live objects of the old generation at the last full collection.
    pub live: u64,
    /// The old generation now: what was kept at the last full collection and what was
    /// allocated since.
    pub in_use: u64,
    /// Active size of the nursery now.
    pub nursery: u64,
    pub minor_time: Duration,
    pub minor_longest: Duration,
    pub full_time: Duration,
    pub full_longest: Duration,
}

/// When full collections are due.
pub(crate) struct Pace {
    limit: u64,
    /// The limit was reported; the reserve is open.
    over: bool,
}

impl Pace {
    pub(crate) fn new(limit: u64) -> Pace {
        Pace { limit, over: false }
    }

    /// The limit that holds at present.
    fn effective_limit(&self) -> u64 {
        let reserve = if self.over {
            LEAST_RESERVE.max(self.limit / RESERVE_SHARE)
        } else {
            0
        };
        self.limit.saturating_add(reserve)
    }

    /// Judges what is in use after a full collection.
    fn settle(&mut self, in_use: u64) -> Outcome {
        let exceeded = in_use > self.effective_limit();
        self.over = in_use > self.limit;
        if exceeded {
            Outcome::HeapLimit
        } else {
            Outcome::Done
        }
    }
}

impl Heap {
    /// Collects, moving young objects and updating the roots. Every `Value` that is not
    /// a root is invalid afterwards if it was young, or, for a full collection, if it was
    /// unreachable. Resets the context's limit to [`Heap::nursery_limit`].
    pub fn collect(&mut self, what: Collection, roots: &mut (impl RootSet + ?Sized)) -> Outcome {
        self.minor(roots);
        let full = match what {
            Collection::Minor => false,
            Collection::Full => true,
            Collection::Auto => self.full_due(),
        };
        if full {
            self.full(roots)
        } else {
            Outcome::Done
        }
    }

    /// The collection that is due, if any: for the driver at a safepoint, whose reason
    /// may also have been a slice's end or a request. When `None`, any segment's
    /// reservation fits below [`Heap::nursery_limit`].
    pub fn collection_due(&self) -> Option<Collection> {
        if self.full_due() {
            return Some(Collection::Full);
        }
        let exhausted = self.registers.alloc() + crate::MAX_RESERVATION > self.nursery.limit();
        (exhausted || self.remembered.is_full()).then_some(Collection::Minor)
    }

    /// Whether an object of `bytes` bytes may be allocated within the limit. If not, the
    /// driver collects fully and asks again before it raises a condition. Sizes that
    /// come from a program and exceed [`MAX_RESERVATION`](crate::MAX_RESERVATION) are to
    /// be asked for.
    pub fn room_for(&self, bytes: u64) -> bool {
        bytes < MAX_OBJECT && self.in_use().saturating_add(bytes) <= self.pace.effective_limit()
    }

    /// Number of minor collections so far. An address taken as a hash of a young object
    /// is good as long as this does not change.
    #[inline]
    pub fn epoch(&self) -> u64 {
        self.stats.minor_collections
    }

    /// Bytes allocated since the heap was made.
    #[inline]
    pub fn allocated(&self) -> u64 {
        self.stats.allocated + self.nursery_used() + self.stats.allocated_old
    }

    pub fn stats(&self) -> Stats {
        Stats {
            allocated: self.allocated(),
            in_use: self.in_use(),
            nursery: self.nursery.bytes(),
            ..self.stats
        }
    }

    fn in_use(&self) -> u64 {
        let ((old, old_kept), (large, large_kept)) = (self.old.usage(), self.large.usage());
        old + old_kept + large + large_kept
    }

    pub(crate) fn full_due(&self) -> bool {
        let ((old, old_kept), (large, large_kept)) = (self.old.usage(), self.large.usage());
        let (grown, kept) = (old + large, old_kept + large_kept);
        grown > kept.max(LEAST_GROWTH) || grown + kept > self.pace.effective_limit()
    }

    fn minor(&mut self, roots: &mut (impl RootSet + ?Sized)) {
        let begin = Instant::now();
        let used = self.nursery_used();
        let (slots, objects) = self.remembered.take();
        let mut scavenger = Scavenger::new(
            &mut self.nursery,
            used,
            &mut self.old,
            &mut self.large,
            &mut self.work,
        );
        roots.visit(&mut |root| scavenger.root(root));
        scavenger.slots(&slots);
        objects.iter().for_each(|&object| scavenger.object(object));
        let promoted = scavenger.finish();
        // Weak references whose target is young and has not moved are cleared here.
        self.remembered.recycle(slots, objects);
        self.work.trim();
        self.nursery.reset(used, promoted);
        self.open_nursery();
        self.stats.minor_collections += 1;
        self.stats.allocated += used;
        self.stats.promoted += promoted;
        let pause = begin.elapsed();
        self.stats.minor_time += pause;
        self.stats.minor_longest = self.stats.minor_longest.max(pause);
    }

    fn full(&mut self, roots: &mut (impl RootSet + ?Sized)) -> Outcome {
        let begin = Instant::now();
        self.old.clear_marks();
        let mut marker = Marker::new(&mut self.work);
        roots.mark_all(&mut marker);
        self.stats.live = marker.finish();
        // Weak references whose target has no mark are cleared here, finalisers queued.
        self.work.trim();
        self.old.sweep();
        self.large.sweep();
        self.stats.full_collections += 1;
        let pause = begin.elapsed();
        self.stats.full_time += pause;
        self.stats.full_longest = self.stats.full_longest.max(pause);
        self.pace.settle(self.in_use())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_reported_once_until_the_reserve_is_gone() {
        let mut pace = Pace::new(100 << 20);
        assert_eq!(pace.settle(99 << 20), Outcome::Done);
        assert_eq!(pace.settle(101 << 20), Outcome::HeapLimit);
        assert_eq!(pace.settle(102 << 20), Outcome::Done);
        assert_eq!(pace.settle(110 << 20), Outcome::HeapLimit);
        assert_eq!(pace.settle(90 << 20), Outcome::Done);
        assert_eq!(pace.settle(101 << 20), Outcome::HeapLimit);
    }
}
