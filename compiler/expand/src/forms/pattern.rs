//! The patterns of `match` and `recv`.
//!
//! `_`, an identifier (used twice: `equal?`), a literal, `'datum`, `,expression` (equal to
//! its value), pairs and lists, vectors, `($ type pattern ...)` for a record's first
//! fields, `(? predicate pattern ...)`. Expressions in a pattern stand outside of the
//! scope of its variables.

use super::match_::is_headed;
use crate::binding::Binding;
use crate::core::{Expr, ExprKind, LocalId};
use crate::core_form::CoreForm;
use crate::errors::{Result, fault};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::stx::{Stx, StxKind};
use termite_syntax::{Datum, Span};

/// What is done, in order, to match a pattern.
pub enum Step {
    /// Goes on when it is true.
    Test(Expr),
    Bind(LocalId, Expr),
}

impl Step {
    pub fn may_fail(&self) -> bool {
        match self {
            Step::Test(_) => true,
            Step::Bind(..) => false,
        }
    }
}

/// A pattern, as far as it has been expanded.
#[derive(Default)]
pub struct Pattern {
    pub steps: Vec<Step>,
    variables: Vec<(Ident, LocalId)>,
}

/// Words that give a list another meaning than that of a list pattern.
enum Word {
    Quote,
    Unquote,
    Predicate,
    Record,
}

impl Pattern {
    /// Binds the pattern's variables in the innermost scope.
    pub fn bind_variables(&self, x: &mut Expansion<'_>) {
        for (ident, local) in &self.variables {
            x.scopes.bind(ident.clone(), Binding::Local(*local));
        }
    }

    /// Adds the steps that match the pattern against a variable.
    pub fn against(&mut self, x: &mut Expansion<'_>, pattern: &Stx, it: LocalId) -> Result<()> {
        x.nested(pattern.span, |x| match &pattern.kind {
            StxKind::Ident(ident) => self.identifier(x, ident, pattern, it),
            StxKind::Atom(datum) => {
                self.equal(x, it, Expr::quote(datum.clone()), pattern.span);
                Ok(())
            }
            StxKind::Vector(_) => self.vector(x, pattern, it),
            StxKind::List(_) => match word(x, pattern) {
                Some(word) => self.special(x, &word, pattern, it),
                None => self.list(x, pattern, it),
            },
        })
    }

    fn identifier(
        &mut self,
        x: &mut Expansion<'_>,
        ident: &Ident,
        pattern: &Stx,
        it: LocalId,
    ) -> Result<()> {
        let span = pattern.span;
        let name = ident.symbol();
        let meaning = x.resolve(ident);
        if name.as_str() == "_" {
            return Ok(());
        }
        if meaning.is_some_and(|binding| binding.is_core(CoreForm::Ellipsis)) {
            let message =
                "a pattern has no ellipsis: (first . rest) matches any number of elements";
            return Err(fault("bad-pattern", message, pattern));
        }
        if name.as_str().len() > 1 && name.as_str().ends_with(':') {
            self.equal(x, it, Expr::quote(Datum::symbol(name, span)), span);
            return Ok(());
        }
        match self.variables.iter().find(|(known, _)| known == ident) {
            Some(&(_, first)) => self.equal(x, it, Expr::local(first, span), span),
            None => {
                let local = x.builder.local(name);
                self.steps.push(Step::Bind(local, Expr::local(it, span)));
                self.variables.push((ident.clone(), local));
            }
        }
        Ok(())
    }

    /// A constant is compared by `equal?`, which lowering makes `eq?` where it can. Of
    /// other values those that are the same are equal without a call.
    fn equal(&mut self, x: &mut Expansion<'_>, it: LocalId, value: Expr, span: Span) {
        let operands = vec![Expr::local(it, span), value.clone()];
        let is_constant = matches!(value.kind, ExprKind::Quote(_));
        let equal = x.call_primitive("equal?", operands.clone(), span);
        let test = if is_constant {
            equal
        } else {
            let same = x.call_primitive("eq?", operands, span);
            Expr::if_(same, Expr::quote(Datum::boolean(true, span)), equal, span)
        };
        self.steps.push(Step::Test(test));
    }

