//! Calls, returns, loops, closures, continuations, and restarting.
//!
//! Unsafe here: reads objects of the test machine.

mod support;

use std::sync::atomic::Ordering;
use support::build::*;
use support::machine::*;
use support::programs;
use termite_abi::value::*;
use termite_abi::{Effect, Value};
use termite_ir::*;

fn f(n: i64) -> u64 {
    Value::fixnum(n).0
}

// -- loops --

/// (sum i n acc), jumping to itself.
fn sum_loop(u: &mut Build) -> CpId {
    let (start, head) = (u.declare(), u.declare());
    u.entry(start, 1, &[], |s, p| s.jump(head, &[fx(0), p[1], fx(0)]));
    u.looped(head, 3, |s, p| {
        let c = s.op(Op::NumEq, &[p[0], p[1]]);
        s.branch(
            c,
            |s| s.ret(&[p[2]]),
            |s| {
                let acc = s.op(Op::Add, &[p[2], p[0]]);
                let i = s.op(Op::Add, &[p[0], fx(1)]);
                s.jump(head, &[i, p[1], acc]);
            },
        );
    });
    start
}

#[test]
fn loops_run() {
    let mut u = Build::new();
    let cp = sum_loop(&mut u);
    let (_, r) = Machine::check(u.unit, cp, &[f(10_000)]);
    assert_eq!(r.map(Value::as_fixnum), Ok(49_995_000));
}

#[test]
fn loops_can_be_interrupted() {
    let mut u = Build::new();
    let cp = sum_loop(&mut u);
    let mut m = Machine::new(u.unit);
    let limit = &m.ctx.limit as *const std::sync::atomic::AtomicU64 as usize;
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // SAFETY: the context outlives the scope; the field is atomic.
                unsafe { &*(limit as *const std::sync::atomic::AtomicU64) }
                    .store(0, Ordering::Relaxed);
                std::thread::yield_now();
            }
        });
        while m.stopped_at.iter().filter(|&&cp| cp == 1).count() < 3 {
            assert_eq!(m.run_fx(cp, &[1_000_000]), Ok(499_999_500_000));
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn tail_calls_to_itself_are_loops() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 7, &[], |s, p| {
        let c = s.op(Op::NumEq, &[p[1], fx(0)]);
        s.branch(
            c,
            |s| s.ret(&[p[7]]),
            |s| {
                let i = s.op(Op::Sub, &[p[1], fx(1)]);
                let acc = s.op(Op::Add, &[p[7], p[6]]);
                s.tail(cp, &[i, p[3], p[4], p[5], p[2], p[6], acc]);
            },
        );
    });
    let (m, r) = Machine::check(u.unit, cp, &[100, 1, 2, 3, 4, 5, 0].map(f));
    assert_eq!(r.map(Value::as_fixnum), Ok(500));
    let calls_itself = m.code.segments[0]
        .relocs
        .iter()
        .any(|r| matches!(r.target, termite_jit::compiler::RelocTarget::Segment(_)));
    assert!(!calls_itself);
}

#[test]
fn nested_loops_with_many_variables() {
    let mut u = Build::new();
    let (start, outer, inner) = (u.declare(), u.declare(), u.declare());
    u.entry(start, 1, &[], |s, p| s.jump(outer, &[p[1], fx(0)]));
    u.looped(outer, 2, |s, p| {
        let c = s.op(Op::NumEq, &[p[0], fx(0)]);
        s.branch(
            c,
            |s| s.ret(&[p[1]]),
            |s| {
                s.jump(
                    inner,
                    &[p[0], p[0], p[1], fx(1), fx(2), fx(3), fx(4), fx(5)],
                )
            },
        );
    });
    u.looped(inner, 8, |s, p| {
        let c = s.op(Op::NumEq, &[p[1], fx(0)]);
        s.branch(
            c,
            |s| {
                let i = s.op(Op::Sub, &[p[0], fx(1)]);
                let x = s.op(Op::Add, &[p[2], p[7]]);
                s.jump(outer, &[i, x]);
            },
            |s| {
                let j = s.op(Op::Sub, &[p[1], fx(1)]);
                let acc = s.op(Op::Add, &[p[2], p[3]]);
                s.jump(inner, &[p[0], j, acc, p[4], p[5], p[6], p[7], p[3]]);
            },
        );
    });
    let reference = |n: i64| {
        let mut acc = 0;
        for i in (1..=n).rev() {
            let mut q = [1, 2, 3, 4, 5];
            for _ in 0..i {
                acc += q[0];
                q.rotate_left(1);
            }
            acc += q[4];
        }
        acc
    };
    let (_, r) = Machine::check(u.unit, start, &[f(50)]);
    assert_eq!(r.map(Value::as_fixnum), Ok(reference(50)));
}

