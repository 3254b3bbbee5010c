//! A running segment's view of the machine: operands, registers, fresh memory, stores,
//! calls of primitives, and the ways out.
//!
//! Unsafe here: see the head of the module `interp`.

use super::Stop;
use super::objects::{read, write};
use crate::node::Node;
use crate::segment::{CONST, Segment};
use termite_abi::value::{TAG_CLOSURE, TAG_FLONUM, TAG_FRAME};
use termite_abi::{Descriptor, ExitReason, MAX_ARGS, PrimFn, Value, VmContext};
use termite_ir::Op;

/// Scratch operands for primitives: the end of the argument area.
pub(super) const SCRATCH: usize = MAX_ARGS - 64;

/// A running segment's view of the machine.
pub(super) struct Run<'a> {
    pub(super) ctx: *mut VmContext,
    pub(super) regs: *mut u64,
    pub(super) code: *const u32,
    pub(super) consts: *const u64,
    pub(super) seg: &'a Segment,
    pub(super) pc: usize,
    pub(super) k: u64,
}

impl Run<'_> {
    #[inline(always)]
    pub(super) fn word(&self, i: usize) -> u32 {
        // SAFETY: instructions are complete (made by `segment::decode`), so operands of
        // the instruction at `pc` lie inside the code.
        unsafe { *self.code.add(self.pc + i) }
    }

    #[inline(always)]
    pub(super) fn val_of(&self, operand: u32) -> u64 {
        // SAFETY: decode produced an index below the number of constants or registers.
        unsafe {
            let (base, index) = if operand & CONST != 0 {
                (self.consts, operand & !CONST)
            } else {
                (self.regs as *const u64, operand)
            };
            *base.add(index as usize)
        }
    }

    #[inline(always)]
    pub(super) fn val(&self, i: usize) -> u64 {
        self.val_of(self.word(i))
    }

    /// The constant that word `i` of the instruction names (not an operand).
    #[inline(always)]
    pub(super) fn constant(&self, i: usize) -> u64 {
        // SAFETY: as in `val_of`.
        unsafe { *self.consts.add(self.word(i) as usize) }
    }

    #[inline(always)]
    pub(super) fn set(&mut self, i: usize, v: u64) {
        // SAFETY: a destination register of the segment.
        unsafe { *self.regs.add(self.word(i) as usize) = v }
    }

    #[inline(always)]
    pub(super) fn arg(&mut self, i: usize, v: u64) {
        // SAFETY: argument counts are bounded by the verifier's limits.
        unsafe { *self.regs.add(i) = v }
    }

    /// Takes `bytes` of what the segment reserved.
    #[inline(always)]
    pub(super) fn bump(&mut self, bytes: u64) -> u64 {
        // SAFETY: the reservation at the segment's start covers it; primitives in
        // between allocate behind the margin below the nursery's end.
        unsafe {
            let at = (*self.ctx).alloc;
            (*self.ctx).alloc = at + bytes;
            at
        }
    }

    #[inline(always)]
    pub(super) fn flonum(&mut self, x: f64) -> u64 {
        let at = self.bump(8);
        // SAFETY: fresh nursery memory.
        unsafe { write(at, x.to_bits()) };
        at | TAG_FLONUM
    }

    /// Copies `n` operands that start at word `from` to arguments `to..`, as if at once.
    #[inline(always)]
    pub(super) fn gather(&mut self, from: usize, n: usize, to: usize) {
        let mut small = [0u64; 8];
        if n <= 8 {
            for (i, slot) in small.iter_mut().enumerate().take(n) {
                *slot = self.val(from + i);
            }
            for (i, v) in small.iter().enumerate().take(n) {
                self.arg(to + i, *v);
            }
        } else {
            let all: Vec<u64> = (0..n).map(|i| self.val(from + i)).collect();
            for (i, v) in all.into_iter().enumerate() {
                self.arg(to + i, v);
            }
        }
    }

    /// Whether the object is in the nursery.
    #[inline(always)]
    pub(super) fn is_young(&self, object: u64) -> bool {
        // SAFETY: fields of the context.
        unsafe { object.wrapping_sub((*self.ctx).nursery_start) < (*self.ctx).nursery_bytes }
    }

    /// Stores into an object's slot with the write barrier.
    #[inline(always)]
    pub(super) fn store(&mut self, object: u64, slot: u64, v: u64) {
        // SAFETY: callers computed `slot` inside of the object they checked.
        unsafe {
            write(slot, v);
            if Value(v).is_pointer() && self.is_young(v) && !self.is_young(object) {
                (*(*self.ctx).owner.cast::<Node>()).heap.remember(slot);
            }
        }
    }

    /// Calls a plain primitive with the operands `from..from + n` of this instruction.
    #[inline(never)]
    pub(super) fn prim(&mut self, address: u64, from: usize, n: usize) -> u64 {
        // SAFETY: `address` is a primitive's function from the table; the scratch area
        // holds its arguments; no reference to the node is held here.
        unsafe {
            let scratch = self.regs.add(SCRATCH);
            if n <= 64 {
                for i in 0..n {
                    *scratch.add(i) = self.val(from + i);
                }
                let f = std::mem::transmute::<u64, PrimFn>(address);
                f(self.ctx, scratch, n)
            } else {
                let all: Vec<u64> = (0..n).map(|i| self.val(from + i)).collect();
                let f = std::mem::transmute::<u64, PrimFn>(address);
                f(self.ctx, all.as_ptr(), n)
            }
        }
    }

    #[inline(never)]
    pub(super) fn op_prim(&mut self, op: Op, from: usize, n: usize) -> u64 {
        // SAFETY: the table of slow paths is filled when the node is made.
        let address = unsafe { (*(*self.ctx).owner.cast::<Node>()).op_prim(op) };
        self.prim(address, from, n)
    }

    /// Leaves for the driver with the error that a primitive recorded.
    #[cold]
    pub(super) fn raise(&mut self) -> Stop {
        self.leave(ExitReason::Raise)
    }

    pub(super) fn leave(&mut self, reason: ExitReason) -> Stop {
        // SAFETY: plain stores into the context.
        unsafe {
            (*self.ctx).k = self.k;
            (*self.ctx).site = self.seg.site(self.pc);
        }
        Stop::Exit(reason)
    }
}

