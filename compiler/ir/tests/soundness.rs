//! What the verifier promises, checked by running accepted mutants.
//!
//! The machine here is typed and blind: it asserts at each step what an interpreter or
//! JIT would trust (registers defined, kinds right, holes filled, lists of the right
//! length, allocation within bounds), and where a program would look at values it throws
//! dice: a branch may go either way, and an operation's result is any value that has
//! been seen. So it covers more than any program can do, from any control point with any
//! values of the kinds that it lists, as if they had come by wire.

use std::cell::RefCell;
use std::rc::Rc;
use termite_ir::alloc::{inst_alloc, term_alloc};
use termite_ir::kinds::clauses;
use termite_ir::mutate::{Rng, gentle_mutant, mutant};
use termite_ir::op::{Op, Res};
use termite_ir::*;

const MUTANTS_A_SAMPLE: u64 = 4000;

#[derive(Clone)]
enum V {
    /// Anything that is none of the others.
    Plain,
    Box(Rc<RefCell<V>>),
    Closure(Rc<Closure>),
    Frame(Rc<Pushed>),
    Hole,
}

struct Closure {
    cp: CpId,
    free: RefCell<Vec<V>>,
}

struct Pushed {
    ret: CpId,
    live: Vec<V>,
    parent: Option<Rc<Pushed>>,
}

struct Machine<'a> {
    unit: &'a Unit,
    rng: &'a mut Rng,
    /// Values that programs have seen.
    seen: Vec<V>,
    frame: Option<Rc<Pushed>>,
    dump: &'a str,
}

/// A control point and its parameters.
type Next = Option<(CpId, Vec<V>)>;

