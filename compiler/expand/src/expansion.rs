//! The expansion of one unit: its state, and the expansion of expressions.

use crate::binding::Binding;
use crate::builder::Builder;
use crate::core::{Expr, ExprKind, LocalId};
use crate::core_form::CoreForm;
use crate::errors::{Result, fault, ident_fault, too_deep};
use crate::host::Host;
use crate::ident::Ident;
use crate::library::loader::Loader;
use crate::scope::Scopes;
use crate::stack::nesting_limit;
use crate::stx::{Stx, StxKind};
use crate::toplevel::Toplevel;
use std::collections::HashSet;
use termite_syntax::{Datum, DatumKind, Diagnostic, Span, Special, Symbol};

/// Pieces of syntax that the macros of one unit may make, and one use of a macro; they
/// keep runaway macros finite.
const FUEL: u64 = 10_000_000;
const FUEL_PER_USE: u64 = 1_000_000;

/// Macro uses of which each is what the one before stands for.
pub const STEPS: u32 = 100_000;

/// Long `cond`s and the like become nested core expressions; these may be so many times
/// as deep as the program may be nested.
const CHAIN_FACTOR: u32 = 10;

pub struct Expansion<'a> {
    pub loader: &'a mut Loader,
    pub host: &'a mut dyn Host,
    /// Of the unit.
    pub name: Symbol,
    pub toplevel: Toplevel,
    pub scopes: Scopes,
    pub builder: Builder,
    /// Units imported, in order.
    pub requires: Vec<Symbol>,
    /// Faults found so far that did not stop the expansion.
    pub errors: Vec<Diagnostic>,
    /// Whether what is expanded now is the body of a `define-macro`.
    pub in_macro_body: bool,
    /// Uids given to record types of a library.
    pub record_uids: HashSet<Symbol>,
    nesting: u32,
    core_depth: u32,
    fuel: u64,
}

