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

/// `(srfi 1)` for its other names: `(srfi 1 lists)`, and `(srfi :1)`, `(srfi :1 lists)` as
/// SRFI 97 has them.
pub(crate) fn plain_srfi(name: &LibraryName) -> Option<LibraryName> {
    let (family, number) = match name.parts.as_slice() {
        [family, number] | [family, number, _] => (family, number),
        _ => return None,
    };
    let number = number.strip_prefix(':').unwrap_or(number);
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (family == "srfi" && is_number).then(|| LibraryName {
        parts: vec![family.clone(), number.to_string()],
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
