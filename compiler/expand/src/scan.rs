//! Finding the definitions of a body or a toplevel.
//!
//! Forms are expanded as far as needed to see what they define; the expressions in them
//! are expanded afterwards, when all definitions are known.

use crate::binding::Binding;
use crate::core::{Expr, LocalId, Mode};
use crate::errors::{Result, fault, ident_fault};
use crate::expansion::{Expansion, STEPS};
use crate::ident::{FastMap, Ident};
use crate::stx::Stx;
use std::mem::replace;
use termite_syntax::{Diagnostic, Span, Symbol};

pub struct Scan {
    pub place: Place,
    pub items: Vec<Item>,
    /// Keywords that were expanded, with a place where.
    used: FastMap<Ident, Span>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Toplevel,
    Body,
}

pub enum Item {
    Expression(Stx),
    /// Of a toplevel, and expanded already.
    Expanded(Expr),
    Definition {
        variable: Variable,
        value: Value,
        span: Span,
    },
    /// `define-values`
    Values {
        formals: VariableFormals,
        producer: Stx,
        span: Span,
    },
}

/// A variable that a definition makes.
#[derive(Clone, Copy)]
pub enum Variable {
    Local(LocalId),
    Toplevel(Symbol),
}

pub struct VariableFormals {
    pub required: Vec<Variable>,
    pub rest: Option<Variable>,
}

/// What a definition gives its variable.
pub enum Value {
    Expression(Stx),
    /// Parameter lists, of a curried definition several, the outermost first.
    Procedure {
        parameters: Vec<Stx>,
        body: Stx,
    },
    Ready(Expr),
}

impl Scan {
    pub fn new(place: Place) -> Scan {
        Scan {
            place,
            items: Vec::new(),
            used: FastMap::default(),
        }
    }
}

impl Expansion<'_> {
    /// Adds what a form defines, or the expression it is, to the items.
    pub fn scan(&mut self, stx: &Stx, scan: &mut Scan) -> Result<()> {
        self.nested(stx.span, |x| x.scan_form(stx, scan))
    }

    pub fn scan_all(&mut self, forms: &[Stx], scan: &mut Scan) -> Result<()> {
        forms.iter().try_for_each(|form| self.scan(form, scan))
    }

    fn scan_form(&mut self, stx: &Stx, scan: &mut Scan) -> Result<()> {
        let mut form = stx.clone();
        for _ in 0..STEPS {
            let meaning = form.head().and_then(|head| self.resolve(head));
            match (meaning, form.head()) {
                (Some(Binding::Core(core)), Some(head)) => {
                    scan.used.entry(head.clone()).or_insert(form.span);
                    if let Some(define) = core.handlers().definition {
                        return define(self, &form, scan);
                    }
                }
                (Some(Binding::Macro(keyword)), Some(head)) => {
                    scan.used.entry(head.clone()).or_insert(form.span);
                    form = self.expand_macro(&keyword, &form)?;
                    continue;
                }
                (Some(_) | None, _) => {}
            }
            scan.items.push(Item::Expression(form));
            return Ok(());
        }
        Err(Expansion::runaway(&form))
    }

    /// Makes the variable that a definition at `at` names.
    pub fn define_variable(&mut self, at: &Stx, scan: &mut Scan) -> Result<Variable> {
        let ident = self.definable(at, scan)?.clone();
        if self.is_keyword_here(&ident) {
            self.settle(scan)?;
        }
        match scan.place {
            Place::Body => Ok(Variable::Local(self.bind_fresh(&ident))),
            Place::Toplevel => Ok(Variable::Toplevel(
                self.toplevel.define_variable(&ident, at.span),
            )),
        }
    }

    pub fn define_keyword(&mut self, at: &Stx, binding: Binding, scan: &mut Scan) -> Result<()> {
        let ident = self.definable(at, scan)?.clone();
        match scan.place {
            Place::Body => self.scopes.bind(ident, binding),
            Place::Toplevel => {
                if self.toplevel.definition(&ident).is_some() {
                    self.settle(scan)?;
                }
                self.toplevel.define(&ident, binding, at.span);
            }
        }
        Ok(())
    }

    fn is_keyword_here(&self, ident: &Ident) -> bool {
        let binding = self
            .toplevel
            .definition(ident)
            .map(|definition| &definition.binding);
        matches!(binding, Some(Binding::Core(_) | Binding::Macro(_)))
    }

    /// Before a keyword of the toplevel changes its meaning: what stands in front of that
    /// is expanded with the old one.
    fn settle(&mut self, scan: &mut Scan) -> Result<()> {
        if scan.place == Place::Toplevel {
            for item in &mut scan.items {
                let expanded =
                    self.toplevel_item(replace(item, Item::Expanded(Expr::void(Span::NONE))))?;
                *item = Item::Expanded(expanded);
            }
        }
        Ok(())
    }

    /// The identifier at `at`, if it may be defined there.
    fn definable<'s>(&self, at: &'s Stx, scan: &Scan) -> Result<&'s Ident> {
        let Some(ident) = at.as_ident() else {
            return Err(fault(
                "not-an-identifier",
                "a definition names an identifier",
                at,
            ));
        };
        match scan.place {
            Place::Toplevel => self.check_toplevel(ident, at)?,
            Place::Body => {
                if self.scopes.binds_here(ident) {
                    let message = format!("`{}` is defined twice in this body", ident.symbol());
                    return Err(fault("duplicate-definition", message, at));
                }
                check_use(ident, at, scan)?;
            }
        }
        Ok(ident)
    }

    fn check_toplevel(&self, ident: &Ident, at: &Stx) -> Result<()> {
        let name = ident.symbol();
        if self.toplevel.sealed {
            let message = format!("`{name}` cannot be defined in this environment");
            return Err(fault("sealed-environment", message, at));
        }
        if self.toplevel.mode != Mode::Library {
            return Ok(());
        }
        if let Some(earlier) = self.toplevel.definition(ident) {
            let message = format!("`{name}` is defined twice in this library");
            return Err(Box::new(
                fault("duplicate-definition", message, at)
                    .with_label(earlier.span, "the first definition is here"),
            ));
        }
        match ident {
            Ident::Plain(name) => self.check_not_imported(*name, ident, at),
            Ident::Alias(_) => Ok(()),
        }
    }

    fn check_not_imported(&self, name: Symbol, ident: &Ident, at: &Stx) -> Result<()> {
        let Some(imported) = self.toplevel.import_of(name) else {
            return Ok(());
        };
        let library = imported.library;
        let message = format!("`{name}` is imported from {library} and cannot be defined as well");
        let fault = ident_fault("defines-import", message, ident, at.span);
        Err(Box::new(
            fault
                .with_label(imported.span, "imported here")
                .with_hint(format!("import (except {library} {name})")),
        ))
    }
}

/// A body may not define a keyword that an earlier form of it used in its outer meaning.
fn check_use(ident: &Ident, at: &Stx, scan: &Scan) -> Result<()> {
    let Some(used) = scan.used.get(ident) else {
        return Ok(());
    };
    let message = format!(
        "`{}` is used in this body before it is defined",
        ident.symbol()
    );
    let fault: Diagnostic = *fault("used-before-definition", message, at);
    Err(Box::new(
        fault.with_label(*used, "with its outer meaning here"),
    ))
}
