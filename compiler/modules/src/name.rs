//! Names of modules: a repository, a path in it, a version.
//!
//! A name comes from source text and from messages, and becomes paths and addresses: what
//! is accepted here is safe in both, on every file system. Hence the narrow alphabet.

use std::fmt;
use std::str::FromStr;

const MAX_COMPONENT: usize = 100;
const MAX_COMPONENTS: usize = 16;

/// `github.com/fred/hello`, or `hello` for a repository of this machine.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RepositoryName {
    /// Three, the first with a dot; or one, without.
    components: Vec<String>,
}

impl RepositoryName {
    pub fn components(&self) -> &[String] {
        &self.components
    }

    /// The last component: what the repository's own library is called in it.
    pub fn short(&self) -> &str {
        self.components.last().map_or("", String::as_str)
    }

    /// Whether the name says where on the network the repository is.
    pub fn has_host(&self) -> bool {
        self.components.len() == 3
    }

    /// One word, for names of files; different for different repositories.
    pub(crate) fn flat(&self) -> String {
        self.components.join("~")
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.components.join("/"))
    }
}

/// `github.com/fred/hello/sub@1.0`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ModuleName {
    repository: RepositoryName,
    path: Vec<String>,
    version: Option<String>,
}

impl ModuleName {
    /// From `host/user/repository/path@version`; path and version may be missing.
    pub fn parse(text: &str) -> Result<ModuleName, NameError> {
        match text.split_once('@') {
            Some((path, version)) => ModuleName::from_parts(&[path], Some(version)),
            None => ModuleName::from_parts(&[text], None),
        }
    }

    /// From the parts of a library's name, each one or several components.
    pub fn from_parts(parts: &[&str], version: Option<&str>) -> Result<ModuleName, NameError> {
        let whole = parts.join("/");
        let wrong = |why: String| NameError {
            name: whole.clone(),
            why,
        };
        let components: Vec<&str> = whole.split('/').collect();
        for component in &components {
            check_component(component).map_err(wrong)?;
        }
        if components.len() > MAX_COMPONENTS {
            return Err(wrong(format!("has more than {MAX_COMPONENTS} components")));
        }
        if let Some(version) = version {
            check_version(version).map_err(wrong)?;
        }
        let own = |part: &[&str]| part.iter().map(|c| (*c).to_owned()).collect();
        let split = match components[0].contains('.') {
            true if components.len() < 3 => {
                let why = "a name that begins with a host goes on with user and repository, \
                           as in github.com/fred/hello";
                return Err(wrong(why.into()));
            }
            true => 3,
            false => 1,
        };
        Ok(ModuleName {
            repository: RepositoryName {
                components: own(&components[..split]),
            },
            path: own(&components[split..]),
            version: version.map(str::to_owned),
        })
    }

    pub fn repository(&self) -> &RepositoryName {
        &self.repository
    }

    /// The place of the library in the repository; empty for the repository's own.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// `None`: what was installed without a version.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The repository at that version, whatever library of it is named.
    pub fn root(&self) -> ModuleName {
        ModuleName {
            repository: self.repository.clone(),
            path: Vec::new(),
            version: self.version.clone(),
        }
    }

    /// The same library at another version.
    pub fn at(&self, version: Option<&str>) -> Result<ModuleName, NameError> {
        let mut name = self.clone();
        if let Some(version) = version {
            check_version(version).map_err(|why| NameError {
                name: self.to_string(),
                why,
            })?;
        }
        name.version = version.map(str::to_owned);
        Ok(name)
    }

    /// All components, for comparing with prefixes.
    pub(crate) fn components(&self) -> impl Iterator<Item = &str> {
        let all = self.repository.components.iter().chain(&self.path);
        all.map(String::as_str)
    }

    /// Files of the tree in which the library may stand, best first.
    pub(crate) fn candidates(&self) -> Vec<String> {
        let own = [self.repository.short().to_owned()];
        let path = match self.path.is_empty() {
            true => own.as_slice(),
            false => self.path.as_slice(),
        };
        let (base, last) = (path.join("/"), path.last().map_or("", String::as_str));
        let places = [base.clone(), format!("{base}/{last}")];
        let files = ["sld", "scm"].iter();
        files
            .flat_map(|ext| places.iter().map(move |place| format!("{place}.{ext}")))
            .collect()
    }
}

