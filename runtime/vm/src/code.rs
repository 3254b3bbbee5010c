//! The code store: loaded units, their descriptors, and how their parts are linked.
//!
//! Loading makes a descriptor for each control point at once (they are small and other
//! code refers to them by address) and everything else at first use: literals, static
//! closures, the interpreter's form of a segment. Units are never unloaded yet, so
//! descriptors and static objects live as long as the OS process.
//!
//! Unsafe here: references to leaked descriptors through raw pointers.

use crate::literal::Literals;
use crate::machine::{LinkData, Machine};
use crate::prim::{PrimCode, Primitive};
use crate::reach::Reach;
use crate::segment::immediate;
use crate::session::SessionId;
use std::any::Any;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};
use termite_abi::{Arity, CpClass, Descriptor, Effect, Value};
use termite_heap::statics;
use termite_ir::{
    Block, ControlPoint, CpId, CpKind, Debug, ImportProcId, LazyUnit, LitId, Op, Operand, PrimId,
    ProcId, Unit, UnitHash, VarId, VarKind,
};

/// Where the bodies of a unit's control points come from.
pub enum Bodies {
    /// They are in the unit.
    Present,
    /// They are decoded on demand, as is the debug section.
    Lazy(Box<LazyUnit>),
}

/// A unit linked into a node.
pub struct LoadedUnit {
    pub index: u32,
    pub unit: Arc<Unit>,
    /// Whose variables its code uses; `None` for libraries, which have one instance a
    /// node.
    pub session: Option<SessionId>,
    hash: OnceCell<UnitHash>,
    /// Variables that each procedure can reach; made when code is first sent.
    pub(crate) reach: OnceCell<Reach>,
    bodies: Bodies,
    descriptors: *const Descriptor,
    /// Static closures of entries without free values, by control point.
    closures: RefCell<Vec<Option<Value>>>,
    literals: Literals,
    /// Index in the node's table of cells, by variable.
    pub cells: Vec<u32>,
    /// Index in the node's table of primitives, by the unit's.
    prims: Vec<u32>,
    /// Imported units, as indices in the store.
    imports: Vec<u32>,
    debug: OnceCell<Debug>,
    /// The parent decoded last, since its control points are asked for in a row.
    decoded: RefCell<Option<(ProcId, Vec<ControlPoint>)>>,
    /// Made for the compiler at the first request.
    pub prepared: OnceCell<Arc<dyn Any + Send + Sync>>,
}

/// A unit cannot be loaded: what does not fit.
#[derive(Debug)]
pub struct LinkError(pub String);

impl LoadedUnit {
    pub fn descriptor(&self, cp: CpId) -> *const Descriptor {
        debug_assert!(cp.index() < self.unit.cps.len());
        self.descriptors.wrapping_add(cp.index())
    }

    /// The hash of its code.
    pub fn hash(&self) -> UnitHash {
        *self.hash.get_or_init(|| match &self.bodies {
            Bodies::Present => termite_ir::unit_hash(&self.unit),
            Bodies::Lazy(lazy) => lazy.hash(),
        })
    }

