//! Making, indexing, changing, copying strings.

use super::{check_string_room, concatenate, text, text_part};
use crate::args::{self, character, index, mutable, optional, range, wrong};
use crate::table::primitives;
use crate::vectors::destination;
use termite_abi::object::STRING_STORAGE;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Text, string_text};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(string? x)` is whether `x` is a string.
    "string?" (1) Pure => |_, args| Ok(Value::bool(heap::is_kind(args[0], Kind::String)));
    /// `(make-string n [char])` is a new string of `n` characters.
    "make-string" (1..=2) Alloc => |cx, args| {
        let length = args::size(args, 0)?;
        let fill = optional(args, 1).map_or(Ok(' '), |_| character(args, 1))?;
        check_string_room(cx.heap(), length)?;
        Ok(cx.heap().string_filled(length, fill))
    };
    /// `(string char ...)` is a new string of the characters.
    "string" (0..) Alloc => |cx, args| {
        let chars = (0..args.len()).map(|i| character(args, i)).collect::<Result<Vec<char>, Raise>>()?;
        Ok(cx.heap().string_from_chars(&chars))
    };
    /// `(string-length string)` is its number of characters.
    "string-length" (1) Pure => |_, args| Ok(Value::fixnum(text(args, 0)?.len() as i64));
    /// `(string-ref string index)` is the character at `index`.
    "string-ref" (2) Leaf => |_, args| {
        let text = text(args, 0)?;
        let c = text.get(index(args, 1, text.len())?);
        Ok(Value::char(c.unwrap_or(char::REPLACEMENT_CHARACTER)))
    };
    /// `(string-set! string index char)` replaces a character.
    "string-set!" (3) Alloc => |cx, args| {
        let string = mutable(cx.heap(), args, 0, Kind::String)?;
        let index = index(args, 1, string_text(string).len())?;
        let c = character(args, 2)?;
        cx.heap().string_set(string, index, c);
        Ok(Value::VOID)
    };
    /// `(substring string start [end])` is a new string of that range.
    "substring" (2..=3) Alloc => copy;
    /// `(string-append string ...)` is a new string of all of them in order.
    "string-append" (0..) Alloc => |cx, args| {
        let texts = (0..args.len()).map(|i| text(args, i)).collect::<Result<Vec<Text<'_>>, Raise>>()?;
        concatenate(cx.heap(), &texts)
    };
    /// `(string-concatenate strings)` appends the strings of a list.
    "string-concatenate" (1) Alloc => |cx, args| {
        let texts = texts_of_list(args, 0)?;
        concatenate(cx.heap(), &texts)
    };
    /// `(string-copy string [start [end]])` is a new string of that range.
    "string-copy" (1..=3) Alloc => copy;
    /// `(string-copy! to at from [start [end]])` copies a range into another string.
    "string-copy!" (3..=5) Alloc => copy_into;
    /// `(string-fill! string char [start [end]])` sets every character of the range.
    "string-fill!" (2..=4) Alloc => fill;
}

fn copy(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let text = text_part(args, 0, 1)?;
    check_string_room(cx.heap(), text.len())?;
    Ok(cx.heap().string_from_text(text))
}

/// The texts of argument `i`, a list of strings.
pub(super) fn texts_of_list<'a>(args: &[Value], i: usize) -> Result<Vec<Text<'a>>, Raise> {
    let elements = args::list(args, i)?;
    let text = |&v: &Value| heap::is_kind(v, Kind::String).then(|| string_text(v));
    elements
        .iter()
        .map(text)
        .collect::<Option<_>>()
        .ok_or_else(|| wrong(args, i, "a list of strings"))
}

fn copy_into(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let to = mutable(cx.heap(), args, 0, Kind::String)?;
    let from = text(args, 2)?;
    let range = range(args, 3, from.len())?;
    let target = string_text(to);
    let at = destination(args, target.len(), range.len())?;
    let source = from.slice(range.start, range.end);
    if let (Some(_), Some(bytes)) = (target.latin1(), source.latin1()) {
        // Taken out first, since the two may be the same string.
        let bytes = bytes.to_vec();
        let storage = heap::bytes_mut(heap::field(to, STRING_STORAGE as usize));
        storage[at..at + bytes.len()].copy_from_slice(&bytes);
        return Ok(Value::VOID);
    }
    let chars: Vec<char> = source.chars().collect();
    for (i, c) in chars.into_iter().enumerate() {
        cx.heap().string_set(to, at + i, c);
    }
    Ok(Value::VOID)
}

fn fill(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let string = mutable(cx.heap(), args, 0, Kind::String)?;
    let c = character(args, 1)?;
    for i in range(args, 2, string_text(string).len())? {
        cx.heap().string_set(string, i, c);
    }
    Ok(Value::VOID)
}
