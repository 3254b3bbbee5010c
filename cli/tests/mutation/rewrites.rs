//! Running processes whose frames, closures and next step are changed while they are in
//! written form, in both tiers. Only what the checks accept is built.

use super::bench::{Bench, new_corpus};
use super::child::Job;
use super::corpus::Corpus;
use super::panics;
use super::tally::Tally;
use super::values;
use std::cell::RefCell;
use std::rc::Rc;
use termite_abi::Value;
use termite_ir::mutate::Rng;
use termite_ir::{CpId, CpKind, ProcId, ValueKind};
use termite_vm::written::{Place, Refused, Written, WrittenProcess, is_of_kind};
use termite_vm::{LoadedUnit, Node, Tier, Zeal};

/// Every second safepoint the process is written, perhaps changed, and rebuilt.
const ZEAL: Zeal = Zeal {
    collect: true,
    verify_every: 101,
    rebuild_every: 2,
};
/// Changes that are tried on one written process.
const TRIES: usize = 3;
/// Accepted changes in one run, after which the process is left alone.
const ENOUGH: usize = 8;

pub struct Rewrites {
    tiers: [(Bench, Vec<Rc<LoadedUnit>>); 2],
}

/// What one run is changed by.
struct Changes {
    rng: Rng,
    accepted: usize,
    tally: Tally,
}

impl Rewrites {
    pub fn new() -> Rewrites {
        let corpus = new_corpus();
        Rewrites {
            tiers: [Tier::Interp, Tier::Jit].map(|tier| load(tier, &corpus)),
        }
    }

    /// The name of the program that a seed runs.
    pub fn name(&self, seed: u64) -> String {
        let units = &self.tiers[0].1;
        units[(seed % units.len() as u64) as usize]
            .unit
            .name
            .clone()
    }
}

fn load(tier: Tier, corpus: &Corpus) -> (Bench, Vec<Rc<LoadedUnit>>) {
    let mut bench = Bench::new(tier, ZEAL, corpus);
    let samples = corpus.groups[1].iter().chain(&corpus.groups[2]);
    let load =
        |s: &super::corpus::Sample| bench.load(&s.unit).unwrap_or_else(|e| panic!("{}", e.0));
    let units = samples.map(load).collect();
    (bench, units)
}

impl Job for Rewrites {
    fn run(&mut self, seed: u64, tally: &mut Tally) {
        for (bench, units) in &mut self.tiers {
            let unit = units[(seed % units.len() as u64) as usize].clone();
            let changes = Changes {
                rng: Rng::new(seed),
                accepted: 0,
                tally: Tally::default(),
            };
            let changes = Rc::new(RefCell::new(changes));
            let shared = changes.clone();
            bench.reset();
            bench.vm.rewrite = Some(Box::new(move |node, process| {
                shared.borrow_mut().change(node, process)
            }));
            let ending = bench.call(&unit, unit.unit.init, &[]);
            bench.vm.rewrite = None;
            tally.count(&format!("rewritten processes: {:?}", ending.exit));
            tally.merge(std::mem::take(&mut changes.borrow_mut().tally));
        }
        for panic in panics::take() {
            tally.fault(seed, format!("panic: {panic}"));
        }
    }
}

impl Changes {
    fn change(&mut self, node: &mut Node, process: &mut WrittenProcess) {
        if self.accepted >= ENOUGH || !self.rng.chance(20) {
            return;
        }
        for _ in 0..TRIES {
            let mut changed = process.clone();
            let outcome = self
                .mutate(node, &mut changed)
                .and_then(|()| changed.check(node));
            if changed == *process && outcome.is_ok() {
                continue;
            }
            self.tally.count("changes");
            match outcome {
                Ok(()) => {
                    self.tally.count("changes accepted");
                    self.accepted += 1;
                    *process = changed;
                }
                Err(why) => self.tally.count(&format!("changes refused: {}", sort(why))),
            }
        }
    }

