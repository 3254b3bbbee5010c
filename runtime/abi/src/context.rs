//! The machine context: what compiled code reaches through its pinned register.
//!
//! Calling convention of a segment (`CallConv::Tail`): first the current frame `k`,
//! then up to [`REG_ARGS`] arguments in registers; argument `i` beyond those is in
//! `args[i]`. Entry: argument 0 is the closure (any value if it captured nothing),
//! then the parameters. Return point: the value(s); its live values are read from `k`,
//! whose parent becomes the new `k`. Jump point: its parameters.
//!
//! A segment never returns: it leaves by a tail call to another segment or to
//! `exit_stub`, which saves `k` and the register arguments here and goes back to the
//! driver. One running context per OS thread; only `request` and `limit` are touched
//! by other threads.

use crate::descriptor::Descriptor;
use std::sync::atomic::{AtomicU32, AtomicU64};

/// Arguments that travel in registers, after the frame.
pub const REG_ARGS: usize = 5;
/// Room for arguments, values and spread lists.
pub const MAX_ARGS: usize = 1 << 16;

/// Why compiled code (or the interpreter) came back to the driver.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum ExitReason {
    /// `cp` with `args` must be restarted after collecting, switching process or
    /// answering a request.
    Safepoint = 0,
    /// `cp`, which has no machine code, is to be run with `args`.
    Interpret = 1,
    /// Call `args[0]` with `nargs` further arguments: it is no closure, or its
    /// descriptor's arity differs.
    CallGeneric = 2,
    /// Return `nargs` values in `args` to `k`, whose return point takes another number.
    ReturnGeneric = 3,
    /// A primitive recorded an error; `site` says where, `k` is the continuation.
    Raise = 4,
    /// `cp` is a builtin, called with `params`-checked arguments `args[1..]`.
    Builtin = 5,
    /// The process's base frame was returned to with `args[0]`.
    Halt = 6,
}

/// See the module's text. Offsets are given by the constants below.
#[repr(C)]
pub struct VmContext {
    /// Next free byte of the nursery.
    pub alloc: u64,
    /// A reservation that would end above this leaves for the driver. Other threads
    /// store 0 to ask for attention (and set `request` first).
    pub limit: AtomicU64,
    /// The current frame, when in the driver.
    pub k: u64,
    /// The control point to enter, or that was left.
    pub cp: *const Descriptor,
    /// Count of arguments or values, see [`ExitReason`].
    pub nargs: u64,
    /// Where an error was raised: `unit << 32 | site`.
    pub site: u64,
    /// An [`ExitReason`].
    pub reason: u64,
    /// Winders, handlers and parameters: one immutable list.
    pub dynenv: u64,
    /// `cells[i]` is the tagged pointer to toplevel variable `i` of this node.
    pub cells: *mut u64,
    /// The nursery: an address is young when `addr - nursery_start < nursery_bytes`.
    pub nursery_start: u64,
    pub nursery_bytes: u64,
    /// Result of a slow-path stub.
    pub ret: u64,
    /// Where segments leave for the driver: tail-called with the registers as they are
    /// (`k`, arguments), after `reason` and what it needs have been stored.
    pub exit_stub: u64,
    /// Preserves all registers; takes (k, primitive's address, site, a, b, c), runs the
    /// primitive on the three, leaves its result in `ret`, or exits with
    /// [`ExitReason::Raise`].
    pub slow_stub: u64,
    /// Preserves all registers; takes the address of a slot of an old object that was
    /// just given a young value, and remembers it.
    pub remember_stub: u64,
    /// Machine stack pointer of the driver while compiled code runs.
    pub driver_sp: u64,
    /// What other threads ask for; see `termite-vm`.
    pub request: AtomicU32,
    pub pad: u32,
    /// The node that owns this context.
    pub owner: *mut std::ffi::c_void,
    pub reserved: [u64; 8],
    /// Arguments, values, and scratch operands of primitives.
    pub args: [u64; MAX_ARGS],
}

macro_rules! offsets {
    ($($name:ident = $field:ident;)*) => {
        $(pub const $name: i32 = std::mem::offset_of!(VmContext, $field) as i32;)*
    };
}

offsets! {
    CTX_ALLOC = alloc;
    CTX_LIMIT = limit;
    CTX_K = k;
    CTX_CP = cp;
    CTX_NARGS = nargs;
    CTX_SITE = site;
    CTX_REASON = reason;
    CTX_DYNENV = dynenv;
    CTX_CELLS = cells;
    CTX_NURSERY_START = nursery_start;
    CTX_NURSERY_BYTES = nursery_bytes;
    CTX_RET = ret;
    CTX_EXIT_STUB = exit_stub;
    CTX_SLOW_STUB = slow_stub;
    CTX_REMEMBER_STUB = remember_stub;
    CTX_DRIVER_SP = driver_sp;
    CTX_ARGS = args;
}
