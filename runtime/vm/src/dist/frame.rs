//! What two nodes tell each other: the content of the transport's messages.
//!
//! A frame names processes by (incarnation, serial number) and carries values as the
//! codec of `termite-wire` writes them. Numbers of kinds are never used twice. Decoding
//! trusts nothing: counts are held against what is left, and an unknown kind is an error.

use crate::identity::Incarnation;
use crate::session::{SessionId, VarKey};
use termite_ir::UnitHash;

/// A process on the wire.
pub type WirePid = (Incarnation, u64);

/// A variable whose value follows the message, in order; or why it does not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    pub session: SessionId,
    pub key: VarKey,
    pub name: String,
    /// Why it has no value: what it holds cannot travel.
    pub missing: Option<String>,
}

/// Where a message goes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Destination {
    Process(u64),
    Service(String),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// The body's first value is the message, the others those of `variables`; with
    /// those, `receipt` is asked for.
    Send {
        from: WirePid,
        to: Destination,
        receipt: u64,
        variables: Vec<Variable>,
        body: Vec<u8>,
    },
    /// Exceptions that end `to` go to `other` from now on.
    LinkTo {
        to: u64,
        other: WirePid,
    },
    /// `other` has a link to `to`.
    LinkFrom {
        to: u64,
        other: WirePid,
    },
    UnlinkTo {
        to: u64,
        other: WirePid,
    },
    UnlinkFrom {
        to: u64,
        other: WirePid,
    },
    /// `other` has ended by an exception: the body's values are reason and object.
    Exit {
        to: u64,
        other: WirePid,
        body: Vec<u8>,
    },
    Monitor {
        on: Destination,
        watcher: WirePid,
        reference: WirePid,
    },
    Demonitor {
        on: Destination,
        watcher: WirePid,
        reference: WirePid,
    },
    /// What a monitor is for: the body's value is the reason.
    Down {
        to: u64,
        on: WirePid,
        reference: WirePid,
        body: Vec<u8>,
    },
    Terminate {
        to: u64,
        by: WirePid,
    },
    /// The variables of the message that asked for this receipt have arrived.
    Receipt(u64),
    Fetch(Vec<UnitHash>),
    Unit(UnitHash, Vec<u8>),
    NoUnit(UnitHash),
    /// Where an incarnation listens, as far as the sender knows.
    Hint {
        incarnation: Incarnation,
        host: String,
        port: u16,
    },
    /// A message of `from` was not taken.
    Refused {
        from: u64,
        to: Destination,
        why: String,
    },
}

/// Entries of a list in a frame.
const MOST_ENTRIES: usize = 1 << 12;
const MOST_TEXT: usize = 1 << 14;

struct Out(Vec<u8>);

impl Out {
    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        let mut end = text.len().min(MOST_TEXT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.bytes(&text.as_bytes()[..end]);
    }

    fn pid(&mut self, pid: &WirePid) {
        self.0.extend_from_slice(&pid.0);
        self.number(pid.1);
    }

    fn destination(&mut self, to: &Destination) {
        match to {
            Destination::Process(serial) => {
                self.0.push(0);
                self.number(*serial);
            }
            Destination::Service(name) => {
                self.0.push(1);
                self.text(name);
            }
        }
    }

    fn variable(&mut self, v: &Variable) {
        self.pid(&(v.session.incarnation, v.session.serial));
        match &v.key {
            VarKey::Named(name) => {
                self.0.push(0);
                self.text(name);
            }
            VarKey::Own(hash, index) => {
                self.0.push(1);
                self.0.extend_from_slice(hash);
                self.number(u64::from(*index));
            }
        }
        self.text(&v.name);
        match &v.missing {
            None => self.0.push(0),
            Some(why) => {
                self.0.push(1);
                self.text(why);
            }
        }
    }
}

struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                return None;
            }
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        let count = usize::try_from(self.number()?).ok()?;
        Some(self.take(count)?.to_vec())
    }

    fn text(&mut self) -> Option<String> {
        let count = usize::try_from(self.number()?).ok()?;
        if count > MOST_TEXT {
            return None;
        }
        String::from_utf8(self.take(count)?.to_vec()).ok()
    }

    fn pid(&mut self) -> Option<WirePid> {
        Some((self.array()?, self.number()?))
    }

    fn destination(&mut self) -> Option<Destination> {
        match self.byte()? {
            0 => Some(Destination::Process(self.number()?)),
            1 => Some(Destination::Service(self.text()?)),
            _ => None,
        }
    }

    fn entries<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        if count > MOST_ENTRIES || count > self.0.len() {
            return None;
        }
        (0..count).map(|_| one(self)).collect()
    }

    fn variable(&mut self) -> Option<Variable> {
        let (incarnation, serial) = self.pid()?;
        let key = match self.byte()? {
            0 => VarKey::Named(self.text()?),
            1 => VarKey::Own(self.array()?, u32::try_from(self.number()?).ok()?),
            _ => return None,
        };
        let name = self.text()?;
        let missing = match self.byte()? {
            0 => None,
            1 => Some(self.text()?),
            _ => return None,
        };
        Some(Variable {
            session: SessionId {
                incarnation,
                serial,
            },
            key,
            name,
            missing,
        })
    }
}

