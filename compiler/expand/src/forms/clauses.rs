//! The clauses of `cond`, `guard` and `case` (R7RS 4.2.1, 4.2.7).

use crate::core::{Expr, ExprKind, LocalId};
use crate::core_form::CoreForm;
use crate::errors::{Result, fault};
use crate::expansion::Expansion;
use crate::stx::Stx;
use termite_syntax::{Datum, Span};

/// A clause of `cond`, expanded.
enum Clause {
    Body {
        test: Expr,
        body: Expr,
    },
    /// `(test)`, whose own value is the result.
    Alone {
        value: LocalId,
        test: Expr,
    },
    /// `(test => receiver)`
    Arrow {
        value: LocalId,
        test: Expr,
        receiver: Expr,
    },
}

/// `fallback`: when no clause is chosen.
pub fn cond_clauses(x: &mut Expansion<'_>, clauses: &[Stx], fallback: Expr) -> Result<Expr> {
    let mut expanded = Vec::with_capacity(clauses.len());
    let mut last = fallback;
    for (index, clause) in clauses.iter().enumerate() {
        x.link(clause.span)?;
        if let Some(body) = else_body(x, clause) {
            check_last(index, clauses, clause)?;
            last = x.sequence(body, clause.span)?;
        } else {
            expanded.push((cond_clause(x, clause)?, clause.span));
        }
    }
    Ok(expanded
        .into_iter()
        .rev()
        .fold(last, |rest, (clause, span)| choose(clause, rest, span)))
}

/// The expressions of an `else` clause.
fn else_body<'s>(x: &Expansion<'_>, clause: &'s Stx) -> Option<&'s [Stx]> {
    let (head, body) = clause.items()?.split_first()?;
    let is_else = x.is_core(head.as_ident()?, CoreForm::Else);
    (is_else && !body.is_empty()).then_some(body)
}

fn check_last(index: usize, clauses: &[Stx], clause: &Stx) -> Result<()> {
    if index + 1 == clauses.len() {
        return Ok(());
    }
    Err(fault(
        "else-not-last",
        "the `else` clause comes last",
        clause,
    ))
}

fn cond_clause(x: &mut Expansion<'_>, clause: &Stx) -> Result<Clause> {
    let Some([test, body @ ..]) = clause.items() else {
        let message =
            "a clause is (test expression ...), (test => receiver) or (else expression ...)";
        return Err(fault("bad-clause", message, clause));
    };
    let test = x.expr(test)?;
    if body.is_empty() {
        return Ok(Clause::Alone {
            value: x.hidden_local("t"),
            test,
        });
    }
    if let Some(receiver) = arrow_receiver(x, body, clause)? {
        return Ok(Clause::Arrow {
            value: x.hidden_local("t"),
            test,
            receiver,
        });
    }
    Ok(Clause::Body {
        test,
        body: x.sequence(body, clause.span)?,
    })
}

/// The procedure after `=>`, if the clause has one.
fn arrow_receiver(x: &mut Expansion<'_>, body: &[Stx], clause: &Stx) -> Result<Option<Expr>> {
    let is_arrow = body
        .first()
        .and_then(Stx::as_ident)
        .is_some_and(|head| x.is_core(head, CoreForm::Arrow));
    match body {
        [_, receiver] if is_arrow => Ok(Some(x.expr(receiver)?)),
        _ if is_arrow => Err(fault("bad-clause", "one procedure follows `=>`", clause)),
        _ => Ok(None),
    }
}

fn choose(clause: Clause, rest: Expr, span: Span) -> Expr {
    let (value, test, result) = match clause {
        Clause::Body { test, body } => return Expr::if_(test, body, rest, span),
        Clause::Alone { value, test } => (value, test, Expr::local(value, span)),
        Clause::Arrow {
            value,
            test,
            receiver,
        } => (
            value,
            test,
            receiver.call(vec![Expr::local(value, span)], span),
        ),
    };
    let choice = Expr::if_(Expr::local(value, span), result, rest, span);
    Expr::let_(vec![(value, test)], choice, span)
}

/// `key` holds the value that is looked for.
pub fn case_clauses(
    x: &mut Expansion<'_>,
    clauses: &[Stx],
    key: LocalId,
    fallback: Expr,
) -> Result<Expr> {
    let mut expanded = Vec::with_capacity(clauses.len());
    let mut last = fallback;
    for (index, clause) in clauses.iter().enumerate() {
        x.link(clause.span)?;
        if let Some(body) = else_body(x, clause) {
            check_last(index, clauses, clause)?;
            last = case_body(x, body, key, clause)?;
            continue;
        }
        let Some([data, body @ ..]) = clause.items().filter(|items| items.len() > 1) else {
            return Err(bad_case_clause(clause));
        };
        let Some(data) = data.items() else {
            return Err(bad_case_clause(clause));
        };
        let test = is_one_of(x, key, data, clause.span)?;
        expanded.push((test, case_body(x, body, key, clause)?, clause.span));
    }
    let choose = |rest, (test, body, span)| Expr::if_(test, body, rest, span);
    Ok(expanded.into_iter().rev().fold(last, choose))
}

fn bad_case_clause(clause: &Stx) -> Box<termite_syntax::Diagnostic> {
    let message = "a clause is ((datum ...) expression ...), ((datum ...) => receiver) or (else expression ...)";
    fault("bad-clause", message, clause)
}

fn case_body(x: &mut Expansion<'_>, body: &[Stx], key: LocalId, clause: &Stx) -> Result<Expr> {
    match arrow_receiver(x, body, clause)? {
        Some(receiver) => Ok(receiver.call(vec![Expr::local(key, clause.span)], clause.span)),
        None => x.sequence(body, clause.span),
    }
}

fn is_one_of(x: &mut Expansion<'_>, key: LocalId, data: &[Stx], span: Span) -> Result<Expr> {
    let mut tests = Vec::with_capacity(data.len());
    for datum in data {
        x.link(datum.span)?;
        let operands = vec![Expr::local(key, datum.span), Expr::quote(datum.to_datum())];
        tests.push(x.call_primitive("eqv?", operands, datum.span));
    }
    let either = |rest: Expr, test: Expr| {
        let span = test.span;
        Expr::if_(test, Expr::quote(Datum::boolean(true, span)), rest, span)
    };
    let never = || Expr::new(ExprKind::Quote(Datum::boolean(false, span)), span);
    Ok(tests.into_iter().rev().reduce(either).unwrap_or_else(never))
}
