//! Pairs (R7RS 6.4).

use crate::args::{self, wrong};
use crate::table::primitives;
use termite_abi::Value;
use termite_heap as heap;
use termite_vm::Outcome;

primitives! {
    /// `(pair? x)` is whether `x` is a pair.
    "pair?" (1) Pure => |_, args| Ok(Value::bool(args[0].is_pair()));
    /// `(null? x)` is whether `x` is the empty list.
    "null?" (1) Pure => |_, args| Ok(Value::bool(args[0] == Value::NULL));
    /// `(cons a d)` is a new pair.
    "cons" (2) Alloc => |cx, args| Ok(cx.heap().pair(args[0], args[1]));
    /// `(car pair)` is the first part of the pair.
    "car" (1) Leaf => |_, args| Ok(heap::car(args::pair(args, 0)?));
    /// `(cdr pair)` is the second part of the pair.
    "cdr" (1) Leaf => |_, args| Ok(heap::cdr(args::pair(args, 0)?));
    /// `(set-car! pair x)` replaces the first part.
    "set-car!" (2) Leaf => |cx, args| {
        let pair = args::mutable_pair(cx.heap(), args, 0)?;
        cx.heap().set_car(pair, args[1]);
        Ok(Value::VOID)
    };
    /// `(set-cdr! pair x)` replaces the second part.
    "set-cdr!" (2) Leaf => |cx, args| {
        let pair = args::mutable_pair(cx.heap(), args, 0)?;
        cx.heap().set_cdr(pair, args[1]);
        Ok(Value::VOID)
    };
    /// `(caar pair)` is `(car (car pair))`.
    "caar" (1) Leaf => |_, args| path(args, "aa");
    /// `(cadr pair)` is `(car (cdr pair))`.
    "cadr" (1) Leaf => |_, args| path(args, "ad");
    /// `(cdar pair)` is `(cdr (car pair))`.
    "cdar" (1) Leaf => |_, args| path(args, "da");
    /// `(cddr pair)` is `(cdr (cdr pair))`.
    "cddr" (1) Leaf => |_, args| path(args, "dd");
    /// `(caaar pair)` is `(car (car (car pair)))`.
    "caaar" (1) Leaf => |_, args| path(args, "aaa");
    /// `(caadr pair)` is `(car (car (cdr pair)))`.
    "caadr" (1) Leaf => |_, args| path(args, "aad");
    /// `(cadar pair)` is `(car (cdr (car pair)))`.
    "cadar" (1) Leaf => |_, args| path(args, "ada");
    /// `(caddr pair)` is `(car (cdr (cdr pair)))`.
    "caddr" (1) Leaf => |_, args| path(args, "add");
    /// `(cdaar pair)` is `(cdr (car (car pair)))`.
    "cdaar" (1) Leaf => |_, args| path(args, "daa");
    /// `(cdadr pair)` is `(cdr (car (cdr pair)))`.
    "cdadr" (1) Leaf => |_, args| path(args, "dad");
    /// `(cddar pair)` is `(cdr (cdr (car pair)))`.
    "cddar" (1) Leaf => |_, args| path(args, "dda");
    /// `(cdddr pair)` is `(cdr (cdr (cdr pair)))`.
    "cdddr" (1) Leaf => |_, args| path(args, "ddd");
    /// `(caaaar pair)` is `(car (car (car (car pair))))`.
    "caaaar" (1) Leaf => |_, args| path(args, "aaaa");
    /// `(caaadr pair)` is `(car (car (car (cdr pair))))`.
    "caaadr" (1) Leaf => |_, args| path(args, "aaad");
    /// `(caadar pair)` is `(car (car (cdr (car pair))))`.
    "caadar" (1) Leaf => |_, args| path(args, "aada");
    /// `(caaddr pair)` is `(car (car (cdr (cdr pair))))`.
    "caaddr" (1) Leaf => |_, args| path(args, "aadd");
    /// `(cadaar pair)` is `(car (cdr (car (car pair))))`.
    "cadaar" (1) Leaf => |_, args| path(args, "adaa");
    /// `(cadadr pair)` is `(car (cdr (car (cdr pair))))`.
    "cadadr" (1) Leaf => |_, args| path(args, "adad");
    /// `(caddar pair)` is `(car (cdr (cdr (car pair))))`.
    "caddar" (1) Leaf => |_, args| path(args, "adda");
    /// `(cadddr pair)` is `(car (cdr (cdr (cdr pair))))`.
    "cadddr" (1) Leaf => |_, args| path(args, "addd");
    /// `(cdaaar pair)` is `(cdr (car (car (car pair))))`.
    "cdaaar" (1) Leaf => |_, args| path(args, "daaa");
    /// `(cdaadr pair)` is `(cdr (car (car (cdr pair))))`.
    "cdaadr" (1) Leaf => |_, args| path(args, "daad");
    /// `(cdadar pair)` is `(cdr (car (cdr (car pair))))`.
    "cdadar" (1) Leaf => |_, args| path(args, "dada");
    /// `(cdaddr pair)` is `(cdr (car (cdr (cdr pair))))`.
    "cdaddr" (1) Leaf => |_, args| path(args, "dadd");
    /// `(cddaar pair)` is `(cdr (cdr (car (car pair))))`.
    "cddaar" (1) Leaf => |_, args| path(args, "ddaa");
    /// `(cddadr pair)` is `(cdr (cdr (car (cdr pair))))`.
    "cddadr" (1) Leaf => |_, args| path(args, "ddad");
    /// `(cdddar pair)` is `(cdr (cdr (cdr (car pair))))`.
    "cdddar" (1) Leaf => |_, args| path(args, "ddda");
    /// `(cddddr pair)` is `(cdr (cdr (cdr (cdr pair))))`.
    "cddddr" (1) Leaf => |_, args| path(args, "dddd");
}

/// The part that `letters`, from right to left, lead to.
fn path(args: &[Value], letters: &str) -> Outcome {
    let step = |v: Value, letter| match (v.is_pair(), letter) {
        (false, _) => None,
        (true, b'a') => Some(heap::car(v)),
        (true, _) => Some(heap::cdr(v)),
    };
    let end = letters.bytes().rev().try_fold(args[0], step);
    end.ok_or_else(|| wrong(args, 0, &format!("an object that has a c{letters}r")))
}
