//! Building units, by the lowering passes and by tests.
//!
//! [`UnitBuilder`] gives out control points before their code exists, in any order, and
//! puts those of one procedure together at the end. [`SegmentBuilder`] makes one
//! segment; it numbers registers and puts blocks into forward order.
//!
//! Builders do not check: what comes out is for [`mod@crate::verify`].

mod segment;

use crate::*;
use std::collections::{HashMap, HashSet};
use termite_abi::Effect;

pub use segment::{Segment, SegmentBuilder};

impl From<Reg> for Operand {
    fn from(r: Reg) -> Operand {
        Operand::Reg(r)
    }
}

impl From<i64> for Operand {
    fn from(n: i64) -> Operand {
        Operand::Fixnum(n)
    }
}

impl From<bool> for Operand {
    fn from(b: bool) -> Operand {
        Operand::Imm(if b { Immediate::True } else { Immediate::False })
    }
}

impl From<LitId> for Operand {
    fn from(l: LitId) -> Operand {
        Operand::Lit(l)
    }
}

/// A unit while it is made.
pub struct UnitBuilder {
    unit: Unit,
    cp_names: Vec<String>,
    atoms: HashMap<Literal, LitId>,
    prims: HashMap<String, PrimId>,
    files: HashMap<String, u32>,
    proc_names: HashSet<String>,
}

impl UnitBuilder {
    pub fn new(name: &str) -> UnitBuilder {
        let unit = Unit {
            name: name.to_string(),
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
        };
        UnitBuilder {
            unit,
            cp_names: vec![],
            atoms: HashMap::new(),
            prims: HashMap::new(),
            files: HashMap::new(),
            proc_names: HashSet::new(),
        }
    }

    pub fn import(&mut self, name: &str, hash: UnitHash) -> ImportId {
        self.unit.imports.push(Import {
            name: name.to_string(),
            hash,
        });
        ImportId(self.unit.imports.len() as u32 - 1)
    }

    pub fn import_proc(&mut self, import: ImportId, cp: CpId, arity: u16) -> ImportProcId {
        self.unit
            .import_procs
            .push(ImportProc { import, cp, arity });
        ImportProcId(self.unit.import_procs.len() as u32 - 1)
    }

    pub fn var(&mut self, name: &str, kind: VarKind) -> VarId {
        self.unit.vars.push(Var {
            name: name.to_string(),
            kind,
        });
        VarId(self.unit.vars.len() as u32 - 1)
    }

    /// A primitive; the same one for the same name.
    pub fn prim(&mut self, name: &str, effect: Effect) -> PrimId {
        let next = PrimId(self.unit.prims.len() as u32);
        let id = *self.prims.entry(name.to_string()).or_insert(next);
        if id == next {
            self.unit.prims.push(PrimUse {
                name: name.to_string(),
                effect,
            });
        }
        id
    }

    /// A literal; the same one for equal numbers, symbols and immediates.
    pub fn literal(&mut self, literal: Literal) -> LitId {
        let is_atom = !matches!(
            literal,
            Literal::String(_) | Literal::Pair(..) | Literal::Vector(_) | Literal::Bytevector(_)
        );
        let next = LitId(self.unit.literals.len() as u32);
        if is_atom && *self.atoms.entry(literal.clone()).or_insert(next) != next {
            return self.atoms[&literal];
        }
        self.unit.literals.push(literal);
        next
    }

    /// Replaces a literal, to close a cycle.
    pub fn set_literal(&mut self, id: LitId, literal: Literal) {
        self.unit.literals[id.index()] = literal;
    }

    /// A procedure; `~2`, `~3`... is added to a name that is taken.
    pub fn proc(&mut self, name: &str) -> ProcId {
        let taken = |n: &String| self.proc_names.contains(n);
        let numbered = (2u64..).map(|i| format!("{name}~{i}"));
        let unique = std::iter::once(name.to_string())
            .chain(numbered)
            .find(|n| !taken(n))
            .unwrap_or_default();
        self.proc_names.insert(unique.clone());
        self.unit.procs.push(Proc {
            name: unique,
            first: CpId(0),
            count: 0,
        });
        ProcId(self.unit.procs.len() as u32 - 1)
    }

    /// A control point of a procedure; its code may come later. The id is good for this
    /// builder only: [`UnitBuilder::finish`] renumbers.
    pub fn cp(&mut self, proc: ProcId, kind: CpKind) -> CpId {
        self.unit.cps.push(ControlPoint {
            proc,
            kind,
            regs: 0,
            blocks: vec![],
        });
        self.cp_names.push(String::new());
        CpId(self.unit.cps.len() as u32 - 1)
    }

