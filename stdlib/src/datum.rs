//! Values from data and data from values: for `read`, `eval`, macros, literals.
//!
//! Neither way recurses. Cycles become datum labels and labels become cycles again.

use crate::address::AddressMap;
use crate::number::value::{from_syntax, to_syntax};
use std::collections::HashMap;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap, intern, string_to_rust, symbol_name, symbols};
use termite_syntax::{Datum, DatumKind, Span, Special, Symbol};

/// The value that a datum denotes, newly made and mutable.
///
/// An error, in words, for a label that is referred to before it is defined, which the
/// reader does not let pass, and when there is no room.
pub fn datum_to_value(heap: &mut Heap, datum: &Datum) -> Result<Value, String> {
    let mut builder = Builder {
        heap,
        pending: vec![(Place::Root, datum)],
        labels: HashMap::new(),
    };
    let mut root = Value::VOID;
    while let Some((place, datum)) = builder.pending.pop() {
        let value = builder.build(datum)?;
        match place {
            Place::Root => root = value,
            Place::Car(pair) => builder.heap.set_car(pair, value),
            Place::Cdr(pair) => builder.heap.set_cdr(pair, value),
            Place::Element(vector, index) => builder.heap.set_field(vector, index, value),
        }
    }
    Ok(root)
}

/// Where a value goes that is still to be built.
#[derive(Clone, Copy)]
enum Place {
    Root,
    Car(Value),
    Cdr(Value),
    Element(Value, usize),
}

struct Builder<'a> {
    heap: &'a mut Heap,
    /// The next one is last: parts are built in the order of the text, so that labels
    /// are defined before they are referred to.
    pending: Vec<(Place, &'a Datum)>,
    labels: HashMap<u32, Value>,
}

impl<'a> Builder<'a> {
    /// The value of a datum, its parts still to be built.
    fn build(&mut self, datum: &'a Datum) -> Result<Value, String> {
        let (mut datum, mut labels) = (datum, Vec::new());
        while let DatumKind::LabelDef(labelled) = &datum.kind {
            labels.push(labelled.label);
            datum = &labelled.datum;
        }
        let value = self.shell(datum)?;
        self.labels
            .extend(labels.into_iter().map(|label| (label, value)));
        Ok(value)
    }

    fn shell(&mut self, datum: &'a Datum) -> Result<Value, String> {
        Ok(match &datum.kind {
            DatumKind::Null => Value::NULL,
            DatumKind::Bool(value) => Value::bool(*value),
            DatumKind::Char(value) => Value::char(*value),
            DatumKind::Symbol(name) => intern(name.as_str()),
            DatumKind::Number(number) => {
                from_syntax(self.heap, number).map_err(|error| error.message.into_owned())?
            }
            DatumKind::String(text) => self.heap.string(text),
            DatumKind::Bytevector(bytes) => self.heap.bytevector(bytes),
            DatumKind::Special(special) => special_value(*special),
            DatumKind::Pair(pair) => {
                let value = self.heap.pair(Value::NULL, Value::NULL);
                self.pending.extend([
                    (Place::Cdr(value), &pair.cdr),
                    (Place::Car(value), &pair.car),
                ]);
                value
            }
            DatumKind::Vector(items) => {
                let value = self.heap.vector(items.len(), Value::VOID);
                let parts = items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| (Place::Element(value, i), item));
                self.pending.extend(parts.rev());
                value
            }
            DatumKind::LabelRef(label) => {
                return self
                    .labels
                    .get(label)
                    .copied()
                    .ok_or_else(|| undefined(*label));
            }
            // `build` has gone through the definitions.
            DatumKind::LabelDef(labelled) => return Err(undefined(labelled.label)),
        })
    }
}

fn undefined(label: u32) -> String {
    format!("datum label #{label}# is not defined before its use")
}

fn special_value(special: Special) -> Value {
    match special {
        Special::Eof => Value::EOF,
        Special::Void => Value::VOID,
        Special::Default => Value::DEFAULT,
        Special::Optional => Value::KEY_OPTIONAL,
        Special::Key => Value::KEY_KEY,
        Special::Rest => Value::KEY_REST,
    }
}

/// The datum that denotes a value, each part of it at `span`; an error, in words, if some
/// part is denoted by none (a procedure, a record...).
///
/// Parts that are shared in the value are shared in the datum; parts that contain
/// themselves get labels. Every uninterned symbol becomes a symbol of its own.
pub fn value_to_datum(value: Value, span: Span) -> Result<Datum, String> {
    let mut walk = Walk {
        span,
        pending: vec![Step::Visit(value)],
        ..Walk::default()
    };
    while let Some(step) = walk.pending.pop() {
        match step {
            Step::Visit(v) => walk.visit(v).map_err(no_datum)?,
            Step::Leave(v) => walk.leave(v),
        }
    }
    walk.done.pop().ok_or_else(|| no_datum(value))
}

