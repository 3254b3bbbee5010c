//! The compiled cache: libraries of repositories as files, so that the next program needs
//! no front end for them.
//!
//! ```text
//! DIR/BUILD/HASH     hash:32  name  source  { name, hash:32, source? }*  interface  lowered  code
//! ```
//!
//! A file is named by the unit and the source that it was made from, below a directory named
//! by the build of the compiler. It begins with the hash of the rest: what was damaged is not
//! there. It says the code of each library of a repository that it requires, and is of no
//! use with others; those built in are the build's own. It is written beside its place and
//! renamed, so that nobody sees a part.
//!
//! What is in it was verified when it was made. Whoever can write there is the user, whose
//! programs run here anyway.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use termite_ir::{Source, UnitHash};

/// Nobody writes an entry for longer.
const LONGEST_WRITE: Duration = Duration::from_secs(3600);

pub struct Cache {
    directory: PathBuf,
}

/// A library that this one was compiled against.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Requirement {
    pub unit: String,
    pub hash: UnitHash,
    pub source: Source,
}

/// A compiled library, its parts still encoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub name: String,
    pub source: Source,
    /// All units that it requires.
    pub requires: Vec<String>,
    /// Those of them that are of repositories.
    pub libraries: Vec<Requirement>,
    pub interface: Vec<u8>,
    pub lowered: Vec<u8>,
    pub code: Vec<u8>,
}

impl Cache {
    /// A cache below `directory` of what the compiler of this build makes.
    pub fn new(directory: &Path, build: &str) -> Cache {
        Cache {
            directory: directory.join(build),
        }
    }

    fn file(&self, unit: &str, source: &Source) -> PathBuf {
        let mut hasher = blake3::Hasher::new();
        hasher.update(unit.as_bytes()).update(&[0]);
        hasher.update(source.commit.as_bytes()).update(&[0]);
        hasher.update(&source.content);
        self.directory.join(hasher.finalize().to_hex().as_str())
    }

    pub(crate) fn load(&self, unit: &str, source: &Source) -> Option<Entry> {
        let bytes = fs::read(self.file(unit, source)).ok()?;
        let entry = Entry::decode(&bytes)?;
        (entry.name == unit && entry.source == *source).then_some(entry)
    }

    /// Keeps an entry. That it cannot be kept is no reason to stop: the library is compiled
    /// again the next time.
    pub(crate) fn store(&self, entry: &Entry) -> std::io::Result<()> {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        fs::create_dir_all(&self.directory)?;
        if serial == 0 {
            remove_left_over(&self.directory);
        }
        let unfinished = format!("new-{}-{serial}", std::process::id());
        let unfinished = self.directory.join(unfinished);
        let mut file = fs::File::create(&unfinished)?;
        let done = file
            .write_all(&entry.encode())
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&unfinished, self.file(&entry.name, &entry.source)));
        if done.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        done
    }
}

