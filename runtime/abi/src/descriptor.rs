//! Control-point descriptors: what the first word of a closure or frame points to.
//!
//! A descriptor is owned by the code store, immovable and 8-aligned (so its address
//! looks like a fixnum to the collector). Everything is constant after the unit has
//! been loaded but `entry`, `exact` and `counter`: storing an entry with release order
//! moves every existing closure and frame of that control point to compiled code.

use std::sync::atomic::{AtomicU32, AtomicU64};

/// What a control point is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CpClass {
    /// Entry of a procedure; the first argument is the closure itself.
    Entry = 0,
    /// Return point of a non-tail call.
    Return = 1,
    /// Loop header or join: entered by a jump with its live values.
    Jump = 2,
    /// A primitive as a procedure value: entering it leaves for the driver.
    Builtin = 3,
}

/// The descriptor of one control point.
#[repr(C)]
pub struct Descriptor {
    /// Machine address. Entry: called with exactly `arity` arguments. Return: takes one
    /// value. Jump: takes its parameters.
    pub entry: AtomicU64,
    /// Machine address for exactly `arity` values (return points; else as `entry`).
    pub exact: AtomicU64,
    /// The count that `entry`/`exact` takes, without the closure itself;
    /// [`Descriptor::VARIABLE`] when optional or rest parameters (or values) make every
    /// call go through the driver.
    pub arity: i64,
    /// Words of a closure (1 + free values) or frame (2 + live values) of this control
    /// point; 0 for jump points.
    pub words: u32,
    pub class: CpClass,
    /// Return points: too many or too few values are dropped or made up, since the
    /// value is not used.
    pub ignores_values: bool,
    /// Number of parameters that the segment takes, the closure included.
    pub params: u16,
    /// Index of the loaded unit in the code store.
    pub unit: u32,
    /// Index of the control point in its unit.
    pub cp: u32,
    /// Counts interpreted entries; the tier-up trigger.
    pub counter: AtomicU32,
    /// 1 when `entry` is machine code of this segment, 0 when it leaves for the
    /// interpreter.
    pub compiled: AtomicU32,
    /// Builtins: index of the primitive.
    pub prim: u32,
    /// Builtins: how many arguments it takes, at least and at most.
    pub least: u16,
    pub most: u16,
    /// The interpreter's form of the segment, made at first use; 0 until then.
    pub code: AtomicU64,
    /// Builtins: the function of a plain primitive, which compiled code calls without
    /// leaving for the driver; 0 for all others.
    pub plain: u64,
}

impl Descriptor {
    /// An `arity` that no call site's count equals.
    pub const VARIABLE: i64 = -1;
}

pub const DESC_ENTRY: i32 = std::mem::offset_of!(Descriptor, entry) as i32;
pub const DESC_EXACT: i32 = std::mem::offset_of!(Descriptor, exact) as i32;
pub const DESC_ARITY: i32 = std::mem::offset_of!(Descriptor, arity) as i32;
pub const DESC_LEAST: i32 = std::mem::offset_of!(Descriptor, least) as i32;
pub const DESC_MOST: i32 = std::mem::offset_of!(Descriptor, most) as i32;
pub const DESC_PLAIN: i32 = std::mem::offset_of!(Descriptor, plain) as i32;
