//! How things that have an identity are called on the wire.

use termite_ir::UnitHash;

/// A node from its start to its end: a random number.
pub type Incarnation = [u8; 16];

/// Who made a pid or tag, and the part of its serial number above
/// [`SERIAL_BITS`](termite_abi::value::SERIAL_BITS).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    pub incarnation: Incarnation,
    pub high: u64,
}

/// A node as a value: where it is looked for, and who it was found to be.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NodeName {
    /// Host and port, as text.
    pub address: String,
    pub incarnation: Option<Incarnation>,
}

/// Whose variables a session's code uses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Instance {
    pub incarnation: Incarnation,
    pub serial: u64,
}

/// A unit of code.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UnitRef {
    pub hash: UnitHash,
    pub name: String,
    /// `None`: the node's one instance of a library.
    pub instance: Option<Instance>,
}

/// The identity of a record type or of a record that has one (a parameter).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ObjectName {
    /// A name that is the same everywhere: of a unit and a definition in it, or a uid.
    Unique(String),
    /// Made by a node while it ran.
    Made(Instance),
}

/// A control point: the number of its procedure in the unit, and its own in that.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub proc: u32,
    pub id: u32,
}

/// What an object of code is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CodeClass {
    Closure,
    Frame,
}
