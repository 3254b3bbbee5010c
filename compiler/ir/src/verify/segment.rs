//! A segment: its blocks, registers, and the kinds of its values.

use super::holes::Holes;
use super::tables::{check_fixnum, open_entry};
use super::{At, Check, VerifyError, describe, ensure, in_range};
use crate::flow::Flow;
use crate::kinds::{RegKinds, fits};
use crate::*;

/// Verifies one segment. `cp` is control point `id` with its blocks; the unit's tables
/// have been verified, and its own copy of the control point may have no blocks.
pub fn verify_segment(unit: &Unit, id: CpId, cp: &ControlPoint) -> Result<(), VerifyError> {
    let known = |u: &ControlPoint| u.proc == cp.proc && u.kind == cp.kind;
    let same = unit
        .cps
        .get(id.index())
        .is_some_and(|u| std::ptr::eq(u, cp) || known(u));
    ensure(same, || {
        "it is not the one of the unit's tables".to_string()
    })
    .at(|| id.to_string())?;
    let mut segment = Segment::open(unit, id, cp)?;
    for (b, block) in cp.blocks.iter().enumerate() {
        segment.enter(BlockId(b as u32));
        segment.block(block)?;
    }
    let bytes = max_alloc(unit, cp);
    ensure(bytes <= limits::SEGMENT_BYTES, || {
        format!(
            "it may allocate {bytes} bytes, more than {}",
            limits::SEGMENT_BYTES
        )
    })
    .at(|| id.to_string())
}

/// A segment while it is verified.
pub(super) struct Segment<'a> {
    pub unit: &'a Unit,
    pub id: CpId,
    pub cp: &'a ControlPoint,
    pub kinds: RegKinds<'a>,
    pub holes: Holes,
    flow: Flow,
    /// Number of registers that are parameters.
    params: usize,
    /// Of the other registers: the block that defines it, once it has been seen.
    defined: Vec<Option<BlockId>>,
    here: BlockId,
}

impl<'a> Segment<'a> {
    fn open(unit: &'a Unit, id: CpId, cp: &'a ControlPoint) -> Result<Segment<'a>, VerifyError> {
        check_shape(cp).at(|| id.to_string())?;
        let flow = Flow::build(&cp.blocks).map_err(|e| VerifyError {
            place: format!("{id} {}", e.block),
            message: e.message,
        })?;
        let params = cp.param_count();
        Ok(Segment {
            unit,
            id,
            cp,
            kinds: RegKinds::infer(unit, id, cp),
            holes: Holes::default(),
            flow,
            params,
            defined: vec![None; cp.regs as usize - params],
            here: BlockId(0),
        })
    }

    fn enter(&mut self, block: BlockId) {
        self.here = block;
    }

    fn block(&mut self, block: &Block) -> Result<(), VerifyError> {
        let (id, here) = (self.id, self.here);
        for &param in &block.params {
            self.define(param).at(|| format!("{id} {here}"))?;
        }
        for (i, inst) in block.insts.iter().enumerate() {
            self.inst(inst).at(|| format!("{id} {here} inst {i}"))?;
        }
        self.term(&block.term)
            .at(|| format!("{id} {here} terminator"))
    }

    pub fn define(&mut self, reg: Reg) -> Check {
        let slot = reg
            .index()
            .checked_sub(self.params)
            .map(|i| self.defined.get_mut(i));
        match slot {
            None => Err(format!("{reg} is a parameter and defined again")),
            Some(None) => Err(format!(
                "{reg} is beyond the number of registers, {}",
                self.cp.regs
            )),
            Some(Some(Some(_))) => Err(format!("{reg} is defined twice")),
            Some(Some(slot)) => {
                *slot = Some(self.here);
                Ok(())
            }
        }
    }

    fn check_defined(&self, reg: Reg) -> Check {
        let Some(i) = reg.index().checked_sub(self.params) else {
            return Ok(());
        };
        let block = self.defined.get(i).copied().flatten();
        let dominates = block.is_some_and(|b| self.flow.dominates(b, self.here));
        ensure(dominates, || {
            format!("{reg} is used where its definition does not reach")
        })
    }

    /// Checks an operand that is used here, but for holes, and finds its kind.
    pub fn operand(&self, operand: Operand) -> Check<ValueKind> {
        match operand {
            Operand::Reg(r) => self.check_defined(r)?,
            Operand::Fixnum(n) => check_fixnum(n)?,
            Operand::Imm(_) => {}
            Operand::Lit(l) => in_range(l, l.index(), self.unit.literals.len(), "literal")?,
            Operand::Proc(cp) => open_entry(self.unit, cp).map(|_| ())?,
            Operand::ImportProc(p) => in_range(
                p,
                p.index(),
                self.unit.import_procs.len(),
                "imported procedure",
            )?,
            Operand::Prim(p) => in_range(p, p.index(), self.unit.prims.len(), "primitive")?,
            Operand::Hole => return Err("a hole stands outside of make-closure".to_string()),
        }
        Ok(self.kinds.of_operand(operand))
    }

    /// Checks an operand where a value of kind `want` is needed.
    pub fn expect(&self, operand: Operand, want: ValueKind) -> Check {
        let have = self.operand(operand)?;
        ensure(fits(have, want), || {
            format!(
                "{operand} is {}, but {} is needed",
                describe(have),
                describe(want)
            )
        })
    }

    /// Checks operands that are any values.
    pub fn values(&self, operands: &[Operand]) -> Check {
        short(operands)?;
        operands
            .iter()
            .try_for_each(|&o| self.expect(o, ValueKind::Any))
    }

    /// Checks operands that must match kinds one by one.
    pub fn match_kinds(&self, operands: &[Operand], kinds: &[ValueKind], what: &str) -> Check {
        let (have, want) = (operands.len(), kinds.len());
        ensure(have == want, || {
            format!("{have} {what}, but {want} are needed")
        })?;
        operands
            .iter()
            .zip(kinds)
            .try_for_each(|(&o, &k)| self.expect(o, k))
    }

    pub fn check_site(&self, site: SiteId) -> Check {
        let sites = self.unit.debug.sites.len();
        ensure(sites == 0 || site.index() < sites, || {
            format!("there is no site {site}")
        })
    }
}

/// No list of operands is longer than a list of parameters can be.
pub(super) fn short(operands: &[Operand]) -> Check {
    ensure(operands.len() <= limits::PARAMS, || {
        format!("more than {} operands", limits::PARAMS)
    })
}

/// What bounds the verifier's own tables, and the number of registers.
fn check_shape(cp: &ControlPoint) -> Check {
    let blocks = &cp.blocks;
    let first = blocks.first().ok_or("it has no code")?;
    ensure(blocks.len() <= limits::BLOCKS, || {
        format!("more than {} blocks", limits::BLOCKS)
    })?;
    ensure(first.params.is_empty(), || {
        "block ^0 has parameters".to_string()
    })?;
    let regs = cp.regs as usize;
    ensure(regs <= limits::REGS, || {
        format!("more than {} registers", limits::REGS)
    })?;
    let rest = regs
        .checked_sub(cp.param_count())
        .ok_or("fewer registers than parameters")?;
    let defs = blocks.iter().map(|b| b.defs().count()).sum();
    ensure(rest <= defs, || {
        format!("{rest} registers beside the parameters, but {defs} definitions")
    })
}
