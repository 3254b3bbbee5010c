//! Inputs of devices: bytes that came and were not taken, read as bytes, text and data.
//!
//! Whatever is asked for is taken as a whole or not at all: while it has not come
//! completely, reading fails with `WouldBlock`, and is tried again later. What has been
//! looked at meanwhile is noted (`seen`, `count`, `reader`) so that nothing is looked at twice;
//! [`Input::restart`] forgets it.
//!
//! Text is decoded as it is taken, so that bytes after it can be read as bytes. What is no
//! UTF-8 becomes U+FFFD.

use super::device::Turns;
use super::text::{Fault, Source};
use std::io::{self, ErrorKind, Read};
use std::os::fd::RawFd;
use termite_io as outside;
use termite_syntax::{Datum, FileId, ReadError, ReadState};

/// Bytes asked for at once.
const PIECE: usize = 1 << 16;
/// Longest encoding of a character.
const MOST_UTF8: usize = 4;
/// Bytes that the reader of data is given at first.
const FIRST_CHUNK: usize = 256;

/// Where bytes come from.
pub(super) enum Origin {
    Descriptor(outside::Source),
    /// Something that waits with the whole node.
    Other(Box<dyn Read>),
}

pub(super) struct Input {
    origin: Origin,
    /// Somebody types it.
    interactive: bool,
    /// `bytes[at..]` came and was not taken.
    bytes: Vec<u8>,
    at: usize,
    /// The origin has ended, and nobody was told of it.
    at_end: bool,
    /// Bytes after `at` that a line or string goes over, and the characters among them.
    seen: usize,
    count: usize,
    /// Bytes that the reader of data was given.
    given: usize,
    reader: ReadState,
    pub turns: Turns,
}

impl Input {
    pub(super) fn new(origin: Origin, interactive: bool) -> Input {
        Input {
            origin,
            interactive,
            bytes: Vec::new(),
            at: 0,
            at_end: false,
            seen: 0,
            count: 0,
            given: FIRST_CHUNK,
            reader: ReadState::new(FileId::NONE),
            turns: Turns::default(),
        }
    }

    /// What to have watched; `None`: reading never fails for having to wait.
    pub(super) fn descriptor(&self) -> Option<RawFd> {
        match &self.origin {
            Origin::Descriptor(source) => source.descriptor(),
            Origin::Other(_) => None,
        }
    }

    pub(super) fn is_drained(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// What was begun to be read is read by somebody else, from its beginning.
    pub(super) fn restart(&mut self) {
        (self.seen, self.count, self.given) = (0, 0, FIRST_CHUNK);
        self.reader = ReadState::new(FileId::NONE);
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// The next byte, if it came and nobody is in the midst of reading.
    #[inline]
    pub(super) fn byte_at_hand(&self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        byte.filter(|_| self.turns.is_free())
    }

    #[inline]
    pub(super) fn take(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.bytes.len());
        (self.seen, self.count) = (0, 0);
    }

    /// Gets more bytes; none when the origin has ended.
    fn fill(&mut self) -> io::Result<usize> {
        if self.at_end {
            return Ok(0);
        }
        self.bytes.drain(..self.at);
        self.at = 0;
        let old = self.bytes.len();
        self.bytes.resize(old + PIECE, 0);
        let got = self.read_origin(old);
        self.bytes.truncate(old + *got.as_ref().unwrap_or(&0));
        self.at_end = matches!(got, Ok(0));
        got
    }

    fn read_origin(&mut self, from: usize) -> io::Result<usize> {
        let into = &mut self.bytes[from..];
        match &mut self.origin {
            Origin::Descriptor(source) => source.read(into),
            Origin::Other(reader) => loop {
                match reader.read(into) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    got => break got,
                }
            },
        }
    }

    /// Says to somebody that the origin has ended: a terminal may go on.
    fn end<T>(&mut self) -> io::Result<Option<T>> {
        self.at_end = false;
        Ok(None)
    }

    /// Whether the next byte or, of `text`, character would not be waited for.
    pub(super) fn is_ready(&mut self, text: bool) -> bool {
        if !self.turns.is_free() {
            return false;
        }
        loop {
            let at_hand = match text {
                true => decode(self.rest(), self.at_end).is_some(),
                false => !self.is_drained(),
            };
            if at_hand || self.at_end {
                return true;
            }
            if matches!(self.origin, Origin::Other(_)) {
                return !self.interactive;
            }
            match self.fill() {
                Ok(_) => {}
                Err(error) => return error.kind() != ErrorKind::WouldBlock,
            }
        }
    }

