//! Random values: arguments of every sort, sound as programs make them.

use termite_abi::value::{FIXNUM_MAX, FIXNUM_MIN};
use termite_abi::{Kind, Value};
use termite_heap::{Heap, intern};
use termite_ir::mutate::Rng;
use termite_ir::{CpId, CpKind};
use termite_vm::{LoadedUnit, Node};

/// Depth of nested values.
const DEPTH: u32 = 3;

/// Any value, among them procedures of the unit.
pub fn value(node: &mut Node, unit: &LoadedUnit, rng: &mut Rng) -> Value {
    nested(node, unit, rng, DEPTH)
}

fn nested(node: &mut Node, unit: &LoadedUnit, rng: &mut Rng, depth: u32) -> Value {
    match rng.below(if depth == 0 { 8 } else { 16 }) {
        0..3 => fixnum(rng),
        3 => immediate(rng),
        4 => flonum(&mut node.heap, rng),
        5 => text(&mut node.heap, rng),
        6 => procedure(node, unit, rng),
        7 => intern(["a", "point", "string", "condition", ""][rng.below(5)]),
        8 | 9 => list(node, unit, rng, depth - 1),
        10 => pair(node, unit, rng, depth - 1),
        11 | 12 => vector(node, unit, rng, depth - 1),
        13 => number(&mut node.heap, rng),
        14 => bytes(&mut node.heap, rng),
        _ => literal(unit, rng),
    }
}

fn fixnum(rng: &mut Rng) -> Value {
    const EDGES: [i64; 8] = [
        FIXNUM_MAX,
        FIXNUM_MIN,
        -1,
        255,
        256,
        1 << 31,
        1 << 40,
        65536,
    ];
    Value::fixnum(match rng.below(10) {
        0 => EDGES[rng.below(EDGES.len())],
        1 => rng.below(200) as i64 - 100,
        _ => rng.below(9) as i64 - 1,
    })
}

fn immediate(rng: &mut Rng) -> Value {
    const ALL: [Value; 9] = [
        Value::FALSE,
        Value::TRUE,
        Value::NULL,
        Value::EOF,
        Value::VOID,
        Value::DEFAULT,
        Value::UNBOUND,
        Value::KEY_REST,
        Value::KEY_OPTIONAL,
    ];
    match rng.below(12) {
        n if n < ALL.len() => ALL[n],
        n => Value::char(['a', 'Z', '\u{3bb}', '\u{10ffff}', '\0'][n % 5]),
    }
}

fn flonum(heap: &mut Heap, rng: &mut Rng) -> Value {
    const EDGES: [f64; 8] = [
        0.0,
        -0.0,
        f64::NAN,
        f64::INFINITY,
        -1e308,
        5e-324,
        0.5,
        1e18,
    ];
    heap.flonum(if rng.chance(60) {
        EDGES[rng.below(8)]
    } else {
        rng.below(99) as f64 / 8.0
    })
}

/// Numbers that are neither fixnums nor flonums.
fn number(heap: &mut Heap, rng: &mut Rng) -> Value {
    match rng.below(4) {
        0 => heap.object(
            Kind::Ratnum,
            &[Value::fixnum(1 + rng.below(5) as i64 * 7), Value::fixnum(7)],
        ),
        1 => {
            let re = heap.flonum(1.5);
            let im = heap.flonum(-2.0);
            heap.object(Kind::Compnum, &[re, im])
        }
        n => {
            let limbs = [rng.next_u64(), rng.next_u64() | 1 << 63, rng.next_u64() | 1];
            heap.bignum(rng.chance(50), &limbs[..n])
        }
    }
}

fn text(heap: &mut Heap, rng: &mut Rng) -> Value {
    heap.string(["", "abc", "\u{3bb}x", "a longer string of words", "12"][rng.below(5)])
}

fn bytes(heap: &mut Heap, rng: &mut Rng) -> Value {
    let content: Vec<u8> = (0..rng.below(6)).map(|_| rng.next_u64() as u8).collect();
    heap.bytevector(&content)
}

/// A procedure of the unit, or a primitive.
fn procedure(node: &mut Node, unit: &LoadedUnit, rng: &mut Rng) -> Value {
    let open = open_entries(unit);
    match rng.pick(&open) {
        Some(&cp) if rng.chance(60) => unit.closure(cp),
        _ => node
            .code
            .prim_closure(rng.below(node.code.primitives().len()) as u32),
    }
}

/// Entries without free values.
pub fn open_entries(unit: &LoadedUnit) -> Vec<CpId> {
    let open =
        |cp: &CpId| matches!(&unit.control_point(*cp).kind, CpKind::Entry(e) if e.free.is_empty());
    (0..unit.unit.cps.len() as u32)
        .map(CpId)
        .filter(open)
        .collect()
}

fn literal(unit: &LoadedUnit, rng: &mut Rng) -> Value {
    match unit.unit.literals.len() {
        0 => Value::FALSE,
        n => unit.literal(termite_ir::LitId(rng.below(n) as u32)),
    }
}

fn several(node: &mut Node, unit: &LoadedUnit, rng: &mut Rng, depth: u32) -> Vec<Value> {
    (0..rng.below(5))
        .map(|_| nested(node, unit, rng, depth))
        .collect()
}

/// A list, sometimes a circular one.
fn list(node: &mut Node, unit: &LoadedUnit, rng: &mut Rng, depth: u32) -> Value {
    let items = several(node, unit, rng, depth);
    let list = node.heap.list(&items);
    if list.is_pair() && rng.chance(8) {
        node.heap.set_cdr(list, list);
    }
    list
}

fn pair(node: &mut Node, unit: &LoadedUnit, rng: &mut Rng, depth: u32) -> Value {
    let (a, b) = (
        nested(node, unit, rng, depth),
        nested(node, unit, rng, depth),
    );
    node.heap.pair(a, b)
}

fn vector(node: &mut Node, unit: &LoadedUnit, rng: &mut Rng, depth: u32) -> Value {
    let items = several(node, unit, rng, depth);
    node.heap.vector_from(&items)
}
