//! Numbers that stay unboxed, and the points where they are boxed.

mod support;

use support::build::*;
use support::machine::*;
use termite_abi::value::*;
use termite_abi::{Effect, Value};
use termite_ir::*;

fn f(n: i64) -> u64 {
    Value::fixnum(n).0
}

fn float(u: &mut Build, x: f64) -> Operand {
    u.literal(Literal::Flonum(x.to_bits()))
}

fn bytes_allocated(m: &mut Machine, cp: CpId, args: &[u64]) -> u64 {
    m.reset();
    let before = m.ctx.alloc;
    m.run(cp, args).unwrap();
    m.ctx.alloc - before
}

#[test]
fn only_the_result_is_boxed() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 2, &[], |s, p| {
        let a = s.op(Op::FlMul, &[p[1], p[1]]);
        let b = s.op(Op::FlMul, &[p[2], p[2]]);
        let c = s.op(Op::FlAdd, &[a, b]);
        let d = s.op(Op::Add, &[c, fx(2)]);
        let e = s.op(Op::Mul, &[d, d]);
        s.ret(&[e]);
    });
    let mut m = Machine::new(u.unit);
    let args = [m.flonum(3.0), m.flonum(4.0)];
    assert_eq!(m.run(cp, &args).map(show), Ok("729.0".into()));
    assert_eq!(bytes_allocated(&mut m, cp, &args), 8);
}

#[test]
fn comparisons_box_nothing() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 2, &[], |s, p| {
        let a = s.op(Op::FlAdd, &[p[1], p[2]]);
        let c = s.op(Op::Lt, &[a, fx(10)]);
        s.branch(
            c,
            |s| {
                let c = s.op(Op::FlLt, &[a, p[1]]);
                s.ret(&[c]);
            },
            |s| s.ret(&[a]),
        );
    });
    let mut m = Machine::new(u.unit);
    let (x, y) = (m.flonum(3.0), m.flonum(-1.0));
    assert_eq!(m.run(cp, &[x, y]), Ok(Value::TRUE));
    assert_eq!(bytes_allocated(&mut m, cp, &[x, y]), 0);
    let z = m.flonum(7.5);
    assert_eq!(m.run(cp, &[x, z]).map(show), Ok("10.5".into()));
}

/// (loop i x acc): flonum recurrences.
fn integrate(u: &mut Build, generic: bool) -> CpId {
    let (start, head) = (u.declare(), u.declare());
    let (zero, step) = (float(u, 0.0), float(u, 0.5));
    u.entry(start, 1, &[], |s, p| s.jump(head, &[p[1], zero, zero]));
    let (add, mul) = if generic {
        (Op::Add, Op::Mul)
    } else {
        (Op::FlAdd, Op::FlMul)
    };
    u.looped(head, 3, |s, p| {
        let c = s.op(Op::NumEq, &[p[0], fx(0)]);
        s.branch(
            c,
            |s| s.ret(&[p[2]]),
            |s| {
                let x = s.op(add, &[p[1], step]);
                let sq = s.op(mul, &[x, x]);
                let acc = s.op(add, &[p[2], sq]);
                let i = s.op(Op::Sub, &[p[0], fx(1)]);
                s.jump(head, &[i, x, acc]);
            },
        );
    });
    start
}

#[test]
fn loop_variables_stay_unboxed() {
    for generic in [false, true] {
        let mut u = Build::new();
        let cp = integrate(&mut u, generic);
        let (mut m, r) = Machine::check(u.unit, cp, &[f(1000)]);
        let wanted: f64 = (1..=1000).map(|i| (f64::from(i) * 0.5).powi(2)).sum();
        assert_eq!(r.map(show), Ok(format!("{wanted:?}")));
        m.zeal = false;
        let bytes = bytes_allocated(&mut m, cp, &[f(1000)]);
        assert!(bytes < 100 || generic, "{bytes}");
    }
}

