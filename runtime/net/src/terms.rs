//! What two nodes tell each other in a handshake: versions in clear, the rest encrypted.
//!
//! See docs/TRANSPORT.md, "Handshake". What follows the known fields of [`Terms`] is
//! ignored, so that a later version can add to them.

use crate::error::ConnectError;
use crate::item::take;
use crate::outbox::Window;
use crate::settings::{Address, Settings, nanoseconds};

pub const MAGIC: [u8; 8] = *b"termite\n";
pub const HELLO: usize = 16;

/// What a node can speak, said first and in clear; both hellos are the prologue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hello {
    pub lowest: u16,
    pub highest: u16,
    pub capabilities: u32,
}

impl Hello {
    /// What this program speaks.
    pub const OURS: Hello = Hello {
        lowest: 1,
        highest: 1,
        capabilities: 0,
    };

    pub fn encode(self) -> [u8; HELLO] {
        let mut bytes = [0; HELLO];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&self.lowest.to_be_bytes());
        bytes[10..12].copy_from_slice(&self.highest.to_be_bytes());
        bytes[12..].copy_from_slice(&self.capabilities.to_be_bytes());
        bytes
    }

    pub fn decode(bytes: &[u8; HELLO]) -> Result<Hello, ConnectError> {
        let mut rest = bytes.as_slice();
        let mut read = || {
            (take(&mut rest).ok()? == MAGIC).then_some(())?;
            Some(Hello {
                lowest: u16::from_be_bytes(take(&mut rest).ok()?),
                highest: u16::from_be_bytes(take(&mut rest).ok()?),
                capabilities: u32::from_be_bytes(take(&mut rest).ok()?),
            })
        };
        read().ok_or(ConnectError::NotTermite)
    }

    /// The highest version that both speak.
    pub fn common(self, theirs: Hello) -> Result<u16, ConnectError> {
        let version = self.highest.min(theirs.highest);
        if version >= self.lowest.max(theirs.lowest) {
            Ok(version)
        } else {
            Err(ConnectError::Version {
                ours: (self.lowest, self.highest),
                theirs: (theirs.lowest, theirs.highest),
            })
        }
    }
}

/// What a node demands and where it listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Milliseconds between its heartbeats, and without a sign of life before it gives up.
    pub heartbeat: u32,
    pub timeout: u32,
    /// See `Limits`.
    pub message: u32,
    pub reassembly: u64,
    pub streams: u32,
    /// Where it listens. An empty host stands for the one that its peer sees.
    pub address: Option<Address>,
}

impl Terms {
    pub fn of(settings: &Settings, address: Option<&Address>) -> Terms {
        let milliseconds = |d| (nanoseconds(d) / 1_000_000).clamp(1, u64::from(u32::MAX)) as u32;
        let limits = &settings.limits;
        Terms {
            heartbeat: milliseconds(settings.heartbeat),
            timeout: milliseconds(settings.timeout),
            message: limits.message.min(u32::MAX as usize) as u32,
            reassembly: limits.reassembly as u64,
            streams: limits.streams.min(u32::MAX as usize) as u32,
            address: address.cloned(),
        }
    }

    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.heartbeat.to_be_bytes());
        out.extend(self.timeout.to_be_bytes());
        out.extend(self.message.to_be_bytes());
        out.extend(self.reassembly.to_be_bytes());
        out.extend(self.streams.to_be_bytes());
        // A host is a DNS name or a number: a longer one cannot be connected to anyway.
        let address = self.address.as_ref().filter(|a| a.host.len() <= 255);
        let (host, port) = address.map_or(("", 0), |a| (a.host.as_str(), a.port));
        out.extend(port.to_be_bytes());
        out.push(host.len() as u8);
        out.extend(host.as_bytes());
    }

    pub fn decode(bytes: &[u8]) -> Result<Terms, ConnectError> {
        let terms = Terms::read(bytes).ok_or(ConnectError::Malformed("terms cut off"))?;
        let sound = terms.timeout > 0
            && terms.message > 0
            && terms.streams > 0
            && terms.reassembly >= u64::from(terms.message);
        if sound {
            Ok(terms)
        } else {
            Err(ConnectError::Malformed("impossible terms"))
        }
    }

    fn read(mut rest: &[u8]) -> Option<Terms> {
        let rest = &mut rest;
        let mut terms = Terms {
            heartbeat: u32::from_be_bytes(take(rest).ok()?),
            timeout: u32::from_be_bytes(take(rest).ok()?),
            message: u32::from_be_bytes(take(rest).ok()?),
            reassembly: u64::from_be_bytes(take(rest).ok()?),
            streams: u32::from_be_bytes(take(rest).ok()?),
            address: None,
        };
        let port = u16::from_be_bytes(take(rest).ok()?);
        let length = usize::from(take::<1>(rest).ok()?[0]);
        let host = str::from_utf8(rest.get(..length)?).ok()?;
        terms.address = (port != 0).then(|| Address {
            host: host.to_string(),
            port,
        });
        Some(terms)
    }

    /// What its node holds in reassembly at most.
    pub fn window(&self) -> Window {
        Window {
            streams: self.streams as usize,
            bytes: usize::try_from(self.reassembly).unwrap_or(usize::MAX),
        }
    }
}
