//! Whether a library may be installed without anyone asking for it.
//!
//! A library that an import or a message names is installed at once when the whitelist
//! has its name; else somebody is asked, or it is refused. A whitelist entry covers names
//! that begin with it, by whole components: `github.com/fred` covers
//! `github.com/fred/hello`, not `github.com/freddy/hello`. Names are the canonical ones,
//! before aliases. The caller asks for each library, those that others import included.

use crate::{ModuleName, NameError};
use std::fmt;
use std::str::FromStr;

/// When to ask about a library that is not on the whitelist.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum AskMode {
    /// Whenever there is somebody to ask.
    Always,
    /// At a REPL only.
    #[default]
    Repl,
    Never,
}

impl FromStr for AskMode {
    type Err = String;

    fn from_str(text: &str) -> Result<AskMode, String> {
        match text {
            "always" => Ok(AskMode::Always),
            "repl" => Ok(AskMode::Repl),
            "never" => Ok(AskMode::Never),
            _ => Err(format!("{text:?}: always, repl or never is expected")),
        }
    }
}

/// Whether a library may be installed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    Allowed,
    Ask,
    /// Says how to allow it.
    Refused(String),
}

/// Whom the question could be put to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    Repl,
    /// Someone at a terminal, without a REPL.
    Terminal,
    Nobody,
}

/// The whitelist, empty at first, and what happens beyond it.
#[derive(Clone, Default, Debug)]
pub struct Policy {
    whitelist: Vec<Vec<String>>,
    ask: AskMode,
}

impl Policy {
    pub fn new(ask: AskMode) -> Policy {
        Policy {
            whitelist: Vec::new(),
            ask,
        }
    }

    /// Adds a host, `host/user`, or any longer prefix of names.
    pub fn allow(&mut self, source: &str) -> Result<(), NameError> {
        let source = source.trim().trim_end_matches('/');
        let components: Vec<String> = source.split('/').map(str::to_owned).collect();
        // Whether the components are such as names have shows when the rest is added.
        let rest = ["host.x", "user", "repository"];
        let mut whole: Vec<&str> = components.iter().map(String::as_str).collect();
        whole.extend(rest.iter().skip(whole.len()));
        let checked = ModuleName::from_parts(&whole, None);
        checked.map_err(|e| NameError {
            name: source.to_owned(),
            why: e.why,
        })?;
        if !self.whitelist.contains(&components) {
            self.whitelist.push(components);
        }
        Ok(())
    }

    /// Adds the entries of a list, as `TERMITE_WHITELIST` has it, with commas between.
    pub fn allow_all(&mut self, list: &str) -> Result<(), NameError> {
        let mut entries = list.split(',').filter(|entry| !entry.trim().is_empty());
        entries.try_for_each(|entry| self.allow(entry))
    }

    /// The entries, as they were added.
    pub fn whitelist(&self) -> impl Iterator<Item = String> {
        self.whitelist.iter().map(|entry| entry.join("/"))
    }

    pub fn decide(&self, name: &ModuleName, audience: Audience) -> Decision {
        let covers = |entry: &Vec<String>| {
            let mut components = name.components();
            entry.iter().all(|part| components.next() == Some(part))
        };
        if self.whitelist.iter().any(covers) {
            return Decision::Allowed;
        }
        match (self.ask, audience) {
            (AskMode::Always, Audience::Repl | Audience::Terminal)
            | (AskMode::Repl, Audience::Repl) => Decision::Ask,
            (AskMode::Always | AskMode::Repl | AskMode::Never, _) => {
                Decision::Refused(Refusal(name).to_string())
            }
        }
    }
}

struct Refusal<'a>(&'a ModuleName);

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repository = self.0.repository();
        write!(
            f,
            "{} is not installed, and {repository} is not on the whitelist; `termite install {}` \
             installs it, `--whitelist {repository}` (or TERMITE_WHITELIST) allows it",
            self.0,
            self.0.root()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(policy: &Policy, name: &str, audience: Audience) -> &'static str {
        match policy.decide(&ModuleName::parse(name).unwrap(), audience) {
            Decision::Allowed => "allowed",
            Decision::Ask => "ask",
            Decision::Refused(_) => "refused",
        }
    }

    #[test]
    fn whole_components_are_compared() {
        let mut policy = Policy::default();
        policy
            .allow_all("github.com/fred, gitlab.com/zoo/cats/,")
            .unwrap();
        let cases = [
            ("github.com/fred/hello@1.0", "allowed"),
            ("github.com/fred/hello/sub", "allowed"),
            ("github.com/freddy/hello", "refused"),
            ("gitlab.com/zoo/cats/tail", "allowed"),
            ("gitlab.com/zoo/catsup", "refused"),
            ("gitlab.com/zoo/dogs", "refused"),
        ];
        for (name, expected) in cases {
            assert_eq!(decide(&policy, name, Audience::Nobody), expected, "{name}");
        }
        assert_eq!(policy.whitelist().count(), 2);
    }

    #[test]
    fn somebody_is_asked_where_the_mode_says_so() {
        let audiences = [Audience::Repl, Audience::Terminal, Audience::Nobody];
        let cases = [
            (AskMode::Always, ["ask", "ask", "refused"]),
            (AskMode::Repl, ["ask", "refused", "refused"]),
            (AskMode::Never, ["refused", "refused", "refused"]),
        ];
        for (mode, expected) in cases {
            let policy = Policy::new(mode);
            let found = audiences.map(|a| decide(&policy, "github.com/fred/hello", a));
            assert_eq!(found, expected, "{mode:?}");
        }
    }

    #[test]
    fn a_refusal_says_how_to_allow_it() {
        let name = ModuleName::parse("github.com/fred/hello/sub@1.0").unwrap();
        let Decision::Refused(why) = Policy::default().decide(&name, Audience::Nobody) else {
            panic!("it is refused");
        };
        assert!(why.contains("termite install github.com/fred/hello@1.0"));
        assert!(why.contains("--whitelist github.com/fred/hello"));
    }

    #[test]
    fn nonsense_is_no_entry() {
        for bad in ["..", "github.com/../x", "GitHub.com", "a b", "", "/"] {
            assert!(Policy::default().allow(bad).is_err(), "{bad:?}");
        }
    }
}
