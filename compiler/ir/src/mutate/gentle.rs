//! Mutations that often keep a unit acceptable.

use super::Rng;
use crate::op::{Imm, Res};
use crate::*;

/// A segment, and a block of it, to be changed.
#[derive(Clone, Copy)]
struct Place {
    cp: usize,
    block: usize,
}

impl Place {
    fn pick(unit: &Unit, rng: &mut Rng) -> Option<Place> {
        let cp = rng.below(unit.cps.len());
        let block = rng.below(unit.cps.get(cp)?.blocks.len());
        unit.cps[cp].blocks.get(block)?;
        Some(Place { cp, block })
    }

    fn block(self, unit: &mut Unit) -> &mut Block {
        &mut unit.cps[self.cp].blocks[self.block]
    }
}

/// Changes something in a way that makes sense here.
pub(super) fn mutate(unit: &mut Unit, rng: &mut Rng) {
    let Some(place) = Place::pick(unit, rng) else {
        return;
    };
    match rng.below(13) {
        0..3 => change_operand(unit, place, rng),
        3 => change_op(unit, place, rng),
        4 => swap_operands(unit, place, rng),
        5 => swap_insts(unit, place, rng),
        6 | 7 => insert_inst(unit, place, rng),
        8 => replace_inst(unit, place, rng),
        9 => change_term(unit, place, rng),
        10 => change_constant(unit, rng),
        11 => change_kind(unit, rng),
        _ => change_site(unit, place, rng),
    }
}

/// An operand that may well be in scope at the start of the block.
fn operand(unit: &Unit, place: Place, rng: &mut Rng) -> Operand {
    let cp = &unit.cps[place.cp];
    let earlier = cp.blocks[..=place.block].iter().flat_map(Block::defs);
    let regs: Vec<Reg> = (0..cp.param_count() as u32)
        .map(Reg)
        .chain(earlier)
        .collect();
    let open = |cp: &ControlPoint| matches!(&cp.kind, CpKind::Entry(e) if e.free.is_empty());
    let open_cp = (0..unit.cps.len())
        .cycle()
        .skip(rng.below(unit.cps.len()))
        .take(unit.cps.len())
        .find(|&i| open(&unit.cps[i]));
    let id = |rng: &mut Rng, n: usize| (n > 0).then(|| rng.below(n) as u32);
    let choice = match rng.below(11) {
        0..6 => rng.pick(&regs).map(|&r| Operand::Reg(r)),
        6 => id(rng, unit.literals.len()).map(|i| Operand::Lit(LitId(i))),
        7 => open_cp.map(|i| Operand::Proc(CpId(i as u32))),
        8 => id(rng, unit.prims.len()).map(|i| Operand::Prim(PrimId(i))),
        9 => Some(Operand::Imm(immediate(rng))),
        _ => None,
    };
    choice.unwrap_or_else(|| Operand::Fixnum(fixnum(rng)))
}

pub(super) fn immediate(rng: &mut Rng) -> Immediate {
    let markers = crate::text::IMMEDIATES;
    match rng.pick(markers) {
        Some((marker, _)) if rng.chance(80) => *marker,
        _ => Immediate::Char(char::from_u32(rng.wild_u32()).unwrap_or('x')),
    }
}

fn fixnum(rng: &mut Rng) -> i64 {
    use termite_abi::value::{FIXNUM_MAX, FIXNUM_MIN};
    const EDGES: [i64; 4] = [FIXNUM_MAX, FIXNUM_MIN, FIXNUM_MAX - 1, FIXNUM_MIN + 1];
    if rng.chance(20) {
        EDGES[rng.below(4)]
    } else {
        rng.below(12) as i64 - 2
    }
}

fn change_operand(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let new = operand(unit, place, rng);
    let block = place.block(unit);
    let mut count = 0;
    block.for_each_operand(&mut |_| count += 1);
    let which = rng.below(count);
    let mut i = 0;
    block.for_each_operand_mut(&mut |o| {
        if i == which {
            *o = new;
        }
        i += 1;
    });
}

fn pick_inst<'a>(unit: &'a mut Unit, place: Place, rng: &mut Rng) -> Option<&'a mut Inst> {
    let insts = &mut place.block(unit).insts;
    let which = rng.below(insts.len());
    insts.get_mut(which)
}

/// Another operation of the same shape.
fn change_op(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let start = rng.below(Op::ALL.len());
    let Some(inst) = pick_inst(unit, place, rng) else {
        return;
    };
    let same = |op: &&Op| {
        op.arg_count() == inst.op.arg_count()
            && (op.result() == Res::None) == inst.dst.is_none()
            && op.imm() == inst.op.imm()
            && **op != inst.op
    };
    if let Some(op) = Op::ALL
        .iter()
        .cycle()
        .skip(start)
        .take(Op::ALL.len())
        .find(same)
    {
        inst.op = *op;
        inst.site = inst.site.or(Some(SiteId(0)));
    }
}

fn swap_operands(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let Some(inst) = pick_inst(unit, place, rng) else {
        return;
    };
    let n = inst.args.len();
    if n > 0 {
        let (a, b) = (rng.below(n), rng.below(n));
        inst.args.swap(a, b);
    }
}

fn swap_insts(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let insts = &mut place.block(unit).insts;
    if insts.len() > 1 {
        let i = rng.below(insts.len() - 1);
        insts.swap(i, i + 1);
    }
}

