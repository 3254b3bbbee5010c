//! The primitives of the tests' evaluator.

use super::eval::{Fault, Value, list_of, list_values};
use std::rc::Rc;
use termite_syntax::{Datum, DatumKind, Span};

pub type Primitive = fn(&[Value]) -> Result<Value, Fault>;

/// Handled by the machine itself.
const CONTROL: &[&str] = &[
    "values",
    "call-with-values",
    "apply",
    "map",
    "raise",
    "for-each",
    "make-parameter",
    "display",
];

pub fn names() -> Vec<&'static str> {
    TABLE
        .iter()
        .map(|(name, _)| *name)
        .chain(CONTROL.iter().copied())
        .collect()
}

pub fn find(name: &str) -> Option<Primitive> {
    TABLE
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, primitive)| *primitive)
}

const TABLE: &[(&str, Primitive)] = &[
    ("+", |a| Ok(int(numbers(a)?.iter().sum()))),
    ("*", |a| Ok(int(numbers(a)?.iter().product()))),
    ("-", |a| match *numbers(a)? {
        [x] => Ok(int(-x)),
        [x, ref rest @ ..] => Ok(int(rest.iter().fold(x, |x, y| x - y))),
        [] => Err(wrong("-")),
    }),
    ("<", |a| Ok(truth(numbers(a)?.is_sorted_by(|x, y| x < y)))),
    (">", |a| Ok(truth(numbers(a)?.is_sorted_by(|x, y| x > y)))),
    ("=", |a| Ok(truth(numbers(a)?.is_sorted_by(|x, y| x == y)))),
    ("not", |a| Ok(truth(!a[0].is_true()))),
    ("cons", |a| Ok(Value::pair(a[0].clone(), a[1].clone()))),
    ("car", |a| {
        Ok(a[0].as_pair().ok_or_else(|| wrong("car"))?.0.clone())
    }),
    ("cdr", |a| {
        Ok(a[0].as_pair().ok_or_else(|| wrong("cdr"))?.1.clone())
    }),
    ("cadr", |a| {
        let rest = a[0].as_pair().ok_or_else(|| wrong("cadr"))?.1.clone();
        Ok(rest.as_pair().ok_or_else(|| wrong("cadr"))?.0.clone())
    }),
    ("list", |a| Ok(list_of(a))),
    ("append", append),
    ("%append", append),
    ("length", |a| Ok(int(list_values(&a[0])?.len() as i64))),
    ("reverse", |a| {
        let mut items = list_values(&a[0])?;
        items.reverse();
        Ok(list_of(&items))
    }),
    ("vector", |a| Ok(Value::Vector(Rc::new(a.to_vec())))),
    ("list->vector", |a| {
        Ok(Value::Vector(Rc::new(list_values(&a[0])?)))
    }),
    ("vector-ref", |a| match &a[0] {
        Value::Vector(items) => Ok(items[numbers(&a[1..])?[0] as usize].clone()),
        _ => Err(wrong("vector-ref")),
    }),
    ("eq?", |a| Ok(truth(a[0].same(&a[1])))),
    ("eqv?", |a| Ok(truth(a[0].same(&a[1])))),
    ("equal?", |a| Ok(truth(a[0].show() == a[1].show()))),
    ("null?", |a| Ok(truth(a[0].is_null()))),
    ("pair?", |a| Ok(truth(a[0].as_pair().is_some()))),
    ("symbol?", |a| {
        Ok(truth(
            matches!(&a[0], Value::Constant(d) if d.as_symbol().is_some()),
        ))
    }),
    ("error", |a| Err(Fault::Raised(list_of(a)))),
    ("void", |_| Ok(Value::void())),
    ("%key-ref", |a| {
        let items = list_values(&a[0])?;
        let found = items
            .chunks(2)
            .find(|pair| pair.len() == 2 && pair[0].same(&a[1]));
        Ok(found.map_or(a[2].clone(), |pair| pair[1].clone()))
    }),
    ("%make-record-type", |a| {
        Ok(Value::RecordType(Rc::new(a[0].show())))
    }),
    ("%make-record", |a| {
        Ok(Value::Record(Rc::new(
            a.iter().map(|v| v.clone().into()).collect(),
        )))
    }),
    ("%record?", |a| Ok(truth(is_record(&a[0], &a[1])))),
    ("%record-ref", |a| match &a[0] {
        Value::Record(fields) if is_record(&a[0], &a[1]) => {
            Ok(fields[numbers(&a[3..])?[0] as usize + 1].borrow().clone())
        }
        _ => Err(wrong(&a[2].show())),
    }),
    ("%record-set!", |a| match &a[0] {
        Value::Record(fields) if is_record(&a[0], &a[1]) => {
            *fields[numbers(&a[3..4])?[0] as usize + 1].borrow_mut() = a[4].clone();
            Ok(Value::void())
        }
        _ => Err(wrong(&a[2].show())),
    }),
];

fn wrong(name: &str) -> Fault {
    Fault::Broken(format!("{name}: wrong arguments"))
}

fn int(value: i64) -> Value {
    Value::Constant(Datum::fixnum(value, Span::NONE))
}

fn truth(value: bool) -> Value {
    Value::Constant(Datum::boolean(value, Span::NONE))
}

fn numbers(values: &[Value]) -> Result<Box<[i64]>, Fault> {
    let number = |value: &Value| match value {
        Value::Constant(Datum {
            kind: DatumKind::Number(number),
            ..
        }) => number.as_fixnum(),
        _ => None,
    };
    values
        .iter()
        .map(|value| number(value).ok_or_else(|| wrong("arithmetic")))
        .collect()
}

fn append(values: &[Value]) -> Result<Value, Fault> {
    let Some((last, others)) = values.split_last() else {
        return Ok(list_of(&[]));
    };
    let mut result = last.clone();
    for list in others.iter().rev() {
        for item in list_values(list)?.into_iter().rev() {
            result = Value::pair(item, result);
        }
    }
    Ok(result)
}

fn is_record(object: &Value, kind: &Value) -> bool {
    match (object, kind) {
        (Value::Record(fields), kind) => fields[0].borrow().same(kind),
        _ => false,
    }
}
