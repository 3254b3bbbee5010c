//! Updating a repository: what is new is fetched, what is installed stays what it is.
//!
//! A version stands for the commit that it was first resolved to. A tag that has moved since
//! is reported, and names here what it named before. Only what was installed without a
//! version follows the default branch.

use crate::guard::Guard;
use crate::manifest::Manifest;
use crate::{Cause, ModuleName, MovedTag, Progress, Repository, Store, StoreError, Want};

/// What an update came to.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Updated {
    pub new_tags: Vec<String>,
    pub moved_tags: Vec<MovedTag>,
    /// Of what was installed without a version.
    pub head: Option<HeadMove>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadMove {
    pub from: String,
    pub to: String,
}

impl Store {
    /// Updates the repository that a name is in.
    pub fn update(
        &self,
        name: &ModuleName,
        progress: &mut dyn Progress,
    ) -> Result<Updated, StoreError> {
        let repository = name.repository();
        let name = name.root().at(None)?;
        let not_installed = || StoreError::NotInstalled {
            name: name.to_string(),
        };
        if self.versions(repository)?.is_empty() {
            return Err(not_installed());
        }
        self.recover_all()?;
        let _guard = Guard::take(&self.layout, repository, progress)?;
        self.recover(repository)?;
        if self.versions(repository)?.is_empty() {
            return Err(not_installed());
        }
        let clone = self.repositories.open(&self.layout.clone_of(repository))?;
        let source = self.source(&name, None, &*clone)?;
        let access = self.access(Cause::User);
        let fetched = self.disk.step("fetch", || {
            clone.fetch(&source, Want::Everything, &access, progress)
        })?;
        let head = match self.manifest(&name)? {
            Some(old) => self.follow(&*clone, &name, old, progress)?,
            None => None,
        };
        Ok(Updated {
            new_tags: fetched.new_tags,
            moved_tags: fetched.moved_tags,
            head,
        })
    }

    /// Takes the default branch's head in place of what is installed without a version.
    fn follow(
        &self,
        clone: &dyn Repository,
        name: &ModuleName,
        old: Manifest,
        progress: &mut dyn Progress,
    ) -> Result<Option<HeadMove>, StoreError> {
        let Some(commit) = clone.head()?.filter(|commit| *commit != old.commit) else {
            return Ok(None);
        };
        let mut manifest = Manifest::new(name, commit, old.source.clone());
        let staged = self.export(clone, name, &mut manifest, progress)?;
        self.settle(name, &manifest, &staged)?;
        Ok(Some(HeadMove {
            from: old.commit,
            to: manifest.commit,
        }))
    }
}
