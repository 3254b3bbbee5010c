//! Checks of arguments, with the wording of their errors.
//!
//! Positions count from 0 here and from 1 in messages. An optional argument that is
//! `#!default` counts as not given, so that procedures in Scheme can pass theirs on.

use std::ops::Range;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap, MAX_RESERVATION};
use termite_vm::{ErrorKind, PrimError, Raise};

/// Larger exact integers, in bits, are not worked out.
pub(crate) const MAX_INTEGER_BITS: usize = 1 << 32;

pub(crate) fn out_of_memory() -> Raise {
    PrimError::new(ErrorKind::HeapLimit, "out of memory")
}

/// Raises unless an object of about `bytes` bytes may be allocated.
pub(crate) fn check_room(heap: &Heap, bytes: usize) -> Result<(), Raise> {
    let bytes = bytes as u64;
    if bytes <= MAX_RESERVATION || heap.room_for(bytes) {
        Ok(())
    } else {
        Err(out_of_memory())
    }
}

/// As [`check_room`], for `count` words.
pub(crate) fn check_words(heap: &Heap, count: usize) -> Result<(), Raise> {
    check_room(heap, count.saturating_mul(8).saturating_add(8))
}

/// Argument `i` if it was given.
pub(crate) fn optional(args: &[Value], i: usize) -> Option<Value> {
    args.get(i).copied().filter(|&v| v != Value::DEFAULT)
}

#[cold]
pub(crate) fn wrong(args: &[Value], i: usize, expected: &str) -> Raise {
    PrimError::wrong_type(i + 1, expected, args[i])
}

#[cold]
pub(crate) fn out_of_range(args: &[Value], i: usize, expected: &str) -> Raise {
    PrimError::range(i + 1, expected, args[i])
}

/// Argument `i`, an object of `kind`; `expected` has its article.
#[inline]
pub(crate) fn object(args: &[Value], i: usize, kind: Kind, expected: &str) -> Result<Value, Raise> {
    if heap::is_kind(args[i], kind) {
        Ok(args[i])
    } else {
        Err(wrong(args, i, expected))
    }
}

#[inline]
pub(crate) fn string(args: &[Value], i: usize) -> Result<Value, Raise> {
    object(args, i, Kind::String, "a string")
}

#[inline]
pub(crate) fn vector(args: &[Value], i: usize) -> Result<Value, Raise> {
    object(args, i, Kind::Vector, "a vector")
}

#[inline]
pub(crate) fn bytevector(args: &[Value], i: usize) -> Result<Value, Raise> {
    object(args, i, Kind::Bytevector, "a bytevector")
}

#[inline]
pub(crate) fn symbol(args: &[Value], i: usize) -> Result<Value, Raise> {
    object(args, i, Kind::Symbol, "a symbol")
}

#[inline]
pub(crate) fn pair(args: &[Value], i: usize) -> Result<Value, Raise> {
    if args[i].is_pair() {
        Ok(args[i])
    } else {
        Err(wrong(args, i, "a pair"))
    }
}

/// Argument `i`, an object of `kind` that may be changed: no literal.
#[inline]
pub(crate) fn mutable(heap: &Heap, args: &[Value], i: usize, kind: Kind) -> Result<Value, Raise> {
    let v = args[i];
    if !heap::is_kind(v, kind) {
        return Err(wrong(args, i, &format!("a {}", kind.name())));
    }
    if heap.is_immutable(v) {
        return Err(wrong(args, i, &format!("a mutable {}", kind.name())));
    }
    Ok(v)
}

/// Argument `i`, a pair that may be changed.
#[inline]
pub(crate) fn mutable_pair(heap: &Heap, args: &[Value], i: usize) -> Result<Value, Raise> {
    let pair = pair(args, i)?;
    if heap.is_static(pair) {
        Err(wrong(args, i, "a mutable pair"))
    } else {
        Ok(pair)
    }
}

#[inline]
pub(crate) fn character(args: &[Value], i: usize) -> Result<char, Raise> {
    args[i]
        .as_char()
        .ok_or_else(|| wrong(args, i, "a character"))
}