// -- calls --

#[test]
fn many_arguments_and_live_values() {
    let mut u = Build::new();
    let (start, many, back) = (u.declare(), u.declare(), u.declare());
    u.entry(start, 12, &[], |s, p| {
        let mut reversed: Vec<Operand> = p[1..].to_vec();
        reversed.reverse();
        s.call(many, &reversed, back, &p[1..]);
    });
    u.entry(many, 12, &[], |s, p| {
        let mut l = imm(Immediate::Null);
        for &x in p[1..].iter().rev() {
            l = s.op(Op::Cons, &[x, l]);
        }
        s.ret(&[l]);
    });
    u.ret(back, 12, |s, p| {
        let mut l = p[0];
        for &x in p[1..].iter().rev() {
            l = s.op(Op::Cons, &[x, l]);
        }
        s.ret(&[l]);
    });
    let args: Vec<u64> = (1..=12).map(f).collect();
    let (_, r) = Machine::check(u.unit, start, &args);
    let wanted: String = (1..=12)
        .chain((1..=12).rev())
        .map(|n| format!("({n} . "))
        .collect();
    assert_eq!(
        r.map(show).unwrap(),
        format!("{wanted}(){}", ")".repeat(24))
    );
}

#[test]
fn closures_hold_their_values() {
    let mut u = Build::new();
    let (start, adder, back) = (u.declare(), u.declare(), u.declare());
    u.entry(adder, 1, &[ValueKind::Any, ValueKind::Box], |s, p| {
        let n = s.op_imm(Op::FreeRef, &[p[0]], 0);
        let b = s.op_imm(Op::FreeRef, &[p[0]], 1);
        let x = s.op(Op::BoxRef, &[b]);
        let y = s.op(Op::Add, &[x, p[1]]);
        s.op(Op::BoxSet, &[b, y]);
        let r = s.op(Op::Add, &[y, n]);
        s.ret(&[r]);
    });
    u.entry(start, 1, &[], |s, p| {
        let b = s.op(Op::MakeBox, &[fx(100)]);
        let f = s.op_imm(Op::MakeClosure, &[p[1], b], adder.0);
        s.call_value(f, &[fx(1)], back, &[f]);
    });
    u.ret(back, 1, |s, p| s.tail_value(p[1], &[p[0]]));
    let (_, r) = Machine::check(u.unit, start, &[f(1000)]);
    // First 101 + 1000; then 101 + 1101 + 1000.
    assert_eq!(r.map(Value::as_fixnum), Ok(2202));
}

