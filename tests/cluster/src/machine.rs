//! One start of a node: a virtual machine with a program, and what the program logs.

use crate::item::Item;
use std::rc::Rc;
use std::time::Duration;
use termite_abi::Value;
use termite_cli::engine::{Linker, new_compiler, new_node};
use termite_cli::host::CompilerHost;
use termite_driver::{CompiledUnit, MacroEvaluator};
use termite_heap::intern;
use termite_vm::scheduler::Clock;
use termite_vm::{Exit, Node, NodeOptions, Pid, Reactor, Tier, Vm};

/// The program of the nodes at one place, which differs from those of others.
pub type Program = Rc<Vec<CompiledUnit>>;

/// Libraries that some places have and others get from them, and a use of each that gives
/// a pair of equal values. The last one is part of every program, but not linked.
const LIBRARIES: [(&str, &str); 3] = [
    (
        "(cluster store)",
        "(cons (list (store-get) k) (list 300 k))",
    ),
    ("(cluster deep)", "(cons (deep-get) '(300 deep))"),
    (
        "(srfi 28)",
        "(cons (format \"~a!\" k) (string-append (number->string k) \"!\"))",
    ),
];

const SOURCE: &str = include_str!("../programs/node.scm");

struct NoMacros;

impl MacroEvaluator for NoMacros {
    fn evaluate_macro(
        &mut self,
        _: &std::sync::Arc<termite_expand::core::Module>,
        _: &termite_driver::Datum,
    ) -> Result<termite_driver::Datum, String> {
        Err("the program has no macros of this kind".into())
    }
}

/// Compiles the programs of so many places.
pub fn programs(places: usize) -> Vec<Program> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/programs");
    let compile = |place: usize| {
        // One that has compiled a library would not give it out again.
        let mut compiler = new_compiler(vec![folder.into()]);
        let name = format!("node{place}.scm");
        let (library, usage) = LIBRARIES[place % LIBRARIES.len()];
        let text = SOURCE
            .replace("@ME@", &place.to_string())
            .replace("@LIBRARY@", library)
            .replace("@USE@", usage);
        let file = compiler.sources().add(&name, text);
        match compiler.script(&name, file, &mut NoMacros) {
            Ok((units, _)) => Rc::new(units),
            Err(all) => {
                let sources = compiler.sources().clone();
                panic!("{}", termite_cli::engine::render(&sources, &all))
            }
        }
    };
    (0..places).map(compile).collect()
}

/// A network that only listens: what comes is handed to the node by the simulation.
struct Listener;

impl Reactor for Listener {
    fn act(&mut self, _: &mut Node) {}

    fn listen(&mut self, _: &mut Node, _: &str, port: u16) -> Result<u16, String> {
        Ok(port)
    }

    fn poll(&mut self, _: &mut Node) {}

    fn is_live(&self) -> bool {
        true
    }

    fn wait(&mut self, _: &mut Node, _: Option<Duration>) {}
}

pub struct Machine {
    pub vm: Vm,
    logger: Option<Pid>,
}

impl Machine {
    /// `settings` are variables of the program.
    pub fn new(
        program: &Program,
        incarnation: [u8; 16],
        now: u64,
        settings: &[(&str, i64)],
    ) -> Machine {
        let options = NodeOptions {
            tier: Tier::Interp,
            incarnation,
            ..NodeOptions::default()
        };
        let mut vm = new_node(None, options);
        vm.sched.clock = Clock::Virtual(now);
        vm.reactor = Some(Box::new(Listener));
        let linker = Linker::new(new_compiler(Vec::new()));
        vm.host = Some(Box::new(CompilerHost::new(linker.clone())));
        for (name, value) in settings {
            vm.define(name, Value::fixnum(*value));
        }
        let thunks = linker.borrow_mut().link(&mut vm, program);
        let thunks = thunks.unwrap_or_else(|e| panic!("the program cannot be linked: {e}"));
        for thunk in thunks {
            let (exit, _) = vm.call(thunk, &[]);
            assert_eq!(exit, Exit::Normal, "the program failed to start");
        }
        let logger = vm.service(intern("log"));
        Machine { vm, logger }
    }

    /// What has been logged since.
    pub fn take_log(&mut self) -> Vec<Vec<Item>> {
        let mut all = Vec::new();
        let Some(pid) = self.logger else { return all };
        while let Some(message) = self.vm.sched.get_mut(pid).and_then(|p| p.mailbox.receive()) {
            match Item::read(&self.vm, message) {
                Item::List(items) => all.push(items),
                other => all.push(vec![other]),
            }
        }
        all
    }
}
