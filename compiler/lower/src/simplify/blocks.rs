//! The shape of a procedure's graph.
//!
//! A jump to a block that only goes on is led to where that goes; one to a block that
//! only tests what it was given is led past the test; a block with one predecessor is
//! joined with it; a parameter that is the same on every way in is no parameter.

use super::Simplify;
use crate::flow::graph::Graph;
use crate::flow::{Arg, Block, BlockId, FunId, Renaming, Ret, Term, Var};
use termite_ir::Immediate;

/// How many jumps in a row are followed.
const THREAD_LIMIT: usize = 8;
/// A block that ends with a call is copied for this many predecessors.
const CALL_COPIES: usize = 3;
/// Sweeps over one procedure.
const SWEEPS: usize = 4;

impl Simplify<'_> {
    /// Whether anything changed.
    pub(super) fn blocks(&mut self, f: FunId) -> bool {
        let mut any = false;
        for _ in 0..SWEEPS {
            self.resolve_all(f);
            let graph = Graph::new(self.program.fun(f));
            self.drop_unreachable(f, &graph);
            self.count_all_uses(f, &graph);
            let mut changed = self.same_parameters(f, &graph);
            for &b in &graph.order {
                changed |= self.thread(f, b, &graph);
            }
            changed |= self.merge(f);
            self.forget_uses();
            if !changed {
                break;
            }
            any = true;
        }
        self.resolve_all(f);
        any
    }

    fn drop_unreachable(&mut self, f: FunId, graph: &Graph) {
        for (i, block) in self.program.fun_mut(f).blocks.iter_mut().enumerate() {
            if !graph.is_reachable(BlockId(i as u32)) {
                block.params.clear();
                block.insts.clear();
                block.term = Term::Missing;
            }
        }
    }

    fn count_all_uses(&mut self, f: FunId, graph: &Graph) {
        self.grow();
        for &b in &graph.order {
            let block = std::mem::replace(self.program.fun_mut(f).block_mut(b), Block::missing());
            for arg in block.insts.iter().flat_map(|i| i.args()) {
                arg.var().into_iter().for_each(|v| self.count_use(v, 1));
            }
            self.count_uses(&block.term);
            *self.program.fun_mut(f).block_mut(b) = block;
        }
    }

    // -- parameters --

    /// Replaces parameters that every jump gives the same operand.
    fn same_parameters(&mut self, f: FunId, graph: &Graph) -> bool {
        let mut changed = false;
        for &b in &graph.order {
            let params = &self.program.fun(f).block(b).params;
            if params.is_empty() || b.0 == 0 {
                continue;
            }
            let common = self.common_args(f, b, graph);
            let Some(common) = common.filter(|c| c.iter().any(Option::is_some)) else {
                continue;
            };
            let params = params.clone();
            for (param, arg) in params.iter().zip(&common) {
                arg.iter().for_each(|a| self.replace(*param, *a));
            }
            let keep: Vec<bool> = common.iter().map(Option::is_none).collect();
            self.keep_params(f, b, graph, &keep);
            changed = true;
        }
        changed
    }

    /// By parameter: the operand that all jumps give it. `None` when a call returns to
    /// the block.
    fn common_args(&self, f: FunId, b: BlockId, graph: &Graph) -> Option<Vec<Option<Arg>>> {
        let fun = self.program.fun(f);
        let params = &fun.block(b).params;
        let mut common: Vec<Common> = vec![Common::Nothing; params.len()];
        for p in graph.preds(b) {
            let Term::Goto(_, args) = &fun.block(*p).term else {
                return None;
            };
            for ((slot, arg), param) in common.iter_mut().zip(args).zip(params) {
                let arg = self.resolve(*arg);
                if arg != Arg::Var(*param) {
                    *slot = slot.meet(arg);
                }
            }
        }
        Some(common.into_iter().map(Common::one).collect())
    }

    fn keep_params(&mut self, f: FunId, b: BlockId, graph: &Graph, keep: &[bool]) {
        let fun = self.program.fun_mut(f);
        retain(&mut fun.block_mut(b).params, keep);
        for p in graph.preds(b) {
            if let Term::Goto(_, args) = &mut fun.block_mut(*p).term {
                retain(args, keep);
            }
        }
    }

    // -- jumps --

    /// Leads the jumps of a block past blocks that do nothing.
    fn thread(&mut self, f: FunId, b: BlockId, graph: &Graph) -> bool {
        let mut changed = false;
        for _ in 0..THREAD_LIMIT {
            let term = self.program.fun(f).block(b).term.clone();
            let next = match &term {
                Term::Goto(to, args) => self.past(f, b, *to, args, graph),
                Term::Branch {
                    cond,
                    then,
                    or_else,
                } => self.shorten_branch(f, *cond, *then, *or_else),
                Term::Call {
                    callee,
                    args,
                    ret: Some(ret),
                    span,
                } => self.shorten_return(f, *ret).map(|ret| Term::Call {
                    callee: *callee,
                    args: args.clone(),
                    ret: Some(ret),
                    span: *span,
                }),
                Term::Call { ret: None, .. }
                | Term::Return(_)
                | Term::Throw { .. }
                | Term::Missing => None,
            };
            let Some(next) = next else { break };
            self.change_term(f, b, next);
            changed = true;
        }
        changed
    }

    fn change_term(&mut self, f: FunId, b: BlockId, next: Term) {
        self.count_uses(&next);
        self.program.fun_mut(f).block_mut(b).term = next;
    }

    /// What a jump to an empty block comes to.
    fn past(
        &self,
        f: FunId,
        from: BlockId,
        to: BlockId,
        args: &[Arg],
        graph: &Graph,
    ) -> Option<Term> {
        let target = self.program.fun(f).block(to);
        if to == from || !target.insts.is_empty() || to.0 == 0 {
            return None;
        }
        let worth = match &target.term {
            Term::Goto(next, _) => *next != to,
            Term::Branch { .. } | Term::Return(_) => true,
            Term::Throw { .. } | Term::Call { .. } => {
                graph.preds(to).len() <= CALL_COPIES && !graph.is_header(to)
            }
            Term::Missing => false,
        };
        if !worth || !self.only_used_at_end(&target.params, &target.term) {
            return None;
        }
        let mut renaming = Renaming::default();
        target
            .params
            .iter()
            .zip(args)
            .for_each(|(p, a)| renaming.set(*p, self.resolve(*a)));
        let mut term = target.term.clone();
        term.each_arg_mut(|a| {
            *a = self.resolve(*a);
            renaming.apply(a);
        });
        Some(decide(term))
    }

    /// Whether the block's parameters have no uses but those in its terminator.
    fn only_used_at_end(&self, params: &[Var], term: &Term) -> bool {
        params.iter().all(|p| {
            let mut here = 0;
            term.each_arg(|a| here += u32::from(self.resolve(a) == Arg::Var(*p)));
            !self.captured[p.index()] && self.uses[p.index()] == here
        })
    }

    fn shorten_branch(&self, f: FunId, cond: Arg, then: BlockId, or_else: BlockId) -> Option<Term> {
        if then == or_else {
            return Some(Term::Goto(then, Vec::new()));
        }
        let shorten = |b: BlockId| match &self.program.fun(f).block(b) {
            block if !block.insts.is_empty() => None,
            block => match &block.term {
                Term::Goto(next, args) if args.is_empty() && *next != b => Some(*next),
                _ => None,
            },
        };
        let (a, b) = (shorten(then), shorten(or_else));
        if a.is_none() && b.is_none() {
            return None;
        }
        Some(Term::Branch {
            cond,
            then: a.unwrap_or(then),
            or_else: b.unwrap_or(or_else),
        })
    }

    /// A return point that only hands its values on is none.
    fn shorten_return(&self, f: FunId, ret: Ret) -> Option<Ret> {
        let fun = self.program.fun(f);
        let block = fun.block(ret.block);
        let Term::Goto(next, args) = &block.term else {
            return None;
        };
        let params: Vec<Arg> = block.params.iter().copied().map(Arg::Var).collect();
        let hands_on = block.insts.is_empty()
            && *args == params
            && fun.block(*next).params.len() == params.len();
        let unused = self.only_used_at_end(&block.params, &block.term);
        (hands_on && unused && *next != ret.block).then_some(Ret {
            block: *next,
            ..ret
        })
    }

    // -- merging --

    /// Joins blocks with their only predecessor.
    fn merge(&mut self, f: FunId) -> bool {
        let graph = Graph::new(self.program.fun(f));
        let mut changed = false;
        for &b in &graph.order {
            while let Some((to, args)) = self.only_successor(f, b, &graph) {
                let fun = self.program.fun_mut(f);
                let next = fun.block_mut(to);
                let mut insts = std::mem::take(&mut next.insts);
                let params = std::mem::take(&mut next.params);
                let term = std::mem::replace(&mut next.term, Term::Missing);
                let block = fun.block_mut(b);
                block.insts.append(&mut insts);
                block.term = term;
                params
                    .into_iter()
                    .zip(args)
                    .for_each(|(p, a)| self.replace(p, a));
                changed = true;
            }
        }
        changed
    }

    fn only_successor(&self, f: FunId, b: BlockId, graph: &Graph) -> Option<(BlockId, Vec<Arg>)> {
        let Term::Goto(to, args) = &self.program.fun(f).block(b).term else {
            return None;
        };
        (to.0 != 0 && *to != b && graph.preds(*to).len() == 1).then(|| (*to, args.clone()))
    }
}

