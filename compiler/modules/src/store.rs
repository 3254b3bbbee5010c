//! The store: what is installed, and where it is. Nothing here changes anything.

use crate::disk::{Disk, read_dir_if_there};
use crate::layout::{Layout, manifest_version};
use crate::{
    Access, Cause, ContentHash, ContentRecord, Git, LockFile, Manifest, ModuleName, Repositories,
    RepositoryName, Rules, StoreError, hash_tree,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub struct Store {
    pub(crate) layout: Layout,
    pub(crate) rules: Arc<Rules>,
    pub(crate) repositories: Box<dyn Repositories>,
    pub(crate) disk: Disk,
    pub(crate) lock: Option<LockFile>,
    /// Contents of trees that were looked at already.
    hashed: Mutex<HashMap<PathBuf, ContentHash>>,
}

/// Where an installed library is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    pub file: PathBuf,
    /// The root of the tree that it stands in.
    pub tree: PathBuf,
    pub commit: String,
    /// The hash of the tree's content; [`crate::ContentHash`] shows it.
    pub content: [u8; 32],
    /// Empty when it was installed without one.
    pub version: String,
}

/// What was installed, now or before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installed {
    pub name: ModuleName,
    pub tree: PathBuf,
    pub manifest: Manifest,
    /// It was there; nothing was done.
    pub already: bool,
}

/// An installed version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    pub name: ModuleName,
    pub tree: PathBuf,
    pub manifest: Manifest,
}

impl Store {
    /// A store below `root`. Nothing is made there before something is installed.
    pub fn open(root: PathBuf, rules: Rules) -> Store {
        Store {
            layout: Layout::new(root),
            rules: Arc::new(rules),
            repositories: Box::new(Git),
            disk: Disk::new(Arc::new(|_| {})),
            lock: None,
            hashed: Mutex::new(HashMap::new()),
        }
    }

    /// Holds to a project's lock file.
    pub fn with_lock(mut self, lock: Option<LockFile>) -> Store {
        self.lock = lock;
        self
    }

    /// With another version control system behind it.
    pub fn with_repositories(mut self, repositories: Box<dyn Repositories>) -> Store {
        self.repositories = repositories;
        self
    }

    /// Calls `probe` before and after each change on disk, with what it is; for tests,
    /// which end the process there.
    pub fn with_probe(mut self, probe: impl Fn(&str) + Send + Sync + 'static) -> Store {
        self.disk = Disk::new(Arc::new(probe));
        self
    }

