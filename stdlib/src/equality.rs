//! `eq?`, `eqv?`, `equal?` (R7RS 6.1), booleans and other constants, keyword arguments.

use crate::address::AddressMap;
use crate::args::{self, optional, wrong};
use crate::table::primitives;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, bignum_is_negative, bignum_limbs, flonum_value, string_text};
use termite_vm::{Cx, ErrorKind, Outcome, PrimError};

primitives! {
    /// `(eq? a b)` is whether both are the same object. Numbers other than fixnums are
    /// not reliably the same as themselves.
    "eq?" (2) Pure => |_, args| Ok(Value::bool(args[0] == args[1]));
    /// `(eqv? a b)` is `eq?`, but numbers of the same exactness and value are the same.
    "eqv?" (2) Pure => |_, args| Ok(Value::bool(is_eqv(args[0], args[1])));
    /// `(equal? a b)` compares pairs, vectors, strings and bytevectors by their contents,
    /// everything else as `eqv?` does. It terminates for circular data too.
    "equal?" (2) Leaf => |_, args| Ok(Value::bool(is_equal(args[0], args[1])));
    /// `(not x)` is `#t` for `#f` and `#f` for everything else.
    "not" (1) Pure => |_, args| Ok(Value::bool(!args[0].is_true()));
    /// `(boolean? x)` is whether `x` is `#t` or `#f`.
    "boolean?" (1) Pure => |_, args| Ok(Value::bool(is_boolean(args[0])));
    /// `(boolean=? a b ...)` is whether the booleans are all the same.
    "boolean=?" (1..) Pure => booleans_are_same;
    /// `(procedure? x)` is whether `x` can be called.
    "procedure?" (1) Pure => |_, args| Ok(Value::bool(args[0].is_closure()));
    /// `(default-object)` is `#!default`, what an optional parameter holds when its
    /// argument was not given.
    "default-object" (0) Pure => |_, _| Ok(Value::DEFAULT);
    /// `(%default-object? x)` is whether `x` is `#!default`.
    "%default-object?" (1) Pure => |_, args| Ok(Value::bool(args[0] == Value::DEFAULT));
    /// `(void)` is `#!void`, the value of expressions that have none to give.
    "void" (0..) Pure => |_, _| Ok(Value::VOID);
    /// `(%unspecified)` is `#!void`.
    "%unspecified" (0) Pure => |_, _| Ok(Value::VOID);
    /// `(eof-object)` is the end-of-file object.
    "eof-object" (0) Pure => |_, _| Ok(Value::EOF);
    /// `(eof-object? x)` is whether `x` is the end-of-file object.
    "eof-object?" (1) Pure => |_, args| Ok(Value::bool(args[0] == Value::EOF));
    /// `(%key-ref arguments keyword [default])` is what follows `keyword` in the list of
    /// alternating keywords and values; without it, `default`, else `#!default`.
    "%key-ref" (2..=3) Leaf => key_ref;
    /// `(%check-keys arguments keywords)` raises unless `arguments` alternates keywords of
    /// the list `keywords` with values.
    "%check-keys" (2) Leaf => check_keys;
}

fn is_boolean(v: Value) -> bool {
    v == Value::TRUE || v == Value::FALSE
}

fn booleans_are_same(_: &mut Cx<'_>, args: &[Value]) -> Outcome {
    match args.iter().position(|&v| !is_boolean(v)) {
        Some(i) => Err(wrong(args, i, "a boolean")),
        None => Ok(Value::bool(args.iter().all(|v| v == &args[0]))),
    }
}

/// `eqv?`. All NaNs are the same number.
pub(crate) fn is_eqv(a: Value, b: Value) -> bool {
    if a == b {
        return true;
    }
    if a.is_flonum() && b.is_flonum() {
        let (a, b) = (flonum_value(a), flonum_value(b));
        return a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    }
    match (heap::kind(a), heap::kind(b)) {
        (Some(Kind::Bignum), Some(Kind::Bignum)) => {
            bignum_is_negative(a) == bignum_is_negative(b) && bignum_limbs(a) == bignum_limbs(b)
        }
        (Some(kind @ (Kind::Ratnum | Kind::Compnum)), other) if other == Some(kind) => {
            // Parts are real numbers, so this goes one level deep, two for complex ratios.
            is_eqv(heap::field(a, 0), heap::field(b, 0))
                && is_eqv(heap::field(a, 1), heap::field(b, 1))
        }
        _ => false,
    }
}

/// Comparisons without notes: at first, and on average between two stretches with them.
const FAST: i32 = 400;
/// Comparisons of new objects in a stretch with notes.
const SLOW: i32 = 40;

