//! `lambda named-lambda case-lambda`, and calls of them that are better said otherwise.

use super::parameters::Parameters;
use crate::core::{Expr, ExprKind, GlobalKind, Lambda, RUNTIME_UNIT};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::stx::Stx;
use termite_syntax::{Span, Symbol};

pub fn lambda(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, parameters, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(
            form,
            "takes parameters and a body: (lambda (name ...) body ...)",
        ));
    };
    let lambda = x.lambda_of(None, parameters, body, form)?;
    Ok(Expr::new(ExprKind::Lambda(Box::new(lambda)), form.span))
}

pub fn named_lambda(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let expected =
        "takes a name, parameters and a body: (named-lambda (name parameter ...) body ...)";
    let Some([_, header, body @ ..]) = form.items().filter(|items| items.len() > 2) else {
        return Err(malformed(form, expected));
    };
    let (Some(name), Some(parameters)) = (header.head().map(Ident::symbol), header.skip(1)) else {
        return Err(malformed(form, expected));
    };
    let lambda = x.lambda_of(Some(name), &parameters, body, form)?;
    Ok(Expr::new(ExprKind::Lambda(Box::new(lambda)), form.span))
}

pub fn case_lambda(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let Some([_, clauses @ ..]) = form.items().filter(|items| items.len() > 1) else {
        return Err(malformed(
            form,
            "takes clauses: (case-lambda ((name ...) body ...) ...)",
        ));
    };
    let mut lambdas = Vec::with_capacity(clauses.len());
    for clause in clauses {
        let Some([parameters, body @ ..]) = clause.items().filter(|items| items.len() > 1) else {
            let message = "a clause of `case-lambda` is ((name ...) body ...)";
            return Err(fault("bad-clause", message, clause));
        };
        lambdas.push(x.lambda_of(None, parameters, body, clause)?);
    }
    Ok(Expr::new(ExprKind::CaseLambda(lambdas), form.span))
}

impl Expansion<'_> {
    pub fn lambda_of(
        &mut self,
        name: Option<Symbol>,
        parameters: &Stx,
        body: &[Stx],
        at: &Stx,
    ) -> Result<Lambda> {
        let parameters = Parameters::parse(parameters)?;
        let (formals, body) = self.with_parameters(&parameters, |x| x.body(body, at))?;
        Ok(Lambda {
            name,
            formals,
            body,
            span: at.span,
        })
    }

    /// A procedure from a definition: each parameter list but the first belongs to a
    /// procedure that the one before returns.
    pub fn procedure(&mut self, name: Symbol, parameters: &[Stx], body: &Stx) -> Result<Expr> {
        let Some((first, others)) = parameters.split_first() else {
            return self.body(body.items().unwrap_or_default(), body);
        };
        let first = Parameters::parse(first)?;
        let (formals, inner) = self.with_parameters(&first, |x| {
            x.nested(body.span, |x| x.procedure(name, others, body))
        })?;
        Ok(Expr::lambda(formals, inner, body.span).named(name))
    }

    /// `((lambda (x ...) body) e ...)` is a `Let`; `(call-with-values producer (lambda
    /// formals body))` is a `CallWithValues`.
    pub fn simplified_call(
        &mut self,
        procedure: Expr,
        mut arguments: Vec<Expr>,
        span: Span,
    ) -> Expr {
        match procedure.kind {
            ExprKind::Lambda(lambda) if lambda.is_let(arguments.len()) => {
                let bindings = lambda.formals.required.into_iter().zip(arguments).collect();
                Expr::let_(bindings, lambda.body, span)
            }
            ExprKind::Global(global) if self.is_call_with_values(&procedure, &arguments) => {
                match (arguments.pop(), arguments.pop()) {
                    (
                        Some(Expr {
                            kind: ExprKind::Lambda(consumer),
                            ..
                        }),
                        Some(producer),
                    ) => receive(producer, *consumer, span),
                    (consumer, producer) => {
                        let arguments = producer.into_iter().chain(consumer).collect();
                        Expr::new(ExprKind::Global(global), procedure.span).call(arguments, span)
                    }
                }
            }
            kind => Expr::new(kind, procedure.span).call(arguments, span),
        }
    }

    /// Whether this is the standard procedure, given a lambda expression as consumer.
    fn is_call_with_values(&self, procedure: &Expr, arguments: &[Expr]) -> bool {
        let ExprKind::Global(global) = procedure.kind else {
            return false;
        };
        let [
            _,
            Expr {
                kind: ExprKind::Lambda(_),
                ..
            },
        ] = arguments
        else {
            return false;
        };
        let standard = |name: Symbol| name.as_str() == "call-with-values";
        match self.builder.kind(global) {
            Some(GlobalKind::Primitive(name)) => standard(*name),
            Some(GlobalKind::Import { unit, name }) => {
                standard(*name) && (unit == RUNTIME_UNIT || unit == "scheme/base")
            }
            Some(GlobalKind::Own | GlobalKind::Late) | None => false,
        }
    }
}

impl Lambda {
    fn is_let(&self, arguments: usize) -> bool {
        let formals = &self.formals;
        formals.optional.is_empty() && formals.rest.is_none() && formals.required.len() == arguments
    }
}

fn receive(producer: Expr, consumer: Lambda, span: Span) -> Expr {
    let producer = match producer.kind {
        ExprKind::Lambda(thunk) if thunk.is_let(0) => thunk.body,
        kind => Expr::new(kind, producer.span).call(Vec::new(), span),
    };
    let Lambda { formals, body, .. } = consumer;
    Expr::new(
        ExprKind::CallWithValues(Box::new(producer), Box::new(formals), Box::new(body)),
        span,
    )
}
