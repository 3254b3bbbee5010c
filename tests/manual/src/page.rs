//! The pages, in Markdown: one a library, and an index of all names.
//!
//! The REPL's `,doc` reads them too: an entry begins with `### name`, and nothing else
//! begins so. `###` and `##` at the start of a line are headings only.

use crate::gather::Manual;
use crate::{Entry, Kind};
use std::collections::BTreeMap;
use std::fmt::Write;

const WIDTH: usize = 90;

/// The pages by their file names.
pub fn pages(manual: &Manual) -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> = manual
        .libraries
        .iter()
        .map(|unit| (file_name(unit), page(manual, unit)))
        .collect();
    pages.insert("index.md".into(), index(manual));
    pages
}

fn file_name(unit: &str) -> String {
    format!("{}.md", unit.replace('/', "-"))
}

/// `(scheme base)` for `scheme/base`.
fn library_name(unit: &str) -> String {
    format!("({})", unit.replace('/', " "))
}

fn page(manual: &Manual, unit: &str) -> String {
    let mut text = format!("# `{}`\n", library_name(unit));
    if let Some(library) = manual.world.libraries.get(unit) {
        let _ = write!(text, "\n{}\n", about(&library.text));
    }
    let exported = manual
        .entries
        .iter()
        .filter(|e| e.libraries.iter().any(|u| u == unit));
    let (own, others): (Vec<&Entry>, Vec<&Entry>) = exported.partition(|e| e.libraries[0] == unit);
    let mut homes: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in others {
        homes.entry(&entry.libraries[0]).or_default().push(entry);
    }
    for (home, entries) in homes {
        let names: Vec<String> = entries.iter().map(|e| code(&e.name)).collect();
        let (home, file) = (library_name(home), file_name(home));
        let _ = write!(
            text,
            "\n{}\n",
            wrapped(&format!("From [`{home}`]({file}): {}.", names.join(", ")))
        );
    }
    for item in own {
        text += &entry(item);
    }
    text
}

/// A file's comment as Markdown, up to what only those need who change the file: indented
/// paragraphs are code.
fn about(comment: &str) -> String {
    let paragraphs = comment
        .split("\n\n")
        .take_while(|text| !text.starts_with("Invariants"));
    let shown = paragraphs.map(|text| {
        let is_code = text.lines().all(|line| line.starts_with("  "));
        match is_code {
            true => format!("```\n{text}\n```"),
            false => text.to_owned(),
        }
    });
    shown.collect::<Vec<_>>().join("\n\n").trim().to_owned()
}

fn entry(entry: &Entry) -> String {
    let meaning = &entry.meaning;
    let libraries: Vec<String> = entry
        .libraries
        .iter()
        .map(|u| code(&library_name(u)))
        .collect();
    let head = format!(
        "*{}* of {}; from `{}`",
        meaning.kind.name(),
        libraries.join(", "),
        meaning.source
    );
    let mut text = format!(
        "\n### {}\n\n{}\n\n{}\n",
        code(&entry.name),
        wrapped(&head),
        wrapped(&sentence(entry))
    );
    if !meaning.failures.is_empty() {
        let _ = write!(
            text,
            "\n{}\n",
            wrapped(&format!("Errors: {}", meaning.failures.join(" ")))
        );
    }
    if !entry.examples.is_empty() {
        let _ = write!(text, "\n```scheme\n{}\n```\n", entry.examples.join("\n"));
    }
    text
}

/// The calls, if the text does not begin with one, and the text.
fn sentence(entry: &Entry) -> String {
    let meaning = &entry.meaning;
    let begins_so = meaning.text.starts_with('`');
    if meaning.shapes.is_empty() || begins_so || meaning.kind == Kind::Value {
        return meaning.text.clone();
    }
    let calls: Vec<String> = meaning.shapes.iter().map(|call| code(call)).collect();
    format!("{}: {}", calls.join(", "), meaning.text)
}

/// Text that may hold backquotes, as code.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn index(manual: &Manual) -> String {
    let mut text = String::from(
        "# The manual\n\n\
         Every name that a public library exports: what it is, what it does, what it raises, and\n\
         examples that tests run. Made from the sources by `TERMITE_BLESS=1 cargo test --release -p\n\
         termite-manual`; the REPL shows entries with `,doc NAME` and finds them with `,apropos TEXT`.\n\n\
         A procedure that is called with another number of arguments than its entry shows raises\n\
         `arity`, and one that is given an argument of another type `wrong-type` or `range`; reports\n\
         name the argument and what was expected (`condition-kind`, `condition-report-string`).\n\n\
         ## Libraries\n\n",
    );
    for unit in &manual.libraries {
        let own = manual
            .entries
            .iter()
            .filter(|e| e.libraries.contains(unit))
            .count();
        let _ = writeln!(
            text,
            "- [`{}`]({}), {own} names",
            library_name(unit),
            file_name(unit)
        );
    }
    text += "\n## Names\n\n";
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for entry in &manual.entries {
        let home = &entry.libraries[0];
        let link = format!("[`{}`]({})", library_name(home), file_name(home));
        names.entry(&entry.name).or_default().push(link);
    }
    for (name, links) in names {
        let _ = writeln!(text, "- {}: {}", code(name), links.join(", "));
    }
    text
}

/// The paragraph in lines; code in backquotes is not torn apart where it need not be.
fn wrapped(text: &str) -> String {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let begins_heading = line.is_empty() && word.starts_with('#');
        if !line.is_empty() && line.len() + word.len() >= WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() || begins_heading {
            line.push(' ');
        }
        line += word;
    }
    lines.push(line);
    lines.join("\n")
}
