//! Taking what a program prints as what it should print.
//!
//! Standard error becomes golden as it is. Standard output only where nothing is golden
//! yet: it was written down by hand, and a program that prints something else is wrong.

use crate::case::Case;
use crate::check::Outcome;
use std::fs;
use termite_bench::process::End;

pub fn is_wanted() -> bool {
    std::env::var_os("TERMITE_BLESS").is_some_and(|value| !value.is_empty() && value != "0")
}

/// Blesses a run that ended as it should; others are left to fail.
pub fn bless(case: &mut Case, outcome: &Outcome) -> Result<(), String> {
    let lacks = |text: &String| !outcome.stderr.contains(text);
    if outcome.end != End::Exit(case.exit) || case.errors.iter().any(lacks) {
        return Ok(());
    }
    if case.stdout.is_none() {
        write(case, "out", &outcome.stdout)?;
        case.stdout = Some(outcome.stdout.clone());
    }
    if case.stderr.as_deref().unwrap_or("") != outcome.stderr {
        write(case, "err", &outcome.stderr)?;
    }
    case.stderr = Some(outcome.stderr.clone());
    Ok(())
}

/// An empty `.err` is none.
fn write(case: &Case, extension: &str, text: &str) -> Result<(), String> {
    let path = case.path.with_extension(extension);
    let done = match extension {
        "err" if text.is_empty() => fs::remove_file(&path),
        _ => fs::write(&path, text),
    };
    done.map_err(|e| format!("{}: {e}", path.display()))
}
