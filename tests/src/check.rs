//! Whether what a program printed is right.

use crate::case::Case;
use crate::diff::diff;
use std::path::Path;
use termite_bench::process::{End, Finished};

/// What is looked at of one run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub end: End,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// Paths below the root of the workspace are shown from there, so that expected
    /// texts are the same everywhere.
    pub fn new(finished: &Finished, root: &Path) -> Outcome {
        let root = format!("{}/", root.display());
        Outcome {
            end: finished.end,
            stdout: finished.stdout_text().replace(&root, ""),
            stderr: finished.stderr_text().replace(&root, ""),
        }
    }
}

/// The problem of a program whose `.out` or `.err` was not made yet.
pub const NO_GOLDEN: &str = "lacks .out or .err (TERMITE_BLESS=1 makes them)";

/// What is wrong, one paragraph each. `reference` is the outcome of the first mode, which
/// counts where no golden text says more.
pub fn problems(case: &Case, outcome: &Outcome, reference: Option<&Outcome>) -> Vec<String> {
    let mut problems = Vec::new();
    if outcome.end != End::Exit(case.exit) {
        problems.push(format!(
            "{}, expected {}",
            outcome.end,
            End::Exit(case.exit)
        ));
    }
    match &case.stdout {
        Some(expected) if *expected != outcome.stdout => {
            problems.push(format!(
                "stdout differs:\n{}",
                diff(expected, &outcome.stdout)
            ));
        }
        Some(_) => {}
        None => problems.push(NO_GOLDEN.into()),
    }
    for text in case
        .errors
        .iter()
        .filter(|text| !outcome.stderr.contains(*text))
    {
        let stderr = indented(outcome.stderr.trim_end());
        problems.push(format!("stderr lacks {text:?}:\n{stderr}"));
    }
    problems.extend(stderr_problem(case, outcome, reference));
    problems
}

fn stderr_problem(case: &Case, outcome: &Outcome, reference: Option<&Outcome>) -> Option<String> {
    let (expected, whose) = match (&case.stderr, reference) {
        (Some(golden), _) => (golden.as_str(), ".err"),
        (None, _) if !case.ends_in_error() => ("", "nothing"),
        (None, Some(reference)) => (reference.stderr.as_str(), "the first mode's"),
        (None, None) => return Some(NO_GOLDEN.into()),
    };
    if expected == outcome.stderr {
        return None;
    }
    Some(format!(
        "stderr differs from {whose}:\n{}",
        diff(expected, &outcome.stderr)
    ))
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .take(12)
        .map(|line| format!("  {line}"))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn outcome(code: i32, stdout: &str, stderr: &str) -> Outcome {
        Outcome {
            end: End::Exit(code),
            stdout: stdout.into(),
            stderr: stderr.into(),
        }
    }

    fn case() -> Case {
        let mut case = Case::new("x".into(), PathBuf::from("x.scm"));
        case.stdout = Some("1\n".into());
        case
    }

    #[test]
    fn a_right_one() {
        assert_eq!(
            problems(&case(), &outcome(0, "1\n", ""), None),
            Vec::<String>::new()
        );
    }

    #[test]
    fn each_thing_that_can_be_wrong() {
        let found = problems(&case(), &outcome(1, "2\n", "oh\n"), None);
        assert_eq!(found.len(), 3);
        assert_eq!(found[1], "stdout differs:\n- 1\n+ 2");
        assert_eq!(found[2], "stderr differs from nothing:\n+ oh");
    }

    #[test]
    fn errors_agree_with_each_other_before_they_are_golden() {
        let mut case = case();
        (case.errors, case.exit) = (vec!["boom".into()], 70);
        let first = outcome(70, "1\n", "boom at 1\n");
        assert_eq!(problems(&case, &first, None).len(), 1);
        assert_eq!(problems(&case, &first, Some(&first)).len(), 0);
        assert_eq!(
            problems(&case, &outcome(70, "1\n", "boom at 2\n"), Some(&first)).len(),
            1
        );
        case.stderr = Some("boom at 2\n".into());
        assert_eq!(problems(&case, &first, Some(&first)).len(), 1);
    }
}
