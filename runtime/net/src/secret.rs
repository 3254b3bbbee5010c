//! The secret that all nodes of a cluster share.

use crate::error::NetError;
use crate::settings::{Key, random_bytes};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub fn load_default() -> Result<Key, String> {
    let home = std::env::var_os("TERMITE_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".termite")));
    let home = home.ok_or("neither TERMITE_HOME nor HOME is set")?;
    std::fs::create_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
    load(&home.join("secret"))
}

pub fn load(path: &Path) -> Result<Key, String> {
    let fault = |e: io::Error| format!("{}: {e}", path.display());
    let bytes: [u8; 32] = random_bytes().map_err(|e: NetError| e.to_string())?;
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(mut file) => file.write_all(&bytes).map_err(fault)?,
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(fault(e)),
    }
    let mode = std::fs::metadata(path).map_err(fault)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(format!(
            "{} must be readable by its owner only",
            path.display()
        ));
    }
    let bytes = std::fs::read(path).map_err(fault)?;
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| format!("{} must have 32 bytes", path.display()))?;
    Ok(Key::from_bytes(bytes))
}
