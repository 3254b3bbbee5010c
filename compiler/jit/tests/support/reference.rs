//! What the intermediate code means, on values of Rust: the part of it that random
//! programs use.

use std::cell::RefCell;
use std::rc::Rc;
use termite_abi::Value;
use termite_ir::*;

#[derive(Clone, Debug)]
pub enum V {
    Int(i64),
    Float(f64),
    Imm(Value),
    Pair(Rc<RefCell<(V, V)>>),
    Box(Rc<RefCell<V>>),
    Vector(Rc<RefCell<Vec<V>>>),
    Hole,
}

impl V {
    pub fn show(&self) -> String {
        match self {
            V::Int(n) => format!("{n}"),
            V::Float(x) => format!("{x:?}"),
            V::Imm(v) => super::machine::show(*v),
            V::Pair(p) => format!("({} . {})", p.borrow().0.show(), p.borrow().1.show()),
            V::Box(b) => format!("#<box {}>", b.borrow().show()),
            V::Vector(v) => {
                let items: Vec<String> = v.borrow().iter().map(V::show).collect();
                format!("#<vector {}>", items.join(" "))
            }
            V::Hole => "hole".into(),
        }
    }

    fn truth(&self) -> bool {
        !matches!(self, V::Imm(Value::FALSE))
    }

    fn number(&self) -> Option<f64> {
        match self {
            V::Int(n) => Some(*n as f64),
            V::Float(x) => Some(*x),
            _ => None,
        }
    }
}

pub struct Reference<'a> {
    pub unit: &'a Unit,
    pub vars: Vec<V>,
    steps: u32,
}

/// Raised, or ran for too long.
#[derive(Debug, PartialEq)]
pub enum Stopped {
    Raised,
    Tired,
}

