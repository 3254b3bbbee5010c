//! TCP: connections, which are ports for both directions, of text and of bytes, and servers,
//! which are ports that connections are read from.

use super::device::{Device, Devices, Server, current};
use super::file::check_outside;
use super::inlet::{Input, Origin};
use super::object::{BINARY, INPUT, OUTPUT, Port, SERVER, TEXTUAL, closed, open_port, port};
use super::outlet::{Destination, Output};
use super::waiting::{ASKED, Answer, arm_input, ask};
use super::{reason, world_error};
use crate::args::{self, wrong};
use crate::table::primitives;
use std::io;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, string_to_rust};
use termite_io::{Connection, Listener};
use termite_vm::{Cause, Cx, ErrorKind, Flow, Outcome, PrimError, Raise};

primitives! {
    /// `(%open-tcp-client host port)` is a port onto a connection to there.
    "%open-tcp-client" (2) Block => connect;
    /// `(%open-tcp-server host port backlog)` is a port that gives the connections which
    /// are made to there.
    "%open-tcp-server" (3) Block => listen;
    /// `(tcp-server-accept server)` is a port onto the next connection.
    "tcp-server-accept" (1) Block => accept;
    /// `(tcp-server-port-number server)` is the number of the port where it listens.
    "tcp-server-port-number" (1) Leaf => port_number;
}

const EXPECTED: &str = "a TCP server port";

pub(super) fn is_server(v: Value) -> bool {
    heap::is_kind(v, Kind::Port) && Port(v).has(SERVER)
}

fn number(args: &[Value], i: usize) -> Result<u16, Raise> {
    let expected = "a port number below 65536";
    u16::try_from(args::size(args, i)?).map_err(|_| PrimError::range(i + 1, expected, args[i]))
}

fn address_error(cx: &mut Cx<'_>, action: &str, host: &str, port: u16, e: &io::Error) -> Raise {
    let address = cx.heap().string(&format!("{host}:{port}"));
    let message = format!("cannot {action} ({}):", reason(e));
    PrimError::new(ErrorKind::File, message).with(address)
}

fn connect(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    check_outside(cx, args[0])?;
    let (host, port) = (string_to_rust(args::string(args, 0)?), number(args, 1)?);
    let name = host.clone();
    let find = move || Answer::Connection(termite_io::connect(&name, port));
    let connection = match ask(cx.node, find) {
        Ok(Some(Answer::Connection(connection))) => connection,
        Ok(_) => return Ok(ASKED),
        Err(error) => Err(error),
    };
    match connection {
        Ok(connection) => Ok(Flow::Value(connection_port(cx, connection))),
        Err(error) => Err(address_error(cx, "connect", &host, port, &error)),
    }
}

fn connection_port(cx: &mut Cx<'_>, connection: Connection) -> Value {
    let Connection { source, sink, peer } = connection;
    let id = cx.node.state::<Devices>().add(Device {
        input: Some(Input::new(Origin::Descriptor(source), false)),
        output: Some(Output::new(Destination::Descriptor(sink), false)),
        ..Device::default()
    });
    let flags = INPUT | OUTPUT | TEXTUAL | BINARY;
    Port::of_device(cx.heap(), id, flags, &peer).0
}

fn listen(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    check_outside(cx, args[0])?;
    let (host, port) = (string_to_rust(args::string(args, 0)?), number(args, 1)?);
    let backlog = match args[2] {
        Value::FALSE => None,
        _ => Some(number(args, 2)?),
    };
    let name = host.clone();
    let find = move || Answer::Listener(Listener::bind(&name, port, backlog));
    let listener = match ask(cx.node, find) {
        Ok(Some(Answer::Listener(listener))) => listener,
        Ok(_) => return Ok(ASKED),
        Err(error) => Err(error),
    };
    let bound = listener.and_then(|listener| Ok((listener.port()?, listener)));
    let (bound, listener) =
        bound.map_err(|error| address_error(cx, "listen", &host, port, &error))?;
    let server = Some(Server {
        listener,
        turns: Default::default(),
    });
    let id = cx.node.state::<Devices>().add(Device {
        server,
        ..Device::default()
    });
    let name = format!("{host}:{bound}");
    let port = Port::of_device(cx.heap(), id, INPUT | SERVER, &name);
    Ok(Flow::Value(port.0))
}

/// The next connection of argument 0, a server.
pub(super) fn accept(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let port = open_port(cx.node, args, 0, INPUT | SERVER, EXPECTED)?;
    let pid = current(cx.node);
    let id = port.device().ok_or_else(|| wrong(args, 0, EXPECTED))?;
    let server = cx.node.state::<Devices>().get(id);
    let Some(server) = server.and_then(|device| device.server.as_mut()) else {
        return Err(closed(port));
    };
    if !server.turns.begin(pid) {
        return Ok(Flow::Block(Cause::Input));
    }
    let accepted = server.listener.accept();
    if let Err(error) = &accepted
        && error.kind() == io::ErrorKind::WouldBlock
    {
        server.turns.wait(pid);
        arm_input(cx.node, id).map_err(|error| world_error(&error))?;
        return Ok(Flow::Block(Cause::Input));
    }
    if let Some(next) = server.turns.end(pid) {
        cx.node.unblock(next);
    }
    let connection = accepted.map_err(|error| world_error(&error))?;
    Ok(Flow::Value(connection_port(cx, connection)))
}

fn port_number(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let port = port(args, 0, INPUT | SERVER, EXPECTED)?;
    let device = port
        .device()
        .and_then(|id| cx.node.state::<Devices>().get(id));
    let server = device.and_then(|device| device.server.as_ref());
    let number = server.ok_or_else(|| closed(port))?.listener.port();
    number
        .map(|number| Value::fixnum(number.into()))
        .map_err(|error| world_error(&error))
}
