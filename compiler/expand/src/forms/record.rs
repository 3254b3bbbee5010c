//! `define-record-type` (R7RS 5.5).

use crate::core::{Expr, ExprKind, Formals, Lambda, Mode};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::scan::{Item, Place, Scan, Value, Variable};
use crate::stx::Stx;
use termite_syntax::{Datum, DatumKind, Span, Symbol};

/// A record type as a definition describes it; field names are unique.
pub struct Record {
    pub name: Stx,
    pub constructor: Option<Constructor>,
    pub predicate: Option<Stx>,
    pub fields: Vec<Field>,
    pub uid: Option<Datum>,
    pub span: Span,
}

pub struct Constructor {
    pub name: Stx,
    /// Indices of the fields it takes, in its order; the others are `#!void` at first.
    pub takes: Vec<usize>,
}

pub struct Field {
    pub name: Symbol,
    pub accessor: Option<Stx>,
    pub modifier: Option<Stx>,
}

pub fn define_record_type(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let expected = "takes a name, a constructor, a predicate and fields: \
        (define-record-type name (make-name field ...) name? (field accessor [modifier]) ...)";
    let Some([_, name, constructor, predicate, fields @ ..]) = form.items() else {
        return Err(malformed(form, expected));
    };
    let (fields, idents) = parse_fields(fields)?;
    let constructor = parse_constructor(constructor, &idents)?;
    let record = Record {
        name: name.clone(),
        constructor,
        predicate: optional_name(predicate)?,
        fields,
        uid: None,
        span: form.span,
    };
    x.define_record(&record, scan)
}

fn parse_fields(specs: &[Stx]) -> Result<(Vec<Field>, Vec<Ident>)> {
    let (mut fields, mut idents) = (Vec::new(), Vec::new());
    for spec in specs {
        let (name, accessor, modifier) = match spec.items() {
            Some([name, accessor]) => (name, Some(accessor), None),
            Some([name, accessor, modifier]) => (name, Some(accessor), Some(modifier)),
            Some([name]) => (name, None, None),
            Some(_) => return Err(bad_field(spec)),
            None => (spec, None, None),
        };
        let Some(ident) = name.as_ident() else {
            return Err(bad_field(spec));
        };
        if idents.contains(ident) {
            let message = format!("the field `{}` occurs twice", ident.symbol());
            return Err(fault("duplicate-field", message, name));
        }
        idents.push(ident.clone());
        let name = ident.symbol();
        fields.push(Field {
            name,
            accessor: accessor.cloned(),
            modifier: modifier.cloned(),
        });
    }
    Ok((fields, idents))
}

fn bad_field(spec: &Stx) -> Box<termite_syntax::Diagnostic> {
    fault(
        "bad-field",
        "a field is (name accessor) or (name accessor modifier)",
        spec,
    )
}

/// `(make-name field ...)`; a name alone takes all fields; `#f` is none.
fn parse_constructor(spec: &Stx, fields: &[Ident]) -> Result<Option<Constructor>> {
    let message = "a constructor is (name field ...), a name, or #f";
    let Some(items) = spec.items() else {
        let name = optional_name(spec)?;
        return Ok(name.map(|name| Constructor {
            name,
            takes: (0..fields.len()).collect(),
        }));
    };
    let Some((name, taken)) = items.split_first() else {
        return Err(fault("bad-constructor", message, spec));
    };
    let mut takes = Vec::with_capacity(taken.len());
    for field in taken {
        let ident = field
            .as_ident()
            .ok_or_else(|| fault("bad-constructor", message, spec))?;
        let index = fields.iter().position(|known| known == ident);
        let index = index.or_else(|| {
            fields
                .iter()
                .position(|known| known.symbol() == ident.symbol())
        });
        match index {
            Some(index) if !takes.contains(&index) => takes.push(index),
            Some(_) => {
                let message = format!("the constructor takes `{}` twice", ident.symbol());
                return Err(fault("duplicate-field", message, field));
            }
            None => {
                let message = format!("the record has no field `{}`", ident.symbol());
                return Err(fault("no-such-field", message, field));
            }
        }
    }
    Ok(Some(Constructor {
        name: name.clone(),
        takes,
    }))
}

/// A name, or `#f` for none.
fn optional_name(spec: &Stx) -> Result<Option<Stx>> {
    match spec.as_atom().map(|datum| &datum.kind) {
        None if spec.as_ident().is_some() => Ok(Some(spec.clone())),
        Some(DatumKind::Bool(false)) => Ok(None),
        _ => Err(fault(
            "not-an-identifier",
            "a name is expected here, or #f for none",
            spec,
        )),
    }
}

/// A definition's name and the procedure it gets.
type Procedure = (Stx, Formals, Expr);

