//! Random numbers: the generators under SRFI 27's sources.
//!
//! Each node has one generator, xoshiro256++ (Blackman and Vigna), seeded by the
//! operating system until a program seeds it. Others are bytevectors of 32 bytes, their
//! state, so that they are copied and travel like any value. Not for secrets.

use super::integer::to_natural;
use super::value::{self, encode_integer};
use crate::args::{bytevector, check_room, mutable, wrong};
use crate::table::primitives;
use dashu_base::BitTest;
use dashu_int::{IBig, UBig};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use termite_abi::{Kind, Value};
use termite_heap as heap;
use termite_vm::{Cx, Raise};

primitives! {
    /// `(random-integer n)` is a random exact integer from 0 to below `n`.
    "random-integer" (1) Alloc => |cx, args| {
        let bound = bound(cx, args, 0)?;
        let result = cx.node.state::<Random>().integer(&bound);
        encode_integer(cx.heap(), &result)
    };
    /// `(random-real)` is a random flonum between 0 and 1, both excluded.
    "random-real" (0) Alloc => |cx, _| {
        let x = cx.node.state::<Random>().real();
        Ok(cx.heap().flonum(x))
    };
    /// `(%random-seed! n)` makes the numbers that follow depend on `n` alone.
    "%random-seed!" (1) Leaf => |cx, args| {
        let seed = value::exact_integer(args, 0)?;
        let low = seed.to_le_bytes().iter().rev().fold(0u64, |n, &b| n.rotate_left(8) ^ u64::from(b));
        *cx.node.state::<Random>() = Random::seeded(low);
        Ok(Value::VOID)
    };
    /// `(%random-state)` is the state of the node's generator, a bytevector.
    "%random-state" (0) Alloc => |cx, _| {
        let bytes = cx.node.state::<Random>().to_bytes();
        Ok(cx.heap().bytevector(&bytes))
    };
    /// `(%set-random-state! state)` gives the node's generator another state.
    "%set-random-state!" (1) Leaf => |cx, args| {
        *cx.node.state::<Random>() = state(args, 0)?;
        Ok(Value::VOID)
    };
    /// `(%random-state-from i ...)` is a state that depends on these exact integers alone;
    /// without any, one that the operating system chooses.
    "%random-state-from" (0..) Alloc => |cx, args| {
        let generator = if args.is_empty() { Random::default() } else { seeded_by(args)? };
        Ok(cx.heap().bytevector(&generator.to_bytes()))
    };
    /// `(%random-integer-of state n)` is a random exact integer from 0 to below `n`, and
    /// steps the state.
    "%random-integer-of" (2) Alloc => |cx, args| {
        let bound = bound(cx, args, 1)?;
        let result = step(cx, args, |generator| generator.integer(&bound))?;
        encode_integer(cx.heap(), &result)
    };
    /// `(%random-real-of state)` is a random flonum between 0 and 1, both excluded, and
    /// steps the state.
    "%random-real-of" (1) Alloc => |cx, args| {
        let x = step(cx, args, Random::real)?;
        Ok(cx.heap().flonum(x))
    };
}

/// Bytes of a generator's state.
const STATE: usize = 32;

struct Random([u64; 4]);

impl Default for Random {
    fn default() -> Random {
        Random::seeded(RandomState::new().build_hasher().finish())
    }
}

impl Random {
    /// Fills the state by SplitMix64.
    fn seeded(seed: u64) -> Random {
        let mut at = seed;
        Random([(); 4].map(|()| {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let a = (at ^ at >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let b = (a ^ a >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            b ^ b >> 31
        }))
    }

    fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// 53 random bits, moved off zero by half of the last one.
    fn real(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Uniform below `n`, which is not zero: Lemire's method.
    fn below(&mut self, n: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(n);
            // Only low halves below 2^64 mod n may be one too many.
            if product as u64 >= n || product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as u64;
            }
        }
    }

    /// Uniform below `n`, which is not zero.
    fn integer(&mut self, n: &UBig) -> IBig {
        match u64::try_from(n) {
            Ok(small) => IBig::from(self.below(small)),
            Err(_) => IBig::from(self.big_below(n)),
        }
    }

    fn to_bytes(&self) -> [u8; STATE] {
        let mut bytes = [0; STATE];
        for (part, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// Uniform below `n`, which is not zero, by rejection.
    fn big_below(&mut self, n: &UBig) -> UBig {
        let bits = n.bit_len();
        loop {
            let limbs: Vec<u64> = (0..bits.div_ceil(64)).map(|_| self.next()).collect();
            let mut candidate = UBig::from_words(&limbs);
            candidate.clear_high_bits(bits);
            if candidate < *n {
                return candidate;
            }
        }
    }
}

/// The bound of random integers, positive.
fn bound(cx: &mut Cx<'_>, args: &[Value], i: usize) -> Result<UBig, Raise> {
    let n = to_natural(value::exact_integer(args, i)?).filter(|n| !n.is_zero());
    let n = n.ok_or_else(|| wrong(args, i, "an exact positive integer"))?;
    check_room(cx.heap(), n.bit_len() / 8)?;
    Ok(n)
}

/// A generator from its state, which is not all zeros.
fn state(args: &[Value], i: usize) -> Result<Random, Raise> {
    let words = match heap::bytes(bytevector(args, i)?).as_chunks::<8>() {
        ([a, b, c, d], []) => [*a, *b, *c, *d].map(u64::from_le_bytes),
        _ => [0; 4],
    };
    match words {
        [0, 0, 0, 0] => Err(wrong(args, i, "the state of a random source, 32 bytes")),
        words => Ok(Random(words)),
    }
}

/// Takes something from the generator whose state is the first argument.
fn step<T>(cx: &mut Cx<'_>, args: &[Value], take: impl Fn(&mut Random) -> T) -> Result<T, Raise> {
    let bytes = mutable(cx.heap(), args, 0, Kind::Bytevector)?;
    let mut generator = state(args, 0)?;
    let taken = take(&mut generator);
    heap::bytes_mut(bytes).copy_from_slice(&generator.to_bytes());
    Ok(taken)
}

/// A generator for the integers; each order of them has its own.
fn seeded_by(args: &[Value]) -> Result<Random, Raise> {
    let mut generator = Random::seeded(0);
    for i in 0..args.len() {
        let n = value::exact_integer(args, i)?;
        let seed = n
            .to_le_bytes()
            .chunks(8)
            .fold(generator.next(), |hash, chunk| {
                let word = chunk
                    .iter()
                    .rev()
                    .fold(0, |word, &b| word << 8 | u64::from(b));
                Random::seeded(hash ^ word).next()
            });
        generator = Random::seeded(seed);
    }
    Ok(generator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (mut a, mut b) = (Random::seeded(7), Random::seeded(7));
        assert!((0..100).all(|_| a.next() == b.next()));
        assert_ne!(Random::seeded(8).next(), Random::seeded(7).next());
    }

    #[test]
    fn numbers_stay_below_their_bound_and_reach_all_of_it() {
        let mut random = Random::seeded(1);
        let mut seen = [0; 6];
        (0..6000).for_each(|_| seen[random.below(6) as usize] += 1);
        assert!(seen.iter().all(|&n| n > 800), "{seen:?}");
        let bound = UBig::from(3u8) << 100;
        assert!((0..100).all(|_| random.big_below(&bound) < bound));
        assert!((0..1000).map(|_| random.real()).all(|x| 0.0 < x && x < 1.0));
        assert_eq!(random.below(1), 0);
    }
}