/// `equal?`. What is left to compare stands on a stack. Comparing takes turns with comparing
/// and noting what it takes to be equal already, in a union-find over the objects met (Adams
/// and Dybvig, "Efficient nondestructive equality checking for trees and graphs"): so it ends
/// for circular data, and does not compare shared parts again and again, at little cost for
/// other data.
pub(crate) fn is_equal(a: Value, b: Value) -> bool {
    if a == b {
        return true;
    }
    atoms_are_equal(a, b).unwrap_or_else(|| Comparison::default().run(a, b))
}

/// Compares two different objects; `None` if their parts decide.
fn atoms_are_equal(a: Value, b: Value) -> Option<bool> {
    if a.is_pair() || b.is_pair() {
        return if a.is_pair() && b.is_pair() {
            None
        } else {
            Some(false)
        };
    }
    match (heap::kind(a), heap::kind(b)) {
        (Some(Kind::String), Some(Kind::String)) => Some(same_text(a, b)),
        (Some(Kind::Bytevector), Some(Kind::Bytevector)) => Some(heap::bytes(a) == heap::bytes(b)),
        (Some(Kind::Vector), Some(Kind::Vector))
            if heap::field_count(a) == heap::field_count(b) =>
        {
            None
        }
        _ => Some(is_eqv(a, b)),
    }
}

struct Comparison {
    /// What is left: two objects, or the elements of two vectors from an index on.
    pending: Vec<Todo>,
    /// Comparisons left without notes; from 0 down to -[`SLOW`] with them.
    credit: i32,
    random: u32,
    known: Classes,
}

enum Todo {
    Objects(Value, Value),
    Elements(Value, Value, usize),
}

impl Default for Comparison {
    fn default() -> Comparison {
        Comparison {
            pending: Vec::new(),
            credit: FAST,
            random: 0x9E37_79B9,
            known: Classes::default(),
        }
    }
}

impl Comparison {
    fn run(mut self, mut a: Value, mut b: Value) -> bool {
        loop {
            let next = match self.step(a, b) {
                None => return false,
                Some(Step::Into(a, b)) => Some((a, b)),
                Some(Step::Done) => self.next(),
            };
            match next {
                Some(next) => (a, b) = next,
                None => return true,
            }
        }
    }

    /// What is to be compared next, from the stack.
    fn next(&mut self) -> Option<(Value, Value)> {
        loop {
            match self.pending.pop()? {
                Todo::Objects(a, b) => return Some((a, b)),
                Todo::Elements(a, b, i) if i < heap::field_count(a) => {
                    self.pending.push(Todo::Elements(a, b, i + 1));
                    return Some((heap::field(a, i), heap::field(b, i)));
                }
                Todo::Elements(..) => {}
            }
        }
    }

    /// Compares two objects, but for their parts; `None` if they differ.
    fn step(&mut self, a: Value, b: Value) -> Option<Step> {
        if a == b {
            return Some(Step::Done);
        }
        if let Some(equal) = atoms_are_equal(a, b) {
            return equal.then_some(Step::Done);
        }
        if self.is_known(a, b) {
            return Some(Step::Done);
        }
        if !a.is_pair() {
            self.pending.push(Todo::Elements(a, b, 0));
            return Some(Step::Done);
        }
        let (x, y) = (heap::car(a), heap::car(b));
        let rest = (heap::cdr(a), heap::cdr(b));
        if x == y {
            return Some(Step::Into(rest.0, rest.1));
        }
        match atoms_are_equal(x, y) {
            Some(true) => Some(Step::Into(rest.0, rest.1)),
            Some(false) => None,
            None => {
                self.pending.push(Todo::Objects(rest.0, rest.1));
                Some(Step::Into(x, y))
            }
        }
    }

    /// Whether the two are, or are being, compared already, as far as there are notes.
    fn is_known(&mut self, a: Value, b: Value) -> bool {
        self.credit -= 1;
        if self.credit >= 0 {
            return false;
        }
        if self.credit < -SLOW {
            self.credit = self.fast_stretch();
            return false;
        }
        let known = !self.known.unite(a, b);
        if known {
            self.credit = 0;
        }
        known
    }

    /// The length of the next stretch without notes: at random, so that no regular graph
    /// is noted at unfortunate places only.
    fn fast_stretch(&mut self) -> i32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        (self.random % (2 * FAST as u32)) as i32
    }
}

/// What follows a comparison that found no difference.
enum Step {
    Into(Value, Value),
    Done,
}