    pub fn blocks(&self, cp: CpId) -> Cow<'_, [Block]> {
        let Bodies::Lazy(lazy) = &self.bodies else {
            return Cow::Borrowed(&self.unit.cps[cp.index()].blocks);
        };
        let proc = self.unit.cps[cp.index()].proc;
        let mut decoded = self.decoded.borrow_mut();
        if decoded.as_ref().is_none_or(|d| d.0 != proc) {
            // A unit that was verified before decodes; an empty body would be a bug that
            // shows at once.
            *decoded = Some((proc, lazy.decode_proc(proc).unwrap_or_default()));
        }
        let first = self.unit.procs[proc.index()].first;
        let blocks = decoded
            .as_ref()
            .and_then(|d| d.1.get((cp.0 - first.0) as usize));
        Cow::Owned(blocks.map(|cp| cp.blocks.clone()).unwrap_or_default())
    }

    /// Names and source places.
    pub fn debug(&self) -> &Debug {
        match &self.bodies {
            Bodies::Present => &self.unit.debug,
            Bodies::Lazy(lazy) => self
                .debug
                .get_or_init(|| lazy.decode_debug().unwrap_or_default()),
        }
    }

    /// The unit with all bodies, for a compiler.
    pub fn whole(&self) -> Arc<Unit> {
        match &self.bodies {
            Bodies::Present => self.unit.clone(),
            Bodies::Lazy(lazy) => lazy
                .decode_all()
                .map_or_else(|_| self.unit.clone(), Arc::new),
        }
    }

    pub fn control_point(&self, cp: CpId) -> &ControlPoint {
        &self.unit.cps[cp.index()]
    }

    /// The control points of the parent that `cp` belongs to.
    pub fn siblings(&self, cp: CpId) -> Vec<CpId> {
        let proc = &self.unit.procs[self.unit.cps[cp.index()].proc.index()];
        (proc.first.0..proc.first.0 + proc.count)
            .map(CpId)
            .collect()
    }

    /// The procedure value of an entry without free values.
    pub fn closure(&self, cp: CpId) -> Value {
        let mut closures = self.closures.borrow_mut();
        *closures[cp.index()]
            .get_or_insert_with(|| statics::alloc_static_closure(self.descriptor(cp)))
    }

    pub fn literal(&self, lit: LitId) -> Value {
        self.literals.value(&self.unit.literals, lit)
    }
}

pub struct CodeStore {
    units: Vec<Rc<LoadedUnit>>,
    /// Loaded units of a name, in the order of loading.
    by_name: HashMap<String, Vec<u32>>,
    prims: Vec<Primitive>,
    prim_index: HashMap<&'static str, u32>,
    prim_descriptors: *const Descriptor,
    prim_closures: RefCell<Vec<Option<Value>>>,
    halt: *const Descriptor,
    /// Toplevel variables: tagged pointers to cells.
    cells: Vec<Value>,
    /// Slow-path functions by operation.
    op_prims: Vec<u64>,
}

/// Index that descriptors of the machine itself (halt, builtins) carry as their unit.
pub const NO_UNIT: u32 = u32::MAX;

impl CodeStore {
    pub fn new(prims: Vec<Primitive>, machine: Option<&dyn Machine>) -> CodeStore {
        let prim_index: HashMap<_, _> = prims
            .iter()
            .enumerate()
            .map(|(i, p)| (p.info.name, i as u32))
            .collect();
        let op_prims = Op::ALL
            .iter()
            .map(|op| op_address(&prims, &prim_index, *op))
            .collect();
        let mut descriptors: Vec<Descriptor> = (0..prims.len())
            .map(|i| builtin_descriptor(i as u32, &prims[i]))
            .collect();
        descriptors.push(halt_descriptor());
        let descriptors = publish(descriptors, machine);
        CodeStore {
            units: Vec::new(),
            by_name: HashMap::new(),
            prim_closures: RefCell::new(vec![None; prims.len()]),
            prim_descriptors: descriptors,
            halt: descriptors.wrapping_add(prims.len()),
            prims,
            prim_index,
            cells: Vec::new(),
            op_prims,
        }
    }

    pub fn unit(&self, index: u32) -> &Rc<LoadedUnit> {
        &self.units[index as usize]
    }

    pub fn units(&self) -> &[Rc<LoadedUnit>] {
        &self.units
    }

    pub fn find(&self, name: &str) -> Option<&Rc<LoadedUnit>> {
        let last = *self.by_name.get(name)?.last()?;
        Some(self.unit(last))
    }

    /// The unit with this code that uses the variables of this session.
    pub fn find_code(
        &self,
        name: &str,
        hash: &UnitHash,
        session: Option<SessionId>,
    ) -> Option<&Rc<LoadedUnit>> {
        let all = self.by_name.get(name)?.iter().map(|&i| self.unit(i));
        all.rev()
            .find(|u| u.session == session && u.hash() == *hash)
    }

    /// Any unit with this code.
    pub fn find_hash(&self, name: &str, hash: &UnitHash) -> Option<&Rc<LoadedUnit>> {
        let all = self.by_name.get(name)?.iter().map(|&i| self.unit(i));
        all.rev().find(|u| u.hash() == *hash)
    }

