//! What ports onto the outside stand for: files and the console, with their buffers.
//!
//! Devices belong to the node. Each has a number that is never used again, so a port that
//! was closed never gets at another one's file. A device is open from its making until
//! its port is closed; one whose port is dropped stays open until the node ends.

use super::text::Decoded;
use std::collections::HashMap;
use std::io::{self, IsTerminal, Read, Write};
use termite_abi::Value;
use termite_heap::statics;
use termite_syntax::{FileId, ReadState};

pub(super) const CONSOLE_INPUT: i64 = 0;
pub(super) const CONSOLE_OUTPUT: i64 = 1;
pub(super) const CONSOLE_ERROR: i64 = 2;

/// Output that may wait in a buffer.
const MOST_BUFFERED: usize = 1 << 16;
/// Bytes asked for at once.
const PIECE: usize = 1 << 13;

/// The open devices of a node, by number.
pub(super) struct Devices {
    pub inputs: HashMap<i64, Input>,
    pub outputs: HashMap<i64, Output>,
    next: i64,
}

impl Default for Devices {
    fn default() -> Devices {
        let stdin = Input::new(Box::new(io::stdin()), io::stdin().is_terminal());
        let stdout = Output::new(Box::new(io::stdout()), io::stdout().is_terminal());
        let stderr = Output::new(Box::new(io::stderr()), true);
        Devices {
            inputs: HashMap::from([(CONSOLE_INPUT, stdin)]),
            outputs: HashMap::from([(CONSOLE_OUTPUT, stdout), (CONSOLE_ERROR, stderr)]),
            next: CONSOLE_ERROR + 1,
        }
    }
}

impl Devices {
    pub(super) fn is_open(&self, id: i64) -> bool {
        self.inputs.contains_key(&id) || self.outputs.contains_key(&id)
    }

    pub(super) fn add_input(&mut self, source: Box<dyn Read>) -> i64 {
        let id = self.take_number();
        self.inputs.insert(id, Input::new(source, false));
        id
    }

    pub(super) fn add_output(&mut self, sink: Box<dyn Write>) -> i64 {
        let id = self.take_number();
        self.outputs.insert(id, Output::new(sink, false));
        id
    }

    fn take_number(&mut self) -> i64 {
        self.next += 1;
        self.next - 1
    }

    /// An input that is about to be read. What was written to the console comes first, if
    /// somebody may be waiting to read it before typing on.
    pub(super) fn reading(&mut self, id: i64) -> io::Result<Option<&mut Input>> {
        let input = self.inputs.get_mut(&id);
        if id == CONSOLE_INPUT
            && input.as_ref().is_some_and(|input| input.is_drained())
            && let Some(output) = self.outputs.get_mut(&CONSOLE_OUTPUT)
        {
            output.flush()?;
        }
        Ok(input)
    }

    /// Closes a device; closing again does nothing.
    pub(super) fn close(&mut self, id: i64) -> io::Result<()> {
        self.inputs.remove(&id);
        match self.outputs.remove(&id) {
            Some(mut output) => output.flush(),
            None => Ok(()),
        }
    }

    /// Writes out all that waits in buffers. A failure has nobody left to tell.
    pub(super) fn flush_all(&mut self) {
        for output in self.outputs.values_mut() {
            let _ = output.flush();
        }
    }
}

/// The port objects of the console: the same in all nodes, immovable.
pub(super) fn console_port(id: i64, flags: i64, name: &str) -> Value {
    let name = statics::alloc_static_string(name);
    statics::alloc_static_object(
        termite_abi::Kind::Port,
        0,
        &[Value::fixnum(id), Value::fixnum(flags), name],
    )
}

/// A source of bytes, read as such or as characters.
pub(super) struct Input {
    source: Box<dyn Read>,
    /// Somebody types it.
    interactive: bool,
    /// Bytes that came and were not taken; `at` is the next one.
    bytes: Vec<u8>,
    at: usize,
    /// The same as text, for textual ports.
    pub text: Decoded,
    pub reader: ReadState,
}

impl Input {
    pub(super) fn new(source: Box<dyn Read>, interactive: bool) -> Input {
        Input {
            source,
            interactive,
            bytes: Vec::new(),
            at: 0,
            text: Decoded::default(),
            reader: ReadState::new(FileId::NONE),
        }
    }

    fn is_drained(&self) -> bool {
        self.at == self.bytes.len() && self.text.rest().is_empty()
    }

    /// Whether the next read would surely not wait.
    pub(super) fn is_ready(&self) -> bool {
        !self.interactive || !self.is_drained()
    }

    /// Gets more bytes, at least one unless the source has ended.
    fn fill(&mut self) -> io::Result<usize> {
        self.bytes.drain(..self.at);
        self.at = 0;
        let old = self.bytes.len();
        self.bytes.resize(old + PIECE, 0);
        let got = loop {
            match self.source.read(&mut self.bytes[old..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                got => break got,
            }
        };
        self.bytes.truncate(old + *got.as_ref().unwrap_or(&0));
        got
    }

    /// Gets more text; false when the source has ended and nothing was left over.
    pub(super) fn fill_text(&mut self) -> io::Result<bool> {
        loop {
            let ended = self.fill()? == 0;
            let before = self.text.rest().len();
            self.at += self.text.decode(&self.bytes[self.at..], ended);
            if ended || self.text.rest().len() > before {
                return Ok(self.text.rest().len() > before);
            }
        }
    }

    pub(super) fn peek_byte(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.bytes.len() && self.fill()? == 0 {
            return Ok(None);
        }
        Ok(self.bytes.get(self.at).copied())
    }

    pub(super) fn skip_byte(&mut self) {
        self.at = (self.at + 1).min(self.bytes.len());
    }

    /// Reads up to as many bytes as `into` has room for; fewer only at the end.
    pub(super) fn read_bytes(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < into.len() {
            if self.at == self.bytes.len() && self.fill()? == 0 {
                break;
            }
            let count = (into.len() - done).min(self.bytes.len() - self.at);
            into[done..done + count].copy_from_slice(&self.bytes[self.at..self.at + count]);
            (self.at, done) = (self.at + count, done + count);
        }
        Ok(done)
    }
}

/// A sink of bytes.
pub(super) struct Output {
    sink: Box<dyn Write>,
    buffer: Vec<u8>,
    /// Nothing waits in the buffer.
    eager: bool,
    /// The last byte was a newline, or there was none yet.
    pub at_line_start: bool,
}

impl Output {
    pub(super) fn new(sink: Box<dyn Write>, eager: bool) -> Output {
        Output {
            sink,
            buffer: Vec::new(),
            eager,
            at_line_start: true,
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(&last) = bytes.last() else {
            return Ok(());
        };
        self.at_line_start = last == b'\n';
        self.buffer.extend_from_slice(bytes);
        if self.eager || self.buffer.len() > MOST_BUFFERED {
            self.flush()
        } else {
            Ok(())
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        self.sink.write_all(&buffer)?;
        self.sink.flush()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Nobody is left to tell of a failure.
        let _ = self.flush();
    }
}
