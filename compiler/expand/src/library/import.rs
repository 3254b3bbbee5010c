//! Import sets (R7RS 5.2), and what they bring into a toplevel.

use super::interface::Interface;
use super::name::LibraryName;
use crate::binding::Binding;
use crate::core::Mode;
use crate::errors::{Result, fault, nearest, suggest};
use crate::expansion::Expansion;
use crate::ident::FastMap;
use crate::stx::Stx;
use crate::toplevel::Imported;
use std::sync::Arc;
use termite_syntax::{Diagnostic, Symbol};

/// What an import set brings, and from where.
struct ImportSet {
    library: LibraryName,
    interface: Arc<Interface>,
    names: Vec<(Symbol, Binding)>,
}

impl Expansion<'_> {
    pub fn import_set(&mut self, set: &Stx) -> Result<()> {
        let ImportSet {
            library,
            interface,
            names,
        } = self.nested(set.span, |x| x.resolve_set(set))?;
        self.require(interface.unit());
        let library = Symbol::intern(&library.to_string());
        for (name, binding) in names {
            self.check_conflict(name, &binding, library, set)?;
            if self.toplevel.mode == Mode::Repl {
                self.toplevel.undefine(name);
            }
            self.toplevel.import(
                name,
                Imported {
                    binding,
                    library,
                    span: set.span,
                },
            );
        }
        Ok(())
    }

    fn require(&mut self, unit: Symbol) {
        if !self.requires.contains(&unit) && !self.loader.is_pseudo(unit) {
            self.requires.push(unit);
        }
    }

    fn check_conflict(
        &self,
        name: Symbol,
        binding: &Binding,
        library: Symbol,
        set: &Stx,
    ) -> Result<()> {
        let Some(earlier) = self.toplevel.import_of(name) else {
            return Ok(());
        };
        if earlier.binding.same(binding) || self.toplevel.mode == Mode::Repl {
            return Ok(());
        }
        let message = format!(
            "`{name}` is imported from {} and from {library}, with different meanings",
            earlier.library
        );
        let hint = format!("import (except {library} {name}) or (prefix {library} ...)");
        let conflict = fault("import-conflict", message, set);
        Err(Box::new(
            conflict
                .with_label(earlier.span, "first imported here")
                .with_hint(hint),
        ))
    }

    fn resolve_set(&mut self, set: &Stx) -> Result<ImportSet> {
        let modifier = set.head().map(|head| head.symbol().as_str());
        match (modifier, set.items()) {
            (Some("only"), Some([_, inner, names @ ..])) if is_set(inner) => {
                self.modified(inner, |names_of| only(names_of, names))
            }
            (Some("except"), Some([_, inner, names @ ..])) if is_set(inner) => {
                self.modified(inner, |names_of| except(names_of, names))
            }
            (Some("prefix"), Some([_, inner, prefix])) if is_set(inner) => {
                let Some(prefix) = prefix.as_ident() else {
                    return Err(fault("bad-import", "a prefix is an identifier", prefix));
                };
                self.modified(inner, |names_of| Ok(prefixed(names_of, prefix.symbol())))
            }
            (Some("rename"), Some([_, inner, pairs @ ..])) if is_set(inner) => {
                self.modified(inner, |names_of| rename(names_of, pairs))
            }
            _ => self.whole(set),
        }
    }

    fn modified(
        &mut self,
        inner: &Stx,
        change: impl FnOnce(
            Vec<(Symbol, Binding)>,
        ) -> std::result::Result<Vec<(Symbol, Binding)>, Unknown>,
    ) -> Result<ImportSet> {
        let mut set = self.nested(inner.span, |x| x.resolve_set(inner))?;
        let known: Vec<Symbol> = set.names.iter().map(|(name, _)| *name).collect();
        set.names = change(set.names).map_err(|unknown| unknown.told(&set.library, &known))?;
        Ok(set)
    }

    fn whole(&mut self, set: &Stx) -> Result<ImportSet> {
        let Some(library) = LibraryName::from_datum(&set.to_datum()) else {
            let message =
                "an import set is the name of a library, or only, except, prefix or rename of one";
            return Err(fault("bad-import", message, set));
        };
        let importer = self.importer();
        let interface = self.loader.load(self.host, &library, importer, set)?;
        let names = self.loader.bindings(self.host, &interface)?;
        Ok(ImportSet {
            library,
            interface,
            names,
        })
    }

    /// The unit that imports, for relative names.
    pub fn importer(&self) -> Option<Symbol> {
        (self.toplevel.mode == Mode::Library).then_some(self.name)
    }
}

