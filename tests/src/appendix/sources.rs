//! Where the sources define and test a name, found by its spelling.

use crate::tree::files_below;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The words of the files that matter.
#[derive(Default)]
pub struct Sources {
    /// By the path of the library without `.sld`: `scheme/base`.
    exports: BTreeMap<String, BTreeSet<String>>,
    /// Files by what they define: core forms, procedures in Scheme, primitives.
    definitions: BTreeMap<String, String>,
    /// What a name is exported as: new name to old name.
    renames: BTreeMap<String, String>,
    /// How often each word stands in each file of the suite.
    tests: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Sources {
    pub fn load(root: &Path) -> Result<Sources, String> {
        let mut sources = Sources::default();
        each_file(root, "lib-scheme", "sld", |path, text| {
            sources.add_library(path, text);
        })?;
        for folder in ["stdlib/src", "runtime/vm/src/prims"] {
            each_file(root, folder, "rs", |path, text| {
                let rows = text.lines().filter_map(primitive_row);
                rows.for_each(|name| sources.define(name, path));
            })?;
        }
        each_file(root, "compiler/expand/src", "rs", |path, text| {
            if path.ends_with("core_form.rs") {
                let rows = text.lines().filter_map(core_form_row);
                rows.for_each(|name| sources.define(name, path));
            }
        })?;
        each_file(root, "tests/conformance", "scm", |path, text| {
            for word in words(text) {
                let files = sources.tests.entry(word).or_default();
                *files.entry(path.to_owned()).or_default() += 1;
            }
        })?;
        Ok(sources)
    }

    fn define(&mut self, name: &str, path: &str) {
        self.definitions
            .entry(name.to_owned())
            .or_insert_with(|| path.to_owned());
    }

    /// The libraries of R7RS and those beneath them.
    fn add_library(&mut self, path: &str, text: &str) {
        let Some(name) = path.strip_prefix("lib-scheme/") else {
            return;
        };
        let words = words(text);
        let end = words.iter().position(|word| word == "import");
        let exports = words[..end.unwrap_or(words.len())].iter().cloned();
        let name = name.trim_end_matches(".sld").to_owned();
        if name.starts_with("scheme/") {
            self.exports.insert(name, exports.collect());
        } else if !name.starts_with("termite/") {
            return;
        }
        for window in words.windows(3) {
            if window[0] == "rename" {
                self.renames.insert(window[2].clone(), window[1].clone());
            }
        }
        for name in scheme_definitions(text) {
            self.define(&name, path);
        }
    }

    pub fn exports(&self, library: &str) -> BTreeSet<String> {
        let path = library.trim_matches(['(', ')']).replace(' ', "/");
        self.exports.get(&path).cloned().unwrap_or_default()
    }

    pub fn definition(&self, name: &str) -> Option<String> {
        let old = self.renames.get(name);
        let found = self.definitions.get(name);
        found.or_else(|| self.definitions.get(old?)).cloned()
    }

    /// The file in which the name stands most often.
    pub fn test(&self, name: &str) -> Option<String> {
        let files = self.tests.get(name)?;
        let most = files.values().max()?;
        let first = files.iter().find(|(_, count)| *count == most)?;
        Some(first.0.trim_start_matches("tests/conformance/").to_owned())
    }
}

fn each_file(
    root: &Path,
    folder: &str,
    extension: &str,
    mut visit: impl FnMut(&str, &str),
) -> Result<(), String> {
    let files = files_below(&root.join(folder)).map_err(|e| format!("{folder}: {e}"))?;
    for file in files {
        if file.extension().is_some_and(|e| e == extension) {
            let path = file.strip_prefix(root).unwrap_or(&file);
            let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            visit(&path.to_string_lossy().replace('\\', "/"), &text);
        }
    }
    Ok(())
}

/// `"name" (arity) Class => ...`, or the name alone as an argument.
fn primitive_row(line: &str) -> Option<&str> {
    let (name, rest) = line.trim_start().strip_prefix('"')?.split_once('"')?;
    (rest.starts_with(" (") || rest == ",").then_some(name)
}

/// `Name "name" expression(...)`, or another kind.
fn core_form_row(line: &str) -> Option<&str> {
    let (rust_name, rest) = line.trim().split_once(" \"")?;
    let (name, _) = rest.split_once("\" ")?;
    let is_row = line.ends_with(';') && rust_name.chars().all(char::is_alphanumeric);
    is_row.then_some(name)
}

/// What is defined with `define`, `define-syntax`, `define-values`, and all words of a
/// `define-record-type`, which stand indented below it.
fn scheme_definitions(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_record = false;
    for line in text.lines() {
        let line = line.trim_start();
        in_record &= !line.is_empty();
        if let Some(rest) = line.strip_prefix("(define-record-type ") {
            in_record = true;
            found.extend(words(rest));
        } else if in_record {
            found.extend(words(line));
        } else if line.starts_with("(define") {
            found.extend(words(line).into_iter().nth(1));
        }
    }
    found
}

/// The words of a text in Scheme, without comments and what stands in strings.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            ';' => rest.find('\n').unwrap_or(rest.len()),
            '"' => string_length(rest),
            '#' if rest.starts_with("#\\") => {
                2 + rest[2..].chars().next().map_or(0, char::len_utf8)
            }
            c if is_delimiter(c) => c.len_utf8(),
            _ => {
                let end = rest.find(is_delimiter).unwrap_or(rest.len());
                words.push(rest[..end].to_owned());
                end
            }
        };
        rest = &rest[length..];
    }
    words
}

fn is_delimiter(c: char) -> bool {
    c.is_whitespace() || "()\";'`,".contains(c)
}

/// Of the string that the text begins with, with its quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_outside_of_comments_and_strings() {
        let text = "(a \"b \\\" c\" #\\; '(d . e)) ; f\n`(,g #\\( h)";
        assert_eq!(words(text).join(" "), "a d . e g h");
        assert_eq!(words("\"\" x"), ["x"]);
    }

    #[test]
    fn rows_of_tables() {
        assert_eq!(primitive_row("    \"car\" (1) Leaf => car;"), Some("car"));
        assert_eq!(primitive_row("    /// `(car x)`"), None);
        assert_eq!(
            core_form_row("    If \"if\" expression(x::if_);"),
            Some("if")
        );
        assert_eq!(core_form_row("    let x = \"if\" + 1;"), None);
    }

    #[test]
    fn definitions_in_scheme() {
        let text =
            "(define (f x) x)\n(define g 1)\n(define-record-type r\n  (make a)\n  r?)\n\n(h)";
        assert_eq!(scheme_definitions(text).join(" "), "f g r make a r?");
    }
}
