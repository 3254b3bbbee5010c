//! Operations that decide something: as a value, or melted into a branch.

use super::compare::Order;
use super::path::{Known, Path};
use super::shape::Fused;
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use termite_abi::value::{TAG_CLOSURE, TAG_FIXNUM, TAG_FLONUM, TAG_OBJECT, TAG_PAIR};
use termite_abi::{Header, Kind};
use termite_ir::{BlockId, Inst, Op, Operand};

/// What a deciding operation asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Question {
    /// Whether two words are the same.
    Equal,
    /// Whether a value has one of these types, which its word shows.
    Word(Types, WordTest),
    /// Whether a value has one of these types, which an object's header shows.
    Object(Types, Kind),
    /// How two numbers compare.
    Numbers(Order),
    /// How two flonums compare.
    Flonums(Order),
    /// Whether a value is of a record type.
    Record,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum WordTest {
    Tag(u64),
    Is(termite_abi::Value),
    Boolean,
    Char,
}

const QUESTIONS: &[(Op, Question)] = {
    use Question::*;
    use termite_abi::Value as V;
    &[
        (Op::Eq, Equal),
        (Op::Not, Word(Types::FALSE, WordTest::Is(V::FALSE))),
        (Op::IsNull, Word(Types::NULL, WordTest::Is(V::NULL))),
        (Op::IsPair, Word(Types::PAIR, WordTest::Tag(TAG_PAIR))),
        (Op::IsFixnum, Word(Types::FIXNUM, WordTest::Tag(TAG_FIXNUM))),
        (Op::IsFlonum, Word(Types::FLONUM, WordTest::Tag(TAG_FLONUM))),
        (Op::IsChar, Word(Types::CHAR, WordTest::Char)),
        (Op::IsBoolean, Word(Types::BOOLEAN, WordTest::Boolean)),
        (Op::IsSymbol, Object(Types::SYMBOL, Kind::Symbol)),
        (Op::IsString, Object(Types::STRING, Kind::String)),
        (Op::IsVector, Object(Types::VECTOR, Kind::Vector)),
        (
            Op::IsBytevector,
            Object(Types::BYTEVECTOR, Kind::Bytevector),
        ),
        (
            Op::IsProcedure,
            Word(Types::CLOSURE, WordTest::Tag(TAG_CLOSURE)),
        ),
        (Op::IsEof, Word(Types::EOF, WordTest::Is(V::EOF))),
        (
            Op::IsDefault,
            Word(Types::DEFAULT, WordTest::Is(V::DEFAULT)),
        ),
        (Op::NumEq, Numbers(Order::Equal)),
        (Op::Lt, Numbers(Order::Less)),
        (Op::Gt, Numbers(Order::Greater)),
        (Op::Le, Numbers(Order::LessOrEqual)),
        (Op::Ge, Numbers(Order::GreaterOrEqual)),
        (Op::FlEq, Flonums(Order::Equal)),
        (Op::FlLt, Flonums(Order::Less)),
        (Op::FlGt, Flonums(Order::Greater)),
        (Op::FlLe, Flonums(Order::LessOrEqual)),
        (Op::FlGe, Flonums(Order::GreaterOrEqual)),
        (Op::IsRecord, Record),
    ]
};

fn question(op: Op) -> Result<Question, Error> {
    let row = QUESTIONS.iter().find(|(o, _)| *o == op);
    row.map(|&(_, q)| q)
        .ok_or(Error::Malformed("not a decision"))
}

/// The answer of a decision that takes no branch.
pub enum Answer {
    Known(bool),
    /// 0 or 1.
    Flag(Value),
}

