//! Git, through libgit2: clones and what is in them.
//!
//! Only bare clones, and only what a fetch brings: nothing is ever checked out by git,
//! pushed, or read from the user's git configuration. How other machines are reached is
//! in [`transport`], over `https` ([`web`]) and `ssh` ([`ssh`]).

mod fetch;
mod network;
mod ssh;
mod transport;
mod web;

use crate::{
    Access, Address, EntryKind, Fetched, Progress, Repositories, Repository, StoreError, TreeEntry,
    Want,
};
use git2::{ErrorCode, Oid};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const ORIGIN: &str = "termite.origin";
const TAGS: &str = "refs/tags/";

/// Repositories that git knows.
pub struct Git;

impl Git {
    /// Sets libgit2 up for this process. Done by itself at first use; a program that uses
    /// libgit2 beside the store does it before its threads start.
    pub fn prepare() -> Result<(), StoreError> {
        transport::prepare().map_err(|why| StoreError::Git {
            doing: "set up",
            path: "libgit2".into(),
            why,
        })
    }
}

impl Repositories for Git {
    fn clone(
        &self,
        from: &Address,
        into: &Path,
        want: Want<'_>,
        access: &Arc<Access>,
        progress: &mut dyn Progress,
    ) -> Result<(), StoreError> {
        Git::prepare()?;
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).mkpath(true).external_template(false);
        let made = git2::Repository::init_opts(into, &options);
        let clone = Clone {
            repository: made.map_err(|e| fault("make", into, &e))?,
            path: into.to_owned(),
        };
        clone.fetch(from, want, access, progress).map(|_| ())
    }

    fn open<'a>(&self, path: &Path) -> Result<Box<dyn Repository + 'a>, StoreError> {
        Git::prepare()?;
        let opened = git2::Repository::open_bare(path);
        Ok(Box::new(Clone {
            repository: opened.map_err(|e| fault("open", path, &e))?,
            path: path.to_owned(),
        }))
    }
}

/// A bare clone.
pub(crate) struct Clone {
    repository: git2::Repository,
    path: PathBuf,
}

impl Clone {
    fn fault(&self, doing: &'static str, error: &git2::Error) -> StoreError {
        fault(doing, &self.path, error)
    }

    /// The object of a name that the store was given earlier.
    fn oid(&self, name: &str) -> Result<Oid, StoreError> {
        Oid::from_str(name).map_err(|e| self.fault("find an object of", &e))
    }

    /// The commit that a reference comes to; `None` when there is no such reference.
    fn commit_of(&self, reference: &str) -> Result<Option<String>, StoreError> {
        let found = match self.repository.find_reference(reference) {
            Ok(found) => found,
            Err(e) if is_missing(&e) => return Ok(None),
            Err(e) => return Err(self.fault("read a reference of", &e)),
        };
        match found.peel_to_commit() {
            Ok(commit) => Ok(Some(commit.id().to_string())),
            // A HEAD whose branch is not there, or a tag of something else.
            Err(e) if is_missing(&e) => Ok(None),
            Err(e) => Err(self.fault("find a commit of", &e)),
        }
    }
}

fn fault(doing: &'static str, path: &Path, error: &git2::Error) -> StoreError {
    StoreError::Git {
        doing,
        path: path.to_owned(),
        why: error.message().to_owned(),
    }
}

fn is_missing(error: &git2::Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::NotFound | ErrorCode::UnbornBranch | ErrorCode::Peel | ErrorCode::InvalidSpec
    )
}

impl Repository for Clone {
    fn fetch(
        &self,
        from: &Address,
        want: Want<'_>,
        access: &Arc<Access>,
        progress: &mut dyn Progress,
    ) -> Result<Fetched, StoreError> {
        fetch::fetch(self, from, want, access, progress)
    }

    fn origin(&self) -> Result<Option<Address>, StoreError> {
        let config = self.repository.config();
        let config = config.map_err(|e| self.fault("read the configuration of", &e))?;
        let Ok(text) = config.get_string(ORIGIN) else {
            return Ok(None);
        };
        let read = Address::parse(&text);
        read.map(Some)
            .map_err(|e| StoreError::damaged(&self.path, e.to_string()))
    }

    fn set_origin(&self, origin: &Address) -> Result<(), StoreError> {
        let set = |text: &str| self.repository.config()?.set_str(ORIGIN, text);
        set(&origin.to_string()).map_err(|e| self.fault("configure", &e))
    }

    fn head(&self) -> Result<Option<String>, StoreError> {
        self.commit_of("HEAD")
    }

    fn tags(&self) -> Result<Vec<String>, StoreError> {
        let found = self.repository.references_glob(&format!("{TAGS}*"));
        let found = found.map_err(|e| self.fault("read the tags of", &e))?;
        let mut names = Vec::new();
        for reference in found {
            let reference = reference.map_err(|e| self.fault("read the tags of", &e))?;
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            names.push(name.trim_start_matches(TAGS).to_owned());
        }
        names.sort();
        Ok(names)
    }

    fn tag(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.commit_of(&format!("{TAGS}{name}"))
    }

    fn commit(&self, prefix: &str) -> Result<Option<String>, StoreError> {
        match self.repository.find_commit_by_prefix(prefix) {
            Ok(commit) => Ok(Some(commit.id().to_string())),
            Err(e) if e.code() == ErrorCode::Ambiguous => Err(StoreError::AmbiguousCommit {
                prefix: prefix.to_owned(),
            }),
            // An object of another kind is none either.
            Err(_) => Ok(None),
        }
    }

    fn root(&self, commit: &str) -> Result<String, StoreError> {
        let id = self.oid(commit)?;
        let found = self.repository.find_commit(id);
        let found = found.map_err(|e| self.fault("find a commit of", &e))?;
        Ok(found.tree_id().to_string())
    }

    fn directory(&self, name: &str) -> Result<Vec<TreeEntry>, StoreError> {
        let tree = self.repository.find_tree(self.oid(name)?);
        let tree = tree.map_err(|e| self.fault("find a directory of", &e))?;
        let entries = tree.iter().map(|entry| TreeEntry {
            name: entry.name_bytes().to_owned(),
            kind: kind(entry.filemode_raw()),
            object: entry.id().to_string(),
        });
        Ok(entries.collect())
    }

    fn file_size(&self, name: &str) -> Result<u64, StoreError> {
        let id = self.oid(name)?;
        let read = self
            .repository
            .odb()
            .and_then(|objects| objects.read_header(id));
        let (size, _) = read.map_err(|e| self.fault("find a file of", &e))?;
        Ok(size as u64)
    }

    fn file(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let blob = self.repository.find_blob(self.oid(name)?);
        let blob = blob.map_err(|e| self.fault("find a file of", &e))?;
        Ok(blob.content().to_owned())
    }
}

/// What the mode of a directory's entry says.
fn kind(mode: i32) -> EntryKind {
    match mode & 0o170_000 {
        0o100_000 => EntryKind::File {
            executable: mode & 0o111 != 0,
        },
        0o040_000 => EntryKind::Directory,
        0o120_000 => EntryKind::SymbolicLink,
        0o160_000 => EntryKind::Submodule,
        _ => EntryKind::Unknown,
    }
}
