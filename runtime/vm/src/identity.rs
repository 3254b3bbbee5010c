//! Who made a pid or a tag: incarnations, and serial numbers that never run out.
//!
//! A pid holds the index of its *origin* and 36 bits of its serial number
//! ([`termite_abi::Identity`]). An origin is an incarnation and the high part of serial
//! numbers; origin 0 is this node with high part 0, so that most pids need no look-up.
//! The table only grows: its size is bounded by [`ORIGIN_BITS`], and whoever lets strangers
//! add to it asks [`Origins::intern`] and takes no for an answer.

use rustc_hash::FxHashMap;
use termite_abi::Identity;
use termite_abi::value::{ORIGIN_BITS, SERIAL_BITS};

/// The random name of one start of a node.
pub type Incarnation = [u8; 16];

pub struct Origins {
    table: Vec<(Incarnation, u64)>,
    index: FxHashMap<(Incarnation, u64), u32>,
}

impl Origins {
    pub fn new(own: Incarnation) -> Origins {
        let mut index = FxHashMap::default();
        index.insert((own, 0), 0);
        Origins {
            table: vec![(own, 0)],
            index,
        }
    }

    pub fn own(&self) -> Incarnation {
        self.table[0].0
    }

    /// The incarnation that made it, and its whole serial number.
    pub fn resolve(&self, id: Identity) -> (Incarnation, u64) {
        let (incarnation, high) = self
            .table
            .get(id.origin as usize)
            .copied()
            .unwrap_or_default();
        (incarnation, high << SERIAL_BITS | id.serial)
    }

    /// The serial number if this node made it.
    #[inline]
    pub fn local(&self, id: Identity) -> Option<u64> {
        if id.origin == 0 {
            return Some(id.serial);
        }
        let (incarnation, serial) = self.resolve(id);
        (incarnation == self.own()).then_some(serial)
    }

    /// The identity of what `incarnation` numbered so; `None` when the table is full.
    pub fn intern(&mut self, incarnation: Incarnation, serial: u64) -> Option<Identity> {
        let key = (incarnation, serial >> SERIAL_BITS);
        let serial = serial & ((1 << SERIAL_BITS) - 1);
        if let Some(&origin) = self.index.get(&key) {
            return Some(Identity { origin, serial });
        }
        let origin = self.table.len() as u32;
        if origin >> ORIGIN_BITS != 0 {
            return None;
        }
        self.table.push(key);
        self.index.insert(key, origin);
        Some(Identity { origin, serial })
    }

    /// The identity of what this node numbered so.
    #[inline]
    pub fn own_identity(&mut self, serial: u64) -> Identity {
        if serial >> SERIAL_BITS == 0 {
            return Identity { origin: 0, serial };
        }
        let own = self.own();
        // A full table takes 2^20 strangers; then the numbers of this node repeat only
        // after 2^36 more of them.
        self.intern(own, serial).unwrap_or(Identity {
            origin: 0,
            serial: serial & ((1 << SERIAL_BITS) - 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_go_on_past_those_of_one_origin() {
        let mut o = Origins::new([7; 16]);
        let small = o.own_identity(12);
        assert_eq!((small.origin, o.local(small)), (0, Some(12)));
        let big = (3 << SERIAL_BITS) + 5;
        let id = o.own_identity(big);
        assert_ne!(id.origin, 0);
        assert_eq!((o.local(id), o.resolve(id)), (Some(big), ([7; 16], big)));
    }

    #[test]
    fn one_stranger_has_one_origin() {
        let mut o = Origins::new([7; 16]);
        let a = o.intern([1; 16], 5);
        assert_eq!(a, o.intern([1; 16], 5));
        let b = o.intern([1; 16], 6);
        assert_eq!(a.map(|i| i.origin), b.map(|i| i.origin));
        assert_eq!(a.and_then(|i| o.local(i)), None);
    }
}
