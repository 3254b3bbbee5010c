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

/// Who imports a library.
#[derive(Clone, Copy, Debug)]
pub struct Importer<'a> {
    /// The library that imports; `None` for a script, a REPL or the embedder.
    pub unit: Option<&'a str>,
    /// The file in which the import stands; [`FileId::NONE`] if in none.
    pub file: FileId,
}

impl Importer<'_> {
    /// The embedder, or a unit that names another one by its unit name.
    pub const NOBODY: Importer<'static> = Importer {
        unit: None,
        file: FileId::NONE,
    };
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
    /// What a name in an import means: relative names, module aliases and versions that
    /// go without saying are the host's.
    fn resolve_library(
        &mut self,
        name: &LibraryName,
        importer: Importer<'_>,
    ) -> Result<LibraryName, String> {
        let _ = importer;
        Ok(name.clone())
    }

    /// Finds a library by a resolved name, which is also its unit name. `written` is what
    /// the import says. `Ok(None)`: no such library.
    fn find_library(
        &mut self,
        name: &LibraryName,
        written: &LibraryName,
        importer: Importer<'_>,
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

    /// `(define-module-alias alias target)` in the file `file`, a script's, a library's or
    /// a REPL entry.
    fn define_module_alias(
        &mut self,
        alias: &LibraryName,
        target: &LibraryName,
        file: FileId,
    ) -> Result<(), String> {
        let _ = file;
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