    // -- bytes --

    pub(super) fn byte(&mut self, take: bool) -> io::Result<Option<u8>> {
        if self.is_drained() && self.fill()? == 0 {
            return match take {
                true => self.end(),
                false => Ok(None),
            };
        }
        let byte = self.bytes.get(self.at).copied();
        if take {
            self.take(1);
        }
        Ok(byte)
    }

    /// The next `count` bytes, or what is left; `None` at the end.
    pub(super) fn bytes(&mut self, count: usize) -> io::Result<Option<Vec<u8>>> {
        if let Some(bytes) = self.bytes_of_file(count)? {
            return Ok(Some(bytes).filter(|bytes| count == 0 || !bytes.is_empty()));
        }
        while self.rest().len() < count && self.fill()? > 0 {}
        let found = count.min(self.rest().len());
        if found == 0 && count > 0 {
            return self.end();
        }
        let part = self.rest()[..found].to_vec();
        self.take(found);
        Ok(Some(part))
    }

    /// As `bytes`, from what never has to be waited for, without a buffer in between.
    fn bytes_of_file(&mut self, count: usize) -> io::Result<Option<Vec<u8>>> {
        let Origin::Descriptor(source) = &mut self.origin else {
            return Ok(None);
        };
        if source.descriptor().is_some() {
            return Ok(None);
        }
        let at_hand = count.min(self.bytes.len() - self.at);
        let mut part = self.bytes[self.at..self.at + at_hand].to_vec();
        while part.len() < count {
            let old = part.len();
            // In pieces, since a program may ask for more than there is.
            part.resize(count.min(old + (PIECE << 4)), 0);
            let got = source.read(&mut part[old..])?;
            part.truncate(old + got);
            if got == 0 {
                break;
            }
        }
        self.take(at_hand);
        Ok(Some(part))
    }

    // -- text --

    fn char_at_hand(&mut self) -> io::Result<Option<(char, usize)>> {
        loop {
            if let Some(found) = decode(self.rest(), self.at_end) {
                return Ok(Some(found));
            }
            if self.at_end || (self.fill()? == 0 && self.is_drained()) {
                return Ok(None);
            }
        }
    }

    /// Takes so many bytes as text.
    fn take_text(&mut self, bytes: usize) -> String {
        let text = String::from_utf8_lossy(&self.rest()[..bytes]).into_owned();
        self.take(bytes);
        text
    }

    /// Bytes of the next line, without and with its end, if that has come.
    fn line_at_hand(&mut self) -> Option<(usize, usize)> {
        let is_end = |&b: &u8| b == b'\n' || b == b'\r';
        let rest = &self.bytes[self.at..];
        let Some(more) = rest[self.seen..].iter().position(is_end) else {
            self.seen = rest.len();
            return None;
        };
        let length = self.seen + more;
        self.seen = length;
        match (rest[length], rest.get(length + 1)) {
            (b'\r', Some(b'\n')) => Some((length, length + 2)),
            (b'\r', None) if !self.at_end => None,
            _ => Some((length, length + 1)),
        }
    }

    /// The next line, if it has come and nobody is in the midst of reading.
    pub(super) fn whole_line(&mut self) -> Option<String> {
        if !self.turns.is_free() {
            return None;
        }
        let (length, with_end) = self.line_at_hand()?;
        Some(self.take_line(length, with_end))
    }

    fn take_line(&mut self, length: usize, with_end: usize) -> String {
        let line = self.take_text(length);
        self.take(with_end - length);
        line
    }

