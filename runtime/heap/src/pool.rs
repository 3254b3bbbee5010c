//! Where single chunks come from: arenas of address space, cut into chunks.
//!
//! Arenas keep the number of mappings low (the kernel bounds it) and let huge pages
//! form. A few free chunks stay committed (*warm*); the memory behind the others goes
//! back to the operating system (*cold*), their address space stays for reuse.

use crate::chunk::{CHUNK_BYTES, Chunk, ChunkKind};
use crate::map::Mapping;

const ARENA_BYTES: u64 = 32 << 20;
/// Free chunks that stay committed.
const WARM: usize = 16;

/// A pool of chunks of one kind.
pub(crate) struct Pool {
    kind: ChunkKind,
    arenas: Vec<Mapping>,
    warm: Vec<Chunk>,
    cold: Vec<Chunk>,
}

impl Pool {
    pub(crate) fn new(kind: ChunkKind) -> Pool {
        Pool {
            kind,
            arenas: Vec::new(),
            warm: Vec::new(),
            cold: Vec::new(),
        }
    }

    /// A chunk with an initialized header and arbitrary content.
    pub(crate) fn take(&mut self) -> Chunk {
        let chunk = self
            .warm
            .pop()
            .or_else(|| self.cold.pop())
            .unwrap_or_else(|| self.extend());
        chunk.initialize(self.kind);
        chunk
    }

    /// Takes back a chunk that [`Pool::take`] gave.
    pub(crate) fn give(&mut self, chunk: Chunk) {
        if self.warm.len() < WARM {
            self.warm.push(chunk);
            return;
        }
        if let Some(arena) = self
            .arenas
            .iter()
            .find(|a| Chunk::of(chunk.0).0.wrapping_sub(a.start()) < ARENA_BYTES)
        {
            arena.discard(chunk.0, CHUNK_BYTES);
        }
        self.cold.push(chunk);
    }

    /// Maps another arena; its first chunk.
    #[cold]
    fn extend(&mut self) -> Chunk {
        let arena = Mapping::reserve_or_die(ARENA_BYTES, CHUNK_BYTES);
        // Large chunks may hold one small object each: huge pages would waste memory.
        arena.prefer_huge_pages(self.kind == ChunkKind::Old);
        let first = arena.start();
        let others = (1..ARENA_BYTES / CHUNK_BYTES)
            .rev()
            .map(|i| Chunk(first + i * CHUNK_BYTES));
        self.cold.extend(others);
        self.arenas.push(arena);
        Chunk(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn chunks_are_distinct_and_come_back() {
        let mut pool = Pool::new(ChunkKind::Old);
        let taken: Vec<Chunk> = (0..40).map(|_| pool.take()).collect();
        assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 40);
        taken.iter().for_each(|&c| pool.give(c));
        let again: HashSet<Chunk> = (0..40).map(|_| pool.take()).collect();
        assert!(taken.iter().all(|c| again.contains(c)));
        assert!(again.iter().all(|c| c.is(ChunkKind::Old)));
    }
}
