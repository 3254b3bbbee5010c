//! Laws that hold for numbers of every kind together, on numbers from a seeded generator.

use super::Numbers;
use crate::equality::is_eqv;
use crate::number::value::{Num, Real};
use crate::testing::Bench;
use dashu_base::{Abs, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use termite_abi::Value;
use termite_heap::flonum_value;

impl Numbers {
    fn ratio(&mut self) -> RBig {
        let below = self.integer();
        let below = if below.is_zero() { IBig::ONE } else { below };
        RBig::from_parts_signed(self.integer(), below)
    }

    /// A real number; often one that is near another of a different kind.
    fn real(&mut self) -> Real {
        let small = IBig::from(self.next() as i64 % 4);
        match self.next() % 8 {
            0 => Real::Big(self.integer()),
            1 => Real::Rat(self.ratio()),
            2 => Real::Flo(self.flonum()),
            3 => Real::Flo(
                [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0][self.next() as usize % 4],
            ),
            4 => Real::Big((IBig::ONE << (self.next() % 70) as usize) + small),
            5 => Real::Flo((1u128 << (self.next() % 70)) as f64 + self.next() as f64 % 4.0),
            6 => Real::Rat(RBig::from(small) / RBig::from(3)),
            _ => Real::Flo((self.next() as i64 % 4) as f64 / 3.0),
        }
    }

    fn exact(&mut self) -> Num {
        let part = |numbers: &mut Numbers| match numbers.next() % 3 {
            0 => Real::Big(numbers.integer()),
            1 => Real::Rat(numbers.ratio()),
            _ => Real::Fix(numbers.next() as i64 % 10),
        };
        let re = part(self);
        match self.next() % 3 {
            0 => Num::rectangular(re, part(self)),
            _ => Num::Real(re),
        }
    }
}

fn holds(bench: &mut Bench, name: &str, a: Value, b: Value) -> bool {
    bench.call(name, &[a, b]).unwrap() == Value::TRUE
}

#[test]
fn order_is_transitive_over_mixed_kinds() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(21));
    for _ in 0..60_000 {
        let [a, b, c] = std::array::from_fn(|_| numbers.real().encode(&mut bench.vm.heap).unwrap());
        for name in ["=", "<", ">", "<=", ">="] {
            if holds(&mut bench, name, a, b) && holds(&mut bench, name, b, c) {
                let shown = [a, b, c].map(|v| bench.write(v));
                assert!(holds(&mut bench, name, a, c), "{name} {shown:?}");
            }
        }
        // Exactly one of them, unless there is a NaN.
        let orders = ["<", "=", ">"].map(|name| holds(&mut bench, name, a, b));
        let count = orders.iter().filter(|&&order| order).count();
        let nan = [a, b]
            .iter()
            .any(|v| v.is_flonum() && flonum_value(*v).is_nan());
        assert_eq!(
            count,
            usize::from(!nan),
            "{} {}",
            bench.write(a),
            bench.write(b)
        );
        assert_eq!(holds(&mut bench, "<=", a, b), orders[0] || orders[1]);
        assert_eq!(holds(&mut bench, ">=", a, b), orders[2] || orders[1]);
    }
}

#[test]
fn exact_numbers_obey_the_laws_of_a_field() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(22));
    for _ in 0..4_000 {
        let [a, b, c] =
            std::array::from_fn(|_| numbers.exact().encode(&mut bench.vm.heap).unwrap());
        let mut op = |name: &str, a, b| bench.call(name, &[a, b]).unwrap();
        let laws = [
            (op("+", a, b), op("+", b, a)),
            (op("*", a, b), op("*", b, a)),
            {
                let (ab, bc) = (op("+", a, b), op("+", b, c));
                (op("+", ab, c), op("+", a, bc))
            },
            {
                let (ab, bc) = (op("*", a, b), op("*", b, c));
                (op("*", ab, c), op("*", a, bc))
            },
            {
                let (sum, ab, ac) = (op("+", b, c), op("*", a, b), op("*", a, c));
                (op("*", a, sum), op("+", ab, ac))
            },
            {
                let sum = op("+", a, b);
                (op("-", sum, b), a)
            },
        ];
        for (left, right) in laws {
            assert!(
                is_eqv(left, right),
                "{} {}",
                bench.write(left),
                bench.write(right)
            );
        }
        if b != Value::fixnum(0) {
            let product = bench.call("*", &[a, b]).unwrap();
            let back = bench.call("/", &[product, b]).unwrap();
            assert!(is_eqv(back, a), "{} {}", bench.write(back), bench.write(a));
        }
    }
}

