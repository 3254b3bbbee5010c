//! Free runs of lines, sorted by size so that one which fits is found at once.

use crate::chunk::{LINE_BYTES, Run};

/// Bucket `i` holds runs of `1 << i` lines and more, less than twice that; the last one
/// has no upper bound. A run of the last bucket takes every small object.
const BUCKETS: usize = 6;

#[derive(Default)]
pub(crate) struct FreeRuns {
    buckets: [Vec<Run>; BUCKETS],
}

impl FreeRuns {
    /// Adds a run, unless it is shorter than a line.
    pub(crate) fn give(&mut self, run: Run) {
        let lines = (run.end - run.start) / LINE_BYTES;
        if let Some(log) = lines.checked_ilog2() {
            self.buckets[(log as usize).min(BUCKETS - 1)].push(run);
        }
    }

    /// A run with room for `bytes` bytes: of the smallest bucket all of whose runs have.
    /// So short runs are used up first and long ones kept for long objects.
    pub(crate) fn take(&mut self, bytes: u64) -> Option<Run> {
        let lines = bytes.div_ceil(LINE_BYTES);
        let first = lines.next_power_of_two().ilog2() as usize;
        self.buckets.get_mut(first..)?.iter_mut().find_map(Vec::pop)
    }

    pub(crate) fn clear(&mut self) {
        self.buckets.iter_mut().for_each(Vec::clear);
    }

    /// Has runs that were given in ascending order taken in that order.
    pub(crate) fn reverse(&mut self) {
        self.buckets.iter_mut().for_each(|b| b.reverse());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Run> {
        self.buckets.iter().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::old::LARGEST_SMALL;

    #[test]
    fn the_longest_small_object_fits_the_last_bucket() {
        assert_eq!(LARGEST_SMALL, LINE_BYTES << (BUCKETS - 1));
    }

    #[test]
    fn a_run_that_is_taken_fits() {
        for lines in 1..=64 {
            for bytes in (8..=LARGEST_SMALL).step_by(8) {
                let mut runs = FreeRuns::default();
                runs.give(Run {
                    start: 0,
                    end: lines * LINE_BYTES,
                });
                assert!(runs.take(bytes).is_none_or(|r| r.end >= bytes));
            }
        }
    }

    #[test]
    fn short_runs_go_first_and_slivers_are_dropped() {
        let mut runs = FreeRuns::default();
        let (long, short) = (
            Run {
                start: 0,
                end: 9000,
            },
            Run {
                start: 10_000,
                end: 10_256,
            },
        );
        runs.give(long);
        runs.give(short);
        runs.give(Run {
            start: 20_000,
            end: 20_255,
        });
        assert_eq!(
            (runs.take(16), runs.take(16), runs.take(16)),
            (Some(short), Some(long), None)
        );
    }
}
