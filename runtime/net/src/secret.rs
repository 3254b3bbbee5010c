//! The secret that the nodes of a cluster share: 32 bytes in a file.
//!
//! Whoever has it runs code on the node; so the file is its owner's alone, and the secret
//! is never an argument or a variable of the environment. The first node of a machine
//! makes it. Several that start at once agree: a finished file is put in place by a link,
//! which fails when there is one already.

use crate::error::NetError;
use crate::settings::{Key, random_bytes};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const LENGTH: usize = 32;

/// `secret` in `~/.termite`, or in the directory that `TERMITE_HOME` names.
pub fn default_path() -> Result<PathBuf, NetError> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = set("TERMITE_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(set("HOME")?).join(".termite")));
    Ok(home.ok_or(NetError::NoHome)?.join("secret"))
}

/// The secret in a file, which is made when there is none.
pub fn load(path: &Path) -> Result<Key, NetError> {
    match File::open(path) {
        Ok(file) => read(file, path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            create(path)?;
            // Perhaps somebody else's, who was faster.
            read(File::open(path).map_err(failure(path))?, path)
        }
        Err(e) => Err(failure(path)(e)),
    }
}

fn failure(path: &Path) -> impl Fn(io::Error) -> NetError {
    let path = path.to_path_buf();
    move |error| NetError::SecretFile {
        path: path.clone(),
        error,
    }
}

fn read(mut file: File, path: &Path) -> Result<Key, NetError> {
    let failure = failure(path);
    let metadata = file.metadata().map_err(&failure)?;
    if let Some(mode) = exposed(&metadata) {
        let path = path.to_path_buf();
        return Err(NetError::SecretExposed { path, mode });
    }
    let length = metadata.len();
    if !metadata.is_file() || length != LENGTH as u64 {
        let path = path.to_path_buf();
        return Err(NetError::SecretLength { path, length });
    }
    let mut bytes = [0; LENGTH];
    file.read_exact(&mut bytes).map_err(&failure)?;
    Ok(Key::from_bytes(bytes))
}

fn create(path: &Path) -> Result<(), NetError> {
    let failure = failure(path);
    if let Some(directory) = path.parent() {
        private_directory(directory).map_err(&failure)?;
    }
    let bytes: [u8; LENGTH] = random_bytes()?;
    let draft = path.with_extension(format!("{:016x}", u64::from_ne_bytes(random_bytes()?)));
    let placed = write(&draft, &bytes).and_then(|()| match fs::hard_link(&draft, path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    });
    // What is left of a failure is a file that nobody will read.
    let _ = fs::remove_file(&draft);
    placed.map_err(&failure)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The permissions, when they let others in.
#[cfg(unix)]
fn exposed(metadata: &fs::Metadata) -> Option<u32> {
    let mode = std::os::unix::fs::MetadataExt::mode(metadata) & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn exposed(_: &fs::Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    struct Directory(PathBuf);

    impl Directory {
        fn new() -> Directory {
            let name = u64::from_ne_bytes(random_bytes().unwrap());
            Directory(std::env::temp_dir().join(format!("termite-net-{name:x}")))
        }

        fn secret(&self) -> PathBuf {
            self.0.join("home/secret")
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn it_is_made_once_and_private() {
        let directory = Directory::new();
        let path = directory.secret();
        let first = load(&path).unwrap();
        assert!(first == load(&path).unwrap(), "made twice");
        assert_eq!(fs::read(&path).unwrap(), first.0);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn those_who_start_at_once_agree() {
        let directory = Directory::new();
        let path = directory.secret();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || load(&path).unwrap())
            })
            .collect();
        let all: Vec<Key> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert!(all.iter().all(|key| *key == all[0]));
    }

    #[test]
    fn an_unfit_file_is_refused_and_kept() {
        let directory = Directory::new();
        let path = directory.secret();
        load(&path).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        let error = load(&path).unwrap_err();
        assert!(matches!(error, NetError::SecretExposed { mode: 0o640, .. }));
        assert!(error.to_string().contains("chmod 600"), "{error}");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        fs::write(&path, b"short").unwrap();
        let error = load(&path).unwrap_err();
        assert!(matches!(error, NetError::SecretLength { length: 5, .. }));
        assert_eq!(fs::read(&path).unwrap(), b"short");
    }
}
