//! What can go wrong in the store: the world failed, or a repository is not what it
//! should be. Each error says what was expected, and what to do.

use crate::{NameError, RulesError};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum StoreError {
    Name(NameError),
    Rules(RulesError),
    Disk {
        doing: &'static str,
        path: PathBuf,
        error: io::Error,
    },
    /// A file of the store is not as the store wrote it.
    Damaged {
        path: PathBuf,
        why: String,
    },
    /// The repository cannot be had at present.
    Unreachable {
        address: String,
        why: String,
    },
    /// A rule forbids to fetch from there.
    Forbidden {
        address: String,
        why: String,
    },
    /// No address is known.
    NoAddress {
        name: String,
    },
    NoVersion {
        name: String,
        version: String,
        tags: Vec<String>,
    },
    /// A repository without commits.
    Empty {
        name: String,
    },
    AmbiguousCommit {
        prefix: String,
    },
    /// A tree that is not written to disk.
    Unacceptable {
        name: String,
        path: String,
        why: String,
    },
    TooLarge {
        what: String,
        limit: u64,
    },
    /// The library stands in another repository, which is not fetched.
    InSubmodule {
        name: String,
        submodule: String,
    },
    /// The version names another commit than the lock file says.
    NotAsLocked {
        name: String,
        locked: String,
        found: String,
        installed: bool,
    },
    /// The content is not what the lock file, or the manifest, says.
    ContentChanged {
        name: String,
        expected: String,
        found: String,
        by: ContentRecord,
    },
    NotInstalled {
        name: String,
    },
    /// The policy, or whoever was asked, does not let it be installed.
    NotAllowed {
        why: String,
    },
    /// The clone that is there came from elsewhere.
    OtherOrigin {
        name: String,
        origin: String,
        asked: String,
    },
    /// Git could not do something with a clone.
    Git {
        doing: &'static str,
        path: PathBuf,
        why: String,
    },
}

/// What says which content a version has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContentRecord {
    LockFile,
    Manifest,
}

impl fmt::Display for ContentRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ContentRecord::LockFile => "termite.lock",
            ContentRecord::Manifest => "its manifest",
        })
    }
}

impl StoreError {
    pub(crate) fn disk(doing: &'static str, path: &Path, error: io::Error) -> StoreError {
        StoreError::Disk {
            doing,
            path: path.to_owned(),
            error,
        }
    }

    pub(crate) fn damaged(path: &Path, why: impl Into<String>) -> StoreError {
        StoreError::Damaged {
            path: path.to_owned(),
            why: why.into(),
        }
    }
}

impl From<NameError> for StoreError {
    fn from(error: NameError) -> StoreError {
        StoreError::Name(error)
    }
}

impl From<RulesError> for StoreError {
    fn from(error: RulesError) -> StoreError {
        StoreError::Rules(error)
    }
}

impl std::error::Error for StoreError {}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Name(error) => error.fmt(f),
            StoreError::Rules(error) => error.fmt(f),
            StoreError::Disk { doing, path, error } => {
                write!(f, "cannot {doing} {}: {error}", path.display())
            }
            StoreError::Damaged { path, why } => write!(
                f,
                "{}: {why}; `termite uninstall` and `termite install` make it anew",
                path.display()
            ),
            StoreError::Unreachable { address, why } => {
                write!(f, "{address} cannot be had: {why}")
            }
            StoreError::Forbidden { address, why } => {
                write!(f, "{address} is not fetched: {why}")
            }
            StoreError::NoAddress { name } => write!(
                f,
                "{name} says no place on the network (as github.com/fred/hello does); a \
                 repository of this machine is installed by its path: `termite install ./{name}`"
            ),
            StoreError::NoVersion {
                name,
                version,
                tags,
            } => no_version(f, name, version, tags),
            StoreError::Empty { name } => write!(f, "{name} has no commits"),
            StoreError::AmbiguousCommit { prefix } => {
                write!(f, "several commits begin with {prefix}: give more digits")
            }
            StoreError::Unacceptable { name, path, why } => {
                write!(f, "{name} is not installed: {path:?} in its tree {why}")
            }
            StoreError::TooLarge { what, limit } => write!(
                f,
                "{what} goes beyond the limit of {limit} (`[limits]` in rules.toml moves it)"
            ),
            StoreError::InSubmodule { name, submodule } => write!(
                f,
                "{name} stands in the submodule {submodule:?}; submodules are not fetched: \
                 install the other repository and import from it"
            ),
            StoreError::NotAsLocked { .. } => self.not_as_locked(f),
            StoreError::ContentChanged { .. } => self.content_changed(f),
            StoreError::NotInstalled { name } => {
                write!(f, "{name} is not installed; `termite list` says what is")
            }
            StoreError::NotAllowed { why } => f.write_str(why),
            StoreError::OtherOrigin {
                name,
                origin,
                asked,
            } => write!(
                f,
                "{name} was installed from {origin}, not from {asked}; uninstall it first \
                 (`termite uninstall {name}`)"
            ),
            StoreError::Git { doing, path, why } => {
                write!(f, "cannot {doing} {}: {why}", path.display())
            }
        }
    }
}

impl StoreError {
    fn not_as_locked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StoreError::NotAsLocked {
            name,
            locked,
            found,
            installed,
        } = self
        else {
            return Ok(());
        };
        let what = match installed {
            true => "is installed as",
            false => "now names",
        };
        let way_out = match installed {
            true => {
                let repository = name.split('@').next().unwrap_or(name);
                format!(
                    "install the locked commit anew (`termite uninstall {name}`, then `termite \
                     install {repository}@{locked}`)"
                )
            }
            false => format!("import the locked commit (`@{locked}`)"),
        };
        write!(
            f,
            "{name} {what} commit {found}, but termite.lock says {locked}: {way_out}, or accept \
             the change with `termite lock`"
        )
    }

    fn content_changed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StoreError::ContentChanged {
            name,
            expected,
            found,
            by,
        } = self
        else {
            return Ok(());
        };
        write!(
            f,
            "the content of {name} has the hash {found}, but {by} says {expected}: uninstall and \
             install it again"
        )?;
        match by {
            ContentRecord::LockFile => f.write_str(", or accept the change with `termite lock`"),
            ContentRecord::Manifest => Ok(()),
        }
    }
}

/// At most this many tags are named.
const SHOWN: usize = 12;

fn no_version(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    version: &str,
    tags: &[String],
) -> fmt::Result {
    write!(
        f,
        "{name} has no version {version}: there is no such tag and no such commit"
    )?;
    let Some(rest) = tags.len().checked_sub(SHOWN) else {
        return match tags.is_empty() {
            true => Ok(()),
            false => write!(f, " (its tags: {})", tags.join(", ")),
        };
    };
    let last = &tags[rest..];
    write!(f, " (its last tags: {})", last.join(", "))
}
