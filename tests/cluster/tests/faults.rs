//! Faults planted in the code of nodes are caught by the seeds, each by one at least: a
//! test of the simulator.

use termite_cluster_tests::Simulator;
use termite_vm::faults::{Fault, plant};

/// Seeds of which one must catch a fault.
const MOST: u64 = 300;

/// The seed that catches it, and how.
fn catch(simulator: &Simulator, fault: Fault) -> Option<(u64, String)> {
    plant(Some(fault));
    let found = (0..MOST).find_map(|seed| {
        let failures = simulator.run(seed, false).failures;
        failures.into_iter().next().map(|first| (seed, first))
    });
    plant(None);
    found
}

/// Faults of `all` that nothing catches.
fn missed(all: &[Fault]) -> Vec<Fault> {
    let simulator = Simulator::default();
    let is_missed = |fault: &&Fault| match catch(&simulator, **fault) {
        Some((seed, how)) => {
            println!("{fault:?}: seed {seed}: {how}");
            false
        }
        None => true,
    };
    all.iter().filter(is_missed).copied().collect()
}

#[test]
fn planted_faults_are_caught() {
    let (a, b) = Fault::ALL.split_at(Fault::ALL.len() / 2);
    let missed = std::thread::scope(|scope| {
        let other = scope.spawn(|| missed(b));
        let mut all = missed(a);
        all.extend(other.join().expect("the other half"));
        all
    });
    assert!(missed.is_empty(), "no seed below {MOST} catches {missed:?}");
}