impl FromStr for ModuleName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<ModuleName, NameError> {
        ModuleName::parse(text)
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.repository)?;
        for component in &self.path {
            write!(f, "/{component}")?;
        }
        match &self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

/// A component: `[a-z0-9][a-z0-9._-]*`, and nothing that a file system or git treats in
/// its own way.
fn check_component(text: &str) -> Result<(), String> {
    let is_start = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_rest = |c: char| is_start(c) || matches!(c, '.' | '_' | '-');
    if !text.starts_with(is_start) || !text.chars().all(is_rest) {
        return Err(format!(
            "the component {text:?} must be lower-case letters, digits, `.`, `_` and `-`, \
             and begin with a letter or digit"
        ));
    }
    if text.len() > MAX_COMPONENT {
        return Err(format!("the component {text:?} is too long"));
    }
    if text.contains("..") || text.ends_with('.') {
        return Err(format!(
            "the component {text:?} has two dots in a row, or ends in one"
        ));
    }
    if text.ends_with(".git") {
        let bare = text.trim_end_matches(".git");
        return Err(format!("the component {text:?} is written {bare:?} here"));
    }
    Ok(())
}

/// A version becomes the name of a directory, and is looked up as a tag.
fn check_version(text: &str) -> Result<(), String> {
    let is_start = |c: char| c.is_ascii_alphanumeric();
    let is_rest = |c: char| is_start(c) || matches!(c, '.' | '_' | '-' | '+');
    if !text.starts_with(is_start) || !text.chars().all(is_rest) || text.len() > MAX_COMPONENT {
        return Err(format!(
            "the version {text:?} must be letters, digits, `.`, `_`, `-` and `+`, and begin \
             with a letter or digit"
        ));
    }
    if text.contains("..") || text.ends_with('.') || text.ends_with(".toml") {
        return Err(format!("{text:?} cannot be a version"));
    }
    Ok(())
}

/// What is wrong with a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameError {
    pub name: String,
    pub why: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no name of a module: {}", self.name, self.why)
    }
}

impl std::error::Error for NameError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each text is read as, or why it is not.
    fn read(text: &str) -> String {
        match ModuleName::parse(text) {
            Ok(n) => format!("{} | {} | {:?}", n.repository, n.path.join("/"), n.version),
            Err(e) => e.why,
        }
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(
            read("github.com/fred/hello"),
            "github.com/fred/hello |  | None"
        );
        assert_eq!(
            read("github.com/fred/hello/a/b@1.0"),
            "github.com/fred/hello | a/b | Some(\"1.0\")"
        );
        assert_eq!(read("hello/sub@v2"), "hello | sub | Some(\"v2\")");
        let parts = ModuleName::from_parts(&["github.com/fred", "hello"], Some("1.0"));
        assert_eq!(parts.unwrap().to_string(), "github.com/fred/hello@1.0");
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let bad = [
            "",
            "/",
            "a//b",
            "..",
            "github.com",
            "github.com/fred",
            "github.com/../fred",
            "github.com/fred/..",
            "github.com/fred/hello/../../x",
            "/etc/passwd",
            "a/./b",
            "github.com/fred/hello.git",
            "github.com/Fred/hello",
            "a\\b",
            "a b",
            "-x",
            ".git",
            "a\0b",
            "a/b..c",
            "hello@",
            "hello@../x",
            "hello@a/b",
            "hello@-x",
            "hello@1.0.toml",
            "hello@1@2",
            "c:/x",
            "höllo",
            "hello@..",
            "x~1",
        ];
        for text in bad {
            assert!(ModuleName::parse(text).is_err(), "{text:?}");
        }
        let long = "a/".repeat(MAX_COMPONENTS) + "a";
        assert!(ModuleName::parse(&long).is_err());
        assert!(ModuleName::parse(&"a".repeat(MAX_COMPONENT + 1)).is_err());
    }

    #[test]
    fn a_library_has_few_places() {
        let places = |text: &str| ModuleName::parse(text).unwrap().candidates().join(" ");
        assert_eq!(
            places("github.com/fred/hello/a/b"),
            "a/b.sld a/b/b.sld a/b.scm a/b/b.scm"
        );
        assert_eq!(
            places("github.com/fred/hello"),
            "hello.sld hello/hello.sld hello.scm hello/hello.scm"
        );
    }
}