#[test]
fn exact_numbers_are_read_back_in_every_radix() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(23));
    for i in 0..6_000 {
        let number = numbers.exact();
        let last = if matches!(number, Num::Real(_)) {
            36
        } else {
            18
        };
        let radix = Value::fixnum(2 + i % (last - 1));
        let v = number.encode(&mut bench.vm.heap).unwrap();
        let text = bench.call("number->string", &[v, radix]).unwrap();
        let back = bench.call("string->number", &[text, radix]).unwrap();
        assert!(is_eqv(v, back), "{}", bench.write(text));
    }
}

/// The flonum nearest to a ratio by long division, a bit at a time.
fn slow_inexact(q: &RBig) -> f64 {
    let (numerator, denominator) = q.clone().into_parts();
    let negative = numerator < IBig::ZERO;
    let (mut above, mut below) = (numerator.unsigned_abs(), denominator);
    if above.is_zero() {
        return 0.0;
    }
    // Brought to 1 <= above/below < 2, with the power of two taken out.
    let mut exponent = 0;
    while above >= &below << 1usize {
        below <<= 1usize;
        exponent += 1;
    }
    while above < below {
        above <<= 1usize;
        exponent -= 1;
    }
    let bits = if exponent >= -1022 {
        53
    } else {
        53 - (-1022 - exponent)
    };
    let mut mantissa = 0u64;
    for _ in 0..bits.max(0) {
        mantissa <<= 1;
        if above >= below {
            above -= &below;
            mantissa |= 1;
        }
        above <<= 1usize;
    }
    let up = match above.cmp(&below) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => mantissa & 1 == 1,
        std::cmp::Ordering::Less => false,
    };
    // Below the least exponent there may be no bit at all, nor half of one.
    let mantissa = if bits < 0 {
        0
    } else {
        mantissa + u64::from(up)
    };
    let scale = exponent - bits.max(0) + 1;
    let half = scale / 2;
    let size = mantissa as f64 * 2f64.powi(half) * 2f64.powi(scale - half);
    if negative { -size } else { size }
}

#[test]
fn inexact_agrees_with_long_division() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(24));
    for _ in 0..4_000 {
        let q = numbers.ratio();
        let places = (numbers.next() % 1150) as usize;
        let scale = RBig::from(UBig::ONE << places);
        let q = if numbers.next() & 1 == 0 {
            q * scale
        } else {
            q / scale
        };
        let v = Real::Rat(q.clone()).encode(&mut bench.vm.heap).unwrap();
        let inexact = bench.call("inexact", &[v]).unwrap();
        let expected = slow_inexact(&q);
        assert_eq!(flonum_value(inexact).to_bits(), expected.to_bits(), "{q}");
    }
}

/// The square of a root is as near as that of either neighbour's halfway point allows.
#[test]
fn roots_of_exact_numbers_are_correctly_rounded() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(25));
    for _ in 0..4_000 {
        let q = numbers.ratio().abs();
        let v = Real::Rat(q.clone()).encode(&mut bench.vm.heap).unwrap();
        let root = bench.call("sqrt", &[v]).unwrap();
        if !root.is_flonum() {
            let squared = bench.call("*", &[root, root]).unwrap();
            assert!(is_eqv(squared, v));
            continue;
        }
        let x = flonum_value(root);
        let halfway = |neighbour: f64| {
            let sum = RBig::try_from(x).unwrap() + RBig::try_from(neighbour).unwrap();
            let half = sum / RBig::from(2);
            &half * &half
        };
        assert!(
            halfway(x.next_down()) <= q && q <= halfway(x.next_up()),
            "sqrt {q} is not {x}"
        );
    }
}

