//! From a library's export to what defines it.

use crate::definition::Definition;
use crate::library::{ImportSet, Library};
use crate::{Kind, Meaning};
use std::collections::BTreeMap;

/// Imports lead no further than this; a circle would not be compiled either.
const MOST_STEPS: usize = 20;

/// The sources of all names.
pub struct World {
    pub libraries: BTreeMap<String, Library>,
    /// Rows of the table of primitives, which `(termite primitives)` exports.
    pub primitives: BTreeMap<String, Meaning>,
    /// Rows of the table of core forms, which `(termite core)` exports.
    pub forms: BTreeMap<String, Meaning>,
}

/// Where a name is defined. Two exports of one origin are one thing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Origin {
    pub unit: String,
    pub name: String,
}

const PRIMITIVES: &str = "termite/primitives";
pub const CORE: &str = "termite/core";

impl World {
    /// What a library means by an outer name.
    pub fn export(&self, unit: &str, outer: &str) -> Option<Origin> {
        self.export_within(unit, outer, MOST_STEPS)
    }

    fn export_within(&self, unit: &str, outer: &str, steps: usize) -> Option<Origin> {
        let steps = steps.checked_sub(1)?;
        let here = |found: bool| {
            found.then(|| Origin {
                unit: unit.to_owned(),
                name: outer.to_owned(),
            })
        };
        match unit {
            PRIMITIVES => here(self.primitives.contains_key(outer)),
            CORE => here(self.forms.contains_key(outer)),
            _ => {
                let library = self.libraries.get(unit)?;
                let (_, inner) = library.exports.iter().find(|(name, _)| name == outer)?;
                self.name_within(unit, library, inner, steps)
            }
        }
    }

    /// All names that an import set brings, with what they mean.
    pub fn imported(&self, set: &ImportSet) -> Vec<(String, Origin)> {
        match set {
            ImportSet::Library(unit) => {
                let exports = self.libraries.get(unit).map(|l| l.exports.as_slice());
                let names = exports.unwrap_or_default().iter().map(|(outer, _)| outer);
                names
                    .filter_map(|outer| Some((outer.clone(), self.export(unit, outer)?)))
                    .collect()
            }
            ImportSet::Only(inner, names) => self.imported_if(inner, |name| names.contains(name)),
            ImportSet::Except(inner, names) => {
                self.imported_if(inner, |name| !names.contains(name))
            }
            ImportSet::Prefix(inner, prefix) => {
                let found = self.imported(inner).into_iter();
                found
                    .map(|(name, origin)| (format!("{prefix}{name}"), origin))
                    .collect()
            }
            ImportSet::Rename(inner, pairs) => {
                let new = |name: String| {
                    let pair = pairs.iter().find(|(old, _)| *old == name);
                    pair.map_or(name, |(_, new)| new.clone())
                };
                let found = self.imported(inner).into_iter();
                found.map(|(name, origin)| (new(name), origin)).collect()
            }
        }
    }

    fn imported_if(
        &self,
        set: &ImportSet,
        wanted: impl Fn(&String) -> bool,
    ) -> Vec<(String, Origin)> {
        let mut found = self.imported(set);
        found.retain(|(name, _)| wanted(name));
        found
    }

    /// What a name means inside of a library. Another name for a thing is that thing.
    fn name_within(
        &self,
        unit: &str,
        library: &Library,
        name: &str,
        steps: usize,
    ) -> Option<Origin> {
        let steps = steps.checked_sub(1)?;
        if let Some(definition) = library.definitions.get(name) {
            let aliased = definition
                .alias
                .as_deref()
                .filter(|_| definition.text.is_empty());
            let origin = aliased.and_then(|alias| self.name_within(unit, library, alias, steps));
            return origin.or_else(|| {
                Some(Origin {
                    unit: unit.to_owned(),
                    name: name.to_owned(),
                })
            });
        }
        library.imports.iter().find_map(|set| {
            let (from, outer) = original(set, name)?;
            self.export_within(from, &outer, steps)
        })
    }

    pub fn meaning(&self, origin: &Origin) -> Option<Meaning> {
        match origin.unit.as_str() {
            PRIMITIVES => self.primitives.get(&origin.name).cloned(),
            CORE => self.forms.get(&origin.name).cloned(),
            unit => {
                let library = self.libraries.get(unit)?;
                let definition = library.definitions.get(&origin.name)?;
                Some(of_definition(&origin.name, definition, library))
            }
        }
    }
}

fn of_definition(name: &str, definition: &Definition, library: &Library) -> Meaning {
    let split = crate::comment::split_call(name, &definition.text);
    let (shapes, text) = match split {
        Some((call, text)) if definition.kind != Kind::Value => (vec![call], text),
        _ => (definition.shapes.clone(), definition.text.clone()),
    };
    Meaning {
        kind: definition.kind,
        shapes,
        text,
        failures: definition.failures.clone(),
        source: library.path.clone(),
    }
}

/// The library of an import set that a name comes from, and its name there.
fn original<'s>(set: &'s ImportSet, name: &str) -> Option<(&'s str, String)> {
    match set {
        ImportSet::Library(unit) => Some((unit, name.to_owned())),
        ImportSet::Only(inner, names) => {
            let listed = names.iter().any(|n| n == name);
            listed.then(|| original(inner, name)).flatten()
        }
        ImportSet::Except(inner, names) => {
            let listed = names.iter().any(|n| n == name);
            (!listed).then(|| original(inner, name)).flatten()
        }
        ImportSet::Prefix(inner, prefix) => original(inner, name.strip_prefix(prefix.as_str())?),
        ImportSet::Rename(inner, pairs) => {
            if let Some((old, _)) = pairs.iter().find(|(_, new)| new == name) {
                return original(inner, old);
            }
            let hidden = pairs.iter().any(|(old, _)| old == name);
            (!hidden).then(|| original(inner, name)).flatten()
        }
    }
}
