//! The files of the source tree.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use termite_bench::binary::root;

/// All files below a folder, in order; none if it does not exist. Folders whose names
/// start with a dot and folders of built things are left out.
pub fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            let is_built = name == "target" || name == "corpus" || name == "artifacts";
            if kind.is_file() {
                files.push(entry.path());
            } else if kind.is_dir() && !is_built && !name.to_string_lossy().starts_with('.') {
                folders.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// One source file, its path from the root with `/`.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// All files of the workspace with one of these extensions.
pub fn sources(extensions: &[&str]) -> io::Result<Vec<SourceFile>> {
    let mut sources = Vec::new();
    for file in files_below(root())? {
        let extension = file.extension().and_then(|e| e.to_str()).unwrap_or("");
        if extensions.contains(&extension) {
            let relative = file.strip_prefix(root()).unwrap_or(&file);
            let path = relative.to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&file)
                .map_err(|e| io::Error::new(e.kind(), format!("{path}: {e}")))?;
            sources.push(SourceFile { path, text });
        }
    }
    Ok(sources)
}
