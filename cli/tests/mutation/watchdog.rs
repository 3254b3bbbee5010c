//! Ends what fuel does not: loops that do not allocate are interrupted, and a primitive
//! that does not come back is a fault, which ends the test's process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use termite_vm::Attention;

/// After which a call is interrupted.
const PATIENCE: Duration = Duration::from_millis(100);
/// After which a call is stuck in a primitive.
const STUCK: Duration = Duration::from_secs(20);
const TICK: Duration = Duration::from_millis(5);

type Shared = Arc<Mutex<Option<Instant>>>;

/// Looks after one node.
pub struct Watchdog(Shared);

impl Watchdog {
    pub fn start(attention: Attention) -> Watchdog {
        let since: Shared = Arc::default();
        let watched = Arc::downgrade(&since);
        std::thread::spawn(move || {
            while let Some(since) = watched.upgrade() {
                look(&since, attention);
                drop(since);
                std::thread::sleep(TICK);
            }
        });
        Watchdog(since)
    }

    pub fn begin(&self) {
        *lock(&self.0) = Some(Instant::now());
    }

    pub fn end(&self) {
        *lock(&self.0) = None;
    }
}

/// The lock is held while asking, so that a call that comes later is not interrupted.
fn look(since: &Shared, attention: Attention) {
    let since = lock(since);
    let Some(elapsed) = since.map(|start| start.elapsed()) else {
        return;
    };
    if elapsed > STUCK {
        eprintln!("stuck: a call does not come to a safepoint");
        std::process::abort();
    }
    if elapsed > PATIENCE {
        attention.interrupt();
    }
}

fn lock(since: &Shared) -> MutexGuard<'_, Option<Instant>> {
    since.lock().unwrap_or_else(PoisonError::into_inner)
}
