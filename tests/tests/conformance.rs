//! The conformance suite: what the report says, section by section, in every mode, and
//! that each binding of its appendix A has a library, a source and a check.
//!
//! `tests/conformance/check.inc` gives the notation. Examples of the report whose answer
//! can be written down stand there with the section's number as their file's name.

use termite_tests::appendix;
use termite_tests::report::Report;
use termite_tests::suite::{discover, run};

/// Fewer would mean that files were lost.
const LEAST_CHECKS: usize = 1500;

#[test]
fn the_report() -> Result<(), Report> {
    run("conformance", discover("tests/conformance", ".scm")?)
}

/// A golden file that admits failures would be wrong, whatever the programs print.
#[test]
fn the_suite_is_whole() {
    if std::env::var_os("TERMITE_FILTER").is_some() {
        return;
    }
    let mut checks = 0;
    for case in discover("tests/conformance", ".scm").unwrap() {
        let golden = case.stdout.unwrap_or_default();
        let last = golden.lines().last().unwrap_or_default();
        let count = last.strip_suffix(" checks, 0 failed");
        let count = count.and_then(|count| count.parse::<usize>().ok());
        checks += count.unwrap_or_else(|| panic!("{}.out ends in {last:?}", case.name));
    }
    assert!(checks >= LEAST_CHECKS, "{checks} checks");
}

/// `docs/r7rs.md` is made from the sources; `TERMITE_BLESS=1` makes it anew.
#[test]
fn every_binding_is_covered() -> Result<(), Report> {
    appendix::check_table("docs/r7rs.md")
}