impl<'a> Machine<'a> {
    fn entry(&self, cp: CpId) -> &'a Entry {
        match &self.unit.cps[cp.index()].kind {
            CpKind::Entry(e) => e,
            _ => panic!("{cp} is no entry\n{}", self.dump),
        }
    }

    fn has_kind(&self, v: &V, kind: ValueKind) -> bool {
        match (kind, v) {
            (_, V::Hole) => false,
            (ValueKind::Any, v) => !matches!(v, V::Box(_)),
            (ValueKind::Box, v) => matches!(v, V::Box(_)),
            (ValueKind::Closure(want), V::Closure(c)) => {
                clauses(self.unit, c.cp).any(|cp| cp == want)
            }
            (ValueKind::Closure(_), _) => false,
        }
    }

    fn assert_kind(&self, v: &V, kind: ValueKind) {
        assert!(self.has_kind(v, kind), "not of kind {kind}\n{}", self.dump);
    }

    /// A value of that kind, as it might come by wire. `made`: closures that may be
    /// shared, which also ends recursion.
    fn make(&mut self, kind: ValueKind, made: &mut Vec<Rc<Closure>>) -> V {
        match kind {
            ValueKind::Any => self.any(),
            ValueKind::Box => {
                let content = self.any();
                V::Box(Rc::new(RefCell::new(content)))
            }
            ValueKind::Closure(cp) => {
                if let Some(c) = made.iter().find(|c| c.cp == cp) {
                    return V::Closure(c.clone());
                }
                let closure = Rc::new(Closure {
                    cp,
                    free: RefCell::new(vec![]),
                });
                made.push(closure.clone());
                let free = self
                    .entry(cp)
                    .free
                    .iter()
                    .map(|&k| self.make(k, made))
                    .collect();
                *closure.free.borrow_mut() = free;
                V::Closure(closure)
            }
        }
    }

    fn any(&mut self) -> V {
        self.rng.pick(&self.seen).cloned().unwrap_or(V::Plain)
    }

    fn see(&mut self, v: &V) {
        self.assert_kind(v, ValueKind::Any);
        if !matches!(v, V::Plain) && self.seen.len() < 50 {
            self.seen.push(v.clone());
        }
    }

    fn run(&mut self, start: CpId) {
        let cp = &self.unit.cps[start.index()];
        let mut made = Vec::new();
        let params = (0..cp.param_count())
            .map(|i| self.make(cp.param_kind(start, i), &mut made))
            .collect();
        let mut next = Some((start, params));
        for _ in 0..60 {
            let Some((cp, params)) = next else { return };
            next = self.segment(cp, params);
        }
    }

    fn segment(&mut self, id: CpId, params: Vec<V>) -> Next {
        let cp = &self.unit.cps[id.index()];
        assert_eq!(params.len(), cp.param_count(), "{}", self.dump);
        params
            .iter()
            .enumerate()
            .for_each(|(i, v)| self.assert_kind(v, cp.param_kind(id, i)));
        let mut regs: Vec<Option<V>> = params.into_iter().map(Some).collect();
        regs.resize(cp.regs as usize, None);
        let mut block = &cp.blocks[0];
        let mut bytes = 0;
        loop {
            for inst in &block.insts {
                bytes += inst_alloc(inst);
                if !self.inst(inst, &mut regs) {
                    return None;
                }
            }
            bytes += term_alloc(&block.term);
            match &block.term {
                Term::Goto(to, args) => {
                    block = &cp.blocks[to.index()];
                    assert_eq!(args.len(), block.params.len());
                    let values: Vec<V> = args.iter().map(|&a| self.operand(a, &regs)).collect();
                    block
                        .params
                        .iter()
                        .zip(values)
                        .for_each(|(p, v)| regs[p.index()] = Some(v));
                }
                Term::Branch {
                    cond,
                    then,
                    or_else,
                } => {
                    self.value(*cond, &regs);
                    block = &cp.blocks[if self.rng.chance(50) {
                        then.index()
                    } else {
                        or_else.index()
                    }];
                    assert!(block.params.is_empty());
                }
                term => {
                    assert!(bytes <= max_alloc(self.unit, cp), "{}", self.dump);
                    return self.leave(term, &regs);
                }
            }
        }
    }

    fn operand(&self, operand: Operand, regs: &[Option<V>]) -> V {
        match operand {
            Operand::Reg(r) => regs[r.index()]
                .clone()
                .unwrap_or_else(|| panic!("{r} is not defined\n{}", self.dump)),
            Operand::Proc(cp) => {
                assert!(self.entry(cp).free.is_empty());
                V::Closure(Rc::new(Closure {
                    cp,
                    free: RefCell::new(vec![]),
                }))
            }
            Operand::Hole => V::Hole,
            _ => V::Plain,
        }
    }

    /// An operand that the program sees.
    fn value(&mut self, operand: Operand, regs: &[Option<V>]) -> V {
        let v = self.operand(operand, regs);
        self.see(&v);
        if let V::Closure(c) = &v {
            let whole = c.free.borrow().iter().all(|v| !matches!(v, V::Hole));
            assert!(whole, "a closure is seen with a hole\n{}", self.dump);
        }
        v
    }

    /// Runs one instruction; whether it did not fail.
    fn inst(&mut self, inst: &Inst, regs: &mut [Option<V>]) -> bool {
        let result = match inst.op {
            Op::MakeClosure => {
                let kinds = &self.entry(CpId(inst.imm)).free;
                let free: Vec<V> = inst.args.iter().map(|&a| self.operand(a, regs)).collect();
                assert_eq!(free.len(), kinds.len());
                free.iter()
                    .zip(kinds)
                    .filter(|(v, _)| !matches!(v, V::Hole))
                    .for_each(|(v, &k)| self.assert_kind(v, k));
                V::Closure(Rc::new(Closure {
                    cp: CpId(inst.imm),
                    free: RefCell::new(free),
                }))
            }
            Op::InitFree => {
                let V::Closure(c) = self.operand(inst.args[0], regs) else {
                    panic!("{}", self.dump)
                };
                let v = self.operand(inst.args[1], regs);
                self.assert_kind(&v, self.entry(c.cp).free[inst.imm as usize]);
                let old = std::mem::replace(&mut c.free.borrow_mut()[inst.imm as usize], v);
                assert!(matches!(old, V::Hole), "{}", self.dump);
                V::Plain
            }
            Op::FreeRef => {
                let V::Closure(c) = self.operand(inst.args[0], regs) else {
                    panic!("{}", self.dump)
                };
                let v = c.free.borrow()[inst.imm as usize].clone();
                self.assert_kind(&v, self.entry(c.cp).free[inst.imm as usize]);
                v
            }
            Op::MakeBox => V::Box(Rc::new(RefCell::new(self.value(inst.args[0], regs)))),
            Op::BoxRef | Op::BoxRefChecked | Op::BoxSet => {
                let V::Box(content) = self.operand(inst.args[0], regs) else {
                    panic!("no box\n{}", self.dump)
                };
                if inst.op == Op::BoxSet {
                    let v = self.value(inst.args[1], regs);
                    content.replace(v);
                }
                let v = content.borrow().clone();
                self.assert_kind(&v, ValueKind::Any);
                v
            }
            Op::Capture => self.frame.clone().map_or(V::Plain, V::Frame),
            _ => {
                inst.args.iter().for_each(|&a| drop(self.value(a, regs)));
                if inst.op.result() == Res::Any {
                    self.any()
                } else {
                    V::Plain
                }
            }
        };
        if let Some(dst) = inst.dst {
            regs[dst.index()] = Some(result);
        }
        !(inst.op.may_fail() && self.rng.chance(2))
    }

    fn values(&mut self, operands: &[Operand], regs: &[Option<V>]) -> Vec<V> {
        operands.iter().map(|&o| self.value(o, regs)).collect()
    }

    fn leave(&mut self, term: &Term, regs: &[Option<V>]) -> Next {
        match term {
            Term::Return(values) => {
                let values = self.values(values, regs);
                let frame = self.frame.take()?;
                self.return_to(frame, values)
            }
            Term::Throw { frame, values, .. } => {
                let frame = self.value(*frame, regs);
                let values = self.values(values, regs);
                let V::Frame(frame) = frame else { return None };
                self.return_to(frame, values)
            }
            Term::Jump(to, args) => {
                Some((*to, args.iter().map(|&a| self.operand(a, regs)).collect()))
            }
            Term::Call(call) => self.call(call, regs),
            Term::Goto(..) | Term::Branch { .. } => unreachable!(),
        }
    }

    /// Takes or makes up values as the return point wants.
    fn return_to(&mut self, frame: Rc<Pushed>, mut values: Vec<V>) -> Next {
        let cp = &self.unit.cps[frame.ret.index()];
        let CpKind::Return(r) = &cp.kind else {
            panic!("frame of {}", frame.ret)
        };
        assert_eq!(r.live.len(), frame.live.len());
        values.resize(cp.arg_count(), V::Plain);
        values.extend(frame.live.iter().cloned());
        self.frame = frame.parent.clone();
        Some((frame.ret, values))
    }

    fn call(&mut self, call: &Call, regs: &[Option<V>]) -> Next {
        let args = self.values(&call.args, regs);
        let callee = match call.target {
            Target::Value(f) => self.value(f, regs),
            Target::Direct(_, closure) => self.operand(closure, regs),
            Target::Import(_) => V::Plain,
        };
        if let Some(f) = &call.ret {
            let live = f.live.iter().map(|&o| self.operand(o, regs)).collect();
            let parent = self.frame.take();
            self.frame = Some(Rc::new(Pushed {
                ret: f.ret,
                live,
                parent,
            }));
        }
        match (call.target, callee) {
            (Target::Direct(cp, _), closure) => {
                let params = std::iter::once(closure).chain(args).collect();
                Some((cp, params))
            }
            (_, V::Closure(c)) => self.enter(&c, args),
            // A primitive or an imported procedure may call any procedure back, or return.
            _ => {
                let frame = self.frame.take()?;
                let value = self.any();
                self.return_to(frame, vec![value])
            }
        }
    }

    /// Enters any clause, with the arguments bent to its parameters.
    fn enter(&mut self, closure: &Rc<Closure>, mut args: Vec<V>) -> Next {
        let clauses: Vec<CpId> = clauses(self.unit, closure.cp).collect();
        let cp = *self.rng.pick(&clauses)?;
        args.insert(0, V::Closure(closure.clone()));
        args.resize(self.unit.cps[cp.index()].param_count(), V::Plain);
        Some((cp, args))
    }
}

