//! Kinds of registers: what is proved of each value of a segment.
//!
//! Parameters have the kind that the control point gives them, results the one of
//! their operation, block parameters the common kind of all that is passed to them.
//! Since branches go forward one pass in block order finds them all. Never fails: the
//! kind of what is not there is `Any`.

use crate::op::{Op, Res};
use crate::{Block, ControlPoint, CpId, CpKind, Inst, Operand, Reg, Term, Unit, ValueKind};

/// The kind of every register of a segment.
#[derive(Clone, Debug)]
pub struct RegKinds<'a> {
    this: CpId,
    cp: &'a ControlPoint,
    params: usize,
    /// Of the registers from `params` on; `None`: nothing known yet.
    defs: Vec<Option<ValueKind>>,
}

impl<'a> RegKinds<'a> {
    /// Finds the kinds of a segment; `cp` is control point `this` of the unit (whose own
    /// copy may have no blocks).
    pub fn infer(unit: &Unit, this: CpId, cp: &'a ControlPoint) -> RegKinds<'a> {
        let params = cp.param_count();
        let defined: usize = cp
            .blocks
            .iter()
            .map(|b| b.params.len() + b.insts.len())
            .sum();
        let count = (cp.regs as usize).saturating_sub(params).min(defined);
        let mut kinds = RegKinds {
            this,
            cp,
            params,
            defs: vec![None; count],
        };
        for block in &cp.blocks {
            kinds.block(unit, block);
        }
        kinds
    }

    pub fn of(&self, reg: Reg) -> ValueKind {
        match reg.index().checked_sub(self.params) {
            None => self.cp.param_kind(self.this, reg.index()),
            Some(i) => self
                .defs
                .get(i)
                .copied()
                .flatten()
                .unwrap_or(ValueKind::Any),
        }
    }

    /// The procedure of an entry without free values is a closure of that entry.
    pub fn of_operand(&self, operand: Operand) -> ValueKind {
        match operand {
            Operand::Reg(r) => self.of(r),
            Operand::Proc(cp) => ValueKind::Closure(cp),
            Operand::Fixnum(_)
            | Operand::Imm(_)
            | Operand::Lit(_)
            | Operand::ImportProc(_)
            | Operand::Prim(_)
            | Operand::Hole => ValueKind::Any,
        }
    }

    fn block(&mut self, unit: &Unit, block: &Block) {
        for inst in &block.insts {
            if let Some(dst) = inst.dst {
                let kind = self.result(unit, inst);
                self.merge(dst, kind);
            }
        }
        if let Term::Goto(to, args) = &block.term {
            let cp = self.cp;
            let params = cp.blocks.get(to.index()).map_or(&[][..], |b| &b.params);
            for (&param, &arg) in params.iter().zip(args) {
                let kind = self.of_operand(arg);
                self.merge(param, kind);
            }
        }
    }

    fn result(&self, unit: &Unit, inst: &Inst) -> ValueKind {
        match inst.op.result() {
            Res::Box => ValueKind::Box,
            Res::Closure => ValueKind::Closure(CpId(inst.imm)),
            Res::Any if inst.op == Op::FreeRef => self.free(unit, inst).unwrap_or(ValueKind::Any),
            Res::None
            | Res::Any
            | Res::Bool
            | Res::Fixnum
            | Res::Flonum
            | Res::Char
            | Res::Pair => ValueKind::Any,
        }
    }

    fn free(&self, unit: &Unit, inst: &Inst) -> Option<ValueKind> {
        let ValueKind::Closure(cp) = self.of_operand(*inst.args.first()?) else {
            return None;
        };
        free_kind(unit, cp, inst.imm)
    }

    fn merge(&mut self, reg: Reg, kind: ValueKind) {
        let slot = reg
            .index()
            .checked_sub(self.params)
            .and_then(|i| self.defs.get_mut(i));
        if let Some(slot) = slot {
            *slot = match *slot {
                Some(old) if old != kind => Some(ValueKind::Any),
                _ => Some(kind),
            };
        }
    }
}

/// Kind of free value `index` of a closure of `cp`, if there is such a one.
pub fn free_kind(unit: &Unit, cp: CpId, index: u32) -> Option<ValueKind> {
    match &unit.cps.get(cp.index())?.kind {
        CpKind::Entry(e) => e.free.get(index as usize).copied(),
        CpKind::Return(_) | CpKind::Jump(_) => None,
    }
}

/// An entry and its further clauses, in the order in which they are tried. A closure of
/// the first may arrive wherever the kind is "closure of" any of them, since all have
/// the same free values: that is how one clause's call falls through to the next.
pub fn clauses(unit: &Unit, cp: CpId) -> impl Iterator<Item = CpId> + '_ {
    std::iter::successors(Some(cp), |&cp| match &unit.cps.get(cp.index())?.kind {
        CpKind::Entry(e) => e.next_clause,
        CpKind::Return(_) | CpKind::Jump(_) => None,
    })
}

/// Whether a value of kind `have` may stand where `want` is needed. A box is no value
/// that programs may see, so it fits nothing but its own kind.
pub fn fits(have: ValueKind, want: ValueKind) -> bool {
    have == want || want == ValueKind::Any && have != ValueKind::Box
}