impl Frame {
    /// Whose order it belongs to: frames of one pair stay in order.
    pub fn stream(&self) -> u64 {
        let mix = |a: &WirePid, b: u64| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&a.0[..8]);
            (u64::from_le_bytes(bytes) ^ a.1.rotate_left(32) ^ b)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                | 1
        };
        let named = |to: &Destination| match to {
            Destination::Process(serial) => *serial,
            Destination::Service(name) => {
                let bytes = name.bytes();
                bytes.fold(0xcbf2_9ce4_8422_2325, |h: u64, b| {
                    (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
                })
            }
        };
        match self {
            Frame::Send { from, to, .. } => mix(from, named(to)),
            Frame::LinkTo { to, other }
            | Frame::LinkFrom { to, other }
            | Frame::UnlinkTo { to, other }
            | Frame::UnlinkFrom { to, other }
            | Frame::Exit { to, other, .. } => mix(other, *to),
            Frame::Monitor { on, watcher, .. } | Frame::Demonitor { on, watcher, .. } => {
                mix(watcher, named(on))
            }
            Frame::Down { to, on, .. } => mix(on, *to),
            Frame::Terminate { to, by } => mix(by, *to),
            Frame::Receipt(_)
            | Frame::Fetch(_)
            | Frame::Unit(..)
            | Frame::NoUnit(_)
            | Frame::Hint { .. }
            | Frame::Refused { .. } => 0,
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut out = Out(Vec::with_capacity(64));
        match self {
            Frame::Send {
                from,
                to,
                receipt,
                variables,
                body,
            } => {
                out.0.push(1);
                out.pid(from);
                out.destination(to);
                out.number(*receipt);
                out.number(variables.len() as u64);
                variables.iter().for_each(|v| out.variable(v));
                out.bytes(body);
            }
            Frame::LinkTo { to, other } => out.relation(2, *to, other),
            Frame::LinkFrom { to, other } => out.relation(3, *to, other),
            Frame::UnlinkTo { to, other } => out.relation(4, *to, other),
            Frame::UnlinkFrom { to, other } => out.relation(5, *to, other),
            Frame::Exit { to, other, body } => {
                out.relation(6, *to, other);
                out.bytes(body);
            }
            Frame::Monitor {
                on,
                watcher,
                reference,
            } => out.monitor(7, on, watcher, reference),
            Frame::Demonitor {
                on,
                watcher,
                reference,
            } => out.monitor(8, on, watcher, reference),
            Frame::Down {
                to,
                on,
                reference,
                body,
            } => {
                out.relation(9, *to, on);
                out.pid(reference);
                out.bytes(body);
            }
            Frame::Terminate { to, by } => out.relation(10, *to, by),
            Frame::Receipt(n) => {
                out.0.push(11);
                out.number(*n);
            }
            Frame::Fetch(hashes) => {
                out.0.push(12);
                out.number(hashes.len() as u64);
                hashes.iter().for_each(|h| out.0.extend_from_slice(h));
            }
            Frame::Unit(hash, bytes) => {
                out.0.push(13);
                out.0.extend_from_slice(hash);
                out.bytes(bytes);
            }
            Frame::NoUnit(hash) => {
                out.0.push(14);
                out.0.extend_from_slice(hash);
            }
            Frame::Hint {
                incarnation,
                host,
                port,
            } => {
                out.0.push(15);
                out.0.extend_from_slice(incarnation);
                out.text(host);
                out.number(u64::from(*port));
            }
            Frame::Refused { from, to, why } => {
                out.0.push(16);
                out.number(*from);
                out.destination(to);
                out.text(why);
            }
        }
        out.0
    }

    /// `None`: no frame.
    pub fn decode(bytes: &[u8]) -> Option<Frame> {
        let mut r = In(bytes);
        let frame = r.frame()?;
        r.0.is_empty().then_some(frame)
    }
}

impl Out {
    fn relation(&mut self, kind: u8, to: u64, other: &WirePid) {
        self.0.push(kind);
        self.number(to);
        self.pid(other);
    }

