//! The reference evaluator: runs IR as slowly and plainly as can be, and checks on the
//! way that values have the kinds that the IR promises.

use super::prims::{self, Prim};
use super::values::{Closure, Frame, NULL, V, VOID, cons, list};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use termite_ir::*;

type Globals = Rc<RefCell<Option<V>>>;

struct Loaded {
    unit: Rc<Unit>,
    literals: Vec<V>,
    vars: Vec<Globals>,
    imports: Vec<usize>,
    /// Closures of entries without free values, one each.
    statics: RefCell<HashMap<CpId, V>>,
}

pub struct Machine {
    units: Vec<Loaded>,
    session: HashMap<String, Globals>,
    out: String,
    dynenv: V,
    frame: Option<Rc<Frame>>,
    pub steps: usize,
    pub frames: usize,
    pub closures: usize,
}

/// What happens next.
enum Next {
    Enter { unit: usize, cp: CpId, args: Vec<V> },
    Return(Vec<V>),
    Call { callee: V, args: Vec<V> },
}

/// Output and what the last unit's body returned, or the error that ended it.
pub fn run(units: &[Unit]) -> String {
    let mut machine = Machine::new();
    machine.run_all(units)
}

impl Machine {
    pub fn new() -> Machine {
        Machine {
            units: vec![],
            session: HashMap::new(),
            out: String::new(),
            dynenv: NULL,
            frame: None,
            steps: 0,
            frames: 0,
            closures: 0,
        }
    }

    pub fn run_all(&mut self, units: &[Unit]) -> String {
        let mut result = VOID;
        for unit in units {
            match self.load(unit.clone()) {
                Ok(value) => result = value,
                Err(e) => return format!("{}!{e}", self.out),
            }
        }
        let shown = if matches!(result, V::Imm(Immediate::Void)) {
            String::new()
        } else {
            result.show()
        };
        format!("{}{shown}", self.out)
    }

    fn load(&mut self, unit: Unit) -> Result<V, String> {
        let find = |i: &Import| {
            self.units
                .iter()
                .position(|u| u.unit.name == i.name && unit_hash(&u.unit) == i.hash)
                .unwrap()
        };
        let imports: Vec<usize> = unit.imports.iter().map(find).collect();
        let mut vars: Vec<Globals> = Vec::new();
        for var in &unit.vars {
            vars.push(match var.kind {
                VarKind::Own => Globals::default(),
                VarKind::Import(import, id) => {
                    self.units[imports[import.index()]].vars[id.index()].clone()
                }
                VarKind::Late => self.session.entry(var.name.clone()).or_default().clone(),
            });
        }
        let tables: Vec<&Unit> = imports.iter().map(|&i| &*self.units[i].unit).collect();
        verify::link::verify_imports(&unit, &tables).unwrap();
        let lookup = |name: &str| prims::info(name).map(|p| (p.arity, p.effect));
        verify::link::verify_prims(&unit, &lookup).unwrap();
        for (i, cp) in unit.cps.iter().enumerate() {
            verify::link::verify_prim_calls(&unit, CpId(i as u32), cp, &lookup).unwrap();
        }
        let init = unit.init;
        let literals = literals(&unit);
        self.units.push(Loaded {
            unit: Rc::new(unit),
            literals,
            vars,
            imports,
            statics: RefCell::default(),
        });
        let closure = self.static_closure(self.units.len() - 1, init);
        self.execute(Next::Call {
            callee: closure,
            args: vec![],
        })
    }

    fn static_closure(&self, unit: usize, cp: CpId) -> V {
        let make = || {
            V::Closure(Rc::new(Closure {
                unit,
                cp,
                free: RefCell::default(),
            }))
        };
        self.units[unit]
            .statics
            .borrow_mut()
            .entry(cp)
            .or_insert_with(make)
            .clone()
    }

    fn execute(&mut self, mut next: Next) -> Result<V, String> {
        self.frame = None;
        loop {
            self.steps += 1;
            if self.steps > 50_000_000 {
                return Err("runs too long".to_string());
            }
            next = match next {
                Next::Enter { unit, cp, args } => self.segment(unit, cp, args)?,
                Next::Call { callee, args } => self.call(callee, args)?,
                Next::Return(values) => match self.frame.take() {
                    None => return Ok(values.into_iter().next().unwrap_or(VOID)),
                    Some(frame) => self.resume(&frame, values)?,
                },
            };
        }
    }

