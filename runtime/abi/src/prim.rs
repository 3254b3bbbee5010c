//! The shape of a primitive's table row, and its effect class.
//!
//! Unsafe here: only the type of a function pointer.

use crate::context::VmContext;

/// What a primitive may do, which decides where it may stand and what it may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Effect {
    /// Neither reads nor writes mutable state, allocates nothing: may be folded.
    Pure = 0,
    /// Reads or writes; allocates nothing.
    Leaf = 1,
    /// May allocate; collection waits until it has returned. Its values stay put.
    Alloc = 2,
    /// May collect, suspend, call back or replace the continuation: ends the segment
    /// and runs from the driver, its arguments being roots.
    Block = 3,
}

/// Number of arguments taken: `min` to `max`, `max` = [`Arity::ANY`] without bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arity {
    pub min: u16,
    pub max: u16,
}

impl Arity {
    pub const ANY: u16 = u16::MAX;

    pub const fn exactly(n: u16) -> Arity {
        Arity { min: n, max: n }
    }

    pub const fn at_least(n: u16) -> Arity {
        Arity {
            min: n,
            max: Self::ANY,
        }
    }

    pub const fn between(min: u16, max: u16) -> Arity {
        Arity { min, max }
    }

    pub const fn accepts(self, n: usize) -> bool {
        n >= self.min as usize && (self.max == Self::ANY || n <= self.max as usize)
    }
}

/// Machine-level primitive: context, arguments, their count (already checked against
/// the arity). Returns a value, or [`crate::Value::ERROR`] after recording an error in
/// the node. Never unwinds.
pub type PrimFn = unsafe extern "C" fn(*mut VmContext, *const u64, usize) -> u64;

/// A primitive's row without its body.
#[derive(Clone, Copy, Debug)]
pub struct PrimInfo {
    pub name: &'static str,
    pub arity: Arity,
    pub effect: Effect,
    /// First paragraph of the manual's entry.
    pub doc: &'static str,
}
