//! Data as the reader builds them: immutable trees with the place each part was
//! read from.
//!
//! A clone shares. Dropping, comparing and walking use an explicit stack, never
//! Rust's, so that data of any depth and length are harmless here, also those
//! that a program built and handed to `eval`. Equality ignores spans.
//!
//! Cycles cannot be built; a datum label (R7RS 2.4) stays a node, and whoever
//! makes values from data ties the knot.

#[cfg(test)]
mod tests;

use crate::number::Number;
use crate::print::write_datum;
use crate::span::Span;
use crate::symbol::Symbol;
use std::fmt;
use std::mem::take;
use std::ops::Deref;
use std::sync::Arc;

#[derive(Clone, Default)]
pub struct Datum {
    pub kind: DatumKind,
    pub span: Span,
}

#[derive(Clone, Default)]
pub enum DatumKind {
    #[default]
    Null,
    Bool(bool),
    Char(char),
    Symbol(Symbol),
    Number(Number),
    String(Arc<str>),
    Bytevector(Arc<[u8]>),
    Pair(Arc<Pair>),
    Vector(Arc<Vector>),
    Special(Special),
    /// `#0=datum`
    LabelDef(Arc<Labelled>),
    /// `#0#`
    LabelRef(u32),
}

/// Constants written with `#!`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Special {
    Eof,
    Void,
    Default,
    Optional,
    Key,
    Rest,
}

impl Special {
    pub const ALL: [Special; 6] = [
        Special::Eof,
        Special::Void,
        Special::Default,
        Special::Optional,
        Special::Key,
        Special::Rest,
    ];

    /// As written after `#!`.
    pub fn name(self) -> &'static str {
        match self {
            Special::Eof => "eof",
            Special::Void => "void",
            Special::Default => "default",
            Special::Optional => "optional",
            Special::Key => "key",
            Special::Rest => "rest",
        }
    }

    pub fn from_name(name: &str) -> Option<Special> {
        Special::ALL
            .into_iter()
            .find(|special| special.name() == name)
    }
}

pub struct Pair {
    pub car: Datum,
    pub cdr: Datum,
}

/// The elements of a vector; derefs to a slice.
pub struct Vector(Vec<Datum>);

pub struct Labelled {
    pub label: u32,
    pub datum: Datum,
}

impl Deref for Vector {
    type Target = [Datum];

    fn deref(&self) -> &[Datum] {
        &self.0
    }
}

/// Construction.
impl Datum {
    pub fn new(kind: DatumKind, span: Span) -> Datum {
        Datum { kind, span }
    }

    pub fn null(span: Span) -> Datum {
        Datum::new(DatumKind::Null, span)
    }

    pub fn boolean(value: bool, span: Span) -> Datum {
        Datum::new(DatumKind::Bool(value), span)
    }

    pub fn character(value: char, span: Span) -> Datum {
        Datum::new(DatumKind::Char(value), span)
    }

    pub fn symbol(name: impl Into<Symbol>, span: Span) -> Datum {
        Datum::new(DatumKind::Symbol(name.into()), span)
    }

    pub fn number(value: Number, span: Span) -> Datum {
        Datum::new(DatumKind::Number(value), span)
    }

    pub fn fixnum(value: i64, span: Span) -> Datum {
        Datum::number(Number::fixnum(value), span)
    }

    pub fn string(value: impl Into<Arc<str>>, span: Span) -> Datum {
        Datum::new(DatumKind::String(value.into()), span)
    }

    pub fn bytevector(bytes: impl Into<Arc<[u8]>>, span: Span) -> Datum {
        Datum::new(DatumKind::Bytevector(bytes.into()), span)
    }

    pub fn special(value: Special, span: Span) -> Datum {
        Datum::new(DatumKind::Special(value), span)
    }

    pub fn cons(car: Datum, cdr: Datum, span: Span) -> Datum {
        Datum::new(DatumKind::Pair(Arc::new(Pair { car, cdr })), span)
    }

    pub fn vector(items: Vec<Datum>, span: Span) -> Datum {
        Datum::new(DatumKind::Vector(Arc::new(Vector(items))), span)
    }

    pub fn label_def(label: u32, datum: Datum, span: Span) -> Datum {
        Datum::new(
            DatumKind::LabelDef(Arc::new(Labelled { label, datum })),
            span,
        )
    }

