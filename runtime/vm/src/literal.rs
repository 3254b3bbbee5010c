//! Literals as static, immutable values.

use crate::segment::immediate;
use termite_abi::{Kind, Value};
use termite_heap::{intern, statics};
use termite_ir::{LitId, Literal};

/// The value of a literal, made with all its parts at first use. Iterative, since a
/// quoted list is as deep as it is long. A literal that contains itself is cut with
/// `#!void` (lowering builds cyclic constants at run time instead).
pub fn value(table: &[Literal], made: &mut [Option<Value>], lit: LitId) -> Value {
    let mut pending = vec![lit];
    let mut open = vec![
        false;
        if made[lit.index()].is_some() {
            0
        } else {
            table.len()
        }
    ];
    while let Some(&next) = pending.last() {
        if made[next.index()].is_some() {
            pending.pop();
            continue;
        }
        let before = pending.len();
        if !std::mem::replace(&mut open[next.index()], true) {
            let missing = |l: &LitId| made[l.index()].is_none() && !open[l.index()];
            pending.extend(parts(&table[next.index()]).into_iter().filter(missing));
        }
        if pending.len() == before {
            let part = |l: LitId| made[l.index()].unwrap_or(Value::VOID);
            made[next.index()] = Some(make(&table[next.index()], &part));
            pending.pop();
        }
    }
    made[lit.index()].unwrap_or(Value::VOID)
}

fn parts(l: &Literal) -> Vec<LitId> {
    match l {
        Literal::Ratio(a, b) | Literal::Complex(a, b) | Literal::Pair(a, b) => vec![*a, *b],
        Literal::Vector(items) => items.clone(),
        Literal::Imm(_)
        | Literal::Fixnum(_)
        | Literal::Bignum(..)
        | Literal::Flonum(_)
        | Literal::String(_)
        | Literal::Symbol(_)
        | Literal::Bytevector(_) => Vec::new(),
    }
}

fn make(l: &Literal, part: &dyn Fn(LitId) -> Value) -> Value {
    match l {
        Literal::Imm(i) => immediate(*i),
        Literal::Fixnum(n) => Value::fixnum(*n),
        Literal::Bignum(negative, limbs) => statics::alloc_static_bignum(*negative, limbs),
        Literal::Ratio(n, d) => object(Kind::Ratnum, part(*n), part(*d)),
        Literal::Flonum(bits) => statics::alloc_static_flonum(f64::from_bits(*bits)),
        Literal::Complex(re, im) => object(Kind::Compnum, part(*re), part(*im)),
        Literal::String(s) => statics::alloc_static_string(s),
        Literal::Symbol(s) => intern(s),
        Literal::Pair(a, d) => statics::alloc_static_pair(part(*a), part(*d)),
        Literal::Vector(items) => {
            let items: Vec<Value> = items.iter().map(|l| part(*l)).collect();
            statics::alloc_static_vector(&items)
        }
        Literal::Bytevector(b) => statics::alloc_static_bytevector(b),
    }
}

fn object(kind: Kind, a: Value, b: Value) -> Value {
    statics::alloc_static_object(kind, 0, &[a, b])
}
