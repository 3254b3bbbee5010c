//! Syntax: data whose symbols are identifiers, lists kept as arrays.
//!
//! `()` is the empty list. A list shares its array with its tails, so that a pattern
//! variable after a dot costs nothing. Nesting is bounded on construction, which is what
//! lets everything else recurse over it.

use crate::ident::{Ident, Origin};
use crate::stack::nesting_limit;
use std::sync::Arc;
use termite_syntax::{Datum, DatumKind, Span};

#[derive(Clone)]
pub struct Stx {
    pub kind: StxKind,
    /// Where the author of the program finds it: what a macro inserted carries the place
    /// of the macro's use.
    pub span: Span,
}

#[derive(Clone)]
pub enum StxKind {
    Ident(Ident),
    List(List),
    Vector(List),
    /// Everything without identifiers that mean anything; a labelled datum whole.
    Atom(Datum),
}

/// Elements, and what follows the dot of an improper list (never a list itself; then
/// there is at least one element).
#[derive(Clone)]
pub struct List {
    node: Arc<Node>,
    start: u32,
}

struct Node {
    items: Vec<Stx>,
    tail: Option<Stx>,
    depth: u32,
    origin: Option<Origin>,
}

/// Nested beyond the limit; where.
pub struct TooDeep(pub Span);

impl List {
    pub fn items(&self) -> &[Stx] {
        &self.node.items[self.start as usize..]
    }

    pub fn tail(&self) -> Option<&Stx> {
        self.node.tail.as_ref()
    }

    fn new(items: Vec<Stx>, tail: Option<Stx>, origin: Option<Origin>) -> List {
        let depth = items.iter().chain(&tail).map(Stx::depth).max().unwrap_or(0) + 1;
        List {
            node: Arc::new(Node {
                items,
                tail,
                depth,
                origin,
            }),
            start: 0,
        }
    }
}

/// Construction.
impl Stx {
    pub fn ident(ident: Ident, span: Span) -> Stx {
        Stx {
            kind: StxKind::Ident(ident),
            span,
        }
    }

    pub fn atom(datum: Datum) -> Stx {
        Stx {
            span: datum.span,
            kind: StxKind::Atom(datum),
        }
    }

    pub fn list(items: Vec<Stx>, span: Span, origin: Option<Origin>) -> Stx {
        Stx {
            kind: StxKind::List(List::new(items, None, origin)),
            span,
        }
    }

    pub fn vector(items: Vec<Stx>, span: Span, origin: Option<Origin>) -> Stx {
        Stx {
            kind: StxKind::Vector(List::new(items, None, origin)),
            span,
        }
    }

    /// `(item ... . tail)`; `tail` itself without items.
    pub fn dotted(mut items: Vec<Stx>, tail: Stx, span: Span, origin: Option<Origin>) -> Stx {
        if items.is_empty() {
            return tail;
        }
        let tail = match tail.kind {
            StxKind::List(list) => {
                items.extend_from_slice(list.items());
                list.tail().cloned()
            }
            StxKind::Ident(_) | StxKind::Vector(_) | StxKind::Atom(_) => Some(tail),
        };
        Stx {
            kind: StxKind::List(List::new(items, tail, origin)),
            span,
        }
    }

    pub fn from_datum(datum: &Datum) -> Result<Stx, TooDeep> {
        convert(datum, nesting_limit())
    }

    pub fn within_limit(self) -> Result<Stx, TooDeep> {
        if self.depth() > nesting_limit() {
            Err(TooDeep(self.span))
        } else {
            Ok(self)
        }
    }

    fn depth(&self) -> u32 {
        match &self.kind {
            StxKind::List(list) | StxKind::Vector(list) => list.node.depth,
            StxKind::Ident(_) | StxKind::Atom(_) => 0,
        }
    }
}

fn convert(datum: &Datum, room: u32) -> Result<Stx, TooDeep> {
    let span = datum.span;
    let kind = match &datum.kind {
        DatumKind::Symbol(symbol) => StxKind::Ident(Ident::Plain(*symbol)),
        DatumKind::Null => StxKind::List(List::new(Vec::new(), None, None)),
        DatumKind::Pair(_) => {
            let room = room.checked_sub(1).ok_or(TooDeep(span))?;
            let mut items = datum.items();
            let elements = convert_all(items.by_ref(), room)?;
            let tail = items.tail();
            let tail = if tail.is_null() {
                None
            } else {
                Some(convert(tail, room)?)
            };
            StxKind::List(List::new(elements, tail, None))
        }
        DatumKind::Vector(items) => {
            let room = room.checked_sub(1).ok_or(TooDeep(span))?;
            StxKind::Vector(List::new(convert_all(items.iter(), room)?, None, None))
        }
        DatumKind::Bool(_)
        | DatumKind::Char(_)
        | DatumKind::Number(_)
        | DatumKind::String(_)
        | DatumKind::Bytevector(_)
        | DatumKind::Special(_)
        | DatumKind::LabelDef(_)
        | DatumKind::LabelRef(_) => StxKind::Atom(datum.clone()),
    };
    Ok(Stx { kind, span })
}

fn convert_all<'d>(items: impl Iterator<Item = &'d Datum>, room: u32) -> Result<Vec<Stx>, TooDeep> {
    items.map(|item| convert(item, room)).collect()
}

/// Inspection.
impl Stx {
    pub fn as_ident(&self) -> Option<&Ident> {
        match &self.kind {
            StxKind::Ident(ident) => Some(ident),
            StxKind::List(_) | StxKind::Vector(_) | StxKind::Atom(_) => None,
        }
    }

