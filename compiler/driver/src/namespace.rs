//! Names of a library's toplevel procedures: with the library's namespace in front, they
//! are unique in a program, and say in reports and messages where a procedure is from.

use termite_expand::core::{Expr, ExprKind, Lambda, Module};
use termite_syntax::Symbol;

/// What names begin with: what the library says in a `namespace` declaration, else its
/// name and version and `#`.
pub(crate) fn of(module: &Module) -> String {
    let default = || format!("{}#", module.name);
    module.namespace.clone().unwrap_or_else(default)
}

/// Puts the namespace before the names of procedures that are defined at toplevel.
pub(crate) fn qualify(module: &mut Module, namespace: &str) {
    if !namespace.is_empty() {
        module.body.iter_mut().for_each(|e| toplevel(e, namespace));
    }
}

fn toplevel(expr: &mut Expr, namespace: &str) {
    match &mut expr.kind {
        ExprKind::DefineGlobal(_, value) => procedure(value, namespace),
        ExprKind::Seq(exprs) => exprs.iter_mut().for_each(|e| toplevel(e, namespace)),
        ExprKind::Quote(_)
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::SetLocal(..)
        | ExprKind::SetGlobal(..)
        | ExprKind::If(..)
        | ExprKind::Lambda(_)
        | ExprKind::CaseLambda(_)
        | ExprKind::Call(..)
        | ExprKind::Let(..)
        | ExprKind::Letrec(..)
        | ExprKind::CallWithValues(..) => {}
    }
}

fn procedure(value: &mut Expr, namespace: &str) {
    match &mut value.kind {
        ExprKind::Lambda(lambda) => name(lambda, namespace),
        ExprKind::CaseLambda(clauses) => clauses.iter_mut().for_each(|c| name(c, namespace)),
        // The value is the procedure that these end in.
        ExprKind::Let(_, body) | ExprKind::Letrec(_, body) => procedure(body, namespace),
        ExprKind::Quote(_)
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::SetLocal(..)
        | ExprKind::SetGlobal(..)
        | ExprKind::DefineGlobal(..)
        | ExprKind::If(..)
        | ExprKind::Seq(_)
        | ExprKind::Call(..)
        | ExprKind::CallWithValues(..) => {}
    }
}

fn name(lambda: &mut Lambda, namespace: &str) {
    if let Some(known) = lambda.name {
        lambda.name = Some(Symbol::intern(&format!("{namespace}{known}")));
    }
}
