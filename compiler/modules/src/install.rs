//! Installing a version: find its commit, write its tree, give it a manifest.

use crate::export::Export;
use crate::guard::Guard;
use crate::manifest::{Manifest, is_hex};
use crate::{
    Address, Cause, ContentRecord, Installed, ModuleName, Progress, Repository, Store, StoreError,
    Want, hash_tree,
};
use std::path::{Path, PathBuf};

/// Digits that a commit is named by at least.
const MIN_PREFIX: usize = 7;

/// A clone to install from.
struct Clone {
    path: PathBuf,
    /// It stands in the staging area, and goes to its place when all is well.
    is_new: bool,
    source: Address,
}

impl Store {
    /// Installs a version of a repository; the library in it does not matter. What is
    /// installed stays as it is, and needs no network.
    pub fn install(
        &self,
        name: &ModuleName,
        cause: Cause,
        progress: &mut dyn Progress,
    ) -> Result<Installed, StoreError> {
        self.install_from(name, None, cause, progress)
    }

    /// As [`Store::install`], from an address that the name does not say.
    pub fn install_from(
        &self,
        name: &ModuleName,
        origin: Option<&Address>,
        cause: Cause,
        progress: &mut dyn Progress,
    ) -> Result<Installed, StoreError> {
        if let Some(found) = self.installed(name)? {
            return Ok(found);
        }
        self.recover_all()?;
        let repository = name.repository();
        let guard = Guard::take(&self.layout, repository, progress)?;
        self.recover(repository)?;
        // Someone else may have installed it in the meantime.
        let done = match self.installed(name)? {
            Some(found) => Ok(found),
            None => self.install_anew(name, origin, cause, progress),
        };
        if done.is_err() {
            // The reason of the failure is more telling than that of a failed cleaning.
            let _ = self.recover(repository);
        }
        drop(guard);
        done
    }

    fn installed(&self, name: &ModuleName) -> Result<Option<Installed>, StoreError> {
        let Some(manifest) = self.manifest(name)? else {
            return Ok(None);
        };
        if let Some(locked) = self.lock.as_ref().and_then(|lock| lock.get(name))
            && locked.commit != manifest.commit
        {
            return Err(StoreError::NotAsLocked {
                name: name.root().to_string(),
                locked: locked.commit.clone(),
                found: manifest.commit,
                installed: true,
            });
        }
        Ok(Some(Installed {
            name: name.root(),
            tree: self.layout.tree(name, &manifest.commit),
            manifest,
            already: true,
        }))
    }

    fn install_anew(
        &self,
        name: &ModuleName,
        origin: Option<&Address>,
        cause: Cause,
        progress: &mut dyn Progress,
    ) -> Result<Installed, StoreError> {
        let (clone, commit) = self.obtain(name, origin, cause, progress)?;
        let repository = self.repositories.open(&clone.path)?;
        let source = clone.source.to_string();
        let mut manifest = Manifest::new(name, commit, source);
        let staged = self.export(&*repository, name, &mut manifest, progress)?;
        self.check_content(name, &manifest)?;
        drop(repository);
        if clone.is_new {
            let home = self.layout.clone_of(name.repository());
            self.disk
                .create_dirs(&self.layout.home(name.repository()))?;
            self.disk.rename(&clone.path, &home)?;
        }
        let tree = self.settle(name, &manifest, &staged)?;
        Ok(Installed {
            name: name.root(),
            tree,
            manifest,
            already: false,
        })
    }

    /// A clone that has the version, and the version's commit. The network is used only
    /// when the clone that is there does not do.
    fn obtain(
        &self,
        name: &ModuleName,
        origin: Option<&Address>,
        cause: Cause,
        progress: &mut dyn Progress,
    ) -> Result<(Clone, String), StoreError> {
        let path = self.layout.clone_of(name.repository());
        if !path.is_dir() {
            return self.clone_anew(name, origin, cause, progress);
        }
        let repository = self.repositories.open(&path)?;
        let source = self.source(name, origin, &*repository)?;
        let clone = Clone {
            path,
            is_new: false,
            source,
        };
        // The default branch moves on: what is known of it may be old.
        let known = match self.wanted_version(name) {
            Some(version) => self.resolve(&*repository, name, Some(&version))?,
            None => None,
        };
        let commit = match known {
            Some(commit) => commit,
            None => {
                let access = self.access(cause);
                access.permit(&clone.source)?;
                let version = self.wanted_version(name);
                let want = want(cause, version.as_deref());
                repository.fetch(&clone.source, want, &access, progress)?;
                self.resolve_or_fail(&*repository, name)?
            }
        };
        Ok((clone, commit))
    }

    fn clone_anew(
        &self,
        name: &ModuleName,
        origin: Option<&Address>,
        cause: Cause,
        progress: &mut dyn Progress,
    ) -> Result<(Clone, String), StoreError> {
        let source = match origin {
            Some(origin) => origin.clone(),
            None => self.rules.address(name.repository())?,
        };
        let access = self.access(cause);
        access.permit(&source)?;
        let staging = self.layout.staging(name.repository());
        self.disk.create_dirs(&staging)?;
        let path = staging.join("clone");
        let version = self.wanted_version(name);
        let want = want(cause, version.as_deref());
        self.disk.step("clone", || {
            self.repositories
                .clone(&source, &path, want, &access, progress)
        })?;
        let repository = self.repositories.open(&path)?;
        if let Some(origin) = origin {
            repository.set_origin(origin)?;
        }
        let commit = self.resolve_or_fail(&*repository, name)?;
        let clone = Clone {
            path,
            is_new: true,
            source,
        };
        Ok((clone, commit))
    }

