//! Which variables of a library its exported macros may assign.
//!
//! A library is compiled before anyone uses its macros, so whether one of them will `set!`
//! a variable that it inserts is read off its templates. The variable is then marked as
//! assigned, as if the library did it itself, and is no constant to anyone.
//!
//! A template assigns a variable where it says `(set! variable ...)`, and may do so where
//! the variable is given to a macro that assigns what it is given, or stands in a list
//! whose head the macro's user supplies. What calls another procedure is left alone: the
//! head of a list is never taken for something assigned.

use crate::binding::{Binding, MacroRef};
use crate::builder::GlobalKey;
use crate::core_form::CoreForm;
use crate::expansion::Expansion;
use crate::ident::FastMap;
use crate::macros::{ListTemplate, Macro, Part, RuleIdent, Template, Transformer};
use std::sync::Arc;
use termite_syntax::{Span, Symbol};

/// Which macro: by its unit and index, or the object itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Open(*const Macro),
    Closed(Symbol, u32),
}

struct Search<'s, 'h> {
    x: &'s mut Expansion<'h>,
    /// Whether a macro may put something it is given, or inserts, into a `set!`.
    assigning: FastMap<Key, bool>,
    found: Vec<Symbol>,
}

/// What is known while one macro's templates are walked.
struct Walk<'m> {
    meanings: &'m [Option<Binding>],
    /// The macro has the form `set!` among its identifiers.
    sets: bool,
}

impl Expansion<'_> {
    /// Marks the variables of this unit that its macros may assign.
    pub fn mark_assigned(&mut self, macros: &[(Symbol, Arc<Macro>)]) {
        let mut search = Search {
            x: self,
            assigning: FastMap::default(),
            found: Vec::new(),
        };
        macros
            .iter()
            .for_each(|(_, keyword)| search.keyword(keyword));
        let found = search.found;
        for name in found {
            let global = self.builder.global(GlobalKey::Toplevel(name), Span::NONE);
            self.builder.assign_global(global);
        }
    }
}

impl Search<'_, '_> {
    fn keyword(&mut self, keyword: &Macro) {
        let meanings = self.meanings(keyword);
        let sets = has_set(&meanings);
        let walk = Walk {
            meanings: &meanings,
            sets,
        };
        match &keyword.transformer {
            Transformer::Rules(rules) => {
                for rule in &rules.rules {
                    self.template(&walk, &rule.template, false);
                }
            }
            // What a procedure makes of its quoted parts cannot be told.
            Transformer::Procedure(procedure) => self.template(&walk, &procedure.lambda, sets),
        }
    }

    fn meanings(&mut self, keyword: &Macro) -> Vec<Option<Binding>> {
        let (idents, in_macro_body) = idents_of(keyword);
        let outer = std::mem::replace(&mut self.x.in_macro_body, in_macro_body);
        let meanings = idents
            .iter()
            .map(|ident| self.x.meaning(&ident.ident, &ident.meaning))
            .collect();
        self.x.in_macro_body = outer;
        meanings
    }

    /// `exposed`: it may end up as what a `set!` assigns.
    fn template(&mut self, walk: &Walk<'_>, template: &Template, exposed: bool) {
        match template {
            Template::Variable(_) | Template::Atom(_) => {}
            Template::Ident(index) => {
                if exposed {
                    self.found(walk, *index);
                }
            }
            Template::List(list) => {
                let exposed = self.assigns(walk, list) || exposed;
                let (head, rest) = match list.parts.split_first() {
                    Some((head, rest)) => (Some(head), rest),
                    None => (None, &[][..]),
                };
                if let Some(Part { template, .. }) = head
                    && !matches!(template, Template::Ident(_))
                {
                    self.template(walk, template, exposed);
                }
                self.parts(walk, rest, exposed);
                if let Some(tail) = &list.tail {
                    self.template(walk, tail, exposed);
                }
            }
            Template::Vector(list) => self.parts(walk, &list.parts, exposed),
        }
    }

    fn parts(&mut self, walk: &Walk<'_>, parts: &[Part], exposed: bool) {
        for part in parts {
            self.template(walk, &part.template, exposed);
        }
    }

    /// Whether a list may assign what stands in it. A `set!` itself is seen to here.
    fn assigns(&mut self, walk: &Walk<'_>, list: &ListTemplate) -> bool {
        match list.parts.first().map(|head| &head.template) {
            Some(Template::Variable(_)) => true,
            Some(Template::Ident(index)) => match walk.meaning(*index) {
                Some(Binding::Core(CoreForm::Set)) => {
                    if let Some(Template::Ident(target)) = list.parts.get(1).map(|p| &p.template) {
                        self.found(walk, *target);
                    }
                    false
                }
                Some(Binding::Macro(keyword)) => self.is_assigning(keyword),
                Some(
                    Binding::Core(_)
                    | Binding::Primitive(_)
                    | Binding::Variable { .. }
                    | Binding::Toplevel(_)
                    | Binding::Local(_),
                ) => false,
                // It may be a macro that the template defines.
                None => walk.sets,
            },
            Some(Template::List(_) | Template::Vector(_) | Template::Atom(_)) | None => false,
        }
    }

    fn found(&mut self, walk: &Walk<'_>, index: u32) {
        if let Some(Binding::Toplevel(name)) = walk.meaning(index)
            && !self.found.contains(name)
        {
            self.found.push(*name);
        }
    }

    /// Whether `set!` is among the identifiers of a macro, or of those that it uses. One
    /// that cannot be read is reported where it is used.
    fn is_assigning(&mut self, keyword: &MacroRef) -> bool {
        let key = match keyword {
            MacroRef::Open(keyword) => Key::Open(Arc::as_ptr(keyword)),
            MacroRef::Closed(interface, index) => Key::Closed(interface.unit(), *index),
        };
        if let Some(known) = self.assigning.get(&key) {
            return *known;
        }
        // What a cycle of macros assigns, one of the others says.
        self.assigning.insert(key, false);
        let Ok(body) = self.x.macro_body(keyword) else {
            return true;
        };
        let meanings = self.meanings(&body);
        let assigning = has_set(&meanings)
            || meanings.iter().flatten().any(|meaning| match meaning {
                Binding::Macro(used) => self.is_assigning(used),
                Binding::Core(_)
                | Binding::Primitive(_)
                | Binding::Variable { .. }
                | Binding::Toplevel(_)
                | Binding::Local(_) => false,
            });
        self.assigning.insert(key, assigning);
        assigning
    }
}

impl Walk<'_> {
    fn meaning(&self, index: u32) -> Option<&Binding> {
        self.meanings.get(index as usize)?.as_ref()
    }
}

fn has_set(meanings: &[Option<Binding>]) -> bool {
    let mut meanings = meanings.iter().flatten();
    meanings.any(|meaning| meaning.is_core(CoreForm::Set))
}

/// The identifiers of a macro, and whether they stand in the body of a procedure.
fn idents_of(keyword: &Macro) -> (&[RuleIdent], bool) {
    match &keyword.transformer {
        Transformer::Rules(rules) => (&rules.idents, false),
        Transformer::Procedure(procedure) => (&procedure.idents, true),
    }
}
