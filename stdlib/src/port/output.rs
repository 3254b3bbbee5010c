//! Writing characters, bytes and data.

use super::device::Devices;
use super::object::{BINARY, OUTPUT, Port, TEXTUAL, closed, open_port};
use super::world_error;
use crate::args::{byte, bytevector, character, range, wrong};
use crate::print::{Style, is_circular, printed};
use crate::string::text_part;
use crate::table::primitives;
use termite_abi::{Kind, Value};
use termite_heap as heap;
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(%write-char char port)` writes a character.
    "%write-char" (2) Alloc => |cx, args| put_text(cx, args, 1, character(args, 0)?.encode_utf8(&mut [0; 4]));
    /// `(%write-string string port [start [end]])` writes the characters of that range.
    "%write-string" (2..=4) Alloc => |cx, args| {
        let text: String = text_part(args, 0, 2)?.chars().collect();
        put_text(cx, args, 1, &text)
    };
    /// `(%newline port)` ends the line.
    "%newline" (1) Alloc => |cx, args| put_text(cx, args, 0, "\n");
    /// `(%fresh-line port)` ends the line unless it is empty.
    "%fresh-line" (1) Alloc => fresh_line;
    /// `(%write-u8 byte port)` writes a byte.
    "%write-u8" (2) Alloc => |cx, args| put_bytes(cx, args, &[byte(args, 0)?]);
    /// `(%write-bytevector bytes port [start [end]])` writes the bytes of that range.
    "%write-bytevector" (2..=4) Alloc => |cx, args| {
        let bytes = heap::bytes(bytevector(args, 0)?);
        let part = &bytes[range(args, 2, bytes.len())?];
        put_bytes(cx, args, part)
    };
    /// `(%flush-output-port port)` hands on what has been written.
    "%flush-output-port" (1) Leaf => flush;
    /// `(%write x port)` writes an object so that `read` gives its like; with datum labels
    /// only where it is circular.
    "%write" (2) Alloc => |cx, args| print(cx, args, Style::Write);
    /// `(%write-shared x port)` writes with datum labels for everything that is shared.
    "%write-shared" (2) Alloc => |cx, args| print(cx, args, Style::Shared);
    /// `(%write-simple x port)` writes without datum labels.
    "%write-simple" (2) Alloc => |cx, args| {
        if is_circular(args[0]) {
            return Err(wrong(args, 0, "an object that does not contain itself"));
        }
        print(cx, args, Style::Simple)
    };
    /// `(%display x port)` writes strings and characters as they are.
    "%display" (2) Alloc => |cx, args| {
        // What is displayed most needs no printer.
        if heap::is_kind(args[0], Kind::String) {
            let text: String = heap::string_text(args[0]).chars().collect();
            return put_text(cx, args, 1, &text);
        }
        print(cx, args, Style::Display)
    };
}

fn print(cx: &mut Cx<'_>, args: &[Value], style: Style) -> Outcome {
    let text = printed(cx, args[0], style)?;
    put_text(cx, args, 1, &text)
}

/// Writes to argument `i`, a textual output port.
fn put_text(cx: &mut Cx<'_>, args: &[Value], i: usize, text: &str) -> Outcome {
    let port = open_port(cx.node, args, i, OUTPUT | TEXTUAL, "a textual output port")?;
    put(cx, port, text.as_bytes())
}

/// Writes to argument 1, a binary output port.
fn put_bytes(cx: &mut Cx<'_>, args: &[Value], bytes: &[u8]) -> Outcome {
    let port = open_port(cx.node, args, 1, OUTPUT | BINARY, "a binary output port")?;
    put(cx, port, bytes)
}

fn put(cx: &mut Cx<'_>, port: Port, bytes: &[u8]) -> Outcome {
    match port.device() {
        Some(id) => {
            let output = cx
                .node
                .state::<Devices>()
                .outputs
                .get_mut(&id)
                .ok_or_else(|| closed(port))?;
            output.write(bytes).map_err(|error| world_error(&error))?;
        }
        None => port.collect(cx.heap(), bytes)?,
    }
    Ok(Value::VOID)
}

fn fresh_line(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let port = open_port(cx.node, args, 0, OUTPUT | TEXTUAL, "a textual output port")?;
    let at_line_start = match port.device() {
        Some(id) => cx
            .node
            .state::<Devices>()
            .outputs
            .get(&id)
            .is_none_or(|output| output.at_line_start),
        None => port.collected().last().is_none_or(|&last| last == b'\n'),
    };
    if at_line_start {
        Ok(Value::VOID)
    } else {
        put(cx, port, b"\n")
    }
}

fn flush(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let port: Result<Port, Raise> = open_port(cx.node, args, 0, OUTPUT, "an output port");
    if let Some(id) = port?.device()
        && let Some(output) = cx.node.state::<Devices>().outputs.get_mut(&id)
    {
        output.flush().map_err(|error| world_error(&error))?;
    }
    Ok(Value::VOID)
}
