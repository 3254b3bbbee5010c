//! Bodies, and the expressions of what a scan found.
//!
//! Internal definitions have the meaning of `letrec*` (R7RS 5.3.2). They may also follow
//! expressions; such an expression then runs in its place among them.

use crate::builder::GlobalKey;
use crate::core::{Expr, ExprKind, Formals, LocalId};
use crate::errors::{Result, fault};
use crate::expansion::Expansion;
use crate::scan::{Item, Place, Scan, Value, Variable, VariableFormals};
use crate::stx::Stx;
use termite_syntax::{Datum, Span, Symbol};

type Bindings = Vec<(LocalId, Expr)>;

impl Expansion<'_> {
    /// The body of the form `at`, in a scope of its own.
    pub fn body(&mut self, forms: &[Stx], at: &Stx) -> Result<Expr> {
        self.scoped(|x| {
            let mut scan = Scan::new(Place::Body);
            x.scan_all(forms, &mut scan)?;
            x.finish_body(scan.items, at)
        })
    }

    fn finish_body(&mut self, items: Vec<Item>, at: &Stx) -> Result<Expr> {
        let mut bindings = Bindings::new();
        let mut expressions = Vec::new();
        for item in items {
            match item {
                Item::Expression(stx) => expressions.push(self.expr(&stx)?),
                Item::Expanded(expr) => expressions.push(expr),
                Item::Definition {
                    variable,
                    value,
                    span,
                } => {
                    self.flush(&mut expressions, &mut bindings);
                    let name = self.variable_name(variable);
                    let value = self.value(value, name, span)?;
                    bind(variable, value, &mut bindings);
                }
                Item::Values {
                    formals,
                    producer,
                    span,
                } => {
                    self.flush(&mut expressions, &mut bindings);
                    self.bind_values(&formals, &producer, span, &mut bindings)?;
                }
            }
        }
        if expressions.is_empty() {
            return Err(no_expression(at, bindings.is_empty()));
        }
        Ok(Expr::letrec(
            bindings,
            Expr::seq(expressions, at.span),
            at.span,
        ))
    }

    /// Expressions before a definition are bound to a variable that nothing refers to.
    fn flush(&mut self, expressions: &mut Vec<Expr>, bindings: &mut Bindings) {
        for expression in expressions.drain(..) {
            let unused = self.hidden_local("_");
            bindings.push((unused, expression));
        }
    }

    /// `define-values` in a body: the values go through a vector, so that no variable
    /// needs to be assigned.
    fn bind_values(
        &mut self,
        formals: &VariableFormals,
        producer: &Stx,
        span: Span,
        bindings: &mut Bindings,
    ) -> Result<()> {
        let producer = self.expr(producer)?;
        let (temporaries, variables) = self.temporaries(formals);
        let values = temporaries.required.iter().chain(&temporaries.rest);
        let values: Vec<Expr> = values
            .map(|temporary| Expr::local(*temporary, span))
            .collect();
        let vector = self.call_primitive("vector", values, span);
        let packed = self.hidden_local("values");
        bindings.push((packed, receive(producer, temporaries, vector, span)));
        for (index, variable) in (0..).zip(variables) {
            let place = vec![
                Expr::local(packed, span),
                Expr::quote(Datum::fixnum(index, span)),
            ];
            let value = self.call_primitive("vector-ref", place, span);
            bind(variable, value, bindings);
        }
        Ok(())
    }

    /// Fresh locals in the shape of the formals, and the variables in their order.
    fn temporaries(&mut self, formals: &VariableFormals) -> (Formals, Vec<Variable>) {
        let mut fresh = |variable: &Variable| {
            let name = self.variable_name(*variable);
            self.builder.local(name)
        };
        let temporaries = Formals {
            required: formals.required.iter().map(&mut fresh).collect(),
            optional: Vec::new(),
            rest: formals.rest.as_ref().map(&mut fresh),
        };
        (
            temporaries,
            formals
                .required
                .iter()
                .chain(&formals.rest)
                .copied()
                .collect(),
        )
    }

    pub fn variable_name(&self, variable: Variable) -> Symbol {
        match variable {
            Variable::Local(local) => self.builder.local_name(local),
            Variable::Toplevel(name) => name,
        }
    }

    /// A variable that a definition made, as an expression.
    pub fn variable_ref(&mut self, variable: Variable, span: Span) -> Expr {
        match variable {
            Variable::Local(local) => Expr::local(local, span),
            Variable::Toplevel(name) => {
                let global = self.builder.global(GlobalKey::Toplevel(name), span);
                Expr::new(ExprKind::Global(global), span)
            }
        }
    }

    fn value(&mut self, value: Value, name: Symbol, span: Span) -> Result<Expr> {
        match value {
            Value::Ready(expr) => Ok(expr),
            Value::Expression(stx) => Ok(self.expr(&stx)?.named(name)),
            Value::Procedure { parameters, body } => {
                let at = Stx { span, ..body };
                self.procedure(name, &parameters, &at)
            }
        }
    }

    fn define_global(&mut self, name: Symbol, value: Expr, span: Span) -> Expr {
        let global = self.builder.define_global(name, span);
        Expr::new(ExprKind::DefineGlobal(global, Box::new(value)), span)
    }

    /// The toplevel form that an item stands for.
    pub fn toplevel_item(&mut self, item: Item) -> Result<Expr> {
        match item {
            Item::Expression(stx) => self.expr(&stx),
            Item::Expanded(expr) => Ok(expr),
            Item::Definition {
                variable,
                value,
                span,
            } => {
                let name = self.variable_name(variable);
                let value = self.value(value, name, span)?;
                Ok(self.define_global(name, value, span))
            }
            Item::Values {
                formals,
                producer,
                span,
            } => {
                let producer = self.expr(&producer)?;
                let (temporaries, variables) = self.temporaries(&formals);
                let values: Vec<LocalId> = temporaries
                    .required
                    .iter()
                    .chain(&temporaries.rest)
                    .copied()
                    .collect();
                let define = |(variable, temporary)| {
                    let name = self.variable_name(variable);
                    self.define_global(name, Expr::local(temporary, span), span)
                };
                let definitions = variables.into_iter().zip(values).map(define).collect();
                Ok(receive(
                    producer,
                    temporaries,
                    Expr::seq(definitions, span),
                    span,
                ))
            }
        }
    }
}

/// The definitions of a body make locals, all of them.
fn bind(variable: Variable, value: Expr, bindings: &mut Bindings) {
    if let Variable::Local(local) = variable {
        bindings.push((local, value));
    }
}

fn receive(producer: Expr, formals: Formals, body: Expr, span: Span) -> Expr {
    let kind = ExprKind::CallWithValues(Box::new(producer), Box::new(formals), Box::new(body));
    Expr::new(kind, span)
}

fn no_expression(at: &Stx, empty: bool) -> Box<termite_syntax::Diagnostic> {
    if empty {
        return fault(
            "empty-body",
            "this body is empty: it needs an expression",
            at,
        );
    }
    let message = "this body ends in a definition: it needs an expression after it";
    fault("no-expression", message, at)
}