    fn mutate(&mut self, node: &mut Node, process: &mut WrittenProcess) -> Result<(), Refused> {
        match self.rng.below(14) {
            0..4 => self.change_values(node, process),
            4 => self.change_place(node, process),
            5 | 6 => self.other_frame(node, process),
            7 => self.other_step(node, process),
            8 | 9 => self.change_frames(process),
            _ => return self.change_closure(node, process),
        }
        Ok(())
    }

    /// All values of the process, and those in its closures: boxes too.
    fn pool(&self, node: &Node, process: &WrittenProcess) -> Vec<Value> {
        let written = process.frames.iter().chain([&process.next]);
        let mut pool: Vec<Value> = written.flat_map(|w| w.values.iter().copied()).collect();
        for i in 0..pool.len() {
            if pool[i].is_closure() {
                pool.extend(
                    node.write_closure(pool[i])
                        .into_iter()
                        .flat_map(|w| w.values),
                );
            }
        }
        pool
    }

    fn any(&mut self, node: &mut Node, pool: &[Value], unit: u32) -> Value {
        match self.rng.pick(pool) {
            Some(&v) if self.rng.chance(70) => v,
            _ => {
                let unit = node.code.unit(unit).clone();
                values::value(node, &unit, &mut self.rng)
            }
        }
    }

    fn change_list(&mut self, node: &mut Node, pool: &[Value], w: &mut Written) {
        let new = self.any(node, pool, w.place.unit);
        let n = w.values.len();
        let (i, j) = (self.rng.below(n), self.rng.below(n));
        match self.rng.below(5) {
            0 => w.values.insert(i, new),
            1 if n > 0 => drop(w.values.remove(i)),
            2 if n > 0 => w.values.swap(i, j),
            _ if n > 0 => w.values[i] = new,
            _ => {}
        }
    }

