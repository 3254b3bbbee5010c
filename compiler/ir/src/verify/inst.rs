//! One instruction.

use super::segment::{Segment, short};
use super::tables::entry;
use super::{Check, ensure, in_range};
use crate::kinds::free_kind;
use crate::op::{Imm, Res};
use crate::*;
use termite_abi::Effect;

impl Segment<'_> {
    pub(super) fn inst(&mut self, inst: &Inst) -> Check {
        self.check_form(inst)?;
        self.check_operands(inst)?;
        self.track_holes(inst)?;
        inst.dst.map_or(Ok(()), |dst| self.define(dst))
    }

    /// What the operation's row says: number of operands, result, site, `imm`.
    fn check_form(&self, inst: &Inst) -> Check {
        let (op, count) = (inst.op, inst.args.len());
        let wanted = usize::try_from(op.arg_count()).unwrap_or(count);
        ensure(count == wanted, || {
            format!("{} takes {wanted} operands, not {count}", op.text())
        })?;
        short(&inst.args)?;
        let has_result = op.result() != Res::None;
        ensure(inst.dst.is_some() == has_result, || match has_result {
            true => format!("{} defines a register", op.text()),
            false => format!("{} defines no register", op.text()),
        })?;
        ensure(inst.site.is_some() || !op.may_fail(), || {
            format!("{} may fail and has no site", op.text())
        })?;
        inst.site.map_or(Ok(()), |site| self.check_site(site))?;
        self.check_imm(inst)
    }

    fn check_imm(&self, inst: &Inst) -> Check {
        let imm = inst.imm;
        match inst.op.imm() {
            Imm::None => ensure(imm == 0, || format!("{} takes no index", inst.op.text())),
            // Bounded by the closure, which is looked at with the operands.
            Imm::Free => Ok(()),
            Imm::Var => in_range(VarId(imm), imm as usize, self.unit.vars.len(), "variable"),
            Imm::Cp => entry(self.unit, CpId(imm)).map(|_| ()),
            Imm::Prim => self.check_prim(PrimId(imm)),
            // A record's size is bounded by what a segment may allocate.
            Imm::Field => ensure((imm as usize) < limits::SEGMENT_BYTES / 8, || {
                format!("no record has a field .{imm}")
            }),
        }
    }

    /// A primitive that may suspend ends the segment, so it is called by `Term::Call`.
    fn check_prim(&self, id: PrimId) -> Check {
        in_range(id, id.index(), self.unit.prims.len(), "primitive")?;
        let prim = &self.unit.prims[id.index()];
        ensure(prim.effect != Effect::Block, || {
            format!("primitive {id} may suspend and can only be called")
        })
    }

    fn check_operands(&self, inst: &Inst) -> Check {
        let args = &inst.args;
        match inst.op {
            Op::MakeClosure => self.check_make_closure(inst),
            Op::InitFree => self.check_init_free(inst),
            Op::FreeRef => self.check_free(args[0], inst.imm).map(|_| ()),
            Op::BoxRef | Op::BoxRefChecked => self.expect(args[0], ValueKind::Box),
            Op::BoxSet => self
                .expect(args[0], ValueKind::Box)
                .and_then(|()| self.values(&args[1..])),
            Op::MakeRecord => {
                ensure(!args.is_empty(), || {
                    "%make-record takes a record type".to_string()
                })?;
                self.values(args)
            }
            _ => self.values(args),
        }
    }

    fn check_make_closure(&self, inst: &Inst) -> Check {
        let (cp, args) = (CpId(inst.imm), &inst.args);
        let free = &entry(self.unit, cp)?.free;
        ensure(!free.is_empty(), || {
            format!("{cp} has no free values and needs no closure")
        })?;
        ensure(args.len() == free.len(), || {
            format!(
                "{} operands, but {cp} has {} free values",
                args.len(),
                free.len()
            )
        })?;
        let mut filled = args.iter().zip(free).filter(|(o, _)| **o != Operand::Hole);
        filled.try_for_each(|(&o, &kind)| self.expect(o, kind))
    }

    fn check_init_free(&self, inst: &Inst) -> Check {
        let kind = self.check_free(inst.args[0], inst.imm)?;
        self.expect(inst.args[1], kind)
    }

    /// The kind of a free value of an operand that must be a closure of known entry.
    fn check_free(&self, closure: Operand, index: u32) -> Check<ValueKind> {
        let ValueKind::Closure(cp) = self.operand(closure)? else {
            return Err(format!(
                "{closure} is not known to be a closure of some entry"
            ));
        };
        free_kind(self.unit, cp, index).ok_or_else(|| format!("{cp} has no free value .{index}"))
    }

    fn track_holes(&mut self, inst: &Inst) -> Check {
        match (inst.op, inst.dst, inst.args.first()) {
            (Op::MakeClosure, Some(closure), _) => {
                self.holes.made(closure, &inst.args);
                Ok(())
            }
            (Op::InitFree, _, Some(&closure)) => self.holes.fill(closure, inst.imm),
            _ => self.holes.check_use(&inst.args),
        }
    }
}
