//! The printer: what is left to print stands on a stack, never on Rust's.

use super::labels::{Labels, labelled};
use crate::address::AddressMap;
use crate::hashtable::Table;
use crate::number::value::to_syntax;
use crate::port::describe_port;
use crate::records::{field_names, type_name};
use std::fmt::Write;
use termite_abi::object::CELL_NAME;
use termite_abi::{Identity, Kind, Value};
use termite_heap::{self as heap, flonum_value, intern, string_text, symbol_name, symbols};
use termite_syntax::print::{write_bytevector, write_char, write_string, write_symbol};
use termite_syntax::{f64_to_string, number_to_string};
use termite_vm::Node;

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Datum labels for what contains itself.
    Write,
    /// Datum labels for all that is met twice.
    Shared,
    /// No labels. What contains itself is printed up to the limit.
    Simple,
    /// Like `Write`, strings and characters as they are.
    Display,
}

/// `v` as `write` prints it, for messages: at most `limit` bytes, then `...`.
pub fn write_to_string(node: &Node, v: Value, limit: usize) -> String {
    print(node, v, Style::Write, limit).0
}

/// `v` as text, and whether that is all of it: beyond `limit` bytes it ends in `...`.
pub fn print(node: &Node, v: Value, style: Style, limit: usize) -> (String, bool) {
    let labels = match style {
        Style::Write | Style::Display => labelled(v, Labels::Cycles),
        Style::Shared => labelled(v, Labels::Shared),
        Style::Simple => AddressMap::default(),
    };
    let pending = vec![Step::Value(v)];
    let mut printer = Printer {
        node,
        style,
        labels,
        next_label: 0,
        out: String::new(),
        pending,
    };
    let whole = printer.run(limit);
    (printer.out, whole)
}

/// What is left to print, innermost last.
enum Step {
    Value(Value),
    /// The cdr of a pair whose car has been printed.
    Rest(Value),
    /// The elements of a vector from an index on.
    Elements(Value, usize),
    /// The fields of a record from an index on, with their names.
    Fields(Value, usize, Vec<Value>),
    Close(char),
}

struct Printer<'a> {
    node: &'a Node,
    style: Style,
    /// Objects that need a label, and the one they have got.
    labels: AddressMap<Option<u32>>,
    next_label: u32,
    out: String,
    pending: Vec<Step>,
}