    pub fn list(items: Vec<Datum>, span: Span) -> Datum {
        let end = if items.is_empty() { span } else { span.tail() };
        Datum::list_with_tail(items, Datum::null(end), span)
    }

    /// A dotted list when `tail` is no list; `tail` itself, with its own span,
    /// when `items` is empty. The inner pairs reach from their car to the end.
    pub fn list_with_tail(items: Vec<Datum>, tail: Datum, span: Span) -> Datum {
        let mut list = tail;
        for (index, item) in items.into_iter().enumerate().rev() {
            let start = if index == 0 {
                span.start
            } else {
                item.span.start
            };
            list = Datum::cons(item, list, Span { start, ..span });
        }
        list
    }
}

/// Inspection.
impl Datum {
    pub fn is_null(&self) -> bool {
        matches!(self.kind, DatumKind::Null)
    }

    pub fn is_pair(&self) -> bool {
        matches!(self.kind, DatumKind::Pair(_))
    }

    pub fn as_pair(&self) -> Option<&Pair> {
        if let DatumKind::Pair(pair) = &self.kind {
            Some(pair)
        } else {
            None
        }
    }

    pub fn car(&self) -> Option<&Datum> {
        self.as_pair().map(|pair| &pair.car)
    }

    pub fn cdr(&self) -> Option<&Datum> {
        self.as_pair().map(|pair| &pair.cdr)
    }

    pub fn as_symbol(&self) -> Option<Symbol> {
        if let DatumKind::Symbol(symbol) = self.kind {
            Some(symbol)
        } else {
            None
        }
    }

    pub fn is_symbol(&self, name: &str) -> bool {
        self.as_symbol()
            .is_some_and(|symbol| symbol.as_str() == name)
    }

    pub fn as_string(&self) -> Option<&str> {
        if let DatumKind::String(text) = &self.kind {
            Some(text)
        } else {
            None
        }
    }

    pub fn as_number(&self) -> Option<&Number> {
        if let DatumKind::Number(number) = &self.kind {
            Some(number)
        } else {
            None
        }
    }

    pub fn as_vector(&self) -> Option<&[Datum]> {
        if let DatumKind::Vector(items) = &self.kind {
            Some(items)
        } else {
            None
        }
    }

    /// The elements up to the first cdr that is no pair; see [`Items::tail`].
    pub fn items(&self) -> Items<'_> {
        Items { rest: self }
    }

    /// The elements of a proper list; `None` for everything else.
    pub fn list_items(&self) -> Option<Vec<&Datum>> {
        let (items, tail) = self.split_list();
        tail.is_null().then_some(items)
    }

    /// The elements of a possibly improper list, and what ends it: `()` for a
    /// proper one, the datum itself for a non-list.
    pub fn split_list(&self) -> (Vec<&Datum>, &Datum) {
        let mut items = self.items();
        let elements = items.by_ref().collect();
        (elements, items.tail())
    }

    pub fn is_list(&self) -> bool {
        let mut items = self.items();
        items.by_ref().for_each(drop);
        items.tail().is_null()
    }

    /// Whether a datum label is defined or referred to anywhere inside.
    pub fn has_labels(&self) -> bool {
        self.walk()
            .any(|datum| matches!(datum.kind, DatumKind::LabelDef(_) | DatumKind::LabelRef(_)))
    }

    /// Every datum inside, this one first, in the order of the text. The inner
    /// pairs of a list are visited as well.
    pub fn walk(&self) -> Walk<'_> {
        Walk {
            pending: vec![self],
        }
    }
}

/// See [`Datum::items`].
#[derive(Clone)]
pub struct Items<'a> {
    rest: &'a Datum,
}

impl<'a> Items<'a> {
    /// What is left: after the last item, the datum that ends the list.
    pub fn tail(&self) -> &'a Datum {
        self.rest
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a Datum;

    fn next(&mut self) -> Option<&'a Datum> {
        let pair = self.rest.as_pair()?;
        self.rest = &pair.cdr;
        Some(&pair.car)
    }
}

/// See [`Datum::walk`].
pub struct Walk<'a> {
    pending: Vec<&'a Datum>,
}

impl<'a> Iterator for Walk<'a> {
    type Item = &'a Datum;

