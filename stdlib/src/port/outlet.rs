//! Outputs of devices: bytes that wait in a buffer, and go when there are many, when they
//! are asked to, and when the node has nothing else to do.
//!
//! Writing itself never waits, so the buffer grows beyond its bound when the other side is
//! slow; who has written then waits for room before it goes on.

use std::io::{self, ErrorKind, Write};
use std::os::fd::RawFd;
use std::time::Duration;
use termite_io as outside;
use termite_vm::Pid;

/// Output that may wait in a buffer.
const MOST_BUFFERED: usize = 1 << 16;

/// Where bytes go.
pub(super) enum Destination {
    Descriptor(outside::Sink),
    /// Something that waits with the whole node.
    Other(Box<dyn Write>),
}

pub(super) struct Output {
    destination: Destination,
    /// `buffer[start..]` is to be written.
    buffer: Vec<u8>,
    start: usize,
    /// Nothing waits in the buffer.
    eager: bool,
    /// The last byte was a newline, or there was none yet.
    pub at_line_start: bool,
    /// It is among the node's outputs with something to write.
    pub listed: bool,
    /// The poller will tell when more can be written.
    pub armed: bool,
    /// Processes that wait for room.
    pub waiting: Vec<Pid>,
    /// What went wrong while nobody was there to be told.
    failure: Option<io::Error>,
}

impl Output {
    pub(super) fn new(destination: Destination, eager: bool) -> Output {
        Output {
            destination,
            buffer: Vec::new(),
            start: 0,
            eager,
            at_line_start: true,
            listed: false,
            armed: false,
            waiting: Vec::new(),
            failure: None,
        }
    }

    /// What to have watched; `None`: writing never has to wait.
    pub(super) fn descriptor(&self) -> Option<RawFd> {
        match &self.destination {
            Destination::Descriptor(sink) => sink.descriptor(),
            Destination::Other(_) => None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.buffer.len()
    }

    /// Whether who writes should wait.
    pub(super) fn is_full(&self) -> bool {
        let most = if self.eager { 0 } else { MOST_BUFFERED };
        self.buffer.len() - self.start > most
    }

    /// Adds to the buffer, and writes if that makes it full.
    #[inline]
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(&last) = bytes.last() else {
            return Ok(());
        };
        self.at_line_start = last == b'\n';
        self.buffer.extend_from_slice(bytes);
        if self.is_full() || self.failure.is_some() {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes what is taken without waiting. What could not be written because of an error
    /// is dropped.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let result = match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.write_out(),
        };
        if result.is_err() || self.is_empty() {
            (self.start, _) = (0, self.buffer.clear());
        } else if self.start > self.buffer.len() / 2 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        result
    }

    fn write_out(&mut self) -> io::Result<()> {
        while !self.is_empty() {
            let rest = &self.buffer[self.start..];
            match &mut self.destination {
                Destination::Descriptor(sink) => match sink.write(rest) {
                    Ok(0) => return Err(ErrorKind::WriteZero.into()),
                    Ok(count) => self.start += count,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                    Err(error) => return Err(error),
                },
                Destination::Other(writer) => {
                    writer.write_all(rest)?;
                    writer.flush()?;
                    self.start = self.buffer.len();
                }
            }
        }
        Ok(())
    }

    /// As `flush`; a failure is told to whoever writes next.
    pub(super) fn flush_unattended(&mut self) {
        if let Err(error) = self.flush() {
            self.failure = Some(error);
        }
    }

    /// Writes all, waiting with the whole node; given up when so much time passes without
    /// progress, or at a failure, which has nobody left to tell.
    pub(super) fn flush_wholly(&mut self, most: Option<Duration>) {
        while self.flush().is_ok() && !self.is_empty() {
            if let Destination::Descriptor(sink) = &self.destination
                && !sink.wait(most)
            {
                return;
            }
        }
    }
}
