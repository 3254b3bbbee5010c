//! Every program gives the same in every mode, and what its golden files say.
//!
//! See `termite_tests` for the variables that choose programs and modes, and `case` for
//! what a program can say about itself.

use std::process::Command;
use termite_bench::binary::{self, root};
use termite_bench::measure::read_stats;
use termite_bench::process::Limits;
use termite_bench::temp::TempDir;
use termite_tests::report::Report;
use termite_tests::suite::{discover, run};
use termite_tests::{pool, readme};

#[test]
fn programs() -> Result<(), Report> {
    run("programs", discover("tests/run", ".scm")?)
}

/// A library's test stands beside it and ends in `-test.scm`.
#[test]
fn libraries() -> Result<(), Report> {
    run("libraries", discover("lib-scheme", "-test.scm")?)
}

/// Those of several nodes are run by `nodes.rs`.
#[test]
fn examples() -> Result<(), Report> {
    let mut cases = discover("examples", ".scm")?;
    cases.retain(|case| !case.name.starts_with("examples/nodes/"));
    run("examples", cases)
}

#[test]
fn readme_programs() -> Result<(), Report> {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap_or_default();
    let dir = TempDir::new("readme")?;
    run("readme", readme::programs(&text, dir.path())?)
}

/// Every frame that is pushed and every pair that is made needs room, and so has a
/// safepoint before it; the harness would hardly notice if they were passed over.
#[test]
fn zeal_collects_at_every_safepoint() -> Result<(), Report> {
    const DEPTH: u64 = 2000;
    let text = format!("(define (f n) (if (= n 0) '() (cons n (f (- n 1))))) (length (f {DEPTH}))");
    for tier in ["interp", "jit"] {
        let mut command = Command::new(binary::termite()?);
        command.args(["--tier", tier, "--zeal", "1", "--stats", "-e", &text]);
        let done = pool::run_alone(&mut command, b"", Limits::seconds(60))?;
        let stats = read_stats(&done.stderr_text());
        let collections = stats.get("gc-minor").copied().unwrap_or(0.0);
        if collections < 2.0 * DEPTH as f64 {
            return Err(Report(format!(
                "{tier}: {collections} collections while {DEPTH} frames and {DEPTH} pairs were made"
            )));
        }
    }
    Ok(())
}

#[test]
fn the_corpus_is_large_enough() {
    if std::env::var_os("TERMITE_FILTER").is_some() {
        return;
    }
    let cases = discover("tests/run", ".scm").unwrap();
    let errors = cases.iter().filter(|case| case.ends_in_error()).count();
    assert!(cases.len() >= 300, "{} programs", cases.len());
    assert!(errors >= 80, "{errors} programs end in an error");
}
