//! The strip pass: constants that look like frame set-up, spilling segments, and
//! functions that it must refuse.
//!
//! Unsafe here: calls code that was stripped.

mod support;

use support::build::*;
use support::machine::*;
use termite_abi::{Effect, Value};
use termite_ir::*;
use termite_jit::Unstrippable;
use termite_jit::strip::strip;

fn f(n: i64) -> u64 {
    Value::fixnum(n).0
}

/// Bytes of prologues, epilogues and tail jumps, as constants of eight bytes.
const PATTERNS: &[[u8; 8]] = &[
    [0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x10],
    [0x48, 0x89, 0xec, 0x5d, 0xe9, 0x00, 0x00, 0x00],
    [0x5d, 0xff, 0xe0, 0x48, 0x89, 0xec, 0x5d, 0xe9],
    [0x48, 0x83, 0xc4, 0x10, 0x48, 0x89, 0xec, 0x5d],
    [0x89, 0xec, 0x5d, 0xff, 0xe0, 0x55, 0x48, 0x89],
    [0xe9, 0x48, 0x89, 0xec, 0x5d, 0xc3, 0x55, 0x00],
];

#[test]
fn integer_constants_survive() {
    for pattern in PATTERNS {
        // As a word, and as the integer whose word holds it.
        let n = i64::from_le_bytes(*pattern) >> 3;
        let mut u = Build::new();
        let (cp, id) = (u.declare(), u.declare());
        u.entry(id, 2, &[], |s, p| {
            let l = s.op(Op::Cons, &[p[1], p[2]]);
            s.ret(&[l]);
        });
        u.entry(cp, 1, &[], |s, p| {
            let x = s.op(Op::BitXor, &[p[1], fx(n)]);
            s.tail(id, &[x, fx(n)]);
        });
        let (_, r) = Machine::check(u.unit, cp, &[f(1)]);
        assert_eq!(r.map(show), Ok(format!("({} . {n})", n ^ 1)));
    }
}

#[test]
fn float_constants_survive() {
    for pattern in PATTERNS {
        let x = f64::from_le_bytes(*pattern);
        let mut u = Build::new();
        let cp = u.declare();
        let literal = u.literal(Literal::Flonum(x.to_bits()));
        u.entry(cp, 1, &[], |s, p| {
            let a = s.op(Op::FlMul, &[p[1], literal]);
            let b = s.op(Op::FlAdd, &[a, literal]);
            let l = s.op(Op::Cons, &[a, b]);
            s.ret(&[l]);
        });
        let mut m = Machine::new(u.unit);
        assert_eq!(m.code.skipped, vec![]);
        assert!(m.code.segments[0].has_constants);
        let two = m.flonum(2.0);
        assert_eq!(
            m.run(cp, &[two]).map(show),
            Ok(format!("({:?} . {:?})", x * 2.0, x * 2.0 + x))
        );
    }
}

/// A segment that keeps `n` sums alive across a call, in registers and spill slots.
fn spilling(n: usize) -> (Unit, CpId) {
    let mut u = Build::new();
    let sum = u.prim("sum", Effect::Leaf);
    let cp = u.declare();
    u.entry(cp, 4, &[], |s, p| {
        let mut all = vec![];
        for i in 0..n {
            let x = s.op(Op::Add, &[p[1 + i % 4], fx(i as i64)]);
            all.push(x);
        }
        let t = s.op_imm(Op::Prim, &[p[1], p[2]], sum);
        let mut total = t;
        for &x in &all {
            total = s.op(Op::Add, &[total, x]);
        }
        let t = s.op_imm(Op::Prim, &[total, all[0]], sum);
        s.ret(&[t]);
    });
    (u.unit, cp)
}

#[test]
fn spilling_segments_strip() {
    for n in [8, 40, 300] {
        let (unit, cp) = spilling(n);
        let (_, r) = Machine::check(unit, cp, &[f(1), f(2), f(3), f(4)]);
        let sums: i64 = (0..n as i64).map(|i| 1 + i % 4 + i).sum();
        assert_eq!(r.map(Value::as_fixnum), Ok(1 + 2 + sums + 1));
    }
}

