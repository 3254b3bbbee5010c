//! What the experiment has to show, one row each.

use super::report::{middle, of};
use super::scenario::{Record, Scenario};
use super::statistics::{Summary, summary};
use crate::goals::Verdict;

/// Seconds of a first call, the code coming from the repository.
const FIRST: &[(&str, f64)] = &[("puzzle", 0.1), ("scheme", 0.2), ("large", 1.0)];
/// Milliseconds between total and time there, in the steady state.
const BETWEEN: &[(&str, f64)] = &[("puzzle", 1.0), ("scheme", 1.0)];
/// Time there of the steady state, in times of the interpreter's.
const FASTER: &[(&str, f64)] = &[("scheme", 0.1), ("compiler", 0.1)];
/// Bytes of a request whose code is there.
const REQUEST: f64 = 1024.0;

pub fn check(records: &[Record]) -> Vec<Verdict> {
    let get = |scenario, program: &str| find(records, scenario, program);
    let mut verdicts = Vec::new();
    for (program, limit) in FIRST {
        let total = get(Scenario::FirstInstall, program).map(|s| s.total.mean);
        verdicts.push(Verdict::new(
            format!("{program}: first install, s"),
            total,
            *limit,
        ));
    }
    for (program, limit) in BETWEEN {
        let between = get(Scenario::SteadyState, program).map(|s| s.overhead.mean * 1e3);
        let what = format!("{program}: steady, beside the run, ms");
        verdicts.push(Verdict::new(what, between, *limit));
    }
    for (program, limit) in FASTER {
        let steady = get(Scenario::SteadyState, program).map(|s| s.there.mean);
        let interpreted = get(Scenario::Interpreted, program).map(|s| s.there.mean);
        let ratio = steady.zip(interpreted).map(|(s, i)| s / i);
        verdicts.push(Verdict::new(
            format!("{program}: steady/interpreted"),
            ratio,
            *limit,
        ));
    }
    verdicts.push(fetched_again(records));
    verdicts.push(largest_request(records));
    verdicts
}

fn find(records: &[Record], scenario: Scenario, program: &str) -> Option<Summary> {
    let record = of(records, scenario).find(|r| r.program.name == program)?;
    match record.failure {
        Some(_) => None,
        None => summary(record),
    }
}

/// Code travels at most once to a node.
fn fetched_again(records: &[Record]) -> Verdict {
    let measured = records.iter().filter(|r| !r.conversations.is_empty());
    let again = measured.map(Record::fetched_again).reduce(|a, b| a + b);
    Verdict::new("units that came to a node again", again, 0.0)
}

/// Requests after a node's first carry no code.
fn largest_request(records: &[Record]) -> Verdict {
    let later = records
        .iter()
        .filter_map(|r| middle(&r.first_and_later().1, |c| c.sent));
    let largest = later.reduce(f64::max);
    Verdict::new("largest request without code, bytes", largest, REQUEST)
}
