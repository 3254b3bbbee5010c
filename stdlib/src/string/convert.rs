//! Strings as lists, vectors, UTF-8; case.

use super::{check_string_room, text_part};
use crate::args::{self, bytevector, check_room, check_words, range, vector, wrong};
use crate::table::primitives;
use termite_abi::Value;
use termite_heap as heap;
use termite_syntax::chars::fold_case;
use termite_vm::{Cx, Outcome};

primitives! {
    /// `(string->list string [start [end]])` is a list of the characters of that range.
    "string->list" (1..=3) Alloc => |cx, args| {
        let text = text_part(args, 0, 1)?;
        check_words(cx.heap(), text.len().saturating_mul(2))?;
        let chars: Vec<Value> = text.chars().map(Value::char).collect();
        Ok(cx.heap().list(&chars))
    };
    /// `(list->string chars)` is a new string of the characters of a list.
    "list->string" (1) Alloc => |cx, args| {
        let elements = args::list(args, 0)?;
        from_elements(cx, args, &elements, "a list of characters")
    };
    /// `(string->vector string [start [end]])` is a vector of the characters of that range.
    "string->vector" (1..=3) Alloc => |cx, args| {
        let text = text_part(args, 0, 1)?;
        check_words(cx.heap(), text.len())?;
        let chars: Vec<Value> = text.chars().map(Value::char).collect();
        Ok(cx.heap().vector_from(&chars))
    };
    /// `(vector->string vector [start [end]])` is a string of the characters of that range.
    "vector->string" (1..=3) Alloc => |cx, args| {
        let vector = vector(args, 0)?;
        let range = range(args, 1, heap::field_count(vector))?;
        let elements: Vec<Value> = heap::fields(vector).skip(range.start).take(range.len()).collect();
        from_elements(cx, args, &elements, "a vector of characters")
    };
    /// `(string->utf8 string [start [end]])` is a bytevector: that range in UTF-8.
    "string->utf8" (1..=3) Alloc => |cx, args| {
        let utf8: String = text_part(args, 0, 1)?.chars().collect();
        check_room(cx.heap(), utf8.len())?;
        Ok(cx.heap().bytevector(utf8.as_bytes()))
    };
    /// `(utf8->string bytes [start [end]])` is the string encoded by that range.
    "utf8->string" (1..=3) Alloc => |cx, args| {
        let bytes = heap::bytes(bytevector(args, 0)?);
        let bytes = &bytes[range(args, 1, bytes.len())?];
        let utf8 = str::from_utf8(bytes).map_err(|_| wrong(args, 0, "a bytevector of UTF-8"))?;
        check_string_room(cx.heap(), utf8.len())?;
        Ok(cx.heap().string(utf8))
    };
    /// `(string-upcase string [start [end]])` is a new string: that range in upper case.
    "string-upcase" (1..=3) Alloc => |cx, args| map(cx, args, str::to_uppercase);
    /// `(string-downcase string [start [end]])` is a new string: that range in lower case.
    "string-downcase" (1..=3) Alloc => |cx, args| map(cx, args, str::to_lowercase);
    /// `(string-foldcase string [start [end]])` is a new string: that range for comparison
    /// without regard to case.
    "string-foldcase" (1..=3) Alloc => |cx, args| map(cx, args, fold_case);
}

fn from_elements(cx: &mut Cx<'_>, args: &[Value], elements: &[Value], expected: &str) -> Outcome {
    let chars: Option<Vec<char>> = elements.iter().map(|v| v.as_char()).collect();
    let chars = chars.ok_or_else(|| wrong(args, 0, expected))?;
    check_string_room(cx.heap(), chars.len())?;
    Ok(cx.heap().string_from_chars(&chars))
}

fn map(cx: &mut Cx<'_>, args: &[Value], mapping: fn(&str) -> String) -> Outcome {
    let mapped = mapping(&text_part(args, 0, 1)?.chars().collect::<String>());
    check_string_room(cx.heap(), mapped.len())?;
    Ok(cx.heap().string(&mapped))
}
