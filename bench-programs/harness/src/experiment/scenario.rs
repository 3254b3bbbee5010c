//! The scenarios: how the nodes are started, and what calls count.
//!
//! | scenario | destination | calls |
//! |---|---|---|
//! | interpreted | a node that interprets, as the driver does; the library is installed | after a first one |
//! | first-install | a new node with an empty home for each call; code from the repository | the first |
//! | first-by-sender | the same; code from the sender | the first |
//! | steady-state | a node that has the library installed | after as many others, and some seconds |
//!
//! A first call is followed by a second one, which shows that no code travels again.

use super::place::{Destination, Place};
use super::programs::Program;
use crate::measure::read_stats;
use crate::process::{self, End, Limits};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scenario {
    Interpreted,
    FirstInstall,
    FirstBySender,
    SteadyState,
}

impl Scenario {
    pub const ALL: [Scenario; 4] = [
        Scenario::Interpreted,
        Scenario::FirstInstall,
        Scenario::FirstBySender,
        Scenario::SteadyState,
    ];

    pub fn option(self) -> &'static str {
        match self {
            Scenario::Interpreted => "interpreted",
            Scenario::FirstInstall => "first-install",
            Scenario::FirstBySender => "first-by-sender",
            Scenario::SteadyState => "steady-state",
        }
    }

    /// As tables call it.
    pub fn title(self) -> String {
        self.option().to_uppercase()
    }

    /// Whether each call is made of a new node.
    pub fn is_first(self) -> bool {
        matches!(self, Scenario::FirstInstall | Scenario::FirstBySender)
    }

    fn tier(self) -> &'static [&'static str] {
        match self {
            Scenario::Interpreted => &["--tier", "interp"],
            Scenario::FirstInstall | Scenario::FirstBySender | Scenario::SteadyState => &[],
        }
    }

    fn code_from(self) -> &'static [&'static str] {
        match self {
            Scenario::FirstInstall => &["--code-from", "repository"],
            Scenario::FirstBySender => &["--code-from", "sender"],
            Scenario::Interpreted | Scenario::SteadyState => &[],
        }
    }
}

/// One call. Seconds and bytes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Call {
    pub is_warm_up: bool,
    pub total: f64,
    /// In the program, on the destination.
    pub there: f64,
    pub sent: f64,
    pub received: f64,
    /// Units that the destination has fetched since its start.
    pub fetched: f64,
}

/// The calls of one connection, in order, and what the destination said at its end.
#[derive(Clone, PartialEq, Debug)]
pub struct Conversation {
    pub calls: Vec<Call>,
    pub stats: BTreeMap<String, f64>,
}

/// What was measured of one program in one scenario.
#[derive(Clone, Debug)]
pub struct Record {
    pub program: Program,
    pub scenario: Scenario,
    pub conversations: Vec<Conversation>,
    pub failure: Option<String>,
}

impl Record {
    /// Those that count.
    pub fn calls(&self) -> Vec<Call> {
        let all = self.conversations.iter();
        if self.scenario.is_first() {
            return all.filter_map(|c| c.calls.first().copied()).collect();
        }
        let all = all.flat_map(|c| c.calls.iter().copied());
        all.filter(|call| !call.is_warm_up).collect()
    }

    /// The first call of a node, which may bring code, and all after it.
    pub fn first_and_later(&self) -> (Vec<Call>, Vec<Call>) {
        let calls = || self.conversations.iter().map(|c| c.calls.as_slice());
        let first = calls().filter_map(|c| c.first().copied()).collect();
        let later = calls().flat_map(|c| c.iter().skip(1).copied()).collect();
        (first, later)
    }

    /// A statistic of the destinations, one for each.
    pub fn stats(&self, name: &str) -> Vec<f64> {
        let all = self.conversations.iter();
        all.filter_map(|c| c.stats.get(name).copied()).collect()
    }

    /// Units that travelled after the first call of a node.
    pub fn fetched_again(&self) -> f64 {
        let again = self.conversations.iter().filter_map(|c| {
            let (first, last) = (c.calls.first()?, c.calls.last()?);
            Some(last.fetched - first.fetched)
        });
        again.sum()
    }
}

/// How many calls.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub runs: usize,
    /// At least so many of calls that do not count, before those of the steady state.
    pub seconds: f64,
}

pub fn measure(place: &Place, program: &Program, scenario: Scenario, plan: Plan) -> Record {
    let mut record = Record {
        program: program.clone(),
        scenario,
        conversations: Vec::new(),
        failure: None,
    };
    let conversations = if scenario.is_first() { plan.runs } else { 1 };
    for _ in 0..conversations {
        match converse(place, program, scenario, plan) {
            Ok(conversation) => record.conversations.push(conversation),
            Err(why) => {
                record.failure = Some(why);
                break;
            }
        }
    }
    record
}

