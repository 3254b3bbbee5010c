//! Mutations that ask the verifier: any number anywhere, lists too long or too short.

use super::Rng;
use super::gentle::immediate;
use crate::*;

/// Changes something regardless of sense.
pub(super) fn mutate(unit: &mut Unit, rng: &mut Rng) {
    match rng.below(10) {
        0..4 => wild_inst(unit, rng),
        4 | 5 => wild_term(unit, rng),
        6 => wild_kind(unit, rng),
        7 => wild_cp(unit, rng),
        8 => wild_block(unit, rng),
        _ => wild_tables(unit, rng),
    }
}

fn pick<'a, T>(items: &'a mut [T], rng: &mut Rng) -> Option<&'a mut T> {
    let which = rng.below(items.len());
    items.get_mut(which)
}

fn pick_block<'a>(unit: &'a mut Unit, rng: &mut Rng) -> Option<&'a mut Block> {
    let cp = pick(&mut unit.cps, rng)?;
    pick(&mut cp.blocks, rng)
}

fn wild_operand(rng: &mut Rng) -> Operand {
    let n = rng.wild_u32();
    match rng.below(10) {
        0..3 => Operand::Reg(Reg(n)),
        3 => Operand::Fixnum(rng.next_u64() as i64),
        4 => Operand::Imm(immediate(rng)),
        5 => Operand::Lit(LitId(n)),
        6 => Operand::Proc(CpId(n)),
        7 => Operand::ImportProc(ImportProcId(n)),
        8 => Operand::Prim(PrimId(n)),
        _ => Operand::Hole,
    }
}

fn wild_list(list: &mut Vec<Operand>, rng: &mut Rng) {
    match rng.below(3) {
        0 => list.push(wild_operand(rng)),
        1 => drop(list.pop()),
        _ => {
            let new = wild_operand(rng);
            if let Some(o) = pick(list, rng) {
                *o = new;
            }
        }
    }
}

fn wild_inst(unit: &mut Unit, rng: &mut Rng) {
    let Some(inst) = pick_block(unit, rng).and_then(|b| pick(&mut b.insts, rng)) else {
        return;
    };
    match rng.below(7) {
        0 => inst.op = Op::ALL[rng.below(Op::ALL.len())],
        1 => inst.imm = rng.wild_u32(),
        2 => inst.dst = rng.chance(70).then(|| Reg(rng.wild_u32())),
        3 => inst.site = rng.chance(50).then(|| SiteId(rng.wild_u32())),
        _ => wild_list(&mut inst.args, rng),
    }
}

fn wild_term(unit: &mut Unit, rng: &mut Rng) {
    let Some(block) = pick_block(unit, rng) else {
        return;
    };
    let n = rng.wild_u32();
    match (&mut block.term, rng.below(4)) {
        (term, 0) => *term = new_term(rng),
        (Term::Goto(to, _), 1) => *to = BlockId(n),
        (Term::Branch { then, .. }, 1) => *then = BlockId(n),
        (Term::Jump(to, _), 1) => *to = CpId(n),
        (Term::Call(call), 1) => call.target = Target::Direct(CpId(n), wild_operand(rng)),
        (Term::Call(call), 2) => wild_frame(call, rng),
        (
            Term::Return(list)
            | Term::Goto(_, list)
            | Term::Jump(_, list)
            | Term::Throw { values: list, .. },
            _,
        ) => {
            wild_list(list, rng);
        }
        (Term::Call(call), _) => wild_list(&mut call.args, rng),
        (Term::Branch { cond, .. }, _) => *cond = wild_operand(rng),
    }
}

fn wild_frame(call: &mut Call, rng: &mut Rng) {
    match &mut call.ret {
        None => {
            call.ret = Some(Frame {
                ret: CpId(rng.wild_u32()),
                live: vec![],
            })
        }
        Some(frame) if rng.chance(30) => frame.ret = CpId(rng.wild_u32()),
        Some(frame) => wild_list(&mut frame.live, rng),
    }
}

fn new_term(rng: &mut Rng) -> Term {
    let mut list = Vec::new();
    (0..rng.below(4)).for_each(|_| list.push(wild_operand(rng)));
    let (site, n) = (SiteId(rng.wild_u32()), rng.wild_u32());
    match rng.below(6) {
        0 => Term::Return(list),
        1 => Term::Throw {
            frame: wild_operand(rng),
            values: list,
            site,
        },
        2 => Term::Goto(BlockId(n), list),
        3 => Term::Jump(CpId(n), list),
        4 => Term::Branch {
            cond: wild_operand(rng),
            then: BlockId(n),
            or_else: BlockId(rng.wild_u32()),
        },
        _ => Term::Call(Call {
            target: Target::Import(ImportProcId(n)),
            args: list,
            ret: None,
            site,
        }),
    }
}

