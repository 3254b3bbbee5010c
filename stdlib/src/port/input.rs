//! Reading characters, bytes and data.

use super::device::Devices;
use super::object::{BINARY, INPUT, Port, TEXTUAL, closed, open_port};
use super::text::{Fault, Source, StringSource};
use super::world_error;
use crate::args::{self, check_room, mutable, range};
use crate::datum::datum_to_value;
use crate::string::check_string_room;
use crate::table::primitives;
use std::io;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, string_text};
use termite_syntax::Diagnostic;
use termite_vm::{Cx, ErrorKind, Flow, Outcome, PrimError, Raise};

primitives! {
    /// `(%read-char port)` is the next character.
    "%read-char" (1) Block => |cx, args| {
        let next = textual(cx, args, 0, |source| Ok(source.next()?))?;
        value(next.map(Value::char))
    };
    /// `(%peek-char port)` is the next character, which stays.
    "%peek-char" (1) Block => |cx, args| {
        let next = textual(cx, args, 0, |source| Ok(source.peek()?))?;
        value(next.map(Value::char))
    };
    /// `(%char-ready? port)` is whether `%read-char` would not have to wait.
    "%char-ready?" (1) Leaf => |cx, args| is_ready(cx, args, TEXTUAL, "a textual input port");
    /// `(%read-line port)` is the text up to the next end of line, which is dropped.
    "%read-line" (1) Block => |cx, args| {
        let line = textual(cx, args, 0, |source| Ok(source.line()?))?;
        text(cx, line)
    };
    /// `(%read-string k port)` is a string of the next `k` characters, or of what is left.
    "%read-string" (2) Block => |cx, args| {
        let count = args::size(args, 0)?;
        let part = textual(cx, args, 1, |source| Ok(source.chars(count)?))?;
        text(cx, Some(part).filter(|part| count == 0 || !part.is_empty()))
    };
    /// `(%read-u8 port)` is the next byte.
    "%read-u8" (1) Block => |cx, args| {
        let next = next_byte(cx, args, true)?;
        value(next.map(|byte| Value::fixnum(byte.into())))
    };
    /// `(%peek-u8 port)` is the next byte, which stays.
    "%peek-u8" (1) Block => |cx, args| {
        let next = next_byte(cx, args, false)?;
        value(next.map(|byte| Value::fixnum(byte.into())))
    };
    /// `(%u8-ready? port)` is whether `%read-u8` would not have to wait.
    "%u8-ready?" (1) Leaf => |cx, args| is_ready(cx, args, BINARY, "a binary input port");
    /// `(%read-bytevector k port)` is a bytevector of the next `k` bytes, or what is left.
    "%read-bytevector" (2) Block => read_bytevector;
    /// `(%read-bytevector! bytes port [start [end]])` reads into that range; how many
    /// bytes were read.
    "%read-bytevector!" (2..=4) Block => read_into_bytevector;
    /// `(%read port)` is the next datum.
    "%read" (1) Block => |cx, args| match textual(cx, args, 0, |source| source.datum())? {
        Some(datum) => match datum_to_value(cx.heap(), &datum) {
            Ok(v) => value(Some(v)),
            Err(message) => Err(PrimError::new(ErrorKind::Read, message)),
        },
        None => value(None),
    };
}

/// The value, or the end-of-file object.
fn value(v: Option<Value>) -> Result<Flow, Raise> {
    Ok(Flow::Value(v.unwrap_or(Value::EOF)))
}

fn text(cx: &mut Cx<'_>, text: Option<String>) -> Result<Flow, Raise> {
    let Some(text) = text else { return value(None) };
    check_string_room(cx.heap(), text.len())?;
    Ok(Flow::Value(cx.heap().string(&text)))
}

/// Reads from argument `i`, a textual input port.
fn textual<T>(
    cx: &mut Cx<'_>,
    args: &[Value],
    i: usize,
    read: impl FnOnce(&mut dyn Source) -> Result<T, Fault>,
) -> Result<T, Raise> {
    let port = open_port(cx.node, args, i, INPUT | TEXTUAL, "a textual input port")?;
    let result = match port.device() {
        Some(id) => read(reading(cx, port, id)?),
        None => {
            let mut source = StringSource {
                text: string_text(port.contents()),
                at: port.position(),
            };
            let result = read(&mut source);
            port.set_position(cx.heap(), source.at);
            result
        }
    };
    result.map_err(|fault| match fault {
        Fault::World(error) => world_error(&error),
        Fault::Text(diagnostic) => read_error(diagnostic),
    })
}

