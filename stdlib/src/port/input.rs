//! Reading characters, bytes and data.
//!
//! What is in a buffer already is read by leaves (`%next-char`), which answer #f for
//! everything else: the end, other arguments, having to wait. The rows without `next` do all.

use super::device::{CONSOLE_INPUT, CONSOLE_OUTPUT, Devices, current};
use super::inlet::Input;
use super::object::{BINARY, INPUT, Port, TEXTUAL, closed, open_memory_port, open_port};
use super::tcp::{accept, is_server};
use super::text::{Fault, Source, StringSource};
use super::waiting::{arm_input, arm_output};
use super::world_error;
use crate::args::{self, check_room, mutable, range};
use crate::datum::datum_to_value;
use crate::string::check_string_room;
use crate::table::primitives;
use std::io;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, string_text};
use termite_syntax::Diagnostic;
use termite_vm::{Cause, Cx, ErrorKind, Flow, Node, Outcome, PrimError, Raise};

primitives! {
    /// `(%read-char port)` is the next character.
    "%read-char" (1) Block => |cx, args| {
        match textual(cx, args, 0, |source| Ok(source.next()?))? {
            Some(next) => value(next.map(Value::char)),
            None => Ok(BLOCKED),
        }
    };
    /// `(%next-char port)` is the next character if it is at hand, else #f.
    "%next-char" (1) Leaf => |cx, args| Ok(char_at_hand(cx, args[0], true));
    /// `(%peek-char port)` is the next character, which stays.
    "%peek-char" (1) Block => |cx, args| {
        match textual(cx, args, 0, |source| Ok(source.peek()?))? {
            Some(next) => value(next.map(Value::char)),
            None => Ok(BLOCKED),
        }
    };
    /// `(%peek-next-char port)` is the next character, which stays, if it is at hand, else #f.
    "%peek-next-char" (1) Leaf => |cx, args| Ok(char_at_hand(cx, args[0], false));
    /// `(%char-ready? port)` is whether `%read-char` would not have to wait.
    "%char-ready?" (1) Leaf => |cx, args| is_ready(cx, args, TEXTUAL, "a textual input port");
    /// `(%read-line port)` is the text up to the next end of line, which is dropped.
    "%read-line" (1) Block => |cx, args| {
        match textual(cx, args, 0, |source| Ok(source.line()?))? {
            Some(line) => text(cx, line),
            None => Ok(BLOCKED),
        }
    };
    /// `(%next-line port)` is the next line if it is at hand, else #f.
    "%next-line" (1) Alloc => line_at_hand;
    /// `(%read-string k port)` is a string of the next `k` characters, or of what is left.
    "%read-string" (2) Block => |cx, args| {
        let count = args::size(args, 0)?;
        match textual(cx, args, 1, |source| Ok(source.chars(count)?))? {
            Some(part) => text(cx, part),
            None => Ok(BLOCKED),
        }
    };
    /// `(%read-u8 port)` is the next byte.
    "%read-u8" (1) Block => |cx, args| next_byte(cx, args, true);
    /// `(%next-u8 port)` is the next byte if it is at hand, else #f.
    "%next-u8" (1) Leaf => |cx, args| Ok(byte_at_hand(cx, args[0]));
    /// `(%peek-u8 port)` is the next byte, which stays.
    "%peek-u8" (1) Block => |cx, args| next_byte(cx, args, false);
    /// `(%u8-ready? port)` is whether `%read-u8` would not have to wait.
    "%u8-ready?" (1) Leaf => |cx, args| is_ready(cx, args, BINARY, "a binary input port");
    /// `(%read-bytevector k port)` is a bytevector of the next `k` bytes, or what is left.
    "%read-bytevector" (2) Block => read_bytevector;
    /// `(%read-bytevector! bytes port [start [end]])` reads into that range; how many
    /// bytes were read.
    "%read-bytevector!" (2..=4) Block => read_into_bytevector;
    /// `(%read port)` is the next datum; of a server, the next connection.
    "%read" (1) Block => |cx, args| {
        if is_server(args[0]) {
            return accept(cx, args);
        }
        match textual(cx, args, 0, |source| source.datum())? {
            Some(Some(datum)) => match datum_to_value(cx.heap(), &datum) {
                Ok(v) => value(Some(v)),
                Err(message) => Err(PrimError::new(ErrorKind::Read, message)),
            },
            Some(None) => value(None),
            None => Ok(BLOCKED),
        }
    };
}

