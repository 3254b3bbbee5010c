//! A simulator of clusters: three to five nodes in one thread and in virtual time, with the
//! production scheduler, messenger, code transfer and migration, on a network that is only
//! simulated. What happens follows from a seed, and so can happen again.
//!
//! | module | owns |
//! |---|---|
//! | `cluster` | the queue of what happens; what nodes ask of the network |
//! | `network` | connections, what is under way on them, what is cut |
//! | `disaster` | what befalls a cluster, and when |
//! | `machine` | one start of a node, with its program (`programs/node.scm`) |
//! | `check`, `rest` | what must hold while it runs, and when nothing goes on any more |
//! | `item`, `shown` | what programs log, and frames, as text |
//!
//! The transport of `runtime/net` is not part of it.

mod check;
mod cluster;
mod disaster;
mod item;
mod machine;
mod network;
mod rest;
mod rng;
mod shown;

use cluster::Cluster;
use machine::{Program, programs};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Places that a cluster has at most.
const MOST_PLACES: usize = 5;

/// What runs clusters; compiles the programs once.
pub struct Simulator {
    programs: Vec<Program>,
}

/// What came of a seed.
#[derive(PartialEq, Debug, Default)]
pub struct Outcome {
    pub failures: Vec<String>,
    /// Of all that the nodes sent to each other.
    pub digest: u64,
    pub events: u64,
    /// Seconds of virtual time.
    pub time: f64,
    pub counts: BTreeMap<String, u64>,
}

impl Default for Simulator {
    fn default() -> Simulator {
        Simulator {
            programs: programs(MOST_PLACES),
        }
    }
}

impl Simulator {
    /// Runs a seed; with `tracing`, prints what happens.
    pub fn run(&self, seed: u64, tracing: bool) -> Outcome {
        let run = || {
            let mut cluster = Cluster::new(seed, &self.programs, tracing);
            cluster.run();
            Outcome {
                failures: cluster.checker.failures().to_vec(),
                digest: cluster.digest,
                events: cluster.events,
                time: cluster.now as f64 / 1e9,
                counts: std::mem::take(&mut cluster.checker.counts),
            }
        };
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
            let text = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Outcome {
                failures: vec![format!("panic: {}", text.unwrap_or_default())],
                ..Outcome::default()
            }
        })
    }
}

/// How to see a seed again.
pub fn replay_command(seed: u64) -> String {
    format!(
        "TERMITE_SEED={seed} cargo test --release -p termite-cluster-tests replay -- --nocapture"
    )
}
