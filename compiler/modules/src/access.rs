//! On whose behalf the network is used, within what limits, and who is told how it goes.

use crate::{RepositoryName, Rules, StoreError};
use std::fmt;
use std::sync::{Arc, Mutex};

/// Why something is installed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// Whoever sits here wants it: by a command, an import, an answer to a question.
    User,
    /// A message that came from elsewhere names it. Only what `https` gives to everyone is
    /// fetched: see [`Rules`].
    Message,
}

/// How much is taken from a repository.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub file: u64,
    /// Bytes of all files of a tree.
    pub tree: u64,
    /// Files, and directories, of a tree.
    pub files: u64,
    /// Bytes received for one fetch.
    pub received: u64,
    /// Tags and branches.
    pub references: usize,
    /// Seconds that one fetch may take when a message causes it.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file: 16 << 20,
            tree: 256 << 20,
            files: 100_000,
            received: 1 << 30,
            references: 50_000,
            seconds: 300,
        }
    }
}

/// How a long operation goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step<'a> {
    /// Another process changes the repository.
    Waiting(&'a RepositoryName),
    Connecting(&'a str),
    /// Objects had, of how many; bytes received.
    Receiving {
        objects: usize,
        of: usize,
        bytes: u64,
    },
    /// Files of the tree that are written.
    Writing {
        files: u64,
    },
}

/// Told of each step.
pub trait Progress {
    fn at(&mut self, step: Step<'_>);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn at(&mut self, _step: Step<'_>) {}
}

/// What a fetch may do. Shared with the transports, which run beneath libgit2 and leave
/// word here of why they gave up.
pub struct Access {
    pub cause: Cause,
    pub limits: Limits,
    pub rules: Arc<Rules>,
    failure: Mutex<Option<StoreError>>,
}

impl Access {
    pub fn new(cause: Cause, rules: Arc<Rules>) -> Access {
        Access {
            cause,
            limits: rules.limits(),
            rules,
            failure: Mutex::new(None),
        }
    }

    /// Leaves word; the first one counts.
    pub fn fail(&self, error: StoreError) {
        if let Ok(mut failure) = self.failure.lock() {
            failure.get_or_insert(error);
        }
    }

    /// The word that was left.
    pub fn failure(&self) -> Option<StoreError> {
        self.failure.lock().ok()?.take()
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}
