//! Reading numbers, strings and lists from bytes that are not to be trusted.

use termite_abi::Effect;

/// Bytes that are no unit: where (from the start of the section that was read) and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecodeError {
    pub offset: usize,
    pub fault: DecodeFault,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecodeFault {
    /// Not a unit at all.
    Magic,
    /// Made by another version.
    Version(u64),
    /// Ends too early, or a count is more than what is left can hold.
    Truncated,
    /// Something follows the end.
    Trailing,
    /// A number that is too large or not as short as can be.
    Number,
    /// No such thing of that sort.
    Tag(&'static str, u64),
    /// A string that is no UTF-8.
    Utf8,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.fault {
            DecodeFault::Magic => write!(f, "this is no compiled unit"),
            DecodeFault::Version(v) => {
                write!(
                    f,
                    "unit of version {v}, but this is version {}",
                    super::VERSION
                )
            }
            DecodeFault::Truncated => write!(f, "unit ends too early at byte {}", self.offset),
            DecodeFault::Trailing => write!(f, "unexpected bytes at {}", self.offset),
            DecodeFault::Number => write!(f, "bad number at byte {}", self.offset),
            DecodeFault::Tag(what, n) => write!(f, "no {what} {n}, at byte {}", self.offset),
            DecodeFault::Utf8 => write!(f, "bad UTF-8 at byte {}", self.offset),
        }
    }
}

impl std::error::Error for DecodeError {}

pub(super) type Result<T> = std::result::Result<T, DecodeError>;

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, at: 0 }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn fault(&self, fault: DecodeFault) -> DecodeError {
        DecodeError {
            offset: self.at,
            fault,
        }
    }

    pub fn tag(&self, what: &'static str, n: impl Into<u64>) -> DecodeError {
        self.fault(DecodeFault::Tag(what, n.into()))
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn end(&self) -> Result<()> {
        if self.left() == 0 {
            Ok(())
        } else {
            Err(self.fault(DecodeFault::Trailing))
        }
    }

    #[inline]
    pub fn byte(&mut self) -> Result<u8> {
        let b = *self.bytes.get(self.at).ok_or(DecodeError {
            offset: self.at,
            fault: DecodeFault::Truncated,
        })?;
        self.at += 1;
        Ok(b)
    }

    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let end = self
            .at
            .checked_add(length)
            .filter(|&end| end <= self.bytes.len());
        let end = end.ok_or_else(|| self.fault(DecodeFault::Truncated))?;
        let bytes = &self.bytes[self.at..end];
        self.at = end;
        Ok(bytes)
    }

    #[inline]
    pub fn varint(&mut self) -> Result<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            Ok(first.into())
        } else {
            self.long_varint(first)
        }
    }

    fn long_varint(&mut self, first: u8) -> Result<u64> {
        let mut n = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let b = self.byte()?;
            let fits = shift < 63 || b <= 1;
            n |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return if fits && b != 0 {
                    Ok(n)
                } else {
                    Err(self.fault(DecodeFault::Number))
                };
            }
        }
        Err(self.fault(DecodeFault::Number))
    }

    pub fn signed(&mut self) -> Result<i64> {
        self.varint().map(unzigzag)
    }

    pub fn u32(&mut self) -> Result<u32> {
        let n = self.varint()?;
        u32::try_from(n).map_err(|_| self.fault(DecodeFault::Number))
    }

    pub fn u16(&mut self) -> Result<u16> {
        let n = self.varint()?;
        u16::try_from(n).map_err(|_| self.fault(DecodeFault::Number))
    }

    /// The length of something in bytes.
    pub fn length(&mut self) -> Result<usize> {
        let n = self.varint()?;
        usize::try_from(n).map_err(|_| self.fault(DecodeFault::Truncated))
    }

    /// A number of items that take at least `least` bytes each (not 0).
    pub fn count(&mut self, least: usize) -> Result<usize> {
        let n = self.length()?;
        self.check_count(n, least)?;
        Ok(n)
    }

    pub fn check_count(&self, n: usize, least: usize) -> Result<()> {
        if n <= self.left() / least {
            Ok(())
        } else {
            Err(self.fault(DecodeFault::Truncated))
        }
    }

    /// A list of items that take at least `least` bytes each.
    pub fn list<T>(
        &mut self,
        least: usize,
        read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let n = self.count(least)?;
        self.items(n, read)
    }

    /// Items whose count has been checked.
    pub fn items<T>(
        &mut self,
        n: usize,
        mut read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::with_capacity(n);
        for _ in 0..n {
            items.push(read(self)?);
        }
        Ok(items)
    }

    pub fn blob(&mut self) -> Result<&'a [u8]> {
        let n = self.length()?;
        self.bytes(n)
    }

    pub fn str(&mut self) -> Result<String> {
        let bytes = self.blob()?;
        std::str::from_utf8(bytes)
            .map(str::to_string)
            .map_err(|_| self.fault(DecodeFault::Utf8))
    }

    pub fn effect(&mut self) -> Result<Effect> {
        match self.byte()? {
            0 => Ok(Effect::Pure),
            1 => Ok(Effect::Leaf),
            2 => Ok(Effect::Alloc),
            3 => Ok(Effect::Block),
            n => Err(self.tag("effect class", n)),
        }
    }
}

pub(super) fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::super::write::{Writer, zigzag};
    use super::*;

    #[test]
    fn numbers_round_trip() {
        let edges = [
            0,
            1,
            0x7f,
            0x80,
            0x3fff,
            0x4000,
            u64::from(u32::MAX),
            u64::MAX - 1,
            u64::MAX,
            1 << 63,
        ];
        for n in edges {
            let mut w = Writer::default();
            w.varint(n);
            let bytes = w.finish();
            assert_eq!(Reader::new(&bytes).varint(), Ok(n));
            assert_eq!(zigzag(unzigzag(n)), n);
        }
    }

    #[test]
    fn numbers_have_one_form() {
        let long: &[&[u8]] = &[
            &[0x80, 0],
            &[0xff, 0x80, 0],
            &[0xff; 11],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        ];
        for bytes in long {
            let fault = Reader::new(bytes).varint().unwrap_err().fault;
            assert_eq!(fault, DecodeFault::Number);
        }
    }

    #[test]
    fn counts_are_bounded_by_what_is_left() {
        let fault = Reader::new(&[200, 1, 0, 0]).count(1).unwrap_err().fault;
        assert_eq!(fault, DecodeFault::Truncated);
    }
}
