//! Where libraries come from besides the image: directories that are searched, and whoever
//! keeps installed ones ([`Modules`], which the embedder fills in).
//!
//! Owns the order of the search. Reads no sources, and installs nothing.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What an import asks for. `parts` are those of the canonical name, after aliases, which
/// say where a repository is; what may be installed by itself is decided by them.
#[derive(Clone, Copy, Debug)]
pub struct LibraryRequest<'a> {
    pub parts: &'a [String],
    pub version: Option<&'a str>,
    /// The name as the import has it, before aliases.
    pub written: &'a [String],
    /// Canonical name of the library that imports; `None` for a script or a REPL.
    pub importer: Option<&'a str>,
}

/// A library of an installed tree.
#[derive(Clone, Debug)]
pub struct LibrarySource {
    pub file: PathBuf,
    /// The tree: what the library includes, and its aliases, stay inside.
    pub root: PathBuf,
    /// How many parts of the name are the repository's; the others are the path in it.
    pub repository: usize,
    /// `None`: the tree of no version.
    pub version: Option<String>,
    pub commit: Option<String>,
    pub content: Option<[u8; 32]>,
}

/// Finds installed libraries.
pub trait Modules {
    /// `None`: there is no such library. An error is a whole message.
    fn find(&mut self, request: &LibraryRequest<'_>) -> Result<Option<LibrarySource>, String>;
}

/// Nothing is installed.
pub struct NoModules;

impl Modules for NoModules {
    fn find(&mut self, _: &LibraryRequest<'_>) -> Result<Option<LibrarySource>, String> {
        Ok(None)
    }
}

/// The directories that are searched first, in order. Clones share them.
#[derive(Clone, Default)]
pub struct SearchOrder(Rc<Shared>);

#[derive(Default)]
struct Shared {
    directories: RefCell<Vec<PathBuf>>,
    changes: Cell<u64>,
}

impl SearchOrder {
    pub fn new(directories: Vec<PathBuf>) -> SearchOrder {
        let order = SearchOrder::default();
        *order.0.directories.borrow_mut() = directories;
        order
    }

    /// Adds a directory that is searched before the others.
    pub fn add(&self, directory: PathBuf) {
        let mut directories = self.0.directories.borrow_mut();
        directories.retain(|known| *known != directory);
        directories.insert(0, directory);
        self.0.changes.set(self.0.changes.get() + 1);
    }

    /// Leaves no directory: installed and built-in libraries remain.
    pub fn reset(&self) {
        self.0.directories.borrow_mut().clear();
        self.0.changes.set(self.0.changes.get() + 1);
    }

    /// Grows with each change.
    pub(crate) fn changes(&self) -> u64 {
        self.0.changes.get()
    }

    /// The first answer, directory by directory.
    pub(crate) fn first<T>(&self, look: impl Fn(&Path) -> Option<T>) -> Option<T> {
        let directories = self.0.directories.borrow();
        directories.iter().find_map(|directory| look(directory))
    }
}