/// A branch on a constant is a jump.
fn decide(term: Term) -> Term {
    match term {
        Term::Branch {
            cond: Arg::Imm(imm),
            then,
            or_else,
        } => Term::Goto(
            if imm == Immediate::False {
                or_else
            } else {
                then
            },
            Vec::new(),
        ),
        Term::Branch {
            cond: Arg::Fixnum(_) | Arg::Lit(_) | Arg::Fun(_) | Arg::ImportProc(_) | Arg::Prim(_),
            then,
            ..
        } => Term::Goto(then, Vec::new()),
        term => term,
    }
}

#[derive(Clone, Copy)]
enum Common {
    Nothing,
    One(Arg),
    Several,
}

impl Common {
    fn meet(self, arg: Arg) -> Common {
        match self {
            Common::Nothing => Common::One(arg),
            Common::One(other) if other == arg => self,
            Common::One(_) | Common::Several => Common::Several,
        }
    }

    fn one(self) -> Option<Arg> {
        match self {
            Common::One(arg) => Some(arg),
            Common::Nothing | Common::Several => None,
        }
    }
}

fn retain<T>(items: &mut Vec<T>, mask: &[bool]) {
    let mut mask = mask.iter();
    items.retain(|_| mask.next().copied().unwrap_or(true));
}
