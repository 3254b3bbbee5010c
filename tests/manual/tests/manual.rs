//! That the pages of `docs/manual` are what the sources say, that no entry is empty, and
//! that examples are right. `TERMITE_BLESS=1` makes the pages anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use termite_bench::binary::{self, root};
use termite_bench::temp::TempDir;
use termite_manual::gather::{Manual, gather};
use termite_manual::library::files_below;
use termite_manual::script::{self, Expected};
use termite_manual::{Entry, Kind, page};
use termite_tests::bless;
use termite_tests::report::Report;

/// Names with an example, at least. The number is raised when there are more.
const LEAST_EXAMPLES: usize = 1277;

const FOLDER: &str = "docs/manual";

fn manual() -> Result<Manual, Report> {
    Ok(gather(root())?)
}

#[test]
fn pages_are_what_the_sources_say() -> Result<(), Report> {
    let wanted = page::pages(&manual()?);
    let folder = root().join(FOLDER);
    if bless::is_wanted() {
        for file in files_below(&folder, "md").unwrap_or_default() {
            fs::remove_file(&file).map_err(|e| e.to_string())?;
        }
        for (name, text) in &wanted {
            fs::write(folder.join(name), text).map_err(|e| format!("{name}: {e}"))?;
        }
    }
    let there: BTreeMap<String, String> = files_below(&folder, "md")?
        .iter()
        .map(|file| {
            (
                file_name(file),
                fs::read_to_string(file).unwrap_or_default(),
            )
        })
        .collect();
    let mut names: Vec<&String> = wanted.keys().chain(there.keys()).collect();
    names.retain(|name| wanted.get(*name) != there.get(*name));
    names.dedup();
    match names.is_empty() {
        true => Ok(()),
        false => Err(Report(format!(
            "{FOLDER} is not what the sources say (TERMITE_BLESS=1 makes it anew): {names:?}"
        ))),
    }
}

fn file_name(file: &std::path::Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[test]
fn every_name_has_a_text() -> Result<(), Report> {
    let manual = manual()?;
    tell(
        manual.entries.iter().filter(|e| e.meaning.text.is_empty()),
        "have no text in their source",
    )
}

#[test]
fn every_procedure_shows_its_call() -> Result<(), Report> {
    let manual = manual()?;
    let lacks = |e: &&Entry| e.meaning.kind != Kind::Value && e.meaning.shapes.is_empty();
    let word = |e: &&Entry| matches!(e.name.as_str(), "_" | "..." | "=>");
    tell(
        manual.entries.iter().filter(lacks).filter(|e| !word(e)),
        "do not show how they are called",
    )
}

#[test]
fn examples_are_not_lost() -> Result<(), Report> {
    let manual = manual()?;
    let count = manual
        .entries
        .iter()
        .filter(|e| !e.examples.is_empty())
        .count();
    println!("{count} of {} names have an example", manual.entries.len());
    let without: Vec<&str> = manual
        .entries
        .iter()
        .filter(|e| e.examples.is_empty())
        .map(|e| e.name.as_str())
        .collect();
    println!("without: {}", without.join(" "));
    assert!(count >= LEAST_EXAMPLES, "{count} names have an example");
    Ok(())
}

fn tell<'e>(entries: impl Iterator<Item = &'e Entry>, what: &str) -> Result<(), Report> {
    let lines: Vec<String> = entries
        .map(|e| {
            format!(
                "  {} of {} ({})",
                e.name,
                e.libraries.join(", "),
                e.meaning.source
            )
        })
        .collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(Report(format!(
            "{} names {what}:\n{}",
            lines.len(),
            lines.join("\n")
        ))),
    }
}

#[test]
fn written_examples_are_right() -> Result<(), Report> {
    let dir = TempDir::new("examples").map_err(|e| e.to_string())?;
    let mut wrong = Vec::new();
    for file in files_below(&root().join("docs/examples"), "txt")? {
        let name = file_name(&file);
        let text = fs::read_to_string(&file).map_err(|e| format!("{name}: {e}"))?;
        let forms = script::parse(&text).map_err(|e| format!("{name}: {e}"))?;
        let program = dir.path().join(&name).with_extension("scm");
        fs::write(&program, script::program(&forms)).map_err(|e| e.to_string())?;
        let shown = run(&program, dir.path())?;
        let mut lines = shown.lines();
        for form in forms.iter().filter(|f| f.expected.is_some()) {
            let expected = form
                .expected
                .as_ref()
                .map(Expected::shown)
                .unwrap_or_default();
            let got = lines.next().unwrap_or("nothing");
            if got != expected {
                let expression = termite_syntax::write_datum(&form.datum);
                wrong.push(format!(
                    "  {name}: {expression} => {got}\n    expected {expected}"
                ));
            }
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Report(wrong.join("\n"))),
    }
}

fn run(program: &PathBuf, dir: &Path) -> Result<String, String> {
    let output = Command::new(binary::termite()?)
        .arg(program)
        .current_dir(dir)
        .output();
    let output = output.map_err(|e| e.to_string())?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(format!("{text}{errors}"))
}
