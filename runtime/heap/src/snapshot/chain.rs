//! Copying a graph without branches: each object has at most one value that is to be
//! copied in turn, so nothing can be met twice but by going round a cycle, and no notes
//! are needed. [`Cycle`] finds cycles.

use super::Shares;
use super::share::Fate;
use crate::cycle::Cycle;
use crate::heap::Heap;
use crate::layout::{self, Extent};
use crate::mem::{self, WORD};
use termite_abi::Value;
use termite_abi::object::{Kind, PAIR_BYTES};
use termite_abi::value::TAG_PAIR;

/// How copying a chain ended.
pub(crate) enum Chain {
    Copied(Value),
    /// It is none.
    Branches,
    Refused,
}

/// One object of a chain.
enum Link {
    /// The last.
    End(Value),
    /// The copy, the slot in it that is to hold the next copy, and what is copied next.
    Next(Value, u64, Value),
    Branches,
    Refused,
}

impl Heap {
    /// Copies the graph behind `root`, which is to be copied, if it has no branches.
    pub(crate) fn copy_chain(&mut self, root: Value, shares: Shares<'_>) -> Chain {
        let begin = self.registers.alloc();
        let old_before = self.stats.allocated_old;
        let outcome = self.walk_chain(root, shares);
        // What was copied in vain is given back, unless an old copy refers to it: that one
        // is garbage, but may be in the remembered set.
        if !matches!(outcome, Chain::Copied(_)) && self.stats.allocated_old == old_before {
            self.registers.set_alloc(begin);
        }
        outcome
    }

    fn walk_chain(&mut self, root: Value, shares: Shares<'_>) -> Chain {
        let mut cycle = Cycle::new();
        let mut next = root;
        let mut slot = None;
        let mut first = None;
        loop {
            // The walk is asked once about each value: about one that it has just kept, a
            // second question would be answered by a cycle that is none.
            let mut asked = false;
            if next.is_pair() {
                let Some((pair, copy, last)) = self.copy_pairs(next, &mut cycle, shares) else {
                    return Chain::Branches;
                };
                if let Some(last) = last {
                    self.attach(slot.replace(last), copy);
                    first.get_or_insert(copy);
                    next = pair;
                    asked = true;
                }
            }
            if !asked && cycle.closes_at(next) {
                return Chain::Branches;
            }
            match self.copy_link(next, shares) {
                Link::Next(copy, at, value) => {
                    self.attach(slot.replace(at), copy);
                    first.get_or_insert(copy);
                    next = value;
                }
                Link::End(copy) => {
                    self.attach(slot, copy);
                    return Chain::Copied(*first.get_or_insert(copy));
                }
                Link::Branches => return Chain::Branches,
                Link::Refused => return Chain::Refused,
            }
        }
    }

    fn attach(&mut self, slot: Option<u64>, copy: Value) {
        if let Some(slot) = slot {
            mem::store(slot, copy.0);
            if !self.is_young_addr(slot) && self.is_young(copy) {
                self.remember(slot);
            }
        }
    }

    /// Copies pairs as long as they fit in the nursery, what is to be copied next is the
    /// cdr alone, and it is a pair: the pair that comes next, the first copy, and the slot
    /// for the next one, if any was copied. `None` if they go round.
    #[inline]
    fn copy_pairs(
        &mut self,
        first: Value,
        cycle: &mut Cycle,
        shares: Shares<'_>,
    ) -> Option<(Value, Value, Option<u64>)> {
        let begin = self.registers.alloc();
        let end = self.young_room_end().saturating_sub(PAIR_BYTES);
        let (mut to, mut pair) = (begin, first);
        while to <= end {
            let car = Value(mem::load(pair.addr()));
            let cdr = Value(mem::load(pair.addr() + WORD));
            let goes_on = cdr.is_pair() && !self.is_static_addr(cdr.addr());
            if !goes_on || (car.is_pointer() && self.fate(car, shares) != Fate::Shared) {
                break;
            }
            if cycle.closes_at(cdr) {
                return None;
            }
            mem::store(to, car.0);
            mem::store(to + WORD, Value::pointer(to + PAIR_BYTES, TAG_PAIR).0);
            to += PAIR_BYTES;
            pair = cdr;
        }
        self.registers.set_alloc(to);
        let last = (to > begin).then(|| to - WORD);
        Some((pair, Value::pointer(begin, TAG_PAIR), last))
    }

    #[inline(always)]
    fn copy_link(&mut self, v: Value, shares: Shares<'_>) -> Link {
        if v.is_pair() {
            self.copy_last_pair(v, shares)
        } else {
            self.copy_other(v, shares)
        }
    }

    /// Copies a pair after which the chain does not go on by way of a pair's cdr, or that
    /// has no room in the nursery.
    #[inline(always)]
    fn copy_last_pair(&mut self, v: Value, shares: Shares<'_>) -> Link {
        let (car, cdr) = (
            Value(mem::load(v.addr())),
            Value(mem::load(v.addr() + WORD)),
        );
        let next = match (self.fate(car, shares), self.fate(cdr, shares)) {
            (Fate::Refused, _) | (_, Fate::Refused) => return Link::Refused,
            (Fate::Copied, Fate::Copied) => return Link::Branches,
            (Fate::Copied, Fate::Shared) => Some((0, car)),
            (Fate::Shared, Fate::Copied) => Some((WORD, cdr)),
            (Fate::Shared, Fate::Shared) => None,
        };
        let copy = self.pair(car, cdr);
        match next {
            Some((offset, value)) => Link::Next(copy, copy.addr() + offset, value),
            None => Link::End(copy),
        }
    }

    fn copy_other(&mut self, v: Value, shares: Shares<'_>) -> Link {
        if let Some(header) = crate::object::header(v) {
            if header.is(Kind::String) {
                return Link::End(self.copy_string(v, header));
            }
            if header.is(Kind::HashTable) {
                return Link::Branches;
            }
        }
        let extent = layout::extent(v);
        let next = match self.only_copied(extent, shares) {
            Ok(next) => next,
            Err(other) => return other,
        };
        let copy = self.copy_object(v, extent);
        let shift = copy.addr().wrapping_sub(v.addr());
        if !self.is_young_addr(copy.addr()) {
            self.remember_young(Extent {
                first: extent.first.wrapping_add(shift),
                ..extent
            });
        }
        match next {
            Some((slot, value)) => Link::Next(copy, slot.wrapping_add(shift), value),
            None => Link::End(copy),
        }
    }

    /// The one slot of an object whose value is to be copied, and that value.
    fn only_copied(
        &self,
        extent: Extent,
        shares: Shares<'_>,
    ) -> Result<Option<(u64, Value)>, Link> {
        let mut found = None;
        for slot in (0..extent.slots).map(|i| extent.first + i * WORD) {
            let v = Value(mem::load(slot));
            match self.fate(v, shares) {
                Fate::Shared => {}
                Fate::Copied if found.is_none() => found = Some((slot, v)),
                Fate::Copied => return Err(Link::Branches),
                Fate::Refused => return Err(Link::Refused),
            }
        }
        Ok(found)
    }
}
