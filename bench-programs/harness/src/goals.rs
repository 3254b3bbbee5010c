//! The lines that the language core has to meet, one row each.

use crate::extras::Extras;
use crate::measure::Record;
use crate::systems::System;

/// A program under one system takes at most this many times what it takes under a peer.
struct Ratio {
    program: &'static str,
    system: System,
    peer: System,
    limit: f64,
}

const fn line(program: &'static str, peer: System, limit: f64) -> Ratio {
    Ratio {
        program,
        system: System::Jit,
        peer,
        limit,
    }
}

const RATIOS: &[Ratio] = &[
    line("fib", System::Gsc, 1.6),
    line("unknown", System::Gsc, 1.6),
    line("tak", System::Gsc, 1.7),
    line("nrev", System::Gsc, 1.5),
    line("qsort", System::Gsc, 1.5),
    line("deriv", System::Gsc, 1.5),
    line("puzzle", System::Gsc, 1.5),
    line("ctak", System::Chez, 2.0),
    line("deep", System::Chez, 2.5),
];

/// Above this share of unstripped segments there is a fault in the compiler.
const UNSTRIPPED_LIMIT: f64 = 0.02;
/// Wall seconds of `termite -e '(display "hello")'`.
const STARTUP_LIMIT: f64 = 0.012;
/// Seconds of compiling a program of 40 KB whole.
const COMPILE_LIMIT: f64 = 0.25;

#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    pub what: String,
    /// `None`: not measured.
    pub figure: Option<f64>,
    pub limit: f64,
    pub note: String,
}

impl Verdict {
    pub(crate) fn new(what: impl Into<String>, figure: Option<f64>, limit: f64) -> Verdict {
        Verdict {
            what: what.into(),
            figure,
            limit,
            note: String::new(),
        }
    }

    pub fn is_met(&self) -> Option<bool> {
        self.figure.map(|figure| figure <= self.limit)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self.is_met() {
            Some(true) => "MET",
            Some(false) => "MISSED",
            None => "-",
        };
        let figure = self
            .figure
            .map_or("not measured".into(), |x| format!("{x:.3}"));
        write!(
            f,
            "{word:<7}{:<36}{figure:>12}  (line {})",
            self.what, self.limit
        )?;
        if !self.note.is_empty() {
            write!(f, "  {}", self.note)?;
        }
        Ok(())
    }
}

pub fn check(records: &[Record], extras: Option<&Extras>) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = RATIOS
        .iter()
        .map(|goal| check_ratio(goal, records))
        .collect();
    verdicts.push(check_interpreter(records));
    verdicts.push(check_stripping(records));
    if let Some(extras) = extras {
        let startup = extras.startup.termite;
        verdicts.push(Verdict::new("start-up, seconds", startup, STARTUP_LIMIT));
        let compiling = extras.compile.as_ref().map(|c| c.seconds);
        verdicts.push(Verdict::new(
            "40 KB compiled whole, seconds",
            compiling,
            COMPILE_LIMIT,
        ));
    }
    verdicts
}

pub fn find<'a>(records: &'a [Record], program: &str, system: System) -> Option<&'a Record> {
    records
        .iter()
        .find(|r| r.program == program && r.system == system)
}

/// How many times the peer's time this system takes.
pub fn ratio(records: &[Record], program: &str, system: System, peer: System) -> Option<f64> {
    let mine = find(records, program, system)?.median()?;
    let theirs = find(records, program, peer)?.median()?;
    if theirs > 0.0 {
        Some(mine / theirs)
    } else {
        None
    }
}

fn check_ratio(goal: &Ratio, records: &[Record]) -> Verdict {
    let figure = ratio(records, goal.program, goal.system, goal.peer);
    let what = format!(
        "{}: {}/{}",
        goal.program,
        goal.system.name(),
        goal.peer.name()
    );
    Verdict::new(what, figure, goal.limit)
}

/// Faster than `gsi`: by the geometric mean, and the programs where it is not are named.
fn check_interpreter(records: &[Record]) -> Verdict {
    let mut ratios = Vec::new();
    let mut slower = Vec::new();
    for record in records.iter().filter(|r| r.system == System::Interp) {
        if let Some(x) = ratio(records, &record.program, System::Interp, System::Gsi) {
            ratios.push(x);
            if x > 1.0 {
                slower.push(format!("{} {x:.2}", record.program));
            }
        }
    }
    let mut verdict = Verdict::new("interp/gsi, geometric mean", geometric_mean(&ratios), 1.0);
    if !slower.is_empty() {
        verdict.note = format!("slower in: {}", slower.join(", "));
    }
    verdict
}

fn geometric_mean(ratios: &[f64]) -> Option<f64> {
    if ratios.is_empty() {
        return None;
    }
    let sum: f64 = ratios.iter().map(|x| x.ln()).sum();
    Some((sum / ratios.len() as f64).exp())
}

/// The worst program counts.
fn check_stripping(records: &[Record]) -> Verdict {
    let shares = records
        .iter()
        .filter_map(|r| Some((r.unstripped_share()?, r)));
    let worst = shares.max_by(|a, b| a.0.total_cmp(&b.0));
    let figure = worst.map(|(share, _)| share);
    let mut verdict = Verdict::new("share of unstripped segments", figure, UNSTRIPPED_LIMIT);
    if let Some((share, record)) = worst
        && share > UNSTRIPPED_LIMIT
    {
        verdict.note = format!("in {} under {}", record.program, record.system.name());
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn record(program: &str, system: System, seconds: f64) -> Record {
        Record {
            program: program.into(),
            system,
            seconds: vec![seconds],
            compile_seconds: None,
            stats: BTreeMap::new(),
            failure: None,
        }
    }

    #[test]
    fn lines_are_met_missed_or_unknown() {
        let mut records = vec![
            record("fib", System::Jit, 0.15),
            record("fib", System::Gsc, 0.1),
            record("tak", System::Jit, 0.2),
            record("tak", System::Gsc, 0.1),
        ];
        let said = |records: &[Record], what: &str| {
            check(records, None)
                .into_iter()
                .find(|v| v.what == what)
                .unwrap()
                .is_met()
        };
        assert_eq!(said(&records, "fib: jit/gsc"), Some(true));
        assert_eq!(said(&records, "tak: jit/gsc"), Some(false));
        assert_eq!(said(&records, "nrev: jit/gsc"), None);
        records[0].failure = Some("wrong".into());
        assert_eq!(said(&records, "fib: jit/gsc"), None);
    }

    #[test]
    fn the_interpreter_is_judged_by_the_mean() {
        let records = [
            record("fib", System::Interp, 0.5),
            record("fib", System::Gsi, 1.0),
            record("pi", System::Interp, 1.5),
            record("pi", System::Gsi, 1.0),
        ];
        let verdict = check_interpreter(&records);
        assert_eq!(verdict.is_met(), Some(true));
        assert_eq!(verdict.note, "slower in: pi 1.50");
    }

    #[test]
    fn unstripped_segments() {
        let mut bad = record("pi", System::Jit, 1.0);
        bad.stats = [("segments-compiled", 100.0), ("segments-unstripped", 3.0)]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
        let verdict = check_stripping(&[record("fib", System::Jit, 1.0), bad]);
        assert_eq!(
            (verdict.is_met(), verdict.note.as_str()),
            (Some(false), "in pi under jit")
        );
    }
}
