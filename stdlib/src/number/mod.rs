//! The numeric tower (R7RS 6.2): fixnums, bignums, ratios, flonums, complex numbers.
//!
//! | module | owns |
//! |---|---|
//! | `value` | numbers as Rust values, from and to the heap |
//! | `real`, `complex` | arithmetic on those |
//! | `c64` | complex functions of flonums |
//! | `ratio`, `bignum` | arithmetic of small ratios and short bignums, in place |
//! | `fraction` | arithmetic of all other exact ratios |
//! | `arith`, `compare`, `integer`, `round`, `bits`, `power`, `transcendental`, `convert`, `random` | primitives on all numbers |
//! | `flonum`, `fixnum` | primitives on one kind of number |
//!
//! How numbers are read and printed is in `termite-syntax`.

mod arith;
mod bignum;
mod bits;
mod c64;
mod compare;
mod complex;
mod convert;
mod fixnum;
mod flonum;
mod fraction;
mod integer;
mod power;
mod random;
mod ratio;
mod real;
mod round;
#[cfg(test)]
mod tests;
mod transcendental;
pub(crate) mod value;

pub(crate) use arith::{add, multiply};

use termite_vm::Primitive;

pub(crate) const AREAS: &[&[Primitive]] = &[
    arith::ROWS,
    compare::ROWS,
    integer::ROWS,
    round::ROWS,
    bits::ROWS,
    transcendental::ROWS,
    power::ROWS,
    convert::ROWS,
    random::ROWS,
    flonum::ROWS,
    fixnum::ROWS,
];