/// An operation with plausible operands. Its result, if it has one, is register `dst`.
fn fresh_inst(unit: &Unit, place: Place, dst: Reg, rng: &mut Rng) -> Inst {
    // Closures and boxes come first in the table; they are what kinds are about.
    let among = if rng.chance(40) {
        Op::CellRef as usize
    } else {
        Op::ALL.len()
    };
    let op = Op::ALL[rng.below(among)];
    let choices = match op.imm() {
        Imm::None => 1,
        Imm::Free => 2,
        Imm::Field => 4,
        Imm::Var => unit.vars.len(),
        Imm::Cp => unit.cps.len(),
        Imm::Prim => unit.prims.len(),
    };
    let imm = rng.below(choices) as u32;
    let count = match (op, unit.cps.get(imm as usize).map(|cp| &cp.kind)) {
        (Op::MakeClosure, Some(CpKind::Entry(e))) => e.free.len(),
        _ => usize::try_from(op.arg_count()).unwrap_or_else(|_| 1 + rng.below(3)),
    };
    let args = (0..count).map(|_| operand(unit, place, rng)).collect();
    let dst = (op.result() != Res::None).then_some(dst);
    Inst {
        op,
        dst,
        args,
        imm,
        site: op.may_fail().then_some(SiteId(0)),
    }
}

/// A new instruction; its result is used nowhere yet.
fn insert_inst(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let dst = Reg(unit.cps[place.cp].regs);
    let inst = fresh_inst(unit, place, dst, rng);
    let regs = &mut unit.cps[place.cp].regs;
    *regs = regs.saturating_add(inst.dst.is_some() as u32);
    let insts = &mut place.block(unit).insts;
    let at = rng.below(insts.len() + 1);
    insts.insert(at, inst);
}

/// Another instruction that defines the same register.
fn replace_inst(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let Some(old) = pick_inst(unit, place, rng) else {
        return;
    };
    let old = old.clone();
    for _ in 0..8 {
        let inst = fresh_inst(unit, place, old.dst.unwrap_or(Reg(0)), rng);
        if inst.dst == old.dst {
            let insts = &mut place.block(unit).insts;
            if let Some(slot) = insts.iter_mut().find(|i| **i == old) {
                *slot = inst;
            }
            return;
        }
    }
}

fn change_term(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let value = operand(unit, place, rng);
    let other = CpId(rng.below(unit.cps.len()) as u32);
    let blocks = unit.cps[place.cp].blocks.len();
    let later = (place.block + 1 + rng.below(blocks - place.block)).min(blocks - 1);
    let term = &mut place.block(unit).term;
    match term {
        Term::Branch { then, or_else, .. } if rng.chance(50) => std::mem::swap(then, or_else),
        Term::Branch { then, .. } => *then = BlockId(later as u32),
        Term::Call(call) if rng.chance(30) => call.ret = None,
        Term::Call(call) if rng.chance(30) => call.target = Target::Direct(other, value),
        Term::Call(call) => call.target = Target::Value(value),
        Term::Return(values) => values.push(value),
        Term::Goto(..) => *term = Term::Return(vec![value]),
        Term::Jump(..) | Term::Throw { .. } => {
            let target = Target::Value(value);
            *term = Term::Call(Call {
                target,
                args: vec![],
                ret: None,
                site: SiteId(0),
            });
        }
    }
}

fn change_constant(unit: &mut Unit, rng: &mut Rng) {
    let (n, which) = (fixnum(rng), rng.below(unit.literals.len()));
    let (a, b) = (
        LitId(which as u32),
        LitId(rng.below(unit.literals.len()) as u32),
    );
    let Some(literal) = unit.literals.get_mut(which) else {
        return;
    };
    *literal = match rng.below(6) {
        0 => Literal::Fixnum(n),
        1 => Literal::Flonum(rng.next_u64()),
        2 => Literal::Pair(a, b),
        3 => Literal::Vector(vec![b, a, b]),
        4 => Literal::String("\u{3bb}".repeat(rng.below(4))),
        _ => Literal::Imm(immediate(rng)),
    };
}

/// A kind that another control point has, or another clause.
fn change_kind(unit: &mut Unit, rng: &mut Rng) {
    let (from, to) = (rng.below(unit.cps.len()), rng.below(unit.cps.len()));
    let kinds = unit.cps[from].kind.kinds();
    let new = rng.pick(kinds).copied().unwrap_or(ValueKind::Any);
    match &mut unit.cps[to].kind {
        CpKind::Entry(e) if rng.chance(30) => e.next_clause = Some(CpId(from as u32)),
        CpKind::Entry(e) if rng.chance(30) => e.optional += 1,
        CpKind::Entry(e) if rng.chance(30) => e.rest = true,
        kind => {
            let kinds = kind.kinds_mut();
            let which = rng.below(kinds.len());
            kinds.get_mut(which).into_iter().for_each(|k| *k = new);
        }
    }
}

fn change_site(unit: &mut Unit, place: Place, rng: &mut Rng) {
    let sites = unit.debug.sites.len().max(4);
    let new = SiteId(rng.below(sites) as u32);
    let Some(inst) = pick_inst(unit, place, rng) else {
        return;
    };
    inst.site = Some(new);
}
