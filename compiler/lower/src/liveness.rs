//! Which variables are live where a block begins.
//!
//! A free variable counts as a use of the closure: a frame keeps the closure, and the
//! value is read from it again.

use crate::flow::graph::Graph;
use crate::flow::{Arg, Block, BlockId, FunId, Inst, Program, Term, Var};
use std::collections::HashSet;

pub struct Liveness {
    live_in: Vec<Vec<Var>>,
}

/// The variables that a block uses: operands, closures of procedures that it calls
/// directly, free values of closures that it makes.
pub fn each_use(program: &Program, block: &Block, mut f: impl FnMut(Var)) {
    for inst in &block.insts {
        match inst {
            Inst::Op(op) => op.args.iter().filter_map(|a| a.var()).for_each(&mut f),
            Inst::Fix(list) => list
                .iter()
                .flat_map(|&g| &program.fun(g).free)
                .copied()
                .for_each(&mut f),
        }
    }
    block
        .term
        .each_arg(|a| a.var().into_iter().for_each(&mut f));
    if let Term::Call {
        callee: Arg::Fun(g),
        ..
    } = &block.term
    {
        program.fun(*g).closure.into_iter().for_each(&mut f);
    }
}

/// The variables that a block defines.
pub fn each_def(program: &Program, block: &Block, mut f: impl FnMut(Var)) {
    block.defs().for_each(&mut f);
    for inst in &block.insts {
        if let Inst::Fix(list) = inst {
            list.iter()
                .filter_map(|&g| program.fun(g).closure)
                .for_each(&mut f);
        }
    }
}

impl Liveness {
    pub fn new(program: &Program, f: FunId, graph: &Graph) -> Liveness {
        let fun = program.fun(f);
        let free: HashSet<Var> = fun.free.iter().copied().collect();
        let mut effects: Vec<(Vec<Var>, HashSet<Var>)> = Vec::new();
        for block in &fun.blocks {
            let mut defs = HashSet::new();
            each_def(program, block, |v| {
                defs.insert(v);
            });
            let mut uses = Vec::new();
            each_use(program, block, |v| {
                let v = if free.contains(&v) {
                    fun.closure.unwrap_or(v)
                } else {
                    v
                };
                if !defs.contains(&v) {
                    uses.push(v);
                }
            });
            uses.sort_unstable();
            uses.dedup();
            effects.push((uses, defs));
        }
        let mut liveness = Liveness {
            live_in: effects.iter().map(|e| e.0.clone()).collect(),
        };
        liveness.settle(graph, &effects, |b| {
            fun.block(b).term.successors().collect()
        });
        liveness
    }

    fn settle(
        &mut self,
        graph: &Graph,
        effects: &[(Vec<Var>, HashSet<Var>)],
        successors: impl Fn(BlockId) -> Vec<BlockId>,
    ) {
        let mut pending: Vec<BlockId> = graph.order.clone();
        let mut queued = vec![true; self.live_in.len()];
        while let Some(b) = pending.pop() {
            queued[b.index()] = false;
            let mut live = self.live_in[b.index()].clone();
            for s in successors(b) {
                live.extend(
                    self.live_in[s.index()]
                        .iter()
                        .filter(|v| !effects[b.index()].1.contains(v)),
                );
            }
            live.sort_unstable();
            live.dedup();
            if live.len() > self.live_in[b.index()].len() {
                self.live_in[b.index()] = live;
                for &p in graph.preds(b) {
                    if !std::mem::replace(&mut queued[p.index()], true) {
                        pending.push(p);
                    }
                }
            }
        }
    }

    /// Ascending; without the block's parameters.
    pub fn live_in(&self, b: BlockId) -> &[Var] {
        &self.live_in[b.index()]
    }
}
