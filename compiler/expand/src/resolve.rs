//! What an identifier means at its place, and references to variables.

use crate::binding::Binding;
use crate::builder::GlobalKey;
use crate::core::{Expr, ExprKind, Mode};
use crate::core_form::CoreForm;
use crate::errors::{Result, ident_fault};
use crate::expansion::Expansion;
use crate::ident::{Ident, Meaning};
use termite_syntax::{Datum, Diagnostic, Span};

impl Expansion<'_> {
    /// The meaning of an identifier at the current place.
    pub fn resolve(&self, ident: &Ident) -> Option<Binding> {
        self.lookup(ident, self.scopes.depth())
    }

    /// Its meaning in the scopes up to a depth.
    pub fn lookup(&self, ident: &Ident, depth: u32) -> Option<Binding> {
        let (mut ident, mut depth) = (ident, depth);
        loop {
            if let Some(binding) = self.scopes.lookup(ident, depth) {
                return Some(binding.clone());
            }
            if let Some(binding) = self.toplevel.lookup(ident) {
                return Some(binding.clone());
            }
            let Ident::Alias(alias) = ident else {
                return self.unbound_meaning(ident);
            };
            match alias.meaning() {
                Meaning::Scope(outer) => (ident, depth) = (alias.base(), *outer),
                Meaning::Bound(binding) => return Some(binding.clone()),
                Meaning::Unbound => return self.unbound_meaning(ident),
            }
        }
    }

    /// What a macro's identifier means where the macro was defined.
    pub fn meaning(&self, ident: &Ident, meaning: &Meaning) -> Option<Binding> {
        match meaning {
            Meaning::Scope(depth) => self.lookup(ident, *depth),
            Meaning::Bound(binding) => Some(binding.clone()),
            Meaning::Unbound => self.unbound_meaning(ident),
        }
    }

    fn unbound_meaning(&self, ident: &Ident) -> Option<Binding> {
        let name = ident.symbol();
        if self.in_macro_body
            && let Some(binding) = self.loader.initial_name(name)
        {
            return Some(binding.clone());
        }
        CoreForm::unbound(name).map(Binding::Core)
    }

    pub fn is_core(&self, ident: &Ident, form: CoreForm) -> bool {
        self.resolve(ident)
            .is_some_and(|binding| binding.is_core(form))
    }

    /// An identifier that stands as an expression.
    pub fn reference(&mut self, ident: &Ident, span: Span) -> Result<Expr> {
        let key = match self.resolve(ident) {
            Some(Binding::Local(local)) => return Ok(Expr::local(local, span)),
            Some(Binding::Primitive(name)) => GlobalKey::Primitive(name),
            Some(Binding::Variable { unit, name }) => GlobalKey::Import { unit, name },
            Some(Binding::Toplevel(name)) => {
                self.check_phase(ident, span)?;
                GlobalKey::Toplevel(name)
            }
            Some(keyword @ (Binding::Core(_) | Binding::Macro(_))) => {
                return Err(keyword_alone(ident, &keyword, span));
            }
            None => return self.unresolved(ident, span),
        };
        Ok(Expr::new(
            ExprKind::Global(self.builder.global(key, span)),
            span,
        ))
    }

    /// The body of a `define-macro` runs before the variables of its unit exist.
    fn check_phase(&self, ident: &Ident, span: Span) -> Result<()> {
        if !self.in_macro_body || self.toplevel.mode == Mode::Repl {
            return Ok(());
        }
        let message = format!(
            "`{}` has no value yet when macros are expanded",
            ident.symbol()
        );
        let fault = ident_fault("phase", message, ident, span);
        Err(Box::new(fault.with_hint(
            "the body of a `define-macro` sees imports and earlier macros",
        )))
    }

    /// A keyword (`name:`), a name for later, or a fault.
    fn unresolved(&mut self, ident: &Ident, span: Span) -> Result<Expr> {
        let name = ident.symbol();
        let text = name.as_str();
        if text.len() > 1 && text.ends_with(':') && !self.host.is_bound(name) {
            return Ok(Expr::quote(Datum::symbol(name, span)));
        }
        if self.may_come_later(ident) {
            let global = self.builder.global(GlobalKey::Toplevel(name), span);
            return Ok(Expr::new(ExprKind::Global(global), span));
        }
        let fault = self.unbound(ident, span);
        self.errors.push(*fault);
        Ok(Expr::void(span))
    }

    /// Whether an unbound identifier may still be defined when it is used. What the macro
    /// of a library inserts cannot.
    pub fn may_come_later(&self, ident: &Ident) -> bool {
        let script_macro = self.in_macro_body && self.toplevel.mode == Mode::Script;
        if self.toplevel.mode == Mode::Library || self.toplevel.sealed || script_macro {
            return false;
        }
        let mut ident = ident;
        while let Ident::Alias(alias) = ident {
            match alias.meaning() {
                Meaning::Scope(_) => ident = alias.base(),
                Meaning::Bound(_) | Meaning::Unbound => return false,
            }
        }
        true
    }
}

fn keyword_alone(ident: &Ident, keyword: &Binding, span: Span) -> Box<Diagnostic> {
    let name = ident.symbol();
    let message = format!("`{name}` is a keyword and has no value");
    let fault = ident_fault("keyword-as-variable", message, ident, span);
    match keyword {
        Binding::Core(form) if form.is_auxiliary() => fault,
        _ if fault.hint.is_some() => fault,
        _ => Box::new(fault.with_hint(format!("use it as ({name} ...)"))),
    }
}
