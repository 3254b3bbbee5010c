//! What the store asks of a version control system. Behind it is git ([`crate::Git`]).

use crate::{Access, Address, Progress, StoreError};
use std::path::Path;

/// What of a repository is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want<'a> {
    /// Every branch and tag, with their history.
    Everything,
    /// What one version needs, and no history where the other side can do without;
    /// `None`: the head of the default branch.
    Version(Option<&'a str>),
}

/// A tag that names another commit than it did when it was first seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MovedTag {
    pub tag: String,
    /// The commit that it still names here.
    pub kept: String,
    pub now: String,
}

/// What a fetch brought.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Fetched {
    pub new_tags: Vec<String>,
    pub moved_tags: Vec<MovedTag>,
}

pub trait Repositories: Send + Sync {
    /// Makes a bare clone at `into`, which is not there yet.
    fn clone(
        &self,
        from: &Address,
        into: &Path,
        want: Want<'_>,
        access: &std::sync::Arc<Access>,
        progress: &mut dyn Progress,
    ) -> Result<(), StoreError>;

    fn open<'a>(&self, path: &Path) -> Result<Box<dyn Repository + 'a>, StoreError>;
}

/// A bare clone on this machine.
pub trait Repository {
    /// Brings what is new. A tag that is known stays as it is.
    fn fetch(
        &self,
        from: &Address,
        want: Want<'_>,
        access: &std::sync::Arc<Access>,
        progress: &mut dyn Progress,
    ) -> Result<Fetched, StoreError>;

    /// Where it was cloned from, when that was said in particular.
    fn origin(&self) -> Result<Option<Address>, StoreError>;

    /// Remembers where it was cloned from.
    fn set_origin(&self, origin: &Address) -> Result<(), StoreError>;

    /// The commit at the head of the default branch.
    fn head(&self) -> Result<Option<String>, StoreError>;

    /// Names of the tags, in order.
    fn tags(&self) -> Result<Vec<String>, StoreError>;

    /// The commit that a tag names.
    fn tag(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// The commit whose name begins so; an error when there are several.
    fn commit(&self, prefix: &str) -> Result<Option<String>, StoreError>;

    /// The name of a commit's root directory.
    fn root(&self, commit: &str) -> Result<String, StoreError>;

    /// What a directory holds, as it stands in the repository: nothing is checked.
    fn directory(&self, name: &str) -> Result<Vec<TreeEntry>, StoreError>;

    /// The length of a file in bytes, found without reading it.
    fn file_size(&self, name: &str) -> Result<u64, StoreError>;

    fn file(&self, name: &str) -> Result<Vec<u8>, StoreError>;
}

/// An entry of a directory in a repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TreeEntry {
    pub name: Vec<u8>,
    pub kind: EntryKind,
    /// By which what it holds is found.
    pub object: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    File {
        executable: bool,
    },
    Directory,
    SymbolicLink,
    /// A commit of another repository.
    Submodule,
    Unknown,
}
