//! What is known where: outcomes of tests, types, values computed before.
//!
//! Facts hold from a block on in all blocks that it dominates, so they form lists that
//! share their tails: a block's list begins with that of its immediate dominator. All
//! facts are about variables, which never change.

use crate::flow::{Arg, OpInst, Tables, Var};
use termite_ir::op::{Does, Imm, Res};
use termite_ir::{Immediate, Literal, Op, VarId};

/// Disjoint types of values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    Null,
    Pair,
    Fixnum,
    Flonum,
    Char,
    Boolean,
    Symbol,
    String,
    Vector,
    Bytevector,
    Procedure,
    Eof,
    Default,
    /// None of the above, and not #f.
    Other,
}

/// An operation with at most two operands and no index.
pub type Expr = (Op, [Option<Arg>; 2]);

#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// Whether the variable is other than #f.
    Truth(Var, bool),
    Is(Var, Type),
    /// What a test gives.
    Outcome(Expr, bool),
    /// The variable that holds the value of an expression.
    Value(Expr, Var),
    /// Values behind it are in another segment: using them again would keep them alive
    /// across a call.
    Barrier,
}

/// How far back a list is searched.
const SEARCH_LIMIT: usize = 64;

/// A list of facts; 0 is the empty one.
pub type List = u32;

#[derive(Default)]
pub struct Facts {
    cells: Vec<(Fact, List)>,
}

impl Facts {
    pub fn add(&mut self, list: List, fact: Fact) -> List {
        self.cells.push((fact, list));
        self.cells.len() as u32
    }

    fn search<T>(&self, mut list: List, mut look: impl FnMut(&Fact) -> Option<T>) -> Option<T> {
        for _ in 0..SEARCH_LIMIT {
            let (fact, rest) = self.cells.get((list as usize).checked_sub(1)?)?;
            if let Some(found) = look(fact) {
                return Some(found);
            }
            list = *rest;
        }
        None
    }

    pub fn truth(&self, list: List, v: Var) -> Option<bool> {
        self.search(list, |fact| match fact {
            Fact::Truth(w, truth) if *w == v => Some(*truth),
            Fact::Is(w, ty) if *w == v && *ty != Type::Boolean => Some(true),
            _ => None,
        })
    }

    pub fn type_of(&self, list: List, v: Var) -> Option<Type> {
        self.search(list, |fact| match fact {
            Fact::Is(w, ty) if *w == v => Some(*ty),
            Fact::Truth(w, false) if *w == v => Some(Type::Boolean),
            _ => None,
        })
    }

    pub fn outcome(&self, list: List, expr: &Expr) -> Option<bool> {
        self.search(list, |fact| match fact {
            Fact::Outcome(e, outcome) if e == expr => Some(*outcome),
            _ => None,
        })
    }

    /// A variable of the same segment that holds the value.
    pub fn value(&self, list: List, expr: &Expr) -> Option<Var> {
        let found = self.search(list, |fact| match fact {
            Fact::Value(e, v) if e == expr => Some(Some(*v)),
            Fact::Barrier => Some(None),
            _ => None,
        });
        found.flatten()
    }
}

/// The expression of an operation whose value is the same whenever it is computed, and
/// no new object whose identity matters.
pub fn expression(tables: &Tables, op: &OpInst) -> Option<Expr> {
    if matches!(op.op, Op::CellRef | Op::CellRefChecked) {
        let constant = tables.constant_vars.contains(&VarId(op.imm));
        return constant.then_some((op.op, [Some(Arg::Fixnum(i64::from(op.imm))), None]));
    }
    let repeatable = match op.op.does() {
        Does::Pure => true,
        Does::Check => op.op != Op::MakeRecord,
        Does::Read | Does::ReadCheck | Does::Write | Does::Make => false,
    };
    let short = matches!(op.args.len(), 1 | 2) && op.op.imm() == Imm::None;
    (repeatable && short).then(|| (op.op, [op.args.first().copied(), op.args.get(1).copied()]))
}

