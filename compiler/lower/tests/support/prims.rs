//! Primitives of the reference evaluator.

use super::values::*;
use std::cell::RefCell;
use std::rc::Rc;
use termite_abi::{Arity, Effect, PrimInfo};

pub struct Prim {
    pub name: &'static str,
    pub arity: Arity,
    pub effect: Effect,
    pub run: fn(&mut String, &[V]) -> Result<V, String>,
}

pub fn info(name: &str) -> Option<PrimInfo> {
    let p = find(name)?;
    Some(PrimInfo {
        name: p.name,
        arity: p.arity,
        effect: p.effect,
        doc: "",
    })
}

pub fn find(name: &str) -> Option<&'static Prim> {
    PRIMS.iter().find(|p| p.name == name)
}

/// Primitives, and the names that lowering itself knows.
pub fn is_known(name: &str) -> bool {
    let special = [
        "%capture",
        "%throw",
        "%dynenv",
        "%set-dynenv!",
        "%record-ref",
        "%record-set!",
        "%unspecified",
    ];
    special.contains(&name) || find(name).is_some()
}

macro_rules! prims {
    ($($name:literal $min:literal $max:tt $effect:ident $run:expr;)*) => {
        static PRIMS: &[Prim] = &[$(Prim {
            name: $name,
            arity: Arity { min: $min, max: prims!(@max $max) },
            effect: Effect::$effect,
            run: $run,
        }),*];
    };
    (@max any) => { Arity::ANY };
    (@max $n:literal) => { $n };
}

type R = Result<V, String>;

fn wrong(who: &str, what: &V) -> String {
    format!("{who}: wrong type {}", what.show())
}

