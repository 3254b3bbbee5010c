//! Other nodes: what processes here tell those elsewhere.

use crate::node::Node;
use crate::prim::{ErrorKind, PrimError, Raise};
use termite_abi::Value;

/// What one process's node tells that of another.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "read by whoever has a connection")]
pub(crate) enum Note {
    LinkTo,
    LinkFrom,
    UnlinkTo,
    UnlinkFrom,
    Exit(Value, Value),
    Monitor(Value),
    Demonitor(Value),
    Down(Value, Value),
    Terminate,
}

impl Node {
    /// Nobody is connected, so nobody is told.
    pub(crate) fn notify(&mut self, _to: Value, _from: Value, _note: Note) {}

    pub(crate) fn relate(&mut self, _a: Value, _b: Value) {}

    pub(crate) fn send_away(&mut self, to: Value, _message: Value) -> Result<(), Raise> {
        Err(PrimError::new(ErrorKind::Error, "the process is of an unknown node:").with(to))
    }
}
