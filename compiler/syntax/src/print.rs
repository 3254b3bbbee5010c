//! From data to text that reads back as equal data, as `write` gives it.
//!
//! Quotations are abbreviated. Labels are written where they stand; nothing
//! here looks for sharing. The parts that print strings, symbols and characters
//! are also for those who print values of a running program.

use crate::atom::is_plain_symbol;
use crate::chars::{name_of_char, needs_escape};
use crate::datum::{Datum, DatumKind, Pair};
use crate::number::number_to_string;
use crate::symbol::Symbol;
use std::fmt::Write;

pub fn write_datum(datum: &Datum) -> String {
    let mut printer = Printer {
        out: String::new(),
        pending: vec![Step::Datum(datum)],
    };
    printer.run();
    printer.out
}

/// What is left to print, innermost last.
enum Step<'a> {
    Datum(&'a Datum),
    /// The cdr of a pair whose car has been printed.
    Rest(&'a Datum),
    /// The elements of a vector from the second on.
    Elements(&'a [Datum]),
    Close,
}

struct Printer<'a> {
    out: String,
    pending: Vec<Step<'a>>,
}

impl<'a> Printer<'a> {
    fn run(&mut self) {
        while let Some(step) = self.pending.pop() {
            match step {
                Step::Datum(datum) => self.datum(datum),
                Step::Rest(datum) => self.rest(datum),
                Step::Elements(items) => self.elements(items),
                Step::Close => self.out.push(')'),
            }
        }
    }

    fn datum(&mut self, datum: &'a Datum) {
        match &datum.kind {
            DatumKind::Null => self.out.push_str("()"),
            DatumKind::Bool(value) => self.out.push_str(if *value { "#t" } else { "#f" }),
            DatumKind::Char(value) => write_char(&mut self.out, *value),
            DatumKind::Symbol(symbol) => write_symbol(&mut self.out, symbol.as_str()),
            DatumKind::Number(number) => self.out.push_str(&number_to_string(number, 10)),
            DatumKind::String(text) => write_string(&mut self.out, text),
            DatumKind::Bytevector(bytes) => write_bytevector(&mut self.out, bytes),
            DatumKind::Pair(pair) => self.pair(pair),
            DatumKind::Vector(items) => self.vector(items),
            DatumKind::Special(special) => {
                self.out.push_str("#!");
                self.out.push_str(special.name());
            }
            DatumKind::LabelDef(labelled) => {
                push_display(&mut self.out, format_args!("#{}=", labelled.label));
                self.pending.push(Step::Datum(&labelled.datum));
            }
            DatumKind::LabelRef(label) => push_display(&mut self.out, format_args!("#{label}#")),
        }
    }

    fn pair(&mut self, pair: &'a Pair) {
        if let Some((mark, quoted)) = quotation(pair) {
            self.out.push_str(mark);
            // `,@x` would read as something else than `, @x`.
            if mark == ","
                && quoted
                    .as_symbol()
                    .is_some_and(|s| s.as_str().starts_with('@'))
            {
                self.out.push(' ');
            }
            return self.pending.push(Step::Datum(quoted));
        }
        self.out.push('(');
        self.pending
            .extend([Step::Rest(&pair.cdr), Step::Datum(&pair.car)]);
    }

    fn rest(&mut self, datum: &'a Datum) {
        if datum.is_null() {
            self.out.push(')');
        } else if let Some(pair) = datum.as_pair() {
            self.out.push(' ');
            self.pending
                .extend([Step::Rest(&pair.cdr), Step::Datum(&pair.car)]);
        } else {
            self.out.push_str(" . ");
            self.pending.extend([Step::Close, Step::Datum(datum)]);
        }
    }

    fn vector(&mut self, items: &'a [Datum]) {
        self.out.push_str("#(");
        match items.split_first() {
            Some((first, others)) => {
                self.pending
                    .extend([Step::Elements(others), Step::Datum(first)]);
            }
            None => self.out.push(')'),
        }
    }

    fn elements(&mut self, items: &'a [Datum]) {
        match items.split_first() {
            Some((first, others)) => {
                self.out.push(' ');
                self.pending
                    .extend([Step::Elements(others), Step::Datum(first)]);
            }
            None => self.out.push(')'),
        }
    }
}

/// The mark and the datum when a pair is what a mark stands for.
fn quotation(pair: &Pair) -> Option<(&'static str, &Datum)> {
    let mark = match pair.car.as_symbol()? {
        Symbol::QUOTE => "'",
        Symbol::QUASIQUOTE => "`",
        Symbol::UNQUOTE => ",",
        Symbol::UNQUOTE_SPLICING => ",@",
        _ => return None,
    };
    let argument = pair.cdr.as_pair()?;
    argument.cdr.is_null().then_some((mark, &argument.car))
}

/// With quotes and escapes.
pub fn write_string(out: &mut String, text: &str) {
    write_quoted(out, text, '"');
}

/// With bars and escapes where the name needs them.
pub fn write_symbol(out: &mut String, name: &str) {
    if is_plain_symbol(name) {
        out.push_str(name);
    } else {
        write_quoted(out, name, '|');
    }
}

pub fn write_char(out: &mut String, value: char) {
    out.push_str("#\\");
    match name_of_char(value) {
        Some(name) => out.push_str(name),
        None if needs_escape(value) || value.is_whitespace() => {
            push_display(out, format_args!("x{:x}", u32::from(value)));
        }
        None => out.push(value),
    }
}

pub fn write_bytevector(out: &mut String, bytes: &[u8]) {
    out.push_str("#u8(");
    for (index, byte) in bytes.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        push_display(out, format_args!("{space}{byte}"));
    }
    out.push(')');
}

fn write_quoted(out: &mut String, text: &str, quote: char) {
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            _ if c == quote => out.extend(['\\', c]),
            _ if needs_escape(c) => push_display(out, format_args!("\\x{:x};", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push(quote);
}

fn push_display(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = out.write_fmt(text);
}
