//! Definitions in a library's body: what they define and what the text says of it.

use crate::failure::{self, Check};
use crate::library::{Library, head, symbol};
use crate::{Kind, comment, shape};
use std::collections::BTreeMap;
use termite_syntax::Datum;

#[derive(Clone, Debug)]
pub struct Definition {
    pub kind: Kind,
    pub shapes: Vec<String>,
    /// As the comment has it, with the call that it may begin with.
    pub text: String,
    pub failures: Vec<String>,
    /// Checks that are left to other procedures.
    pub checks: Vec<Check>,
    /// The expectation that this procedure, called with who and which argument, checks.
    pub expectation: Option<String>,
    /// `(define new old)`.
    pub alias: Option<String>,
    /// It is a macro that defines macros.
    pub makes_syntax: bool,
}

impl Definition {
    fn new(kind: Kind, shapes: Vec<String>, text: String) -> Definition {
        Definition {
            kind,
            shapes,
            text,
            failures: Vec::new(),
            checks: Vec::new(),
            expectation: None,
            alias: None,
            makes_syntax: false,
        }
    }
}

/// Adds what a form of the body defines.
pub fn add(library: &mut Library, text: &str, form: &Datum) {
    let comment = comment::above(text, form.span.start as usize);
    let items: Vec<&Datum> = form.items().collect();
    let (Some(target), rest) = (items.get(1), items.get(2..).unwrap_or_default()) else {
        return;
    };
    let defined = match head(form).as_str() {
        "define" => vec![variable(target, rest, comment)],
        "define-syntax" => {
            let name = symbol(target);
            let shapes = rest.first().map(|rules| shape::of_rules(&name, rules));
            let shapes = shapes.unwrap_or_default();
            let mut definition = Definition::new(Kind::Syntax, shapes, comment);
            let mut inner = rest.iter().flat_map(|rules| rules.walk());
            definition.makes_syntax = inner.any(|datum| datum.is_symbol("define-syntax"));
            vec![(name, definition)]
        }
        "define-values" => target
            .items()
            .map(|name| {
                (
                    symbol(name),
                    Definition::new(Kind::Value, Vec::new(), comment.clone()),
                )
            })
            .collect(),
        "define-record-type" => record(target, rest, text, &comment),
        own if own.starts_with("define-") => {
            let makes_syntax = library.definitions.get(own).is_some_and(|d| d.makes_syntax);
            vec![by_macro(target, comment, makes_syntax)]
        }
        _ => Vec::new(),
    };
    for (name, mut definition) in defined {
        failure::find(&name, form, &mut definition);
        library.definitions.insert(name, definition);
    }
}

fn variable(target: &Datum, rest: &[&Datum], comment: String) -> (String, Definition) {
    if let Some(pair) = target.as_pair() {
        let name = symbol(&pair.car);
        let shapes = vec![shape::of_parameters(&name, &pair.cdr)];
        return (name, Definition::new(Kind::Procedure, shapes, comment));
    }
    let name = symbol(target);
    let Some(value) = rest.first() else {
        return (name, Definition::new(Kind::Value, Vec::new(), comment));
    };
    let (kind, shapes) = value_shapes(&name, value);
    let mut definition = Definition::new(kind, shapes, comment);
    definition.alias = value.as_symbol().map(|s| s.as_str().to_owned());
    (name, definition)
}

/// A definition by a macro, `(define-such name ...)` or `(define-such (name . formals) ...)`.
fn by_macro(target: &Datum, comment: String, makes_syntax: bool) -> (String, Definition) {
    let kind = if makes_syntax {
        Kind::Syntax
    } else {
        Kind::Procedure
    };
    let name = symbol(target.car().unwrap_or(target));
    let shapes = target
        .cdr()
        .map(|formals| shape::of_parameters(&name, formals));
    let definition = Definition::new(kind, shapes.into_iter().collect(), comment);
    (name, definition)
}