pub(crate) fn fixnum(args: &[Value], i: usize) -> Result<i64, Raise> {
    if args[i].is_fixnum() {
        Ok(args[i].as_fixnum())
    } else {
        Err(wrong(args, i, "a fixnum"))
    }
}

pub(crate) fn byte(args: &[Value], i: usize) -> Result<u8, Raise> {
    let value = args[i].is_fixnum().then(|| args[i].as_fixnum());
    value
        .and_then(|n| u8::try_from(n).ok())
        .ok_or_else(|| wrong(args, i, "a byte"))
}

/// Argument `i`, a size or count.
pub(crate) fn size(args: &[Value], i: usize) -> Result<usize, Raise> {
    let v = args[i];
    match v.is_fixnum().then(|| usize::try_from(v.as_fixnum())) {
        Some(Ok(n)) => Ok(n),
        Some(Err(_)) => Err(out_of_range(args, i, "an exact nonnegative integer")),
        None if is_exact_integer(v) => Err(out_of_memory()),
        None => Err(wrong(args, i, "an exact nonnegative integer")),
    }
}

/// Argument `i`, an index below `length`.
#[inline]
pub(crate) fn index(args: &[Value], i: usize, length: usize) -> Result<usize, Raise> {
    let v = args[i];
    if v.is_fixnum() && (v.as_fixnum() as u64) < length as u64 {
        return Ok(v.as_fixnum() as usize);
    }
    Err(bad_index(args, i, &format!("an index below {length}")))
}

/// Argument `i`, an index from `least` to `most`, both included; `default` when absent.
fn limit(
    args: &[Value],
    i: usize,
    least: usize,
    most: usize,
    default: usize,
) -> Result<usize, Raise> {
    let Some(v) = optional(args, i) else {
        return Ok(default);
    };
    let n = v
        .is_fixnum()
        .then(|| usize::try_from(v.as_fixnum()).ok())
        .flatten();
    match n {
        Some(n) if (least..=most).contains(&n) => Ok(n),
        Some(_) | None => Err(bad_index(
            args,
            i,
            &format!("an index from {least} to {most}"),
        )),
    }
}

#[cold]
fn bad_index(args: &[Value], i: usize, expected: &str) -> Raise {
    if is_exact_integer(args[i]) {
        out_of_range(args, i, expected)
    } else {
        wrong(args, i, expected)
    }
}

/// The optional arguments `i` and `i + 1`, start and end of a range of a sequence.
pub(crate) fn range(args: &[Value], i: usize, length: usize) -> Result<Range<usize>, Raise> {
    let start = limit(args, i, 0, length, 0)?;
    let end = limit(args, i + 1, start, length, length)?;
    Ok(start..end)
}

/// The elements of argument `i`, a proper list.
pub(crate) fn list(args: &[Value], i: usize) -> Result<Vec<Value>, Raise> {
    list_elements(args[i]).ok_or_else(|| wrong(args, i, "a list"))
}

/// The elements of a proper list; `None` for anything else, circular lists included.
pub(crate) fn list_elements(list: Value) -> Option<Vec<Value>> {
    let length = proper_length(list)?;
    let mut elements = Vec::with_capacity(length);
    elements.extend(heap::list_elements(list));
    Some(elements)
}

/// Length of a proper list; `None` for anything else, circular lists included.
pub(crate) fn proper_length(list: Value) -> Option<usize> {
    match walk(list) {
        Some((length, Value::NULL)) => Some(length),
        Some(_) | None => None,
    }
}

/// Number of pairs and what ends them; `None` for a circular list. The teleporting
/// tortoise of Brent finds circles.
pub(crate) fn walk(list: Value) -> Option<(usize, Value)> {
    let (mut rest, mut tortoise) = (list, Value::NULL);
    let (mut length, mut next_stop) = (0, 1);
    while rest.is_pair() {
        if rest == tortoise {
            return None;
        }
        if length == next_stop {
            (tortoise, next_stop) = (rest, next_stop * 2);
        }
        rest = heap::cdr(rest);
        length += 1;
    }
    Some((length, rest))
}

fn is_exact_integer(v: Value) -> bool {
    v.is_fixnum() || heap::is_kind(v, Kind::Bignum)
}
