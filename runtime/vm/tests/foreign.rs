//! Units from strangers: what verifies by itself but does not fit the node is refused.
//! And the limits that such units run under.

use std::sync::Arc;
use termite_abi::Value;
use termite_ir::{CpId, Literal, Unit};
use termite_vm::{Exit, NodeOptions, Tier, Vm};

fn vm() -> Vm {
    let options = NodeOptions {
        tier: Tier::Interp,
        ..NodeOptions::default()
    };
    Vm::new(termite_vm::prims::table(), None, options)
}

fn unit(name: &str, text: &str) -> Arc<Unit> {
    let text = format!(
        "unit \"{name}\"\ninit @init\n{text}\nproc \"init\"\nentry @init (%self)\n  return #t\n"
    );
    Arc::new(termite_ir::parse(&text).unwrap_or_else(|e| panic!("{e}: {text}")))
}

/// A unit that exports a variable and a procedure of two parameters.
fn exporter() -> Arc<Unit> {
    unit(
        "exporter",
        "var *0 \"a\" own\nproc \"two\"\nentry @two (%self %a %b)\n  return %b",
    )
}

/// Loads a unit behind the exporter.
fn load(text: &str) -> Result<(), String> {
    let mut vm = vm();
    vm.load_foreign(exporter(), None).expect("it links");
    let loaded = vm.load_foreign(unit("importer", text), None);
    loaded.map(|_| ()).map_err(|e| e.0)
}

fn refused(text: &str, why: &str) {
    match load(text) {
        Ok(()) => panic!("accepted: {text}"),
        Err(e) => assert!(e.contains(why), "{e}"),
    }
}

/// The line that imports the exporter.
fn import_line() -> String {
    let hash = termite_ir::unit_hash(&exporter());
    let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    format!("import from \"exporter\" 0x{hex}")
}

#[test]
fn imports_must_be_there() {
    let line = import_line();
    let import = |rest: &str| format!("{line}\n{rest}");
    assert_eq!(
        load(&import("import-proc &two import from @0 arity 2")),
        Ok(())
    );
    refused(
        &import("import-proc &two import from @0 arity 1"),
        "does not take exactly 1",
    );
    refused(
        &import("import-proc &two import from @9 arity 2"),
        "no control point",
    );
    assert_eq!(load(&import("var *0 \"a\" import from *0")), Ok(()));
    refused(&import("var *0 \"a\" import from *1"), "no variable");
    refused(&line.replace("exporter", "nobody"), "not loaded");
    let other_code = line.replace("0x", "0xff").replace("0xffff", "0x00");
    refused(&other_code[..line.len()], "not loaded");
}

#[test]
fn primitives_must_fit() {
    let call = |prim: &str, call: &str| {
        format!("prim ~0 {prim}\nproc \"p\"\nentry @p (%self %x)\n  {call}\n  return %x")
    };
    assert_eq!(
        load(&call("\"procedure-name\" alloc", "%n = prim ~0 %x !")),
        Ok(())
    );
    refused(
        &call("\"procedure-name\" alloc", "%n = prim ~0 %x %x !"),
        "does not take 2",
    );
    refused(
        &call("\"procedure-name\" pure", "%n = prim ~0 %x !"),
        "effect class",
    );
    refused(&call("\"no such\" pure", "%n = prim ~0 %x !"), "no such");
    // Calls of one as a value are checked when they happen.
    assert_eq!(
        load(&call("\"procedure-name\" alloc", "%n = eq? ~0 %x")),
        Ok(())
    );
}

#[test]
fn nothing_is_replaced() {
    let mut vm = vm();
    vm.load_foreign(unit("one", ""), None).expect("it links");
    let again = vm.load_foreign(unit("one", ""), None);
    assert!(again.is_err_and(|e| e.0.contains("loaded already")));
}

#[test]
fn what_does_not_verify_is_refused() {
    refused(
        "proc \"p\"\nentry @p (%self)\n  %x = box-ref %self\n  return %x",
        "a box is needed",
    );
}

