//! The segment's one reservation, and allocation out of it.
//!
//! A reservation compares, polls, and on failure leaves to restart the control point
//! from its arguments; so it comes before the first effect on its path, and as late as
//! that allows. Its amount is filled in when the whole segment has been lowered.

use super::emit::Memory;
use super::{Error, Lower};
use crate::machine::Stub;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::F64;
use cranelift_codegen::ir::{Block, Inst, InstBuilder, Value};
use termite_abi::context::{CTX_ALLOC, CTX_ARGS, CTX_CP, CTX_LIMIT, CTX_REASON};
use termite_abi::value::TAG_FLONUM;
use termite_abi::{ExitReason, REG_ARGS};
use termite_ir::limits::SEGMENT_BYTES;

/// What restarts the segment: filled in behind the rest.
#[derive(Default)]
pub struct Reservations {
    /// The constants that take the amount.
    amounts: Vec<Inst>,
    /// Largest number of bytes allocated on a path.
    bytes: u32,
    /// Where a failed reservation goes, and whether arguments in memory must be put back.
    failed: Option<(Block, bool)>,
}

/// Room for a new object: its address is `base + offset`.
#[derive(Clone, Copy)]
pub struct Room {
    pub base: Value,
    pub offset: i32,
}

impl Lower<'_, '_> {
    /// Makes sure that the path has reserved.
    pub fn reserve(&mut self) -> Result<(), Error> {
        if self.path.reserved {
            return Ok(());
        }
        if self.path.effects {
            return Err(Error::Malformed("a reservation behind an effect"));
        }
        let base = self.e.load_context(CTX_ALLOC);
        let (amount, later) = self.e.word_later();
        self.reservations.amounts.push(later);
        let end = self.e.ins().iadd(base, amount);
        let limit = if self.shape.loops {
            self.e.load_context_shared(CTX_LIMIT)
        } else {
            self.e.load_context(CTX_LIMIT)
        };
        let full = self.e.compare(IntCC::UnsignedGreaterThan, end, limit);
        let failed = self.failed_reservation();
        self.e.leave_if(full, failed);
        self.path.reserved = true;
        self.path.bytes = 0;
        self.path.base = Some(base);
        self.path.offset = 0;
        Ok(())
    }

    fn failed_reservation(&mut self) -> Block {
        let put_back = self.path.args_clobbered || self.in_loop;
        match &mut self.reservations.failed {
            Some((block, restore)) => {
                *restore |= put_back;
                *block
            }
            None => {
                let block = self.e.cold_block();
                self.reservations.failed = Some((block, put_back));
                block
            }
        }
    }

    /// Fills the block of failed reservations: the arguments as they came, the exit.
    pub fn finish_reservations(&mut self) -> Result<(), Error> {
        if self.reservations.bytes as usize > SEGMENT_BYTES {
            return Err(Error::Unsupported("allocates too much"));
        }
        for inst in std::mem::take(&mut self.reservations.amounts) {
            self.e.set_word(inst, u64::from(self.reservations.bytes));
        }
        self.fill_failed();
        Ok(())
    }

    /// Fills the block where failed reservations of this version of the segment go.
    pub fn fill_failed(&mut self) {
        let Some((block, put_back)) = self.reservations.failed.take() else {
            return;
        };
        self.e.switch(block);
        let args = self.restart_words();
        if put_back {
            for (i, &arg) in args.iter().enumerate().skip(REG_ARGS) {
                self.e.store_context(arg, CTX_ARGS + 8 * i as i32);
            }
        }
        let cp = self.e.word(self.src.link.descriptors[self.src.cp.index()]);
        self.e.store_context(cp, CTX_CP);
        let reason = self.e.word(ExitReason::Safepoint as u64);
        self.e.store_context(reason, CTX_REASON);
        let mut all = vec![self.frame.unwrap_or(self.k)];
        all.extend(args.iter().take(REG_ARGS));
        self.e.tail_call_stub(Stub::Exit, &all);
    }

    /// The segment's arguments as words. Unboxed ones of a loop are boxed here: `limit`
    /// stands a maximum reservation below the end of the nursery, so there is room.
    fn restart_words(&mut self) -> Vec<Value> {
        let restart = self.restart.clone();
        let mut base = None;
        let mut offset = 0;
        let mut words = Vec::with_capacity(restart.len());
        for value in restart {
            if self.e.type_of(value) != F64 {
                words.push(value);
                continue;
            }
            let at = *base.get_or_insert_with(|| self.e.load_context(CTX_ALLOC));
            self.e.store(Memory::Constant, value, at, offset);
            words.push(self.e.add_imm(at, i64::from(offset) + TAG_FLONUM as i64));
            offset += 8;
        }
        if let Some(at) = base {
            let end = self.e.add_imm(at, i64::from(offset));
            self.e.store_context(end, CTX_ALLOC);
        }
        words
    }

    /// Takes `bytes` (a multiple of 8) of the reservation.
    pub fn allocate(&mut self, bytes: u32) -> Result<Room, Error> {
        self.reserve()?;
        let base = match self.path.base {
            Some(base) => base,
            None => {
                self.path.offset = 0;
                self.e.load_context(CTX_ALLOC)
            }
        };
        let room = Room {
            base,
            offset: self.path.offset as i32,
        };
        self.path.base = Some(base);
        self.path.offset += bytes;
        self.path.bytes += bytes;
        self.path.dirty = true;
        self.reservations.bytes = self.reservations.bytes.max(self.path.bytes);
        Ok(room)
    }

    /// A new object's tagged pointer.
    pub fn pointer(&mut self, room: Room, tag: u64) -> Value {
        self.e
            .add_imm(room.base, i64::from(room.offset) + tag as i64)
    }

    /// Brings `ctx.alloc` up to date.
    pub fn flush(&mut self) {
        self.store_alloc();
        self.path.dirty = false;
    }

    /// As [`Lower::flush`], for a side path: the main one stays as it is.
    pub fn store_alloc(&mut self) {
        if let (true, Some(base)) = (self.path.dirty, self.path.base) {
            let end = self.e.add_imm(base, i64::from(self.path.offset));
            self.e.store_context(end, CTX_ALLOC);
        }
    }

    /// Boxes a number.
    pub fn box_float(&mut self, float: Value) -> Result<Value, Error> {
        let room = self.allocate(termite_abi::object::FLONUM_BYTES as u32)?;
        self.e
            .store(Memory::Constant, float, room.base, room.offset);
        Ok(self.pointer(room, TAG_FLONUM))
    }
}
