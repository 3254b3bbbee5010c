//! Every change that the store makes on disk goes through here.
//!
//! A [`Disk`] calls a probe before and after each change. Ordinarily the probe does
//! nothing; a test's ends the process at one of these points, so that no change can be
//! made that is not also a place to be killed at.

use crate::StoreError;
use std::fs::{self, FileType, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

type Probe = Arc<dyn Fn(&str) + Send + Sync>;

/// How a file may be used once it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Plain,
    /// Of a tree: nobody is to change it.
    Kept,
    KeptExecutable,
}

#[derive(Clone)]
pub(crate) struct Disk {
    probe: Probe,
}

impl Disk {
    pub fn new(probe: Probe) -> Disk {
        Disk { probe }
    }

    /// Makes a change between two calls of the probe.
    pub fn step<T>(&self, what: &str, change: impl FnOnce() -> T) -> T {
        (self.probe)(what);
        let result = change();
        (self.probe)(what);
        result
    }

    pub fn create_dirs(&self, path: &Path) -> Result<(), StoreError> {
        if path.is_dir() {
            return Ok(());
        }
        let made = self.step("create directory", || fs::create_dir_all(path));
        made.map_err(|e| StoreError::disk("create", path, e))
    }

    /// Writes a file that is not there yet.
    pub fn write_new(&self, path: &Path, bytes: &[u8], mode: Mode) -> Result<(), StoreError> {
        let written = self.step("write file", || {
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            file.write_all(bytes)?;
            set_mode(path, mode)?;
            match mode {
                Mode::Plain => file.sync_all(),
                Mode::Kept | Mode::KeptExecutable => Ok(()),
            }
        });
        written.map_err(|e| StoreError::disk("write", path, e))
    }

    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), StoreError> {
        let done = self.step("rename", || fs::rename(from, to));
        done.map_err(|e| StoreError::disk("rename to", to, e))
    }

    /// What is not there is removed already.
    pub fn remove_file(&self, path: &Path) -> Result<(), StoreError> {
        let done = self.step("remove file", || fs::remove_file(path));
        forgive_missing(done).map_err(|e| StoreError::disk("remove", path, e))
    }

    /// Removes a file or a directory with all that is in it.
    pub fn remove_tree(&self, path: &Path) -> Result<(), StoreError> {
        let is_dir = match fs::symlink_metadata(path) {
            Ok(about) => about.is_dir(),
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(StoreError::disk("remove", path, e)),
        };
        if !is_dir {
            return self.remove_file(path);
        }
        let done = self.step("remove directory", || fs::remove_dir_all(path));
        forgive_missing(done).map_err(|e| StoreError::disk("remove", path, e))
    }

    /// Removes a directory if it is empty; whether it was.
    pub fn remove_empty(&self, path: &Path) -> bool {
        self.step("remove empty directory", || fs::remove_dir(path))
            .is_ok()
    }
}

fn forgive_missing(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: Mode) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let bits = match mode {
        Mode::Plain => return Ok(()),
        Mode::Kept => 0o444,
        Mode::KeptExecutable => 0o555,
    };
    fs::set_permissions(path, fs::Permissions::from_mode(bits))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: Mode) -> std::io::Result<()> {
    Ok(())
}

/// What is in a directory, in order of name. Symbolic links are not followed.
pub(crate) fn read_dir(path: &Path) -> Result<Vec<(String, FileType)>, StoreError> {
    let fault = |e| StoreError::disk("read", path, e);
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let Ok(name) = entry.file_name().into_string() else {
            return Err(StoreError::damaged(&entry.path(), "its name is not UTF-8"));
        };
        found.push((name, entry.file_type().map_err(fault)?));
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}

/// As [`read_dir`]; nothing when the directory is not there.
pub(crate) fn read_dir_if_there(path: &Path) -> Result<Vec<(String, FileType)>, StoreError> {
    match path.is_dir() {
        true => read_dir(path),
        false => Ok(Vec::new()),
    }
}