    pub fn as_atom(&self) -> Option<&Datum> {
        match &self.kind {
            StxKind::Atom(datum) => Some(datum),
            StxKind::Ident(_) | StxKind::List(_) | StxKind::Vector(_) => None,
        }
    }

    pub fn as_string(&self) -> Option<&str> {
        self.as_atom()?.as_string()
    }

    /// Elements of a proper list.
    pub fn items(&self) -> Option<&[Stx]> {
        match self.parts() {
            Some((items, None)) => Some(items),
            Some((_, Some(_))) | None => None,
        }
    }

    /// Elements and tail of a list, proper or not.
    pub fn parts(&self) -> Option<(&[Stx], Option<&Stx>)> {
        match &self.kind {
            StxKind::List(list) => Some((list.items(), list.tail())),
            StxKind::Ident(_) | StxKind::Vector(_) | StxKind::Atom(_) => None,
        }
    }

    pub fn vector_items(&self) -> Option<&[Stx]> {
        match &self.kind {
            StxKind::Vector(list) => Some(list.items()),
            StxKind::Ident(_) | StxKind::List(_) | StxKind::Atom(_) => None,
        }
    }

    pub fn is_null(&self) -> bool {
        self.items().is_some_and(<[Stx]>::is_empty)
    }

    /// The identifier at the head of a form.
    pub fn head(&self) -> Option<&Ident> {
        self.parts()?.0.first()?.as_ident()
    }

    /// A list without its first `count` elements. `None` when it has fewer.
    pub fn skip(&self, count: usize) -> Option<Stx> {
        let StxKind::List(list) = &self.kind else {
            return None;
        };
        let items = list.items().get(count..)?;
        if let (Some(tail), true) = (list.tail(), items.is_empty()) {
            return Some(tail.clone());
        }
        let start = items
            .first()
            .map_or(self.span.end, |first| first.span.start);
        let span = Span {
            start: start.min(self.span.end),
            ..self.span
        };
        let start = list.start + u32::try_from(count).ok()?;
        Some(Stx {
            kind: StxKind::List(List {
                node: list.node.clone(),
                start,
            }),
            span,
        })
    }

    pub fn origin(&self) -> Option<Origin> {
        match &self.kind {
            StxKind::Ident(ident) => ident.origin(),
            StxKind::List(list) | StxKind::Vector(list) => list.node.origin,
            StxKind::Atom(_) => None,
        }
    }

    /// The datum it was, identifiers becoming symbols again.
    pub fn to_datum(&self) -> Datum {
        match &self.kind {
            StxKind::Ident(ident) => Datum::symbol(ident.symbol(), self.span),
            StxKind::Atom(datum) => datum.clone(),
            StxKind::Vector(list) => Datum::vector(to_data(list.items()), self.span),
            StxKind::List(list) => match list.tail() {
                None => Datum::list(to_data(list.items()), self.span),
                Some(tail) => {
                    Datum::list_with_tail(to_data(list.items()), tail.to_datum(), self.span)
                }
            },
        }
    }

    /// Number of its parts.
    pub fn size(&self) -> u64 {
        match &self.kind {
            StxKind::Ident(_) | StxKind::Atom(_) => 1,
            StxKind::List(list) | StxKind::Vector(list) => {
                1 + list
                    .items()
                    .iter()
                    .chain(list.tail())
                    .map(Stx::size)
                    .sum::<u64>()
            }
        }
    }

    /// Calls `visit` with every identifier inside.
    pub fn each_ident(&self, visit: &mut impl FnMut(&Ident)) {
        match &self.kind {
            StxKind::Ident(ident) => visit(ident),
            StxKind::Atom(_) => {}
            StxKind::List(list) | StxKind::Vector(list) => {
                list.items()
                    .iter()
                    .chain(list.tail())
                    .for_each(|item| item.each_ident(visit));
            }
        }
    }

    /// A copy with identifiers replaced where `rename` has another.
    pub fn map_idents(&self, rename: &mut impl FnMut(&Ident) -> Option<Ident>) -> Stx {
        let kind = match &self.kind {
            StxKind::Ident(ident) => StxKind::Ident(rename(ident).unwrap_or_else(|| ident.clone())),
            StxKind::Atom(datum) => StxKind::Atom(datum.clone()),
            StxKind::List(list) => StxKind::List(list.map_idents(rename)),
            StxKind::Vector(list) => StxKind::Vector(list.map_idents(rename)),
        };
        Stx {
            kind,
            span: self.span,
        }
    }
}

impl Stx {
    /// With this place wherever it has none.
    pub fn placed(&self, span: Span) -> Stx {
        let kind = match &self.kind {
            StxKind::Ident(ident) => StxKind::Ident(ident.clone()),
            StxKind::Atom(datum) => StxKind::Atom(datum.clone()),
            StxKind::List(list) => StxKind::List(list.placed(span)),
            StxKind::Vector(list) => StxKind::Vector(list.placed(span)),
        };
        Stx {
            kind,
            span: if self.span.is_none() { span } else { self.span },
        }
    }
}

impl List {
    fn placed(&self, span: Span) -> List {
        let items = self.items().iter().map(|item| item.placed(span)).collect();
        List::new(
            items,
            self.tail().map(|tail| tail.placed(span)),
            self.node.origin,
        )
    }

    fn map_idents(&self, rename: &mut impl FnMut(&Ident) -> Option<Ident>) -> List {
        let items = self
            .items()
            .iter()
            .map(|item| item.map_idents(rename))
            .collect();
        let tail = self.tail().map(|tail| tail.map_idents(rename));
        List::new(items, tail, self.node.origin)
    }
}

fn to_data(items: &[Stx]) -> Vec<Datum> {
    items.iter().map(Stx::to_datum).collect()
}
