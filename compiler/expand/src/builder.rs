//! The unit that is coming into being: its variables, and shorthands for core
//! expressions.

use crate::core::{
    Expr, ExprKind, Formals, Global, GlobalId, GlobalKind, Lambda, Local, LocalId, Mode,
    RUNTIME_UNIT,
};
use crate::expansion::Expansion;
use crate::ident::{FastMap, Ident};
use termite_syntax::{Datum, Diagnostic, Span, Special, Symbol};

/// Primitives that expanded code calls, whatever the unit imports.
pub const PRIMITIVES_USED: &[&str] = &[
    "cons",
    "%append",
    "list->vector",
    "vector",
    "vector-ref",
    "eq?",
    "eqv?",
    "equal?",
    "pair?",
    "car",
    "cdr",
    "null?",
    "vector?",
    "vector-length",
    "error",
    "%signal-wrong-type",
    "%record-type?",
    "%check-keys",
    "%key-ref",
    "%make-record-type",
    "%make-record",
    "%record?",
    "%record-ref",
    "%record-set!",
];

#[derive(Default)]
pub struct Builder {
    globals: Vec<Global>,
    index: FastMap<GlobalKey, GlobalId>,
    locals: Vec<Local>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum GlobalKey {
    /// A variable of the unit itself, or one that nothing in sight defines.
    Toplevel(Symbol),
    Import {
        unit: Symbol,
        name: Symbol,
    },
    Primitive(Symbol),
}

impl Builder {
    pub fn local(&mut self, name: Symbol) -> LocalId {
        let id = LocalId(u32::try_from(self.locals.len()).unwrap_or(u32::MAX));
        self.locals.push(Local {
            name,
            assigned: false,
        });
        id
    }

    pub fn assign_local(&mut self, id: LocalId) {
        if let Some(local) = self.locals.get_mut(id.0 as usize) {
            local.assigned = true;
        }
    }

    pub fn local_name(&self, id: LocalId) -> Symbol {
        self.locals
            .get(id.0 as usize)
            .map_or(Symbol::intern("_"), |local| local.name)
    }

    pub fn global(&mut self, key: GlobalKey, span: Span) -> GlobalId {
        if let Some(&id) = self.index.get(&key) {
            return id;
        }
        let id = GlobalId(u32::try_from(self.globals.len()).unwrap_or(u32::MAX));
        let (name, kind) = match key {
            GlobalKey::Toplevel(name) => (name, GlobalKind::Late),
            GlobalKey::Primitive(name) => (name, GlobalKind::Primitive(name)),
            GlobalKey::Import { unit, name } => (
                name,
                GlobalKind::Import {
                    unit: unit.as_str().to_string(),
                    name,
                },
            ),
        };
        self.globals.push(Global {
            name,
            kind,
            definitions: 0,
            assigned: false,
            span,
        });
        self.index.insert(key, id);
        id
    }

    pub fn assign_global(&mut self, id: GlobalId) {
        if let Some(global) = self.globals.get_mut(id.0 as usize) {
            global.assigned = true;
        }
    }

    /// Counts a definition of a variable of the unit.
    pub fn define_global(&mut self, name: Symbol, span: Span) -> GlobalId {
        let id = self.global(GlobalKey::Toplevel(name), span);
        if let Some(global) = self.globals.get_mut(id.0 as usize) {
            if global.definitions == 0 {
                global.span = span;
            }
            global.definitions += 1;
        }
        id
    }

    pub fn kind(&self, id: GlobalId) -> Option<&GlobalKind> {
        self.globals.get(id.0 as usize).map(|global| &global.kind)
    }

    /// Units that own variables this one uses.
    pub fn imported_units(&self) -> impl Iterator<Item = &str> {
        self.globals.iter().filter_map(|global| match &global.kind {
            GlobalKind::Import { unit, .. } => Some(unit.as_str()),
            GlobalKind::Own | GlobalKind::Primitive(_) | GlobalKind::Late => None,
        })
    }

    /// The variables, now that it is known which ones the unit defines.
    pub fn finish(mut self, mode: Mode) -> (Vec<Global>, Vec<Local>) {
        for global in &mut self.globals {
            if global.definitions > 0 && mode != Mode::Repl {
                global.kind = GlobalKind::Own;
            }
        }
        (self.globals, self.locals)
    }
}

impl Expansion<'_> {
    pub fn primitive(&mut self, name: &str, span: Span) -> Expr {
        let key = GlobalKey::Primitive(Symbol::intern(name));
        Expr::new(ExprKind::Global(self.builder.global(key, span)), span)
    }

