//! Tables that give each key a small number, in the order in which keys are met.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Keys that are searched one by one before they are hashed.
const SEARCHED: usize = 8;

/// Keys are addresses and small numbers of this process, so that no stranger can choose
/// them to collide.
#[derive(Default)]
pub(super) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.write_u64(u64::from(b)));
    }

    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}

pub(super) type AddressMap<V> = HashMap<u64, V, BuildHasherDefault<AddressHasher>>;

#[derive(Default)]
pub(super) struct Index {
    keys: Vec<u64>,
    map: AddressMap<usize>,
}

impl Index {
    /// The number of a key, if it has one.
    #[inline]
    pub fn find(&self, key: u64) -> Option<usize> {
        if self.keys.len() <= SEARCHED {
            return self.keys.iter().position(|&k| k == key);
        }
        self.map.get(&key).copied()
    }

    /// The number of a key, which is given one if it has none.
    #[inline]
    pub fn number(&mut self, key: u64) -> usize {
        self.find(key).unwrap_or_else(|| self.add(key))
    }

    fn add(&mut self, key: u64) -> usize {
        let number = self.keys.len();
        self.keys.push(key);
        if self.keys.len() > SEARCHED {
            if self.map.is_empty() {
                let all = self.keys.iter().enumerate();
                self.map.extend(all.map(|(i, &key)| (key, i)));
            }
            self.map.insert(key, number);
        }
        number
    }

    pub fn keys(&self) -> &[u64] {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_order_of_meeting() {
        let mut index = Index::default();
        for _ in 0..2 {
            for i in 0..1000u64 {
                assert_eq!(index.number(i * 16 + 3), i as usize);
            }
        }
        assert_eq!((index.keys().len(), index.find(1)), (1000, None));
    }
}
