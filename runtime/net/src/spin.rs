//! Whether to watch the sockets for a moment before the thread sleeps.
//!
//! Waking a sleeping core costs some 20 us, more than a message itself. Where two nodes on
//! two cores talk back and forth, both watching makes a round trip five times as fast;
//! where they share a core, watching only keeps the other from answering. So each time it
//! was in vain, twice as many waits go by without another try.

use std::time::Duration;

/// Longer than the answer of a node that has to be woken takes, on one machine.
pub const WATCH: Duration = Duration::from_micros(100);
/// Waits without watching between two tries, at most: makes them cost 0.1 us a wait.
const MOST: u32 = 1024;

#[derive(Default)]
pub struct Spin {
    /// Waits yet to go by.
    skip: u32,
    /// How many go by after the next failure.
    penalty: u32,
}

impl Spin {
    /// Asked once a wait.
    pub fn should_watch(&mut self) -> bool {
        let now = self.skip == 0;
        self.skip = self.skip.saturating_sub(1);
        now
    }

    pub fn watched(&mut self, in_vain: bool) {
        if in_vain {
            self.penalty = (2 * self.penalty).clamp(1, MOST);
            self.skip = self.penalty;
        } else {
            self.penalty /= 2;
            self.skip = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(waits: u32, in_vain: bool) -> u32 {
        let mut spin = Spin::default();
        let mut tries = 0;
        for _ in 0..waits {
            if spin.should_watch() {
                tries += 1;
                spin.watched(in_vain);
            }
        }
        tries
    }

    #[test]
    fn success_goes_on_and_failure_fades() {
        assert_eq!(tries(10_000, false), 10_000);
        assert!((10..30).contains(&tries(10_000, true)));
    }
}