impl<'a> Expansion<'a> {
    pub fn new(
        loader: &'a mut Loader,
        host: &'a mut dyn Host,
        name: Symbol,
        toplevel: Toplevel,
    ) -> Expansion<'a> {
        Expansion {
            loader,
            host,
            name,
            toplevel,
            scopes: Scopes::default(),
            builder: Builder::default(),
            requires: Vec::new(),
            errors: Vec::new(),
            in_macro_body: false,
            record_uids: HashSet::new(),
            nesting: 0,
            core_depth: 0,
            fuel: FUEL,
        }
    }

    pub fn expr(&mut self, stx: &Stx) -> Result<Expr> {
        self.nested(stx.span, |x| match &stx.kind {
            StxKind::Ident(ident) => x.reference(ident, stx.span),
            StxKind::Atom(datum) => constant(datum, stx),
            StxKind::Vector(_) => Ok(Expr::quote(stx.to_datum())),
            StxKind::List(_) => x.form(stx),
        })
    }

    pub fn exprs(&mut self, stxs: &[Stx]) -> Result<Vec<Expr>> {
        stxs.iter().map(|stx| self.expr(stx)).collect()
    }

    /// Expressions in sequence, at least one.
    pub fn sequence(&mut self, stxs: &[Stx], span: Span) -> Result<Expr> {
        Ok(Expr::seq(self.exprs(stxs)?, span))
    }

    fn form(&mut self, stx: &Stx) -> Result<Expr> {
        let mut form = stx.clone();
        for _ in 0..STEPS {
            let Some(head) = form.head() else {
                return self.call(&form);
            };
            match self.resolve(head) {
                Some(Binding::Core(core)) => return self.core_form(core, &form),
                Some(Binding::Macro(keyword)) => form = self.expand_macro(&keyword, &form)?,
                Some(
                    Binding::Primitive(_)
                    | Binding::Variable { .. }
                    | Binding::Toplevel(_)
                    | Binding::Local(_),
                )
                | None => return self.call(&form),
            }
            if form.parts().is_none() {
                return self.expr(&form);
            }
        }
        Err(Expansion::runaway(&form))
    }

    fn core_form(&mut self, core: CoreForm, form: &Stx) -> Result<Expr> {
        let handlers = core.handlers();
        if let Some(expand) = handlers.expression {
            return expand(self, form);
        }
        let name = core.name();
        if handlers.definition.is_none() {
            let message = format!("`{name}` has no meaning of its own here");
            return Err(fault("misplaced-keyword", message, form));
        }
        let message = format!("`{name}` stands where an expression is expected");
        let hint = "definitions go at toplevel or at the beginning of a body";
        Err(Box::new(
            fault("misplaced-definition", message, form).with_hint(hint),
        ))
    }

    fn call(&mut self, form: &Stx) -> Result<Expr> {
        let items = match form.parts() {
            Some((items, None)) => items,
            Some((_, Some(tail))) => {
                return Err(fault(
                    "dotted-call",
                    "a call is a proper list, without a dot",
                    tail,
                ));
            }
            None => return self.expr(form),
        };
        let Some((operator, operands)) = items.split_first() else {
            let empty = fault("empty-call", "`()` is not an expression", form);
            return Err(Box::new(empty.with_hint("the empty list is written '()")));
        };
        let procedure = self.expr(operator)?;
        let arguments = self.exprs(operands)?;
        Ok(self.simplified_call(procedure, arguments, form.span))
    }

    /// Counts one level of nesting while `work` runs.
    pub fn nested<T>(
        &mut self,
        span: Span,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if self.nesting >= nesting_limit() {
            return Err(too_deep(span));
        }
        let core_depth = self.core_depth;
        self.nesting += 1;
        self.core_depth += 1;
        let result = work(self);
        self.nesting -= 1;
        self.core_depth = core_depth;
        result
    }

    /// Counts a link of a chain that becomes a nested core expression, until the
    /// enclosing expression is done.
    pub fn link(&mut self, span: Span) -> Result<()> {
        self.core_depth += 1;
        if self.core_depth > nesting_limit() * CHAIN_FACTOR {
            Err(too_deep(span))
        } else {
            Ok(())
        }
    }

    /// Runs `work` in a new scope.
    pub fn scoped<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let depth = self.scopes.depth();
        self.scopes.enter();
        let result = work(self);
        self.scopes.leave_to(depth);
        result
    }

    /// Binds a variable in the innermost scope.
    pub fn bind_local(&mut self, at: &Stx) -> Result<LocalId> {
        let Some(ident) = at.as_ident() else {
            return Err(fault(
                "not-an-identifier",
                "an identifier is expected here",
                at,
            ));
        };
        if self.scopes.binds_here(ident) {
            let message = format!("`{}` is bound twice here", ident.symbol());
            return Err(fault("duplicate-binding", message, at));
        }
        Ok(self.bind_fresh(ident))
    }

    pub fn bind_fresh(&mut self, ident: &Ident) -> LocalId {
        let local = self.builder.local(ident.symbol());
        self.scopes.bind(ident.clone(), Binding::Local(local));
        local
    }

    /// What one use of a macro may make.
    pub fn fuel(&self) -> u64 {
        self.fuel.min(FUEL_PER_USE)
    }

    /// Uses up fuel for the expansion of macros.
    pub fn spend(&mut self, amount: u64, form: &Stx) -> Result<()> {
        self.fuel = self.fuel.saturating_sub(amount);
        if self.fuel == 0 {
            Err(Expansion::runaway(form))
        } else {
            Ok(())
        }
    }

    pub fn runaway(form: &Stx) -> Box<Diagnostic> {
        let name = form.head().map_or("", |head| head.symbol().as_str());
        fault(
            "endless-expansion",
            format!("the expansion of `{name}` does not end"),
            form,
        )
    }
}

fn constant(datum: &Datum, at: &Stx) -> Result<Expr> {
    match &datum.kind {
        DatumKind::Special(Special::Optional | Special::Key | Special::Rest) => {
            let message = "this marker stands in parameter lists only";
            Err(fault("misplaced-marker", message, at))
        }
        DatumKind::LabelDef(_) | DatumKind::LabelRef(_) => {
            let message = "a datum label is not an expression";
            Err(Box::new(
                fault("bad-constant", message, at).with_hint("quote the datum"),
            ))
        }
        DatumKind::Null
        | DatumKind::Bool(_)
        | DatumKind::Char(_)
        | DatumKind::Symbol(_)
        | DatumKind::Number(_)
        | DatumKind::String(_)
        | DatumKind::Bytevector(_)
        | DatumKind::Pair(_)
        | DatumKind::Vector(_)
        | DatumKind::Special(_) => Ok(Expr::new(ExprKind::Quote(datum.clone()), at.span)),
    }
}

/// A fault of an identifier, with the nearest name in sight.
impl Expansion<'_> {
    pub fn unbound(&self, ident: &Ident, span: Span) -> Box<Diagnostic> {
        let name = ident.symbol();
        let fault = ident_fault(
            "unbound-variable",
            format!("`{name}` is not bound"),
            ident,
            span,
        );
        let in_sight = self.toplevel.names().chain(self.scopes.names());
        if let Some(near) = crate::errors::nearest(name, in_sight) {
            return crate::errors::suggest(fault, Some(near));
        }
        match self.loader.exporter_of(name) {
            Some(library) if fault.hint.is_none() => {
                Box::new(fault.with_hint(format!("{library} exports it")))
            }
            Some(_) | None => fault,
        }
    }
}