fn reading<'a>(
    cx: &'a mut Cx<'_>,
    port: Port,
    id: i64,
) -> Result<&'a mut super::device::Input, Raise> {
    let input = cx
        .node
        .state::<Devices>()
        .reading(id)
        .map_err(|error| world_error(&error))?;
    input.ok_or_else(|| closed(port))
}

/// A `read-error?`.
fn read_error(diagnostic: Diagnostic) -> Raise {
    PrimError::new(ErrorKind::Read, diagnostic.message)
}

fn is_ready(cx: &mut Cx<'_>, args: &[Value], content: i64, expected: &str) -> Outcome {
    let port = open_port(cx.node, args, 0, INPUT | content, expected)?;
    let ready = match port.device() {
        Some(id) => cx
            .node
            .state::<Devices>()
            .inputs
            .get(&id)
            .is_none_or(|input| input.is_ready()),
        None => true,
    };
    Ok(Value::bool(ready))
}

fn binary_port(cx: &mut Cx<'_>, args: &[Value], i: usize) -> Result<Port, Raise> {
    open_port(cx.node, args, i, INPUT | BINARY, "a binary input port")
}

fn next_byte(cx: &mut Cx<'_>, args: &[Value], take: bool) -> Result<Option<u8>, Raise> {
    let port = binary_port(cx, args, 0)?;
    if let Some(id) = port.device() {
        let input = reading(cx, port, id)?;
        let next = input.peek_byte().map_err(|error| world_error(&error))?;
        if take {
            input.skip_byte();
        }
        return Ok(next);
    }
    let at = port.position();
    let next = heap::bytes(port.contents()).get(at).copied();
    if take && next.is_some() {
        port.set_position(cx.heap(), at + 1);
    }
    Ok(next)
}

/// Fills `into` from argument `i`, a binary input port; how many bytes came.
fn read_bytes(cx: &mut Cx<'_>, args: &[Value], i: usize, into: &mut [u8]) -> Result<usize, Raise> {
    let port = binary_port(cx, args, i)?;
    if let Some(id) = port.device() {
        let count: io::Result<usize> = reading(cx, port, id)?.read_bytes(into);
        return count.map_err(|error| world_error(&error));
    }
    let rest = &heap::bytes(port.contents())[port.position()..];
    let count = rest.len().min(into.len());
    into[..count].copy_from_slice(&rest[..count]);
    port.set_position(cx.heap(), port.position() + count);
    Ok(count)
}

/// Bytes that are made room for at once when a program asks for many.
const PIECE: usize = 1 << 16;

fn read_bytevector(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let wanted = args::size(args, 0)?;
    let mut bytes = Vec::new();
    while bytes.len() < wanted {
        let old = bytes.len();
        bytes.resize(wanted.min(old + PIECE), 0);
        let count = read_bytes(cx, args, 1, &mut bytes[old..])?;
        if old + count < bytes.len() {
            bytes.truncate(old + count);
            break;
        }
    }
    if bytes.is_empty() && wanted > 0 {
        return value(None);
    }
    check_room(cx.heap(), bytes.len())?;
    Ok(Flow::Value(cx.heap().bytevector(&bytes)))
}

fn read_into_bytevector(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let target = mutable(cx.heap(), args, 0, Kind::Bytevector)?;
    let range = range(args, 2, heap::bytes(target).len())?;
    // Not straight into the target, which the port may read from.
    let mut bytes = vec![0; range.len()];
    let count = read_bytes(cx, args, 1, &mut bytes)?;
    heap::bytes_mut(target)[range.start..range.start + count].copy_from_slice(&bytes[..count]);
    let result = Some(Value::fixnum(count as i64)).filter(|_| count > 0 || range.is_empty());
    value(result)
}
