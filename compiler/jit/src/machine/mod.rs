//! Where machine code and Rust meet: the trampoline in, the exit out, and the stubs that
//! generated code calls on its slow paths.
//!
//! Generated code keeps nothing on the machine stack and saves no register, so the
//! trampoline saves all that Rust expects to survive and [`stubs::EXIT`] restores them.
//! `rsp` stays fixed meanwhile, 16-aligned, with [`SCRATCH_BYTES`] of scratch *above* it
//! for spilled registers; a call out pushes below it as usual.
//!
//! This module contains `unsafe` code: assembly, and calls into it.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod x86_64;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
use x86_64 as host;

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod absent;
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
use absent as host;

use termite_abi::VmContext;
use termite_abi::context::{CTX_NARGS, CTX_REASON, CTX_RET};

/// Room for spilled registers above the stack pointer of generated code.
pub const SCRATCH_BYTES: u32 = 16 << 10;

/// Called with the address of a slot of an old object that was just given a young value.
pub type RememberFn = unsafe extern "C" fn(*mut VmContext, *mut u64);

/// A stub that generated code reaches by a near call or jump. Each chunk of code memory
/// begins with a jump to every one of them, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Stub {
    /// Tail-called with (k, a0..a4): saves them in the context, returns to Rust.
    Exit,
    /// Slow paths of one to three operands: call a primitive, preserve all registers,
    /// leave the result in `ctx.ret`, or exit with `Raise`. `ctx.k` and `ctx.site` have
    /// been stored, and the operands at [`SLOW_OPERANDS`]. Reached through a stub of the
    /// chunk's own that adds the primitive and the unit.
    Slow1,
    Slow2,
    Slow3,
    /// The operands are in [`SCRATCH_ARG`], their count in the second of
    /// [`SLOW_OPERANDS`].
    SlowN,
    /// (slot address); preserves all registers.
    Remember,
    /// Generic arithmetic: as `Slow2`, but two flonums are dealt with at once.
    Add,
    Sub,
    Mul,
    Div,
    NumEq,
    Lt,
    Gt,
    Le,
    Ge,
    /// Entered with a descriptor in `rax`: exits with the reason of that name.
    Interpret,
    Builtin,
    Halt,
    /// A return of one value to a return point that takes another number.
    ReturnOne,
    /// Tail-called with (k, callee, a1..a4), the count of arguments in `ctx.nargs` and the
    /// site stored: calls a plain primitive and returns to k; exits with `CallGeneric` for
    /// every other callee, and for a primitive that does not take so many.
    CallGeneric,
}

impl Stub {
    pub const ALL: [Stub; 20] = [
        Stub::Exit,
        Stub::Slow1,
        Stub::Slow2,
        Stub::Slow3,
        Stub::SlowN,
        Stub::Remember,
        Stub::Add,
        Stub::Sub,
        Stub::Mul,
        Stub::Div,
        Stub::NumEq,
        Stub::Lt,
        Stub::Gt,
        Stub::Le,
        Stub::Ge,
        Stub::Interpret,
        Stub::Builtin,
        Stub::Halt,
        Stub::ReturnOne,
        Stub::CallGeneric,
    ];

    /// Its address in this process.
    pub fn address(self) -> u64 {
        host::stub_address(self)
    }
}

/// Offsets in the context where a slow path leaves its operands. Memory constrains the
/// hot path's registers less than an argument register would; these words are not in use
/// inside a segment, and near enough to the context's start for short instructions.
pub const SLOW_OPERANDS: [i32; 3] = [CTX_RET, CTX_NARGS, CTX_REASON];

/// First of the eight words of `ctx.args` where slow stubs put their operands.
pub const SCRATCH_ARG: usize = termite_abi::MAX_ARGS - 8;

/// Fills in the context's fields that generated code and the stubs use: `exit_stub`,
/// `slow_stub`, `remember_stub`, and `reserved[0]`, the function behind the latter.
pub fn prepare_context(ctx: &mut VmContext, remember: RememberFn) {
    ctx.exit_stub = Stub::Exit.address();
    ctx.slow_stub = Stub::Slow3.address();
    ctx.remember_stub = Stub::Remember.address();
    ctx.reserved[0] = remember as usize as u64;
}

/// Runs compiled code from `ctx.cp`'s entry with frame `ctx.k` and `ctx.args`, until it
/// exits; `ctx.reason` then says why.
///
/// # Safety
/// `ctx` was prepared, no reference to it lives, `cp`, `k` and the arguments fit each
/// other, and all the code and descriptors that can be reached stay alive.
pub unsafe fn enter(ctx: *mut VmContext) {
    // SAFETY: the caller's promise.
    unsafe { host::enter(ctx) }
}

/// As [`enter`], but from `cp`'s exact entry: a return point with its own number of values.
///
/// # Safety
/// As for [`enter`].
pub unsafe fn enter_exact(ctx: *mut VmContext) {
    // SAFETY: the caller's promise.
    unsafe { host::enter_exact(ctx) }
}
