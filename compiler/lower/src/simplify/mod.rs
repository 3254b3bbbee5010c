//! Makes programs smaller and more direct without changing what anybody can tell.
//!
//! | file | does |
//! |---|---|
//! | `walk` | folds constants and known tests, shares common subexpressions |
//! | `facts`, `fold` | what is known where; what an operation gives |
//! | `blocks` | threads jumps, merges blocks, drops parameters that are always the same |
//! | `dead` | removes what has no use |

mod blocks;
mod dead;
mod facts;
mod fold;
mod walk;

use crate::flow::{Arg, FunId, Program, Term, Var};

struct Simplify<'a> {
    program: &'a mut Program,
    /// What stands for a variable that is gone.
    replaced: Vec<Option<Arg>>,
    /// Variables that another procedure than their own uses.
    captured: Vec<bool>,
    /// Uses in the procedure at hand; 0 elsewhere.
    uses: Vec<u32>,
    /// Variables whose `uses` is not 0.
    counted: Vec<Var>,
}

/// One round over the procedures that have changed.
pub fn simplify(program: &mut Program) {
    let mut simplify = Simplify::new(program);
    for f in simplify.program.live_funs() {
        if simplify.program.fun(f).dirty {
            let mut changed = simplify.blocks(f);
            changed |= simplify.walk(f);
            changed |= simplify.blocks(f);
            simplify.program.fun_mut(f).dirty = changed;
        }
    }
    for f in simplify.program.live_funs() {
        let changed = simplify.resolve_all(f);
        simplify.program.fun_mut(f).dirty |= changed;
    }
    dead::remove(program);
}

impl<'a> Simplify<'a> {
    fn new(program: &'a mut Program) -> Simplify<'a> {
        let captured = captured(program);
        let count = program.vars.len();
        Simplify {
            program,
            replaced: vec![None; count],
            captured,
            uses: vec![0; count],
            counted: Vec::new(),
        }
    }

    /// What an operand stands for by now.
    fn resolve(&self, mut arg: Arg) -> Arg {
        while let Arg::Var(v) = arg {
            match self.replaced.get(v.index()) {
                Some(Some(to)) => arg = *to,
                _ => break,
            }
        }
        arg
    }

    /// Lets an operand stand for a variable from now on.
    fn replace(&mut self, v: Var, to: Arg) {
        let to = self.resolve(to);
        if to == Arg::Var(v) {
            return;
        }
        self.grow();
        self.replaced[v.index()] = Some(to);
        if let Arg::Var(w) = to {
            self.captured[w.index()] |= self.captured[v.index()];
            self.count_use(w, self.uses[v.index()]);
        }
    }

    fn count_use(&mut self, v: Var, times: u32) {
        if self.uses[v.index()] == 0 {
            self.counted.push(v);
        }
        self.uses[v.index()] += times;
    }

    fn count_uses(&mut self, term: &Term) {
        term.each_arg(|a| a.var().into_iter().for_each(|v| self.count_use(v, 1)));
    }

    fn forget_uses(&mut self) {
        for v in std::mem::take(&mut self.counted) {
            self.uses[v.index()] = 0;
        }
    }

    /// Room for variables that were made meanwhile.
    fn grow(&mut self) {
        let count = self.program.vars.len();
        self.replaced.resize(count, None);
        self.captured.resize(count, false);
        self.uses.resize(count, 0);
    }

    /// Lets all operands be what they stand for; whether any was something else.
    fn resolve_all(&mut self, f: FunId) -> bool {
        let mut blocks = std::mem::take(&mut self.program.fun_mut(f).blocks);
        let mut changed = false;
        for block in &mut blocks {
            block.each_arg_mut(|a| {
                let to = self.resolve(*a);
                changed |= to != *a;
                *a = to;
            });
        }
        self.program.fun_mut(f).blocks = blocks;
        changed
    }
}

fn captured(program: &Program) -> Vec<bool> {
    let mut owner: Vec<Option<FunId>> = vec![None; program.vars.len()];
    for f in program.live_funs() {
        for v in program.fun(f).blocks.iter().flat_map(|b| b.defs()) {
            owner[v.index()] = Some(f);
        }
    }
    let mut captured = vec![false; program.vars.len()];
    for f in program.live_funs() {
        for block in &program.fun(f).blocks {
            block.each_arg(|a| {
                if let Arg::Var(v) = a {
                    captured[v.index()] |= owner[v.index()] != Some(f);
                }
            });
        }
    }
    captured
}
