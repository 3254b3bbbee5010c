//! Chunks: 1 MB regions, aligned to their size, with a header at their start.
//!
//! From any tagged pointer that is not young, `addr & !(CHUNK_BYTES - 1)` finds the
//! header. (The nursery is one contiguous range without headers inside; membership is a
//! range check that comes first.)
//!
//! | offset | what |
//! |---|---|
//! | 0 | kind of chunk |
//! | 8 | large chunks: the mark |
//! | 64 | large chunks: the object |
//! | 256 | old chunks: mark bits, one per 8 bytes of the chunk |
//! | 16640 | old chunks: line marks, one byte per 256 bytes of the chunk |
//! | 20736 | old and static chunks: objects |

use crate::mem::{self, WORD};

pub(crate) const CHUNK_BYTES: u64 = 1 << 20;
/// The unit in which old chunks are recycled.
pub(crate) const LINE_BYTES: u64 = 256;
const LINES: u64 = CHUNK_BYTES / LINE_BYTES;

const KIND_AT: u64 = 0;
const LARGE_MARK_AT: u64 = 8;
const BITS_AT: u64 = 256;
const BITS_BYTES: u64 = CHUNK_BYTES / WORD / 8;
const LINES_AT: u64 = BITS_AT + BITS_BYTES;
/// Where objects of old and static chunks begin: a whole number of lines.
pub(crate) const HEADER_BYTES: u64 = LINES_AT + LINES;
/// Where the object of a large chunk begins.
pub(crate) const LARGE_AT: u64 = 64;

const _: () = assert!(HEADER_BYTES.is_multiple_of(LINE_BYTES));

/// What a chunk holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub(crate) enum ChunkKind {
    /// Objects of up to `LARGEST_SMALL` bytes, in lines.
    Old = 1,
    /// One object, which may reach beyond the chunk.
    Large = 2,
    /// Objects of the static space; never marked or followed.
    Static = 3,
}

/// The address of a chunk.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Chunk(pub u64);

/// A range of free lines, from `start` up to `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Run {
    pub start: u64,
    pub end: u64,
}

impl Chunk {
    /// The chunk that the object at `addr` starts in; not for young objects.
    #[inline(always)]
    pub(crate) fn of(addr: u64) -> Chunk {
        Chunk(addr & !(CHUNK_BYTES - 1))
    }

    /// Writes the header of a fresh chunk. Marks are cleared when marking begins.
    pub(crate) fn initialize(self, kind: ChunkKind) {
        mem::store(self.0 + KIND_AT, kind as u64);
        mem::store(self.0 + LARGE_MARK_AT, 0);
    }

    #[inline(always)]
    pub(crate) fn is(self, kind: ChunkKind) -> bool {
        mem::load(self.0 + KIND_AT) == kind as u64
    }

    /// The part of an old chunk that holds objects.
    pub(crate) fn body(self) -> Run {
        Run {
            start: self.0 + HEADER_BYTES,
            end: self.0 + CHUNK_BYTES,
        }
    }

    pub(crate) fn clear_marks(self) {
        mem::zero(self.0 + BITS_AT, BITS_BYTES + LINES);
    }

    /// Sets the mark bit of the object at `addr`; whether it was clear before.
    #[inline(always)]
    pub(crate) fn mark(self, addr: u64) -> bool {
        let index = (addr - self.0) / WORD;
        let word = self.0 + BITS_AT + index / 64 * WORD;
        let bit = 1 << (index % 64);
        let old = mem::load(word);
        mem::store(word, old | bit);
        old & bit == 0
    }

    /// Marks the lines that the object at `addr` of `bytes` bytes touches.
    #[inline(always)]
    pub(crate) fn mark_lines(self, addr: u64, bytes: u64) {
        let last = (addr + bytes - 1 - self.0) / LINE_BYTES;
        for line in (addr - self.0) / LINE_BYTES..=last {
            mem::store_byte(self.0 + LINES_AT + line, 1);
        }
    }

    /// Appends the maximal runs of unmarked lines to `out`; the number of marked lines.
    pub(crate) fn free_runs(self, out: &mut Vec<Run>) -> u64 {
        let lines = mem::bytes(self.0 + LINES_AT, LINES);
        let mut marked = 0;
        let mut start = None;
        for line in HEADER_BYTES / LINE_BYTES..LINES {
            let at = self.0 + line * LINE_BYTES;
            if lines[line as usize] == 0 {
                start.get_or_insert(at);
                continue;
            }
            marked += 1;
            if let Some(start) = start.take() {
                out.push(Run { start, end: at });
            }
        }
        if let Some(start) = start {
            out.push(Run {
                start,
                end: self.0 + CHUNK_BYTES,
            });
        }
        marked
    }

    /// Sets the mark of a large chunk; whether it was clear before.
    #[inline(always)]
    pub(crate) fn mark_large(self) -> bool {
        let old = mem::load(self.0 + LARGE_MARK_AT);
        mem::store(self.0 + LARGE_MARK_AT, 1);
        old == 0
    }

    /// Takes the mark of a large chunk away; whether it was set.
    pub(crate) fn unmark_large(self) -> bool {
        let old = mem::load(self.0 + LARGE_MARK_AT);
        mem::store(self.0 + LARGE_MARK_AT, 0);
        old != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Mapping;

    fn chunk() -> (Mapping, Chunk) {
        let mapping = Mapping::reserve_or_die(CHUNK_BYTES, CHUNK_BYTES);
        let chunk = Chunk(mapping.start());
        chunk.initialize(ChunkKind::Old);
        (mapping, chunk)
    }

    #[test]
    fn an_unmarked_chunk_is_one_run() {
        let (_mapping, chunk) = chunk();
        let mut runs = Vec::new();
        assert_eq!(chunk.free_runs(&mut runs), 0);
        assert_eq!(runs, [chunk.body()]);
    }

    #[test]
    fn lines_touched_by_objects_are_not_free() {
        let (_mapping, chunk) = chunk();
        let body = chunk.body();
        chunk.mark_lines(body.start + 248, 16);
        chunk.mark_lines(body.end - 8, 8);
        let mut runs = Vec::new();
        assert_eq!(chunk.free_runs(&mut runs), 3);
        assert_eq!(
            runs,
            [Run {
                start: body.start + 512,
                end: body.end - 256
            }]
        );
    }

    #[test]
    fn marking_reports_the_first_time_only() {
        let (_mapping, chunk) = chunk();
        let at = chunk.body().start;
        assert!(chunk.mark(at) && chunk.mark(at + 8));
        assert!(!chunk.mark(at) && !chunk.mark(at + 8));
        chunk.clear_marks();
        assert!(chunk.mark(at));
    }
}
