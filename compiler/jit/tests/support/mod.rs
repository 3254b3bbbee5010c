//! What the tests of generated code share.
#![allow(dead_code)]

pub mod build;
pub mod machine;
pub mod prims;
pub mod programs;
pub mod reference;