    fn call(&mut self, callee: V, mut args: Vec<V>) -> Result<Next, String> {
        match callee {
            V::Prim(p) if !p.arity.accepts(args.len()) => {
                Err(format!("{}: wrong number of arguments", p.name))
            }
            V::Prim(p) if p.name == "values" => Ok(Next::Return(args)),
            V::Prim(p) if p.name == "apply" => {
                let last = args.pop().and_then(|l| l.items()).ok_or("apply: no list")?;
                let callee = args.remove(0);
                args.extend(last);
                Ok(Next::Call { callee, args })
            }
            V::Prim(p) => (p.run)(&mut self.out, &args).map(|v| Next::Return(vec![v])),
            V::Closure(ref c) => self.call_closure(c, callee.clone(), args),
            other => Err(format!("not a procedure: {}", other.show())),
        }
    }

    fn call_closure(&mut self, c: &Closure, callee: V, args: Vec<V>) -> Result<Next, String> {
        let mut cp = c.cp;
        loop {
            let point = &self.units[c.unit].unit.cps[cp.index()];
            let CpKind::Entry(e) = &point.kind else {
                panic!("not an entry")
            };
            let (required, most) = (
                e.required as usize,
                e.required as usize + e.optional as usize,
            );
            if args.len() >= required && (e.rest || args.len() <= most) {
                let mut regs = vec![callee];
                regs.extend(args.iter().take(most).cloned());
                regs.resize(1 + most, V::Imm(Immediate::Default));
                if e.rest {
                    regs.push(list(args.get(most..).unwrap_or(&[])));
                }
                return Ok(Next::Enter {
                    unit: c.unit,
                    cp,
                    args: regs,
                });
            }
            match e.next_clause {
                Some(next) => cp = next,
                None => return Err(format!("wrong number of arguments: {}", args.len())),
            }
        }
    }

    fn resume(&mut self, frame: &Rc<Frame>, values: Vec<V>) -> Result<Next, String> {
        self.frame = frame.parent.clone();
        let point = &self.units[frame.unit].unit.cps[frame.ret.index()];
        let CpKind::Return(r) = &point.kind else {
            panic!("not a return point")
        };
        let wanted = r.values as usize;
        let mut args = values;
        if r.ignores {
            args.truncate(1);
            args.resize(1, VOID);
        } else if r.rest && args.len() >= wanted {
            let rest = args.split_off(wanted);
            args.push(list(&rest));
        } else if r.rest || args.len() != wanted {
            return Err(format!("wrong number of values: {}", args.len()));
        }
        args.extend(frame.live.iter().cloned());
        Ok(Next::Enter {
            unit: frame.unit,
            cp: frame.ret,
            args,
        })
    }

    fn segment(&mut self, unit: usize, cp: CpId, args: Vec<V>) -> Result<Next, String> {
        let code = self.units[unit].unit.clone();
        let point = &code.cps[cp.index()];
        assert_eq!(args.len(), point.param_count());
        for (i, arg) in args.iter().enumerate() {
            self.check_kind(unit, arg, point.param_kind(cp, i));
        }
        let mut regs = args;
        regs.resize(point.regs as usize, V::Hole);
        let mut at = 0;
        loop {
            self.steps += 1;
            let block = &point.blocks[at];
            for inst in &block.insts {
                let value = self
                    .inst(unit, inst, &regs)
                    .map_err(|e| self.located(unit, e, inst.site))?;
                if let Some(dst) = inst.dst {
                    regs[dst.index()] = value;
                }
            }
            match &block.term {
                Term::Goto(to, args) => {
                    let values: Vec<V> =
                        args.iter().map(|a| self.operand(unit, *a, &regs)).collect();
                    at = to.index();
                    point.blocks[at]
                        .params
                        .iter()
                        .zip(values)
                        .for_each(|(p, v)| regs[p.index()] = v);
                }
                Term::Branch {
                    cond,
                    then,
                    or_else,
                } => {
                    at = if self.operand(unit, *cond, &regs).is_true() {
                        then.index()
                    } else {
                        or_else.index()
                    };
                }
                term => return self.leave(unit, term, &regs),
            }
        }
    }

