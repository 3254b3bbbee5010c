//! Identifiers: symbols as written, and the aliases that macros introduce.
//!
//! Hygiene is that of Clinger and Rees, "Macros that work" (POPL 1991): each identifier
//! that an expansion inserts is a fresh alias. Where a binding form binds the alias, it
//! is a name of its own; where nothing does, it means what its base meant where the macro
//! was defined. Two aliases are one identifier when the same expansion made them from
//! the same base.

use crate::binding::Binding;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use termite_syntax::{Span, Symbol};

/// Identifiers may be aliases of aliases so many times, which takes as many macros that
/// define one another; looking one up takes time in proportion.
pub const MAX_LEVEL: u32 = 1_000;

#[derive(Clone, PartialEq, Eq)]
pub enum Ident {
    Plain(Symbol),
    Alias(Arc<Alias>),
}

pub struct Alias {
    base: Ident,
    mark: Mark,
    meaning: Meaning,
    /// How many aliases deep this is.
    level: u32,
    /// What it was written as.
    name: Symbol,
    pub origin: Option<Origin>,
}

/// Which expansion made an alias; never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark(u64);

/// What an alias stands for where nothing binds the alias itself.
#[derive(Clone)]
pub enum Meaning {
    /// What its base means in the scopes up to this depth.
    Scope(u32),
    Bound(Binding),
    /// Nothing: the macro's library does not bind the base.
    Unbound,
}

/// The place in a macro's template that something comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub keyword: Symbol,
    pub span: Span,
}

impl Mark {
    pub fn fresh() -> Mark {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Mark(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Ident {
    pub fn alias(base: Ident, mark: Mark, meaning: Meaning, origin: Option<Origin>) -> Ident {
        let (level, name) = (base.level() + 1, base.symbol());
        Ident::Alias(Arc::new(Alias {
            base,
            mark,
            meaning,
            level,
            name,
            origin,
        }))
    }

    /// Of how many aliases it is made: as many as macros that defined one another.
    pub fn level(&self) -> u32 {
        match self {
            Ident::Plain(_) => 0,
            Ident::Alias(alias) => alias.level,
        }
    }

    /// An identifier that means `binding` wherever it stands.
    pub fn bound(name: Symbol, binding: Binding) -> Ident {
        Ident::alias(
            Ident::Plain(name),
            Mark::fresh(),
            Meaning::Bound(binding),
            None,
        )
    }

    /// The symbol it was written as.
    pub fn symbol(&self) -> Symbol {
        match self {
            Ident::Plain(symbol) => *symbol,
            Ident::Alias(alias) => alias.name,
        }
    }

    pub fn origin(&self) -> Option<Origin> {
        match self {
            Ident::Plain(_) => None,
            Ident::Alias(alias) => alias.origin,
        }
    }

    /// Another name in the same context, as `make-point` is to `point`: what a macro
    /// would have inserted had it written that name beside this one.
    pub fn sibling(&self, name: Symbol) -> Ident {
        match self {
            Ident::Plain(_) => Ident::Plain(name),
            Ident::Alias(alias) => Ident::alias(
                alias.base.sibling(name),
                alias.mark,
                alias.meaning.of_sibling(),
                alias.origin,
            ),
        }
    }
}

impl Meaning {
    fn of_sibling(&self) -> Meaning {
        match self {
            Meaning::Scope(depth) => Meaning::Scope(*depth),
            Meaning::Bound(_) | Meaning::Unbound => Meaning::Unbound,
        }
    }
}

impl Alias {
    pub fn base(&self) -> &Ident {
        &self.base
    }

    pub fn meaning(&self) -> &Meaning {
        &self.meaning
    }
}

impl PartialEq for Alias {
    fn eq(&self, other: &Alias) -> bool {
        std::ptr::eq(self, other) || (self.mark == other.mark && self.base == other.base)
    }
}

impl Eq for Alias {}

impl Hash for Ident {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Ident::Plain(symbol) => state.write_u32(symbol.index()),
            Ident::Alias(alias) => {
                state.write_u64(alias.mark.0);
                state.write_u32(alias.name.index());
            }
        }
    }
}

/// Multiply and rotate; the keys are small numbers that nobody chooses to collide.
#[derive(Default)]
pub struct FastHasher(u64);

impl FastHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.add(u64::from(byte)));
    }

    fn write_u32(&mut self, value: u32) {
        self.add(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

pub type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;
