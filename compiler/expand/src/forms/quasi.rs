//! `quasiquote` (R7RS 4.2.8). Parts without an unquote become constants.

use crate::core::{Expr, ExprKind};
use crate::core_form::CoreForm;
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::stx::{Stx, StxKind};
use termite_syntax::{Datum, Span};

pub fn quasiquote(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    match form.items() {
        Some([_, template]) => quasi(x, template, 1),
        _ => Err(malformed(form, "takes one template: (quasiquote template)")),
    }
}

/// `level`: how many quasiquotes are open.
fn quasi(x: &mut Expansion<'_>, template: &Stx, level: u32) -> Result<Expr> {
    match &template.kind {
        StxKind::Ident(_) | StxKind::Atom(_) => Ok(Expr::quote(template.to_datum())),
        StxKind::List(_) => x.nested(template.span, |x| list(x, template, level)),
        StxKind::Vector(_) => x.nested(template.span, |x| vector(x, template, level)),
    }
}

/// `unquote` and its relatives, when they head a list.
fn quoting_head(x: &Expansion<'_>, template: &Stx) -> Option<CoreForm> {
    let head = template.head()?;
    [
        CoreForm::Unquote,
        CoreForm::UnquoteSplicing,
        CoreForm::Quasiquote,
    ]
    .into_iter()
    .find(|form| x.is_core(head, *form))
}

fn list(x: &mut Expansion<'_>, template: &Stx, level: u32) -> Result<Expr> {
    match quoting_head(x, template) {
        Some(CoreForm::Unquote) if level == 1 => match template.items() {
            Some([_, expression]) => x.expr(expression),
            _ => Err(malformed(
                template,
                "takes one expression: (unquote expression)",
            )),
        },
        Some(CoreForm::UnquoteSplicing) if level == 1 => {
            let message = "`unquote-splicing` stands inside a list or vector template only";
            Err(fault("misplaced-splice", message, template))
        }
        // `(quasiquote . ,x)` is a list like any other.
        Some(CoreForm::Quasiquote) => match template.items() {
            Some([_, _]) => elements(x, template, level + 1),
            _ => elements(x, template, level),
        },
        Some(_) => elements(x, template, level - 1),
        None => elements(x, template, level),
    }
}

/// A list whose head means nothing more.
fn elements(x: &mut Expansion<'_>, template: &Stx, level: u32) -> Result<Expr> {
    let Some((items, tail)) = template.parts() else {
        return quasi(x, template, level);
    };
    // `(a . ,b)` is read as `(a unquote b)`.
    let dotted = (1..items.len())
        .filter(|&start| items.len() - start == 2)
        .find_map(|start| {
            template
                .skip(start)
                .filter(|rest| quoting_head(x, rest).is_some())
        });
    let (items, end) = match (dotted, tail) {
        (Some(rest), _) => (&items[..items.len() - 2], quasi(x, &rest, level)?),
        (None, Some(tail)) => (items, quasi(x, tail, level)?),
        (None, None) => (items, Expr::quote(Datum::null(template.span.tail()))),
    };
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        x.link(item.span)?;
        parts.push(part(x, item, level)?);
    }
    Ok(parts
        .into_iter()
        .rev()
        .fold(end, |rest, part| join(x, part, rest, template.span)))
}

enum Part {
    One(Expr),
    Spliced(Expr),
}

fn part(x: &mut Expansion<'_>, item: &Stx, level: u32) -> Result<Part> {
    if level == 1 && quoting_head(x, item) == Some(CoreForm::UnquoteSplicing) {
        return match item.items() {
            Some([_, expression]) => Ok(Part::Spliced(x.expr(expression)?)),
            _ => Err(malformed(
                item,
                "takes one expression: (unquote-splicing expression)",
            )),
        };
    }
    Ok(Part::One(quasi(x, item, level)?))
}

fn join(x: &mut Expansion<'_>, part: Part, rest: Expr, span: Span) -> Expr {
    match part {
        Part::Spliced(list) if is_empty_list(&rest) => list,
        Part::Spliced(list) => x.call_primitive("%append", vec![list, rest], span),
        Part::One(first) => match (first.kind, rest.kind) {
            (ExprKind::Quote(car), ExprKind::Quote(cdr)) => {
                Expr::quote(Datum::cons(car, cdr, span))
            }
            (first_kind, rest_kind) => {
                let first = Expr::new(first_kind, first.span);
                let rest = Expr::new(rest_kind, rest.span);
                x.call_primitive("cons", vec![first, rest], span)
            }
        },
    }
}

fn is_empty_list(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Quote(datum) if datum.is_null())
}

fn vector(x: &mut Expansion<'_>, template: &Stx, level: u32) -> Result<Expr> {
    let items = template.vector_items().unwrap_or_default();
    let span = template.span;
    let parts = items
        .iter()
        .map(|item| part(x, item, level))
        .collect::<Result<Vec<_>>>()?;
    if parts.iter().all(|part| {
        matches!(
            part,
            Part::One(Expr {
                kind: ExprKind::Quote(_),
                ..
            })
        )
    }) {
        return Ok(Expr::quote(template.to_datum()));
    }
    if parts.iter().any(|part| matches!(part, Part::Spliced(_))) {
        let end = Expr::quote(Datum::null(span.tail()));
        let list = parts
            .into_iter()
            .rev()
            .fold(end, |rest, part| join(x, part, rest, span));
        return Ok(x.call_primitive("list->vector", vec![list], span));
    }
    let each = |part| match part {
        Part::One(expr) | Part::Spliced(expr) => expr,
    };
    Ok(x.call_primitive("vector", parts.into_iter().map(each).collect(), span))
}
