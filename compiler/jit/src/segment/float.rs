//! Flonum arithmetic on unboxed numbers, which are boxed where a word is wanted.

use super::arith::Arith;
use super::path::Known;
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use termite_abi::value::TAG_FLONUM;
use termite_ir::{Inst, Operand};

/// Integers up to here are flonums exactly.
const EXACT: i64 = 1 << 53;

impl Lower<'_, '_> {
    /// `fl+` and its like: the operands must be flonums.
    pub fn float_arithmetic(&mut self, inst: &Inst, arith: Arith) -> Result<(), Error> {
        self.check_flonums(inst)?;
        let x = self.float(inst.args[0])?;
        let y = self.float(inst.args[1])?;
        self.define_float(inst, arith, x, y)
    }

    /// Raises unless both operands are flonums; they are known as such afterwards.
    pub fn check_flonums(&mut self, inst: &Inst) -> Result<(), Error> {
        let unknown: Vec<Operand> = [inst.args[0], inst.args[1]]
            .into_iter()
            .filter(|&op| self.types(op).is_ok_and(|t| !t.within(Types::FLONUM)))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let bad = self.raising(self.src.slow.of(inst.op), inst.site, &inst.args)?;
        for &op in &unknown {
            let word = self.word(op)?;
            let differs = self.e.tag_differs(word, TAG_FLONUM);
            self.e.leave_if(differs, bad);
            self.learn_types(op, Types::FLONUM)?;
        }
        Ok(())
    }

    /// Whether generic arithmetic can be done on unboxed numbers: one operand is known to
    /// be a flonum, the other too or is a small constant. An exact 0 is left to the primitive,
    /// which may give an exact result. The result may have to be boxed, so the reservation
    /// must be made or still be possible.
    pub fn unboxed_operands(&self, inst: &Inst) -> Result<bool, Error> {
        let (a, b) = (inst.args[0], inst.args[1]);
        let flonum = |op| Ok::<bool, Error>(self.types(op)?.within(Types::FLONUM));
        let usable =
            |op| Ok::<bool, Error>(flonum(op)? || self.exact_float(op)?.is_some_and(|f| f != 0.0));
        let possible = self.path.reserved || !self.path.effects;
        Ok(possible && (flonum(a)? || flonum(b)?) && usable(a)? && usable(b)?)
    }

    /// A small fixnum constant as a flonum.
    pub fn exact_float(&self, op: Operand) -> Result<Option<f64>, Error> {
        let n = self.fixnum_constant(op)?;
        Ok(n.filter(|n| (-EXACT..=EXACT).contains(n)).map(|n| n as f64))
    }

    pub fn unboxed_arithmetic(&mut self, inst: &Inst, arith: Arith) -> Result<(), Error> {
        let x = self.float_or_constant(inst.args[0])?;
        let y = self.float_or_constant(inst.args[1])?;
        self.define_float(inst, arith, x, y)
    }

    pub fn float_or_constant(&mut self, op: Operand) -> Result<Value, Error> {
        match self.exact_float(op)? {
            Some(f) => Ok(self.e.float_const(f.to_bits())),
            None => self.float(op),
        }
    }

    /// Whether one operand is known to be a flonum and the other may be one, where the
    /// result may be boxed.
    pub fn one_flonum(&self, a: Operand, b: Operand) -> Result<bool, Error> {
        let (x, y) = (self.types(a)?, self.types(b)?);
        let known = x.within(Types::FLONUM) || y.within(Types::FLONUM);
        let possible = x.meets(Types::FLONUM) && y.meets(Types::FLONUM);
        Ok(known && possible && (self.path.reserved || !self.path.effects))
    }

    /// Goes to `slow` unless both operands turn out to be flonums; else the boxed result.
    /// What is learnt does not outlive this, since `slow` comes back.
    pub fn boxed_arithmetic(
        &mut self,
        inst: &Inst,
        arith: Arith,
        slow: Block,
    ) -> Result<Value, Error> {
        self.reserve()?;
        let path = self.path.clone();
        let floats = self.floats_or_leave(inst, slow)?;
        let result = self.float_result(arith, floats);
        let word = self.box_float(result)?;
        self.flush();
        let bytes = std::mem::replace(&mut self.path, path).bytes;
        self.path.bytes = bytes;
        self.path.base = None;
        self.path.offset = 0;
        Ok(word)
    }

    /// The numbers of two operands, if both are flonums; else goes to `slow`.
    pub fn floats_or_leave(&mut self, inst: &Inst, slow: Block) -> Result<[Value; 2], Error> {
        for &op in &inst.args {
            if !self.types(op)?.within(Types::FLONUM) {
                let word = self.word(op)?;
                let differs = self.e.tag_differs(word, TAG_FLONUM);
                self.e.leave_if(differs, slow);
                self.learn_types(op, Types::FLONUM)?;
            }
        }
        Ok([self.float(inst.args[0])?, self.float(inst.args[1])?])
    }

    fn float_result(&mut self, arith: Arith, [x, y]: [Value; 2]) -> Value {
        match arith {
            Arith::Add => self.e.ins().fadd(x, y),
            Arith::Sub => self.e.ins().fsub(x, y),
            Arith::Mul => self.e.ins().fmul(x, y),
            Arith::Div => self.e.ins().fdiv(x, y),
        }
    }

    fn define_float(&mut self, inst: &Inst, arith: Arith, x: Value, y: Value) -> Result<(), Error> {
        let result = self.float_result(arith, [x, y]);
        self.path.unboxed = true;
        self.define(inst.dst, Known::float(result))
    }
}
