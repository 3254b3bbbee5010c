//! Stands in where there is no code generator: nothing here is ever reached, since
//! [`crate::Compiler::new`] and [`crate::CodeArena::new`] fail.
//!
//! Unsafe here: signatures only, to match the other hosts.

use super::Stub;
use termite_abi::VmContext;

pub fn stub_address(_stub: Stub) -> u64 {
    0
}

pub unsafe fn enter(_ctx: *mut VmContext) {
    panic!("no JIT for this architecture");
}

pub unsafe fn enter_exact(_ctx: *mut VmContext) {
    panic!("no JIT for this architecture");
}
