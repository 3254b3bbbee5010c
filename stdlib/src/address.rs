//! Rust's hash map with objects as keys, for the time that no collection moves them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use termite_abi::Value;

pub(crate) type AddressMap<T> = HashMap<Value, T, BuildHasherDefault<AddressHasher>>;

/// Spreads an address: nobody chooses addresses to do harm, so that suffices.
#[derive(Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u64(&mut self, word: u64) {
        let product = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ product >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
