//! What the tests share: a small front end for core programs, primitives, a reference
//! evaluator of the IR, and the way through all of them.

#![allow(dead_code)]

pub mod eval;
pub mod front;
pub mod prims;
pub mod values;

use std::collections::HashMap;
use termite_abi::PrimInfo;
use termite_expand::core::Mode;
use termite_ir::Unit;
use termite_lower::{LowerEnv, Lowered, LoweredInterface, Options, SourcePlace, lower};
use termite_syntax::{FileId, SourceMap, Span};

/// Units lowered so far, and their sources.
#[derive(Default)]
pub struct World {
    pub sources: SourceMap,
    pub units: HashMap<String, LoweredInterface>,
    pub order: Vec<Unit>,
}

impl LowerEnv for World {
    fn primitive(&self, name: &str) -> Option<PrimInfo> {
        prims::info(name)
    }

    fn unit(&self, name: &str) -> Option<&LoweredInterface> {
        self.units.get(name)
    }

    fn source_place(&self, span: Span) -> Option<SourcePlace<'_>> {
        let source = self.sources.get(span.file)?;
        let at = source.location(span.start);
        Some(SourcePlace {
            file: source.name(),
            line: at.line,
            column: at.column,
        })
    }
}

impl World {
    /// Lowers, verifies and adds a unit written as text.
    pub fn add(&mut self, name: &str, mode: Mode, text: &str, options: Options) -> Lowered {
        let file: FileId = self.sources.add(format!("{name}.scm"), text);
        let module = front::module(name, mode, file, text, &self.units);
        let lowered =
            lower(&module, self, options).unwrap_or_else(|d| panic!("{name}: {d}\n{text}"));
        if let Err(e) = termite_ir::verify(&lowered.unit) {
            panic!("{name}: {e}\n{text}\n{}", termite_ir::print(&lowered.unit));
        }
        let again = lower(&module, self, options).unwrap();
        assert_eq!(
            termite_ir::print(&lowered.unit),
            termite_ir::print(&again.unit),
            "not deterministic"
        );
        let bytes = lowered.interface.encode().to_vec();
        self.units
            .insert(name.to_string(), LoweredInterface::decode(bytes).unwrap());
        self.order.push(lowered.unit.clone());
        lowered
    }
}

/// Runs a text of one or several units: `;; unit: name` begins a library, what comes
/// before is the script.
pub fn run_text(text: &str, optimise: bool) -> String {
    let options = Options {
        optimise,
        ..Options::default()
    };
    let (script, libraries) = split_units(text);
    let mut world = World::default();
    for (name, body) in libraries {
        world.add(&name, Mode::Library, &body, options);
    }
    let mode = if script.contains(";; repl") {
        Mode::Repl
    } else {
        Mode::Script
    };
    world.add("script", mode, &script, options);
    eval::run(&world.order)
}

fn split_units(text: &str) -> (String, Vec<(String, String)>) {
    let mut parts = text.split(";; unit: ");
    let script = parts.next().unwrap_or("").to_string();
    let unit = |part: &str| {
        let (name, body) = part.split_once('\n').unwrap();
        (name.trim().to_string(), body.to_string())
    };
    (script, parts.map(unit).collect())
}
