//! All entries of the manual, from a source tree and the tables of this build.

use crate::example::{self, Example};
use crate::library::{self, files_below};
use crate::resolve::{Origin, World};
use crate::{Entry, Kind, Meaning, comment, shape};
use std::collections::BTreeMap;
use std::path::Path;
use termite_expand::core_form::CoreForm;
use termite_vm::Primitive;

/// Libraries below `termite/` that programs may use; the others are for `lib-scheme`.
const PUBLIC: &[&str] = &["io", "match", "process", "node", "exceptions"];

pub struct Manual {
    pub world: World,
    /// Unit names of the public libraries, in the manual's order.
    pub libraries: Vec<String>,
    /// In the order of names, then of their homes.
    pub entries: Vec<Entry>,
}

pub fn gather(root: &Path) -> Result<Manual, String> {
    let world = World {
        libraries: library::load(root)?,
        primitives: primitives(root)?,
        forms: forms(),
    };
    let mut libraries: Vec<String> = world.libraries.keys().cloned().collect();
    libraries.retain(|unit| is_public(unit));
    libraries.sort_by_key(|unit| order(unit));
    let mut entries = entries(&world, &libraries)?;
    let examples = example::load(root, &world)?;
    for entry in &mut entries {
        entry.examples = example::best(entry, &examples)
            .into_iter()
            .map(Example::shown)
            .collect();
    }
    Ok(Manual {
        world,
        libraries,
        entries,
    })
}

fn is_public(unit: &str) -> bool {
    match unit.split_once('/') {
        None => unit == "termite",
        Some(("termite", part)) => PUBLIC.contains(&part),
        Some(("scheme" | "srfi", _)) => true,
        Some(_) => false,
    }
}

/// R7RS before Termite's own libraries before SRFIs, in the order of their numbers; old
/// collections of names last, so that an entry's home is where people look for it.
fn order(unit: &str) -> (usize, u32, String) {
    let number = unit
        .split('/')
        .next_back()
        .and_then(|part| part.parse().ok());
    let group = match unit {
        "scheme/base" => 0,
        "scheme/r5rs" => 5,
        "termite/exceptions" => 6,
        "termite" => 3,
        unit if unit.starts_with("scheme/") => 1,
        unit if unit.starts_with("termite/") => 2,
        _ => 4,
    };
    (group, number.unwrap_or(0), unit.to_owned())
}

/// Each name once for each thing that it means in one of the libraries.
fn entries(world: &World, libraries: &[String]) -> Result<Vec<Entry>, String> {
    let mut found: BTreeMap<(String, Origin), Entry> = BTreeMap::new();
    for unit in libraries {
        let Some(library) = world.libraries.get(unit) else {
            continue;
        };
        let names = library.exports.iter().map(|(outer, _)| outer);
        for name in names.filter(|name| !name.starts_with('%')) {
            let origin = world.export(unit, name);
            let origin = origin.ok_or_else(|| format!("{unit}: {name} is defined nowhere"))?;
            let meaning = world.meaning(&origin);
            let meaning = meaning.ok_or_else(|| format!("{unit}: {name} means nothing"))?;
            let meaning = renamed(meaning, &origin.name, name);
            let entry = found
                .entry((name.clone(), origin.clone()))
                .or_insert_with(|| Entry {
                    name: name.clone(),
                    origin,
                    meaning,
                    libraries: Vec::new(),
                    examples: Vec::new(),
                });
            entry.libraries.push(unit.clone());
        }
    }
    let mut entries: Vec<Entry> = found.into_values().collect();
    for entry in &mut entries {
        // Its home is the library that defines it, if programs may use that.
        let home = entry
            .libraries
            .iter()
            .position(|unit| *unit == entry.origin.unit);
        entry.libraries[..=home.unwrap_or(0)].rotate_right(1);
    }
    entries.sort_by_key(|entry| (entry.name.clone(), order(&entry.libraries[0])));
    Ok(entries)
}

/// Of a name that is exported as another one.
fn renamed(mut meaning: Meaning, from: &str, to: &str) -> Meaning {
    if from != to {
        for call in &mut meaning.shapes {
            *call = shape::renamed(call, from, to);
        }
        meaning.text = meaning
            .text
            .replace(&format!("`({from} "), &format!("`({to} "));
        meaning.text = meaning
            .text
            .replace(&format!("`({from})"), &format!("`({to})"));
    }
    meaning
}

fn primitives(root: &Path) -> Result<BTreeMap<String, Meaning>, String> {
    let files = primitive_files(root)?;
    let rows = termite_stdlib::table().iter().copied();
    let rows = rows.chain(termite_vm::prims::table());
    Ok(rows
        .map(|row| (row.info.name.to_owned(), of_primitive(&row, &files)))
        .collect())
}

fn of_primitive(row: &Primitive, files: &BTreeMap<String, String>) -> Meaning {
    let name = row.info.name;
    let doc = comment::paragraph(row.info.doc);
    let (call, text) = comment::split_call(name, &doc).unwrap_or((format!("({name} ...)"), doc));
    Meaning {
        kind: Kind::Procedure,
        shapes: vec![call],
        text,
        failures: Vec::new(),
        source: files.get(name).cloned().unwrap_or_default(),
    }
}

/// The files with the rows of primitives, by name.
fn primitive_files(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for folder in ["stdlib/src", "runtime/vm/src/prims"] {
        for file in files_below(&root.join(folder), "rs")? {
            let text =
                std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            let path = file
                .strip_prefix(root)
                .unwrap_or(&file)
                .to_string_lossy()
                .into_owned();
            for name in text.lines().filter_map(row_name) {
                found.insert(name.to_owned(), path.clone());
            }
        }
    }
    Ok(found)
}

/// `"name" (arity) Class => ...`, or the name alone as an argument.
fn row_name(line: &str) -> Option<&str> {
    let (name, rest) = line.trim_start().strip_prefix('"')?.split_once('"')?;
    (rest.starts_with(" (") || rest == ",").then_some(name)
}

fn forms() -> BTreeMap<String, Meaning> {
    let of_form = |form: &CoreForm| {
        let doc = comment::paragraph(form.doc());
        let split = comment::split_call(form.name(), &doc);
        let (shapes, text) = match split {
            Some((call, text)) => (vec![call], text),
            None => (Vec::new(), doc),
        };
        Meaning {
            kind: Kind::Syntax,
            shapes,
            text,
            failures: Vec::new(),
            source: "compiler/expand/src/core_form.rs".into(),
        }
    };
    let rows = CoreForm::ALL.iter();
    rows.map(|form| (form.name().to_owned(), of_form(form)))
        .collect()
}
