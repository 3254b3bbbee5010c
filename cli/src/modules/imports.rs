//! Which repositories the libraries and scripts of a directory import, as far as their texts
//! say it: no macro is expanded, and every branch of a `cond-expand` counts.

use super::Failure;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use termite_expand::LibraryName;
use termite_modules::ModuleName;
use termite_syntax::{Datum, FileId, read_all};

/// An import of a library in a repository.
pub struct Import {
    pub name: ModuleName,
    /// The file that has it.
    pub file: PathBuf,
}

/// How deep directories are looked into.
const MAX_DEPTH: usize = 32;
/// How many aliases lead from a name to what it stands for.
const MAX_ALIASES: usize = 32;

/// The imports of all `.sld` and `.scm` files below a directory that name a host. Files that
/// cannot be read as Scheme are left out: they may be anything.
pub fn of_directory(directory: &Path) -> Result<Vec<Import>, Failure> {
    let mut texts = Vec::new();
    collect(directory, 0, &mut texts)?;
    let mut aliases = BTreeMap::new();
    for (_, data) in &texts {
        data.iter().for_each(|form| add_alias(form, &mut aliases));
    }
    let mut found = Vec::new();
    for (file, data) in &texts {
        let mut names = Vec::new();
        data.iter().for_each(|form| imports_of(form, &mut names));
        for name in names {
            let name = resolve(name, &aliases);
            let is_hosted = name
                .split_once('/')
                .is_some_and(|(host, _)| host.contains('.'));
            if let Ok(name) = ModuleName::parse(&name)
                && is_hosted
            {
                let file = file.clone();
                found.push(Import { name, file });
            }
        }
    }
    Ok(found)
}

/// The name of the first library that a text defines, its parts joined by `/`.
pub fn defined_library(text: &str) -> Option<String> {
    let data = read_all(FileId::NONE, text).ok()?;
    let form = data
        .iter()
        .find(|form| head(form) == Some("define-library"))?;
    let name = LibraryName::from_datum(form.items().nth(1)?)?;
    Some(name.unit())
}

fn collect(
    directory: &Path,
    depth: usize,
    texts: &mut Vec<(PathBuf, Vec<Datum>)>,
) -> Result<(), Failure> {
    let fault = |e| Failure::missing(format!("{}: {e}", directory.display()));
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(fault)? {
        entries.push(entry.map_err(fault)?.path());
    }
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        let Ok(about) = path.symlink_metadata() else {
            continue;
        };
        if about.is_dir() && !name.starts_with('.') && depth < MAX_DEPTH {
            collect(&path, depth + 1, texts)?;
        } else if about.is_file() && (name.ends_with(".sld") || name.ends_with(".scm")) {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if let Ok(data) = read_all(FileId::NONE, &text) {
                texts.push((path, data));
            }
        }
    }
    Ok(())
}

fn head(form: &Datum) -> Option<&'static str> {
    Some(form.car()?.as_symbol()?.as_str())
}

/// Adds the names that a toplevel form or a library declaration imports.
fn imports_of(form: &Datum, names: &mut Vec<LibraryName>) {
    let mut open = vec![form];
    while let Some(form) = open.pop() {
        let rest = || form.items().skip(1);
        match head(form) {
            Some("import") => names.extend(rest().filter_map(imported)),
            Some("define-library") => open.extend(rest().skip(1)),
            // Its clauses: a requirement, then declarations.
            Some("cond-expand") => {
                open.extend(rest().flat_map(|clause| clause.items().skip(1)));
            }
            Some(_) | None => {}
        }
    }
}

/// The library of an import set.
fn imported(set: &Datum) -> Option<LibraryName> {
    let mut set = set;
    loop {
        let inner = set.items().nth(1);
        match (head(set), inner) {
            (Some("only" | "except" | "prefix" | "rename"), Some(inner)) if inner.is_pair() => {
                set = inner;
            }
            _ => return LibraryName::from_datum(set),
        }
    }
}

/// `(define-module-alias (fh) (github.com/fred hello))`, wherever it may stand.
fn add_alias(form: &Datum, aliases: &mut BTreeMap<String, LibraryName>) {
    let inner = form
        .items()
        .filter(|_| head(form) == Some("define-library"));
    for form in inner.chain([form]) {
        if head(form) != Some("define-module-alias") {
            continue;
        }
        let mut names = form.items().skip(1).filter_map(LibraryName::from_datum);
        if let (Some(name), Some(target)) = (names.next(), names.next()) {
            aliases.insert(name.parts.join("/"), target);
        }
    }
}

/// The name that an import comes to, aliases seen through, as `path@version`.
fn resolve(mut name: LibraryName, aliases: &BTreeMap<String, LibraryName>) -> String {
    for _ in 0..MAX_ALIASES {
        let path = name.parts.join("/");
        let covers = |alias: &str| {
            let rest = path.strip_prefix(alias);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let longest = aliases.iter().filter(|(alias, _)| covers(alias));
        let Some((alias, target)) = longest.max_by_key(|(alias, _)| alias.len()) else {
            break;
        };
        let next = LibraryName {
            parts: vec![format!(
                "{}{}",
                target.parts.join("/"),
                &path[alias.len()..]
            )],
            version: name.version.clone().or_else(|| target.version.clone()),
        };
        // An alias of a name for itself gives it a version.
        let is_same = next.parts.join("/") == path;
        name = next;
        if is_same {
            break;
        }
    }
    name.unit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> String {
        let data = read_all(FileId::NONE, text).unwrap();
        let mut aliases = BTreeMap::new();
        data.iter().for_each(|form| add_alias(form, &mut aliases));
        let mut names = Vec::new();
        data.iter().for_each(|form| imports_of(form, &mut names));
        let names = names.into_iter().map(|name| resolve(name, &aliases));
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn imports_are_found_wherever_they_stand() {
        let cases = [
            ("(import (scheme base) (only (a b) x))", "scheme/base a/b"),
            (
                "(import (rename (prefix (github.com/fred hello @1.0) p:) (a b)))",
                "github.com/fred/hello@1.0",
            ),
            (
                "(import github.com/fred/hello@1.0)",
                "github.com/fred/hello@1.0",
            ),
            ("(import (only))", "only"),
            (
                "(define-library (x) (export a) (cond-expand (r7rs (import (a))) (else (import (b)))))",
                "b a",
            ),
            ("(display '(import (a)))", ""),
            (
                "(define-module-alias (fh) (github.com/fred hello)) (import (fh @1.0) (fh sub) (fhx))",
                "github.com/fred/hello@1.0 github.com/fred/hello/sub fhx",
            ),
            (
                "(define-module-alias a b) (define-module-alias b a) (import (a))",
                "a",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn the_library_of_a_text_is_found() {
        let text = "(declare (block)) (define-library (github.com/fred hello) (export))";
        assert_eq!(defined_library(text).unwrap(), "github.com/fred/hello");
        assert_eq!(defined_library("(define-library"), None);
    }
}
