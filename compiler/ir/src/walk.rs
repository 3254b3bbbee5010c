//! Visiting the parts of instructions and terminators.
//!
//! The one place that knows where operands, successors and control points stand in
//! them; whoever renames, counts or looks for something goes through here.

use crate::op::Imm;
use crate::{Block, BlockId, CpId, CpKind, Inst, Operand, Reg, Target, Term, ValueKind};

impl Inst {
    /// The control point in `imm`, for operations that have one there.
    pub fn cp(&self) -> Option<CpId> {
        (self.op.imm() == Imm::Cp).then_some(CpId(self.imm))
    }
}

impl Term {
    /// The blocks that it may go to.
    pub fn successors(&self) -> impl Iterator<Item = BlockId> + use<> {
        let (a, b) = match self {
            Term::Goto(to, _) => (Some(*to), None),
            Term::Branch { then, or_else, .. } => (Some(*then), Some(*or_else)),
            Term::Return(_) | Term::Throw { .. } | Term::Jump(..) | Term::Call(_) => (None, None),
        };
        a.into_iter().chain(b)
    }

    pub fn successors_mut(&mut self) -> impl Iterator<Item = &mut BlockId> {
        let (a, b) = match self {
            Term::Goto(to, _) => (Some(to), None),
            Term::Branch { then, or_else, .. } => (Some(then), Some(or_else)),
            Term::Return(_) | Term::Throw { .. } | Term::Jump(..) | Term::Call(_) => (None, None),
        };
        a.into_iter().chain(b)
    }

    /// Its operands, in the order of the text form.
    pub fn for_each_operand(&self, f: &mut dyn FnMut(Operand)) {
        let (one, lists) = self.operand_parts();
        one.into_iter().for_each(&mut *f);
        lists.into_iter().flatten().copied().for_each(f);
    }

    fn operand_parts(&self) -> (Option<Operand>, [&[Operand]; 2]) {
        match self {
            Term::Return(values) | Term::Goto(_, values) | Term::Jump(_, values) => {
                (None, [values, &[]])
            }
            Term::Throw { frame, values, .. } => (Some(*frame), [values, &[]]),
            Term::Branch { cond, .. } => (Some(*cond), [&[], &[]]),
            Term::Call(c) => {
                let callee = match c.target {
                    Target::Value(f) | Target::Direct(_, f) => Some(f),
                    Target::Import(_) => None,
                };
                (
                    callee,
                    [&c.args, c.ret.as_ref().map_or(&[][..], |f| &f.live)],
                )
            }
        }
    }

    pub fn for_each_operand_mut(&mut self, f: &mut dyn FnMut(&mut Operand)) {
        match self {
            Term::Return(values) | Term::Goto(_, values) | Term::Jump(_, values) => {
                values.iter_mut().for_each(f)
            }
            Term::Throw { frame, values, .. } => {
                f(frame);
                values.iter_mut().for_each(f);
            }
            Term::Branch { cond, .. } => f(cond),
            Term::Call(c) => {
                match &mut c.target {
                    Target::Value(callee) | Target::Direct(_, callee) => f(callee),
                    Target::Import(_) => {}
                }
                c.args.iter_mut().for_each(&mut *f);
                c.ret
                    .iter_mut()
                    .flat_map(|frame| &mut frame.live)
                    .for_each(f);
            }
        }
    }

    /// The control points of this unit that it names, but for operands.
    pub fn for_each_cp_mut(&mut self, f: &mut dyn FnMut(&mut CpId)) {
        match self {
            Term::Jump(to, _) => f(to),
            Term::Call(c) => {
                if let Target::Direct(to, _) = &mut c.target {
                    f(to);
                }
                if let Some(frame) = &mut c.ret {
                    f(&mut frame.ret);
                }
            }
            Term::Return(_) | Term::Throw { .. } | Term::Goto(..) | Term::Branch { .. } => {}
        }
    }
}

impl Block {
    /// The registers that it defines, in order.
    pub fn defs(&self) -> impl Iterator<Item = Reg> + '_ {
        self.params
            .iter()
            .copied()
            .chain(self.insts.iter().filter_map(|i| i.dst))
    }

    pub fn defs_mut(&mut self) -> impl Iterator<Item = &mut Reg> {
        self.params
            .iter_mut()
            .chain(self.insts.iter_mut().filter_map(|i| i.dst.as_mut()))
    }

    pub fn for_each_operand(&self, f: &mut dyn FnMut(Operand)) {
        self.insts
            .iter()
            .flat_map(|i| i.args.iter().copied())
            .for_each(&mut *f);
        self.term.for_each_operand(f);
    }

    pub fn for_each_operand_mut(&mut self, f: &mut dyn FnMut(&mut Operand)) {
        self.insts
            .iter_mut()
            .flat_map(|i| &mut i.args)
            .for_each(&mut *f);
        self.term.for_each_operand_mut(f);
    }

    /// The control points of this unit that it names, operands included.
    pub fn for_each_cp_mut(&mut self, f: &mut dyn FnMut(&mut CpId)) {
        for inst in &mut self.insts {
            if let Some(mut cp) = inst.cp() {
                f(&mut cp);
                inst.imm = cp.0;
            }
        }
        self.term.for_each_cp_mut(f);
        self.for_each_operand_mut(&mut |o| {
            if let Operand::Proc(cp) = o {
                f(cp);
            }
        });
    }
}

impl CpKind {
    /// The kinds that it lists: of free values, of live values, of parameters.
    pub fn kinds(&self) -> &[ValueKind] {
        match self {
            CpKind::Entry(e) => &e.free,
            CpKind::Return(r) => &r.live,
            CpKind::Jump(p) => p,
        }
    }

    pub fn kinds_mut(&mut self) -> &mut Vec<ValueKind> {
        match self {
            CpKind::Entry(e) => &mut e.free,
            CpKind::Return(r) => &mut r.live,
            CpKind::Jump(p) => p,
        }
    }

    /// The control points that it names.
    pub fn for_each_cp_mut(&mut self, f: &mut dyn FnMut(&mut CpId)) {
        for kind in self.kinds_mut() {
            if let ValueKind::Closure(cp) = kind {
                f(cp);
            }
        }
        if let CpKind::Entry(e) = self
            && let Some(next) = &mut e.next_clause
        {
            f(next);
        }
    }
}
