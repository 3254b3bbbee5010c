//! The hash of a tree's content.
//!
//! It is the BLAKE3 hash, in its ordinary mode, of these bytes:
//!
//! - the line `termite tree 1`, with its newline;
//! - for each file of the tree, in ascending order of its path as bytes: the length of the
//!   path (4 bytes), the path, one byte for its mode (`1` when it may be executed, else
//!   `0`; as numbers, not as digits), the length of its content (8 bytes), the content.
//!
//! Lengths are little-endian. A path is relative to the root of the tree, UTF-8, its
//! components joined by `/`. Directories count by the files in them only. There are no
//! symbolic links in a tree.

use crate::StoreError;
use crate::disk::read_dir;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

const HEADER: &[u8] = b"termite tree 1\n";

/// The hash of a tree's content; shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    pub fn parse(text: &str) -> Option<ContentHash> {
        let hash = blake3::Hash::from_hex(text).ok()?;
        Some(ContentHash(*hash.as_bytes()))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// The hash of the tree that stands at `root`.
pub fn hash_tree(root: &Path) -> Result<ContentHash, StoreError> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let mut hasher = blake3::Hasher::new();
    hasher.update(HEADER);
    for file in &files {
        add_file(&mut hasher, root, file)?;
    }
    Ok(ContentHash(*hasher.finalize().as_bytes()))
}

/// The paths of all files below `root`.
fn collect(root: &Path, files: &mut Vec<String>) -> Result<(), StoreError> {
    let mut open = vec![String::new()];
    while let Some(place) = open.pop() {
        for (name, kind) in read_dir(&root.join(&place))? {
            let path = match place.is_empty() {
                true => name,
                false => format!("{place}/{name}"),
            };
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                files.push(path);
            } else {
                let why = "is neither a file nor a directory";
                return Err(StoreError::damaged(&root.join(path), why));
            }
        }
    }
    Ok(())
}

fn add_file(hasher: &mut blake3::Hasher, root: &Path, path: &str) -> Result<(), StoreError> {
    let place = root.join(path);
    let fault = |e| StoreError::disk("read", &place, e);
    let mut file = File::open(&place).map_err(fault)?;
    let about = file.metadata().map_err(fault)?;
    hasher.update(&u32::try_from(path.len()).unwrap_or(u32::MAX).to_le_bytes());
    hasher.update(path.as_bytes());
    hasher.update(&[u8::from(is_executable(&about))]);
    hasher.update(&about.len().to_le_bytes());
    let mut buffer = vec![0; 64 << 10];
    loop {
        let n = file.read(&mut buffer).map_err(fault)?;
        if n == 0 {
            return Ok(());
        }
        hasher.update(&buffer[..n]);
    }
}

#[cfg(unix)]
fn is_executable(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_about: &fs::Metadata) -> bool {
    false
}
