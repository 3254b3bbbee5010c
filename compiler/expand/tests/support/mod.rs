//! What the tests of this crate share.
#![allow(dead_code)]

pub mod cases;
pub mod eval;
pub mod host;
pub mod primitives;
