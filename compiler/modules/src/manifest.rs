//! The manifest of an installed version: a small TOML file beside its tree.

use crate::disk::{Disk, Mode};
use crate::{ContentHash, ModuleName, StoreError};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::Path;

/// The format of manifests, of which there is one.
const FORMAT: u32 = 1;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// `github.com/fred/hello`.
    pub module: String,
    /// As asked for; empty for none.
    pub version: String,
    /// The commit that the version was resolved to, in full.
    pub commit: String,
    /// The hash of the tree's content, in hexadecimal.
    pub content: String,
    /// When it was resolved.
    pub resolved: String,
    /// Where it came from.
    pub source: String,
    pub files: u64,
    pub bytes: u64,
    /// Places of the tree that belong to other repositories, and are not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub submodules: Vec<String>,
}

impl Manifest {
    pub(crate) fn new(name: &ModuleName, commit: String, source: String) -> Manifest {
        Manifest {
            format: FORMAT,
            module: name.repository().to_string(),
            version: name.version().unwrap_or("").to_owned(),
            commit,
            content: String::new(),
            resolved: crate::time::now(),
            source,
            files: 0,
            bytes: 0,
            submodules: Vec::new(),
        }
    }

    /// `None`: not installed. That it belongs to `name` is checked.
    pub(crate) fn read(path: &Path, name: &ModuleName) -> Result<Option<Manifest>, StoreError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            // A file stands where a directory would.
            Err(e) if e.kind() == ErrorKind::NotADirectory => return Ok(None),
            Err(e) => return Err(StoreError::disk("read", path, e)),
        };
        let read: Result<Manifest, _> = toml::from_str(&text);
        let manifest = read.map_err(|e| StoreError::damaged(path, e.message()))?;
        match manifest.fault(name) {
            Some(why) => Err(StoreError::damaged(path, why)),
            None => Ok(Some(manifest)),
        }
    }

    fn fault(&self, name: &ModuleName) -> Option<String> {
        if self.format != FORMAT {
            return Some(format!("its format is {}, not {FORMAT}", self.format));
        }
        let version = name.version().unwrap_or("");
        if self.module != name.repository().to_string() || self.version != version {
            return Some(format!(
                "it is the manifest of {}@{}, not of {}",
                self.module,
                self.version,
                name.root()
            ));
        }
        // The commit becomes the name of a directory.
        let is_commit = |text: &str| text.len() >= 40 && is_hex(text);
        if !is_commit(&self.commit) || ContentHash::parse(&self.content).is_none() {
            return Some("its commit or content is no hash".into());
        }
        None
    }

    pub(crate) fn write(&self, disk: &Disk, path: &Path) -> Result<(), StoreError> {
        let text = toml::to_string(self).map_err(|e| StoreError::damaged(path, e.to_string()))?;
        disk.write_new(path, text.as_bytes(), Mode::Plain)
    }
}

pub(crate) fn is_hex(text: &str) -> bool {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    !text.is_empty() && text.bytes().all(is_digit)
}
