//! Where things are below the store's root; see the picture in the crate's own text.

use crate::{ModuleName, RepositoryName};
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub fn new(root: PathBuf) -> Layout {
        Layout { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What belongs to one repository.
    pub fn home(&self, name: &RepositoryName) -> PathBuf {
        let mut path = self.root.clone();
        path.extend(name.components());
        path
    }

    pub fn clone_of(&self, name: &RepositoryName) -> PathBuf {
        self.home(name).join("repository.git")
    }

    pub fn manifest(&self, name: &ModuleName) -> PathBuf {
        let file = format!("@{}.toml", name.version().unwrap_or(""));
        self.home(name.repository()).join(file)
    }

    /// The tree of a version. Without version, there is one for each commit, so that one
    /// takes the other's place when the manifest does.
    pub fn tree(&self, name: &ModuleName, commit: &str) -> PathBuf {
        let home = self.home(name.repository());
        match name.version() {
            Some(version) => home.join(format!("@{version}")),
            None => home.join("@").join(commit),
        }
    }

    /// Where everything of a repository is made; all of it belongs to whoever has the lock.
    pub fn staging(&self, name: &RepositoryName) -> PathBuf {
        self.all_staging().join(name.flat())
    }

    pub fn all_staging(&self) -> PathBuf {
        self.root.join(".staging")
    }

    pub fn lock(&self, name: &RepositoryName) -> PathBuf {
        self.lock_of(&name.flat())
    }

    /// The lock of a repository, by the name that it has in the staging area.
    pub fn lock_of(&self, flat: &str) -> PathBuf {
        self.root.join(".locks").join(flat)
    }
}

/// The version that a file's name is the manifest of; empty for none.
pub(crate) fn manifest_version(file: &str) -> Option<&str> {
    file.strip_prefix('@')?.strip_suffix(".toml")
}
