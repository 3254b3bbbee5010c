//! The header: all but code and debug section.

use super::read::{Reader, Result};
use super::write::Writer;
use super::{DecodeFault, cps_of};
use crate::text::IMMEDIATES;
use crate::*;

/// Writes the header, given the length of each procedure's body.
pub(super) fn encode(unit: &Unit, bodies: &[u64]) -> Vec<u8> {
    let mut w = Writer::default();
    w.str(&unit.name);
    w.list(unit.source.as_slice(), |w, s| {
        w.str(&s.commit);
        w.bytes(&s.content);
    });
    w.list(&unit.imports, |w, i| {
        w.str(&i.name);
        w.bytes(&i.hash);
    });
    w.list(&unit.import_procs, |w, p| {
        w.id(p.import.0);
        w.id(p.cp.0);
        w.id(p.arity.into());
    });
    w.list(&unit.vars, write_var);
    w.list(&unit.literals, write_literal);
    w.list(&unit.prims, |w, p| {
        w.str(&p.name);
        w.effect(p.effect);
    });
    w.varint(unit.procs.len() as u64);
    for (proc, &length) in unit.procs.iter().zip(bodies) {
        w.str(&proc.name);
        w.id(cps_of(unit, proc.first.0, proc.count).len() as u32);
        w.varint(length);
    }
    let cps = unit
        .procs
        .iter()
        .flat_map(|p| cps_of(unit, p.first.0, p.count));
    cps.for_each(|cp| write_cp(&mut w, cp));
    w.id(unit.init.0);
    w.list(&unit.exports, write_export);
    w.finish()
}

/// Reads a header: a unit whose control points have no blocks, and the length of each
/// procedure's body.
pub(super) fn decode(bytes: &[u8], bodies_length: usize) -> Result<(Unit, Vec<usize>)> {
    let mut r = Reader::new(bytes);
    let name = r.str()?;
    let source = read_source(&mut r)?;
    let imports = r.list(33, |r| {
        Ok(Import {
            name: r.str()?,
            hash: read_hash(r)?,
        })
    })?;
    let import_procs = r.list(3, |r| {
        Ok(ImportProc {
            import: ImportId(r.u32()?),
            cp: CpId(r.u32()?),
            arity: r.u16()?,
        })
    })?;
    let vars = r.list(2, read_var)?;
    let literals = r.list(2, read_literal)?;
    let prims = r.list(2, |r| {
        Ok(PrimUse {
            name: r.str()?,
            effect: r.effect()?,
        })
    })?;
    let (procs, lengths) = read_procs(&mut r, bodies_length)?;
    let cps = read_cps(&mut r, &procs)?;
    let init = CpId(r.u32()?);
    let exports = r.list(3, read_export)?;
    r.end()?;
    let debug = Debug::default();
    Ok((
        Unit {
            name,
            source,
            imports,
            import_procs,
            vars,
            literals,
            prims,
            procs,
            cps,
            init,
            exports,
            debug,
        },
        lengths,
    ))
}

/// A list of none or one.
fn read_source(r: &mut Reader<'_>) -> Result<Option<Source>> {
    let sources = r.list(33, |r| {
        Ok(Source {
            commit: r.str()?,
            content: read_hash(r)?,
        })
    })?;
    if sources.len() > 1 {
        return Err(r.fault(DecodeFault::Number));
    }
    Ok(sources.into_iter().next())
}

fn read_hash(r: &mut Reader<'_>) -> Result<UnitHash> {
    let mut hash = [0; 32];
    hash.copy_from_slice(r.bytes(32)?);
    Ok(hash)
}

fn write_var(w: &mut Writer, var: &Var) {
    w.str(&var.name);
    match var.kind {
        VarKind::Own => w.byte(0),
        VarKind::Import(import, id) => {
            w.byte(1);
            w.id(import.0);
            w.id(id.0);
        }
        VarKind::Late => w.byte(2),
    }
}

fn read_var(r: &mut Reader<'_>) -> Result<Var> {
    let name = r.str()?;
    let kind = match r.byte()? {
        0 => VarKind::Own,
        1 => VarKind::Import(ImportId(r.u32()?), VarId(r.u32()?)),
        2 => VarKind::Late,
        n => return Err(r.tag("kind of variable", n)),
    };
    Ok(Var { name, kind })
}

