//! Constants: from a datum to an operand and the literals behind it.
//!
//! Does not recurse: data may be of any depth and length. Datum labels become indices,
//! which may be cyclic.

use crate::env::Result;
use crate::flow::{Arg, Tables};
use std::collections::HashMap;
use termite_abi::value::{FIXNUM_MAX, FIXNUM_MIN};
use termite_ir::{Immediate, LitId, Literal};
use termite_syntax::{Datum, DatumKind, Diagnostic, Number, Real, Special};

/// The operand for a quoted datum.
pub fn constant(tables: &mut Tables, datum: &Datum) -> Result<Arg> {
    if let Some(arg) = immediate(datum) {
        return Ok(arg);
    }
    let literals = if datum.has_labels() {
        cyclic(tables, datum)?
    } else {
        acyclic(tables, datum)
    };
    Ok(Arg::Lit(literals))
}

/// Data that stand in an operand themselves.
fn immediate(datum: &Datum) -> Option<Arg> {
    let imm = match &datum.kind {
        DatumKind::Null => Immediate::Null,
        DatumKind::Bool(true) => Immediate::True,
        DatumKind::Bool(false) => Immediate::False,
        DatumKind::Char(c) => Immediate::Char(*c),
        DatumKind::Special(special) => special_immediate(*special),
        DatumKind::Number(n) => return n.as_fixnum().filter(is_fixnum).map(Arg::Fixnum),
        DatumKind::Symbol(_)
        | DatumKind::String(_)
        | DatumKind::Bytevector(_)
        | DatumKind::Pair(_)
        | DatumKind::Vector(_)
        | DatumKind::LabelDef(_)
        | DatumKind::LabelRef(_) => return None,
    };
    Some(Arg::Imm(imm))
}

fn special_immediate(special: Special) -> Immediate {
    match special {
        Special::Eof => Immediate::Eof,
        Special::Void => Immediate::Void,
        Special::Default => Immediate::Default,
        Special::Optional => Immediate::Optional,
        Special::Key => Immediate::Key,
        Special::Rest => Immediate::Rest,
    }
}

/// Whether the integer fits in 61 bits.
pub fn is_fixnum(n: &i64) -> bool {
    (FIXNUM_MIN..=FIXNUM_MAX).contains(n)
}

enum Step<'a> {
    Visit(&'a Datum),
    /// Takes the two last results.
    Pair,
    /// Takes so many of the last results.
    Vector(usize),
}

/// Parts first, so that equal data share their literals.
fn acyclic(tables: &mut Tables, datum: &Datum) -> LitId {
    let mut steps = vec![Step::Visit(datum)];
    let mut done: Vec<LitId> = Vec::new();
    while let Some(step) = steps.pop() {
        let literal = match step {
            Step::Visit(datum) => {
                if let Some(pair) = datum.as_pair() {
                    steps.extend([Step::Pair, Step::Visit(&pair.cdr), Step::Visit(&pair.car)]);
                    continue;
                }
                if let Some(items) = datum.as_vector() {
                    steps.push(Step::Vector(items.len()));
                    steps.extend(items.iter().rev().map(Step::Visit));
                    continue;
                }
                atom(tables, datum)
            }
            Step::Pair => {
                let parts = done.split_off(done.len() - 2);
                Literal::Pair(parts[0], parts[1])
            }
            Step::Vector(n) => Literal::Vector(done.split_off(done.len() - n)),
        };
        done.push(tables.literal(literal));
    }
    done[0]
}

/// Each node gets its index before its parts are looked at, so that labels may refer to
/// it.
fn cyclic(tables: &mut Tables, datum: &Datum) -> Result<LitId> {
    let labels = labels(tables, datum)?;
    let root = slot(tables, &labels, datum)?;
    let mut pending = vec![(root, datum)];
    let mut filled = vec![false; tables.literals.len()];
    while let Some((id, datum)) = pending.pop() {
        filled.resize(tables.literals.len().max(filled.len()), false);
        if std::mem::replace(&mut filled[id.index()], true) {
            continue;
        }
        let datum = strip(datum);
        let literal = if let Some(pair) = datum.as_pair() {
            let (car, cdr) = (
                slot(tables, &labels, &pair.car)?,
                slot(tables, &labels, &pair.cdr)?,
            );
            pending.extend(
                [(cdr, &pair.cdr), (car, &pair.car)]
                    .into_iter()
                    .filter(|(_, d)| !is_reference(d)),
            );
            Literal::Pair(car, cdr)
        } else if let Some(items) = datum.as_vector() {
            let ids = items
                .iter()
                .map(|d| slot(tables, &labels, d))
                .collect::<Result<Vec<_>>>()?;
            pending.extend(
                ids.iter()
                    .copied()
                    .zip(items.iter())
                    .filter(|(_, d)| !is_reference(d)),
            );
            Literal::Vector(ids)
        } else {
            atom(tables, datum)
        };
        tables.literals[id.index()] = literal;
    }
    Ok(root)
}

