//! The interpreter: runs segments over the context's argument area until it must leave
//! for the driver or for compiled code.
//!
//! Registers are `ctx.args[..]`: a segment's arguments arrive in its first registers,
//! and only they are roots, since collection happens between segments only. Inside a
//! segment nothing moves.
//!
//! Unsafe here: raw access to the context, registers, instruction words and objects.
//! It rests on the verifier (indices, kinds, definitions before uses) and on the
//! reservation made at each segment's start.

mod dispatch;
mod objects;
mod run;

use crate::machine::Machine;
use crate::node::Node;
use crate::segment::Segment;
use dispatch::segment_loop;
use objects::read;
use run::Run;
use std::sync::atomic::Ordering::Relaxed;
use termite_abi::value::TAG_FRAME;
use termite_abi::{ExitReason, VmContext};

/// Why the interpreter stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// As if compiled code had left, with the context filled in accordingly.
    Exit(ExitReason),
    /// `ctx.cp` has machine code: enter it with the arguments as they stand.
    Enter,
}

/// Runs `ctx.cp` with its arguments until something else has to happen.
///
/// # Safety
/// `ctx` belongs to a live node whose `cp`, `k` and arguments are consistent; the caller
/// holds no reference to the node or the context meanwhile.
pub unsafe fn run(ctx: *mut VmContext, machine: Option<&dyn Machine>) -> Stop {
    // SAFETY: the contract above; everything further is argued at the operations.
    unsafe {
        let hot = (*(*ctx).owner.cast::<Node>()).tier_threshold;
        loop {
            let desc = &*(*ctx).cp;
            if machine.is_some() && desc.compiled.load(Relaxed) != 0 {
                return Stop::Enter;
            }
            let mut code = desc.code.load(Relaxed);
            if code == 0 {
                let node = &mut *(*ctx).owner.cast::<Node>();
                match node.prepare((*ctx).cp) {
                    Ok(address) => code = address,
                    Err(reason) => return Stop::Exit(reason),
                }
            }
            let seg = &*(code as *const Segment);
            if hot != 0 {
                let count = desc.counter.load(Relaxed).wrapping_add(1);
                desc.counter.store(count, Relaxed);
                if count == hot {
                    (*(*ctx).owner.cast::<Node>()).want_compiled(seg.unit, seg.cp);
                }
            }
            if (*ctx).alloc + seg.reserve > (*ctx).limit.load(Relaxed) {
                return Stop::Exit(ExitReason::Safepoint);
            }
            let regs = (&raw mut (*ctx).args).cast::<u64>();
            let mut k = (*ctx).k;
            if seg.is_return {
                let frame = k - TAG_FRAME;
                let live = (frame + 16) as *const u64;
                std::ptr::copy_nonoverlapping(live, regs.add(seg.args as usize), seg.live as usize);
                k = read(frame + 8);
            }
            let run = Run {
                ctx,
                regs,
                code: seg.code.as_ptr(),
                consts: seg.consts.as_ptr(),
                seg,
                pc: 0,
                k,
            };
            if let Some(stop) = segment_loop(run) {
                return stop;
            }
        }
    }
}