fn no_datum(v: Value) -> String {
    let what = match heap::kind(v) {
        Some(kind) => kind.name(),
        None if v.is_closure() => "procedure",
        None if v.is_frame() => "continuation",
        None => "internal object",
    };
    format!("a {what} has no written form, and cannot be part of a program's text")
}

enum Step {
    Visit(Value),
    /// All parts of the object have been done.
    Leave(Value),
}

/// What is known of a pair or vector.
enum State {
    /// Its parts are being done; the label, if one of them is itself.
    Open(Option<u32>),
    Done(Datum),
}

#[derive(Default)]
struct Walk {
    span: Span,
    pending: Vec<Step>,
    /// Data that their wholes will take from here.
    done: Vec<Datum>,
    states: AddressMap<State>,
    labels: u32,
}

impl Walk {
    fn visit(&mut self, v: Value) -> Result<(), Value> {
        if !v.is_pair() && !heap::is_kind(v, Kind::Vector) {
            self.done.push(Datum::new(atom(v).ok_or(v)?, self.span));
            return Ok(());
        }
        match self.states.get_mut(&v) {
            Some(State::Done(datum)) => self.done.push(datum.clone()),
            Some(State::Open(label)) => {
                let label = *label.get_or_insert_with(|| {
                    self.labels += 1;
                    self.labels - 1
                });
                self.done
                    .push(Datum::new(DatumKind::LabelRef(label), self.span));
            }
            None => self.enter(v),
        }
        Ok(())
    }

    fn enter(&mut self, v: Value) {
        self.states.insert(v, State::Open(None));
        self.pending.push(Step::Leave(v));
        if v.is_pair() {
            self.pending
                .extend([Step::Visit(heap::cdr(v)), Step::Visit(heap::car(v))]);
        } else {
            self.pending.extend(heap::fields(v).rev().map(Step::Visit));
        }
    }

    fn leave(&mut self, v: Value) {
        let count = if v.is_pair() { 2 } else { heap::field_count(v) };
        let mut parts = self.done.split_off(self.done.len() - count);
        let datum = match (v.is_pair(), parts.pop(), parts.pop()) {
            (true, Some(cdr), Some(car)) => Datum::cons(car, cdr, self.span),
            (_, last, before) => {
                parts.extend(before.into_iter().chain(last));
                Datum::vector(parts, self.span)
            }
        };
        let state = match self.states.get(&v) {
            Some(State::Open(Some(label))) => {
                let label = *label;
                self.done.push(Datum::label_def(label, datum, self.span));
                // A label is defined once; other occurrences refer to it.
                State::Done(Datum::new(DatumKind::LabelRef(label), self.span))
            }
            _ => {
                self.done.push(datum.clone());
                State::Done(datum)
            }
        };
        self.states.insert(v, state);
    }
}

/// The datum of an object without parts.
fn atom(v: Value) -> Option<DatumKind> {
    if let Some(c) = v.as_char() {
        return Some(DatumKind::Char(c));
    }
    if let Some(number) = to_syntax(v) {
        return Some(DatumKind::Number(number));
    }
    match heap::kind(v) {
        Some(Kind::String) => Some(DatumKind::String(string_to_rust(v).into())),
        Some(Kind::Bytevector) => Some(DatumKind::Bytevector(heap::bytes(v).into())),
        Some(Kind::Symbol) => Some(DatumKind::Symbol(symbol(v))),
        _ => constant(v),
    }
}

fn constant(v: Value) -> Option<DatumKind> {
    match v {
        Value::NULL => Some(DatumKind::Null),
        Value::TRUE | Value::FALSE => Some(DatumKind::Bool(v.is_true())),
        _ => {
            let special = Special::ALL
                .into_iter()
                .find(|&special| special_value(special) == v);
            special.map(DatumKind::Special)
        }
    }
}

/// The hash of an uninterned symbol is a number that no other one has.
fn symbol(v: Value) -> Symbol {
    let name = symbol_name(v);
    match symbols::symbol_serial(v) {
        Some(_) => Symbol::intern(&name),
        None => Symbol::intern(&format!("{name}~{:x}", symbols::symbol_hash(v))),
    }
}
