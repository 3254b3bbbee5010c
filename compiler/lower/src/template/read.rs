//! Reading bodies into a program.

use super::Shape;
use crate::bytes::{InterfaceError, Reader};
use crate::flow::{Arg, Block, BlockId, Inst, OpInst, Program, Ret, Tables, Term, Var, VarKind};
use crate::interface::InlineBody;
use std::collections::HashMap;
use termite_abi::Effect;
use termite_ir::op::{Imm, Res};
use termite_ir::text::IMMEDIATES;
use termite_ir::{
    CpId, Immediate, ImportId, ImportProc, ImportProcId, LitId, Literal, Op, PrimId, UnitHash,
    VarId,
};
use termite_syntax::{FileId, Span, Symbol};

type Read<T> = Result<T, InterfaceError>;

/// The bodies of imported procedures.
#[derive(Default)]
pub struct Templates {
    bodies: HashMap<ImportProcId, InlineBody>,
}

impl Templates {
    pub fn new(bodies: HashMap<ImportProcId, InlineBody>) -> Templates {
        Templates { bodies }
    }

    pub fn shape(&self, id: ImportProcId) -> Option<Shape> {
        read_shape(&mut Reader::new(&self.bodies.get(&id)?.0)).ok()
    }

    /// The blocks of a body, with variables of their own; the first takes the arguments.
    pub fn instantiate(&self, program: &mut Program, id: ImportProcId) -> Option<Vec<Block>> {
        let exporter = program.tables.import_procs[id.index()].import;
        let mut body = Body::open(&mut program.tables, &self.bodies.get(&id)?.0, exporter).ok()?;
        let count = body.reader.count().ok()?;
        body.locals = (0..count).map(|_| program.new_var(VarKind::Any)).collect();
        body.boxes = Vec::new();
        let blocks = body.blocks().ok()?;
        body.boxes
            .iter()
            .for_each(|v| program.vars[v.index()] = VarKind::Box);
        Some(blocks)
    }
}

/// The constant that a body without parameters is.
pub fn constant(tables: &mut Tables, body: &InlineBody, exporter: ImportId) -> Option<Arg> {
    let mut body = Body::open(tables, &body.0, exporter).ok()?;
    body.reader.count().ok()?;
    body.arg().ok()
}

fn read_shape(r: &mut Reader<'_>) -> Read<Shape> {
    Ok(Shape {
        params: r.number()? as usize,
        size: r.number()? as usize,
        is_loop: r.flag()?,
    })
}

struct Body<'a> {
    reader: Reader<'a>,
    literals: Vec<LitId>,
    prims: Vec<PrimId>,
    vars: Vec<VarId>,
    procs: Vec<ImportProcId>,
    locals: Vec<Var>,
    /// Locals that hold boxes.
    boxes: Vec<Var>,
}