/// An index for each label.
fn labels(tables: &mut Tables, datum: &Datum) -> Result<HashMap<u32, LitId>> {
    let mut labels = HashMap::new();
    for mut node in datum.walk() {
        if is_reference(strip(node)) && !is_reference(node) {
            return Err(Diagnostic::new(
                "empty-label",
                "a datum label that stands for itself",
                node.span,
            ));
        }
        // Two labels of one datum are one index.
        let mut id = None;
        while let DatumKind::LabelDef(labelled) = &node.kind {
            let mut fresh = || tables.fresh_literal(Literal::Imm(Immediate::Null));
            let this = *labels
                .entry(labelled.label)
                .or_insert_with(|| id.unwrap_or_else(&mut fresh));
            id = Some(this);
            node = &labelled.datum;
        }
    }
    Ok(labels)
}

fn is_reference(datum: &Datum) -> bool {
    matches!(datum.kind, DatumKind::LabelRef(_))
}

/// The datum without its labels.
fn strip(mut datum: &Datum) -> &Datum {
    while let DatumKind::LabelDef(labelled) = &datum.kind {
        datum = &labelled.datum;
    }
    datum
}

fn slot(tables: &mut Tables, labels: &HashMap<u32, LitId>, datum: &Datum) -> Result<LitId> {
    let label = match &datum.kind {
        DatumKind::LabelDef(labelled) => labelled.label,
        DatumKind::LabelRef(label) => *label,
        _ => return Ok(tables.fresh_literal(Literal::Imm(Immediate::Null))),
    };
    let unknown = || {
        Diagnostic::new(
            "unknown-label",
            format!("no datum is labelled #{label}="),
            datum.span,
        )
    };
    labels.get(&label).copied().ok_or_else(unknown)
}

/// A datum without parts.
fn atom(tables: &mut Tables, datum: &Datum) -> Literal {
    match &datum.kind {
        DatumKind::Symbol(symbol) => Literal::Symbol(symbol.as_str().to_string()),
        DatumKind::String(text) => Literal::String(text.to_string()),
        DatumKind::Bytevector(bytes) => Literal::Bytevector(bytes.to_vec()),
        DatumKind::Number(number) => number_literal(tables, number),
        DatumKind::Null
        | DatumKind::Bool(_)
        | DatumKind::Char(_)
        | DatumKind::Special(_)
        | DatumKind::Pair(_)
        | DatumKind::Vector(_)
        | DatumKind::LabelDef(_)
        | DatumKind::LabelRef(_) => match immediate(datum) {
            Some(Arg::Imm(imm)) => Literal::Imm(imm),
            _ => Literal::Imm(Immediate::Null),
        },
    }
}

fn number_literal(tables: &mut Tables, number: &Number) -> Literal {
    match number {
        Number::Real(real) => real_literal(tables, real),
        Number::Complex(parts) => {
            let (re, im) = (
                real_literal(tables, &parts.re),
                real_literal(tables, &parts.im),
            );
            Literal::Complex(tables.literal(re), tables.literal(im))
        }
    }
}

fn real_literal(tables: &mut Tables, real: &Real) -> Literal {
    match real {
        Real::Fixnum(n) if is_fixnum(n) => Literal::Fixnum(*n),
        Real::Fixnum(n) => Literal::Bignum(*n < 0, vec![n.unsigned_abs()]),
        Real::Bignum(n) => integer_from_bytes(&n.to_le_bytes()),
        Real::Ratnum(q) => {
            let above = integer_from_bytes(&q.numerator().to_le_bytes());
            let below = unsigned_from_bytes(false, &q.denominator().to_le_bytes());
            Literal::Ratio(tables.literal(above), tables.literal(below))
        }
        Real::Flonum(x) => Literal::Flonum(x.to_bits()),
    }
}

