//! Bytevectors (R7RS 6.9).

use crate::args::{self, byte, bytevector, check_room, index, mutable, optional, range};
use crate::table::primitives;
use crate::vectors::destination;
use termite_abi::{Kind, Value};
use termite_heap as heap;
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(bytevector? x)` is whether `x` is a bytevector.
    "bytevector?" (1) Pure => |_, args| Ok(Value::bool(heap::is_kind(args[0], Kind::Bytevector)));
    /// `(make-bytevector n [byte])` is a new bytevector of `n` bytes.
    "make-bytevector" (1..=2) Alloc => make;
    /// `(bytevector byte ...)` is a new bytevector.
    "bytevector" (0..) Alloc => |cx, args| {
        let content = (0..args.len()).map(|i| byte(args, i)).collect::<Result<Vec<u8>, Raise>>()?;
        Ok(cx.heap().bytevector(&content))
    };
    /// `(bytevector-length bytes)` is its number of bytes.
    "bytevector-length" (1) Pure => |_, args| {
        Ok(Value::fixnum(heap::bytes(bytevector(args, 0)?).len() as i64))
    };
    /// `(bytevector-u8-ref bytes index)` is the byte at `index`.
    "bytevector-u8-ref" (2) Leaf => |_, args| {
        let content = heap::bytes(bytevector(args, 0)?);
        Ok(Value::fixnum(content[index(args, 1, content.len())?].into()))
    };
    /// `(bytevector-u8-set! bytes index byte)` replaces a byte.
    "bytevector-u8-set!" (3) Leaf => |cx, args| {
        let content = heap::bytes_mut(mutable(cx.heap(), args, 0, Kind::Bytevector)?);
        content[index(args, 1, content.len())?] = byte(args, 2)?;
        Ok(Value::VOID)
    };
    /// `(bytevector-copy bytes [start [end]])` is a new bytevector of that range.
    "bytevector-copy" (1..=3) Alloc => |cx, args| {
        let content = part(args)?;
        check_room(cx.heap(), content.len())?;
        Ok(cx.heap().bytevector(content))
    };
    /// `(bytevector-copy! to at from [start [end]])` copies a range into another one.
    "bytevector-copy!" (3..=5) Leaf => copy_into;
    /// `(bytevector-append bytes ...)` is a new bytevector of all of them in order.
    "bytevector-append" (0..) Alloc => append;
    /// `(bytevector-fill! bytes byte [start [end]])` sets every byte of the range.
    "bytevector-fill!" (2..=4) Leaf => |cx, args| {
        let content = heap::bytes_mut(mutable(cx.heap(), args, 0, Kind::Bytevector)?);
        let (byte, range) = (byte(args, 1)?, range(args, 2, content.len())?);
        content[range].fill(byte);
        Ok(Value::VOID)
    };
    /// `(bytevector->list bytes [start [end]])` is a list of the bytes of that range.
    "bytevector->list" (1..=3) Alloc => |cx, args| {
        let content = part(args)?;
        args::check_words(cx.heap(), content.len().saturating_mul(2))?;
        let bytes: Vec<Value> = content.iter().map(|&b| Value::fixnum(b.into())).collect();
        Ok(cx.heap().list(&bytes))
    };
    /// `(list->bytevector list)` is a new bytevector of the list's bytes.
    "list->bytevector" (1) Alloc => |cx, args| {
        let elements = args::list(args, 0)?;
        let byte = |v: &Value| v.is_fixnum().then(|| u8::try_from(v.as_fixnum()).ok()).flatten();
        let content = elements.iter().map(byte).collect::<Option<Vec<u8>>>();
        let content = content.ok_or_else(|| args::wrong(args, 0, "a list of bytes"))?;
        check_room(cx.heap(), content.len())?;
        Ok(cx.heap().bytevector(&content))
    };
}

/// The range of argument 0 that arguments 1 and 2 give.
fn part<'a>(args: &[Value]) -> Result<&'a [u8], Raise> {
    let content = heap::bytes(bytevector(args, 0)?);
    Ok(&content[range(args, 1, content.len())?])
}

fn make(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let length = args::size(args, 0)?;
    let fill = optional(args, 1).map_or(Ok(0), |_| byte(args, 1))?;
    check_room(cx.heap(), length)?;
    let made = cx.heap().bytes(Kind::Bytevector, length);
    if fill != 0 {
        heap::bytes_mut(made).fill(fill);
    }
    Ok(made)
}

fn copy_into(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let to = mutable(cx.heap(), args, 0, Kind::Bytevector)?;
    let from = bytevector(args, 2)?;
    let range = range(args, 3, heap::bytes(from).len())?;
    let at = destination(args, heap::bytes(to).len(), range.len())?;
    if to == from {
        heap::bytes_mut(to).copy_within(range, at);
    } else {
        heap::bytes_mut(to)[at..at + range.len()].copy_from_slice(&heap::bytes(from)[range]);
    }
    Ok(Value::VOID)
}

fn append(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let mut total = 0usize;
    for i in 0..args.len() {
        total = total.saturating_add(heap::bytes(bytevector(args, i)?).len());
    }
    check_room(cx.heap(), total)?;
    let content: Vec<u8> = args.iter().flat_map(|&v| heap::bytes(v)).copied().collect();
    Ok(cx.heap().bytevector(&content))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn bytevectors() {
        check(
            r#"
            (bytevector 1 2 255) => #u8(1 2 255)
            (bytevector 256) => error: bytevector: argument 1 must be a byte, but is 256
            (make-bytevector 2 7) => #u8(7 7)
            (bytevector-u8-ref #u8(1 2) 1) => 2
            (bytevector-u8-ref #u8(1 2) 2) => error: bytevector-u8-ref: argument 2 must be an index below 2, but is 2
            (define b (bytevector 1 2 3)) (bytevector-u8-set! b 0 9) b => #u8(9 2 3)
            (bytevector-u8-set! (bytevector 1) 0 -1) => error: bytevector-u8-set!: argument 3 must be a byte, but is -1
            (bytevector-copy #u8(1 2 3) 1) => #u8(2 3)
            (define b (bytevector 1 2 3 4)) (bytevector-copy! b 1 b 0 3) b => #u8(1 1 2 3)
            (bytevector-append #u8(1) #u8() #u8(2)) => #u8(1 2)
            (define b (bytevector 1 2 3)) (bytevector-fill! b 0 1) b => #u8(1 0 0)
            (bytevector->list #u8(1 2)) => (1 2)
            (list->bytevector '(1 2)) => #u8(1 2)
            (list->bytevector '(1 x)) => error: list->bytevector: argument 1 must be a list of bytes, but is (1 x)
            (utf8->string #u8(206 187 33)) => "λ!"
            (utf8->string #u8(97 98 99) 1 2) => "b"
            (utf8->string #u8(255)) => error: utf8->string: argument 1 must be a bytevector of UTF-8, but is #u8(255)
            (string->utf8 "aλb" 1) => #u8(206 187 98)
            "#,
        );
    }
}
