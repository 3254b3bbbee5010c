//! Writing a tree out of a repository to disk.
//!
//! A repository is a stranger's: its directories are looked at entry by entry before
//! anything is written, and what could lead out of the tree, or be taken for something
//! else on some file system, ends the export. Sizes are asked for before contents are
//! read, so that what is too large is never in memory.

use crate::disk::{Disk, Mode};
use crate::{EntryKind, Limits, ModuleName, Progress, Repository, Step, StoreError, TreeEntry};
use std::collections::HashSet;
use std::path::Path;

const MAX_DEPTH: usize = 64;
const MAX_NAME: usize = 200;
const MAX_PATH: usize = 1024;
/// Files between two reports of progress.
const REPORTED: u64 = 500;

/// What was written.
#[derive(Default, Debug)]
pub(crate) struct Exported {
    pub files: u64,
    pub bytes: u64,
    pub submodules: Vec<String>,
}

pub(crate) struct Export<'a> {
    pub repository: &'a dyn Repository,
    pub name: &'a ModuleName,
    pub limits: Limits,
    pub disk: &'a Disk,
}

/// A directory that is still to be written.
struct Open {
    path: String,
    object: String,
    depth: usize,
}

impl Export<'_> {
    /// Writes the tree of a commit at `into`, which is not there yet.
    pub fn run(
        &self,
        commit: &str,
        into: &Path,
        progress: &mut dyn Progress,
    ) -> Result<Exported, StoreError> {
        let mut done = Exported::default();
        let mut entries = 0;
        let mut open = vec![Open {
            path: String::new(),
            object: self.repository.root(commit)?,
            depth: 0,
        }];
        while let Some(directory) = open.pop() {
            self.disk.create_dirs(&into.join(&directory.path))?;
            let mut seen = HashSet::new();
            for entry in self.repository.directory(&directory.object)? {
                entries += 1;
                if entries > self.limits.files {
                    return Err(self.too_large("its number of files", self.limits.files));
                }
                let path = self.check(&directory, &entry, &mut seen)?;
                match entry.kind {
                    EntryKind::File { executable } => {
                        let size =
                            self.write_file(&entry.object, &path, executable, into, &done)?;
                        done.files += 1;
                        done.bytes += size;
                        if done.files.is_multiple_of(REPORTED) {
                            progress.at(Step::Writing { files: done.files });
                        }
                    }
                    EntryKind::Directory => open.push(Open {
                        path,
                        object: entry.object,
                        depth: directory.depth + 1,
                    }),
                    EntryKind::Submodule => done.submodules.push(path),
                    EntryKind::SymbolicLink => {
                        return Err(self.refuse(&path, "is a symbolic link"));
                    }
                    EntryKind::Unknown => {
                        return Err(self.refuse(&path, "is neither a file nor a directory"));
                    }
                }
            }
        }
        done.submodules.sort();
        Ok(done)
    }

    /// The path of an entry, if it may be written.
    fn check(
        &self,
        directory: &Open,
        entry: &TreeEntry,
        seen: &mut HashSet<String>,
    ) -> Result<String, StoreError> {
        let shown = String::from_utf8_lossy(&entry.name);
        let path = match directory.path.is_empty() {
            true => shown.clone().into_owned(),
            false => format!("{}/{shown}", directory.path),
        };
        let name = match std::str::from_utf8(&entry.name) {
            Ok(name) => name,
            Err(_) => return Err(self.refuse(&path, "has a name that is not UTF-8")),
        };
        if let Some(why) = fault_of_name(name) {
            return Err(self.refuse(&path, why));
        }
        if directory.depth >= MAX_DEPTH || path.len() > MAX_PATH {
            return Err(self.refuse(&path, "lies too deep"));
        }
        if !seen.insert(folded(name)) {
            return Err(self.refuse(
                &path,
                "has the name of another entry beside it, but for upper and lower case",
            ));
        }
        Ok(path)
    }

    /// Writes one file; its length.
    fn write_file(
        &self,
        object: &str,
        path: &str,
        executable: bool,
        into: &Path,
        done: &Exported,
    ) -> Result<u64, StoreError> {
        let size = self.repository.file_size(object)?;
        if size > self.limits.file {
            return Err(self.too_large(&format!("the file {path:?}"), self.limits.file));
        }
        if done.bytes + size > self.limits.tree {
            return Err(self.too_large("the size of all files", self.limits.tree));
        }
        let bytes = self.repository.file(object)?;
        if bytes.len() as u64 != size {
            return Err(self.refuse(path, "has another length than its object says"));
        }
        let mode = match executable {
            true => Mode::KeptExecutable,
            false => Mode::Kept,
        };
        self.disk.write_new(&into.join(path), &bytes, mode)?;
        Ok(size)
    }

    fn refuse(&self, path: &str, why: &str) -> StoreError {
        StoreError::Unacceptable {
            name: self.name.root().to_string(),
            path: path.to_owned(),
            why: why.to_owned(),
        }
    }

    fn too_large(&self, what: &str, limit: u64) -> StoreError {
        StoreError::TooLarge {
            what: format!("{}: {what}", self.name.root()),
            limit,
        }
    }
}

/// Why a name must not be written, if so. Rules of all systems hold on all: what is
/// installed here could be installed anywhere.
fn fault_of_name(name: &str) -> Option<&'static str> {
    if name.is_empty() || name == "." || name == ".." {
        return Some("leads out of its directory");
    }
    if name.contains(['/', '\\', ':', '\0']) {
        return Some("has a separator in its name");
    }
    if name.chars().any(char::is_control) {
        return Some("has a control character in its name");
    }
    if name.len() > MAX_NAME {
        return Some("has too long a name");
    }
    if name.ends_with([' ', '.']) {
        return Some("has a name that ends in a blank or a dot");
    }
    let folded = folded(name);
    let visible: String = folded.chars().filter(|c| !is_ignorable(*c)).collect();
    if visible == ".git" || visible.starts_with("git~") || visible.starts_with(".git ") {
        return Some("has the name of git's own directory");
    }
    None
}

/// Names that some file system takes for the same are the same after this.
fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Characters that some file systems do not compare.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::fault_of_name;

    #[test]
    fn names_that_are_more_than_names_are_refused() {
        let bad = [
            "",
            ".",
            "..",
            "a/b",
            "a\\b",
            "c:",
            ".git",
            ".GIT",
            "git~1",
            ".g\u{200c}it",
            "a.",
            "a ",
            "a\nb",
            "a\0",
        ];
        for name in bad {
            assert!(fault_of_name(name).is_some(), "{name:?}");
        }
        for name in [
            "a",
            ".gitignore",
            ".github",
            "ä.sld",
            "a b",
            "...a",
            "legit",
        ] {
            assert_eq!(fault_of_name(name), None, "{name:?}");
        }
    }
}
