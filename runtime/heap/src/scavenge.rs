//! Minor collection: copies what is reached out of the nursery.
//!
//! Works off a list of tagged pointers, never by recursion. Objects are copied when they
//! are first reached and scanned when they leave the list; the slot visited last is
//! scanned first, so the next frame or pair of a chain is visited first of its object's
//! slots and waits below the others: chains of any length keep the list short.
//!
//! Forwarding, in the abandoned copy:
//!
//! | object | mark | new address |
//! |---|---|---|
//! | pair | word 0 is `FORWARDED` | word 1 |
//! | object with header | tag of word 0 is not the header's | word 0 |
//! | closure, frame | tag of word 0 is the header's | word 0, less the tag |
//! | flonum | its bit in the nursery's side bitmap | word 0 |

use crate::large::LargeSpace;
use crate::layout::{self, Extent, FORWARDED};
use crate::mem::{self, WORD};
use crate::nursery::Nursery;
use crate::old::{LARGEST_SMALL, OldSpace};
use termite_abi::Value;
use termite_abi::object::{FLONUM_BYTES, Header, PAIR_BYTES};
use termite_abi::value::{TAG_FLONUM, TAG_HEADER, TAG_OBJECT, TAG_PAIR};

/// Slots of one object that are visited at a time: bounds what a long vector adds to the
/// list at once.
const STRETCH: u64 = 128;

/// How many remembered slots ahead of its use a slot is prefetched.
const AHEAD: usize = 16;

/// Entries of the list that are kept room for.
const KEPT: usize = 1 << 16;

/// What a collector still has to scan: objects, and the rest of long objects as slot
/// ranges.
#[derive(Default)]
pub(crate) struct Work {
    pub objects: Vec<Value>,
    pub ranges: Vec<(u64, u64)>,
}

impl Work {
    /// Slots to visit at once out of `extent`; the rest is put on the list.
    #[inline(always)]
    pub(crate) fn stretch(&mut self, extent: Extent) -> u64 {
        if extent.slots <= STRETCH {
            return extent.slots;
        }
        self.ranges
            .push((extent.first + STRETCH * WORD, extent.slots - STRETCH));
        STRETCH
    }

    /// Drops what was not worked off.
    pub(crate) fn clear(&mut self) {
        self.objects.clear();
        self.ranges.clear();
    }

    /// Gives excess room back.
    pub(crate) fn trim(&mut self) {
        self.objects.shrink_to(KEPT);
        self.ranges.shrink_to(KEPT);
    }

    /// The next stretch of a long object: first slot and number of slots.
    #[cold]
    pub(crate) fn next_stretch(&mut self) -> Option<(u64, u64)> {
        let (first, slots) = self.ranges.pop()?;
        Some((
            first,
            self.stretch(Extent {
                bytes: 0,
                first,
                slots,
            }),
        ))
    }
}

pub(crate) struct Scavenger<'h> {
    start: u64,
    used: u64,
    nursery: &'h mut Nursery,
    old: &'h mut OldSpace,
    large: &'h mut LargeSpace,
    work: &'h mut Work,
    promoted: u64,
}

