//! From the portable code to machine code.
//!
//! Owns the lowering of segments to Cranelift's intermediate code ([`segment`]), the
//! removal of its frame set-up ([`strip`]), code memory ([`arena`]) and the assembly
//! between generated code and Rust ([`machine`]). The only crate that names Cranelift.
//! Knows nothing of the heap's organisation, of processes, or of where units come from:
//! addresses and values reach it through [`LinkInfo`].
//!
//! The way of a procedure: [`Compiler::compile`] (on any thread) gives [`CompiledCode`],
//! which [`CodeArena::install`] puts into executable memory and publishes through the
//! descriptors. Control points without machine code have a [`CodeArena::thunk`] as their
//! entry. The driver runs code by [`enter`] after [`prepare_context`].
//!
//! Invariants: generated code holds nothing on the machine stack across a segment's end;
//! inside a segment nothing collects; a segment has at most one reservation on any path,
//! placed before its first effect, so that it may be restarted from its arguments.

pub mod arena;
pub mod compiler;
pub mod error;
pub mod link;
pub mod machine;
mod segment;
pub mod strip;

pub use arena::{CodeArena, Installed, ThunkKind};
pub use compiler::{CompiledCode, CompiledSegment, Compiler, Options, Skipped, Stats};
pub use error::JitError;
pub use link::{ImportLink, LinkInfo, PrimLink, RuntimeLink};
pub use machine::{RememberFn, enter, enter_exact, prepare_context};
pub use strip::Unstrippable;
