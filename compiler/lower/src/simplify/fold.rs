//! Operations whose result is known.
//!
//! Only where nobody can tell: no operation that could fail is folded away, and exact
//! arithmetic stays inside of the fixnums.

use super::facts::{Type, tested_type};
use crate::flow::{Arg, Tables};
use crate::literals::is_fixnum;
use termite_ir::{Immediate, Literal, Op};

/// The result of an operation, if it is known. `type_of` gives the type of an operand.
pub fn fold(
    tables: &Tables,
    op: Op,
    args: &[Arg],
    type_of: impl Fn(Arg) -> Option<Type>,
) -> Option<Arg> {
    match (op, args) {
        (Op::Not, &[x]) => not(x, type_of(x)),
        (Op::Eq, &[a, b]) => same(tables, a, b, type_of).map(Arg::boolean),
        (_, &[x]) if tested_type(op).is_some() => {
            let (wanted, known) = (tested_type(op), type_of(x)?);
            Some(Arg::boolean(wanted == Some(known)))
        }
        (_, &[Arg::Fixnum(a), Arg::Fixnum(b)]) => on_fixnums(op, a, b),
        (Op::CharToInteger, &[Arg::Imm(Immediate::Char(c))]) => {
            Some(Arg::Fixnum(i64::from(u32::from(c))))
        }
        (Op::VectorLength, &[Arg::Lit(id)]) => match &tables.literals[id.index()] {
            Literal::Vector(items) => Some(Arg::Fixnum(items.len() as i64)),
            _ => None,
        },
        _ => None,
    }
}

fn not(x: Arg, ty: Option<Type>) -> Option<Arg> {
    match x {
        Arg::Imm(Immediate::False) => Some(Arg::TRUE),
        Arg::Imm(_) => Some(Arg::FALSE),
        _ => ty.filter(|t| *t != Type::Boolean).map(|_| Arg::FALSE),
    }
}

/// Whether two operands are the same by `eq?`, if that is certain.
fn same(tables: &Tables, a: Arg, b: Arg, type_of: impl Fn(Arg) -> Option<Type>) -> Option<bool> {
    if a == b {
        return Some(true);
    }
    if is_identity(tables, a) && is_identity(tables, b) {
        return Some(false);
    }
    match (type_of(a), type_of(b)) {
        (Some(x), Some(y)) if x != y => Some(false),
        _ => None,
    }
}

/// Constants that are one and the same exactly when they are written the same.
fn is_identity(tables: &Tables, arg: Arg) -> bool {
    match arg {
        Arg::Fixnum(_) | Arg::Imm(_) => true,
        Arg::Lit(id) => matches!(tables.literals[id.index()], Literal::Symbol(_)),
        Arg::Var(_) | Arg::Fun(_) | Arg::ImportProc(_) | Arg::Prim(_) => false,
    }
}

fn on_fixnums(op: Op, a: i64, b: i64) -> Option<Arg> {
    let number = match op {
        Op::Add => a.checked_add(b),
        Op::Sub => a.checked_sub(b),
        Op::Mul => a.checked_mul(b),
        Op::Quotient if b != 0 => a.checked_div(b),
        Op::Remainder if b != 0 => a.checked_rem(b),
        Op::Modulo if b != 0 => Some(floor_remainder(a, b)),
        Op::BitAnd => Some(a & b),
        Op::BitOr => Some(a | b),
        Op::BitXor => Some(a ^ b),
        _ => return compare(op, a, b).map(Arg::boolean),
    };
    number.filter(is_fixnum).map(Arg::Fixnum)
}

/// The sign is that of the divisor.
fn floor_remainder(a: i64, b: i64) -> i64 {
    let r = a % b;
    if r != 0 && (r < 0) != (b < 0) {
        r + b
    } else {
        r
    }
}

fn compare(op: Op, a: i64, b: i64) -> Option<bool> {
    Some(match op {
        Op::NumEq => a == b,
        Op::Lt => a < b,
        Op::Gt => a > b,
        Op::Le => a <= b,
        Op::Ge => a >= b,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(op: Op, a: i64, b: i64) -> Option<Arg> {
        fold(
            &Tables::default(),
            op,
            &[Arg::Fixnum(a), Arg::Fixnum(b)],
            |_| None,
        )
    }

    #[test]
    fn arithmetic_stays_in_fixnums() {
        let max = termite_abi::value::FIXNUM_MAX;
        assert_eq!(folded(Op::Add, 1, 2), Some(Arg::Fixnum(3)));
        assert_eq!(folded(Op::Add, max, 1), None);
        assert_eq!(folded(Op::Mul, max, max), None);
        assert_eq!(folded(Op::Quotient, 1, 0), None);
        assert_eq!(folded(Op::Modulo, -7, 2), Some(Arg::Fixnum(1)));
        assert_eq!(folded(Op::Modulo, 7, -2), Some(Arg::Fixnum(-1)));
        assert_eq!(folded(Op::Remainder, -7, 2), Some(Arg::Fixnum(-1)));
        assert_eq!(folded(Op::Div, 6, 3), None);
    }

    #[test]
    fn identity_of_constants() {
        let tables = Tables::default();
        let eq = |a, b| fold(&tables, Op::Eq, &[a, b], |_| None);
        assert_eq!(eq(Arg::Fixnum(1), Arg::Fixnum(1)), Some(Arg::TRUE));
        assert_eq!(eq(Arg::Fixnum(1), Arg::NULL), Some(Arg::FALSE));
        assert_eq!(eq(Arg::Fixnum(1), Arg::Var(crate::flow::Var(0))), None);
    }
}