    fn monitor(&mut self, kind: u8, on: &Destination, watcher: &WirePid, reference: &WirePid) {
        self.0.push(kind);
        self.destination(on);
        self.pid(watcher);
        self.pid(reference);
    }
}

impl In<'_> {
    fn frame(&mut self) -> Option<Frame> {
        let kind = self.byte()?;
        Some(match kind {
            1 => Frame::Send {
                from: self.pid()?,
                to: self.destination()?,
                receipt: self.number()?,
                variables: self.entries(Self::variable)?,
                body: self.bytes()?,
            },
            2..=6 | 9 | 10 => return self.relation(kind),
            7 | 8 => {
                let (on, watcher, reference) = (self.destination()?, self.pid()?, self.pid()?);
                if kind == 7 {
                    Frame::Monitor {
                        on,
                        watcher,
                        reference,
                    }
                } else {
                    Frame::Demonitor {
                        on,
                        watcher,
                        reference,
                    }
                }
            }
            11 => Frame::Receipt(self.number()?),
            12 => Frame::Fetch(self.entries(Self::array)?),
            13 => Frame::Unit(self.array()?, self.bytes()?),
            14 => Frame::NoUnit(self.array()?),
            15 => Frame::Hint {
                incarnation: self.array()?,
                host: self.text()?,
                port: u16::try_from(self.number()?).ok()?,
            },
            16 => Frame::Refused {
                from: self.number()?,
                to: self.destination()?,
                why: self.text()?,
            },
            _ => return None,
        })
    }

    fn relation(&mut self, kind: u8) -> Option<Frame> {
        let (to, other) = (self.number()?, self.pid()?);
        Some(match kind {
            2 => Frame::LinkTo { to, other },
            3 => Frame::LinkFrom { to, other },
            4 => Frame::UnlinkTo { to, other },
            5 => Frame::UnlinkFrom { to, other },
            6 => Frame::Exit {
                to,
                other,
                body: self.bytes()?,
            },
            9 => Frame::Down {
                to,
                on: other,
                reference: self.pid()?,
                body: self.bytes()?,
            },
            _ => Frame::Terminate { to, by: other },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Frame> {
        let (a, b) = (([1; 16], 300), ([2; 16], u64::MAX));
        let session = SessionId {
            incarnation: [3; 16],
            serial: 1,
        };
        let variable = |key, missing| Variable {
            session,
            key,
            name: "x".into(),
            missing,
        };
        vec![
            Frame::Send {
                from: a,
                to: Destination::Service("spawner".into()),
                receipt: 7,
                variables: vec![
                    variable(VarKey::Named("λ".into()), None),
                    variable(VarKey::Own([9; 32], 5), Some("a port".into())),
                ],
                body: vec![1, 2, 3],
            },
            Frame::LinkTo { to: 1, other: a },
            Frame::UnlinkFrom { to: 1, other: b },
            Frame::Exit {
                to: 4,
                other: b,
                body: vec![0; 300],
            },
            Frame::Monitor {
                on: Destination::Process(3),
                watcher: a,
                reference: b,
            },
            Frame::Down {
                to: 4,
                on: a,
                reference: b,
                body: vec![],
            },
            Frame::Terminate { to: 4, by: b },
            Frame::Receipt(9),
            Frame::Fetch(vec![[4; 32], [5; 32]]),
            Frame::Unit([4; 32], vec![7; 1000]),
            Frame::NoUnit([4; 32]),
            Frame::Hint {
                incarnation: [8; 16],
                host: "localhost".into(),
                port: 3001,
            },
            Frame::Refused {
                from: 4,
                to: Destination::Process(8),
                why: "no".into(),
            },
        ]
    }

    #[test]
    fn frames_round_trip() {
        for frame in samples() {
            assert_eq!(Frame::decode(&frame.encode()).as_ref(), Some(&frame));
        }
    }

    #[test]
    fn what_is_cut_off_or_has_a_tail_is_no_frame() {
        for frame in samples() {
            let bytes = frame.encode();
            for cut in 0..bytes.len() {
                assert_eq!(Frame::decode(&bytes[..cut]), None, "{frame:?} cut at {cut}");
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            assert_eq!(Frame::decode(&longer), None);
        }
        assert_eq!(Frame::decode(&[0]), None);
        assert_eq!(Frame::decode(&[200, 1, 2]), None);
    }

    #[test]
    fn counts_are_held_against_what_is_left() {
        let mut bytes = vec![12];
        bytes.extend([0xff, 0xff, 0xff, 0xff, 0x0f]);
        assert_eq!(Frame::decode(&bytes), None);
    }
}
