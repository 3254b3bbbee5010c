//! Rounds of measurement: within each, every system runs a program once, with a peer of its
//! own if it needs one. What the systems print is gathered by row.

use super::programs::Program;
use super::systems::{Installed, System};
use crate::measure::median;
use crate::process::{self, End, Finished, Limits};

/// The samples of one row under one system, of all rounds.
#[derive(Clone, PartialEq, Debug)]
pub struct Samples {
    pub row: String,
    pub system: System,
    /// Microseconds, or bytes where the row is one of bytes.
    pub values: Vec<f64>,
}

#[derive(Clone, Default, Debug)]
pub struct Figures {
    pub samples: Vec<Samples>,
    /// What gave no figure, or none to trust, and why.
    pub failures: Vec<String>,
}

impl Figures {
    pub fn median(&self, row: &str, system: System) -> Option<f64> {
        let is_it = |s: &&Samples| s.row == row && s.system == system;
        median(&self.samples.iter().find(is_it)?.values)
    }

    /// The better of Erlang's two.
    pub fn erlang(&self, row: &str) -> Option<f64> {
        let figures = [System::Erlang, System::ErlangOne].map(|s| self.median(row, s));
        figures.into_iter().flatten().reduce(f64::min)
    }

    /// In the order in which they were first printed.
    pub fn rows(&self) -> Vec<&str> {
        let mut rows: Vec<&str> = Vec::new();
        for samples in &self.samples {
            if !rows.contains(&samples.row.as_str()) {
                rows.push(&samples.row);
            }
        }
        rows
    }

    pub fn add(&mut self, row: &str, system: System, value: f64) {
        let known = self
            .samples
            .iter_mut()
            .find(|s| s.row == row && s.system == system);
        match known {
            Some(samples) => samples.values.push(value),
            None => self.samples.push(Samples {
                row: row.to_owned(),
                system,
                values: vec![value],
            }),
        }
    }
}

/// One run may take this long, under the slowest system.
const LIMITS: Limits = Limits {
    time: std::time::Duration::from_secs(120),
    output_bytes: 1 << 20,
    memory_bytes: 8 << 30,
};

pub fn measure(programs: &[Program], systems: &[Installed], runs: usize) -> Figures {
    let mut figures = Figures::default();
    for program in programs {
        eprintln!("{} {}", program.name, program.size);
        let mut able: Vec<&Installed> = Vec::new();
        for installed in systems.iter().filter(|i| i.can_run(program)) {
            match installed.prepare(program) {
                Ok(()) => able.push(installed),
                Err(why) => figures.failures.push(failure(program, installed, &why)),
            }
        }
        for round in 0..runs {
            run_round(program, &mut able, round, &mut figures);
        }
    }
    figures
}

fn failure(program: &Program, installed: &Installed, why: &str) -> String {
    format!("{} under {}: {why}", program.name, installed.system.name())
}

/// Each round starts with another system. One that fails is not run again.
fn run_round(program: &Program, able: &mut Vec<&Installed>, round: usize, figures: &mut Figures) {
    let start = round % able.len().max(1);
    let mut order = able.clone();
    order.rotate_left(start);
    for installed in order {
        if let Err(why) = run_once(program, installed, figures) {
            figures.failures.push(failure(program, installed, &why));
            able.retain(|other| other.system != installed.system);
        }
    }
}

fn run_once(program: &Program, installed: &Installed, figures: &mut Figures) -> Result<(), String> {
    let peer = program
        .needs_peer
        .then(|| installed.start_peer())
        .transpose()?;
    let mut command = installed.command(program, peer.as_ref());
    let done = process::run(&mut command, b"", LIMITS).map_err(|e| e.to_string())?;
    for (row, value) in read_samples(&done)? {
        figures.add(row.as_str(), installed.system, value);
    }
    Ok(())
}

/// All lines, if all are right.
fn read_samples(done: &Finished) -> Result<Vec<(String, f64)>, String> {
    let text = done.stdout_text();
    let samples: Result<Vec<_>, String> = text.lines().map(read_line).collect();
    let stderr = done.stderr_text();
    match (samples, done.end) {
        (Ok(samples), End::Exit(0)) if !samples.is_empty() => Ok(samples),
        (Ok(_), end) => Err(format!("{end}, printed {text:?} {}", stderr.trim_end())),
        (Err(why), end) => Err(format!("{why} ({end}) {}", stderr.trim_end())),
    }
}

/// `row <TAB> figure <TAB> ok`
fn read_line(line: &str) -> Result<(String, f64), String> {
    let fields: Vec<&str> = line.split('\t').collect();
    match fields[..] {
        [row, figure, "ok"] => match figure.parse() {
            Ok(figure) => Ok((row.to_owned(), figure)),
            Err(_) => Err(format!("{row}: {figure:?} is no figure")),
        },
        [row, _, wrong] => Err(format!("{row}: {wrong}")),
        _ => Err(format!("printed {line:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        assert_eq!(read_line("ring-0\t.25\tok"), Ok(("ring-0".into(), 0.25)));
        assert_eq!(
            read_line("ring-0\t1\tWRONG got 1, expected 2"),
            Err("ring-0: WRONG got 1, expected 2".into())
        );
        assert_eq!(
            read_line("ring-0\tsoon\tok"),
            Err("ring-0: \"soon\" is no figure".into())
        );
        assert_eq!(read_line("hello"), Err("printed \"hello\"".into()));
    }

    #[test]
    fn samples_of_all_rounds_make_a_median() {
        let mut figures = Figures::default();
        for value in [3.0, 1.0, 2.0] {
            figures.add("spawn", System::Erlang, value);
        }
        figures.add("spawn", System::ErlangOne, 1.5);
        figures.add("ring-0", System::Termite, 1.0);
        assert_eq!(figures.median("spawn", System::Erlang), Some(2.0));
        assert_eq!(figures.median("spawn", System::Termite), None);
        assert_eq!(figures.erlang("spawn"), Some(1.5));
        assert_eq!(figures.rows(), ["spawn", "ring-0"]);
    }
}
