//! Bounds on what is written and accepted.

/// See the fields. Sizes are in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Size of a whole message.
    pub bytes: usize,
    /// Objects of a message that have a number.
    pub objects: usize,
    /// A string's or byte string's size.
    pub string: usize,
    /// The size of a name: of a symbol, unit, primitive, identity, service, or an
    /// address.
    pub name: usize,
    /// Entries of each of the tables of names in a message's header.
    pub names: usize,
    /// Entries of its table of units.
    pub units: usize,
    /// Fields of a record type, the parent's included.
    pub fields: usize,
    /// Entries of a list in a frame.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 64 << 20,
            objects: 16 << 20,
            string: 32 << 20,
            name: 4 << 10,
            names: 64 << 10,
            units: 1 << 10,
            fields: 1 << 12,
            entries: 1 << 10,
        }
    }
}
