//! Copying and renaming.

use super::{Arg, Block, BlockId, FunId, Inst, Program, Var};
use std::collections::HashMap;

/// What variables are replaced by.
#[derive(Default)]
pub struct Renaming {
    map: HashMap<Var, Arg>,
}

impl Renaming {
    pub fn set(&mut self, v: Var, to: Arg) {
        self.map.insert(v, to);
    }

    pub fn apply(&self, arg: &mut Arg) {
        if let Arg::Var(v) = arg
            && let Some(to) = self.map.get(v)
        {
            *arg = *to;
        }
    }
}

impl Program {
    /// A block like `b`, with variables of its own.
    pub fn copy_block(&mut self, f: FunId, b: BlockId) -> BlockId {
        let mut block = self.fun(f).block(b).clone();
        self.rename_defs(std::slice::from_mut(&mut block), &mut Renaming::default());
        let fun = self.fun_mut(f);
        fun.blocks.push(block);
        BlockId(fun.blocks.len() as u32 - 1)
    }

    /// Gives copied blocks variables of their own, in addition to a given renaming.
    pub fn rename_defs(&mut self, blocks: &mut [Block], renaming: &mut Renaming) {
        for block in blocks.iter_mut() {
            for param in &mut block.params {
                self.rename_def(param, renaming);
            }
            for inst in &mut block.insts {
                if let Inst::Op(op) = inst
                    && let Some(dst) = &mut op.dst
                {
                    self.rename_def(dst, renaming);
                }
            }
        }
        for block in blocks {
            block.each_arg_mut(|a| renaming.apply(a));
        }
    }

    fn rename_def(&mut self, v: &mut Var, renaming: &mut Renaming) {
        let new = self.new_var(self.vars[v.index()]);
        renaming.set(*v, Arg::Var(new));
        *v = new;
    }
}
