//! The command line of `bench`.

use crate::systems::System;
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: bench [PROGRAM...] [OPTION...]
       bench processes [PROGRAM...] [OPTION...]    (see bench processes --help)
       bench experiment [PROGRAM...] [OPTION...]   (see bench experiment --help)

Runs the programs of bench-programs (all, or those named) under Termite's tiers and
under the other systems on the PATH, alternating, and prints medians and ratios.

  --runs N        rounds (5)
  --quick         one round, and fewer starts for the start-up time
  --zeal          the small sizes: for trying the harness, not for figures
  --iterations N  calls in one measurement (1)
  --systems A,B   only these: interp, jit, auto, gsc, gsi, chez
  --no-extras     without start-up time and compile time of a large program
  --csv FILE      where to write all figures (bench-results/latest.csv)
  --help          this

TERMITE_BIN names the command to measure; otherwise it is built from this tree.
The exit code is 1 if a result was wrong or a program failed, else 0: a line that was
missed is said, and is no error.
";

#[derive(Clone, PartialEq, Debug)]
pub struct Args {
    pub programs: Vec<String>,
    pub runs: usize,
    pub is_quick: bool,
    pub is_zeal: bool,
    pub iterations: u64,
    pub systems: Vec<System>,
    pub has_extras: bool,
    /// Below the current directory, if relative.
    pub csv: Option<PathBuf>,
    pub wants_help: bool,
}

impl Default for Args {
    fn default() -> Args {
        Args {
            programs: Vec::new(),
            runs: 5,
            is_quick: false,
            is_zeal: false,
            iterations: 1,
            systems: System::ALL.to_vec(),
            has_extras: true,
            csv: None,
            wants_help: false,
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
                args.is_quick = true;
                args.runs = 1;
            }
            "--zeal" => args.is_zeal = true,
            "--iterations" => args.iterations = number(&value()?)? as u64,
            "--systems" => args.systems = pick(&value()?, "system", &System::ALL, System::name)?,
            "--no-extras" => args.has_extras = false,
            "--csv" => args.csv = Some(PathBuf::from(value()?)),
            "--help" | "-h" => args.wants_help = true,
            _ if word.starts_with('-') => return Err(format!("no option {word}")),
            _ => args.programs.push(word),
        }
    }
    Ok(args)
}

pub(crate) fn number(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("{word:?} is not a positive number")),
    }
}

/// Those of a list of names; `what` they are called if one is not known.
pub(crate) fn pick<S: Copy>(
    list: &str,
    what: &str,
    all: &[S],
    name_of: fn(S) -> &'static str,
) -> Result<Vec<S>, String> {
    let find = |name: &str| all.iter().copied().find(|&s| name_of(s) == name);
    list.split(',')
        .map(|name| find(name).ok_or(format!("no {what} {name:?}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Args, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options() {
        let args = words("fib --runs 3 tak --systems jit,gsc --csv out.csv").unwrap();
        assert_eq!(args.programs, ["fib", "tak"]);
        assert_eq!(
            (args.runs, args.systems),
            (3, vec![System::Jit, System::Gsc])
        );
        assert_eq!(args.csv, Some(PathBuf::from("out.csv")));
        assert_eq!(words("--quick").unwrap().runs, 1);
    }

    #[test]
    fn mistakes() {
        assert_eq!(words("--runs").unwrap_err(), "--runs needs a value");
        assert_eq!(
            words("--runs 0").unwrap_err(),
            "\"0\" is not a positive number"
        );
        assert_eq!(words("--fast").unwrap_err(), "no option --fast");
        assert_eq!(
            words("--systems bigloo").unwrap_err(),
            "no system \"bigloo\""
        );
    }
}
