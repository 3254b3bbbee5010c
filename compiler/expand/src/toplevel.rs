//! The names of a unit's toplevel.
//!
//! Definitions come first, then imports, then what scripts and REPLs start from. In a
//! library the first two exclude each other; elsewhere a definition shadows.

use crate::binding::Binding;
use crate::core::Mode;
use crate::ident::{FastMap, Ident};
use std::sync::Arc;
use termite_syntax::{Span, Symbol};

pub type Names = FastMap<Symbol, Binding>;

/// Cloning is cheap: the maps are shared until one side changes its own.
#[derive(Clone)]
pub struct Toplevel {
    pub mode: Mode,
    /// `environment` of R7RS 6.12 gives one that takes no definitions.
    pub sealed: bool,
    definitions: Arc<FastMap<Ident, Definition>>,
    imports: Arc<FastMap<Symbol, Imported>>,
    initial: Arc<Names>,
    /// How many names were made for identifiers that macros introduced.
    renamed: u32,
}

#[derive(Clone)]
pub struct Definition {
    pub binding: Binding,
    pub span: Span,
}

#[derive(Clone)]
pub struct Imported {
    pub binding: Binding,
    /// The library named in the import.
    pub library: Symbol,
    pub span: Span,
}

impl Toplevel {
    pub fn new(mode: Mode, initial: Arc<Names>) -> Toplevel {
        Toplevel {
            mode,
            sealed: false,
            definitions: Arc::default(),
            imports: Arc::default(),
            initial,
            renamed: 0,
        }
    }

    /// What the toplevel itself binds an identifier to.
    pub fn lookup(&self, ident: &Ident) -> Option<&Binding> {
        if let Some(definition) = self.definitions.get(ident) {
            return Some(&definition.binding);
        }
        match ident {
            Ident::Plain(symbol) => self.brought_in(*symbol),
            Ident::Alias(_) => None,
        }
    }

    /// What an import or the starting environment binds a name to.
    pub fn brought_in(&self, name: Symbol) -> Option<&Binding> {
        let imported = self.imports.get(&name).map(|imported| &imported.binding);
        imported.or_else(|| self.initial.get(&name))
    }

    pub fn definition(&self, ident: &Ident) -> Option<&Definition> {
        self.definitions.get(ident)
    }

    pub fn import_of(&self, name: Symbol) -> Option<&Imported> {
        self.imports.get(&name)
    }

    /// Makes a variable; gives its name in the unit, which differs from the identifier's
    /// when a macro introduced that.
    pub fn define_variable(&mut self, ident: &Ident, span: Span) -> Symbol {
        if let Some(Definition {
            binding: Binding::Toplevel(name),
            ..
        }) = self.definition(ident)
        {
            return *name;
        }
        let name = match ident {
            Ident::Plain(symbol) => *symbol,
            Ident::Alias(_) => self.fresh_name(ident.symbol()),
        };
        self.define(ident, Binding::Toplevel(name), span);
        name
    }

    pub fn define(&mut self, ident: &Ident, binding: Binding, span: Span) {
        let definition = Definition { binding, span };
        Arc::make_mut(&mut self.definitions).insert(ident.clone(), definition);
    }

    pub fn import(&mut self, name: Symbol, imported: Imported) {
        Arc::make_mut(&mut self.imports).insert(name, imported);
    }

    /// A later import at a REPL replaces what was defined.
    pub fn undefine(&mut self, name: Symbol) {
        let ident = Ident::Plain(name);
        if self.definitions.contains_key(&ident) {
            Arc::make_mut(&mut self.definitions).remove(&ident);
        }
    }

    /// `tmp~1`: a name that no identifier of the unit has.
    pub fn fresh_name(&mut self, base: Symbol) -> Symbol {
        loop {
            self.renamed += 1;
            let name = Symbol::intern(&format!("{base}~{}", self.renamed));
            if self.lookup(&Ident::Plain(name)).is_none() {
                return name;
            }
        }
    }

    /// Every name that can be written here.
    pub fn names(&self) -> impl Iterator<Item = Symbol> {
        let defined = self.definitions.keys().filter_map(|ident| match ident {
            Ident::Plain(symbol) => Some(*symbol),
            Ident::Alias(_) => None,
        });
        defined
            .chain(self.imports.keys().copied())
            .chain(self.initial.keys().copied())
    }
}
