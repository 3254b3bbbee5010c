//! Making, measuring, joining, reversing, indexing lists.

use crate::args::{self, check_words, optional, out_of_range, proper_length, walk, wrong};
use crate::number::{add, multiply, value};
use crate::table::primitives;
use termite_abi::Value;
use termite_heap::{self as heap, Heap};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(list x ...)` is a new list.
    "list" (0..) Alloc => |cx, args| Ok(cx.heap().list(args));
    /// `(cons* x ... tail)` is a list of the `x`s that ends in `tail`.
    "cons*" (1..) Alloc => |cx, args| {
        let (tail, elements) = (args[args.len() - 1], &args[..args.len() - 1]);
        Ok(prepend(cx.heap(), elements, tail))
    };
    /// `(make-list n [fill])` is a new list of `n` elements.
    "make-list" (1..=2) Alloc => make_list;
    /// `(list? x)` is whether `x` is a proper list.
    "list?" (1) Leaf => |_, args| Ok(Value::bool(proper_length(args[0]).is_some()));
    /// `(length list)` is its number of elements.
    "length" (1) Leaf => |_, args| {
        let length = proper_length(args[0]).ok_or_else(|| wrong(args, 0, "a list"))?;
        Ok(Value::fixnum(length as i64))
    };
    /// `(length+ x)` is the number of pairs of a list, proper or dotted; `#f` if circular.
    "length+" (1) Leaf => |_, args| {
        Ok(walk(args[0]).map_or(Value::FALSE, |(length, _)| Value::fixnum(length as i64)))
    };
    /// `(append list ... x)` is the lists' elements followed by `x`, which is shared.
    "append" (0..) Alloc => append;
    /// `(%append list x)` is `append` of two.
    "%append" (2) Alloc => append;
    /// `(append! list ... x)` is `append` that changes the lists' last pairs.
    "append!" (0..) Leaf => append_in_place;
    /// `(reverse list)` is a new list in reverse.
    "reverse" (1) Alloc => |cx, args| reverse_onto(cx, args, Value::NULL);
    /// `(reverse! list)` is the list in reverse, made of the same pairs.
    "reverse!" (1) Leaf => |cx, args| reverse_in_place(cx, args, Value::NULL);
    /// `(append-reverse list tail)` is the list in reverse, followed by `tail`.
    "append-reverse" (2) Alloc => |cx, args| reverse_onto(cx, args, args[1]);
    /// `(append-reverse! list tail)` is `append-reverse` made of the same pairs.
    "append-reverse!" (2) Leaf => |cx, args| reverse_in_place(cx, args, args[1]);
    /// `(list-tail list k)` is the list without its first `k` elements.
    "list-tail" (2) Leaf => |_, args| tail(args, args::size(args, 1)?);
    /// `(list-head list k)` is a new list of the first `k` elements.
    "list-head" (2) Alloc => list_head;
    /// `(list-ref list k)` is the element at index `k`.
    "list-ref" (2) Leaf => |_, args| Ok(heap::car(pair_at(args)?));
    /// `(list-set! list k x)` replaces the element at index `k`.
    "list-set!" (3) Leaf => list_set;
    /// `(list-copy x)` is a new list of the same elements and tail.
    "list-copy" (1) Alloc => list_copy;
    /// `(last-pair list)` is the last pair.
    "last-pair" (1) Leaf => |_, args| last_pair(args);
    /// `(last list)` is the last element.
    "last" (1) Leaf => |_, args| Ok(heap::car(last_pair(args)?));
    /// `(iota n [start [step]])` is a list of `n` numbers, from 0 in steps of 1.
    "iota" (1..=3) Alloc => iota;
}

fn prepend(heap: &mut Heap, elements: &[Value], tail: Value) -> Value {
    elements
        .iter()
        .rev()
        .fold(tail, |rest, &first| heap.pair(first, rest))
}

/// The list in argument 0 in reverse, followed by `tail`.
fn reverse_onto(cx: &mut Cx<'_>, args: &[Value], tail: Value) -> Outcome {
    if proper_length(args[0]).is_none() {
        return Err(wrong(args, 0, "a list"));
    }
    let elements = heap::list_elements(args[0]);
    Ok(elements.fold(tail, |rest, first| cx.heap().pair(first, rest)))
}

/// Elements of lists up to this length are kept on the stack.
const SHORT: usize = 64;

/// The elements of a proper list of that length, followed by `tail`.
fn prepend_list(heap: &mut Heap, list: Value, length: usize, tail: Value) -> Value {
    if length > SHORT {
        let elements: Vec<Value> = heap::list_elements(list).collect();
        return prepend(heap, &elements, tail);
    }
    let mut elements = [Value::NULL; SHORT];
    for (slot, element) in elements.iter_mut().zip(heap::list_elements(list)) {
        *slot = element;
    }
    prepend(heap, &elements[..length], tail)
}

fn make_list(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let length = args::size(args, 0)?;
    let fill = optional(args, 1).unwrap_or(Value::fixnum(0));
    check_words(cx.heap(), length.saturating_mul(2))?;
    Ok((0..length).fold(Value::NULL, |rest, _| cx.heap().pair(fill, rest)))
}

