//! The numeric tower: text in, text out; and against other ways to compute the same.

mod properties;

use super::value::{Real, decode_integer, encode_integer};
use crate::testing::{Bench, check};
use dashu_base::{DivRem, Sign};
use dashu_int::IBig;
use dashu_ratio::RBig;
use std::cmp::Ordering;
use termite_abi::Value;
use termite_abi::value::{FIXNUM_MAX, FIXNUM_MIN};
use termite_heap::flonum_value;

#[test]
fn arithmetic() {
    check(
        r#"
        (+) => 0
        (*) => 1
        (+ 1 2 3) => 6
        (- 5) => -5
        (- 0.0) => -0.0
        (- 10 1 2) => 7
        (/ 2) => 1/2
        (/ 6 4) => 3/2
        (/ 6 3) => 2
        (/ 1 3.0) => 0.3333333333333333
        (/ 1 0) => error: /: division by zero
        (/ 1.5 0) => error: /: division by zero
        (/ 1 0.0) => +inf.0
        (/ 0 5) => 0
        (+ 1/2 1/2) => 1
        (+ 1/2 0.5) => 1.0
        (* 1/2 4) => 2
        (- 1/3 1/2) => -1/6
        (+ 1152921504606846975 1) => 1152921504606846976
        (- -1152921504606846976 1) => -1152921504606846977
        (- 1152921504606846976 1) => 1152921504606846975
        (* 1152921504606846975 1152921504606846975) => 1329227995784915870597964051066650625
        (* -1152921504606846976 -1152921504606846976) => 1329227995784915872903807060280344576
        (- -1152921504606846976) => 1152921504606846976
        (+ 1 'a) => error: +: argument 2 must be a number, but is a
        (+ 'a 1) => error: +: argument 1 must be a number, but is a
        (+ 1 2 "x") => error: +: argument 3 must be a number, but is "x"
        (+ 'a) => error: +: argument 1 must be a number, but is a
        (- "x") => error: -: argument 1 must be a number, but is "x"
        (abs -1/2) => 1/2
        (abs -2.5) => 2.5
        (abs -1152921504606846976) => 1152921504606846976
        (square 1/3) => 1/9
        (max 1 2.0) => 2.0
        (max 3 2.0) => 3.0
        (max 1/2 1/3) => 1/2
        (min 1 +nan.0) => +nan.0
        (max 'a) => error: max: argument 1 must be a real number, but is a
        "#,
    );
}

#[test]
fn comparisons() {
    check(
        r#"
        (= 1 1.0) => #t
        (= 1 1 2) => #f
        (< 1 2 3) => #t
        (< 1 3 2) => #f
        (< 1 2 'a) => error: <: argument 3 must be a real number, but is a
        (< 2 1 'a) => error: <: argument 3 must be a real number, but is a
        (= 1 'a) => error: =: argument 2 must be a number, but is a
        (= 9007199254740993 9007199254740992.0) => #f
        (< 9007199254740992.0 9007199254740993) => #t
        (= 1/3 0.3333333333333333) => #f
        (> 1/3 0.3333333333333333) => #t
        (= 1/2 0.5) => #t
        (< 100000000000000000000 +inf.0) => #t
        (> 100000000000000000000 -inf.0) => #t
        (= 100000000000000000000 1e20) => #t
        (< 1 +nan.0) => #f
        (>= 1 +nan.0) => #f
        (= +nan.0 +nan.0) => #f
        (<= 1 1 2) => #t
        (>= 2 2 1) => #t
        (= 1+2i 1.0+2.0i) => #t
        (= 1 1.0+0.0i) => #t
        (< 1 1+i) => error: <: argument 2 must be a real number, but is 1+i
        (zero? 0.0) => #t
        (zero? -0.0) => #t
        (zero? 1/2) => #f
        (positive? 1/2) => #t
        (negative? -100000000000000000000) => #t
        (positive? +nan.0) => #f
        (odd? 3) => #t
        (odd? -100000000000000000001) => #t
        (even? 4.0) => #t
        (odd? 1.5) => error: odd?: argument 1 must be an integer, but is 1.5
        (odd? +inf.0) => error: odd?: argument 1 must be an integer, but is +inf.0
        (zero? 'a) => error: zero?: argument 1 must be a number, but is a
        "#,
    );
}

#[test]
fn predicates() {
    let kinds = [
        "1",
        "100000000000000000000",
        "1/2",
        "1.0",
        "1.5",
        "+inf.0",
        "+nan.0",
        "1+2i",
        "1.0+2.0i",
        "'a",
    ];
    let rows = [
        ("number?", "tttttttttf"),
        ("complex?", "tttttttttf"),
        ("real?", "tttttttfff"),
        ("rational?", "tttttfffff"),
        ("integer?", "ttftffffff"),
        ("exact-integer?", "ttffffffff"),
        ("exact-rational?", "tttfffffff"),
        ("fixnum?", "tfffffffff"),
        ("flonum?", "fffttttfff"),
        ("exact-nonnegative-integer?", "ttffffffff"),
        // These raise for what is no number.
        ("exact?", "tttfffftf"),
        ("inexact?", "fffttttft"),
        ("nan?", "fffffftff"),
        ("finite?", "tttttfftt"),
        ("infinite?", "ffffftfff"),
    ];
    let mut bench = Bench::new();
    for (name, expected) in rows {
        for (kind, expected) in kinds.iter().zip(expected.chars()) {
            assert_eq!(
                bench.run(&format!("({name} {kind})")),
                format!("#{expected}"),
                "({name} {kind})"
            );
        }
    }
}

#[test]
fn integer_division() {
    check(
        r#"
        (quotient -7 2) => -3
        (remainder -7 2) => -1
        (modulo -7 2) => 1
        (modulo 7 -2) => -1
        (floor-quotient -7 2) => -4
        (%floor/ 5 -2) => (-3 . -1)
        (%truncate/ -5 2) => (-2 . -1)
        (quotient -1152921504606846976 -1) => 1152921504606846976
        (modulo -100000000000000000000 7) => 5
        (remainder -100000000000000000000 7) => -2
        (quotient 7.0 2) => 3.0
        (modulo -7.0 2.0) => 1.0
        (quotient 7.5 2) => error: quotient: argument 1 must be an integer, but is 7.5
        (quotient 1 0) => error: quotient: division by zero
        (modulo 1 0.0) => error: modulo: division by zero
        (modulo 5 'x) => error: modulo: argument 2 must be an integer, but is x
        (gcd) => 0
        (gcd 32 -36) => 4
        (gcd 0 -5) => 5
        (gcd 12.0 8) => 4.0
        (lcm) => 1
        (lcm 32 -36) => 288
        (lcm 32.0 -36) => 288.0
        (lcm 0 5) => 0
        (gcd 1.5 2) => error: gcd: argument 1 must be an integer, but is 1.5
        (%exact-integer-sqrt 17) => (4 . 1)
        (%exact-integer-sqrt -1) => error: exact-integer-sqrt: argument 1 must be an exact nonnegative integer, but is -1
        (%exact-integer-sqrt 4.0) => error: exact-integer-sqrt: argument 1 must be an exact integer, but is 4.0
        "#,
    );
}

#[test]
fn rounding() {
    check(
        r#"
        (floor -4.3) => -5.0
        (ceiling -4.3) => -4.0
        (truncate -4.3) => -4.0
        (round -4.3) => -4.0
        (round 2.5) => 2.0
        (round 3.5) => 4.0
        (round 7/2) => 4
        (round -7/2) => -4
        (round 5/2) => 2
        (floor -1/2) => -1
        (ceiling -1/2) => 0
        (truncate -1/2) => 0
        (round 7) => 7
        (floor +inf.0) => +inf.0
        (floor 1+i) => error: floor: argument 1 must be a real number, but is 1+i
        (numerator 6/4) => 3
        (denominator 6/4) => 2
        (denominator 0.5) => 2.0
        (numerator -0.75) => -3.0
        (denominator 5) => 1
        (denominator +inf.0) => error: denominator: argument 1 must be a rational number, but is +inf.0
        (rationalize 3/10 1/10) => 1/3
        (rationalize 0.3 1/10) => 0.3333333333333333
        (rationalize -3/10 1/10) => -1/3
        (rationalize 1/10 -3/10) => 0
        (rationalize 5 1) => 4
        (rationalize +inf.0 3) => +inf.0
        (rationalize 3 +inf.0) => 0.0
        (rationalize +inf.0 +inf.0) => +nan.0
        "#,
    );
}

#[test]
fn exactness() {
    check(
        r##"
        (exact 1e18) => 1000000000000000000
        (exact 0.1) => 3602879701896397/36028797018963968
        (exact -0.0) => 0
        (exact 1.5+2.0i) => 3/2+2i
        (exact +inf.0) => error: exact: argument 1 must be a finite number, but is +inf.0
        (exact 'a) => error: exact: argument 1 must be a number, but is a
        (inexact 1/3) => 0.3333333333333333
        (inexact 100000000000000000000000) => 1e23
        (inexact 1+2i) => 1.0+2.0i
        (exact->inexact 1) => 1.0
        (inexact->exact 2.0) => 2
        (inexact 9007199254740993) => 9007199254740992.0
        (number->string 255 16) => "ff"
        (number->string -1/3) => "-1/3"
        (number->string 1.5) => "1.5"
        (number->string 10 1) => error: number->string: argument 2 must be a radix from 2 to 36, but is 1
        (number->string 'a) => error: number->string: argument 1 must be a number, but is a
        (string->number "1e3") => 1000.0
        (string->number "#xff") => 255
        (string->number "ff" 16) => 255
        (string->number "1/2") => 1/2
        (string->number "abc") => #f
        (string->number "") => #f
        (string->number "1+2i") => 1+2i
        (string->number 5) => error: string->number: argument 1 must be a string, but is 5
        "##,
    );
    let mut bench = Bench::new();
    let exact = bench.run("(exact 1e300)");
    assert_eq!(exact.len(), 301);
    assert!(exact.starts_with("100000000000000005250476025520442024870446858110815"));
}

#[test]
fn powers_and_roots() {
    check(
        r#"
        (expt 2 100) => 1267650600228229401496703205376
        (expt 2 -2) => 1/4
        (expt -2/3 3) => -8/27
        (expt -2/3 -3) => -27/8
        (expt 2.0 0.5) => 1.4142135623730951
        (expt 2 0.5) => 1.4142135623730951
        (expt 4 1/2) => 2
        (expt 8 2/3) => 4
        (expt 8 -2/3) => 1/4
        (expt 1/4 3/2) => 1/8
        (expt 2 1/2) => 1.4142135623730951
        (expt 0 0) => 1
        (expt 0.0 0) => 1
        (expt 0 0.5) => 0.0
        (expt 0 -1) => error: expt: division by zero
        (expt 0.0 -1) => +inf.0
        (expt -1 1000000000000000000001) => -1
        (expt 1 100000000000000000000) => 1
        (expt -2.0 3) => -8.0
        (expt +i 2) => -1
        (expt 1+i 10) => +32i
        (expt 1+i -2) => -1/2i
        (expt 2 100000000000000000000) => error: expt: out of memory
        (expt 2 10000000000) => error: expt: out of memory
        (expt 2 'a) => error: expt: argument 2 must be a number, but is a
        (sqrt 16) => 4
        (sqrt 1/4) => 1/2
        (sqrt 2) => 1.4142135623730951
        (sqrt -4) => +2i
        (sqrt -4.0) => 0.0+2.0i
        (sqrt -2) => 0.0+1.4142135623730951i
        (sqrt +i) => 0.7071067811865476+0.7071067811865475i
        (sqrt -3+4i) => 1+2i
        (sqrt 3.0-4.0i) => 2.0-1.0i
        (sqrt 0) => 0
        (sqrt 'a) => error: sqrt: argument 1 must be a number, but is a
        "#,
    );
    let mut bench = Bench::new();
    assert_eq!(
        bench.run("(sqrt (expt 10 400))"),
        bench.run("(expt 10 200)")
    );
    assert_eq!(bench.run("(sqrt (+ 1 (expt 10 400)))"), "1e200");
    assert_eq!(bench.run("(sqrt (/ 1 (+ 1 (expt 10 400))))"), "1e-200");
    assert_eq!(bench.run("(log (expt 10 400))"), "921.0340371976183");
}

#[test]
fn elementary_functions() {
    check(
        r#"
        (exp 0) => 1
        (exp 0.0) => 1.0
        (exp 1) => 2.718281828459045
        (log 1) => 0
        (log 0.0) => -inf.0
        (log 0) => error: log: argument 1 must be a number other than zero, but is 0
        (log 8 2) => 3.0
        (log 1000 10) => 3.0
        (log -1) => 0.0+3.141592653589793i
        (sin 0) => 0
        (cos 0) => 1
        (acos 1) => 0
        (acos 1.0) => 0.0
        (asin 2) => 1.5707963267948966-1.3169578969248166i
        (acos 2) => 0.0+1.3169578969248166i
        (atan 1) => 0.7853981633974483
        (atan 1 0) => 1.5707963267948966
        (atan 0 1) => 0
        (atan 0 -1) => 3.141592653589793
        (atan 0.0 -1) => 3.141592653589793
        (atan -0.0 -1) => -3.141592653589793
        (atan 1 'a) => error: atan: argument 2 must be a real number, but is a
        (sin 'a) => error: sin: argument 1 must be a number, but is a
        (exp 0+0.0i) => 1.0+0.0i
        (make-rectangular 1 2) => 1+2i
        (make-rectangular 1 0) => 1
        (make-rectangular 1 0.0) => 1+0.0i
        (make-polar 2 0) => 2
        (magnitude 3+4i) => 5
        (magnitude 3.0+4.0i) => 5.0
        (magnitude -5) => 5
        (angle -1) => 3.141592653589793
        (angle 1) => 0
        (angle -1.0) => 3.141592653589793
        (angle +i) => 1.5707963267948966
        (real-part 1+2i) => 1
        (imag-part 5) => 0
        (* 1+2i 3-4i) => 11+2i
        (/ 1+2i 3-4i) => -1/5+2/5i
        (/ 1 +i) => -i
        (+ 1+2i 1-2i) => 2
        (- 1+2i) => -1-2i
        (/ 1+2i 0) => error: /: division by zero
        "#,
    );
}

#[test]
fn bits() {
    check(
        r#"
        (bitwise-and) => -1
        (bitwise-and 12 10) => 8
        (bitwise-ior 12 10) => 14
        (bitwise-xor 12 10) => 6
        (bitwise-not 5) => -6
        (bitwise-and -1 100000000000000000000) => 100000000000000000000
        (bitwise-and 1.0 1) => error: bitwise-and: argument 1 must be an exact integer, but is 1.0
        (arithmetic-shift 1 100) => 1267650600228229401496703205376
        (arithmetic-shift 1267650600228229401496703205376 -100) => 1
        (arithmetic-shift -1 -100) => -1
        (arithmetic-shift -5 -1) => -3
        (arithmetic-shift -100000000000000000001 -1) => -50000000000000000001
        (arithmetic-shift 5 -1000000000000000000000) => 0
        (arithmetic-shift 0 1000000000000000000000) => 0
        (arithmetic-shift 1 1000000000000000000000) => error: arithmetic-shift: out of memory
        (arithmetic-shift 1152921504606846975 1) => 2305843009213693950
        (arithmetic-shift -1 60) => -1152921504606846976
        (bit-count 255) => 8
        (bit-count -1) => 0
        (integer-length 255) => 8
        (integer-length -256) => 8
        (integer-length -257) => 9
        (integer-length 0) => 0
        (bit-set? 0 5) => #t
        (bit-set? 100 -1) => #t
        (bit-set? 1 5) => #f
        (first-set-bit 8) => 3
        (first-set-bit 0) => -1
        "#,
    );
}

#[test]
fn flonums_and_fixnums() {
    check(
        r#"
        (fl+ 1.0 2.0) => 3.0
        (fl- 1.0) => -1.0
        (fl/ 2.0) => 0.5
        (fl+ 1.0 2) => error: fl+: argument 2 must be a flonum, but is 2
        (fl< 1.0 2.0 1.5) => #f
        (flmax 1.0 3.0 2.0) => 3.0
        (flsqrt -1.0) => +nan.0
        (flround 2.5) => 2.0
        (flatan 1.0 1.0) => 0.7853981633974483
        (flexpt 2.0 10.0) => 1024.0
        (fixnum->flonum 5) => 5.0
        (flinteger? 5.0) => #t
        (fx+ 1 2) => 3
        (fx+ 1152921504606846975 1) => error: fx+: the result is no fixnum 1152921504606846975 1
        (fx- -1152921504606846976) => error: fx-: the result is no fixnum -1152921504606846976
        (fx* 2 3) => 6
        (fxquotient 7 -2) => -3
        (fxquotient 7 0) => error: fxquotient: division by zero
        (fxmodulo -7 2) => 1
        (fx< 1 2 3) => #t
        (fx+ 1 2.0) => error: fx+: argument 2 must be a fixnum, but is 2.0
        (fxarithmetic-shift 1 10) => 1024
        (fxarithmetic-shift -1 -70) => -1
        (fxarithmetic-shift 1 70) => error: fxarithmetic-shift: the result is no fixnum 1 70
        (fxnot 0) => -1
        (fxmax 1 3 2) => 3
        "#,
    );
}

#[test]
fn random_numbers() {
    let mut bench = Bench::new();
    bench.run("(%random-seed! 42)");
    let first = bench.run("(random-integer 1000000000000000000000000000000)");
    bench.run("(%random-seed! 42)");
    assert_eq!(
        bench.run("(random-integer 1000000000000000000000000000000)"),
        first
    );
    assert_eq!(
        bench.run("(random-integer 0)"),
        "error: random-integer: argument 1 must be an exact positive integer, but is 0"
    );
    assert_eq!(bench.run("(random-integer 1)"), "0");
    assert_eq!(bench.run("(flonum? (random-real))"), "#t");
}

/// A generator for the property tests below: the same numbers each time.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let a = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        a ^ a >> 31
    }

    /// Integers of up to three limbs, those at the edges of representations often.
    pub(super) fn integer(&mut self) -> IBig {
        let edges = [0, 1, -1, 2, FIXNUM_MAX, FIXNUM_MIN, i64::MAX, i64::MIN];
        match self.next() % 6 {
            0 => IBig::from(edges[self.next() as usize % edges.len()]),
            1 => {
                IBig::from(edges[self.next() as usize % edges.len()])
                    + IBig::from(self.next() as i64 % 3)
            }
            2 => IBig::from(self.next() as i64 % 1000),
            3 => IBig::from(self.next() as i64),
            _ => {
                let sign = if self.next() & 1 == 0 {
                    Sign::Positive
                } else {
                    Sign::Negative
                };
                let limbs: Vec<u64> = (0..1 + self.next() % 3).map(|_| self.next()).collect();
                IBig::from_sign_words(sign, &limbs)
            }
        }
    }

    /// A flonum of any size, whole ones often.
    pub(super) fn flonum(&mut self) -> f64 {
        match self.next() % 4 {
            0 => (self.next() as i64 % 1000) as f64,
            1 => self.next() as i64 as f64,
            2 => (self.next() as i64 % 10_000) as f64 / 64.0,
            _ => f64::from_bits(self.next()),
        }
    }
}

/// The primitive's result on exact integers, as one.
fn call(bench: &mut Bench, name: &str, args: &[&IBig]) -> Option<IBig> {
    let args: Vec<Value> = args
        .iter()
        .map(|n| encode_integer(&mut bench.vm.heap, n).unwrap())
        .collect();
    bench.call(name, &args).ok().and_then(decode_integer)
}

#[test]
fn integers_agree_with_the_library() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(1));
    for _ in 0..20_000 {
        let (a, b) = (numbers.integer(), numbers.integer());
        assert_eq!(call(&mut bench, "+", &[&a, &b]), Some(&a + &b), "{a} + {b}");
        assert_eq!(call(&mut bench, "-", &[&a, &b]), Some(&a - &b), "{a} - {b}");
        assert_eq!(call(&mut bench, "*", &[&a, &b]), Some(&a * &b), "{a} * {b}");
        assert_eq!(
            call(&mut bench, "bitwise-and", &[&a, &b]),
            Some(&a & &b),
            "{a} & {b}"
        );
        assert_eq!(
            call(&mut bench, "bitwise-xor", &[&a, &b]),
            Some(&a ^ &b),
            "{a} ^ {b}"
        );
        if b != IBig::ZERO {
            let (q, r) = (&a).div_rem(&b);
            assert_eq!(
                call(&mut bench, "quotient", &[&a, &b]),
                Some(q),
                "{a} / {b}"
            );
            assert_eq!(
                call(&mut bench, "remainder", &[&a, &b]),
                Some(r),
                "{a} % {b}"
            );
            let floor = call(&mut bench, "floor-quotient", &[&a, &b]).unwrap();
            let modulo = call(&mut bench, "modulo", &[&a, &b]).unwrap();
            assert_eq!(&floor * &b + &modulo, a, "{a} {b}");
            assert!(
                modulo == IBig::ZERO || modulo.sign() == b.sign(),
                "{a} mod {b} = {modulo}"
            );
        }
        // Results are in normal form: a fixnum whenever possible.
        let v = encode_integer(&mut bench.vm.heap, &a).unwrap();
        let small = i64::try_from(&a).is_ok_and(|n| (FIXNUM_MIN..=FIXNUM_MAX).contains(&n));
        assert_eq!(v.is_fixnum(), small, "{a}");
    }
}

#[test]
fn small_integers_agree_with_i128() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(2));
    for _ in 0..20_000 {
        let (a, b) = (
            numbers.next() as i64 >> (numbers.next() % 60),
            numbers.next() as i64 >> (numbers.next() % 60),
        );
        let (wide_a, wide_b) = (i128::from(a), i128::from(b));
        let (big_a, big_b) = (IBig::from(a), IBig::from(b));
        assert_eq!(
            call(&mut bench, "+", &[&big_a, &big_b]),
            Some(IBig::from(wide_a + wide_b))
        );
        assert_eq!(
            call(&mut bench, "-", &[&big_a, &big_b]),
            Some(IBig::from(wide_a - wide_b))
        );
        assert_eq!(
            call(&mut bench, "*", &[&big_a, &big_b]),
            Some(IBig::from(wide_a * wide_b))
        );
        let count = IBig::from(b % 70);
        let shifted = if b % 70 < 0 {
            wide_a >> -(b % 70)
        } else if b % 70 < 64 {
            wide_a << (b % 70)
        } else {
            continue;
        };
        assert_eq!(
            call(&mut bench, "arithmetic-shift", &[&big_a, &count]),
            Some(IBig::from(shifted)),
            "{a} {b}"
        );
    }
}

#[test]
fn comparing_is_exact() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(3));
    for _ in 0..20_000 {
        let (n, x) = (numbers.integer(), numbers.flonum());
        let a = encode_integer(&mut bench.vm.heap, &n).unwrap();
        let b = bench.vm.heap.flonum(x);
        let expected = match RBig::try_from(x) {
            Ok(exact) => Some(RBig::from(n.clone()).cmp(&exact)),
            Err(_) if x.is_nan() => None,
            Err(_) => Some(if x > 0.0 {
                Ordering::Less
            } else {
                Ordering::Greater
            }),
        };
        let holds = |bench: &mut Bench, name| bench.call(name, &[a, b]).unwrap() == Value::TRUE;
        assert_eq!(
            holds(&mut bench, "<"),
            expected == Some(Ordering::Less),
            "{n} < {x}"
        );
        assert_eq!(
            holds(&mut bench, "="),
            expected == Some(Ordering::Equal),
            "{n} = {x}"
        );
        assert_eq!(
            holds(&mut bench, ">"),
            expected == Some(Ordering::Greater),
            "{n} > {x}"
        );
    }
}

#[test]
fn inexact_is_correctly_rounded() {
    let mut numbers = Numbers(4);
    for _ in 0..20_000 {
        let (n, d) = (numbers.integer(), numbers.integer());
        if d == IBig::ZERO {
            continue;
        }
        let exact = RBig::from_parts_signed(n, d);
        check_rounding(&exact, Real::Rat(exact.clone()).to_f64());
    }
    for _ in 0..20_000 {
        let n = numbers.integer();
        check_rounding(&RBig::from(n.clone()), Real::Big(n).to_f64());
    }
}

/// Neither neighbour of `x` is nearer to `exact`, nor as near while `x` is odd.
fn check_rounding(exact: &RBig, x: f64) {
    assert!(x.is_finite(), "{exact}");
    let distance = |x: f64| {
        let difference = RBig::try_from(x).unwrap() - exact;
        if difference < RBig::ZERO {
            -difference
        } else {
            difference
        }
    };
    let own = distance(x);
    for neighbour in [x.next_up(), x.next_down()] {
        let other = distance(neighbour);
        assert!(
            own < other || (own == other && x.to_bits() & 1 == 0),
            "{exact} became {x}"
        );
    }
}

#[test]
fn flonums_go_to_exact_and_back() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(5));
    for _ in 0..20_000 {
        let x = numbers.flonum();
        if !x.is_finite() {
            continue;
        }
        let v = bench.vm.heap.flonum(x);
        let exact = bench.call("exact", &[v]).unwrap();
        let back = bench.call("inexact", &[exact]).unwrap();
        assert_eq!(flonum_value(back), x);
        let text = bench.call("number->string", &[v]).unwrap();
        let read = bench.call("string->number", &[text]).unwrap();
        assert_eq!(flonum_value(read).to_bits(), x.to_bits());
    }
}

#[test]
fn rationals_obey_the_laws_of_a_field() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(6));
    let mut rational = |bench: &mut Bench| {
        let d = numbers.integer();
        let d = if d == IBig::ZERO { IBig::ONE } else { d };
        let (n, d) = (
            encode_integer(&mut bench.vm.heap, &numbers.integer()).unwrap(),
            encode_integer(&mut bench.vm.heap, &d).unwrap(),
        );
        bench.call("/", &[n, d]).unwrap()
    };
    for _ in 0..3_000 {
        let (a, b, c) = (
            rational(&mut bench),
            rational(&mut bench),
            rational(&mut bench),
        );
        let mut op = |name: &str, a, b| bench.call(name, &[a, b]).unwrap();
        let (sum, ab, ac) = (op("+", b, c), op("*", a, b), op("*", a, c));
        let (left, right) = (op("*", a, sum), op("+", ab, ac));
        assert!(crate::equality::is_eqv(left, right));
        let back = op("-", right, ac);
        assert!(crate::equality::is_eqv(back, ab));
        if b != Value::fixnum(0) {
            let quotient = op("/", ab, b);
            assert!(crate::equality::is_eqv(quotient, a));
        }
    }
}