    fn special(
        &mut self,
        x: &mut Expansion<'_>,
        word: &Word,
        pattern: &Stx,
        it: LocalId,
    ) -> Result<()> {
        let bad = |message| Err(fault("bad-pattern", message, pattern));
        match (word, pattern.items()) {
            (Word::Quote, Some([_, datum])) => {
                self.equal(x, it, Expr::quote(datum.to_datum()), pattern.span);
                Ok(())
            }
            (Word::Quote, _) => bad("a quoted pattern is 'datum"),
            (Word::Unquote, Some([_, expression])) => {
                let value = self.held(x, expression, "value")?;
                self.equal(x, it, value, pattern.span);
                Ok(())
            }
            (Word::Unquote, _) => bad("a pattern for a value in scope is ,expression"),
            (Word::Predicate, Some([_, predicate, patterns @ ..])) => {
                self.predicate(x, predicate, patterns, pattern.span, it)
            }
            (Word::Predicate, _) => bad("a pattern with a predicate is (? predicate pattern ...)"),
            (Word::Record, Some([_, kind, patterns @ ..])) => {
                self.record(x, kind, patterns, pattern.span, it)
            }
            (Word::Record, _) => bad("a pattern for a record is ($ type pattern ...)"),
        }
    }

    /// The expression's value, to be used more than once.
    fn held(&mut self, x: &mut Expansion<'_>, expression: &Stx, name: &str) -> Result<Expr> {
        let value = x.expr(expression)?;
        let local = x.hidden_local(name);
        self.steps.push(Step::Bind(local, value));
        Ok(Expr::local(local, expression.span))
    }

    fn predicate(
        &mut self,
        x: &mut Expansion<'_>,
        predicate: &Stx,
        patterns: &[Stx],
        span: Span,
        it: LocalId,
    ) -> Result<()> {
        let predicate = x.expr(predicate)?;
        let test = x.simplified_call(predicate, vec![Expr::local(it, span)], span);
        self.steps.push(Step::Test(test));
        patterns.iter().try_for_each(|p| self.against(x, p, it))
    }

    /// A record of the type or of one that extends it. What is no type at all is an error
    /// once something has to be compared with it.
    fn record(
        &mut self,
        x: &mut Expansion<'_>,
        kind: &Stx,
        patterns: &[Stx],
        span: Span,
        it: LocalId,
    ) -> Result<()> {
        let kind = self.held(x, kind, "type")?;
        let operands = vec![Expr::local(it, span), kind.clone()];
        let is_one = x.call_primitive("%record?", operands, span);
        let no_type = vec![
            Expr::quote(Datum::symbol("$", span)),
            Expr::quote(Datum::fixnum(1, span)),
            Expr::quote(Datum::string("a record type", span)),
            kind.clone(),
        ];
        let no_type = x.call_primitive("%signal-wrong-type", no_type, span);
        let is_type = x.call_primitive("%record-type?", vec![kind.clone()], span);
        let boolean = |value| Expr::quote(Datum::boolean(value, span));
        let otherwise = Expr::if_(is_type, boolean(false), no_type, span);
        let test = Expr::if_(is_one, boolean(true), otherwise, span);
        self.steps.push(Step::Test(test));
        for (index, pattern) in (0..).zip(patterns) {
            let operands = vec![
                Expr::local(it, span),
                kind.clone(),
                Expr::quote(Datum::symbol("match", span)),
                Expr::quote(Datum::fixnum(index, span)),
            ];
            let field = x.call_primitive("%record-ref", operands, pattern.span);
            self.part(x, pattern, field)?;
        }
        Ok(())
    }