    fn pick<'p>(&mut self, process: &'p mut WrittenProcess) -> &'p mut Written {
        let frames = process.frames.len();
        match self.rng.below(frames + 1) {
            i if i < frames => &mut process.frames[i],
            _ => &mut process.next,
        }
    }

    fn change_values(&mut self, node: &mut Node, process: &mut WrittenProcess) {
        let pool = self.pool(node, process);
        let w = self.pick(process);
        self.change_list(node, &pool, w);
    }

    /// Any numbers for the control point.
    fn change_place(&mut self, node: &Node, process: &mut WrittenProcess) {
        let units = node.code.units().len();
        let n = self.rng.wild_u32();
        let small = self.rng.below(8) as u32;
        let which = self.rng.below(4);
        let place = &mut self.pick(process).place;
        match which {
            0 => place.unit = small * units as u32 / 8,
            1 => place.parent = ProcId(n),
            2 => place.id = n,
            _ => place.id = small,
        }
    }

    /// A return point of some unit, with values that fit it if there are any.
    fn other_frame(&mut self, node: &mut Node, process: &mut WrittenProcess) {
        let place = self.pick(process).place;
        let Some((place, kinds)) = self.other(node, place, |k| match k {
            CpKind::Return(r) => Some(r.live.clone()),
            CpKind::Entry(_) | CpKind::Jump(_) => None,
        }) else {
            return;
        };
        let frame = self.fill(node, process, place, &kinds);
        match self.rng.below(process.frames.len() + 1) {
            i if i < process.frames.len() && self.rng.chance(50) => process.frames[i] = frame,
            i => process.frames.insert(i, frame),
        }
    }

    /// An entry or jump point to go on with, with arguments that fit it if there are any.
    fn other_step(&mut self, node: &mut Node, process: &mut WrittenProcess) {
        let place = process.next.place;
        let Some((place, _)) = self.other(node, place, |k| match k {
            CpKind::Return(_) => None,
            CpKind::Entry(_) | CpKind::Jump(_) => Some(Vec::new()),
        }) else {
            return;
        };
        let Ok((unit, cp)) = node.code.locate(place) else {
            return;
        };
        let point = unit.control_point(cp);
        let kinds: Vec<ValueKind> = (0..point.param_count())
            .map(|i| point.param_kind(cp, i))
            .collect();
        process.next = self.fill(node, process, place, &kinds);
    }

    /// Another control point, mostly of the same unit.
    fn other(
        &mut self,
        node: &Node,
        place: Place,
        kinds: impl Fn(&CpKind) -> Option<Vec<ValueKind>>,
    ) -> Option<(Place, Vec<ValueKind>)> {
        let units = node.code.units().len();
        let index = if self.rng.chance(80) {
            place.unit
        } else {
            self.rng.below(units) as u32
        };
        let unit = node.code.unit(index);
        let of_unit = |i: usize| kinds(&unit.control_point(CpId(i as u32)).kind);
        let n = unit.unit.cps.len();
        let from = self.rng.below(n);
        let found = (from..n).chain(0..from).find(|&i| of_unit(i).is_some())?;
        let parent = unit.control_point(CpId(found as u32)).proc;
        let id = found as u32 - unit.unit.procs[parent.index()].first.0;
        Some((
            Place {
                unit: index,
                parent,
                id,
            },
            of_unit(found)?,
        ))
    }

    fn fill(
        &mut self,
        node: &mut Node,
        process: &WrittenProcess,
        place: Place,
        kinds: &[ValueKind],
    ) -> Written {
        let pool = self.pool(node, process);
        let unit = node.code.unit(place.unit).clone();
        let mut values = Vec::with_capacity(kinds.len());
        for &kind in kinds {
            let fit: Vec<Value> = pool
                .iter()
                .copied()
                .filter(|&v| is_of_kind(&unit, kind, v))
                .collect();
            let v = match self.rng.pick(&fit) {
                Some(&v) if self.rng.chance(95) => v,
                _ => self.any(node, &pool, place.unit),
            };
            values.push(v);
        }
        Written { place, values }
    }

    fn change_frames(&mut self, process: &mut WrittenProcess) {
        let frames = &mut process.frames;
        let n = frames.len();
        if n == 0 {
            return;
        }
        let (i, j) = (self.rng.below(n), self.rng.below(n));
        match self.rng.below(4) {
            0 => drop(frames.remove(i)),
            1 => frames.insert(j, frames[i].clone()),
            2 => frames.truncate(i),
            _ => frames.swap(i, j),
        }
    }

    /// Replaces one of the process's closures by one that is built of changed parts.
    fn change_closure(
        &mut self,
        node: &mut Node,
        process: &mut WrittenProcess,
    ) -> Result<(), Refused> {
        let pool = self.pool(node, process);
        let closures: Vec<Value> = pool.iter().copied().filter(|v| v.is_closure()).collect();
        let Some(&old) = self.rng.pick(&closures) else {
            return Ok(());
        };
        let Some(mut written) = node.write_closure(old) else {
            return Ok(());
        };
        match self.rng.below(4) {
            0 => {
                let other = self.other(node, written.place, |k| match k {
                    CpKind::Entry(e) => Some(e.free.clone()),
                    CpKind::Return(_) | CpKind::Jump(_) => None,
                });
                if let Some((place, kinds)) = other {
                    written = self.fill(node, process, place, &kinds);
                }
            }
            1 => written.place.id = self.rng.below(6) as u32,
            _ => self.change_list(node, &pool, &mut written),
        }
        let new = node.rebuild_closure(&written)?;
        self.tally.count("closures rebuilt");
        let all = process.frames.iter_mut().chain([&mut process.next]);
        for v in all.flat_map(|w| &mut w.values) {
            if *v == old {
                *v = new;
            }
        }
        Ok(())
    }
}

fn sort(why: Refused) -> &'static str {
    match why {
        Refused::NoPlace(_) => "no such control point",
        Refused::Class { .. } => "another class",
        Refused::Count { .. } => "another number of values",
        Refused::Kind { .. } => "another kind of value",
        Refused::OtherFrame => "not the first frame's",
    }
}
