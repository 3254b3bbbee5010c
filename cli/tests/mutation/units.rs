//! Mutants of units, in both tiers.

use super::bench::{Bench, Ending, new_corpus};
use super::child::Job;
use super::corpus::Corpus;
use super::panics;
use super::tally::Tally;
use termite_ir::mutate::{gentle_mutant, mutant};
use termite_ir::{ControlPoint, CpKind, Operand, Reg, Unit, verify};
use termite_vm::{Exit, Tier, Zeal};

/// Collections all the time; the heap is checked now and then, and after each call.
pub const ZEAL: Zeal = Zeal {
    collect: true,
    verify_every: 301,
    rebuild_every: 0,
};

pub struct Mutants {
    corpus: Corpus,
    interp: Bench,
    jit: Bench,
}

impl Mutants {
    pub fn new() -> Mutants {
        let corpus = new_corpus();
        let interp = Bench::new(Tier::Interp, ZEAL, &corpus);
        let jit = Bench::new(Tier::Jit, ZEAL, &corpus);
        Mutants {
            corpus,
            interp,
            jit,
        }
    }

    /// How each sample itself ends in both tiers.
    pub fn run_samples(&mut self) -> Vec<(String, [Vec<Ending>; 2])> {
        let samples = self.corpus.groups.iter().flatten();
        let all: Vec<_> = samples.map(|s| (s.name.clone(), s.unit.clone())).collect();
        let run = |(name, unit): (String, Unit)| {
            let both = self.run_both(&unit, 0);
            both.map(|both| (name, both))
        };
        all.into_iter().filter_map(run).collect()
    }

    /// The mutant of a seed, and the name of what it was made of.
    pub fn make(&self, seed: u64) -> (String, Unit, bool) {
        let sample = self.corpus.pick(seed);
        let gentle = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63 == 0;
        let make = if gentle { gentle_mutant } else { mutant };
        let unit = make(&sample.unit, seed);
        let same = unit == sample.unit;
        (sample.name.clone(), unit, same)
    }

    fn run_both(&mut self, unit: &Unit, seed: u64) -> Option<[Vec<Ending>; 2]> {
        let mut both = [Vec::new(), Vec::new()];
        for (bench, endings) in [&mut self.interp, &mut self.jit].into_iter().zip(&mut both) {
            bench.reset();
            let loaded = bench.load(unit).ok()?;
            *endings = bench.run(&loaded, seed);
        }
        Some(both)
    }
}

impl Job for Mutants {
    fn run(&mut self, seed: u64, tally: &mut Tally) {
        let (_, unit, same) = self.make(seed);
        tally.count("mutants");
        if same {
            return tally.count("mutants that changed nothing");
        }
        if verify(&unit).is_err() {
            return tally.count("refused by the verifier");
        }
        tally.count("verified");
        match self.run_both(&unit, seed) {
            None => tally.count("verified, but refused by the loader"),
            Some([interp, jit]) => {
                tally.count("run");
                tell("interpreter", &interp, tally);
                tell("machine code", &jit, tally);
                match compare(&interp, &jit) {
                    Some(difference) if is_definite(&unit) => tally.fault(seed, difference),
                    Some(_) | None => {}
                }
            }
        }
        for panic in panics::take() {
            tally.fault(seed, format!("panic in a primitive: {panic}"));
        }
    }
}

fn tell(tier: &str, endings: &[Ending], tally: &mut Tally) {
    for ending in endings {
        let how = match ending.exit {
            Exit::Normal => "ended",
            Exit::Failed => "failed",
            Exit::Interrupted => "were interrupted",
            Exit::Code(_) => "exited",
        };
        tally.count(&format!("calls in the {tier} that {how}"));
    }
}

/// Whether no entry without free values looks at its closure, which can be anything.
fn is_definite(unit: &Unit) -> bool {
    let is_idle = |cp: &ControlPoint| matches!(&cp.kind, CpKind::Entry(e) if e.free.is_empty());
    let looks = |cp: &ControlPoint| {
        let mut found = false;
        cp.blocks
            .iter()
            .for_each(|b| b.for_each_operand(&mut |o| found |= o == Operand::Reg(Reg(0))));
        found
    };
    !unit.cps.iter().any(|cp| is_idle(cp) && looks(cp))
}

/// How the tiers differ, in calls that came to an end in both. What follows an
/// interruption may differ.
pub fn compare(a: &[Ending], b: &[Ending]) -> Option<String> {
    for (a, b) in a.iter().zip(b) {
        let unfinished = |e: &Ending| {
            e.exit == Exit::Interrupted || e.text.contains("the heap limit is reached")
        };
        if unfinished(a) || unfinished(b) {
            return None;
        }
        if a != b {
            let show = |e: &Ending| format!("{:?}, {}", e.exit, e.text);
            return Some(format!(
                "{} ends differently:\n  interpreter: {}\n  machine code: {}",
                a.what,
                show(a),
                show(b)
            ));
        }
    }
    None
}
