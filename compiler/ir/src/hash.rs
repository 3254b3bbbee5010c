//! The content hash of a unit's code.
//!
//! BLAKE3 over the binary form without its debug section: version of the IR, operations,
//! names of variables and procedures, effect classes of primitives, hashes of imports.
//! Source places do not count, so code compiled in two directories has one hash.

use crate::{Unit, UnitHash, codec};

/// The hash that names a unit's code.
pub fn unit_hash(unit: &Unit) -> UnitHash {
    hash_code(&codec::encode_code(unit))
}

/// The hash of a unit encoded by [`codec::encode_code`].
pub fn hash_code(code: &[u8]) -> UnitHash {
    *blake3::hash(code).as_bytes()
}
