//! What a run found, as text between the processes of the test.

use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Default, Debug)]
pub struct Tally {
    pub counts: BTreeMap<String, u64>,
    /// What must not happen: seed and description.
    pub faults: Vec<(u64, String)>,
}

impl Tally {
    pub fn count(&mut self, what: &str) {
        self.add(what, 1);
    }

    fn add(&mut self, what: &str, n: u64) {
        *self.counts.entry(what.to_owned()).or_default() += n;
    }

    pub fn get(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or(0)
    }

    pub fn fault(&mut self, seed: u64, what: String) {
        self.faults.push((seed, what));
    }

    pub fn merge(&mut self, other: Tally) {
        other.counts.iter().for_each(|(what, n)| self.add(what, *n));
        self.faults.extend(other.faults);
    }

    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (what, n) in &self.counts {
            let _ = writeln!(text, "count\t{n}\t{what}");
        }
        for (seed, what) in &self.faults {
            let _ = writeln!(text, "fault\t{seed}\t{}", what.escape_debug());
        }
        text
    }

    pub fn from_text(text: &str) -> Tally {
        let mut tally = Tally::default();
        for line in text.lines() {
            let mut parts = line.splitn(3, '\t');
            let (Some(sort), Some(n), Some(what)) = (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            match (sort, n.parse()) {
                ("count", Ok(n)) => tally.add(what, n),
                ("fault", Ok(seed)) => tally.fault(seed, what.to_owned()),
                _ => {}
            }
        }
        tally
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.counts
            .iter()
            .try_for_each(|(what, n)| writeln!(f, "{n:9} {what}"))
    }
}
