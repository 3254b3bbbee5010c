//! The write barrier: an old object that is given a young value is remembered.

use super::emit::Memory;
use super::types::Types;
use super::{Error, Lower};
use crate::machine::Stub;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use termite_abi::context::{CTX_NURSERY_BYTES, CTX_NURSERY_START};
use termite_ir::Operand;

/// The object that is written to.
#[derive(Clone, Copy)]
pub enum Owner {
    /// Made in this pass of the segment, hence young.
    Fresh,
    /// Never in the nursery.
    Old,
    Unknown(Value),
}

impl Lower<'_, '_> {
    /// The owner behind an operand.
    pub fn owner(&mut self, op: Operand) -> Result<Owner, Error> {
        let known = self.known(op)?;
        if known.fresh {
            return Ok(Owner::Fresh);
        }
        if known.constant.is_some() {
            return Ok(Owner::Old);
        }
        Ok(Owner::Unknown(self.word(op)?))
    }

    /// Stores `value` at `address + offset`, a field of `owner`, and remembers the field
    /// if need be. An unboxed number counts as a pointer, since it gets boxed.
    pub fn store_field(
        &mut self,
        owner: Owner,
        address: Value,
        offset: i32,
        value: Operand,
    ) -> Result<(), Error> {
        let known = self.known(value)?;
        let word = self.word(value)?;
        self.e.store(Memory::Heap, word, address, offset);
        let harmless = known.constant.is_some() || !known.types.meets(Types::POINTER);
        if harmless || matches!(owner, Owner::Fresh) {
            return Ok(());
        }
        let (remember, done) = (self.e.cold_block(), self.e.block());
        if known.types.within(Types::NUMBER) && known.types.meets(Types::FIXNUM) {
            // Most likely a fixnum.
            let other = self.e.cold_block();
            let tagged = self.e.tag_differs(word, 0);
            self.e.branch(tagged, other, done);
            self.e.switch(other);
        }
        let start = self.e.load_context(CTX_NURSERY_START);
        let bytes = self.e.load_context(CTX_NURSERY_BYTES);
        let young = self.is_young(word, start, bytes);
        match owner {
            Owner::Unknown(object) => {
                let check = self.e.cold_block();
                self.e.branch(young, check, done);
                self.e.switch(check);
                let young_owner = self.is_young(object, start, bytes);
                self.e.branch(young_owner, done, remember);
            }
            Owner::Old | Owner::Fresh => self.e.branch(young, remember, done),
        }
        self.e.switch(remember);
        let slot = self.e.add_imm(address, i64::from(offset));
        self.e.call_stub(Stub::Remember, &[slot]);
        self.e.jump(done, &[]);
        self.e.switch(done);
        Ok(())
    }

    /// Whether an object is young.
    pub fn is_in_nursery(&mut self, object: Value) -> Value {
        let start = self.e.load_context(CTX_NURSERY_START);
        let bytes = self.e.load_context(CTX_NURSERY_BYTES);
        self.is_young(object, start, bytes)
    }

    /// Whether a word lies in the nursery. A fixnum that looks as if is remembered for
    /// nothing, which does no harm.
    fn is_young(&mut self, word: Value, start: Value, bytes: Value) -> Value {
        let distance = self.e.ins().isub(word, start);
        self.e.compare(IntCC::UnsignedLessThan, distance, bytes)
    }
}
