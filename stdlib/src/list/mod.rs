//! Pairs and lists (R7RS 6.4).
//!
//! Circular lists are found out where a list must be proper; nothing here runs for ever.

mod basic;
mod pair;
mod search;
#[cfg(test)]
mod tests;

use termite_vm::Primitive;

pub(crate) const AREAS: &[&[Primitive]] = &[pair::ROWS, basic::ROWS, search::ROWS];
