//! What is known of a segment before lowering it: how often registers are used, where a
//! reservation is still needed, which comparisons melt into the branch behind them.

use super::Error;
use termite_abi::Effect;
use termite_ir::op::Res;
use termite_ir::{
    Block, BlockId, Call, ControlPoint, CpId, Inst, Op, Operand, Reg, Target, Term, Unit,
};

/// A condition that is evaluated by the branch at its block's end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fused {
    /// The instruction that decides; from here to the block's end nothing else is left.
    pub inst: usize,
    /// An odd number of `not` follows it.
    pub negated: bool,
}

#[derive(Debug)]
pub struct Shape {
    pub uses: Vec<u32>,
    /// By block: some path from its start needs a reservation or poll.
    pub some_need: Vec<bool>,
    /// By block: every path does.
    all_need: Vec<bool>,
    /// By block: one more than the index of the last instruction that may allocate.
    last_need: Vec<usize>,
    pub fused: Vec<Option<Fused>>,
    /// The segment jumps to itself.
    pub loops: bool,
    /// Number of instructions.
    pub insts: usize,
}

impl Shape {
    pub fn of(unit: &Unit, this: CpId, cp: &ControlPoint) -> Result<Shape, Error> {
        let n = cp.blocks.len();
        let mut shape = Shape {
            uses: vec![0; cp.regs as usize],
            some_need: vec![false; n],
            all_need: vec![false; n],
            last_need: vec![0; n],
            fused: vec![None; n],
            loops: false,
            insts: cp.blocks.iter().map(|b| b.insts.len()).sum(),
        };
        for block in &cp.blocks {
            visit_operands(block, &mut |op| shape.count(op))?;
            shape.loops |= loops_to(&block.term, this);
        }
        for (b, block) in cp.blocks.iter().enumerate().rev() {
            forward_only(b, block, n)?;
            shape.note_needs(unit, b, block);
            shape.fused[b] = shape.find_fused(block);
        }
        Ok(shape)
    }

    fn count(&mut self, op: &Operand) -> Result<(), Error> {
        if let Operand::Reg(r) = op {
            let uses = self
                .uses
                .get_mut(r.index())
                .ok_or(Error::Malformed("register number"))?;
            *uses += 1;
        }
        Ok(())
    }

    pub fn used(&self, reg: Reg) -> bool {
        self.uses[reg.index()] > 0
    }

    fn note_needs(&mut self, unit: &Unit, b: usize, block: &Block) {
        self.last_need[b] = block
            .insts
            .iter()
            .rposition(|i| may_allocate(unit, i))
            .map_or(0, |i| i + 1);
        let here = self.last_need[b] > 0;
        let (some, all) = match &block.term {
            Term::Return(_) => (false, false),
            // A throw can go back to where it came from.
            Term::Throw { .. } | Term::Jump(..) | Term::Call(_) => (true, true),
            Term::Goto(t, _) => (self.some_need[t.index()], self.all_need[t.index()]),
            Term::Branch { then, or_else, .. } => {
                let (t, e) = (then.index(), or_else.index());
                (
                    self.some_need[t] || self.some_need[e],
                    self.all_need[t] && self.all_need[e],
                )
            }
        };
        self.some_need[b] = here || some;
        self.all_need[b] = here || all;
    }

    /// Whether anything behind instruction `i` of `block` may need the reservation.
    pub fn needs_after(&self, b: usize, i: usize, term: &Term) -> bool {
        self.last_need[b] > i + 1 || self.successors_need(term)
    }

    fn successors_need(&self, term: &Term) -> bool {
        match term {
            Term::Return(_) => false,
            Term::Throw { .. } | Term::Jump(..) | Term::Call(_) => true,
            Term::Goto(t, _) => self.some_need[t.index()],
            Term::Branch { then, or_else, .. } => {
                self.some_need[then.index()] || self.some_need[or_else.index()]
            }
        }
    }

