//! The rule file: other addresses for hosts, and what messages may fetch.
//!
//! ```toml
//! [mirrors]                       # whole components of a name, the longest wins
//! "github.com" = "file:///srv/mirror/github.com"
//! "github.com/fred" = "ssh://git@git.example.com/fred"
//!
//! [messages]                      # what a fetch may do that a message causes
//! schemes = ["file", "ssh"]       # beside https
//! private = ["git.example.com"]   # hosts that may lie at a private address
//!
//! [https]
//! certificates = "/etc/ssl/ours.pem"   # authorities trusted in place of the usual ones
//!
//! [limits]                        # bytes; numbers of things; seconds
//! file = 16777216
//! ```

use crate::{Access, Address, Cause, Limits, RepositoryName, StoreError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The rules; by default none: every repository is had over https from where its name says.
#[derive(Clone, Default, Debug)]
pub struct Rules {
    /// Components of a prefix, and what takes its place.
    mirrors: Vec<(Vec<String>, Address)>,
    schemes: Vec<String>,
    private: Vec<String>,
    certificates: Option<PathBuf>,
    limits: Limits,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Written {
    mirrors: BTreeMap<String, String>,
    messages: Messages,
    https: Https,
    limits: WrittenLimits,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Messages {
    schemes: Vec<String>,
    private: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Https {
    certificates: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenLimits {
    file: Option<u64>,
    tree: Option<u64>,
    files: Option<u64>,
    received: Option<u64>,
    references: Option<usize>,
    seconds: Option<u64>,
}

impl Rules {
    /// The rules in a file; the default ones when it is not there.
    pub fn load(path: &Path) -> Result<Rules, RulesError> {
        let wrong = |why: String| RulesError {
            path: path.to_owned(),
            why,
        };
        match std::fs::read_to_string(path) {
            Ok(text) => Rules::parse(&text).map_err(wrong),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(Rules::default()),
            Err(e) => Err(wrong(e.to_string())),
        }
    }

    pub fn parse(text: &str) -> Result<Rules, String> {
        let written: Written = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut rules = Rules {
            private: written.messages.private,
            certificates: written.https.certificates,
            limits: written.limits.over(Limits::default()),
            ..Rules::default()
        };
        for (prefix, address) in &written.mirrors {
            let components: Vec<String> = prefix.split('/').map(str::to_owned).collect();
            if components.len() > 3 || components.iter().any(String::is_empty) {
                return Err(format!(
                    "mirrors: {prefix:?}: a host, host/user or host/user/repository is expected"
                ));
            }
            let address = Address::parse(address).map_err(|e| format!("mirrors: {e}"))?;
            if matches!(&address, Address::Directory(path) if path.is_relative()) {
                return Err(format!("mirrors: {address}: an absolute path is expected"));
            }
            rules.mirrors.push((components, address));
        }
        for scheme in written.messages.schemes {
            if !["https", "http", "ssh", "file"].contains(&scheme.as_str()) {
                return Err(format!(
                    "messages: schemes: {scheme:?}: one of http, ssh and file is expected"
                ));
            }
            rules.schemes.push(scheme);
        }
        Ok(rules)
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The same rules within other limits.
    pub fn with_limits(mut self, limits: Limits) -> Rules {
        self.limits = limits;
        self
    }

    pub(crate) fn certificates(&self) -> Option<&Path> {
        self.certificates.as_deref()
    }

    /// Where a repository is to be had.
    pub fn address(&self, name: &RepositoryName) -> Result<Address, StoreError> {
        let components = name.components();
        let longest = self
            .mirrors
            .iter()
            .filter(|(prefix, _)| components.starts_with(prefix))
            .max_by_key(|(prefix, _)| prefix.len());
        let found = match longest {
            Some((prefix, address)) => Some(address.below(&components[prefix.len()..])),
            None => Address::of_name(components),
        };
        found.ok_or_else(|| StoreError::NoAddress {
            name: name.to_string(),
        })
    }

    /// Whether a host may lie at a private or loopback address when a message names it.
    pub(crate) fn may_be_private(&self, host: &str) -> bool {
        self.private.iter().any(|allowed| allowed == host)
    }
}

impl Access {
    /// Whether this address may be fetched from at all.
    pub(crate) fn permit(&self, address: &Address) -> Result<(), StoreError> {
        let scheme = address.scheme();
        let forbidden = |why: String| {
            Err(StoreError::Forbidden {
                address: address.to_string(),
                why,
            })
        };
        match self.cause {
            Cause::User => Ok(()),
            Cause::Message if scheme == "https" => Ok(()),
            Cause::Message if self.rules.schemes.iter().any(|s| s == scheme) => Ok(()),
            Cause::Message => forbidden(format!(
                "a message causes it, and messages use https only (`[messages]` in rules.toml \
                 may allow {scheme})"
            )),
        }
    }
}

impl WrittenLimits {
    fn over(self, default: Limits) -> Limits {
        Limits {
            file: self.file.unwrap_or(default.file),
            tree: self.tree.unwrap_or(default.tree),
            files: self.files.unwrap_or(default.files),
            received: self.received.unwrap_or(default.received),
            references: self.references.unwrap_or(default.references),
            seconds: self.seconds.unwrap_or(default.seconds),
        }
    }
}

/// What is wrong with a rule file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulesError {
    pub path: PathBuf,
    pub why: String,
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why.trim_end())
    }
}

impl std::error::Error for RulesError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ModuleName;

    const RULES: &str = r#"
        [mirrors]
        "github.com" = "file:///srv/mirror/github.com"
        "github.com/fred" = "ssh://git@git.example.com/f"
        "github.com/fred/hello" = "https://git.example.com:8443/x"
        "local" = "/srv/local"
        [messages]
        schemes = ["file"]
        [limits]
        file = 1000
    "#;

    #[test]
    fn the_longest_prefix_of_whole_components_wins() {
        let rules = Rules::parse(RULES).unwrap();
        let cases = [
            ("github.com/ann/x", "/srv/mirror/github.com/ann/x"),
            ("github.com/fred/x", "ssh://git@git.example.com/f/x"),
            ("github.com/fred/hello", "https://git.example.com:8443/x"),
            ("github.com/fredd/x", "/srv/mirror/github.com/fredd/x"),
            ("gitlab.com/fred/x", "https://gitlab.com/fred/x"),
            ("local", "/srv/local"),
        ];
        for (name, address) in cases {
            let name = ModuleName::parse(name).unwrap();
            let found = rules.address(name.repository()).unwrap();
            assert_eq!(found.to_string(), address);
        }
        let nowhere = ModuleName::parse("hello").unwrap();
        assert!(rules.address(nowhere.repository()).is_err());
        assert_eq!(rules.limits().file, 1000);
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let bad = [
            "mirror = 1",
            "[mirrors]\n\"a.b\" = \"nowhere\"",
            "[mirrors]\n\"a.b\" = \"./x\"",
            "[mirrors]\n\"a.b//c\" = \"/x\"",
            "[messages]\nschemes = [\"gopher\"]",
            "[limits]\nfile = \"x\"",
        ];
        for text in bad {
            assert!(Rules::parse(text).is_err(), "{text}");
        }
    }
}
