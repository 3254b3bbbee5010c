//! Text in, text out: each case of `tests/data/*.scm` is read, and what came of
//! it stands in the `.out` beside it. `TERMITE_BLESS=1` writes those anew.
//!
//! Cases are separated by a line of five dashes. Files named `spans*` show the
//! place of every part, the others that of every datum.

mod support;

use std::fmt::Write;
use support::{FILE, cases, inputs};
use termite_syntax::{Datum, ReadError, ReadState, SourceMap, Span};

#[test]
fn golden() {
    let bless = std::env::var_os("TERMITE_BLESS").is_some();
    let mut wrong = Vec::new();
    for (path, text) in inputs() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let every_part = name.starts_with("spans");
        let shown: Vec<_> = cases(&text)
            .iter()
            .map(|case| show(case, every_part))
            .collect();
        let shown = shown.join("-----\n");
        let expected = std::fs::read_to_string(path.with_extension("out")).unwrap_or_default();
        if bless {
            std::fs::write(path.with_extension("out"), &shown).unwrap();
        } else if shown != expected {
            wrong.push(format!("{name}: expected\n{expected}\nbut got\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn show(case: &str, every_part: bool) -> String {
    let mut sources = SourceMap::new();
    assert_eq!(sources.add("t.scm", case), FILE);
    let mut state = ReadState::new(FILE);
    let mut out = String::new();
    loop {
        match state.resume(case, true) {
            Ok(None) => return out,
            Ok(Some(datum)) => show_datum(&mut out, &datum, &sources, every_part),
            Err(ReadError::Invalid(found)) => return out + &found.render(&sources),
            Err(ReadError::Incomplete(found)) => {
                return out + "incomplete: " + &found.render(&sources);
            }
        }
    }
}

fn show_datum(out: &mut String, datum: &Datum, sources: &SourceMap, every_part: bool) {
    let parts = datum.walk().take(if every_part { usize::MAX } else { 1 });
    for part in parts {
        writeln!(out, "{} {part}", place(part.span, sources)).unwrap();
    }
}

fn place(span: Span, sources: &SourceMap) -> String {
    let source = sources.get(span.file).unwrap();
    let (start, end) = (source.location(span.start), source.location(span.end));
    format!(
        "{}:{}-{}:{}",
        start.line, start.column, end.line, end.column
    )
}
