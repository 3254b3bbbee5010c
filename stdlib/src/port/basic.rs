//! Predicates of ports, closing, the console.

use super::device::{CONSOLE_ERROR, CONSOLE_INPUT, CONSOLE_OUTPUT, Devices, console_port};
use super::object::{BINARY, INPUT, OUTPUT, Port, TEXTUAL, port};
use super::output::flushed;
use super::waiting::stop_watching;
use super::world_error;
use crate::table::primitives;
use std::sync::LazyLock;
use termite_abi::{Kind, Value};
use termite_heap as heap;
use termite_io::Interest;
use termite_vm::{Cause, Cx, Flow, Node, Raise};

primitives! {
    /// `(port? x)` is whether `x` is a port.
    "port?" (1) Pure => |_, args| Ok(Value::bool(is_port(args[0], 0)));
    /// `(input-port? x)` is whether `x` is a port to read from.
    "input-port?" (1) Pure => |_, args| Ok(Value::bool(is_port(args[0], INPUT)));
    /// `(output-port? x)` is whether `x` is a port to write to.
    "output-port?" (1) Pure => |_, args| Ok(Value::bool(is_port(args[0], OUTPUT)));
    /// `(textual-port? x)` is whether `x` is a port of characters.
    "textual-port?" (1) Pure => |_, args| Ok(Value::bool(is_port(args[0], TEXTUAL)));
    /// `(binary-port? x)` is whether `x` is a port of bytes.
    "binary-port?" (1) Pure => |_, args| Ok(Value::bool(is_port(args[0], BINARY)));
    /// `(input-port-open? port)` is whether it can still be read from.
    "input-port-open?" (1) Leaf => |cx, args| {
        Ok(Value::bool(port(args, 0, INPUT, "an input port")?.is_open(cx.node, INPUT)))
    };
    /// `(output-port-open? port)` is whether it can still be written to.
    "output-port-open?" (1) Leaf => |cx, args| {
        Ok(Value::bool(port(args, 0, OUTPUT, "an output port")?.is_open(cx.node, OUTPUT)))
    };
    /// `(close-port port)` closes it; closing again does nothing.
    "close-port" (1) Block => |cx, args| close(cx, port(args, 0, 0, "a port")?, INPUT | OUTPUT);
    /// `(close-input-port port)` closes a port for input.
    "close-input-port" (1) Block => |cx, args| close(cx, port(args, 0, INPUT, "an input port")?, INPUT);
    /// `(close-output-port port)` closes a port for output.
    "close-output-port" (1) Block => |cx, args| close(cx, port(args, 0, OUTPUT, "an output port")?, OUTPUT);
    /// `(%console-input-port)` reads the standard input.
    "%console-input-port" (0) Leaf => |_, _| Ok(CONSOLE[0]);
    /// `(%console-output-port)` writes to the standard output.
    "%console-output-port" (0) Leaf => |_, _| Ok(CONSOLE[1]);
    /// `(%console-error-port)` writes to the standard error output.
    "%console-error-port" (0) Leaf => |_, _| Ok(CONSOLE[2]);
}

/// Static, since every node has a console of the same numbers.
static CONSOLE: LazyLock<[Value; 3]> = LazyLock::new(|| {
    [
        console_port(CONSOLE_INPUT, INPUT | TEXTUAL, "console"),
        console_port(CONSOLE_OUTPUT, OUTPUT | TEXTUAL, "console"),
        console_port(CONSOLE_ERROR, OUTPUT | TEXTUAL, "console-error"),
    ]
});

/// The console's input, output and error port.
pub(crate) fn console() -> [Value; 3] {
    *CONSOLE
}

fn is_port(v: Value, flags: i64) -> bool {
    heap::is_kind(v, Kind::Port) && Port(v).has(flags)
}

/// Closes a port in these directions, when what was written has gone.
fn close(cx: &mut Cx<'_>, port: Port, directions: i64) -> Result<Flow, Raise> {
    let Some(id) = port.device() else {
        port.close_memory(cx.heap());
        return Ok(Flow::Value(Value::VOID));
    };
    let written = match directions & OUTPUT {
        0 => Ok(true),
        _ => flushed(cx.node, id),
    };
    if let Ok(false) = written {
        return Ok(Flow::Block(Cause::Output));
    }
    close_device(cx.node, id, directions);
    written.map_err(|error| world_error(&error))?;
    Ok(Flow::Value(Value::VOID))
}

/// Closes a device in these directions, and tells those who wait for it.
fn close_device(node: &mut Node, id: i64, directions: i64) {
    let mut waiting = Vec::new();
    if directions & INPUT != 0 {
        stop_watching(node, id, Interest::Read);
        if let Some(device) = node.state::<Devices>().get(id) {
            let input = device.input.take().map(|mut input| input.turns.take_all());
            let server = device.server.take().map(|mut s| s.turns.take_all());
            waiting.extend(input.into_iter().chain(server).flatten());
        }
    }
    if directions & OUTPUT != 0 {
        stop_watching(node, id, Interest::Write);
        if let Some(device) = node.state::<Devices>().get(id)
            && let Some(output) = device.output.take()
        {
            waiting.extend(output.waiting);
        }
    }
    node.state::<Devices>().forget_closed(id);
    waiting.into_iter().for_each(|pid| node.unblock(pid));
}
