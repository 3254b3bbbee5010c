//! Clearing away what a killed process left.
//!
//! All of it is without manifest: what was being made stands in the staging area; a tree or
//! a clone that was renamed to its place has no manifest beside it yet, or no longer. Whoever
//! holds a repository's lock may remove these, since nobody else is making them. A
//! repository's directory in the staging area is there as long as any of it may be.

use crate::disk::read_dir_if_there;
use crate::guard::Guard;
use crate::{ModuleName, RepositoryName, Store, StoreError};
use std::path::Path;

impl Store {
    /// Clears what belongs to one repository; the caller holds its lock.
    pub(crate) fn recover(&self, name: &RepositoryName) -> Result<(), StoreError> {
        let home = self.layout.home(name);
        for (entry, kind) in read_dir_if_there(&home)? {
            if kind.is_dir() && entry.starts_with('@') {
                self.recover_tree(name, &entry)?;
            }
        }
        let clone = self.layout.clone_of(name);
        match self.manifests(name)?.is_empty() {
            true => self.disk.remove_tree(&clone)?,
            false => self.recover_clone(&clone)?,
        }
        self.prune(name);
        // Last: while it is there, others see that something is left to do.
        self.disk.remove_tree(&self.layout.staging(name))?;
        let staging = self.layout.all_staging();
        if staging.is_dir() && is_empty(&staging) {
            self.disk.remove_empty(&staging);
        }
        Ok(())
    }

    /// A tree stays when its manifest names it.
    fn recover_tree(&self, repository: &RepositoryName, entry: &str) -> Result<(), StoreError> {
        let path = self.layout.home(repository).join(entry);
        let version = Some(entry.trim_start_matches('@')).filter(|v| !v.is_empty());
        let named = ModuleName::parse(&repository.to_string()).and_then(|name| name.at(version));
        let Ok(name) = named else {
            return self.disk.remove_tree(&path);
        };
        let manifest = match self.manifest(&name) {
            Ok(Some(manifest)) => manifest,
            Ok(None) => return self.disk.remove_tree(&path),
            // Whoever needs it is told; uninstalling it removes both.
            Err(_) => return Ok(()),
        };
        if version.is_none() {
            for (commit, _) in read_dir_if_there(&path)? {
                if commit != manifest.commit {
                    self.disk.remove_tree(&path.join(commit))?;
                }
            }
        }
        Ok(())
    }

    /// Lock files and unfinished packs of a git that was killed.
    fn recover_clone(&self, clone: &Path) -> Result<(), StoreError> {
        let mut open = vec![clone.join("refs")];
        for (entry, kind) in read_dir_if_there(clone)? {
            if kind.is_file() && entry.ends_with(".lock") {
                self.disk.remove_file(&clone.join(entry))?;
            }
        }
        while let Some(directory) = open.pop() {
            for (entry, kind) in read_dir_if_there(&directory)? {
                let path = directory.join(&entry);
                if kind.is_dir() {
                    open.push(path);
                } else if entry.ends_with(".lock") {
                    self.disk.remove_file(&path)?;
                }
            }
        }
        let packs = clone.join("objects/pack");
        for (entry, _) in read_dir_if_there(&packs)? {
            if entry.starts_with("pack_git2") || entry.starts_with("tmp_") {
                self.disk.remove_file(&packs.join(entry))?;
            }
        }
        Ok(())
    }

    /// Removes the directories on the way to a repository that hold nothing any more.
    fn prune(&self, name: &RepositoryName) {
        let home = self.layout.home(name);
        let bare = home.join("@");
        if bare.is_dir() && is_empty(&bare) {
            self.disk.remove_empty(&bare);
        }
        let mut path = home.as_path();
        for _ in name.components() {
            if path.is_dir() && !(is_empty(path) && self.disk.remove_empty(path)) {
                break;
            }
            path = path.parent().unwrap_or(path);
        }
    }

    /// Clears what belongs to any repository that nobody changes at present.
    pub(crate) fn recover_all(&self) -> Result<(), StoreError> {
        for (flat, _) in read_dir_if_there(&self.layout.all_staging())? {
            let Ok(name) = ModuleName::parse(&flat.replace('~', "/")) else {
                continue;
            };
            if let Some(_guard) = Guard::try_take(&self.layout.lock_of(&flat)) {
                self.recover(name.repository())?;
            }
        }
        Ok(())
    }
}

fn is_empty(path: &Path) -> bool {
    std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}
