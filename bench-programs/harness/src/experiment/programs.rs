//! The programs and their repositories, made on the spot.
//!
//! A repository is a directory below `bench.local/experiment` with one commit, tagged 1.0.
//! Those of the generated programs are written by `generate.scm`.

use crate::binary;
use crate::process::{self, End, Limits};
use crate::program::folder;
use git2::{IndexAddOption, Repository, RepositoryInitOptions, Signature, Time};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Origin {
    /// A directory of `experiment/repositories`.
    Written,
    /// Generated, of so many kilobytes.
    Generated(u32),
}

const PROGRAMS: &[(&str, Origin)] = &[
    ("puzzle", Origin::Written),
    ("scheme", Origin::Written),
    ("compiler", Origin::Written),
    ("large", Origin::Generated(400)),
    ("huge", Origin::Generated(4096)),
];

/// A program whose repository is there.
#[derive(Clone, PartialEq, Debug)]
pub struct Program {
    pub name: &'static str,
    /// Of the text of its libraries.
    pub source_bytes: u64,
}

pub fn sources() -> PathBuf {
    folder().join("experiment")
}

/// The version that its tag stands for.
pub const VERSION: &str = "1.0";

/// Makes the repositories of all programs, or of those of these names, below a directory.
pub fn make(names: &[String], host: &Path) -> Result<Vec<Program>, String> {
    let known: Vec<&str> = PROGRAMS.iter().map(|(name, _)| *name).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(format!("no program {name:?}; there are {known}"));
    }
    let is_wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    let wanted = PROGRAMS.iter().filter(|(name, _)| is_wanted(name));
    wanted
        .map(|(name, origin)| {
            let made = make_one(name, *origin, &host.join("experiment").join(name));
            made.map_err(|why| format!("the repository of {name}: {why}"))
        })
        .collect()
}

fn make_one(name: &'static str, origin: Origin, place: &Path) -> Result<Program, String> {
    fs::create_dir_all(place).map_err(|e| e.to_string())?;
    match origin {
        Origin::Written => copy_libraries(&sources().join("repositories").join(name), place)?,
        Origin::Generated(kilobytes) => generate(kilobytes, place)?,
    }
    let source_bytes = library_bytes(place).map_err(|e| e.to_string())?;
    commit(place).map_err(|e| e.to_string())?;
    Ok(Program { name, source_bytes })
}

fn libraries(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries: Result<Vec<_>, _> = fs::read_dir(directory)?.collect();
    let paths = entries?.into_iter().map(|entry| entry.path());
    Ok(paths
        .filter(|path| path.extension().is_some_and(|e| e == "sld"))
        .collect())
}

fn library_bytes(directory: &Path) -> std::io::Result<u64> {
    let sizes = libraries(directory)?.into_iter().map(fs::metadata);
    sizes.map(|file| Ok(file?.len())).sum()
}

fn copy_libraries(from: &Path, to: &Path) -> Result<(), String> {
    let files = libraries(from).map_err(|e| format!("{}: {e}", from.display()))?;
    for file in files {
        let target = to.join(file.file_name().unwrap_or_default());
        fs::copy(&file, target).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

fn generate(kilobytes: u32, place: &Path) -> Result<(), String> {
    let mut command = Command::new(binary::termite()?);
    command.arg(sources().join("generate.scm"));
    command.arg(kilobytes.to_string()).arg(place);
    let done = process::run(&mut command, b"", Limits::seconds(300));
    let done = done.map_err(|e| e.to_string())?;
    match done.end {
        End::Exit(0) => Ok(()),
        end => Err(format!("generate.scm: {end}: {}", done.stderr_text())),
    }
}

/// One commit of all files, and its tag.
fn commit(place: &Path) -> Result<(), git2::Error> {
    let mut options = RepositoryInitOptions::new();
    options.initial_head("main").external_template(false);
    let git = Repository::init_opts(place, &options)?;
    let mut index = git.index()?;
    index.add_all(["*"], IndexAddOption::FORCE, None)?;
    index.write()?;
    let tree = git.find_tree(index.write_tree()?)?;
    let who = Signature::new("Bench", "bench@bench.local", &Time::new(1_700_000_000, 0))?;
    let id = git.commit(Some("HEAD"), &who, &who, "all of it", &tree, &[])?;
    git.tag_lightweight(VERSION, &git.find_object(id, None)?, true)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempDir;

    #[test]
    fn a_repository_has_the_libraries_at_its_tag() {
        let dir = TempDir::new("experiment").unwrap();
        let programs = make(&["puzzle".to_owned()], dir.path()).unwrap();
        assert!(programs[0].source_bytes > 1000);
        let git = Repository::open(dir.path().join("experiment/puzzle")).unwrap();
        let commit = git.revparse_single(VERSION).unwrap();
        let tree = commit.peel_to_tree().unwrap();
        assert!(tree.get_name("puzzle.sld").is_some());
        assert!(tree.get_name("test.scm").is_none());
    }

    #[test]
    fn unknown_programs() {
        let dir = TempDir::new("experiment").unwrap();
        let why = make(&["quick".to_owned()], dir.path()).unwrap_err();
        assert!(why.starts_with("no program \"quick\""));
    }
}
