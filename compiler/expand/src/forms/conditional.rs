//! `if when unless and or cond case`.

use super::clauses::{case_clauses, cond_clauses};
use crate::core::Expr;
use crate::errors::{Result, malformed};
use crate::expansion::Expansion;
use crate::stx::Stx;
use termite_syntax::Datum;

pub fn if_(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let (test, then, otherwise) = match form.items() {
        Some([_, test, then]) => (test, then, None),
        Some([_, test, then, otherwise]) => (test, then, Some(otherwise)),
        _ => {
            return Err(malformed(
                form,
                "takes 2 or 3 expressions: (if test then [else])",
            ));
        }
    };
    let test = x.expr(test)?;
    let then = x.expr(then)?;
    let otherwise = match otherwise {
        Some(otherwise) => x.expr(otherwise)?,
        None => Expr::void(form.span),
    };
    Ok(Expr::if_(test, then, otherwise, form.span))
}

pub fn when(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, test, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(
            form,
            "takes a test and expressions: (when test expression ...)",
        ));
    };
    let test = x.expr(test)?;
    let body = x.sequence(body, form.span)?;
    Ok(Expr::if_(test, body, Expr::void(form.span), form.span))
}

pub fn unless(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, test, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(
            form,
            "takes a test and expressions: (unless test expression ...)",
        ));
    };
    let test = x.expr(test)?;
    let body = x.sequence(body, form.span)?;
    Ok(Expr::if_(test, Expr::void(form.span), body, form.span))
}

pub fn and(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, tests @ ..]) = form.items() else {
        return Err(malformed(form, "takes expressions: (and expression ...)"));
    };
    let tests = links(x, tests)?;
    let both = |rest: Expr, test: Expr| {
        let span = test.span;
        Expr::if_(test, rest, Expr::quote(Datum::boolean(false, span)), span)
    };
    Ok(tests
        .into_iter()
        .rev()
        .reduce(both)
        .unwrap_or_else(|| truth(true, form)))
}

pub fn or(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, tests @ ..]) = form.items() else {
        return Err(malformed(form, "takes expressions: (or expression ...)"));
    };
    let tests = links(x, tests)?;
    let either = |rest: Expr, test: Expr| {
        let span = test.span;
        let value = x.hidden_local("t");
        let choice = Expr::if_(
            Expr::local(value, span),
            Expr::local(value, span),
            rest,
            span,
        );
        Expr::let_(vec![(value, test)], choice, span)
    };
    Ok(tests
        .into_iter()
        .rev()
        .reduce(either)
        .unwrap_or_else(|| truth(false, form)))
}

/// Expressions of which each comes to stand inside the one before.
fn links(x: &mut Expansion<'_>, tests: &[Stx]) -> Result<Vec<Expr>> {
    let expand = |test: &Stx| {
        x.link(test.span)?;
        x.expr(test)
    };
    tests.iter().map(expand).collect()
}

fn truth(value: bool, form: &Stx) -> Expr {
    Expr::quote(Datum::boolean(value, form.span))
}

pub fn cond(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, clauses @ ..]) = form.items().filter(|items| items.len() > 1) else {
        return Err(malformed(
            form,
            "takes clauses: (cond (test expression ...) ...)",
        ));
    };
    cond_clauses(x, clauses, Expr::void(form.span))
}

pub fn case(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, key, clauses @ ..]) = form.items().filter(|items| items.len() > 2) else {
        let expected = "takes a key and clauses: (case key ((datum ...) expression ...) ...)";
        return Err(malformed(form, expected));
    };
    let key = x.expr(key)?;
    let local = x.hidden_local("key");
    let chosen = case_clauses(x, clauses, local, Expr::void(form.span))?;
    Ok(Expr::let_(vec![(local, key)], chosen, form.span))
}
