//! A unit whose code is decoded when it is needed.

use super::read::Result;
use super::{Parts, body, decode_debug, header};
use crate::{ControlPoint, Debug, ProcId, Unit, UnitHash};
use std::ops::Range;
use std::sync::Arc;

/// Bytes of an encoded unit: part of the program's image, or shared.
#[derive(Clone, Debug)]
pub enum UnitBytes {
    Static(&'static [u8]),
    Shared(Arc<[u8]>),
}

impl std::ops::Deref for UnitBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            UnitBytes::Static(bytes) => bytes,
            UnitBytes::Shared(bytes) => bytes,
        }
    }
}

impl From<&'static [u8]> for UnitBytes {
    fn from(bytes: &'static [u8]) -> UnitBytes {
        UnitBytes::Static(bytes)
    }
}

impl From<Arc<[u8]>> for UnitBytes {
    fn from(bytes: Arc<[u8]>) -> UnitBytes {
        UnitBytes::Shared(bytes)
    }
}

impl From<Vec<u8>> for UnitBytes {
    fn from(bytes: Vec<u8>) -> UnitBytes {
        UnitBytes::Shared(bytes.into())
    }
}

/// An encoded unit of which the header has been decoded. Nothing is verified.
#[derive(Clone, Debug)]
pub struct LazyUnit {
    bytes: UnitBytes,
    unit: Unit,
    /// Where each procedure's code stands in the bytes.
    bodies: Vec<Range<usize>>,
    code_length: usize,
}

impl LazyUnit {
    /// Decodes the header.
    pub fn open(bytes: impl Into<UnitBytes>) -> Result<LazyUnit> {
        let bytes = bytes.into();
        let parts = Parts::open(&bytes)?;
        let code_length = parts.code_length;
        let (unit, lengths) = header::decode(parts.header, parts.bodies.len())?;
        let mut end = code_length - parts.bodies.len();
        let bodies = lengths.into_iter().map(|length| {
            end += length;
            end - length..end
        });
        let bodies = bodies.collect();
        Ok(LazyUnit {
            bytes,
            unit,
            bodies,
            code_length,
        })
    }

    /// The unit without code and debug section: control points have no blocks.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// All bytes, debug section included.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes that the hash names.
    pub fn code_bytes(&self) -> &[u8] {
        &self.bytes[..self.code_length]
    }

    /// The hash of the unit, from its bytes.
    pub fn hash(&self) -> UnitHash {
        crate::hash::hash_code(self.code_bytes())
    }

    /// The encoded code of a procedure; empty for one that does not exist.
    pub fn body(&self, proc: ProcId) -> &[u8] {
        self.bodies
            .get(proc.index())
            .map_or(&[], |range| &self.bytes[range.clone()])
    }

    /// Decodes a procedure's control points, in order; none for one that does not exist.
    pub fn decode_proc(&self, proc: ProcId) -> Result<Vec<ControlPoint>> {
        let Some(p) = self.unit.procs.get(proc.index()) else {
            return Ok(Vec::new());
        };
        let mut cps = super::cps_of(&self.unit, p.first.0, p.count).to_vec();
        body::decode(self.body(proc), &mut cps)?;
        Ok(cps)
    }

    /// Decodes the debug section.
    pub fn decode_debug(&self) -> Result<Debug> {
        decode_debug(&self.bytes[self.code_length..])
    }

    /// Decodes everything.
    pub fn decode_all(&self) -> Result<Unit> {
        super::decode(&self.bytes)
    }
}