#[test]
fn too_many_spills_are_refused_and_direct_jumps_find_the_way() {
    let mut u = Build::new();
    let sum = u.prim("sum", Effect::Leaf);
    let vars: Vec<u32> = (0..2500).map(|i| u.var(&format!("x{i}"))).collect();
    let big = u.declare();
    u.entry(big, 4, &[], |s, _| {
        let values: Vec<Operand> = vars
            .iter()
            .map(|&x| s.op_imm(Op::CellRef, &[], x))
            .collect();
        s.op_imm(Op::Prim, &[], sum);
        let n = s.op_imm(Op::Prim, &values, sum);
        s.ret(&[n]);
    });
    let caller = u.declare();
    u.entry(caller, 4, &[], |s, p| s.tail(big, &p[1..]));
    let mut m = Machine::new(u.unit);
    use termite_jit::Skipped;
    assert_eq!(
        m.code.skipped,
        vec![(big, Skipped::Unstrippable(Unstrippable::TooManySpills))]
    );
    assert_eq!(m.code.stats.unstrippable, 1);
    assert_eq!(m.code.missing.len(), 1);
    // The caller reaches the interpreter's thunk through the descriptor.
    m.ctx.args[0] = 0;
    m.ctx.args[1..5].copy_from_slice(&[1, 2, 3, 4].map(f));
    m.ctx.k = m.halt;
    m.ctx.cp = m.descriptors[caller.index()];
    let ctx: *mut termite_abi::VmContext = &mut *m.ctx;
    // SAFETY: prepared, and the arguments fit.
    unsafe { termite_jit::enter(ctx) };
    assert_eq!(m.ctx.reason, termite_abi::ExitReason::Interpret as u64);
    assert!(std::ptr::eq(m.ctx.cp, m.descriptors[big.index()]));
    assert_eq!(m.ctx.args[1..5], [1, 2, 3, 4].map(f));
}

#[test]
fn floats_are_spilled_too() {
    let mut u = Build::new();
    let sum = u.prim("sum", Effect::Leaf);
    let cp = u.declare();
    u.entry(cp, 2, &[], |s, p| {
        let mut all = vec![p[1]];
        for i in 0..30 {
            let x = s.op(Op::FlAdd, &[all[i], p[2]]);
            all.push(x);
        }
        s.op_imm(Op::Prim, &[fx(1)], sum);
        let mut total = all[0];
        for &x in &all {
            total = s.op(Op::FlAdd, &[total, x]);
        }
        s.ret(&[total]);
    });
    let mut m = Machine::new(u.unit);
    let args = [m.flonum(1.0), m.flonum(0.5)];
    let wanted: f64 = 1.0 + (0..=30).map(|i| 1.0 + 0.5 * f64::from(i)).sum::<f64>();
    assert_eq!(m.run(cp, &args).map(show), Ok(format!("{wanted:?}")));
}

// -- the pass by itself --

const PROLOGUE: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];
const EPILOGUE: [u8; 4] = [0x48, 0x89, 0xec, 0x5d];

fn function(body: &[u8]) -> (Vec<u8>, Vec<u32>) {
    let mut code = PROLOGUE.to_vec();
    code.extend(body);
    code.extend(EPILOGUE);
    code.extend([0xe9, 1, 2, 3, 4]);
    let end = code.len() as u32;
    (code, vec![end])
}

fn refused(body: &[u8]) -> Unstrippable {
    let (code, ends) = function(body);
    strip(&code, &ends, &mut []).unwrap_err()
}

fn stripped(body: &[u8]) -> Vec<u8> {
    let (code, ends) = function(body);
    strip(&code, &ends, &mut []).unwrap().code
}

const JUMP: [u8; 5] = [0xe9, 1, 2, 3, 4];

#[test]
fn nothing_is_left_of_the_frame() {
    let (code, ends) = function(&[0x48, 0x89, 0xf2]);
    let mut relocs = [ends[0] - 4];
    let stripped = strip(&code, &ends, &mut relocs).unwrap();
    assert_eq!(stripped.code, [&[0x48, 0x89, 0xf2][..], &JUMP].concat());
    assert_eq!(relocs, [4]);
    assert!(!stripped.has_constants);
}

