//! Bytes to macros. Indices are checked here, so that nothing later has to.

use super::bytes::{Decoded, Reader, corrupt, read_span};
use super::interface::{Export, Interface};
use crate::ident::{Ident, Mark, Meaning};
use crate::macros::procedure::Procedure;
use crate::macros::{
    ListPattern, ListTemplate, Macro, Part, Pattern, Repeated, Rule, RuleIdent, Rules, Template,
    Transformer,
};
use crate::stack::nesting_limit;
use termite_syntax::FileId;

/// An identifier of a macro, and what its library binds it to.
pub type Resolved<'d> = &'d mut dyn FnMut(Export) -> Decoded<Meaning>;

/// Reads the macro with this index; `meaning` turns what identifiers are bound to into
/// what they mean here.
pub fn decode_macro(interface: &Interface, index: u32, meaning: Resolved<'_>) -> Decoded<Macro> {
    let (bytes, files) = interface
        .macro_bytes(index)
        .ok_or_else(|| corrupt("a macro is missing"))?;
    let mut from = Reader::new(bytes, 0);
    let keyword = from.symbol()?;
    let span = read_span(files, &mut from)?;
    let kind = from.byte()?;
    let mut decoder = Decoder {
        from,
        files,
        idents: 0,
        slots: 0,
        cursors: 0,
        room: nesting_limit(),
    };
    let idents = decoder.idents(meaning)?;
    let transformer = match kind {
        0 => Transformer::Rules(Rules {
            idents,
            rules: decoder.rules()?,
        }),
        1 => Transformer::Procedure(Procedure::from_parts(idents, decoder.template()?)),
        _ => return Err(corrupt("a macro of unknown kind")),
    };
    Ok(Macro {
        keyword,
        span,
        transformer,
    })
}

struct Decoder<'d> {
    from: Reader<'d>,
    files: &'d [FileId],
    /// How many there are of each, in the macro or the current rule.
    idents: usize,
    slots: usize,
    cursors: usize,
    /// Nesting still allowed.
    room: u32,
}

impl Decoder<'_> {
    fn idents(&mut self, meaning: Resolved<'_>) -> Decoded<Vec<RuleIdent>> {
        self.idents = self.from.length()?;
        (0..self.idents).map(|_| self.ident(meaning)).collect()
    }

    fn ident(&mut self, meaning: Resolved<'_>) -> Decoded<RuleIdent> {
        let plain = Ident::Plain(self.from.symbol()?);
        let ident = match self.from.byte()? {
            0 => plain,
            _ => Ident::alias(plain, Mark::fresh(), Meaning::Unbound, None),
        };
        let span = read_span(self.files, &mut self.from)?;
        let meaning = match self.from.byte()? {
            0 => Meaning::Unbound,
            _ => meaning(Export::read(&mut self.from)?)?,
        };
        Ok(RuleIdent {
            ident,
            meaning,
            span,
        })
    }

    fn rules(&mut self) -> Decoded<Vec<Rule>> {
        let count = self.from.length()?;
        (0..count).map(|_| self.rule()).collect()
    }

    fn rule(&mut self) -> Decoded<Rule> {
        let variables = self.from.list(Reader::symbol)?;
        self.slots = variables.len();
        let pattern = self.list_pattern()?;
        let cursors = self.indices(self.slots)?;
        self.cursors = cursors.len();
        let template = self.template()?;
        Ok(Rule {
            pattern,
            variables,
            template,
            cursors,
        })
    }

    fn index(&mut self, count: usize) -> Decoded<u32> {
        let index = self.from.number()?;
        if (index as usize) < count {
            Ok(index)
        } else {
            Err(corrupt("an index is too great"))
        }
    }

    fn indices(&mut self, count: usize) -> Decoded<Vec<u32>> {
        let length = self.from.length()?;
        (0..length).map(|_| self.index(count)).collect()
    }

    fn nested<T>(&mut self, work: impl FnOnce(&mut Self) -> Decoded<T>) -> Decoded<T> {
        self.room = self
            .room
            .checked_sub(1)
            .ok_or_else(|| corrupt("nested too deep"))?;
        let result = work(self);
        self.room += 1;
        result
    }

    fn optional<T>(&mut self, work: impl FnOnce(&mut Self) -> Decoded<T>) -> Decoded<Option<T>> {
        match self.from.byte()? {
            0 => Ok(None),
            _ => work(self).map(Some),
        }
    }

    fn pattern(&mut self) -> Decoded<Pattern> {
        Ok(match self.from.byte()? {
            0 => Pattern::Any,
            1 => Pattern::Variable(self.index(self.slots)?),
            2 => Pattern::Literal(self.index(self.idents)?),
            3 => Pattern::Atom(self.from.datum()?),
            4 => Pattern::List(Box::new(self.nested(Self::list_pattern)?)),
            5 => Pattern::Vector(Box::new(self.nested(Self::list_pattern)?)),
            _ => return Err(corrupt("a pattern of unknown kind")),
        })
    }

    fn list_pattern(&mut self) -> Decoded<ListPattern> {
        let before = self.patterns()?;
        let repeated = self.optional(|d| {
            let pattern = d.pattern()?;
            Ok(Repeated {
                pattern,
                slots: d.indices(d.slots)?,
            })
        })?;
        let after = self.patterns()?;
        let tail = self.optional(Self::pattern)?;
        Ok(ListPattern {
            before,
            repeated,
            after,
            tail,
        })
    }

    fn patterns(&mut self) -> Decoded<Vec<Pattern>> {
        let count = self.from.length()?;
        (0..count).map(|_| self.pattern()).collect()
    }

    fn template(&mut self) -> Decoded<Template> {
        Ok(match self.from.byte()? {
            0 => Template::Variable(self.index(self.cursors)?),
            1 => Template::Ident(self.index(self.idents)?),
            2 => Template::Atom(self.from.datum()?),
            3 => Template::List(Box::new(self.nested(Self::list_template)?)),
            4 => Template::Vector(Box::new(self.nested(Self::list_template)?)),
            _ => return Err(corrupt("a template of unknown kind")),
        })
    }

    fn list_template(&mut self) -> Decoded<ListTemplate> {
        let span = read_span(self.files, &mut self.from)?;
        let count = self.from.length()?;
        let parts = (0..count)
            .map(|_| self.part())
            .collect::<Decoded<Vec<_>>>()?;
        let tail = self.optional(Self::template)?;
        Ok(ListTemplate { parts, tail, span })
    }

    fn part(&mut self) -> Decoded<Part> {
        let template = self.template()?;
        let count = self.from.length()?;
        let ellipses = (0..count)
            .map(|_| self.indices(self.cursors))
            .collect::<Decoded<Vec<_>>>()?;
        Ok(Part { template, ellipses })
    }
}
