//! Threads that wait in the place of the caller, for what the system does not offer without
//! waiting: looking up a name, opening a named pipe, the end of a child process.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Enough for looking up names.
const STACK: usize = 256 << 10;

/// Where such threads leave their answers, with whom they are for.
pub struct Answers<K, T>(Arc<Desk<K, T>>);

struct Desk<K, T> {
    answers: Mutex<Vec<(K, T)>>,
    is_empty: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K, T> Clone for Answers<K, T> {
    fn clone(&self) -> Self {
        Answers(self.0.clone())
    }
}

impl<K: Send + 'static, T: Send + 'static> Answers<K, T> {
    /// `wake` is called when there is an answer.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Answers<K, T> {
        Answers(Arc::new(Desk {
            answers: Mutex::default(),
            is_empty: AtomicBool::new(true),
            wake: Box::new(wake),
        }))
    }

    pub fn leave(&self, key: K, answer: T) {
        lock(&self.0.answers).push((key, answer));
        self.0.is_empty.store(false, Ordering::Release);
        (self.0.wake)();
    }

    /// Has a thread find out.
    pub fn ask(&self, key: K, find: impl FnOnce() -> T + Send + 'static) -> io::Result<()> {
        let desk = self.clone();
        let thread = std::thread::Builder::new().name("termite-answer".into());
        thread
            .stack_size(STACK)
            .spawn(move || desk.leave(key, find()))?;
        Ok(())
    }

    /// What has come. Cheap when nothing has.
    pub fn take(&self) -> Vec<(K, T)> {
        if self.0.is_empty.swap(true, Ordering::AcqRel) {
            return Vec::new();
        }
        std::mem::take(&mut *lock(&self.0.answers))
    }
}