#[test]
fn closures_that_know_each_other() {
    let mut u = Build::new();
    let (start, even, odd) = (u.declare(), u.declare(), u.declare());
    let parity = |u: &mut Build, me: CpId, other: CpId, at_zero: Immediate| {
        u.entry(me, 1, &[ValueKind::Closure(other)], |s, p| {
            let c = s.op(Op::NumEq, &[p[1], fx(0)]);
            s.branch(
                c,
                |s| s.ret(&[imm(at_zero)]),
                |s| {
                    let f = s.op_imm(Op::FreeRef, &[p[0]], 0);
                    let n = s.op(Op::Sub, &[p[1], fx(1)]);
                    s.direct(other, f, &[n]);
                },
            );
        });
    };
    parity(&mut u, even, odd, Immediate::True);
    parity(&mut u, odd, even, Immediate::False);
    u.entry(start, 1, &[], |s, p| {
        let e = s.op_imm(Op::MakeClosure, &[Operand::Hole], even.0);
        let o = s.op_imm(Op::MakeClosure, &[e], odd.0);
        s.op_imm(Op::InitFree, &[e, o], 0);
        s.direct(even, e, &[p[1]]);
    });
    let (_, r) = Machine::check(u.unit, start, &[f(1001)]);
    assert_eq!(r, Ok(Value::FALSE));
}

#[test]
fn calls_that_do_not_fit_leave_for_the_driver() {
    let mut u = Build::new();
    let (one, call) = (u.declare(), u.declare());
    u.entry(one, 1, &[], |s, p| s.ret(&[p[1]]));
    u.entry(call, 7, &[], |s, p| s.tail_value(p[1], &p[2..]));
    let mut m = Machine::new(u.unit);
    let one = m.closure(one);
    for callee in [one, f(5), Value::FALSE.0, m.halt] {
        let args: Vec<u64> = [callee].into_iter().chain((2..=7).map(f)).collect();
        assert_eq!(m.run(call, &args), Err(Stop::NotCallable { nargs: 6 }));
        assert_eq!(m.ctx.args[..7], args);
        assert_eq!(m.ctx.site, 3 << 32 | 7);
        assert_eq!(m.ctx.k, m.halt);
    }
}

#[test]
fn known_procedures_as_values_are_called_directly() {
    let mut u = Build::new();
    let (id, call) = (u.declare(), u.declare());
    u.entry(id, 1, &[], |s, p| s.ret(&[p[1]]));
    u.entry(call, 1, &[], |s, p| {
        s.tail_value(Operand::Proc(id), &[p[1]])
    });
    let mut m = Machine::new(u.unit);
    assert_eq!(m.run_fx(call, &[9]), Ok(9));
    use termite_jit::compiler::RelocTarget;
    assert!(
        m.code.segments[1]
            .relocs
            .iter()
            .any(|r| r.target == RelocTarget::Segment(id))
    );
}

// -- several values, continuations --

#[test]
fn values_meet_their_receivers() {
    for n in [0usize, 2, 7] {
        let mut u = Build::new();
        let (start, produce, back) = (u.declare(), u.declare(), u.declare());
        u.entry(start, 1, &[], |s, p| s.call(produce, &[], back, &[p[1]]));
        u.entry(produce, 0, &[], |s, _| {
            let values: Vec<Operand> = (0..n as i64).map(fx).collect();
            s.ret(&values);
        });
        u.ret_of(back, n as u16, false, &[ValueKind::Any], |s, p| {
            let mut l = imm(Immediate::Null);
            for &x in p.iter().rev() {
                l = s.op(Op::Cons, &[x, l]);
            }
            s.ret(&[l]);
        });
        let (_, r) = Machine::check(u.unit, start, &[f(99)]);
        let items: String = (0..n).map(|i| format!("({i} . ")).collect();
        assert_eq!(
            r.map(show).unwrap(),
            format!("{items}(99 . ()){}", ")".repeat(n))
        );
    }
}

fn values_to(ignores: bool, expected: u16, given: usize) -> Result<Value, Stop> {
    let mut u = Build::new();
    let (start, produce, back) = (u.declare(), u.declare(), u.declare());
    u.entry(start, 0, &[], |s, _| s.call(produce, &[], back, &[]));
    u.entry(produce, 0, &[], |s, _| {
        let values: Vec<Operand> = (0..given as i64).map(fx).collect();
        s.ret(&values);
    });
    u.ret_of(back, expected, ignores, &[], |s, _| s.ret(&[fx(42)]));
    Machine::new(u.unit).run(start, &[])
}