fn write_literal(w: &mut Writer, literal: &Literal) {
    match literal {
        Literal::Imm(i) => {
            w.byte(0);
            w.id(immediate_number(*i));
        }
        Literal::Fixnum(n) => {
            w.byte(1);
            w.signed(*n);
        }
        Literal::Bignum(negative, limbs) => {
            w.byte(if *negative { 3 } else { 2 });
            w.list(limbs, |w, limb| w.bytes(&limb.to_le_bytes()));
        }
        Literal::Ratio(a, b) => write_two(w, 4, *a, *b),
        Literal::Flonum(bits) => {
            w.byte(5);
            w.bytes(&bits.to_le_bytes());
        }
        Literal::Complex(a, b) => write_two(w, 6, *a, *b),
        Literal::String(s) => {
            w.byte(7);
            w.str(s);
        }
        Literal::Symbol(s) => {
            w.byte(8);
            w.str(s);
        }
        Literal::Pair(a, b) => write_two(w, 9, *a, *b),
        Literal::Vector(items) => {
            w.byte(10);
            w.list(items, |w, i| w.id(i.0));
        }
        Literal::Bytevector(bytes) => {
            w.byte(11);
            w.blob(bytes);
        }
    }
}

fn write_two(w: &mut Writer, tag: u8, a: LitId, b: LitId) {
    w.byte(tag);
    w.id(a.0);
    w.id(b.0);
}

fn read_literal(r: &mut Reader<'_>) -> Result<Literal> {
    let tag = r.byte()?;
    Ok(match tag {
        0 => {
            let n = r.u32()?;
            Literal::Imm(immediate(n).ok_or_else(|| r.tag("immediate", n))?)
        }
        1 => Literal::Fixnum(r.signed()?),
        2 | 3 => Literal::Bignum(tag == 3, r.list(8, read_u64)?),
        4 => Literal::Ratio(LitId(r.u32()?), LitId(r.u32()?)),
        5 => Literal::Flonum(read_u64(r)?),
        6 => Literal::Complex(LitId(r.u32()?), LitId(r.u32()?)),
        7 => Literal::String(r.str()?),
        8 => Literal::Symbol(r.str()?),
        9 => Literal::Pair(LitId(r.u32()?), LitId(r.u32()?)),
        10 => Literal::Vector(r.list(1, |r| r.u32().map(LitId))?),
        11 => Literal::Bytevector(r.blob()?.to_vec()),
        n => return Err(r.tag("kind of literal", n)),
    })
}

fn read_u64(r: &mut Reader<'_>) -> Result<u64> {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(r.bytes(8)?);
    Ok(u64::from_le_bytes(bytes))
}

/// Markers by their place in the table, then characters.
pub(super) fn immediate_number(imm: Immediate) -> u32 {
    match imm {
        Immediate::Char(c) => IMMEDIATES.len() as u32 + c as u32,
        other => IMMEDIATES
            .iter()
            .position(|(i, _)| *i == other)
            .unwrap_or(0) as u32,
    }
}

pub(super) fn immediate(n: u32) -> Option<Immediate> {
    let markers = IMMEDIATES.len() as u32;
    match n.checked_sub(markers) {
        None => Some(IMMEDIATES[n as usize].0),
        Some(c) => char::from_u32(c).map(Immediate::Char),
    }
}

fn read_procs(r: &mut Reader<'_>, bodies_length: usize) -> Result<(Vec<Proc>, Vec<usize>)> {
    let n = r.count(3)?;
    let (mut procs, mut lengths) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut first, mut left) = (0u32, bodies_length);
    for _ in 0..n {
        let (name, count, length) = (r.str()?, r.u32()?, r.length()?);
        procs.push(Proc {
            name,
            first: CpId(first),
            count,
        });
        lengths.push(length);
        first = first
            .checked_add(count)
            .ok_or_else(|| r.fault(DecodeFault::Truncated))?;
        left = left
            .checked_sub(length)
            .ok_or_else(|| r.fault(DecodeFault::Truncated))?;
    }
    if left == 0 {
        Ok((procs, lengths))
    } else {
        Err(r.fault(DecodeFault::Trailing))
    }
}

