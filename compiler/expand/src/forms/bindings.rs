//! `let let* letrec letrec*` (R7RS 4.2.2), and named `let` (4.2.4).

use crate::core::{Expr, ExprKind, Formals, Lambda, LocalId};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::stx::Stx;
use termite_syntax::Symbol;

/// `(name init)`
type Clause<'s> = (&'s Stx, &'s Stx);

pub fn let_(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    match form.items() {
        Some([_, name, bindings, body @ ..]) if name.as_ident().is_some() && !body.is_empty() => {
            named_let(x, name, &clauses(bindings)?, body, form)
        }
        Some([_, bindings, body @ ..]) if bindings.as_ident().is_none() && !body.is_empty() => {
            plain_let(x, &clauses(bindings)?, body, form)
        }
        _ => Err(malformed(
            form,
            "takes bindings and a body: (let ((name init) ...) body ...)",
        )),
    }
}

fn clauses(bindings: &Stx) -> Result<Vec<Clause<'_>>> {
    let complaint = |at| fault("bad-binding", "bindings are a list of (name init)", at);
    let items = bindings.items().ok_or_else(|| complaint(bindings))?;
    items.iter().map(clause).collect()
}

fn clause(binding: &Stx) -> Result<Clause<'_>> {
    match binding.items() {
        Some([name, init]) if name.as_ident().is_some() => Ok((name, init)),
        _ => Err(fault("bad-binding", "a binding is (name init)", binding)),
    }
}

fn plain_let(
    x: &mut Expansion<'_>,
    clauses: &[Clause<'_>],
    body: &[Stx],
    form: &Stx,
) -> Result<Expr> {
    let inits = inits(x, clauses)?;
    x.scoped(|x| {
        let locals = bind_names(x, clauses)?;
        let body = x.body(body, form)?;
        Ok(Expr::let_(
            locals.into_iter().zip(inits).collect(),
            body,
            form.span,
        ))
    })
}

fn inits(x: &mut Expansion<'_>, clauses: &[Clause<'_>]) -> Result<Vec<Expr>> {
    clauses
        .iter()
        .map(|(name, init)| Ok(x.expr(init)?.named(symbol_of(name))))
        .collect()
}

fn bind_names(x: &mut Expansion<'_>, clauses: &[Clause<'_>]) -> Result<Vec<LocalId>> {
    clauses.iter().map(|(name, _)| x.bind_local(name)).collect()
}

fn symbol_of(name: &Stx) -> Symbol {
    name.as_ident().map_or(Symbol::intern("_"), Ident::symbol)
}

fn named_let(
    x: &mut Expansion<'_>,
    name: &Stx,
    clauses: &[Clause<'_>],
    body: &[Stx],
    form: &Stx,
) -> Result<Expr> {
    let inits = inits(x, clauses)?;
    x.scoped(|x| {
        let own = x.bind_local(name)?;
        let (required, body) = x.scoped(|x| Ok((bind_names(x, clauses)?, x.body(body, form)?)))?;
        let formals = Formals {
            required,
            ..Formals::default()
        };
        let lambda = Lambda {
            name: Some(symbol_of(name)),
            formals,
            body,
            span: form.span,
        };
        let procedure = Expr::new(ExprKind::Lambda(Box::new(lambda)), form.span);
        let start = Expr::local(own, name.span).call(inits, form.span);
        Ok(Expr::letrec(vec![(own, procedure)], start, form.span))
    })
}

pub fn let_star(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, bindings, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(
            form,
            "takes bindings and a body: (let* ((name init) ...) body ...)",
        ));
    };
    let clauses = clauses(bindings)?;
    let depth = x.scopes.depth();
    let expanded = sequential(x, &clauses, body, form);
    x.scopes.leave_to(depth);
    expanded
}

/// Opens a scope for each binding; the caller closes them.
fn sequential(
    x: &mut Expansion<'_>,
    clauses: &[Clause<'_>],
    body: &[Stx],
    form: &Stx,
) -> Result<Expr> {
    let mut bound = Vec::with_capacity(clauses.len());
    for (name, init) in clauses {
        x.link(name.span)?;
        let init = x.expr(init)?.named(symbol_of(name));
        x.scopes.enter();
        bound.push((x.bind_local(name)?, init));
    }
    let body = x.body(body, form)?;
    let wrap = |body, binding| Expr::let_(vec![binding], body, form.span);
    Ok(bound.into_iter().rev().fold(body, wrap))
}

/// `letrec` is `letrec*`, which R7RS allows.
pub fn letrec(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, bindings, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(
            form,
            "takes bindings and a body: (letrec ((name init) ...) body ...)",
        ));
    };
    let clauses = clauses(bindings)?;
    x.scoped(|x| {
        let locals = bind_names(x, &clauses)?;
        let inits = inits(x, &clauses)?;
        let body = x.body(body, form)?;
        Ok(Expr::letrec(
            locals.into_iter().zip(inits).collect(),
            body,
            form.span,
        ))
    })
}