#[test]
fn values_that_do_not_fit_leave_for_the_driver() {
    assert_eq!(values_to(true, 1, 3), Ok(Value::fixnum(42)));
    assert_eq!(values_to(true, 1, 0), Ok(Value::fixnum(42)));
    assert_eq!(
        values_to(false, 2, 1),
        Err(Stop::Values(vec![Value::fixnum(0)]))
    );
    assert_eq!(
        values_to(false, 1, 2),
        Err(Stop::Values(vec![Value::fixnum(0), Value::fixnum(1)]))
    );
    assert_eq!(
        values_to(false, 3, 7),
        Err(Stop::Values((0..7).map(Value::fixnum).collect()))
    );
}

#[test]
fn captured_frames_are_thrown_to_again() {
    let mut u = Build::new();
    let k = u.var("k");
    let (start, capture, back) = (u.declare(), u.declare(), u.declare());
    u.entry(start, 0, &[], |s, _| s.call(capture, &[], back, &[fx(10)]));
    u.entry(capture, 0, &[], |s, _| {
        let frame = s.op(Op::Capture, &[]);
        s.op_imm(Op::CellDefine, &[frame], k);
        s.ret(&[fx(0)]);
    });
    u.ret(back, 1, |s, p| {
        let c = s.op(Op::Lt, &[p[0], fx(5)]);
        s.branch(
            c,
            |s| {
                let frame = s.op_imm(Op::CellRefChecked, &[], k);
                let n = s.op(Op::Add, &[p[0], fx(1)]);
                s.throw(frame, &[n]);
            },
            |s| {
                let r = s.op(Op::Add, &[p[0], p[1]]);
                s.ret(&[r]);
            },
        );
    });
    let bad = u.declare();
    u.entry(bad, 1, &[], |s, p| s.throw(p[1], &[fx(1)]));
    let (mut m, r) = Machine::check(u.unit, start, &[]);
    assert_eq!(r, Ok(Value::fixnum(15)));
    assert!(m.run(bad, &[f(1)]).is_err());
}

#[test]
fn the_dynamic_environment_is_a_register() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 1, &[], |s, p| {
        let old = s.op(Op::DynEnv, &[]);
        s.op(Op::SetDynEnv, &[p[1]]);
        let new = s.op(Op::DynEnv, &[]);
        let l = s.op(Op::Cons, &[old, new]);
        s.ret(&[l]);
    });
    let mut m = Machine::new(u.unit);
    m.ctx.dynenv = f(1);
    assert_eq!(m.run(cp, &[f(2)]).map(show), Ok("(1 . 2)".into()));
    assert_eq!(m.ctx.dynenv, f(2));
}

// -- restarting --

