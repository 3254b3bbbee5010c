//! The garbage-collected heap of a node, the process-global static space, and the
//! symbol table.
//!
//! One [`Heap`] serves one node and is used by one thread. It is generational: objects
//! are born in a contiguous nursery (compiled code and Rust bump the same pointer, which
//! lives in the `VmContext`), survivors of a minor collection move once, into an old
//! generation whose objects never move again and are freed by mark and sweep.
//!
//! What callers rely on:
//!
//! - Allocation never collects. Collection happens in [`Heap::collect`] only, so values
//!   held in Rust variables stay good until then.
//! - Every store into an object that may be old goes through [`Heap::write`] (or a
//!   setter built on it), or is reported with [`Heap::remember`].
//! - Static objects ([`statics`]) are immutable, immovable, and never traced: they may
//!   refer to static objects only.
//! - A [`Value`](termite_abi::Value) with a pointer tag is trusted to have come from a
//!   heap, the static space, or a verified decoder. Accessors check tags, kinds and
//!   bounds; they cannot check forged addresses.
//!
//! `unsafe` stands in `mem`, `map` and `context` only, and in the contract of
//! [`Heap::new`].
//!
//! | module | owns |
//! |---|---|
//! | `mem`, `map`, `context` | raw words, mappings, the nursery registers of the context |
//! | `layout` | size and slots of every object: the one place |
//! | `chunk`, `pool` | 1 MB chunks and where they come from |
//! | `nursery`, `old`, `runs`, `large`, `remember` | the spaces, the remembered set |
//! | `heap`, `alloc` | the heap, write barrier, allocation API |
//! | `object`, `text` | reading objects and strings |
//! | `scavenge`, `mark`, `collect` | minor collection, marking, when to do which |
//! | `marks`, `cycle`, `snapshot`, `unsendable` | walks that mark objects or need not, copies of messages, paths to what cannot be sent |
//! | `verify` | the heap checker |
//! | `statics`, `symbols` | what all nodes of an OS process share |

mod alloc;
mod chunk;
mod collect;
mod context;
mod cycle;
mod heap;
mod large;
mod layout;
mod map;
mod mark;
mod marks;
mod mem;
mod nursery;
pub mod object;
mod old;
mod pool;
mod remember;
mod runs;
mod scavenge;
mod snapshot;
pub mod statics;
pub mod symbols;
pub mod text;
mod unsendable;
mod verify;

#[cfg(test)]
mod tests;

pub use collect::{Collection, Marking, Outcome, RootSet, Stats};
pub use cycle::Cycle;
pub use heap::{Heap, HeapOptions, MAX_RESERVATION};
pub use marks::{Marks, Object};
pub use object::*;
pub use snapshot::Shares;
pub use symbols::{intern, interned, symbol_name, uninterned};
pub use text::*;
pub use unsendable::{Finding, Step, Unsendable, find_unsendable};