    pub fn primitive(&self, index: u32) -> &Primitive {
        &self.prims[index as usize]
    }

    pub fn primitives(&self) -> &[Primitive] {
        &self.prims
    }

    /// Descriptor of every process's base frame.
    pub fn halt(&self) -> *const Descriptor {
        self.halt
    }

    /// For each loaded unit: its name, the number of its control points, of those that
    /// have machine code, and of those that the interpreter has run.
    pub fn statistics(&self) -> Vec<(String, [u64; 3])> {
        let row = |unit: &Rc<LoadedUnit>| {
            let mut counts = [unit.unit.cps.len() as u64, 0, 0];
            for cp in (0..unit.unit.cps.len() as u32).map(CpId) {
                // SAFETY: descriptors are never freed.
                let desc = unsafe { &*unit.descriptor(cp) };
                counts[1] += u64::from(desc.compiled.load(Relaxed) != 0);
                counts[2] += u64::from(desc.code.load(Relaxed) != 0);
            }
            (unit.unit.name.clone(), counts)
        };
        self.units.iter().map(row).collect()
    }

    pub fn cells(&self) -> &[Value] {
        &self.cells
    }

    pub fn cells_mut(&mut self) -> &mut [Value] {
        &mut self.cells
    }

    /// Adds a variable and gives its index.
    pub fn add_cell(&mut self, cell: Value) -> u32 {
        self.cells.push(cell);
        self.cells.len() as u32 - 1
    }

    /// Address of the function that an operation's slow path calls; 0 if it has none.
    #[inline]
    pub fn op_prim(&self, op: Op) -> u64 {
        self.op_prims[op as usize]
    }

    /// Number of a primitive in the node's table.
    pub(crate) fn prim_number(&self, name: &str) -> Option<u32> {
        self.prim_index.get(name).copied()
    }

    /// Address of a plain primitive's function; 0 for others.
    pub fn prim_address(&self, name: &str) -> u64 {
        self.prim_index
            .get(name)
            .map_or(0, |&i| plain_address(&self.prims[i as usize]))
    }

    /// The procedure value of a primitive.
    pub fn prim_closure(&self, index: u32) -> Value {
        let mut closures = self.prim_closures.borrow_mut();
        *closures[index as usize].get_or_insert_with(|| {
            statics::alloc_static_closure(self.prim_descriptors.wrapping_add(index as usize))
        })
    }

    pub fn cell(&self, unit: &LoadedUnit, var: u32) -> Value {
        self.cells[unit.cells[var as usize] as usize]
    }

    pub fn plain_prim(&self, unit: &LoadedUnit, prim: u32) -> u64 {
        plain_address(&self.prims[unit.prims[prim as usize] as usize])
    }

    pub fn import_descriptor(&self, unit: &LoadedUnit, p: ImportProcId) -> *const Descriptor {
        let p = &unit.unit.import_procs[p.index()];
        self.unit(unit.imports[p.import.index()]).descriptor(p.cp)
    }

    /// The value of a constant operand.
    pub fn operand_value(&self, unit: &LoadedUnit, o: &Operand) -> Value {
        match *o {
            Operand::Fixnum(n) => Value::fixnum(n),
            Operand::Imm(i) => immediate(i),
            Operand::Lit(l) => unit.literal(l),
            Operand::Proc(cp) => unit.closure(cp),
            Operand::ImportProc(p) => {
                let p = &unit.unit.import_procs[p.index()];
                self.unit(unit.imports[p.import.index()]).closure(p.cp)
            }
            Operand::Prim(PrimId(p)) => self.prim_closure(unit.prims[p as usize]),
            Operand::Hole => Value::VOID,
            Operand::Reg(_) => unreachable!("registers are no constants"),
        }
    }

