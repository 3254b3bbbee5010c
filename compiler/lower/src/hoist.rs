//! Free values that a loop uses are read once, where the procedure begins.
//!
//! Otherwise every round reads them from the closure again, since segments keep the
//! closure and not what is in it.

use crate::flow::graph::{Graph, components};
use crate::flow::{Arg, FunId, Inst, OpInst, Program, Renaming, Var};
use std::collections::BTreeSet;
use termite_ir::Op;
use termite_syntax::Span;

/// More would rather fill frames and registers than save reads.
const MOST: usize = 6;

pub fn hoist(program: &mut Program) {
    for f in program.live_funs() {
        if !program.fun(f).free.is_empty() {
            let vars = free_in_loops(program, f);
            if !vars.is_empty() && vars.len() <= MOST {
                read_at_entry(program, f, &vars);
            }
        }
    }
}

fn free_in_loops(program: &Program, f: FunId) -> BTreeSet<Var> {
    let fun = program.fun(f);
    let graph = Graph::new(fun);
    let mut found = BTreeSet::new();
    if !graph.order.iter().any(|&b| graph.is_header(b)) {
        return found;
    }
    let successors = |b: &crate::flow::Block| {
        b.term
            .successors()
            .map(|s| s.index())
            .collect::<Vec<usize>>()
    };
    let edges: Vec<Vec<usize>> = fun.blocks.iter().map(successors).collect();
    for component in components(&edges) {
        let is_loop = component.len() > 1 || edges[component[0]].contains(&component[0]);
        for &b in component.iter().filter(|_| is_loop) {
            fun.blocks[b].each_arg(|a| found.extend(a.var().filter(|v| fun.free.contains(v))));
        }
    }
    found
}

/// Lets the rest of the procedure use copies of the free variables.
fn read_at_entry(program: &mut Program, f: FunId, vars: &BTreeSet<Var>) {
    let Some(closure) = program.fun(f).closure else {
        return;
    };
    let mut renaming = Renaming::default();
    let mut reads = Vec::new();
    for &v in vars {
        let Some(index) = program.fun(f).free.iter().position(|w| *w == v) else {
            continue;
        };
        let kind = program.vars[v.index()];
        let dst = program.new_var(kind);
        renaming.set(v, Arg::Var(dst));
        let args = vec![Arg::Var(closure)];
        reads.push(Inst::Op(OpInst {
            dst: Some(dst),
            op: Op::FreeRef,
            args,
            imm: index as u32,
            span: Span::NONE,
        }));
    }
    let fun = program.fun_mut(f);
    for block in &mut fun.blocks {
        block.each_arg_mut(|a| renaming.apply(a));
    }
    fun.blocks[0].insts.splice(0..0, reads);
}
