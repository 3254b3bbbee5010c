//! Files: opening, deleting, asking for. A named pipe is opened by a thread, since that
//! waits for the other end.

use super::device::Devices;
use super::inlet::{Input, Origin};
use super::object::{BINARY, INPUT, OUTPUT, Port, TEXTUAL};
use super::outlet::{Destination, Output};
use super::reason;
use super::waiting::{ASKED, Answer, ask};
use crate::args;
use crate::table::primitives;
use std::fs;
use std::io;
use termite_abi::Value;
use termite_heap::string_to_rust;
use termite_io::Mode;
use termite_vm::{Cx, ErrorKind, Flow, Node, PrimError, Raise};

primitives! {
    /// `(open-input-file path)` is a textual port that reads the file.
    "open-input-file" (1) Block => |cx, args| open_input(cx, args, TEXTUAL);
    /// `(open-binary-input-file path)` is a binary port that reads the file.
    "open-binary-input-file" (1) Block => |cx, args| open_input(cx, args, BINARY);
    /// `(open-output-file path)` is a textual port that writes the file anew.
    "open-output-file" (1) Block => |cx, args| open_output(cx, args, TEXTUAL, Mode::Replace);
    /// `(open-binary-output-file path)` is a binary port that writes the file anew.
    "open-binary-output-file" (1) Block => |cx, args| open_output(cx, args, BINARY, Mode::Replace);
    /// `(%open-append-file path)` is a textual port that writes at the end of the file.
    "%open-append-file" (1) Block => |cx, args| open_output(cx, args, TEXTUAL, Mode::Append);
    /// `(file-exists? path)` is whether there is a file of that name.
    "file-exists?" (1) Leaf => |cx, args| Ok(Value::bool(fs::metadata(path(cx, args)?).is_ok()));
    /// `(delete-file path)` deletes the file.
    "delete-file" (1) Leaf => |cx, args| {
        fs::remove_file(path(cx, args)?).map_err(|error| file_error("delete", args[0], &error))?;
        Ok(Value::VOID)
    };
}

/// Why files, other programs and the network may not be touched; `None`: they may.
#[derive(Default)]
struct Forbidden(Option<&'static str>);

/// Has every access to a file by name, to another program and to the network raise an error
/// that says why.
pub fn forbid_files(node: &mut Node, why: &'static str) {
    node.state::<Forbidden>().0 = Some(why);
}

fn path(cx: &mut Cx<'_>, args: &[Value]) -> Result<String, Raise> {
    let name = args::string(args, 0).map(string_to_rust)?;
    check_outside(cx, args[0])?;
    Ok(name)
}

/// Raises where nothing outside of the program may be touched: `what` was to be.
pub(super) fn check_outside(cx: &mut Cx<'_>, what: Value) -> Result<(), Raise> {
    match cx.node.state::<Forbidden>().0 {
        None => Ok(()),
        Some(why) => Err(PrimError::new(ErrorKind::File, format!("{why}:")).with(what)),
    }
}

fn file_error(action: &str, path: Value, error: &io::Error) -> Raise {
    PrimError::new(
        ErrorKind::File,
        format!("cannot {action} the file ({}):", reason(error)),
    )
    .with(path)
}

fn open_input(cx: &mut Cx<'_>, args: &[Value], content: i64) -> Result<Flow, Raise> {
    let name = path(cx, args)?;
    let source = if termite_io::is_pipe(&name) {
        let path = name.clone();
        let find = move || Answer::Source(termite_io::open_source(&path));
        match ask(cx.node, find) {
            Ok(Some(Answer::Source(source))) => source,
            Ok(_) => return Ok(ASKED),
            Err(error) => Err(error),
        }
    } else {
        termite_io::open_source(&name)
    };
    let source = source.map_err(|error| file_error("open", args[0], &error))?;
    let input = Input::new(Origin::Descriptor(source), false);
    let id = cx.node.state::<Devices>().add_input(input);
    let port = Port::of_device(cx.heap(), id, INPUT | content, &name);
    Ok(Flow::Value(port.0))
}

fn open_output(cx: &mut Cx<'_>, args: &[Value], content: i64, mode: Mode) -> Result<Flow, Raise> {
    let name = path(cx, args)?;
    let sink = if termite_io::is_pipe(&name) {
        let path = name.clone();
        let find = move || Answer::Sink(termite_io::open_sink(&path, mode));
        match ask(cx.node, find) {
            Ok(Some(Answer::Sink(sink))) => sink,
            Ok(_) => return Ok(ASKED),
            Err(error) => Err(error),
        }
    } else {
        termite_io::open_sink(&name, mode)
    };
    let sink = sink.map_err(|error| file_error("open", args[0], &error))?;
    let output = Output::new(Destination::Descriptor(sink), false);
    let id = cx.node.state::<Devices>().add_output(output);
    let port = Port::of_device(cx.heap(), id, OUTPUT | content, &name);
    Ok(Flow::Value(port.0))
}
