//! The frames that nodes exchange, inside of the encrypted transport, which cuts them into
//! fragments, orders them, and has its own heartbeats.
//!
//! A frame is complete in itself: nothing in it depends on an earlier one. Its kind and
//! parts are one row of the table below, from which all else is made. Numbers of kinds
//! that are no longer used are never used again; a kind that is not known is an error, for
//! a node sends only what its peer has said that it takes.

use crate::bytes::{Reader, Result, put_bytes, put_number};
use crate::error::{DecodeError, Fault};
use crate::limits::Limits;
use crate::names::{Incarnation, Instance, VariableKey};
use termite_ir::UnitHash;

/// What a frame may have beyond a message of the largest size: names, ids, counts.
const OVERHEAD: usize = 64 << 10;

/// A pid, tag or monitor's reference: who made it, and its whole serial number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct GlobalId {
    pub incarnation: Incarnation,
    pub serial: u64,
}

/// Who gets a message or is monitored, of the receiver's processes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Destination {
    Process(u64),
    /// Whoever is published under the name.
    Service(String),
}

/// A variable of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    pub session: Instance,
    pub key: VariableKey,
    /// For messages.
    pub name: String,
    /// Why no value comes with it: what it holds cannot travel. Empty: one does.
    pub missing: String,
}

/// Values for a process: the roots of `body`, but for those at its end, which are the
/// values of the variables. For these the sender asks a receipt (0: it does not).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Content {
    pub receipt: u64,
    pub variables: Vec<Variable>,
    pub body: Vec<u8>,
}

macro_rules! frames {
    ($($(#[$doc:meta])* $number:literal $name:ident { $($part:ident: $ty:ty,)* })*) => {
        /// See the module's text. Fields of type `Vec<u8>` are messages
        /// ([`crate::encode`]).
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Frame { $($(#[$doc])* $name { $($part: $ty,)* },)* }

        impl Frame {
            /// Numbers and names of all kinds.
            pub const KINDS: &'static [(u8, &'static str)] = &[$(($number, stringify!($name))),*];

            /// The number of its kind.
            pub fn kind(&self) -> u8 {
                match self { $(Frame::$name { .. } => $number,)* }
            }

            pub fn encode(&self) -> Vec<u8> {
                let mut out = Vec::with_capacity(self.size());
                out.push(self.kind());
                match self { $(Frame::$name { $($part,)* } => { $($part.put(&mut out);)* })* }
                out
            }

            /// At least the size of its parts.
            fn size(&self) -> usize {
                match self { $(Frame::$name { $($part,)* } => 1 $(+ $part.size())*,)* }
            }

            fn read(kind: u8, r: &mut Reader<'_>, limits: &Limits) -> Result<Frame> {
                match kind {
                    $($number => Ok(Frame::$name { $($part: Part::get(r, limits)?,)* }),)*
                    other => r.error(Fault::Unknown("kind of frame", u64::from(other))),
                }
            }
        }
    };
}

frames! {
    /// A message.
    1 Send { from: GlobalId, to: Destination, content: Content, }
    /// The exception that ends `to` is to be sent to `other`.
    2 LinkTo { to: u64, other: GlobalId, }
    /// The exception that ends `other` will be sent to `to`.
    3 LinkFrom { to: u64, other: GlobalId, }
    4 UnlinkTo { to: u64, other: GlobalId, }
    5 UnlinkFrom { to: u64, other: GlobalId, }
    /// `other` has ended by an exception, told along its link to `to`: reason and object.
    6 Exit { to: u64, other: GlobalId, content: Content, }
    /// `watcher` wants to know when `on` ends.
    7 Monitor { on: Destination, watcher: GlobalId, reference: GlobalId, }
    8 Demonitor { on: Destination, watcher: GlobalId, reference: GlobalId, }
    /// The end of `on`, to who monitors it: the reason.
    9 Down { to: u64, on: GlobalId, reference: GlobalId, content: Content, }
    10 Terminate { to: u64, by: GlobalId, }
    /// The variables of the frame that asked for this receipt have arrived.
    11 Receipt { receipt: u64, }
    /// Asks for the code of units.
    12 Fetch { hashes: Vec<UnitHash>, }
    13 Unit { hash: UnitHash, code: Vec<u8>, }
    /// The code that was asked for is not here either.
    14 NoUnit { hash: UnitHash, }
    /// Where another incarnation listens, as far as the sender knows.
    15 Hint { incarnation: Incarnation, host: String, port: u64, }
    /// A message of `from` was not taken.
    16 Refused { from: u64, to: Destination, why: String, }
}

impl Frame {
    pub fn decode(bytes: &[u8], limits: &Limits) -> std::result::Result<Frame, DecodeError> {
        let mut r = Reader::new(bytes);
        let most = limits.bytes.saturating_add(OVERHEAD);
        if bytes.len() > most {
            return r.error(Fault::Limit("bytes", most));
        }
        let kind = r.byte()?;
        let frame = Frame::read(kind, &mut r, limits)?;
        r.end()?;
        Ok(frame)
    }
}

/// A part of a frame.
trait Part: Sized {
    /// The least number of bytes that it takes.
    const LEAST: usize;

    fn put(&self, out: &mut Vec<u8>);
    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<Self>;

    fn size(&self) -> usize {
        Self::LEAST
    }
}

impl Part for u64 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        put_number(out, *self);
    }

    fn get(r: &mut Reader<'_>, _: &Limits) -> Result<u64> {
        r.number()
    }
}

impl<const N: usize> Part for [u8; N] {
    const LEAST: usize = N;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self);
    }

    fn get(r: &mut Reader<'_>, _: &Limits) -> Result<[u8; N]> {
        r.array()
    }
}

