//! Where a repository is to be had: `https`, `ssh`, `git`, a directory.
//!
//! What a user or a rule writes is taken apart here, once; everything that is later given
//! to a program or a library as an argument has been looked at.

use std::fmt;
use std::path::{Path, PathBuf};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// `https`, or `http` where a rule says so.
    Web {
        encrypted: bool,
        host: String,
        port: Option<u16>,
        path: String,
    },
    Ssh {
        user: Option<String>,
        host: String,
        port: Option<u16>,
        path: String,
    },
    /// The protocol of `git daemon`: neither encrypted nor authenticated.
    Git {
        host: String,
        port: Option<u16>,
        path: String,
    },
    Directory(PathBuf),
}

impl Address {
    /// A URL, `user@host:path`, or a path that is absolute or begins with `.`.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let wrong = |why: &str| AddressError {
            address: without_password(text),
            why: why.to_owned(),
        };
        if text.contains(|c: char| c.is_control()) {
            return Err(wrong("has a control character"));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return no_url(text).ok_or_else(|| wrong("is neither a URL nor a path"));
        };
        if scheme == "file" {
            let path = rest.strip_prefix("localhost").unwrap_or(rest);
            return match path.starts_with('/') {
                true => Ok(Address::Directory(path.into())),
                false => Err(wrong("a file URL has an absolute path: file:///...")),
            };
        }
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = format!("/{}", path.trim_end_matches('/'));
        let (user, host, port) = place_of(place).map_err(|why| wrong(&why))?;
        check_path(&path).map_err(wrong)?;
        match scheme {
            "https" | "http" if user.is_some() => Err(wrong(
                "names a user, and credentials are not sent over https: use ssh",
            )),
            "https" | "http" => Ok(Address::Web {
                encrypted: scheme == "https",
                host,
                port,
                path,
            }),
            "ssh" | "git+ssh" | "ssh+git" => Ok(Address::Ssh {
                user,
                host,
                port,
                path,
            }),
            "git" => Ok(Address::Git { host, port, path }),
            _ => Err(wrong(
                "one of https, ssh, git and file is expected before ://",
            )),
        }
    }

    /// `https://github.com/fred/hello` for a repository's name.
    pub(crate) fn of_name(components: &[String]) -> Option<Address> {
        let (host, path) = components.split_first()?;
        if path.is_empty() {
            return None;
        }
        Some(Address::Web {
            encrypted: true,
            host: host.clone(),
            port: None,
            path: format!("/{}", path.join("/")),
        })
    }

    /// A place below this one.
    pub(crate) fn below(&self, components: &[String]) -> Address {
        let mut found = self.clone();
        match &mut found {
            Address::Web { path, .. } | Address::Ssh { path, .. } | Address::Git { path, .. } => {
                for component in components {
                    if !path.ends_with('/') {
                        path.push('/');
                    }
                    path.push_str(component);
                }
            }
            Address::Directory(path) => path.extend(components),
        }
        found
    }

    pub fn scheme(&self) -> &'static str {
        match self {
            Address::Web {
                encrypted: true, ..
            } => "https",
            Address::Web {
                encrypted: false, ..
            } => "http",
            Address::Ssh { .. } => "ssh",
            Address::Git { .. } => "git",
            Address::Directory(_) => "file",
        }
    }

    pub fn host(&self) -> Option<&str> {
        match self {
            Address::Web { host, .. } | Address::Ssh { host, .. } | Address::Git { host, .. } => {
                Some(host)
            }
            Address::Directory(_) => None,
        }
    }

    /// The name that a repository there has: host, user, repository.
    pub fn name(&self) -> Option<String> {
        let path = match self {
            Address::Web { path, .. } | Address::Ssh { path, .. } | Address::Git { path, .. } => {
                path
            }
            Address::Directory(_) => return None,
        };
        let path = path.trim_start_matches("/~/").trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        Some(format!("{}/{path}", self.host()?))
    }

    /// The directory, or the one beside it whose name ends in `.git`.
    pub(crate) fn directory(path: &Path) -> PathBuf {
        if !path.exists() {
            let mut bare = path.as_os_str().to_owned();
            bare.push(".git");
            if Path::new(&bare).exists() {
                return bare.into();
            }
        }
        path.to_owned()
    }
}

/// The text, for an error that others may see.
fn without_password(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text[start..].find('/').map_or(text.len(), |at| start + at);
    match (text[start..end].find(':'), text[start..end].rfind('@')) {
        (Some(colon), Some(at)) if colon < at => {
            format!("{}:...{}", &text[..start + colon], &text[start + at..])
        }
        _ => text.to_owned(),
    }
}

