//! Comparison of numbers.

use super::predicate::Answer;
use super::types::Types;
use super::{Error, Lower};
use crate::machine::Stub;
use cranelift_codegen::ir::Block;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use termite_ir::{Inst, Operand};

/// The five comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Equal,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

impl Order {
    fn of_words(self) -> IntCC {
        match self {
            Order::Equal => IntCC::Equal,
            Order::Less => IntCC::SignedLessThan,
            Order::Greater => IntCC::SignedGreaterThan,
            Order::LessOrEqual => IntCC::SignedLessThanOrEqual,
            Order::GreaterOrEqual => IntCC::SignedGreaterThanOrEqual,
        }
    }

    fn of_floats(self) -> FloatCC {
        match self {
            Order::Equal => FloatCC::Equal,
            Order::Less => FloatCC::LessThan,
            Order::Greater => FloatCC::GreaterThan,
            Order::LessOrEqual => FloatCC::LessThanOrEqual,
            Order::GreaterOrEqual => FloatCC::GreaterThanOrEqual,
        }
    }

    fn stub(self) -> Stub {
        match self {
            Order::Equal => Stub::NumEq,
            Order::Less => Stub::Lt,
            Order::Greater => Stub::Gt,
            Order::LessOrEqual => Stub::Le,
            Order::GreaterOrEqual => Stub::Ge,
        }
    }
}

impl Lower<'_, '_> {
    /// Compares two operands that are known to be flonums (or small constants).
    pub fn compare_floats(&mut self, inst: &Inst, order: Order) -> Result<Answer, Error> {
        let x = self.float_or_constant(inst.args[0])?;
        let y = self.float_or_constant(inst.args[1])?;
        Ok(Answer::Flag(self.e.compare_float(order.of_floats(), x, y)))
    }

    /// Compares operands of known types.
    pub fn compare_known(&mut self, inst: &Inst, order: Order) -> Result<Option<Answer>, Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        if self.types(a)?.within(Types::FIXNUM) && self.types(b)?.within(Types::FIXNUM) {
            let (x, y) = (self.word(a)?, self.word(b)?);
            return Ok(Some(Answer::Flag(self.e.compare(order.of_words(), x, y))));
        }
        let flonum = |op: Operand| Ok::<bool, Error>(self.types(op)?.within(Types::FLONUM));
        let usable = |op| Ok::<bool, Error>(flonum(op)? || self.exact_float(op)?.is_some());
        if (flonum(a)? || flonum(b)?) && usable(a)? && usable(b)? {
            return self.compare_floats(inst, order).map(Some);
        }
        Ok(None)
    }

    /// Compares operands of which too little is known.
    pub fn compare(
        &mut self,
        inst: &Inst,
        order: Order,
        yes: Block,
        no: Block,
    ) -> Result<(), Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        let one_flonum =
            self.types(a)?.within(Types::FLONUM) || self.types(b)?.within(Types::FLONUM);
        let operands = self.slow_operands(&inst.args)?;
        self.before_slow_path();
        let slow = self.e.cold_block();
        if one_flonum {
            self.compare_if_floats(inst, order, [slow, yes, no])?;
        } else if self.may_be_fixnums(a, b)? {
            let (x, y) = (self.word(a)?, self.word(b)?);
            self.leave_unless_fixnums(&[a, b], slow)?;
            let flag = self.e.compare(order.of_words(), x, y);
            self.e.branch(flag, yes, no);
        } else {
            self.e.jump(slow, &[]);
        }
        self.e.switch(slow);
        let words = self.slow_words(&operands);
        let result = self.slow_result_by(order.stub(), inst.op, inst.site, &words);
        let flag = self
            .e
            .compare_imm(IntCC::NotEqual, result, termite_abi::Value::FALSE.0);
        self.e.branch(flag, yes, no);
        Ok(())
    }

    /// One operand is a flonum: compares at once if the other turns out to be one.
    fn compare_if_floats(
        &mut self,
        inst: &Inst,
        order: Order,
        [slow, yes, no]: [Block; 3],
    ) -> Result<(), Error> {
        let path = self.path.clone();
        self.floats_or_leave(inst, slow)?;
        if let Answer::Flag(flag) = self.compare_floats(inst, order)? {
            self.e.branch(flag, yes, no);
        }
        self.path = path;
        Ok(())
    }
}
