//! From operands to Cranelift values, in the form that is wanted.

use super::emit::Memory;
use super::path::Known;
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::{InstBuilder, Value};
use termite_abi::object::FRAME_HEADER_WORDS;
use termite_abi::value::{TAG_FLONUM, TAG_FRAME};
use termite_ir::{Immediate, Literal, Operand, Reg, ValueKind};

impl Lower<'_, '_> {
    /// What is known of an operand here.
    pub fn known(&self, op: Operand) -> Result<Known, Error> {
        let link = self.src.link;
        Ok(match op {
            Operand::Reg(r) => self.known_reg(r)?,
            Operand::Fixnum(n) => {
                let word = termite_abi::Value::try_fixnum(n).ok_or(Error::Malformed("fixnum"))?;
                Known::constant(word.0, Types::FIXNUM)
            }
            Operand::Imm(i) => {
                let word = immediate_word(i);
                Known::constant(word, Types::of_word(word, Types::ANY))
            }
            Operand::Lit(l) => {
                let word = *link
                    .literals
                    .get(l.index())
                    .ok_or(Error::Malformed("literal"))?;
                let literal = self
                    .src
                    .unit
                    .literals
                    .get(l.index())
                    .ok_or(Error::Malformed("literal"))?;
                Known::constant(word, Types::of_word(word, literal_types(literal)))
            }
            Operand::Proc(cp) => {
                let word = link
                    .closures
                    .get(cp.index())
                    .ok_or(Error::Malformed("procedure"))?;
                Known::constant(*word, Types::CLOSURE)
            }
            Operand::ImportProc(p) => {
                let import = link
                    .import_procs
                    .get(p.index())
                    .ok_or(Error::Malformed("import"))?;
                Known::constant(import.closure, Types::CLOSURE)
            }
            Operand::Prim(p) => {
                let prim = link
                    .prims
                    .get(p.index())
                    .ok_or(Error::Malformed("primitive"))?;
                Known::constant(prim.closure, Types::CLOSURE)
            }
            Operand::Hole => Known::constant(termite_abi::Value::FALSE.0, Types::FALSE),
        })
    }

    fn known_reg(&self, r: Reg) -> Result<Known, Error> {
        let defined = self.regs.get(r.index()).and_then(|k| *k);
        let defined = defined.ok_or(Error::Malformed("use before definition"))?;
        Ok(self
            .path
            .fact(r)
            .map_or(defined, |fact| defined.with_fact(fact)))
    }

    pub fn types(&self, op: Operand) -> Result<Types, Error> {
        Ok(self.known(op)?.types)
    }

    /// Records more about a register, on this path.
    pub fn learn(&mut self, op: Operand, known: Known) {
        if let Operand::Reg(r) = op {
            self.path.learn(r, known);
        }
    }

    /// Records that a register's value has one of `types`.
    pub fn learn_types(&mut self, op: Operand, types: Types) -> Result<(), Error> {
        if let Operand::Reg(_) = op {
            let known = self.known(op)?;
            if !known.types.within(types) {
                self.learn(
                    op,
                    Known {
                        types: known.types & types,
                        ..known
                    },
                );
            }
        }
        Ok(())
    }

    /// The operand as a tagged word; boxes it if need be.
    pub fn word(&mut self, op: Operand) -> Result<Value, Error> {
        let known = self.known(op)?;
        if let Some(word) = known.constant {
            return Ok(self.e.word(word));
        }
        if let Some(word) = known.word {
            return Ok(word);
        }
        let word = match (known.live, known.flag, known.float) {
            (Some(i), _, _) => self.load_live(i)?,
            (_, Some(flag), _) => self.boolean_word(flag),
            (_, _, Some(float)) => self.box_float(float)?,
            (None, None, None) => return Err(Error::Malformed("a register without a form")),
        };
        let fresh = known.fresh || known.float.is_some();
        self.learn(
            op,
            Known {
                word: Some(word),
                fresh,
                ..known
            },
        );
        Ok(word)
    }

    fn load_live(&mut self, i: u32) -> Result<Value, Error> {
        let frame = self
            .frame
            .ok_or(Error::Malformed("a live value without a frame"))?;
        Ok(self
            .e
            .load(Memory::Constant, frame, live_offset(i as usize)))
    }

