//! The command line of `bench processes`.

use super::systems::System;
use crate::args::{number, pick};
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: bench processes [PROGRAM...] [OPTION...]

Runs the programs of bench-programs/processes (all, or those named) under Termite and,
where they are installed, Erlang and Gambit, alternating, and prints medians and ratios.

  --runs N        rounds (5)
  --quick         one round
  --systems A,B   only these: termite, erl, erl-1 (with one scheduler), gambit
  --csv FILE      where to write all figures (bench-results/processes.csv)
  --help          this

TERMITE_BIN names the command to measure; otherwise it is built from this tree.
The exit code is 1 if a result was wrong or a program failed, else 0: an aim that was
missed is said, and is no error.
";

#[derive(Clone, PartialEq, Debug)]
pub struct Args {
    pub programs: Vec<String>,
    pub runs: usize,
    pub systems: Vec<System>,
    /// Below the current directory, if relative.
    pub csv: Option<PathBuf>,
    pub wants_help: bool,
}

pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Args, String> {
    let mut args = Args {
        programs: Vec::new(),
        runs: 5,
        systems: System::ALL.to_vec(),
        csv: None,
        wants_help: false,
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--runs" => args.runs = number(&value()?)?,
            "--quick" => args.runs = 1,
            "--systems" => args.systems = pick(&value()?, "system", &System::ALL, System::name)?,
            "--csv" => args.csv = Some(PathBuf::from(value()?)),
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
        let args = words("ring --runs 3 --systems termite,erl-1 --csv out.csv").unwrap();
        assert_eq!(args.programs, ["ring"]);
        assert_eq!(
            (args.runs, args.systems),
            (3, vec![System::Termite, System::ErlangOne])
        );
        assert_eq!(args.csv, Some(PathBuf::from("out.csv")));
    }

    #[test]
    fn mistakes() {
        assert_eq!(words("--systems jit").unwrap_err(), "no system \"jit\"");
        assert_eq!(words("--zeal").unwrap_err(), "no option --zeal");
    }
}
