//! Hand-written IR through the interpreter, plain and under zeal.

use std::sync::Arc;
use termite_abi::{Kind, Value};
use termite_ir::{CpId, Unit};
use termite_vm::{Bodies, Exit, NodeOptions, Tier, Vm, Zeal};

fn unit(text: &str) -> Arc<Unit> {
    let unit = termite_ir::parse(text).unwrap_or_else(|e| panic!("{e:?}"));
    termite_ir::verify(&unit).unwrap_or_else(|e| panic!("{e}"));
    Arc::new(unit)
}

fn vm(zeal: Zeal) -> Vm {
    let mut options = NodeOptions {
        tier: Tier::Interp,
        zeal,
        ..NodeOptions::default()
    };
    options.heap.poison = zeal.is_on();
    Vm::new(termite_vm::prims::table(), None, options)
}

/// Runs the unit's init in each mode and checks its value.
fn check(text: &str, expected: Value) {
    let unit = unit(text);
    for zeal in [0, 1, 2, 3] {
        let mut vm = vm(Zeal::level(zeal));
        let loaded = vm
            .load(unit.clone(), Bodies::Present, None)
            .expect("it links");
        let (exit, result) = vm.call(loaded.closure(loaded.unit.init), &[]);
        assert_eq!(exit, Exit::Normal, "zeal {zeal}");
        assert_eq!(result, [expected], "zeal {zeal}");
    }
}

const FIB: &str = r#"
unit "fib"
init @0
proc "main"
entry @0 (%0)
^0:
  call-direct @1 0 (20) !0
proc "fib"
entry @1 (%0 %1)
^0:
  %2 = < %1 2 !0
  branch %2 ^1 ^2
^1:
  return %1
^2:
  %3 = - %1 1 !0
  call-direct @1 0 (%3) -> @2 (%1) !0
return-point @2 (%0) live (%1)
^0:
  %2 = - %1 2 !0
  call-direct @1 0 (%2) -> @3 (%0) !0
return-point @3 (%0) live (%1)
^0:
  %2 = + %0 %1 !0
  return %2
"#;

#[test]
fn fib() {
    check(FIB, Value::fixnum(6765));
}

#[test]
fn deep_recursion_and_lists() {
    let text = r#"
unit "deep"
init @0
proc "main"
entry @0 (%0)
^0:
  call-direct @1 0 (3000) !0
proc "build"
entry @1 (%0 %1)
^0:
  %2 = = %1 0 !0
  branch %2 ^1 ^2
^1:
  return 0
^2:
  %3 = cons %1 #!null
  %4 = - %1 1 !0
  call-direct @1 0 (%4) -> @2 (%3) !0
return-point @2 (%0) live (%1)
^0:
  %2 = car %1 !0
  %3 = + %2 %0 !0
  return %3
"#;
    check(text, Value::fixnum(3000 * 3001 / 2));
}

#[test]
fn closures_boxes_and_loops() {
    let text = r#"
unit "closures"
init @0
proc "main"
entry @0 (%0)
^0:
  %1 = make-box 0
  %2 = make-closure @1 %1
  jump @2 (%2 100)
entry @1 (%0 %1) free (box)
^0:
  %2 = free-ref .0 %0
  %3 = box-ref %2
  %4 = + %3 %1 !0
  box-set! %2 %4
  return %4
jump-point @2 (%0 %1)
^0:
  %2 = = %1 0 !0
  branch %2 ^1 ^2
^1:
  call %0 (0) !0
^2:
  call %0 (%1) -> @3 (%0 %1) !0
return-point @3 (%0) live (%1 %2)
^0:
  %3 = - %2 1 !0
  jump @2 (%1 %3)
"#;
    check(text, Value::fixnum(5050));
}

#[test]
fn two_processes_take_turns() {
    let unit = unit(FIB);
    let mut vm = vm(Zeal::default());
    let loaded = vm.load(unit, Bodies::Present, None).expect("it links");
    let main = loaded.closure(CpId(0));
    let beside = vm.spawn(main, &[]);
    let (exit, result) = vm.call(main, &[]);
    assert_eq!((exit, result), (Exit::Normal, vec![Value::fixnum(6765)]));
    assert_eq!(vm.run_until(beside), Exit::Normal);
}

#[test]
fn an_error_without_handlers_ends_the_process() {
    let text = r#"
unit "bad"
init @0
proc "main"
entry @0 (%0)
^0:
  call 5 (1 2) !0
"#;
    let mut vm = vm(Zeal::default());
    let loaded = vm
        .load(unit(text), Bodies::Present, None)
        .expect("it links");
    let (exit, _) = vm.call(loaded.closure(CpId(0)), &[]);
    assert_eq!(exit, Exit::Failed);
}

#[test]
fn literals_are_static() {
    let text = r#"
unit "literals"
lit $0 string "hé"
lit $1 symbol "x"
lit $2 pair $0 $1
init @0
proc "main"
entry @0 (%0)
^0:
  return $2
"#;
    let mut vm = vm(Zeal::default());
    let loaded = vm
        .load(unit(text), Bodies::Present, None)
        .expect("it links");
    let (_, result) = vm.call(loaded.closure(CpId(0)), &[]);
    assert!(result[0].is_pair());
    assert!(termite_heap::is_kind(
        termite_heap::car(result[0]),
        Kind::String
    ));
    assert_eq!(termite_heap::cdr(result[0]), termite_heap::intern("x"));
}
