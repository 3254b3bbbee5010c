//! Writing numbers, strings and lists.

use termite_abi::Effect;

/// Bytes that grow.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    pub fn byte(&mut self, b: u8) {
        self.0.push(b);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// LEB128.
    pub fn varint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    /// Small magnitudes short, whatever their sign.
    pub fn signed(&mut self, n: i64) {
        self.varint(zigzag(n));
    }

    pub fn id(&mut self, n: u32) {
        self.varint(n.into());
    }

    pub fn blob(&mut self, bytes: &[u8]) {
        self.varint(bytes.len() as u64);
        self.bytes(bytes);
    }

    pub fn str(&mut self, s: &str) {
        self.blob(s.as_bytes());
    }

    pub fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Writer, &T)) {
        self.varint(items.len() as u64);
        items.iter().for_each(|item| write(self, item));
    }

    pub fn effect(&mut self, effect: Effect) {
        self.byte(effect as u8);
    }
}

pub(super) fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}