    /// A clause of a procedure may see the closure that another clause made.
    fn check_kind(&self, unit: usize, v: &V, kind: ValueKind) {
        match (kind, v) {
            (ValueKind::Any, V::Box(_) | V::Hole) => {
                panic!("{} where any value is promised", v.show())
            }
            (ValueKind::Box, V::Box(_)) | (ValueKind::Any, _) => {}
            (ValueKind::Closure(cp), V::Closure(c)) => {
                let free = |cp: CpId| match &self.units[unit].unit.cps[cp.index()].kind {
                    CpKind::Entry(e) => e.free.clone(),
                    _ => panic!(),
                };
                assert!(c.unit == unit && free(c.cp) == free(cp));
            }
            (kind, v) => panic!("{} where {kind} is promised", v.show()),
        }
    }

    fn located(&self, unit: usize, error: String, site: Option<SiteId>) -> String {
        match site {
            Some(site) => {
                let debug = &self.units[unit].unit.debug;
                let s = debug.sites[site.index()];
                format!(
                    "{error} at {}:{}:{}",
                    debug.files[s.file as usize], s.line, s.column
                )
            }
            None => error,
        }
    }

    fn leave(&mut self, unit: usize, term: &Term, regs: &[V]) -> Result<Next, String> {
        let all = |m: &Machine, args: &[Operand]| {
            args.iter()
                .map(|a| m.operand(unit, *a, regs))
                .collect::<Vec<V>>()
        };
        match term {
            Term::Return(values) => Ok(Next::Return(all(self, values))),
            Term::Throw { frame, values, .. } => match self.operand(unit, *frame, regs) {
                V::Frame(frame) => {
                    let values = all(self, values);
                    self.frame = frame;
                    Ok(Next::Return(values))
                }
                other => Err(format!("not a frame: {}", other.show())),
            },
            Term::Jump(cp, args) => Ok(Next::Enter {
                unit,
                cp: *cp,
                args: all(self, args),
            }),
            Term::Call(call) => {
                let mut args = all(self, &call.args);
                let next = match call.target {
                    Target::Value(callee) => Next::Call {
                        callee: self.operand(unit, callee, regs),
                        args,
                    },
                    Target::Direct(cp, closure) => {
                        args.insert(0, self.operand(unit, closure, regs));
                        Next::Enter { unit, cp, args }
                    }
                    Target::Import(id) => {
                        let p = &self.units[unit].unit.import_procs[id.index()];
                        let unit = self.units[unit].imports[p.import.index()];
                        let cp = p.cp;
                        args.insert(0, self.static_closure(unit, cp));
                        Next::Enter { unit, cp, args }
                    }
                };
                if let Some(frame) = &call.ret {
                    self.frames += 1;
                    let live = all(self, &frame.live);
                    self.frame = Some(Rc::new(Frame {
                        unit,
                        ret: frame.ret,
                        live,
                        parent: self.frame.take(),
                    }));
                }
                // A wrong callee or number of arguments is an error of the call.
                match next {
                    Next::Call { callee, args } => self
                        .call(callee, args)
                        .map_err(|e| self.located(unit, e, Some(call.site))),
                    next => Ok(next),
                }
            }
            Term::Goto(..) | Term::Branch { .. } => unreachable!(),
        }
    }

    fn operand(&self, unit: usize, operand: Operand, regs: &[V]) -> V {
        match operand {
            Operand::Reg(r) => regs[r.index()].clone(),
            Operand::Fixnum(n) => V::Fixnum(n),
            Operand::Imm(i) => V::Imm(i),
            Operand::Lit(l) => self.units[unit].literals[l.index()].clone(),
            Operand::Proc(cp) => self.static_closure(unit, cp),
            Operand::ImportProc(id) => {
                let p = &self.units[unit].unit.import_procs[id.index()];
                self.static_closure(self.units[unit].imports[p.import.index()], p.cp)
            }
            Operand::Prim(id) => V::Prim(self.prim(unit, id.0)),
            Operand::Hole => V::Hole,
        }
    }

