//! The code of one segment.

use super::{Emit, Place};
use crate::env::Result;
use crate::flow::{Arg, BlockId, Fun, FunId, Inst, OpInst, Ret, Term, Var};
use crate::segment::{Head, Segment};
use std::collections::HashMap;
use termite_ir::op::Imm;
use termite_ir::{
    Block, BlockId as IrBlock, Call, CpId, Frame, ImportProcId, Inst as IrInst, Op, Operand,
    PrimId, Reg, Target, Term as IrTerm, VarId,
};
use termite_syntax::{Diagnostic, Span};

/// How far up the dominators a value that was read from the closure is looked for.
const REUSE_DISTANCE: usize = 16;

struct Code<'e, 'p> {
    emit: &'e mut Emit<'p>,
    place: &'e Place,
    fun: &'p Fun,
    /// Registers of variables; those of free variables hold in some blocks only.
    regs: HashMap<Var, Operand>,
    free_index: HashMap<Var, u32>,
    free_regs: HashMap<(BlockId, Var), Reg>,
    next: u32,
    /// Place of each of the procedure's blocks in the segment.
    index: HashMap<BlockId, u32>,
    /// Segments that branches go to; the blocks that jump there come last.
    exits: Vec<BlockId>,
    at: BlockId,
    insts: Vec<IrInst>,
}

/// Number of registers, and blocks.
pub fn segment(emit: &mut Emit<'_>, place: &Place, segment: &Segment) -> Result<(u32, Vec<Block>)> {
    let fun = emit.program.fun(place.fun);
    let mut code = Code {
        place,
        fun,
        regs: HashMap::new(),
        free_index: fun
            .free
            .iter()
            .enumerate()
            .map(|(i, v)| (*v, i as u32))
            .collect(),
        free_regs: HashMap::new(),
        next: 0,
        index: segment
            .blocks
            .iter()
            .enumerate()
            .map(|(i, b)| (*b, i as u32))
            .collect(),
        exits: Vec::new(),
        at: segment.blocks[0],
        insts: Vec::new(),
        emit,
    };
    code.parameters(segment);
    let mut blocks = segment
        .blocks
        .iter()
        .map(|&b| code.block(b, b == segment.blocks[0]))
        .collect::<Result<Vec<Block>>>()?;
    for to in std::mem::take(&mut code.exits) {
        let term = code.goto(to, &[])?;
        blocks.push(Block {
            params: Vec::new(),
            insts: Vec::new(),
            term,
        });
    }
    Ok((code.next, blocks))
}

impl Code<'_, '_> {
    fn parameters(&mut self, segment: &Segment) {
        match (segment.kind, self.fun.closure) {
            (Head::Entry, Some(closure)) => {
                self.define(closure);
            }
            (Head::Return(Ret { ignores: false, .. }) | Head::Jump, _) => {}
            (Head::Entry, None) | (Head::Return(_), _) => {
                self.fresh();
            }
        }
        let params = &self.fun.block(segment.blocks[0]).params;
        let live = if segment.kind == Head::Entry {
            &[][..]
        } else {
            &segment.live
        };
        for &v in params.iter().chain(live) {
            self.define(v);
        }
    }

    fn fresh(&mut self) -> Reg {
        self.next += 1;
        Reg(self.next - 1)
    }

    fn define(&mut self, v: Var) -> Reg {
        let reg = self.fresh();
        self.regs.insert(v, Operand::Reg(reg));
        reg
    }

    fn block(&mut self, b: BlockId, is_head: bool) -> Result<Block> {
        self.at = b;
        let block = self.fun.block(b);
        let params = if is_head {
            Vec::new()
        } else {
            block.params.iter().map(|&v| self.define(v)).collect()
        };
        for inst in &block.insts {
            match inst {
                Inst::Op(op) => self.op(op)?,
                Inst::Fix(list) => self.fix(list)?,
            }
        }
        let term = self.term(&block.term)?;
        Ok(Block {
            params,
            insts: std::mem::take(&mut self.insts),
            term,
        })
    }