    /// Links a verified unit. `own` makes the cell of a variable of its own, `late`
    /// finds that of a name in the session's environment; both give its index.
    pub fn load(
        &mut self,
        unit: Arc<Unit>,
        bodies: Bodies,
        session: Option<SessionId>,
        own: &mut dyn FnMut(&mut CodeStore, VarId, &str) -> u32,
        late: &mut dyn FnMut(&mut CodeStore, &str) -> u32,
        machine: Option<&dyn Machine>,
    ) -> Result<Rc<LoadedUnit>, LinkError> {
        let imports = self.link_imports(&unit, false)?;
        let prims = self.link_prims(&unit)?;
        let mut cells = Vec::with_capacity(unit.vars.len());
        for (var, id) in unit.vars.iter().zip(0..) {
            cells.push(match var.kind {
                VarKind::Own => own(self, VarId(id), &var.name),
                VarKind::Late => late(self, &var.name),
                VarKind::Import(import, VarId(v)) => {
                    let from = self.unit(imports[import.index()]);
                    *from.cells.get(v as usize).ok_or_else(|| {
                        LinkError(format!("{} imports an unknown variable", unit.name))
                    })?
                }
            });
        }
        let index = self.units.len() as u32;
        let descriptors = unit.cps.iter().enumerate();
        let descriptors = descriptors
            .map(|(i, cp)| descriptor(index, i as u32, cp))
            .collect();
        let loaded = Rc::new(LoadedUnit {
            index,
            session,
            hash: OnceCell::new(),
            reach: OnceCell::new(),
            descriptors: publish(descriptors, machine),
            closures: RefCell::new(vec![None; unit.cps.len()]),
            literals: Literals::new(unit.literals.len()),
            cells,
            prims,
            imports,
            bodies,
            debug: OnceCell::new(),
            decoded: RefCell::new(None),
            prepared: OnceCell::new(),
            unit: unit.clone(),
        });
        self.by_name
            .entry(unit.name.clone())
            .or_default()
            .push(index);
        self.units.push(loaded.clone());
        Ok(loaded)
    }

    /// The units that a unit imports. With `strict`, their code must be what it was
    /// compiled for.
    pub(crate) fn link_imports(&self, unit: &Unit, strict: bool) -> Result<Vec<u32>, LinkError> {
        let find = |import: &termite_ir::Import| {
            let all = self
                .by_name
                .get(&import.name)
                .map_or(&[][..], Vec::as_slice);
            let of_hash = |i: &&u32| self.unit(**i).hash() == import.hash;
            // With one candidate the hash says nothing that its loading did not.
            let found = match all {
                [only] if !strict => Some(only),
                _ => all.iter().rev().find(of_hash),
            };
            found.copied().ok_or_else(|| {
                LinkError(format!(
                    "{} imports {}, which is not loaded",
                    unit.name, import.name
                ))
            })
        };
        unit.imports.iter().map(find).collect()
    }

    fn link_prims(&self, unit: &Unit) -> Result<Vec<u32>, LinkError> {
        let find = |p: &termite_ir::PrimUse| {
            let index = *self.prim_index.get(p.name.as_str()).ok_or_else(|| {
                LinkError(format!(
                    "{} uses the unknown primitive {}",
                    unit.name, p.name
                ))
            })?;
            let known = self.prims[index as usize].info.effect;
            // Code made for a primitive inside a segment must not meet one that ends it.
            if (known == Effect::Block) != (p.effect == Effect::Block) {
                return Err(LinkError(format!(
                    "{}: primitive {} has another effect class",
                    unit.name, p.name
                )));
            }
            Ok(index)
        };
        unit.prims.iter().map(find).collect()
    }

    /// Everything that machine code of the unit refers to.
    pub fn link_data(&self, unit: &LoadedUnit) -> LinkData {
        let u = &unit.unit;
        let cps = (0..u.cps.len() as u32).map(CpId);
        let closure = |cp: CpId| match &u.cps[cp.index()].kind {
            CpKind::Entry(e) if e.free.is_empty() => unit.closure(cp).0,
            _ => 0,
        };
        LinkData {
            unit_index: unit.index,
            descriptors: cps.clone().map(|cp| unit.descriptor(cp) as u64).collect(),
            closures: cps.map(closure).collect(),
            import_procs: (0..u.import_procs.len() as u32)
                .map(|i| {
                    let p = ImportProcId(i);
                    let value = self.operand_value(unit, &Operand::ImportProc(p));
                    (self.import_descriptor(unit, p) as u64, value.0)
                })
                .collect(),
            literals: (0..u.literals.len() as u32)
                .map(|l| unit.literal(LitId(l)).0)
                .collect(),
            prims: unit
                .prims
                .iter()
                .map(|&p| (plain_address(self.primitive(p)), self.prim_closure(p).0))
                .collect(),
            cells: unit.cells.clone(),
            op_prims: self.op_prims.clone(),
            unbound_prim: self.prim_address("%signal-unbound"),
            uninitialized_prim: self.prim_address("%signal-uninitialized"),
            no_frame_prim: self.prim_address("%signal-no-frame"),
            record_ref_prim: self.prim_address("%record-ref"),
            record_set_prim: self.prim_address("%record-set!"),
        }
    }
}