impl<'a> Body<'a> {
    /// Reads the tables and enters what they name in those of the program.
    fn open(tables: &mut Tables, bytes: &'a [u8], exporter: ImportId) -> Read<Body<'a>> {
        let mut r = Reader::new(bytes);
        read_shape(&mut r)?;
        let mut units = vec![exporter];
        for (name, hash) in r.list(read_unit)? {
            let import = tables.import(&name, hash);
            if tables.imports[import.index()].hash != hash {
                return Err(InterfaceError("linked to another version"));
            }
            units.push(import);
        }
        let literals = read_literals(&mut r, tables)?;
        let prims = r.list(|r| Ok((r.text()?, read_effect(r.byte()?)?)))?;
        let prims = prims
            .into_iter()
            .map(|(name, effect)| tables.prim(name, effect))
            .collect();
        let vars = r.list(|r| Ok((unit(&units, r.index()?)?, VarId(r.index()?), r.text()?)))?;
        let vars = vars
            .into_iter()
            .map(|(import, var, name)| tables.import_var(import, var, name))
            .collect();
        let procs = r.list(|r| {
            Ok(ImportProc {
                import: unit(&units, r.index()?)?,
                cp: CpId(r.index()?),
                arity: r.small()?,
            })
        })?;
        let procs = procs.into_iter().map(|p| tables.import_proc(p)).collect();
        Ok(Body {
            reader: r,
            literals,
            prims,
            vars,
            procs,
            locals: Vec::new(),
            boxes: Vec::new(),
        })
    }

    fn blocks(&mut self) -> Read<Vec<Block>> {
        let count = self.reader.count()?;
        let blocks = (0..count)
            .map(|_| self.block())
            .collect::<Read<Vec<Block>>>()?;
        let in_range = |b: &Block| b.term.successors().all(|s| s.index() < count);
        if blocks.iter().all(in_range) {
            Ok(blocks)
        } else {
            Err(InterfaceError("no such block"))
        }
    }

    fn block(&mut self) -> Read<Block> {
        let name = Some(self.reader.text()?).filter(|name| !name.is_empty());
        let name = name.map(Symbol::intern);
        let count = self.reader.count()?;
        let params = (0..count)
            .map(|_| self.local())
            .collect::<Read<Vec<Var>>>()?;
        let count = self.reader.count()?;
        let insts = (0..count).map(|_| self.op()).collect::<Read<Vec<Inst>>>()?;
        Ok(Block {
            params,
            insts,
            term: self.term()?,
            name,
        })
    }

    fn local(&mut self) -> Read<Var> {
        let i = self.reader.index()?;
        at(&self.locals, i)
    }

    fn op(&mut self) -> Read<Inst> {
        let op = *Op::ALL
            .get(usize::from(self.reader.byte()?))
            .ok_or(InterfaceError("no such operation"))?;
        let dst = if op.result() == Res::None {
            None
        } else {
            Some(self.local()?)
        };
        if op.result() == Res::Box {
            self.boxes.extend(dst);
        }
        let imm = self.reader.index()?;
        let imm = match op.imm() {
            Imm::Var => at(&self.vars, imm)?.0,
            Imm::Prim => at(&self.prims, imm)?.0,
            Imm::None | Imm::Field => imm,
            Imm::Free | Imm::Cp => return Err(InterfaceError("a closure in a body")),
        };
        let args = self.args()?;
        if op.arg_count() >= 0 && args.len() != op.arg_count() as usize {
            return Err(InterfaceError("wrong number of operands"));
        }
        Ok(Inst::Op(OpInst {
            dst,
            op,
            args,
            imm,
            span: self.span()?,
        }))
    }

    fn span(&mut self) -> Read<Span> {
        match self.reader.index()? {
            0 => Ok(Span::NONE),
            file => {
                let (start, end) = (self.reader.index()?, self.reader.index()?);
                Ok(Span::new(FileId(file - 1), start, end))
            }
        }
    }

    fn args(&mut self) -> Read<Vec<Arg>> {
        let count = self.reader.count()?;
        (0..count).map(|_| self.arg()).collect()
    }

    fn arg(&mut self) -> Read<Arg> {
        Ok(match self.reader.byte()? {
            0 => Arg::Var(self.local()?),
            1 => Arg::Fixnum(self.reader.signed()?),
            2 => Arg::Imm(read_immediate(&mut self.reader)?),
            3 => Arg::Lit(at(&self.literals, self.reader.index()?)?),
            4 => Arg::ImportProc(at(&self.procs, self.reader.index()?)?),
            5 => Arg::Prim(at(&self.prims, self.reader.index()?)?),
            _ => return Err(InterfaceError("no such operand")),
        })
    }

    fn target(&mut self) -> Read<BlockId> {
        Ok(BlockId(self.reader.index()?))
    }

    fn term(&mut self) -> Read<Term> {
        let tag = self.reader.byte()?;
        Ok(match tag {
            0 => Term::Return(self.args()?),
            1 => Term::Throw {
                frame: self.arg()?,
                values: self.args()?,
                span: self.span()?,
            },
            2 => Term::Goto(self.target()?, self.args()?),
            3 => Term::Branch {
                cond: self.arg()?,
                then: self.target()?,
                or_else: self.target()?,
            },
            4 | 5 => {
                let (callee, args) = (self.arg()?, self.args()?);
                let ret = if tag == 5 { Some(self.ret()?) } else { None };
                Term::Call {
                    callee,
                    args,
                    ret,
                    span: self.span()?,
                }
            }
            6 => Term::Missing,
            _ => return Err(InterfaceError("no such terminator")),
        })
    }

    fn ret(&mut self) -> Read<Ret> {
        let (block, values, flags) = (self.target()?, self.reader.small()?, self.reader.byte()?);
        Ok(Ret {
            block,
            values,
            rest: flags & 1 != 0,
            ignores: flags & 2 != 0,
        })
    }
}

fn at<T: Copy>(items: &[T], i: u32) -> Read<T> {
    items
        .get(i as usize)
        .copied()
        .ok_or(InterfaceError("index out of range"))
}

fn unit(units: &[ImportId], i: u32) -> Read<ImportId> {
    at(units, i)
}

fn read_unit(r: &mut Reader<'_>) -> Read<(String, UnitHash)> {
    let name = r.text()?.to_string();
    let hash = r
        .take(32)?
        .try_into()
        .map_err(|_| InterfaceError("no hash"))?;
    Ok((name, hash))
}

fn read_effect(n: u8) -> Read<Effect> {
    [Effect::Pure, Effect::Leaf, Effect::Alloc, Effect::Block]
        .into_iter()
        .find(|e| *e as u8 == n)
        .ok_or(InterfaceError("no such effect"))
}

fn read_immediate(r: &mut Reader<'_>) -> Read<Immediate> {
    let n = r.index()?;
    match n.checked_sub(IMMEDIATES.len() as u32) {
        None => Ok(IMMEDIATES[n as usize].0),
        Some(c) => char::from_u32(c)
            .map(Immediate::Char)
            .ok_or(InterfaceError("no such character")),
    }
}

/// Literals may refer to each other in any order: all get their index first.
fn read_literals(r: &mut Reader<'_>, tables: &mut Tables) -> Read<Vec<LitId>> {
    let count = r.count()?;
    let mut items = (0..count)
        .map(|_| read_literal(r))
        .collect::<Read<Vec<Literal>>>()?;
    let mut ids: Vec<LitId> = Vec::new();
    for item in &items {
        // Constants without parts are shared with those of the program.
        ids.push(match item {
            Literal::Pair(..) | Literal::Vector(_) | Literal::Ratio(..) | Literal::Complex(..) => {
                tables.fresh_literal(item.clone())
            }
            _ => tables.literal(item.clone()),
        });
    }
    for (item, id) in items.iter_mut().zip(&ids) {
        match item {
            Literal::Pair(a, b) | Literal::Ratio(a, b) | Literal::Complex(a, b) => {
                *a = at(&ids, a.0)?;
                *b = at(&ids, b.0)?;
            }
            Literal::Vector(parts) => parts
                .iter_mut()
                .try_for_each(|p| at(&ids, p.0).map(|id| *p = id))?,
            _ => continue,
        }
        tables.literals[id.index()] = item.clone();
    }
    Ok(ids)
}

fn read_literal(r: &mut Reader<'_>) -> Read<Literal> {
    let tag = r.byte()?;
    let mut lit = || r.index().map(LitId);
    Ok(match tag {
        0 => Literal::Imm(read_immediate(r)?),
        1 => Literal::Fixnum(r.signed()?),
        2 | 3 => Literal::Bignum(tag == 3, r.list(|r| r.number())?),
        4 => Literal::Ratio(lit()?, lit()?),
        5 => Literal::Flonum(r.number()?),
        6 => Literal::Complex(lit()?, lit()?),
        7 => Literal::String(r.text()?.to_string()),
        8 => Literal::Symbol(r.text()?.to_string()),
        9 => Literal::Pair(lit()?, lit()?),
        10 => Literal::Vector(r.list(|r| r.index().map(LitId))?),
        11 => Literal::Bytevector(r.block()?.to_vec()),
        _ => return Err(InterfaceError("no such literal")),
    })
}
