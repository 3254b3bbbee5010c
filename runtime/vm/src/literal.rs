//! Literals as static, immutable values.

use crate::segment::immediate;
use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;
use termite_abi::{Kind, Value};
use termite_heap::{intern, statics};
use termite_ir::{LitId, Literal};

/// A unit's literals, each made with all its parts at first use.
///
/// A literal that contains itself is made with holes where its cycles close, at places
/// that do not depend on which literal is used first; the holes are filled before anyone
/// sees it.
pub struct Literals {
    made: RefCell<Vec<Option<Value>>>,
    cuts: OnceCell<Cuts>,
}

/// Whole and part, where the part is put in later.
type Cuts = HashSet<(LitId, LitId)>;

impl Literals {
    pub fn new(count: usize) -> Literals {
        Literals {
            made: RefCell::new(vec![None; count]),
            cuts: OnceCell::new(),
        }
    }

    /// The value of a literal of `table`.
    pub fn value(&self, table: &[Literal], lit: LitId) -> Value {
        if let Some(value) = self.made.borrow()[lit.index()] {
            return value;
        }
        let cuts = self.cuts.get_or_init(|| find_cuts(table));
        let mut made = self.made.borrow_mut();
        let mut wanted = vec![lit];
        let mut holes = Vec::new();
        while let Some(next) = wanted.pop() {
            for whole in make_with_parts(table, cuts, &mut made, next) {
                let cut = |part: &LitId| cuts.contains(&(whole, *part));
                for part in parts(&table[whole.index()]).into_iter().filter(cut) {
                    wanted.push(part);
                    holes.push((whole, part));
                }
            }
        }
        for (whole, part) in holes {
            if let (Some(object), Some(value)) = (made[whole.index()], made[part.index()]) {
                fill_holes(&table[whole.index()], object, part, value);
            }
        }
        made[lit.index()].unwrap_or(Value::VOID)
    }
}

/// Makes a literal and its parts, but for those that are cut off; which ones were made.
/// Iterative, since a quoted list is as deep as it is long.
fn make_with_parts(
    table: &[Literal],
    cuts: &Cuts,
    made: &mut [Option<Value>],
    lit: LitId,
) -> Vec<LitId> {
    let mut fresh = Vec::new();
    let mut pending = vec![lit];
    while let Some(&next) = pending.last() {
        if made[next.index()].is_some() {
            pending.pop();
            continue;
        }
        let missing = |part: &LitId| made[part.index()].is_none() && !cuts.contains(&(next, *part));
        let before = pending.len();
        pending.extend(parts(&table[next.index()]).into_iter().filter(missing));
        if pending.len() > before {
            continue;
        }
        let part = |l: LitId| match made[l.index()] {
            Some(value) if !cuts.contains(&(next, l)) => value,
            Some(_) | None => Value::VOID,
        };
        made[next.index()] = Some(make(&table[next.index()], &part));
        fresh.push(next);
        pending.pop();
    }
    fresh
}

/// Numbers have no cycles: one whose part was cut off stays without it.
fn fill_holes(whole: &Literal, object: Value, part: LitId, value: Value) {
    match whole {
        Literal::Pair(car, cdr) => {
            for (index, field) in [car, cdr].into_iter().enumerate() {
                if *field == part {
                    statics::fill_static_pair(object, index, value);
                }
            }
        }
        Literal::Vector(items) => {
            let holes = items.iter().enumerate().filter(|(_, item)| **item == part);
            holes.for_each(|(index, _)| statics::fill_static_vector(object, index, value));
        }
        Literal::Ratio(..)
        | Literal::Complex(..)
        | Literal::Imm(_)
        | Literal::Fixnum(_)
        | Literal::Bignum(..)
        | Literal::Flonum(_)
        | Literal::String(_)
        | Literal::Symbol(_)
        | Literal::Bytevector(_) => {}
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