    /// Whether `count` characters have come: how many bytes they are.
    fn chars_at_hand(&mut self, count: usize) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        while self.count < count {
            let more = &rest[self.seen..];
            let wanted = more.len().min(count - self.count);
            let plain = more[..wanted].iter().take_while(|b| b.is_ascii()).count();
            (self.seen, self.count) = (self.seen + plain, self.count + plain);
            if self.count < count {
                let (_, length) = decode(&rest[self.seen..], self.at_end)?;
                (self.seen, self.count) = (self.seen + length, self.count + 1);
            }
        }
        Some(self.seen)
    }

    // -- data --

    /// Has what is no text among the first `wanted` bytes replaced, from `from` on; what is
    /// text there.
    fn text_for_reader(&mut self, wanted: usize) -> &str {
        loop {
            let end = self.bytes.len().min(self.at + wanted);
            let chunk = &self.bytes[self.at..end];
            let Err(error) = str::from_utf8(chunk) else {
                break;
            };
            let at = self.at + error.valid_up_to();
            match error.error_len() {
                Some(length) => {
                    let replacement = "\u{fffd}".bytes();
                    self.bytes.splice(at..at + length, replacement);
                }
                // Cut off: by the end of the chunk, or for ever.
                None if self.at_end && end == self.bytes.len() => {
                    self.bytes.splice(at..end, "\u{fffd}".bytes());
                }
                None => break,
            }
        }
        let end = self.bytes.len().min(self.at + wanted);
        let chunk = &self.bytes[self.at..end];
        let valid = str::from_utf8(chunk).map_or_else(|e| e.valid_up_to(), str::len);
        str::from_utf8(&chunk[..valid]).unwrap_or_default()
    }

    fn read_datum(&mut self) -> Result<Option<Datum>, Fault> {
        loop {
            let mut reader = std::mem::replace(&mut self.reader, ReadState::new(FileId::NONE));
            let is_all = self.given >= self.rest().len();
            let ended = self.at_end && is_all;
            let text = self.text_for_reader(self.given);
            let result = reader.resume(text, ended);
            let length = text.len();
            if let Err(ReadError::Incomplete(_)) = result
                && !ended
            {
                self.reader = reader;
                if is_all {
                    self.fill()?;
                }
                self.given = self.given.max(self.rest().len().min(self.given * 2));
                continue;
            }
            let used = match &result {
                // What is cut off has been read to its end.
                Ok(None) | Err(ReadError::Incomplete(_)) => length,
                Ok(Some(_)) | Err(ReadError::Invalid(_)) => reader.position().min(length),
            };
            if result.is_ok() {
                reader.consume();
                self.reader = reader;
            }
            self.given = FIRST_CHUNK;
            self.take(used);
            return result.map_err(|error| Fault::Text(error.into_diagnostic()));
        }
    }
}

/// The first character and the bytes that it takes; `None` if there is none, or only its
/// beginning and more may come.
#[inline]
fn decode(bytes: &[u8], ended: bool) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first.is_ascii() {
        return Some((first.into(), 1));
    }
    let start = &bytes[..bytes.len().min(MOST_UTF8)];
    let chunk = start.utf8_chunks().next()?;
    if let Some(c) = chunk.valid().chars().next() {
        return Some((c, c.len_utf8()));
    }
    let invalid = chunk.invalid();
    // More bytes could make a character of these.
    let is_cut_off = invalid.len() == bytes.len()
        && str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
    if is_cut_off && !ended {
        return None;
    }
    Some((char::REPLACEMENT_CHARACTER, invalid.len()))
}

impl Source for Input {
    fn peek(&mut self) -> io::Result<Option<char>> {
        Ok(self.char_at_hand()?.map(|(c, _)| c))
    }

