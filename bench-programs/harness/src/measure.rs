//! Rounds of measurement: within each round, every system runs a program once.
//!
//! Systems alternate, so that what disturbs the machine disturbs all of them, and each
//! round starts with another system. One that fails at a program is not run again on it.

use crate::process::{self, End, Finished, Limits};
use crate::program::{Printed, Program, read_result};
use crate::systems::{self, Installed, Prepared, System};
use std::collections::BTreeMap;
use std::path::Path;

/// What was measured of one program under one system.
#[derive(Clone, Debug)]
pub struct Record {
    pub program: String,
    pub system: System,
    /// One a round.
    pub seconds: Vec<f64>,
    /// Ahead of time by `gsc`, at run time by Termite.
    pub compile_seconds: Option<f64>,
    /// What Termite says of itself (`stat NAME VALUE`), of the last round.
    pub stats: BTreeMap<String, f64>,
    /// Why there is no figure, or none to trust.
    pub failure: Option<String>,
}

impl Record {
    fn new(program: &Program, system: System) -> Record {
        Record {
            program: program.name.clone(),
            system,
            seconds: Vec::new(),
            compile_seconds: None,
            stats: BTreeMap::new(),
            failure: None,
        }
    }

    /// Only of a record without failure.
    pub fn median(&self) -> Option<f64> {
        if self.failure.is_some() {
            None
        } else {
            median(&self.seconds)
        }
    }

    pub fn stat(&self, name: &str) -> Option<f64> {
        self.stats.get(name).copied()
    }

    /// Share of the compiled segments that kept their frame set-up.
    pub fn unstripped_share(&self) -> Option<f64> {
        let compiled = self.stat("segments-compiled")?;
        let unstripped = self.stat("segments-unstripped")?;
        if compiled > 0.0 {
            Some(unstripped / compiled)
        } else {
            None
        }
    }
}

pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub runs: usize,
    pub iterations: u64,
    /// The sizes for correctness instead of those for measuring.
    pub is_zeal: bool,
}

/// One measurement may take this long, under the slowest system.
const RUN_LIMIT: u64 = 300;

/// Measures one program under all these systems.
pub fn measure(program: &Program, systems: &[Installed], plan: Plan, dir: &Path) -> Vec<Record> {
    let size = if plan.is_zeal {
        program.zeal_size
    } else {
        program.full_size
    };
    let mut entries: Vec<(Record, Option<Prepared>)> = Vec::new();
    for installed in systems {
        let mut record = Record::new(program, installed.system);
        match systems::prepare(installed, program, size, plan.iterations, dir) {
            Ok(prepared) => {
                record.compile_seconds = prepared.compile_seconds;
                entries.push((record, Some(prepared)));
            }
            Err(why) => {
                record.failure = Some(why);
                entries.push((record, None));
            }
        }
    }
    for round in 0..plan.runs {
        for i in 0..entries.len() {
            let at = (round + i) % entries.len();
            let (record, prepared) = &mut entries[at];
            if let (None, Some(prepared)) = (&record.failure, prepared) {
                run_once(record, prepared);
            }
        }
    }
    entries.into_iter().map(|(record, _)| record).collect()
}

fn run_once(record: &mut Record, prepared: &Prepared) {
    match process::run(&mut prepared.command(), b"", Limits::seconds(RUN_LIMIT)) {
        Ok(done) => judge(record, &done),
        Err(e) => record.failure = Some(format!("cannot run: {e}")),
    }
}

fn judge(record: &mut Record, done: &Finished) {
    match read_result(&record.program, &done.stdout_text()) {
        Printed::Right { seconds } if done.end == End::Exit(0) => record.seconds.push(seconds),
        Printed::Right { .. } => record.failure = Some(done.end.to_string()),
        Printed::Wrong(what) => {
            let stderr = done.stderr_text();
            record.failure = Some(format!("{what} ({}) {}", done.end, stderr.trim_end()));
        }
    }
    if record.system.is_termite() {
        record.stats = read_stats(&done.stderr_text());
        record.compile_seconds = record.stat("compile-seconds");
    }
}

/// Lines `stat NAME VALUE`; all others are passed over.
pub fn read_stats(stderr: &str) -> BTreeMap<String, f64> {
    let mut stats = BTreeMap::new();
    for line in stderr.lines() {
        let mut words = line.split_whitespace();
        if let (Some("stat"), Some(name), Some(value)) = (words.next(), words.next(), words.next())
            && let Ok(value) = value.parse()
        {
            stats.insert(name.to_owned(), value);
        }
    }
    stats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn stats() {
        let text = "warning: hot\nstat compile-seconds 0.25\nstat code-bytes 4096\nstat odd x\n";
        let stats = read_stats(text);
        assert_eq!(stats.get("compile-seconds"), Some(&0.25));
        assert_eq!(stats.get("code-bytes"), Some(&4096.0));
        assert_eq!(stats.len(), 2);
    }
}
