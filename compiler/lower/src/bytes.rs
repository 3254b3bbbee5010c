//! Writing and reading the interface's binary form: LEB128 numbers, length-prefixed
//! strings. Reading is bounded by the input and never panics.

use std::fmt;

/// Why bytes are no interface, or no inline body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InterfaceError(pub &'static str);

impl fmt::Display for InterfaceError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "malformed interface: {}", self.0)
    }
}

impl std::error::Error for InterfaceError {}

#[derive(Default)]
pub struct Writer {
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    pub fn count(&mut self, n: usize) {
        self.number(n as u64);
    }

    /// Zigzag, so that small negative numbers stay short.
    pub fn signed(&mut self, n: i64) {
        self.number((n << 1 ^ n >> 63) as u64);
    }

    pub fn block(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    pub fn text(&mut self, text: &str) {
        self.block(text.as_bytes());
    }

    /// Four bytes, so that a table of them can be searched.
    pub fn fixed(&mut self, n: u32) {
        self.bytes.extend_from_slice(&n.to_le_bytes());
    }
}

pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    pub fn take(&mut self, n: usize) -> Result<&'a [u8], InterfaceError> {
        let (head, tail) = self
            .rest
            .split_at_checked(n)
            .ok_or(InterfaceError("cut short"))?;
        self.rest = tail;
        Ok(head)
    }

    pub fn byte(&mut self) -> Result<u8, InterfaceError> {
        Ok(self.take(1)?[0])
    }

    pub fn flag(&mut self) -> Result<bool, InterfaceError> {
        Ok(self.byte()? != 0)
    }

    pub fn number(&mut self) -> Result<u64, InterfaceError> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(InterfaceError("number too long"))
    }

    pub fn index(&mut self) -> Result<u32, InterfaceError> {
        u32::try_from(self.number()?).map_err(|_| InterfaceError("index too large"))
    }

    pub fn small(&mut self) -> Result<u16, InterfaceError> {
        u16::try_from(self.number()?).map_err(|_| InterfaceError("count too large"))
    }

    /// A count of things that take a byte each at least.
    pub fn count(&mut self) -> Result<usize, InterfaceError> {
        let n = usize::try_from(self.number()?).map_err(|_| InterfaceError("count too large"))?;
        if n > self.rest.len() {
            Err(InterfaceError("count too large"))
        } else {
            Ok(n)
        }
    }

    pub fn signed(&mut self) -> Result<i64, InterfaceError> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    pub fn block(&mut self) -> Result<&'a [u8], InterfaceError> {
        let n = self.count()?;
        self.take(n)
    }

    pub fn text(&mut self) -> Result<&'a str, InterfaceError> {
        std::str::from_utf8(self.block()?).map_err(|_| InterfaceError("not UTF-8"))
    }

    pub fn fixed(&mut self) -> Result<u32, InterfaceError> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, InterfaceError>,
    ) -> Result<Vec<T>, InterfaceError> {
        let n = self.count()?;
        (0..n).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        let mut w = Writer::default();
        let all = [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN];
        all.iter().for_each(|&n| w.signed(n));
        w.text("λ");
        let mut r = Reader::new(&w.bytes);
        assert_eq!(all.map(|_| r.signed().unwrap()), all);
        assert_eq!(r.text().unwrap(), "λ");
        assert_eq!(r.byte(), Err(InterfaceError("cut short")));
    }

    #[test]
    fn counts_are_bounded_by_the_input() {
        let mut w = Writer::default();
        w.number(1 << 40);
        assert!(Reader::new(&w.bytes).count().is_err());
    }
}
