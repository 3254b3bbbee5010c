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

/// Runs a part of the seeds: how often what happened, and what fails.
fn run(seeds: impl Iterator<Item = u64>) -> (BTreeMap<String, u64>, Vec<String>) {
    let simulator = Simulator::default();
    let mut counts = BTreeMap::<String, u64>::new();
    let mut failures = Vec::new();
    for seed in seeds {
        let outcome = simulator.run(seed, false);
        for (what, n) in outcome.counts {
            *counts.entry(what).or_default() += n;
        }
        if let Some(first) = outcome.failures.first() {
            failures.push(format!("{first}\n    {}", replay_command(seed)));
        }
    }
    (counts, failures)
}

#[test]
fn clusters_keep_their_promises() {
    let (counts, mut failures) = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(chosen().skip(1).step_by(2)));
        let (mut counts, mut failures) = run(chosen().step_by(2));
        let (more, others) = other.join().expect("the other half");
        for (what, n) in more {
            *counts.entry(what).or_default() += n;
        }
        failures.extend(others);
        (counts, failures)
    });
    for (what, n) in &counts {
        println!("{n:>8}  {what}");
    }
    if chosen() == SEEDS {
        failures.extend(too_rare(&counts));
    }
    assert!(
        failures.is_empty(),
        "{} seeds fail:\n  {}",
        failures.len(),
        failures.join("\n  ")
    );
}

/// What must have happened often, lest the seeds test nothing.
const OFTEN: &[(&str, u64)] = &[
    ("up", 3000),
    ("down", 1500),
    ("late frame", 300),
    ("unit asked for", 2000),
    ("log got", 15_000),
    ("log down", 3000),
    ("log demonitored", 1000),
    ("log node-down", 1000),
    ("log arrive", 10_000),
    ("log home", 800),
    ("log ran", 2000),
];

fn too_rare(counts: &BTreeMap<String, u64>) -> Vec<String> {
    let often = OFTEN.iter();
    often
        .filter_map(|(what, least)| {
            let n = counts.get(*what).copied().unwrap_or_default();
            (n < *least).then(|| format!("only {n} times: {what}"))
        })
        .collect()
}

#[test]
fn a_seed_says_all() {
    let (one, other) = (Simulator::default(), Simulator::default());
    for seed in [1, 7, 20] {
        // The heap of the first run is not that of the second.
        assert_eq!(one.run(seed, false), other.run(seed, false), "seed {seed}");
    }
}
