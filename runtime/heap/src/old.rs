//! The old generation's small objects: chunks recycled in lines, after Immix
//! (Blackburn and McKinley, 2008), without its moving.
//!
//! Owns the chunks, the list of free runs of lines, and the two cursors that bump
//! through them. Objects never move. A run leaves the list when a cursor takes it; what
//! a cursor leaves unused is found again by the next sweep.

use crate::chunk::{Chunk, ChunkKind, LINE_BYTES, Run};
use crate::layout::POISON;
use crate::mem::{self, WORD};
use crate::pool::Pool;
use crate::runs::FreeRuns;

/// Larger objects get chunks of their own.
pub(crate) const LARGEST_SMALL: u64 = 8 << 10;

pub(crate) struct OldSpace {
    chunks: Vec<Chunk>,
    pool: Pool,
    runs: FreeRuns,
    /// Where objects go.
    main: Run,
    /// Where objects longer than a line go that do not fit into the rest of `main`, lest
    /// they make it skip short runs.
    overflow: Run,
    /// Bytes handed out since the last sweep.
    allocated: u64,
    /// Bytes in marked lines at the last sweep.
    kept: u64,
    poison: bool,
}

const EMPTY: Run = Run { start: 0, end: 0 };

impl OldSpace {
    pub(crate) fn new(poison: bool) -> OldSpace {
        OldSpace {
            chunks: Vec::new(),
            pool: Pool::new(ChunkKind::Old),
            runs: FreeRuns::default(),
            main: EMPTY,
            overflow: EMPTY,
            allocated: 0,
            kept: 0,
            poison,
        }
    }

    /// Space for an object of `bytes` bytes, at most [`LARGEST_SMALL`].
    #[inline(always)]
    pub(crate) fn allocate(&mut self, bytes: u64) -> u64 {
        debug_assert!(bytes <= LARGEST_SMALL);
        self.allocated += bytes;
        let at = self.main.start;
        if bytes <= self.main.end - at {
            self.main.start = at + bytes;
            return at;
        }
        self.allocate_slow(bytes)
    }

    #[cold]
    fn allocate_slow(&mut self, bytes: u64) -> u64 {
        if bytes <= LINE_BYTES {
            self.main = self.next_run(bytes);
            return bump(&mut self.main, bytes);
        }
        if bytes > self.overflow.end - self.overflow.start {
            self.runs.give(self.overflow);
            self.overflow = self.next_run(bytes);
        }
        bump(&mut self.overflow, bytes)
    }

    /// A run with room for `bytes`: recycled, or the whole of a new chunk.
    fn next_run(&mut self, bytes: u64) -> Run {
        self.runs.take(bytes).unwrap_or_else(|| {
            let chunk = self.pool.take();
            self.chunks.push(chunk);
            chunk.body()
        })
    }

    /// Bytes allocated since the last sweep, and bytes kept by it.
    pub(crate) fn usage(&self) -> (u64, u64) {
        (self.allocated, self.kept)
    }

    pub(crate) fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Ranges that hold no objects, in no order.
    pub(crate) fn free_ranges(&self) -> impl Iterator<Item = Run> {
        self.runs.iter().chain([self.main, self.overflow])
    }

    /// Before marking.
    pub(crate) fn clear_marks(&mut self) {
        self.chunks.iter().for_each(|c| c.clear_marks());
    }

    /// After marking: rebuilds the list of free runs, gives empty chunks back.
    pub(crate) fn sweep(&mut self) {
        self.runs.clear();
        (self.main, self.overflow) = (EMPTY, EMPTY);
        let (mut lines, mut found) = (0, Vec::new());
        let (runs, pool, poison) = (&mut self.runs, &mut self.pool, self.poison);
        self.chunks.retain(|&chunk| {
            let marked = chunk.free_runs(&mut found);
            if poison {
                found
                    .iter()
                    .for_each(|r| mem::fill(r.start, (r.end - r.start) / WORD, POISON));
            }
            if marked == 0 {
                found.clear();
                pool.give(chunk);
            }
            found.drain(..).for_each(|run| runs.give(run));
            lines += marked;
            marked != 0
        });
        self.runs.reverse();
        self.kept = lines * LINE_BYTES;
        self.allocated = 0;
    }
}

fn bump(run: &mut Run, bytes: u64) -> u64 {
    let at = run.start;
    run.start += bytes;
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_marked_is_used_again() {
        let mut old = OldSpace::new(true);
        let first: Vec<u64> = (0..100_000).map(|_| old.allocate(16)).collect();
        let chunks = old.chunks().len();
        old.clear_marks();
        for &at in first.iter().step_by(64) {
            Chunk::of(at).mark_lines(at, 16);
        }
        old.sweep();
        let kept: std::collections::HashSet<u64> = first.iter().step_by(64).copied().collect();
        for _ in 0..50_000 {
            assert!(!kept.contains(&old.allocate(16)));
        }
        assert_eq!(old.chunks().len(), chunks);
    }

    #[test]
    fn empty_chunks_leave_the_space() {
        let mut old = OldSpace::new(false);
        (0..1000).for_each(|_| _ = old.allocate(8192));
        old.clear_marks();
        old.sweep();
        assert!(old.chunks().is_empty());
        assert_eq!(old.usage(), (0, 0));
    }

    #[test]
    fn long_objects_do_not_overlap_short_ones() {
        let mut old = OldSpace::new(false);
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for i in 0..20_000u64 {
            let bytes = [16, 8, 4000, 264, 8192, 256][(i % 6) as usize];
            ranges.push((old.allocate(bytes), bytes));
        }
        ranges.sort_unstable();
        assert!(ranges.windows(2).all(|w| w[0].0 + w[0].1 <= w[1].0));
    }
}
