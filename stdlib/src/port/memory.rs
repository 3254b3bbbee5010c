//! Ports onto strings and bytevectors.

use super::object::{BINARY, INPUT, OUTPUT, Port, TEXTUAL, port};
use crate::args::{bytevector, check_room, string, wrong};
use crate::string::check_string_room;
use crate::table::primitives;
use termite_abi::Value;
use termite_heap::{self as heap, string_text};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(open-input-string string)` is a textual port that reads the string.
    "open-input-string" (1) Alloc => |cx, args| {
        let text = string_text(string(args, 0)?);
        check_string_room(cx.heap(), text.len())?;
        // A copy, which later changes of the string do not reach.
        let contents = cx.heap().string_from_text(text);
        Ok(Port::on_contents(cx.heap(), INPUT | TEXTUAL, contents).0)
    };
    /// `(open-output-string)` is a textual port that collects what is written to it.
    "open-output-string" (0) Alloc => |cx, _| Ok(Port::collector(cx.heap(), OUTPUT | TEXTUAL).0);
    /// `(get-output-string port)` is what has been written to such a port.
    "get-output-string" (1) Alloc => get_string;
    /// `(%take-output-string port)` is what has been written to such a port since the last
    /// time.
    "%take-output-string" (1) Alloc => |cx, args| {
        let text = get_string(cx, args)?;
        collector(args, TEXTUAL, "an output string port")?.set_position(cx.heap(), 0);
        Ok(text)
    };
    /// `(open-input-bytevector bytes)` is a binary port that reads the bytes.
    "open-input-bytevector" (1) Alloc => |cx, args| {
        let bytes = heap::bytes(bytevector(args, 0)?);
        check_room(cx.heap(), bytes.len())?;
        let contents = cx.heap().bytevector(bytes);
        Ok(Port::on_contents(cx.heap(), INPUT | BINARY, contents).0)
    };
    /// `(open-output-bytevector)` is a binary port that collects what is written to it.
    "open-output-bytevector" (0) Alloc => |cx, _| Ok(Port::collector(cx.heap(), OUTPUT | BINARY).0);
    /// `(get-output-bytevector port)` is what has been written to such a port.
    "get-output-bytevector" (1) Alloc => get_bytevector;
}

/// Argument 0, a port that collects output.
fn collector(args: &[Value], content: i64, expected: &str) -> Result<Port, Raise> {
    let port = port(args, 0, OUTPUT | content, expected)?;
    if port.device().is_none() {
        Ok(port)
    } else {
        Err(wrong(args, 0, expected))
    }
}

fn get_string(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let collected = collector(args, TEXTUAL, "an output string port")?.collected();
    check_string_room(cx.heap(), collected.len())?;
    Ok(cx.heap().string(&String::from_utf8_lossy(collected)))
}

fn get_bytevector(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let collected = collector(args, BINARY, "an output bytevector port")?.collected();
    check_room(cx.heap(), collected.len())?;
    Ok(cx.heap().bytevector(collected))
}
