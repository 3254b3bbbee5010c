//! The binary form.
//!
//! ```text
//! unit   = "TMIR" version header-length bodies-length header bodies debug?
//! header = name source imports import-procs vars literals prims procs cps init exports
//! bodies = for each procedure, as long as the header says: its control points' blocks
//! ```
//!
//! Numbers are LEB128; a list is its count and its items; a string its length and
//! UTF-8. A header suffices to load, link and verify a unit but for its code; each
//! procedure's code and the debug section are found without reading the others, see
//! [`LazyUnit`]. The debug section is last, so that code without it is a prefix: that
//! prefix is what [`crate::hash`] names.
//!
//! There is one encoding of a unit: numbers are as short as can be, lengths are exact,
//! nothing follows. So `encode(decode(b)) == b` for all bytes that decode, and equal
//! units have equal hashes. Decoding trusts nothing: each count is compared with what is
//! left before anything is allocated, and nothing recurses; a decoded unit is at most
//! about forty times as large as its bytes. What is decoded is not yet verified.
//!
//! The version changes with the format and with the operations table; other versions
//! are refused, since caches and peers can compile again or ask for another.
//!
//! Procedures must partition the control points, as the verifier demands: which one a
//! control point belongs to is not written.

mod body;
mod debug;
mod header;
mod lazy;
mod read;
mod write;

use crate::{ControlPoint, Debug, Unit};
use read::Reader;
use write::Writer;

pub use lazy::{LazyUnit, UnitBytes};
pub use read::{DecodeError, DecodeFault};

/// Version of the IR: of operations, their meaning, and this format.
pub const VERSION: u64 = 2;

const MAGIC: &[u8; 4] = b"TMIR";

/// The binary form, with the debug section unless that is empty. Deterministic.
pub fn encode(unit: &Unit) -> Vec<u8> {
    let mut out = encode_code(unit);
    out.extend(encode_debug(&unit.debug));
    out
}

/// The binary form without the debug section: what is hashed.
pub fn encode_code(unit: &Unit) -> Vec<u8> {
    let bodies: Vec<Vec<u8>> = unit
        .procs
        .iter()
        .map(|p| body::encode(cps_of(unit, p.first.0, p.count)))
        .collect();
    let lengths: Vec<u64> = bodies.iter().map(|b| b.len() as u64).collect();
    let header = header::encode(unit, &lengths);
    let mut out = Writer::default();
    out.bytes(MAGIC);
    out.varint(VERSION);
    out.varint(header.len() as u64);
    out.varint(lengths.iter().sum());
    out.bytes(&header);
    bodies.iter().for_each(|b| out.bytes(b));
    out.finish()
}

/// The debug section alone; empty for an empty one.
pub fn encode_debug(section: &Debug) -> Vec<u8> {
    if *section == Debug::default() {
        Vec::new()
    } else {
        debug::encode(section)
    }
}

/// Reads a debug section; an empty one from no bytes.
pub fn decode_debug(bytes: &[u8]) -> Result<Debug, DecodeError> {
    if bytes.is_empty() {
        Ok(Debug::default())
    } else {
        debug::decode(bytes)
    }
}

/// Reads a whole unit, debug section included.
pub fn decode(bytes: &[u8]) -> Result<Unit, DecodeError> {
    let parts = Parts::open(bytes)?;
    let (mut unit, lengths) = header::decode(parts.header, parts.bodies.len())?;
    let mut at = 0;
    for (proc, length) in unit.procs.iter().zip(lengths) {
        let body = &parts.bodies[at..at + length];
        at += length;
        let first = proc.first.index();
        body::decode(body, &mut unit.cps[first..first + proc.count as usize])?;
    }
    unit.debug = decode_debug(parts.debug)?;
    Ok(unit)
}

/// A procedure's control points; none where the unit has not so many.
fn cps_of(unit: &Unit, first: u32, count: u32) -> &[ControlPoint] {
    let first = first as usize;
    unit.cps
        .get(first..first.saturating_add(count as usize))
        .unwrap_or(&[])
}

/// The sections of an encoded unit.
struct Parts<'a> {
    header: &'a [u8],
    bodies: &'a [u8],
    debug: &'a [u8],
    /// Length of all before the debug section.
    code_length: usize,
}

impl<'a> Parts<'a> {
    fn open(bytes: &'a [u8]) -> Result<Parts<'a>, DecodeError> {
        let mut r = Reader::new(bytes);
        if r.bytes(MAGIC.len())? != MAGIC {
            return Err(r.fault(DecodeFault::Magic));
        }
        let version = r.varint()?;
        if version != VERSION {
            return Err(r.fault(DecodeFault::Version(version)));
        }
        let (header, bodies) = (r.length()?, r.length()?);
        let header = r.bytes(header)?;
        let bodies = r.bytes(bodies)?;
        let code_length = r.position();
        Ok(Parts {
            header,
            bodies,
            debug: &bytes[code_length..],
            code_length,
        })
    }
}