    pub fn root(&self) -> &Path {
        self.layout.root()
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn access(&self, cause: Cause) -> Arc<Access> {
        Arc::new(Access::new(cause, self.rules.clone()))
    }

    /// The manifest of a version, if it is installed.
    pub fn manifest(&self, name: &ModuleName) -> Result<Option<Manifest>, StoreError> {
        Manifest::read(&self.layout.manifest(name), name)
    }

    /// Where the tree of an installed version is.
    pub fn tree(&self, name: &ModuleName, manifest: &Manifest) -> PathBuf {
        self.layout.tree(name, &manifest.commit)
    }

    /// The file of a library; `None` when its version is not installed, or has no such
    /// library. Never touches the network. With a lock file that names the version, its
    /// commit and its tree's content are held against it.
    pub fn locate(&self, name: &ModuleName) -> Result<Option<Located>, StoreError> {
        let Some(manifest) = self.manifest(name)? else {
            return Ok(None);
        };
        let tree = self.layout.tree(name, &manifest.commit);
        let content = self.check_lock(name, &manifest, &tree)?;
        let candidates = name.candidates();
        for candidate in &candidates {
            let file = tree.join(candidate);
            if std::fs::symlink_metadata(&file).is_ok_and(|about| about.is_file()) {
                return Ok(Some(Located {
                    file,
                    tree,
                    commit: manifest.commit,
                    content: content.0,
                    version: manifest.version,
                }));
            }
        }
        let is_under = |submodule: &&String| {
            let prefix = format!("{submodule}/");
            candidates.iter().any(|c| c.starts_with(&prefix))
        };
        match manifest.submodules.iter().find(is_under) {
            Some(submodule) => Err(StoreError::InSubmodule {
                name: name.to_string(),
                submodule: submodule.clone(),
            }),
            None => Ok(None),
        }
    }

    /// Holds an installed version against the lock file; its content's hash.
    fn check_lock(
        &self,
        name: &ModuleName,
        manifest: &Manifest,
        tree: &Path,
    ) -> Result<ContentHash, StoreError> {
        let stated = ContentHash::parse(&manifest.content);
        let stated = stated.ok_or_else(|| StoreError::damaged(tree, "its manifest has no hash"))?;
        let Some(locked) = self.lock.as_ref().and_then(|lock| lock.get(name)) else {
            return Ok(stated);
        };
        if locked.commit != manifest.commit {
            return Err(StoreError::NotAsLocked {
                name: name.root().to_string(),
                locked: locked.commit.clone(),
                found: manifest.commit.clone(),
                installed: true,
            });
        }
        let found = self.hash_of(tree)?;
        if found == locked.content {
            return Ok(found);
        }
        Err(StoreError::ContentChanged {
            name: name.root().to_string(),
            expected: locked.content.to_string(),
            found: found.to_string(),
            by: ContentRecord::LockFile,
        })
    }

    /// The hash of a tree as it is on disk, found once.
    fn hash_of(&self, tree: &Path) -> Result<ContentHash, StoreError> {
        if let Some(hash) = self.hashed.lock().ok().and_then(|h| h.get(tree).copied()) {
            return Ok(hash);
        }
        let hash = hash_tree(tree)?;
        if let Ok(mut hashed) = self.hashed.lock() {
            hashed.insert(tree.to_owned(), hash);
        }
        Ok(hash)
    }

    /// What was hashed is to be hashed anew.
    pub(crate) fn forget_hashes(&self) {
        if let Ok(mut hashed) = self.hashed.lock() {
            hashed.clear();
        }
    }

    /// Whether an installed version's tree is as it was installed.
    pub fn verify(&self, name: &ModuleName) -> Result<Manifest, StoreError> {
        let manifest = self.manifest(name)?.ok_or(StoreError::NotInstalled {
            name: name.root().to_string(),
        })?;
        let found = hash_tree(&self.layout.tree(name, &manifest.commit))?;
        if found.to_string() == manifest.content {
            return Ok(manifest);
        }
        Err(StoreError::ContentChanged {
            name: name.root().to_string(),
            expected: manifest.content,
            found: found.to_string(),
            by: ContentRecord::Manifest,
        })
    }

    /// All installed versions, in order of name.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        let root = self.root();
        for (first, kind) in read_dir_if_there(root)? {
            if !kind.is_dir() || first.starts_with('.') {
                continue;
            }
            if !first.contains('.') {
                self.list_repository(&first, &mut found)?;
                continue;
            }
            for (user, _) in directories(&root.join(&first))? {
                for (short, _) in directories(&root.join(&first).join(&user))? {
                    self.list_repository(&format!("{first}/{user}/{short}"), &mut found)?;
                }
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// The installed versions of one repository.
    pub fn versions(&self, name: &RepositoryName) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        self.list_repository(&name.to_string(), &mut found)?;
        Ok(found)
    }

    fn list_repository(&self, text: &str, found: &mut Vec<Listed>) -> Result<(), StoreError> {
        // What has no such name was not put there by the store.
        let Ok(bare) = ModuleName::parse(text) else {
            return Ok(());
        };
        for name in self.manifests(bare.repository())? {
            if let Some(manifest) = self.manifest(&name)? {
                let tree = self.layout.tree(&name, &manifest.commit);
                found.push(Listed {
                    name,
                    tree,
                    manifest,
                });
            }
        }
        Ok(())
    }

    /// The versions that have a manifest, whatever is in it.
    pub(crate) fn manifests(&self, name: &RepositoryName) -> Result<Vec<ModuleName>, StoreError> {
        let bare = ModuleName::parse(&name.to_string())?;
        let mut found = Vec::new();
        for (file, kind) in read_dir_if_there(&self.layout.home(name))? {
            let version = manifest_version(&file).filter(|_| kind.is_file());
            let named = version.map(|v| bare.at(Some(v).filter(|v| !v.is_empty())));
            found.extend(named.and_then(Result::ok));
        }
        Ok(found)
    }
}

fn directories(path: &Path) -> Result<Vec<(String, std::fs::FileType)>, StoreError> {
    let mut found = read_dir_if_there(path)?;
    found.retain(|(_, kind)| kind.is_dir());
    Ok(found)
}