/// One driver and one destination.
fn converse(
    place: &Place,
    program: &Program,
    scenario: Scenario,
    plan: Plan,
) -> Result<Conversation, String> {
    let home = place.home(scenario.option())?;
    if !scenario.is_first() {
        place.install(program, &home)?;
    }
    let mut command = place.node(&home)?;
    command.args(scenario.tier()).args(scenario.code_from());
    let destination = Destination::start(command)?;
    let mut driver = driver(place, program, scenario)?;
    driver.env("BENCH_PEER", &destination.port);
    let (warm, seconds, runs) = match scenario {
        // One call brings what is missing.
        Scenario::Interpreted => (1, 0.0, plan.runs),
        Scenario::FirstInstall | Scenario::FirstBySender => (0, 0.0, 2),
        Scenario::SteadyState => (plan.runs, plan.seconds, plan.runs),
    };
    driver.env("BENCH_WARM", warm.to_string());
    driver.env("BENCH_SECONDS", seconds.to_string());
    driver.env("BENCH_RUNS", runs.to_string());
    let calls = run_driver(&mut driver, &destination)?;
    let stats = read_stats(&destination.finish()?);
    if scenario.is_first() {
        forget(&home)?;
    }
    Ok(Conversation { calls, stats })
}

fn driver(place: &Place, program: &Program, scenario: Scenario) -> Result<Command, String> {
    let home = place.home("driver")?;
    let mut command = place.node(&home)?;
    command.args(scenario.tier()).arg(place.driver(program)?);
    Ok(command)
}

/// All calls of the slowest program in the slowest scenario.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(900),
    output_bytes: 16 << 20,
    memory_bytes: 8 << 30,
};

fn run_driver(driver: &mut Command, destination: &Destination) -> Result<Vec<Call>, String> {
    let done = process::run(driver, b"", LIMITS).map_err(|e| e.to_string())?;
    let text = done.stdout_text();
    let calls: Result<Vec<Call>, String> = text.lines().map(read_call).collect();
    let beside = || {
        let (driver, there) = (done.stderr_text(), destination.error_output());
        format!("{driver}{there}")
    };
    match (calls, done.end) {
        (Ok(calls), End::Exit(0)) if !calls.is_empty() => Ok(calls),
        (Ok(_), end) => Err(format!("the driver: {end}: {}", beside())),
        (Err(why), end) => Err(format!("{why} ({end}) {}", beside())),
    }
}

/// A line of `driver.scm`.
fn read_call(line: &str) -> Result<Call, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let wrong = || format!("the driver printed {line:?}");
    let [kind, total, there, sent, received, fetched, "ok"] = fields[..] else {
        return Err(wrong());
    };
    let number = |text: &str| text.parse::<f64>().map_err(|_| wrong());
    Ok(Call {
        is_warm_up: kind == "warm",
        total: number(total)?,
        there: number(there)?,
        sent: number(sent)?,
        received: number(received)?,
        fetched: number(fetched)?,
    })
}

/// The next node with this home is a new one.
fn forget(home: &Path) -> Result<(), String> {
    fs::remove_dir_all(home).map_err(|e| format!("{}: {e}", home.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_driver() {
        let call = read_call("warm\t.5\t.25\t1000\t20\t3\tok").unwrap();
        assert!(call.is_warm_up);
        assert_eq!((call.total, call.there, call.fetched), (0.5, 0.25, 3.0));
        assert!(read_call("run\t.5\t.25\t1000\t20\t3\tWRONG").is_err());
        assert!(read_call("run\t.5").is_err());
    }

    #[test]
    fn which_calls_count() {
        let line = |line: &str| read_call(line).unwrap();
        let calls = vec![
            line("warm\t1\t.5\t900\t20\t3\tok"),
            line("run\t2\t.5\t90\t20\t3\tok"),
            line("run\t3\t.5\t90\t20\t4\tok"),
        ];
        let stats = BTreeMap::new();
        let mut record = Record {
            program: Program {
                name: "puzzle",
                source_bytes: 4000,
            },
            scenario: Scenario::SteadyState,
            conversations: vec![Conversation { calls, stats }],
            failure: None,
        };
        let totals = |r: &Record| r.calls().iter().map(|c| c.total).collect::<Vec<_>>();
        assert_eq!(totals(&record), [2.0, 3.0]);
        assert_eq!(record.fetched_again(), 1.0);
        assert_eq!(record.first_and_later().1.len(), 2);
        record.scenario = Scenario::FirstInstall;
        assert_eq!(totals(&record), [1.0]);
    }
}
