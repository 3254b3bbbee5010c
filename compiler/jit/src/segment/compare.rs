//! Comparison of numbers.

use super::predicate::Answer;
use super::types::Types;
use super::{Error, Lower, int_cc};
use crate::machine::Stub;
use cranelift_codegen::ir::Block;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use termite_abi::value::TAG_FLONUM;
use termite_ir::{Inst, Op, Operand};

impl Lower<'_, '_> {
    /// Compares two operands that are known to be flonums (or small constants).
    pub fn compare_floats(&mut self, inst: &Inst) -> Result<Answer, Error> {
        let x = self.float_or_constant(inst.args[0])?;
        let y = self.float_or_constant(inst.args[1])?;
        let cc = match inst.op {
            Op::NumEq | Op::FlEq => FloatCC::Equal,
            Op::Lt | Op::FlLt => FloatCC::LessThan,
            Op::Gt | Op::FlGt => FloatCC::GreaterThan,
            Op::Le | Op::FlLe => FloatCC::LessThanOrEqual,
            _ => FloatCC::GreaterThanOrEqual,
        };
        Ok(Answer::Flag(self.e.compare_float(cc, x, y)))
    }

    /// Compares operands of known types.
    pub fn compare_known(&mut self, inst: &Inst) -> Result<Option<Answer>, Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        if self.types(a)?.within(Types::FIXNUM) && self.types(b)?.within(Types::FIXNUM) {
            let (x, y) = (self.word(a)?, self.word(b)?);
            let cc = int_cc(inst.op).ok_or(Error::Malformed("not a comparison"))?;
            return Ok(Some(Answer::Flag(self.e.compare(cc, x, y))));
        }
        let flonum = |op: Operand| Ok::<bool, Error>(self.types(op)?.within(Types::FLONUM));
        let usable = |op| Ok::<bool, Error>(flonum(op)? || self.exact_float(op)?.is_some());
        if (flonum(a)? || flonum(b)?) && usable(a)? && usable(b)? {
            return self.compare_floats(inst).map(Some);
        }
        Ok(None)
    }

    /// Compares operands of which too little is known.
    pub fn compare(&mut self, inst: &Inst, yes: Block, no: Block) -> Result<(), Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        let cc = int_cc(inst.op).ok_or(Error::Malformed("not a comparison"))?;
        let one_flonum =
            self.types(a)?.within(Types::FLONUM) || self.types(b)?.within(Types::FLONUM);
        let operands = self.slow_operands(&inst.args)?;
        self.before_slow_path();
        let slow = self.e.cold_block();
        if one_flonum {
            self.compare_if_floats(inst, slow, yes, no)?;
        } else if self.may_be_fixnums(a, b)? {
            let (x, y) = (self.word(a)?, self.word(b)?);
            self.leave_unless_fixnums(&[a, b], slow)?;
            let flag = self.e.compare(cc, x, y);
            self.e.branch(flag, yes, no);
        } else {
            self.e.jump(slow, &[]);
        }
        self.e.switch(slow);
        let words = self.slow_words(&operands);
        let result = self.slow_result_by(comparison_stub(inst.op), inst.op, inst.site, &words);
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
        slow: Block,
        yes: Block,
        no: Block,
    ) -> Result<(), Error> {
        let path = self.path.clone();
        for &op in &inst.args {
            if !self.types(op)?.within(Types::FLONUM) {
                let word = self.word(op)?;
                let differs = self.e.tag_differs(word, TAG_FLONUM);
                self.e.leave_if(differs, slow);
                self.learn_types(op, Types::FLONUM)?;
            }
        }
        if let Answer::Flag(flag) = self.compare_floats(inst)? {
            self.e.branch(flag, yes, no);
        }
        self.path = path;
        Ok(())
    }
}

fn comparison_stub(op: Op) -> Stub {
    match op {
        Op::NumEq => Stub::NumEq,
        Op::Lt => Stub::Lt,
        Op::Gt => Stub::Gt,
        Op::Le => Stub::Le,
        _ => Stub::Ge,
    }
}