#[test]
fn floor_and_truncate_divide_alike_for_flonums() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(26));
    for _ in 0..20_000 {
        let [n, d] =
            std::array::from_fn(|_| (numbers.next() as i64 >> (numbers.next() % 63)) as f64);
        if d == 0.0 {
            continue;
        }
        let inexact = [n, d].map(|x| bench.vm.heap.flonum(x));
        let exact = inexact.map(|v| bench.call("exact", &[v]).unwrap());
        for name in ["quotient", "remainder", "modulo", "floor-quotient"] {
            let wanted = bench.call(name, &exact).unwrap();
            let wanted = bench.call("inexact", &[wanted]).unwrap();
            let got = bench.call(name, &inexact).unwrap();
            assert!(is_eqv(got, wanted), "({name} {n} {d})");
        }
    }
}

/// What the primitive says of exact reals, next to the same by a library's ratios.
fn agrees(bench: &mut Bench, name: &str, operands: &[&RBig], expected: Real) {
    let args: Vec<Value> = operands
        .iter()
        .map(|q| Real::Rat((*q).clone()).encode(&mut bench.vm.heap).unwrap())
        .collect();
    let found = bench.call(name, &args).unwrap();
    let expected = expected.encode(&mut bench.vm.heap).unwrap();
    assert!(
        is_eqv(found, expected),
        "{name} of {operands:?}: {} and {}",
        bench.write(found),
        bench.write(expected)
    );
}

#[test]
fn ratios_agree_with_a_library() {
    let (mut bench, mut numbers) = (Bench::new(), Numbers(77));
    for round in 0..20_000 {
        let mut a = numbers.ratio();
        // Often with a common divisor of the denominators, or of one and a numerator.
        let b = match round % 4 {
            0 => &a * RBig::from(numbers.integer()),
            1 => numbers.ratio() / RBig::from(a.denominator().clone()),
            2 => RBig::from(numbers.integer()),
            _ => numbers.ratio(),
        };
        if round % 16 == 0 {
            a = RBig::from_parts(IBig::from(2 * (round as i64) + 1), UBig::from(2u8));
        }
        agrees(&mut bench, "+", &[&a, &b], Real::Rat(&a + &b));
        agrees(&mut bench, "-", &[&a, &b], Real::Rat(&a - &b));
        agrees(&mut bench, "*", &[&a, &b], Real::Rat(&a * &b));
        if !b.is_zero() {
            agrees(&mut bench, "/", &[&a, &b], Real::Rat(&a / &b));
        }
        agrees(&mut bench, "floor", &[&a], Real::Big(a.floor()));
        agrees(&mut bench, "ceiling", &[&a], Real::Big(a.ceil()));
        agrees(&mut bench, "truncate", &[&a], Real::Big(a.trunc()));
        // The nearest integer is off by a half at most, and even if by a half.
        let rounded = (&a + RBig::from_parts(IBig::ONE, UBig::from(2u8))).floor();
        let tie = RBig::from(rounded.clone()) - &a == RBig::from_parts(IBig::ONE, UBig::from(2u8));
        let odd = &rounded % IBig::from(2) != IBig::ZERO;
        let nearest = if tie && odd {
            rounded - IBig::ONE
        } else {
            rounded
        };
        agrees(&mut bench, "round", &[&a], Real::Big(nearest));
        agrees(
            &mut bench,
            "numerator",
            &[&a],
            Real::Big(a.numerator().clone()),
        );
        agrees(
            &mut bench,
            "denominator",
            &[&a],
            Real::Big(a.denominator().clone().into()),
        );
    }
}
