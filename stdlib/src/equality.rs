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

/// Comparisons after which `equal?` starts to note what it takes to be equal already.
const PATIENCE: usize = 1 << 14;

/// `equal?`. What is left to compare stands on a stack; after many comparisons, a
/// union-find over the objects met so far (Adams and Dybvig) makes it end for circular
/// data and keeps it from comparing shared parts again and again.
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

#[derive(Default)]
struct Comparison {
    /// Pairs of objects, or the elements of two vectors from an index on.
    pending: Vec<Todo>,
    steps: usize,
    known: Classes,
}

enum Todo {
    Objects(Value, Value),
    Elements(Value, Value, usize),
}

impl Comparison {
    fn run(mut self, a: Value, b: Value) -> bool {
        self.pending.push(Todo::Objects(a, b));
        while let Some(todo) = self.pending.pop() {
            let (a, b) = match todo {
                Todo::Objects(a, b) => (a, b),
                Todo::Elements(a, b, i) => {
                    if i == heap::field_count(a) {
                        continue;
                    }
                    self.pending.push(Todo::Elements(a, b, i + 1));
                    (heap::field(a, i), heap::field(b, i))
                }
            };
            if a != b && !self.step(a, b) {
                return false;
            }
        }
        true
    }

    /// Compares two different objects, but for their parts.
    fn step(&mut self, a: Value, b: Value) -> bool {
        if let Some(equal) = atoms_are_equal(a, b) {
            return equal;
        }
        if self.is_known(a, b) {
            return true;
        }
        if a.is_pair() {
            self.pending.push(Todo::Objects(heap::cdr(a), heap::cdr(b)));
            self.pending.push(Todo::Objects(heap::car(a), heap::car(b)));
        } else {
            self.pending.push(Todo::Elements(a, b, 0));
        }
        true
    }

    /// Whether the two are, or are being, compared already; from now on they are.
    fn is_known(&mut self, a: Value, b: Value) -> bool {
        self.steps += 1;
        self.steps > PATIENCE && !self.known.unite(a, b)
    }
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
