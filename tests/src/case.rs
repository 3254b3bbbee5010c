//! One program under test: where it is, what it says about itself, what it should print.
//!
//! Beside `NAME.scm` stand `NAME.out` (its standard output), `NAME.err` (its standard
//! error; missing: nothing) and `NAME.in` (its input; missing: none). Comments at the
//! start of a line in the program, each its own line:
//!
//! - `;; @exit N`: the exit code; 0 without it, and 70 with `@error` alone;
//! - `;; @error TEXT`: stands in stderr; any number of them;
//! - `;; @zeal skip-level1: REASON`: not with a collection at every safepoint, in none of
//!   the levels (2 and 3 collect as level 1 does); `skip-level3`: not in 2 and 3, which
//!   also look at every frame now and then;
//! - `;; @args WORD...`: arguments of the script.

use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub struct Case {
    /// Path from the root of the workspace, without `.scm`.
    pub name: String,
    pub path: PathBuf,
    pub exit: i32,
    pub errors: Vec<String>,
    pub args: Vec<String>,
    pub skipped_zeal: Vec<u8>,
    pub stdin: Vec<u8>,
    /// `None`: not known yet.
    pub stdout: Option<String>,
    pub stderr: Option<String>,
}

impl Case {
    pub fn load(root: &Path, path: &Path) -> Result<Case, String> {
        let relative = path.strip_prefix(root).unwrap_or(path).with_extension("");
        let name = relative.to_string_lossy().into_owned();
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let beside = |extension| fs::read_to_string(path.with_extension(extension)).ok();
        let mut case = Case::new(name, path.to_owned());
        case.stdin = beside("in").unwrap_or_default().into_bytes();
        case.stdout = beside("out");
        case.stderr = beside("err");
        case.read_directives(&text)
            .map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(case)
    }

    pub fn new(name: String, path: PathBuf) -> Case {
        Case {
            name,
            path,
            exit: 0,
            errors: Vec::new(),
            args: Vec::new(),
            skipped_zeal: Vec::new(),
            stdin: Vec::new(),
            stdout: None,
            stderr: None,
        }
    }

    pub fn ends_in_error(&self) -> bool {
        !self.errors.is_empty() || matches!(self.exit, 65 | 70)
    }

    fn read_directives(&mut self, text: &str) -> Result<(), String> {
        let mut exit = None;
        for line in text.lines() {
            let Some((key, value)) = directive(line) else {
                continue;
            };
            match key {
                "exit" => exit = Some(value.parse().map_err(|_| format!("@exit {value}"))?),
                "error" => self.errors.push(value.to_owned()),
                "zeal" => self.skipped_zeal.extend(skipped_levels(value)?),
                "args" => self.args = value.split_whitespace().map(str::to_owned).collect(),
                // Of the benchmark programs.
                "size" | "iterations" | "body-begin" | "body-end" => {}
                _ => return Err(format!("unknown directive @{key}")),
            }
        }
        let default = if self.errors.is_empty() { 0 } else { 70 };
        self.exit = exit.unwrap_or(default);
        Ok(())
    }
}

/// `;; @key value`.
fn directive(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start_matches(';').strip_prefix(" @")?;
    if !line.starts_with(';') {
        return None;
    }
    let (key, value) = rest.split_once(' ').unwrap_or((rest, ""));
    Some((key, value.trim()))
}

fn skipped_levels(value: &str) -> Result<&'static [u8], String> {
    let (what, reason) = value.split_once(':').unwrap_or((value, ""));
    if reason.trim().is_empty() {
        return Err(format!("@zeal {what} gives no reason"));
    }
    match what {
        "skip-level1" => Ok(&[1, 2, 3]),
        "skip-level3" => Ok(&[2, 3]),
        _ => Err(format!("@zeal {what}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directives(text: &str) -> Result<Case, String> {
        let mut case = Case::new("x".into(), PathBuf::from("x.scm"));
        case.read_directives(text).map(|()| case)
    }

    #[test]
    fn all_directives() {
        let case = directives(
            ";; @exit 3\n;; @error car: argument 1\n;; @error hint\n\
             ;; @zeal skip-level1: a million calls\n(display ;; @exit 4\n 1)\n;; @args a -b",
        );
        let case = case.unwrap();
        assert_eq!((case.exit, case.errors.len()), (3, 2));
        assert_eq!(
            (case.skipped_zeal, case.args),
            (vec![1, 2, 3], vec!["a".into(), "-b".into()])
        );
    }

    #[test]
    fn an_error_exits_with_70() {
        assert_eq!(directives(";; @error boom").unwrap().exit, 70);
        assert_eq!(directives("(+ 1 2)").unwrap().exit, 0);
    }

    #[test]
    fn mistakes_are_told() {
        assert_eq!(
            directives(";; @exits 3").unwrap_err(),
            "unknown directive @exits"
        );
        assert_eq!(directives(";; @exit x").unwrap_err(), "@exit x");
        assert!(
            directives(";; @zeal skip-level1")
                .unwrap_err()
                .contains("no reason")
        );
    }
}
