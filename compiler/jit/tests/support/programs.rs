//! The programs that are measured, by hand, as the compiler's front would lower them.

use super::build::*;
use termite_ir::*;

pub fn fib(u: &mut Build) -> CpId {
    let (fib, r1, r2) = (u.declare(), u.declare(), u.declare());
    u.entry(fib, 1, &[], |s, p| {
        let n = p[1];
        let c = s.op(Op::Lt, &[n, fx(2)]);
        s.branch(
            c,
            |s| s.ret(&[n]),
            |s| {
                let m = s.op(Op::Sub, &[n, fx(1)]);
                s.call(fib, &[m], r1, &[n]);
            },
        );
    });
    u.ret(r1, 1, |s, p| {
        let m = s.op(Op::Sub, &[p[1], fx(2)]);
        s.call(fib, &[m], r2, &[p[0]]);
    });
    u.ret(r2, 1, |s, p| {
        let r = s.op(Op::Add, &[p[1], p[0]]);
        s.ret(&[r]);
    });
    fib
}

pub fn tak(u: &mut Build) -> CpId {
    let (tak, r1, r2, r3) = (u.declare(), u.declare(), u.declare(), u.declare());
    u.entry(tak, 3, &[], |s, p| {
        let (x, y, z) = (p[1], p[2], p[3]);
        let c = s.op(Op::Lt, &[y, x]);
        let n = s.op(Op::Not, &[c]);
        s.branch(
            n,
            |s| s.ret(&[z]),
            |s| {
                let m = s.op(Op::Sub, &[x, fx(1)]);
                s.call(tak, &[m, y, z], r1, &[x, y, z]);
            },
        );
    });
    u.ret(r1, 3, |s, p| {
        let (a, x, y, z) = (p[0], p[1], p[2], p[3]);
        let m = s.op(Op::Sub, &[y, fx(1)]);
        s.call(tak, &[m, z, x], r2, &[x, y, z, a]);
    });
    u.ret(r2, 4, |s, p| {
        let (b, x, y, z, a) = (p[0], p[1], p[2], p[3], p[4]);
        let m = s.op(Op::Sub, &[z, fx(1)]);
        s.call(tak, &[m, x, y], r3, &[a, b]);
    });
    u.ret(r3, 2, |s, p| s.tail(tak, &[p[1], p[2], p[0]]));
    tak
}

pub fn deep(u: &mut Build) -> CpId {
    let (deep, r) = (u.declare(), u.declare());
    u.entry(deep, 1, &[], |s, p| {
        let n = p[1];
        let c = s.op(Op::NumEq, &[n, fx(0)]);
        s.branch(
            c,
            |s| s.ret(&[fx(0)]),
            |s| {
                let m = s.op(Op::Sub, &[n, fx(1)]);
                s.call(deep, &[m], r, &[n]);
            },
        );
    });
    u.ret(r, 1, |s, p| {
        let x = s.op(Op::Add, &[p[1], p[0]]);
        s.ret(&[x]);
    });
    deep
}

/// (nrev-main n): the first element of the reverse of n, n-1, ... 1.
pub fn nrev(u: &mut Build) -> CpId {
    let (iota, iota_r, append, append_r) = (u.declare(), u.declare(), u.declare(), u.declare());
    let (nrev, nrev_r, main, m1, m2) = (
        u.declare(),
        u.declare(),
        u.declare(),
        u.declare(),
        u.declare(),
    );
    u.entry(iota, 1, &[], |s, p| {
        let c = s.op(Op::NumEq, &[p[1], fx(0)]);
        s.branch(
            c,
            |s| s.ret(&[imm(Immediate::Null)]),
            |s| {
                let m = s.op(Op::Sub, &[p[1], fx(1)]);
                s.call(iota, &[m], iota_r, &[p[1]]);
            },
        );
    });
    u.ret(iota_r, 1, |s, p| {
        let l = s.op(Op::Cons, &[p[1], p[0]]);
        s.ret(&[l]);
    });
    u.entry(append, 2, &[], |s, p| {
        let c = s.op(Op::IsNull, &[p[1]]);
        s.branch(
            c,
            |s| s.ret(&[p[2]]),
            |s| {
                let a = s.op(Op::Car, &[p[1]]);
                let d = s.op(Op::Cdr, &[p[1]]);
                s.call(append, &[d, p[2]], append_r, &[a]);
            },
        );
    });
    u.ret(append_r, 1, |s, p| {
        let l = s.op(Op::Cons, &[p[1], p[0]]);
        s.ret(&[l]);
    });
    u.entry(nrev, 1, &[], |s, p| {
        let c = s.op(Op::IsNull, &[p[1]]);
        s.branch(
            c,
            |s| s.ret(&[imm(Immediate::Null)]),
            |s| {
                let d = s.op(Op::Cdr, &[p[1]]);
                s.call(nrev, &[d], nrev_r, &[p[1]]);
            },
        );
    });
    u.ret(nrev_r, 1, |s, p| {
        let a = s.op(Op::Car, &[p[1]]);
        let l = s.op(Op::Cons, &[a, imm(Immediate::Null)]);
        s.tail(append, &[p[0], l]);
    });
    u.entry(main, 1, &[], |s, p| s.call(iota, &[p[1]], m1, &[]));
    u.ret(m1, 0, |s, p| s.call(nrev, &[p[0]], m2, &[]));
    u.ret(m2, 0, |s, p| {
        let a = s.op(Op::Car, &[p[0]]);
        s.ret(&[a]);
    });
    main
}

/// (unknown f g i): calls f and g in turn, i times, and sums what they give.
pub fn unknown(u: &mut Build) -> (CpId, CpId, CpId) {
    let (one, two, start, head, r) = (
        u.declare(),
        u.declare(),
        u.declare(),
        u.declare(),
        u.declare(),
    );
    u.entry(one, 1, &[], |s, p| {
        let x = s.op(Op::Add, &[p[1], fx(1)]);
        s.ret(&[x]);
    });
    u.entry(two, 1, &[], |s, p| {
        let x = s.op(Op::Add, &[p[1], fx(2)]);
        s.ret(&[x]);
    });
    u.entry(start, 3, &[], |s, p| {
        s.jump(head, &[p[1], p[2], p[3], fx(0)])
    });
    u.looped(head, 4, |s, p| {
        let c = s.op(Op::NumEq, &[p[2], fx(0)]);
        s.branch(
            c,
            |s| s.ret(&[p[3]]),
            |s| s.call_value(p[0], &[p[2]], r, &[p[0], p[1], p[2], p[3]]),
        );
    });
    u.ret(r, 4, |s, p| {
        let (v, f, g, i, acc) = (p[0], p[1], p[2], p[3], p[4]);
        let acc = s.op(Op::Add, &[acc, v]);
        let i = s.op(Op::Sub, &[i, fx(1)]);
        s.jump(head, &[g, f, i, acc]);
    });
    (start, one, two)
}