/// The process waits for input.
const BLOCKED: Flow = Flow::Block(Cause::Input);

/// The value, or the end-of-file object.
fn value(v: Option<Value>) -> Result<Flow, Raise> {
    Ok(Flow::Value(v.unwrap_or(Value::EOF)))
}

fn text(cx: &mut Cx<'_>, text: Option<String>) -> Result<Flow, Raise> {
    let Some(text) = text else { return value(None) };
    check_string_room(cx.heap(), text.len())?;
    Ok(Flow::Value(cx.heap().string(&text)))
}

/// Reads from argument `i`, a textual input port; `None` when that has to wait.
fn textual<T>(
    cx: &mut Cx<'_>,
    args: &[Value],
    i: usize,
    read: impl FnOnce(&mut dyn Source) -> Result<T, Fault>,
) -> Result<Option<T>, Raise> {
    let port = open_port(cx.node, args, i, INPUT | TEXTUAL, "a textual input port")?;
    if let Some(id) = port.device() {
        return read_device(cx.node, port, id, |input| read(input));
    }
    let mut source = StringSource {
        text: string_text(port.contents()),
        at: port.position(),
    };
    let result = read(&mut source);
    port.set_position(cx.heap(), source.at);
    result.map(Some).map_err(raise)
}

fn raise(fault: Fault) -> Raise {
    match fault {
        Fault::World(error) => world_error(&error),
        Fault::Text(diagnostic) => read_error(diagnostic),
    }
}

/// Reads from a device when it is the running process's turn; `None` when it has to wait.
fn read_device<T>(
    node: &mut Node,
    port: Port,
    id: i64,
    read: impl FnOnce(&mut Input) -> Result<T, Fault>,
) -> Result<Option<T>, Raise> {
    let pid = current(node);
    if node
        .state::<Devices>()
        .input(id)
        .is_some_and(|input| input.is_drained())
    {
        offer_question(node, id);
    }
    let Some(input) = node.state::<Devices>().input(id) else {
        return Err(closed(port));
    };
    if !input.turns.begin(pid) {
        return Ok(None);
    }
    let result = read(input);
    if let Err(Fault::World(error)) = &result
        && error.kind() == io::ErrorKind::WouldBlock
        && input.descriptor().is_some()
    {
        input.turns.wait(pid);
        offer_question(node, id);
        arm_input(node, id).map_err(|error| world_error(&error))?;
        return Ok(None);
    }
    if let Some(next) = input.turns.end(pid) {
        node.unblock(next);
    }
    result.map(Some).map_err(raise)
}

/// Who waits for an answer has asked first: what was written to the same device, or to the
/// console when it is read, is handed on.
fn offer_question(node: &mut Node, id: i64) {
    let output = if id == CONSOLE_INPUT {
        CONSOLE_OUTPUT
    } else {
        id
    };
    if let Some(output) = node.state::<Devices>().output(output) {
        output.flush_unattended();
    }
    // What cannot be watched is tried again when the node is idle.
    let _ = arm_output(node, output);
}

/// A `read-error?`.
fn read_error(diagnostic: Diagnostic) -> Raise {
    PrimError::new(ErrorKind::Read, diagnostic.message)
}

/// The open input of a port with these flags, if the value is one.
fn input_at_hand<'a>(cx: &'a mut Cx<'_>, v: Value, flags: i64) -> Option<&'a mut Input> {
    let port = Some(v)
        .filter(|&v| heap::is_kind(v, Kind::Port))
        .map(Port)?;
    let id = port.device().filter(|_| port.has(flags))?;
    cx.node.state::<Devices>().input(id)
}

/// The fast path of `%read-char`; whatever is unusual is left to that.
fn char_at_hand(cx: &mut Cx<'_>, v: Value, take: bool) -> Value {
    if let Some(port) = open_memory_port(v, INPUT | TEXTUAL) {
        let at = port.position();
        let Some(c) = string_text(port.contents()).get(at) else {
            return Value::FALSE;
        };
        if take {
            port.set_position(cx.heap(), at + 1);
        }
        return Value::char(c);
    }
    let Some(input) = input_at_hand(cx, v, INPUT | TEXTUAL) else {
        return Value::FALSE;
    };
    let Some(byte) = input.byte_at_hand().filter(u8::is_ascii) else {
        return Value::FALSE;
    };
    if take {
        input.take(1);
    }
    Value::char(byte.into())
}

