//! Records: `[header, type, fields...]`.
//!
//! An access compares the record's type with the operand, and takes its bound from the
//! record's own length, since the type it was compiled for came with the unit.

use super::emit::Memory;
use super::object::{HEADER, field};
use super::path::Known;
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, Value};
use termite_abi::object::{RTD_COUNT, RTD_PARENT};
use termite_abi::value::TAG_OBJECT;
use termite_abi::{Header, Kind};
use termite_ir::{Inst, Operand};

/// Offset of a record's type.
const RECORD_TYPE: i32 = field(0);
/// Field indices that fit the comparison with a header.
const MAX_FIELD: u32 = 1 << 12;

impl Lower<'_, '_> {
    pub fn make_record(&mut self, inst: &Inst) -> Result<(), Error> {
        let [rtd, fields @ ..] = inst.args.as_slice() else {
            return Err(Error::Malformed("a record without a type"));
        };
        let bytes = 16 + 8 * fields.len();
        let type_word = self.checked_record_type(inst, *rtd, fields.len())?;
        let words = fields
            .iter()
            .map(|&f| self.word(f))
            .collect::<Result<Vec<_>, _>>()?;
        let room = self.allocate(bytes as u32)?;
        let header = Header::new(Kind::Record, 1 + fields.len() as u64, 0);
        let header = self.e.word(header.0);
        self.e
            .store(Memory::Constant, header, room.base, room.offset);
        self.e
            .store(Memory::Constant, type_word, room.base, room.offset + 8);
        for (i, &word) in words.iter().enumerate() {
            self.e.store(
                Memory::Heap,
                word,
                room.base,
                room.offset + 16 + 8 * i as i32,
            );
        }
        let record = self.pointer(room, TAG_OBJECT);
        let known = Known::word(record, Types::RECORD);
        self.define(
            inst.dst,
            Known {
                fresh: true,
                record: Some((type_word, fields.len() as u32)),
                ..known
            },
        )
    }

    /// A record type with that number of fields, else the primitive raises.
    fn checked_record_type(
        &mut self,
        inst: &Inst,
        rtd: Operand,
        count: usize,
    ) -> Result<Value, Error> {
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        let word = self.word(rtd)?;
        if !self.types(rtd)?.within(Types::RECORD_TYPE) {
            let differs = self.e.tag_differs(word, TAG_OBJECT);
            self.e.leave_if(differs, bad);
            let header = self.e.load(Memory::Constant, word, HEADER);
            let same = self.header_is(header, Kind::RecordType);
            self.e.leave_unless(same, bad);
            self.learn_types(rtd, Types::RECORD_TYPE)?;
        }
        let expected = self.e.load(Memory::Heap, word, field(RTD_COUNT));
        let same = self.e.compare_imm(
            IntCC::Equal,
            expected,
            termite_abi::Value::fixnum(count as i64).0,
        );
        self.e.leave_unless(same, bad);
        Ok(word)
    }

    /// Of that very type: yes. Of another type without a parent: no. Else asks the
    /// primitive, which walks the parents.
    pub fn is_record(&mut self, inst: &Inst, yes: Block, no: Block) -> Result<(), Error> {
        let object = self.word(inst.args[0])?;
        let rtd = self.word(inst.args[1])?;
        self.before_slow_path();
        let known = self.types(inst.args[0])?;
        if !known.within(Types::OBJECT) {
            let differs = self.e.tag_differs(object, TAG_OBJECT);
            self.e.leave_if(differs, no);
        }
        if !known.within(Types::RECORD) {
            let header = self.e.load(Memory::Constant, object, HEADER);
            let same = self.header_is(header, Kind::Record);
            self.e.leave_unless(same, no);
        }
        let own = self.e.load(Memory::Constant, object, RECORD_TYPE);
        let other = self.e.block();
        let same = self.e.compare(IntCC::Equal, own, rtd);
        self.e.branch(same, yes, other);
        self.e.switch(other);
        let slow = self.e.cold_block();
        let parent = self.e.load(Memory::Heap, own, field(RTD_PARENT));
        let root = self
            .e
            .compare_imm(IntCC::Equal, parent, termite_abi::Value::FALSE.0);
        self.e.branch(root, no, slow);
        self.e.switch(slow);
        let result = self.slow_result(self.src.slow.of(inst.op), inst.site, &[object, rtd]);
        let flag = self
            .e
            .compare_imm(IntCC::NotEqual, result, termite_abi::Value::FALSE.0);
        self.e.branch(flag, yes, no);
        Ok(())
    }

