//! The command line of `bench experiment`.

use super::scenario::Scenario;
use crate::args::{number, pick};
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: bench experiment [PROGRAM...] [OPTION...]

Calls the libraries of bench-programs/experiment (all, or those named) on another node:
interpreted, for the first time, and again and again. Prints tables as those of the paper
on Termite's modules, and what has to be met.

  --runs N         calls of each program in each scenario (20)
  --quick          two calls, and a short warm-up: for trying the harness
  --scenarios A,B  only these: interpreted, first-install, first-by-sender, steady-state
  --dir DIR        where experiment.csv and experiment.svg go (bench-results)
  --help           this

The programs: puzzle, scheme, compiler, and two that are generated, large (400 KB) and
huge (4 MB). TERMITE_BIN names the command to measure; otherwise it is built from this
tree. The exit code is 1 if a result was wrong or a call failed, else 0: an aim that was
missed is said, and is no error.
";

#[derive(Clone, PartialEq, Debug)]
pub struct Args {
    pub programs: Vec<String>,
    pub runs: usize,
    /// Of calls that do not count, before those of the steady state.
    pub seconds: f64,
    pub scenarios: Vec<Scenario>,
    /// Below the current directory, if relative.
    pub dir: Option<PathBuf>,
    pub wants_help: bool,
}

impl Default for Args {
    fn default() -> Args {
        Args {
            programs: Vec::new(),
            runs: 20,
            seconds: 3.0,
            scenarios: Scenario::ALL.to_vec(),
            dir: None,
            wants_help: false,
        }
    }
}

impl Args {
    /// Few calls, for trying.
    pub fn quick() -> Args {
        Args {
            runs: 2,
            seconds: 0.3,
            ..Args::default()
        }
    }
}

pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Args, String> {
    let mut args = Args::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--runs" => args.runs = number(&value()?)?,
            "--quick" => {
                let quick = Args::quick();
                (args.runs, args.seconds) = (quick.runs, quick.seconds);
            }
            "--scenarios" => {
                let list = value()?;
                args.scenarios = pick(&list, "scenario", &Scenario::ALL, Scenario::option)?;
            }
            "--dir" => args.dir = Some(PathBuf::from(value()?)),
            "--help" | "-h" => args.wants_help = true,
            _ if word.starts_with('-') => return Err(format!("no option {word}")),
            _ => args.programs.push(word),
        }
    }
    Ok(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Args, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options() {
        let args = words("puzzle --runs 3 huge --scenarios steady-state --dir out").unwrap();
        assert_eq!(args.programs, ["puzzle", "huge"]);
        assert_eq!(
            (args.runs, args.scenarios),
            (3, vec![Scenario::SteadyState])
        );
        assert_eq!(args.dir, Some(PathBuf::from("out")));
        assert_eq!(words("--quick").unwrap(), Args::quick());
    }

    #[test]
    fn mistakes() {
        assert_eq!(words("--runs").unwrap_err(), "--runs needs a value");
        assert_eq!(
            words("--scenarios cold").unwrap_err(),
            "no scenario \"cold\""
        );
    }
}
