//! Calls: known procedures at the clause they enter, unknown ones, `values`, `%throw`.

use super::{Convert, Dest};
use crate::env::Result;
use crate::flow::{Arg, BlockId, Fit, Ret, Term};
use crate::resolve::{Binding, MAX_ARGS, Primitive};
use termite_expand::core::{Expr, ExprKind};
use termite_ir::Op;
use termite_syntax::{Diagnostic, Span};

impl<'a> Convert<'a> {
    pub(super) fn as_primitive(&self, callee: &Expr) -> Option<Primitive> {
        let ExprKind::Global(g) = callee.kind else {
            return None;
        };
        match self.bindings[g.0 as usize] {
            Binding::Primitive(p) => Some(p),
            Binding::Known(_) | Binding::Arg(_) | Binding::Clauses(..) | Binding::Cell(_) => None,
        }
    }

    /// A call that does not become an operation; the current block ends.
    pub(super) fn call(
        &mut self,
        callee: &'a Expr,
        args: &'a [Expr],
        span: Span,
        dest: Dest,
    ) -> Result<()> {
        match self.as_primitive(callee).map(|p| p.name) {
            Some("values") => {
                let values = self.operands(args, span)?;
                return self.deliver(&values, dest, span);
            }
            Some("%throw") if !args.is_empty() => {
                let mut values = self.operands(args, span)?;
                let frame = values.remove(0);
                self.finish(Term::Throw {
                    frame,
                    values,
                    span,
                });
                return Ok(());
            }
            _ => {}
        }
        let clauses = self.imported_clause(callee, args.len());
        let target = match clauses {
            Some((worker, _)) => worker,
            None => self.value(callee)?,
        };
        let mut args = self.operands(args, span)?;
        if let Some((_, fit)) = clauses {
            let insts = self.program.fit(&mut args, fit, span);
            insts.into_iter().for_each(|inst| self.push(inst));
        }
        self.emit_call(target, args, dest, span);
        Ok(())
    }

    pub(super) fn operands(&mut self, args: &'a [Expr], span: Span) -> Result<Vec<Arg>> {
        if args.len() > MAX_ARGS {
            let message = format!("a call has {MAX_ARGS} arguments at most");
            return Err(Diagnostic::new("too-many-arguments", message, span));
        }
        args.iter().map(|a| self.value(a)).collect()
    }

    /// The worker of an imported procedure for so many arguments.
    fn imported_clause(&self, callee: &Expr, count: usize) -> Option<(Arg, Fit)> {
        let ExprKind::Global(g) = callee.kind else {
            return None;
        };
        let Binding::Clauses(_, clauses) = &self.bindings[g.0 as usize] else {
            return None;
        };
        let clause = clauses.iter().find(|c| c.accepts(count))?;
        let fit = Fit {
            required: clause.required.into(),
            optional: clause.optional.into(),
            rest: clause.rest,
        };
        Some((Arg::ImportProc(clause.worker), fit))
    }

    fn emit_call(&mut self, callee: Arg, args: Vec<Arg>, dest: Dest, span: Span) {
        let (mut callee, mut args) = (callee, args);
        let insts = self.program.enter_clause(&mut callee, &mut args, span);
        insts.into_iter().for_each(|inst| self.push(inst));
        let ret = match dest {
            Dest::Return => None,
            Dest::Join(block) => Some(Ret::one(block)),
            Dest::Ignore(block) => Some(Ret::ignored(block)),
            Dest::Values(ret) => Some(ret),
        };
        self.finish(Term::Call {
            callee,
            args,
            ret,
            span,
        });
    }

    /// Hands values to a block that takes several, or a rest list.
    pub(super) fn deliver_values(&mut self, values: &[Arg], ret: Ret, span: Span) {
        let wanted = usize::from(ret.values);
        match values.len() {
            n if n == wanted && !ret.rest => self.goto(ret.block, values.to_vec()),
            n if n >= wanted && ret.rest => {
                let mut args = values[..wanted].to_vec();
                args.push(self.list_of(&values[wanted..], Arg::NULL, span));
                self.goto(ret.block, args);
            }
            _ => self.wrong_count(values, ret, span),
        }
    }

    /// A wrong number of values is an error when the program runs: the primitive returns
    /// them to a return point that takes another number.
    pub(super) fn wrong_count(&mut self, values: &[Arg], ret: Ret, span: Span) {
        let callee = Arg::Prim(self.program.values);
        self.finish(Term::Call {
            callee,
            args: values.to_vec(),
            ret: Some(ret),
            span,
        });
    }

    /// `memv` and its like in a test, over a short constant list: one comparison an
    /// element. Returns false, having done nothing, for all else.
    pub(super) fn test_member(
        &mut self,
        callee: &'a Expr,
        args: &'a [Expr],
        span: Span,
        yes: BlockId,
        no: BlockId,
    ) -> Result<bool> {
        let known = self
            .as_primitive(callee)
            .is_some_and(|p| matches!(p.name, "memq" | "memv" | "member"));
        let (
            [
                key,
                Expr {
                    kind: ExprKind::Quote(list),
                    ..
                },
            ],
            true,
        ) = (args, known)
        else {
            return Ok(false);
        };
        let Some(items) = list.list_items().filter(|items| items.len() <= 16) else {
            return Ok(false);
        };
        let tables = &mut self.program.tables;
        let items = items
            .into_iter()
            .map(|d| crate::literals::constant(tables, d))
            .collect::<Result<Vec<Arg>>>()?;
        if !items.iter().all(|&item| self.is_eq_comparable(item)) {
            return Ok(false);
        }
        let key = self.value(key)?;
        for item in items {
            let cond = self.simple(Op::Eq, &[key, item], span);
            let next = self.block(Vec::new());
            self.finish(Term::Branch {
                cond,
                then: yes,
                or_else: next,
            });
            self.switch(next);
        }
        self.goto(no, Vec::new());
        Ok(true)
    }
}
