//! `termite lock`: writes down what the project in the current directory stands on.

use super::home::open_store;
use super::imports::{self, Import};
use super::{Failure, report};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use termite_modules::{LockFile, ModuleName, Store};

/// Locks every repository that the project's files import, and what those import.
pub fn run(directory: Option<PathBuf>) -> Result<(), Failure> {
    let project = Path::new(".");
    let store = open_store(directory, None)?;
    let imports = imports::of_directory(project)?;
    let missing = missing(&store, &imports)?;
    if !missing.is_empty() {
        return Err(Failure::missing(missing.join("\ntermite: ")));
    }
    let mut lock = LockFile::default();
    let mut open: Vec<ModuleName> = imports.into_iter().map(|i| i.name.root()).collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name.clone()) {
            open.extend(add(&store, &name, &mut lock)?);
        }
    }
    lock.save(project)?;
    let count = lock.names().count();
    let noun = if count == 1 { "library" } else { "libraries" };
    println!("{}: {count} {noun}", LockFile::NAME);
    Ok(())
}

/// What is said of imports that are not installed.
fn missing(store: &Store, imports: &[Import]) -> Result<Vec<String>, Failure> {
    let mut told = Vec::new();
    let mut seen = BTreeSet::new();
    for Import { name, file } in imports {
        if store.manifest(name)?.is_none() && seen.insert(name.root()) {
            told.push(format!(
                "{} imports {name}, which is not installed; `termite install {}` installs it",
                file.strip_prefix(".").unwrap_or(file).display(),
                name.root()
            ));
        }
    }
    Ok(told)
}

/// Locks one version; the repositories that it imports itself. Not all that a repository
/// imports need be there: its tests and examples may stay unused.
fn add(store: &Store, name: &ModuleName, lock: &mut LockFile) -> Result<Vec<ModuleName>, Failure> {
    if store.manifest(name)?.is_none() {
        report(&format!("{name} is not installed, and is left out"));
        return Ok(Vec::new());
    }
    let manifest = store.verify(name)?;
    lock.add(&manifest);
    let tree = store.tree(name, &manifest);
    let imports = imports::of_directory(&tree)?.into_iter();
    let others = imports.filter(|i| i.name.repository() != name.repository());
    Ok(others.map(|i| i.name.root()).collect())
}