fn arith(
    who: &str,
    a: &V,
    b: &V,
    int: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> R {
    match (a, b) {
        (V::Fixnum(x), V::Fixnum(y)) => int(*x, *y)
            .map(V::Fixnum)
            .ok_or_else(|| format!("{who}: overflow")),
        (V::Flonum(x), V::Flonum(y)) => Ok(V::Flonum(float(*x, *y))),
        (V::Fixnum(x), V::Flonum(y)) => Ok(V::Flonum(float(*x as f64, *y))),
        (V::Flonum(x), V::Fixnum(y)) => Ok(V::Flonum(float(*x, *y as f64))),
        (V::Fixnum(_) | V::Flonum(_), b) => Err(wrong(who, b)),
        (a, _) => Err(wrong(who, a)),
    }
}

fn compare(who: &str, items: &[V], holds: fn(f64, f64) -> bool) -> R {
    let number = |v: &V| match v {
        V::Fixnum(n) => Ok(*n as f64),
        V::Flonum(x) => Ok(*x),
        other => Err(wrong(who, other)),
    };
    let numbers = items
        .iter()
        .map(number)
        .collect::<Result<Vec<f64>, String>>()?;
    Ok(boolean(numbers.windows(2).all(|w| holds(w[0], w[1]))))
}

fn fold(
    who: &str,
    items: &[V],
    unit: i64,
    int: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> R {
    match items {
        [] => Ok(V::Fixnum(unit)),
        [x] => arith(who, &V::Fixnum(unit), x, int, float),
        [first, rest @ ..] => rest
            .iter()
            .try_fold(first.clone(), |a, b| arith(who, &a, b, int, float)),
    }
}

fn divide(who: &str, a: &V, b: &V, f: fn(i64, i64) -> i64) -> R {
    match (a, b) {
        (V::Fixnum(_), V::Fixnum(0)) => Err(format!("{who}: division by zero")),
        (V::Fixnum(a), V::Fixnum(b)) => Ok(V::Fixnum(f(*a, *b))),
        (V::Fixnum(_), b) => Err(wrong(who, b)),
        (a, _) => Err(wrong(who, a)),
    }
}

fn chars(who: &str, items: &[V], holds: fn(char, char) -> bool) -> R {
    let char = |v: &V| match v {
        V::Imm(termite_ir::Immediate::Char(c)) => Ok(*c),
        other => Err(wrong(who, other)),
    };
    let chars = items
        .iter()
        .map(char)
        .collect::<Result<Vec<char>, String>>()?;
    Ok(boolean(chars.windows(2).all(|w| holds(w[0], w[1]))))
}

fn pair_part(who: &str, v: &V, second: bool) -> R {
    match v {
        V::Pair(p) => Ok(if second {
            p.borrow().1.clone()
        } else {
            p.borrow().0.clone()
        }),
        other => Err(wrong(who, other)),
    }
}

/// `c[ad]+r`.
fn selector(who: &str, v: &V) -> R {
    let path = &who[1..who.len() - 1];
    path.bytes()
        .rev()
        .try_fold(v.clone(), |at, step| pair_part(who, &at, step == b'd'))
        .map_err(|_| wrong(who, v))
}

fn fixnum_test(who: &str, v: &V, test: fn(i64) -> bool) -> R {
    match v {
        V::Fixnum(n) => Ok(boolean(test(*n))),
        V::Flonum(x) => Ok(boolean(test(*x as i64))),
        other => Err(wrong(who, other)),
    }
}

type Items = Rc<RefCell<Vec<V>>>;

fn vector_slot(who: &str, v: &V, i: &V) -> Result<(Items, usize), String> {
    match (v, i) {
        (V::Vector(items), V::Fixnum(i)) => {
            let length = items.borrow().len();
            let at = usize::try_from(*i).ok().filter(|i| *i < length);
            at.map(|at| (items.clone(), at))
                .ok_or_else(|| format!("{who}: index {i}"))
        }
        (V::Vector(_), i) => Err(wrong(who, i)),
        (v, _) => Err(wrong(who, v)),
    }
}

fn member(x: &V, list: &V, same: fn(&V, &V) -> bool) -> R {
    let mut at = list.clone();
    loop {
        at = match &at {
            V::Pair(p) if same(&p.borrow().0, x) => return Ok(at.clone()),
            V::Pair(p) => p.borrow().1.clone(),
            _ => return Ok(FALSE),
        };
    }
}

fn append(items: &[V]) -> R {
    let Some((last, lists)) = items.split_last() else {
        return Ok(NULL);
    };
    lists.iter().rev().try_fold(last.clone(), |tail, l| {
        let items = l.items().ok_or_else(|| wrong("append", l))?;
        Ok(items
            .into_iter()
            .rev()
            .fold(tail, |tail, item| cons(item, tail)))
    })
}

fn is(v: bool) -> R {
    Ok(boolean(v))
}

prims! {
    "cons" 2 2 Alloc |_, a| Ok(cons(a[0].clone(), a[1].clone()));
    "car" 1 1 Leaf |_, a| pair_part("car", &a[0], false);
    "cdr" 1 1 Leaf |_, a| pair_part("cdr", &a[0], true);
    "cadr" 1 1 Leaf |_, a| selector("cadr", &a[0]);
    "cddr" 1 1 Leaf |_, a| selector("cddr", &a[0]);
    "caddr" 1 1 Leaf |_, a| selector("caddr", &a[0]);
    "set-car!" 2 2 Leaf |_, a| match &a[0] {
        V::Pair(p) => { p.borrow_mut().0 = a[1].clone(); Ok(VOID) }
        v => Err(wrong("set-car!", v)),
    };
    "set-cdr!" 2 2 Leaf |_, a| match &a[0] {
        V::Pair(p) => { p.borrow_mut().1 = a[1].clone(); Ok(VOID) }
        v => Err(wrong("set-cdr!", v)),
    };
    "list" 0 any Alloc |_, a| Ok(list(a));
    "append" 0 any Alloc |_, a| append(a);
    "length" 1 1 Leaf |_, a| a[0].items().map(|i| V::Fixnum(i.len() as i64)).ok_or_else(|| wrong("length", &a[0]));
    "reverse" 1 1 Alloc |_, a| a[0].items().map(|i| i.into_iter().fold(NULL, |t, x| cons(x, t))).ok_or_else(|| wrong("reverse", &a[0]));
    "memv" 2 2 Leaf |_, a| member(&a[0], &a[1], V::eq);
    "memq" 2 2 Leaf |_, a| member(&a[0], &a[1], V::eq);
    "member" 2 2 Leaf |_, a| member(&a[0], &a[1], V::equal);
    "eq?" 2 2 Pure |_, a| is(a[0].eq(&a[1]));
    "eqv?" 2 2 Pure |_, a| is(a[0].eq(&a[1]) || matches!((&a[0], &a[1]), (V::Flonum(x), V::Flonum(y)) if x.to_bits() == y.to_bits()));
    "equal?" 2 2 Leaf |_, a| is(a[0].equal(&a[1]));
    "not" 1 1 Pure |_, a| is(!a[0].is_true());
    "null?" 1 1 Pure |_, a| is(a[0].is_null());
    "pair?" 1 1 Pure |_, a| is(matches!(a[0], V::Pair(_)));
    "fixnum?" 1 1 Pure |_, a| is(matches!(a[0], V::Fixnum(_)));
    "flonum?" 1 1 Pure |_, a| is(matches!(a[0], V::Flonum(_)));
    "char?" 1 1 Pure |_, a| is(matches!(a[0], V::Imm(termite_ir::Immediate::Char(_))));
    "boolean?" 1 1 Pure |_, a| is(matches!(a[0], V::Imm(termite_ir::Immediate::True | termite_ir::Immediate::False)));
    "symbol?" 1 1 Pure |_, a| is(matches!(a[0], V::Symbol(_)));
    "string?" 1 1 Pure |_, a| is(matches!(a[0], V::String(_)));
    "vector?" 1 1 Pure |_, a| is(matches!(a[0], V::Vector(_)));
    "procedure?" 1 1 Pure |_, a| is(a[0].is_procedure());
    "%default-object?" 1 1 Pure |_, a| is(matches!(a[0], V::Imm(termite_ir::Immediate::Default)));
    "+" 0 any Alloc |_, a| fold("+", a, 0, i64::checked_add, |x, y| x + y);
    "*" 0 any Alloc |_, a| fold("*", a, 1, i64::checked_mul, |x, y| x * y);
    "-" 1 any Alloc |_, a| fold("-", a, 0, i64::checked_sub, |x, y| x - y);
    "quotient" 2 2 Alloc |_, a| divide("quotient", &a[0], &a[1], |x, y| x / y);
    "remainder" 2 2 Alloc |_, a| divide("remainder", &a[0], &a[1], |x, y| x % y);
    "modulo" 2 2 Alloc |_, a| divide("modulo", &a[0], &a[1], |x, y| x.rem_euclid(y));
    "bitwise-and" 0 any Alloc |_, a| fold("bitwise-and", a, -1, |x, y| Some(x & y), |x, _| x);
    "=" 1 any Leaf |_, a| compare("=", a, |x, y| x == y);
    "<" 1 any Leaf |_, a| compare("<", a, |x, y| x < y);
    ">" 1 any Leaf |_, a| compare(">", a, |x, y| x > y);
    "<=" 1 any Leaf |_, a| compare("<=", a, |x, y| x <= y);
    ">=" 1 any Leaf |_, a| compare(">=", a, |x, y| x >= y);
    "zero?" 1 1 Leaf |_, a| fixnum_test("zero?", &a[0], |n| n == 0);
    "positive?" 1 1 Leaf |_, a| fixnum_test("positive?", &a[0], |n| n > 0);
    "negative?" 1 1 Leaf |_, a| fixnum_test("negative?", &a[0], |n| n < 0);
    "even?" 1 1 Leaf |_, a| fixnum_test("even?", &a[0], |n| n % 2 == 0);
    "odd?" 1 1 Leaf |_, a| fixnum_test("odd?", &a[0], |n| n % 2 != 0);
    "abs" 1 1 Leaf |_, a| arith("abs", &a[0], &V::Fixnum(0), |x, _| x.checked_abs(), |x, _| x.abs());
    "min" 1 any Leaf |_, a| fold("min", a, 0, |x, y| Some(x.min(y)), f64::min);
    "max" 1 any Leaf |_, a| fold("max", a, 0, |x, y| Some(x.max(y)), f64::max);
    "fx+" 2 2 Leaf |_, a| divide("fx+", &a[0], &a[1], |x, y| x + y);
    "char->integer" 1 1 Leaf |_, a| match &a[0] {
        V::Imm(termite_ir::Immediate::Char(c)) => Ok(V::Fixnum(*c as i64)),
        v => Err(wrong("char->integer", v)),
    };
    "char=?" 1 any Leaf |_, a| chars("char=?", a, |x, y| x == y);
    "char<?" 1 any Leaf |_, a| chars("char<?", a, |x, y| x < y);
    "vector" 0 any Alloc |_, a| Ok(V::Vector(Rc::new(RefCell::new(a.to_vec()))));
    "make-vector" 1 2 Alloc |_, a| match &a[0] {
        V::Fixnum(n) => Ok(V::Vector(Rc::new(RefCell::new(vec![a.get(1).cloned().unwrap_or(V::Fixnum(0)); *n as usize])))),
        v => Err(wrong("make-vector", v)),
    };
    "vector-ref" 2 2 Leaf |_, a| vector_slot("vector-ref", &a[0], &a[1]).map(|(v, i)| v.borrow()[i].clone());
    "vector-set!" 3 3 Leaf |_, a| vector_slot("vector-set!", &a[0], &a[1]).map(|(v, i)| { v.borrow_mut()[i] = a[2].clone(); VOID });
    "vector-length" 1 1 Leaf |_, a| match &a[0] {
        V::Vector(v) => Ok(V::Fixnum(v.borrow().len() as i64)),
        v => Err(wrong("vector-length", v)),
    };
    "%make-record" 1 any Alloc |_, a| Ok(V::Record(Rc::new(RefCell::new(a.to_vec()))));
    "%record?" 2 2 Leaf |_, a| is(matches!(&a[0], V::Record(r) if r.borrow()[0].eq(&a[1])));
    "display" 1 1 Leaf |out, a| { out.push_str(&a[0].show()); Ok(VOID) };
    "newline" 0 0 Leaf |out, _| { out.push('\n'); Ok(VOID) };
    "error" 1 any Leaf |_, a| Err(a.iter().map(V::show).collect::<Vec<_>>().join(" "));
    // Run by the evaluator itself.
    "values" 0 any Block |_, _| Err("values".to_string());
    "apply" 2 any Block |_, _| Err("apply".to_string());
}
