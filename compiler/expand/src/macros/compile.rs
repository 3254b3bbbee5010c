//! `syntax-rules`: from its syntax to patterns (R7RS 4.3.2).

use super::template::TemplateCompiler;
use super::{ListPattern, Pattern, Repeated, Rule, RuleIdent, Rules};
use crate::core_form::CoreForm;
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::ident::{FastMap, Ident, Meaning};
use crate::stx::{Stx, StxKind};
use termite_syntax::Symbol;

/// What is common to all rules of one macro.
pub struct RulesCompiler<'x, 'h> {
    expansion: &'x Expansion<'h>,
    /// Scope depth at the macro's definition.
    depth: u32,
    ellipsis: Option<Ident>,
    literals: Vec<Ident>,
    pub idents: IdentTable,
}

#[derive(Default)]
pub struct IdentTable {
    idents: Vec<RuleIdent>,
    index: FastMap<Ident, u32>,
}

/// A pattern variable: its slot, and under how many ellipses it stands.
#[derive(Clone, Copy)]
pub struct Variable {
    pub slot: u32,
    pub depth: u32,
}

/// The pattern variables of one rule.
#[derive(Default)]
pub struct Variables {
    by_ident: FastMap<Ident, Variable>,
    names: Vec<Symbol>,
}

impl Expansion<'_> {
    /// Compiles `(syntax-rules ...)`, whose free identifiers mean what they mean in the
    /// scopes up to `depth`.
    pub fn compile_rules(&self, form: &Stx, depth: u32) -> Result<Rules> {
        let expected =
            "needs literals and rules: (syntax-rules (literal ...) (pattern template) ...)";
        let items = form.items().ok_or_else(|| malformed(form, expected))?;
        let (ellipsis, literals, rules) = match items {
            [_, custom, literals, rules @ ..] if custom.as_ident().is_some() => {
                (custom.as_ident().cloned(), literals, rules)
            }
            [_, literals, rules @ ..] => (None, literals, rules),
            _ => return Err(malformed(form, expected)),
        };
        let literals = literal_idents(literals)?;
        let mut compiler = RulesCompiler {
            expansion: self,
            depth,
            ellipsis,
            literals,
            idents: IdentTable::default(),
        };
        let rules = rules
            .iter()
            .map(|rule| compiler.rule(rule))
            .collect::<Result<Vec<_>>>()?;
        Ok(Rules {
            idents: compiler.idents.into_idents(),
            rules,
        })
    }
}

fn literal_idents(literals: &Stx) -> Result<Vec<Ident>> {
    let complaint = || {
        fault(
            "bad-syntax",
            "the literals of `syntax-rules` are a list of identifiers",
            literals,
        )
    };
    let items = literals.items().ok_or_else(complaint)?;
    items
        .iter()
        .map(|item| item.as_ident().cloned().ok_or_else(complaint))
        .collect()
}

impl<'x, 'h> RulesCompiler<'x, 'h> {
    fn rule(&mut self, rule: &Stx) -> Result<Rule> {
        let Some([pattern, template]) = rule.items() else {
            return Err(fault("bad-syntax", "a rule is (pattern template)", rule));
        };
        let Some(([_, arguments @ ..], tail)) = pattern.parts() else {
            let message = "the pattern of a rule is a list that begins with the keyword or `_`";
            return Err(fault("bad-pattern", message, pattern));
        };
        let mut variables = Variables::default();
        let pattern = self.list_pattern(arguments, tail, 0, &mut variables)?;
        let (template, cursors) = TemplateCompiler::new(self, &variables).compile(template)?;
        Ok(Rule {
            pattern,
            variables: variables.names,
            template,
            cursors,
        })
    }

    fn pattern(&mut self, pattern: &Stx, depth: u32, variables: &mut Variables) -> Result<Pattern> {
        match &pattern.kind {
            StxKind::Ident(ident) => self.ident_pattern(ident, pattern, depth, variables),
            StxKind::Atom(datum) => Ok(Pattern::Atom(datum.clone())),
            StxKind::List(list) => {
                let list = self.list_pattern(list.items(), list.tail(), depth, variables)?;
                Ok(Pattern::List(Box::new(list)))
            }
            StxKind::Vector(list) => {
                let list = self.list_pattern(list.items(), None, depth, variables)?;
                Ok(Pattern::Vector(Box::new(list)))
            }
        }
    }

