//! What a definition raises, as far as its text shows: the checks of arguments that name
//! it, and the messages of `error`.

use crate::definition::Definition;
use crate::library::{head, symbol};
use termite_syntax::{Datum, write_datum};

/// `(procedure 'name argument ...)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    pub procedure: String,
    pub argument: u32,
}

/// Adds what the form, which defines the name, raises.
pub fn find(name: &str, form: &Datum, definition: &mut Definition) {
    for datum in form.walk() {
        let items: Vec<&Datum> = datum.items().take(4).collect();
        let who = items.get(1).map(|d| quoted(d)).unwrap_or_default();
        let argument = items.get(2).and_then(|d| write_datum(d).parse().ok());
        let text = items.get(3).and_then(|d| d.as_string());
        match (head(datum).as_str(), argument, text) {
            ("%signal-wrong-type" | "%signal-range", Some(at), Some(text)) if who == name => {
                note(definition, self::argument(at, text));
            }
            ("%signal-wrong-type" | "%signal-range", _, Some(text)) if who.is_empty() => {
                definition
                    .expectation
                    .get_or_insert_with(|| text.to_owned());
            }
            ("error", _, _) => {
                if let Some(message) = items.get(1).and_then(|d| d.as_string()) {
                    note(definition, error(name, message));
                }
            }
            (procedure, Some(argument), _) if who == name => {
                let procedure = procedure.to_owned();
                definition.checks.push(Check {
                    procedure,
                    argument,
                });
            }
            _ => {}
        }
    }
}

/// The symbol in `'symbol`; empty for all else.
fn quoted(datum: &Datum) -> String {
    let inner = datum.items().nth(1);
    match (head(datum).as_str(), inner) {
        ("quote", Some(inner)) => symbol(inner),
        _ => String::new(),
    }
}

pub fn argument(at: u32, expected: &str) -> String {
    format!("Argument {at} must be {expected}.")
}

fn error(name: &str, message: &str) -> String {
    let message = message.strip_prefix(name).unwrap_or(message);
    let message = message.trim_matches([':', ' ']);
    format!("Raises an error: \"{message}\".")
}

pub fn note(definition: &mut Definition, failure: String) {
    if !definition.failures.contains(&failure) {
        definition.failures.push(failure);
    }
}

/// What the checks expect that `(termite runtime)` and the tables offer to all libraries.
pub fn common(procedure: &str) -> Option<&'static str> {
    match procedure {
        "%check-procedure" => Some("a procedure"),
        "%check-table" => Some("a hash table"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::library::Library;
    use termite_syntax::{FileId, read_all};

    #[test]
    fn failures_are_found() {
        let text = "(define (check who n x) (if #f (%signal-wrong-type who n \"a pair\" x)))\
                    (define (f x) (check 'f 2 x) (error \"f: is bad:\" x))";
        let mut library = Library::default();
        for form in read_all(FileId::NONE, text).unwrap() {
            crate::definition::add(&mut library, text, &form);
        }
        crate::definition::name_failures(&mut library.definitions);
        let failures = &library.definitions["f"].failures;
        let expected = ["Argument 2 must be a pair.", "Raises an error: \"is bad\"."];
        assert_eq!(failures, &expected);
    }
}
