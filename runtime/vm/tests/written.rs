//! What is checked of frames, closures and steps in written form, kind by kind.

use std::rc::Rc;
use std::sync::Arc;
use termite_abi::{CpClass, Value};
use termite_ir::{CpId, ProcId, ValueKind};
use termite_vm::written::{
    Place, Refused, Written, check_arguments, check_closure, check_frame, is_for_programs,
};
use termite_vm::{Bodies, LoadedUnit, NodeOptions, Tier, Vm};

/// Control points: 0 entry, 1 return point, 2 clause, 3 next clause, 4 jump point, 5 init.
const UNIT: &str = r#"
unit "kinds"
init @init
proc "f"
entry @f (%self %x)
  %box = make-box %x
  %c = make-closure @one %box %x
  call %x () -> @back (%box %c %x)
return-point @back (%v) live (%box:box %c:@one %x)
  call-direct @one %c ()
entry @one (%self) free (box any) next @two
  return %self
entry @two (%self %a) free (box any)
  jump @spin (%self %a)
jump-point @spin (%self:@two %a)
  jump @spin (%self %a)
proc "init"
entry @init (%self)
  return #!void
"#;

const ENTRY: CpId = CpId(0);
const BACK: CpId = CpId(1);
const ONE: CpId = CpId(2);
const TWO: CpId = CpId(3);
const SPIN: CpId = CpId(4);
const INIT: CpId = CpId(5);

fn node() -> (Vm, Rc<LoadedUnit>) {
    let options = NodeOptions {
        tier: Tier::Interp,
        ..NodeOptions::default()
    };
    let mut vm = Vm::new(termite_vm::prims::table(), None, options);
    let unit = termite_ir::parse(UNIT).unwrap_or_else(|e| panic!("{e}"));
    let loaded = vm.load_foreign(Arc::new(unit), None).expect("it links");
    (vm, loaded)
}

fn place(unit: &LoadedUnit, cp: CpId) -> Place {
    let parent = unit.control_point(cp).proc;
    let id = cp.0 - unit.unit.procs[parent.index()].first.0;
    Place {
        unit: unit.index,
        parent,
        id,
    }
}

fn closure(vm: &mut Vm, unit: &LoadedUnit, cp: CpId, values: &[Value]) -> Value {
    let written = Written {
        place: place(unit, cp),
        values: values.to_vec(),
    };
    vm.rebuild_closure(&written).expect("it fits")
}

#[test]
fn frames_take_values_of_their_kinds() {
    let (mut vm, unit) = node();
    let boxed = vm.heap.boxed(Value::TRUE);
    let pair = vm.heap.pair(Value::TRUE, Value::FALSE);
    let one = closure(&mut vm, &unit, ONE, &[boxed, pair]);
    let two = closure(&mut vm, &unit, TWO, &[boxed, pair]);
    let frame = |values: &[Value]| check_frame(&unit, BACK, values);
    let kind = |index, want| Err(Refused::Kind { index, want });
    assert_eq!(frame(&[boxed, one, pair]), Ok(()));
    assert_eq!(frame(&[pair, one, pair]), kind(0, ValueKind::Box));
    assert_eq!(frame(&[one, one, pair]), kind(0, ValueKind::Box));
    assert_eq!(
        frame(&[boxed, pair, pair]),
        kind(1, ValueKind::Closure(ONE))
    );
    assert_eq!(
        frame(&[boxed, boxed, pair]),
        kind(1, ValueKind::Closure(ONE))
    );
    // A later clause's closure is none of an earlier one.
    assert_eq!(frame(&[boxed, two, pair]), kind(1, ValueKind::Closure(ONE)));
    assert_eq!(frame(&[boxed, one, boxed]), kind(2, ValueKind::Any));
    assert_eq!(
        frame(&[boxed, one]),
        Err(Refused::Count { want: 3, have: 2 })
    );
    let class = |have| {
        Err(Refused::Class {
            want: CpClass::Return,
            have,
        })
    };
    assert_eq!(
        check_frame(&unit, ONE, &[boxed, pair]),
        class(CpClass::Entry)
    );
    assert_eq!(check_frame(&unit, SPIN, &[one, pair]), class(CpClass::Jump));
}

