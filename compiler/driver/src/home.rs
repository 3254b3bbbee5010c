//! Where each text of a library came from, and what names mean there: its aliases, those of
//! `_setup_.scm` files around it, the version of its repository.
//!
//! A text without a home is a script's or a REPL's; its scope is the session's.

use crate::alias::{self, Aliases};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use termite_expand::{Importer, LibraryName};
use termite_syntax::{Datum, FileId, read_all};

/// A file with aliases for the libraries in its directory and below.
const SETUP: &str = "_setup_.scm";

/// Parts of a name that say where a repository is: host, owner, repository.
const HOSTED: usize = 3;

/// What holds for a library's file and those that it includes.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub library: LibraryName,
    /// Nothing outside of it is included, and no `_setup_.scm` above it is looked at.
    pub root: PathBuf,
    /// How many parts of the name are the repository's, for a tree of a repository: it is
    /// confined to its root, and imports from itself have its own version.
    pub tree: Option<usize>,
    aliases: Aliases,
    /// From the inside out.
    setup: Vec<Rc<Aliases>>,
}

impl Home {
    /// What files of the tree are called in reports: `github.com/fred/hello@1.0`.
    pub fn tree_name(&self) -> Option<String> {
        let parts = self.library.parts.get(..self.tree?)?.to_vec();
        let version = self.library.version.clone();
        Some(LibraryName { parts, version }.unit())
    }
}

/// All homes, and the session's aliases.
#[derive(Default)]
pub(crate) struct Homes {
    homes: Vec<Home>,
    files: HashMap<FileId, usize>,
    session: Aliases,
    /// What `_setup_.scm` files hold, by directory.
    setups: HashMap<PathBuf, Rc<Aliases>>,
}

/// How a library was found.
pub(crate) struct Origin<'a> {
    pub library: LibraryName,
    pub file: &'a Path,
    pub root: &'a Path,
    pub tree: Option<usize>,
}

impl Homes {
    pub fn get(&self, file: FileId) -> Option<&Home> {
        self.homes.get(*self.files.get(&file)?)
    }

    pub fn at(&self, number: usize) -> Option<&Home> {
        self.homes.get(number)
    }

    pub fn number(&self, file: FileId) -> Option<usize> {
        self.files.get(&file).copied()
    }

    /// Makes a home, and gives its number for [`Homes::belongs`].
    pub fn add(&mut self, origin: Origin<'_>) -> Result<usize, String> {
        let Origin {
            library,
            file,
            root,
            tree,
        } = origin;
        let setup = self.setups_around(&library, file, root)?;
        self.homes.push(Home {
            library,
            root: root.to_owned(),
            tree,
            aliases: Aliases::default(),
            setup,
        });
        Ok(self.homes.len() - 1)
    }

    pub fn belongs(&mut self, file: FileId, home: usize) {
        self.files.insert(file, home);
    }

    /// The file `file` is included by `from`.
    pub fn included(&mut self, file: FileId, from: FileId) {
        if let Some(&home) = self.files.get(&from) {
            self.files.insert(file, home);
        }
    }

    /// Has `_setup_.scm` files read again.
    pub fn forget_setups(&mut self) {
        self.setups.clear();
    }

    /// The aliases of the directory of a library and of those above it, up to the root of
    /// its repository.
    fn setups_around(
        &mut self,
        library: &LibraryName,
        file: &Path,
        root: &Path,
    ) -> Result<Vec<Rc<Aliases>>, String> {
        let top = match library.is_hosted() {
            true => root.join(library.parts[..HOSTED].iter().collect::<PathBuf>()),
            false => root.to_owned(),
        };
        let top = if file.starts_with(&top) { &top } else { root };
        let mut found = Vec::new();
        for directory in file.ancestors().skip(1) {
            if !directory.starts_with(top) {
                break;
            }
            found.push(self.setup(directory)?);
        }
        Ok(found)
    }

    fn setup(&mut self, directory: &Path) -> Result<Rc<Aliases>, String> {
        if let Some(known) = self.setups.get(directory) {
            return Ok(known.clone());
        }
        let path = directory.join(SETUP);
        let aliases = match std::fs::read_to_string(&path) {
            Ok(text) => read_setup(&text).map_err(|why| format!("{}: {why}", path.display()))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Aliases::default(),
            Err(e) => return Err(format!("cannot read {}: {e}", path.display())),
        };
        let aliases = Rc::new(aliases);
        self.setups.insert(directory.to_owned(), aliases.clone());
        Ok(aliases)
    }

    pub fn define_alias(
        &mut self,
        name: &LibraryName,
        target: &LibraryName,
        file: FileId,
    ) -> Result<(), String> {
        self.scope(file).define(name, target)?;
        let checked = alias::resolve(&self.scopes(file), name);
        if checked.is_err() {
            self.scope(file).remove(name);
        }
        checked.map(drop)
    }

    fn scope(&mut self, file: FileId) -> &mut Aliases {
        match self.files.get(&file).and_then(|i| self.homes.get_mut(*i)) {
            Some(home) => &mut home.aliases,
            None => &mut self.session,
        }
    }

    /// From the inside out.
    fn scopes(&self, file: FileId) -> Vec<&Aliases> {
        match self.get(file) {
            Some(home) => {
                let own = std::iter::once(&home.aliases);
                own.chain(home.setup.iter().map(|s| &**s)).collect()
            }
            None => vec![&self.session],
        }
    }

    /// What a name in an import means.
    pub fn resolve(
        &self,
        name: &LibraryName,
        importer: Importer<'_>,
    ) -> Result<LibraryName, String> {
        let home = self.get(importer.file);
        let absolute = match name.dots() {
            None => name.clone(),
            Some(_) => relative(name, importer, home)?,
        };
        let mut meant = alias::resolve(&self.scopes(importer.file), &absolute)?;
        if let Some(home) = home
            && let Some(repository) = home.tree
            && meant.version.is_none()
            && meant.parts.get(..repository) == home.library.parts.get(..repository)
        {
            meant.version = home.library.version.clone();
        }
        Ok(meant)
    }
}

fn relative(
    name: &LibraryName,
    importer: Importer<'_>,
    home: Option<&Home>,
) -> Result<LibraryName, String> {
    let unit = importer.unit.map(LibraryName::from_unit);
    let Some(from) = unit.or_else(|| home.map(|h| h.library.clone())) else {
        return Err(format!(
            "{name} is relative to the library that imports it; here no library does"
        ));
    };
    let meant = name.relative_to(&from);
    meant.ok_or_else(|| format!("{name} goes up too far from {from}"))
}

fn read_setup(text: &str) -> Result<Aliases, String> {
    let data = read_all(FileId::NONE, text).map_err(|d| d.message)?;
    let mut aliases = Aliases::default();
    for form in &data {
        let [name, target] = alias_names(form)
            .ok_or("holds forms (define-module-alias (alias) (library)), nothing else")?;
        aliases.define(&name, &target)?;
        alias::resolve(&[&aliases], &name)?;
    }
    Ok(aliases)
}

fn alias_names(form: &Datum) -> Option<[LibraryName; 2]> {
    let items = form.list_items()?;
    let [keyword, name, target] = items[..] else {
        return None;
    };
    if keyword.as_symbol()?.as_str() != "define-module-alias" {
        return None;
    }
    Some([
        LibraryName::from_datum(name)?,
        LibraryName::from_datum(target)?,
    ])
}
