//! The notation of `docs/examples/*.txt`, and programs that run such a file.
//!
//! ```text
//! ; a comment
//! (import (srfi 1))              a form without an arrow is only evaluated
//! (first '(1 2)) => 1            the value as `write` shows it
//! (floor/ 7 2) => (values 3 1)   several values
//! (car 1) => error: car: argument 1 must be a pair, but is 1
//! ```

use std::fmt::Write;
use termite_syntax::{Datum, FileId, Reader, write_datum};

#[derive(Clone, PartialEq, Debug)]
pub enum Expected {
    Value(String),
    /// The report of a condition.
    Error(String),
}

impl Expected {
    pub fn shown(&self) -> String {
        match self {
            Expected::Value(value) => value.clone(),
            Expected::Error(report) => format!("error: {report}"),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Form {
    pub datum: Datum,
    pub expected: Option<Expected>,
}

pub fn parse(text: &str) -> Result<Vec<Form>, String> {
    let mut forms: Vec<Form> = Vec::new();
    let mut rest = text;
    while let Some((datum, after)) = next(rest)? {
        rest = after;
        if !datum.is_symbol("=>") {
            forms.push(Form {
                datum,
                expected: None,
            });
            continue;
        }
        let form = forms.last_mut().ok_or("an arrow without an expression")?;
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(report) = line.trim().strip_prefix("error:") {
            form.expected = Some(Expected::Error(report.trim().to_owned()));
            rest = below;
        } else {
            let (value, after) = next(rest)?.ok_or("an arrow without a value")?;
            form.expected = Some(Expected::Value(write_datum(&value)));
            rest = after;
        }
    }
    Ok(forms)
}

/// A datum, and the text after it.
fn next(text: &str) -> Result<Option<(Datum, &str)>, String> {
    let mut reader = Reader::new(FileId::NONE, text);
    match reader.next() {
        None => Ok(None),
        Some(Ok(datum)) => Ok(Some((datum, &text[reader.position()..]))),
        Some(Err(e)) => Err(e.message),
    }
}

/// A program that writes a line for each example: its value or error as [`Expected::shown`]
/// has it.
pub fn program(forms: &[Form]) -> String {
    let mut text = String::new();
    let (imports, others): (Vec<_>, Vec<_>) = forms.iter().partition(|f| is_import(&f.datum));
    for form in imports {
        let _ = writeln!(text, "{}", write_datum(&form.datum));
    }
    text += PRELUDE;
    for form in others {
        let datum = write_datum(&form.datum);
        let _ = match form.expected {
            None => writeln!(text, "{datum}"),
            Some(_) => writeln!(text, "(show-example (lambda () {datum}))"),
        };
    }
    text
}

fn is_import(datum: &Datum) -> bool {
    datum.car().is_some_and(|head| head.is_symbol("import"))
}

/// Its own names come from Termite's libraries whatever the file imports.
const PRELUDE: &str = "\
(import (prefix (scheme base) base:) (prefix (scheme write) base:) (prefix (termite) base:))
(base:define (show-example thunk)
  (base:catch (base:lambda (e)
                (base:display \"error: \")
                (base:display (base:if (base:condition? e) (base:condition-report-string e) e)))
    (base:call-with-values thunk
      (base:lambda results
        (base:write (base:if (base:and (base:pair? results) (base:null? (base:cdr results)))
                             (base:car results)
                             (base:cons 'values results))))))
  (base:newline))
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_and_other_forms() {
        let forms =
            parse("(define x 1) ; set up\nx => 1\n(f x)\n => error: f: no\n'a => a\n").unwrap();
        let expected: Vec<String> = forms
            .iter()
            .map(|f| f.expected.as_ref().map_or("-".into(), Expected::shown))
            .collect();
        assert_eq!(expected, ["-", "1", "error: f: no", "a"]);
        assert!(parse("=> 1").is_err());
    }
}
