//! Tests of the compiler as a whole, on texts that are compiled and never run.
//!
//! [`session`] compiles a text and checks what has to hold whatever it is; [`mutate`]
//! makes texts. The fuzz target for the expander calls the same. A crate of its own, so
//! that the harness that runs programs can be built without linking the compiler.

pub mod mutate;
pub mod session;

pub use session::Frontend;
