//! Ports as heap objects.
//!
//! A port onto the outside has the fields id, flags, name, and never changes: its state
//! is the node's device of that id. A port onto memory has the id -1 and two more fields:
//!
//! | direction | contents | position |
//! |---|---|---|
//! | input, textual | the string | index of the next character |
//! | input, binary | the bytevector | index of the next byte |
//! | output | a bytevector with room to grow (UTF-8 when textual) | bytes used |
//!
//! so that nothing is left behind when it is dropped.

use super::device::Devices;
use crate::args::{check_room, wrong};
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap};
use termite_vm::{ErrorKind, Node, PrimError, Raise};

pub(super) const INPUT: i64 = 1;
pub(super) const OUTPUT: i64 = 2;
pub(super) const TEXTUAL: i64 = 4;
pub(super) const BINARY: i64 = 8;
/// A memory port that has been closed.
const CLOSED: i64 = 16;
/// Gives connections.
pub(super) const SERVER: i64 = 32;

const ID: usize = 0;
const FLAGS: usize = 1;
const NAME: usize = 2;
const CONTENTS: usize = 3;
const POSITION: usize = 4;

const NO_DEVICE: i64 = -1;
/// Bytes that a new output port has room for.
const FIRST_ROOM: usize = 120;

/// A port of the heap.
#[derive(Clone, Copy)]
pub(super) struct Port(pub Value);

impl Port {
    pub(super) fn of_device(heap: &mut Heap, id: i64, flags: i64, name: &str) -> Port {
        let name = heap.string(name);
        Port(heap.object(Kind::Port, &[Value::fixnum(id), Value::fixnum(flags), name]))
    }

    /// Reads a string or bytevector.
    pub(super) fn on_contents(heap: &mut Heap, flags: i64, contents: Value) -> Port {
        let fields = [
            Value::fixnum(NO_DEVICE),
            Value::fixnum(flags),
            Value::FALSE,
            contents,
            Value::fixnum(0),
        ];
        Port(heap.object(Kind::Port, &fields))
    }

    /// Collects output.
    pub(super) fn collector(heap: &mut Heap, flags: i64) -> Port {
        let room = heap.bytes(Kind::Bytevector, FIRST_ROOM);
        Port::on_contents(heap, flags, room)
    }

    pub(super) fn flags(self) -> i64 {
        heap::field(self.0, FLAGS).as_fixnum()
    }

    pub(super) fn has(self, flags: i64) -> bool {
        self.flags() & flags == flags
    }

    /// The device's number; `None` for a memory port.
    pub(super) fn device(self) -> Option<i64> {
        Some(heap::field(self.0, ID).as_fixnum()).filter(|&id| id != NO_DEVICE)
    }

    pub(super) fn name(self) -> Value {
        heap::field(self.0, NAME)
    }

    /// What a memory port reads or has collected in.
    pub(super) fn contents(self) -> Value {
        heap::field(self.0, CONTENTS)
    }

    pub(super) fn position(self) -> usize {
        heap::field(self.0, POSITION).as_fixnum() as usize
    }

    pub(super) fn set_position(self, heap: &mut Heap, position: usize) {
        heap.set_field(self.0, POSITION, Value::fixnum(position as i64));
    }

    /// What a collector has collected.
    pub(super) fn collected<'a>(self) -> &'a [u8] {
        &heap::bytes(self.contents())[..self.position()]
    }

    /// Adds to what a collector has collected.
    pub(super) fn collect(self, heap: &mut Heap, bytes: &[u8]) -> Result<(), Raise> {
        let used = self.position();
        let wanted = used + bytes.len();
        if wanted > heap::bytes(self.contents()).len() {
            let room = wanted.next_power_of_two();
            check_room(heap, room)?;
            let larger = heap.bytes(Kind::Bytevector, room);
            heap::bytes_mut(larger)[..used].copy_from_slice(self.collected());
            heap.set_field(self.0, CONTENTS, larger);
        }
        heap::bytes_mut(self.contents())[used..wanted].copy_from_slice(bytes);
        self.set_position(heap, wanted);
        Ok(())
    }

    /// Whether it is open in the directions that `flags` name; in any if they name none.
    pub(super) fn is_open(self, node: &mut Node, flags: i64) -> bool {
        let Some(id) = self.device() else {
            return !self.has(CLOSED);
        };
        let Some(device) = node.state::<Devices>().get(id) else {
            return false;
        };
        let input = device.input.is_some() || device.server.is_some();
        match (flags & INPUT != 0, flags & OUTPUT != 0) {
            (true, _) => input,
            (false, true) => device.output.is_some(),
            (false, false) => input || device.output.is_some(),
        }
    }

    /// Marks a memory port as closed; it lets go of what it read.
    pub(super) fn close_memory(self, heap: &mut Heap) {
        heap.set_field(self.0, FLAGS, Value::fixnum(self.flags() | CLOSED));
    }
}

/// Argument `i`, a port with these flags; `expected` has its article.
pub(super) fn port(args: &[Value], i: usize, flags: i64, expected: &str) -> Result<Port, Raise> {
    let port = Some(args[i])
        .filter(|&v| heap::is_kind(v, Kind::Port))
        .map(Port);
    port.filter(|port| port.has(flags))
        .ok_or_else(|| wrong(args, i, expected))
}

/// The value as an open port onto memory with these flags, if it is one.
#[inline]
pub(super) fn open_memory_port(v: Value, flags: i64) -> Option<Port> {
    let port = Some(v)
        .filter(|&v| heap::is_kind(v, Kind::Port))
        .map(Port)?;
    let is_open = port.device().is_none() && port.has(flags) && !port.has(CLOSED);
    is_open.then_some(port)
}

/// As [`port`], and open.
pub(super) fn open_port(
    node: &mut Node,
    args: &[Value],
    i: usize,
    flags: i64,
    expected: &str,
) -> Result<Port, Raise> {
    let port = port(args, i, flags, expected)?;
    if port.is_open(node, flags) {
        Ok(port)
    } else {
        Err(closed(port))
    }
}

pub(super) fn closed(port: Port) -> Raise {
    PrimError::new(ErrorKind::Error, "the port is closed:").with(port.0)
}

/// How `write` shows a port: direction and name.
pub(crate) fn describe_port(v: Value) -> String {
    let port = Port(v);
    let direction = if port.has(SERVER) {
        "tcp-server-port"
    } else if port.has(INPUT | OUTPUT) {
        "input-output-port"
    } else if port.has(INPUT) {
        "input-port"
    } else {
        "output-port"
    };
    if heap::is_kind(port.name(), Kind::String) {
        return format!("{direction} {}", heap::string_to_rust(port.name()));
    }
    direction.to_owned()
}
