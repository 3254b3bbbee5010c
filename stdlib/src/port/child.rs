//! Child processes: a port onto the pipes of one, its number, its exit code.

use super::device::{CONSOLE_ERROR, CONSOLE_OUTPUT, Child, Device, Devices, current};
use super::file::check_outside;
use super::inlet::{Input, Origin};
use super::object::{BINARY, INPUT, OUTPUT, Port, TEXTUAL, port};
use super::outlet::{Destination, Output};
use super::waiting::{Answer, Question, desk};
use super::{reason, world_error};
use crate::args::{self, wrong};
use crate::table::primitives;
use std::io;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, string_to_rust};
use termite_io::Program;
use termite_vm::{Cause, Cx, ErrorKind, Flow, Node, Outcome, PrimError, Raise};

primitives! {
    /// `(%open-process path arguments environment directory stdin stdout stderr)` starts a
    /// program; a port onto those of its streams that are true.
    "%open-process" (7) Alloc => open;
    /// `(process-pid port)` is the number by which the system knows the child process.
    "process-pid" (1) Leaf => |cx, args| {
        let (_, child) = child(cx.node, args)?;
        Ok(Value::fixnum(child.id.into()))
    };
    /// `(process-status port)` waits for the child process to end; its exit code, or 128 and
    /// the number of the signal that ended it.
    "process-status" (1) Block => status;
}

const EXPECTED: &str = "a port of a child process";

fn strings(args: &[Value], i: usize) -> Result<Vec<String>, Raise> {
    let expected = "a list of strings";
    let all = args::list_elements(args[i]).ok_or_else(|| wrong(args, i, expected))?;
    let string = |v: Value| heap::is_kind(v, Kind::String).then(|| string_to_rust(v));
    let texts: Option<Vec<String>> = all.into_iter().map(string).collect();
    texts.ok_or_else(|| wrong(args, i, expected))
}

fn optional<T>(
    args: &[Value],
    i: usize,
    get: impl FnOnce(&[Value], usize) -> Result<T, Raise>,
) -> Result<Option<T>, Raise> {
    match args[i] {
        Value::FALSE => Ok(None),
        _ => get(args, i).map(Some),
    }
}

fn string(args: &[Value], i: usize) -> Result<String, Raise> {
    args::string(args, i).map(string_to_rust)
}

fn open(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    check_outside(cx, args[0])?;
    let is_set = |i: usize| args[i] != Value::FALSE;
    let program = Program {
        path: string(args, 0)?,
        arguments: strings(args, 1)?,
        environment: optional(args, 2, strings)?,
        directory: optional(args, 3, string)?,
        stdin: is_set(4),
        stdout: is_set(5),
        stderr: is_set(6),
    };
    let id = start(cx.node, &program).map_err(|error| {
        let message = format!("cannot start the program ({}):", reason(&error));
        PrimError::new(ErrorKind::File, message).with(args[0])
    })?;
    let mut flags = TEXTUAL | BINARY;
    if program.stdout || program.stderr {
        flags |= INPUT;
    }
    if program.stdin {
        flags |= OUTPUT;
    }
    Ok(Port::of_device(cx.heap(), id, flags, &program.path).0)
}

/// Starts a program; the number of its device.
fn start(node: &mut Node, program: &Program) -> io::Result<i64> {
    let desk = desk(node)?;
    let devices = node.state::<Devices>();
    // What the child writes to the same terminal or file comes after.
    for id in [CONSOLE_OUTPUT, CONSOLE_ERROR] {
        if let Some(output) = devices.output(id) {
            output.flush_unattended();
        }
    }
    let id = devices.add(Device {
        child: Some(Child::default()),
        ..Device::default()
    });
    let ended = move |status| {
        if let Some(desk) = desk {
            desk.leave(Question::Ended(id), Answer::Ended(status));
        }
    };
    let started = termite_io::start(program, ended);
    if let Some(device) = devices.get(id) {
        match started {
            Ok(started) => {
                device.child.get_or_insert_default().id = started.id;
                let input = |source| Input::new(Origin::Descriptor(source), false);
                let output = |sink| Output::new(Destination::Descriptor(sink), false);
                device.input = started.output.map(input);
                device.output = started.input.map(output);
            }
            Err(error) => {
                device.child = None;
                devices.forget_closed(id);
                return Err(error);
            }
        }
    }
    Ok(id)
}

/// The child that argument 0 is a port of.
fn child<'a>(node: &'a mut Node, args: &[Value]) -> Result<(i64, &'a mut Child), Raise> {
    let wrong = || wrong(args, 0, EXPECTED);
    let id = port(args, 0, 0, EXPECTED)?.device().ok_or_else(wrong)?;
    let device = node.state::<Devices>().get(id);
    let child = device.and_then(|device| device.child.as_mut());
    child.map(|child| (id, child)).ok_or_else(wrong)
}

fn status(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let pid = current(cx.node);
    let (id, child) = child(cx.node, args)?;
    if let Some(status) = child.status {
        return Ok(Flow::Value(Value::fixnum(status.into())));
    }
    let is_known = child.waiting.contains(&pid);
    if !is_known {
        child.waiting.push(pid);
        cx.node.state::<Devices>().waits.ends += 1;
    }
    // It may wait for what was written, or for its end.
    if let Some(output) = cx.node.state::<Devices>().output(id) {
        output.flush_unattended();
    }
    super::waiting::arm_output(cx.node, id).map_err(|error| world_error(&error))?;
    Ok(Flow::Block(Cause::Answer))
}
