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
use termite_ir::{Inst, Operand};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arith {
    Add,
    Sub,
    Mul,
    Div,
}

impl Arith {
    fn stub(self) -> Stub {
        match self {
            Arith::Add => Stub::Add,
            Arith::Sub => Stub::Sub,
            Arith::Mul => Stub::Mul,
            Arith::Div => Stub::Div,
        }
    }

    /// On constants.
    fn fold(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Arith::Add => a.checked_add(b),
            Arith::Sub => a.checked_sub(b),
            Arith::Mul => a.checked_mul(b),
            Arith::Div => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Division {
    Quotient,
    Remainder,
    Modulo,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bitwise {
    And,
    Or,
    Xor,
}

/// A result, and the flag that it overflowed, if it can.
type Checked = (Value, Option<Value>);

impl Lower<'_, '_> {
    pub fn arithmetic(&mut self, inst: &Inst, arith: Arith) -> Result<(), Error> {
        if let Some(word) = self.fold(inst, arith)? {
            return self.define(inst.dst, Known::constant(word, Types::FIXNUM));
        }
        if self.unboxed_operands(inst)? {
            return self.unboxed_arithmetic(inst, arith);
        }
        let (a, b) = (inst.args[0], inst.args[1]);
        let operands = self.slow_operands(&inst.args)?;
        self.before_slow_path();
        let slow = self.e.cold_block();
        let join = self.join_word();
        if self.one_flonum(a, b)? {
            let result = self.boxed_arithmetic(inst, arith, slow)?;
            self.e.jump(join.block, &[result]);
        } else if arith == Arith::Div || !self.may_be_fixnums(a, b)? {
            self.e.jump(slow, &[]);
        } else {
            let (x, y) = (self.word(a)?, self.word(b)?);
            self.leave_unless_fixnums(&[a, b], slow)?;
            let (result, overflow) = self.fixnum_arithmetic(inst, arith, x, y)?;
            match overflow {
                Some(overflow) => self.e.leave_or_join(overflow, slow, join.block, result),
                None => self.e.jump(join.block, &[result]),
            }
        }
        self.e.switch(slow);
        let words = self.slow_words(&operands);
        let result = self.slow_result_by(arith.stub(), inst.op, inst.site, &words);
        self.e.jump(join.block, &[result]);
        self.e.switch(join.block);
        self.define_word(inst.dst, join.value, Types::NUMBER)
    }

    fn fold(&self, inst: &Inst, arith: Arith) -> Result<Option<u64>, Error> {
        let (Some(a), Some(b)) = (
            self.fixnum_constant(inst.args[0])?,
            self.fixnum_constant(inst.args[1])?,
        ) else {
            return Ok(None);
        };
        let result = arith.fold(a, b);
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
    fn fixnum_arithmetic(
        &mut self,
        inst: &Inst,
        arith: Arith,
        x: Value,
        y: Value,
    ) -> Result<Checked, Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        match arith {
            Arith::Add => match (self.fixnum_constant(a)?, self.fixnum_constant(b)?) {
                (_, Some(n)) => Ok(self.add_constant(x, n)),
                (Some(n), _) => Ok(self.add_constant(y, n)),
                (None, None) => {
                    let (sum, overflow) = self.e.ins().sadd_overflow(x, y);
                    Ok((sum, Some(overflow)))
                }
            },
            // The least fixnum is the one that has no negative.
            Arith::Sub => match self.fixnum_constant(b)?.map(|n| -n) {
                Some(n) if termite_abi::Value::try_fixnum(n).is_some() => {
                    Ok(self.add_constant(x, n))
                }
                _ => {
                    let (difference, overflow) = self.e.ins().ssub_overflow(x, y);
                    Ok((difference, Some(overflow)))
                }
            },
            Arith::Mul => self.fixnum_product(a, b),
            Arith::Div => Err(Error::Malformed("fixnums are not divided")),
        }
    }

    fn add_constant(&mut self, x: Value, n: i64) -> Checked {
        if n == 0 {
            return (x, None);
        }
        let n = self.e.word(termite_abi::Value::fixnum(n).0);
        let (sum, overflow) = self.e.ins().sadd_overflow(x, n);
        (sum, Some(overflow))
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

    pub fn division(&mut self, inst: &Inst, division: Division) -> Result<(), Error> {
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
            let result = self.fixnum_division(division, x, y);
            self.e.jump(join.block, &[result]);
        }
        self.e.switch(slow);
        let result = self.slow_result(self.src.slow.of(inst.op), inst.site, &[x, y]);
        self.e.jump(join.block, &[result]);
        self.e.switch(join.block);
        self.define_word(inst.dst, join.value, Types::NUMBER)
    }

    fn fixnum_division(&mut self, division: Division, x: Value, y: Value) -> Value {
        if division == Division::Quotient {
            let quotient = self.e.ins().sdiv(x, y);
            return self.e.ins().ishl_imm_s(quotient, i64::from(TAG_BITS));
        }
        let remainder = self.e.ins().srem(x, y);
        if division == Division::Remainder {
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

    pub fn bitwise(&mut self, inst: &Inst, bitwise: Bitwise) -> Result<(), Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        let (x, y) = (self.word(a)?, self.word(b)?);
        let known = self.types(a)?.within(Types::FIXNUM) && self.types(b)?.within(Types::FIXNUM);
        if known {
            let result = self.fixnum_bitwise(bitwise, x, y);
            return self.define_word(inst.dst, result, Types::FIXNUM);
        }
        self.before_slow_path();
        let slow = self.e.cold_block();
        let join = self.join_word();
        self.leave_unless_fixnums(&[a, b], slow)?;
        let result = self.fixnum_bitwise(bitwise, x, y);
        self.e.jump(join.block, &[result]);
        self.e.switch(slow);
        let result = self.slow_result(self.src.slow.of(inst.op), inst.site, &[x, y]);
        self.e.jump(join.block, &[result]);
        self.e.switch(join.block);
        self.define_word(inst.dst, join.value, Types::NUMBER)
    }

    fn fixnum_bitwise(&mut self, bitwise: Bitwise, x: Value, y: Value) -> Value {
        match bitwise {
            Bitwise::And => self.e.ins().band(x, y),
            Bitwise::Or => self.e.ins().bor(x, y),
            Bitwise::Xor => self.e.ins().bxor(x, y),
        }
    }
}
