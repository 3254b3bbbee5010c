//! Random programs: compiled code against the reference, plainly and with zeal.
//!
//! `TERMITE_JIT_SEEDS=a..b` runs other programs than the usual ones.

mod support;

use support::build::*;
use support::machine::*;
use support::reference::{Reference, Stopped, V};
use termite_abi::{Effect, Value};
use termite_ir::*;

struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// What an operand probably is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Hint {
    Int,
    Float,
    Flag,
    Pair,
    Box,
    Vector,
    Any,
}

type Avail = Vec<(Operand, Hint)>;

/// A segment that is still to be filled: its parameters' hints, how much may follow it.
struct Todo {
    cp: CpId,
    hints: Vec<Hint>,
    kind: Kind,
    depth: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Entry,
    Return,
    Loop,
}

struct Gen {
    rng: Rng,
    u: Build,
    floats: Vec<Operand>,
    todo: Vec<Todo>,
    identity: CpId,
    sum: u32,
    pure_sum: u32,
    list: u32,
}

/// How a block's chain of operations ends.
enum End {
    Open(Avail),
    Closed,
}

impl Gen {
    fn new(seed: u64) -> Gen {
        let mut u = Build::new();
        let floats = [0.5, -2.0, 1e10]
            .map(|x: f64| u.literal(Literal::Flonum(x.to_bits())))
            .to_vec();
        let (sum, pure_sum, list) = (
            u.prim("sum", Effect::Leaf),
            u.prim("pure-sum", Effect::Pure),
            u.prim("list", Effect::Alloc),
        );
        u.var("x");
        u.var("y");
        let identity = u.declare();
        u.entry(identity, 1, &[], |s, p| s.ret(&[p[1]]));
        Gen {
            rng: Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            u,
            floats,
            todo: vec![],
            identity,
            sum,
            pure_sum,
            list,
        }
    }

    fn program(mut self) -> (Unit, CpId) {
        let start = self.u.declare();
        self.todo.push(Todo {
            cp: start,
            hints: vec![
                Hint::Int,
                Hint::Int,
                Hint::Float,
                Hint::Float,
                Hint::Pair,
                Hint::Vector,
                Hint::Any,
            ],
            kind: Kind::Entry,
            depth: 3,
        });
        while let Some(todo) = self.todo.pop() {
            self.fill(todo);
        }
        for cp in &mut self.u.unit.cps {
            renumber(cp);
        }
        (self.u.unit, start)
    }

    fn fill(&mut self, todo: Todo) {
        let mut u = std::mem::replace(&mut self.u, Build::new());
        let n = todo.hints.len();
        let mut make = |s: &mut Seg, p: &[Operand]| {
            let p = if todo.kind == Kind::Entry { &p[1..] } else { p };
            let avail: Avail = p.iter().copied().zip(todo.hints.iter().copied()).collect();
            self.body(s, avail, &todo);
        };
        // Control points are declared while bodies are generated: put them in afterwards.
        let mut seg_unit = std::mem::take(&mut u.unit.cps);
        let first_new = seg_unit.len();
        let mut holder = Build::new();
        for _ in 0..=todo.cp.0 {
            holder.declare();
        }
        COUNT.set(first_new as u32);
        match todo.kind {
            Kind::Entry => holder.entry(todo.cp, n as u16, &[], |s, p| make(s, p)),
            Kind::Return => holder.ret(todo.cp, n - 1, |s, p| make(s, p)),
            Kind::Loop => holder.looped(todo.cp, n, |s, p| make(s, p)),
        }
        seg_unit[todo.cp.index()] = holder.unit.cps.swap_remove(todo.cp.index());
        u.unit.cps = seg_unit;
        self.u = u;
        while (self.u.unit.cps.len() as u32) < COUNT.get() {
            self.u.declare();
        }
    }

    fn declare(&mut self) -> CpId {
        COUNT.set(COUNT.get() + 1);
        CpId(COUNT.get() - 1)
    }

