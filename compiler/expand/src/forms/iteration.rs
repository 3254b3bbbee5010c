//! `do` (R7RS 4.2.4).

use crate::core::{Expr, ExprKind, Formals, Lambda};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::stx::Stx;
use termite_syntax::Symbol;

/// `(name init [step])`
struct Variable<'s> {
    name: &'s Stx,
    init: &'s Stx,
    step: &'s Stx,
}

pub fn do_(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let expected =
        "takes variables and an end: (do ((name init [step]) ...) (test result ...) command ...)";
    let Some([_, variables, end, commands @ ..]) = form.items() else {
        return Err(malformed(form, expected));
    };
    let (Some(variables), Some([test, results @ ..])) = (variables.items(), end.items()) else {
        return Err(malformed(form, expected));
    };
    let variables = variables.iter().map(variable).collect::<Result<Vec<_>>>()?;
    let inits = variables
        .iter()
        .map(|v| x.expr(v.init))
        .collect::<Result<Vec<_>>>()?;
    let own = x.hidden_local("do");
    let (required, body) = x.scoped(|x| {
        let locals = variables
            .iter()
            .map(|v| x.bind_local(v.name))
            .collect::<Result<Vec<_>>>()?;
        let test = x.expr(test)?;
        let result = x.sequence(results, end.span)?;
        let mut round = x.exprs(commands)?;
        let steps = variables
            .iter()
            .map(|v| x.expr(v.step))
            .collect::<Result<Vec<_>>>()?;
        round.push(Expr::local(own, form.span).call(steps, form.span));
        let again = Expr::seq(round, form.span);
        Ok((locals, Expr::if_(test, result, again, form.span)))
    })?;
    let formals = Formals {
        required,
        ..Formals::default()
    };
    let lambda = Lambda {
        name: Some(Symbol::intern("do")),
        formals,
        body,
        span: form.span,
    };
    let procedure = Expr::new(ExprKind::Lambda(Box::new(lambda)), form.span);
    let start = Expr::local(own, form.span).call(inits, form.span);
    Ok(Expr::letrec(vec![(own, procedure)], start, form.span))
}

fn variable(variable: &Stx) -> Result<Variable<'_>> {
    match variable.items() {
        Some([name, init]) => Ok(Variable {
            name,
            init,
            step: name,
        }),
        Some([name, init, step]) => Ok(Variable { name, init, step }),
        _ => Err(fault(
            "bad-binding",
            "a variable of `do` is (name init [step])",
            variable,
        )),
    }
}
