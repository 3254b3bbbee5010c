//! Values as bytes, and the frames that nodes exchange: the wire format, whose normative
//! text is `docs/WIRE.md`.
//!
//! Owns: the codec of messages ([`encode`], [`decode`], [`units_of`]), one folder a
//! version, and the frames ([`control`]) in which they travel. Does no IO, knows no
//! scheduler, and never runs Scheme. What only a node knows (its peers, its code, its
//! record types) it asks through [`EncodeContext`] and [`DecodeContext`].
//!
//! Bytes come from strangers. Decoding them gives values or an error, in time linear in
//! their number; what it allocates is a small multiple of it, every count being held
//! against the bytes that are left before room is made for it; and nothing recurs over
//! the depth of a value.
//!
//! | module | owns |
//! |---|---|
//! | `names` | how things are called on the wire |
//! | `context` | the two traits |
//! | `limits`, `error`, `bytes` | bounds, errors, reading and writing of numbers |
//! | `v1` | version 1 of messages |
//! | `control` | frames |

mod bytes;
pub mod context;
pub mod control;
pub mod error;
pub mod limits;
pub mod names;
pub mod v1;

pub use context::{Code, CodePoint, DecodeContext, EncodeContext, Refusal, TypeDescriptor};
pub use error::{DecodeError, EncodeError, Fault};
pub use limits::Limits;
pub use names::{CodeClass, Incarnation, Instance, NodeName, ObjectName, Origin, Place, UnitRef};

use termite_abi::Value;
use termite_heap::Heap;

/// Writes a message whose parts are `roots`; sharing among them is kept. The heap is left
/// as it was.
pub fn encode(
    heap: &mut Heap,
    roots: &[Value],
    cx: &mut dyn EncodeContext,
    limits: &Limits,
) -> Result<Vec<u8>, EncodeError> {
    v1::encode(heap, roots, cx, limits)
}

/// Reads a message into the heap; its roots, as many as were written. Never collects.
pub fn decode(
    bytes: &[u8],
    heap: &mut Heap,
    cx: &mut dyn DecodeContext,
    limits: &Limits,
) -> Result<Vec<Value>, DecodeError> {
    match bytes.first() {
        Some(&v1::VERSION) => v1::decode(bytes, heap, cx, limits),
        other => Err(unknown_version(other)),
    }
}

/// The units whose code a message refers to, from its header alone: what has to be there
/// before it is decoded.
pub fn units_of(bytes: &[u8], limits: &Limits) -> Result<Vec<UnitRef>, DecodeError> {
    match bytes.first() {
        Some(&v1::VERSION) => v1::units_of(bytes, limits),
        other => Err(unknown_version(other)),
    }
}

fn unknown_version(first: Option<&u8>) -> DecodeError {
    let fault = first.map_or(Fault::Truncated, |&version| Fault::Version(version));
    DecodeError { at: 0, fault }
}