    fn body(&mut self, s: &mut Seg, avail: Avail, todo: &Todo) {
        if todo.kind == Kind::Loop {
            // The first parameter counts down.
            let i = avail[0].0;
            let done = s.op(Op::NumEq, &[i, fx(0)]);
            let rest = avail.clone();
            let (yes, no) = (s.open(), s.open());
            s.branch_to(done, yes, no);
            s.enter(yes, 0);
            self.finish(s, &rest);
            s.enter(no, 0);
            if let End::Open(avail) = self.chain(s, avail, todo.depth, 2) {
                let next = s.op(Op::Sub, &[i, fx(1)]);
                let mut args = vec![next];
                for &hint in &todo.hints[1..] {
                    args.push(self.pick(&avail, hint));
                }
                s.jump(todo.cp, &args);
            }
            return;
        }
        if let End::Open(avail) = self.chain(s, avail, todo.depth, 3) {
            self.leave(s, avail, todo.depth);
        }
    }

    /// A return of a list of a few values.
    fn finish(&mut self, s: &mut Seg, avail: &Avail) {
        let mut l = imm(Immediate::Null);
        for _ in 0..3 {
            let hint = [Hint::Any, Hint::Float, Hint::Int][self.rng.below(3)];
            let x = self.pick(avail, hint);
            l = s.op(Op::Cons, &[x, l]);
        }
        if self.rng.chance(30) {
            l = self.pick(avail, Hint::Any);
        }
        s.ret(&[l]);
    }

    fn leave(&mut self, s: &mut Seg, avail: Avail, depth: usize) {
        if depth == 0 || self.rng.chance(20) {
            return self.finish(s, &avail);
        }
        let live: Avail = (0..self.rng.below(7))
            .map(|_| avail[self.rng.below(avail.len())])
            .collect();
        let ops: Vec<Operand> = live.iter().map(|a| a.0).collect();
        let hints: Vec<Hint> = live
            .iter()
            .map(|a| a.1)
            .filter(|&h| h != Hint::Box)
            .collect();
        let ops: Vec<Operand> = ops
            .into_iter()
            .zip(&live)
            .filter(|(_, a)| a.1 != Hint::Box)
            .map(|(o, _)| o)
            .collect();
        let cp = self.declare();
        if self.rng.chance(50) {
            let hint = [Hint::Any, Hint::Int, Hint::Float][self.rng.below(3)];
            let value = self.pick(&avail, hint);
            let mut all = vec![hint];
            all.extend(&hints);
            self.todo.push(Todo {
                cp,
                hints: all,
                kind: Kind::Return,
                depth: depth - 1,
            });
            s.call(self.identity, &[value], cp, &ops);
        } else {
            let mut all = vec![Hint::Int];
            all.extend(&hints);
            let mut args = vec![fx(self.rng.below(6) as i64)];
            args.extend(&ops);
            self.todo.push(Todo {
                cp,
                hints: all,
                kind: Kind::Loop,
                depth: depth - 1,
            });
            s.jump(cp, &args);
        }
    }

