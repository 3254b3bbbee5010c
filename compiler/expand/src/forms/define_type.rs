//! Gambit's `define-type`, in its simple form: `(define-type point x y)` defines
//! `make-point`, `point?`, `point-x`, `point-x-set!` and so on.
//!
//! Options are `id:` (a symbol that identifies the type), `constructor:` (its name, or a
//! list of name and fields, or `#f`), `predicate:`; others are accepted without effect,
//! those that are flags, `opaque:` and `macros:`, alone, the rest with a value.
//! A field is `name`, or `(name option ...)` with `read-only:`.

use super::record::{Constructor, Field, Record};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::scan::Scan;
use crate::stx::Stx;
use termite_syntax::{Datum, DatumKind, Symbol};

pub fn define_type(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let expected = "takes a name and fields: (define-type name field ...)";
    let Some([_, name, rest @ ..]) = form.items() else {
        return Err(malformed(form, expected));
    };
    let Some(ident) = name.as_ident() else {
        return Err(malformed(form, expected));
    };
    let naming = Naming { ident, at: name };
    let all = || Constructor {
        name: naming.make("make-", "", ""),
        takes: Vec::new(),
    };
    let mut record = Record {
        name: name.clone(),
        constructor: Some(all()),
        predicate: Some(naming.make("", "?", "")),
        fields: Vec::new(),
        uid: None,
        span: form.span,
    };
    let mut explicit = None;
    let mut rest = rest.iter();
    while let Some(item) = rest.next() {
        match option_name(item) {
            Some("opaque:" | "macros:") => {}
            Some(option) => {
                let value = rest
                    .next()
                    .ok_or_else(|| malformed(form, "has an option without value"))?;
                apply_option(option, value, &mut record, &mut explicit)?;
            }
            None => record.fields.push(field(item, &naming)?),
        }
    }
    take_fields(&mut record, explicit)?;
    x.define_record(&record, scan)
}

/// Names made from that of the type.
struct Naming<'n> {
    ident: &'n Ident,
    at: &'n Stx,
}

impl Naming<'_> {
    fn make(&self, before: &str, between: &str, after: &str) -> Stx {
        let name = format!("{before}{}{between}{after}", self.ident.symbol());
        Stx::ident(self.ident.sibling(Symbol::intern(&name)), self.at.span)
    }
}

fn option_name(item: &Stx) -> Option<&'static str> {
    item.as_ident()
        .map(|ident| ident.symbol().as_str())
        .filter(|name| name.ends_with(':'))
}

fn apply_option(
    option: &str,
    value: &Stx,
    record: &mut Record,
    explicit: &mut Option<Vec<Stx>>,
) -> Result<()> {
    match option {
        "id:" => record.uid = Some(value.to_datum()),
        "predicate:" => record.predicate = name_or_none(value)?,
        "constructor:" => match value.items() {
            Some([name, fields @ ..]) => {
                record.constructor = Some(Constructor {
                    name: name.clone(),
                    takes: Vec::new(),
                });
                *explicit = Some(fields.to_vec());
            }
            _ => {
                let name = name_or_none(value)?;
                record.constructor = name.map(|name| Constructor {
                    name,
                    takes: Vec::new(),
                });
            }
        },
        _ => {}
    }
    Ok(())
}

fn name_or_none(value: &Stx) -> Result<Option<Stx>> {
    match value.as_atom().map(|datum| &datum.kind) {
        None if value.as_ident().is_some() => Ok(Some(value.clone())),
        Some(DatumKind::Bool(false)) => Ok(None),
        _ => Err(fault(
            "not-an-identifier",
            "a name is expected here, or #f for none",
            value,
        )),
    }
}

fn field(item: &Stx, naming: &Naming<'_>) -> Result<Field> {
    let (name, options) = match item.parts() {
        Some(([name, options @ ..], None)) => (name, options),
        Some(_) => (item, [].as_slice()),
        None => (item, [].as_slice()),
    };
    let Some(ident) = name.as_ident() else {
        return Err(fault(
            "bad-field",
            "a field is a name or (name option ...)",
            item,
        ));
    };
    let read_only = options
        .iter()
        .any(|option| option_name(option) == Some("read-only:"));
    let field = ident.symbol();
    let accessor = naming.make("", "-", field.as_str());
    let modifier = naming.make("", "-", &format!("{field}-set!"));
    let modifier = if read_only { None } else { Some(modifier) };
    Ok(Field {
        name: field,
        accessor: Some(accessor),
        modifier,
    })
}

/// Which fields the constructor takes: all, or those listed.
fn take_fields(record: &mut Record, explicit: Option<Vec<Stx>>) -> Result<()> {
    let Some(constructor) = &mut record.constructor else {
        return Ok(());
    };
    let Some(listed) = explicit else {
        constructor.takes = (0..record.fields.len()).collect();
        return Ok(());
    };
    for name in listed {
        let wanted: Option<Symbol> = Datum::as_symbol(&name.to_datum());
        match record
            .fields
            .iter()
            .position(|field| Some(field.name) == wanted)
        {
            Some(index) => constructor.takes.push(index),
            None => {
                return Err(fault(
                    "no-such-field",
                    "the record has no such field",
                    &name,
                ));
            }
        }
    }
    Ok(())
}
