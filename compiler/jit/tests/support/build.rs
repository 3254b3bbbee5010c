//! A small builder for units by hand.

use termite_abi::Effect;
use termite_ir::*;

pub struct Build {
    pub unit: Unit,
}

/// Builds one segment; blocks come in the order in which they are opened.
pub struct Seg {
    blocks: Vec<Option<Block>>,
    current: usize,
    insts: Vec<Inst>,
    params: Vec<Reg>,
    regs: u32,
}

pub fn fx(n: i64) -> Operand {
    Operand::Fixnum(n)
}

pub fn imm(i: Immediate) -> Operand {
    Operand::Imm(i)
}

pub const SITE: SiteId = SiteId(7);

impl Build {
    pub fn new() -> Build {
        Build {
            unit: Unit {
                name: "test".into(),
                source: None,
                imports: vec![],
                import_procs: vec![],
                vars: vec![],
                literals: vec![],
                prims: vec![],
                procs: vec![],
                cps: vec![],
                init: CpId(0),
                exports: vec![],
                debug: Debug::default(),
            },
        }
    }

    /// A control point to be filled later.
    pub fn declare(&mut self) -> CpId {
        let kind = CpKind::Jump(vec![]);
        self.unit.cps.push(ControlPoint {
            proc: ProcId(0),
            kind,
            regs: 0,
            blocks: vec![],
        });
        CpId(self.unit.cps.len() as u32 - 1)
    }

    pub fn var(&mut self, name: &str) -> u32 {
        self.unit.vars.push(Var {
            name: name.into(),
            kind: VarKind::Own,
        });
        self.unit.vars.len() as u32 - 1
    }

    pub fn prim(&mut self, name: &str, effect: Effect) -> u32 {
        self.unit.prims.push(PrimUse {
            name: name.into(),
            effect,
        });
        self.unit.prims.len() as u32 - 1
    }

    pub fn literal(&mut self, literal: Literal) -> Operand {
        self.unit.literals.push(literal);
        Operand::Lit(LitId(self.unit.literals.len() as u32 - 1))
    }

    fn fill(&mut self, cp: CpId, kind: CpKind, body: impl FnOnce(&mut Seg, &[Operand])) {
        let c = &mut self.unit.cps[cp.index()];
        c.kind = kind;
        let n = c.param_count() as u32;
        let mut seg = Seg {
            blocks: vec![None],
            current: 0,
            insts: vec![],
            params: vec![],
            regs: n,
        };
        let params: Vec<Operand> = (0..n).map(|i| Operand::Reg(Reg(i))).collect();
        body(&mut seg, &params);
        c.regs = seg.regs;
        c.blocks = seg
            .blocks
            .into_iter()
            .map(|b| b.expect("an open block"))
            .collect();
    }

    /// An entry with `required` parameters; the body gets [closure, parameters...].
    pub fn entry(
        &mut self,
        cp: CpId,
        required: u16,
        free: &[ValueKind],
        body: impl FnOnce(&mut Seg, &[Operand]),
    ) {
        let entry = Entry {
            required,
            free: free.to_vec(),
            ..Entry::default()
        };
        self.fill(cp, CpKind::Entry(entry), body);
    }

    /// A return point of one value; the body gets [value, live...].
    pub fn ret(&mut self, cp: CpId, live: usize, body: impl FnOnce(&mut Seg, &[Operand])) {
        self.ret_of(cp, 1, false, &vec![ValueKind::Any; live], body);
    }

    pub fn ret_of(
        &mut self,
        cp: CpId,
        values: u16,
        ignores: bool,
        live: &[ValueKind],
        body: impl FnOnce(&mut Seg, &[Operand]),
    ) {
        let kind = Return {
            values,
            rest: false,
            ignores,
            live: live.to_vec(),
        };
        self.fill(cp, CpKind::Return(kind), body);
    }

