//! TCP connections and servers of programs.
//!
//! A connection's two directions are descriptors of their own, so that each is closed and
//! waited for by itself.
//!
//! Unsafe here: the system call `listen`, on an open socket.

use crate::descriptor::{Sink, Source};
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, RawFd};

#[derive(Debug)]
pub struct Connection {
    pub source: Source,
    pub sink: Sink,
    /// The other side's address and port.
    pub peer: String,
}

impl Connection {
    fn new(socket: TcpStream) -> io::Result<Connection> {
        socket.set_nonblocking(true)?;
        // What is written goes when it is flushed; there is nothing to gather.
        socket.set_nodelay(true)?;
        let peer = socket.peer_addr()?.to_string();
        Ok(Connection {
            source: Source::of_socket(socket.try_clone()?),
            sink: Sink::of_socket(socket),
            peer,
        })
    }
}

/// Looks the name up and connects. Waits for both.
pub fn connect(host: &str, port: u16) -> io::Result<Connection> {
    Connection::new(TcpStream::connect((host, port))?)
}

/// Takes connections.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Waits while a name is looked up. Port 0 takes a free one. `backlog` connections wait
    /// to be accepted at most; the system has its own bounds.
    pub fn bind(host: &str, port: u16, backlog: Option<u16>) -> io::Result<Listener> {
        let listener = TcpListener::bind((host, port))?;
        listener.set_nonblocking(true)?;
        if let Some(backlog) = backlog {
            // SAFETY: no memory is passed; the socket is open, and listens already.
            let done = unsafe { libc::listen(listener.as_raw_fd(), backlog.into()) };
            if done != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(Listener(listener))
    }

    /// The next connection; `WouldBlock` when there is none yet.
    pub fn accept(&self) -> io::Result<Connection> {
        loop {
            match self.0.accept() {
                Ok((socket, _)) => return Connection::new(socket),
                Err(error) => match error.kind() {
                    // Whoever it was is gone.
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
    }

    pub fn port(&self) -> io::Result<u16> {
        Ok(self.0.local_addr()?.port())
    }

    pub fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
