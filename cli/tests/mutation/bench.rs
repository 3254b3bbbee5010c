//! A node to run mutants in: the real library, tamed primitives, limits, and a state that
//! is the same before each mutant.

use super::corpus::{Corpus, EXPORTER};
use super::table::{self, LastReport};
use super::values;
use super::watchdog::Watchdog;
use std::rc::Rc;
use std::sync::Arc;
use termite_abi::Value;
use termite_cli::engine::{Linker, SharedLinker, new_compiler};
use termite_cli::machine::JitMachine;
use termite_ir::mutate::Rng;
use termite_ir::{CpId, CpKind, Unit};
use termite_vm::{
    Bodies, Exit, LinkError, LoadedUnit, Machine, NodeOptions, Tier, Vm, Zeal, report,
};

/// Safepoints that one call may meet.
const FUEL: u64 = 1500;
/// Bytes of the old generation.
const HEAP: u64 = 24 << 20;
/// Calls of entries after the body.
const CALLS: u64 = 3;
/// The variable that holds the node's state as it was before the first mutant.
const SAVED: &str = "mutation: saved";

pub struct Bench {
    pub vm: Vm,
    watchdog: Watchdog,
    /// Variables that existed before the first mutant.
    cells: usize,
}

/// How one call of a mutant ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ending {
    /// What was called.
    pub what: String,
    pub exit: Exit,
    /// The result, or the report of the error.
    pub text: String,
}

/// Compiles the corpus; the linker goes on with one node.
pub fn new_corpus() -> Corpus {
    let linker = Linker::new(new_compiler(Vec::new()));
    let mut linker = linker.borrow_mut();
    Corpus::new(&mut linker.compiler)
}

impl Bench {
    pub fn new(tier: Tier, zeal: Zeal, corpus: &Corpus) -> Bench {
        let mut options = NodeOptions {
            tier,
            zeal,
            ..NodeOptions::default()
        };
        options.heap.nursery_bytes = 256 << 10;
        options.heap.nursery_max = 1 << 20;
        options.heap.limit_bytes = HEAP;
        options.heap.poison = true;
        let machine = (tier == Tier::Jit).then(|| {
            let jit = JitMachine::new().unwrap_or_else(|e| panic!("{e}"));
            Arc::new(jit) as Arc<dyn Machine>
        });
        let mut vm = Vm::new(table::primitives(), machine, options);
        termite_stdlib::install(&mut vm);
        let watchdog = Watchdog::start(vm.attention());
        let mut bench = Bench {
            vm,
            watchdog,
            cells: 0,
        };
        bench.link(corpus);
        bench.save();
        bench.check(corpus);
        bench
    }

    /// Links and runs the libraries, and the unit that others import.
    fn link(&mut self, corpus: &Corpus) {
        let linker: SharedLinker = Linker::new(new_compiler(Vec::new()));
        let mut linker = linker.borrow_mut();
        let linked = linker.link(&mut self.vm, &[]);
        let mut thunks = linked.unwrap_or_else(|e| panic!("{e}"));
        for name in &corpus.libraries {
            let linked = linker.link_library(&mut self.vm, name, &mut thunks);
            linked.unwrap_or_else(|e| panic!("{e}"));
        }
        let exporter = termite_ir::parse(EXPORTER).unwrap_or_else(|e| panic!("{e}"));
        let loaded = self.vm.load(Arc::new(exporter), Bodies::Present, None);
        let loaded = loaded.unwrap_or_else(|e| panic!("{}", e.0));
        thunks.push(loaded.closure(loaded.unit.init));
        for thunk in thunks {
            let (exit, _) = self.vm.call(thunk, &[]);
            assert_eq!(exit, Exit::Normal, "a library fails: {}", self.report());
        }
    }

    /// Checks that what is mutated is sound to begin with.
    fn check(&mut self, corpus: &Corpus) {
        for sample in corpus.groups.iter().flatten() {
            self.load(&sample.unit)
                .unwrap_or_else(|e| panic!("{}: {}", sample.name, e.0));
        }
    }

    fn save(&mut self) {
        self.cells = self.vm.code.cells().len();
        let mut all: Vec<Value> = (0..self.cells)
            .map(|i| self.vm.variable(i as u32))
            .collect();
        all.extend([self.vm.raise_hook, self.vm.base_dynenv]);
        let all = self.vm.heap.vector_from(&all);
        self.vm.define(SAVED, all);
    }

    /// Undoes what mutants did to the node, but for units and symbols.
    pub fn reset(&mut self) {
        let vm = &mut self.vm;
        vm.drop_processes();
        let saved = vm.session_variable(SAVED).expect("it was saved");
        let value = |i: usize| termite_heap::field(saved, i);
        for i in 0..vm.code.cells().len() {
            let value = match i {
                i if i < self.cells => value(i),
                i if i == self.cells => saved,
                _ => Value::UNBOUND,
            };
            let cell = vm.code.cells()[i];
            vm.heap.set_cell(cell, value);
        }
        vm.raise_hook = value(self.cells);
        vm.base_dynenv = value(self.cells + 1);
    }

    /// Checks a unit as one from a stranger, and links it.
    pub fn load(&mut self, unit: &Unit) -> Result<Rc<LoadedUnit>, LinkError> {
        let mut unit = unit.clone();
        unit.name = format!("mutant {}", self.vm.code.units().len());
        self.vm.load_foreign(Arc::new(unit), None)
    }

    /// Runs a unit's body, then some of its entries on random arguments.
    pub fn run(&mut self, unit: &LoadedUnit, seed: u64) -> Vec<Ending> {
        let mut endings = vec![self.call(unit, unit.unit.init, &[])];
        let open = values::open_entries(unit);
        for round in 0..CALLS {
            let mut rng = Rng::new(seed * 7 + round);
            let Some(&cp) = rng.pick(&open) else { break };
            let args: Vec<Value> = (0..argument_count(unit, cp, &mut rng))
                .map(|_| values::value(&mut self.vm, unit, &mut rng))
                .collect();
            endings.push(self.call(unit, cp, &args));
        }
        endings
    }

    pub fn call(&mut self, unit: &LoadedUnit, cp: CpId, args: &[Value]) -> Ending {
        *self.vm.state::<LastReport>() = LastReport::default();
        self.vm.set_fuel(Some(FUEL));
        self.watchdog.begin();
        let (exit, result) = self.vm.call(unit.closure(cp), args);
        self.watchdog.end();
        self.vm.set_fuel(None);
        let text = match (exit, result.first()) {
            (Exit::Normal, Some(&v)) => report::written(&mut self.vm, v),
            _ => self.report(),
        };
        self.vm.drop_processes();
        Ending {
            what: cp.to_string(),
            exit,
            text,
        }
    }

    fn report(&mut self) -> String {
        std::mem::take(&mut self.vm.state::<LastReport>().0)
    }
}

/// Mostly a number that the entry takes.
fn argument_count(unit: &LoadedUnit, cp: CpId, rng: &mut Rng) -> usize {
    let CpKind::Entry(e) = &unit.control_point(cp).kind else {
        return 0;
    };
    let most = e.optional as usize + if e.rest { 3 } else { 0 };
    let exact = e.required as usize + rng.below(most + 1);
    if rng.chance(93) {
        exact
    } else {
        exact + rng.below(3)
    }
}