#[test]
fn loops_with_unboxed_variables_restart() {
    // The loop allocates as well, so that its check fails while numbers are unboxed.
    let mut u = Build::new();
    let (start, head) = (u.declare(), u.declare());
    let one = float(&mut u, 1.0);
    u.entry(start, 1, &[], |s, p| {
        s.jump(head, &[p[1], one, imm(Immediate::Null), one])
    });
    u.looped(head, 4, |s, p| {
        let c = s.op(Op::NumEq, &[p[0], fx(0)]);
        s.branch(
            c,
            |s| {
                let r = s.op(Op::Cons, &[p[1], p[2]]);
                let r = s.op(Op::Cons, &[p[3], r]);
                s.ret(&[r]);
            },
            |s| {
                let x = s.op(Op::FlAdd, &[p[1], p[3]]);
                let y = s.op(Op::FlAdd, &[p[3], one]);
                let l = s.op(Op::Cons, &[p[0], p[2]]);
                let i = s.op(Op::Sub, &[p[0], fx(1)]);
                s.jump(head, &[i, x, l, y]);
            },
        );
    });
    let (m, r) = Machine::check(u.unit, start, &[f(6)]);
    assert!(m.safepoints > 5);
    let list: String = (1..=6).map(|n| format!("({n} . ")).collect();
    assert_eq!(
        r.map(show),
        Ok(format!("(7.0 . (22.0 . {list}(){}))", ")".repeat(6)))
    );
}

#[test]
fn unboxed_numbers_survive_calls_out() {
    let mut u = Build::new();
    let sum = u.prim("sum", Effect::Leaf);
    let list = u.prim("list", Effect::Alloc);
    let cp = u.declare();
    u.entry(cp, 4, &[], |s, p| {
        let a = s.op(Op::FlAdd, &[p[1], p[2]]);
        let b = s.op(Op::FlMul, &[p[1], p[2]]);
        let n = s.op_imm(Op::Prim, &[p[3], p[4]], sum);
        let c = s.op(Op::FlSub, &[a, b]);
        // Slow paths, which preserve all registers.
        let d = s.op(Op::Add, &[p[1], p[2]]);
        let e = s.op(Op::Lt, &[p[2], p[1]]);
        let g = s.op(Op::FlAdd, &[c, a]);
        let l = s.op_imm(Op::Prim, &[n, d, e], list);
        let r = s.op(Op::Cons, &[g, l]);
        s.op(Op::SetCdr, &[r, c]);
        let r = s.op(Op::Cons, &[r, l]);
        s.ret(&[r]);
    });
    let mut m = Machine::new(u.unit);
    m.zeal = true;
    let args = [m.flonum(3.0), m.flonum(4.0), f(1), f(2)];
    assert_eq!(
        m.run(cp, &args).map(show),
        Ok("((2.0 . -5.0) . (3 . (7.0 . (#f . ()))))".into())
    );
}

#[test]
fn joins_of_numbers() {
    let mut u = Build::new();
    let cp = u.declare();
    let two = float(&mut u, 2.0);
    u.entry(cp, 2, &[], |s, p| {
        let c = s.op(Op::IsPair, &[p[1]]);
        let (yes, no, last) = (s.open(), s.open(), s.open());
        s.branch_to(c, yes, no);
        s.enter(yes, 0);
        let x = s.op(Op::FlAdd, &[p[2], two]);
        s.goto(last, &[x, x, p[2]]);
        s.enter(no, 0);
        let y = s.op(Op::FlMul, &[p[2], two]);
        s.goto(last, &[y, fx(7), two]);
        let q = s.enter(last, 3);
        let z = s.op(Op::FlAdd, &[q[0], q[0]]);
        let r = s.op(Op::Cons, &[z, q[1]]);
        let r = s.op(Op::Cons, &[r, q[2]]);
        s.ret(&[r]);
    });
    let mut m = Machine::new(u.unit);
    assert_eq!(m.code.skipped, vec![]);
    m.zeal = true;
    let (pair, x) = (m.permanent(&[f(1), f(2)], TAG_PAIR), m.flonum(5.0));
    assert_eq!(
        m.run(cp, &[pair, x]).map(show),
        Ok("((14.0 . 7.0) . 5.0)".into())
    );
    assert_eq!(
        m.run(cp, &[f(0), x]).map(show),
        Ok("((20.0 . 7) . 2.0)".into())
    );
}

#[test]
fn what_is_no_flonum_is_shown_as_it_is() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 2, &[], |s, p| {
        let x = s.op(Op::FlAdd, &[p[1], p[1]]);
        let y = s.op(Op::FlAdd, &[x, p[2]]);
        s.ret(&[y]);
    });
    let mut m = Machine::new(u.unit);
    let x = m.flonum(1.5);
    assert_eq!(m.run(cp, &[x, x]).map(show), Ok("4.5".into()));
    m.ctx.limit.store(0, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(
        m.run(cp, &[x, f(3)]),
        Err(Stop::Raised { site: 3 << 32 | 7 })
    );
    let operands = termite_jit::machine::SCRATCH_ARG;
    assert_eq!(m.ctx.args[operands + 1], f(3));
    assert_eq!(show(Value(m.ctx.args[operands])), "3.0");
}
