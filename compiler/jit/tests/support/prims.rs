//! Primitives of the test machine: small integers and flonums only; anything else is an
//! error, which the machine reports by its site.
//!
//! Unsafe here: primitives are called with raw pointers.

use super::machine::{addresses, get, put, remember};
use std::collections::HashMap;
use termite_abi::value::*;
use termite_abi::{Header, Kind, PrimFn, Value, VmContext};
use termite_jit::RuntimeLink;

const ERROR: u64 = Value::ERROR.0;

fn arg(args: *const u64, i: usize) -> Value {
    // SAFETY: primitives are called with at least as many arguments as they read.
    Value(unsafe { *args.add(i) })
}

pub fn number(v: Value) -> Option<f64> {
    match v.tag() {
        TAG_FIXNUM => Some(v.as_fixnum() as f64),
        TAG_FLONUM => Some(f64::from_bits(get(v.addr()))),
        _ => None,
    }
}

fn boxed(ctx: *mut VmContext, x: f64) -> u64 {
    // SAFETY: the context outlives the call, and the nursery has a reserve.
    unsafe {
        let at = (*ctx).alloc;
        (*ctx).alloc += 8;
        put(at, x.to_bits());
        at | TAG_FLONUM
    }
}

macro_rules! arithmetic {
    ($($name:ident $checked:ident $op:tt;)*) => {$(
        unsafe extern "C" fn $name(ctx: *mut VmContext, args: *const u64, n: usize) -> u64 {
            assert_eq!(n, 2);
            let (a, b) = (arg(args, 0), arg(args, 1));
            if a.is_fixnum() && b.is_fixnum() {
                let r = a.as_fixnum().$checked(b.as_fixnum()).and_then(Value::try_fixnum);
                return r.map_or(ERROR, |v| v.0);
            }
            match (number(a), number(b)) {
                (Some(x), Some(y)) => boxed(ctx, x $op y),
                _ => ERROR,
            }
        }
    )*};
}

arithmetic! {
    add checked_add +;
    sub checked_sub -;
    mul checked_mul *;
    div checked_div /;
}

macro_rules! comparison {
    ($($name:ident $op:tt;)*) => {$(
        unsafe extern "C" fn $name(_: *mut VmContext, args: *const u64, n: usize) -> u64 {
            assert_eq!(n, 2);
            match (number(arg(args, 0)), number(arg(args, 1))) {
                (Some(x), Some(y)) => Value::bool(x $op y).0,
                _ => ERROR,
            }
        }
    )*};
}

comparison! {
    num_eq ==;
    lt <;
    gt >;
    le <=;
    ge >=;
}

unsafe extern "C" fn fail(_: *mut VmContext, _: *const u64, _: usize) -> u64 {
    ERROR
}

unsafe extern "C" fn set_car(ctx: *mut VmContext, args: *const u64, n: usize) -> u64 {
    set_part(ctx, args, n, 0)
}

unsafe extern "C" fn set_cdr(ctx: *mut VmContext, args: *const u64, n: usize) -> u64 {
    set_part(ctx, args, n, 8)
}

/// With the write barrier, as the real ones. No pair is a literal here.
fn set_part(ctx: *mut VmContext, args: *const u64, n: usize, offset: u64) -> u64 {
    assert_eq!(n, 2);
    let (pair, new) = (arg(args, 0), arg(args, 1));
    if !pair.is_pair() {
        return ERROR;
    }
    put(pair.addr() + offset, new.0);
    // SAFETY: the context outlives the call; the slot is a live pair's.
    unsafe {
        let young = |v: Value| {
            v.is_pointer() && v.addr().wrapping_sub((*ctx).nursery_start) < (*ctx).nursery_bytes
        };
        if young(new) && !young(pair) {
            remember(ctx, (pair.addr() + offset) as *mut u64);
        }
    }
    Value::VOID.0
}

unsafe extern "C" fn integer_to_char(_: *mut VmContext, args: *const u64, _: usize) -> u64 {
    let v = arg(args, 0);
    let c = u32::try_from(v.as_fixnum()).ok().and_then(char::from_u32);
    if v.is_fixnum() {
        c.map_or(ERROR, |c| Value::char(c).0)
    } else {
        ERROR
    }
}

/// Walks the parents.
unsafe extern "C" fn is_record(_: *mut VmContext, args: *const u64, _: usize) -> u64 {
    Value::bool(instance(arg(args, 0), arg(args, 1))).0
}

fn instance(object: Value, rtd: Value) -> bool {
    if !Header(get(object.addr())).is(Kind::Record) {
        return false;
    }
    let mut t = Value(get(object.addr() + 8));
    while t.is_object() {
        if t == rtd {
            return true;
        }
        t = Value(get(t.addr() + 8 + 8 * 3));
    }
    false
}

unsafe extern "C" fn record_ref(_: *mut VmContext, args: *const u64, n: usize) -> u64 {
    assert_eq!(n, 4);
    let object = arg(args, 0);
    if !object.is_object() || !instance(object, arg(args, 1)) {
        return ERROR;
    }
    get(object.addr() + 16 + 8 * arg(args, 3).as_fixnum() as u64)
}

unsafe extern "C" fn record_set(_: *mut VmContext, args: *const u64, n: usize) -> u64 {
    assert_eq!(n, 5);
    let object = arg(args, 0);
    if !object.is_object() || !instance(object, arg(args, 1)) {
        return ERROR;
    }
    put(
        object.addr() + 16 + 8 * arg(args, 3).as_fixnum() as u64,
        arg(args, 4).0,
    );
    Value::VOID.0
}

/// The sum of any number of fixnums; clobbers what a callee may.
unsafe extern "C" fn sum(_: *mut VmContext, args: *const u64, n: usize) -> u64 {
    let mut total = 0;
    for i in 0..n {
        if !arg(args, i).is_fixnum() {
            return ERROR;
        }
        total += arg(args, i).as_fixnum();
    }
    Value::fixnum(total).0
}

/// A list of the arguments: allocates.
unsafe extern "C" fn list(ctx: *mut VmContext, args: *const u64, n: usize) -> u64 {
    let mut l = Value::NULL.0;
    for i in (0..n).rev() {
        // SAFETY: as `boxed`.
        let at = unsafe { (*ctx).alloc };
        put(at, arg(args, i).0);
        put(at + 8, l);
        // SAFETY: as `boxed`.
        unsafe { (*ctx).alloc += 16 };
        l = at | TAG_PAIR;
    }
    l
}

pub fn user() -> HashMap<&'static str, u64> {
    addresses(&[
        ("sum", sum as PrimFn),
        ("list", list),
        ("fail", fail),
        ("pure-sum", sum),
    ])
}

pub fn runtime() -> RuntimeLink {
    let mut prims = addresses(&[
        ("+", add as PrimFn),
        ("-", sub),
        ("*", mul),
        ("/", div),
        ("=", num_eq),
        ("<", lt),
        (">", gt),
        ("<=", le),
        (">=", ge),
        ("integer->char", integer_to_char),
        ("%record?", is_record),
        ("set-car!", set_car),
        ("set-cdr!", set_cdr),
    ]);
    for op in termite_ir::Op::ALL {
        if let Some(name) = op.prim() {
            prims
                .entry(name)
                .or_insert(fail as *const () as usize as u64);
        }
    }
    let fail = fail as *const () as usize as u64;
    RuntimeLink {
        prims,
        unbound: fail,
        uninitialized: fail,
        not_a_frame: fail,
        record_ref: record_ref as *const () as usize as u64,
        record_set: record_set as *const () as usize as u64,
    }
}