/// Disjoint sets of objects.
#[derive(Default)]
struct Classes(AddressMap<Value>);

impl Classes {
    fn find(&mut self, v: Value) -> Value {
        let mut at = v;
        while let Some(&parent) = self.0.get(&at) {
            // Halves the path, so that later searches are short.
            if let Some(&grandparent) = self.0.get(&parent) {
                self.0.insert(at, grandparent);
            }
            at = parent;
        }
        at
    }

    /// Puts two objects into one set; false if they were in one.
    fn unite(&mut self, a: Value, b: Value) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        self.0.insert(a, b);
        true
    }
}

pub(crate) fn same_text(a: Value, b: Value) -> bool {
    let (a, b) = (string_text(a), string_text(b));
    match (a.latin1(), b.latin1()) {
        (Some(a), Some(b)) => a == b,
        _ => a.len() == b.len() && a.chars().eq(b.chars()),
    }
}

fn key_ref(_: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let mut rest = args::list(args, 0)?.into_iter();
    while let (Some(keyword), Some(value)) = (rest.next(), rest.next()) {
        if keyword == args[1] {
            return Ok(value);
        }
    }
    Ok(optional(args, 2).unwrap_or(Value::DEFAULT))
}

fn check_keys(_: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let known = args::list(args, 1)?;
    let mut rest = args::list(args, 0)?.into_iter();
    while let Some(keyword) = rest.next() {
        if !known.contains(&keyword) {
            return Err(
                PrimError::new(ErrorKind::Error, "unknown keyword argument:").with(keyword),
            );
        }
        if rest.next().is_none() {
            return Err(
                PrimError::new(ErrorKind::Error, "keyword argument without a value:").with(keyword),
            );
        }
    }
    Ok(Value::VOID)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Bench, check};

    #[test]
    fn equality() {
        check(
            r#"
            (eq? 'a 'a) => #t
            (eq? "a" "a") => #f
            (eqv? 1.5 1.5) => #t
            (eqv? 0.0 -0.0) => #f
            (eqv? +nan.0 +nan.0) => #t
            (eqv? 1 1.0) => #f
            (eqv? 100000000000000000000 100000000000000000000) => #t
            (eqv? 100000000000000000000 -100000000000000000000) => #f
            (eqv? 1/2 1/2) => #t
            (eqv? 1+2i 1+2i) => #t
            (eqv? 1+2i 1+2.0i) => #f
            (eqv? "" "") => #f
            (equal? '(1 (2 #(3 "x"))) '(1 (2 #(3 "x")))) => #t
            (equal? '(1 2) '(1 3)) => #f
            (equal? "λ" "λ") => #t
            (equal? #u8(1 2) #u8(1 2)) => #t
            (equal? '#(1 2) '#(1 2 3)) => #f
            (equal? 2 2.0) => #f
            (equal? '#0=(1 . #0#) '#1=(1 1 . #1#)) => #t
            (equal? '#0=(1 . #0#) '#1=(1 2 . #1#)) => #f
            (equal? '#0=#(1 #0#) '#1=#(1 #1#)) => #t
            (boolean=? #t #t #t) => #t
            (boolean=? #t #f) => #f
            (boolean=? #t 5) => error: boolean=?: argument 2 must be a boolean, but is 5
            (not 0) => #f
            (void 1 2) => #!void
            (eof-object) => #!eof
            (default-object) => #!default
            (%key-ref '(a: 1 b: 2) 'b:) => 2
            (%key-ref '(a: 1 b: 2) 'c:) => #!default
            (%key-ref '(a: 1) 'c: 7) => 7
            (%check-keys '(a: 1) '(a: b:)) => #!void
            (%check-keys '(x: 1) '(a: b:)) => error: check-keys: unknown keyword argument: x:
            (%check-keys '(a:) '(a: b:)) => error: check-keys: keyword argument without a value: a:
            "#,
        );
    }

    #[test]
    fn equality_of_deep_and_shared_data() {
        let mut bench = Bench::new();
        let heap = &mut bench.vm.heap;
        let mut deep =
            |n: usize| (0..n).fold(Value::NULL, |inner, _| heap.pair(inner, Value::NULL));
        let (a, b, c) = (deep(1_000_000), deep(1_000_000), deep(999_999));
        assert!(is_equal(a, b));
        assert!(!is_equal(a, c));
        // Two to the power of 200 paths, but only 200 pairs.
        let mut shared = || (0..200).fold(Value::NULL, |inner, _| heap.pair(inner, inner));
        let (a, b) = (shared(), shared());
        assert!(is_equal(a, b));
    }
}