impl<'a> Reference<'a> {
    pub fn new(unit: &'a Unit) -> Reference<'a> {
        Reference {
            unit,
            vars: vec![V::Int(0); unit.vars.len()],
            steps: 0,
        }
    }

    pub fn run(&mut self, start: CpId, args: Vec<V>) -> Result<V, Stopped> {
        let mut frames: Vec<(CpId, Vec<V>)> = vec![];
        let (mut cp, mut params) = (start, args);
        loop {
            self.steps += 1;
            if self.steps > 2000 {
                return Err(Stopped::Tired);
            }
            match self.segment(cp, params, &mut frames)? {
                Next::To(c, p) => (cp, params) = (c, p),
                Next::Return(v) => match frames.pop() {
                    None => return Ok(v),
                    Some((c, live)) => {
                        cp = c;
                        params = vec![v];
                        params.extend(live);
                    }
                },
            }
        }
    }

    fn segment(
        &mut self,
        id: CpId,
        params: Vec<V>,
        frames: &mut Vec<(CpId, Vec<V>)>,
    ) -> Result<Next, Stopped> {
        let cp = &self.unit.cps[id.index()];
        let mut regs = params;
        regs.resize(cp.regs as usize, V::Hole);
        let mut b = 0;
        loop {
            let block = &cp.blocks[b];
            for inst in &block.insts {
                let v = self.inst(inst, &regs).ok_or(Stopped::Raised)?;
                if let Some(dst) = inst.dst {
                    regs[dst.index()] = v;
                }
            }
            let get = |regs: &[V], ops: &[Operand]| -> Vec<V> {
                ops.iter().map(|&o| self.get(regs, o)).collect()
            };
            match &block.term {
                Term::Return(v) => return Ok(Next::Return(self.get(&regs, v[0]))),
                Term::Goto(t, args) => {
                    let values = get(&regs, args);
                    b = t.index();
                    for (&p, v) in cp.blocks[b].params.iter().zip(values) {
                        regs[p.index()] = v;
                    }
                }
                Term::Branch {
                    cond,
                    then,
                    or_else,
                } => {
                    b = if self.get(&regs, *cond).truth() {
                        then.index()
                    } else {
                        or_else.index()
                    };
                }
                Term::Jump(to, args) => return Ok(Next::To(*to, get(&regs, args))),
                Term::Call(call) => {
                    let Target::Direct(to, _) = call.target else {
                        panic!("a call of a value")
                    };
                    if let Some(frame) = &call.ret {
                        frames.push((frame.ret, get(&regs, &frame.live)));
                    }
                    let mut args = vec![V::Int(0)];
                    args.extend(get(&regs, &call.args));
                    return Ok(Next::To(to, args));
                }
                Term::Throw { .. } => panic!("throw"),
            }
        }
    }

    fn get(&self, regs: &[V], op: Operand) -> V {
        match op {
            Operand::Reg(r) => regs[r.index()].clone(),
            Operand::Fixnum(n) => V::Int(n),
            Operand::Imm(Immediate::True) => V::Imm(Value::TRUE),
            Operand::Imm(Immediate::False) => V::Imm(Value::FALSE),
            Operand::Imm(Immediate::Null) => V::Imm(Value::NULL),
            Operand::Lit(l) => match self.unit.literals[l.index()] {
                Literal::Flonum(bits) => V::Float(f64::from_bits(bits)),
                _ => panic!("literal"),
            },
            other => panic!("operand {other:?}"),
        }
    }

    fn inst(&mut self, inst: &Inst, regs: &[V]) -> Option<V> {
        let a: Vec<V> = inst.args.iter().map(|&o| self.get(regs, o)).collect();
        let flag = |b: bool| Some(V::Imm(Value::bool(b)));
        Some(match inst.op {
            Op::Add | Op::Sub | Op::Mul => return arithmetic(inst.op, &a[0], &a[1]),
            Op::FlAdd | Op::FlSub | Op::FlMul => match (&a[0], &a[1]) {
                (V::Float(_), V::Float(_)) => return arithmetic(inst.op, &a[0], &a[1]),
                _ => return None,
            },
            Op::NumEq | Op::Lt | Op::Gt => return compare(inst.op, &a[0], &a[1]),
            Op::FlLt => match (&a[0], &a[1]) {
                (V::Float(x), V::Float(y)) => return flag(x < y),
                _ => return None,
            },
            Op::Quotient | Op::Remainder => match (&a[0], &a[1]) {
                (V::Int(x), V::Int(y)) if *y != 0 && *y != -1 => {
                    V::Int(if inst.op == Op::Quotient {
                        x / y
                    } else {
                        x % y
                    })
                }
                _ => return None,
            },
            Op::Cons => V::Pair(Rc::new(RefCell::new((a[0].clone(), a[1].clone())))),
            Op::Car | Op::Cdr => match &a[0] {
                V::Pair(p) if inst.op == Op::Car => p.borrow().0.clone(),
                V::Pair(p) => p.borrow().1.clone(),
                _ => return None,
            },
            Op::SetCar | Op::SetCdr => match &a[0] {
                V::Pair(p) => {
                    let mut p = p.borrow_mut();
                    if inst.op == Op::SetCar {
                        p.0 = a[1].clone()
                    } else {
                        p.1 = a[1].clone()
                    }
                    V::Hole
                }
                _ => return None,
            },
            Op::VectorRef | Op::VectorSet | Op::VectorLength => {
                let V::Vector(v) = &a[0] else { return None };
                if inst.op == Op::VectorLength {
                    return Some(V::Int(v.borrow().len() as i64));
                }
                let V::Int(i) = a[1] else { return None };
                let i = usize::try_from(i).ok().filter(|&i| i < v.borrow().len())?;
                if inst.op == Op::VectorRef {
                    return Some(v.borrow()[i].clone());
                }
                v.borrow_mut()[i] = a[2].clone();
                V::Hole
            }
            Op::IsVector => return flag(matches!(a[0], V::Vector(_))),
            Op::MakeBox => V::Box(Rc::new(RefCell::new(a[0].clone()))),
            Op::BoxRef => match &a[0] {
                V::Box(b) => b.borrow().clone(),
                other => panic!("box-ref of {other:?}"),
            },
            Op::BoxSet => match &a[0] {
                V::Box(b) => {
                    *b.borrow_mut() = a[1].clone();
                    V::Hole
                }
                other => panic!("box-set! of {other:?}"),
            },
            Op::IsPair => return flag(matches!(a[0], V::Pair(_))),
            Op::IsFixnum => return flag(matches!(a[0], V::Int(_))),
            Op::IsFlonum => return flag(matches!(a[0], V::Float(_))),
            Op::IsNull => return flag(matches!(a[0], V::Imm(Value::NULL))),
            Op::Not => return flag(!a[0].truth()),
            Op::CellRef => self.vars[inst.imm as usize].clone(),
            Op::CellDefine => {
                self.vars[inst.imm as usize] = a[0].clone();
                V::Hole
            }
            Op::Prim => match self.unit.prims[inst.imm as usize].name.as_str() {
                "list" => a.iter().rev().fold(V::Imm(Value::NULL), |l, x| {
                    V::Pair(Rc::new(RefCell::new((x.clone(), l))))
                }),
                _ => {
                    let mut total = 0i64;
                    for v in &a {
                        let V::Int(n) = v else { return None };
                        total += n;
                    }
                    V::Int(total)
                }
            },
            other => panic!("operation {other:?}"),
        })
    }
}

enum Next {
    To(CpId, Vec<V>),
    Return(V),
}

fn arithmetic(op: Op, a: &V, b: &V) -> Option<V> {
    if let (V::Int(x), V::Int(y)) = (a, b) {
        let r = match op {
            Op::Add => x.checked_add(*y),
            Op::Sub => x.checked_sub(*y),
            _ => x.checked_mul(*y),
        };
        return r.filter(|&n| Value::try_fixnum(n).is_some()).map(V::Int);
    }
    let (x, y) = (a.number()?, b.number()?);
    Some(V::Float(match op {
        Op::Add | Op::FlAdd => x + y,
        Op::Sub | Op::FlSub => x - y,
        _ => x * y,
    }))
}

fn compare(op: Op, a: &V, b: &V) -> Option<V> {
    let answer = if let (V::Int(x), V::Int(y)) = (a, b) {
        match op {
            Op::NumEq => x == y,
            Op::Lt => x < y,
            _ => x > y,
        }
    } else {
        let (x, y) = (a.number()?, b.number()?);
        match op {
            Op::NumEq => x == y,
            Op::Lt => x < y,
            _ => x > y,
        }
    };
    Some(V::Imm(Value::bool(answer)))
}
