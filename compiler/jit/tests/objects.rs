//! Pairs, vectors, strings, records, variables: each operation on what it takes, on what
//! it does not, and the write barrier.

mod support;

use support::build::*;
use support::machine::*;
use termite_abi::object::{Header, Kind};
use termite_abi::value::*;
use termite_abi::{Effect, Value};
use termite_ir::*;

fn f(n: i64) -> u64 {
    Value::fixnum(n).0
}

/// A unit whose only entry applies `op` to its parameters.
fn unit_of(op: Op, params: u16, imm: u32) -> (Unit, CpId) {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, params, &[], |s, p| {
        let r = s.op_imm(op, &p[1..], imm);
        let r = if op.result() == op::Res::None {
            fx(1)
        } else {
            r
        };
        s.ret(&[r]);
    });
    (u.unit, cp)
}

fn machine_of(op: Op, params: u16) -> (Machine, CpId) {
    let (unit, cp) = unit_of(op, params, 0);
    let m = Machine::new(unit);
    assert_eq!(m.code.skipped, vec![]);
    (m, cp)
}

/// One value of each sort.
fn sorts(m: &mut Machine) -> Vec<(&'static str, u64)> {
    let record_type = m.record_type(Value::FALSE.0, 1);
    let header = |k, n| Header::new(k, n, 0).0;
    vec![
        ("fixnum", f(5)),
        ("pair", m.permanent(&[f(1), f(2)], TAG_PAIR)),
        ("flonum", m.flonum(1.5)),
        ("vector", m.vector(&[f(10), f(11), f(12)])),
        ("string", m.string("aé")),
        ("bytevector", m.bytes(&[7, 8, 255])),
        (
            "symbol",
            m.permanent(&[header(Kind::Symbol, 3), 0, 0, 0], TAG_OBJECT),
        ),
        (
            "record",
            m.permanent(&[header(Kind::Record, 2), record_type, f(3)], TAG_OBJECT),
        ),
        ("procedure", m.closure(CpId(0))),
        ("frame", m.halt),
        ("false", Value::FALSE.0),
        ("true", Value::TRUE.0),
        ("null", Value::NULL.0),
        ("eof", Value::EOF.0),
        ("default", Value::DEFAULT.0),
        ("void", Value::VOID.0),
        ("char", Value::char('x').0),
    ]
}

const PREDICATES: &[(Op, &[&str])] = &[
    (Op::Not, &["false"]),
    (Op::IsNull, &["null"]),
    (Op::IsPair, &["pair"]),
    (Op::IsFixnum, &["fixnum"]),
    (Op::IsFlonum, &["flonum"]),
    (Op::IsChar, &["char"]),
    (Op::IsBoolean, &["false", "true"]),
    (Op::IsSymbol, &["symbol"]),
    (Op::IsString, &["string"]),
    (Op::IsVector, &["vector"]),
    (Op::IsBytevector, &["bytevector"]),
    (Op::IsProcedure, &["procedure"]),
    (Op::IsEof, &["eof"]),
    (Op::IsDefault, &["default"]),
];

#[test]
fn predicates_as_values() {
    for &(op, wanted) in PREDICATES {
        let (mut m, cp) = machine_of(op, 1);
        for (sort, word) in sorts(&mut m) {
            let result = m.run(cp, &[word]).unwrap();
            assert_eq!(result, Value::bool(wanted.contains(&sort)), "{op:?} {sort}");
        }
    }
}

#[test]
fn predicates_as_conditions_and_what_follows_from_them() {
    for &(op, wanted) in PREDICATES {
        let mut u = Build::new();
        let cp = u.declare();
        u.entry(cp, 1, &[], |s, p| {
            let c = s.op(op, &[p[1]]);
            let again = |s: &mut Seg, yes: i64, no: i64| {
                let c = s.op(op, &[p[1]]);
                s.branch(c, |s| s.ret(&[fx(yes)]), |s| s.ret(&[fx(no)]));
            };
            s.branch(c, |s| again(s, 1, 2), |s| again(s, 3, 4));
        });
        let mut m = Machine::new(u.unit);
        for (sort, word) in sorts(&mut m) {
            let wanted = if wanted.contains(&sort) { 1 } else { 4 };
            assert_eq!(
                m.run(cp, &[word]).map(Value::as_fixnum),
                Ok(wanted),
                "{op:?} {sort}"
            );
        }
    }
}

