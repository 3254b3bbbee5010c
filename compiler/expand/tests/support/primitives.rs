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
        .map(|(name, ..)| *name)
        .chain(CONTROL.iter().copied())
        .collect()
}

pub fn find(name: &str) -> Option<(usize, Primitive)> {
    let row = TABLE.iter().find(|(known, ..)| *known == name);
    row.map(|(_, least, primitive)| (*least, *primitive))
}

/// Name, least number of arguments, body.
const TABLE: &[(&str, usize, Primitive)] = &[
    ("+", 0, |a| Ok(int(numbers(a)?.iter().sum()))),
    ("*", 0, |a| Ok(int(numbers(a)?.iter().product()))),
    ("-", 0, |a| match *numbers(a)? {
        [x] => Ok(int(-x)),
        [x, ref rest @ ..] => Ok(int(rest.iter().fold(x, |x, y| x - y))),
        [] => Err(wrong("-")),
    }),
    ("<", 0, |a| {
        Ok(truth(numbers(a)?.is_sorted_by(|x, y| x < y)))
    }),
    (">", 0, |a| {
        Ok(truth(numbers(a)?.is_sorted_by(|x, y| x > y)))
    }),
    ("=", 0, |a| {
        Ok(truth(numbers(a)?.is_sorted_by(|x, y| x == y)))
    }),
    ("not", 1, |a| Ok(truth(!a[0].is_true()))),
    ("cons", 2, |a| Ok(Value::pair(a[0].clone(), a[1].clone()))),
    ("car", 1, |a| {
        Ok(a[0].as_pair().ok_or_else(|| wrong("car"))?.0.clone())
    }),
    ("cdr", 1, |a| {
        Ok(a[0].as_pair().ok_or_else(|| wrong("cdr"))?.1.clone())
    }),
    ("cadr", 1, |a| {
        let rest = a[0].as_pair().ok_or_else(|| wrong("cadr"))?.1.clone();
        Ok(rest.as_pair().ok_or_else(|| wrong("cadr"))?.0.clone())
    }),
    ("list", 0, |a| Ok(list_of(a))),
    ("append", 0, append),
    ("%append", 0, append),
    ("length", 1, |a| Ok(int(list_values(&a[0])?.len() as i64))),
    ("reverse", 1, |a| {
        let mut items = list_values(&a[0])?;
        items.reverse();
        Ok(list_of(&items))
    }),
    ("vector", 0, |a| Ok(Value::Vector(Rc::new(a.to_vec())))),
    ("list->vector", 1, |a| {
        Ok(Value::Vector(Rc::new(list_values(&a[0])?)))
    }),
    ("vector-ref", 2, |a| match &a[0] {
        Value::Vector(items) => {
            let item = items.get(numbers(&a[1..])?[0] as usize);
            item.cloned().ok_or_else(|| wrong("vector-ref"))
        }
        _ => Err(wrong("vector-ref")),
    }),
    ("eq?", 2, |a| Ok(truth(a[0].same(&a[1])))),
    ("eqv?", 2, |a| Ok(truth(a[0].same(&a[1])))),
    ("equal?", 2, |a| Ok(truth(a[0].show() == a[1].show()))),
    ("null?", 1, |a| Ok(truth(a[0].is_null()))),
    ("pair?", 1, |a| Ok(truth(a[0].as_pair().is_some()))),
    ("symbol?", 1, |a| {
        Ok(truth(
            matches!(&a[0], Value::Constant(d) if d.as_symbol().is_some()),
        ))
    }),
    ("error", 0, |a| Err(Fault::Raised(list_of(a)))),
    ("void", 0, |_| Ok(Value::void())),
    ("%check-keys", 2, |a| {
        let known = list_values(&a[1])?;
        let given = list_values(&a[0])?;
        let is_known = |pair: &[Value]| pair.len() == 2 && known.iter().any(|k| pair[0].same(k));
        match given.chunks(2).all(is_known) {
            true => Ok(truth(true)),
            false => Err(wrong("%check-keys")),
        }
    }),
    ("%key-ref", 3, |a| {
        let items = list_values(&a[0])?;
        let found = items
            .chunks(2)
            .find(|pair| pair.len() == 2 && pair[0].same(&a[1]));
        Ok(found.map_or(a[2].clone(), |pair| pair[1].clone()))
    }),
    ("%make-record-type", 1, |a| {
        Ok(Value::RecordType(Rc::new(a[0].show())))
    }),
    ("%make-record", 0, |a| {
        Ok(Value::Record(Rc::new(
            a.iter().map(|v| v.clone().into()).collect(),
        )))
    }),
    ("%record?", 2, |a| Ok(truth(is_record(&a[0], &a[1])))),
    ("%record-ref", 4, |a| match &a[0] {
        Value::Record(fields) if is_record(&a[0], &a[1]) => {
            Ok(fields[numbers(&a[3..])?[0] as usize + 1].borrow().clone())
        }
        _ => Err(wrong(&a[2].show())),
    }),
    ("%record-set!", 5, |a| match &a[0] {
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
