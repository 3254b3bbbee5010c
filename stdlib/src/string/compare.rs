//! Comparing strings: by scalar values, character by character.

use super::text;
use crate::table::primitives;
use std::cmp::Ordering;
use termite_abi::Value;
use termite_heap::Text;
use termite_syntax::chars::fold_case;
use termite_vm::Outcome;

primitives! {
    /// `(string=? a b ...)` is whether the strings are all the same.
    "string=?" (1..) Leaf => |_, args| adjacent(args, compare, Ordering::is_eq);
    /// `(string<? a b ...)` is whether the strings increase.
    "string<?" (1..) Leaf => |_, args| adjacent(args, compare, Ordering::is_lt);
    /// `(string>? a b ...)` is whether the strings decrease.
    "string>?" (1..) Leaf => |_, args| adjacent(args, compare, Ordering::is_gt);
    /// `(string<=? a b ...)` is whether the strings never decrease.
    "string<=?" (1..) Leaf => |_, args| adjacent(args, compare, Ordering::is_le);
    /// `(string>=? a b ...)` is whether the strings never increase.
    "string>=?" (1..) Leaf => |_, args| adjacent(args, compare, Ordering::is_ge);
    /// `(string-ci=? a b ...)` is `string=?` after folding case.
    "string-ci=?" (1..) Leaf => |_, args| adjacent(args, compare_folded, Ordering::is_eq);
    /// `(string-ci<? a b ...)` is `string<?` after folding case.
    "string-ci<?" (1..) Leaf => |_, args| adjacent(args, compare_folded, Ordering::is_lt);
    /// `(string-ci>? a b ...)` is `string>?` after folding case.
    "string-ci>?" (1..) Leaf => |_, args| adjacent(args, compare_folded, Ordering::is_gt);
    /// `(string-ci<=? a b ...)` is `string<=?` after folding case.
    "string-ci<=?" (1..) Leaf => |_, args| adjacent(args, compare_folded, Ordering::is_le);
    /// `(string-ci>=? a b ...)` is `string>=?` after folding case.
    "string-ci>=?" (1..) Leaf => |_, args| adjacent(args, compare_folded, Ordering::is_ge);
}

/// Whether each two adjacent strings stand in a relation.
fn adjacent(
    args: &[Value],
    compare: fn(Text<'_>, Text<'_>) -> Ordering,
    holds: fn(Ordering) -> bool,
) -> Outcome {
    let (mut previous, mut all) = (text(args, 0)?, true);
    for i in 1..args.len() {
        let next = text(args, i)?;
        all = all && holds(compare(previous, next));
        previous = next;
    }
    Ok(Value::bool(all))
}

pub(crate) fn compare(a: Text<'_>, b: Text<'_>) -> Ordering {
    match (a.latin1(), b.latin1()) {
        (Some(a), Some(b)) => a.cmp(b),
        _ => a.chars().cmp(b.chars()),
    }
}

fn compare_folded(a: Text<'_>, b: Text<'_>) -> Ordering {
    // UTF-8 sorts as its characters do.
    folded(a).cmp(&folded(b))
}

pub(crate) fn folded(text: Text<'_>) -> String {
    fold_case(&text.chars().collect::<String>())
}
