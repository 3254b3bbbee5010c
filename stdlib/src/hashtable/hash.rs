//! Hashes of values.
//!
//! The hash of an object that is compared by identity is made from its address, and is
//! good only while the object stays put: until the next minor collection if it is young,
//! for ever if not. All other hashes depend on contents alone.

use super::table::Test;
use std::ops::ControlFlow;
use termite_abi::value::FIXNUM_MAX;
use termite_abi::{Kind, Value};
use termite_heap::{
    self as heap, Text, bignum_is_negative, bignum_limbs, flonum_value, string_text,
    symbols::symbol_hash,
};

/// Objects that the hash of a structure takes into account.
const PARTS: usize = 64;

/// What a hash is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    Content,
    Address,
}

/// The hash of a key under a test, a fixnum that is not negative.
pub(crate) fn hash_key(test: Test, key: Value) -> (i64, Source) {
    let by_content = match test {
        Test::Eq => None,
        Test::Eqv => number_hash(key),
        Test::Equal => leaf_hash(key).or_else(|| is_structure(key).then(|| structure_hash(key))),
        Test::String => leaf_hash(key),
    };
    match by_content {
        Some(hash) => (finish(hash), Source::Content),
        None if key.is_pointer() => (finish(key.0), Source::Address),
        None => (finish(key.0), Source::Content),
    }
}

/// The same for `equal?` objects, wherever they are; objects that are compared by
/// identity all count as alike.
pub(crate) fn equal_hash(v: Value) -> i64 {
    let hash = leaf_hash(v).unwrap_or_else(|| {
        if is_structure(v) {
            structure_hash(v)
        } else {
            mute(v)
        }
    });
    finish(hash)
}

pub(crate) fn text_hash(text: Text<'_>) -> i64 {
    finish(mix_text(text))
}

/// Spreads the bits and cuts to a fixnum that is not negative (SplitMix64's finalizer).
fn finish(n: u64) -> i64 {
    let a = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let b = (a ^ a >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (b ^ b >> 31) as i64 & FIXNUM_MAX
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

fn mix_text(text: Text<'_>) -> u64 {
    match text.latin1() {
        Some(bytes) => bytes.iter().fold(1, |hash, &b| mix(hash, b.into())),
        None => text
            .chars()
            .fold(1, |hash, c| mix(hash, u32::from(c).into())),
    }
}

/// The hash of a number other than a fixnum.
fn number_hash(v: Value) -> Option<u64> {
    if v.is_flonum() {
        let x = flonum_value(v);
        // All NaNs are one number.
        return Some(mix(2, if x.is_nan() { u64::MAX } else { x.to_bits() }));
    }
    match heap::kind(v)? {
        Kind::Bignum => {
            let start = 3 + u64::from(bignum_is_negative(v));
            Some(
                bignum_limbs(v)
                    .iter()
                    .fold(start, |hash, &limb| mix(hash, limb)),
            )
        }
        // Parts are real numbers: this goes one level deep, two for complex ratios.
        kind @ (Kind::Ratnum | Kind::Compnum) => {
            let part = |i| number_hash(heap::field(v, i)).unwrap_or(heap::field(v, i).0);
            Some(mix(mix(kind as u64, part(0)), part(1)))
        }
        _ => None,
    }
}

/// The hash of what `equal?` compares by content and has no parts.
fn leaf_hash(v: Value) -> Option<u64> {
    if !v.is_pointer() {
        return Some(immediate_hash(v));
    }
    match heap::kind(v) {
        Some(Kind::String) => Some(mix_text(string_text(v))),
        Some(Kind::Bytevector) => Some(
            heap::bytes(v)
                .iter()
                .fold(5, |hash, &b| mix(hash, b.into())),
        ),
        Some(Kind::Symbol) => Some(symbol_hash(v) as u64),
        _ => number_hash(v),
    }
}

/// Of a pid or tag, what is the same on every node: tables that programs make of hashes
/// travel as they are.
fn immediate_hash(v: Value) -> u64 {
    match v.as_pid().or(v.as_unique_tag()) {
        Some(identity) => mix(17, identity.serial),
        None => v.0,
    }
}

fn is_structure(v: Value) -> bool {
    v.is_pair() || heap::is_kind(v, Kind::Vector)
}

/// For an object that is compared by identity: the same for all of its kind.
fn mute(v: Value) -> u64 {
    mix(7, heap::kind(v).map_or(v.tag(), |kind| 16 + kind as u64))
}

/// Looks at a bounded number of parts, so that circular data have a hash too.
fn structure_hash(v: Value) -> u64 {
    let mut hash = 11;
    let mut pending = vec![v];
    for _ in 0..PARTS {
        if structure_step(&mut hash, &mut pending).is_break() {
            break;
        }
    }
    hash
}

fn structure_step(hash: &mut u64, pending: &mut Vec<Value>) -> ControlFlow<()> {
    let Some(v) = pending.pop() else {
        return ControlFlow::Break(());
    };
    let own = if v.is_pair() {
        pending.extend([heap::cdr(v), heap::car(v)]);
        13
    } else if heap::is_kind(v, Kind::Vector) {
        let length = heap::field_count(v);
        pending.extend((0..length.min(PARTS)).rev().map(|i| heap::field(v, i)));
        mix(17, length as u64)
    } else {
        leaf_hash(v).unwrap_or_else(|| mute(v))
    };
    *hash = mix(*hash, own);
    ControlFlow::Continue(())
}
