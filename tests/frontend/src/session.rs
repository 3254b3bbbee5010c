//! The compiler called directly, for tests that compile thousands of texts and run none:
//! reading, expanding, lowering, verifying and encoding, on the standard library as it
//! stands in the source tree.

use std::sync::Arc;
use termite_bench::binary::root;
use termite_driver::{CompiledUnit, Compiler, Datum, Image, MacroEvaluator, Prims};
use termite_expand::LibraryName;
use termite_expand::core::Module;
use termite_syntax::{Diagnostic, FileId, read_all};

pub struct Frontend {
    compiler: Compiler,
    texts: usize,
}

/// Texts after which a new session starts, since a session keeps all of its texts.
const SESSION: usize = 5000;

/// A `define-macro` cannot be run without a machine; its uses are refused.
struct NoMacros;

impl MacroEvaluator for NoMacros {
    fn evaluate_macro(&mut self, _: &Arc<Module>, _: &Datum) -> Result<Datum, String> {
        Err("there is nothing here that could run it".into())
    }
}

impl Frontend {
    /// An error is one of the tree: `lib-scheme/initial.scm` cannot be read.
    pub fn new() -> Result<Frontend, String> {
        Ok(Frontend {
            compiler: compiler()?,
            texts: 0,
        })
    }

    /// Compiles a script and what it imports. Panics when there is a bug in the compiler:
    /// code that does not verify, an encoding that does not decode to the same, a refusal
    /// without a diagnostic or with one that cannot be shown.
    pub fn compile(&mut self, name: &str, text: &str) -> Result<Vec<CompiledUnit>, String> {
        self.texts += 1;
        if self.texts.is_multiple_of(SESSION) {
            self.compiler = compiler()?;
        }
        let file = self.compiler.sources().add(name, text);
        match self.compiler.script(name, file, &mut NoMacros) {
            Ok((units, warnings)) => {
                self.show(&warnings);
                units.iter().for_each(check);
                Ok(units)
            }
            Err(diagnostics) => {
                assert!(!diagnostics.is_empty(), "refused without a word:\n{text}");
                let shown = self.show(&diagnostics);
                assert!(
                    diagnostics.iter().all(|d| d.code != "internal"),
                    "{shown}\n{text}"
                );
                Err(shown)
            }
        }
    }

    fn show(&mut self, diagnostics: &[Diagnostic]) -> String {
        let sources = self.compiler.sources();
        diagnostics.iter().map(|d| d.render(sources)).collect()
    }
}

fn compiler() -> Result<Compiler, String> {
    let library = root().join("lib-scheme");
    let initial =
        std::fs::read_to_string(library.join("initial.scm")).map_err(|e| e.to_string())?;
    let data = read_all(FileId::NONE, &initial).map_err(|e| e.to_string())?;
    let names = data.iter().flat_map(|list| list.items());
    let names: Vec<LibraryName> = names.filter_map(LibraryName::from_datum).collect();
    let rows = termite_stdlib::table()
        .iter()
        .copied()
        .chain(termite_vm::prims::table());
    let prims = Prims::new(rows.map(|p| p.info));
    Ok(Compiler::new(
        prims,
        &names,
        Image::default(),
        vec![library],
    ))
}

/// What holds for every unit that comes out.
fn check(unit: &CompiledUnit) {
    let bytes = termite_ir::encode(&unit.unit);
    match termite_ir::decode(&bytes) {
        Ok(again) => assert!(
            again == *unit.unit,
            "{}: decodes to something else",
            unit.name
        ),
        Err(e) => panic!("{}: does not decode: {e}", unit.name),
    }
    if let Err(e) = termite_ir::verify(&unit.unit) {
        panic!("{}: does not verify: {e}", unit.name);
    }
}
