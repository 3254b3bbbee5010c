//! Pairs, and the checks that all objects with headers share.

use super::barrier::Owner;
use super::emit::Memory;
use super::path::Known;
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use termite_abi::object::PAIR_BYTES;
use termite_abi::value::{TAG_BITS, TAG_OBJECT, TAG_PAIR};
use termite_abi::{Header, Kind};
use termite_ir::{Inst, Operand};

/// Offset of the header from a tagged object.
pub const HEADER: i32 = -(TAG_OBJECT as i32);

/// Offset of word `i` behind the header.
pub const fn field(i: u64) -> i32 {
    8 + 8 * i as i32 - TAG_OBJECT as i32
}

impl Lower<'_, '_> {
    // -- pairs --

    pub fn cons(&mut self, inst: &Inst) -> Result<(), Error> {
        let car = self.word(inst.args[0])?;
        let cdr = self.word(inst.args[1])?;
        let room = self.allocate(PAIR_BYTES as u32)?;
        self.e.store(Memory::Heap, car, room.base, room.offset);
        self.e.store(Memory::Heap, cdr, room.base, room.offset + 8);
        let pair = self.pointer(room, TAG_PAIR);
        self.define(
            inst.dst,
            Known {
                fresh: true,
                ..Known::word(pair, Types::PAIR)
            },
        )
    }

    pub fn pair_ref(&mut self, inst: &Inst, i: u64) -> Result<(), Error> {
        let pair = self.checked_pair(inst)?;
        let value = self
            .e
            .load(Memory::Heap, pair, 8 * i as i32 - TAG_PAIR as i32);
        self.define_word(inst.dst, value, Types::ANY)
    }

    /// A pair in the nursery is no literal and needs no barrier. Any other may be a
    /// literal, which the primitive tells from an old pair.
    pub fn pair_set(&mut self, inst: &Inst, i: u64) -> Result<(), Error> {
        let pair = self.checked_pair(inst)?;
        let offset = 8 * i as i32 - TAG_PAIR as i32;
        let owner = self.owner(inst.args[0])?;
        if let Owner::Fresh = owner {
            return self.store_field(owner, pair, offset, inst.args[1]);
        }
        let new = self.word(inst.args[1])?;
        self.before_slow_path();
        let (slow, join) = (self.e.cold_block(), self.e.block());
        let young = self.is_in_nursery(pair);
        self.e.leave_unless(young, slow);
        self.e.store(Memory::Heap, new, pair, offset);
        self.e.jump(join, &[]);
        self.e.switch(slow);
        self.slow_result(self.src.slow.of(inst.op), inst.site, &[pair, new]);
        self.e.jump(join, &[]);
        self.e.switch(join);
        Ok(())
    }

    fn checked_pair(&mut self, inst: &Inst) -> Result<Value, Error> {
        let op = inst.args[0];
        let pair = self.word(op)?;
        if !self.types(op)?.within(Types::PAIR) {
            let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
            let differs = self.e.tag_differs(pair, TAG_PAIR);
            self.e.leave_if(differs, bad);
            self.learn_types(op, Types::PAIR)?;
        }
        Ok(pair)
    }

    // -- objects with headers --

    /// The operand's word, an object whose header passes the check; else goes to `bad`.
    pub fn checked_object(
        &mut self,
        op: Operand,
        check: HeaderCheck,
        bad: Block,
    ) -> Result<Value, Error> {
        let object = self.word(op)?;
        let known = self.types(op)?;
        if !known.within(Types::OBJECT) {
            let differs = self.e.tag_differs(object, TAG_OBJECT);
            self.e.leave_if(differs, bad);
        }
        if !known.within(check.types) {
            let header = self.header(object);
            let same = self.header_passes(header, check);
            self.e.leave_unless(same, bad);
            self.learn_types(op, check.types)?;
        }
        Ok(object)
    }

    pub fn header(&mut self, object: Value) -> Value {
        self.e.load(Memory::Constant, object, HEADER)
    }

    fn header_passes(&mut self, header: Value, check: HeaderCheck) -> Value {
        if !check.mutable {
            return self.header_is(header, check.kind);
        }
        let low = self.e.low_half(header);
        let bits = self
            .e
            .ins()
            .band_imm_s(low, (0xff | Header::FLAG_IMMUTABLE) as i64);
        self.e
            .compare_imm(IntCC::Equal, bits, Header::type_byte(check.kind))
    }

    /// An index as a plain integer, known to be a fixnum below `length` (unsigned), else
    /// goes to `bad`. A rotation brings the tag bits to the top, where anything but a
    /// fixnum's zeros makes the number too large.
    pub fn checked_index(
        &mut self,
        op: Operand,
        length: Value,
        bad: Block,
    ) -> Result<Value, Error> {
        let index = self.plain_index(op)?;
        let inside = self.e.compare(IntCC::UnsignedLessThan, index, length);
        self.e.leave_unless(inside, bad);
        self.learn_types(op, Types::FIXNUM)?;
        Ok(index)
    }

    fn plain_index(&mut self, op: Operand) -> Result<Value, Error> {
        if let Some(n) = self.fixnum_constant(op)? {
            return Ok(self.e.word(n as u64));
        }
        let word = self.word(op)?;
        Ok(self.e.ins().rotr_imm_s(word, i64::from(TAG_BITS)))
    }

    /// As [`Lower::checked_index`], for an object whose length stands in its header and
    /// never changes: the same index of the same object is checked once.
    pub fn checked_element(
        &mut self,
        op: Operand,
        object: Value,
        bad: Block,
    ) -> Result<Value, Error> {
        if self.known(op)?.inside == Some(object) {
            return self.plain_index(op);
        }
        let header = self.header(object);
        let length = self.header_length(header);
        let index = self.checked_index(op, length, bad)?;
        let known = self.known(op)?;
        self.learn(
            op,
            Known {
                inside: Some(object),
                ..known
            },
        );
        Ok(index)
    }

    /// The length in a header.
    pub fn header_length(&mut self, header: Value) -> Value {
        self.e
            .ins()
            .ushr_imm_s(header, i64::from(Header::LENGTH_SHIFT))
    }

    /// An integer as a fixnum.
    pub fn as_fixnum(&mut self, integer: Value) -> Value {
        self.e.ins().ishl_imm_s(integer, i64::from(TAG_BITS))
    }
}

/// What a header must show.
#[derive(Clone, Copy)]
pub struct HeaderCheck {
    kind: Kind,
    /// It must not be flagged immutable.
    mutable: bool,
    /// What is known of an object that passed.
    types: Types,
}

impl HeaderCheck {
    pub const STRING: HeaderCheck = HeaderCheck::new(Kind::String, false, Types::STRING);
    pub const VECTOR: HeaderCheck = HeaderCheck::new(Kind::Vector, false, Types::VECTOR);
    pub const MUTABLE_VECTOR: HeaderCheck =
        HeaderCheck::new(Kind::Vector, true, Types::MUTABLE_VECTOR);
    pub const BYTEVECTOR: HeaderCheck =
        HeaderCheck::new(Kind::Bytevector, false, Types::BYTEVECTOR);
    pub const MUTABLE_BYTEVECTOR: HeaderCheck =
        HeaderCheck::new(Kind::Bytevector, true, Types::MUTABLE_BYTEVECTOR);

    const fn new(kind: Kind, mutable: bool, types: Types) -> HeaderCheck {
        HeaderCheck {
            kind,
            mutable,
            types,
        }
    }
}
