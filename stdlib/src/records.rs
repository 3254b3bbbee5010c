//! Records and their types, beneath `define-record-type` (R7RS 5.5).
//!
//! A record type holds its own fields' names; a record holds its parent's fields first.
//! Which accessor was called is an argument, since its name goes into the message.

use crate::args::{self, index, optional, symbol, vector, wrong};
use crate::table::primitives;
use termite_abi::object::{RTD_COUNT, RTD_FIELDS, RTD_FLAGS, RTD_NAME, RTD_PARENT, RTD_UID};
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, symbol_name};
use termite_syntax::Symbol;
use termite_vm::{Cx, ErrorKind, Outcome, PrimError, Raise};

primitives! {
    /// `(%make-record-type name fields uid [parent [opaque]])` is a new record type: a
    /// symbol, a vector of symbols, a uid or `#f`, the type it extends or `#f`. The
    /// parent's fields come first. `write` does not show the fields of an opaque type.
    "%make-record-type" (3..=5) Alloc => make_type;
    /// `(%make-record type field ...)` is a new record; all fields must be given.
    "%make-record" (1..) Alloc => make;
    /// `(%record? x type)` is whether `x` is a record of the type or of one that extends it;
    /// nothing is a record of what is no type.
    "%record?" (2) Pure => |_, args| {
        let is_type = heap::is_kind(args[1], Kind::RecordType);
        Ok(Value::bool(is_type && is_record_of(args[0], args[1])))
    };
    /// `(%record-ref record type who index)` is a field; `who` is the accessor's name.
    "%record-ref" (4) Leaf => |_, args| {
        let place = field_index(args)?;
        Ok(heap::field(args[0], place))
    };
    /// `(%record-set! record type who index x)` replaces a field.
    "%record-set!" (5) Leaf => |cx, args| {
        let place = field_index(args)?;
        cx.heap().set_field(args[0], place, args[4]);
        Ok(Value::VOID)
    };
    /// `(%any-record? x)` is whether `x` is a record of any type.
    "%any-record?" (1) Pure => |_, args| Ok(Value::bool(heap::is_kind(args[0], Kind::Record)));
    /// `(%record-type record)` is its type.
    "%record-type" (1) Pure => |_, args| Ok(heap::field(record(args, 0)?, 0));
    /// `(%record-field record index)` is a field of a record of any type.
    "%record-field" (2) Leaf => |_, args| {
        let record = record(args, 0)?;
        Ok(heap::field(record, 1 + index(args, 1, heap::field_count(record) - 1)?))
    };
    /// `(%record->vector record)` is a vector of its fields.
    "%record->vector" (1) Alloc => |cx, args| {
        let fields: Vec<Value> = heap::fields(record(args, 0)?).skip(1).collect();
        Ok(cx.heap().vector_from(&fields))
    };
    /// `(%record-copy record)` is a new record of the same type and fields.
    "%record-copy" (1) Alloc => |cx, args| {
        let record = record(args, 0)?;
        let fields: Vec<Value> = heap::fields(record).skip(1).collect();
        Ok(cx.heap().record(heap::field(record, 0), &fields))
    };
    /// `(%record-type? x)` is whether `x` is a record type.
    "%record-type?" (1) Pure => |_, args| Ok(Value::bool(heap::is_kind(args[0], Kind::RecordType)));
    /// `(%record-type-name type)` is its name, a symbol.
    "%record-type-name" (1) Pure => |_, args| Ok(heap::field(record_type(args, 0)?, RTD_NAME as usize));
    /// `(%record-type-fields type)` is the vector of its own fields' names, without the
    /// parent's.
    "%record-type-fields" (1) Pure => |_, args| Ok(heap::field(record_type(args, 0)?, RTD_FIELDS as usize));
    /// `(%record-type-uid type)` is its uid or `#f`.
    "%record-type-uid" (1) Pure => |_, args| Ok(heap::field(record_type(args, 0)?, RTD_UID as usize));
    /// `(%record-type-parent type)` is the type it extends or `#f`.
    "%record-type-parent" (1) Pure => |_, args| Ok(heap::field(record_type(args, 0)?, RTD_PARENT as usize));
    /// `(%record-type-count type)` is the number of fields, the parent's included.
    "%record-type-count" (1) Pure => |_, args| Ok(heap::field(record_type(args, 0)?, RTD_COUNT as usize));
}

