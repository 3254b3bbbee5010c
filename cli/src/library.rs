//! `termite NAME`: a library as a program, and the tests of one.
//!
//! A library is run by running its body. The tests of a library are the library or script
//! `test` below it, or, where there is none, `NAME-test` beside its file:
//!
//! ```text
//! termite github.com/fred/hello@1.0/test     termite ./hello/test
//! ```
//!
//! A name that begins with a dot and a slash, or with a slash, is a path; others are looked
//! for as imports are. They have failed when the exit code is not 0.

use crate::script;
use crate::{EXIT_NO_INPUT, Session};
use std::path::{Component, Path, PathBuf};
use termite_driver::LibraryFile;
use termite_expand::LibraryName;
use termite_syntax::{Datum, FileId, Span, read_all};

const TEST: &str = "test";

/// Whether an argument that names no file may name a library.
pub fn is_name(argument: &str) -> bool {
    let path = Path::new(argument);
    let is_script = path
        .extension()
        .is_some_and(|e| e == "scm" || e == "sld" || e == "ss");
    !is_script && !path.is_file()
}

pub fn run(session: &mut Session, argument: &str, beside: bool) -> i32 {
    match find(session, argument) {
        Ok(Some(found)) => start(session, &found, beside),
        Ok(None) => {
            eprintln!("termite: {}", not_there(argument));
            EXIT_NO_INPUT
        }
        Err(why) => {
            eprintln!("termite: {why}");
            EXIT_NO_INPUT
        }
    }
}

fn not_there(argument: &str) -> String {
    let mut text = format!("there is no file and no library {argument}");
    let beside = Path::new(argument).parent().is_some_and(Path::is_dir);
    if beside && !is_path(argument) && argument.contains('/') {
        text.push_str(&format!(
            "; a library in this directory is ./{argument}, and --search DIR names others"
        ));
    }
    text
}

fn start(session: &mut Session, found: &LibraryFile, beside: bool) -> i32 {
    match declared(&found.file) {
        Some(_) => {
            let text = format!("(import {})", found.name);
            script::run(session, "(command line)", &text, beside)
        }
        None => script::run_among_libraries(session, found, beside),
    }
}

/// The name of the first library that a file defines.
fn declared(file: &Path) -> Option<LibraryName> {
    let text = std::fs::read_to_string(file).ok()?;
    let data = read_all(FileId::NONE, &text).ok()?;
    let form = data.iter().find_map(|form| {
        let items = form.list_items()?;
        let is_library = items.first()?.as_symbol()?.as_str() == "define-library";
        is_library.then_some(items)
    })?;
    LibraryName::from_datum(form.get(1)?)
}

fn is_path(argument: &str) -> bool {
    ["./", "../", "/"].iter().any(|p| argument.starts_with(p))
}

fn find(session: &Session, argument: &str) -> Result<Option<LibraryFile>, String> {
    if is_path(argument) {
        let found = by_path(Path::new(argument));
        if let Some(found) = &found {
            let linker = session.linker.borrow();
            linker.compiler.search_order().add(found.root.clone());
        }
        return Ok(found);
    }
    let symbol = Datum::symbol(termite_syntax::Symbol::intern(argument), Span::NONE);
    match named(argument).or_else(|| LibraryName::from_datum(&symbol)) {
        Some(name) => by_name(session, &name),
        None => Ok(None),
    }
}

/// `github.com/fred/hello@1.0/test`: the version may stand after the repository.
fn named(argument: &str) -> Option<LibraryName> {
    let (path, rest) = argument.split_once('@')?;
    let (version, below) = rest.split_once('/')?;
    Some(LibraryName::from_unit(&format!("{path}/{below}@{version}")))
}

fn by_name(session: &Session, name: &LibraryName) -> Result<Option<LibraryFile>, String> {
    let look = |name: &LibraryName| {
        let found = session.linker.borrow_mut().compiler.library_file(name);
        found.map_err(|d| d.into_iter().map(|d| d.message).collect::<String>())
    };
    if let Some(found) = look(name)? {
        return Ok(Some(found));
    }
    let Some(tested) = tested(&name.parts) else {
        return Ok(None);
    };
    let tested = LibraryName {
        parts: tested.to_vec(),
        version: name.version.clone(),
    };
    Ok(look(&tested)?.and_then(|of| {
        let file = test_beside(&of.file.with_extension(""))?;
        let mut name = of.name.clone();
        name.parts.push(TEST.into());
        Some(LibraryFile { name, file, ..of })
    }))
}

/// The library whose tests a name means.
fn tested(parts: &[String]) -> Option<&[String]> {
    match parts {
        [tested @ .., last] if last == TEST && !tested.is_empty() => Some(tested),
        _ => None,
    }
}

/// `hello-test.scm` for `hello`.
fn test_beside(base: &Path) -> Option<PathBuf> {
    let name = base.file_name()?.to_str()?;
    let mut files = ["sld", "scm"]
        .iter()
        .map(|e| base.with_file_name(format!("{name}-test.{e}")));
    files.find(|f| f.is_file())
}

/// The library or tests at a path without its extension.
fn by_path(path: &Path) -> Option<LibraryFile> {
    let path: PathBuf = path
        .components()
        .filter(|c| *c != Component::CurDir)
        .collect();
    let path = Path::new(".").join(path);
    let (directory, last) = (path.parent()?, path.file_name()?.to_str()?);
    let inner = path.join(last);
    let bases = ["sld", "scm"].iter();
    let mut files = bases.flat_map(|ext| {
        let with = |base: &Path| {
            let mut name = base.as_os_str().to_owned();
            name.push(format!(".{ext}"));
            PathBuf::from(name)
        };
        [with(&path), with(&inner)]
    });
    let file = files.find(|f| f.is_file()).or_else(|| {
        let of = directory.file_name()?;
        let is_test = last == TEST;
        let beside = || test_beside(directory).or_else(|| test_beside(&directory.join(of)));
        is_test.then(beside).flatten()
    })?;
    let (root, name) = place(&path, declared(&file))?;
    Some(LibraryFile {
        name,
        file,
        root,
        repository: None,
    })
}

/// The directory to search, and the name below it: as the file has it, else the last two
/// parts of the path.
fn place(path: &Path, declared: Option<LibraryName>) -> Option<(PathBuf, LibraryName)> {
    let parts: Vec<String> = path
        .components()
        .filter_map(|c| match c {
            Component::Normal(part) => Some(part.to_str()?.to_owned()),
            _ => None,
        })
        .collect();
    let count = declared
        .filter(|name| parts.ends_with(&name.parts))
        .map_or(2.min(parts.len()), |name| name.parts.len());
    let root = path.ancestors().nth(count)?;
    let parts = parts[parts.len() - count..].to_vec();
    let name = LibraryName {
        parts,
        version: None,
    };
    Some((root.to_owned(), name))
}