    pub fn call_primitive(&mut self, name: &str, arguments: Vec<Expr>, span: Span) -> Expr {
        let procedure = self.primitive(name, span);
        Expr::new(ExprKind::Call(Box::new(procedure), arguments), span)
    }

    /// A call of a procedure of [`RUNTIME_UNIT`], which may be this very unit.
    pub fn call_runtime(&mut self, name: &str, arguments: Vec<Expr>, span: Span) -> Expr {
        let (name, unit) = (Symbol::intern(name), Symbol::intern(RUNTIME_UNIT));
        let key = if self.name == unit {
            self.check_own_runtime(name, span);
            GlobalKey::Toplevel(name)
        } else {
            self.check_runtime_ready(name, unit, span);
            GlobalKey::Import { unit, name }
        };
        let procedure = Expr::new(ExprKind::Global(self.builder.global(key, span)), span);
        Expr::new(ExprKind::Call(Box::new(procedure), arguments), span)
    }

    fn check_own_runtime(&mut self, name: Symbol, span: Span) {
        if self.toplevel.definition(&Ident::Plain(name)).is_none() {
            let message = format!("this form needs `{name}`, which is not defined in this library");
            self.errors
                .push(Diagnostic::new("unbound-variable", message, span));
        }
    }

    fn check_runtime_ready(&mut self, name: Symbol, unit: Symbol, span: Span) {
        if self.loader.is_loading(unit) {
            let message = format!(
                "this form needs `{name}` of (termite runtime), which imports this library"
            );
            self.errors
                .push(Diagnostic::new("import-cycle", message, span));
        }
    }

    /// A local that no identifier refers to.
    pub fn hidden_local(&mut self, name: &str) -> LocalId {
        self.builder.local(Symbol::intern(name))
    }
}

impl Expr {
    pub(crate) fn quote(datum: Datum) -> Expr {
        let span = datum.span;
        Expr::new(ExprKind::Quote(datum), span)
    }

    pub(crate) fn void(span: Span) -> Expr {
        Expr::quote(Datum::special(Special::Void, span))
    }

    pub(crate) fn local(id: LocalId, span: Span) -> Expr {
        Expr::new(ExprKind::Local(id), span)
    }

    pub(crate) fn call(self, arguments: Vec<Expr>, span: Span) -> Expr {
        Expr::new(ExprKind::Call(Box::new(self), arguments), span)
    }

    pub(crate) fn if_(test: Expr, then: Expr, otherwise: Expr, span: Span) -> Expr {
        Expr::new(
            ExprKind::If(Box::new(test), Box::new(then), Box::new(otherwise)),
            span,
        )
    }

    pub(crate) fn let_(bindings: Vec<(LocalId, Expr)>, body: Expr, span: Span) -> Expr {
        if bindings.is_empty() {
            return body;
        }
        Expr::new(ExprKind::Let(bindings, Box::new(body)), span)
    }

    pub(crate) fn letrec(bindings: Vec<(LocalId, Expr)>, body: Expr, span: Span) -> Expr {
        if bindings.is_empty() {
            return body;
        }
        Expr::new(ExprKind::Letrec(bindings, Box::new(body)), span)
    }

    /// `#!void` when there is none.
    pub(crate) fn seq(mut exprs: Vec<Expr>, span: Span) -> Expr {
        match exprs.len() {
            0 => Expr::void(span),
            1 => exprs.swap_remove(0),
            _ => Expr::new(ExprKind::Seq(exprs), span),
        }
    }

    pub(crate) fn lambda(formals: Formals, body: Expr, span: Span) -> Expr {
        let lambda = Lambda {
            name: None,
            formals,
            body,
            span,
        };
        Expr::new(ExprKind::Lambda(Box::new(lambda)), span)
    }

    pub(crate) fn thunk(body: Expr, span: Span) -> Expr {
        Expr::lambda(Formals::default(), body, span)
    }

    /// Gives a procedure the name of the variable it is bound to.
    pub(crate) fn named(mut self, name: Symbol) -> Expr {
        match &mut self.kind {
            ExprKind::Lambda(lambda) => {
                lambda.name.get_or_insert(name);
            }
            ExprKind::CaseLambda(clauses) => {
                for clause in clauses {
                    clause.name.get_or_insert(name);
                }
            }
            ExprKind::Quote(_)
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::SetLocal(..)
            | ExprKind::SetGlobal(..)
            | ExprKind::DefineGlobal(..)
            | ExprKind::If(..)
            | ExprKind::Seq(_)
            | ExprKind::Call(..)
            | ExprKind::Let(..)
            | ExprKind::Letrec(..)
            | ExprKind::CallWithValues(..) => {}
        }
        self
    }
}
