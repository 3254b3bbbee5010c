//! Parameter lists, with Gambit's `#!optional`, `#!rest` and `#!key`.
//!
//! `(a #!optional (b init) #!rest r #!key (k init))`: an absent parameter takes its
//! init, evaluated in the scope of those before it, or else `#f`. Keyword arguments are
//! looked up in the rest list, which holds them too; where it has no name, it may hold
//! nothing else.

use crate::core::{Expr, Formals, LocalId};
use crate::errors::{Result, fault};
use crate::expansion::Expansion;
use crate::ident::Ident;
use crate::stx::Stx;
use termite_syntax::{Datum, DatumKind, Span, Special, Symbol};

/// A parameter list, taken apart.
#[derive(Default)]
pub struct Parameters<'s> {
    required: Vec<&'s Stx>,
    optional: Vec<Defaulted<'s>>,
    rest: Option<&'s Stx>,
    keys: Vec<Defaulted<'s>>,
}

struct Defaulted<'s> {
    name: &'s Stx,
    init: Option<&'s Stx>,
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Section {
    Required,
    Optional,
    Rest,
    Key,
}

impl<'s> Parameters<'s> {
    pub fn parse(list: &'s Stx) -> Result<Parameters<'s>> {
        let mut parameters = Parameters::default();
        if list.as_ident().is_some() {
            parameters.rest = Some(list);
            return Ok(parameters);
        }
        let Some((items, tail)) = list.parts() else {
            let message = "a parameter list is (name ...), (name ... . rest) or a name";
            return Err(fault("bad-parameters", message, list));
        };
        let mut section = Section::Required;
        for item in items {
            match marker(item) {
                Some(next) => section = following(section, next, item)?,
                None => section = parameters.add(item, section)?,
            }
        }
        parameters.finish(tail, section, list)
    }

    fn add(&mut self, item: &'s Stx, section: Section) -> Result<Section> {
        match section {
            Section::Required => self.required.push(plain(item)?),
            Section::Optional => self.optional.push(defaulted(item)?),
            Section::Key => self.keys.push(defaulted(item)?),
            Section::Rest if self.rest.is_none() => self.rest = Some(plain(item)?),
            Section::Rest => {
                return Err(fault("bad-parameters", "one name follows `#!rest`", item));
            }
        }
        Ok(section)
    }

    fn finish(
        mut self,
        tail: Option<&'s Stx>,
        section: Section,
        list: &Stx,
    ) -> Result<Parameters<'s>> {
        if let Some(tail) = tail {
            if section >= Section::Rest {
                let message = "a rest parameter comes before `#!key`, and there is one at most";
                return Err(fault("bad-parameters", message, tail));
            }
            self.rest = Some(plain(tail)?);
        } else if section == Section::Rest && self.rest.is_none() {
            return Err(fault("bad-parameters", "a name follows `#!rest`", list));
        }
        Ok(self)
    }

    pub fn required(&self) -> &[&'s Stx] {
        &self.required
    }

    pub fn rest(&self) -> Option<&'s Stx> {
        self.rest
    }

    pub fn is_simple(&self) -> bool {
        self.optional.is_empty() && self.keys.is_empty()
    }
}

fn marker(item: &Stx) -> Option<Section> {
    match item.as_atom()?.kind {
        DatumKind::Special(Special::Optional) => Some(Section::Optional),
        DatumKind::Special(Special::Rest) => Some(Section::Rest),
        DatumKind::Special(Special::Key) => Some(Section::Key),
        _ => None,
    }
}

fn following(section: Section, next: Section, at: &Stx) -> Result<Section> {
    if section < next {
        return Ok(next);
    }
    let message = "the order of markers is #!optional, #!rest, #!key, each once at most";
    Err(fault("bad-parameters", message, at))
}

fn plain(item: &Stx) -> Result<&Stx> {
    match item.as_ident() {
        Some(_) => Ok(item),
        None => Err(fault(
            "bad-parameters",
            "a parameter is an identifier",
            item,
        )),
    }
}

fn defaulted(item: &Stx) -> Result<Defaulted<'_>> {
    match item.items() {
        Some([name, init]) => Ok(Defaulted {
            name: plain(name)?,
            init: Some(init),
        }),
        Some(_) => Err(fault(
            "bad-parameters",
            "this parameter is name or (name init)",
            item,
        )),
        None => Ok(Defaulted {
            name: plain(item)?,
            init: None,
        }),
    }
}

/// Parameters that become bound one after the other, in front of a body.
struct Prologue {
    bindings: Vec<(LocalId, Expr, Span)>,
}