/// `user@host:path` or a path.
fn no_url(text: &str) -> Option<Address> {
    if text.starts_with(['/', '.']) {
        return Some(Address::Directory(text.into()));
    }
    let (place, path) = text.split_once(':')?;
    let (user, host, port) = place_of(place).ok()?;
    check_path(path).ok()?;
    if user.is_none() || port.is_some() || path.is_empty() {
        return None;
    }
    // Relative to the user's home there, which ssh URLs say with a tilde.
    let path = match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("/~/{path}"),
    };
    Some(Address::Ssh {
        user,
        host,
        port,
        path,
    })
}

type Place = (Option<String>, String, Option<u16>);

/// `user@host:port`. A host or user cannot be taken for an option of a program.
fn place_of(text: &str) -> Result<Place, String> {
    let (user, rest) = match text.rsplit_once('@') {
        Some((user, rest)) => (Some(user), rest),
        None => (None, text),
    };
    if user.is_some_and(|user| user.contains(':')) {
        return Err("has a password in it, which would be kept in files".into());
    }
    // An IPv6 address stands in brackets.
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (rest, None),
    };
    let port = match port.map(str::parse::<u16>) {
        None => None,
        Some(Ok(port)) if port > 0 => Some(port),
        Some(_) => return Err("its port is no number below 65536".into()),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_ip6 = host.starts_with('[')
        && host.ends_with(']')
        && host[1..host.len() - 1]
            .chars()
            .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
    if !is_ip6 && (host.is_empty() || host.starts_with(['-', '.']) || !host.chars().all(is_host)) {
        return Err(format!("{host:?} is no host"));
    }
    if let Some(user) = user
        && (user.is_empty() || user.starts_with('-') || !user.chars().all(is_host))
    {
        return Err(format!("{user:?} is no user"));
    }
    Ok((user.map(str::to_owned), host.to_ascii_lowercase(), port))
}

fn check_path(path: &str) -> Result<(), &'static str> {
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '?' | '#' | '\\' | '\'' | '"');
    match path.chars().all(is_plain) && path.split('/').all(|part| part != "..") {
        true => Ok(()),
        false => Err("its path has blanks, quotes, `?`, `#` or `..`"),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, host, port, path) = match self {
            Address::Web {
                host, port, path, ..
            }
            | Address::Git { host, port, path } => (&None, host, port, path),
            Address::Ssh {
                user,
                host,
                port,
                path,
            } => (user, host, port, path),
            Address::Directory(path) => return write!(f, "{}", path.display()),
        };
        write!(f, "{}://", self.scheme())?;
        if let Some(user) = user {
            write!(f, "{user}@")?;
        }
        f.write_str(host)?;
        if let Some(port) = port {
            write!(f, ":{port}")?;
        }
        f.write_str(path)
    }
}

/// What is wrong with an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressError {
    pub address: String,
    pub why: String,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no address of a repository: {}",
            self.address, self.why
        )
    }
}

impl std::error::Error for AddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown() {
        let cases = [
            (
                "https://github.com/fred/hello.git/",
                "https://github.com/fred/hello.git",
                "github.com/fred/hello",
            ),
            (
                "https://[::1]:8443/fred/hello",
                "https://[::1]:8443/fred/hello",
                "[::1]/fred/hello",
            ),
            (
                "git@GitHub.com:fred/hello.git",
                "ssh://git@github.com/~/fred/hello.git",
                "github.com/fred/hello",
            ),
            (
                "ssh://host.example:22/srv/a",
                "ssh://host.example:22/srv/a",
                "host.example/srv/a",
            ),
            (
                "git://h.example/a/b",
                "git://h.example/a/b",
                "h.example/a/b",
            ),
        ];
        for (text, shown, name) in cases {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.name().unwrap(), name);
            assert_eq!(Address::parse(shown).unwrap(), address);
        }
        for text in ["file:///srv/a", "/srv/a", "./a", "../a"] {
            assert!(matches!(Address::parse(text), Ok(Address::Directory(_))));
        }
    }

    #[test]
    fn addresses_that_carry_something_else_are_refused() {
        let bad = [
            "ftp://h/a",
            "https://user@h/a",
            "https://u:p@h/a",
            "ssh://u:p@h/a",
            "ssh://-oProxyCommand=x/a",
            "-x@h:a",
            "git@-h:a",
            "https://h/a?b",
            "https:///a",
            "ssh://h/a'b",
            "https://h/../a",
            "file://x",
            "https://h:0/a",
            "https://h:99999/a",
            "hello",
            "https://h/a\nb",
            "a b@h:c",
        ];
        for text in bad {
            assert!(Address::parse(text).is_err(), "{text:?}");
        }
    }
}