    pub fn both_need(&self, then: BlockId, or_else: BlockId) -> bool {
        self.all_need[then.index()] && self.all_need[or_else.index()]
    }

    fn find_fused(&self, block: &Block) -> Option<Fused> {
        let Term::Branch {
            cond: Operand::Reg(cond),
            ..
        } = block.term
        else {
            return None;
        };
        let mut wanted = cond;
        let mut negated = false;
        for (i, inst) in block.insts.iter().enumerate().rev() {
            if inst.dst != Some(wanted) || self.uses[wanted.index()] != 1 {
                return None;
            }
            if let (Op::Not, Some(&Operand::Reg(r))) = (inst.op, inst.args.first())
                && self.is_decision(block, i, r)
            {
                negated = !negated;
                wanted = r;
                continue;
            }
            let decides = inst.op.result() == Res::Bool;
            return decides.then_some(Fused { inst: i, negated });
        }
        None
    }

    /// Whether the instruction before `i` makes `r`, a boolean, for `i` alone.
    fn is_decision(&self, block: &Block, i: usize, r: Reg) -> bool {
        let before = i.checked_sub(1).map(|j| &block.insts[j]);
        before.is_some_and(|b| b.dst == Some(r) && b.op.result() == Res::Bool)
            && self.uses[r.index()] == 1
    }
}

fn loops_to(term: &Term, this: CpId) -> bool {
    match term {
        Term::Jump(cp, _) => *cp == this,
        Term::Call(Call {
            target: Target::Direct(cp, _),
            ret: None,
            ..
        }) => *cp == this,
        Term::Call(_)
        | Term::Return(_)
        | Term::Throw { .. }
        | Term::Goto(..)
        | Term::Branch { .. } => false,
    }
}

/// Whether the inline form takes memory from the segment's reservation. Generic
/// arithmetic does not: it leaves numbers unboxed only where a reservation is possible.
fn may_allocate(unit: &Unit, inst: &Inst) -> bool {
    if inst.op == Op::Prim {
        let prim = unit.prims.get(inst.imm as usize);
        return prim.is_none_or(|p| p.effect == Effect::Block);
    }
    inst.op.alloc_bytes() > 0 && !is_generic_arithmetic(inst.op)
}

pub fn is_generic_arithmetic(op: Op) -> bool {
    matches!(op, Op::Add | Op::Sub | Op::Mul | Op::Div)
}

fn forward_only(b: usize, block: &Block, n: usize) -> Result<(), Error> {
    let ok = |t: BlockId| t.index() > b && t.index() < n;
    let fine = match &block.term {
        Term::Goto(t, _) => ok(*t),
        Term::Branch { then, or_else, .. } => ok(*then) && ok(*or_else),
        Term::Return(_) | Term::Throw { .. } | Term::Jump(..) | Term::Call(_) => true,
    };
    if fine {
        Ok(())
    } else {
        Err(Error::Malformed("a branch that does not go forward"))
    }
}

fn visit_operands(
    block: &Block,
    visit: &mut impl FnMut(&Operand) -> Result<(), Error>,
) -> Result<(), Error> {
    for inst in &block.insts {
        inst.args.iter().try_for_each(&mut *visit)?;
    }
    match &block.term {
        Term::Return(values) => values.iter().try_for_each(visit),
        Term::Throw { frame, values, .. } => {
            visit(frame)?;
            values.iter().try_for_each(visit)
        }
        Term::Goto(_, args) | Term::Jump(_, args) => args.iter().try_for_each(visit),
        Term::Branch { cond, .. } => visit(cond),
        Term::Call(call) => {
            match &call.target {
                Target::Value(f) | Target::Direct(_, f) => visit(f)?,
                Target::Import(_) => {}
            }
            call.args.iter().try_for_each(&mut *visit)?;
            call.ret.iter().flat_map(|f| &f.live).try_for_each(visit)
        }
    }
}