fn wild_kind(unit: &mut Unit, rng: &mut Rng) {
    let Some(cp) = pick(&mut unit.cps, rng) else {
        return;
    };
    let new = match rng.below(3) {
        0 => ValueKind::Any,
        1 => ValueKind::Box,
        _ => ValueKind::Closure(CpId(rng.wild_u32())),
    };
    let kinds = cp.kind.kinds_mut();
    match rng.below(4) {
        0 => kinds.push(new),
        1 => drop(kinds.pop()),
        _ => {
            if let Some(kind) = pick(kinds, rng) {
                *kind = new;
            }
        }
    }
}

/// Counts and flags of a control point.
fn wild_cp(unit: &mut Unit, rng: &mut Rng) {
    let Some(cp) = pick(&mut unit.cps, rng) else {
        return;
    };
    let n = rng.wild_u32() as u16;
    match (&mut cp.kind, rng.below(5)) {
        (_, 0) => cp.regs = rng.wild_u32(),
        (CpKind::Entry(e), 1) => e.required = n,
        (CpKind::Entry(e), 2) => e.optional = n,
        (CpKind::Entry(e), 3) => e.rest = !e.rest,
        (CpKind::Entry(e), _) => e.next_clause = rng.chance(80).then(|| CpId(rng.wild_u32())),
        (CpKind::Return(r), 1) => r.values = n,
        (CpKind::Return(r), 2) => r.rest = !r.rest,
        (CpKind::Return(r), _) => r.ignores = !r.ignores,
        (kind, _) => *kind = CpKind::Jump(vec![ValueKind::Any; rng.below(5)]),
    }
}

fn wild_block(unit: &mut Unit, rng: &mut Rng) {
    let Some(cp) = pick(&mut unit.cps, rng) else {
        return;
    };
    let blocks = &mut cp.blocks;
    let (i, j) = (rng.below(blocks.len()), rng.below(blocks.len()));
    match (rng.below(4), blocks.get(i).cloned()) {
        (_, None) => {}
        (0, Some(block)) => blocks.push(block),
        (1, Some(_)) => drop(blocks.remove(i)),
        (2, Some(_)) => blocks.swap(i, j),
        (_, Some(_)) => blocks[i].params.push(Reg(rng.wild_u32())),
    }
}

fn wild_tables(unit: &mut Unit, rng: &mut Rng) {
    let n = rng.wild_u32();
    match rng.below(9) {
        0 => unit.init = CpId(n),
        1 => pick(&mut unit.procs, rng)
            .into_iter()
            .for_each(|p| p.count = n),
        2 => pick(&mut unit.procs, rng)
            .into_iter()
            .for_each(|p| p.first = CpId(n)),
        3 => pick(&mut unit.cps, rng)
            .into_iter()
            .for_each(|cp| cp.proc = ProcId(n)),
        4 => pick(&mut unit.exports, rng)
            .into_iter()
            .for_each(|e| e.kind = ExportKind::Proc(CpId(n))),
        5 => pick(&mut unit.vars, rng)
            .into_iter()
            .for_each(|v| v.kind = VarKind::Import(ImportId(n), VarId(n))),
        6 => pick(&mut unit.import_procs, rng)
            .into_iter()
            .for_each(|p| p.arity = n as u16),
        7 => pick(&mut unit.prims, rng)
            .into_iter()
            .for_each(|p| p.effect = termite_abi::Effect::Block),
        _ => {
            let new = wild_literal(rng);
            pick(&mut unit.literals, rng)
                .into_iter()
                .for_each(|l| *l = new.clone());
        }
    }
}

fn wild_literal(rng: &mut Rng) -> Literal {
    let (a, b) = (LitId(rng.wild_u32()), LitId(rng.wild_u32()));
    match rng.below(6) {
        0 => Literal::Ratio(a, b),
        1 => Literal::Complex(a, b),
        2 => Literal::Bignum(
            rng.chance(50),
            (0..rng.below(3)).map(|_| rng.next_u64()).collect(),
        ),
        3 => Literal::Vector(vec![a, b]),
        4 => Literal::Pair(a, b),
        _ => Literal::Fixnum(rng.next_u64() as i64),
    }
}
