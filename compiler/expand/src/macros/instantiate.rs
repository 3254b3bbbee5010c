//! From a template and what its variables stand for to new syntax.

use super::matching::{Match, Matches};
use super::{Macro, Part, Rule, RuleIdent, Rules, Template};
use crate::errors::{Result, fault, too_deep};
use crate::expansion::Expansion;
use crate::ident::{Ident, MAX_LEVEL, Mark, Origin};
use crate::stx::Stx;
use termite_syntax::{Diagnostic, Span, Symbol};

pub struct Instance<'i> {
    keyword: Symbol,
    idents: &'i [RuleIdent],
    /// Of this expansion.
    mark: Mark,
    /// Made when first needed, by index into the idents of the rules.
    aliases: Vec<Option<Ident>>,
    cursors: Vec<Option<&'i Match>>,
    form: &'i Stx,
    /// Whether what is made is placed where the template is, not where the use is.
    in_place: bool,
    /// Nodes made so far.
    size: u64,
    /// Nodes that may be made.
    room: u64,
}

impl Expansion<'_> {
    pub fn instantiate(
        &mut self,
        keyword: &Macro,
        rules: &Rules,
        rule: &Rule,
        matches: &Matches,
        form: &Stx,
    ) -> Result<Stx> {
        let slot = |slot: &u32| matches.get(*slot as usize).and_then(Option::as_ref);
        let mut instance = Instance {
            keyword: keyword.keyword,
            idents: &rules.idents,
            mark: Mark::fresh(),
            aliases: rules.idents.iter().map(|_| None).collect(),
            cursors: rule.cursors.iter().map(slot).collect(),
            form,
            in_place: false,
            size: 0,
            room: self.fuel(),
        };
        let expansion = instance.template(&rule.template)?;
        let size = instance.size;
        self.spend(size, form)?;
        Ok(expansion)
    }
}

impl<'i> Instance<'i> {
    /// A template without pattern variables, as it stands.
    pub fn whole(
        keyword: Symbol,
        idents: &'i [RuleIdent],
        template: &Template,
        form: &'i Stx,
    ) -> Result<Stx> {
        let mut instance = Instance {
            keyword,
            idents,
            mark: Mark::fresh(),
            aliases: idents.iter().map(|_| None).collect(),
            cursors: Vec::new(),
            form,
            in_place: true,
            size: 0,
            room: u64::MAX,
        };
        instance.template(template)
    }

    fn template(&mut self, template: &Template) -> Result<Stx> {
        self.count()?;
        match template {
            Template::Variable(cursor) => match self.cursors.get(*cursor as usize) {
                Some(Some(Match::One(stx))) => Ok(stx.clone()),
                Some(Some(Match::Many(_)) | None) | None => Err(self.uneven()),
            },
            Template::Ident(index) => {
                let own = self
                    .idents
                    .get(*index as usize)
                    .map_or(Span::NONE, |ident| ident.span);
                Ok(Stx::ident(self.alias(*index)?, self.place(own)))
            }
            Template::Atom(datum) => {
                let mut datum = datum.clone();
                datum.span = self.place(datum.span);
                Ok(Stx::atom(datum))
            }
            Template::List(list) => {
                let items = self.parts(&list.parts)?;
                let (span, origin) = (self.place(list.span), self.origin(list.span));
                match &list.tail {
                    None => Ok(Stx::list(items, span, origin)),
                    Some(tail) => Ok(Stx::dotted(items, self.template(tail)?, span, origin)),
                }
            }
            Template::Vector(list) => {
                let items = self.parts(&list.parts)?;
                Ok(Stx::vector(
                    items,
                    self.place(list.span),
                    self.origin(list.span),
                ))
            }
        }
    }

    fn count(&mut self) -> Result<()> {
        self.size += 1;
        if self.size > self.room {
            Err(Expansion::runaway(self.form))
        } else {
            Ok(())
        }
    }

    fn place(&self, own: Span) -> Span {
        if self.in_place && !own.is_none() {
            own
        } else {
            self.form.span
        }
    }

    fn origin(&self, span: Span) -> Option<Origin> {
        if self.in_place {
            None
        } else {
            Some(Origin {
                keyword: self.keyword,
                span,
            })
        }
    }

    fn alias(&mut self, index: u32) -> Result<Ident> {
        let index = index as usize;
        if let Some(Some(alias)) = self.aliases.get(index) {
            return Ok(alias.clone());
        }
        let Some(inserted) = self.idents.get(index) else {
            return Err(self.uneven());
        };
        if inserted.ident.level() >= MAX_LEVEL {
            return Err(too_deep(self.form.span));
        }
        let origin = self.origin(inserted.span);
        let meaning = inserted.meaning.clone();
        let alias = Ident::alias(inserted.ident.clone(), self.mark, meaning, origin);
        self.aliases[index] = Some(alias.clone());
        Ok(alias)
    }

    fn parts(&mut self, parts: &[Part]) -> Result<Vec<Stx>> {
        let mut items = Vec::with_capacity(parts.len());
        for part in parts {
            self.repeat(&part.template, &part.ellipses, &mut items)?;
        }
        Ok(items)
    }

    /// The outermost ellipsis is the last one.
    fn repeat(
        &mut self,
        template: &Template,
        ellipses: &[Vec<u32>],
        out: &mut Vec<Stx>,
    ) -> Result<()> {
        let Some((outermost, inner)) = ellipses.split_last() else {
            out.push(self.template(template)?);
            return Ok(());
        };
        let outer: Vec<Option<&'i Match>> = outermost
            .iter()
            .map(|cursor| self.cursors[*cursor as usize])
            .collect();
        for turn in 0..self.turns(&outer)? {
            for (cursor, whole) in outermost.iter().zip(&outer) {
                self.cursors[*cursor as usize] = element(*whole, turn);
            }
            self.count()?;
            self.repeat(template, inner, out)?;
        }
        for (cursor, whole) in outermost.iter().zip(outer) {
            self.cursors[*cursor as usize] = whole;
        }
        Ok(())
    }

    /// How often an ellipsis repeats; all variables it steps must agree.
    fn turns(&self, stepped: &[Option<&Match>]) -> Result<usize> {
        let mut turns = None;
        for matched in stepped {
            match matched {
                Some(Match::Many(all)) if turns.is_none_or(|turns| turns == all.len()) => {
                    turns = Some(all.len());
                }
                Some(Match::Many(_) | Match::One(_)) | None => return Err(self.uneven()),
            }
        }
        Ok(turns.unwrap_or(0))
    }

    fn uneven(&self) -> Box<Diagnostic> {
        let message = format!(
            "pattern variables of `{}` that are used together stand for sequences of different lengths",
            self.keyword
        );
        fault("uneven-ellipsis", message, self.form)
    }
}

fn element(whole: Option<&Match>, turn: usize) -> Option<&Match> {
    match whole {
        Some(Match::Many(all)) => all.get(turn),
        Some(Match::One(_)) | None => None,
    }
}
