//! Where libraries and included files are found.

use std::path::{Path, PathBuf};
use termite_expand::LibraryName;

/// The file of a library below one root: its parts as a path, with `.sld` or `.scm`.
pub(crate) fn library_file(root: &Path, name: &LibraryName) -> Option<PathBuf> {
    if !name.parts.iter().all(|p| is_safe(p)) {
        return None;
    }
    let base: PathBuf = name.parts.iter().collect();
    ["sld", "scm"]
        .iter()
        .map(|ext| root.join(with_extension(&base, ext)))
        .find(|p| p.is_file())
}

/// Appends an extension, whatever dots the name has already.
fn with_extension(base: &Path, ext: &str) -> PathBuf {
    let mut name = base.as_os_str().to_owned();
    name.push(".");
    name.push(ext);
    PathBuf::from(name)
}

/// Whether a part of a name stays below the root that it is looked up in.
fn is_safe(part: &str) -> bool {
    !part.is_empty() && part != "." && part != ".." && !part.contains(['/', '\\', '\0'])
}

/// The libraries of R7RS-large that are a SRFI.
const LARGE: &[(&str, &str)] = &[
    ("bitwise", "151"),
    ("box", "111"),
    ("comparator", "128"),
    ("generator", "158"),
    ("hash-table", "125"),
    ("list", "1"),
    ("list-queue", "117"),
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
pub(crate) fn include_file(path: &str, from: &str) -> PathBuf {
    let path = Path::new(path);
    match Path::new(from).parent() {
        Some(dir) if path.is_relative() => dir.join(path),
        _ => path.to_owned(),
    }
}