    /// Operations, then perhaps a branch whose sides meet again.
    fn chain(&mut self, s: &mut Seg, mut avail: Avail, depth: usize, branches: usize) -> End {
        for _ in 0..1 + self.rng.below(6) {
            self.operation(s, &mut avail);
        }
        if branches == 0 || self.rng.chance(30) {
            return End::Open(avail);
        }
        let cond = if self.rng.chance(70) {
            self.condition(s, &avail)
        } else {
            self.pick(&avail, Hint::Flag)
        };
        let (yes, no) = (s.open(), s.open());
        s.branch_to(cond, yes, no);
        let hints: Vec<Hint> = (0..1 + self.rng.below(3))
            .map(|_| [Hint::Int, Hint::Float, Hint::Flag, Hint::Any][self.rng.below(4)])
            .collect();
        let mut join = None;
        for block in [yes, no] {
            s.enter(block, 0);
            let End::Open(inner) = self.chain(s, avail.clone(), depth, branches - 1) else {
                continue;
            };
            if self.rng.chance(25) {
                self.leave(s, inner, depth);
                continue;
            }
            let args: Vec<Operand> = hints.iter().map(|&h| self.pick(&inner, h)).collect();
            let to = *join.get_or_insert_with(|| s.open());
            s.goto(to, &args);
        }
        let Some(join) = join else { return End::Closed };
        let params = s.enter(join, hints.len());
        avail.extend(params.into_iter().zip(hints));
        for _ in 0..self.rng.below(3) {
            self.operation(s, &mut avail);
        }
        End::Open(avail)
    }

    fn pick(&mut self, avail: &Avail, hint: Hint) -> Operand {
        let wanted: Vec<Operand> = avail
            .iter()
            .filter(|a| a.1 == hint || (hint == Hint::Any && a.1 != Hint::Box))
            .map(|a| a.0)
            .collect();
        if !wanted.is_empty() && !self.rng.chance(15) {
            return wanted[self.rng.below(wanted.len())];
        }
        match hint {
            Hint::Int => fx(self.rng.below(20) as i64 - 5),
            Hint::Float => self.floats[self.rng.below(3)],
            Hint::Flag => imm([Immediate::True, Immediate::False][self.rng.below(2)]),
            Hint::Pair | Hint::Any | Hint::Box | Hint::Vector => imm(Immediate::Null),
        }
    }

    fn condition(&mut self, s: &mut Seg, avail: &Avail) -> Operand {
        let c = match self.rng.below(6) {
            0 => {
                let x = self.pick(avail, Hint::Any);
                s.op(
                    [
                        Op::IsPair,
                        Op::IsFixnum,
                        Op::IsFlonum,
                        Op::IsNull,
                        Op::Not,
                        Op::IsVector,
                    ][self.rng.below(6)],
                    &[x],
                )
            }
            1 => {
                let (x, y) = (self.pick(avail, Hint::Float), self.pick(avail, Hint::Float));
                s.op([Op::FlLt, Op::Lt][self.rng.below(2)], &[x, y])
            }
            n => {
                let hint = if n == 2 { Hint::Float } else { Hint::Int };
                let (x, y) = (self.pick(avail, hint), self.pick(avail, Hint::Int));
                s.op([Op::Lt, Op::Gt, Op::NumEq][self.rng.below(3)], &[x, y])
            }
        };
        if self.rng.chance(20) {
            s.op(Op::Not, &[c])
        } else {
            c
        }
    }

