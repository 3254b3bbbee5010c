//! Programs, each run in every mode, all of them compared.

use crate::case::Case;
use crate::check::{NO_GOLDEN, Outcome, problems};
use crate::mode::{self, Mode};
use crate::report::{self, Failure, Report, Tally};
use crate::{bless, pool, tree};
use std::path::Path;
use std::time::Duration;
use termite_bench::binary;

/// The programs below a folder whose names end so.
pub fn discover(folder: &str, ending: &str) -> Result<Vec<Case>, Report> {
    let root = binary::root();
    let wanted = std::env::var("TERMITE_FILTER").unwrap_or_default();
    let files = tree::files_below(&root.join(folder)).map_err(|e| format!("{folder}: {e}"))?;
    let programs = files.iter().filter(|path| {
        let name = path.to_string_lossy();
        name.ends_with(ending) && name.contains(&wanted)
    });
    Ok(programs
        .map(|path| Case::load(root, path))
        .collect::<Result<_, _>>()?)
}

/// One run of a program in a mode.
struct Run {
    case: usize,
    mode: &'static Mode,
    outcome: Result<Outcome, String>,
    time: Duration,
}

/// Runs all programs in all modes and tells about them. An error says all that failed.
pub fn run(name: &str, mut cases: Vec<Case>) -> Result<(), Report> {
    if cases.is_empty() {
        return Ok(());
    }
    let termite = binary::termite()?;
    let root = binary::root();
    let modes = mode::selected()?;
    let mut tallies = vec![Tally::default(); modes.len()];
    let mut jobs = Vec::new();
    for (mode, tally) in modes.iter().zip(&mut tallies) {
        for (i, case) in cases.iter().enumerate() {
            match mode.skips(case) {
                None => jobs.push((i, *mode)),
                Some(by_request) => tally.skipped += usize::from(by_request),
            }
        }
    }
    let runs = pool::on_all_cores(jobs.len(), |i| run_one(&cases, jobs[i], root));
    if bless::is_wanted() {
        bless_all(&mut cases, &runs)?;
    }
    let mut failures = Vec::new();
    for run in &runs {
        let at = modes.iter().position(|mode| mode.name == run.mode.name);
        let tally = &mut tallies[at.unwrap_or(0)];
        tally.time += run.time;
        match judge(&cases, run, &runs) {
            problems if problems.is_empty() => tally.passed += 1,
            problems => {
                tally.failed += 1;
                failures.push(Failure {
                    case: &cases[run.case],
                    mode: run.mode,
                    problems,
                });
            }
        }
    }
    for (mode, tally) in modes.iter().zip(&tallies) {
        report::say(&report::summary(name, mode, tally));
    }
    verdict(failures, termite, root)
}

fn run_one(cases: &[Case], (case, mode): (usize, &'static Mode), root: &Path) -> Run {
    let finished = pool::run(&cases[case], mode);
    let time = finished.as_ref().map_or(Duration::ZERO, |f| f.wall);
    Run {
        case,
        mode,
        time,
        outcome: finished.map(|f| Outcome::new(&f, root)),
    }
}

/// What the first mode made of a program.
fn reference(case: usize, runs: &[Run]) -> Option<&Outcome> {
    let first = runs
        .iter()
        .find(|run| run.case == case && run.mode.name == mode::MODES[0].name);
    first?.outcome.as_ref().ok()
}

fn bless_all(cases: &mut [Case], runs: &[Run]) -> Result<(), String> {
    for (i, case) in cases.iter_mut().enumerate() {
        if let Some(outcome) = reference(i, runs) {
            bless::bless(case, outcome)?;
        }
    }
    Ok(())
}

fn judge(cases: &[Case], run: &Run, runs: &[Run]) -> Vec<String> {
    let reference = match run.mode.name == mode::MODES[0].name {
        true => None,
        false => reference(run.case, runs),
    };
    match &run.outcome {
        Ok(outcome) => problems(&cases[run.case], outcome, reference),
        Err(why) => vec![why.clone()],
    }
}

fn verdict(mut failures: Vec<Failure<'_>>, termite: &Path, root: &Path) -> Result<(), Report> {
    if failures.is_empty() {
        return Ok(());
    }
    failures.sort_by(|a, b| a.case.name.cmp(&b.case.name));
    let (unblessed, wrong): (Vec<_>, Vec<_>) = failures
        .into_iter()
        .partition(|failure| failure.problems == [NO_GOLDEN]);
    let text = report::failures(&wrong, termite, root);
    let lists =
        [("fail", wrong), (NO_GOLDEN, unblessed)].map(|(what, failures)| list(what, &failures));
    Err(Report(text + &lists.concat()))
}

/// The names of the programs.
fn list(what: &str, failures: &[Failure<'_>]) -> String {
    let mut names: Vec<&str> = failures.iter().map(|f| f.case.name.as_str()).collect();
    names.dedup();
    match names.len() {
        0 => String::new(),
        n => format!("\n{n} programs: {what}\n  {}\n", names.join("\n  ")),
    }
}