impl Expansion<'_> {
    /// Binds the parameters in a new scope, expands `body` there, and puts in front of it
    /// what fills in the absent ones.
    pub fn with_parameters(
        &mut self,
        parameters: &Parameters<'_>,
        body: impl FnOnce(&mut Self) -> Result<Expr>,
    ) -> Result<(Formals, Expr)> {
        self.scoped(|x| {
            let required = parameters.required.iter().map(|name| x.bind_local(name));
            let required = required.collect::<Result<Vec<_>>>()?;
            if parameters.is_simple() {
                let rest = parameters.rest.map(|name| x.bind_local(name)).transpose()?;
                let formals = Formals {
                    required,
                    optional: Vec::new(),
                    rest,
                };
                return Ok((formals, body(x)?));
            }
            let mut prologue = Prologue {
                bindings: Vec::new(),
            };
            let optional = x.optional_parameters(parameters, &mut prologue)?;
            let rest = x.rest_parameter(parameters)?;
            x.key_parameters(parameters, rest, &mut prologue)?;
            let body = body(x)?;
            Ok((
                Formals {
                    required,
                    optional,
                    rest,
                },
                prologue.before(body),
            ))
        })
    }

    fn optional_parameters(
        &mut self,
        parameters: &Parameters<'_>,
        prologue: &mut Prologue,
    ) -> Result<Vec<LocalId>> {
        let mut given = Vec::new();
        for parameter in &parameters.optional {
            let span = parameter.name.span;
            let argument = self.hidden_local(symbol_of(parameter.name).as_str());
            self.parameter_or_init(parameter, argument, span, prologue)?;
            given.push(argument);
        }
        Ok(given)
    }

    fn rest_parameter(&mut self, parameters: &Parameters<'_>) -> Result<Option<LocalId>> {
        match parameters.rest {
            Some(name) => Ok(Some(self.bind_local(name)?)),
            None if parameters.keys.is_empty() => Ok(None),
            None => Ok(Some(self.hidden_local("keys"))),
        }
    }

    fn key_parameters(
        &mut self,
        parameters: &Parameters<'_>,
        rest: Option<LocalId>,
        prologue: &mut Prologue,
    ) -> Result<()> {
        let Some(rest) = rest else {
            return Ok(());
        };
        if parameters.rest.is_none() {
            self.check_keys(parameters, rest, prologue);
        }
        for parameter in &parameters.keys {
            let span = parameter.name.span;
            let name = symbol_of(parameter.name);
            let operands = vec![
                Expr::local(rest, span),
                Expr::quote(keyword_of(parameter)),
                default_marker(span),
            ];
            let found = self.call_primitive("%key-ref", operands, span);
            let argument = self.builder.local(name);
            prologue.bindings.push((argument, found, span));
            self.parameter_or_init(parameter, argument, span, prologue)?;
        }
        Ok(())
    }

    /// Without a rest parameter, all that is left are keywords of the list, each with a
    /// value.
    fn check_keys(&mut self, parameters: &Parameters<'_>, rest: LocalId, prologue: &mut Prologue) {
        let Some(first) = parameters.keys.first() else {
            return;
        };
        let span = first.name.span;
        let keywords: Vec<Datum> = parameters.keys.iter().map(keyword_of).collect();
        let operands = vec![
            Expr::local(rest, span),
            Expr::quote(Datum::list(keywords, span)),
        ];
        let checked = self.call_primitive("%check-keys", operands, span);
        prologue
            .bindings
            .push((self.hidden_local("checked"), checked, span));
    }

    /// Binds a parameter to the argument, or to its init when that is `#!default`.
    fn parameter_or_init(
        &mut self,
        parameter: &Defaulted<'_>,
        argument: LocalId,
        span: Span,
        prologue: &mut Prologue,
    ) -> Result<()> {
        let init = match parameter.init {
            Some(init) => self.expr(init)?,
            None => Expr::quote(Datum::boolean(false, span)),
        };
        let operands = vec![Expr::local(argument, span), default_marker(span)];
        let absent = self.call_primitive("eq?", operands, span);
        let value = Expr::if_(absent, init, Expr::local(argument, span), span);
        let local = self.bind_local(parameter.name)?;
        prologue.bindings.push((local, value, span));
        Ok(())
    }
}

impl Prologue {
    fn before(self, body: Expr) -> Expr {
        self.bindings
            .into_iter()
            .rev()
            .fold(body, |body, (local, value, span)| {
                Expr::let_(vec![(local, value)], body, span)
            })
    }
}

fn default_marker(span: Span) -> Expr {
    Expr::quote(Datum::special(Special::Default, span))
}

fn keyword_of(parameter: &Defaulted<'_>) -> Datum {
    let name = symbol_of(parameter.name);
    Datum::symbol(format!("{name}:").as_str(), parameter.name.span)
}

fn symbol_of(name: &Stx) -> Symbol {
    name.as_ident().map_or(Symbol::intern(""), Ident::symbol)
}