    fn operation(&mut self, s: &mut Seg, avail: &mut Avail) {
        let (int, int2) = (self.pick(avail, Hint::Int), self.pick(avail, Hint::Int));
        let (float, float2) = (self.pick(avail, Hint::Float), self.pick(avail, Hint::Float));
        let (any, any2) = (self.pick(avail, Hint::Any), self.pick(avail, Hint::Any));
        let made = match self.rng.below(26) {
            0 | 1 => (
                s.op([Op::Add, Op::Sub][self.rng.below(2)], &[int, int2]),
                Hint::Int,
            ),
            2 => (
                s.op(
                    [Op::Add, Op::Mul, Op::Sub][self.rng.below(3)],
                    &[float, int],
                ),
                Hint::Float,
            ),
            3 => (
                s.op([Op::Add, Op::Mul][self.rng.below(2)], &[float, float2]),
                Hint::Float,
            ),
            4..=6 => (
                s.op(
                    [Op::FlAdd, Op::FlMul, Op::FlSub][self.rng.below(3)],
                    &[float, float2],
                ),
                Hint::Float,
            ),
            7 | 8 => (s.op(Op::Cons, &[any, any2]), Hint::Pair),
            9 => {
                let p = self.pick(avail, Hint::Pair);
                if let Operand::Imm(_) = p {
                    return;
                }
                (s.op([Op::Car, Op::Cdr][self.rng.below(2)], &[p]), Hint::Any)
            }
            10 => {
                let p = self.pick(avail, Hint::Pair);
                if !matches!(p, Operand::Imm(_)) {
                    let value = [int, float][self.rng.below(2)];
                    s.op([Op::SetCar, Op::SetCdr][self.rng.below(2)], &[p, value]);
                }
                return;
            }
            11 => (self.condition(s, avail), Hint::Flag),
            12 => (
                s.op(Op::MakeBox, &[[int, float][self.rng.below(2)]]),
                Hint::Box,
            ),
            13 | 14 => {
                let boxes: Vec<Operand> = avail
                    .iter()
                    .filter(|a| a.1 == Hint::Box)
                    .map(|a| a.0)
                    .collect();
                if boxes.is_empty() {
                    return;
                }
                let b = boxes[self.rng.below(boxes.len())];
                if self.rng.chance(50) {
                    s.op(Op::BoxSet, &[b, [int, float][self.rng.below(2)]]);
                    return;
                }
                (s.op(Op::BoxRef, &[b]), Hint::Any)
            }
            15 => (
                s.op_imm(Op::CellRef, &[], self.rng.below(2) as u32),
                Hint::Any,
            ),
            16 => {
                s.op_imm(
                    Op::CellDefine,
                    &[[int, float][self.rng.below(2)]],
                    self.rng.below(2) as u32,
                );
                return;
            }
            17 => {
                let prim = [self.sum, self.pure_sum][self.rng.below(2)];
                (s.op_imm(Op::Prim, &[int, int2], prim), Hint::Int)
            }
            18 => (s.op_imm(Op::Prim, &[any, float], self.list), Hint::Pair),
            22..=25 => {
                let vector = self.pick(avail, Hint::Vector);
                if matches!(vector, Operand::Imm(_)) {
                    return;
                }
                let index = match self.rng.below(4) {
                    0 => s.op(Op::Remainder, &[int, fx(3)]),
                    1 => int,
                    _ => fx(self.rng.below(3) as i64),
                };
                match self.rng.below(4) {
                    0 => (s.op(Op::VectorLength, &[vector]), Hint::Int),
                    1 => {
                        s.op(
                            Op::VectorSet,
                            &[vector, index, [int, float][self.rng.below(2)]],
                        );
                        return;
                    }
                    2 => {
                        let x = s.op(Op::VectorRef, &[vector, index]);
                        s.op(Op::VectorSet, &[vector, index, x]);
                        (x, Hint::Any)
                    }
                    _ => (s.op(Op::VectorRef, &[vector, index]), Hint::Any),
                }
            }
            19 => (
                s.op(
                    [Op::Quotient, Op::Remainder][self.rng.below(2)],
                    &[int, fx(3)],
                ),
                Hint::Int,
            ),
            20 => (s.op(Op::Mul, &[int, int2]), Hint::Int),
            _ => (s.op(Op::Add, &[int, float]), Hint::Float),
        };
        avail.push(made);
    }
}

