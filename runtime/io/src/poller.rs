//! Which of the descriptors that somebody waits for are ready.
//!
//! A descriptor is *armed* for one event: whoever waits again arms it again, and is told at
//! once when it is ready already. What was armed must be removed before it is closed.
//!
//! Unsafe here: lending the descriptor of the system's poller.

use mio::unix::SourceFd;
use mio::{Events, Poll};
use std::collections::{HashMap, HashSet};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::time::Duration;

/// What the owner of a descriptor knows it by.
pub type Token = usize;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    Read,
    Write,
}

/// Events taken at once.
const EVENTS: usize = 256;
/// Stands for no descriptor.
const WAKE: mio::Token = mio::Token(usize::MAX);

pub struct Poller {
    poll: Poll,
    events: Events,
    known: HashMap<Token, RawFd>,
    armed: HashSet<Token>,
    /// Those that the system does not watch, since they are always ready.
    ready: Vec<Token>,
}

impl Poller {
    pub fn new() -> io::Result<Poller> {
        Ok(Poller {
            poll: Poll::new()?,
            events: Events::with_capacity(EVENTS),
            known: HashMap::new(),
            armed: HashSet::new(),
            ready: Vec::new(),
        })
    }

    /// Ends [`Poller::wait`], or the next one, from any thread. To be made once.
    pub fn waker(&self) -> io::Result<impl Fn() + Send + Sync + 'static> {
        let waker = mio::Waker::new(self.poll.registry(), WAKE)?;
        Ok(move || {
            // Fails only when the thread that is woken is gone.
            let _ = waker.wake();
        })
    }

    /// Has the next event told.
    pub fn arm(&mut self, token: Token, descriptor: RawFd, interest: Interest) -> io::Result<()> {
        let mut source = SourceFd(&descriptor);
        let interest = match interest {
            Interest::Read => mio::Interest::READABLE,
            Interest::Write => mio::Interest::WRITABLE,
        };
        let registry = self.poll.registry();
        let done = match self.known.get(&token) {
            Some(_) => registry.reregister(&mut source, mio::Token(token), interest),
            None => registry.register(&mut source, mio::Token(token), interest),
        };
        match done {
            Ok(()) => {
                self.known.insert(token, descriptor);
            }
            // Devices such as /dev/null.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                self.ready.push(token);
            }
            Err(error) => return Err(error),
        }
        self.armed.insert(token);
        Ok(())
    }

    /// Nobody waits for it any more.
    pub fn disarm(&mut self, token: Token) {
        self.armed.remove(&token);
    }

    /// The descriptor is about to be closed.
    pub fn remove(&mut self, token: Token) {
        self.armed.remove(&token);
        if let Some(descriptor) = self.known.remove(&token) {
            // It was registered, so that this does not fail.
            let _ = self.poll.registry().deregister(&mut SourceFd(&descriptor));
        }
    }

    pub fn is_armed(&self) -> bool {
        !self.armed.is_empty()
    }

    /// Waits until an armed descriptor is ready, for so long at most, or until woken; those
    /// that are, which are not armed any more.
    pub fn wait(&mut self, timeout: Duration) -> io::Result<Vec<Token>> {
        let timeout = if self.ready.is_empty() {
            timeout
        } else {
            Duration::ZERO
        };
        match self.poll.poll(&mut self.events, Some(timeout)) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        let mut ready = std::mem::take(&mut self.ready);
        ready.extend(self.events.iter().map(|event| event.token().0));
        self.events.clear();
        ready.retain(|token| self.armed.remove(token));
        Ok(ready)
    }

    /// Can be read while an event or a call of the waker is there.
    pub fn descriptor(&self) -> io::Result<OwnedFd> {
        // SAFETY: `self.poll` is open, and does not close before the borrow ends.
        let descriptor = unsafe { BorrowedFd::borrow_raw(self.poll.as_raw_fd()) };
        descriptor.try_clone_to_owned()
    }
}
