//! How faults are told: shapes of messages that many forms share.

use crate::ident::{Ident, Origin};
use crate::stx::{Stx, TooDeep};
use termite_syntax::{Diagnostic, Span, Symbol};

pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// A fault at a piece of syntax. When a macro put it there, the place in the template is
/// told as well.
pub fn fault(code: &'static str, message: impl Into<String>, at: &Stx) -> Box<Diagnostic> {
    fault_from(code, message, at.span, at.origin())
}

/// A fault of an identifier that stands at `span`.
pub fn ident_fault(
    code: &'static str,
    message: impl Into<String>,
    ident: &Ident,
    span: Span,
) -> Box<Diagnostic> {
    fault_from(code, message, span, ident.origin())
}

fn fault_from(
    code: &'static str,
    message: impl Into<String>,
    span: Span,
    origin: Option<Origin>,
) -> Box<Diagnostic> {
    let fault = Diagnostic::new(code, message, span);
    Box::new(match origin {
        None => fault,
        Some(origin) if origin.span.is_none() => fault.with_hint(format!(
            "this comes from the expansion of `{}`",
            origin.keyword
        )),
        Some(origin) => {
            let text = format!("inserted by the template of `{}`", origin.keyword);
            fault.with_label(origin.span, text)
        }
    })
}

/// A form that does not have the shape it must have: `expected` completes "`if` ...".
pub fn malformed(form: &Stx, expected: &str) -> Box<Diagnostic> {
    let name = form
        .head()
        .map_or_else(|| "form".to_string(), |head| head.symbol().to_string());
    fault("bad-syntax", format!("`{name}` {expected}"), form)
}

pub fn too_deep(span: Span) -> Box<Diagnostic> {
    let fault = Diagnostic::new("nesting-too-deep", "expression nested too deep", span);
    Box::new(fault.with_hint("take an inner part out into a definition of its own"))
}

impl From<TooDeep> for Box<Diagnostic> {
    fn from(TooDeep(span): TooDeep) -> Box<Diagnostic> {
        too_deep(span)
    }
}

/// "did you mean": the candidate nearest to a name, if one is near.
pub fn nearest(name: Symbol, candidates: impl Iterator<Item = Symbol>) -> Option<Symbol> {
    let wanted: Vec<char> = name.as_str().chars().collect();
    let allowed = match wanted.len() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let near = candidates
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            let distance = edit_distance(&wanted, candidate.as_str(), allowed)?;
            Some((distance, candidate.as_str(), candidate))
        });
    near.min().map(|(_, _, candidate)| candidate)
}

/// Number of insertions, deletions, replacements and swaps of neighbours; `None` beyond
/// `limit`.
fn edit_distance(wanted: &[char], other: &str, limit: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    if wanted.len().abs_diff(other.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, &a) in wanted.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, &b) in other.iter().enumerate() {
            let replaced = row[j] + usize::from(a != b);
            let mut best = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a == other[j - 1] && wanted[i - 1] == b {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    let distance = row[other.len()];
    (distance <= limit).then_some(distance)
}

/// Adds "did you mean" to a fault.
pub fn suggest(fault: Box<Diagnostic>, suggestion: Option<Symbol>) -> Box<Diagnostic> {
    match suggestion {
        Some(name) if fault.hint.is_none() => {
            Box::new(fault.with_hint(format!("did you mean `{name}`?")))
        }
        Some(_) | None => fault,
    }
}
