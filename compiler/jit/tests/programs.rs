//! Whole programs through the compiler, on a machine that collects.

mod support;

use support::build::*;
use support::machine::*;
use support::programs;
use termite_abi::Value;

fn one(program: impl FnOnce(&mut Build) -> termite_ir::CpId) -> (Machine, termite_ir::CpId) {
    let mut u = Build::new();
    let cp = program(&mut u);
    let m = Machine::new(u.unit);
    assert_eq!(m.code.skipped, vec![]);
    (m, cp)
}

#[test]
fn fib() {
    let (mut m, cp) = one(programs::fib);
    assert_eq!(m.run_fx(cp, &[25]), Ok(75025));
    assert!(m.collections > 0);
}

#[test]
fn tak() {
    let (mut m, cp) = one(programs::tak);
    assert_eq!(m.run_fx(cp, &[18, 12, 6]), Ok(7));
}

#[test]
fn deep_recursion_outlives_collections() {
    let (mut m, cp) = one(programs::deep);
    assert_eq!(m.run_fx(cp, &[1_000_000]), Ok(500_000_500_000));
    assert!(m.collections > 10);
}

#[test]
fn nrev() {
    let (mut m, cp) = one(programs::nrev);
    assert_eq!(m.run_fx(cp, &[400]), Ok(1));
    assert!(m.collections > 0);
}

#[test]
fn unknown_calls() {
    let mut u = Build::new();
    let (start, f, g) = programs::unknown(&mut u);
    let mut m = Machine::new(u.unit);
    let args = [m.closure(f), m.closure(g), Value::fixnum(1000).0];
    assert_eq!(
        m.run(start, &args).map(Value::as_fixnum),
        Ok(500_500 + 1500)
    );
}
