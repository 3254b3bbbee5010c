//! Definitions of keywords: `define-syntax let-syntax letrec-syntax define-macro`, and
//! `syntax-error`.

use crate::binding::{Binding, MacroRef};
use crate::core::Expr;
use crate::core_form::CoreForm;
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::{FastMap, Ident, Mark, Meaning};
use crate::macros::procedure::Procedure;
use crate::macros::{Macro, Transformer};
use crate::scan::{Item, Place, Scan};
use crate::stx::Stx;
use std::sync::Arc;
use termite_syntax::{Datum, Span, write_datum};

pub fn define_syntax(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let Some([_, name, spec]) = form.items() else {
        let expected = "takes a name and a transformer: (define-syntax name (syntax-rules ...))";
        return Err(malformed(form, expected));
    };
    let depth = x.scopes.depth();
    let binding = x.transformer(name, spec, depth)?;
    x.define_keyword(name, binding, scan)
}

impl Expansion<'_> {
    /// What a transformer spec binds its keyword to; its free identifiers mean what they
    /// mean in the scopes up to `depth`.
    fn transformer(&mut self, name: &Stx, spec: &Stx, depth: u32) -> Result<Binding> {
        if name.as_ident().is_none() {
            return Err(fault(
                "not-an-identifier",
                "a keyword is an identifier",
                name,
            ));
        }
        let mut spec = spec.clone();
        loop {
            match spec
                .head()
                .or(spec.as_ident())
                .and_then(|head| self.resolve(head))
            {
                Some(Binding::Core(CoreForm::SyntaxRules)) if spec.head().is_some() => {
                    let rules = self.compile_rules(&spec, depth)?;
                    return Ok(rules_macro(name, Transformer::Rules(rules)));
                }
                Some(keyword @ (Binding::Core(_) | Binding::Macro(_)))
                    if spec.as_ident().is_some() =>
                {
                    return Ok(keyword);
                }
                Some(Binding::Macro(keyword)) => spec = self.expand_macro(&keyword, &spec)?,
                Some(
                    Binding::Core(_)
                    | Binding::Primitive(_)
                    | Binding::Variable { .. }
                    | Binding::Toplevel(_)
                    | Binding::Local(_),
                )
                | None => return Err(no_transformer(&spec)),
            }
        }
    }
}

fn rules_macro(name: &Stx, transformer: Transformer) -> Binding {
    let keyword = name
        .as_ident()
        .map_or(termite_syntax::Symbol::intern(""), Ident::symbol);
    Binding::Macro(MacroRef::Open(Arc::new(Macro {
        keyword,
        span: name.span,
        transformer,
    })))
}

fn no_transformer(spec: &Stx) -> Box<termite_syntax::Diagnostic> {
    let message = "a transformer is (syntax-rules ...), or the name of a keyword";
    Box::new(fault("bad-transformer", message, spec).with_hint("`define-macro` takes a procedure"))
}

/// A keyword and the spec of its transformer.
type Clause<'s> = (&'s Stx, &'s Stx);

/// The clauses and the body of a `let-syntax`.
fn parts<'s>(form: &'s Stx) -> Result<(Vec<Clause<'s>>, &'s [Stx])> {
    let expected = "takes keywords with transformers, and a body: (let-syntax ((name transformer) ...) body ...)";
    let Some([_, bindings, body @ ..]) = form.items() else {
        return Err(malformed(form, expected));
    };
    let pair = |binding: &'s Stx| match binding.items() {
        Some([name, spec]) => Ok((name, spec)),
        _ => Err(fault(
            "bad-binding",
            "a binding is (name transformer)",
            binding,
        )),
    };
    let bindings = bindings.items().ok_or_else(|| malformed(form, expected))?;
    Ok((bindings.iter().map(pair).collect::<Result<Vec<_>>>()?, body))
}

fn is_recursive(x: &Expansion<'_>, form: &Stx) -> bool {
    form.head()
        .is_some_and(|head| x.is_core(head, CoreForm::LetrecSyntax))
}

/// In a body or expression, a `let-syntax` is a scope of its own.
pub fn let_syntax_expression(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let (bindings, body) = parts(form)?;
    let recursive = is_recursive(x, form);
    let outer = x.scopes.depth();
    x.scoped(|x| {
        let depth = if recursive { x.scopes.depth() } else { outer };
        let mut bound = Vec::with_capacity(bindings.len());
        for (name, spec) in bindings {
            bound.push((name, x.transformer(name, spec, depth)?));
        }
        for (name, binding) in bound {
            x.bind_keyword(name, binding)?;
        }
        x.body(body, form)
    })
}

