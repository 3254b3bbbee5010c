//! The builder, and what loaders check.

use termite_abi::{Arity, Effect};
use termite_ir::verify::link::{verify_imports, verify_prim_calls, verify_prims};
use termite_ir::*;

/// `(define (count n) (let loop ((i 0)) (if (< i n) (begin (show i) (loop (+ i 1))) i)))`,
/// with control points given out in another order than the final one.
fn count() -> Unit {
    let mut u = UnitBuilder::new("count");
    let show = u.prim("show", Effect::Block);
    let (main, counter) = (u.proc("main"), u.proc("count"));
    let entry = u.entry(counter, 1, &[]);
    let init = u.entry(main, 0, &[]);
    let header = u.jump_point(counter, &[ValueKind::Any; 2]);
    let shown = u.return_point(counter, &[ValueKind::Any; 2]);
    u.set_init(init);
    u.export_proc("count", entry);
    u.set_cp_name(entry, "count");

    let mut s = u.segment(init);
    s.tail_call(Target::Direct(entry, false.into()), &[10.into()]);
    u.define(init, s.finish());

    let mut s = u.segment(entry);
    s.jump(header, &[0.into(), s.param(1)]);
    u.define(entry, s.finish());

    let mut s = u.segment(header);
    let (more, done) = (s.new_block(), s.new_block());
    let less = s.op(Op::Lt, &[s.param(0), s.param(1)]);
    s.branch(less, more, done);
    s.switch_to(done);
    s.ret(s.param(0));
    s.switch_to(more);
    let live = [s.param(0), s.param(1)];
    s.call(Target::Value(Operand::Prim(show)), &live[..1], shown, &live);
    u.define(header, s.finish());

    let mut s = u.segment(shown);
    let next = s.op(Op::Add, &[s.param(1), 1.into()]);
    s.jump(header, &[next, s.param(2)]);
    u.define(shown, s.finish());
    u.finish()
}

#[test]
fn control_points_are_put_in_order() {
    let unit = count();
    verify(&unit).unwrap();
    assert_eq!(unit.init, CpId(0));
    assert_eq!(unit.debug.cp_names, ["", "count", "", ""]);
    let text = "unit \"count\"
prim ~0 \"show\" block
init @0
export \"count\" @1

proc \"main\"

entry @0 (%0)
^0:
  call-direct @1 #f (10) !0

proc \"count\"

entry @1 (%0 %1)  ; \"count\"
^0:
  jump @2 (0 %1)

jump-point @2 (%0 %1)
^0:
  %2 = < %0 %1 !0
  branch %2 ^1 ^2
^1:
  call ~0 (%0) -> @3 (%0 %1) !0
^2:
  return %0

return-point @3 (%0) live (%1 %2)
^0:
  %3 = + %1 1 !0
  jump @2 (%3 %2)

cp-name \"\"
cp-name \"count\"
cp-name \"\"
cp-name \"\"
";
    assert_eq!(print(&unit), text);
}

#[test]
fn tables_are_shared() {
    let mut u = UnitBuilder::new("tables");
    assert_eq!(u.prim("a", Effect::Leaf), u.prim("a", Effect::Leaf));
    let symbol = || Literal::Symbol("s".to_string());
    assert_eq!(u.literal(symbol()), u.literal(symbol()));
    assert_ne!(
        u.literal(Literal::String("s".to_string())),
        u.literal(Literal::String("s".to_string()))
    );
    assert_eq!(u.file("f.scm"), u.file("f.scm"));
    let procs = ["f", "f", "f~2", "f"].map(|name| u.proc(name));
    let unit = u.finish();
    assert_eq!(
        procs.map(|p| unit.procs[p.index()].name.clone()),
        ["f", "f~2", "f~2~2", "f~3"]
    );
}

#[test]
fn imports_must_be_there() {
    let from = count();
    let mut unit = count();
    unit.imports.push(Import {
        name: "count".to_string(),
        hash: unit_hash(&from),
    });
    unit.import_procs.push(ImportProc {
        import: ImportId(0),
        cp: CpId(1),
        arity: 1,
    });
    assert_eq!(verify_imports(&unit, &[&from]), Ok(()));
    let refused = |unit: &Unit| verify_imports(unit, &[&from]).unwrap_err().to_string();
    unit.import_procs[0].arity = 2;
    assert_eq!(
        refused(&unit),
        "import-proc &0: @1 does not take exactly 2 arguments"
    );
    unit.import_procs[0].cp = CpId(2);
    assert_eq!(refused(&unit), "import-proc &0: @2 is no entry");
    unit.import_procs.clear();
    unit.vars.push(Var {
        name: "x".to_string(),
        kind: VarKind::Import(ImportId(0), VarId(0)),
    });
    assert_eq!(refused(&unit), "var *0: there is no variable *0");
    assert_eq!(
        verify_imports(&unit, &[]).unwrap_err().to_string(),
        "unit: not one unit for each import"
    );
}

#[test]
fn primitives_must_be_what_was_recorded() {
    let samples = fuzz::samples();
    let records = samples.iter().find(|u| u.name == "records").unwrap();
    let table = |name: &str| match name {
        "list" => Some((Arity::at_least(0), Effect::Alloc)),
        "abs" => Some((Arity::exactly(1), Effect::Pure)),
        "sort" => Some((Arity::exactly(2), Effect::Block)),
        _ => None,
    };
    assert_eq!(verify_prims(records, &table), Ok(()));
    let calls = |lookup| verify_prim_calls(records, CpId(0), &records.cps[0], lookup);
    assert_eq!(calls(&table), Ok(()));
    let e = verify_prims(records, &|_| Some((Arity::exactly(1), Effect::Alloc))).unwrap_err();
    assert_eq!(e.to_string(), "prim ~1: abs has another effect class");
    let e = verify_prims(records, &|_| None).unwrap_err();
    assert_eq!(e.to_string(), "prim ~0: there is no primitive list");
    let e = calls(&|_| Some((Arity::exactly(1), Effect::Pure))).unwrap_err();
    assert_eq!(
        e.to_string(),
        "@0 ^1 inst 2: list does not take 32 arguments"
    );
}
