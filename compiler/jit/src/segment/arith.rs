//! Generic arithmetic: fixnums inline, two known flonums inline and unboxed, two flonums
//! by a stub, anything else by the primitive.
//!
//! A fixnum is its integer times eight, so sums, differences, remainders and bitwise
//! operations work on the words as they are.

use super::path::Known;
use super::types::Types;
use super::{Error, Lower};
use crate::machine::Stub;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use termite_abi::value::TAG_BITS;
use termite_ir::{Inst, Op, Operand};

/// A result, and the flag that it overflowed, if it can.
type Checked = (Value, Option<Value>);

/// What generic arithmetic gives.
const NUMBER: Types = Types::number();

impl Lower<'_, '_> {
    pub fn arithmetic(&mut self, inst: &Inst) -> Result<(), Error> {
        if let Some(word) = self.fold(inst)? {
            return self.define(inst.dst, Known::constant(word, Types::FIXNUM));
        }
        if self.unboxed_operands(inst)? {
            return self.unboxed_arithmetic(inst);
        }
        let (a, b) = (inst.args[0], inst.args[1]);
        let operands = self.slow_operands(&inst.args)?;
        self.before_slow_path();
        let slow = self.e.cold_block();
        let join = self.join_word();
        if inst.op == Op::Div || !self.may_be_fixnums(a, b)? {
            self.e.jump(slow, &[]);
        } else {
            let (x, y) = (self.word(a)?, self.word(b)?);
            self.leave_unless_fixnums(&[a, b], slow)?;
            let (result, overflow) = self.fixnum_arithmetic(inst, x, y)?;
            match overflow {
                Some(overflow) => self.e.leave_or_join(overflow, slow, join.block, result),
                None => self.e.jump(join.block, &[result]),
            }
        }
        self.e.switch(slow);
        let words = self.slow_words(&operands);
        let result = self.slow_result_by(arithmetic_stub(inst.op), inst.op, inst.site, &words);
        self.e.jump(join.block, &[result]);
        self.e.switch(join.block);
        self.define_word(inst.dst, join.value, NUMBER)
    }

    fn fold(&self, inst: &Inst) -> Result<Option<u64>, Error> {
        let (Some(a), Some(b)) = (
            self.fixnum_constant(inst.args[0])?,
            self.fixnum_constant(inst.args[1])?,
        ) else {
            return Ok(None);
        };
        let result = match inst.op {
            Op::Add => a.checked_add(b),
            Op::Sub => a.checked_sub(b),
            Op::Mul => a.checked_mul(b),
            _ => None,
        };
        Ok(result.and_then(termite_abi::Value::try_fixnum).map(|v| v.0))
    }

    pub fn may_be_fixnums(&self, a: Operand, b: Operand) -> Result<bool, Error> {
        Ok(self.types(a)?.meets(Types::FIXNUM) && self.types(b)?.meets(Types::FIXNUM))
    }

    /// Goes to `slow` unless all operands are fixnums.
    pub fn leave_unless_fixnums(&mut self, ops: &[Operand], slow: Block) -> Result<(), Error> {
        let mut bits: Option<Value> = None;
        for &op in ops {
            if self.types(op)?.within(Types::FIXNUM) {
                continue;
            }
            let word = self.word(op)?;
            bits = Some(match bits {
                Some(b) => self.e.ins().bor(b, word),
                None => word,
            });
        }
        if let Some(bits) = bits {
            let tagged = self.e.tag_differs(bits, 0);
            self.e.leave_if(tagged, slow);
        }
        Ok(())
    }

