//! Facts about the core program that `convert` needs before it starts.
//!
//! Counts the reads of each local variable, and finds for each variable of a `letrec`
//! which others of it its init mentions. One walk, on a stack of its own; it also finds
//! expressions that are nested too deeply for the passes that recurse.

use crate::env::Result;
use termite_expand::core::{Expr, ExprKind, Formals, LocalId, Module};
use termite_syntax::Diagnostic;

pub struct Facts {
    /// How often each local variable is read.
    pub reads: Vec<u32>,
    /// By variable of a `letrec`: variables of the same `letrec` that its init mentions.
    pub mentions: Vec<Vec<LocalId>>,
}

enum Task<'a> {
    Visit(&'a Expr, u32),
    /// The init of this variable of a `letrec` begins, ends.
    Enter(LocalId),
    Leave(LocalId),
}

struct Walk<'a> {
    facts: Facts,
    tasks: Vec<Task<'a>>,
    /// By variable of a `letrec`: the first variable of that `letrec`, its name.
    group: Vec<Option<LocalId>>,
    /// By name of a `letrec`: the variable whose init is being walked.
    current: Vec<Option<LocalId>>,
}

pub fn analyse(module: &Module, max_depth: u32) -> Result<Facts> {
    let n = module.locals.len();
    let facts = Facts {
        reads: vec![0; n],
        mentions: vec![Vec::new(); n],
    };
    let mut walk = Walk {
        facts,
        tasks: Vec::new(),
        group: vec![None; n],
        current: vec![None; n],
    };
    for form in &module.body {
        walk.tasks.push(Task::Visit(form, 0));
        while let Some(task) = walk.tasks.pop() {
            match task {
                Task::Visit(e, depth) if depth > max_depth => return Err(too_deep(e)),
                Task::Visit(e, depth) => walk.visit(e, depth)?,
                Task::Enter(local) => walk.set_current(local, Some(local)),
                Task::Leave(local) => walk.set_current(local, None),
            }
        }
    }
    Ok(walk.facts)
}

fn too_deep(e: &Expr) -> Diagnostic {
    Diagnostic::new(
        "nesting-too-deep",
        "this expression is nested too deeply",
        e.span,
    )
}

impl<'a> Walk<'a> {
    fn visit(&mut self, e: &'a Expr, depth: u32) -> Result<()> {
        match &e.kind {
            ExprKind::Quote(_) | ExprKind::Global(_) => {}
            ExprKind::Local(local) => self.read(*local, e)?,
            ExprKind::SetLocal(local, value) => {
                self.mention(*local);
                self.below(value, depth);
            }
            ExprKind::SetGlobal(_, value) | ExprKind::DefineGlobal(_, value) => {
                self.below(value, depth)
            }
            ExprKind::If(test, then, or_else) => {
                // As `convert` does it: one arm takes none of its stack.
                let then_depth = if is_atom(or_else) { depth } else { depth + 1 };
                self.tasks.push(Task::Visit(or_else, depth));
                self.tasks.push(Task::Visit(then, then_depth));
                self.below(test, depth);
            }
            ExprKind::Lambda(lambda) => self.below(&lambda.body, depth),
            ExprKind::CaseLambda(clauses) => clauses
                .iter()
                .rev()
                .for_each(|c| self.below(&c.body, depth)),
            ExprKind::Seq(exprs) => {
                let (last, init) = exprs.split_last().ok_or_else(|| empty_sequence(e))?;
                self.tasks.push(Task::Visit(last, depth));
                init.iter().rev().for_each(|e| self.below(e, depth));
            }
            ExprKind::Call(callee, args) => {
                args.iter().rev().for_each(|a| self.below(a, depth));
                self.below(callee, depth);
            }
            ExprKind::Let(bindings, body) => {
                self.tasks.push(Task::Visit(body, depth));
                bindings
                    .iter()
                    .rev()
                    .for_each(|(_, init)| self.below(init, depth));
            }
            ExprKind::Letrec(bindings, body) => self.letrec(bindings, body, depth),
            ExprKind::CallWithValues(producer, _, body) => {
                self.tasks.push(Task::Visit(body, depth));
                self.below(producer, depth);
            }
        }
        Ok(())
    }

    fn below(&mut self, e: &'a Expr, depth: u32) {
        self.tasks.push(Task::Visit(e, depth + 1));
    }

    fn letrec(&mut self, bindings: &'a [(LocalId, Expr)], body: &'a Expr, depth: u32) {
        self.tasks.push(Task::Visit(body, depth));
        for (local, init) in bindings.iter().rev() {
            self.group[local.0 as usize] = bindings.first().map(|b| b.0);
            self.tasks.push(Task::Leave(*local));
            self.below(init, depth);
            self.tasks.push(Task::Enter(*local));
        }
    }

    fn set_current(&mut self, local: LocalId, to: Option<LocalId>) {
        if let Some(group) = self.group[local.0 as usize] {
            self.current[group.0 as usize] = to;
        }
    }

    fn read(&mut self, local: LocalId, e: &Expr) -> Result<()> {
        let unknown = || {
            Diagnostic::new(
                "internal-error",
                format!("there is no local variable {}", local.0),
                e.span,
            )
        };
        *self
            .facts
            .reads
            .get_mut(local.0 as usize)
            .ok_or_else(unknown)? += 1;
        self.mention(local);
        Ok(())
    }

    fn mention(&mut self, local: LocalId) {
        let Some(group) = self.group[local.0 as usize] else {
            return;
        };
        let Some(from) = self.current[group.0 as usize] else {
            return;
        };
        let mentions = &mut self.facts.mentions[from.0 as usize];
        if mentions.last() != Some(&local) {
            mentions.push(local);
        }
    }
}

fn empty_sequence(e: &Expr) -> Diagnostic {
    Diagnostic::new("internal-error", "a sequence without expressions", e.span)
}

/// An expression without parts.
pub fn is_atom(e: &Expr) -> bool {
    matches!(
        e.kind,
        ExprKind::Quote(_) | ExprKind::Local(_) | ExprKind::Global(_)
    )
}

/// All variables that formals bind, in order.
pub fn formal_locals(formals: &Formals) -> impl Iterator<Item = LocalId> + '_ {
    formals
        .required
        .iter()
        .chain(&formals.optional)
        .chain(&formals.rest)
        .copied()
}
