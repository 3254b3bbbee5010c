//! Visiting the parts of instructions and terminators.

use super::{Arg, Block, BlockId, Inst, Ret, Term, Var};

impl Inst {
    pub fn args(&self) -> &[Arg] {
        match self {
            Inst::Op(i) => &i.args,
            Inst::Fix(_) => &[],
        }
    }

    pub fn args_mut(&mut self) -> &mut [Arg] {
        match self {
            Inst::Op(i) => &mut i.args,
            Inst::Fix(_) => &mut [],
        }
    }

    pub fn dst(&self) -> Option<Var> {
        match self {
            Inst::Op(i) => i.dst,
            Inst::Fix(_) => None,
        }
    }
}

impl Term {
    /// All arguments, a call's callee first.
    pub fn each_arg(&self, mut f: impl FnMut(Arg)) {
        let (one, list) = match self {
            Term::Return(values) | Term::Goto(_, values) => (None, &values[..]),
            Term::Throw { frame, values, .. } => (Some(*frame), &values[..]),
            Term::Branch { cond, .. } => (Some(*cond), &[][..]),
            Term::Call { callee, args, .. } => (Some(*callee), &args[..]),
            Term::Missing => (None, &[][..]),
        };
        one.into_iter().chain(list.iter().copied()).for_each(&mut f);
    }

    pub fn each_arg_mut(&mut self, mut f: impl FnMut(&mut Arg)) {
        match self {
            Term::Return(values) | Term::Goto(_, values) => values.iter_mut().for_each(f),
            Term::Throw { frame, values, .. } => {
                f(frame);
                values.iter_mut().for_each(f);
            }
            Term::Branch { cond, .. } => f(cond),
            Term::Call { callee, args, .. } => {
                f(callee);
                args.iter_mut().for_each(f);
            }
            Term::Missing => {}
        }
    }

    /// The blocks that control goes to next, or when a call returns.
    pub fn successors(&self) -> impl Iterator<Item = BlockId> + use<> {
        let (a, b) = match self {
            Term::Goto(to, _) => (Some(*to), None),
            Term::Branch { then, or_else, .. } => (Some(*then), Some(*or_else)),
            Term::Call { ret, .. } => (ret.map(|r| r.block), None),
            Term::Return(_) | Term::Throw { .. } | Term::Missing => (None, None),
        };
        a.into_iter().chain(b)
    }

    pub fn successors_mut(&mut self) -> impl Iterator<Item = &mut BlockId> {
        let (a, b) = match self {
            Term::Goto(to, _) => (Some(to), None),
            Term::Branch { then, or_else, .. } => (Some(then), Some(or_else)),
            Term::Call { ret, .. } => (ret.as_mut().map(|r| &mut r.block), None),
            Term::Return(_) | Term::Throw { .. } | Term::Missing => (None, None),
        };
        a.into_iter().chain(b)
    }

    /// The return block of a non-tail call.
    pub fn ret(&self) -> Option<Ret> {
        match self {
            Term::Call { ret, .. } => *ret,
            Term::Return(_)
            | Term::Throw { .. }
            | Term::Goto(..)
            | Term::Branch { .. }
            | Term::Missing => None,
        }
    }
}

impl Block {
    pub fn each_arg(&self, mut f: impl FnMut(Arg)) {
        self.insts
            .iter()
            .flat_map(|i| i.args())
            .copied()
            .for_each(&mut f);
        self.term.each_arg(f);
    }

    pub fn each_arg_mut(&mut self, mut f: impl FnMut(&mut Arg)) {
        self.insts
            .iter_mut()
            .flat_map(|i| i.args_mut())
            .for_each(&mut f);
        self.term.each_arg_mut(f);
    }

    /// The variables it defines.
    pub fn defs(&self) -> impl Iterator<Item = Var> + '_ {
        self.params
            .iter()
            .copied()
            .chain(self.insts.iter().filter_map(|i| i.dst()))
    }
}