/// An integer from two's complement bytes, least significant first.
fn integer_from_bytes(bytes: &[u8]) -> Literal {
    if bytes.last().is_none_or(|&top| top < 0x80) {
        return unsigned_from_bytes(false, bytes);
    }
    let mut carry = true;
    let negated = bytes.iter().map(|&b| {
        let (sum, over) = (!b).overflowing_add(u8::from(carry));
        carry = over;
        sum
    });
    unsigned_from_bytes(true, &negated.collect::<Vec<u8>>())
}

fn unsigned_from_bytes(negative: bool, bytes: &[u8]) -> Literal {
    let limb = |chunk: &[u8]| chunk.iter().rev().fold(0u64, |n, &b| n << 8 | u64::from(b));
    let mut limbs: Vec<u64> = bytes.chunks(8).map(limb).collect();
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
    match limbs[..] {
        [] => Literal::Fixnum(0),
        [n] if !negative && n <= FIXNUM_MAX.unsigned_abs() => Literal::Fixnum(n as i64),
        [n] if negative && n <= FIXNUM_MIN.unsigned_abs() => {
            Literal::Fixnum((n as i64).wrapping_neg())
        }
        _ => Literal::Bignum(negative, limbs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use termite_syntax::{Span, parse_number};

    fn number(text: &str) -> Literal {
        let mut tables = Tables::default();
        number_literal(&mut tables, &parse_number(text, 10).unwrap())
    }

    #[test]
    fn integers_at_the_limits() {
        assert_eq!(number("1152921504606846975"), Literal::Fixnum(FIXNUM_MAX));
        assert_eq!(
            number("1152921504606846976"),
            Literal::Bignum(false, vec![1 << 60])
        );
        assert_eq!(number("-1152921504606846976"), Literal::Fixnum(FIXNUM_MIN));
        assert_eq!(
            number("-1152921504606846977"),
            Literal::Bignum(true, vec![(1 << 60) + 1])
        );
        assert_eq!(
            number("-9223372036854775808"),
            Literal::Bignum(true, vec![1 << 63])
        );
        assert_eq!(
            number("18446744073709551616"),
            Literal::Bignum(false, vec![0, 1])
        );
        assert_eq!(
            number("-18446744073709551616"),
            Literal::Bignum(true, vec![0, 1])
        );
        assert_eq!(
            number("-18446744073709551617"),
            Literal::Bignum(true, vec![1, 1])
        );
    }

    #[test]
    fn equal_data_are_one_literal() {
        let mut tables = Tables::default();
        let list = |n| {
            Datum::list(
                vec![Datum::symbol("a", Span::NONE), Datum::fixnum(n, Span::NONE)],
                Span::NONE,
            )
        };
        let (a, b) = (
            constant(&mut tables, &list(1)).unwrap(),
            constant(&mut tables, &list(1)).unwrap(),
        );
        assert_eq!(a, b);
        assert_ne!(a, constant(&mut tables, &list(2)).unwrap());
    }

    #[test]
    fn labels_make_cycles() {
        let mut tables = Tables::default();
        let back = Datum::new(DatumKind::LabelRef(0), Span::NONE);
        let pair = Datum::cons(Datum::fixnum(1, Span::NONE), back.clone(), Span::NONE);
        let Arg::Lit(id) = constant(&mut tables, &Datum::label_def(0, pair, Span::NONE)).unwrap()
        else {
            panic!()
        };
        let Literal::Pair(car, cdr) = tables.literals[id.index()] else {
            panic!()
        };
        assert_eq!(
            (&tables.literals[car.index()], cdr),
            (&Literal::Fixnum(1), id)
        );
        assert!(constant(&mut tables, &Datum::label_def(0, back, Span::NONE)).is_err());
    }

    #[test]
    fn long_data_do_not_recurse() {
        let mut tables = Tables::default();
        let mut deep = Datum::null(Span::NONE);
        for _ in 0..200_000 {
            deep = Datum::list(vec![deep], Span::NONE);
        }
        assert!(matches!(constant(&mut tables, &deep), Ok(Arg::Lit(_))));
    }
}