impl Expansion<'_> {
    fn bind_keyword(&mut self, name: &Stx, binding: Binding) -> Result<()> {
        let Some(ident) = name.as_ident() else {
            return Err(fault(
                "not-an-identifier",
                "a keyword is an identifier",
                name,
            ));
        };
        if self.scopes.binds_here(ident) {
            let message = format!("`{}` is bound twice here", ident.symbol());
            return Err(fault("duplicate-binding", message, name));
        }
        self.scopes.bind(ident.clone(), binding);
        Ok(())
    }
}

/// At toplevel, definitions in a `let-syntax` are toplevel definitions. The keywords get
/// names of their own, put in place of theirs throughout the form. In a body, and where
/// nothing can be defined, it is an expression.
pub fn let_syntax(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    if scan.place == Place::Body || x.toplevel.sealed {
        scan.items.push(Item::Expression(form.clone()));
        return Ok(());
    }
    let (bindings, body) = parts(form)?;
    let recursive = is_recursive(x, form);
    // What can change inside an identifier has no part in its equality.
    #[allow(clippy::mutable_key_type)]
    let mut renamed = FastMap::default();
    for (name, _) in &bindings {
        let Some(ident) = name.as_ident() else {
            return Err(fault(
                "not-an-identifier",
                "a keyword is an identifier",
                name,
            ));
        };
        let alias = Ident::alias(
            ident.clone(),
            Mark::fresh(),
            Meaning::Scope(0),
            ident.origin(),
        );
        if renamed.insert(ident.clone(), alias).is_some() {
            let message = format!("`{}` is bound twice here", ident.symbol());
            return Err(fault("duplicate-binding", message, name));
        }
    }
    let mut rename = |ident: &Ident| renamed.get(ident).cloned();
    for (name, spec) in bindings {
        let spec = if recursive {
            spec.map_idents(&mut rename)
        } else {
            spec.clone()
        };
        let binding = x.transformer(name, &spec, 0)?;
        x.define_keyword(&name.map_idents(&mut rename), binding, scan)?;
    }
    for form in body {
        x.spend(form.size() * 4, form)?;
        x.scan(&form.map_idents(&mut rename), scan)?;
    }
    Ok(())
}

pub fn define_macro(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let expected = "takes a header and a body: (define-macro (name parameter ...) body ...)";
    let (name, lambda) = match form.items() {
        Some([_, name, lambda]) if name.as_ident().is_some() => (name.clone(), lambda.clone()),
        Some([_, header, _, ..]) => match (header.parts(), header.skip(1), form.skip(2)) {
            (Some(([name, ..], _)), Some(parameters), Some(body)) => {
                (name.clone(), lambda_form(parameters, body, form.span))
            }
            _ => return Err(malformed(form, expected)),
        },
        _ => return Err(malformed(form, expected)),
    };
    let procedure = Procedure::new(&lambda, x.scopes.depth());
    let binding = rules_macro(&name, Transformer::Procedure(procedure));
    x.define_keyword(&name, binding, scan)
}

fn lambda_form(parameters: Stx, body: Stx, span: Span) -> Stx {
    let keyword = CoreForm::Lambda.name().into();
    let lambda = Stx::ident(Ident::bound(keyword, Binding::Core(CoreForm::Lambda)), span);
    Stx::dotted(vec![lambda, parameters], body, span, None)
}

pub fn syntax_error(_: &mut Expansion<'_>, form: &Stx, _: &mut Scan) -> Result<()> {
    Err(reported(form))
}

pub fn syntax_error_expression(_: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    Err(reported(form))
}

/// The fault that a `syntax-error` form reports.
fn reported(form: &Stx) -> Box<termite_syntax::Diagnostic> {
    let Some([_, message, irritants @ ..]) = form.items() else {
        return malformed(
            form,
            "takes a message and forms: (syntax-error \"message\" form ...)",
        );
    };
    let mut text = match message.as_string() {
        Some(text) => text.to_string(),
        None => write_datum(&message.to_datum()),
    };
    for irritant in irritants {
        let irritant: Datum = irritant.to_datum();
        text.push(' ');
        text.push_str(&write_datum(&irritant));
    }
    fault("syntax-error", text, form)
}
