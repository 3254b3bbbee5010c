//! The code of one procedure.

use super::DecodeFault;
use super::header::{immediate, immediate_number};
use super::read::{Reader, Result, unzigzag};
use super::write::{Writer, zigzag};
use crate::*;

/// Writes the blocks of a procedure's control points.
pub(super) fn encode(cps: &[ControlPoint]) -> Vec<u8> {
    let mut w = Writer::default();
    for cp in cps {
        w.list(&cp.blocks, |w, block| {
            w.list(&block.params, |w, reg| w.id(reg.0));
            w.list(&block.insts, write_inst);
            write_term(w, &block.term);
        });
    }
    w.finish()
}

/// Reads the blocks of a procedure's control points.
pub(super) fn decode(bytes: &[u8], cps: &mut [ControlPoint]) -> Result<()> {
    let mut r = Reader::new(bytes);
    for cp in cps {
        cp.blocks = r.list(4, |r| {
            let params = r.list(1, |r| r.u32().map(Reg))?;
            let insts = r.list(2, read_inst)?;
            Ok(Block {
                params,
                insts,
                term: read_term(r)?,
            })
        })?;
    }
    r.end()
}

// The byte after the operation: what is there beside operands, and their number.
const DST: u8 = 1;
const SITE: u8 = 2;
const IMM: u8 = 4;
const COUNT_SHIFT: u32 = 3;
/// Counts from here on follow as a number.
const COUNT_MORE: u8 = 31;

fn write_inst(w: &mut Writer, inst: &Inst) {
    let count = inst.args.len().min(COUNT_MORE.into()) as u8;
    let flag = |on: bool, bit: u8| if on { bit } else { 0 };
    w.byte(inst.op as u8);
    w.byte(
        flag(inst.dst.is_some(), DST)
            | flag(inst.site.is_some(), SITE)
            | flag(inst.imm != 0, IMM)
            | count << COUNT_SHIFT,
    );
    inst.dst.iter().for_each(|dst| w.id(dst.0));
    if inst.imm != 0 {
        w.id(inst.imm);
    }
    if count == COUNT_MORE {
        w.varint(inst.args.len() as u64 - u64::from(COUNT_MORE));
    }
    inst.args.iter().for_each(|a| write_operand(w, *a));
    inst.site.iter().for_each(|site| w.id(site.0));
}

fn read_inst(r: &mut Reader<'_>) -> Result<Inst> {
    let number = r.byte()?;
    let op = *Op::ALL
        .get(number as usize)
        .ok_or_else(|| r.tag("operation", number))?;
    let form = r.byte()?;
    let dst = if form & DST != 0 {
        Some(Reg(r.u32()?))
    } else {
        None
    };
    let imm = if form & IMM != 0 { r.u32()? } else { 0 };
    if form & IMM != 0 && imm == 0 {
        return Err(r.fault(DecodeFault::Number));
    }
    let mut count = usize::from(form >> COUNT_SHIFT);
    if form >> COUNT_SHIFT == COUNT_MORE {
        count = r.length()?.saturating_add(count);
    }
    r.check_count(count, 1)?;
    let args = r.items(count, read_operand)?;
    let site = if form & SITE != 0 {
        Some(SiteId(r.u32()?))
    } else {
        None
    };
    Ok(Inst {
        op,
        dst,
        args,
        imm,
        site,
    })
}

// An operand's first byte: sort in bits 0..3, low bits of the number in 3..7, and
// whether a number with the others follows.
const SORT_MASK: u8 = 7;
const LOW_BITS: u32 = 4;
const MORE: u8 = 0x80;

fn write_operand(w: &mut Writer, operand: Operand) {
    let (sort, n) = match operand {
        Operand::Reg(r) => (0, r.0.into()),
        Operand::Fixnum(n) => (1, zigzag(n)),
        Operand::Imm(i) => (2, immediate_number(i).into()),
        Operand::Lit(l) => (3, l.0.into()),
        Operand::Proc(cp) => (4, cp.0.into()),
        Operand::ImportProc(p) => (5, p.0.into()),
        Operand::Prim(p) => (6, p.0.into()),
        Operand::Hole => (7, 0),
    };
    let (low, high): (u8, u64) = ((n & 15) as u8, n >> LOW_BITS);
    w.byte(sort | low << 3 | if high > 0 { MORE } else { 0 });
    if high > 0 {
        w.varint(high);
    }
}

