//! Writing bodies.

use super::Shape;
use crate::bytes::Writer;
use crate::flow::{Arg, Block, Fun, FunId, Inst, OpInst, Program, Ret, Term, Var};
use crate::interface::InlineBody;
use std::collections::HashMap;
use std::hash::Hash;
use termite_ir::op::Imm;
use termite_ir::text::IMMEDIATES;
use termite_ir::{CpId, Immediate, ImportId, LitId, Literal, Op, PrimId, UnitHash, VarId, VarKind};
use termite_syntax::{Span, Symbol};

/// The unit that a body is taken from, after emission.
pub struct Source<'a> {
    pub program: &'a Program,
    pub entries: &'a HashMap<FunId, CpId>,
    pub vars: &'a HashMap<VarId, VarId>,
}

/// Things that get an index when they are met.
struct Table<T> {
    index: HashMap<T, u64>,
    items: Vec<T>,
}

impl<T: Clone + Eq + Hash> Table<T> {
    fn new() -> Table<T> {
        Table {
            index: HashMap::new(),
            items: Vec::new(),
        }
    }

    fn get(&mut self, item: T) -> u64 {
        let next = self.items.len() as u64;
        let id = *self.index.entry(item.clone()).or_insert(next);
        if id == next {
            self.items.push(item);
        }
        id
    }
}

struct Body<'a> {
    source: &'a Source<'a>,
    /// Unit 0 is the exporter.
    units: Table<(String, UnitHash)>,
    literals: Table<LitId>,
    prims: Table<PrimId>,
    /// Unit, variable, name.
    vars: Table<(u64, u32, String)>,
    /// Unit, entry, number of parameters.
    procs: Table<(u64, u32, u16)>,
    locals: Table<Var>,
    code: Writer,
}

/// A procedure as a body; `None` when it refers to what cannot be linked.
pub fn write_body(source: &Source<'_>, fun: &Fun, shape: Shape) -> Option<InlineBody> {
    let mut body = Body::new(source);
    for v in &fun.blocks[0].params {
        body.locals.get(*v);
    }
    body.code.count(fun.blocks.len());
    fun.blocks.iter().try_for_each(|b| body.block(b))?;
    Some(body.finish(shape))
}

/// A constant as a body without parameters.
pub fn write_constant(source: &Source<'_>, value: Arg) -> Option<InlineBody> {
    let mut body = Body::new(source);
    body.arg(value)?;
    Some(body.finish(Shape {
        params: 0,
        size: 0,
        is_loop: false,
    }))
}

