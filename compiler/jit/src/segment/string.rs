//! Strings and characters.
//!
//! A character immediate is its code point above the class byte; a fixnum is its integer
//! above three zero bits.

use super::emit::Memory;
use super::object::{HEADER, HeaderCheck, field};
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use termite_abi::Header;
use termite_abi::object::{STRING_LENGTH, STRING_STORAGE};
use termite_abi::value::TAG_BITS;
use termite_ir::Inst;

/// Where a character's code point begins.
const CHAR_SHIFT: i64 = 8;
/// Code points below are characters without exception; the surrogates come first.
const FIRST_SURROGATE: u64 = 0xd800;

impl Lower<'_, '_> {
    pub fn string_length(&mut self, inst: &Inst) -> Result<(), Error> {
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        let string = self.checked_object(inst.args[0], HeaderCheck::STRING, bad)?;
        let length = self.e.load(Memory::Heap, string, field(STRING_LENGTH));
        self.define_word(inst.dst, length, Types::FIXNUM)
    }

    pub fn string_ref(&mut self, inst: &Inst) -> Result<(), Error> {
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        let string = self.checked_object(inst.args[0], HeaderCheck::STRING, bad)?;
        let length = self.e.load(Memory::Heap, string, field(STRING_LENGTH));
        let length = self.e.ins().ushr_imm_s(length, i64::from(TAG_BITS));
        let index = self.checked_index(inst.args[1], length, bad)?;
        let storage = self.e.load(Memory::Heap, string, field(STRING_STORAGE));
        let code = self.load_char(storage, index);
        let shifted = self.e.ins().ishl_imm_s(code, CHAR_SHIFT);
        let char = self
            .e
            .ins()
            .bor_imm_s(shifted, termite_abi::Value::char('\0').0 as i64);
        self.define_word(inst.dst, char, Types::CHAR)
    }

    /// The code point at `index` of character storage: one byte each, or four.
    fn load_char(&mut self, storage: Value, index: Value) -> Value {
        let header = self.e.load(Memory::Constant, storage, HEADER);
        let low = self.e.low_half(header);
        let wide = self.e.ins().band_imm_s(low, Header::FLAG_WIDE as i64);
        let (long, short, join) = (self.e.cold_block(), self.e.block(), self.join_word());
        self.e.branch(wide, long, short);
        self.e.switch(long);
        let offset = self.e.ins().ishl_imm_s(index, 2);
        let address = self.e.ins().iadd(storage, offset);
        let code = self.e.load_u32(Memory::Heap, address, field(0));
        self.e.jump(join.block, &[code]);
        self.e.switch(short);
        let address = self.e.ins().iadd(storage, index);
        let code = self.e.load_byte(Memory::Heap, address, field(0));
        self.e.jump(join.block, &[code]);
        self.e.switch(join.block);
        join.value
    }

    pub fn char_to_integer(&mut self, inst: &Inst) -> Result<(), Error> {
        let op = inst.args[0];
        let word = self.word(op)?;
        if !self.types(op)?.within(Types::CHAR) {
            let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
            let is_char = self.is_char(word);
            self.e.leave_unless(is_char, bad);
            self.learn_types(op, Types::CHAR)?;
        }
        // The class byte's bits below the code point are shifted out or zero.
        const { assert!(termite_abi::Value::char('\0').0 >> (CHAR_SHIFT - TAG_BITS as i64) == 0) };
        let integer = self
            .e
            .ins()
            .ushr_imm_s(word, CHAR_SHIFT - i64::from(TAG_BITS));
        self.define_word(inst.dst, integer, Types::FIXNUM)
    }

    pub fn integer_to_char(&mut self, inst: &Inst) -> Result<(), Error> {
        let word = self.word(inst.args[0])?;
        self.before_slow_path();
        let slow = self.e.cold_block();
        let join = self.join_word();
        let integer = self.e.ins().rotr_imm_s(word, i64::from(TAG_BITS));
        let plain = self
            .e
            .compare_imm(IntCC::UnsignedLessThan, integer, FIRST_SURROGATE);
        self.e.leave_unless(plain, slow);
        let shifted = self.e.ins().ishl_imm_s(integer, CHAR_SHIFT);
        let char = self
            .e
            .ins()
            .bor_imm_s(shifted, termite_abi::Value::char('\0').0 as i64);
        self.e.jump(join.block, &[char]);
        self.e.switch(slow);
        let result = self.slow_result(self.src.slow.of(inst.op), inst.site, &[word]);
        self.e.jump(join.block, &[result]);
        self.e.switch(join.block);
        self.define_word(inst.dst, join.value, Types::CHAR)
    }
}