fn read_operand(r: &mut Reader<'_>) -> Result<Operand> {
    let first = r.byte()?;
    let mut n = u64::from(first >> 3 & 15);
    if first & MORE != 0 {
        let high = r.varint()?;
        if high == 0 || high >> (64 - LOW_BITS) != 0 {
            return Err(r.fault(DecodeFault::Number));
        }
        n |= high << LOW_BITS;
    }
    if first & SORT_MASK == 1 {
        return Ok(Operand::Fixnum(unzigzag(n)));
    }
    let id = u32::try_from(n).map_err(|_| r.fault(DecodeFault::Number))?;
    match first & SORT_MASK {
        0 => Ok(Operand::Reg(Reg(id))),
        2 => immediate(id)
            .map(Operand::Imm)
            .ok_or_else(|| r.tag("immediate", n)),
        3 => Ok(Operand::Lit(LitId(id))),
        4 => Ok(Operand::Proc(CpId(id))),
        5 => Ok(Operand::ImportProc(ImportProcId(id))),
        6 => Ok(Operand::Prim(PrimId(id))),
        _ if id == 0 => Ok(Operand::Hole),
        _ => Err(r.fault(DecodeFault::Number)),
    }
}

fn write_operands(w: &mut Writer, operands: &[Operand]) {
    w.list(operands, |w, o| write_operand(w, *o));
}

fn read_operands(r: &mut Reader<'_>) -> Result<Vec<Operand>> {
    r.list(1, read_operand)
}

fn write_term(w: &mut Writer, term: &Term) {
    match term {
        Term::Return(values) => {
            w.byte(0);
            write_operands(w, values);
        }
        Term::Throw {
            frame,
            values,
            site,
        } => {
            w.byte(1);
            write_operand(w, *frame);
            write_operands(w, values);
            w.id(site.0);
        }
        Term::Goto(to, args) => {
            w.byte(2);
            w.id(to.0);
            write_operands(w, args);
        }
        Term::Branch {
            cond,
            then,
            or_else,
        } => {
            w.byte(3);
            write_operand(w, *cond);
            w.id(then.0);
            w.id(or_else.0);
        }
        Term::Jump(to, args) => {
            w.byte(4);
            w.id(to.0);
            write_operands(w, args);
        }
        Term::Call(call) => write_call(w, call),
    }
}

/// Tags of calls: this, plus 1 if a frame is pushed, plus 2 by target.
const CALL: u8 = 5;

fn write_call(w: &mut Writer, call: &Call) {
    let tag = CALL + call.ret.is_some() as u8;
    match call.target {
        Target::Value(callee) => {
            w.byte(tag);
            write_operand(w, callee);
        }
        Target::Direct(cp, closure) => {
            w.byte(tag + 2);
            w.id(cp.0);
            write_operand(w, closure);
        }
        Target::Import(p) => {
            w.byte(tag + 4);
            w.id(p.0);
        }
    }
    write_operands(w, &call.args);
    if let Some(frame) = &call.ret {
        w.id(frame.ret.0);
        write_operands(w, &frame.live);
    }
    w.id(call.site.0);
}

fn read_term(r: &mut Reader<'_>) -> Result<Term> {
    Ok(match r.byte()? {
        0 => Term::Return(read_operands(r)?),
        1 => Term::Throw {
            frame: read_operand(r)?,
            values: read_operands(r)?,
            site: SiteId(r.u32()?),
        },
        2 => Term::Goto(BlockId(r.u32()?), read_operands(r)?),
        3 => Term::Branch {
            cond: read_operand(r)?,
            then: BlockId(r.u32()?),
            or_else: BlockId(r.u32()?),
        },
        4 => Term::Jump(CpId(r.u32()?), read_operands(r)?),
        tag @ CALL..=10 => Term::Call(read_call(r, tag - CALL)?),
        n => return Err(r.tag("terminator", n)),
    })
}

fn read_call(r: &mut Reader<'_>, form: u8) -> Result<Call> {
    let target = match form / 2 {
        0 => Target::Value(read_operand(r)?),
        1 => Target::Direct(CpId(r.u32()?), read_operand(r)?),
        _ => Target::Import(ImportProcId(r.u32()?)),
    };
    let args = read_operands(r)?;
    let ret = if form % 2 == 1 {
        Some(Frame {
            ret: CpId(r.u32()?),
            live: read_operands(r)?,
        })
    } else {
        None
    };
    Ok(Call {
        target,
        args,
        ret,
        site: SiteId(r.u32()?),
    })
}
