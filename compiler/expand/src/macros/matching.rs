//! Whether a use of a macro fits a pattern, and what the pattern's variables stand for.

use super::{ListPattern, Pattern, Repeated, Rule, Rules};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::stx::{Stx, StxKind};

/// What a pattern variable matched.
pub enum Match {
    One(Stx),
    /// Under an ellipsis.
    Many(Vec<Match>),
}

/// By slot; all are filled after a success.
pub type Matches = Vec<Option<Match>>;

struct Matcher<'m, 'h> {
    expansion: &'m Expansion<'h>,
    rules: &'m Rules,
    slots: Matches,
}

impl Expansion<'_> {
    pub fn match_rule(&self, rules: &Rules, rule: &Rule, form: &Stx) -> Option<Matches> {
        let slots = rule.variables.iter().map(|_| None).collect();
        let mut matcher = Matcher {
            expansion: self,
            rules,
            slots,
        };
        let (items, tail) = form.parts()?;
        let arguments = Sequence {
            items: items.get(1..)?,
            tail,
            whole: form,
            skipped: 1,
        };
        matcher
            .list(&rule.pattern, arguments)
            .then_some(matcher.slots)
    }

    /// Whether an identifier at the current place is the literal of a macro (R7RS 4.3.2).
    fn is_literal(&self, rules: &Rules, literal: u32, ident: &Ident) -> bool {
        let Some(literal) = rules.idents.get(literal as usize) else {
            return false;
        };
        let wanted = self.meaning(&literal.ident, &literal.meaning);
        match (wanted, self.resolve(ident)) {
            (Some(wanted), Some(found)) => wanted.same(&found),
            (None, None) => literal.ident.symbol() == ident.symbol(),
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

/// The part of a list that is being matched.
#[derive(Clone, Copy)]
struct Sequence<'s> {
    items: &'s [Stx],
    tail: Option<&'s Stx>,
    whole: &'s Stx,
    /// How many elements of the whole precede `items`.
    skipped: usize,
}

impl Matcher<'_, '_> {
    fn pattern(&mut self, pattern: &Pattern, stx: &Stx) -> bool {
        match pattern {
            Pattern::Any => true,
            Pattern::Variable(slot) => self.fill(*slot, Match::One(stx.clone())),
            Pattern::Literal(literal) => stx
                .as_ident()
                .is_some_and(|ident| self.expansion.is_literal(self.rules, *literal, ident)),
            Pattern::Atom(datum) => stx.as_atom() == Some(datum),
            Pattern::List(list) => stx.parts().is_some_and(|(items, tail)| {
                self.list(
                    list,
                    Sequence {
                        items,
                        tail,
                        whole: stx,
                        skipped: 0,
                    },
                )
            }),
            Pattern::Vector(list) => match &stx.kind {
                StxKind::Vector(vector) => {
                    let items = vector.items();
                    self.list(
                        list,
                        Sequence {
                            items,
                            tail: None,
                            whole: stx,
                            skipped: 0,
                        },
                    )
                }
                StxKind::Ident(_) | StxKind::List(_) | StxKind::Atom(_) => false,
            },
        }
    }

    fn fill(&mut self, slot: u32, found: Match) -> bool {
        match self.slots.get_mut(slot as usize) {
            Some(place) => {
                *place = Some(found);
                true
            }
            None => false,
        }
    }

    fn list(&mut self, list: &ListPattern, sequence: Sequence<'_>) -> bool {
        let Sequence { items, .. } = sequence;
        let fixed = list.before.len() + list.after.len();
        let Some(spare) = items.len().checked_sub(fixed) else {
            return false;
        };
        let (before, rest) = items.split_at(list.before.len());
        let repeated = if list.repeated.is_some() { spare } else { 0 };
        let (middle, rest) = rest.split_at(repeated);
        let (after, rest) = rest.split_at(list.after.len());
        self.each(&list.before, before)
            && list
                .repeated
                .as_ref()
                .is_none_or(|pattern| self.repeat(pattern, middle))
            && self.each(&list.after, after)
            && self.tail(list.tail.as_ref(), sequence, rest)
    }

    fn each(&mut self, patterns: &[Pattern], items: &[Stx]) -> bool {
        patterns
            .iter()
            .zip(items)
            .all(|(pattern, item)| self.pattern(pattern, item))
    }

    fn tail(&mut self, pattern: Option<&Pattern>, sequence: Sequence<'_>, rest: &[Stx]) -> bool {
        let Some(pattern) = pattern else {
            return rest.is_empty() && sequence.tail.is_none();
        };
        let used = sequence.items.len() - rest.len();
        let tail = sequence.whole.skip(sequence.skipped + used);
        tail.is_some_and(|tail| self.pattern(pattern, &tail))
    }

    fn repeat(&mut self, repeated: &Repeated, items: &[Stx]) -> bool {
        let mut found: Vec<Vec<Match>> = repeated
            .slots
            .iter()
            .map(|_| Vec::with_capacity(items.len()))
            .collect();
        for item in items {
            if !self.pattern(&repeated.pattern, item) {
                return false;
            }
            for (slot, found) in repeated.slots.iter().zip(&mut found) {
                found.extend(self.slots.get_mut(*slot as usize).and_then(Option::take));
            }
        }
        let filled = repeated.slots.iter().zip(found);
        filled.fold(true, |good, (slot, found)| {
            self.fill(*slot, Match::Many(found)) && good
        })
    }
}
