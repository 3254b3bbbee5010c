//! `match` and what `recv` is made of: clauses of patterns, tried in order.
//!
//! A clause is `(pattern [(where guard ...)] expression ...)`. It becomes tests and
//! bindings in a row, its body behind them in tail position; where a test fails, a local
//! procedure of no arguments is called that tries the next clause. Nothing is allocated:
//! all these calls are tail calls to one procedure, which lowering makes a join.
//!
//! The words of patterns (`where`, `after`, and in [`super::pattern`] `?` and `$`) go by
//! name, whatever is bound to it: no program means a variable by them there, and one that
//! defines `after` still gets its timeouts.

use super::pattern::{Pattern, Step};
use crate::core::{Expr, LocalId};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::stx::Stx;
use termite_syntax::{Datum, Span};

/// `(match datum clause ...)`
pub fn match_(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, datum, clauses @ ..]) = form.items().filter(|items| items.len() > 2) else {
        let expected =
            "takes a datum and clauses: (match datum (pattern [(where guard ...)] body ...) ...)";
        return Err(malformed(form, expected));
    };
    let datum = x.expr(datum)?;
    let subject = x.hidden_local("datum");
    let operands = vec![
        Expr::quote(Datum::string("match: no clause matches", form.span)),
        Expr::local(subject, form.span),
    ];
    let failed = x.call_primitive("error", operands, form.span);
    let chosen = choose(x, clauses, subject, None, failed, form.span)?;
    Ok(Expr::let_(vec![(subject, datum)], chosen, form.span))
}

/// `(%match subject chosen failed clause ...)`: `chosen` is evaluated before the body of
/// the clause that matches, `failed` in tail position when none does.
pub fn match_or_else(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, datum, chosen, failed, clauses @ ..]) = form.items() else {
        let expected = "is (%match subject chosen failed clause ...)";
        return Err(malformed(form, expected));
    };
    let datum = x.expr(datum)?;
    let failed = x.expr(failed)?;
    let subject = x.hidden_local("datum");
    let clauses = choose(x, clauses, subject, Some(chosen), failed, form.span)?;
    Ok(Expr::let_(vec![(subject, datum)], clauses, form.span))
}

/// `(%with-after (plain ...) (timed ...) clause ...)` is `(plain ... clause ...)`, or when
/// the last clause is `(after seconds body ...)`, `(timed ... seconds (body ...) clause
/// ...)`.
pub fn with_after(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, plain, timed, clauses @ ..]) = form.items() else {
        let expected = "is (%with-after (plain ...) (timed ...) clause ...)";
        return Err(malformed(form, expected));
    };
    let Some((last, others)) = clauses.split_last() else {
        let message = "`recv` takes clauses: (recv (pattern [(where guard ...)] body ...) ... \
            [(after seconds body ...)])";
        return Err(fault("bad-syntax", message, form));
    };
    if let Some(misplaced) = others.iter().find(|clause| is_headed(clause, "after")) {
        let message = "the `after` clause comes last";
        return Err(fault("after-not-last", message, misplaced));
    }
    let rebuilt = match (is_headed(last, "after"), last.items()) {
        (false, _) => joined(plain, clauses, form),
        (true, Some([_, seconds, body @ ..])) if !body.is_empty() => {
            let body = Stx::list(body.to_vec(), last.span, form.origin());
            let timeout = [seconds.clone(), body];
            joined(&joined(timed, &timeout, form), others, form)
        }
        (true, _) => {
            let message = "an `after` clause is (after seconds expression ...)";
            return Err(fault("bad-clause", message, last));
        }
    };
    x.expr(&rebuilt)
}

/// The list with more elements at its end.
fn joined(list: &Stx, more: &[Stx], form: &Stx) -> Stx {
    let mut items = list.items().unwrap_or_default().to_vec();
    items.extend_from_slice(more);
    Stx::list(items, form.span, form.origin())
}

/// Whether a list begins with the identifier of this name.
pub fn is_headed(stx: &Stx, name: &str) -> bool {
    stx.head()
        .is_some_and(|head| head.symbol().as_str() == name)
}

/// A clause, expanded.
struct Clause {
    steps: Vec<Step>,
    guards: Vec<Expr>,
    body: Expr,
    span: Span,
}

impl Clause {
    fn may_fail(&self) -> bool {
        !self.guards.is_empty() || self.steps.iter().any(Step::may_fail)
    }
}

fn choose(
    x: &mut Expansion<'_>,
    clauses: &[Stx],
    subject: LocalId,
    chosen: Option<&Stx>,
    failed: Expr,
    span: Span,
) -> Result<Expr> {
    let mut expanded = Vec::with_capacity(clauses.len());
    for clause in clauses {
        x.link(clause.span)?;
        expanded.push(expand_clause(x, clause, subject, chosen)?);
    }
    let mut rest = failed;
    for clause in expanded.into_iter().rev() {
        if !clause.may_fail() {
            rest = attempt(clause, &Expr::void(span));
            continue;
        }
        let next = x.hidden_local("next-clause");
        let fail = Expr::local(next, clause.span).call(Vec::new(), clause.span);
        let span = clause.span;
        let others = Expr::thunk(rest, span).named(x.builder.local_name(next));
        rest = Expr::let_(vec![(next, others)], attempt(clause, &fail), span);
    }
    Ok(rest)
}

/// The clause's code; `fail` stands wherever it does not match.
fn attempt(clause: Clause, fail: &Expr) -> Expr {
    let Clause {
        steps,
        guards,
        body,
        span,
    } = clause;
    let guarded = guards.into_iter().rev().fold(body, |body, guard| {
        Expr::if_(guard, body, fail.clone(), span)
    });
    let wrap = |rest, step| match step {
        Step::Test(test) => Expr::if_(test, rest, fail.clone(), span),
        Step::Bind(local, value) => Expr::let_(vec![(local, value)], rest, span),
    };
    steps.into_iter().rev().fold(guarded, wrap)
}

fn expand_clause(
    x: &mut Expansion<'_>,
    clause: &Stx,
    subject: LocalId,
    chosen: Option<&Stx>,
) -> Result<Clause> {
    let (pattern, guards, body) = clause_parts(clause)?;
    let mut matched = Pattern::default();
    matched.against(x, pattern, subject)?;
    for _ in &matched.steps {
        x.link(clause.span)?;
    }
    let chosen = chosen.map(|chosen| x.expr(chosen)).transpose()?;
    x.scoped(|x| {
        matched.bind_variables(x);
        let guards = x.exprs(guards)?;
        let mut body = x.body(body, clause)?;
        if let Some(chosen) = chosen {
            body = Expr::seq(vec![chosen, body], clause.span);
        }
        Ok(Clause {
            steps: matched.steps,
            guards,
            body,
            span: clause.span,
        })
    })
}

/// Pattern, guards, body.
fn clause_parts(clause: &Stx) -> Result<(&Stx, &[Stx], &[Stx])> {
    let message = "a clause is (pattern [(where guard ...)] expression ...)";
    let Some([pattern, rest @ ..]) = clause.items() else {
        return Err(fault("bad-clause", message, clause));
    };
    let (guards, body) = match rest {
        [guard, body @ ..] if is_headed(guard, "where") => match guard.items() {
            Some([_, guards @ ..]) if !guards.is_empty() => (guards, body),
            _ => {
                let message = "a side condition is (where expression ...)";
                return Err(fault("bad-clause", message, guard));
            }
        },
        body => (&[][..], body),
    };
    if body.is_empty() {
        return Err(fault("bad-clause", message, clause));
    }
    Ok((pattern, guards, body))
}
