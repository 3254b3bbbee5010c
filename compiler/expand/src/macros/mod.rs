//! Macros: what `syntax-rules` and `define-macro` make.
//!
//! [`compile`] and [`template`] turn rules into patterns and templates, [`matching`] and
//! [`instantiate`] use them, [`procedure`] runs `define-macro`. A macro holds everything
//! it needs to know of the place of its definition: what each identifier of its rules
//! means there.

pub mod compile;
pub mod instantiate;
pub mod matching;
pub mod procedure;
pub mod show;
pub mod template;

use crate::binding::MacroRef;
use crate::errors::{Result, fault};
use crate::expansion::Expansion;
use crate::ident::{Ident, Meaning};
use crate::stx::Stx;
use procedure::Procedure;
use std::sync::Arc;
use termite_syntax::{Datum, Span, Symbol};

pub struct Macro {
    pub keyword: Symbol,
    pub span: Span,
    pub transformer: Transformer,
}

pub enum Transformer {
    Rules(Rules),
    Procedure(Procedure),
}

/// `syntax-rules`, compiled.
pub struct Rules {
    /// Literals of the patterns and identifiers that templates insert.
    pub idents: Vec<RuleIdent>,
    pub rules: Vec<Rule>,
}

pub struct RuleIdent {
    pub ident: Ident,
    pub meaning: Meaning,
    pub span: Span,
}

pub struct Rule {
    /// What follows the keyword.
    pub pattern: ListPattern,
    /// Names of the pattern variables, by slot.
    pub variables: Vec<Symbol>,
    pub template: Template,
    /// For each occurrence of a pattern variable in the template, its slot.
    pub cursors: Vec<u32>,
}

pub enum Pattern {
    /// `_`
    Any,
    /// Fills a slot.
    Variable(u32),
    /// Index into [`Rules::idents`].
    Literal(u32),
    Atom(Datum),
    List(Box<ListPattern>),
    Vector(Box<ListPattern>),
}

/// `(before ... repeated <ellipsis> after ... . tail)`
#[derive(Default)]
pub struct ListPattern {
    pub before: Vec<Pattern>,
    pub repeated: Option<Repeated>,
    pub after: Vec<Pattern>,
    pub tail: Option<Pattern>,
}

pub struct Repeated {
    pub pattern: Pattern,
    /// Slots filled inside.
    pub slots: Vec<u32>,
}

pub enum Template {
    /// Index into [`Rule::cursors`].
    Variable(u32),
    /// Index into [`Rules::idents`].
    Ident(u32),
    Atom(Datum),
    List(Box<ListTemplate>),
    Vector(Box<ListTemplate>),
}

pub struct ListTemplate {
    pub parts: Vec<Part>,
    pub tail: Option<Template>,
    pub span: Span,
}

/// A template and the ellipses after it, innermost first: each the cursors it steps.
pub struct Part {
    pub template: Template,
    pub ellipses: Vec<Vec<u32>>,
}

impl Expansion<'_> {
    /// One step: what a use of a macro stands for.
    pub fn expand_macro(&mut self, keyword: &MacroRef, form: &Stx) -> Result<Stx> {
        let keyword = self.macro_body(keyword)?;
        self.spend(10, form)?;
        let expansion = match &keyword.transformer {
            Transformer::Rules(rules) => self.apply_rules(&keyword, rules, form)?,
            Transformer::Procedure(procedure) => self.apply_procedure(&keyword, procedure, form)?,
        };
        expansion.within_limit().map_err(|_| {
            let message = format!("the expansion of `{}` is nested too deep", keyword.keyword);
            fault("nesting-too-deep", message, form)
        })
    }

    pub fn macro_body(&mut self, keyword: &MacroRef) -> Result<Arc<Macro>> {
        match keyword {
            MacroRef::Open(keyword) => Ok(keyword.clone()),
            MacroRef::Closed(interface, index) => {
                self.loader.macro_of(self.host, interface, *index)
            }
        }
    }

    fn apply_rules(&mut self, keyword: &Macro, rules: &Rules, form: &Stx) -> Result<Stx> {
        for rule in &rules.rules {
            if let Some(matches) = self.match_rule(rules, rule, form) {
                return self.instantiate(keyword, rules, rule, &matches, form);
            }
        }
        let message = format!(
            "this use of `{}` matches none of its rules",
            keyword.keyword
        );
        let mut no_match = fault("no-matching-rule", message, form);
        if !keyword.span.is_none() {
            *no_match = no_match.with_label(keyword.span, "the macro is defined here");
        }
        Err(Box::new(
            no_match.with_hint(show::usage(keyword.keyword, rules)),
        ))
    }
}
