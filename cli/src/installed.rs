//! Installed libraries, as they lie on the disk.
//!
//! `userlib/github.com/fred/hello/@1.0/` in Termite's directory (`~/.termite`, or what
//! `TERMITE_HOME` names) is the tree of version 1.0 of the repository github.com/fred/hello;
//! `@/` is that of no version. Only looks: nothing is installed or checked here.

use std::path::{Path, PathBuf};
use termite_driver::{LibraryRequest, LibrarySource, Modules, in_tree};

/// Finds libraries in the trees below a directory.
pub struct InstalledTrees {
    /// `None`: there is no place for them.
    userlib: Option<PathBuf>,
}

impl InstalledTrees {
    /// Those of this user.
    pub fn of_user() -> InstalledTrees {
        let secret = termite_net::secret::default_path().ok();
        let home = secret.as_deref().and_then(Path::parent);
        InstalledTrees {
            userlib: home.map(|home| home.join("userlib")),
        }
    }
}

impl Modules for InstalledTrees {
    fn find(&mut self, request: &LibraryRequest<'_>) -> Result<Option<LibrarySource>, String> {
        let Some(userlib) = self.userlib.as_deref().filter(|dir| dir.is_dir()) else {
            return Ok(None);
        };
        let found = (1..=request.parts.len()).rev();
        let mut found = found.filter_map(|repository| tree(userlib, request, repository));
        Ok(found.next())
    }
}

/// The library in the tree of the repository that the first parts of its name say.
fn tree(userlib: &Path, request: &LibraryRequest<'_>, repository: usize) -> Option<LibrarySource> {
    let version = request.version.unwrap_or_default();
    let is_safe = |part: &&str| !part.is_empty() && !part.starts_with('.') && !part.contains('\0');
    let mut root = userlib.to_owned();
    for part in &request.parts[..repository] {
        root.push(Some(part.as_str()).filter(is_safe)?);
    }
    root.push(format!(
        "@{}",
        Some(version).filter(|v| !v.contains(['/', '\0']))?
    ));
    let file = in_tree(&root, repository, request.parts)?;
    Some(LibrarySource {
        file,
        root,
        repository,
        version: request.version.map(str::to_owned),
        commit: None,
        content: None,
    })
}
