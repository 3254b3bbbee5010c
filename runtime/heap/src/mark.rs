//! Marking of the old generation, from the roots, by an explicit list.
//!
//! Runs with an empty nursery. Static objects are neither marked nor followed. An object
//! goes on the list when its mark is first set; its lines are marked when it is scanned,
//! its size being at hand then.

use crate::chunk::{Chunk, ChunkKind};
use crate::collect::Marking;
use crate::layout;
use crate::mem::{self, WORD};
use crate::scavenge::Work;
use termite_abi::Value;
use termite_abi::object::FLONUM_BYTES;

pub(crate) struct Marker<'h> {
    work: &'h mut Work,
    live: u64,
}

impl Marking for Marker<'_> {
    fn root(&mut self, root: Value) {
        self.reach(root);
        self.drain();
    }

    fn bytes(&self) -> u64 {
        self.live
    }
}

impl<'h> Marker<'h> {
    pub(crate) fn new(work: &'h mut Work) -> Marker<'h> {
        Marker { work, live: 0 }
    }

    /// Bytes of all that was marked.
    pub(crate) fn finish(self) -> u64 {
        self.live
    }

    fn drain(&mut self) {
        loop {
            while let Some(v) = self.work.objects.pop() {
                self.scan(v);
            }
            let Some((first, slots)) = self.work.next_stretch() else {
                return;
            };
            (0..slots).for_each(|i| self.reach(Value(mem::load(first + i * WORD))));
        }
    }

    #[inline(always)]
    fn reach(&mut self, v: Value) {
        if !v.is_pointer() {
            return;
        }
        let chunk = Chunk::of(v.addr());
        if chunk.is(ChunkKind::Old) {
            if !chunk.mark(v.addr()) {
                return;
            }
            if v.is_flonum() {
                chunk.mark_lines(v.addr(), FLONUM_BYTES);
                self.live += FLONUM_BYTES;
                return;
            }
        } else if !(chunk.is(ChunkKind::Large) && chunk.mark_large()) {
            debug_assert!(
                chunk.is(ChunkKind::Large) || chunk.is(ChunkKind::Static),
                "stray pointer {v:?}"
            );
            return;
        }
        mem::prefetch(v.addr());
        self.work.objects.push(v);
    }

    #[inline(always)]
    fn scan(&mut self, v: Value) {
        let extent = layout::extent(v);
        self.live += extent.bytes;
        let chunk = Chunk::of(v.addr());
        if chunk.is(ChunkKind::Old) {
            chunk.mark_lines(v.addr(), extent.bytes);
        }
        if v.is_pair() {
            self.reach(Value(mem::load(v.addr() + WORD)));
            self.reach(Value(mem::load(v.addr())));
            return;
        }
        for i in 0..self.work.stretch(extent) {
            self.reach(Value(mem::load(extent.first + i * WORD)));
        }
    }
}