fn read_cps(r: &mut Reader<'_>, procs: &[Proc]) -> Result<Vec<ControlPoint>> {
    let n = procs
        .last()
        .map_or(0, |p| p.first.index() + p.count as usize);
    r.check_count(n, 3)?;
    let mut cps = Vec::with_capacity(n);
    for (i, proc) in procs.iter().enumerate() {
        for _ in 0..proc.count {
            cps.push(read_cp(r, ProcId(i as u32))?);
        }
    }
    Ok(cps)
}

const ENTRY: u8 = 0;
const RETURN: u8 = 1;
const JUMP: u8 = 2;
const REST: u8 = 4;
const NEXT: u8 = 8;
const IGNORES: u8 = 8;

fn write_cp(w: &mut Writer, cp: &ControlPoint) {
    let flag = |on: bool, bit: u8| if on { bit } else { 0 };
    match &cp.kind {
        CpKind::Entry(e) => {
            w.byte(ENTRY | flag(e.rest, REST) | flag(e.next_clause.is_some(), NEXT));
            w.id(e.required.into());
            w.id(e.optional.into());
            e.next_clause.iter().for_each(|next| w.id(next.0));
        }
        CpKind::Return(r) => {
            w.byte(RETURN | flag(r.rest, REST) | flag(r.ignores, IGNORES));
            w.id(r.values.into());
        }
        CpKind::Jump(_) => w.byte(JUMP),
    }
    w.list(cp.kind.kinds(), |w, kind| match kind {
        ValueKind::Any => w.byte(0),
        ValueKind::Box => w.byte(1),
        ValueKind::Closure(cp) => w.varint(2 + u64::from(cp.0)),
    });
    w.id(cp.regs);
}

fn read_cp(r: &mut Reader<'_>, proc: ProcId) -> Result<ControlPoint> {
    let tag = r.byte()?;
    let has = |bit: u8| tag & bit != 0;
    let kind = match tag & 3 {
        ENTRY if tag < 16 => {
            let (required, optional) = (r.u16()?, r.u16()?);
            let next_clause = if has(NEXT) {
                Some(CpId(r.u32()?))
            } else {
                None
            };
            CpKind::Entry(Entry {
                required,
                optional,
                rest: has(REST),
                free: read_kinds(r)?,
                next_clause,
            })
        }
        RETURN if tag < 16 => CpKind::Return(Return {
            values: r.u16()?,
            rest: has(REST),
            ignores: has(IGNORES),
            live: read_kinds(r)?,
        }),
        JUMP if tag == JUMP => CpKind::Jump(read_kinds(r)?),
        _ => return Err(r.tag("kind of control point", tag)),
    };
    Ok(ControlPoint {
        proc,
        kind,
        regs: r.u32()?,
        blocks: Vec::new(),
    })
}

fn read_kinds(r: &mut Reader<'_>) -> Result<Vec<ValueKind>> {
    r.list(1, |r| match r.varint()? {
        0 => Ok(ValueKind::Any),
        1 => Ok(ValueKind::Box),
        n => {
            let cp = u32::try_from(n - 2).map_err(|_| r.fault(DecodeFault::Number))?;
            Ok(ValueKind::Closure(CpId(cp)))
        }
    })
}

fn write_export(w: &mut Writer, e: &Export) {
    w.str(&e.name);
    match e.kind {
        ExportKind::Proc(cp) => {
            w.byte(0);
            w.id(cp.0);
        }
        ExportKind::Var(var) => {
            w.byte(1);
            w.id(var.0);
        }
    }
}

fn read_export(r: &mut Reader<'_>) -> Result<Export> {
    let (name, tag, id) = (r.str()?, r.byte()?, r.u32()?);
    match tag {
        0 => Ok(Export {
            name,
            kind: ExportKind::Proc(CpId(id)),
        }),
        1 => Ok(Export {
            name,
            kind: ExportKind::Var(VarId(id)),
        }),
        n => Err(r.tag("kind of export", n)),
    }
}
