//! Macros to bytes. What identifiers mean is resolved by then; [`super::decode`] reads
//! the same layout.

use super::bytes::{Files, Writer};
use super::interface::Export;
use crate::ident::Ident;
use crate::macros::{
    ListPattern, ListTemplate, Macro, Pattern, Rule, RuleIdent, Template, Transformer,
};

pub struct Encoder<'e> {
    pub out: Writer,
    pub files: &'e mut Files,
}

impl Encoder<'_> {
    /// `meanings`: of each identifier of the macro; `None` where its library binds it to
    /// nothing.
    pub fn keyword(&mut self, keyword: &Macro, meanings: &[Option<Export>]) {
        self.out.symbol(keyword.keyword);
        self.files.write_span(keyword.span, &mut self.out);
        match &keyword.transformer {
            Transformer::Rules(rules) => {
                self.out.byte(0);
                self.idents(&rules.idents, meanings);
                self.out.length(rules.rules.len());
                rules.rules.iter().for_each(|rule| self.rule(rule));
            }
            Transformer::Procedure(procedure) => {
                self.out.byte(1);
                self.idents(&procedure.idents, meanings);
                self.template(&procedure.lambda);
            }
        }
    }

    fn idents(&mut self, idents: &[RuleIdent], meanings: &[Option<Export>]) {
        self.out.length(idents.len());
        for (ident, meaning) in idents.iter().zip(meanings) {
            self.out.symbol(ident.ident.symbol());
            self.out.byte(match ident.ident {
                Ident::Plain(_) => 0,
                Ident::Alias(_) => 1,
            });
            self.files.write_span(ident.span, &mut self.out);
            match meaning {
                None => self.out.byte(0),
                Some(export) => {
                    self.out.byte(1);
                    export.write(&mut self.out);
                }
            }
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.out.length(rule.variables.len());
        rule.variables
            .iter()
            .for_each(|name| self.out.symbol(*name));
        self.list_pattern(&rule.pattern);
        self.numbers(&rule.cursors);
        self.template(&rule.template);
    }

    fn numbers(&mut self, numbers: &[u32]) {
        self.out.length(numbers.len());
        numbers.iter().for_each(|number| self.out.number(*number));
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Any => self.out.byte(0),
            Pattern::Variable(slot) => {
                self.out.byte(1);
                self.out.number(*slot);
            }
            Pattern::Literal(index) => {
                self.out.byte(2);
                self.out.number(*index);
            }
            Pattern::Atom(datum) => {
                self.out.byte(3);
                self.out.datum(datum);
            }
            Pattern::List(list) => {
                self.out.byte(4);
                self.list_pattern(list);
            }
            Pattern::Vector(list) => {
                self.out.byte(5);
                self.list_pattern(list);
            }
        }
    }

    fn list_pattern(&mut self, list: &ListPattern) {
        self.patterns(&list.before);
        match &list.repeated {
            None => self.out.byte(0),
            Some(repeated) => {
                self.out.byte(1);
                self.pattern(&repeated.pattern);
                self.numbers(&repeated.slots);
            }
        }
        self.patterns(&list.after);
        match &list.tail {
            None => self.out.byte(0),
            Some(tail) => {
                self.out.byte(1);
                self.pattern(tail);
            }
        }
    }

    fn patterns(&mut self, patterns: &[Pattern]) {
        self.out.length(patterns.len());
        patterns.iter().for_each(|pattern| self.pattern(pattern));
    }

    fn template(&mut self, template: &Template) {
        match template {
            Template::Variable(cursor) => {
                self.out.byte(0);
                self.out.number(*cursor);
            }
            Template::Ident(index) => {
                self.out.byte(1);
                self.out.number(*index);
            }
            Template::Atom(datum) => {
                self.out.byte(2);
                self.out.datum(datum);
            }
            Template::List(list) => {
                self.out.byte(3);
                self.list_template(list);
            }
            Template::Vector(list) => {
                self.out.byte(4);
                self.list_template(list);
            }
        }
    }

    fn list_template(&mut self, list: &ListTemplate) {
        self.files.write_span(list.span, &mut self.out);
        self.out.length(list.parts.len());
        for part in &list.parts {
            self.template(&part.template);
            self.out.length(part.ellipses.len());
            part.ellipses
                .iter()
                .for_each(|cursors| self.numbers(cursors));
        }
        match &list.tail {
            None => self.out.byte(0),
            Some(tail) => {
                self.out.byte(1);
                self.template(tail);
            }
        }
    }
}