impl Part for GlobalId {
    const LEAST: usize = 17;

    fn put(&self, out: &mut Vec<u8>) {
        self.incarnation.put(out);
        self.serial.put(out);
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<GlobalId> {
        Ok(GlobalId {
            incarnation: Part::get(r, limits)?,
            serial: Part::get(r, limits)?,
        })
    }
}

impl Part for Instance {
    const LEAST: usize = 17;

    fn put(&self, out: &mut Vec<u8>) {
        self.incarnation.put(out);
        self.serial.put(out);
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<Instance> {
        Ok(Instance {
            incarnation: Part::get(r, limits)?,
            serial: Part::get(r, limits)?,
        })
    }
}

impl Part for String {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(out, self.as_bytes());
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<String> {
        r.text("bytes of a name", limits.name).map(str::to_owned)
    }

    fn size(&self) -> usize {
        2 + self.len()
    }
}

/// A message.
impl Part for Vec<u8> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(out, self);
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<Vec<u8>> {
        r.sized("bytes of a message", limits.bytes)
            .map(<[u8]>::to_vec)
    }

    fn size(&self) -> usize {
        4 + self.len()
    }
}

impl Part for Destination {
    const LEAST: usize = 2;

    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Destination::Process(serial) => {
                out.push(0);
                serial.put(out);
            }
            Destination::Service(name) => {
                out.push(1);
                name.put(out);
            }
        }
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<Destination> {
        match r.byte()? {
            0 => Part::get(r, limits).map(Destination::Process),
            1 => Part::get(r, limits).map(Destination::Service),
            other => r.error(Fault::Unknown("sort of destination", u64::from(other))),
        }
    }
}

impl Part for VariableKey {
    const LEAST: usize = 2;

    fn put(&self, out: &mut Vec<u8>) {
        match self {
            VariableKey::Named(name) => {
                out.push(0);
                name.put(out);
            }
            VariableKey::Own(hash, index) => {
                out.push(1);
                hash.put(out);
                u64::from(*index).put(out);
            }
        }
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<VariableKey> {
        match r.byte()? {
            0 => Part::get(r, limits).map(VariableKey::Named),
            1 => Ok(VariableKey::Own(Part::get(r, limits)?, r.small()?)),
            other => r.error(Fault::Unknown("sort of variable", u64::from(other))),
        }
    }
}

impl Part for Variable {
    const LEAST: usize = Instance::LEAST + VariableKey::LEAST + 2;

    fn put(&self, out: &mut Vec<u8>) {
        self.session.put(out);
        self.key.put(out);
        self.name.put(out);
        self.missing.put(out);
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<Variable> {
        Ok(Variable {
            session: Part::get(r, limits)?,
            key: Part::get(r, limits)?,
            name: Part::get(r, limits)?,
            missing: Part::get(r, limits)?,
        })
    }
}

impl Part for Content {
    const LEAST: usize = 3;

    fn put(&self, out: &mut Vec<u8>) {
        self.receipt.put(out);
        self.variables.put(out);
        self.body.put(out);
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<Content> {
        Ok(Content {
            receipt: Part::get(r, limits)?,
            variables: Part::get(r, limits)?,
            body: Part::get(r, limits)?,
        })
    }

    fn size(&self) -> usize {
        1 + self.variables.size() + self.body.size()
    }
}

impl<T: Part> Part for Vec<T> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        put_number(out, self.len() as u64);
        self.iter().for_each(|part| part.put(out));
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<Vec<T>> {
        let count = r.count("entries", T::LEAST, limits.entries)?;
        (0..count).map(|_| T::get(r, limits)).collect()
    }

    fn size(&self) -> usize {
        2 + self.iter().map(Part::size).sum::<usize>()
    }
}
