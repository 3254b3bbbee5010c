//! One process at a time changes a repository.
//!
//! The lock is the operating system's, on a file that is never removed: it goes when its
//! holder ends, however it ends. Those who only read need none.

use crate::layout::Layout;
use crate::{Progress, RepositoryName, Step, StoreError};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// The right to change one repository; given back when dropped.
pub(crate) struct Guard {
    _file: File,
}

impl Guard {
    /// Waits for whoever has it.
    pub fn take(
        layout: &Layout,
        name: &RepositoryName,
        progress: &mut dyn Progress,
    ) -> Result<Guard, StoreError> {
        let path = layout.lock(name);
        let file = open(&path)?;
        match file.try_lock() {
            Ok(()) => return Ok(Guard { _file: file }),
            Err(TryLockError::WouldBlock) => progress.at(Step::Waiting(name)),
            Err(TryLockError::Error(e)) => return Err(StoreError::disk("lock", &path, e)),
        }
        file.lock()
            .map_err(|e| StoreError::disk("lock", &path, e))?;
        Ok(Guard { _file: file })
    }

    /// Only if nobody has it.
    pub fn try_take(path: &Path) -> Option<Guard> {
        let file = open(path).ok()?;
        file.try_lock().ok()?;
        Some(Guard { _file: file })
    }
}

fn open(path: &Path) -> Result<File, StoreError> {
    let fault = |e| StoreError::disk("open", path, e);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(fault)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    options.open(path).map_err(fault)
}
