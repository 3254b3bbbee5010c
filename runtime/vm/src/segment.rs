//! The interpreter's form of a segment: one flat array of 32-bit words.
//!
//! An instruction is its code, then its operands. Codes below [`CONTROL`] are the
//! numbers of [`Op`]s, laid out as `[op, dst, payload?, count?, operands...]`; the rest
//! are the control instructions below. An operand is a register index, or with
//! [`CONST`] set an index in the segment's constants. Registers live in the context's
//! argument area, so that arguments arrive in their registers.
//!
//! Made from verified IR only; nothing is checked again when it runs.

use crate::code::{CodeStore, LoadedUnit};
use std::collections::HashMap;
use termite_abi::{Descriptor, Value};
use termite_ir::op::Imm;
use termite_ir::{
    Block, Call, ControlPoint, CpId, CpKind, Frame, Inst, Op, Operand, Reg, SiteId, Target, Term,
};

/// Operand flag: an index in the constants.
pub const CONST: u32 = 1 << 31;
/// First code that is not an operation.
pub const CONTROL: u32 = 128;

macro_rules! control {
    ($($(#[$doc:meta])* $name:ident = $n:literal;)*) => {
        $($(#[$doc])* pub const $name: u32 = CONTROL + $n;)*
    };
}

control! {
    /// `[v]`
    RETURN = 0;
    /// `[n, values...]`
    RETURN_N = 1;
    /// `[frame, n, values...]`
    THROW = 2;
    /// `[target]`
    GOTO = 3;
    /// `[dst, operand]`
    MOVE = 4;
    /// `[operand, target if #f]`
    BRANCH = 5;
    /// `[descriptor, n, operands...]`
    JUMP = 6;
    /// `[n, operands...]`: to this segment's own start
    JUMP_SELF = 7;
    /// `[f, n, operands...]`
    CALL_VALUE = 8;
    /// `[descriptor, n, closure, operands...]`
    CALL_DIRECT = 9;
    /// `[descriptor, n, live...]`: pushes a frame; a call follows
    PUSH = 10;
    // Branches fused with the test before them: `[a, (b,) target if the test fails]`.
    BR_LT = 16;
    BR_GT = 17;
    BR_LE = 18;
    BR_GE = 19;
    BR_NUM_EQ = 20;
    BR_EQ = 21;
    BR_NULL = 22;
    BR_PAIR = 23;
    /// Goes on if the operand is #f.
    BR_NOT = 24;
}

/// A segment ready to be interpreted.
pub struct Segment {
    pub code: Box<[u32]>,
    pub consts: Box<[u64]>,
    /// Bytes that it may allocate inline.
    pub reserve: u64,
    /// Arguments that arrive in the argument area.
    pub args: u32,
    /// Live values that are read from the frame (return points).
    pub live: u32,
    pub is_return: bool,
    /// Unit in the code store and control point, for messages and tier-up.
    pub unit: u32,
    pub cp: CpId,
    /// Places by the index of an instruction's first word, ascending.
    sites: Vec<(u32, SiteId)>,
}

impl Segment {
    /// The place of the instruction at word `at`, as `unit << 32 | site`.
    pub fn site(&self, at: usize) -> u64 {
        let site = match self.sites.binary_search_by_key(&(at as u32), |s| s.0) {
            Ok(i) => self.sites[i].1.0,
            Err(_) => u32::MAX,
        };
        (self.unit as u64) << 32 | site as u64
    }
}

/// Decodes control point `cp` of a loaded unit.
pub fn decode(store: &CodeStore, unit: &LoadedUnit, cp: CpId) -> Segment {
    let blocks = unit.blocks(cp);
    let point = &unit.unit.cps[cp.index()];
    let mut d = Decoder {
        store,
        unit,
        cp,
        code: Vec::new(),
        consts: Vec::new(),
        const_index: HashMap::new(),
        sites: Vec::new(),
        starts: vec![0; blocks.len()],
        patches: Vec::new(),
        uses: count_uses(&blocks),
    };
    for (i, block) in blocks.iter().enumerate() {
        d.starts[i] = d.code.len() as u32;
        d.block(&blocks, i, block);
    }
    for &(at, block) in &d.patches {
        d.code[at] = d.starts[block];
    }
    Segment {
        reserve: reservation(point, &blocks),
        args: point.arg_count() as u32,
        live: (point.param_count() - point.arg_count()) as u32,
        is_return: matches!(point.kind, CpKind::Return(_)),
        code: d.code.into(),
        consts: d.consts.into(),
        unit: unit.index,
        cp,
        sites: d.sites,
    }
}

/// Upper bound of the bytes allocated on any path: the sum over the longest path
/// through the forward-only graph of blocks.
fn reservation(_point: &ControlPoint, blocks: &[Block]) -> u64 {
    let mut most = vec![0u64; blocks.len()];
    for (i, block) in blocks.iter().enumerate().rev() {
        let own: u64 = block.insts.iter().map(inst_bytes).sum();
        let rest = match &block.term {
            Term::Goto(b, _) => most[b.index()],
            Term::Branch { then, or_else, .. } => most[then.index()].max(most[or_else.index()]),
            Term::Call(Call {
                ret: Some(frame), ..
            }) => 16 + 8 * frame.live.len() as u64,
            Term::Return(_) | Term::Throw { .. } | Term::Jump(..) | Term::Call(_) => 0,
        };
        most[i] = own + rest;
    }
    most.first().copied().unwrap_or(0)
}

fn inst_bytes(inst: &Inst) -> u64 {
    let own = inst.op.alloc_bytes() as u64;
    match inst.op {
        Op::MakeClosure | Op::MakeRecord => own + 8 * inst.args.len() as u64,
        _ => own,
    }
}

/// Number of uses of each register that is used.
fn count_uses(blocks: &[Block]) -> HashMap<Reg, u32> {
    let mut uses = HashMap::new();
    let mut count = |o: &Operand| {
        if let Operand::Reg(r) = o {
            *uses.entry(*r).or_insert(0) += 1;
        }
    };
    for block in blocks {
        block
            .insts
            .iter()
            .flat_map(|i| &i.args)
            .for_each(&mut count);
        match &block.term {
            Term::Return(vs) | Term::Goto(_, vs) | Term::Jump(_, vs) => {
                vs.iter().for_each(&mut count)
            }
            Term::Throw { frame, values, .. } => {
                count(frame);
                values.iter().for_each(&mut count);
            }
            Term::Branch { cond, .. } => count(cond),
            Term::Call(call) => {
                if let Target::Value(f) | Target::Direct(_, f) = &call.target {
                    count(f);
                }
                call.args.iter().for_each(&mut count);
                call.ret.iter().flat_map(|f| &f.live).for_each(&mut count);
            }
        }
    }
    uses
}

struct Decoder<'a> {
    store: &'a CodeStore,
    unit: &'a LoadedUnit,
    cp: CpId,
    code: Vec<u32>,
    consts: Vec<u64>,
    const_index: HashMap<u64, u32>,
    sites: Vec<(u32, SiteId)>,
    starts: Vec<u32>,
    /// Words to be replaced by the start of a block.
    patches: Vec<(usize, usize)>,
    uses: HashMap<Reg, u32>,
}

impl Decoder<'_> {
    fn block(&mut self, blocks: &[Block], index: usize, block: &Block) {
        let fused = self.fusable(block);
        let plain = block.insts.len() - fused.is_some() as usize;
        for inst in &block.insts[..plain] {
            self.inst(inst);
        }
        match (&block.term, fused) {
            (Term::Branch { then, or_else, .. }, Some((code, inst))) => {
                self.site(inst.site);
                self.code.push(code);
                self.operands(&inst.args);
                self.target(or_else.index());
                self.fall_through(then.index(), index);
            }
            (term, _) => self.term(blocks, index, term),
        }
    }

    /// The fused form of a block's last test, if only its branch uses it.
    fn fusable<'b>(&self, block: &'b Block) -> Option<(u32, &'b Inst)> {
        let Term::Branch {
            cond: Operand::Reg(cond),
            ..
        } = block.term
        else {
            return None;
        };
        let inst = block.insts.last()?;
        if inst.dst != Some(cond) || self.uses.get(&cond) != Some(&1) {
            return None;
        }
        fused_code(inst.op).map(|code| (code, inst))
    }

    fn fall_through(&mut self, to: usize, from: usize) {
        if to != from + 1 {
            self.code.push(GOTO);
            self.target(to);
        }
    }

    fn target(&mut self, block: usize) {
        self.patches.push((self.code.len(), block));
        self.code.push(0);
    }

    fn site(&mut self, site: Option<SiteId>) {
        if let Some(s) = site {
            self.sites.push((self.code.len() as u32, s));
        }
    }

    fn constant(&mut self, bits: u64) -> u32 {
        let next = self.consts.len() as u32;
        let index = *self.const_index.entry(bits).or_insert(next);
        if index == next {
            self.consts.push(bits);
        }
        index
    }

    fn descriptor(&mut self, desc: *const Descriptor) {
        let index = self.constant(desc as u64);
        self.code.push(index);
    }

    fn operand(&mut self, o: &Operand) {
        let word = match o {
            Operand::Reg(r) => r.0,
            other => {
                let value = self.store.operand_value(self.unit, other);
                CONST | self.constant(value.0)
            }
        };
        self.code.push(word);
    }

    fn operands(&mut self, list: &[Operand]) {
        for o in list {
            self.operand(o);
        }
    }

    fn counted(&mut self, list: &[Operand]) {
        self.code.push(list.len() as u32);
        self.operands(list);
    }

    fn inst(&mut self, inst: &Inst) {
        self.site(inst.site);
        self.code.push(inst.op as u32);
        self.code.push(inst.dst.map_or(0, |r| r.0));
        match inst.op.imm() {
            Imm::None => {}
            Imm::Free | Imm::Field => self.code.push(inst.imm),
            Imm::Var => {
                let cell = self.store.cell(self.unit, inst.imm);
                let index = self.constant(cell.0);
                self.code.push(index);
            }
            Imm::Cp => self.descriptor(self.unit.descriptor(CpId(inst.imm))),
            Imm::Prim => {
                let address = self.store.plain_prim(self.unit, inst.imm);
                let index = self.constant(address);
                self.code.push(index);
            }
        }
        if inst.op.arg_count() < 0 {
            self.counted(&inst.args);
        } else {
            self.operands(&inst.args);
        }
    }

    fn term(&mut self, blocks: &[Block], index: usize, term: &Term) {
        match term {
            Term::Return(values) if values.len() == 1 => {
                self.code.push(RETURN);
                self.operands(values);
            }
            Term::Return(values) => {
                self.code.push(RETURN_N);
                self.counted(values);
            }
            Term::Throw {
                frame,
                values,
                site,
            } => {
                self.site(Some(*site));
                self.code.push(THROW);
                self.operand(frame);
                self.counted(values);
            }
            Term::Goto(to, args) => {
                for (param, arg) in blocks[to.index()].params.iter().zip(args) {
                    self.code.extend([MOVE, param.0]);
                    self.operand(arg);
                }
                self.fall_through(to.index(), index);
            }
            Term::Branch {
                cond,
                then,
                or_else,
            } => {
                self.code.push(BRANCH);
                self.operand(cond);
                self.target(or_else.index());
                self.fall_through(then.index(), index);
            }
            Term::Jump(cp, args) if *cp == self.cp => {
                self.code.push(JUMP_SELF);
                self.counted(args);
            }
            Term::Jump(cp, args) => {
                self.code.push(JUMP);
                self.descriptor(self.unit.descriptor(*cp));
                self.counted(args);
            }
            Term::Call(call) => self.call(call),
        }
    }

    fn call(&mut self, call: &Call) {
        if let Some(Frame { ret, live }) = &call.ret {
            self.code.push(PUSH);
            self.descriptor(self.unit.descriptor(*ret));
            self.counted(live);
        }
        self.site(Some(call.site));
        match &call.target {
            Target::Value(f) => {
                self.code.push(CALL_VALUE);
                self.operand(f);
                self.counted(&call.args);
            }
            Target::Direct(cp, closure) => {
                self.direct(self.unit.descriptor(*cp), *closure, &call.args);
            }
            Target::Import(p) => {
                let desc = self.store.import_descriptor(self.unit, *p);
                self.direct(desc, Operand::Fixnum(0), &call.args);
            }
        }
    }

    fn direct(&mut self, desc: *const Descriptor, closure: Operand, args: &[Operand]) {
        self.code.push(CALL_DIRECT);
        self.descriptor(desc);
        self.code.push(1 + args.len() as u32);
        self.operand(&closure);
        self.operands(args);
    }
}

/// The control instruction that tests and branches at once.
fn fused_code(op: Op) -> Option<u32> {
    Some(match op {
        Op::Lt => BR_LT,
        Op::Gt => BR_GT,
        Op::Le => BR_LE,
        Op::Ge => BR_GE,
        Op::NumEq => BR_NUM_EQ,
        Op::Eq => BR_EQ,
        Op::IsNull => BR_NULL,
        Op::IsPair => BR_PAIR,
        Op::Not => BR_NOT,
        _ => return None,
    })
}

/// A value for operands that are constants of the IR itself.
pub fn immediate(i: termite_ir::Immediate) -> Value {
    use termite_ir::Immediate as I;
    match i {
        I::False => Value::FALSE,
        I::True => Value::TRUE,
        I::Null => Value::NULL,
        I::Eof => Value::EOF,
        I::Void => Value::VOID,
        I::Default => Value::DEFAULT,
        I::Unbound => Value::UNBOUND,
        I::Optional => Value::KEY_OPTIONAL,
        I::Rest => Value::KEY_REST,
        I::Key => Value::KEY_KEY,
        I::Char(c) => Value::char(c),
    }
}