#[test]
fn negated_conditions() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 2, &[], |s, p| {
        let c = s.op(Op::Lt, &[p[1], p[2]]);
        let c = s.op(Op::Not, &[c]);
        let c = s.op(Op::Not, &[c]);
        let c = s.op(Op::Not, &[c]);
        s.branch(c, |s| s.ret(&[fx(1)]), |s| s.ret(&[fx(2)]));
    });
    let mut m = Machine::new(u.unit);
    assert_eq!(m.run_fx(cp, &[1, 2]), Ok(2));
    assert_eq!(m.run_fx(cp, &[2, 1]), Ok(1));
}

/// Runs `op` on every tuple of sorts whose first is not `sort`: all must raise.
fn raises_on_other_sorts(op: Op, sort: &str, rest: &[u64]) {
    let (mut m, cp) = machine_of(op, 1 + rest.len() as u16);
    for (other, word) in sorts(&mut m) {
        let mut args = vec![word];
        args.extend(rest);
        let result = m.run(cp, &args);
        assert_eq!(result.is_ok(), other == sort, "{op:?} {other}");
    }
}

#[test]
fn operations_check_their_first_operand() {
    raises_on_other_sorts(Op::Car, "pair", &[]);
    raises_on_other_sorts(Op::Cdr, "pair", &[]);
    raises_on_other_sorts(Op::SetCar, "pair", &[f(1)]);
    raises_on_other_sorts(Op::SetCdr, "pair", &[f(1)]);
    raises_on_other_sorts(Op::VectorRef, "vector", &[f(1)]);
    raises_on_other_sorts(Op::VectorSet, "vector", &[f(1), f(1)]);
    raises_on_other_sorts(Op::VectorLength, "vector", &[]);
    raises_on_other_sorts(Op::StringRef, "string", &[f(1)]);
    raises_on_other_sorts(Op::StringLength, "string", &[]);
    raises_on_other_sorts(Op::ByteRef, "bytevector", &[f(1)]);
    raises_on_other_sorts(Op::ByteSet, "bytevector", &[f(1), f(1)]);
    raises_on_other_sorts(Op::ByteLength, "bytevector", &[]);
    raises_on_other_sorts(Op::CharToInteger, "char", &[]);
}

#[test]
fn indices_are_bounded_and_fixnums() {
    for (op, rest) in [
        (Op::VectorRef, vec![]),
        (Op::VectorSet, vec![f(1)]),
        (Op::ByteRef, vec![]),
        (Op::ByteSet, vec![f(1)]),
        (Op::StringRef, vec![]),
    ] {
        let (mut m, cp) = machine_of(op, 2 + rest.len() as u16);
        let object = match op {
            Op::VectorRef | Op::VectorSet => m.vector(&[f(10), f(11), f(12)]),
            Op::StringRef => m.string("abc"),
            _ => m.bytes(&[1, 2, 3]),
        };
        for (index, good) in [
            (f(0), true),
            (f(2), true),
            (f(3), false),
            (f(-1), false),
            (f(FIXNUM_MIN), false),
            (f(1) + 1, false),
            (Value::NULL.0, false),
        ] {
            let mut args = vec![object, index];
            args.extend(&rest);
            assert_eq!(m.run(cp, &args).is_ok(), good, "{op:?} {index:x}");
        }
    }
}

#[test]
fn constant_indices_are_bounded() {
    let mut u = Build::new();
    let cps: Vec<CpId> = [0, 2, 3, -1, 1 << 30]
        .map(|i| {
            let cp = u.declare();
            u.entry(cp, 1, &[], |s, p| {
                let r = s.op(Op::VectorRef, &[p[1], fx(i)]);
                s.ret(&[r]);
            });
            cp
        })
        .to_vec();
    let mut m = Machine::new(u.unit);
    let v = m.vector(&[f(10), f(11), f(12)]);
    let results: Vec<Option<i64>> = cps
        .iter()
        .map(|&cp| m.run(cp, &[v]).ok().map(Value::as_fixnum))
        .collect();
    assert_eq!(results, [Some(10), Some(12), None, None, None]);
}