/// Removes what processes that were killed have begun long ago.
fn remove_left_over(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with("new-");
        let changed = entry.metadata().and_then(|about| about.modified());
        let age = changed.ok().and_then(|at| at.elapsed().ok());
        if is_unfinished && age.is_some_and(|age| age > LONGEST_WRITE) {
            // Someone else may remove it too.
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Entry {
    fn encode(&self) -> Vec<u8> {
        let mut out = vec![0; 32];
        put(&mut out, self.name.as_bytes());
        put_source(&mut out, &self.source);
        put_count(&mut out, self.requires.len());
        for name in &self.requires {
            put(&mut out, name.as_bytes());
        }
        put_count(&mut out, self.libraries.len());
        for library in &self.libraries {
            put(&mut out, library.unit.as_bytes());
            out.extend(library.hash);
            put_source(&mut out, &library.source);
        }
        for part in [&self.interface, &self.lowered, &self.code] {
            put(&mut out, part);
        }
        let hash = *blake3::hash(&out[32..]).as_bytes();
        out[..32].copy_from_slice(&hash);
        out
    }

    fn decode(bytes: &[u8]) -> Option<Entry> {
        let (hash, rest) = bytes.split_first_chunk::<32>()?;
        if blake3::hash(rest).as_bytes() != hash {
            return None;
        }
        let mut at = Cursor(rest);
        Some(Entry {
            name: at.text()?,
            source: at.source()?,
            requires: at.list(Cursor::text)?,
            libraries: at.list(|at| {
                Some(Requirement {
                    unit: at.text()?,
                    hash: at.hash()?,
                    source: at.source()?,
                })
            })?,
            interface: at.bytes()?.to_vec(),
            lowered: at.bytes()?.to_vec(),
            code: at.bytes()?.to_vec(),
        })
    }
}

fn put_count(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    put_count(out, bytes.len());
    out.extend(bytes);
}

fn put_source(out: &mut Vec<u8>, source: &Source) {
    put(out, source.commit.as_bytes());
    out.extend(source.content);
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn count(&mut self) -> Option<usize> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*head) as usize)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let n = self.count()?;
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    fn hash(&mut self) -> Option<[u8; 32]> {
        let (head, rest) = self.0.split_first_chunk::<32>()?;
        self.0 = rest;
        Some(*head)
    }

    fn source(&mut self) -> Option<Source> {
        Some(Source {
            commit: self.text()?,
            content: self.hash()?,
        })
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // Each takes a few bytes, so that a wrong count ends soon.
        (0..self.count()?).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(n: u8) -> Source {
        Source {
            commit: "c0ffee".repeat(7),
            content: [n; 32],
        }
    }

    fn entry() -> Entry {
        Entry {
            name: "github.com/fred/hello@1.0".into(),
            source: source(1),
            requires: vec!["scheme/base".into(), "a.b/c/d@2".into()],
            libraries: vec![Requirement {
                unit: "a.b/c/d@2".into(),
                hash: [7; 32],
                source: source(2),
            }],
            interface: vec![1, 2],
            lowered: vec![],
            code: vec![3; 100],
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let bytes = entry().encode();
        assert_eq!(Entry::decode(&bytes), Some(entry()));
        for at in 0..bytes.len() {
            assert_eq!(Entry::decode(&bytes[..at]), None);
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_eq!(Entry::decode(&other), None);
        }
    }

    /// A process that is killed leaves nothing, a part of a file beside the place, or all of
    /// it; or the entry.
    #[test]
    fn what_a_killed_process_leaves_does_no_harm() {
        let place = std::env::temp_dir().join(format!("termite-killed-{}", std::process::id()));
        let cache = Cache::new(&place, "one");
        fs::create_dir_all(&cache.directory).unwrap();
        let bytes = entry().encode();
        for length in 0..=bytes.len() {
            fs::write(cache.directory.join("new-1-0"), &bytes[..length]).unwrap();
            assert_eq!(cache.load(&entry().name, &source(1)), None);
        }
        cache.store(&entry()).unwrap();
        assert_eq!(cache.load(&entry().name, &source(1)), Some(entry()));
        // Long after, it is removed.
        let old = std::time::SystemTime::now() - 2 * LONGEST_WRITE;
        let left = fs::File::options()
            .write(true)
            .open(cache.directory.join("new-1-0"))
            .unwrap();
        left.set_modified(old).unwrap();
        remove_left_over(&cache.directory);
        let left = fs::read_dir(&cache.directory).unwrap().count();
        assert_eq!(left, 1);
        fs::remove_dir_all(&place).unwrap();
    }

    #[test]
    fn entries_are_found_by_unit_source_and_build() {
        let place = std::env::temp_dir().join(format!("termite-cache-{}", std::process::id()));
        let cache = Cache::new(&place, "one");
        assert_eq!(cache.load(&entry().name, &source(1)), None);
        cache.store(&entry()).unwrap();
        assert_eq!(cache.load(&entry().name, &source(1)), Some(entry()));
        assert_eq!(cache.load(&entry().name, &source(2)), None);
        assert_eq!(cache.load("other", &source(1)), None);
        let other = Cache::new(&place, "two");
        assert_eq!(other.load(&entry().name, &source(1)), None);
        fs::remove_dir_all(&place).unwrap();
    }
}