impl<'h> Scavenger<'h> {
    /// Ready to empty the first `used` bytes of `nursery`.
    pub(crate) fn new(
        nursery: &'h mut Nursery,
        used: u64,
        old: &'h mut OldSpace,
        large: &'h mut LargeSpace,
        work: &'h mut Work,
    ) -> Scavenger<'h> {
        Scavenger {
            start: nursery.start(),
            used,
            nursery,
            old,
            large,
            work,
            promoted: 0,
        }
    }

    /// Updates a root and moves all that it reaches.
    pub(crate) fn root(&mut self, root: &mut Value) {
        if self.is_young(*root) {
            *root = self.forward(*root);
            self.drain();
        }
    }

    /// Updates the remembered slots.
    pub(crate) fn slots(&mut self, slots: &[u64]) {
        for (i, &slot) in slots.iter().enumerate() {
            if let Some(&later) = slots.get(i + AHEAD) {
                mem::prefetch(later);
            }
            self.visit(slot);
            self.drain();
        }
    }

    /// Updates all slots of a remembered object.
    pub(crate) fn object(&mut self, object: Value) {
        self.scan(object);
        self.drain();
    }

    /// Bytes that were promoted.
    pub(crate) fn finish(self) -> u64 {
        self.promoted
    }

    #[inline(always)]
    fn is_young(&self, v: Value) -> bool {
        v.is_pointer() && v.addr().wrapping_sub(self.start) < self.used
    }

    #[inline(always)]
    fn visit(&mut self, slot: u64) {
        let v = Value(mem::load(slot));
        if self.is_young(v) {
            mem::store(slot, self.forward(v).0);
        }
    }

    fn drain(&mut self) {
        loop {
            while let Some(v) = self.work.objects.pop() {
                self.scan(v);
            }
            let Some((first, slots)) = self.work.next_stretch() else {
                return;
            };
            (0..slots).for_each(|i| self.visit(first + i * WORD));
        }
    }

    #[inline(always)]
    fn scan(&mut self, v: Value) {
        if v.is_pair() {
            self.visit(v.addr() + WORD);
            self.visit(v.addr());
            return;
        }
        let extent = layout::extent(v);
        for i in 0..self.work.stretch(extent) {
            self.visit(extent.first + i * WORD);
        }
    }

    /// The new place of a young object, which is moved unless it has been.
    #[inline(always)]
    fn forward(&mut self, v: Value) -> Value {
        match v.tag() {
            TAG_PAIR => self.forward_pair(v),
            TAG_FLONUM => self.forward_flonum(v),
            TAG_OBJECT => self.forward_object(v),
            _ => self.forward_code(v),
        }
    }

    #[inline(always)]
    fn forward_pair(&mut self, v: Value) -> Value {
        let from = v.addr();
        let car = mem::load(from);
        if car == FORWARDED {
            return Value::pointer(mem::load(from + WORD), TAG_PAIR);
        }
        let to = self.old.allocate(PAIR_BYTES);
        self.promoted += PAIR_BYTES;
        mem::store(to, car);
        mem::store(to + WORD, mem::load(from + WORD));
        mem::store(from, FORWARDED);
        mem::store(from + WORD, to);
        let moved = Value::pointer(to, TAG_PAIR);
        self.work.objects.push(moved);
        moved
    }

    fn forward_flonum(&mut self, v: Value) -> Value {
        let from = v.addr();
        if self.nursery.flonum_has_moved(from) {
            return Value::pointer(mem::load(from), TAG_FLONUM);
        }
        let to = self.old.allocate(FLONUM_BYTES);
        self.promoted += FLONUM_BYTES;
        mem::store(to, mem::load(from));
        mem::store(from, to);
        self.nursery.set_flonum_moved(from);
        Value::pointer(to, TAG_FLONUM)
    }

    #[inline]
    fn forward_object(&mut self, v: Value) -> Value {
        let from = v.addr();
        let word = mem::load(from);
        if layout::object_has_moved(word) {
            return Value::pointer(word, TAG_OBJECT);
        }
        let extent = layout::object_extent(from, Header(word));
        let to = self.copy_out(from, extent.bytes);
        mem::store(from, to);
        let moved = Value::pointer(to, TAG_OBJECT);
        if extent.slots > 0 {
            self.work.objects.push(moved);
        }
        moved
    }

    #[inline]
    fn forward_code(&mut self, v: Value) -> Value {
        let from = v.addr();
        let word = mem::load(from);
        if layout::code_has_moved(word) {
            return Value::pointer(word & !TAG_HEADER, v.tag());
        }
        let extent = layout::code_extent(from, word);
        let to = self.copy_out(from, extent.bytes);
        mem::store(from, to | TAG_HEADER);
        let moved = Value::pointer(to, v.tag());
        self.work.objects.push(moved);
        moved
    }

    /// Copies an object into the old generation.
    #[inline(always)]
    fn copy_out(&mut self, from: u64, bytes: u64) -> u64 {
        let to = if bytes <= LARGEST_SMALL {
            self.old.allocate(bytes)
        } else {
            self.large.allocate(bytes)
        };
        self.promoted += bytes;
        mem::copy(from, to, bytes);
        to
    }
}