    /// An entry with `required` parameters, the closure not counted.
    pub fn entry(&mut self, proc: ProcId, required: u16, free: &[ValueKind]) -> CpId {
        self.cp(
            proc,
            CpKind::Entry(Entry {
                required,
                free: free.to_vec(),
                ..Entry::default()
            }),
        )
    }

    /// A return point for one value.
    pub fn return_point(&mut self, proc: ProcId, live: &[ValueKind]) -> CpId {
        self.cp(
            proc,
            CpKind::Return(Return {
                values: 1,
                rest: false,
                ignores: false,
                live: live.to_vec(),
            }),
        )
    }

    pub fn jump_point(&mut self, proc: ProcId, params: &[ValueKind]) -> CpId {
        self.cp(proc, CpKind::Jump(params.to_vec()))
    }

    pub fn kind(&self, cp: CpId) -> &CpKind {
        &self.unit.cps[cp.index()].kind
    }

    /// To complete what was not known when the control point was given out.
    pub fn kind_mut(&mut self, cp: CpId) -> &mut CpKind {
        &mut self.unit.cps[cp.index()].kind
    }

    /// A builder for the code of a control point of final kind.
    pub fn segment(&self, cp: CpId) -> SegmentBuilder {
        SegmentBuilder::new(self.unit.cps[cp.index()].param_count())
    }

    /// Gives a control point its code.
    pub fn define(&mut self, cp: CpId, segment: Segment) {
        let cp = &mut self.unit.cps[cp.index()];
        cp.regs = segment.regs;
        cp.blocks = segment.blocks;
    }

    /// The source-level name of a control point's procedure.
    pub fn set_cp_name(&mut self, cp: CpId, name: &str) {
        self.cp_names[cp.index()] = name.to_string();
    }

    /// A source file; the same number for the same name.
    pub fn file(&mut self, name: &str) -> u32 {
        let next = self.unit.debug.files.len() as u32;
        let id = *self.files.entry(name.to_string()).or_insert(next);
        if id == next {
            self.unit.debug.files.push(name.to_string());
        }
        id
    }

    pub fn site(&mut self, site: Site) -> SiteId {
        self.unit.debug.sites.push(site);
        SiteId(self.unit.debug.sites.len() as u32 - 1)
    }

    pub fn export_proc(&mut self, name: &str, cp: CpId) {
        self.unit.exports.push(Export {
            name: name.to_string(),
            kind: ExportKind::Proc(cp),
        });
    }

    pub fn export_var(&mut self, name: &str, var: VarId) {
        self.unit.exports.push(Export {
            name: name.to_string(),
            kind: ExportKind::Var(var),
        });
    }

    pub fn set_init(&mut self, cp: CpId) {
        self.unit.init = cp;
    }

    /// The unit. Control points are renumbered: by procedure, then in the order in which
    /// they were given out.
    pub fn finish(self) -> Unit {
        self.finish_with_ids().0
    }

    /// The unit, and the final id of each control point by its id here.
    pub fn finish_with_ids(self) -> (Unit, Vec<CpId>) {
        let mut unit = self.unit;
        let mut order: Vec<usize> = (0..unit.cps.len()).collect();
        order.sort_by_key(|&i| unit.cps[i].proc);
        let mut ids = vec![CpId(0); order.len()];
        order
            .iter()
            .enumerate()
            .for_each(|(new, &old)| ids[old] = CpId(new as u32));
        rename(&mut unit, &ids);
        if self.cp_names.iter().any(|n| !n.is_empty()) {
            unit.debug.cp_names = order.iter().map(|&i| self.cp_names[i].clone()).collect();
        }
        unit.cps.sort_by_key(|cp| cp.proc);
        count_cps(&mut unit);
        (unit, ids)
    }
}

/// Replaces every control point's id by `ids` of it.
fn rename(unit: &mut Unit, ids: &[CpId]) {
    let mut f = |cp: &mut CpId| *cp = ids.get(cp.index()).copied().unwrap_or(*cp);
    for cp in &mut unit.cps {
        cp.kind.for_each_cp_mut(&mut f);
        cp.blocks.iter_mut().for_each(|b| b.for_each_cp_mut(&mut f));
    }
    f(&mut unit.init);
    for e in &mut unit.exports {
        if let ExportKind::Proc(cp) = &mut e.kind {
            f(cp);
        }
    }
}

/// Sets each procedure's range from its control points, which are in order.
fn count_cps(unit: &mut Unit) {
    for cp in &unit.cps {
        unit.procs[cp.proc.index()].count += 1;
    }
    let mut next = 0;
    for proc in &mut unit.procs {
        proc.first = CpId(next);
        next += proc.count;
    }
}