#[test]
fn effects_happen_once_however_often_a_segment_is_restarted() {
    let mut u = Build::new();
    let sum = u.prim("sum", Effect::Leaf);
    let pure = u.prim("pure-sum", Effect::Pure);
    let (cp, back) = (u.declare(), u.declare());
    u.entry(cp, 7, &[], |s, p| {
        // A pure primitive comes before the check, and writes over the arguments' memory.
        let n = s.op_imm(
            Op::Prim,
            &[fx(1), fx(2), fx(3), fx(4), fx(5), fx(6), fx(7), fx(8)],
            pure,
        );
        let c = s.op(Op::NumEq, &[n, fx(36)]);
        s.branch(
            c,
            |s| {
                let old = s.op(Op::VectorRef, &[p[1], fx(0)]);
                let new = s.op_imm(Op::Prim, &[old, fx(1)], sum);
                s.op(Op::VectorSet, &[p[1], fx(0), new]);
                let a = s.op(Op::Cons, &[p[6], p[7]]);
                let b = s.op(Op::Cons, &[new, a]);
                s.call(cp2(), &[b], back, &[p[5], p[1]]);
            },
            |s| s.ret(&[fx(0)]),
        );
    });
    let id = u.declare();
    assert_eq!(id, cp2());
    u.entry(id, 1, &[], |s, p| s.ret(&[p[1]]));
    u.ret(back, 2, |s, p| {
        let old = s.op(Op::VectorRef, &[p[2], fx(0)]);
        let new = s.op(Op::Add, &[old, fx(10)]);
        s.op(Op::VectorSet, &[p[2], fx(0), new]);
        let l = s.op(Op::Cons, &[p[0], p[1]]);
        s.ret(&[l]);
    });
    let mut m = Machine::new(u.unit);
    m.zeal = true;
    for round in 1..=3 {
        let v = m.vector(&[f(0)]);
        let args = [v, f(2), f(3), f(4), f(5), f(6), f(7)];
        let r = m.run(cp, &args);
        assert_eq!(r.map(show), Ok("((1 . (6 . 7)) . 5)".into()));
        assert_eq!(get(v - TAG_OBJECT + 8), f(11));
        assert!(m.safepoints >= 2 * round);
    }
}

/// The control point that the test above declares third.
fn cp2() -> CpId {
    CpId(2)
}

#[test]
fn programs_survive_zeal() {
    for (program, args, wanted) in [
        (programs::fib as fn(&mut Build) -> CpId, vec![15], 610),
        (programs::tak, vec![9, 6, 3], 6),
        (programs::deep, vec![300], 45150),
        (programs::nrev, vec![20], 1),
    ] {
        let mut u = Build::new();
        let cp = program(&mut u);
        let args: Vec<u64> = args.into_iter().map(f).collect();
        let (m, r) = Machine::check(u.unit, cp, &args);
        assert_eq!(r.map(Value::as_fixnum), Ok(wanted));
        assert!(m.safepoints > 100);
    }
}

#[test]
fn a_path_that_only_returns_needs_no_reservation() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 1, &[], |s, p| {
        let x = s.op(Op::Add, &[p[1], fx(1)]);
        s.ret(&[x]);
    });
    let mut m = Machine::new(u.unit);
    m.ctx.limit.store(0, Ordering::Relaxed);
    assert_eq!(m.run_fx(cp, &[1]), Ok(2));
    assert_eq!(m.safepoints, 0);
}

#[test]
fn joins_take_words_flags_and_constants() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 3, &[], |s, p| {
        let c = s.op(Op::IsPair, &[p[1]]);
        let join = s.open();
        let (yes, no) = (s.open(), s.open());
        // Blocks must come in order: the join is the last one.
        let _ = join;
        s.branch_to(c, yes, no);
        s.enter(yes, 0);
        let flag = s.op(Op::IsNull, &[p[2]]);
        let last = s.open();
        s.goto(last, &[flag, p[3], fx(1), p[2]]);
        s.enter(no, 0);
        let l = s.op(Op::Cons, &[p[2], p[3]]);
        s.goto(last, &[imm(Immediate::True), l, fx(1), p[2]]);
        s.enter(join, 0);
        s.ret(&[fx(0)]);
        let q = s.enter(last, 4);
        let a = s.op(Op::Cons, &[q[0], q[1]]);
        let b = s.op(Op::Cons, &[q[2], q[3]]);
        let r = s.op(Op::Cons, &[a, b]);
        s.ret(&[r]);
    });
    let mut m = Machine::new(u.unit);
    assert_eq!(m.code.skipped, vec![]);
    m.zeal = true;
    let pair = m.permanent(&[f(1), f(2)], TAG_PAIR);
    let run = |m: &mut Machine, a| m.run(cp, &[a, f(5), f(6)]).map(show).unwrap();
    assert_eq!(run(&mut m, f(0)), "((#t . (5 . 6)) . (1 . 5))");
    assert_eq!(run(&mut m, pair), "((#f . 6) . (1 . 5))");
}
