//! A library's file as data: what it exports, imports and defines.

use crate::definition::{self, Definition};
use std::collections::BTreeMap;
use std::path::Path;
use termite_syntax::{Datum, FileId, read_all};

/// An import set without its meaning.
#[derive(Clone, Debug)]
pub enum ImportSet {
    Library(String),
    Only(Box<ImportSet>, Vec<String>),
    Except(Box<ImportSet>, Vec<String>),
    Prefix(Box<ImportSet>, String),
    /// Old and new names.
    Rename(Box<ImportSet>, Vec<(String, String)>),
}

#[derive(Debug, Default)]
pub struct Library {
    /// From the root of the tree.
    pub path: String,
    /// The comment that the file begins with.
    pub text: String,
    /// Outer names in the order of the file, each with its inner name.
    pub exports: Vec<(String, String)>,
    pub imports: Vec<ImportSet>,
    pub definitions: BTreeMap<String, Definition>,
}

/// All libraries of `lib-scheme`, by their unit names.
pub fn load(root: &Path) -> Result<BTreeMap<String, Library>, String> {
    let folder = root.join("lib-scheme");
    let mut libraries = BTreeMap::new();
    for file in files_below(&folder, "sld")? {
        let text =
            std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let unit = unit_name(&folder, &file);
        let path = format!("lib-scheme/{unit}.sld");
        libraries.insert(unit, read(path, &text)?);
    }
    Ok(libraries)
}

/// The files below a folder with this extension, in order.
pub fn files_below(folder: &Path, extension: &str) -> Result<Vec<std::path::PathBuf>, String> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.is_dir() {
            found.extend(files_below(&path, extension)?);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// `scheme/base` for `lib-scheme/scheme/base.sld`.
fn unit_name(folder: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    let parts = relative.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn read(path: String, text: &str) -> Result<Library, String> {
    let data = read_all(FileId::NONE, text).map_err(|d| format!("{path}: {}", d.message))?;
    let mut library = Library {
        text: header(text),
        path,
        ..Library::default()
    };
    let declarations = data.iter().flat_map(|datum| datum.items().skip(2));
    for declaration in declarations {
        let rest = declaration.items().skip(1);
        match head(declaration).as_str() {
            "export" => library.exports.extend(rest.filter_map(export)),
            "import" => library.imports.extend(rest.filter_map(import_set)),
            "begin" => rest.for_each(|form| definition::add(&mut library, text, form)),
            _ => {}
        }
    }
    definition::name_failures(&mut library.definitions);
    Ok(library)
}

/// The `;;;` lines that a file begins with: its paragraphs.
fn header(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with(";;;"));
    let lines = lines.map(|line| line.trim_start_matches(';'));
    let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The symbol that a list begins with.
pub fn head(datum: &Datum) -> String {
    datum.car().map(symbol).unwrap_or_default()
}

pub fn symbol(datum: &Datum) -> String {
    let name = datum.as_symbol();
    name.map(|s| s.as_str().to_owned()).unwrap_or_default()
}

fn export(spec: &Datum) -> Option<(String, String)> {
    let items: Vec<String> = spec.items().map(symbol).collect();
    match &items[..] {
        [_, inner, outer] => Some((outer.clone(), inner.clone())),
        _ => spec.as_symbol().map(|_| (symbol(spec), symbol(spec))),
    }
}

/// `None` for what is no import set.
pub fn import_set(datum: &Datum) -> Option<ImportSet> {
    let items: Vec<&Datum> = datum.items().collect();
    let inner = items.get(1).filter(|d| d.is_pair());
    let inner = inner.and_then(|d| import_set(d)).map(Box::new);
    let rest = items.get(2..).unwrap_or_default();
    let names = || rest.iter().map(|d| symbol(d)).collect();
    Some(match (head(datum).as_str(), inner) {
        ("only", Some(inner)) => ImportSet::Only(inner, names()),
        ("except", Some(inner)) => ImportSet::Except(inner, names()),
        ("prefix", Some(inner)) => ImportSet::Prefix(inner, symbol(rest.first()?)),
        ("rename", Some(inner)) => {
            ImportSet::Rename(inner, rest.iter().filter_map(|d| pair(d)).collect())
        }
        _ => {
            let parts: Vec<String> = items
                .iter()
                .map(|d| termite_syntax::write_datum(d))
                .collect();
            ImportSet::Library(parts.join("/"))
        }
    })
}

fn pair(datum: &Datum) -> Option<(String, String)> {
    let mut items = datum.items().map(symbol);
    Some((items.next()?, items.next()?))
}
