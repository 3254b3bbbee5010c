//! Takes the frame set-up out of a finished x86-64 function.
//!
//! Cranelift wraps each function in
//!
//! ```text
//! push rbp; mov rbp, rsp; [sub rsp, N]; [mov [rsp+d], callee-saved]...
//! [mov callee-saved, [rsp+d]]...; [add rsp, N]; mov rsp, rbp; pop rbp; jmp target
//! ```
//!
//! Generated code never nests and its trampoline has saved every register, so none of it
//! is needed: without it `[rsp+d]` falls into the scratch area that the trampoline keeps
//! above `rsp` (see [`crate::machine`]). What is left is laid out anew ([`layout`]), so
//! that nothing stands in their place.
//!
//! Whole instructions are decoded, from the function's start, never bytes searched; a
//! tail jump is known by the call-site offsets that Cranelift reports. A function that
//! has any other form, or that uses `rbp` or moves `rsp` elsewhere, is refused.

mod decode;
mod frame;
mod layout;

use decode::{decode, is_tail_jump};
use frame::{Prologue, check_body};

/// Why a function keeps its frame set-up, and thus is not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unstrippable {
    Prologue,
    /// More spilled registers than the scratch area holds.
    TooManySpills,
    /// An instruction that does not decode, or a call site between two instructions.
    Undecodable,
    /// `rbp` or `rsp` used otherwise than for spill slots.
    StackUse,
    Epilogue,
    /// A branch into the middle of an epilogue.
    BranchIntoEpilogue,
}

/// A function's code after the pass; it is entered at its first byte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stripped {
    pub code: Vec<u8>,
    /// Whether the code refers to constants behind it, which are aligned to 32 bytes
    /// relative to the code's start.
    pub has_constants: bool,
}

/// Strips `code`. `call_ends` are the offsets behind each call and tail jump, ascending;
/// `relocs` those of the four-byte fields that are still to be filled in, and become
/// those in the new code.
pub fn strip(code: &[u8], call_ends: &[u32], relocs: &mut [u32]) -> Result<Stripped, Unstrippable> {
    let insts = decode(code, call_ends)?;
    let prologue = Prologue::parse(&insts)?;
    let body = &insts[prologue.length..];
    let mut tails = Vec::new();
    for (i, d) in body.iter().enumerate() {
        if is_tail_jump(d, call_ends) {
            tails.push(prologue.match_epilogue(body, i)?);
        }
    }
    check_body(body, &tails, &prologue, call_ends)?;
    layout::lay_out(code, body, &tails, call_ends, relocs)
}
