//! Vectors and bytevectors.

use super::emit::Memory;
use super::object::{HeaderCheck, field};
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use termite_abi::value::TAG_BITS;
use termite_ir::Inst;

impl Lower<'_, '_> {
    pub fn vector_ref(&mut self, inst: &Inst) -> Result<(), Error> {
        let slot = self.vector_slot(inst, HeaderCheck::VECTOR)?;
        let value = self.e.load(Memory::Heap, slot.address, slot.offset);
        self.define_word(inst.dst, value, Types::ANY)
    }

    pub fn vector_set(&mut self, inst: &Inst) -> Result<(), Error> {
        let slot = self.vector_slot(inst, HeaderCheck::MUTABLE_VECTOR)?;
        let owner = self.owner(inst.args[0])?;
        self.store_field(owner, slot.address, slot.offset, inst.args[2])
    }

    fn vector_slot(&mut self, inst: &Inst, check: HeaderCheck) -> Result<Slot, Error> {
        let (vector, index) = (inst.args[0], inst.args[1]);
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        let object = self.checked_object(vector, check, bad)?;
        self.checked_element(index, object, bad)?;
        let near = self
            .fixnum_constant(index)?
            .filter(|n| (0..1 << 24).contains(n));
        if let Some(n) = near {
            return Ok(Slot {
                address: object,
                offset: field(n as u64),
            });
        }
        let word = self.word(index)?;
        const { assert!(TAG_BITS == 3, "a fixnum is the offset of a word") };
        Ok(Slot {
            address: self.e.ins().iadd(object, word),
            offset: field(0),
        })
    }

    pub fn vector_length(&mut self, inst: &Inst) -> Result<(), Error> {
        self.length_in_header(inst, HeaderCheck::VECTOR)
    }

    pub fn byte_length(&mut self, inst: &Inst) -> Result<(), Error> {
        self.length_in_header(inst, HeaderCheck::BYTEVECTOR)
    }

    fn length_in_header(&mut self, inst: &Inst, check: HeaderCheck) -> Result<(), Error> {
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        let object = self.checked_object(inst.args[0], check, bad)?;
        let header = self.header(object);
        let length = self.header_length(header);
        let length = self.as_fixnum(length);
        self.define_word(inst.dst, length, Types::FIXNUM)
    }

    pub fn byte_ref(&mut self, inst: &Inst) -> Result<(), Error> {
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        let address = self.checked_byte(inst, HeaderCheck::BYTEVECTOR, bad)?;
        let byte = self.e.load_byte(Memory::Heap, address, field(0));
        let byte = self.as_fixnum(byte);
        self.define_word(inst.dst, byte, Types::FIXNUM)
    }

    pub fn byte_set(&mut self, inst: &Inst) -> Result<(), Error> {
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        let address = self.checked_byte(inst, HeaderCheck::MUTABLE_BYTEVECTOR, bad)?;
        let limit = self.e.word(256);
        let byte = self.checked_index(inst.args[2], limit, bad)?;
        self.e.store_byte(Memory::Heap, byte, address, field(0));
        Ok(())
    }

    /// The object's address plus the index.
    fn checked_byte(
        &mut self,
        inst: &Inst,
        check: HeaderCheck,
        bad: Block,
    ) -> Result<Value, Error> {
        let object = self.checked_object(inst.args[0], check, bad)?;
        let index = self.checked_element(inst.args[1], object, bad)?;
        Ok(self.e.ins().iadd(object, index))
    }
}

/// A field of an object: `address` is tagged.
struct Slot {
    address: Value,
    offset: i32,
}
