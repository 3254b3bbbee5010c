//! Appendix A of R7RS: each binding with its library, where it is defined, what tests it.
//!
//! `names.txt` is the appendix, the one list here that is not drawn from the sources. The
//! rest is read out of them: exports of the `.sld` files, rows of the tables of core forms
//! and primitives, definitions in Scheme, words of the conformance suite. What is looked
//! for are words, not meanings; a definition that only looks like one would be taken.

mod sources;

use crate::bless;
use crate::report::Report;
use sources::Sources;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use termite_bench::binary::root;

const NAMES: &str = include_str!("names.txt");

/// The libraries of the appendix with their names.
pub fn libraries() -> Vec<(&'static str, Vec<&'static str>)> {
    let blocks = NAMES.trim().split("\n\n");
    let parts = blocks.filter_map(|block| block.split_once('\n'));
    parts
        .map(|(library, names)| (library, names.split_whitespace().collect()))
        .collect()
}

/// Compares a generated document with what the sources say now, or writes it anew; tells
/// about bindings that no library, source or check has.
pub fn check_table(path: &str) -> Result<(), Report> {
    let sources = Sources::load(root())?;
    let mut missing = Vec::new();
    let table = table(&sources, &mut missing);
    if !missing.is_empty() {
        return Err(Report(format!("  {}\n", missing.join("\n  "))));
    }
    let file = root().join(path);
    if bless::is_wanted() {
        fs::write(&file, &table).map_err(|e| format!("{path}: {e}"))?;
    }
    match fs::read_to_string(&file) {
        Ok(text) if text == table => Ok(()),
        Ok(_) => Err(Report(format!(
            "{path} is not what the sources say (TERMITE_BLESS=1 makes it anew)"
        ))),
        Err(e) => Err(Report(format!("{path}: {e} (TERMITE_BLESS=1 makes it)"))),
    }
}

fn table(sources: &Sources, missing: &mut Vec<String>) -> String {
    let mut text = String::from(
        "# The bindings of R7RS-small\n\n\
         Every binding of the report's appendix A, where it is defined, and the part of the\n\
         conformance suite (`tests/conformance`) that speaks of it most. Made from the sources\n\
         by `TERMITE_BLESS=1 cargo test -p termite-tests --test conformance`.\n",
    );
    for (library, names) in libraries() {
        let exports = sources.exports(library);
        let _ = write!(
            text,
            "\n## `{library}`\n\n| name | source | test |\n|---|---|---|\n"
        );
        for name in names {
            text += &row(sources, library, &exports, name, missing);
        }
    }
    text
}

fn row(
    sources: &Sources,
    library: &str,
    exports: &BTreeSet<String>,
    name: &str,
    missing: &mut Vec<String>,
) -> String {
    if !exports.contains(name) {
        missing.push(format!("{library} does not export {name}"));
    }
    let mut found = |what: Option<String>, why: &str| {
        what.unwrap_or_else(|| {
            missing.push(format!("{name} of {library} {why}"));
            String::new()
        })
    };
    let source = found(sources.definition(name), "is defined nowhere");
    let test = found(sources.test(name), "has no check in tests/conformance");
    format!("| `{name}` | `{source}` | `{test}` |\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_appendix_has_its_sixteen_libraries() {
        let all = libraries();
        assert_eq!(all.len(), 16);
        let base = &all[0];
        assert_eq!(base.0, "(scheme base)");
        assert!(base.1.contains(&"zero?"));
        let names: BTreeSet<_> = all.iter().flat_map(|(_, names)| names).collect();
        assert!(names.len() > 330, "{}", names.len());
    }

    #[test]
    fn what_is_missing_is_told() {
        let mut missing = Vec::new();
        let nothing = Sources::default();
        row(
            &nothing,
            "(scheme base)",
            &BTreeSet::new(),
            "car",
            &mut missing,
        );
        assert_eq!(missing.len(), 3, "{missing:?}");
    }
}