    fn prim(&self, unit: usize, id: u32) -> &'static Prim {
        prims::find(&self.units[unit].unit.prims[id as usize].name).unwrap()
    }

    fn inst(&mut self, unit: usize, inst: &Inst, regs: &[V]) -> Result<V, String> {
        let args: Vec<V> = inst
            .args
            .iter()
            .map(|a| self.operand(unit, *a, regs))
            .collect();
        let closure = |v: &V| match v {
            V::Closure(c) => c.clone(),
            other => panic!("{} is no closure", other.show()),
        };
        let content = |v: &V| match v {
            V::Box(b) => b.clone(),
            other => panic!("{} is no box", other.show()),
        };
        let cell = || self.units[unit].vars[inst.imm as usize].clone();
        let name = || self.units[unit].unit.vars[inst.imm as usize].name.clone();
        Ok(match inst.op {
            Op::MakeClosure => {
                self.closures += 1;
                V::Closure(Rc::new(Closure {
                    unit,
                    cp: CpId(inst.imm),
                    free: RefCell::new(args),
                }))
            }
            Op::InitFree => {
                closure(&args[0]).free.borrow_mut()[inst.imm as usize] = args[1].clone();
                VOID
            }
            Op::FreeRef => closure(&args[0]).free.borrow()[inst.imm as usize].clone(),
            Op::MakeBox => V::Box(Rc::new(RefCell::new(args[0].clone()))),
            Op::BoxRef => content(&args[0]).borrow().clone(),
            Op::BoxSet => {
                *content(&args[0]).borrow_mut() = args[1].clone();
                VOID
            }
            Op::BoxRefChecked => match content(&args[0]).borrow().clone() {
                V::Imm(Immediate::Unbound) => return Err("uninitialised".to_string()),
                v => v,
            },
            Op::CellRef => cell()
                .borrow()
                .clone()
                .unwrap_or_else(|| panic!("unchecked read of {}", name())),
            Op::CellRefChecked => cell()
                .borrow()
                .clone()
                .ok_or_else(|| format!("unbound {}", name()))?,
            Op::CellSet => {
                let cell = cell();
                if cell.borrow().is_none() {
                    return Err(format!("unbound {}", name()));
                }
                *cell.borrow_mut() = Some(args[0].clone());
                VOID
            }
            Op::CellDefine => {
                *cell().borrow_mut() = Some(args[0].clone());
                VOID
            }
            Op::Capture => V::Frame(self.frame.clone()),
            Op::DynEnv => self.dynenv.clone(),
            Op::SetDynEnv => {
                self.dynenv = args[0].clone();
                VOID
            }
            Op::Prim => (self.prim(unit, inst.imm).run)(&mut self.out, &args)?,
            Op::RecordRef | Op::RecordSet => return record(inst, &args),
            _ => {
                let name = inst.op.prim().unwrap_or_else(|| panic!("{:?}", inst.op));
                let prim =
                    prims::find(name).unwrap_or_else(|| panic!("the evaluator lacks {name}"));
                (prim.run)(&mut self.out, &args)?
            }
        })
    }
}

fn record(inst: &Inst, args: &[V]) -> Result<V, String> {
    match &args[0] {
        V::Record(r) if r.borrow()[0].eq(&args[1]) => {
            let at = inst.imm as usize + 1;
            if inst.op == Op::RecordSet {
                r.borrow_mut()[at] = args[3].clone();
            }
            let value = r.borrow()[at].clone();
            Ok(value)
        }
        other => Err(format!("{}: wrong type {}", args[2].show(), other.show())),
    }
}

/// The values of the literals; cyclic ones are left open at the back reference.
fn literals(unit: &Unit) -> Vec<V> {
    fn value(unit: &Unit, id: LitId, depth: usize) -> V {
        match &unit.literals[id.index()] {
            _ if depth > 1000 => VOID,
            Literal::Imm(i) => V::Imm(*i),
            Literal::Fixnum(n) => V::Fixnum(*n),
            Literal::Flonum(bits) => V::Flonum(f64::from_bits(*bits)),
            Literal::String(s) => V::String(s.as_str().into()),
            Literal::Symbol(s) => V::Symbol(s.as_str().into()),
            Literal::Pair(a, b) => cons(value(unit, *a, depth + 1), value(unit, *b, depth + 1)),
            Literal::Vector(items) => V::Vector(Rc::new(RefCell::new(
                items.iter().map(|i| value(unit, *i, depth + 1)).collect(),
            ))),
            Literal::Bignum(..)
            | Literal::Ratio(..)
            | Literal::Complex(..)
            | Literal::Bytevector(_) => VOID,
        }
    }
    (0..unit.literals.len() as u32)
        .map(|i| value(unit, LitId(i), 0))
        .collect()
}
