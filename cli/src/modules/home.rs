//! Where this user's installed libraries and rules are.

use super::Failure;
use std::path::{Path, PathBuf};
use termite_modules::{AskMode, LockFile, Policy, Rules, Store};

/// `~/.termite`, or what `TERMITE_HOME` names: where the secret is.
pub fn home() -> Option<PathBuf> {
    let secret = termite_net::secret::default_path().ok()?;
    Some(secret.parent()?.to_owned())
}

/// Where libraries are installed; `None` when neither `HOME` nor `TERMITE_HOME` is set.
pub fn userlib() -> Option<PathBuf> {
    Some(home()?.join("userlib"))
}

/// The rules of `rules.toml`; none when it is not there.
pub fn rules() -> Result<Rules, Failure> {
    let Some(home) = home() else {
        return Ok(Rules::default());
    };
    let loaded = Rules::load(&home.join("rules.toml"));
    loaded.map_err(|e| Failure::wrong(e.to_string()))
}

/// The store in a directory, or the user's own.
pub fn open_store(directory: Option<PathBuf>, lock: Option<LockFile>) -> Result<Store, Failure> {
    let root = directory.or_else(userlib).ok_or_else(|| {
        Failure::missing(
            "no place for installed libraries: set HOME, or TERMITE_HOME to a directory",
        )
    })?;
    // Paths in messages and errors are to mean the same everywhere.
    let root = std::path::absolute(&root)
        .map_err(|e| Failure::missing(format!("{}: {e}", root.display())))?;
    Ok(Store::open(root, rules()?).with_lock(lock))
}

/// What may be installed without a command: the sources given, and those of
/// `TERMITE_WHITELIST`.
pub fn policy(whitelist: &[String], ask: AskMode) -> Result<Policy, Failure> {
    let mut policy = Policy::new(ask);
    let given = std::env::var("TERMITE_WHITELIST").unwrap_or_default();
    let lists = whitelist.iter().map(String::as_str).chain([given.as_str()]);
    for list in lists {
        let added = policy.allow_all(list);
        added.map_err(|e| Failure::wrong(format!("whitelist: {e}")))?;
    }
    Ok(policy)
}

/// The lock file of the project in the current directory.
pub fn current_lock() -> Result<Option<LockFile>, Failure> {
    Ok(LockFile::load(Path::new("."))?)
}
