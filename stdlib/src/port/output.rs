//! Writing characters, bytes and data. What writes gives #t when the process should wait for
//! room, with `%drain-output`.

use super::device::{Devices, current};
use super::object::{BINARY, OUTPUT, Port, TEXTUAL, open_port};
use super::text::text_to_utf8;
use super::waiting::arm_output;
use super::world_error;
use crate::args::{byte, bytevector, character, range, wrong};
use crate::print::{Style, is_circular, printed};
use crate::string::text_part;
use crate::table::primitives;
use std::io;
use termite_abi::{Kind, Value};
use termite_heap as heap;
use termite_vm::{Cause, Cx, Flow, Node, Outcome, Raise};

primitives! {
    /// `(%write-char char port)` writes a character.
    "%write-char" (2) Alloc => |cx, args| put_text(cx, args, 1, character(args, 0)?.encode_utf8(&mut [0; 4]));
    /// `(%write-string string port [start [end]])` writes the characters of that range.
    "%write-string" (2..=4) Alloc => |cx, args| {
        let text = text_to_utf8(text_part(args, 0, 2)?);
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
    "%flush-output-port" (1) Block => flush;
    /// `(%drain-output port)` waits until there is room for more.
    "%drain-output" (1) Block => drain;
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
            let text = text_to_utf8(heap::string_text(args[0]));
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

/// Writes; true when the process should wait for room.
fn put(cx: &mut Cx<'_>, port: Port, bytes: &[u8]) -> Outcome {
    let Some(id) = port.device() else {
        port.collect(cx.heap(), bytes)?;
        return Ok(Value::FALSE);
    };
    write_to(cx.node, id, bytes)
        .map(Value::bool)
        .map_err(|error| world_error(&error))
}

/// Adds to a device's output, if it is open; whether that is full then.
pub(super) fn write_to(node: &mut Node, id: i64, bytes: &[u8]) -> io::Result<bool> {
    let devices = node.state::<Devices>();
    let Some(output) = devices.output(id) else {
        return Ok(false);
    };
    output.write(bytes)?;
    let is_full = output.is_full();
    if !std::mem::replace(&mut output.listed, true) {
        devices.unwritten.push(id);
    }
    if is_full {
        arm_output(node, id)?;
    }
    Ok(is_full)
}

/// Whether all that was written to the device has gone; else the running process is one of
/// those that are woken when more has.
pub(super) fn flushed(node: &mut Node, id: i64) -> io::Result<bool> {
    let Some(output) = node.state::<Devices>().output(id) else {
        return Ok(true);
    };
    output.flush()?;
    if output.is_empty() {
        return Ok(true);
    }
    wait_for_room(node, id)?;
    Ok(false)
}

fn wait_for_room(node: &mut Node, id: i64) -> io::Result<()> {
    let pid = current(node);
    if let Some(output) = node.state::<Devices>().output(id)
        && !output.waiting.contains(&pid)
    {
        output.waiting.push(pid);
    }
    arm_output(node, id)
}

fn drain(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let port = open_port(cx.node, args, 0, OUTPUT, "an output port")?;
    let Some(id) = port.device() else {
        return Ok(Flow::Value(Value::VOID));
    };
    let output = cx.node.state::<Devices>().output(id);
    if output.is_none_or(|output| !output.is_full()) {
        return Ok(Flow::Value(Value::VOID));
    }
    wait_for_room(cx.node, id).map_err(|error| world_error(&error))?;
    Ok(Flow::Block(Cause::Output))
}

fn fresh_line(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let port = open_port(cx.node, args, 0, OUTPUT | TEXTUAL, "a textual output port")?;
    let at_line_start = match port.device() {
        Some(id) => cx
            .node
            .state::<Devices>()
            .output(id)
            .is_none_or(|output| output.at_line_start),
        None => port.collected().last().is_none_or(|&last| last == b'\n'),
    };
    if at_line_start {
        Ok(Value::FALSE)
    } else {
        put(cx, port, b"\n")
    }
}

fn flush(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let port = open_port(cx.node, args, 0, OUTPUT, "an output port")?;
    let done = match port.device() {
        Some(id) => flushed(cx.node, id).map_err(|error| world_error(&error))?,
        None => true,
    };
    Ok(match done {
        true => Flow::Value(Value::VOID),
        false => Flow::Block(Cause::Output),
    })
}
