//! Operations that decide something: as a value, or melted into a branch.

use super::emit::Memory;
use super::path::{Known, Path};
use super::shape::Fused;
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use termite_abi::value::{TAG_CLOSURE, TAG_FIXNUM, TAG_FLONUM, TAG_OBJECT, TAG_PAIR};
use termite_abi::{Header, Kind};
use termite_ir::{BlockId, Inst, Op, Operand};

/// The answer of a decision that takes no branch.
pub enum Answer {
    Known(bool),
    /// 0 or 1.
    Flag(Value),
}

impl Lower<'_, '_> {
    /// A decision whose result is wanted in a register.
    pub fn decision(&mut self, inst: &Inst) -> Result<(), Error> {
        match self.answer(inst)? {
            Some(Answer::Known(b)) => {
                let word = termite_abi::Value::bool(b);
                self.define(
                    inst.dst,
                    Known::constant(word.0, Types::of_word(word.0, Types::BOOLEAN)),
                )
            }
            Some(Answer::Flag(flag)) => self.define(inst.dst, Known::flag(flag)),
            None => {
                let (yes, no, join) = (self.e.block(), self.e.block(), self.join_flag());
                self.decide(inst, yes, no)?;
                for (block, answer) in [(yes, true), (no, false)] {
                    self.e.switch(block);
                    let flag = self.e.flag_const(answer);
                    self.e.jump(join.block, &[flag]);
                }
                self.e.switch(join.block);
                self.define(inst.dst, Known::flag(join.value))
            }
        }
    }

    /// Branches on a decision that is used for nothing else.
    pub fn branch_on(
        &mut self,
        fused: Fused,
        inst: &Inst,
        then: BlockId,
        or_else: BlockId,
    ) -> Result<(), Error> {
        let (when_true, when_false) = if fused.negated {
            (or_else, then)
        } else {
            (then, or_else)
        };
        let flag = match self.answer(inst)? {
            Some(Answer::Known(b)) => {
                return self.goto(if b { when_true } else { when_false }, &[]);
            }
            Some(Answer::Flag(flag)) => Some(flag),
            None => None,
        };
        let (yes, no) = (self.e.block(), self.e.block());
        match flag {
            Some(flag) => self.e.branch(flag, yes, no),
            None => self.decide(inst, yes, no)?,
        }
        let on_false = self.path_where(inst, false)?;
        let on_true = self.path_where(inst, true)?;
        self.edge_from(yes, on_true, when_true);
        self.edge_from(no, on_false, when_false);
        Ok(())
    }

    /// The path on which a decision came out as `answer`.
    fn path_where(&mut self, inst: &Inst, answer: bool) -> Result<Path, Error> {
        let before = self.path.clone();
        if inst.op == Op::Eq {
            if answer {
                self.learn_equal(inst.args[0], inst.args[1])?;
                self.learn_equal(inst.args[1], inst.args[0])?;
            }
        } else if inst.op == Op::IsRecord {
            if answer {
                self.learn_types(inst.args[0], Types::RECORD)?;
            }
        } else if let Some(types) = asked_types(inst.op) {
            self.learn_types(inst.args[0], if answer { types } else { !types })?;
        }
        Ok(std::mem::replace(&mut self.path, before))
    }

    /// `a` is the very object that `b` is.
    fn learn_equal(&mut self, a: Operand, b: Operand) -> Result<(), Error> {
        let (mine, other) = (self.known(a)?, self.known(b)?);
        let types = mine.types & other.types;
        if other.constant.is_some() {
            self.learn(
                a,
                Known {
                    constant: other.constant,
                    types,
                    ..mine
                },
            );
        } else {
            self.learn_types(a, types)?;
        }
        Ok(())
    }

    /// Answers without branches, where that is possible.
    fn answer(&mut self, inst: &Inst) -> Result<Option<Answer>, Error> {
        match inst.op {
            Op::Eq => self.equal(inst.args[0], inst.args[1]).map(Some),
            Op::FlEq | Op::FlLt | Op::FlGt | Op::FlLe | Op::FlGe => {
                self.check_flonums(inst)?;
                self.compare_floats(inst).map(Some)
            }
            Op::NumEq | Op::Lt | Op::Gt | Op::Le | Op::Ge => self.compare_known(inst),
            Op::IsRecord => Ok(None),
            _ => self.type_answer(inst),
        }
    }

    /// Answers by control flow.
    fn decide(&mut self, inst: &Inst, yes: Block, no: Block) -> Result<(), Error> {
        match inst.op {
            Op::NumEq | Op::Lt | Op::Gt | Op::Le | Op::Ge => self.compare(inst, yes, no),
            Op::IsRecord => self.is_record(inst, yes, no),
            op => match object_kind(op) {
                Some(kind) => self.is_object(inst.args[0], kind, yes, no),
                None => Err(Error::Malformed("not a decision")),
            },
        }
    }

