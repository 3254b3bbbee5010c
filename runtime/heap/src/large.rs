//! Objects above `LARGEST_SMALL`: each in a chunk, or in a mapping, of its own.
//!
//! Up to a chunk's room they come from a pool; larger ones are mapped and unmapped one
//! by one. They never move.

use crate::chunk::{CHUNK_BYTES, Chunk, ChunkKind, LARGE_AT};
use crate::layout::POISON;
use crate::map::{Mapping, PAGE};
use crate::mem::{self, WORD};
use crate::pool::Pool;

struct LargeObject {
    chunk: Chunk,
    /// Memory that it takes, header and rounding included.
    bytes: u64,
    /// Set when the object has outgrown a chunk.
    mapping: Option<Mapping>,
}

pub(crate) struct LargeSpace {
    objects: Vec<LargeObject>,
    pool: Pool,
    allocated: u64,
    kept: u64,
    poison: bool,
}

impl LargeSpace {
    pub(crate) fn new(poison: bool) -> LargeSpace {
        LargeSpace {
            objects: Vec::new(),
            pool: Pool::new(ChunkKind::Large),
            allocated: 0,
            kept: 0,
            poison,
        }
    }

    /// Space for an object of `bytes` bytes, with arbitrary content.
    pub(crate) fn allocate(&mut self, bytes: u64) -> u64 {
        let whole = (bytes + LARGE_AT).next_multiple_of(PAGE);
        let mapping = (whole > CHUNK_BYTES).then(|| Mapping::reserve_or_die(whole, CHUNK_BYTES));
        let chunk = match &mapping {
            Some(mapping) => Chunk(mapping.start()),
            None => self.pool.take(),
        };
        chunk.initialize(ChunkKind::Large);
        self.allocated += whole;
        self.objects.push(LargeObject {
            chunk,
            bytes: whole,
            mapping,
        });
        chunk.0 + LARGE_AT
    }

    /// Bytes allocated since the last sweep, and bytes kept by it.
    pub(crate) fn usage(&self) -> (u64, u64) {
        (self.allocated, self.kept)
    }

    /// Start of every chunk or mapping, and its size.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (Chunk, u64)> {
        self.objects.iter().map(|o| (o.chunk, o.bytes))
    }

    /// After marking: frees what has no mark, and takes the marks away.
    pub(crate) fn sweep(&mut self) {
        let (pool, poison) = (&mut self.pool, self.poison);
        self.objects.retain(|object| {
            let live = object.chunk.unmark_large();
            if !live && object.mapping.is_none() {
                if poison {
                    mem::fill(
                        object.chunk.0 + LARGE_AT,
                        (object.bytes - LARGE_AT) / WORD,
                        POISON,
                    );
                }
                pool.give(object.chunk);
            }
            live
        });
        self.kept = self.objects.iter().map(|o| o.bytes).sum();
        self.allocated = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmarked_objects_are_freed() {
        let mut large = LargeSpace::new(true);
        let small = large.allocate(9000);
        let big = large.allocate(3 << 20);
        large.allocate(5 << 20);
        assert!(Chunk::of(small).mark_large() && Chunk::of(big).mark_large());
        large.sweep();
        assert_eq!(large.ranges().count(), 2);
        large.sweep();
        assert_eq!((large.ranges().count(), large.usage()), (0, (0, 0)));
    }
}