fn plain_address(p: &Primitive) -> u64 {
    match p.code {
        PrimCode::Plain(f) => f as usize as u64,
        PrimCode::Block(_) => 0,
    }
}

fn op_address(prims: &[Primitive], index: &HashMap<&'static str, u32>, op: Op) -> u64 {
    let prim = op.prim().and_then(|name| index.get(name));
    prim.map_or(0, |&i| plain_address(&prims[i as usize]))
}

/// Gives the descriptors their final, immovable place and their first entries.
fn publish(descriptors: Vec<Descriptor>, machine: Option<&dyn Machine>) -> *const Descriptor {
    let placed: &'static [Descriptor] = Vec::leak(descriptors);
    if let Some(machine) = machine {
        for d in placed {
            let (entry, exact) = machine.thunks(d);
            d.exact.store(exact, Release);
            d.entry.store(entry, Release);
        }
    }
    placed.as_ptr()
}

fn descriptor(unit: u32, index: u32, cp: &ControlPoint) -> Descriptor {
    let (class, arity, words, ignores) = match &cp.kind {
        CpKind::Entry(e) => {
            let fixed = e.optional == 0 && !e.rest;
            let arity = if fixed {
                e.required as i64
            } else {
                Descriptor::VARIABLE
            };
            (CpClass::Entry, arity, 1 + e.free.len(), false)
        }
        CpKind::Return(r) => {
            let arity = if r.rest {
                Descriptor::VARIABLE
            } else {
                r.values as i64
            };
            (CpClass::Return, arity, 2 + r.live.len(), r.ignores)
        }
        CpKind::Jump(_) => (CpClass::Jump, Descriptor::VARIABLE, 0, false),
    };
    Descriptor {
        words: words as u32,
        params: cp.arg_count() as u16,
        ..blank(class, arity, unit, index, ignores)
    }
}

fn blank(class: CpClass, arity: i64, unit: u32, cp: u32, ignores_values: bool) -> Descriptor {
    Descriptor {
        entry: AtomicU64::new(0),
        exact: AtomicU64::new(0),
        arity,
        words: 1,
        class,
        ignores_values,
        params: 0,
        unit,
        cp,
        counter: AtomicU32::new(0),
        compiled: AtomicU32::new(0),
        prim: 0,
        least: 0,
        most: 0,
        code: AtomicU64::new(0),
        plain: 0,
    }
}

fn builtin_descriptor(prim: u32, primitive: &Primitive) -> Descriptor {
    Descriptor {
        prim,
        least: primitive.info.arity.min,
        most: primitive.info.arity.max,
        plain: plain_address(primitive),
        ..blank(CpClass::Builtin, Descriptor::VARIABLE, NO_UNIT, prim, false)
    }
}

fn halt_descriptor() -> Descriptor {
    Descriptor {
        words: 2,
        params: 1,
        ..blank(CpClass::Return, 1, NO_UNIT, 0, true)
    }
}

/// How an arity reads in a message: `2 arguments`, `at least 1 argument`.
pub fn describe_arity(a: Arity) -> String {
    let plural = |n: u16| if n == 1 { "argument" } else { "arguments" };
    match (a.min, a.max) {
        (min, Arity::ANY) => format!("at least {min} {}", plural(min)),
        (min, max) if min == max => format!("{min} {}", plural(min)),
        (min, max) => format!("{min} to {max} arguments"),
    }
}