#[test]
fn branches_are_short_where_they_reach() {
    // jne +3 (long form) over mov rdx, rsi
    let near = stripped(&[0x0f, 0x85, 3, 0, 0, 0, 0x48, 0x89, 0xf2]);
    assert_eq!(near, [&[0x75, 3, 0x48, 0x89, 0xf2][..], &JUMP].concat());
    // The same over 130 bytes stays long; jmp too.
    let mut body = vec![0x0f, 0x85, 135, 0, 0, 0, 0xe9, 130, 0, 0, 0];
    body.extend([0x48, 0x89, 0xf2].repeat(43));
    body.push(0x90);
    let far = stripped(&body);
    assert_eq!(far[..11], body[..11]);
    assert_eq!(far.len(), body.len() + JUMP.len());
}

#[test]
fn a_branch_back_keeps_its_target() {
    // mov rdx, rsi; jne -9; the epilogue in between is another way out
    let mut code = PROLOGUE.to_vec();
    code.extend([0x48, 0x89, 0xf2, 0x0f, 0x84, 9, 0, 0, 0]);
    code.extend(EPILOGUE);
    code.extend(JUMP);
    let first = code.len() as u32;
    code.extend([0x0f, 0x85, 0xe8, 0xff, 0xff, 0xff]);
    code.extend(EPILOGUE);
    code.extend(JUMP);
    let ends = [first, code.len() as u32];
    let out = strip(&code, &ends, &mut []).unwrap().code;
    let wanted = [
        &[0x48, 0x89, 0xf2, 0x74, 5][..],
        &JUMP,
        &[0x75, 0xf4],
        &JUMP,
    ]
    .concat();
    assert_eq!(out, wanted);
}

#[test]
fn overflow_is_branched_on_directly() {
    // add rsi, rdx; seto cl; test cl, cl; jne over mov rdx, rsi
    let body = [
        0x48, 0x01, 0xd6, 0x0f, 0x90, 0xc1, 0x84, 0xc9, 0x0f, 0x85, 3, 0, 0, 0, 0x48, 0x89, 0xf2,
    ];
    let out = stripped(&body);
    assert_eq!(
        out,
        [&[0x48, 0x01, 0xd6, 0x70, 3, 0x48, 0x89, 0xf2][..], &JUMP].concat()
    );
    // Another register is tested: left alone.
    let mut other = body;
    other[7] = 0xd2;
    assert_eq!(stripped(&other)[3..8], [0x0f, 0x90, 0xc1, 0x84, 0xd2]);
}

#[test]
fn constants_keep_their_alignment_and_distance() {
    // movsd xmm0, [rip + 9 + 16]: behind the epilogue and its jump, at offset 48 - 4.
    let mut code = PROLOGUE.to_vec();
    code.extend([0xf2, 0x0f, 0x10, 0x05, 0, 0, 0, 0]);
    code.extend(EPILOGUE);
    code.extend(JUMP);
    let ends = [code.len() as u32];
    code.resize(32, 0xcc);
    code.extend(1.5f64.to_le_bytes());
    code[8..12].copy_from_slice(&(32 - 12i32).to_le_bytes());
    let out = strip(&code, &ends, &mut []).unwrap();
    assert!(out.has_constants);
    let distance = i32::from_le_bytes(out.code[4..8].try_into().unwrap());
    let at = 8 + distance as usize;
    assert_eq!(at % 32, 0);
    assert_eq!(out.code[at..at + 8], 1.5f64.to_le_bytes());
}

#[test]
fn other_forms_are_refused() {
    // mov rbp, rax
    assert_eq!(refused(&[0x48, 0x89, 0xc5]), Unstrippable::StackUse);
    // mov rax, [rbp - 8]
    assert_eq!(refused(&[0x48, 0x8b, 0x45, 0xf8]), Unstrippable::StackUse);
    // mov rax, [rsp]: outside of a frame of no bytes
    assert_eq!(refused(&[0x48, 0x8b, 0x04, 0x24]), Unstrippable::StackUse);
    // push rax
    assert_eq!(refused(&[0x50]), Unstrippable::StackUse);
    // ret
    assert_eq!(refused(&[0xc3]), Unstrippable::StackUse);
    // jmp into the epilogue, behind `mov rsp, rbp`
    assert_eq!(refused(&[0xeb, 0x03]), Unstrippable::BranchIntoEpilogue);
    // sub rsp, 16 without the matching add
    assert_eq!(refused(&[0x48, 0x83, 0xec, 0x10]), Unstrippable::Epilogue);
    let (mut code, ends) = function(&[]);
    code[0] = 0x50;
    assert_eq!(strip(&code, &ends, &mut []), Err(Unstrippable::Prologue));
}
