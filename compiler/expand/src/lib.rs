//! From data to the core language: hygiene, libraries, every name resolved.
//!
//! The embedder makes one [`Expander`] per session, tells it the names of the
//! primitives and the libraries that scripts start from, and then hands it scripts,
//! libraries and REPL entries. What the expander needs from outside (finding a library,
//! reading an included file, running the body of a `define-macro`) is the trait [`Host`];
//! nothing here does IO.
//!
//! Recursion over the depth of a program is limited, see [`with_big_stack`].

mod binding;
mod body;
mod builder;
pub mod core;
pub mod core_form;
mod errors;
mod expansion;
mod forms;
mod host;
mod ident;
mod library;
mod macros;
pub mod print;
mod program;
mod resolve;
mod scan;
mod scope;
mod stack;
mod stx;
mod toplevel;

use crate::core::Mode;
use crate::library::loader::Loader;
use crate::stx::Stx;
use crate::toplevel::{Names, Toplevel};
use std::sync::Arc;
use termite_syntax::{Datum, Diagnostic, Span, Symbol};

pub use builder::PRIMITIVES_USED;
pub use host::{Found, Host, Importer, MacroEvaluator, SourceText};
pub use library::interface::{DecodeError, ExportKind, Interface};
pub use library::name::LibraryName;
pub use stack::with_big_stack;

/// What is wrong with a program; at least one.
pub type Diagnostics = Vec<Diagnostic>;

/// One unit and what it stands on.
#[derive(Clone, Debug)]
pub struct ExpandedUnit {
    pub module: core::Module,
    /// Units that must have run before it: its imports in order, then those that only
    /// the expansion of macros brought in. Pseudo-libraries are not among them.
    pub requires: Vec<String>,
    /// Of a library; `None` for a script or a REPL entry.
    pub interface: Option<Arc<Interface>>,
}

/// The result of expanding a script, a library or a REPL entry.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// Libraries that were expanded from source on the way, each after those that it
    /// requires.
    pub libraries: Vec<ExpandedUnit>,
    pub unit: ExpandedUnit,
    /// What deserves to be said, but is not wrong.
    pub warnings: Vec<Diagnostic>,
}

/// What lasts from one unit to the next: interfaces of libraries, the primitives' names,
/// the libraries that scripts start from.
pub struct Expander {
    loader: Loader,
}

/// The toplevel of a REPL or of `eval`: definitions, macros and imports persist in it.
/// A clone is cheap and independent.
#[derive(Clone)]
pub struct Environment {
    toplevel: Toplevel,
}

impl Expander {
    /// `primitives`: what `(termite primitives)` exports. `initial`: libraries that a
    /// script, and an environment made by [`Expander::interaction_environment`], start
    /// from; of two that export one name, the later counts.
    pub fn new(primitives: &[&str], initial: &[LibraryName]) -> Expander {
        Expander {
            loader: Loader::new(primitives, initial),
        }
    }

    /// `name` becomes the unit's name (a script's path).
    pub fn expand_script(
        &mut self,
        host: &mut dyn Host,
        name: &str,
        source: &SourceText,
    ) -> Result<Expanded, Diagnostics> {
        program::expand_script(&mut self.loader, host, name, source)
    }

    /// The library of this name, which the host must supply as source; expanded anew when
    /// it was before.
    pub fn expand_library(
        &mut self,
        host: &mut dyn Host,
        name: &LibraryName,
    ) -> Result<Expanded, Diagnostics> {
        self.forget_library(&name.unit());
        let loaded = self.loader.load_unit(host, name, &nowhere());
        let unit = match loaded {
            Err(fault) => Err(vec![*fault]),
            Ok(interface) => self.loader.take_expanded(interface.unit()).ok_or_else(|| {
                let message = format!("{name} is compiled already");
                vec![Diagnostic::new("no-source", message, Span::NONE)]
            }),
        };
        program::report(&mut self.loader, unit)
    }

    /// Everything the initial libraries export, and what is defined here later.
    pub fn interaction_environment(
        &mut self,
        host: &mut dyn Host,
    ) -> Result<Environment, Diagnostics> {
        let names = self.loader.initial_names(host);
        let names = names.map_err(|fault| self.loader.failure(*fault))?;
        Ok(Environment {
            toplevel: Toplevel::new(Mode::Repl, names),
        })
    }

    /// R7RS 6.12 `environment`: what these import sets bring; nothing may be defined.
    pub fn environment(
        &mut self,
        host: &mut dyn Host,
        import_sets: &[Datum],
    ) -> Result<Environment, Diagnostics> {
        let toplevel = Toplevel::new(Mode::Repl, Arc::new(Names::default()));
        let imported = program::import_all(&mut self.loader, host, toplevel, import_sets);
        let mut toplevel = imported.map_err(|fault| self.loader.failure(*fault))?;
        toplevel.sealed = true;
        Ok(Environment { toplevel })
    }

    /// One REPL entry, or the datum of an `eval`. On an error the environment is as before.
    pub fn expand_entry(
        &mut self,
        host: &mut dyn Host,
        environment: &mut Environment,
        datum: &Datum,
    ) -> Result<Expanded, Diagnostics> {
        program::expand_entry(&mut self.loader, host, &mut environment.toplevel, datum)
    }

    /// The interface of a library: found, decoded or expanded as needed. A library that is
    /// expanded here is told to [`Host::library_expanded`], and in the next [`Expanded`].
    pub fn interface(
        &mut self,
        host: &mut dyn Host,
        name: &LibraryName,
    ) -> Result<Arc<Interface>, Diagnostics> {
        let interface = self.loader.load(host, name, None, &nowhere());
        interface.map_err(|fault| self.loader.failure(*fault))
    }

    /// What names mean may have changed: aliases, directories that are searched, installed
    /// libraries.
    pub fn forget_resolutions(&mut self) {
        self.loader.forget_resolutions();
    }

    /// The next import of this unit asks the host again.
    pub fn forget_library(&mut self, unit: &str) {
        self.loader.forget(Symbol::intern(unit));
    }
}

impl Environment {
    /// Names that can be written here, in alphabetical order.
    pub fn names(&self) -> Vec<Symbol> {
        let mut names: Vec<Symbol> = self.toplevel.names().collect();
        names.sort_by_key(|name| name.as_str());
        names.dedup();
        names
    }
}

/// The place of a request that no text made.
fn nowhere() -> Stx {
    Stx::list(Vec::new(), Span::NONE, None)
}
