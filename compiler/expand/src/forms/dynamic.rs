//! Forms that need support at run time: `parameterize guard delay delay-force
//! cons-stream assert`.

use super::clauses::cond_clauses;
use crate::core::{Expr, Formals};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::stx::Stx;
use termite_syntax::{Datum, Span};

pub fn delay(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, expression]) = form.items() else {
        return Err(malformed(form, "takes one expression: (delay expression)"));
    };
    promise(x, "%make-delayed", expression, form.span)
}

pub fn delay_force(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, expression]) = form.items() else {
        return Err(malformed(
            form,
            "takes one expression: (delay-force expression)",
        ));
    };
    promise(x, "%make-lazy", expression, form.span)
}

fn promise(x: &mut Expansion<'_>, maker: &str, expression: &Stx, span: Span) -> Result<Expr> {
    let thunk = Expr::thunk(x.expr(expression)?, span);
    Ok(x.call_runtime(maker, vec![thunk], span))
}

pub fn cons_stream(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, first, rest]) = form.items() else {
        return Err(malformed(
            form,
            "takes two expressions: (cons-stream first rest)",
        ));
    };
    let first = x.expr(first)?;
    let rest = promise(x, "%make-delayed", rest, form.span)?;
    Ok(x.call_primitive("cons", vec![first, rest], form.span))
}

/// `(%parameterize parameters values thunk)`
pub fn parameterize(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let expected = "takes bindings and a body: (parameterize ((parameter value) ...) body ...)";
    let Some([_, bindings, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(form, expected));
    };
    let Some(bindings) = bindings.items() else {
        return Err(malformed(form, expected));
    };
    let (mut parameters, mut values) = (Vec::new(), Vec::new());
    for binding in bindings {
        let Some([parameter, value]) = binding.items() else {
            return Err(fault(
                "bad-binding",
                "a binding is (parameter value)",
                binding,
            ));
        };
        parameters.push(x.expr(parameter)?);
        values.push(x.expr(value)?);
    }
    let body = x.body(body, form)?;
    if bindings.is_empty() {
        return Ok(body);
    }
    let parameters = list(x, parameters, form.span);
    let values = list(x, values, form.span);
    let operands = vec![parameters, values, Expr::thunk(body, form.span)];
    Ok(x.call_runtime("%parameterize", operands, form.span))
}

/// A fresh list.
fn list(x: &mut Expansion<'_>, items: Vec<Expr>, span: Span) -> Expr {
    let end = Expr::quote(Datum::null(span));
    items.into_iter().rev().fold(end, |rest, item| {
        x.call_primitive("cons", vec![item, rest], span)
    })
}

/// `(%guard thunk handler)`; the handler takes the condition and a thunk that raises it
/// again where it was raised.
pub fn guard(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let expected = "takes a variable with clauses, and a body: (guard (name clause ...) body ...)";
    let Some([_, spec, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(form, expected));
    };
    let Some([name, clauses @ ..]) = spec.items().filter(|_| spec.head().is_some()) else {
        return Err(malformed(form, expected));
    };
    let body = x.body(body, form)?;
    let reraise = x.hidden_local("reraise");
    let (condition, chosen) = x.scoped(|x| {
        let condition = x.bind_local(name)?;
        let again = Expr::local(reraise, form.span).call(Vec::new(), form.span);
        Ok((condition, cond_clauses(x, clauses, again)?))
    })?;
    let formals = Formals {
        required: vec![condition, reraise],
        ..Formals::default()
    };
    let handler = Expr::lambda(formals, chosen, form.span);
    Ok(x.call_runtime(
        "%guard",
        vec![Expr::thunk(body, form.span), handler],
        form.span,
    ))
}

/// `(%assertion-failed 'expression message ...)` when it is false; its value otherwise.
pub fn assert(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, expression, messages @ ..]) = form.items().filter(|items| items.len() > 1) else {
        return Err(malformed(
            form,
            "takes an expression: (assert expression message ...)",
        ));
    };
    let span = form.span;
    let test = x.expr(expression)?;
    x.spend(expression.size(), form)?;
    let mut operands = vec![Expr::quote(expression.to_datum())];
    operands.extend(x.exprs(messages)?);
    let failed = x.call_runtime("%assertion-failed", operands, span);
    let value = x.hidden_local("t");
    let held = Expr::local(value, span);
    Ok(Expr::let_(
        vec![(value, test)],
        Expr::if_(held.clone(), held, failed, span),
        span,
    ))
}