    /// Where a clone that is there is fetched from.
    pub(crate) fn source(
        &self,
        name: &ModuleName,
        asked: Option<&Address>,
        repository: &dyn Repository,
    ) -> Result<Address, StoreError> {
        let known = match repository.origin()? {
            Some(origin) => origin,
            None => self.rules.address(name.repository())?,
        };
        match asked {
            Some(asked) if *asked != known => Err(StoreError::OtherOrigin {
                name: name.repository().to_string(),
                origin: known.to_string(),
                asked: asked.to_string(),
            }),
            Some(_) | None => Ok(known),
        }
    }

    /// The version to look for: what is installed without one may be locked to a commit.
    fn wanted_version(&self, name: &ModuleName) -> Option<String> {
        match name.version() {
            Some(version) => Some(version.to_owned()),
            None => Some(self.lock.as_ref()?.get(name)?.commit.clone()),
        }
    }

    fn resolve_or_fail(
        &self,
        repository: &dyn Repository,
        name: &ModuleName,
    ) -> Result<String, StoreError> {
        let version = self.wanted_version(name);
        if let Some(commit) = self.resolve(repository, name, version.as_deref())? {
            return Ok(commit);
        }
        let name = name.repository().to_string();
        match version {
            None => Err(StoreError::Empty { name }),
            Some(version) => Err(StoreError::NoVersion {
                name,
                version,
                tags: repository.tags()?,
            }),
        }
    }

    /// The commit of a version, from what the clone has: a tag of that name, or with a `v`
    /// before it, or a commit whose name begins so.
    fn resolve(
        &self,
        repository: &dyn Repository,
        name: &ModuleName,
        version: Option<&str>,
    ) -> Result<Option<String>, StoreError> {
        let Some(version) = version else {
            return repository.head();
        };
        let mut found = repository.tag(version)?;
        if found.is_none() {
            found = repository.tag(&format!("v{version}"))?;
        }
        if found.is_none() && version.len() >= MIN_PREFIX && is_hex(version) {
            found = repository.commit(version)?;
        }
        let locked = self.lock.as_ref().and_then(|lock| lock.get(name));
        match (found, locked) {
            (Some(commit), Some(locked)) if locked.commit != commit => {
                Err(StoreError::NotAsLocked {
                    name: name.root().to_string(),
                    locked: locked.commit.clone(),
                    found: commit,
                    installed: false,
                })
            }
            (found, _) => Ok(found),
        }
    }

    /// Writes a tree into the staging area, and what came of it into the manifest.
    pub(crate) fn export(
        &self,
        repository: &dyn Repository,
        name: &ModuleName,
        manifest: &mut Manifest,
        progress: &mut dyn Progress,
    ) -> Result<PathBuf, StoreError> {
        let staging = self.layout.staging(name.repository());
        self.disk.create_dirs(&staging)?;
        let staged = staging.join("tree");
        let export = Export {
            repository,
            name,
            limits: self.rules.limits(),
            disk: &self.disk,
        };
        let done = export.run(&manifest.commit, &staged, progress)?;
        manifest.files = done.files;
        manifest.bytes = done.bytes;
        manifest.submodules = done.submodules;
        manifest.content = hash_tree(&staged)?.to_string();
        Ok(staged)
    }

    fn check_content(&self, name: &ModuleName, manifest: &Manifest) -> Result<(), StoreError> {
        match self.lock.as_ref().and_then(|lock| lock.get(name)) {
            Some(locked) if locked.content.to_string() != manifest.content => {
                Err(StoreError::ContentChanged {
                    name: name.root().to_string(),
                    expected: locked.content.to_string(),
                    found: manifest.content.clone(),
                    by: ContentRecord::LockFile,
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Puts a staged tree in its place, then its manifest: from then on it is installed.
    /// The tree's place.
    pub(crate) fn settle(
        &self,
        name: &ModuleName,
        manifest: &Manifest,
        staged: &Path,
    ) -> Result<PathBuf, StoreError> {
        let tree = self.layout.tree(name, &manifest.commit);
        if let Some(parent) = tree.parent() {
            self.disk.create_dirs(parent)?;
        }
        self.disk.rename(staged, &tree)?;
        let staging = self.layout.staging(name.repository());
        let written = staging.join("manifest");
        manifest.write(&self.disk, &written)?;
        self.disk.rename(&written, &self.layout.manifest(name))?;
        self.forget_hashes();
        // Without version, the tree before it goes.
        self.recover(name.repository())?;
        Ok(tree)
    }
}

/// A user's clone serves later installs, of any version, without the network; what a
/// message causes takes no more than it needs.
fn want(cause: Cause, version: Option<&str>) -> Want<'_> {
    match cause {
        Cause::User => Want::Everything,
        Cause::Message => Want::Version(version),
    }
}
