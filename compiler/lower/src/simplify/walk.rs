//! Folding along the dominators: constants, types, tests whose outcome is known, values
//! that were computed before in the same segment.

use super::Simplify;
use super::facts::{
    Expr, Fact, Facts, List, Type, expression, learned, tested_type, type_of_constant,
    type_of_result,
};
use super::fold::fold;
use crate::flow::graph::Graph;
use crate::flow::{Arg, Block, BlockId, FunId, Inst, OpInst, Tables, Term, Var};
use std::collections::HashMap;
use termite_ir::op::Res;
use termite_ir::{Immediate, Op};

struct Walk {
    facts: Facts,
    /// Facts at the end of each block.
    at_end: Vec<List>,
    /// How variables were computed.
    made: HashMap<Var, Expr>,
    types: HashMap<Var, Type>,
    /// What is known where the walk is.
    here: List,
    changed: bool,
}

impl Simplify<'_> {
    /// Whether anything changed.
    pub(super) fn walk(&mut self, f: FunId) -> bool {
        let graph = Graph::new(self.program.fun(f));
        let doms = graph.dominators();
        let count = self.program.fun(f).blocks.len();
        let region = regions(&graph, &self.return_blocks(f, &graph), count);
        let mut walk = Walk {
            facts: Facts::default(),
            at_end: vec![0; count],
            made: HashMap::new(),
            types: HashMap::new(),
            here: 0,
            changed: false,
        };
        for &b in &graph.order {
            walk.here = doms.idom(b).map_or(0, |d| walk.at_end[d.index()]);
            if region[b.index()] == b {
                walk.here = walk.facts.add(walk.here, Fact::Barrier);
            }
            if let [pred] = graph.preds(b) {
                self.learn_from_branch(&mut walk, f, *pred, b);
            }
            let mut block =
                std::mem::replace(self.program.fun_mut(f).block_mut(b), Block::missing());
            self.walk_block(&mut walk, &mut block);
            walk.at_end[b.index()] = walk.here;
            *self.program.fun_mut(f).block_mut(b) = block;
        }
        walk.changed
    }

    fn return_blocks(&self, f: FunId, graph: &Graph) -> Vec<BlockId> {
        let fun = self.program.fun(f);
        graph
            .order
            .iter()
            .filter_map(|&b| fun.block(b).term.ret())
            .map(|r| r.block)
            .collect()
    }

    fn learn_from_branch(&self, walk: &mut Walk, f: FunId, pred: BlockId, b: BlockId) {
        if let Term::Branch {
            cond: Arg::Var(v),
            then,
            or_else,
        } = self.program.fun(f).block(pred).term
            && then != or_else
        {
            walk.learn(v, then == b);
        }
    }

    fn walk_block(&mut self, walk: &mut Walk, block: &mut Block) {
        for inst in std::mem::take(&mut block.insts) {
            match inst {
                Inst::Op(op) => {
                    if let Some(op) = self.walk_op(walk, op) {
                        block.insts.push(Inst::Op(op));
                    }
                }
                Inst::Fix(list) => block.insts.push(Inst::Fix(list)),
            }
        }
        self.walk_term(walk, block);
    }

    /// The instruction, unless its result is known.
    fn walk_op(&mut self, walk: &mut Walk, mut op: OpInst) -> Option<OpInst> {
        op.args.iter_mut().for_each(|a| *a = self.resolve(*a));
        if let Some(known) = self.known_result(walk, &op) {
            self.replace(op.dst?, known);
            walk.changed = true;
            return None;
        }
        if let (Op::Eq, &[a, b]) = (op.op, &op.args[..])
            && (a == Arg::FALSE || b == Arg::FALSE)
        {
            (op.op, op.args) = (Op::Not, vec![if a == Arg::FALSE { b } else { a }]);
        }
        walk.record(&self.program.tables, &op);
        Some(op)
    }

    fn known_result(&self, walk: &Walk, op: &OpInst) -> Option<Arg> {
        let type_of = |arg: Arg| match arg {
            Arg::Var(v) => walk
                .types
                .get(&v)
                .copied()
                .or_else(|| walk.facts.type_of(walk.here, v)),
            _ => type_of_constant(&self.program.tables, arg),
        };
        if let Some(known) = fold(&self.program.tables, op.op, &op.args, type_of) {
            return Some(known);
        }
        if let (Op::Not, &[Arg::Var(v)]) = (op.op, &op.args[..])
            && let Some(truth) = walk.facts.truth(walk.here, v)
        {
            return Some(Arg::boolean(!truth));
        }
        let expr = expression(&self.program.tables, op)?;
        if op.op.result() == Res::Bool
            && let Some(outcome) = walk.facts.outcome(walk.here, &expr)
        {
            return Some(Arg::boolean(outcome));
        }
        walk.facts.value(walk.here, &expr).map(Arg::Var)
    }

    fn walk_term(&mut self, walk: &mut Walk, block: &mut Block) {
        block.term.each_arg_mut(|a| *a = self.resolve(*a));
        match &mut block.term {
            Term::Branch {
                cond,
                then,
                or_else,
            } => {
                while let Arg::Var(v) = *cond
                    && let Some((Op::Not, [Some(inner), _])) = walk.made.get(&v)
                {
                    *cond = self.resolve(*inner);
                    std::mem::swap(then, or_else);
                    walk.changed = true;
                }
                if let Some(truth) = walk.truth_of(*cond) {
                    block.term = Term::Goto(if truth { *then } else { *or_else }, Vec::new());
                    walk.changed = true;
                }
            }
            Term::Call {
                callee, args, span, ..
            } => {
                let before = *callee;
                let insts = self.program.enter_clause(callee, args, *span);
                walk.changed |= before != *callee;
                block.insts.extend(insts);
            }
            Term::Return(_) | Term::Throw { .. } | Term::Goto(..) | Term::Missing => {}
        }
    }
}

