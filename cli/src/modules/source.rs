//! What the LIB of a command is: a name, a path or a URL.
//!
//! A repository that is installed from a path is named by the `define-library` form of its
//! own library, `NAME.sld` for a directory NAME, when that says host, user and repository;
//! else by the directory's name alone. One that is installed from a URL is named by host and
//! path of the URL.

use super::{Failure, imports};
use std::path::{Path, PathBuf};
use termite_modules::{Address, ModuleName};

/// What to install, and where from if the name does not say it.
pub struct Source {
    pub name: ModuleName,
    pub origin: Option<Address>,
}

impl Source {
    pub fn read(text: &str) -> Result<Source, Failure> {
        let wrong = |why: String| Failure::wrong(why);
        if is_path(text) {
            return local(text);
        }
        if text.contains(':') {
            let (place, version) = split_version(text);
            let address = Address::parse(place).map_err(|e| wrong(e.to_string()))?;
            if let Address::Directory(path) = &address {
                return directory(path, version);
            }
            let name = address.name().unwrap_or_default();
            let name =
                ModuleName::from_parts(&[&name], version).map_err(|e| wrong(e.to_string()))?;
            if !name.repository().has_host() || !name.path().is_empty() {
                let why = "HOST/USER/REPOSITORY is expected in the address of a repository";
                return Err(wrong(format!("{place}: {why}")));
            }
            return Ok(Source {
                name,
                origin: Some(address),
            });
        }
        let name = ModuleName::parse(text).map_err(|e| wrong(e.to_string()))?;
        Ok(Source { name, origin: None })
    }
}

/// The name that an installed library has, for commands that install nothing. A path stands
/// for what would be installed from there.
pub fn installed_name(text: &str) -> Result<ModuleName, Failure> {
    Ok(Source::read(text)?.name)
}

fn is_path(text: &str) -> bool {
    text.starts_with(['.', '/'])
}

/// `text@version`. What follows a `@` is no version when it goes on with a path or a host.
fn split_version(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('@') {
        Some((place, version)) if !version.contains(['/', ':']) && !version.is_empty() => {
            (place, Some(version))
        }
        Some(_) | None => (text, None),
    }
}

fn local(text: &str) -> Result<Source, Failure> {
    // A directory may have an at sign in its name.
    let (path, version) = match Path::new(text).exists() {
        true => (text, None),
        false => split_version(text),
    };
    directory(Path::new(path), version)
}

fn directory(path: &Path, version: Option<&str>) -> Result<Source, Failure> {
    let whole = path
        .canonicalize()
        .map_err(|e| Failure::missing(format!("{}: {e}", path.display())))?;
    if !is_repository(&whole) {
        return Err(Failure::missing(format!(
            "{} is no git repository; a library in a plain directory is used as it stands, \
             with --search",
            path.display()
        )));
    }
    let last = whole.file_name().and_then(|name| name.to_str());
    let last = last.unwrap_or_default();
    let short = last.strip_suffix(".git").unwrap_or(last);
    let name = declared_name(&whole, short).unwrap_or_else(|| short.to_owned());
    let name = ModuleName::from_parts(&[&name], version).map_err(|e| {
        Failure::wrong(format!(
            "{}: {e}; rename the directory, or give its library a name with a host",
            path.display()
        ))
    })?;
    Ok(Source {
        name,
        origin: Some(Address::Directory(whole)),
    })
}

/// With working files around it, or bare.
fn is_repository(path: &Path) -> bool {
    path.join(".git").exists() || (path.join("HEAD").is_file() && path.join("objects").is_dir())
}

/// `host/user/repository`, when the repository's own library is called so.
fn declared_name(directory: &Path, short: &str) -> Option<String> {
    let places = [
        format!("{short}.sld"),
        format!("{short}/{short}.sld"),
        format!("{short}.scm"),
    ];
    let file: PathBuf = places
        .iter()
        .map(|place| directory.join(place))
        .find(|file| file.is_file())?;
    let text = std::fs::read_to_string(file).ok()?;
    let declared = imports::defined_library(&text)?;
    let name = ModuleName::parse(&declared).ok()?;
    let repository = name.repository();
    repository.has_host().then(|| repository.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match Source::read(text) {
            Ok(Source { name, origin }) => match origin {
                Some(origin) => format!("{name} from {origin}"),
                None => name.to_string(),
            },
            Err(failure) => failure.message.unwrap_or_default(),
        }
    }

    #[test]
    fn names_and_urls() {
        let cases = [
            ("github.com/fred/hello", "github.com/fred/hello"),
            ("github.com/fred/hello/a@1.0", "github.com/fred/hello/a@1.0"),
            (
                "https://github.com/fred/hello.git@1.0",
                "github.com/fred/hello@1.0 from https://github.com/fred/hello.git",
            ),
            (
                "git@github.com:fred/hello.git",
                "github.com/fred/hello from ssh://git@github.com/~/fred/hello.git",
            ),
            (
                "ssh://git@h.example/fred/hello@v2",
                "h.example/fred/hello@v2 from ssh://git@h.example/fred/hello",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected);
        }
        assert!(read("https://h.example/a/b/c").contains("HOST/USER/REPOSITORY"));
        assert!(read("./nowhere@1.0").contains("./nowhere: "));
    }
}