#[test]
fn elements_are_read_and_written() {
    let (mut m, cp) = machine_of(Op::VectorSet, 3);
    let v = m.vector(&[f(10), f(11), f(12)]);
    m.run(cp, &[v, f(1), f(99)]).unwrap();
    assert_eq!(show(Value(v)), "#<vector 10 99 12>");
    let (mut m, cp) = machine_of(Op::ByteSet, 3);
    let b = m.bytes(&[1, 2, 3]);
    m.run(cp, &[b, f(2), f(255)]).unwrap();
    assert!(m.run(cp, &[b, f(2), f(256)]).is_err());
    assert!(m.run(cp, &[b, f(2), f(-1)]).is_err());
    let (mut m2, cp) = machine_of(Op::ByteRef, 2);
    assert_eq!(m2.run(cp, &[b, f(2)]).map(Value::as_fixnum), Ok(255));
    assert_eq!(m2.run(cp, &[b, f(0)]).map(Value::as_fixnum), Ok(1));
}

#[test]
fn literals_cannot_be_written() {
    let mut u = Build::new();
    let (one, two) = (LitId(0), LitId(0));
    u.literal(Literal::Fixnum(1));
    let v = u.literal(Literal::Vector(vec![one, two]));
    let (set, get) = (u.declare(), u.declare());
    u.entry(set, 0, &[], |s, _| {
        s.op(Op::VectorSet, &[v, fx(0), fx(5)]);
        s.ret(&[fx(0)]);
    });
    u.entry(get, 0, &[], |s, _| {
        let r = s.op(Op::VectorRef, &[v, fx(0)]);
        s.ret(&[r]);
    });
    let mut m = Machine::new(u.unit);
    assert!(m.run(set, &[]).is_err());
    assert_eq!(m.run_fx(get, &[]), Ok(1));
}

#[test]
fn strings_narrow_and_wide() {
    let (mut m, cp) = machine_of(Op::StringRef, 2);
    for text in ["héllo", "λx→😀"] {
        let s = m.string(text);
        for (i, c) in text.chars().enumerate() {
            assert_eq!(m.run(cp, &[s, f(i as i64)]).unwrap(), Value::char(c));
        }
    }
    let (mut m, cp) = machine_of(Op::StringLength, 1);
    let s = m.string("λx→😀");
    assert_eq!(m.run(cp, &[s]).map(Value::as_fixnum), Ok(4));
}

#[test]
fn characters_and_integers() {
    let (mut m, cp) = machine_of(Op::CharToInteger, 1);
    for c in ['\0', 'a', '\u{d7ff}', '\u{e000}', '\u{10ffff}'] {
        assert_eq!(
            m.run(cp, &[Value::char(c).0]).map(Value::as_fixnum),
            Ok(c as i64)
        );
    }
    let (mut m, cp) = machine_of(Op::IntegerToChar, 1);
    for n in [
        0, 97, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0x10ffff, 0x110000, -1,
    ] {
        let wanted = u32::try_from(n)
            .ok()
            .and_then(char::from_u32)
            .map(Value::char);
        assert_eq!(m.run(cp, &[f(n)]).ok(), wanted, "{n:x}");
    }
    assert!(m.run(cp, &[Value::NULL.0]).is_err());
}

// -- records --

fn record(m: &mut Machine, rtd: u64, fields: &[u64]) -> u64 {
    let mut words = vec![Header::new(Kind::Record, 1 + fields.len() as u64, 0).0, rtd];
    words.extend(fields);
    m.permanent(&words, TAG_OBJECT)
}