fn append(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let Some((&last, lists)) = args.split_last() else {
        return Ok(Value::NULL);
    };
    let mut result = last;
    for i in (0..lists.len()).rev() {
        let length = proper_length(args[i]).ok_or_else(|| wrong(args, i, "a list"))?;
        check_words(cx.heap(), length.saturating_mul(2))?;
        result = prepend_list(cx.heap(), args[i], length, result);
    }
    Ok(result)
}

fn append_in_place(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let Some((&last, lists)) = args.split_last() else {
        return Ok(Value::NULL);
    };
    let mut result = last;
    for (i, &list) in lists.iter().enumerate().rev() {
        if list == Value::NULL {
            continue;
        }
        let length = proper_length(list).ok_or_else(|| wrong(args, i, "a list"))?;
        let end = (1..length).fold(list, |rest, _| heap::cdr(rest));
        if cx.heap().is_static(end) {
            return Err(wrong(args, i, "a mutable list"));
        }
        cx.heap().set_cdr(end, result);
        result = list;
    }
    Ok(result)
}

fn reverse_in_place(cx: &mut Cx<'_>, args: &[Value], tail: Value) -> Outcome {
    proper_length(args[0]).ok_or_else(|| wrong(args, 0, "a list"))?;
    let (mut rest, mut result) = (args[0], tail);
    while rest.is_pair() {
        if cx.heap().is_static(rest) {
            return Err(wrong(args, 0, "a mutable list"));
        }
        let next = heap::cdr(rest);
        cx.heap().set_cdr(rest, result);
        (result, rest) = (rest, next);
    }
    Ok(result)
}

/// Argument 0 without its first `k` elements; `k` is argument 1. Goes around a circle at
/// most a few times, however large `k` is.
fn tail(args: &[Value], k: usize) -> Outcome {
    let mut rest = args[0];
    let (mut tortoise, mut seen_at) = (Value::NULL, 0usize);
    let (mut passed, mut left) = (0usize, k);
    while left > 0 {
        if !rest.is_pair() {
            return Err(too_short(
                args,
                passed,
                &format!("an index from 0 to {passed}"),
            ));
        }
        rest = heap::cdr(rest);
        (passed, left) = (passed + 1, left - 1);
        if rest.is_pair() && rest == tortoise {
            left %= passed - seen_at;
        } else if passed.is_power_of_two() {
            (tortoise, seen_at) = (rest, passed);
        }
    }
    Ok(rest)
}

/// The pair of argument 0 at the index that argument 1 gives.
fn pair_at(args: &[Value]) -> Outcome {
    let k = args::size(args, 1)?;
    let rest = tail(args, k)?;
    if rest.is_pair() {
        Ok(rest)
    } else {
        Err(too_short(args, k, &format!("an index below {k}")))
    }
}

/// The list ended after `passed` elements: the index is wrong, or what was no list at all.
fn too_short(args: &[Value], passed: usize, expected: &str) -> Raise {
    if passed == 0 && args[0] != Value::NULL {
        return wrong(args, 0, "a list");
    }
    out_of_range(args, 1, expected)
}

fn list_head(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let k = args::size(args, 1)?;
    tail(args, k)?;
    check_words(cx.heap(), k.saturating_mul(2))?;
    let elements: Vec<Value> = heap::list_elements(args[0]).take(k).collect();
    Ok(cx.heap().list(&elements))
}

fn list_set(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let pair = pair_at(args)?;
    if cx.heap().is_static(pair) {
        return Err(wrong(args, 0, "a mutable list"));
    }
    cx.heap().set_car(pair, args[2]);
    Ok(Value::VOID)
}

fn list_copy(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let (length, tail) = walk(args[0]).ok_or_else(|| wrong(args, 0, "a list that ends"))?;
    check_words(cx.heap(), length.saturating_mul(2))?;
    let elements: Vec<Value> = heap::list_elements(args[0]).collect();
    Ok(prepend(cx.heap(), &elements, tail))
}

fn last_pair(args: &[Value]) -> Outcome {
    let pair = args::pair(args, 0)?;
    let (length, _) = walk(pair).ok_or_else(|| wrong(args, 0, "a list that ends"))?;
    Ok((1..length).fold(pair, |rest, _| heap::cdr(rest)))
}

fn iota(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let length = args::size(args, 0)?;
    let start = optional(args, 1).unwrap_or(Value::fixnum(0));
    let step = optional(args, 2).unwrap_or(Value::fixnum(1));
    if let Some(i) = [start, step].iter().position(|&v| !value::is_number(v)) {
        return Err(wrong(args, 1 + i, "a number"));
    }
    check_words(cx.heap(), length.saturating_mul(2))?;
    let mut result = Value::NULL;
    for i in (0..length).rev() {
        let offset = multiply(cx.heap(), Value::fixnum(i as i64), step, 1)?;
        let element = add(cx.heap(), start, offset, 1)?;
        result = cx.heap().pair(element, result);
    }
    Ok(result)
}