#[test]
fn closures_take_values_of_their_kinds() {
    let (mut vm, unit) = node();
    let boxed = vm.heap.boxed(Value::TRUE);
    let n = Value::fixnum(1);
    assert_eq!(check_closure(&unit, ONE, &[boxed, n]), Ok(()));
    let no_box = Err(Refused::Kind {
        index: 0,
        want: ValueKind::Box,
    });
    assert_eq!(check_closure(&unit, ONE, &[n, n]), no_box);
    assert_eq!(
        check_closure(&unit, ONE, &[boxed]),
        Err(Refused::Count { want: 2, have: 1 })
    );
    let class = Err(Refused::Class {
        want: CpClass::Entry,
        have: CpClass::Return,
    });
    assert_eq!(check_closure(&unit, BACK, &[boxed, n, n]), class);
    // One without free values is the unit's own.
    let open = closure(&mut vm, &unit, INIT, &[]);
    assert_eq!(open, unit.closure(INIT));
    let made = closure(&mut vm, &unit, ONE, &[boxed, n]);
    let written = vm.write_closure(made).expect("it is the unit's");
    assert_eq!(written.place, place(&unit, ONE));
    assert_eq!(written.values, [boxed, n]);
}

#[test]
fn steps_take_arguments_of_their_kinds() {
    let (mut vm, unit) = node();
    let boxed = vm.heap.boxed(Value::TRUE);
    let n = Value::fixnum(1);
    let one = closure(&mut vm, &unit, ONE, &[boxed, n]);
    let two = closure(&mut vm, &unit, TWO, &[boxed, n]);
    // What falls through to a clause comes with the closure of the first.
    assert_eq!(check_arguments(&unit, TWO, &[one, n]), Ok(()));
    assert_eq!(check_arguments(&unit, TWO, &[two, n]), Ok(()));
    assert_eq!(check_arguments(&unit, SPIN, &[one, n]), Ok(()));
    let kind = |cp| {
        Err(Refused::Kind {
            index: 0,
            want: ValueKind::Closure(cp),
        })
    };
    assert_eq!(check_arguments(&unit, ONE, &[two]), kind(ONE));
    assert_eq!(check_arguments(&unit, SPIN, &[n, n]), kind(TWO));
    assert_eq!(check_arguments(&unit, ENTRY, &[n, one]), Ok(()));
    assert_eq!(check_arguments(&unit, BACK, &[n]), Ok(()));
    assert_eq!(
        check_arguments(&unit, BACK, &[]),
        Err(Refused::Count { want: 1, have: 0 })
    );
}

#[test]
fn places_are_looked_up() {
    let (vm, unit) = node();
    let good = place(&unit, INIT);
    assert_eq!(vm.code.locate(good).map(|(_, cp)| cp), Ok(INIT));
    let bad = [
        Place { unit: 7, ..good },
        Place {
            parent: ProcId(2),
            ..good
        },
        Place {
            parent: ProcId(u32::MAX),
            ..good
        },
        Place { id: 1, ..good },
        Place {
            id: u32::MAX,
            ..good
        },
    ];
    for place in bad {
        assert_eq!(
            vm.code.locate(place).map(|(_, cp)| cp),
            Err(Refused::NoPlace(place))
        );
    }
}

/// A closure of another unit is none of this one's, whatever its number.
#[test]
fn kinds_name_control_points_of_one_unit() {
    let (mut vm, first) = node();
    let mut other = termite_ir::parse(UNIT).unwrap_or_else(|e| panic!("{e}"));
    other.name = "other".into();
    let second = vm
        .load(Arc::new(other), Bodies::Present, None)
        .expect("it links");
    let boxed = vm.heap.boxed(Value::TRUE);
    let theirs = closure(&mut vm, &second, ONE, &[boxed, Value::TRUE]);
    let refused = Refused::Kind {
        index: 1,
        want: ValueKind::Closure(ONE),
    };
    assert_eq!(
        check_frame(&first, BACK, &[boxed, theirs, Value::TRUE]),
        Err(refused)
    );
    assert_eq!(
        check_frame(&second, BACK, &[boxed, theirs, Value::TRUE]),
        Ok(())
    );
}

#[test]
fn what_programs_never_hold_is_refused() {
    let (mut vm, _) = node();
    let name = termite_heap::intern("x");
    let hidden = [
        Value::ERROR,
        Value::TOMBSTONE,
        Value::NO_FRAME,
        Value(7),
        vm.heap.boxed(Value::TRUE),
        vm.heap.cell(Value::TRUE, name),
    ];
    assert!(hidden.iter().all(|v| !is_for_programs(*v)));
    let seen = [
        Value::UNBOUND,
        Value::DEFAULT,
        Value::fixnum(-1),
        Value::char('x'),
        name,
        vm.heap.string("s"),
        vm.heap.flonum(0.5),
    ];
    assert!(seen.iter().all(|v| is_for_programs(*v)));
}
