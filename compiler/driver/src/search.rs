//! Which file a library is in, below a directory.
//!
//! `(a b)` is `a/b.sld` or `a/b/b.sld`, or the same with `.scm`. A folder named with a
//! version, as `a/b@1.0`, is the tree of that version of a repository, and what lies in it
//! takes that version; everything else takes none. In a tree, the library of the
//! repository's own name is the file of its last part: `a/b@1.0/b.sld`.

use crate::modules::LibrarySource;
use std::path::{Path, PathBuf};
use termite_expand::LibraryName;

/// A library below a directory that is searched.
#[derive(Clone, Debug)]
pub(crate) enum InDirectory {
    /// As it stands, without a version.
    Plain(PathBuf),
    /// In the tree of a version.
    Tree(LibrarySource),
}

/// Looks for a library below one directory of the search order.
pub(crate) fn in_directory(directory: &Path, name: &LibraryName) -> Option<InDirectory> {
    if !name.parts.iter().all(|p| is_safe(p)) {
        return None;
    }
    match &name.version {
        None => library_file(directory, &name.parts).map(InDirectory::Plain),
        Some(version) => versioned(directory, name, version).map(InDirectory::Tree),
    }
}

/// A tree of the version, named by the first parts of the name.
fn versioned(directory: &Path, name: &LibraryName, version: &str) -> Option<LibrarySource> {
    (1..=name.parts.len()).rev().find_map(|repository| {
        let (owner, last) = name.parts[..repository].split_at(repository - 1);
        let mut root: PathBuf = directory.join(owner.iter().collect::<PathBuf>());
        root.push(format!("{}@{version}", last.first()?));
        let file = in_tree(&root, repository, &name.parts)?;
        Some(LibrarySource {
            file,
            root,
            repository,
            version: Some(version.to_owned()),
            source: None,
        })
    })
}

/// The file of a library in the tree of its repository, whose name is the first
/// `repository` parts of the library's.
pub(crate) fn in_tree(root: &Path, repository: usize, parts: &[String]) -> Option<PathBuf> {
    if !parts.iter().all(|p| is_safe(p)) {
        return None;
    }
    match parts.get(repository..)? {
        [] => library_file(root, parts.get(repository.checked_sub(1)?..)?),
        rest => library_file(root, rest),
    }
}

/// Its parts as a path, with or without a folder of its own.
fn library_file(directory: &Path, parts: &[String]) -> Option<PathBuf> {
    let base: PathBuf = directory.join(parts.iter().collect::<PathBuf>());
    let inner = base.join(parts.last()?);
    let candidates = ["sld", "scm"].into_iter();
    candidates
        .flat_map(|ext| [with_extension(&base, ext), with_extension(&inner, ext)])
        .find(|p| p.is_file())
}

/// Appends an extension, whatever dots the name has already.
fn with_extension(base: &Path, ext: &str) -> PathBuf {
    let mut name = base.as_os_str().to_owned();
    name.push(".");
    name.push(ext);
    PathBuf::from(name)
}

/// Whether a part of a name stays below the directory that it is looked up in.
fn is_safe(part: &str) -> bool {
    !part.is_empty() && part != "." && part != ".." && !part.contains(['/', '\\', '\0'])
}

/// The libraries of R7RS-large that are a SRFI.
const LARGE: &[(&str, &str)] = &[
    ("bitwise", "151"),
    ("box", "111"),
    ("charset", "14"),
    ("comparator", "128"),
    ("generator", "158"),
    ("hash-table", "125"),
    ("list", "1"),
    ("list-queue", "117"),
    ("regex", "115"),
    ("sort", "132"),
    ("stream", "41"),
    ("vector", "133"),
];

/// `(srfi 1)` for its other names: `(srfi 1 lists)`, `(srfi :1)` and `(srfi :1 lists)` of
/// SRFI 97, `(scheme list)` of R7RS-large. A library that is there under such a name
/// itself goes before.
pub(crate) fn srfi(name: &LibraryName) -> Option<LibraryName> {
    let parts: Vec<&str> = name.parts.iter().map(String::as_str).collect();
    let number = match parts[..] {
        ["scheme", large] => LARGE.iter().find(|row| row.0 == large)?.1,
        ["srfi", number] | ["srfi", number, _] => number.strip_prefix(':').unwrap_or(number),
        _ => return None,
    };
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| LibraryName {
        parts: vec!["srfi".to_string(), number.to_string()],
        version: name.version.clone(),
    })
}

/// A file named by `include` in the file `from`.
pub(crate) fn include_file(path: &str, from: &Path) -> PathBuf {
    let path = Path::new(path);
    match from.parent() {
        Some(dir) if path.is_relative() => dir.join(path),
        _ => path.to_owned(),
    }
}
