//! What is mutated: the samples of `termite-ir`, units written by hand, compiled Scheme
//! programs, units that call each primitive, and the libraries of the image.

use super::table;
use std::collections::BTreeSet;
use std::fmt::Write;
use termite_abi::Effect;
use termite_driver::{Compiler, MacroEvaluator};
use termite_expand::core::Module;
use termite_ir::{LazyUnit, PrimUse, Unit, fuzz};
use termite_syntax::Datum;
use termite_vm::{PrimCode, Primitive};

/// What `importer.ir` imports.
pub const EXPORTER: &str = include_str!("units/exporter.ir");

const UNITS: &[(&str, &str)] = &[
    ("importer", include_str!("units/importer.ir")),
    ("objects", include_str!("units/objects.ir")),
    ("control", include_str!("units/control.ir")),
];

macro_rules! programs {
    ($($name:literal),*) => {
        &[$(($name, include_str!(concat!("programs/", $name, ".scm")))),*]
    };
}

const PROGRAMS: &[(&str, &str)] = programs![
    "callcc",
    "case-lambda",
    "closures",
    "dynamic",
    "errors",
    "flonums",
    "lists",
    "loops",
    "numbers",
    "records",
    "strings",
    "tables",
    "values",
    "vectors"
];

/// Primitives that one generated unit calls.
const PRIMS_A_UNIT: usize = 12;

pub struct Sample {
    pub name: String,
    pub unit: Unit,
}

pub struct Corpus {
    /// By origin; a mutant's origin is chosen first.
    pub groups: Vec<Vec<Sample>>,
    /// Units of the image that the programs need.
    pub libraries: BTreeSet<String>,
}

impl Corpus {
    pub fn new(compiler: &mut Compiler) -> Corpus {
        let mut libraries = BTreeSet::new();
        let mut groups = vec![samples(), written()];
        groups.push(programs(compiler, &mut libraries));
        groups.push(primitives());
        groups.push(
            libraries
                .iter()
                .map(|name| library(compiler, name))
                .collect(),
        );
        Corpus { groups, libraries }
    }

    /// The sample that seed `seed` mutates.
    pub fn pick(&self, seed: u64) -> &Sample {
        // Primitives are the most, programs the largest but for the libraries.
        const GROUPS: [usize; 8] = [0, 1, 2, 3, 1, 2, 4, 2];
        let group = &self.groups[GROUPS[(seed % 8) as usize]];
        &group[(seed / 8 % group.len() as u64) as usize]
    }
}

/// The samples that need no imports.
fn samples() -> Vec<Sample> {
    let all = fuzz::SAMPLES
        .iter()
        .map(|(name, text)| adopted(sample(name, text)));
    all.filter(|s| s.unit.imports.is_empty()).collect()
}

fn written() -> Vec<Sample> {
    UNITS
        .iter()
        .map(|(name, text)| adopted(sample(name, text)))
        .collect()
}

/// With primitives that exist, of the class that they have here.
fn adopted(mut sample: Sample) -> Sample {
    let table = table::primitives();
    for p in &mut sample.unit.prims {
        let inline = |e: Effect| e != Effect::Block;
        let known = table.iter().find(|row| row.info.name == p.name);
        match known.filter(|row| inline(row.info.effect) == inline(p.effect)) {
            Some(row) => p.effect = row.info.effect,
            None => replace(p),
        }
    }
    sample
}

fn replace(p: &mut PrimUse) {
    let (name, effect) = match p.effect {
        Effect::Block => ("values", Effect::Block),
        Effect::Alloc | Effect::Leaf | Effect::Pure => ("list", Effect::Alloc),
    };
    p.name = name.to_owned();
    p.effect = effect;
}

fn sample(name: &str, text: &str) -> Sample {
    let unit = termite_ir::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
    Sample {
        name: name.to_owned(),
        unit,
    }
}

fn programs(compiler: &mut Compiler, libraries: &mut BTreeSet<String>) -> Vec<Sample> {
    PROGRAMS
        .iter()
        .map(|(name, text)| program(compiler, libraries, name, text))
        .collect()
}

fn program(
    compiler: &mut Compiler,
    libraries: &mut BTreeSet<String>,
    name: &str,
    text: &str,
) -> Sample {
    let file = compiler.sources().add(format!("{name}.scm"), text);
    let compiled = compiler.script(name, file, &mut NoMacros);
    let (units, _) = compiled.unwrap_or_else(|d| panic!("{name}: {d:?}"));
    for unit in &units {
        libraries.extend(unit.requires.iter().cloned());
    }
    let Some(last) = units.last() else {
        panic!("{name}: no unit")
    };
    assert_eq!(units.len(), 1, "{name} has libraries of its own");
    Sample {
        name: name.to_owned(),
        unit: (*last.unit).clone(),
    }
}

/// A unit of the image, whole.
fn library(compiler: &Compiler, name: &str) -> Sample {
    let entry = compiler.image().find(name);
    let lazy = entry.map(|e| LazyUnit::open(e.code));
    match lazy.and_then(Result::ok).map(|lazy| lazy.decode_all()) {
        Some(Ok(unit)) => Sample {
            name: name.to_owned(),
            unit,
        },
        Some(Err(_)) | None => panic!("{name} is not in the image"),
    }
}

/// Units with a procedure for each primitive and number of arguments.
fn primitives() -> Vec<Sample> {
    let table = table::primitives();
    let some = table.chunks(PRIMS_A_UNIT).enumerate();
    some.map(|(i, rows)| sample(&format!("primitives {i}"), &calls(rows)))
        .collect()
}

/// The text of a unit that calls each of the primitives with few and with more
/// arguments, once in a segment (if it can be) and once as a procedure.
fn calls(rows: &[Primitive]) -> String {
    let mut text = "unit \"primitives\"\ninit @init\n".to_owned();
    for (i, row) in rows.iter().enumerate() {
        let class = format!("{:?}", row.info.effect).to_lowercase();
        let _ = writeln!(text, "prim ~p{i} {:?} {class}", row.info.name);
    }
    for (i, row) in rows.iter().enumerate() {
        let arity = row.info.arity;
        for n in arity.min..=arity.max.min(arity.min + 2) {
            let params: String = (0..n).map(|k| format!(" %a{k}")).collect();
            let _ = writeln!(text, "proc \"{i}/{n}\"\nentry @e{i}_{n} (%self{params})");
            let _ = match row.code {
                PrimCode::Plain(_) => writeln!(text, "  %r = prim ~p{i}{params} !\n  return %r"),
                PrimCode::Block(_) => writeln!(text, "  call ~p{i} ({})", params.trim_start()),
            };
        }
    }
    text + "proc \"init\"\nentry @init (%self)\n  return #!void\n"
}

/// The programs use no `define-macro`.
pub struct NoMacros;

impl MacroEvaluator for NoMacros {
    fn evaluate_macro(&mut self, _: &std::sync::Arc<Module>, _: &Datum) -> Result<Datum, String> {
        Err("no define-macro here".into())
    }
}
