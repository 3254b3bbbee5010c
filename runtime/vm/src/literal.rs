//! Literals as static, immutable values.

use crate::segment::immediate;
use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;
use termite_abi::{Kind, Value};
use termite_heap::{intern, statics};
use termite_ir::{LitId, Literal};

/// A unit's literals, each made with all its parts at first use.
///
/// A literal that contains itself is cut with `#!void` (lowering builds cyclic constants
/// at run time instead), at places that do not depend on which literal is used first.
pub struct Literals {
    made: RefCell<Vec<Option<Value>>>,
    cuts: OnceCell<Cuts>,
}

/// Whole and part, where the part is left out.
type Cuts = HashSet<(LitId, LitId)>;

impl Literals {
    pub fn new(count: usize) -> Literals {
        Literals {
            made: RefCell::new(vec![None; count]),
            cuts: OnceCell::new(),
        }
    }

    /// The value of a literal of `table`. Iterative, since a quoted list is as deep as it
    /// is long.
    pub fn value(&self, table: &[Literal], lit: LitId) -> Value {
        if let Some(value) = self.made.borrow()[lit.index()] {
            return value;
        }
        let cuts = self.cuts.get_or_init(|| find_cuts(table));
        let mut made = self.made.borrow_mut();
        let mut pending = vec![lit];
        while let Some(&next) = pending.last() {
            let missing =
                |part: &LitId| made[part.index()].is_none() && !cuts.contains(&(next, *part));
            let before = pending.len();
            if made[next.index()].is_none() {
                pending.extend(parts(&table[next.index()]).into_iter().filter(missing));
            }
            if pending.len() > before {
                continue;
            }
            let part = |l: LitId| match made[l.index()] {
                Some(value) if !cuts.contains(&(next, l)) => value,
                Some(_) | None => Value::VOID,
            };
            if made[next.index()].is_none() {
                made[next.index()] = Some(make(&table[next.index()], &part));
            }
            pending.pop();
        }
        made[lit.index()].unwrap_or(Value::VOID)
    }
}

/// The edges that close a cycle when the table is walked depth first in its order. None
/// where all parts stand before their wholes, as in tables that lowering makes.
fn find_cuts(table: &[Literal]) -> Cuts {
    let mut cuts = Cuts::new();
    let earlier = |(i, l): (usize, &Literal)| parts(l).iter().all(|p| p.index() < i);
    if table.iter().enumerate().all(earlier) {
        return cuts;
    }
    let mut state = vec![Walk::New; table.len()];
    let mut path = Vec::new();
    for start in 0..table.len() as u32 {
        let mut entered = Some(LitId(start));
        loop {
            if let Some(lit) = entered.take()
                && matches!(state[lit.index()], Walk::New)
            {
                state[lit.index()] = Walk::Open;
                path.push((lit, parts(&table[lit.index()]).into_iter()));
            }
            let Some((at, rest)) = path.last_mut() else {
                break;
            };
            match rest.next() {
                Some(part) if matches!(state[part.index()], Walk::Open) => {
                    cuts.insert((*at, part));
                }
                Some(part) => entered = Some(part),
                None => {
                    state[at.index()] = Walk::Done;
                    path.pop();
                }
            }
        }
    }
    cuts
}

#[derive(Clone, Copy)]
enum Walk {
    New,
    /// On the path that is being walked.
    Open,
    Done,
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