    fn ident_pattern(
        &mut self,
        ident: &Ident,
        at: &Stx,
        depth: u32,
        variables: &mut Variables,
    ) -> Result<Pattern> {
        if self.literals.contains(ident) {
            return Ok(Pattern::Literal(self.idents.index(ident, at, self.depth)));
        }
        if self.means(ident, CoreForm::Underscore) {
            return Ok(Pattern::Any);
        }
        if self.is_ellipsis(at) {
            return Err(fault(
                "bad-pattern",
                "an ellipsis follows a pattern, and nothing else",
                at,
            ));
        }
        match variables.add(ident, depth) {
            Some(slot) => Ok(Pattern::Variable(slot)),
            None => {
                let message = format!("`{}` occurs twice in one pattern", ident.symbol());
                Err(fault("duplicate-pattern-variable", message, at))
            }
        }
    }

    fn list_pattern(
        &mut self,
        items: &[Stx],
        tail: Option<&Stx>,
        depth: u32,
        variables: &mut Variables,
    ) -> Result<ListPattern> {
        let mut list = ListPattern::default();
        let mut items = items.iter().peekable();
        while let Some(item) = items.next() {
            let Some(ellipsis) = items.next_if(|next| self.is_ellipsis(next)) else {
                let pattern = self.pattern(item, depth, variables)?;
                let side = if list.repeated.is_some() {
                    &mut list.after
                } else {
                    &mut list.before
                };
                side.push(pattern);
                continue;
            };
            if list.repeated.is_some() {
                let message = "a list pattern may have one ellipsis at most";
                return Err(fault("bad-pattern", message, ellipsis));
            }
            list.repeated = Some(self.repeated(item, depth, variables)?);
        }
        list.tail = tail
            .map(|tail| self.pattern(tail, depth, variables))
            .transpose()?;
        Ok(list)
    }

    fn repeated(&mut self, item: &Stx, depth: u32, variables: &mut Variables) -> Result<Repeated> {
        let first = variables.count();
        let pattern = self.pattern(item, depth + 1, variables)?;
        Ok(Repeated {
            pattern,
            slots: (first..variables.count()).collect(),
        })
    }

    pub fn is_ellipsis(&self, at: &Stx) -> bool {
        let Some(ident) = at.as_ident() else {
            return false;
        };
        if self.literals.contains(ident) {
            return false;
        }
        match &self.ellipsis {
            Some(custom) => custom == ident,
            None => self.means(ident, CoreForm::Ellipsis),
        }
    }

    fn means(&self, ident: &Ident, form: CoreForm) -> bool {
        self.expansion
            .lookup(ident, self.depth)
            .is_some_and(|binding| binding.is_core(form))
    }

    pub fn template_ident(&mut self, ident: &Ident, at: &Stx) -> u32 {
        self.idents.index(ident, at, self.depth)
    }
}

impl IdentTable {
    pub fn into_idents(self) -> Vec<RuleIdent> {
        self.idents
    }

    pub fn index(&mut self, ident: &Ident, at: &Stx, depth: u32) -> u32 {
        let next = u32::try_from(self.idents.len()).unwrap_or(u32::MAX);
        let index = *self.index.entry(ident.clone()).or_insert(next);
        if index == next {
            let meaning = Meaning::Scope(depth);
            self.idents.push(RuleIdent {
                ident: ident.clone(),
                meaning,
                span: at.span,
            });
        }
        index
    }
}

impl Variables {
    fn count(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(u32::MAX)
    }

    fn add(&mut self, ident: &Ident, depth: u32) -> Option<u32> {
        let slot = self.count();
        if self
            .by_ident
            .insert(ident.clone(), Variable { slot, depth })
            .is_some()
        {
            return None;
        }
        self.names.push(ident.symbol());
        Some(slot)
    }

    pub fn get(&self, ident: &Ident) -> Option<Variable> {
        self.by_ident.get(ident).copied()
    }
}
