//! `define` (also curried) and `define-values`.

use super::parameters::Parameters;
use super::values::simple;
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::scan::{Item, Scan, Value, VariableFormals};
use crate::stx::Stx;

pub fn define(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let (name, value) = match form.items() {
        Some([_, name, expression]) if name.as_ident().is_some() => {
            (name.clone(), Value::Expression(expression.clone()))
        }
        Some([_, header, _, ..]) if header.parts().is_some_and(|(items, _)| !items.is_empty()) => {
            procedure(form, header)?
        }
        _ => {
            let expected = "takes a name and an expression, or a header and a body: \
                (define name expression), (define (name parameter ...) body ...)";
            return Err(malformed(form, expected));
        }
    };
    let variable = x.define_variable(&name, scan)?;
    scan.items.push(Item::Definition {
        variable,
        value,
        span: form.span,
    });
    Ok(())
}

/// `((name a) b)` is the header of a procedure that returns one.
fn procedure(form: &Stx, header: &Stx) -> Result<(Stx, Value)> {
    let mut parameters = Vec::new();
    let mut header = header.clone();
    while let (Some((items, _)), Some(rest)) = (header.parts(), header.skip(1)) {
        let inner = items.first().cloned().unwrap_or_else(|| header.clone());
        parameters.push(rest);
        header = inner;
    }
    parameters.reverse();
    let Some(body) = form.skip(2) else {
        return Err(fault("bad-syntax", "a definition needs a body", form));
    };
    Ok((header, Value::Procedure { parameters, body }))
}

fn check_distinct(parameters: &Parameters<'_>) -> Result<()> {
    let mut seen: Vec<&Ident> = Vec::new();
    for name in parameters
        .required()
        .iter()
        .copied()
        .chain(parameters.rest())
    {
        if let Some(ident) = name.as_ident() {
            if seen.contains(&ident) {
                let message = format!("`{}` is defined twice here", ident.symbol());
                return Err(fault("duplicate-definition", message, name));
            }
            seen.push(ident);
        }
    }
    Ok(())
}

pub fn define_values(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let Some([_, formals, producer]) = form.items() else {
        let expected = "takes names and an expression: (define-values (name ...) expression)";
        return Err(malformed(form, expected));
    };
    let parameters = simple(formals)?;
    check_distinct(&parameters)?;
    let required = parameters
        .required()
        .iter()
        .map(|name| x.define_variable(name, scan));
    let required = required.collect::<Result<Vec<_>>>()?;
    let rest = parameters
        .rest()
        .map(|name| x.define_variable(name, scan))
        .transpose()?;
    let (producer, span) = (producer.clone(), form.span);
    scan.items.push(match (required.as_slice(), rest) {
        ([variable], None) => Item::Definition {
            variable: *variable,
            value: Value::Expression(producer),
            span,
        },
        _ => Item::Values {
            formals: VariableFormals { required, rest },
            producer,
            span,
        },
    });
    Ok(())
}