    fn next(&mut self) -> Option<&'a Datum> {
        let datum = self.pending.pop()?;
        match &datum.kind {
            DatumKind::Pair(pair) => self.pending.extend([&pair.cdr, &pair.car]),
            DatumKind::Vector(items) => self.pending.extend(items.iter().rev()),
            DatumKind::LabelDef(labelled) => self.pending.push(&labelled.datum),
            DatumKind::Null
            | DatumKind::Bool(_)
            | DatumKind::Char(_)
            | DatumKind::Symbol(_)
            | DatumKind::Number(_)
            | DatumKind::String(_)
            | DatumKind::Bytevector(_)
            | DatumKind::Special(_)
            | DatumKind::LabelRef(_) => {}
        }
        Some(datum)
    }
}

impl PartialEq for Datum {
    fn eq(&self, other: &Datum) -> bool {
        let mut pending = vec![(self, other)];
        while let Some((a, b)) = pending.pop() {
            if !same_node(a, b, &mut pending) {
                return false;
            }
        }
        true
    }
}

impl Eq for Datum {}

/// Compares two nodes and leaves their parts to be compared in `pending`.
fn same_node<'a>(a: &'a Datum, b: &'a Datum, pending: &mut Vec<(&'a Datum, &'a Datum)>) -> bool {
    use DatumKind::*;
    match (&a.kind, &b.kind) {
        (Null, Null) => true,
        (Bool(a), Bool(b)) => a == b,
        (Char(a), Char(b)) => a == b,
        (Symbol(a), Symbol(b)) => a == b,
        (Number(a), Number(b)) => a == b,
        (String(a), String(b)) => a == b,
        (Bytevector(a), Bytevector(b)) => a == b,
        (Special(a), Special(b)) => a == b,
        (LabelRef(a), LabelRef(b)) => a == b,
        (LabelDef(a), LabelDef(b)) => {
            pending.push((&a.datum, &b.datum));
            a.label == b.label
        }
        (Pair(a), Pair(b)) => {
            pending.extend([(&a.cdr, &b.cdr), (&a.car, &b.car)]);
            true
        }
        (Vector(a), Vector(b)) => {
            pending.extend(a.iter().zip(b.iter()));
            a.len() == b.len()
        }
        (
            Null | Bool(_) | Char(_) | Symbol(_) | Number(_) | String(_) | Bytevector(_)
            | Special(_) | LabelRef(_) | LabelDef(_) | Pair(_) | Vector(_),
            _,
        ) => false,
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        dismantle([take(&mut self.car), take(&mut self.cdr)]);
    }
}

impl Drop for Vector {
    fn drop(&mut self) {
        dismantle(take(&mut self.0));
    }
}

impl Drop for Labelled {
    fn drop(&mut self) {
        dismantle([take(&mut self.datum)]);
    }
}

/// Drops parts, taking each node apart before it is dropped itself, so that
/// the drop of a node never reaches another one.
fn dismantle(parts: impl IntoIterator<Item = Datum>) {
    let mut pending = Vec::new();
    for part in parts {
        release(part, &mut pending);
    }
    while let Some(datum) = pending.pop() {
        release(datum, &mut pending);
    }
}

fn release(datum: Datum, pending: &mut Vec<Datum>) {
    match datum.kind {
        DatumKind::Pair(pair) => {
            if let Some(mut pair) = Arc::into_inner(pair) {
                pending.extend([take(&mut pair.cdr), take(&mut pair.car)]);
            }
        }
        DatumKind::Vector(items) => {
            if let Some(mut items) = Arc::into_inner(items) {
                pending.append(&mut items.0);
            }
        }
        DatumKind::LabelDef(labelled) => {
            if let Some(mut labelled) = Arc::into_inner(labelled) {
                pending.push(take(&mut labelled.datum));
            }
        }
        DatumKind::Null
        | DatumKind::Bool(_)
        | DatumKind::Char(_)
        | DatumKind::Symbol(_)
        | DatumKind::Number(_)
        | DatumKind::String(_)
        | DatumKind::Bytevector(_)
        | DatumKind::Special(_)
        | DatumKind::LabelRef(_) => {}
    }
}

/// As it is written, without spans.
impl fmt::Display for Datum {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&write_datum(self))
    }
}

impl fmt::Debug for Datum {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl fmt::Debug for DatumKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Datum::new(self.clone(), Span::NONE), out)
    }
}