#[test]
fn records_and_derived_types() {
    let (unit, get) = unit_of(Op::RecordRef, 3, 1);
    let mut m = Machine::new(unit);
    let base = m.record_type(Value::FALSE.0, 2);
    let derived = m.record_type(base, 3);
    let other = m.record_type(Value::FALSE.0, 2);
    let name = Value::FALSE.0;
    let mine = record(&mut m, base, &[f(1), f(2)]);
    let child = record(&mut m, derived, &[f(3), f(4), f(5)]);
    let stranger = record(&mut m, other, &[f(1), f(2)]);
    let short = record(&mut m, base, &[f(1)]);
    assert_eq!(m.run(get, &[mine, base, name]).map(Value::as_fixnum), Ok(2));
    assert_eq!(
        m.run(get, &[child, base, name]).map(Value::as_fixnum),
        Ok(4)
    );
    assert!(m.run(get, &[stranger, base, name]).is_err());
    assert!(m.run(get, &[f(1), base, name]).is_err());
    // A record that is too short goes to the primitive, which here reads what lies behind.
    let _ = m.run(get, &[short, base, name]);
    let vector = m.vector(&[base, f(1), f(2)]);
    assert!(m.run(get, &[vector, base, name]).is_err());

    let (unit, is) = unit_of(Op::IsRecord, 2, 0);
    let mut m = Machine::new(unit);
    let mut is = |object, rtd| m.run(is, &[object, rtd]).unwrap() == Value::TRUE;
    assert!(is(mine, base) && is(child, base) && is(child, derived));
    assert!(!is(mine, derived) && !is(stranger, base) && !is(f(1), base) && !is(vector, base));
}

#[test]
fn record_fields_are_written() {
    let (unit, set) = unit_of(Op::RecordSet, 4, 1);
    let mut m = Machine::new(unit);
    let base = m.record_type(Value::FALSE.0, 2);
    let derived = m.record_type(base, 3);
    let name = Value::FALSE.0;
    let mine = record(&mut m, base, &[f(1), f(2)]);
    let child = record(&mut m, derived, &[f(3), f(4), f(5)]);
    assert!(m.run(set, &[mine, base, name, f(20)]).is_ok());
    assert!(m.run(set, &[child, base, name, f(40)]).is_ok());
    assert!(m.run(set, &[f(0), base, name, f(40)]).is_err());
    assert_eq!(
        (get(mine - TAG_OBJECT + 24), get(child - TAG_OBJECT + 24)),
        (f(20), f(40))
    );
}

#[test]
fn records_are_made_of_record_types_only() {
    for count in [2u16, 9] {
        let mut u = Build::new();
        let cp = u.declare();
        u.entry(cp, 1, &[], |s, p| {
            let mut args = vec![p[1]];
            args.extend((0..count).map(|i| fx(i64::from(i))));
            let r = s.op(Op::MakeRecord, &args);
            let x = s.op_imm(Op::RecordRef, &[r, p[1], fx(0)], u32::from(count) - 1);
            s.ret(&[x]);
        });
        let mut m = Machine::new(u.unit);
        let right = m.record_type(Value::FALSE.0, i64::from(count));
        let wrong = m.record_type(Value::FALSE.0, 3);
        assert_eq!(
            m.run(cp, &[right]).map(Value::as_fixnum),
            Ok(i64::from(count) - 1)
        );
        for bad in [wrong, f(0), Value::FALSE.0] {
            assert_eq!(m.run(cp, &[bad]), Err(Stop::Raised { site: 3 << 32 | 7 }));
        }
        let vector = m.vector(&[f(0), f(0), f(0), f(0), f(i64::from(count))]);
        assert!(m.run(cp, &[vector]).is_err());
    }
}

// -- variables --

#[test]
fn toplevel_variables() {
    let mut u = Build::new();
    let x = u.var("x");
    let (define, set, get, peek) = (u.declare(), u.declare(), u.declare(), u.declare());
    u.entry(define, 1, &[], |s, p| {
        s.op_imm(Op::CellDefine, &[p[1]], x);
        s.ret(&[fx(0)]);
    });
    u.entry(set, 1, &[], |s, p| {
        s.op_imm(Op::CellSet, &[p[1]], x);
        s.ret(&[fx(0)]);
    });
    u.entry(get, 0, &[], |s, _| {
        let v = s.op_imm(Op::CellRefChecked, &[], x);
        s.ret(&[v]);
    });
    u.entry(peek, 0, &[], |s, _| {
        let v = s.op_imm(Op::CellRef, &[], x);
        s.ret(&[v]);
    });
    let mut m = Machine::new(u.unit);
    assert!(m.run(set, &[f(1)]).is_err());
    assert!(m.run(get, &[]).is_err());
    assert_eq!(m.run(peek, &[]), Ok(Value::UNBOUND));
    assert!(m.run(define, &[f(1)]).is_ok());
    assert_eq!(m.run_fx(get, &[]), Ok(1));
    assert!(m.run(set, &[f(2)]).is_ok());
    assert_eq!(m.run_fx(get, &[]), Ok(2));
}