/// Flag of a record type whose fields are not printed.
const FLAG_OPAQUE: i64 = 1;

/// Whether `write` leaves out the fields.
pub(crate) fn hides_fields(rtd: Value) -> bool {
    heap::field(rtd, RTD_FLAGS as usize).as_fixnum() & FLAG_OPAQUE != 0
}

fn record(args: &[Value], i: usize) -> Result<Value, Raise> {
    args::object(args, i, Kind::Record, "a record")
}

fn record_type(args: &[Value], i: usize) -> Result<Value, Raise> {
    args::object(args, i, Kind::RecordType, "a record type")
}

/// Number of fields of the type's records.
fn field_count(rtd: Value) -> usize {
    usize::try_from(heap::field(rtd, RTD_COUNT as usize).as_fixnum()).unwrap_or(0)
}

fn make_type(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (name, own) = (symbol(args, 0)?, vector(args, 1)?);
    if !heap::fields(own).all(|v| heap::is_kind(v, Kind::Symbol)) {
        return Err(wrong(args, 1, "a vector of symbols"));
    }
    let parent = match optional(args, 3) {
        None => Value::FALSE,
        Some(none) if none == Value::FALSE => none,
        Some(_) => record_type(args, 3)?,
    };
    let opaque = optional(args, 4).is_some_and(Value::is_true);
    let inherited = if parent.is_true() {
        field_count(parent)
    } else {
        0
    };
    let count = Value::fixnum((inherited + heap::field_count(own)) as i64);
    let uid = cx.node.record_type_uid(args[2]);
    // One that came from elsewhere before the body of its library ran here is the same.
    if let Some(known) = cx
        .node
        .known_record_type(uid)
        .filter(|&t| is_like(t, own, parent))
    {
        return Ok(known);
    }
    let fields = [
        name,
        own,
        uid,
        parent,
        count,
        Value::fixnum(if opaque { FLAG_OPAQUE } else { 0 }),
    ];
    let made = cx.heap().object(Kind::RecordType, &fields);
    cx.node.register_record_type(made);
    Ok(made)
}

/// Whether a record type has these fields of its own and this parent.
fn is_like(rtd: Value, own: Value, parent: Value) -> bool {
    let names = heap::field(rtd, RTD_FIELDS as usize);
    heap::fields(names).eq(heap::fields(own)) && heap::field(rtd, RTD_PARENT as usize) == parent
}

fn make(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let rtd = record_type(args, 0)?;
    let (given, wanted) = (args.len() - 1, field_count(rtd));
    if given != wanted {
        let message = format!(
            "a {} has {wanted} fields, but {given} were given",
            type_name(rtd)
        );
        return Err(PrimError::new(ErrorKind::Arity, message));
    }
    Ok(cx.heap().record(rtd, &args[1..]))
}

/// Whether `v` is a record of the type or of one that extends it.
pub(crate) fn is_record_of(v: Value, rtd: Value) -> bool {
    if !heap::is_kind(v, Kind::Record) {
        return false;
    }
    let mut at = heap::field(v, 0);
    while at != rtd {
        // A type is made after its parent, so this ends.
        if !heap::is_kind(at, Kind::RecordType) {
            return false;
        }
        at = heap::field(at, RTD_PARENT as usize);
    }
    true
}

