//! Clusters by seed: many at each run, and any one again.
//!
//! `TERMITE_SEED=n cargo test --release -p termite-cluster-tests replay -- --nocapture`
//! shows what happens in one; `TERMITE_SEEDS=from..to` chooses those that are run.

use std::collections::BTreeMap;
use termite_cluster_tests::{Simulator, replay_command};

/// Seeds run each time.
const SEEDS: std::ops::Range<u64> = 0..300;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn chosen() -> std::ops::Range<u64> {
    let text = std::env::var("TERMITE_SEEDS").ok();
    let parse = |text: &str| {
        let (from, to) = text.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    };
    text.and_then(|t| parse(&t)).unwrap_or(SEEDS)
}

#[test]
fn replay() {
    let Some(seed) = number("TERMITE_SEED") else {
        return;
    };
    let outcome = Simulator::default().run(seed, true);
    println!("{} events, {:.3} s", outcome.events, outcome.time);
    for (what, n) in &outcome.counts {
        println!("{n:>8}  {what}");
    }
    assert!(
        outcome.failures.is_empty(),
        "{}",
        outcome.failures.join("\n")
    );
}

#[test]
fn clusters_keep_their_promises() {
    let simulator = Simulator::default();
    let mut counts = BTreeMap::<String, u64>::new();
    let mut failures = Vec::new();
    for seed in chosen() {
        let outcome = simulator.run(seed, false);
        for (what, n) in outcome.counts {
            *counts.entry(what).or_default() += n;
        }
        if let Some(first) = outcome.failures.first() {
            failures.push(format!("{first}\n    {}", replay_command(seed)));
        }
    }
    for (what, n) in &counts {
        println!("{n:>8}  {what}");
    }
    assert!(
        failures.is_empty(),
        "{} seeds fail:\n  {}",
        failures.len(),
        failures.join("\n  ")
    );
}