impl Lower<'_, '_> {
    /// A decision whose result is wanted in a register.
    pub fn decision(&mut self, inst: &Inst) -> Result<(), Error> {
        let asked = question(inst.op)?;
        match self.answer(inst, asked)? {
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
                self.decide(inst, asked, yes, no)?;
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
        let asked = question(inst.op)?;
        let flag = match self.answer(inst, asked)? {
            Some(Answer::Known(b)) => {
                return self.goto(if b { when_true } else { when_false }, &[]);
            }
            Some(Answer::Flag(flag)) => Some(flag),
            None => None,
        };
        let (yes, no) = (self.e.block(), self.e.block());
        match flag {
            Some(flag) => self.e.branch(flag, yes, no),
            None => self.decide(inst, asked, yes, no)?,
        }
        let on_false = self.path_where(inst, asked, false)?;
        let on_true = self.path_where(inst, asked, true)?;
        self.edge_from(yes, on_true, when_true);
        self.edge_from(no, on_false, when_false);
        Ok(())
    }

    /// The path on which a decision came out as `answer`.
    fn path_where(&mut self, inst: &Inst, asked: Question, answer: bool) -> Result<Path, Error> {
        let before = self.path.clone();
        match asked {
            Question::Word(types, _) | Question::Object(types, _) => {
                self.learn_types(inst.args[0], if answer { types } else { !types })?;
            }
            Question::Equal if answer => {
                self.learn_equal(inst.args[0], inst.args[1])?;
                self.learn_equal(inst.args[1], inst.args[0])?;
            }
            Question::Record if answer => self.learn_types(inst.args[0], Types::RECORD)?,
            Question::Equal | Question::Record | Question::Numbers(_) | Question::Flonums(_) => {}
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
    fn answer(&mut self, inst: &Inst, asked: Question) -> Result<Option<Answer>, Error> {
        match asked {
            Question::Equal => self.equal(inst.args[0], inst.args[1]).map(Some),
            Question::Flonums(order) => {
                self.check_flonums(inst)?;
                self.compare_floats(inst, order).map(Some)
            }
            Question::Numbers(order) => self.compare_known(inst, order),
            Question::Record => Ok(None),
            Question::Word(types, test) => self.type_answer(inst.args[0], types, Some(test)),
            Question::Object(types, _) => self.type_answer(inst.args[0], types, None),
        }
    }

    /// Answers by control flow.
    fn decide(&mut self, inst: &Inst, asked: Question, yes: Block, no: Block) -> Result<(), Error> {
        match asked {
            Question::Numbers(order) => self.compare(inst, order, yes, no),
            Question::Record => self.is_record(inst, yes, no),
            Question::Object(_, kind) => self.is_object(inst.args[0], kind, yes, no),
            Question::Equal | Question::Word(..) | Question::Flonums(_) => {
                Err(Error::Malformed("a decision that has an answer"))
            }
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

    /// Answers a question about one operand's type, by `test` if it is not known.
    fn type_answer(
        &mut self,
        op: Operand,
        types: Types,
        test: Option<WordTest>,
    ) -> Result<Option<Answer>, Error> {
        let known = self.known(op)?;
        if known.types.within(types) {
            return Ok(Some(Answer::Known(true)));
        }
        if !known.types.meets(types) {
            return Ok(Some(Answer::Known(false)));
        }
        let Some(test) = test else { return Ok(None) };
        if let (Some(flag), true) = (known.flag, types == Types::FALSE) {
            return Ok(Some(Answer::Flag(self.e.compare_imm(
                IntCC::Equal,
                flag,
                0,
            ))));
        }
        let word = self.word(op)?;
        Ok(Some(Answer::Flag(self.word_passes(word, test))))
    }

    fn word_passes(&mut self, word: Value, test: WordTest) -> Value {
        use termite_abi::Value as V;
        match test {
            WordTest::Tag(tag) => {
                let differs = self.e.tag_differs(word, tag);
                self.e.compare_imm(IntCC::Equal, differs, 0)
            }
            WordTest::Is(value) => self.e.compare_imm(IntCC::Equal, word, value.0),
            WordTest::Boolean => {
                let either = self
                    .e
                    .ins()
                    .bor_imm_s(word, (V::TRUE.0 ^ V::FALSE.0) as i64);
                self.e.compare_imm(IntCC::Equal, either, V::TRUE.0)
            }
            WordTest::Char => self.is_char(word),
        }
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
        let header = self.header(word);
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