/// The place in the record of the field that `%record-ref` and `%record-set!` are asked
/// for: arguments record, type, accessor's name, index.
fn field_index(args: &[Value]) -> Result<usize, Raise> {
    let rtd = record_type(args, 1)?;
    if !is_record_of(args[0], rtd) {
        let mut error = wrong(args, 0, &with_article(&type_name(rtd)));
        if heap::is_kind(args[2], Kind::Symbol) {
            // Names of accessors are few and known to the table of symbols already.
            error.who = Some(Symbol::intern(&symbol_name(args[2])).as_str());
        }
        return Err(error);
    }
    Ok(1 + index(args, 3, heap::field_count(args[0]) - 1)?)
}

/// The type's name as messages and `write` show it: without the angle brackets that some
/// put around it.
pub(crate) fn type_name(rtd: Value) -> String {
    let name = symbol_name(heap::field(rtd, RTD_NAME as usize));
    let inner = name
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'));
    inner
        .filter(|inner| !inner.is_empty())
        .unwrap_or(&name)
        .to_owned()
}

fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}

/// Names of all fields of the type's records, the parents' first.
pub(crate) fn field_names(rtd: Value) -> Vec<Value> {
    let mut own = Vec::new();
    let mut at = rtd;
    while heap::is_kind(at, Kind::RecordType) {
        own.push(heap::fields(heap::field(at, RTD_FIELDS as usize)).collect::<Vec<Value>>());
        at = heap::field(at, RTD_PARENT as usize);
    }
    own.into_iter().rev().flatten().collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn records() {
        check(
            r#"
            (define t (%make-record-type 'point #(x y) #f)) (define p (%make-record t 1 2)) (list (%record? p t) (%record? 5 t) (%record-ref p t 'point-y 1)) => (#t #f 2)
            (define t (%make-record-type '<point> #(x y) #f)) (%record-ref 5 t 'point-y 1) => error: point-y: argument 1 must be a point, but is 5
            (define t (%make-record-type 'edge #(x) #f)) (%record-set! 5 t 'set-edge-x! 0 1) => error: set-edge-x!: argument 1 must be an edge, but is 5
            (define t (%make-record-type 'point #(x y) #f)) (define p (%make-record t 1 2)) (%record-set! p t 'set-x! 0 'new) (%record->vector p) => #(new 2)
            (define t (%make-record-type 'point #(x y) #f)) (%make-record t 1) => error: make-record: a point has 2 fields, but 1 were given
            (define t (%make-record-type 'point #(x y) #f)) (%record-ref (%make-record t 1 2) t 'p 2) => error: record-ref: argument 4 must be an index below 2, but is 2
            (define a (%make-record-type 'a #(x) #f)) (define b (%make-record-type 'b #(y) #f a)) (define r (%make-record b 1 2)) (list (%record? r a) (%record? r b) (%record? (%make-record a 1) b) (%record-ref r a 'a-x 0)) => (#t #t #f 1)
            (define t (%make-record-type 'point #(x y) 'id)) (list (%record-type-name t) (%record-type-fields t) (%record-type-uid t) (%record-type-parent t) (%record-type-count t)) => (point #(x y) id #f 2)
            (define t (%make-record-type 'point #(x) #f)) (define p (%make-record t 1)) (list (eq? (%record-type p) t) (%any-record? p) (%any-record? t) (%record-type? t) (%record-field p 0)) => (#t #t #f #t 1)
            (define t (%make-record-type 'point #(x) #f)) (define p (%make-record t 1)) (define q (%record-copy p)) (list (eq? p q) q) => (#f #<point x: 1>)
            (%make-record-type "a" #() #f) => error: make-record-type: argument 1 must be a symbol, but is "a"
            (%make-record-type 'a #(1) #f) => error: make-record-type: argument 2 must be a vector of symbols, but is #(1)
            (define t (%make-record-type 'point #(x) #f)) (define p (%make-record t 1)) (list (%record? 5 6) (%record? p #f) (%record? p 'point)) => (#f #f #f)
            "#,
        );
    }
}
