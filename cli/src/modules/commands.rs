//! `install`, `uninstall`, `update`, `list`.
//!
//! Each library that is named is tried, also when another one fails; the first failure
//! gives the exit code.

use super::home::{current_lock, open_store};
use super::imports::{self, Import};
use super::progress::Line;
use super::source::{Source, installed_name};
use super::{Failure, report};
use std::collections::BTreeSet;
use std::path::PathBuf;
use termite_modules::{Cause, ModuleName, Store, Updated};

type Done = Result<(), Failure>;

/// Does something with each, and says at once what fails.
fn each<T>(all: &[T], mut action: impl FnMut(&T) -> Done) -> Done {
    let mut done = Ok(());
    for one in all {
        if let Err(mut failure) = action(one) {
            failure.report();
            done = done.and(Err(failure));
        }
    }
    done
}

pub fn install(directory: Option<PathBuf>, libraries: &[String]) -> Done {
    let lock = current_lock()?;
    if !libraries.is_empty() {
        let store = open_store(directory, lock)?;
        return each(libraries, |text| install_one(&store, &Source::read(text)?));
    }
    let Some(lock) = lock else {
        return Err(Failure::missing(
            "install: name a library; without one, what termite.lock names is installed, and \
             there is none here",
        ));
    };
    let mut sources = Vec::new();
    for (name, version) in lock.names() {
        let version = Some(version).filter(|v| !v.is_empty());
        let name = ModuleName::from_parts(&[name], version);
        sources.push(Source {
            name: name.map_err(|e| Failure::wrong(format!("termite.lock: {e}")))?,
            origin: None,
        });
    }
    let store = open_store(directory, Some(lock.clone()))?;
    each(&sources, |source| install_one(&store, source))
}

fn install_one(store: &Store, source: &Source) -> Done {
    let Source { name, origin } = source;
    let done = {
        let mut line = Line::start();
        store.install_from(name, origin.as_ref(), Cause::User, &mut line)?
    };
    let short = short(&done.manifest.commit);
    match done.already {
        true => println!("{} is installed already (commit {short})", done.name),
        false => println!("installed {} (commit {short})", done.name),
    }
    if !name.path().is_empty() && store.locate(name)?.is_none() {
        return Err(Failure::missing(format!(
            "{} has no library {name}",
            done.name
        )));
    }
    for missing in missing_imports(store, &done.name, &done.tree)? {
        println!("  it imports {missing}, which is not installed");
    }
    Ok(())
}

/// Repositories that the libraries of a tree import and that are not installed.
fn missing_imports(
    store: &Store,
    name: &ModuleName,
    tree: &std::path::Path,
) -> Result<Vec<ModuleName>, Failure> {
    let mut missing = BTreeSet::new();
    for Import { name: imported, .. } in imports::of_directory(tree)? {
        let is_own = imported.repository() == name.repository();
        if !is_own && store.manifest(&imported)?.is_none() {
            missing.insert(imported.root());
        }
    }
    Ok(missing.into_iter().collect())
}

pub fn uninstall(directory: Option<PathBuf>, libraries: &[String]) -> Done {
    let store = open_store(directory, None)?;
    each(libraries, |text| {
        let name = installed_name(text)?;
        let gone = store.uninstall(&name, &mut Line::start())?;
        for name in gone {
            println!("uninstalled {name}");
        }
        Ok(())
    })
}

pub fn update(directory: Option<PathBuf>, libraries: &[String]) -> Done {
    let store = open_store(directory, None)?;
    let mut names = Vec::new();
    for text in libraries {
        names.push(installed_name(text)?.root().at(None).map_err(name_fault)?);
    }
    if libraries.is_empty() {
        for listed in store.list()? {
            names.push(listed.name.at(None).map_err(name_fault)?);
        }
        names.dedup();
    }
    each(&names, |name| {
        let done = {
            let mut line = Line::start();
            store.update(name, &mut line)?
        };
        show_update(name, &done);
        Ok(())
    })
}

fn name_fault(error: termite_modules::NameError) -> Failure {
    Failure::wrong(error.to_string())
}

fn show_update(name: &ModuleName, done: &Updated) {
    for moved in &done.moved_tags {
        report(&format!(
            "the tag {} of {name} has moved from {} to {}; here it stays what it was (import \
             @{} for the other)",
            moved.tag,
            short(&moved.kept),
            short(&moved.now),
            short(&moved.now)
        ));
    }
    let mut news = Vec::new();
    if !done.new_tags.is_empty() {
        news.push(format!("new tags {}", done.new_tags.join(", ")));
    }
    if let Some(head) = &done.head {
        let (from, to) = (short(&head.from), short(&head.to));
        news.push(format!("from commit {from} to {to}"));
    }
    match news.is_empty() {
        true => println!("{name} is up to date"),
        false => println!("updated {name}: {}", news.join("; ")),
    }
}

pub fn list(directory: Option<PathBuf>, libraries: &[String]) -> Done {
    let store = open_store(directory, None)?;
    if libraries.is_empty() {
        for listed in store.list()? {
            show_listed(&listed);
        }
        return Ok(());
    }
    each(libraries, |text| {
        let name = installed_name(text)?;
        let mut found = store.versions(name.repository())?;
        found.retain(|listed| name.version().is_none() || listed.name.version() == name.version());
        if found.is_empty() {
            return Err(Failure::missing(format!("{name} is not installed")));
        }
        found.iter().for_each(show_listed);
        Ok(())
    })
}

fn show_listed(listed: &termite_modules::Listed) {
    let manifest = &listed.manifest;
    let day = manifest.resolved.split('T').next().unwrap_or("");
    println!(
        "{}  {}  {day}  {}",
        listed.name,
        short(&manifest.commit),
        manifest.source
    );
}

/// As much of a commit's name as people tell commits apart by.
fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
