//! Panics are bugs even where they are caught: this hook keeps them instead of printing.

use std::sync::{Mutex, MutexGuard, PoisonError};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn seen() -> MutexGuard<'static, Vec<String>> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on panics are kept. Those that are not caught are printed too, since the
/// process ends before anyone asks.
pub fn keep() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string().replace('\n', " ");
        eprintln!("{text}");
        seen().push(text);
    }));
}

/// The panics since the last time.
pub fn take() -> Vec<String> {
    std::mem::take(&mut seen())
}
