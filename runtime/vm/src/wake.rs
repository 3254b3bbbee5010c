//! Ending a node's wait from another thread.
//!
//! A node with nothing to do waits in its reactor, for descriptors, or, when it has neither,
//! in a nap of its own. A [`Wake`] ends any of these, or the next one.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Whom else to wake.
type Other = Box<dyn Fn() + Send>;

#[derive(Default)]
struct State {
    called: Mutex<bool>,
    news: Condvar,
    others: Mutex<Vec<Other>>,
}

#[derive(Clone, Default)]
pub struct Wake(Arc<State>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wake {
    /// Ends the node's wait, or the next one.
    pub fn wake(&self) {
        *lock(&self.0.called) = true;
        self.0.news.notify_all();
        lock(&self.0.others).iter().for_each(|other| other());
    }

    /// Has `other`, which ends a wait elsewhere, called too.
    pub fn reach(&self, other: impl Fn() + Send + 'static) {
        lock(&self.0.others).push(Box::new(other));
    }

    /// Waits to be woken, for so long at most.
    pub(crate) fn nap(&self, most: Duration) {
        let called = lock(&self.0.called);
        let woken = self
            .0
            .news
            .wait_timeout_while(called, most, |called| !*called);
        let (mut called, _) = woken.unwrap_or_else(PoisonError::into_inner);
        *called = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_call_ends_the_nap_that_follows_and_no_other() {
        let wake = Wake::default();
        wake.wake();
        let start = Instant::now();
        wake.nap(Duration::from_secs(60));
        assert!(start.elapsed() < Duration::from_secs(30));
        let start = Instant::now();
        wake.nap(Duration::from_millis(20));
        assert!(start.elapsed() >= Duration::from_millis(20));
    }

    #[test]
    fn a_call_from_another_thread_ends_the_nap() {
        let wake = Wake::default();
        let other = wake.clone();
        let start = Instant::now();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            other.wake();
        });
        wake.nap(Duration::from_secs(60));
        assert!(start.elapsed() < Duration::from_secs(30));
        assert!(thread.join().is_ok());
    }
}