thread_local! {
    /// Control points declared so far.
    static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Puts the blocks of a segment in an order in which all branches go forward.
fn renumber(cp: &mut ControlPoint) {
    fn visit(b: usize, blocks: &[Block], seen: &mut [bool], order: &mut Vec<usize>) {
        if std::mem::replace(&mut seen[b], true) {
            return;
        }
        match &blocks[b].term {
            Term::Goto(t, _) => visit(t.index(), blocks, seen, order),
            Term::Branch { then, or_else, .. } => {
                visit(or_else.index(), blocks, seen, order);
                visit(then.index(), blocks, seen, order);
            }
            _ => {}
        }
        order.push(b);
    }
    let mut order = vec![];
    visit(0, &cp.blocks, &mut vec![false; cp.blocks.len()], &mut order);
    order.reverse();
    let place = |b: &mut BlockId| b.0 = order.iter().position(|&o| o == b.index()).unwrap() as u32;
    let mut blocks: Vec<Block> = order.iter().map(|&b| cp.blocks[b].clone()).collect();
    for block in &mut blocks {
        match &mut block.term {
            Term::Goto(t, _) => place(t),
            Term::Branch { then, or_else, .. } => {
                place(then);
                place(or_else);
            }
            _ => {}
        }
    }
    cp.blocks = blocks;
}

fn run_seed(seed: u64) {
    let (unit, start) = Gen::new(seed).program();
    let pair = || {
        V::Pair(std::rc::Rc::new(std::cell::RefCell::new((
            V::Int(1),
            V::Float(2.5),
        ))))
    };
    let args = vec![
        V::Int(0),
        V::Int(7),
        V::Int(-3),
        V::Float(1.5),
        V::Float(-0.25),
        pair(),
        V::Vector(std::rc::Rc::new(std::cell::RefCell::new(vec![
            V::Int(1),
            V::Float(2.5),
            V::Int(3),
        ]))),
        V::Imm(Value::TRUE),
    ];
    let mut reference = Reference::new(&unit);
    let wanted = reference.run(start, args).map(|v| v.show());
    if wanted == Err(Stopped::Tired) {
        return;
    }
    let vars: Vec<String> = reference.vars.iter().map(V::show).collect();
    let mut m = Machine::new(unit.clone());
    assert_eq!(m.code.skipped, vec![], "seed {seed}");
    for zeal in [false, true] {
        m.reset();
        m.zeal = zeal;
        for i in 0..2 {
            m.set_cell(i, Value::fixnum(0).0);
        }
        let float = [m.flonum(1.5), m.flonum(-0.25), m.flonum(2.5)];
        let pair = m.permanent(
            &[Value::fixnum(1).0, float[2]],
            termite_abi::value::TAG_PAIR,
        );
        let vector = m.vector(&[Value::fixnum(1).0, float[2], Value::fixnum(3).0]);
        let args = [
            Value::fixnum(7).0,
            Value::fixnum(-3).0,
            float[0],
            float[1],
            pair,
            vector,
            Value::TRUE.0,
        ];
        let result = m.run(start, &args).map(show);
        match (&wanted, &result) {
            (Ok(w), Ok(r)) => assert_eq!(w, r, "seed {seed} zeal {zeal}"),
            (Err(Stopped::Raised), Err(Stop::Raised { .. })) => {}
            other => panic!("seed {seed} zeal {zeal}: {other:?}"),
        }
        let cells: Vec<String> = (0..2).map(|i| show(Value(m.cell(i)))).collect();
        assert_eq!(vars, cells, "seed {seed} zeal {zeal}");
    }
}

#[test]
fn random_programs_mean_what_they_say() {
    let seeds = match std::env::var("TERMITE_JIT_SEEDS") {
        Ok(s) => {
            let (a, b) = s.split_once("..").expect("a range");
            a.parse().expect("a number")..b.parse().expect("a number")
        }
        Err(_) => 1..400,
    };
    seeds.for_each(run_seed);
}

#[test]
fn code_is_the_same_each_time() {
    for seed in 1..400 {
        let (unit, _) = Gen::new(seed).program();
        let m = Machine::new(unit);
        let cps: Vec<CpId> = (0..m.unit.cps.len() as u32).map(CpId).collect();
        let mut compiler = termite_jit::Compiler::new(termite_jit::Options::default()).unwrap();
        let again = compiler.compile(&m.unit, &m.link, &cps).unwrap();
        for (a, b) in m.code.segments.iter().zip(&again.segments) {
            assert_eq!(a.code, b.code, "seed {seed} {:?}", a.cp);
        }
    }
}
