//! What the expander needs from outside.

use crate::ExpandedUnit;
use crate::core::Module;
use crate::library::interface::Interface;
use crate::library::name::LibraryName;
use std::sync::Arc;
use termite_syntax::{Datum, FileId, Source, Symbol};

/// A text and the file id under which diagnostics refer to it.
#[derive(Clone, Debug)]
pub struct SourceText {
    pub file: FileId,
    pub source: Arc<Source>,
}

/// A library, as the host has it.
#[derive(Clone, Debug)]
pub enum Found {
    /// Compiled before.
    Interface(Arc<Interface>),
    /// `unit` is the canonical unit name: `scheme/base`, `github.com/fred/hello@1.0`.
    Source { unit: String, text: SourceText },
}

/// Runs the bodies of `define-macro`.
pub trait MacroEvaluator {
    /// `procedure` is a module of mode `Repl` whose last expression gives a procedure;
    /// the same `Arc` comes for every use of one macro in a unit. `arguments` is the list
    /// of what the macro was given. The result is the expansion, or what went wrong.
    fn evaluate_macro(
        &mut self,
        procedure: &Arc<Module>,
        arguments: &Datum,
    ) -> Result<Datum, String>;
}

/// What the embedder supplies. Failures are sentences for the user: the expander adds the
/// place.
pub trait Host: MacroEvaluator {
    /// Finds a library. `importer` is the unit that imports it, for relative names and
    /// module aliases; `None` from a script, a REPL or the embedder. `Ok(None)`: no such
    /// library.
    fn find_library(
        &mut self,
        name: &LibraryName,
        importer: Option<&str>,
    ) -> Result<Option<Found>, String>;

    /// Text of a file named by `include`; `from` is the file in which the form stands.
    fn read_include(&mut self, path: &str, from: FileId) -> Result<SourceText, String>;

    /// Feature identifiers of `cond-expand`.
    fn features(&self) -> Vec<String>;

    /// Whether a variable of this name exists at the REPL, though no entry defined it.
    fn is_bound(&self, name: Symbol) -> bool {
        let _ = name;
        false
    }

    /// `(define-module-alias alias target)` in a script, a library file or at the REPL.
    fn define_module_alias(
        &mut self,
        alias: &LibraryName,
        target: &LibraryName,
    ) -> Result<(), String> {
        Err(format!(
            "module aliases are not supported here: {alias} for {target}"
        ))
    }

    /// A library has just been expanded from source; everything it requires was reported
    /// before. For hosts whose macro evaluator may need its code at once.
    fn library_expanded(&mut self, library: &ExpandedUnit) {
        let _ = library;
    }
}
