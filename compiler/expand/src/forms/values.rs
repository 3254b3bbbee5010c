//! `let-values let*-values receive`.

use super::parameters::Parameters;
use crate::core::{Expr, ExprKind, Formals};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::stx::Stx;
use termite_syntax::Span;

/// `(formals init)`
type Clause<'s> = (Parameters<'s>, &'s Stx);

pub fn let_values(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let (clauses, body) = parts(form)?;
    let inits = clauses
        .iter()
        .map(|(_, init)| x.expr(init))
        .collect::<Result<Vec<_>>>()?;
    x.scoped(|x| {
        let mut formals = Vec::with_capacity(clauses.len());
        for (parameters, init) in &clauses {
            x.link(init.span)?;
            formals.push(x.bind_simple(parameters)?);
        }
        let body = x.body(body, form)?;
        Ok(wrap(
            inits.into_iter().zip(formals).collect(),
            body,
            form.span,
        ))
    })
}

pub fn let_star_values(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let (clauses, body) = parts(form)?;
    let depth = x.scopes.depth();
    let expanded = sequential(x, &clauses, body, form);
    x.scopes.leave_to(depth);
    expanded
}

/// Opens a scope for each clause; the caller closes them.
fn sequential(
    x: &mut Expansion<'_>,
    clauses: &[Clause<'_>],
    body: &[Stx],
    form: &Stx,
) -> Result<Expr> {
    let mut bound = Vec::with_capacity(clauses.len());
    for (parameters, init) in clauses {
        x.link(init.span)?;
        let init = x.expr(init)?;
        x.scopes.enter();
        bound.push((init, x.bind_simple(parameters)?));
    }
    let body = x.body(body, form)?;
    Ok(wrap(bound, body, form.span))
}

fn parts(form: &Stx) -> Result<(Vec<Clause<'_>>, &[Stx])> {
    let expected = "takes bindings and a body: (let-values (((name ...) init) ...) body ...)";
    let Some([_, bindings, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(form, expected));
    };
    let Some(bindings) = bindings.items() else {
        return Err(malformed(form, expected));
    };
    Ok((
        bindings.iter().map(clause).collect::<Result<Vec<_>>>()?,
        body,
    ))
}

fn clause(binding: &Stx) -> Result<Clause<'_>> {
    match binding.items() {
        Some([formals, init]) => Ok((simple(formals)?, init)),
        _ => Err(fault(
            "bad-binding",
            "a binding is ((name ...) init)",
            binding,
        )),
    }
}

impl Expansion<'_> {
    /// Binds simple parameters in the innermost scope.
    fn bind_simple(&mut self, parameters: &Parameters<'_>) -> Result<Formals> {
        let required = parameters
            .required()
            .iter()
            .map(|name| self.bind_local(name));
        let required = required.collect::<Result<Vec<_>>>()?;
        let rest = parameters
            .rest()
            .map(|name| self.bind_local(name))
            .transpose()?;
        Ok(Formals {
            required,
            optional: Vec::new(),
            rest,
        })
    }
}

/// Formals without optional or keyword parameters.
pub fn simple(formals: &Stx) -> Result<Parameters<'_>> {
    let parameters = Parameters::parse(formals)?;
    if parameters.is_simple() {
        return Ok(parameters);
    }
    Err(fault(
        "bad-parameters",
        "values are bound to names, without #!optional or #!key",
        formals,
    ))
}

fn wrap(bound: Vec<(Expr, Formals)>, body: Expr, span: Span) -> Expr {
    bound
        .into_iter()
        .rev()
        .fold(body, |body, (init, formals)| match formals {
            Formals {
                required,
                rest: None,
                ..
            } if required.len() == 1 => {
                Expr::let_(required.into_iter().zip([init]).collect(), body, span)
            }
            formals => {
                let kind =
                    ExprKind::CallWithValues(Box::new(init), Box::new(formals), Box::new(body));
                Expr::new(kind, span)
            }
        })
}

pub fn receive(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, formals, producer, body @ ..]) = form.items().filter(|items| items.len() > 3)
    else {
        return Err(malformed(
            form,
            "takes names, an expression and a body: (receive (name ...) expression body ...)",
        ));
    };
    let producer = x.expr(producer)?;
    let parameters = simple(formals)?;
    let (formals, body) = x.with_parameters(&parameters, |x| x.body(body, form))?;
    Ok(wrap(vec![(producer, formals)], body, form.span))
}
