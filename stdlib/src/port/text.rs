//! Sources of characters and data, and the one that reads a string.

use std::io;
use termite_heap::Text;
use termite_syntax::{Datum, Diagnostic, FileId, ReadError, ReadState};

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

/// Where characters come from. `None` at the end.
pub(super) trait Source {
    /// The next character, which stays.
    fn peek(&mut self) -> io::Result<Option<char>>;

    fn next(&mut self) -> io::Result<Option<char>>;

    /// The text up to an end of line (`\n`, `\r` or both), which is dropped.
    fn line(&mut self) -> io::Result<Option<String>>;

    /// Up to `count` characters, fewer only at the end.
    fn chars(&mut self, count: usize) -> io::Result<Option<String>>;

    fn datum(&mut self) -> Result<Option<Datum>, Fault>;
}

/// Characters of a string, from an index on.
pub(super) struct StringSource<'a> {
    pub text: Text<'a>,
    pub at: usize,
}

/// Characters that the reader is given at first.
const FIRST_CHUNK: usize = 256;

impl StringSource<'_> {
    /// The next `count` characters.
    fn take(&mut self, count: usize) -> String {
        let part = self.text.slice(self.at, self.at + count);
        self.at += count;
        text_to_utf8(part)
    }
}

impl Source for StringSource<'_> {
    fn peek(&mut self) -> io::Result<Option<char>> {
        Ok(self.text.get(self.at))
    }

    fn next(&mut self) -> io::Result<Option<char>> {
        let next = self.text.get(self.at);
        self.at += usize::from(next.is_some());
        Ok(next)
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let rest = self.text.slice(self.at, self.text.len());
        if rest.is_empty() {
            return Ok(None);
        }
        let length = match rest.latin1() {
            Some(bytes) => bytes.iter().position(|&b| b == b'\n' || b == b'\r'),
            None => rest.chars().position(|c| c == '\n' || c == '\r'),
        };
        let line = self.take(length.unwrap_or(rest.len()));
        let end = (self.text.get(self.at), self.text.get(self.at + 1));
        self.at += match end {
            (Some('\r'), Some('\n')) => 2,
            (Some(_), _) => 1,
            (None, _) => 0,
        };
        Ok(Some(line))
    }

    fn chars(&mut self, count: usize) -> io::Result<Option<String>> {
        let found = count.min(self.text.len() - self.at);
        let text = self.take(found);
        Ok(Some(text).filter(|_| found > 0 || count == 0))
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
            chunk.push_str(&text_to_utf8(self.text.slice(given, end)));
            (given, wanted) = (end, wanted * 2);
            let ended = end == self.text.len();
            let result = reader.resume(&chunk, ended);
            if let Err(ReadError::Incomplete(_)) = result
                && !ended
            {
                continue;
            }
            let used = match &result {
                // What is cut off has been read to its end.
                Ok(None) | Err(ReadError::Incomplete(_)) => chunk.len(),
                Ok(Some(_)) | Err(ReadError::Invalid(_)) => reader.position(),
            };
            let used = chunk
                .get(start..used)
                .map_or(0, |used| used.chars().count());
            self.at += used;
            return result.map_err(|error| Fault::Text(error.into_diagnostic()));
        }
    }
}

/// The characters as a Rust string.
pub(super) fn text_to_utf8(text: Text<'_>) -> String {
    let plain = text.latin1().filter(|bytes| bytes.is_ascii());
    match plain.and_then(|bytes| str::from_utf8(bytes).ok()) {
        Some(plain) => plain.to_owned(),
        None => text.chars().collect(),
    }
}
