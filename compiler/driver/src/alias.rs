//! Module aliases: names that stand for others, in scopes from the inside out.
//!
//! An alias holds for the libraries below its name too. Its target may have a version; an
//! alias of a library for itself with a version chooses that one for imports that name
//! none. Reads nothing: who has which scopes is decided elsewhere.

use termite_expand::LibraryName;

/// The aliases of one scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aliases(Vec<Alias>);

#[derive(Clone, Debug)]
struct Alias {
    name: LibraryName,
    target: LibraryName,
}

impl Alias {
    /// Only gives a version to imports of its own name.
    fn chooses_version(&self) -> bool {
        self.name.parts == self.target.parts && self.name.version.is_none()
    }

    fn applies(&self, name: &LibraryName) -> bool {
        let version = self.name.version.is_none() || self.name.version == name.version;
        let spare = self.chooses_version() && name.version.is_some();
        version && !spare && name.parts.starts_with(&self.name.parts)
    }

    fn apply(&self, name: &LibraryName) -> Result<LibraryName, String> {
        let mut parts = self.target.parts.clone();
        parts.extend_from_slice(&name.parts[self.name.parts.len()..]);
        let asked = match self.name.version {
            Some(_) => None,
            None => name.version.clone(),
        };
        if let (Some(asked), Some(given)) = (&asked, &self.target.version)
            && asked != given
        {
            return Err(format!(
                "{name} cannot be imported: {} is an alias of {}",
                self.name, self.target
            ));
        }
        let version = self.target.version.clone().or(asked);
        Ok(LibraryName { parts, version })
    }
}

impl Aliases {
    /// A later definition of a name replaces an earlier one.
    pub fn define(&mut self, name: &LibraryName, target: &LibraryName) -> Result<(), String> {
        if name.dots().is_some() || target.dots().is_some() {
            return Err(format!(
                "the alias {name} of {target}: both have to be whole names, not relative ones"
            ));
        }
        let (name, target) = (name.clone(), target.clone());
        self.0.retain(|known| known.name != name);
        self.0.push(Alias { name, target });
        Ok(())
    }

    pub fn remove(&mut self, name: &LibraryName) {
        self.0.retain(|known| known.name != *name);
    }

    /// The alias with the longest name that applies.
    fn of(&self, name: &LibraryName) -> Option<&Alias> {
        let all = self.0.iter().filter(|alias| alias.applies(name));
        all.max_by_key(|alias| alias.name.parts.len())
    }
}

/// What a name stands for, once no alias applies any more. `scopes`: from the inside out.
pub(crate) fn resolve(scopes: &[&Aliases], name: &LibraryName) -> Result<LibraryName, String> {
    let mut met: Vec<&Alias> = Vec::new();
    let mut current = name.clone();
    while let Some(alias) = scopes.iter().find_map(|scope| scope.of(&current)) {
        if met.iter().any(|known| std::ptr::eq(*known, alias)) {
            return Err(cycle(&met, alias));
        }
        met.push(alias);
        current = alias.apply(&current)?;
    }
    Ok(current)
}

fn cycle(met: &[&Alias], again: &Alias) -> String {
    let start = met.iter().position(|known| std::ptr::eq(*known, again));
    let names = met[start.unwrap_or(0)..].iter().chain([&again]);
    let names: Vec<String> = names.map(|alias| alias.name.to_string()).collect();
    format!(
        "module aliases stand for each other in a cycle: {}",
        names.join(" -> ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(pairs: &[(&str, &str)]) -> Aliases {
        let mut aliases = Aliases::default();
        for (name, target) in pairs {
            let names = [name, target].map(|n| LibraryName::from_unit(n));
            aliases.define(&names[0], &names[1]).unwrap();
        }
        aliases
    }

    fn meaning(scopes: &[&Aliases], name: &str) -> String {
        match resolve(scopes, &LibraryName::from_unit(name)) {
            Ok(name) => name.unit(),
            Err(why) => why,
        }
    }

    #[test]
    fn names_versions_and_what_is_below() {
        let outer = aliases(&[
            ("fh", "h.org/fred/hello"),
            ("cats", "h.org/zoo/cats@2.0"),
            ("h.org/fred/hello", "h.org/fred/hello@1.5"),
            ("old@1", "new@2"),
        ]);
        let inner = aliases(&[("cats", "dogs"), ("dogs", "wolves")]);
        let scopes = [&inner, &outer];
        for (name, expected) in [
            ("fh", "h.org/fred/hello@1.5"),
            ("fh@1.0", "h.org/fred/hello@1.0"),
            ("fh/test", "h.org/fred/hello/test@1.5"),
            ("fhx", "fhx"),
            ("cats", "wolves"),
            ("old@1", "new@2"),
            ("old", "old"),
        ] {
            assert_eq!(meaning(&scopes, name), expected, "{name}");
        }
        assert_eq!(meaning(&[&outer], "cats/claws"), "h.org/zoo/cats/claws@2.0");
        assert_eq!(
            meaning(&[&outer], "cats@1.0"),
            "(cats @1.0) cannot be imported: (cats) is an alias of (h.org/zoo cats @2.0)"
        );
    }

    #[test]
    fn cycles_are_named() {
        let wrong = aliases(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "d"), ("e", "e/e")]);
        let told = "module aliases stand for each other in a cycle: ";
        assert_eq!(meaning(&[&wrong], "a"), format!("{told}(b) -> (c) -> (b)"));
        assert_eq!(meaning(&[&wrong], "d"), format!("{told}(d) -> (d)"));
        assert_eq!(meaning(&[&wrong], "e"), format!("{told}(e) -> (e)"));
    }
}
