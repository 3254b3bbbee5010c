//! Templates of `syntax-rules`: from syntax to [`Template`].
//!
//! Each occurrence of a pattern variable has a cursor of its own, so that one variable
//! may stand at different ellipsis depths of one template.

use super::compile::{RulesCompiler, Variables};
use super::{ListTemplate, Part, Template};
use crate::errors::{Result, fault};
use crate::stx::{Stx, StxKind};

pub struct TemplateCompiler<'c, 'x, 'h> {
    rules: &'c mut RulesCompiler<'x, 'h>,
    variables: &'c Variables,
    cursors: Vec<u32>,
    /// Inside `(... template)`, where an ellipsis is an identifier like any other.
    escaped: bool,
}

/// An occurrence of a pattern variable, and how many ellipses must still step it.
struct Pending {
    cursor: u32,
    depth: u32,
    at: Stx,
}

type Compiled<T> = Result<(T, Vec<Pending>)>;

impl<'c, 'x, 'h> TemplateCompiler<'c, 'x, 'h> {
    pub fn new(rules: &'c mut RulesCompiler<'x, 'h>, variables: &'c Variables) -> Self {
        TemplateCompiler {
            rules,
            variables,
            cursors: Vec::new(),
            escaped: false,
        }
    }

    /// The template, and the slot of each cursor in it.
    pub fn compile(mut self, template: &Stx) -> Result<(Template, Vec<u32>)> {
        let (template, pending) = self.template(template)?;
        match pending.iter().find(|pending| pending.depth > 0) {
            None => Ok((template, self.cursors)),
            Some(Pending { at, .. }) => {
                let name = at
                    .to_datum()
                    .as_symbol()
                    .map_or("", |symbol| symbol.as_str());
                let message = format!("`{name}` needs an ellipsis here, as it has in the pattern");
                Err(fault("bad-template", message, at))
            }
        }
    }

    fn template(&mut self, template: &Stx) -> Compiled<Template> {
        match &template.kind {
            StxKind::Ident(_) => self.ident(template),
            StxKind::Atom(datum) => Ok((Template::Atom(datum.clone()), Vec::new())),
            StxKind::List(list) => match list.items() {
                [ellipsis, inner] if list.tail().is_none() && self.is_ellipsis(ellipsis) => {
                    self.escape(inner)
                }
                items => {
                    let (list, pending) = self.list(items, list.tail(), template)?;
                    Ok((Template::List(Box::new(list)), pending))
                }
            },
            StxKind::Vector(list) => {
                let (list, pending) = self.list(list.items(), None, template)?;
                Ok((Template::Vector(Box::new(list)), pending))
            }
        }
    }

    fn is_ellipsis(&self, template: &Stx) -> bool {
        !self.escaped && self.rules.is_ellipsis(template)
    }

    fn escape(&mut self, inner: &Stx) -> Compiled<Template> {
        self.escaped = true;
        let compiled = self.template(inner);
        self.escaped = false;
        compiled
    }

    fn ident(&mut self, at: &Stx) -> Compiled<Template> {
        let Some(ident) = at.as_ident() else {
            return Err(fault("bad-template", "not an identifier", at));
        };
        if let Some(variable) = self.variables.get(ident) {
            let cursor = u32::try_from(self.cursors.len()).unwrap_or(u32::MAX);
            self.cursors.push(variable.slot);
            let pending = Pending {
                cursor,
                depth: variable.depth,
                at: at.clone(),
            };
            return Ok((Template::Variable(cursor), vec![pending]));
        }
        if self.is_ellipsis(at) {
            let message = "an ellipsis follows a template; `(... ...)` inserts one";
            return Err(fault("bad-template", message, at));
        }
        Ok((
            Template::Ident(self.rules.template_ident(ident, at)),
            Vec::new(),
        ))
    }

    fn list(&mut self, items: &[Stx], tail: Option<&Stx>, at: &Stx) -> Compiled<ListTemplate> {
        let mut list = ListTemplate {
            parts: Vec::new(),
            tail: None,
            span: at.span,
        };
        let mut pending = Vec::new();
        let mut items = items.iter().peekable();
        while let Some(item) = items.next() {
            let (template, mut inner) = self.template(item)?;
            let mut ellipses = Vec::new();
            while let Some(ellipsis) = items.next_if(|next| self.is_ellipsis(next)) {
                ellipses.push(step(&mut inner, ellipsis)?);
            }
            list.parts.push(Part { template, ellipses });
            pending.append(&mut inner);
        }
        if let Some(tail) = tail {
            let (template, mut inner) = self.template(tail)?;
            list.tail = Some(template);
            pending.append(&mut inner);
        }
        Ok((list, pending))
    }
}

/// The cursors that an ellipsis steps.
fn step(pending: &mut [Pending], ellipsis: &Stx) -> Result<Vec<u32>> {
    let mut stepped = Vec::new();
    for occurrence in pending.iter_mut().filter(|occurrence| occurrence.depth > 0) {
        occurrence.depth -= 1;
        stepped.push(occurrence.cursor);
    }
    if stepped.is_empty() {
        let message = "no pattern variable before this ellipsis has one in the pattern";
        return Err(fault("bad-template", message, ellipsis));
    }
    Ok(stepped)
}
