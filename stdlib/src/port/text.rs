//! Text that arrives as bytes, and sources of characters and data.

use super::device::Input;
use std::io;
use termite_heap::Text;
use termite_syntax::{Datum, Diagnostic, FileId, ReadError, ReadState};

/// Text decoded from bytes, and how far it has been taken. What is no UTF-8 becomes
/// U+FFFD.
#[derive(Default)]
pub(super) struct Decoded {
    text: String,
    at: usize,
}

impl Decoded {
    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Takes the first `bytes` bytes of the rest.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        if self.at == self.text.len() {
            self.text.clear();
            self.at = 0;
        }
    }

    /// Adds bytes; how many of them were used. A character that is cut off at the end is
    /// left, unless no more will come.
    pub(super) fn decode(&mut self, bytes: &[u8], ended: bool) -> usize {
        self.text.drain(..self.at);
        self.at = 0;
        let mut used = 0;
        for chunk in bytes.utf8_chunks() {
            self.text.push_str(chunk.valid());
            used += chunk.valid().len();
            let invalid = chunk.invalid();
            let cut_off = used + invalid.len() == bytes.len() && is_beginning(invalid);
            if !invalid.is_empty() && (ended || !cut_off) {
                self.text.push(char::REPLACEMENT_CHARACTER);
                used += invalid.len();
            }
        }
        used
    }
}

/// Whether more bytes could make a character of these.
fn is_beginning(bytes: &[u8]) -> bool {
    matches!(str::from_utf8(bytes), Err(error) if error.error_len().is_none())
}

/// Why a datum could not be read.
pub(super) enum Fault {
    World(io::Error),
    Text(Diagnostic),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::World(error)
    }
}

/// Where characters come from.
pub(super) trait Source {
    /// The next character, which stays; `None` at the end.
    fn peek(&mut self) -> io::Result<Option<char>>;

    /// Takes the character that was peeked at.
    fn skip(&mut self, c: char);

    fn datum(&mut self) -> Result<Option<Datum>, Fault>;

    fn next(&mut self) -> io::Result<Option<char>> {
        let next = self.peek()?;
        if let Some(c) = next {
            self.skip(c);
        }
        Ok(next)
    }

    /// The text up to an end of line (`\n`, `\r` or both), which is dropped; `None` at the
    /// end.
    fn line(&mut self) -> io::Result<Option<String>> {
        if self.peek()?.is_none() {
            return Ok(None);
        }
        let mut line = String::new();
        while let Some(c) = self.next()? {
            match c {
                '\n' => break,
                '\r' => {
                    if self.peek()? == Some('\n') {
                        self.skip('\n');
                    }
                    break;
                }
                c => line.push(c),
            }
        }
        Ok(Some(line))
    }

    /// Up to `count` characters, fewer only at the end.
    fn chars(&mut self, count: usize) -> io::Result<String> {
        let mut text = String::new();
        for _ in 0..count {
            match self.next()? {
                Some(c) => text.push(c),
                None => break,
            }
        }
        Ok(text)
    }
}

impl Source for Input {
    fn peek(&mut self) -> io::Result<Option<char>> {
        loop {
            if let Some(c) = self.text.rest().chars().next() {
                return Ok(Some(c));
            }
            if !self.fill_text()? {
                return Ok(None);
            }
        }
    }

    fn skip(&mut self, c: char) {
        self.text.skip(c.len_utf8());
    }

    fn datum(&mut self) -> Result<Option<Datum>, Fault> {
        let mut ended = false;
        loop {
            let result = self.reader.resume(self.text.rest(), ended);
            if let Err(ReadError::Incomplete(_)) = result
                && !ended
            {
                ended = !self.fill_text()?;
                continue;
            }
            let used = if let Ok(None) = result {
                self.text.rest().len()
            } else {
                self.reader.position()
            };
            if result.is_err() {
                self.reader = ReadState::new(FileId::NONE);
            } else {
                self.reader.consume();
            }
            self.text.skip(used.min(self.text.rest().len()));
            return result.map_err(|error| Fault::Text(error.into_diagnostic()));
        }
    }
}

/// Characters of a string, from an index on.
pub(super) struct StringSource<'a> {
    pub text: Text<'a>,
    pub at: usize,
}

/// Characters that the reader is given at first.
const FIRST_CHUNK: usize = 256;

impl Source for StringSource<'_> {
    fn peek(&mut self) -> io::Result<Option<char>> {
        Ok(self.text.get(self.at))
    }

    fn skip(&mut self, _: char) {
        self.at += 1;
    }

    /// Gives the reader a chunk of the rest, and more while the datum is incomplete.
    fn datum(&mut self) -> Result<Option<Datum>, Fault> {
        // The reader skips a line of `#!` at the beginning of a text, which this may not be.
        let mut chunk = if self.at == 0 {
            String::new()
        } else {
            String::from(" ")
        };
        let start = chunk.len();
        let mut reader = ReadState::starting_at(FileId::NONE, start);
        let (mut given, mut wanted) = (self.at, FIRST_CHUNK);
        loop {
            let end = self.text.len().min(self.at.saturating_add(wanted));
            chunk.extend(self.text.slice(given, end).chars());
            (given, wanted) = (end, wanted * 2);
            let ended = end == self.text.len();
            let result = reader.resume(&chunk, ended);
            if let Err(ReadError::Incomplete(_)) = result
                && !ended
            {
                continue;
            }
            let used = if let Ok(None) = result {
                chunk.len()
            } else {
                reader.position()
            };
            let used = chunk
                .get(start..used)
                .map_or(0, |used| used.chars().count());
            self.at += used;
            return result.map_err(|error| Fault::Text(error.into_diagnostic()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_it_comes() {
        let mut decoded = Decoded::default();
        let bytes = "aλ€".as_bytes();
        let mut left: Vec<u8> = Vec::new();
        for &byte in bytes {
            left.push(byte);
            let used = decoded.decode(&left, false);
            left.drain(..used);
        }
        assert_eq!(decoded.rest(), "aλ€");
        assert_eq!(decoded.decode(&[0xe2, 0x82], false), 0);
        assert_eq!(decoded.decode(&[0xe2, 0x82], true), 2);
        assert_eq!(decoded.decode(&[0xff, b'b', 0xc3], false), 2);
        assert_eq!(decoded.rest(), "aλ€\u{fffd}\u{fffd}b");
    }

    #[test]
    fn data_and_lines_come_from_slow_sources() {
        let text = "(a\n b) 12\r\nline λ\r\n\nlast";
        let mut input = Input::new(Box::new(Slow(text.as_bytes())), false);
        let datum = |input: &mut Input| match input.datum() {
            Ok(Some(datum)) => termite_syntax::write_datum(&datum),
            Ok(None) => "end".to_owned(),
            Err(_) => "fault".to_owned(),
        };
        assert_eq!(datum(&mut input), "(a b)");
        assert_eq!(datum(&mut input), "12");
        assert_eq!(input.line().unwrap().as_deref(), Some(""));
        assert_eq!(input.line().unwrap().as_deref(), Some("line λ"));
        assert_eq!(input.line().unwrap().as_deref(), Some(""));
        assert_eq!(input.chars(2).unwrap(), "la");
        assert_eq!(datum(&mut input), "st");
        assert_eq!(datum(&mut input), "end");
        assert_eq!(input.line().unwrap(), None);
    }

    /// Gives one byte at a time.
    struct Slow(&'static [u8]);

    impl io::Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some((&first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            (into[0], self.0) = (first, rest);
            Ok(1)
        }
    }
}