    /// #f or #t from 0 or 1.
    fn boolean_word(&mut self, flag: Value) -> Value {
        let wide = self.e.widen(flag);
        let shifted = self.e.ins().ishl_imm_s(wide, 8);
        self.e.add_imm(shifted, termite_abi::Value::FALSE.0 as i64)
    }

    /// The number of an operand that is known to be a flonum.
    pub fn float(&mut self, op: Operand) -> Result<Value, Error> {
        if let Some(bits) = self.flonum_literal(op) {
            return Ok(self.e.float_const(bits));
        }
        let known = self.known(op)?;
        if let Some(float) = known.float {
            return Ok(float);
        }
        let word = self.word(op)?;
        let float = self.e.load_float(word, -(TAG_FLONUM as i32));
        self.learn(
            op,
            Known {
                float: Some(float),
                word: Some(word),
                ..known
            },
        );
        Ok(float)
    }

    fn flonum_literal(&self, op: Operand) -> Option<u64> {
        let Operand::Lit(l) = op else {
            return None;
        };
        let Some(Literal::Flonum(bits)) = self.src.unit.literals.get(l.index()) else {
            return None;
        };
        Some(*bits)
    }

    /// The operand as a condition, 0 or 1 (or any nonzero for true).
    pub fn truth(&mut self, op: Operand) -> Result<Value, Error> {
        use cranelift_codegen::ir::condcodes::IntCC;
        let known = self.known(op)?;
        if let Some(known_truth) = known.types.truth() {
            return Ok(self.e.flag_const(known_truth));
        }
        if let Some(flag) = known.flag {
            return Ok(flag);
        }
        let word = self.word(op)?;
        Ok(self
            .e
            .compare_imm(IntCC::NotEqual, word, termite_abi::Value::FALSE.0))
    }

    /// A small fixnum constant's integer.
    pub fn fixnum_constant(&self, op: Operand) -> Result<Option<i64>, Error> {
        let known = self.known(op)?;
        let fixnum = known.types.within(Types::FIXNUM);
        Ok(known
            .constant
            .filter(|_| fixnum)
            .map(|w| termite_abi::Value(w).as_fixnum()))
    }

    /// Gives an instruction's result.
    pub fn define(&mut self, dst: Option<Reg>, known: Known) -> Result<(), Error> {
        let dst = dst.ok_or(Error::Malformed("no register for a result"))?;
        let slot = self
            .regs
            .get_mut(dst.index())
            .ok_or(Error::Malformed("register number"))?;
        *slot = Some(known);
        Ok(())
    }

    pub fn define_word(
        &mut self,
        dst: Option<Reg>,
        word: Value,
        types: Types,
    ) -> Result<(), Error> {
        self.define(dst, Known::word(word, types))
    }
}

/// Offset of live value `i` from a tagged frame.
pub fn live_offset(i: usize) -> i32 {
    8 * (FRAME_HEADER_WORDS as i32 + i as i32) - TAG_FRAME as i32
}

pub fn kind_types(kind: ValueKind) -> Types {
    match kind {
        ValueKind::Any => Types::ANY,
        ValueKind::Box => Types::BOX,
        ValueKind::Closure(_) => Types::CLOSURE,
    }
}

fn literal_types(literal: &Literal) -> Types {
    match literal {
        Literal::Imm(_) | Literal::Fixnum(_) => Types::ANY,
        Literal::Bignum(..) | Literal::Ratio(..) | Literal::Complex(..) => Types::OTHER_OBJECT,
        Literal::Flonum(_) => Types::FLONUM,
        Literal::String(_) => Types::STRING,
        Literal::Symbol(_) => Types::SYMBOL,
        Literal::Pair(..) => Types::PAIR,
        Literal::Vector(_) => Types::LITERAL_VECTOR,
        Literal::Bytevector(_) => Types::LITERAL_BYTEVECTOR,
    }
}

pub fn immediate_word(i: Immediate) -> u64 {
    use termite_abi::Value as V;
    match i {
        Immediate::False => V::FALSE,
        Immediate::True => V::TRUE,
        Immediate::Null => V::NULL,
        Immediate::Eof => V::EOF,
        Immediate::Void => V::VOID,
        Immediate::Default => V::DEFAULT,
        Immediate::Unbound => V::UNBOUND,
        Immediate::Optional => V::KEY_OPTIONAL,
        Immediate::Rest => V::KEY_REST,
        Immediate::Key => V::KEY_KEY,
        Immediate::Char(c) => V::char(c),
    }
    .0
}