#[test]
fn fuel_ends_endless_recursion() {
    let mut vm = vm();
    vm.set_fuel(Some(3));
    let text = "proc \"p\"\nentry @p (%self)\n  call-direct @p @p () -> @r ()\nreturn-point @r (%x) live ()\n  return %x";
    let loaded = vm
        .load_foreign(unit("endless", text), None)
        .expect("it links");
    let (exit, _) = vm.call(loaded.closure(CpId(0)), &[]);
    assert_eq!((exit, vm.fuel()), (Exit::Interrupted, Some(0)));
    vm.set_fuel(None);
    assert_eq!(
        vm.call(loaded.closure(loaded.unit.init), &[]).0,
        Exit::Normal
    );
}

#[test]
fn circular_literals_are_whole_whichever_comes_first() {
    let table = "lit $0 vector $1 $0\nlit $1 pair $0 $2\nlit $2 vector $2 $1";
    let shown = |first: u32| {
        let mut vm = vm();
        let loaded = vm
            .load_foreign(unit("circular", table), None)
            .expect("it links");
        assert!(matches!(loaded.unit.literals[0], Literal::Vector(_)));
        loaded.literal(termite_ir::LitId(first));
        let all: Vec<Value> = (0..3)
            .map(|i| loaded.literal(termite_ir::LitId(i)))
            .collect();
        let index = |v: Value| all.iter().position(|x| *x == v);
        let pair = [termite_heap::car(all[1]), termite_heap::cdr(all[1])];
        let vectors =
            [all[0], all[2]].map(|v| termite_heap::fields(v).map(index).collect::<Vec<_>>());
        (vectors, pair.map(index))
    };
    assert_eq!(shown(0), shown(1));
    assert_eq!(shown(0), shown(2));
    assert_eq!(shown(0).0, [[Some(1), Some(0)], [Some(2), Some(1)]]);
    assert_eq!(shown(0).1, [Some(0), Some(2)]);
}

fn primitive(vm: &Vm, name: &str) -> Value {
    let index = vm
        .code
        .primitives()
        .iter()
        .position(|p| p.info.name == name);
    vm.code.prim_closure(index.expect("it exists") as u32)
}

/// `apply` applied to a list that contains `apply` and itself.
#[test]
fn fuel_ends_primitives_that_call_each_other() {
    let mut vm = vm();
    let apply = primitive(&vm, "apply");
    let list = vm.heap.list(&[apply, Value::FALSE]);
    vm.heap.set_car(termite_heap::cdr(list), list);
    vm.set_fuel(Some(1_000_000));
    let (exit, _) = vm.call(apply, &[apply, list]);
    assert_eq!(exit, Exit::Interrupted);
}

/// Raising calls the hook, so that one which raises when called would have no end.
#[test]
fn raise_hooks_take_five_arguments() {
    let mut vm = vm();
    let text = "proc \"four\"\nentry @four (%self %a %b %c %d)\n  return %a\nproc \"five\"\nentry @five (%self %a %b %c %d #!rest %e)\n  return %a";
    let loaded = vm
        .load_foreign(unit("hooks", text), None)
        .expect("it links");
    let set = primitive(&vm, "%set-raise-hook!");
    let mut result = |hook: Value| vm.call(set, &[hook]).0;
    assert_eq!(result(loaded.closure(CpId(0))), Exit::Failed);
    assert_eq!(result(set), Exit::Failed);
    assert_eq!(result(Value::FALSE), Exit::Failed);
    assert_eq!(result(loaded.closure(CpId(1))), Exit::Normal);
}

#[test]
fn values_beyond_what_a_call_can_have_are_refused() {
    let mut vm = vm();
    let text = "proc \"p\"\nentry @p (%self %throw %l)\n  %k = capture\n  call %throw (%k %l)";
    let loaded = vm.load_foreign(unit("many", text), None).expect("it links");
    let throw = primitive(&vm, "%throw-list");
    let list = vm.heap.list(&[Value::TRUE]);
    vm.heap.set_cdr(list, list);
    let (exit, _) = vm.call(loaded.closure(CpId(0)), &[throw, list]);
    assert_eq!(exit, Exit::Failed);
}
