//! Structural mutation: units, frames and closures are changed at random, and what the
//! checks let through runs in both tiers, under limits, with collections and heap checks
//! all the time. It may end in any way but by harming the process that runs it, and both
//! tiers must agree on how.
//!
//! `TERMITE_MUTANTS=<n>` sets the number of mutants. What kills a child is reported with
//! its seed; `TERMITE_MUTANT=<seed> cargo test -p termite-cli --test mutation --release
//! one_mutant -- --exact --nocapture` shows that mutant and runs it alone
//! (`TERMITE_REWRITE=<seed>` with `one_rewrite`: a rewritten process).

#[path = "mutation/bench.rs"]
mod bench;
#[path = "mutation/child.rs"]
mod child;
#[path = "mutation/corpus.rs"]
mod corpus;
#[path = "mutation/panics.rs"]
mod panics;
#[path = "mutation/rewrites.rs"]
mod rewrites;
#[path = "mutation/table.rs"]
mod table;
#[path = "mutation/tally.rs"]
mod tally;
#[path = "mutation/units.rs"]
mod units;
#[path = "mutation/values.rs"]
mod values;
#[path = "mutation/watchdog.rs"]
mod watchdog;

use child::Job;
use rewrites::Rewrites;
use tally::Tally;
use termite_vm::Exit;
use units::Mutants;

/// Mutants of an ordinary run.
const MUTANTS: u64 = 4000;
/// Rewritten processes, as a share of the mutants.
const REWRITES: u64 = 4;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
}

#[test]
fn samples_run_and_end_alike() {
    termite_driver::with_big_stack(|| {
        for (name, [interp, jit]) in Mutants::new().run_samples() {
            assert_eq!(units::compare(&interp, &jit), None, "{name}");
            assert_eq!(interp[0].exit, Exit::Normal, "{name}: {}", interp[0].text);
        }
    });
}

#[test]
fn mutants_do_no_harm() {
    let found = child::run_all("units", number("TERMITE_MUTANTS").unwrap_or(MUTANTS));
    println!("{found}");
    report(&found);
    let (mutants, run) = (found.get("mutants"), found.get("run"));
    assert!(
        run * 5 >= mutants,
        "only {run} of {mutants} mutants are accepted"
    );
}

#[test]
fn rewritten_processes_do_no_harm() {
    let count = number("TERMITE_MUTANTS").unwrap_or(MUTANTS) / REWRITES;
    let found = child::run_all("rewrites", count);
    println!("{found}");
    report(&found);
    let (changes, accepted) = (found.get("changes"), found.get("changes accepted"));
    assert!(
        accepted * 5 >= changes,
        "only {accepted} of {changes} changes are accepted"
    );
}

fn report(found: &Tally) {
    for (seed, what) in &found.faults {
        println!("seed {seed}: {what}\n");
    }
    assert!(found.faults.is_empty(), "{} faults", found.faults.len());
}

/// What the others start this binary for.
#[test]
fn child() {
    let new_job = |job: &str| {
        panics::keep();
        match job {
            "units" => Box::new(Mutants::new()) as Box<dyn Job>,
            "rewrites" => Box::new(Rewrites::new()) as Box<dyn Job>,
            other => panic!("no job {other}"),
        }
    };
    termite_driver::with_big_stack(|| child::obey(&new_job));
}

/// Shows and runs the mutant of one seed.
#[test]
fn one_mutant() {
    let Some(seed) = number("TERMITE_MUTANT") else {
        return;
    };
    termite_driver::with_big_stack(|| {
        let mut mutants = Mutants::new();
        let (name, unit, _) = mutants.make(seed);
        println!("mutant {seed} of {name}:\n{}", termite_ir::print(&unit));
        let mut found = Tally::default();
        mutants.run(seed, &mut found);
        println!("{found}");
        report(&found);
    });
}

/// Runs the rewritten process of one seed.
#[test]
fn one_rewrite() {
    let Some(seed) = number("TERMITE_REWRITE") else {
        return;
    };
    termite_driver::with_big_stack(|| {
        let mut rewrites = Rewrites::new();
        println!("rewrite {seed} of {}", rewrites.name(seed));
        let mut found = Tally::default();
        rewrites.run(seed, &mut found);
        println!("{found}");
        report(&found);
    });
}
