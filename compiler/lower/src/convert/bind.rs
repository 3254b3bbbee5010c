//! Binding forms: `let`, `letrec*`, several values.
//!
//! A `letrec*` is fixed (Waddell, Sarkar, Dybvig, "Fixing Letrec", 2005; Ghuloum, Dybvig,
//! "Fixing Letrec (reloaded)", 2009): the bindings fall into strongly connected
//! components by what their inits mention, where an init that may have effects also
//! depends on the one before it. A component of procedures becomes one `Fix`; a single
//! other binding is a `let`; what remains is boxed, and only there is a read checked.

use super::{Convert, Dest, Place};
use crate::analyse::formal_locals;
use crate::env::Result;
use crate::flow::graph::components;
use crate::flow::{Arg, Inst, Ret, VarKind};
use crate::resolve::{MAX_ARGS, clauses};
use std::collections::{HashMap, HashSet};
use termite_expand::core::{Expr, ExprKind, Formals, LocalId};
use termite_ir::{Immediate, Op};
use termite_syntax::{Diagnostic, Span};

type Bindings = [(LocalId, Expr)];

impl<'a> Convert<'a> {
    pub(super) fn bind_let(&mut self, bindings: &'a Bindings) -> Result<()> {
        let values = bindings
            .iter()
            .map(|(_, init)| self.value(init))
            .collect::<Result<Vec<Arg>>>()?;
        for ((local, init), value) in bindings.iter().zip(values) {
            self.bind(*local, value, init.span)?;
        }
        Ok(())
    }

    /// Binds a local to a value, in a box if it is assigned anywhere.
    pub(super) fn bind(&mut self, local: LocalId, value: Arg, span: Span) -> Result<()> {
        let place = if self.module.locals[local.0 as usize].assigned {
            Place::Box {
                content: self.new_box(value, span)?,
                checked: false,
            }
        } else {
            Place::Value(value)
        };
        self.locals[local.0 as usize] = place;
        Ok(())
    }

    pub(super) fn bind_letrec(&mut self, bindings: &'a Bindings) -> Result<()> {
        for component in components(&self.dependencies(bindings)) {
            let group: Vec<&(LocalId, Expr)> = component.iter().map(|&i| &bindings[i]).collect();
            match group[..] {
                [(local, init)]
                    if !self.is_recursive(*local) && !self.is_procedure(*local, init) =>
                {
                    let value = self.value(init)?;
                    self.bind(*local, value, init.span)?;
                }
                _ => self.bind_recursive(&group)?,
            }
        }
        Ok(())
    }

    /// For each binding, those that must come before it. A constant keeps its place only
    /// if an init before it, that is no procedure, mentions it and so reads it too early.
    fn dependencies(&self, bindings: &Bindings) -> Vec<Vec<usize>> {
        let index: HashMap<LocalId, usize> =
            bindings.iter().enumerate().map(|(i, b)| (b.0, i)).collect();
        let mut read_early: HashSet<LocalId> = HashSet::new();
        let mut last_effect = None;
        let mut after = Vec::new();
        for (i, (local, init)) in bindings.iter().enumerate() {
            let mentions = &self.facts.mentions[local.0 as usize];
            let mut before: Vec<usize> = mentions
                .iter()
                .filter_map(|m| index.get(m).copied())
                .collect();
            if !self.is_procedure(*local, init) {
                if !matches!(init.kind, ExprKind::Quote(_)) || read_early.contains(local) {
                    before.extend(last_effect);
                    last_effect = Some(i);
                }
                read_early.extend(mentions);
            }
            after.push(before);
        }
        after
    }

    fn is_recursive(&self, local: LocalId) -> bool {
        self.facts.mentions[local.0 as usize].contains(&local)
    }

    /// A procedure under a name that is never assigned.
    fn is_procedure(&self, local: LocalId, init: &Expr) -> bool {
        clauses(init).is_some() && !self.module.locals[local.0 as usize].assigned
    }

    /// First boxes for what is no procedure, then the procedures together, then the
    /// other inits in order. From its init on, the value itself stands for a variable
    /// that is not assigned.
    fn bind_recursive(&mut self, group: &[&'a (LocalId, Expr)]) -> Result<()> {
        let (procs, others): (Vec<_>, Vec<_>) = group
            .iter()
            .copied()
            .partition(|(l, init)| self.is_procedure(*l, init));
        let mut boxes = Vec::new();
        for (local, init) in &others {
            let content = self.new_box(Arg::Imm(Immediate::Unbound), init.span)?;
            self.locals[local.0 as usize] = Place::Box {
                content,
                checked: true,
            };
            boxes.push(content);
        }
        self.fix(&procs)?;
        for ((local, init), content) in others.into_iter().zip(boxes) {
            let value = self.value(init)?;
            self.simple(Op::BoxSet, &[Arg::Var(content), value], init.span);
            let assigned = self.module.locals[local.0 as usize].assigned;
            let place = if assigned {
                Place::Box {
                    content,
                    checked: false,
                }
            } else {
                Place::Value(value)
            };
            self.locals[local.0 as usize] = place;
        }
        Ok(())
    }

    fn fix(&mut self, procs: &[&'a (LocalId, Expr)]) -> Result<()> {
        let mut heads = Vec::new();
        for (local, init) in procs {
            let Some(clauses) = clauses(init) else {
                continue;
            };
            let name = clauses[0]
                .name
                .or(Some(self.module.locals[local.0 as usize].name));
            let head = self.declare(clauses, name, Some(self.at.fun))?;
            self.locals[local.0 as usize] = Place::Value(Arg::Fun(head));
            heads.push((head, clauses));
        }
        if heads.is_empty() {
            return Ok(());
        }
        let family = heads
            .iter()
            .flat_map(|(head, _)| self.program.family(*head))
            .collect();
        self.push(Inst::Fix(family));
        heads
            .into_iter()
            .try_for_each(|(head, clauses)| self.define(head, clauses))
    }

    /// The values of `producer` as variables.
    pub(super) fn bind_values(&mut self, producer: &'a Expr, formals: &'a Formals) -> Result<()> {
        let locals: Vec<LocalId> = formal_locals(formals).collect();
        if locals.len() > MAX_ARGS {
            let message = format!("{MAX_ARGS} values at most can be received");
            return Err(Diagnostic::new("too-many-values", message, producer.span));
        }
        let params: Vec<_> = locals
            .iter()
            .map(|_| self.program.new_var(VarKind::Any))
            .collect();
        let block = self.block(params.clone());
        let values = (formals.required.len() + formals.optional.len()) as u16;
        let ret = Ret {
            block,
            values,
            rest: formals.rest.is_some(),
            ignores: false,
        };
        self.into(producer, Dest::Values(ret))?;
        self.switch(block);
        for (local, param) in locals.into_iter().zip(params) {
            self.bind(local, Arg::Var(param), producer.span)?;
        }
        Ok(())
    }
}
