//! What generated code, the interpreter, the collector and the primitives agree on.
//!
//! Owns: the representation of values ([`value`]), object headers and kinds
//! ([`object`]), control-point descriptors ([`descriptor`]), the machine context that
//! compiled code addresses through its pinned register ([`context`]), and the shape of
//! a primitive's table row ([`prim`]).
//! Does no IO and allocates nothing; every number that two sides must share is here
//! once.

pub mod context;
pub mod descriptor;
pub mod object;
pub mod prim;
pub mod value;

pub use context::{ExitReason, MAX_ARGS, REG_ARGS, VmContext};
pub use descriptor::{CpClass, Descriptor};
pub use object::{Header, Kind};
pub use prim::{Arity, Effect, PrimFn, PrimInfo};
pub use value::{Identity, Value};
