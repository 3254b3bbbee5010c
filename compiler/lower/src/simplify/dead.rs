//! What has no use: procedures, block parameters, operations without effect.
//!
//! Marks what is needed, beginning with effects, terminators and what others may call;
//! the rest goes. A parameter of a procedure or return point stays: the caller gives it.

use crate::flow::{Arg, Block, BlockId, Fun, FunId, Inst, Program, Term, Var};
use termite_ir::op::Does;

/// Where a variable is defined.
#[derive(Clone, Copy)]
enum Def {
    None,
    Inst(FunId, BlockId, usize),
    Param(FunId, BlockId, usize),
}

struct Marks<'a> {
    program: &'a Program,
    defs: Vec<Def>,
    vars: Vec<bool>,
    funs: Vec<bool>,
    /// By procedure and block: the blocks that jump there.
    jumps: Vec<Vec<Vec<BlockId>>>,
    pending: Vec<Arg>,
}

pub fn remove(program: &mut Program) {
    let mut marks = Marks::new(program);
    let roots: Vec<FunId> = program
        .live_funs()
        .into_iter()
        .filter(|&f| f == program.init || program.fun(f).exported)
        .collect();
    roots
        .into_iter()
        .for_each(|f| marks.pending.push(Arg::Fun(f)));
    while let Some(arg) = marks.pending.pop() {
        match arg {
            Arg::Var(v) => marks.need_var(v),
            Arg::Fun(f) => marks.need_fun(f),
            Arg::Fixnum(_) | Arg::Imm(_) | Arg::Lit(_) | Arg::ImportProc(_) | Arg::Prim(_) => {}
        }
    }
    let (vars, funs) = (marks.vars, marks.funs);
    for f in program.live_funs() {
        if funs[f.index()] {
            sweep(program, f, &vars, &funs);
        } else {
            program.remove(f);
        }
    }
}

impl<'a> Marks<'a> {
    fn new(program: &'a Program) -> Marks<'a> {
        let mut marks = Marks {
            program,
            defs: vec![Def::None; program.vars.len()],
            vars: vec![false; program.vars.len()],
            funs: vec![false; program.funs.len()],
            jumps: program
                .funs
                .iter()
                .map(|f| vec![Vec::new(); f.blocks.len()])
                .collect(),
            pending: Vec::new(),
        };
        program.live_funs().into_iter().for_each(|f| marks.scan(f));
        marks
    }

    fn scan(&mut self, f: FunId) {
        for (i, block) in self.program.fun(f).blocks.iter().enumerate() {
            let b = BlockId(i as u32);
            for (i, param) in block.params.iter().enumerate() {
                self.defs[param.index()] = Def::Param(f, b, i);
            }
            for (i, inst) in block.insts.iter().enumerate() {
                inst.dst()
                    .into_iter()
                    .for_each(|v| self.defs[v.index()] = Def::Inst(f, b, i));
            }
            if let Term::Goto(to, _) = block.term {
                self.jumps[f.index()][to.index()].push(b);
            }
        }
    }

    fn need_fun(&mut self, f: FunId) {
        if std::mem::replace(&mut self.funs[f.index()], true) {
            return;
        }
        let fun = self.program.fun(f);
        let fixed = fixed(fun);
        self.pending.extend(fun.next_clause.map(Arg::Fun));
        for block in &fun.blocks {
            for inst in &block.insts {
                match inst {
                    Inst::Op(op) if !is_removable(op.op.does()) => self.pending.extend(&op.args),
                    Inst::Op(_) | Inst::Fix(_) => {}
                }
            }
            // What a jump passes is needed when the parameter is.
            if !matches!(block.term, Term::Goto(to, _) if !fixed[to.index()]) {
                block.term.each_arg(|a| self.pending.push(a));
            }
        }
    }

    fn need_var(&mut self, v: Var) {
        if std::mem::replace(&mut self.vars[v.index()], true) {
            return;
        }
        match self.defs[v.index()] {
            Def::Inst(f, b, i) => self
                .pending
                .extend(self.program.fun(f).block(b).insts[i].args()),
            Def::Param(f, b, i) => {
                for p in &self.jumps[f.index()][b.index()] {
                    if let Term::Goto(_, args) = &self.program.fun(f).block(*p).term {
                        self.pending.extend(args.get(i));
                    }
                }
            }
            Def::None => {}
        }
    }
}

/// Blocks whose parameters are given by who calls or returns.
fn fixed(fun: &Fun) -> Vec<bool> {
    let mut fixed = vec![false; fun.blocks.len()];
    fixed[0] = true;
    fun.blocks
        .iter()
        .filter_map(|b| b.term.ret())
        .for_each(|r| fixed[r.block.index()] = true);
    fixed
}

fn is_removable(does: Does) -> bool {
    match does {
        Does::Pure | Does::Read | Does::Make => true,
        Does::Check | Does::ReadCheck | Does::Write => false,
    }
}

fn sweep(program: &mut Program, f: FunId, vars: &[bool], funs: &[bool]) {
    let fun = program.fun_mut(f);
    let fixed = fixed(fun);
    let needed = |v: Var| vars.get(v.index()).copied().unwrap_or(true);
    let keep: Vec<Option<Vec<bool>>> = fun
        .blocks
        .iter()
        .zip(&fixed)
        .map(|(b, fixed)| (!fixed).then(|| b.params.iter().map(|p| needed(*p)).collect()))
        .collect();
    let size = |blocks: &[Block]| {
        blocks
            .iter()
            .map(|b| b.insts.len() + b.params.len())
            .sum::<usize>()
    };
    let before = size(&fun.blocks);
    for (b, block) in fun.blocks.iter_mut().enumerate() {
        block.insts.retain_mut(|inst| match inst {
            Inst::Op(op) => !is_removable(op.op.does()) || op.dst.is_some_and(needed),
            Inst::Fix(list) => {
                list.retain(|g| funs[g.index()]);
                !list.is_empty()
            }
        });
        if let Some(mask) = &keep[b] {
            retain(&mut block.params, mask);
        }
        if let Term::Goto(to, args) = &mut block.term
            && let Some(mask) = &keep[to.index()]
        {
            retain(args, mask);
        }
    }
    fun.dirty |= size(&fun.blocks) != before;
}

fn retain<T>(items: &mut Vec<T>, mask: &[bool]) {
    let mut mask = mask.iter();
    items.retain(|_| mask.next().copied().unwrap_or(true));
}
