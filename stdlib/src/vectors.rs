//! Vectors (R7RS 6.8).

use crate::args::{
    self, check_words, index, mutable, optional, out_of_range, range, vector, wrong,
};
use crate::table::primitives;
use std::ops::Range;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(vector? x)` is whether `x` is a vector.
    "vector?" (1) Pure => |_, args| Ok(Value::bool(heap::is_kind(args[0], Kind::Vector)));
    /// `(make-vector n [fill])` is a new vector of `n` elements.
    "make-vector" (1..=2) Alloc => |cx, args| {
        let length = args::size(args, 0)?;
        check_words(cx.heap(), length)?;
        Ok(cx.heap().vector(length, optional(args, 1).unwrap_or(Value::fixnum(0))))
    };
    /// `(vector x ...)` is a new vector.
    "vector" (0..) Alloc => |cx, args| Ok(cx.heap().vector_from(args));
    /// `(vector-length vector)` is its number of elements.
    "vector-length" (1) Pure => |_, args| {
        Ok(Value::fixnum(heap::field_count(vector(args, 0)?) as i64))
    };
    /// `(vector-ref vector index)` is the element at `index`.
    "vector-ref" (2) Leaf => |_, args| {
        let vector = vector(args, 0)?;
        Ok(heap::field(vector, index(args, 1, heap::field_count(vector))?))
    };
    /// `(vector-set! vector index x)` replaces an element.
    "vector-set!" (3) Leaf => |cx, args| {
        let vector = mutable(cx.heap(), args, 0, Kind::Vector)?;
        let index = index(args, 1, heap::field_count(vector))?;
        cx.heap().set_field(vector, index, args[2]);
        Ok(Value::VOID)
    };
    /// `(vector->list vector [start [end]])` is a list of the elements of that range.
    "vector->list" (1..=3) Alloc => |cx, args| {
        let elements = part(cx.heap(), args, 2)?;
        Ok(cx.heap().list(&elements))
    };
    /// `(list->vector list)` is a new vector of the list's elements.
    "list->vector" (1) Alloc => |cx, args| {
        let elements = args::list(args, 0)?;
        check_words(cx.heap(), elements.len())?;
        Ok(cx.heap().vector_from(&elements))
    };
    /// `(vector-fill! vector x [start [end]])` sets every element of the range.
    "vector-fill!" (2..=4) Leaf => |cx, args| {
        let vector = mutable(cx.heap(), args, 0, Kind::Vector)?;
        for i in range(args, 2, heap::field_count(vector))? {
            cx.heap().set_field(vector, i, args[1]);
        }
        Ok(Value::VOID)
    };
    /// `(vector-copy vector [start [end]])` is a new vector of that range.
    "vector-copy" (1..=3) Alloc => copy;
    /// `(vector-copy! to at from [start [end]])` copies a range into another vector.
    "vector-copy!" (3..=5) Leaf => copy_into;
    /// `(vector-append vector ...)` is a new vector of all of them in order.
    "vector-append" (0..) Alloc => append;
    /// `(subvector vector start end)` is a new vector of that range.
    "subvector" (3) Alloc => copy;
    /// `(vector-grow vector n)` is a new vector of `n` elements that begins with the old ones.
    "vector-grow" (2) Alloc => grow;
}

/// The elements of the range of argument 0 that arguments 1 and 2 give. There is room for
/// `words` words an element.
fn part(heap: &Heap, args: &[Value], words: usize) -> Result<Vec<Value>, Raise> {
    let vector = vector(args, 0)?;
    let range = range(args, 1, heap::field_count(vector))?;
    check_words(heap, range.len().saturating_mul(words))?;
    Ok(elements(vector, range))
}

fn elements(vector: Value, range: Range<usize>) -> Vec<Value> {
    heap::fields(vector)
        .skip(range.start)
        .take(range.len())
        .collect()
}

fn copy(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let elements = part(cx.heap(), args, 1)?;
    Ok(cx.heap().vector_from(&elements))
}

fn copy_into(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let to = mutable(cx.heap(), args, 0, Kind::Vector)?;
    let from = vector(args, 2)?;
    let range = range(args, 3, heap::field_count(from))?;
    let at = destination(args, heap::field_count(to), range.len())?;
    // Taken out first, since the two may be the same vector.
    for (i, v) in elements(from, range).into_iter().enumerate() {
        cx.heap().set_field(to, at + i, v);
    }
    Ok(Value::VOID)
}

/// Argument 1, where `count` elements are to go in something of `length`.
pub(crate) fn destination(args: &[Value], length: usize, count: usize) -> Result<usize, Raise> {
    let at = args::size(args, 1)?;
    if at.saturating_add(count) <= length {
        return Ok(at);
    }
    if count > length {
        return Err(out_of_range(
            args,
            1,
            &format!("the index of {count} elements (there are {length})"),
        ));
    }
    Err(out_of_range(
        args,
        1,
        &format!("an index from 0 to {}", length - count),
    ))
}

fn append(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let mut total = 0usize;
    for i in 0..args.len() {
        total = total.saturating_add(heap::field_count(vector(args, i)?));
    }
    check_words(cx.heap(), total)?;
    let elements: Vec<Value> = args.iter().flat_map(|&v| heap::fields(v)).collect();
    Ok(cx.heap().vector_from(&elements))
}

fn grow(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let old = vector(args, 0)?;
    let (used, length) = (heap::field_count(old), args::size(args, 1)?);
    if length < used {
        return Err(wrong(args, 1, &format!("a length of at least {used}")));
    }
    check_words(cx.heap(), length)?;
    let new = cx.heap().vector(length, Value::fixnum(0));
    for (i, v) in heap::fields(old).enumerate() {
        cx.heap().set_field(new, i, v);
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn vectors() {
        check(
            r#"
            (vector 1 "a" #\b) => #(1 "a" #\b)
            (make-vector 2 'x) => #(x x)
            (make-vector 10000000000000) => error: make-vector: out of memory
            (make-vector 100000000000000000000000) => error: make-vector: out of memory
            (make-vector 1.5) => error: make-vector: argument 1 must be an exact nonnegative integer, but is 1.5
            (vector-ref '#(1 2 3) 7) => error: vector-ref: argument 2 must be an index below 3, but is 7
            (vector-ref '(1) 0) => error: vector-ref: argument 1 must be a vector, but is (1)
            (vector-ref '#(1 2 3) -1) => error: vector-ref: argument 2 must be an index below 3, but is -1
            (vector-ref '#(1 2 3) 1.0) => error: vector-ref: argument 2 must be an index below 3, but is 1.0
            (define v (vector 1 2 3)) (vector-set! v 1 'x) v => #(1 x 3)
            (vector-length '#(1 2)) => 2
            (vector->list '#(1 2 3) 1) => (2 3)
            (vector->list '#(1 2 3) 1 2) => (2)
            (vector->list '#(1 2 3) 2 1) => error: vector->list: argument 3 must be an index from 2 to 3, but is 1
            (vector->list '#(1 2 3) 4) => error: vector->list: argument 2 must be an index from 0 to 3, but is 4
            (vector->list '#(1 2 3) #!default #!default) => (1 2 3)
            (list->vector '(1 2)) => #(1 2)
            (define v (vector 1 2 3 4)) (vector-fill! v 'z 1 3) v => #(1 z z 4)
            (vector-copy '#(1 2 3) 1) => #(2 3)
            (define v (vector 1 2 3 4 5)) (vector-copy! v 1 v 0 3) v => #(1 1 2 3 5)
            (define v (vector 1 2 3 4 5)) (vector-copy! v 0 v 2) v => #(3 4 5 4 5)
            (vector-copy! (vector 1 2) 1 '#(8 9)) => error: vector-copy!: argument 2 must be an index from 0 to 0, but is 1
            (vector-append '#(1) '#() '#(2 3)) => #(1 2 3)
            (subvector '#(1 2 3) 0 2) => #(1 2)
            (vector-length (vector-grow '#(1 2) 5)) => 5
            "#,
        );
    }
}
