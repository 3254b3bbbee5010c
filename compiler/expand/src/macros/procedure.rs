//! `define-macro`: unhygienic macros, whose bodies run in the embedder.
//!
//! The lambda expression is kept as a template, so that it means the same wherever the
//! macro is used, and is expanded at the first use.

use super::compile::IdentTable;
use super::instantiate::Instance;
use super::{ListTemplate, Macro, Part, RuleIdent, Template};
use crate::builder::Builder;
use crate::core::{Expr, Mode, Module};
use crate::errors::{Result, fault};
use crate::expansion::Expansion;
use crate::ident::{FastMap, Ident};
use crate::stx::{Stx, StxKind};
use std::mem::{replace, take};
use std::sync::{Arc, OnceLock};
use termite_syntax::Symbol;

pub struct Procedure {
    pub idents: Vec<RuleIdent>,
    pub lambda: Template,
    module: OnceLock<Arc<Module>>,
}

impl Procedure {
    /// From a lambda expression that stands in the scopes up to `depth`.
    pub fn new(lambda: &Stx, depth: u32) -> Procedure {
        let mut idents = IdentTable::default();
        let lambda = template(lambda, depth, &mut idents);
        Procedure::from_parts(idents.into_idents(), lambda)
    }

    pub fn from_parts(idents: Vec<RuleIdent>, lambda: Template) -> Procedure {
        Procedure {
            idents,
            lambda,
            module: OnceLock::new(),
        }
    }
}

fn template(stx: &Stx, depth: u32, idents: &mut IdentTable) -> Template {
    let mut parts = |items: &[Stx], tail: Option<&Stx>| {
        let parts = items.iter().map(|item| Part {
            template: template(item, depth, idents),
            ellipses: Vec::new(),
        });
        let parts = parts.collect();
        let tail = tail.map(|tail| template(tail, depth, idents));
        Box::new(ListTemplate {
            parts,
            tail,
            span: stx.span,
        })
    };
    match &stx.kind {
        StxKind::Ident(ident) => Template::Ident(idents.index(ident, stx, depth)),
        StxKind::Atom(datum) => Template::Atom(datum.clone()),
        StxKind::List(list) => Template::List(parts(list.items(), list.tail())),
        StxKind::Vector(list) => Template::Vector(parts(list.items(), None)),
    }
}

impl Expansion<'_> {
    pub fn apply_procedure(
        &mut self,
        keyword: &Macro,
        procedure: &Procedure,
        form: &Stx,
    ) -> Result<Stx> {
        let module = self.macro_module(keyword, procedure, form)?;
        let Some(arguments) = form.skip(1) else {
            return Err(fault(
                "bad-syntax",
                "this macro is used without parentheses",
                form,
            ));
        };
        let failed = |problem: String| {
            let message = format!("the macro `{}` failed: {problem}", keyword.keyword);
            let failed = fault("macro-failed", message, form);
            if keyword.span.is_none() {
                failed
            } else {
                Box::new(failed.with_label(keyword.span, "the macro is defined here"))
            }
        };
        let spelling = Spelling::of(&arguments);
        let given = arguments
            .map_idents(&mut |ident| spelling.written(ident))
            .to_datum();
        let expansion = self.host.evaluate_macro(&module, &given).map_err(failed)?;
        self.spend(expansion.walk().count() as u64, form)?;
        let too_deep = |_| crate::errors::too_deep(form.span);
        let expansion = Stx::from_datum(&expansion).map_err(too_deep)?;
        let expansion = expansion.map_idents(&mut |ident| spelling.meant(ident));
        Ok(expansion.placed(form.span))
    }

    /// The module that computes the macro's procedure.
    fn macro_module(
        &mut self,
        keyword: &Macro,
        procedure: &Procedure,
        form: &Stx,
    ) -> Result<Arc<Module>> {
        if let Some(module) = procedure.module.get() {
            return Ok(module.clone());
        }
        self.loader.prepare_initial_names(self.host);
        let lambda = Instance::whole(keyword.keyword, &procedure.idents, &procedure.lambda, form)?;
        let (body, builder) = self
            .macro_body_of(&lambda)
            .map_err(|fault| Box::new(fault.with_label(form.span, "needed to expand this")))?;
        let (globals, locals) = builder.finish(Mode::Repl);
        let module = Arc::new(Module {
            name: format!("{}!{}", self.name, keyword.keyword),
            namespace: None,
            mode: Mode::Repl,
            globals,
            locals,
            body: vec![body.named(keyword.keyword)],
            exports: Vec::new(),
        });
        Ok(procedure.module.get_or_init(|| module).clone())
    }

    /// Expands a macro's lambda expression as a module of its own, out of reach of local
    /// variables.
    fn macro_body_of(&mut self, lambda: &Stx) -> Result<(Expr, Builder)> {
        let faults = self.errors.len();
        let builder = take(&mut self.builder);
        let scopes = take(&mut self.scopes);
        let outer = replace(&mut self.in_macro_body, true);
        let body = self.expr(lambda);
        self.in_macro_body = outer;
        self.scopes = scopes;
        let builder = replace(&mut self.builder, builder);
        let body = body?;
        match self.errors.len() > faults {
            true => Err(self.errors.swap_remove(faults).into()),
            false => Ok((body, builder)),
        }
    }
}

/// How the identifiers of a macro's arguments are written for the procedure, which knows
/// symbols only, so that what comes back is the identifiers that went in: each has a
/// symbol of its own, different from its name only where two have the same name.
struct Spelling {
    written: FastMap<Ident, Symbol>,
    meant: FastMap<Symbol, Ident>,
}

impl Spelling {
    fn of(arguments: &Stx) -> Spelling {
        let mut spelling = Spelling {
            written: FastMap::default(),
            meant: FastMap::default(),
        };
        arguments.each_ident(&mut |ident| {
            if let Ident::Plain(symbol) = ident {
                spelling.meant.insert(*symbol, ident.clone());
            }
        });
        arguments.each_ident(&mut |ident| match ident {
            Ident::Alias(_) if !spelling.written.contains_key(ident) => spelling.add(ident),
            Ident::Alias(_) | Ident::Plain(_) => {}
        });
        spelling
    }

    fn add(&mut self, ident: &Ident) {
        let name = ident.symbol();
        let others = (1..).map(|count| Symbol::intern(&format!("{name}~{count}")));
        let free = |symbol: &Symbol| !self.meant.contains_key(symbol);
        let symbol = std::iter::once(name)
            .chain(others)
            .find(free)
            .unwrap_or(name);
        self.written.insert(ident.clone(), symbol);
        self.meant.insert(symbol, ident.clone());
    }

    fn written(&self, ident: &Ident) -> Option<Ident> {
        self.written.get(ident).map(|symbol| Ident::Plain(*symbol))
    }

    fn meant(&self, ident: &Ident) -> Option<Ident> {
        self.meant.get(&ident.symbol()).cloned()
    }
}
