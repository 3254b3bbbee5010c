//! Repositories and stores for tests, made on the spot below a directory of their own.

#![allow(dead_code)]

use git2::{ObjectType, Oid, Repository, Signature};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use termite_modules::{Cause, Git, Installed, ModuleName, Rules, Silent, Store, StoreError};

/// A directory that goes with its owner.
pub struct Place(PathBuf);

impl Place {
    pub fn new() -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("termite-modules-{}-{n}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Git::prepare().unwrap();
        Place(path.canonicalize().unwrap())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn root(&self) -> PathBuf {
        self.0.join("userlib")
    }

    /// Where `github.com` is, for the store.
    pub fn mirror(&self) -> PathBuf {
        self.0.join("github.com")
    }

    pub fn rules(&self) -> Rules {
        self.rules_with("")
    }

    pub fn rules_with(&self, more: &str) -> Rules {
        let mirror = self.mirror();
        let text = format!(
            "{more}\n[mirrors]\n\"github.com\" = \"{}\"\n",
            mirror.display()
        );
        Rules::parse(&text).unwrap()
    }

    pub fn store(&self) -> Store {
        Store::open(self.root(), self.rules())
    }

    /// A repository at a place of the mirror, such as `fred/hello`.
    pub fn repository(&self, place: &str) -> Upstream {
        Upstream::new(&self.mirror().join(place))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A repository to install from.
pub struct Upstream {
    pub git: Repository,
}

impl Upstream {
    pub fn new(path: &Path) -> Upstream {
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        Upstream {
            git: Repository::init_opts(path, &options).unwrap(),
        }
    }

    /// Commits a tree of these files, and nothing else, on the default branch.
    pub fn commit(&self, files: &[(&str, &str)]) -> Oid {
        let mut tree = Directory::default();
        for (path, text) in files {
            tree.add(path, self.git.blob(text.as_bytes()).unwrap());
        }
        self.commit_tree(tree.write(&self.git))
    }

    pub fn commit_tree(&self, tree: Oid) -> Oid {
        let who = Signature::now("Fred", "fred@example.com").unwrap();
        let tree = self.git.find_tree(tree).unwrap();
        let head = self.git.head().ok().map(|h| h.peel_to_commit().unwrap());
        let parents: Vec<_> = head.iter().collect();
        self.git
            .commit(Some("HEAD"), &who, &who, "change", &tree, &parents)
            .unwrap()
    }

    pub fn tag(&self, name: &str, commit: Oid) {
        let object = self.git.find_object(commit, None).unwrap();
        self.git.tag_lightweight(name, &object, true).unwrap();
    }

    pub fn annotated_tag(&self, name: &str, commit: Oid) {
        let object = self.git.find_object(commit, None).unwrap();
        let who = Signature::now("Fred", "fred@example.com").unwrap();
        self.git.tag(name, &object, &who, "release", true).unwrap();
    }

    /// A directory with entries as they are given, whatever git thinks of them.
    pub fn raw_tree(&self, entries: &[(&str, &[u8], Oid)]) -> Oid {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes.extend_from_slice(id.as_bytes());
        }
        let objects = self.git.odb().unwrap();
        objects.write(ObjectType::Tree, &bytes).unwrap()
    }

    /// Writes the newest commit's tree beside the repository, as a user's working files.
    pub fn check_out(&self) {
        let mut options = git2::build::CheckoutBuilder::new();
        self.git.checkout_head(Some(options.force())).unwrap();
    }
}

#[derive(Default)]
struct Directory {
    files: BTreeMap<String, Oid>,
    directories: BTreeMap<String, Directory>,
}

impl Directory {
    fn add(&mut self, path: &str, blob: Oid) {
        match path.split_once('/') {
            None => {
                self.files.insert(path.to_owned(), blob);
            }
            Some((first, rest)) => {
                let inner = self.directories.entry(first.to_owned()).or_default();
                inner.add(rest, blob);
            }
        }
    }

    fn write(&self, git: &Repository) -> Oid {
        let mut builder = git.treebuilder(None).unwrap();
        for (name, blob) in &self.files {
            let mode = if name.ends_with(".sh") {
                0o100755
            } else {
                0o100644
            };
            builder.insert(name, *blob, mode).unwrap();
        }
        for (name, inner) in &self.directories {
            builder.insert(name, inner.write(git), 0o040000).unwrap();
        }
        builder.write().unwrap()
    }
}

pub fn name(text: &str) -> ModuleName {
    ModuleName::parse(text).unwrap()
}

pub fn install(store: &Store, text: &str) -> Result<Installed, StoreError> {
    store.install(&name(text), Cause::User, &mut Silent)
}

/// The error of what must not go well.
pub fn error<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    result.unwrap_err().to_string()
}

/// The text of an installed library.
pub fn text_of(store: &Store, library: &str) -> Option<String> {
    let located = store.locate(&name(library)).unwrap()?;
    Some(fs::read_to_string(located.file).unwrap())
}

/// All paths below a directory, in order, locks left out; directories end in a slash.
pub fn listing(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let Ok(entries) = fs::read_dir(&directory) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let shown = path.strip_prefix(root).unwrap().display().to_string();
            if shown == ".locks" {
                continue;
            }
            if path.is_dir() {
                found.push(shown + "/");
                open.push(path);
            } else {
                found.push(shown);
            }
        }
    }
    found.sort();
    found
}