/// `(only ...)` may also be the name of a library; a name or import set inside tells.
fn is_set(stx: &Stx) -> bool {
    match stx.as_ident() {
        Some(ident) => ident.symbol().as_str().contains(['/', '@']),
        None => stx.parts().is_some_and(|(items, _)| !items.is_empty()),
    }
}

type Names = Vec<(Symbol, Binding)>;

/// Why a modifier cannot be applied.
enum Unknown {
    /// The set does not have this name.
    Name(Symbol, Stx),
    Other(Box<Diagnostic>),
}

impl Unknown {
    fn told(self, library: &LibraryName, known: &[Symbol]) -> Box<Diagnostic> {
        match self {
            Unknown::Other(fault) => fault,
            Unknown::Name(name, at) => {
                let message = format!("{library} does not export `{name}`");
                suggest(
                    fault("not-exported", message, &at),
                    nearest(name, known.iter().copied()),
                )
            }
        }
    }
}

fn name_at(at: &Stx) -> std::result::Result<Symbol, Unknown> {
    match at.as_ident() {
        Some(ident) => Ok(ident.symbol()),
        None => Err(Unknown::Other(fault(
            "bad-import",
            "a name is expected here",
            at,
        ))),
    }
}

/// The names wanted, each with its place, all of which must be there.
fn wanted<'s>(
    names: &Names,
    wanted: &'s [Stx],
) -> std::result::Result<FastMap<Symbol, &'s Stx>, Unknown> {
    let mut places = FastMap::default();
    for at in wanted {
        places.insert(name_at(at)?, at);
    }
    let mut missing = places.clone();
    names.iter().for_each(|(name, _)| {
        missing.remove(name);
    });
    match missing.into_iter().min_by_key(|(_, at)| at.span.start) {
        Some((name, at)) => Err(Unknown::Name(name, at.clone())),
        None => Ok(places),
    }
}

fn only(names: Names, listed: &[Stx]) -> std::result::Result<Names, Unknown> {
    let listed = wanted(&names, listed)?;
    Ok(names
        .into_iter()
        .filter(|(name, _)| listed.contains_key(name))
        .collect())
}

fn except(names: Names, listed: &[Stx]) -> std::result::Result<Names, Unknown> {
    let listed = wanted(&names, listed)?;
    Ok(names
        .into_iter()
        .filter(|(name, _)| !listed.contains_key(name))
        .collect())
}

fn prefixed(names: Names, prefix: Symbol) -> Names {
    let rename = |(name, binding)| (Symbol::intern(&format!("{prefix}{name}")), binding);
    names.into_iter().map(rename).collect()
}

fn rename(names: Names, pairs: &[Stx]) -> std::result::Result<Names, Unknown> {
    let mut renames = FastMap::default();
    let mut sources = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let Some([from, to]) = pair.items() else {
            let message = "a renaming is (name new-name)";
            return Err(Unknown::Other(fault("bad-import", message, pair)));
        };
        renames.insert(name_at(from)?, name_at(to)?);
        sources.push(from.clone());
    }
    wanted(&names, &sources)?;
    let mut renamed: Names = Vec::with_capacity(names.len());
    let mut seen: FastMap<Symbol, Binding> = FastMap::default();
    for (name, binding) in names {
        let name = renames.get(&name).copied().unwrap_or(name);
        if let Some(earlier) = seen.insert(name, binding.clone())
            && !earlier.same(&binding)
        {
            return Err(Unknown::Other(twice(name, pairs)));
        }
        renamed.push((name, binding));
    }
    Ok(renamed)
}

fn twice(name: Symbol, pairs: &[Stx]) -> Box<Diagnostic> {
    let of_name = |pair: &&Stx| {
        pair.items()
            .and_then(|items| items.last())
            .and_then(Stx::as_ident)
            .is_some_and(|to| to.symbol() == name)
    };
    let message = format!("after renaming, `{name}` has two meanings");
    match pairs.iter().find(of_name).or(pairs.first()) {
        Some(at) => fault("import-conflict", message, at),
        None => Box::new(Diagnostic::new(
            "import-conflict",
            message,
            termite_syntax::Span::NONE,
        )),
    }
}