impl<'a> Body<'a> {
    fn new(source: &'a Source<'a>) -> Body<'a> {
        Body {
            source,
            units: Table::new(),
            literals: Table::new(),
            prims: Table::new(),
            vars: Table::new(),
            procs: Table::new(),
            locals: Table::new(),
            code: Writer::default(),
        }
    }

    fn finish(mut self, shape: Shape) -> InlineBody {
        let mut w = Writer::default();
        w.count(shape.params);
        w.count(shape.size);
        w.byte(u8::from(shape.is_loop));
        self.write_literals();
        let literals = std::mem::take(&mut self.literals.items);
        w.count(self.units.items.len());
        for (name, hash) in &self.units.items {
            w.text(name);
            w.bytes.extend_from_slice(hash);
        }
        w.count(literals.len());
        literals.iter().for_each(|id| self.literal(&mut w, *id));
        let prims = &self.source.program.tables.prims;
        w.count(self.prims.items.len());
        for id in &self.prims.items {
            w.text(&prims[id.index()].name);
            w.byte(prims[id.index()].effect as u8);
        }
        w.count(self.vars.items.len());
        for (unit, var, name) in &self.vars.items {
            w.number(*unit);
            w.number(u64::from(*var));
            w.text(name);
        }
        w.count(self.procs.items.len());
        for (unit, cp, arity) in &self.procs.items {
            w.number(*unit);
            w.number(u64::from(*cp));
            w.number(u64::from(*arity));
        }
        w.count(self.locals.items.len());
        w.bytes.append(&mut self.code.bytes);
        InlineBody(w.bytes.into())
    }

    /// Gives an index to every literal that another one refers to.
    fn write_literals(&mut self) {
        let mut at = 0;
        while at < self.literals.items.len() {
            let id = self.literals.items[at];
            match &self.source.program.tables.literals[id.index()] {
                Literal::Ratio(a, b) | Literal::Complex(a, b) | Literal::Pair(a, b) => {
                    self.literals.get(*a);
                    self.literals.get(*b);
                }
                Literal::Vector(items) => {
                    for i in items {
                        self.literals.get(*i);
                    }
                }
                Literal::Imm(_)
                | Literal::Fixnum(_)
                | Literal::Bignum(..)
                | Literal::Flonum(_)
                | Literal::String(_)
                | Literal::Symbol(_)
                | Literal::Bytevector(_) => {}
            }
            at += 1;
        }
    }

    fn literal(&mut self, w: &mut Writer, id: LitId) {
        let mut two = |w: &mut Writer, tag: u8, a: LitId, b: LitId| {
            w.byte(tag);
            w.number(self.literals.get(a));
            w.number(self.literals.get(b));
        };
        match &self.source.program.tables.literals[id.index()] {
            Literal::Imm(imm) => {
                w.byte(0);
                write_immediate(w, *imm);
            }
            Literal::Fixnum(n) => {
                w.byte(1);
                w.signed(*n);
            }
            Literal::Bignum(negative, limbs) => {
                w.byte(2 + u8::from(*negative));
                w.count(limbs.len());
                limbs.iter().for_each(|l| w.number(*l));
            }
            Literal::Ratio(a, b) => two(w, 4, *a, *b),
            Literal::Flonum(bits) => {
                w.byte(5);
                w.number(*bits);
            }
            Literal::Complex(a, b) => two(w, 6, *a, *b),
            Literal::String(text) => {
                w.byte(7);
                w.text(text);
            }
            Literal::Symbol(text) => {
                w.byte(8);
                w.text(text);
            }
            Literal::Pair(a, b) => two(w, 9, *a, *b),
            Literal::Vector(items) => {
                w.byte(10);
                w.count(items.len());
                items.iter().for_each(|i| w.number(self.literals.get(*i)));
            }
            Literal::Bytevector(bytes) => {
                w.byte(11);
                w.block(bytes);
            }
        }
    }

    // -- code --

    fn block(&mut self, block: &Block) -> Option<()> {
        self.code.text(block.name.map_or("", Symbol::as_str));
        self.code.count(block.params.len());
        block.params.iter().for_each(|v| self.local(*v));
        self.code.count(block.insts.len());
        for inst in &block.insts {
            match inst {
                Inst::Op(op) => self.op(op)?,
                Inst::Fix(_) => return None,
            }
        }
        self.term(&block.term)
    }

    fn local(&mut self, v: Var) {
        let id = self.locals.get(v);
        self.code.number(id);
    }

    fn op(&mut self, op: &OpInst) -> Option<()> {
        let vars = &self.source.program.tables.vars;
        // The exporter's variables have values when the importer runs.
        let is_own = op.op == Op::CellRefChecked && vars[op.imm as usize].kind != VarKind::Late;
        self.code
            .byte(if is_own { Op::CellRef } else { op.op } as u8);
        op.dst.into_iter().for_each(|dst| self.local(dst));
        let imm = match op.op.imm() {
            Imm::Var => self.var(VarId(op.imm))?,
            Imm::Prim => self.prims.get(PrimId(op.imm)),
            Imm::None | Imm::Field => u64::from(op.imm),
            Imm::Free | Imm::Cp => return None,
        };
        self.code.number(imm);
        self.args(&op.args)?;
        self.span(op.span);
        Some(())
    }

    fn span(&mut self, span: Span) {
        if span.is_none() {
            return self.code.byte(0);
        }
        self.code.number(u64::from(span.file.0) + 1);
        self.code.number(u64::from(span.start));
        self.code.number(u64::from(span.end));
    }

    fn var(&mut self, id: VarId) -> Option<u64> {
        let var = &self.source.program.tables.vars[id.index()];
        let (unit, index) = match var.kind {
            VarKind::Own => (0, *self.source.vars.get(&id)?),
            VarKind::Import(import, index) => (self.unit(import), index),
            VarKind::Late => return None,
        };
        Some(self.vars.get((unit, index.0, var.name.clone())))
    }

    fn unit(&mut self, import: ImportId) -> u64 {
        let import = &self.source.program.tables.imports[import.index()];
        self.units.get((import.name.clone(), import.hash)) + 1
    }

    fn args(&mut self, args: &[Arg]) -> Option<()> {
        self.code.count(args.len());
        args.iter().try_for_each(|a| self.arg(*a))
    }

    fn arg(&mut self, arg: Arg) -> Option<()> {
        let (tag, index) = match arg {
            Arg::Var(v) => (0, self.locals.get(v)),
            Arg::Fixnum(n) => {
                self.code.byte(1);
                self.code.signed(n);
                return Some(());
            }
            Arg::Imm(imm) => {
                self.code.byte(2);
                write_immediate(&mut self.code, imm);
                return Some(());
            }
            Arg::Lit(id) => (3, self.literals.get(id)),
            Arg::Fun(g) => (4, self.own_proc(g)?),
            Arg::ImportProc(id) => {
                let p = &self.source.program.tables.import_procs[id.index()];
                let unit = self.unit(p.import);
                (4, self.procs.get((unit, p.cp.0, p.arity)))
            }
            Arg::Prim(id) => (5, self.prims.get(id)),
        };
        self.code.byte(tag);
        self.code.number(index);
        Some(())
    }

    /// An entry of the exporter that nothing was added to.
    fn own_proc(&mut self, g: FunId) -> Option<u64> {
        let fun = self.source.program.fun(g);
        let is_plain = fun.closure.is_none()
            && fun.is_simple()
            && fun.home.is_none()
            && fun.next_clause.is_none();
        let entry = self.source.entries.get(&g).filter(|_| is_plain)?;
        Some(self.procs.get((0, entry.0, fun.required)))
    }

    fn term(&mut self, term: &Term) -> Option<()> {
        match term {
            Term::Return(values) => {
                self.code.byte(0);
                self.args(values)
            }
            Term::Throw {
                frame,
                values,
                span,
            } => {
                self.code.byte(1);
                self.arg(*frame)?;
                self.args(values)?;
                self.span(*span);
                Some(())
            }
            Term::Goto(to, args) => {
                self.code.byte(2);
                self.code.number(u64::from(to.0));
                self.args(args)
            }
            Term::Branch {
                cond,
                then,
                or_else,
            } => {
                self.code.byte(3);
                self.arg(*cond)?;
                self.code.number(u64::from(then.0));
                self.code.number(u64::from(or_else.0));
                Some(())
            }
            Term::Call {
                callee,
                args,
                ret,
                span,
            } => {
                self.code.byte(if ret.is_some() { 5 } else { 4 });
                self.arg(*callee)?;
                self.args(args)?;
                ret.iter().for_each(|r| write_ret(&mut self.code, r));
                self.span(*span);
                Some(())
            }
            Term::Missing => {
                self.code.byte(6);
                Some(())
            }
        }
    }
}

fn write_ret(w: &mut Writer, ret: &Ret) {
    w.number(u64::from(ret.block.0));
    w.number(u64::from(ret.values));
    w.byte(u8::from(ret.rest) | u8::from(ret.ignores) << 1);
}

fn write_immediate(w: &mut Writer, imm: Immediate) {
    match imm {
        Immediate::Char(c) => w.number(u64::from(u32::from(c)) + IMMEDIATES.len() as u64),
        _ => w.count(IMMEDIATES.iter().position(|(i, _)| *i == imm).unwrap_or(0)),
    }
}
