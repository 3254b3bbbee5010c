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
use crate::names::{Incarnation, Instance};
use termite_ir::UnitHash;

/// What a frame may have beyond a message of the largest size: names, ids, counts.
const OVERHEAD: usize = 64 << 10;

/// A pid, tag or monitor's reference: who made it, and its whole serial number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct GlobalId {
    pub incarnation: Incarnation,
    pub serial: u64,
}

/// A unit's code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitCode {
    pub hash: UnitHash,
    pub bytes: Vec<u8>,
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
    /// A message to a process.
    1 Send { from: GlobalId, to: GlobalId, message: Vec<u8>, }
    /// A message to whatever process has that name now.
    2 SendNamed { from: GlobalId, service: String, message: Vec<u8>, }
    /// From now on the end of `from` is to be felt by `to`.
    3 Link { from: GlobalId, to: GlobalId, }
    4 Unlink { from: GlobalId, to: GlobalId, }
    /// `from` has ended, or wants `to` to end; felt along links.
    5 Exit { from: GlobalId, to: GlobalId, reason: Vec<u8>, }
    /// `from` wants to know when `to` ends.
    6 Monitor { from: GlobalId, to: GlobalId, reference: GlobalId, }
    7 Demonitor { from: GlobalId, to: GlobalId, reference: GlobalId, }
    /// The end of `pid`, to who monitors it.
    8 Down { to: GlobalId, reference: GlobalId, pid: GlobalId, reason: Vec<u8>, }
    /// Asks for the code of units.
    9 FetchUnits { hashes: Vec<UnitHash>, }
    10 Units { units: Vec<UnitCode>, }
    /// The code that was asked for is not here either.
    11 UnitMissing { hashes: Vec<UnitHash>, }
    /// Values of an instance's variables: their names, and a message with as many roots.
    12 Variables { instance: Instance, names: Vec<String>, message: Vec<u8>, }
    /// What `to` sent to `from`, in a frame of kind `about`, was not taken.
    13 Refused { from: GlobalId, to: GlobalId, about: u64, reason: String, }
    /// Asks who has a name; the answer is a message `(tag pid)` or `(tag #f)`.
    14 Resolve { service: String, reply_to: GlobalId, tag: GlobalId, }
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

impl Part for UnitCode {
    const LEAST: usize = 33;

    fn put(&self, out: &mut Vec<u8>) {
        self.hash.put(out);
        self.bytes.put(out);
    }

    fn get(r: &mut Reader<'_>, limits: &Limits) -> Result<UnitCode> {
        Ok(UnitCode {
            hash: Part::get(r, limits)?,
            bytes: Part::get(r, limits)?,
        })
    }

    fn size(&self) -> usize {
        Self::LEAST + self.bytes.len()
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