    // -- operands --

    fn operand(&mut self, arg: Arg) -> Result<Operand> {
        Ok(match arg {
            Arg::Var(v) => return self.var(v),
            Arg::Fixnum(n) => Operand::Fixnum(n),
            Arg::Imm(i) => Operand::Imm(i),
            Arg::Lit(id) => Operand::Lit(self.emit.used.literal(id)),
            Arg::Fun(f) => Operand::Proc(self.emit.entry(f)),
            Arg::ImportProc(id) => Operand::ImportProc(self.emit.used.import_proc(id)),
            Arg::Prim(id) => Operand::Prim(self.emit.used.prim(id)),
        })
    }

    fn operands(&mut self, args: &[Arg]) -> Result<Vec<Operand>> {
        args.iter().map(|&a| self.operand(a)).collect()
    }

    fn var(&mut self, v: Var) -> Result<Operand> {
        if let Some(&operand) = self.regs.get(&v) {
            return Ok(operand);
        }
        let undefined = || {
            Diagnostic::new(
                "internal-error",
                format!("variable {} is not at hand", v.0),
                Span::NONE,
            )
        };
        let index = *self.free_index.get(&v).ok_or_else(undefined)?;
        if let Some(reg) = self.read_before(v) {
            return Ok(Operand::Reg(reg));
        }
        let closure = self
            .fun
            .closure
            .and_then(|c| self.regs.get(&c).copied())
            .ok_or_else(undefined)?;
        let dst = self.fresh();
        self.insts.push(IrInst {
            op: Op::FreeRef,
            dst: Some(dst),
            args: vec![closure],
            imm: index,
            site: None,
        });
        self.free_regs.insert((self.at, v), dst);
        Ok(Operand::Reg(dst))
    }

    /// The register that a free variable was read to, here or in a block before.
    fn read_before(&self, v: Var) -> Option<Reg> {
        let mut at = Some(self.at);
        for _ in 0..REUSE_DISTANCE {
            let b = at.filter(|b| self.index.contains_key(b))?;
            if let Some(&reg) = self.free_regs.get(&(b, v)) {
                return Some(reg);
            }
            at = if self.index[&b] == 0 {
                None
            } else {
                self.place.segments.doms.idom(b)
            };
        }
        None
    }

    // -- instructions --

    fn op(&mut self, op: &OpInst) -> Result<()> {
        let args = self.operands(&op.args)?;
        let imm = match op.op.imm() {
            Imm::Var => self.emit.used.var(VarId(op.imm)).0,
            Imm::Prim => self.emit.used.prim(PrimId(op.imm)).0,
            Imm::None | Imm::Free | Imm::Cp | Imm::Field => op.imm,
        };
        let site = op.op.may_fail().then(|| self.emit.used.site(op.span));
        let dst = op.dst.map(|v| self.define(v));
        self.insts.push(IrInst {
            op: op.op,
            dst,
            args,
            imm,
            site,
        });
        Ok(())
    }

    /// Makes the closures, leaving holes for those that come later, then fills the
    /// holes.
    fn fix(&mut self, list: &[FunId]) -> Result<()> {
        let mut later: Vec<Var> = list
            .iter()
            .filter_map(|&f| self.emit.program.fun(f).closure)
            .collect();
        later.reverse();
        let mut holes = Vec::new();
        for &f in list {
            let fun = self.emit.program.fun(f);
            let Some(closure) = fun.closure else { continue };
            let mut args = Vec::new();
            for (i, &v) in fun.free.iter().enumerate() {
                if later.contains(&v) {
                    holes.push((closure, i as u32, v));
                    args.push(Operand::Hole);
                } else {
                    args.push(self.var(v)?);
                }
            }
            later.pop();
            let imm = self.emit.entry(f).0;
            let dst = Some(self.define(closure));
            self.insts.push(IrInst {
                op: Op::MakeClosure,
                dst,
                args,
                imm,
                site: None,
            });
        }
        for (closure, imm, v) in holes {
            let args = vec![self.var(closure)?, self.var(v)?];
            self.insts.push(IrInst {
                op: Op::InitFree,
                dst: None,
                args,
                imm,
                site: None,
            });
        }
        Ok(())
    }

