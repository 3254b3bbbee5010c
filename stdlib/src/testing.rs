//! For the tests of this crate: text in, text out.
//!
//! A case is an expression made of constants, `quote`, variables and calls of primitives,
//! and what `write` gives for its value. Errors are shown as
//! `error: who: message irritants`.

use crate::{Style, datum_to_value, print};
use std::collections::HashMap;
use termite_abi::Value;
use termite_heap::Collection;
use termite_syntax::{Datum, DatumKind, FileId, read_all};
use termite_vm::{Raise, Vm, testing};

pub(crate) struct Bench {
    pub vm: Vm,
    pub variables: HashMap<String, Value>,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let mut vm = testing::node(crate::table());
        crate::install(&mut vm);
        Bench {
            vm,
            variables: HashMap::new(),
        }
    }

    /// What the last expression of a text gives, written; `(define x e)` before it.
    pub(crate) fn run(&mut self, text: &str) -> String {
        let forms = read_all(FileId::NONE, text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        let mut result = Value::VOID;
        for form in &forms {
            match self.eval(form) {
                Ok(v) => result = v,
                Err(error) => return self.describe(&error),
            }
        }
        self.write(result)
    }

    pub(crate) fn write(&mut self, v: Value) -> String {
        print::print(&self.vm, v, Style::Write, 10_000).0
    }

    fn describe(&mut self, error: &Raise) -> String {
        let mut text = format!("error: {}: {}", error.who.unwrap_or("?"), error.message);
        for &v in &error.irritants {
            text = format!("{text} {}", self.write(v));
        }
        text
    }

    pub(crate) fn call(&mut self, name: &str, args: &[Value]) -> Result<Value, Raise> {
        let row = crate::table().iter().find(|row| row.info.name == name);
        let row = row.unwrap_or_else(|| panic!("no primitive {name}"));
        assert!(
            row.info.arity.accepts(args.len()),
            "{name} does not take {} arguments",
            args.len()
        );
        testing::call(&mut self.vm, name, args)
    }

    fn eval(&mut self, form: &Datum) -> Result<Value, Raise> {
        if let Some(name) = form.as_symbol() {
            let value = self.variables.get(name.as_str());
            return Ok(*value.unwrap_or_else(|| panic!("no variable {name}")));
        }
        let Some(items) = form.list_items().filter(|items| !items.is_empty()) else {
            return Ok(self.constant(form));
        };
        let name = items[0]
            .as_symbol()
            .map(|name| name.as_str())
            .unwrap_or_default();
        if name == "quote" {
            return Ok(self.constant(items[1]));
        }
        if name == "define" {
            let value = self.eval(items[2])?;
            let variable = items[1]
                .as_symbol()
                .map(|name| name.as_str())
                .unwrap_or_default();
            self.variables.insert(variable.to_owned(), value);
            return Ok(Value::VOID);
        }
        let args = items[1..]
            .iter()
            .map(|item| self.eval(item))
            .collect::<Result<Vec<Value>, Raise>>()?;
        self.call(name, &args)
    }

    pub(crate) fn constant(&mut self, datum: &Datum) -> Value {
        assert!(!matches!(datum.kind, DatumKind::LabelRef(_)));
        datum_to_value(&mut self.vm.heap, datum).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Collects, the variables being the roots.
    pub(crate) fn collect(&mut self, what: Collection) {
        let (names, mut roots): (Vec<String>, Vec<Value>) = self.variables.drain().unzip();
        let outcome = self.vm.heap.collect(what, &mut roots);
        assert_eq!(outcome, termite_heap::Outcome::Done);
        self.variables = names.into_iter().zip(roots).collect();
    }
}

/// Runs cases, each an expression and what it gives, one a line with ` => ` between them.
pub(crate) fn check(cases: &str) {
    let mut wrong = Vec::new();
    for case in cases
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(";;"))
    {
        let (text, expected) = case
            .rsplit_once(" => ")
            .unwrap_or_else(|| panic!("no => in {case}"));
        let got = Bench::new().run(text);
        if got != expected.trim() {
            wrong.push(format!("{text}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
