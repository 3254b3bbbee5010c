//! The manual, made from the sources: a page for each public library, with an entry for
//! every name that it exports.
//!
//! What a name means is found where it is defined: a row of the tables of primitives and
//! core forms, or a definition in `lib-scheme` with the comment above it ([`library`],
//! [`definition`], [`resolve`]). Examples are those that tests run anyway, and those of
//! `docs/examples` ([`example`]). Nothing here knows a name by heart.
//!
//! An entry is written once, on the page of the first library that exports it; the pages
//! of others refer to it ([`page`]). The `termite` command carries the pages for `,doc`.

pub mod comment;
pub mod definition;
pub mod example;
pub mod failure;
pub mod gather;
pub mod library;
pub mod page;
pub mod resolve;
pub mod script;
pub mod shape;

/// What a name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Procedure,
    Syntax,
    Parameter,
    Value,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Procedure => "procedure",
            Kind::Syntax => "syntax",
            Kind::Parameter => "parameter",
            Kind::Value => "value",
        }
    }
}

/// What a source says of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    pub kind: Kind,
    /// The call, or calls, as `(car pair)`; empty for a value.
    pub shapes: Vec<String>,
    /// Whole sentences; empty when the source says nothing.
    pub text: String,
    /// What it raises, as far as the source shows that by itself.
    pub failures: Vec<String>,
    /// The file, from the root of the tree.
    pub source: String,
}

/// A name of the manual.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub name: String,
    pub origin: resolve::Origin,
    pub meaning: Meaning,
    /// Unit names of the libraries that export it, the first being its home.
    pub libraries: Vec<String>,
    pub examples: Vec<String>,
}
