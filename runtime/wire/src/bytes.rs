//! Numbers and strings as bytes.
//!
//! A *count* or other natural number is LEB128: seven bits a byte, least significant
//! first, the top bit set on all but the last byte, as few bytes as can be. A *string* is
//! its size in bytes and its UTF-8.

use crate::error::{DecodeError, Fault};

pub(crate) type Result<T> = std::result::Result<T, DecodeError>;

/// Writes a natural number.
#[inline]
pub(crate) fn put_number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Writes a size and that many bytes.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Signed as natural: 0, -1, 1, -2, ...
#[inline(always)]
pub(crate) fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

#[inline(always)]
pub(crate) fn unzigzag(z: u64) -> i64 {
    (z >> 1) as i64 ^ -((z & 1) as i64)
}

/// A place in bytes that are read.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, at: 0 }
    }

    #[cold]
    pub fn error<T>(&self, fault: impl Into<Fault>) -> Result<T> {
        Err(DecodeError {
            at: self.at,
            fault: fault.into(),
        })
    }

    /// Bytes that are left.
    #[inline]
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    #[inline(always)]
    pub fn byte(&mut self) -> Result<u8> {
        match self.bytes.get(self.at) {
            Some(&byte) => {
                self.at += 1;
                Ok(byte)
            }
            None => self.error(Fault::Truncated),
        }
    }

    /// The next byte, if there is one.
    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        match self.bytes[self.at..].get(..count) {
            Some(bytes) => {
                self.at += count;
                Ok(bytes)
            }
            None => self.error(Fault::Truncated),
        }
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    #[inline]
    pub fn number(&mut self) -> Result<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        self.long_number(first)
    }

    fn long_number(&mut self, first: u8) -> Result<u64> {
        let mut n = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            // The tenth byte has room for one bit.
            if byte == 0 || (shift == 63 && byte > 1) {
                return self.error(Fault::Number);
            }
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        self.error(Fault::Number)
    }

    /// A number below 2^32.
    #[inline]
    pub fn small(&mut self) -> Result<u32> {
        match u32::try_from(self.number()?) {
            Ok(n) => Ok(n),
            Err(_) => self.error(Fault::Number),
        }
    }

    /// The number of things that follow, of at least `size` bytes each.
    #[inline]
    pub fn count(&mut self, what: &'static str, size: usize, limit: usize) -> Result<usize> {
        let n = self.number()?;
        if n > limit as u64 {
            return self.error(Fault::Limit(what, limit));
        }
        if n > (self.left() / size) as u64 {
            return self.error(Fault::Truncated);
        }
        Ok(n as usize)
    }

    /// Bytes with their size before them.
    pub fn sized(&mut self, what: &'static str, limit: usize) -> Result<&'a [u8]> {
        let count = self.count(what, 1, limit)?;
        self.take(count)
    }

    /// A string.
    pub fn text(&mut self, what: &'static str, limit: usize) -> Result<&'a str> {
        let bytes = self.sized(what, limit)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(_) => self.error(Fault::Utf8),
        }
    }

    /// An index into something of `count` entries.
    #[inline]
    pub fn index(&mut self, what: &'static str, count: usize) -> Result<usize> {
        let n = self.number()?;
        if n < count as u64 {
            Ok(n as usize)
        } else {
            self.error(Fault::Unknown(what, n))
        }
    }

    pub fn end(&self) -> Result<()> {
        if self.left() == 0 {
            Ok(())
        } else {
            self.error(Fault::Trailing)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip_in_one_form() {
        for n in [0, 1, 127, 128, 300, 1 << 32, u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put_number(&mut out, n);
            assert_eq!(Reader::new(&out).number(), Ok(n));
            if n > 0 {
                *out.last_mut().unwrap() |= 0x80;
                out.push(0);
                assert!(Reader::new(&out).number().is_err(), "{n} has two forms");
            }
        }
        assert!(Reader::new(&[0xff; 11]).number().is_err());
    }

    #[test]
    fn zigzag_is_its_own_inverse() {
        for n in [0, -1, 1, i64::MIN, i64::MAX, 1 << 60] {
            assert_eq!(unzigzag(zigzag(n)), n);
        }
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }

    #[test]
    fn counts_are_held_against_what_is_left() {
        let bytes = [3, 1, 2, 3];
        assert_eq!(Reader::new(&bytes).count("x", 1, 3), Ok(3));
        assert!(Reader::new(&bytes).count("x", 2, 3).is_err());
        assert!(Reader::new(&bytes).count("x", 1, 2).is_err());
    }
}