    pub fn record_ref(&mut self, inst: &Inst) -> Result<(), Error> {
        let (object, rtd, name) = (inst.args[0], inst.args[1], inst.args[2]);
        let index = checked_field(inst)?;
        let record = self.word(object)?;
        let type_word = self.word(rtd)?;
        if self.knows_record(object, type_word, index)? {
            let value = self
                .e
                .load(Memory::Heap, record, field(1 + u64::from(index)));
            return self.define_word(inst.dst, value, Types::ANY);
        }
        let name = self.word(name)?;
        self.before_slow_path();
        let slow = self.e.cold_block();
        let join = self.join_word();
        self.check_record(object, record, type_word, index, slow)?;
        let value = self
            .e
            .load(Memory::Heap, record, field(1 + u64::from(index)));
        self.e.jump(join.block, &[value]);
        self.e.switch(slow);
        let number = self.e.word(termite_abi::Value::fixnum(i64::from(index)).0);
        let prim = self.src.link.runtime.record_ref;
        let value = self.slow_result(prim, inst.site, &[record, type_word, name, number]);
        self.e.jump(join.block, &[value]);
        self.e.switch(join.block);
        // Either way it is a record now, if perhaps of a derived type.
        self.learn_types(object, Types::RECORD)?;
        self.define_word(inst.dst, join.value, Types::ANY)
    }

    pub fn record_set(&mut self, inst: &Inst) -> Result<(), Error> {
        let (object, rtd, name, value) = (inst.args[0], inst.args[1], inst.args[2], inst.args[3]);
        let index = checked_field(inst)?;
        let record = self.word(object)?;
        let type_word = self.word(rtd)?;
        let owner = self.owner(object)?;
        let offset = field(1 + u64::from(index));
        if self.knows_record(object, type_word, index)? {
            return self.store_field(owner, record, offset, value);
        }
        let name = self.word(name)?;
        let new = self.word(value)?;
        self.before_slow_path();
        let (slow, join) = (self.e.cold_block(), self.e.block());
        self.check_record(object, record, type_word, index, slow)?;
        self.store_field(owner, record, offset, value)?;
        self.e.jump(join, &[]);
        self.e.switch(slow);
        let number = self.e.word(termite_abi::Value::fixnum(i64::from(index)).0);
        let prim = self.src.link.runtime.record_set;
        self.slow_result(prim, inst.site, &[record, type_word, name, number, new]);
        self.e.jump(join, &[]);
        self.e.switch(join);
        self.learn_types(object, Types::RECORD)
    }

    /// Whether the object was made here with that type and enough fields.
    fn knows_record(&self, object: Operand, rtd: Value, index: u32) -> Result<bool, Error> {
        Ok(self
            .known(object)?
            .record
            .is_some_and(|(t, n)| t == rtd && index < n))
    }

    /// Goes to `slow` unless the object is a record of that very type with that field.
    fn check_record(
        &mut self,
        op: Operand,
        object: Value,
        rtd: Value,
        index: u32,
        slow: Block,
    ) -> Result<(), Error> {
        let known = self.types(op)?;
        if !known.within(Types::OBJECT) {
            let differs = self.e.tag_differs(object, TAG_OBJECT);
            self.e.leave_if(differs, slow);
        }
        let header = self.e.load(Memory::Constant, object, HEADER);
        if !known.within(Types::RECORD) {
            let same = self.header_is(header, Kind::Record);
            self.e.leave_unless(same, slow);
        }
        let own = self.e.load(Memory::Constant, object, RECORD_TYPE);
        let same = self.e.compare(IntCC::Equal, own, rtd);
        self.e.leave_unless(same, slow);
        // The length stands above all else in a header: one comparison bounds it.
        let least = (u64::from(index) + 2) << Header::LENGTH_SHIFT;
        let long = self
            .e
            .compare_imm(IntCC::UnsignedGreaterThanOrEqual, header, least);
        self.e.leave_unless(long, slow);
        Ok(())
    }
}

fn checked_field(inst: &Inst) -> Result<u32, Error> {
    if inst.imm < MAX_FIELD {
        Ok(inst.imm)
    } else {
        Err(Error::Unsupported("field number"))
    }
}
