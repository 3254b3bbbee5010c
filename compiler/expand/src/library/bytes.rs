//! Reading and writing the bytes of an interface: numbers of variable length, texts,
//! data.

use super::interface::DecodeError;
use std::sync::Arc;
use termite_syntax::{Datum, FileId, Span, Symbol, read_all, write_datum};

#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Seven bits a byte, the least significant first.
    pub fn number(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.byte(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.byte(value.to_le_bytes()[0]);
    }

    pub fn length(&mut self, length: usize) {
        self.number(u32::try_from(length).unwrap_or(u32::MAX));
    }

    pub fn text(&mut self, text: &str) {
        self.length(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub fn symbol(&mut self, symbol: Symbol) {
        self.text(symbol.as_str());
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A datum without identifiers, as text.
    pub fn datum(&mut self, datum: &Datum) {
        self.text(&write_datum(datum));
    }
}

pub struct Reader<'b> {
    bytes: &'b [u8],
    position: usize,
}

pub type Decoded<T> = Result<T, DecodeError>;

pub fn corrupt(what: &str) -> DecodeError {
    DecodeError(format!("damaged interface: {what}"))
}

impl<'b> Reader<'b> {
    pub fn new(bytes: &'b [u8], position: usize) -> Reader<'b> {
        Reader { bytes, position }
    }

    pub fn position(&self) -> usize {
        self.position
    }

    pub fn byte(&mut self) -> Decoded<u8> {
        let byte = self
            .bytes
            .get(self.position)
            .copied()
            .ok_or_else(|| corrupt("it ends early"))?;
        self.position += 1;
        Ok(byte)
    }

    pub fn number(&mut self) -> Decoded<u32> {
        let mut value = 0u32;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(corrupt("a number is too long"))
    }

    /// A number of things that take at least a byte each.
    pub fn length(&mut self) -> Decoded<usize> {
        let length = self.number()? as usize;
        if length > self.bytes.len() - self.position {
            return Err(corrupt("a length is too great"));
        }
        Ok(length)
    }

    pub fn text(&mut self) -> Decoded<&'b str> {
        let length = self.length()?;
        let bytes = &self.bytes[self.position..self.position + length];
        self.position += length;
        std::str::from_utf8(bytes).map_err(|_| corrupt("a text is not UTF-8"))
    }

    pub fn symbol(&mut self) -> Decoded<Symbol> {
        Ok(Symbol::intern(self.text()?))
    }

    pub fn datum(&mut self) -> Decoded<Datum> {
        let text = self.text()?;
        let mut data = read_all(FileId::NONE, text).map_err(|_| corrupt("a datum is malformed"))?;
        let mut datum = data.pop().ok_or_else(|| corrupt("a datum is missing"))?;
        datum.span = Span::NONE;
        Ok(datum)
    }

    pub fn list<T>(&mut self, item: impl Fn(&mut Self) -> Decoded<T>) -> Decoded<Vec<T>> {
        let length = self.length()?;
        (0..length).map(|_| item(self)).collect()
    }
}

/// Files that spans refer to, by their place in this table; 0 is none.
#[derive(Default)]
pub struct Files {
    files: Vec<FileId>,
}

impl Files {
    pub fn into_files(self) -> Arc<[FileId]> {
        self.files.into()
    }

    pub fn write_span(&mut self, span: Span, out: &mut Writer) {
        if span.is_none() {
            return out.byte(0);
        }
        let known = self.files.iter().position(|file| *file == span.file);
        let index = known.unwrap_or_else(|| {
            self.files.push(span.file);
            self.files.len() - 1
        });
        out.length(index + 1);
        out.number(span.start);
        out.number(span.len());
    }
}

/// A span in a file that is not known here is none.
pub fn read_span(files: &[FileId], from: &mut Reader<'_>) -> Decoded<Span> {
    let index = from.number()?;
    if index == 0 {
        return Ok(Span::NONE);
    }
    let (start, length) = (from.number()?, from.number()?);
    let file = files.get(index as usize - 1);
    Ok(file.map_or(Span::NONE, |file| {
        Span::new(*file, start, start.saturating_add(length))
    }))
}