/// The type that an operation's result certainly has.
pub fn type_of_result(res: Res) -> Option<Type> {
    match res {
        Res::Bool => Some(Type::Boolean),
        Res::Fixnum => Some(Type::Fixnum),
        Res::Flonum => Some(Type::Flonum),
        Res::Char => Some(Type::Char),
        Res::Pair => Some(Type::Pair),
        Res::Closure => Some(Type::Procedure),
        Res::None | Res::Any | Res::Box => None,
    }
}

pub fn type_of_constant(tables: &Tables, arg: Arg) -> Option<Type> {
    match arg {
        Arg::Var(_) => None,
        Arg::Fixnum(_) => Some(Type::Fixnum),
        Arg::Imm(imm) => Some(type_of_immediate(imm)),
        Arg::Fun(_) | Arg::ImportProc(_) | Arg::Prim(_) => Some(Type::Procedure),
        Arg::Lit(id) => Some(match &tables.literals[id.index()] {
            Literal::Imm(imm) => type_of_immediate(*imm),
            Literal::Fixnum(_) => Type::Fixnum,
            Literal::Flonum(_) => Type::Flonum,
            Literal::String(_) => Type::String,
            Literal::Symbol(_) => Type::Symbol,
            Literal::Pair(..) => Type::Pair,
            Literal::Vector(_) => Type::Vector,
            Literal::Bytevector(_) => Type::Bytevector,
            Literal::Bignum(..) | Literal::Ratio(..) | Literal::Complex(..) => Type::Other,
        }),
    }
}

fn type_of_immediate(imm: Immediate) -> Type {
    match imm {
        Immediate::False | Immediate::True => Type::Boolean,
        Immediate::Null => Type::Null,
        Immediate::Eof => Type::Eof,
        Immediate::Default => Type::Default,
        Immediate::Char(_) => Type::Char,
        Immediate::Void
        | Immediate::Unbound
        | Immediate::Optional
        | Immediate::Rest
        | Immediate::Key => Type::Other,
    }
}

/// The type that a predicate asks for.
pub fn tested_type(op: Op) -> Option<Type> {
    Some(match op {
        Op::IsNull => Type::Null,
        Op::IsPair => Type::Pair,
        Op::IsFixnum => Type::Fixnum,
        Op::IsFlonum => Type::Flonum,
        Op::IsChar => Type::Char,
        Op::IsBoolean => Type::Boolean,
        Op::IsSymbol => Type::Symbol,
        Op::IsString => Type::String,
        Op::IsVector => Type::Vector,
        Op::IsBytevector => Type::Bytevector,
        Op::IsProcedure => Type::Procedure,
        Op::IsEof => Type::Eof,
        Op::IsDefault => Type::Default,
        _ => return None,
    })
}

/// What the operands of an operation certainly are once it has succeeded.
pub fn learned(op: Op) -> &'static [(usize, Type)] {
    match op {
        Op::Car | Op::Cdr | Op::SetCar | Op::SetCdr => &[(0, Type::Pair)],
        Op::VectorRef | Op::VectorSet => &[(0, Type::Vector), (1, Type::Fixnum)],
        Op::VectorLength => &[(0, Type::Vector)],
        Op::StringRef => &[(0, Type::String), (1, Type::Fixnum)],
        Op::StringLength => &[(0, Type::String)],
        Op::ByteRef | Op::ByteSet => &[(0, Type::Bytevector), (1, Type::Fixnum)],
        Op::ByteLength => &[(0, Type::Bytevector)],
        Op::CharToInteger => &[(0, Type::Char)],
        Op::IntegerToChar => &[(0, Type::Fixnum)],
        Op::FlAdd
        | Op::FlSub
        | Op::FlMul
        | Op::FlDiv
        | Op::FlEq
        | Op::FlLt
        | Op::FlGt
        | Op::FlLe
        | Op::FlGe => &[(0, Type::Flonum), (1, Type::Flonum)],
        _ => &[],
    }
}
