//! Searching lists and association lists, deleting from lists.

use crate::args::{self, wrong};
use crate::equality::{is_equal, is_eqv};
use crate::table::primitives;
use termite_abi::Value;
use termite_heap as heap;
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(memq x list)` is the first tail whose car is `eq?` to `x`, else `#f`.
    "memq" (2) Leaf => |_, args| member(args, is_eq);
    /// `(memv x list)` is the first tail whose car is `eqv?` to `x`, else `#f`.
    "memv" (2) Leaf => |_, args| member(args, is_eqv);
    /// `(%member x list)` is the first tail whose car is `equal?` to `x`, else `#f`.
    "%member" (2) Leaf => |_, args| member(args, is_equal);
    /// `(assq key alist)` is the first pair whose car is `eq?` to `key`, else `#f`.
    "assq" (2) Leaf => |_, args| association(args, is_eq);
    /// `(assv key alist)` is the first pair whose car is `eqv?` to `key`, else `#f`.
    "assv" (2) Leaf => |_, args| association(args, is_eqv);
    /// `(%assoc key alist)` is the first pair whose car is `equal?` to `key`, else `#f`.
    "%assoc" (2) Leaf => |_, args| association(args, is_equal);
    /// `(delq x list)` is a new list without the elements that are `eq?` to `x`.
    "delq" (2) Alloc => |cx, args| delete(cx, args, is_eq);
    /// `(delv x list)` is a new list without the elements that are `eqv?` to `x`.
    "delv" (2) Alloc => |cx, args| delete(cx, args, is_eqv);
    /// `(%delete x list)` is a new list without the elements that are `equal?` to `x`.
    "%delete" (2) Alloc => |cx, args| delete(cx, args, is_equal);
}

fn is_eq(a: Value, b: Value) -> bool {
    a == b
}

/// The first pair of argument 1, a list, that is `found`; raises if it is no list as far
/// as it was searched.
fn search(
    args: &[Value],
    mut found: impl FnMut(Value) -> Result<bool, Raise>,
) -> Result<Option<Value>, Raise> {
    let (mut rest, mut tortoise) = (args[1], Value::NULL);
    let (mut passed, mut next_stop) = (0usize, 1);
    while rest.is_pair() {
        if found(rest)? {
            return Ok(Some(rest));
        }
        if passed == next_stop {
            (tortoise, next_stop) = (rest, next_stop * 2);
        }
        rest = heap::cdr(rest);
        passed += 1;
        if rest == tortoise {
            break;
        }
    }
    if rest == Value::NULL {
        Ok(None)
    } else {
        Err(wrong(args, 1, "a list"))
    }
}

fn member(args: &[Value], same: impl Fn(Value, Value) -> bool) -> Outcome {
    let found = search(args, |pair| Ok(same(args[0], heap::car(pair))))?;
    Ok(found.unwrap_or(Value::FALSE))
}

fn association(args: &[Value], same: impl Fn(Value, Value) -> bool) -> Outcome {
    let found = search(args, |pair| {
        let entry = heap::car(pair);
        if entry.is_pair() {
            return Ok(same(args[0], heap::car(entry)));
        }
        Err(wrong(args, 1, "an association list"))
    })?;
    Ok(found.map_or(Value::FALSE, heap::car))
}

fn delete(cx: &mut Cx<'_>, args: &[Value], same: impl Fn(Value, Value) -> bool) -> Outcome {
    let mut elements = args::list(args, 1)?;
    elements.retain(|&v| !same(args[0], v));
    Ok(cx.heap().list(&elements))
}
