//! One operation to its lowering.

use super::arith::{Arith, Bitwise, Division};
use super::{Error, Join, Lower};
use cranelift_codegen::ir::types::{I8, I64};
use termite_abi::Effect;
use termite_ir::op::Does;
use termite_ir::{Inst, Op};

impl Lower<'_, '_> {
    /// Lowers instruction `i` of block `b`.
    pub fn inst(&mut self, b: usize, i: usize, inst: &Inst) -> Result<(), Error> {
        let unused = inst.dst.is_some_and(|r| !self.shape.used(r));
        if unused && inst.op.does() == Does::Pure {
            return Ok(());
        }
        let expected = inst.op.arg_count();
        if expected >= 0 && inst.args.len() != expected as usize {
            return Err(Error::Malformed("operand count"));
        }
        if self.has_effect(inst)? {
            self.before_effect(b, i)?;
        }
        self.operation(inst)
    }

    /// Whether doing it twice could be told from doing it once. Filling a closure that
    /// this pass made could not.
    fn has_effect(&self, inst: &Inst) -> Result<bool, Error> {
        Ok(match inst.op {
            Op::InitFree => false,
            Op::Prim => self.prim(inst.imm)?.effect != Effect::Pure,
            op => op.does() == Does::Write,
        })
    }

    fn before_effect(&mut self, b: usize, i: usize) -> Result<(), Error> {
        let term = &self.cp.blocks[b].term;
        if self.path.unboxed || self.shape.needs_after(b, i, term) {
            self.reserve()?;
        }
        self.path.effects = true;
        Ok(())
    }

    fn operation(&mut self, inst: &Inst) -> Result<(), Error> {
        match inst.op {
            Op::MakeClosure => self.make_closure(inst),
            Op::InitFree => self.init_free(inst),
            Op::FreeRef => self.free_ref(inst),
            Op::MakeBox => self.make_box(inst),
            Op::BoxRef => self.box_ref(inst),
            Op::BoxSet => self.box_set(inst),
            Op::BoxRefChecked => self.box_ref_checked(inst),
            Op::CellRef => self.cell_ref(inst),
            Op::CellRefChecked => self.cell_ref_checked(inst),
            Op::CellSet => self.cell_set(inst),
            Op::CellDefine => self.cell_define(inst),
            Op::Capture => self.capture(inst),
            Op::DynEnv => self.dynamic_environment(inst),
            Op::SetDynEnv => self.set_dynamic_environment(inst),
            Op::Prim => self.primitive(inst),
            Op::Eq
            | Op::Not
            | Op::IsNull
            | Op::IsPair
            | Op::IsFixnum
            | Op::IsFlonum
            | Op::IsChar
            | Op::IsBoolean
            | Op::IsSymbol
            | Op::IsString
            | Op::IsVector
            | Op::IsBytevector
            | Op::IsProcedure
            | Op::IsEof
            | Op::IsDefault
            | Op::IsRecord
            | Op::NumEq
            | Op::Lt
            | Op::Gt
            | Op::Le
            | Op::Ge
            | Op::FlEq
            | Op::FlLt
            | Op::FlGt
            | Op::FlLe
            | Op::FlGe => self.decision(inst),
            Op::Cons => self.cons(inst),
            Op::Car => self.pair_ref(inst, 0),
            Op::Cdr => self.pair_ref(inst, 1),
            Op::SetCar => self.pair_set(inst, 0),
            Op::SetCdr => self.pair_set(inst, 1),
            Op::Add => self.arithmetic(inst, Arith::Add),
            Op::Sub => self.arithmetic(inst, Arith::Sub),
            Op::Mul => self.arithmetic(inst, Arith::Mul),
            Op::Div => self.arithmetic(inst, Arith::Div),
            Op::Quotient => self.division(inst, Division::Quotient),
            Op::Remainder => self.division(inst, Division::Remainder),
            Op::Modulo => self.division(inst, Division::Modulo),
            Op::BitAnd => self.bitwise(inst, Bitwise::And),
            Op::BitOr => self.bitwise(inst, Bitwise::Or),
            Op::BitXor => self.bitwise(inst, Bitwise::Xor),
            Op::FlAdd => self.float_arithmetic(inst, Arith::Add),
            Op::FlSub => self.float_arithmetic(inst, Arith::Sub),
            Op::FlMul => self.float_arithmetic(inst, Arith::Mul),
            Op::FlDiv => self.float_arithmetic(inst, Arith::Div),
            Op::CharToInteger => self.char_to_integer(inst),
            Op::IntegerToChar => self.integer_to_char(inst),
            Op::VectorRef => self.vector_ref(inst),
            Op::VectorSet => self.vector_set(inst),
            Op::VectorLength => self.vector_length(inst),
            Op::StringRef => self.string_ref(inst),
            Op::StringLength => self.string_length(inst),
            Op::ByteRef => self.byte_ref(inst),
            Op::ByteSet => self.byte_set(inst),
            Op::ByteLength => self.byte_length(inst),
            Op::MakeRecord => self.make_record(inst),
            Op::RecordRef => self.record_ref(inst),
            Op::RecordSet => self.record_set(inst),
        }
    }

    /// A block with one word as its parameter.
    pub fn join_word(&mut self) -> Join {
        let block = self.e.block();
        Join {
            block,
            value: self.e.param(block, I64),
        }
    }

    pub fn join_flag(&mut self) -> Join {
        let block = self.e.block();
        Join {
            block,
            value: self.e.param(block, I8),
        }
    }
}
