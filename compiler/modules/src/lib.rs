//! The module store: libraries that come from repositories, on disk.
//!
//! A library is named by where its repository is and where it stands in it:
//! `github.com/fred/hello/sub@1.0` ([`ModuleName`]). The store ([`Store`]) keeps one bare
//! clone of each repository and one tree of each installed version of it, and says where
//! the file of a library is ([`Store::locate`], which never touches the network).
//!
//! ```text
//! ~/.termite/userlib/
//!   github.com/fred/hello/
//!     repository.git/     the clone; its tags are the tags as they were first seen
//!     @1.0.toml           the manifest of version 1.0: while it is there, 1.0 is installed
//!     @1.0/               the tree of version 1.0
//!     @.toml              the manifest of what was installed without a version
//!     @/COMMIT/           its tree
//!   hello/                a repository on this machine that has no place on the network
//!   .staging/  .locks/    what is being made; one lock a repository
//! ```
//!
//! Invariants: nothing outside the root is written. Everything is made in `.staging` and
//! renamed; the manifest is last, and first to go, so that whatever has one is whole. What
//! a killed process leaves is without manifest, and is cleared away by the next one that
//! holds the repository's lock.
//!
//! What is not here: what a library means, and how a command looks. Whether a library may
//! be installed without anyone asking is [`Policy`]'s to say and the caller's to heed.

#![deny(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod access;
mod address;
mod content;
mod disk;
mod error;
mod export;
mod git;
mod guard;
mod install;
mod layout;
mod lock_file;
mod manifest;
mod name;
mod policy;
mod provide;
mod recovery;
mod repositories;
mod rules;
mod store;
mod time;
mod uninstall;
mod update;

pub use access::{Access, Cause, Limits, Progress, Silent, Step};
pub use address::{Address, AddressError};
pub use content::{ContentHash, hash_tree};
pub use error::{ContentRecord, StoreError};
pub use git::Git;
pub use lock_file::{LockFile, Locked};
pub use manifest::Manifest;
pub use name::{ModuleName, NameError, RepositoryName};
pub use policy::{AskMode, Audience, Decision, Policy};
pub use provide::Demand;
pub use repositories::{EntryKind, Fetched, MovedTag, Repositories, Repository, TreeEntry, Want};
pub use rules::{Rules, RulesError};
pub use store::{Installed, Listed, Located, Store};
pub use update::{HeadMove, Updated};