/// Runs a verified unit from each of its control points.
fn explore(unit: &Unit, rng: &mut Rng) {
    let dump = print(unit);
    for start in 0..unit.cps.len() {
        let mut machine = Machine {
            unit,
            rng,
            seen: vec![],
            frame: None,
            dump: &dump,
        };
        // Procedures of the unit may be anybody's values.
        for i in 0..unit.cps.len() {
            if matches!(&unit.cps[i].kind, CpKind::Entry(_)) {
                let closure = machine.make(ValueKind::Closure(CpId(i as u32)), &mut vec![]);
                machine.seen.push(closure);
            }
        }
        machine.run(CpId(start as u32));
    }
}

#[test]
fn samples_keep_their_promises() {
    let mut rng = Rng::new(1);
    for unit in fuzz::samples() {
        verify(&unit).unwrap();
        (0..200).for_each(|_| explore(&unit, &mut rng));
    }
}

#[test]
fn accepted_mutants_keep_their_promises() {
    let mut rng = Rng::new(2);
    let mut ran = 0;
    for unit in fuzz::samples() {
        for seed in 0..MUTANTS_A_SAMPLE {
            let m = if seed % 3 == 0 {
                mutant(&unit, seed)
            } else {
                gentle_mutant(&unit, seed)
            };
            if verify(&m).is_ok() {
                (0..10).for_each(|_| explore(&m, &mut rng));
                ran += 1;
            }
        }
    }
    assert!(ran > 10_000, "{ran}");
}