    fn equal(&mut self, a: Operand, b: Operand) -> Result<Answer, Error> {
        let (x, y) = (self.known(a)?, self.known(b)?);
        match (x.constant, y.constant) {
            (Some(x), Some(y)) => return Ok(Answer::Known(x == y)),
            _ if !x.types.meets(y.types) => return Ok(Answer::Known(false)),
            _ => {}
        }
        let (x, y) = (self.word(a)?, self.word(b)?);
        Ok(Answer::Flag(self.e.compare(IntCC::Equal, x, y)))
    }

    /// Answers a question about one operand's type.
    fn type_answer(&mut self, inst: &Inst) -> Result<Option<Answer>, Error> {
        let op = inst.args[0];
        let types = asked_types(inst.op).ok_or(Error::Malformed("not a decision"))?;
        let known = self.known(op)?;
        if known.types.within(types) {
            return Ok(Some(Answer::Known(true)));
        }
        if !known.types.meets(types) {
            return Ok(Some(Answer::Known(false)));
        }
        if let (Some(flag), Op::Not) = (known.flag, inst.op) {
            return Ok(Some(Answer::Flag(self.e.compare_imm(
                IntCC::Equal,
                flag,
                0,
            ))));
        }
        if object_kind(inst.op).is_some() {
            return Ok(None);
        }
        let word = self.word(op)?;
        Ok(Some(Answer::Flag(self.word_is(inst.op, word)?)))
    }

    /// Tests a word by its tag or value alone.
    fn word_is(&mut self, op: Op, word: Value) -> Result<Value, Error> {
        use termite_abi::Value as V;
        let tag = match op {
            Op::IsPair => TAG_PAIR,
            Op::IsFixnum => TAG_FIXNUM,
            Op::IsFlonum => TAG_FLONUM,
            Op::IsProcedure => TAG_CLOSURE,
            Op::Not => return Ok(self.e.compare_imm(IntCC::Equal, word, V::FALSE.0)),
            Op::IsNull => return Ok(self.e.compare_imm(IntCC::Equal, word, V::NULL.0)),
            Op::IsEof => return Ok(self.e.compare_imm(IntCC::Equal, word, V::EOF.0)),
            Op::IsDefault => return Ok(self.e.compare_imm(IntCC::Equal, word, V::DEFAULT.0)),
            Op::IsBoolean => {
                let either = self
                    .e
                    .ins()
                    .bor_imm_s(word, (V::TRUE.0 ^ V::FALSE.0) as i64);
                return Ok(self.e.compare_imm(IntCC::Equal, either, V::TRUE.0));
            }
            Op::IsChar => return Ok(self.is_char(word)),
            _ => return Err(Error::Malformed("not a decision")),
        };
        let differs = self.e.tag_differs(word, tag);
        Ok(self.e.compare_imm(IntCC::Equal, differs, 0))
    }

    pub fn is_char(&mut self, word: Value) -> Value {
        let low = self.e.low_byte(word);
        self.e
            .compare_imm(IntCC::Equal, low, termite_abi::Value::char('\0').0 & 0xff)
    }

    /// Whether the operand is an object of `kind`.
    fn is_object(&mut self, op: Operand, kind: Kind, yes: Block, no: Block) -> Result<(), Error> {
        let word = self.word(op)?;
        if !self.types(op)?.within(Types::OBJECT) {
            let differs = self.e.tag_differs(word, TAG_OBJECT);
            self.e.leave_if(differs, no);
        }
        let header = self.e.load(Memory::Constant, word, -(TAG_OBJECT as i32));
        let same = self.header_is(header, kind);
        self.e.branch(same, yes, no);
        Ok(())
    }

    /// Whether a header is of `kind`.
    pub fn header_is(&mut self, header: Value, kind: Kind) -> Value {
        let low = self.e.low_byte(header);
        self.e
            .compare_imm(IntCC::Equal, low, Header::type_byte(kind))
    }
}

/// The types of which a predicate of one operand is true.
fn asked_types(op: Op) -> Option<Types> {
    Some(match op {
        Op::Not => Types::FALSE,
        Op::IsNull => Types::NULL,
        Op::IsPair => Types::PAIR,
        Op::IsFixnum => Types::FIXNUM,
        Op::IsFlonum => Types::FLONUM,
        Op::IsChar => Types::CHAR,
        Op::IsBoolean => Types::BOOLEAN,
        Op::IsSymbol => Types::SYMBOL,
        Op::IsString => Types::STRING,
        Op::IsVector => Types::VECTOR,
        Op::IsBytevector => Types::BYTEVECTOR,
        Op::IsProcedure => Types::CLOSURE,
        Op::IsEof => Types::EOF,
        Op::IsDefault => Types::DEFAULT,
        _ => return None,
    })
}

fn object_kind(op: Op) -> Option<Kind> {
    match op {
        Op::IsSymbol => Some(Kind::Symbol),
        Op::IsString => Some(Kind::String),
        Op::IsVector => Some(Kind::Vector),
        Op::IsBytevector => Some(Kind::Bytevector),
        _ => None,
    }
}
