//! What the virtual machine asks of a compiler to machine code. `cli` fills it in, so
//! that the runtime does not know the compiler.
//!
//! Unsafe here: the contract of `Machine::enter`.

use crate::code::LoadedUnit;
use std::any::Any;
use std::sync::Arc;
use termite_abi::{Descriptor, VmContext};
use termite_ir::CpId;

/// A source of machine code.
pub trait Machine: Send + Sync {
    /// Puts the addresses of its stubs into a new context.
    fn install(&self, ctx: &mut VmContext);

    /// Machine code that leaves for the driver to run this control point (entry,
    /// exact): the values of a descriptor's `entry` and `exact` until it is compiled.
    fn thunks(&self, desc: &Descriptor) -> (u64, u64);

    /// Enters `ctx.cp` with `ctx.k` and the arguments; comes back when compiled code
    /// leaves. With `exact`, a return point is entered with exactly its values.
    ///
    /// # Safety
    /// The context is consistent and its node is not borrowed.
    unsafe fn enter(&self, ctx: *mut VmContext, exact: bool);

    /// Describes a unit for `compile`, once its parts are linked.
    fn prepare(&self, unit: &LoadedUnit, link: LinkData) -> Arc<dyn Any + Send + Sync>;

    /// Compiles the control points and publishes their entries in their descriptors.
    /// May run on any thread.
    fn compile(&self, unit: &Arc<dyn Any + Send + Sync>, cps: &[CpId]) -> Result<(), String>;
}

/// Addresses and values that a unit's code refers to, all immovable.
#[derive(Clone, Debug, Default)]
pub struct LinkData {
    pub unit_index: u32,
    /// Descriptor of each control point.
    pub descriptors: Vec<u64>,
    /// Static closure of each entry without free values (else 0).
    pub closures: Vec<u64>,
    /// Descriptor and closure of each imported procedure.
    pub import_procs: Vec<(u64, u64)>,
    pub literals: Vec<u64>,
    /// Function address (0 for block primitives) and closure of each primitive.
    pub prims: Vec<(u64, u64)>,
    /// Index of each variable's cell in the context's table.
    pub cells: Vec<u32>,
    /// Functions of the slow paths, by `Op` number (0: none).
    pub op_prims: Vec<u64>,
    pub unbound_prim: u64,
    pub uninitialized_prim: u64,
    pub no_frame_prim: u64,
    pub record_ref_prim: u64,
    pub record_set_prim: u64,
}
