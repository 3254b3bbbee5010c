//! The portable form of code: what the interpreter runs, the JIT compiles, the cache
//! stores, the wire carries and the hash names.
//!
//! Owns the data structure ([`mod@unit`]), the operations table ([`op`]), the text form
//! ([`text`], [`mod@parse`]), the verifier ([`mod@verify`]), the binary form ([`codec`]) and the
//! content hash ([`hash`]); beside them what its users share: walking the parts
//! ([`walk`]), dominators ([`flow`]), kinds of registers ([`kinds`]), allocation bounds
//! ([`alloc`]), a builder ([`builder`]), and mutation and fuzzing for tests ([`mutate`],
//! [`fuzz`]). Knows nothing of machine code, of heaps, or of Scheme syntax.
//!
//! Invariants of a verified unit: every operation is safe for any operands of the
//! right kind; control points and live lists are fixed here, and no later stage adds or
//! drops one; the branches inside a segment go forward only, so a segment ends.

#![forbid(unsafe_code)]

pub mod alloc;
pub mod builder;
pub mod codec;
pub mod flow;
pub mod fuzz;
pub mod hash;
pub mod kinds;
pub mod mutate;
pub mod op;
pub mod parse;
pub mod text;
pub mod unit;
pub mod verify;
pub mod walk;

pub use alloc::max_alloc;
pub use builder::{SegmentBuilder, UnitBuilder};
pub use codec::{DecodeError, LazyUnit, decode, encode};
pub use hash::unit_hash;
pub use kinds::RegKinds;
pub use op::Op;
pub use parse::{ParseError, parse};
pub use text::print;
pub use unit::*;
pub use verify::{VerifyError, verify};