    /// On two fixnums: the result, and whether it is none after all.
    fn fixnum_arithmetic(&mut self, inst: &Inst, x: Value, y: Value) -> Result<Checked, Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        match inst.op {
            Op::Add => match (self.fixnum_constant(a)?, self.fixnum_constant(b)?) {
                (_, Some(n)) => Ok(self.add_constant(x, n)),
                (Some(n), _) => Ok(self.add_constant(y, n)),
                (None, None) => {
                    let (sum, overflow) = self.e.ins().sadd_overflow(x, y);
                    Ok((sum, Some(overflow)))
                }
            },
            Op::Sub => match self.fixnum_constant(b)? {
                Some(n) => Ok(self.add_constant(x, -n)),
                None => {
                    let (difference, overflow) = self.e.ins().ssub_overflow(x, y);
                    Ok((difference, Some(overflow)))
                }
            },
            _ => self.fixnum_product(a, b),
        }
    }

    /// `x + n`, which for a constant shows its overflow by a comparison with `x`.
    fn add_constant(&mut self, x: Value, n: i64) -> Checked {
        if n == 0 {
            return (x, None);
        }
        let sum = self.e.add_imm(x, n << TAG_BITS);
        let cc = if n > 0 {
            IntCC::SignedLessThan
        } else {
            IntCC::SignedGreaterThan
        };
        (sum, Some(self.e.compare(cc, sum, x)))
    }

    fn fixnum_product(&mut self, a: Operand, b: Operand) -> Result<Checked, Error> {
        let (plain, tagged) = match (self.fixnum_constant(a)?, self.fixnum_constant(b)?) {
            (Some(n), _) => (self.e.word(n as u64), self.word(b)?),
            (None, Some(n)) => (self.e.word(n as u64), self.word(a)?),
            (None, None) => {
                let x = self.word(a)?;
                (
                    self.e.ins().sshr_imm_s(x, i64::from(TAG_BITS)),
                    self.word(b)?,
                )
            }
        };
        let (product, overflow) = self.e.ins().smul_overflow(tagged, plain);
        Ok((product, Some(overflow)))
    }

    // -- integer division --

    pub fn division(&mut self, inst: &Inst) -> Result<(), Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        let (x, y) = (self.word(a)?, self.word(b)?);
        self.before_slow_path();
        let slow = self.e.cold_block();
        let join = self.join_word();
        let divisor = self.fixnum_constant(b)?;
        if !self.may_be_fixnums(a, b)? || matches!(divisor, Some(0 | -1)) {
            self.e.jump(slow, &[]);
        } else {
            self.leave_unless_fixnums(&[a, b], slow)?;
            if divisor.is_none() {
                // Excludes 0 and -1 at once: 0 traps, and -1 overflows for one dividend.
                let next = self.e.add_imm(y, 1 << TAG_BITS);
                let bad = self
                    .e
                    .compare_imm(IntCC::UnsignedLessThanOrEqual, next, 1 << TAG_BITS);
                self.e.leave_if(bad, slow);
            }
            let result = self.fixnum_division(inst.op, x, y);
            self.e.jump(join.block, &[result]);
        }
        self.e.switch(slow);
        let result = self.slow_result(self.src.slow.of(inst.op), inst.site, &[x, y]);
        self.e.jump(join.block, &[result]);
        self.e.switch(join.block);
        self.define_word(inst.dst, join.value, NUMBER)
    }

    fn fixnum_division(&mut self, op: Op, x: Value, y: Value) -> Value {
        if op == Op::Quotient {
            let quotient = self.e.ins().sdiv(x, y);
            return self.e.ins().ishl_imm_s(quotient, i64::from(TAG_BITS));
        }
        let remainder = self.e.ins().srem(x, y);
        if op == Op::Remainder {
            return remainder;
        }
        let signs = self.e.ins().bxor(remainder, y);
        let differ = self.e.compare_imm(IntCC::SignedLessThan, signs, 0);
        let nonzero = self.e.compare_imm(IntCC::NotEqual, remainder, 0);
        let adjust = self.e.ins().band(differ, nonzero);
        let sum = self.e.ins().iadd(remainder, y);
        self.e.ins().select(adjust, sum, remainder)
    }

    // -- bitwise --

    pub fn bitwise(&mut self, inst: &Inst) -> Result<(), Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        let (x, y) = (self.word(a)?, self.word(b)?);
        let known = self.types(a)?.within(Types::FIXNUM) && self.types(b)?.within(Types::FIXNUM);
        if known {
            let result = self.fixnum_bitwise(inst.op, x, y);
            return self.define_word(inst.dst, result, Types::FIXNUM);
        }
        self.before_slow_path();
        let slow = self.e.cold_block();
        let join = self.join_word();
        self.leave_unless_fixnums(&[a, b], slow)?;
        let result = self.fixnum_bitwise(inst.op, x, y);
        self.e.jump(join.block, &[result]);
        self.e.switch(slow);
        let result = self.slow_result(self.src.slow.of(inst.op), inst.site, &[x, y]);
        self.e.jump(join.block, &[result]);
        self.e.switch(join.block);
        self.define_word(inst.dst, join.value, NUMBER)
    }

    fn fixnum_bitwise(&mut self, op: Op, x: Value, y: Value) -> Value {
        match op {
            Op::BitAnd => self.e.ins().band(x, y),
            Op::BitOr => self.e.ins().bor(x, y),
            _ => self.e.ins().bxor(x, y),
        }
    }
}

fn arithmetic_stub(op: Op) -> Stub {
    match op {
        Op::Add => Stub::Add,
        Op::Sub => Stub::Sub,
        Op::Mul => Stub::Mul,
        _ => Stub::Div,
    }
}
