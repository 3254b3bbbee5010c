//! Calls out of a segment: slow paths of inline operations, and raising.

use super::emit::Memory;
use super::{Error, Lower};
use crate::error::JitError;
use crate::link::RuntimeLink;
use crate::machine::{SCRATCH_ARG, SLOW_OPERANDS, Stub};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, Value};
use termite_abi::ExitReason;
use termite_abi::context::{CTX_ALLOC, CTX_ARGS, CTX_K, CTX_REASON, CTX_RET, CTX_SITE};
use termite_abi::value::TAG_FLONUM;
use termite_ir::{Op, Operand, SiteId};

/// Addresses of the primitives behind the operations, by `Op`.
pub struct SlowPrims(Vec<u64>);

impl SlowPrims {
    pub fn resolve(runtime: &RuntimeLink) -> Result<SlowPrims, JitError> {
        let find = |op: &Op| match op.prim() {
            None => Ok(0),
            Some(_) if !has_slow_path(*op) => Ok(0),
            Some(name) => runtime
                .prims
                .get(name)
                .copied()
                .ok_or(JitError::MissingPrimitive(name)),
        };
        Op::ALL
            .iter()
            .map(find)
            .collect::<Result<_, _>>()
            .map(SlowPrims)
    }

    pub fn of(&self, op: Op) -> u64 {
        self.0[op as usize]
    }
}

/// Whether lowering an operation can call its primitive.
fn has_slow_path(op: Op) -> bool {
    use termite_ir::op::Does;
    match op.does() {
        Does::Check | Does::ReadCheck | Does::Write => true,
        Does::Pure | Does::Make => false,
        Does::Read => op == Op::IsRecord,
    }
}

fn site_number(site: Option<SiteId>) -> u32 {
    site.map_or(u32::MAX, |s| s.0)
}

/// An operand of a slow path.
#[derive(Clone, Copy, Debug)]
pub enum SlowOperand {
    Word(Value),
    /// To be boxed there.
    Float(Value),
}

/// Operands that fit the slow stubs' scratch area.
pub const MAX_SLOW_OPERANDS: usize = 8;

impl Lower<'_, '_> {
    /// The word by which the runtime finds a place: `unit << 32 | site`.
    pub fn site_word(&self, site: Option<SiteId>) -> u64 {
        u64::from(self.src.link.unit_index) << 32 | u64::from(site_number(site))
    }

    /// To be called before branching to a block that ends in [`Lower::slow_result`]: what
    /// the slow path allocates must find `ctx.alloc` up to date, and moves it.
    pub fn before_slow_path(&mut self) {
        self.flush();
        self.path.base = None;
        self.path.offset = 0;
    }

    /// Calls a primitive through a stub that preserves all registers.
    fn slow_call(&mut self, stub: Option<Stub>, prim: u64, site: Option<SiteId>, args: &[Value]) {
        self.e.store_context(self.k, CTX_K);
        // The stub adds the unit in the upper half.
        let site = self.e.word(i64::from(site_number(site) as i32) as u64);
        self.e.store_context(site, CTX_SITE);
        let by_count = match args.len() {
            1 => Stub::Slow1,
            2 => Stub::Slow2,
            3 => Stub::Slow3,
            _ => Stub::SlowN,
        };
        if by_count == Stub::SlowN {
            for (i, &arg) in args.iter().enumerate() {
                self.e
                    .store_context(arg, CTX_ARGS + 8 * (SCRATCH_ARG + i) as i32);
            }
            let count = self.e.word(args.len() as u64);
            self.e.store_context(count, SLOW_OPERANDS[1]);
        } else {
            for (&arg, &offset) in args.iter().zip(&SLOW_OPERANDS) {
                self.e.store_context(arg, offset);
            }
        }
        self.e.call_slow_stub(stub.unwrap_or(by_count), prim);
    }

    /// In a cold block: the primitive's result as a word.
    pub fn slow_result(&mut self, prim: u64, site: Option<SiteId>, args: &[Value]) -> Value {
        self.slow_call(None, prim, site, args);
        self.e.load_context(CTX_RET)
    }

    /// As [`Lower::slow_result`], by a stub that knows some cases itself.
    pub fn slow_result_by(
        &mut self,
        stub: Stub,
        op: Op,
        site: Option<SiteId>,
        args: &[Value],
    ) -> Value {
        self.slow_call(Some(stub), self.src.slow.of(op), site, args);
        self.e.load_context(CTX_RET)
    }

