//! `termite.lock`: which commit and content a project's libraries have.
//!
//! It stands in the project's directory and is kept with its sources. What it names is
//! taken as it says or not at all; what it does not name is free.

use crate::{ContentHash, Manifest, ModuleName, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const FORMAT: u32 = 1;
const FIRST_LINES: &str = "\
# Written by `termite lock`: the libraries of this project, each with the commit and the
# content that its version stands for.

";

/// What one version of a repository stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locked {
    pub commit: String,
    pub content: ContentHash,
}

/// The contents of a lock file.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct LockFile {
    /// By repository and version; an empty version is none.
    entries: BTreeMap<(String, String), Locked>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: u32,
    #[serde(default)]
    module: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    version: String,
    commit: String,
    content: String,
}

impl LockFile {
    pub const NAME: &'static str = "termite.lock";

    /// The lock file of the project in a directory; `None` when there is none.
    pub fn load(directory: &Path) -> Result<Option<LockFile>, StoreError> {
        let path = directory.join(LockFile::NAME);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(StoreError::disk("read", &path, e)),
        };
        let wrong = |why: String| LockFile::wrong(&path, why);
        LockFile::parse(&text).map(Some).map_err(wrong)
    }

    fn wrong(path: &Path, why: String) -> StoreError {
        let why = format!("{why}; `termite lock` writes it anew");
        let error = std::io::Error::new(ErrorKind::InvalidData, why);
        StoreError::disk("read", path, error)
    }

    pub fn parse(text: &str) -> Result<LockFile, String> {
        let written: Written = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        if written.format != FORMAT {
            return Err(format!("its format is {}, not {FORMAT}", written.format));
        }
        let mut lock = LockFile::default();
        for entry in written.module {
            let content = ContentHash::parse(&entry.content);
            let Some(content) = content.filter(|_| crate::manifest::is_hex(&entry.commit)) else {
                return Err(format!("{}: commit or content is no hash", entry.name));
            };
            let locked = Locked {
                commit: entry.commit,
                content,
            };
            let key = (entry.name, entry.version);
            if let Some(other) = lock.entries.insert(key.clone(), locked.clone())
                && other != locked
            {
                return Err(format!("{}@{} stands there twice", key.0, key.1));
            }
        }
        Ok(lock)
    }

    pub fn text(&self) -> String {
        let mut text = format!("{FIRST_LINES}format = {FORMAT}\n");
        for ((name, version), locked) in &self.entries {
            text.push_str(&format!("\n[[module]]\nname = \"{name}\"\n"));
            if !version.is_empty() {
                text.push_str(&format!("version = \"{version}\"\n"));
            }
            let Locked { commit, content } = locked;
            text.push_str(&format!("commit = \"{commit}\"\ncontent = \"{content}\"\n"));
        }
        text
    }

    /// Writes it into a directory; the file's path. The old one is there until the new one
    /// is whole.
    pub fn save(&self, directory: &Path) -> Result<PathBuf, StoreError> {
        let path = directory.join(LockFile::NAME);
        let new = directory.join(format!("{}.new", LockFile::NAME));
        std::fs::write(&new, self.text()).map_err(|e| StoreError::disk("write", &new, e))?;
        std::fs::rename(&new, &path).map_err(|e| StoreError::disk("write", &path, e))?;
        Ok(path)
    }

    /// What a version is locked to.
    pub fn get(&self, name: &ModuleName) -> Option<&Locked> {
        let version = name.version().unwrap_or("").to_owned();
        self.entries.get(&(name.repository().to_string(), version))
    }

    /// Locks an installed version.
    pub fn add(&mut self, manifest: &Manifest) {
        if let Some(content) = ContentHash::parse(&manifest.content) {
            let key = (manifest.module.clone(), manifest.version.clone());
            let commit = manifest.commit.clone();
            self.entries.insert(key, Locked { commit, content });
        }
    }

    /// Names with versions, in order.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.keys().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut lock = LockFile::default();
        for (version, commit) in [("1.0", "a"), ("", "b")] {
            let locked = Locked {
                commit: commit.repeat(40),
                content: ContentHash([7; 32]),
            };
            let key = ("github.com/fred/hello".to_owned(), version.to_owned());
            lock.entries.insert(key, locked);
        }
        assert_eq!(LockFile::parse(&lock.text()).unwrap(), lock);
        let name = ModuleName::parse("github.com/fred/hello/sub@1.0").unwrap();
        assert_eq!(lock.get(&name).unwrap().commit, "a".repeat(40));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for text in [
            "",
            "format = 2",
            "format = 1\nx = 1",
            "format = 1\n[[module]]\nname = \"a\"\ncommit = \"zz\"\ncontent = \"00\"",
        ] {
            assert!(LockFile::parse(text).is_err(), "{text}");
        }
    }
}