impl Printer<'_> {
    fn run(&mut self, limit: usize) -> bool {
        while let Some(step) = self.pending.pop() {
            match step {
                Step::Value(v) => self.value(v),
                Step::Rest(v) => self.rest(v),
                Step::Elements(v, i) => self.elements(v, i),
                Step::Fields(v, i, names) => self.fields(v, i, names),
                Step::Close(c) => self.out.push(c),
            }
            if self.out.len() > limit {
                self.out.truncate(self.out.floor_char_boundary(limit));
                self.out.push_str("...");
                return false;
            }
        }
        true
    }

    fn value(&mut self, v: Value) {
        if !self.labels.is_empty() && self.label(v) {
            return;
        }
        if v.is_pair() {
            return self.pair(v);
        }
        if v.is_fixnum() {
            return self.push(format_args!("{}", v.as_fixnum()));
        }
        if v.is_flonum() {
            return self.out.push_str(&f64_to_string(flonum_value(v)));
        }
        if v.is_closure() {
            return self.procedure(v);
        }
        match heap::kind(v) {
            Some(kind) => self.object(v, kind),
            None => self.immediate(v),
        }
    }

    /// Prints the label of an object that needs one; true if nothing else is to be printed.
    fn label(&mut self, v: Value) -> bool {
        let Some(label) = self.labels.get_mut(&v) else {
            return false;
        };
        if let &mut Some(number) = label {
            self.push(format_args!("#{number}#"));
            return true;
        }
        let number = self.next_label;
        *label = Some(number);
        self.next_label += 1;
        self.push(format_args!("#{number}="));
        false
    }

    fn pair(&mut self, v: Value) {
        if let Some((mark, quoted)) = self.quotation(v) {
            self.out.push_str(mark);
            return self.pending.push(Step::Value(quoted));
        }
        self.out.push('(');
        self.pending
            .extend([Step::Rest(heap::cdr(v)), Step::Value(heap::car(v))]);
    }

    /// The mark and what follows it, when a list is what a mark stands for.
    fn quotation(&self, v: Value) -> Option<(&'static str, Value)> {
        let (car, cdr) = (heap::car(v), heap::cdr(v));
        let is_plain =
            cdr.is_pair() && heap::cdr(cdr) == Value::NULL && !self.labels.contains_key(&cdr);
        if !is_plain || !heap::is_kind(car, Kind::Symbol) {
            return None;
        }
        let quoted = heap::car(cdr);
        let starts_with_at =
            || heap::is_kind(quoted, Kind::Symbol) && symbol_name(quoted).starts_with('@');
        let mark = match symbol_name(car).as_ref() {
            "quote" => "'",
            "quasiquote" => "`",
            "unquote" if starts_with_at() => ", ",
            "unquote" => ",",
            "unquote-splicing" => ",@",
            _ => return None,
        };
        // An uninterned symbol of that name means nothing to the reader.
        (car == intern(&symbol_name(car))).then_some((mark, quoted))
    }

    fn rest(&mut self, v: Value) {
        if v == Value::NULL {
            self.out.push(')');
        } else if v.is_pair() && !self.labels.contains_key(&v) {
            self.out.push(' ');
            self.pending
                .extend([Step::Rest(heap::cdr(v)), Step::Value(heap::car(v))]);
        } else {
            self.out.push_str(" . ");
            self.pending.extend([Step::Close(')'), Step::Value(v)]);
        }
    }

    fn elements(&mut self, v: Value, index: usize) {
        if index == heap::field_count(v) {
            return self.out.push(')');
        }
        if index > 0 {
            self.out.push(' ');
        }
        self.pending.extend([
            Step::Elements(v, index + 1),
            Step::Value(heap::field(v, index)),
        ]);
    }

    /// `index` counts the record's words, the type being the first.
    fn fields(&mut self, v: Value, index: usize, names: Vec<Value>) {
        if index == heap::field_count(v) {
            return self.out.push('>');
        }
        self.out.push(' ');
        if let Some(&name) = names.get(index - 1) {
            self.push(format_args!("{}: ", symbol_name(name)));
        }
        self.pending.extend([
            Step::Fields(v, index + 1, names),
            Step::Value(heap::field(v, index)),
        ]);
    }

    fn object(&mut self, v: Value, kind: Kind) {
        match kind {
            Kind::String if self.style == Style::Display => self.out.extend(string_text(v).chars()),
            Kind::String => write_string(&mut self.out, &heap::string_to_rust(v)),
            Kind::Symbol => self.symbol(v),
            Kind::Vector => {
                self.out.push_str("#(");
                self.pending.push(Step::Elements(v, 0));
            }
            Kind::Bytevector => write_bytevector(&mut self.out, heap::bytes(v)),
            Kind::Bignum | Kind::Ratnum | Kind::Compnum => {
                let number = to_syntax(v).map(|number| number_to_string(&number, 10));
                self.out.push_str(&number.unwrap_or_default());
            }
            Kind::Record => self.record(v),
            Kind::RecordType => self.push(format_args!("#<record-type {}>", type_name(v))),
            Kind::HashTable => {
                let count = Table::from_value(v).map_or(0, Table::len);
                self.push(format_args!("#<hash-table {count}>"));
            }
            Kind::Port => self.push(format_args!("#<{}>", describe_port(v))),
            Kind::Cell => {
                let name = heap::field(v, CELL_NAME as usize);
                self.out.push_str("#<variable ");
                self.pending.extend([Step::Close('>'), Step::Value(name)]);
            }
            Kind::Opaque => {
                // What it is stands in its first field.
                let name = symbol_name(heap::field(v, 0));
                self.push(format_args!("#<{name}>"));
            }
            Kind::Chars | Kind::Box => self.push(format_args!("#<{}>", kind.name())),
        }
    }

    fn symbol(&mut self, v: Value) {
        let name = symbol_name(v);
        if self.style == Style::Display {
            return self.out.push_str(&name);
        }
        if symbols::symbol_serial(v).is_none() {
            self.out.push_str("#:");
        }
        write_symbol(&mut self.out, &name);
    }

    fn record(&mut self, v: Value) {
        let rtd = heap::field(v, 0);
        if !heap::is_kind(rtd, Kind::RecordType) {
            return self.out.push_str("#<record>");
        }
        self.push(format_args!("#<{}", type_name(rtd)));
        if crate::records::hides_fields(rtd) {
            return self.out.push('>');
        }
        self.pending.push(Step::Fields(v, 1, field_names(rtd)));
    }

    fn procedure(&mut self, v: Value) {
        let name = self.node.procedure_name(v);
        self.out.push_str("#<procedure");
        if !name.is_empty() {
            self.push(format_args!(" {name}"));
        }
        self.out.push('>');
    }

    fn immediate(&mut self, v: Value) {
        if let Some(c) = v.as_char() {
            if self.style == Style::Display {
                return self.out.push(c);
            }
            return write_char(&mut self.out, c);
        }
        if let Some(id) = v.as_pid() {
            return self.identity("process", id);
        }
        if let Some(id) = v.as_unique_tag() {
            return self.identity("tag", id);
        }
        if let Some(n) = v.as_node() {
            return self.push(format_args!("#<node {n}>"));
        }
        self.out.push_str(match v {
            Value::NULL => "()",
            Value::TRUE => "#t",
            Value::FALSE => "#f",
            Value::EOF => "#!eof",
            Value::VOID => "#!void",
            Value::DEFAULT => "#!default",
            Value::KEY_OPTIONAL => "#!optional",
            Value::KEY_REST => "#!rest",
            Value::KEY_KEY => "#!key",
            Value::UNBOUND => "#!unbound",
            _ if v.is_frame() => "#<continuation>",
            _ => "#<internal object>",
        });
    }

    /// `#<process 7>`; of another node, with the number by which that is known here.
    fn identity(&mut self, what: &str, id: Identity) {
        let Identity { origin, serial } = id;
        if origin == 0 {
            self.push(format_args!("#<{what} {serial}>"));
        } else {
            self.push(format_args!("#<{what} {origin}.{serial}>"));
        }
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.out.write_fmt(text);
    }
}