/// What an expression makes, as far as it shows.
fn value_shapes(name: &str, value: &Datum) -> (Kind, Vec<String>) {
    let items: Vec<&Datum> = value.items().collect();
    match head(value).as_str() {
        "lambda" if items.len() > 1 => {
            (Kind::Procedure, vec![shape::of_parameters(name, items[1])])
        }
        "named-lambda" => {
            let formals = items.get(1).and_then(|d| d.cdr());
            let shapes = formals.map(|formals| shape::of_parameters(name, formals));
            (Kind::Procedure, shapes.into_iter().collect())
        }
        "case-lambda" => {
            let clauses = items.iter().skip(1).filter_map(|clause| clause.car());
            let shapes = clauses.map(|formals| shape::of_parameters(name, formals));
            (Kind::Procedure, shapes.collect())
        }
        "let" | "let*" | "letrec" | "letrec*" => match items.last() {
            Some(last) if items.len() > 2 => value_shapes(name, last),
            _ => (Kind::Value, Vec::new()),
        },
        "make-parameter" => (Kind::Parameter, vec![format!("({name})")]),
        _ => (Kind::Value, Vec::new()),
    }
}

/// The procedures of a record type. What a comment says of the type is said with its
/// constructor and its predicate, that of a field with its accessor.
fn record(target: &Datum, rest: &[&Datum], text: &str, comment: &str) -> Vec<(String, Definition)> {
    let type_name = symbol(target.car().unwrap_or(target));
    let shown = type_name.trim_matches(['<', '>']);
    let mut defined = Vec::new();
    let mut procedure = |name: String, call: String, text: String| {
        let definition = Definition::new(Kind::Procedure, vec![call], text);
        defined.push((name, definition));
    };
    let about = |sentence: String| match comment {
        "" => sentence,
        comment => format!("{sentence} {comment}"),
    };
    if let Some(constructor) = rest.first() {
        let name = symbol(constructor.car().unwrap_or(constructor));
        let fields: Vec<String> = constructor.items().skip(1).map(symbol).collect();
        let call = format!("({})", [vec![name.clone()], fields].concat().join(" "));
        procedure(
            name,
            call,
            about(format!("Makes a {shown} with these fields.")),
        );
    }
    if let Some(predicate) = rest.get(1) {
        let name = symbol(predicate);
        let call = format!("({name} x)");
        procedure(name, call, about(format!("Whether `x` is a {shown}.")));
    }
    for field in rest.iter().skip(2) {
        let parts: Vec<String> = field.items().map(symbol).collect();
        let note = comment::above(text, field.span.start as usize);
        let what = parts.first().cloned().unwrap_or_default();
        if let Some(accessor) = parts.get(1) {
            let sentence = format!("The {what} of a {shown}. {note}");
            procedure(
                accessor.clone(),
                format!("({accessor} {shown})"),
                sentence.trim().into(),
            );
        }
        if let Some(modifier) = parts.get(2) {
            let sentence = format!("Gives a {shown} another {what}.");
            procedure(
                modifier.clone(),
                format!("({modifier} {shown} {what})"),
                sentence,
            );
        }
    }
    let article = format!("Argument 1 must be a {shown}.");
    for (_, definition) in defined.iter_mut().skip(2) {
        definition.failures.push(article.clone());
    }
    let ty = Definition::new(
        Kind::Value,
        Vec::new(),
        about(format!("The record type {shown}.")),
    );
    defined.push((type_name, ty));
    defined
}

/// Says what is checked by other procedures of the library.
pub fn name_failures(definitions: &mut BTreeMap<String, Definition>) {
    let expectations: BTreeMap<String, String> = definitions
        .iter()
        .filter_map(|(name, d)| Some((name.clone(), d.expectation.clone()?)))
        .collect();
    for definition in definitions.values_mut() {
        for check in std::mem::take(&mut definition.checks) {
            if let Some(expected) = expectations.get(&check.procedure) {
                failure::note(definition, failure::argument(check.argument, expected));
            } else if let Some(expected) = failure::common(&check.procedure) {
                failure::note(definition, failure::argument(check.argument, expected));
            }
        }
        definition.failures.sort();
    }
}
