//! Reading and writing descriptors without waiting.
//!
//! | kind | | how |
//! |---|---|---|
//! | plain | regular files | directly; the system makes no difference |
//! | own | what was opened here: pipes, sockets, devices | the descriptor is set not to wait |
//! | shared | the console | asked first: its setting would hold for all who have it open |
//!
//! Unsafe here: the system calls `poll` and `fcntl`, on descriptors that are open.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

/// Bytes that a descriptor which is ready takes in any case (POSIX: `PIPE_BUF`).
const SURE: usize = 4096;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Plain,
    Own,
    Shared,
}

#[derive(Debug)]
enum Handle {
    File(File),
    Socket(TcpStream),
}

impl Handle {
    fn descriptor(&self) -> RawFd {
        match self {
            Handle::File(file) => file.as_raw_fd(),
            Handle::Socket(socket) => socket.as_raw_fd(),
        }
    }
}

/// Something to read from.
#[derive(Debug)]
pub struct Source {
    handle: Handle,
    kind: Kind,
}

/// Something to write to. A socket's peer sees the end when it is dropped.
#[derive(Debug)]
pub struct Sink {
    handle: Handle,
    kind: Kind,
}

impl Source {
    /// A file or pipe that nobody else reads through this descriptor.
    pub(crate) fn own(file: File) -> io::Result<Source> {
        let kind = own_kind(&file)?;
        let handle = Handle::File(file);
        Ok(Source { handle, kind })
    }

    pub(crate) fn shared(file: File) -> Source {
        let kind = shared_kind(&file);
        let handle = Handle::File(file);
        Source { handle, kind }
    }

    /// The socket is set not to wait.
    pub(crate) fn of_socket(socket: TcpStream) -> Source {
        Source {
            handle: Handle::Socket(socket),
            kind: Kind::Own,
        }
    }

    /// What is there, up to the length of `into`; 0 at the end. `WouldBlock` when there is
    /// nothing yet.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.kind == Kind::Shared && !is_ready(self.handle.descriptor(), libc::POLLIN) {
                return Err(ErrorKind::WouldBlock.into());
            }
            let read = match &self.handle {
                Handle::File(file) => (&*file).read(into),
                Handle::Socket(socket) => (&*socket).read(into),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// What to have watched; `None`: reading never waits.
    pub fn descriptor(&self) -> Option<RawFd> {
        (self.kind != Kind::Plain).then(|| self.handle.descriptor())
    }
}

impl Sink {
    /// See [`Source::own`].
    pub(crate) fn own(file: File) -> io::Result<Sink> {
        let kind = own_kind(&file)?;
        let handle = Handle::File(file);
        Ok(Sink { handle, kind })
    }

    pub(crate) fn shared(file: File) -> Sink {
        let kind = shared_kind(&file);
        let handle = Handle::File(file);
        Sink { handle, kind }
    }

    pub(crate) fn of_socket(socket: TcpStream) -> Sink {
        Sink {
            handle: Handle::Socket(socket),
            kind: Kind::Own,
        }
    }

    /// Writes what is taken at once; how many bytes. `WouldBlock` when none are.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let mut part = bytes;
            if self.kind == Kind::Shared {
                if !is_ready(self.handle.descriptor(), libc::POLLOUT) {
                    return Err(ErrorKind::WouldBlock.into());
                }
                part = &bytes[..bytes.len().min(SURE)];
            }
            let written = match &self.handle {
                Handle::File(file) => (&*file).write(part),
                Handle::Socket(socket) => (&*socket).write(part),
            };
            match written {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                written => return written,
            }
        }
    }

    /// See [`Source::descriptor`].
    pub fn descriptor(&self) -> Option<RawFd> {
        (self.kind != Kind::Plain).then(|| self.handle.descriptor())
    }

    /// Waits, with the whole thread, until something can be written; for so long at most.
    /// `false`: that time has passed.
    pub fn wait(&self, most: Option<Duration>) -> bool {
        self.kind == Kind::Plain || poll(self.handle.descriptor(), libc::POLLOUT, most)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Handle::Socket(socket) = &self.handle {
            // Fails when the connection is gone, which is as good.
            let _ = socket.shutdown(Shutdown::Write);
        }
    }
}

fn shared_kind(file: &File) -> Kind {
    match file.metadata() {
        Ok(metadata) if metadata.is_file() => Kind::Plain,
        _ => Kind::Shared,
    }
}

fn own_kind(file: &File) -> io::Result<Kind> {
    if file.metadata()?.is_file() {
        return Ok(Kind::Plain);
    }
    set_not_to_wait(file.as_raw_fd())?;
    Ok(Kind::Own)
}

fn set_not_to_wait(descriptor: RawFd) -> io::Result<()> {
    // SAFETY: no memory is passed; a descriptor that is not open is an error.
    let flags = unsafe { libc::fcntl(descriptor, libc::F_GETFL) };
    if flags < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: as above.
    let done = unsafe { libc::fcntl(descriptor, libc::F_SETFL, flags | libc::O_NONBLOCK) };
    match done {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn is_ready(descriptor: RawFd, events: libc::c_short) -> bool {
    poll(descriptor, events, Some(Duration::ZERO))
}

/// Waits for these events, an error or a hang-up. What cannot be asked is ready: the next
/// call will say what is wrong with it.
fn poll(descriptor: RawFd, events: libc::c_short, most: Option<Duration>) -> bool {
    let mut asked = libc::pollfd {
        fd: descriptor,
        events,
        revents: 0,
    };
    let timeout = most.map_or(-1, |most| {
        i32::try_from(most.as_millis()).unwrap_or(i32::MAX)
    });
    loop {
        // SAFETY: `asked` is one `pollfd`, which lives until the call returns.
        let count = unsafe { libc::poll(&raw mut asked, 1, timeout) };
        let is_interrupted =
            count < 0 && io::Error::last_os_error().kind() == ErrorKind::Interrupted;
        if !is_interrupted {
            return count != 0;
        }
    }
}
