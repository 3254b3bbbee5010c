//! What is said about a suite: a line for each mode, and all that failed.

use crate::case::Case;
use crate::mode::Mode;
use crate::pool;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Counts of one mode.
#[derive(Clone, Default, Debug)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    /// Of all runs together.
    pub time: Duration,
}

/// What is wrong with a program in one mode.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    pub case: &'a Case,
    pub mode: &'static Mode,
    pub problems: Vec<String>,
}

/// All that is wrong, as the result of a test: it is shown as it is, without a backtrace.
pub struct Report(pub String);

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

impl<T: ToString> From<T> for Report {
    fn from(text: T) -> Report {
        Report(text.to_string())
    }
}

/// Straight to stderr, past the test runner, which keeps what passing tests print.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

pub fn summary(suite: &str, mode: &Mode, tally: &Tally) -> String {
    format!(
        "{suite:<10} {:<13} {:>4} passed {:>4} failed {:>4} skipped {:>8.1} s",
        mode.name,
        tally.passed,
        tally.failed,
        tally.skipped,
        tally.time.as_secs_f64()
    )
}

/// All failures, those of one program together where they are alike.
pub fn failures(all: &[Failure<'_>], termite: &Path, root: &Path) -> String {
    let mut text = String::new();
    let mut told = vec![false; all.len()];
    for (i, failure) in all.iter().enumerate() {
        if told[i] {
            continue;
        }
        let mut modes = Vec::new();
        for (j, other) in all.iter().enumerate().skip(i) {
            if other.case.name == failure.case.name && other.problems == failure.problems {
                told[j] = true;
                modes.push(other.mode.name);
            }
        }
        text.push_str(&format!(
            "\nFAIL {}.scm [{}]\n",
            failure.case.name,
            modes.join(" ")
        ));
        for problem in &failure.problems {
            text.push_str(&format!("{}\n", indent(problem)));
        }
        text.push_str(&format!("    replay: {}\n", replay(failure, termite, root)));
    }
    text
}

fn indent(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}

/// The command that shows this failure, from the root of the workspace.
fn replay(failure: &Failure<'_>, termite: &Path, root: &Path) -> String {
    let shorter = |path: &Path| {
        path.strip_prefix(root)
            .unwrap_or(path)
            .display()
            .to_string()
    };
    let mut words = vec![shorter(termite)];
    let arguments = pool::arguments(failure.case, failure.mode);
    words.extend(arguments.iter().map(|word| shorter(Path::new(word))));
    if !failure.case.stdin.is_empty() {
        words.push(format!("< {}.in", failure.case.name));
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mode::MODES;
    use std::path::PathBuf;

    #[test]
    fn alike_failures_are_told_once() {
        let case = Case::new("tests/run/a".into(), PathBuf::from("/w/tests/run/a.scm"));
        let failure = |i: usize, problem: &str| Failure {
            case: &case,
            mode: &MODES[i],
            problems: vec![problem.to_owned()],
        };
        let all = [failure(0, "x"), failure(1, "y"), failure(2, "x")];
        let text = failures(
            &all,
            Path::new("/w/target/release/termite"),
            Path::new("/w"),
        );
        let heads: Vec<&str> = text.lines().filter(|l| l.starts_with("FAIL")).collect();
        assert_eq!(
            heads,
            [
                "FAIL tests/run/a.scm [interp auto]",
                "FAIL tests/run/a.scm [jit]"
            ]
        );
        let replay =
            "replay: target/release/termite --tier interp --heap-limit 256 tests/run/a.scm";
        assert!(text.contains(replay), "{text}");
    }
}
