//! `set!`.

use crate::binding::Binding;
use crate::builder::GlobalKey;
use crate::core::{Expr, ExprKind, Mode};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::{Ident, Meaning};
use crate::stx::Stx;
use termite_syntax::{Diagnostic, Symbol};

pub fn set(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let expected = "takes a variable and an expression: (set! variable expression)";
    let Some([_, target, value]) = form.items() else {
        return Err(malformed(form, expected));
    };
    let Some(ident) = target.as_ident() else {
        return Err(malformed(form, expected));
    };
    let value = x.expr(value)?.named(ident.symbol());
    let kind = match x.resolve(ident) {
        Some(Binding::Local(local)) => {
            x.builder.assign_local(local);
            ExprKind::SetLocal(local, Box::new(value))
        }
        Some(Binding::Toplevel(name)) => assign_toplevel(x, name, target, value),
        Some(Binding::Variable { unit, name }) if inserted_by_library(ident) => {
            assign_global(x, GlobalKey::Import { unit, name }, target, value)
        }
        Some(Binding::Primitive(_) | Binding::Variable { .. }) => {
            return Err(imported(x, ident, target));
        }
        Some(Binding::Core(_) | Binding::Macro(_)) => {
            let message = format!("`{}` is a keyword and cannot be assigned", ident.symbol());
            return Err(fault("assigns-keyword", message, target));
        }
        None if x.may_come_later(ident) => assign_toplevel(x, ident.symbol(), target, value),
        None => return Err(x.unbound(ident, target.span)),
    };
    Ok(Expr::new(kind, form.span))
}

fn assign_toplevel(x: &mut Expansion<'_>, name: Symbol, target: &Stx, value: Expr) -> ExprKind {
    assign_global(x, GlobalKey::Toplevel(name), target, value)
}

fn assign_global(x: &mut Expansion<'_>, key: GlobalKey, target: &Stx, value: Expr) -> ExprKind {
    let global = x.builder.global(key, target.span);
    x.builder.assign_global(global);
    ExprKind::SetGlobal(global, Box::new(value))
}

/// Whether a macro of a library inserted the identifier, which means there what it means
/// here: the library's own variable, which the library alone may assign (R7RS 5.2).
fn inserted_by_library(ident: &Ident) -> bool {
    let mut ident = ident;
    while let Ident::Alias(alias) = ident {
        match alias.meaning() {
            Meaning::Scope(_) => ident = alias.base(),
            Meaning::Bound(_) => return true,
            Meaning::Unbound => return false,
        }
    }
    false
}

fn imported(x: &Expansion<'_>, ident: &Ident, target: &Stx) -> Box<Diagnostic> {
    let name = ident.symbol();
    let message = format!("`{name}` is imported and cannot be assigned");
    let fault = fault("assigns-import", message, target);
    if x.toplevel.mode == Mode::Library {
        return fault;
    }
    Box::new(fault.with_hint(format!("a definition shadows it: (define {name} ...)")))
}