    /// Matches a pattern against a part of what is matched.
    fn part(&mut self, x: &mut Expansion<'_>, pattern: &Stx, value: Expr) -> Result<()> {
        let is_unused = pattern
            .as_ident()
            .is_some_and(|ident| ident.symbol().as_str() == "_");
        if is_unused {
            return Ok(());
        }
        let part = x.hidden_local("part");
        self.steps.push(Step::Bind(part, value));
        self.against(x, pattern, part)
    }

    fn list(&mut self, x: &mut Expansion<'_>, pattern: &Stx, it: LocalId) -> Result<()> {
        let Some((items, tail)) = pattern.parts() else {
            return Ok(());
        };
        let mut rest = it;
        for (index, item) in items.iter().enumerate() {
            // `(a . 'b)` is read as `(a quote b)`.
            let dotted = pattern.skip(index).filter(|_| index > 0);
            if let Some(dotted) = dotted.filter(|dotted| is_special_tail(x, dotted)) {
                return self.against(x, &dotted, rest);
            }
            rest = self.pair(x, item, rest)?;
        }
        match tail {
            Some(tail) => self.against(x, tail, rest),
            None => {
                let end = vec![Expr::local(rest, pattern.span)];
                let test = x.call_primitive("null?", end, pattern.span);
                self.steps.push(Step::Test(test));
                Ok(())
            }
        }
    }

    /// Matches the first element of what must be a pair; the variable of the rest.
    fn pair(&mut self, x: &mut Expansion<'_>, first: &Stx, it: LocalId) -> Result<LocalId> {
        let span = first.span;
        let operand = || vec![Expr::local(it, span)];
        let test = x.call_primitive("pair?", operand(), span);
        self.steps.push(Step::Test(test));
        let car = x.call_primitive("car", operand(), span);
        self.part(x, first, car)?;
        let rest = x.hidden_local("rest");
        let cdr = x.call_primitive("cdr", operand(), span);
        self.steps.push(Step::Bind(rest, cdr));
        Ok(rest)
    }

    fn vector(&mut self, x: &mut Expansion<'_>, pattern: &Stx, it: LocalId) -> Result<()> {
        let span = pattern.span;
        let items = pattern.vector_items().unwrap_or_default();
        let operand = || vec![Expr::local(it, span)];
        let test = x.call_primitive("vector?", operand(), span);
        self.steps.push(Step::Test(test));
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let length = x.call_primitive("vector-length", operand(), span);
        let operands = vec![length, Expr::quote(Datum::fixnum(count, span))];
        let test = x.call_primitive("eq?", operands, span);
        self.steps.push(Step::Test(test));
        for (index, item) in (0..).zip(items) {
            let operands = vec![
                Expr::local(it, span),
                Expr::quote(Datum::fixnum(index, span)),
            ];
            let element = x.call_primitive("vector-ref", operands, item.span);
            self.part(x, item, element)?;
        }
        Ok(())
    }
}

/// The meaning of a list pattern's head, when it is not an element.
fn word(x: &Expansion<'_>, pattern: &Stx) -> Option<Word> {
    let head = pattern.head()?;
    if x.is_core(head, CoreForm::Quote) {
        Some(Word::Quote)
    } else if x.is_core(head, CoreForm::Unquote) {
        Some(Word::Unquote)
    } else if is_headed(pattern, "?") {
        Some(Word::Predicate)
    } else if is_headed(pattern, "$") {
        Some(Word::Record)
    } else {
        None
    }
}

/// Whether what is left of a list pattern is a pattern after a dot.
fn is_special_tail(x: &Expansion<'_>, rest: &Stx) -> bool {
    let count = rest.items().map_or(0, <[Stx]>::len);
    match word(x, rest) {
        Some(Word::Quote | Word::Unquote) => count == 2,
        Some(Word::Predicate | Word::Record) => count >= 2,
        None => false,
    }
}