    /// A cold block that calls a primitive which is known to raise. To be made before the
    /// branches to it, so that what is at hand here is at hand there.
    pub fn raising(
        &mut self,
        prim: u64,
        site: Option<SiteId>,
        args: &[Operand],
    ) -> Result<Block, Error> {
        let block = self.e.cold_block();
        let here = self.e.current();
        self.e.switch(block);
        self.store_alloc();
        let mut words = Vec::with_capacity(args.len());
        for &arg in args {
            words.push(self.cold_word(arg)?);
        }
        if words.len() <= MAX_SLOW_OPERANDS {
            self.slow_call(None, prim, site, &words);
        } else {
            let result = self.call_primitive(prim, &words);
            let error = self
                .e
                .compare_imm(IntCC::Equal, result, termite_abi::Value::ERROR.0);
            let leave = self.e.cold_block();
            self.e.leave_if(error, leave);
            let end = self.e.current();
            self.e.switch(leave);
            self.leave_raising(site);
            self.e.switch(end);
        }
        self.e.trap();
        self.e.switch(here);
        Ok(block)
    }

    /// As [`Lower::raising`], on words.
    pub fn raising_on(&mut self, prim: u64, site: Option<SiteId>, words: &[Value]) -> Block {
        let block = self.e.cold_block();
        let here = self.e.current();
        self.e.switch(block);
        self.store_alloc();
        self.slow_call(None, prim, site, words);
        self.e.trap();
        self.e.switch(here);
        block
    }

    /// The operands of a slow path, as they are at hand before the branch to it.
    pub fn slow_operands(&mut self, args: &[Operand]) -> Result<Vec<SlowOperand>, Error> {
        let mut operands = Vec::with_capacity(args.len());
        for &arg in args {
            let known = self.known(arg)?;
            operands.push(match known.float.filter(|_| !known.has_word()) {
                Some(float) => SlowOperand::Float(float),
                None => SlowOperand::Word(self.word(arg)?),
            });
        }
        Ok(operands)
    }

    /// In a cold block: the operands as words.
    pub fn slow_words(&mut self, operands: &[SlowOperand]) -> Vec<Value> {
        let word = |operand: &SlowOperand| match *operand {
            SlowOperand::Word(word) => word,
            SlowOperand::Float(float) => self.cold_box(float),
        };
        operands.iter().map(word).collect()
    }

    /// An operand's word for a block that is never left: nothing is learnt from it.
    fn cold_word(&mut self, op: Operand) -> Result<Value, Error> {
        let known = self.known(op)?;
        if let Some(float) = known.float.filter(|_| !known.has_word()) {
            return Ok(self.cold_box(float));
        }
        let path = self.path.clone();
        let word = self.word(op);
        self.path = path;
        word
    }

    /// Boxes a number in a cold block, without a reservation: the room that is always left
    /// behind `limit` suffices.
    fn cold_box(&mut self, float: Value) -> Value {
        let at = self.e.load_context(CTX_ALLOC);
        self.e.store(Memory::Constant, float, at, 0);
        let end = self.e.add_imm(at, termite_abi::object::FLONUM_BYTES as i64);
        self.e.store_context(end, CTX_ALLOC);
        self.e.add_imm(at, TAG_FLONUM as i64)
    }

    /// Calls a primitive by its address, with its arguments in `ctx.args`.
    pub fn call_primitive(&mut self, address: u64, words: &[Value]) -> Value {
        for (i, &word) in words.iter().enumerate() {
            self.e.store_context(word, CTX_ARGS + 8 * i as i32);
        }
        let address = self.e.word(address);
        let context = self.e.context();
        let args = self.e.add_imm(context, i64::from(CTX_ARGS));
        let count = self.e.word(words.len() as u64);
        self.e.call_prim(address, [context, args, count])
    }

    /// Ends a cold block by leaving for the driver after a primitive's error.
    pub fn leave_raising(&mut self, site: Option<SiteId>) {
        self.store_alloc();
        let site = self.e.word(self.site_word(site));
        self.e.store_context(site, CTX_SITE);
        self.leave(ExitReason::Raise, &[]);
    }

    /// Ends a block by leaving for the driver with the current frame and `args` (five at
    /// most) in registers.
    pub fn leave(&mut self, reason: ExitReason, args: &[Value]) {
        let reason = self.e.word(reason as u64);
        self.e.store_context(reason, CTX_REASON);
        let mut all = vec![self.k];
        all.extend_from_slice(args);
        self.e.tail_call_stub(Stub::Exit, &all);
    }
}