    // -- terminators --

    fn term(&mut self, term: &Term) -> Result<IrTerm> {
        Ok(match term {
            Term::Return(values) => IrTerm::Return(self.operands(values)?),
            Term::Throw {
                frame,
                values,
                span,
            } => {
                let (frame, values) = (self.operand(*frame)?, self.operands(values)?);
                IrTerm::Throw {
                    frame,
                    values,
                    site: self.emit.used.site(*span),
                }
            }
            Term::Goto(to, args) => self.goto(*to, args)?,
            Term::Branch {
                cond,
                then,
                or_else,
            } => {
                let cond = self.operand(*cond)?;
                IrTerm::Branch {
                    cond,
                    then: self.branch_target(*then),
                    or_else: self.branch_target(*or_else),
                }
            }
            Term::Call {
                callee,
                args,
                ret,
                span,
            } => {
                let (target, args) = self.target(*callee, args)?;
                let ret = match ret {
                    Some(ret) => Some(self.frame(ret.block)?),
                    None => None,
                };
                IrTerm::Call(Call {
                    target,
                    args,
                    ret,
                    site: self.emit.used.site(*span),
                })
            }
            Term::Missing => {
                return Err(Diagnostic::new(
                    "internal-error",
                    "a block without end",
                    Span::NONE,
                ));
            }
        })
    }

    /// The block, or a new one that jumps to its segment.
    fn branch_target(&mut self, to: BlockId) -> IrBlock {
        if let Some(&index) = self.index.get(&to).filter(|i| **i > 0) {
            return IrBlock(index);
        }
        self.exits.push(to);
        IrBlock((self.index.len() + self.exits.len() - 1) as u32)
    }

    fn goto(&mut self, to: BlockId, args: &[Arg]) -> Result<IrTerm> {
        let mut args = self.operands(args)?;
        if let Some(&index) = self.index.get(&to).filter(|i| **i > 0) {
            return Ok(IrTerm::Goto(IrBlock(index), args));
        }
        args.extend(self.live(to)?);
        Ok(IrTerm::Jump(self.cp(to)?, args))
    }

    fn cp(&self, b: BlockId) -> Result<CpId> {
        self.emit
            .cps
            .get(&(self.place.fun, b))
            .copied()
            .ok_or_else(no_target)
    }

    /// The variables that are live at the beginning of another segment.
    fn live(&mut self, b: BlockId) -> Result<Vec<Operand>> {
        let place = self.place;
        let index = *place.segments.index.get(&b).ok_or_else(no_target)?;
        place.segments.segments[index]
            .live
            .iter()
            .map(|&v| self.var(v))
            .collect()
    }

    fn frame(&mut self, ret: BlockId) -> Result<Frame> {
        Ok(Frame {
            ret: self.cp(ret)?,
            live: self.live(ret)?,
        })
    }

    fn target(&mut self, callee: Arg, args: &[Arg]) -> Result<(Target, Vec<Operand>)> {
        let target = match (self.emit.program.direct(callee, args.len()), callee) {
            (Some(f), _) => {
                let closure = match self.emit.program.fun(f).closure {
                    Some(closure) => self.var(closure)?,
                    None => Operand::Proc(self.emit.entry(f)),
                };
                Target::Direct(self.emit.entry(f), closure)
            }
            (None, Arg::ImportProc(id)) if self.arity(id) == args.len() => {
                Target::Import(self.emit.used.import_proc(id))
            }
            (None, _) => Target::Value(self.operand(callee)?),
        };
        Ok((target, self.operands(args)?))
    }

    fn arity(&self, id: ImportProcId) -> usize {
        self.emit.program.tables.import_procs[id.index()]
            .arity
            .into()
    }
}

fn no_target() -> Diagnostic {
    Diagnostic::new("internal-error", "a jump to no segment", Span::NONE)
}
