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

/// A file named by `include` in the file `from`.
pub(crate) fn include_file(path: &str, from: &str) -> PathBuf {
    let path = Path::new(path);
    match Path::new(from).parent() {
        Some(dir) if path.is_relative() => dir.join(path),
        _ => path.to_owned(),
    }
}
