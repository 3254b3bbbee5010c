//! What the loader tells the compiler about a loaded unit: addresses and values.
//!
//! Plain data, so that it can be sent to a compiling thread. Every value in it is owned
//! by the code store, immovable, and outlives the code compiled from it.

use std::collections::HashMap;
use std::sync::Arc;
use termite_abi::Effect;

/// Addresses and values of one loaded unit.
#[derive(Clone, Debug)]
pub struct LinkInfo {
    /// Index of the unit in the code store: the upper half of a site word.
    pub unit_index: u32,
    /// Address of the [`termite_abi::Descriptor`] of each control point, by `CpId`.
    pub descriptors: Vec<u64>,
    /// By `CpId`: the procedure value of an entry without free values; 0 for others.
    pub closures: Vec<u64>,
    /// By `ImportProcId`.
    pub import_procs: Vec<ImportLink>,
    /// Value of each literal, by `LitId`.
    pub literals: Vec<u64>,
    /// By `PrimId`.
    pub prims: Vec<PrimLink>,
    /// Index in [`termite_abi::VmContext::cells`], by `VarId`.
    pub cell_index: Vec<u32>,
    pub runtime: Arc<RuntimeLink>,
}

/// An imported procedure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ImportLink {
    pub descriptor: u64,
    /// Its procedure value.
    pub closure: u64,
}

/// A primitive that the unit uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrimLink {
    /// Address of its [`termite_abi::PrimFn`].
    pub address: u64,
    pub effect: Effect,
    /// Its procedure value.
    pub closure: u64,
}

/// Primitives that generated code calls by itself. All are [`termite_abi::PrimFn`]s of
/// effect alloc or less.
#[derive(Clone, Debug, Default)]
pub struct RuntimeLink {
    /// Address of the primitive behind each [`termite_ir::Op::prim`] name.
    pub prims: HashMap<&'static str, u64>,
    /// Raises "unbound variable"; argument: the variable's cell.
    pub unbound: u64,
    /// Raises "used before its initialisation"; argument: the box.
    pub uninitialized: u64,
    /// Raises "not a continuation"; argument: the value that values were thrown to.
    pub not_a_frame: u64,
    /// Arguments: object, record type, procedure name, field index as fixnum. Returns
    /// the field of an instance of a derived type; raises otherwise.
    pub record_ref: u64,
    /// Arguments: object, record type, procedure name, field index as fixnum, value.
    pub record_set: u64,
}