impl Expansion<'_> {
    /// Adds the definitions of a record type, its constructor, predicate, accessors and
    /// modifiers.
    pub fn define_record(&mut self, record: &Record, scan: &mut Scan) -> Result<()> {
        let span = record.span;
        let kind = self.define_variable(&record.name, scan)?;
        let at_toplevel = scan.place == Place::Toplevel && self.toplevel.mode == Mode::Library;
        let uid = record
            .uid
            .clone()
            .or_else(|| at_toplevel.then(|| self.library_uid(record)));
        let value = self.record_type(record, uid);
        scan.items.push(Item::Definition {
            variable: kind,
            value: Value::Ready(value),
            span,
        });
        let mut procedures = Vec::new();
        if let Some(constructor) = &record.constructor {
            procedures.push(self.constructor(record, constructor, kind));
        }
        if let Some(predicate) = &record.predicate {
            procedures.push(self.predicate(predicate, kind, span));
        }
        for (index, field) in (0..).zip(&record.fields) {
            procedures.extend(
                field
                    .accessor
                    .as_ref()
                    .map(|name| self.accessor(name, kind, index, span)),
            );
            procedures.extend(
                field
                    .modifier
                    .as_ref()
                    .map(|name| self.modifier(name, kind, index, span)),
            );
        }
        procedures
            .into_iter()
            .try_for_each(|procedure| self.define_procedure(procedure, span, scan))
    }

    fn define_procedure(
        &mut self,
        procedure: Procedure,
        span: Span,
        scan: &mut Scan,
    ) -> Result<()> {
        let (name, formals, body) = procedure;
        let variable = self.define_variable(&name, scan)?;
        let lambda = Lambda {
            name: Some(name_of(&name)),
            formals,
            body,
            span,
        };
        let value = Value::Ready(Expr::new(ExprKind::Lambda(Box::new(lambda)), span));
        scan.items.push(Item::Definition {
            variable,
            value,
            span,
        });
        Ok(())
    }

    /// What identifies a record type that a library defines, on each node where its body
    /// runs: `library#name`.
    fn library_uid(&mut self, record: &Record) -> Datum {
        let base = format!("{}#{}", self.name, name_of(&record.name));
        let numbered = |n: u32| Symbol::intern(&format!("{base}~{n}"));
        let mut uid = Symbol::intern(&base);
        let mut n = 2;
        while !self.record_uids.insert(uid) {
            uid = numbered(n);
            n += 1;
        }
        Datum::symbol(uid, record.span)
    }

    /// `(%make-record-type 'name '#(field ...) uid)`
    fn record_type(&mut self, record: &Record, uid: Option<Datum>) -> Expr {
        let span = record.span;
        let fields = record
            .fields
            .iter()
            .map(|field| Datum::symbol(field.name, span))
            .collect();
        let uid = uid.unwrap_or_else(|| Datum::boolean(false, span));
        let operands = vec![
            Expr::quote(Datum::symbol(name_of(&record.name), span)),
            Expr::quote(Datum::vector(fields, span)),
            Expr::quote(uid),
        ];
        self.call_primitive("%make-record-type", operands, span)
    }

    fn constructor(
        &mut self,
        record: &Record,
        constructor: &Constructor,
        kind: Variable,
    ) -> Procedure {
        let span = record.span;
        let mut operands = vec![self.variable_ref(kind, span)];
        operands.extend(record.fields.iter().map(|_| Expr::void(span)));
        let mut formals = Formals::default();
        for &index in &constructor.takes {
            let local = self.builder.local(record.fields[index].name);
            formals.required.push(local);
            operands[index + 1] = Expr::local(local, span);
        }
        (
            constructor.name.clone(),
            formals,
            self.call_primitive("%make-record", operands, span),
        )
    }

    fn predicate(&mut self, name: &Stx, kind: Variable, span: Span) -> Procedure {
        let object = self.hidden_local("obj");
        let operands = vec![Expr::local(object, span), self.variable_ref(kind, span)];
        let formals = Formals {
            required: vec![object],
            ..Formals::default()
        };
        (
            name.clone(),
            formals,
            self.call_primitive("%record?", operands, span),
        )
    }

    fn accessor(&mut self, name: &Stx, kind: Variable, index: i64, span: Span) -> Procedure {
        let object = self.hidden_local("obj");
        let operands = vec![
            Expr::local(object, span),
            self.variable_ref(kind, span),
            Expr::quote(Datum::symbol(name_of(name), span)),
            Expr::quote(Datum::fixnum(index, span)),
        ];
        let formals = Formals {
            required: vec![object],
            ..Formals::default()
        };
        (
            name.clone(),
            formals,
            self.call_primitive("%record-ref", operands, span),
        )
    }

    fn modifier(&mut self, name: &Stx, kind: Variable, index: i64, span: Span) -> Procedure {
        let object = self.hidden_local("obj");
        let value = self.hidden_local("value");
        let operands = vec![
            Expr::local(object, span),
            self.variable_ref(kind, span),
            Expr::quote(Datum::symbol(name_of(name), span)),
            Expr::quote(Datum::fixnum(index, span)),
            Expr::local(value, span),
        ];
        let formals = Formals {
            required: vec![object, value],
            ..Formals::default()
        };
        (
            name.clone(),
            formals,
            self.call_primitive("%record-set!", operands, span),
        )
    }
}

fn name_of(stx: &Stx) -> Symbol {
    stx.as_ident().map_or(Symbol::intern(""), Ident::symbol)
}