fn byte_at_hand(cx: &mut Cx<'_>, v: Value) -> Value {
    let Some(input) = input_at_hand(cx, v, INPUT | BINARY) else {
        return Value::FALSE;
    };
    let Some(byte) = input.byte_at_hand() else {
        return Value::FALSE;
    };
    input.take(1);
    Value::fixnum(byte.into())
}

fn line_at_hand(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let input = input_at_hand(cx, args[0], INPUT | TEXTUAL);
    match input.and_then(|input| input.whole_line()) {
        Some(line) => {
            check_string_room(cx.heap(), line.len())?;
            Ok(cx.heap().string(&line))
        }
        None => Ok(Value::FALSE),
    }
}

fn is_ready(cx: &mut Cx<'_>, args: &[Value], content: i64, expected: &str) -> Outcome {
    let port = open_port(cx.node, args, 0, INPUT | content, expected)?;
    let ready = match port.device() {
        Some(id) => {
            offer_question(cx.node, id);
            let input = cx.node.state::<Devices>().input(id);
            input.is_none_or(|input| input.is_ready(content == TEXTUAL))
        }
        None => true,
    };
    Ok(Value::bool(ready))
}

fn binary_port(cx: &mut Cx<'_>, args: &[Value], i: usize) -> Result<Port, Raise> {
    open_port(cx.node, args, i, INPUT | BINARY, "a binary input port")
}

fn next_byte(cx: &mut Cx<'_>, args: &[Value], take: bool) -> Result<Flow, Raise> {
    let port = binary_port(cx, args, 0)?;
    let fixnum = |byte: u8| Value::fixnum(byte.into());
    if let Some(id) = port.device() {
        let read = |input: &mut Input| Ok(input.byte(take)?);
        return match read_device(cx.node, port, id, read)? {
            Some(next) => value(next.map(fixnum)),
            None => Ok(BLOCKED),
        };
    }
    let at = port.position();
    let next = heap::bytes(port.contents()).get(at).copied();
    if take && next.is_some() {
        port.set_position(cx.heap(), at + 1);
    }
    value(next.map(fixnum))
}

/// The next `count` bytes of argument `i`, a binary input port, or what is left.
enum Bytes {
    Some(Vec<u8>),
    End,
    Wait,
}

fn read_bytes(cx: &mut Cx<'_>, args: &[Value], i: usize, count: usize) -> Result<Bytes, Raise> {
    let port = binary_port(cx, args, i)?;
    if let Some(id) = port.device() {
        let read = |input: &mut Input| Ok(input.bytes(count)?);
        return Ok(match read_device(cx.node, port, id, read)? {
            Some(Some(bytes)) => Bytes::Some(bytes),
            Some(None) => Bytes::End,
            None => Bytes::Wait,
        });
    }
    let rest = &heap::bytes(port.contents())[port.position()..];
    let found = rest.len().min(count);
    if found == 0 && count > 0 {
        return Ok(Bytes::End);
    }
    port.set_position(cx.heap(), port.position() + found);
    Ok(Bytes::Some(rest[..found].to_vec()))
}

fn read_bytevector(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let wanted = args::size(args, 0)?;
    match read_bytes(cx, args, 1, wanted)? {
        Bytes::Some(bytes) => {
            check_room(cx.heap(), bytes.len())?;
            Ok(Flow::Value(cx.heap().bytevector(&bytes)))
        }
        Bytes::End => value(None),
        Bytes::Wait => Ok(BLOCKED),
    }
}

fn read_into_bytevector(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let target = mutable(cx.heap(), args, 0, Kind::Bytevector)?;
    let range = range(args, 2, heap::bytes(target).len())?;
    // Not straight into the target, which the port may read from.
    match read_bytes(cx, args, 1, range.len())? {
        Bytes::Some(bytes) => {
            let end = range.start + bytes.len();
            heap::bytes_mut(target)[range.start..end].copy_from_slice(&bytes);
            value(Some(Value::fixnum(bytes.len() as i64)))
        }
        Bytes::End => value(None),
        Bytes::Wait => Ok(BLOCKED),
    }
}
