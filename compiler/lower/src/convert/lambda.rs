//! Procedures.

use super::{Convert, Cursor, Dest};
use crate::analyse::formal_locals;
use crate::env::Result;
use crate::flow::{Arg, BlockId, FunId, Inst, Program, Term, Var, VarKind};
use crate::resolve::declare;
use termite_expand::core::Lambda;
use termite_syntax::Symbol;

impl Program {
    /// A procedure with its further clauses and their workers.
    pub fn family(&self, head: FunId) -> Vec<FunId> {
        let chain = std::iter::successors(Some(head), |&c| self.fun(c).next_clause);
        chain
            .flat_map(|c| [Some(c), self.fun(c).worker])
            .flatten()
            .collect()
    }
}

impl<'a> Convert<'a> {
    pub(super) fn declare(
        &mut self,
        clauses: &[Lambda],
        name: Option<Symbol>,
        home: Option<FunId>,
    ) -> Result<FunId> {
        declare(&mut self.program, clauses, name, home)
    }

    /// The value of a procedure expression.
    pub(super) fn lambda(
        &mut self,
        clauses: &'a [Lambda],
        name: Option<Symbol>,
        home: Option<FunId>,
    ) -> Result<Arg> {
        let head = self.declare(clauses, name, home)?;
        self.push(Inst::Fix(self.program.family(head)));
        self.define(head, clauses)?;
        Ok(Arg::Fun(head))
    }

    /// Converts the bodies of declared clauses.
    pub(super) fn define(&mut self, head: FunId, clauses: &'a [Lambda]) -> Result<()> {
        let mut clause = Some(head);
        for lambda in clauses {
            let Some(f) = clause else { break };
            match self.program.fun(f).worker {
                Some(worker) => {
                    self.define_wrapper(f, worker, lambda);
                    self.define_body(worker, lambda)?;
                }
                None => self.define_body(f, lambda)?,
            }
            clause = self.program.fun(f).next_clause;
        }
        Ok(())
    }

    fn define_wrapper(&mut self, f: FunId, worker: FunId, lambda: &Lambda) {
        let params = self.new_params(self.program.fun(f).param_count());
        let args = params.iter().copied().map(Arg::Var).collect();
        let fun = self.program.fun_mut(f);
        let entry = fun.new_block(params, fun.name);
        let term = Term::Call {
            callee: Arg::Fun(worker),
            args,
            ret: None,
            span: lambda.span,
        };
        fun.block_mut(entry).term = term;
    }

    fn define_body(&mut self, f: FunId, lambda: &'a Lambda) -> Result<()> {
        let params = self.new_params(self.program.fun(f).param_count());
        let outer = std::mem::replace(
            &mut self.at,
            Cursor {
                fun: f,
                block: BlockId(0),
            },
        );
        self.block(params.clone());
        for (local, param) in formal_locals(&lambda.formals).zip(params) {
            self.bind(local, Arg::Var(param), lambda.span)?;
        }
        self.into(&lambda.body, Dest::Return)?;
        self.at = outer;
        Ok(())
    }

    fn new_params(&mut self, count: usize) -> Vec<Var> {
        (0..count)
            .map(|_| self.program.new_var(VarKind::Any))
            .collect()
    }
}