    fn next(&mut self) -> io::Result<Option<char>> {
        match self.char_at_hand()? {
            Some((c, length)) => {
                self.take(length);
                Ok(Some(c))
            }
            None => self.end(),
        }
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some((length, with_end)) = self.line_at_hand() {
                return Ok(Some(self.take_line(length, with_end)));
            }
            if self.fill()? == 0 {
                // A lone `\r` is an end of line after all.
                if let Some((length, with_end)) = self.line_at_hand() {
                    return Ok(Some(self.take_line(length, with_end)));
                }
                break;
            }
        }
        match self.rest().len() {
            0 => self.end(),
            length => Ok(Some(self.take_text(length))),
        }
    }

    fn chars(&mut self, count: usize) -> io::Result<Option<String>> {
        loop {
            if let Some(bytes) = self.chars_at_hand(count) {
                return Ok(Some(self.take_text(bytes)));
            }
            if self.fill()? == 0 {
                break;
            }
        }
        // A cut-off character at the very end counts, too.
        let bytes = self.chars_at_hand(count).unwrap_or(self.rest().len());
        match bytes {
            0 => self.end(),
            bytes => Ok(Some(self.take_text(bytes))),
        }
    }

    fn datum(&mut self) -> Result<Option<Datum>, Fault> {
        let datum = self.read_datum()?;
        if datum.is_none() {
            self.at_end = false;
        }
        Ok(datum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, and has the reader wait before each.
    struct Slow {
        rest: &'static [u8],
        waits: bool,
    }

    impl Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.waits = !self.waits;
            if self.waits {
                return Err(ErrorKind::WouldBlock.into());
            }
            let Some((&first, rest)) = self.rest.split_first() else {
                return Ok(0);
            };
            (into[0], self.rest) = (first, rest);
            Ok(1)
        }
    }

    fn slow(text: &'static [u8]) -> Input {
        let origin = Slow {
            rest: text,
            waits: false,
        };
        Input::new(Origin::Other(Box::new(origin)), false)
    }

    /// Tries until it need not wait.
    fn patiently<T>(mut read: impl FnMut() -> io::Result<T>) -> T {
        loop {
            match read() {
                Ok(value) => return value,
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
    }

    fn datum(input: &mut Input) -> String {
        loop {
            match input.datum() {
                Ok(Some(datum)) => return termite_syntax::write_datum(&datum),
                Ok(None) => return "end".to_owned(),
                Err(Fault::World(error)) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
                Err(Fault::Text(_)) => return "fault".to_owned(),
            }
        }
    }

    #[test]
    fn data_and_lines_come_from_slow_origins() {
        let mut input = slow("(a\n b) 12\r\nline λ\r\n\nlast".as_bytes());
        assert_eq!(datum(&mut input), "(a b)");
        assert_eq!(datum(&mut input), "12");
        let mut line = || patiently(|| input.line());
        assert_eq!(line().as_deref(), Some(""));
        assert_eq!(line().as_deref(), Some("line λ"));
        assert_eq!(line().as_deref(), Some(""));
        assert_eq!(patiently(|| input.chars(2)).as_deref(), Some("la"));
        assert_eq!(datum(&mut input), "st");
        assert_eq!(datum(&mut input), "end");
        assert_eq!(patiently(|| input.line()), None);
    }

    #[test]
    fn characters_come_over_the_borders_of_pieces() {
        let mut input = slow(b"a\xce\xbb\xe2\x82\xac\xff\xc3b\xe2\x82");
        let text = "aλ€\u{fffd}\u{fffd}b\u{fffd}";
        for c in text.chars() {
            assert_eq!(patiently(|| input.peek()), Some(c));
            assert_eq!(patiently(|| input.next()), Some(c));
        }
        assert_eq!(patiently(|| input.next()), None);
        let mut input = slow(b"a\xce\xbb\xe2\x82\xac\xff\xc3b\xe2\x82");
        assert_eq!(patiently(|| input.chars(100)).as_deref(), Some(text));
    }

    #[test]
    fn data_are_read_over_what_is_no_text() {
        let mut input = slow(b"(\"\xff\" \"\xce\xbb\") #\\\xc3");
        assert_eq!(datum(&mut input), "(\"\u{fffd}\" \"λ\")");
        assert_eq!(datum(&mut input), "#\\\u{fffd}");
        assert_eq!(datum(&mut input), "end");
    }

    #[test]
    fn bytes_after_text_are_as_they_came() {
        let mut input = slow(b"head\r\n\xff\xfe\x00tail");
        assert_eq!(patiently(|| input.line()).as_deref(), Some("head"));
        assert_eq!(patiently(|| input.byte(false)), Some(0xff));
        let three = patiently(|| input.bytes(3));
        assert_eq!(three.as_deref(), Some(&b"\xff\xfe\x00"[..]));
        assert_eq!(patiently(|| input.bytes(9)).as_deref(), Some(&b"tail"[..]));
        assert_eq!(patiently(|| input.bytes(9)), None);
    }

    #[test]
    fn a_reader_that_leaves_leaves_what_it_looked_at() {
        let mut input = slow(b"(a b)\nrest\n");
        for _ in 0..4 {
            assert!(input.datum().is_err());
        }
        input.restart();
        assert_eq!(patiently(|| input.line()).as_deref(), Some("(a b)"));
    }
}