#[test]
fn boxes() {
    let mut u = Build::new();
    let cp = u.declare();
    u.entry(cp, 2, &[], |s, p| {
        let b = s.op(Op::MakeBox, &[p[1]]);
        let x = s.op(Op::BoxRef, &[b]);
        s.op(Op::BoxSet, &[b, p[2]]);
        let y = s.op(Op::BoxRefChecked, &[b]);
        let l = s.op(Op::Cons, &[x, y]);
        s.ret(&[l]);
    });
    let (mut m, r) = Machine::check(u.unit, cp, &[f(1), f(2)]);
    assert_eq!(r.map(show), Ok("(1 . 2)".into()));
    assert!(m.run(cp, &[f(1), Value::UNBOUND.0]).is_err());
}

#[test]
fn old_objects_with_young_values_are_remembered() {
    let mut u = Build::new();
    let x = u.var("x");
    let cp = u.declare();
    u.entry(cp, 3, &[], |s, p| {
        let young = s.op(Op::Cons, &[fx(1), fx(2)]);
        s.op(Op::SetCar, &[p[1], young]);
        s.op(Op::VectorSet, &[p[2], fx(0), young]);
        s.op_imm(Op::CellDefine, &[young], x);
        // No need for these: a young object, an old value, no pointer.
        s.op(Op::SetCar, &[young, young]);
        s.op(Op::SetCdr, &[p[1], p[2]]);
        s.op(Op::SetCdr, &[p[1], fx(3)]);
        s.op(Op::SetCar, &[p[3], young]);
        s.ret(&[young]);
    });
    let mut m = Machine::new(u.unit);
    let pair = m.permanent(&[f(1), f(2)], TAG_PAIR);
    let vector = m.vector(&[f(1), f(2)]);
    let young_pair = m.ctx.alloc | TAG_PAIR;
    put(young_pair - TAG_PAIR, f(0));
    put(young_pair - TAG_PAIR + 8, f(0));
    m.ctx.alloc += 16;
    let young = m.run(cp, &[pair, vector, young_pair]).unwrap();
    let cell = m.cell(0);
    let slots = m.remembered.clone();
    assert_eq!(slots.len(), 3, "{slots:x?}");
    assert_eq!(slots[..2], [pair - TAG_PAIR, vector - TAG_OBJECT + 8]);
    assert!(slots.iter().all(|&s| get(s) == young.0) && cell == young.0);
    assert_eq!(get(young_pair - TAG_PAIR), young.0);
}

// -- primitives --

#[test]
fn primitives_take_any_number_of_arguments() {
    let mut u = Build::new();
    let (sum, list, fail) = (
        u.prim("sum", Effect::Leaf),
        u.prim("list", Effect::Alloc),
        u.prim("fail", Effect::Leaf),
    );
    let (cp, bad) = (u.declare(), u.declare());
    u.entry(cp, 8, &[], |s, p| {
        let n = s.op_imm(Op::Prim, &p[1..], sum);
        let z = s.op_imm(Op::Prim, &[], sum);
        let l = s.op_imm(Op::Prim, &[n, z, p[8]], list);
        // Values stay where they are across a call, and memory is not handed out twice.
        let pair = s.op(Op::Cons, &[l, p[7]]);
        let m = s.op_imm(Op::Prim, &[pair, n], list);
        s.ret(&[m]);
    });
    u.entry(bad, 1, &[], |s, p| {
        let r = s.op_imm(Op::Prim, &[p[1]], fail);
        s.ret(&[r]);
    });
    let args: Vec<u64> = (1..=8).map(f).collect();
    let (mut m, r) = Machine::check(u.unit, cp, &args);
    assert_eq!(
        r.map(show).unwrap(),
        "(((36 . (0 . (8 . ()))) . 7) . (36 . ()))"
    );
    assert_eq!(m.run(bad, &[f(1)]), Err(Stop::Raised { site: 3 << 32 | 7 }));
    assert_eq!(m.ctx.k, m.halt);
}
