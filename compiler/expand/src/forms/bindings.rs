//! `let let* letrec letrec*` (R7RS 4.2.2), and named `let` (4.2.4).

use crate::core::{Expr, ExprKind, Formals, Lambda, LocalId};
use crate::core_form::CoreForm;
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

/// `letrec` and `letrec*`. The variables of either are locations that exist before any
/// init is evaluated, and an init may be returned to.
pub fn letrec(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, bindings, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(
            form,
            "takes bindings and a body: (letrec ((name init) ...) body ...)",
        ));
    };
    let clauses = clauses(bindings)?;
    let in_order = form
        .head()
        .is_some_and(|head| x.is_core(head, CoreForm::LetrecStar));
    x.scoped(|x| {
        let locals = bind_names(x, &clauses)?;
        let inits = inits(x, &clauses)?;
        let mut bindings: Vec<_> = locals.into_iter().zip(inits).collect();
        let body = x.body(body, form)?;
        let complex = bindings
            .iter_mut()
            .filter(|(_, init)| may_return_twice(init));
        match in_order {
            true => complex.for_each(|binding| assign_together(x, vec![binding])),
            false => assign_together(x, complex.collect()),
        }
        Ok(Expr::letrec(bindings, body, form.span))
    })
}

/// Whether the evaluation of an init may call something that captures the continuation.
/// Definitions in a body are not looked at so closely: there it would cost much and show
/// little.
fn may_return_twice(init: &Expr) -> bool {
    !matches!(
        init.kind,
        ExprKind::Quote(_)
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Lambda(_)
            | ExprKind::CaseLambda(_)
    )
}

/// Makes the first of these inits evaluate all of them and then assign all of their
/// variables, each to the location that it has from the beginning; every later one only
/// reads its variable. So an init that is returned to sets the same locations again.
fn assign_together(x: &mut Expansion<'_>, mut bindings: Vec<&mut (LocalId, Expr)>) {
    let mut values = Vec::with_capacity(bindings.len());
    let mut steps = Vec::with_capacity(bindings.len() + 1);
    for (local, init) in bindings.iter_mut().map(|binding| &mut **binding) {
        let span = init.span;
        let value = x.builder.local(x.builder.local_name(*local));
        x.builder.assign_local(*local);
        values.push((value, std::mem::replace(init, Expr::local(*local, span))));
        let set = ExprKind::SetLocal(*local, Box::new(Expr::local(value, span)));
        steps.push(Expr::new(set, span));
    }
    if let Some((_, init)) = bindings.first_mut() {
        let span = init.span;
        steps.push(Expr::local(values[0].0, span));
        *init = Expr::let_(values, Expr::seq(steps, span), span);
    }
}