    pub fn looped(&mut self, cp: CpId, params: usize, body: impl FnOnce(&mut Seg, &[Operand])) {
        self.fill(cp, CpKind::Jump(vec![ValueKind::Any; params]), body);
    }
}

impl Seg {
    fn reg(&mut self) -> Reg {
        self.regs += 1;
        Reg(self.regs - 1)
    }

    pub fn op_imm(&mut self, op: Op, args: &[Operand], imm: u32) -> Operand {
        let dst = (op.result() != op::Res::None).then(|| self.reg());
        self.insts.push(Inst {
            op,
            dst,
            args: args.to_vec(),
            imm,
            site: Some(SITE),
        });
        dst.map_or(Operand::Fixnum(0), Operand::Reg)
    }

    pub fn op(&mut self, op: Op, args: &[Operand]) -> Operand {
        self.op_imm(op, args, 0)
    }

    fn end(&mut self, term: Term) {
        let block = Block {
            params: std::mem::take(&mut self.params),
            insts: std::mem::take(&mut self.insts),
            term,
        };
        assert!(self.blocks[self.current].replace(block).is_none());
    }

    pub fn open(&mut self) -> BlockId {
        self.blocks.push(None);
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// Goes on in a block opened before, with parameters.
    pub fn enter(&mut self, block: BlockId, params: usize) -> Vec<Operand> {
        self.current = block.index();
        self.params = (0..params).map(|_| self.reg()).collect();
        self.params.iter().map(|&r| Operand::Reg(r)).collect()
    }

    pub fn goto(&mut self, block: BlockId, args: &[Operand]) {
        self.end(Term::Goto(block, args.to_vec()));
    }

    /// Branches; the closures fill both sides.
    pub fn branch(
        &mut self,
        cond: Operand,
        then: impl FnOnce(&mut Seg),
        or_else: impl FnOnce(&mut Seg),
    ) {
        let (t, e) = (self.open(), self.open());
        self.end(Term::Branch {
            cond,
            then: t,
            or_else: e,
        });
        self.enter(t, 0);
        then(self);
        self.enter(e, 0);
        or_else(self);
    }

    pub fn branch_to(&mut self, cond: Operand, then: BlockId, or_else: BlockId) {
        self.end(Term::Branch {
            cond,
            then,
            or_else,
        });
    }

    pub fn ret(&mut self, values: &[Operand]) {
        self.end(Term::Return(values.to_vec()));
    }

    pub fn throw(&mut self, frame: Operand, values: &[Operand]) {
        self.end(Term::Throw {
            frame,
            values: values.to_vec(),
            site: SITE,
        });
    }

    pub fn jump(&mut self, cp: CpId, args: &[Operand]) {
        self.end(Term::Jump(cp, args.to_vec()));
    }

    fn call_with(&mut self, target: Target, args: &[Operand], ret: Option<Frame>) {
        self.end(Term::Call(Call {
            target,
            args: args.to_vec(),
            ret,
            site: SITE,
        }));
    }

    /// A tail call of a closure of known entry.
    pub fn direct(&mut self, cp: CpId, closure: Operand, args: &[Operand]) {
        self.call_with(Target::Direct(cp, closure), args, None);
    }

    pub fn tail(&mut self, cp: CpId, args: &[Operand]) {
        self.call_with(Target::Direct(cp, fx(0)), args, None);
    }

    pub fn call(&mut self, cp: CpId, args: &[Operand], ret: CpId, live: &[Operand]) {
        self.call_with(
            Target::Direct(cp, fx(0)),
            args,
            Some(Frame {
                ret,
                live: live.to_vec(),
            }),
        );
    }

    pub fn tail_value(&mut self, f: Operand, args: &[Operand]) {
        self.call_with(Target::Value(f), args, None);
    }

    pub fn call_value(&mut self, f: Operand, args: &[Operand], ret: CpId, live: &[Operand]) {
        self.call_with(
            Target::Value(f),
            args,
            Some(Frame {
                ret,
                live: live.to_vec(),
            }),
        );
    }
}