impl Walk {
    fn truth_of(&self, cond: Arg) -> Option<bool> {
        match cond {
            Arg::Imm(imm) => Some(imm != Immediate::False),
            Arg::Var(v) => match self.types.get(&v) {
                Some(ty) if *ty != Type::Boolean => Some(true),
                _ => self.facts.truth(self.here, v),
            },
            Arg::Fixnum(_) | Arg::Lit(_) | Arg::Fun(_) | Arg::ImportProc(_) | Arg::Prim(_) => {
                Some(true)
            }
        }
    }

    /// The branch on `v` went this way.
    fn learn(&mut self, v: Var, truth: bool) {
        self.add(Fact::Truth(v, truth));
        let Some(&(op, args)) = self.made.get(&v) else {
            return;
        };
        self.add(Fact::Outcome((op, args), truth));
        match (op, args[0]) {
            (Op::Not, Some(Arg::Var(x))) => self.add(Fact::Truth(x, !truth)),
            (_, Some(Arg::Var(x))) if truth => {
                if let Some(ty) = tested_type(op) {
                    self.add(Fact::Is(x, ty));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, fact: Fact) {
        self.here = self.facts.add(self.here, fact);
    }

    /// Remembers what an instruction computes, and what its success says.
    fn record(&mut self, tables: &Tables, op: &OpInst) {
        for &(i, ty) in learned(op.op) {
            if let Some(&Arg::Var(x)) = op.args.get(i) {
                self.add(Fact::Is(x, ty));
            }
        }
        let Some(dst) = op.dst else { return };
        if let Some(ty) = type_of_result(op.op.result()) {
            self.types.insert(dst, ty);
        }
        if let Some(expr) = expression(tables, op) {
            self.made.insert(dst, expr);
            self.add(Fact::Value(expr, dst));
        }
    }
}

/// By block: where its segment will begin, roughly.
fn regions(graph: &Graph, returns: &[BlockId], count: usize) -> Vec<BlockId> {
    let mut region: Vec<BlockId> = (0..count as u32).map(BlockId).collect();
    let mut begins = vec![false; count];
    returns.iter().for_each(|b| begins[b.index()] = true);
    for &b in &graph.order {
        let mut of_preds = graph.preds(b).iter().map(|p| region[p.index()]);
        if let Some(first) = of_preds.next()
            && !begins[b.index()]
            && !graph.is_header(b)
            && of_preds.all(|r| r == first)
        {
            region[b.index()] = first;
        }
    }
    region
}