pub(super) fn op_address(r: &Run<'_>, op: Op) -> u64 {
    // SAFETY: the node is live and not borrowed.
    unsafe { (*(*r.ctx).owner.cast::<Node>()).op_prim(op) }
}

/// Calls `%record-ref` or `%record-set!` with (object, type, who, index[, value]).
#[cold]
pub(super) fn record_slow(r: &mut Run<'_>, is_ref: bool) -> u64 {
    let mut args = vec![
        r.val(3),
        r.val(4),
        r.val(5),
        Value::fixnum(r.word(2) as i64).0,
    ];
    if !is_ref {
        args.push(r.val(6));
    }
    // SAFETY: the address is that of a table primitive, the arguments are in `args`.
    unsafe {
        let node = (*r.ctx).owner.cast::<Node>();
        let address = (*node).record_prim(is_ref);
        std::mem::transmute::<u64, PrimFn>(address)(r.ctx, args.as_ptr(), args.len())
    }
}

#[inline(always)]
pub(super) fn return_one(r: &mut Run<'_>, v: u64) -> Option<Stop> {
    // SAFETY: `k` is always a frame, whose first word is a descriptor.
    unsafe {
        let desc = read(r.k - TAG_FRAME) as *const Descriptor;
        r.arg(0, v);
        (*r.ctx).k = r.k;
        if (*desc).arity != 1 {
            (*r.ctx).nargs = 1;
            return Some(r.leave(ExitReason::ReturnGeneric));
        }
        (*r.ctx).cp = desc;
    }
    None
}

pub(super) fn return_many(r: &mut Run<'_>, n: usize) -> Option<Stop> {
    // SAFETY: as in `return_one`.
    unsafe {
        let desc = read(r.k - TAG_FRAME) as *const Descriptor;
        (*r.ctx).k = r.k;
        if (*desc).arity != n as i64 {
            (*r.ctx).nargs = n as u64;
            return Some(r.leave(ExitReason::ReturnGeneric));
        }
        (*r.ctx).cp = desc;
    }
    None
}

#[inline(always)]
pub(super) fn call_value(r: &mut Run<'_>, f: u64, n: usize) -> Option<Stop> {
    // SAFETY: a closure's first word is a descriptor.
    unsafe {
        if f & 7 == TAG_CLOSURE {
            let desc = read(f - TAG_CLOSURE) as *const Descriptor;
            if (*desc).arity == n as i64 {
                (*r.ctx).cp = desc;
                (*r.ctx).k = r.k;
                return None;
            }
        }
        (*r.ctx).nargs = n as u64;
    }
    Some(r.leave(ExitReason::CallGeneric))
}
