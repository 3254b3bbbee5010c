//! Sockets and waiting, on tokio's current-thread runtime and the caller's thread.
//!
//! The runtime runs only inside [`Driver::turn`]: there it waits for sockets and runs the
//! attempts to connect, each a task. Reading and writing happen outside of it, by the
//! caller, on sockets that a turn has found ready. Each socket has wakers of its own that
//! note a [`Token`]; so a turn costs the sockets that are ready, not all.

use crate::error::{ConnectError, NetError};
use crate::peers::ConnId;
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker as TaskWaker};
use std::time::Duration;
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, Interest, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

/// Threads for resolving names at most.
const RESOLVERS: usize = 4;
const BACKLOG: u32 = 1024;
const LOOPBACK_BUFFER: u32 = 256 * 1024;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token {
    Accept,
    Read(ConnId),
    Write(ConnId),
    /// Attempts have come to an end: see `take_dialed`.
    Dialed,
    /// The descriptor of somebody else can be read.
    Watched,
}

pub type Dialed = (ConnId, Result<TcpStream, ConnectError>);

pub struct Driver {
    /// Present until the drop.
    runtime: Option<Runtime>,
    ready: Arc<Ready>,
    listener: Option<(TcpListener, TaskWaker)>,
    sockets: HashMap<ConnId, Socket>,
    attempts: HashMap<ConnId, AbortHandle>,
    watched: Option<Watched>,
}

/// A descriptor whose owner reads it.
struct Watched {
    descriptor: AsyncFd<OwnedFd>,
    waker: TaskWaker,
}

struct Socket {
    stream: TcpStream,
    reader: TaskWaker,
    writer: TaskWaker,
    /// The last write was refused; the writer's waker waits.
    blocked: bool,
}

/// What wakers write to, from any thread.
#[derive(Default)]
pub struct Ready {
    tokens: Mutex<Vec<Token>>,
    dialed: Mutex<Vec<Dialed>>,
    /// Wakes the turn that waits, or lets the next one not wait.
    turn: Mutex<Option<TaskWaker>>,
    called: AtomicBool,
}

struct TokenWaker {
    ready: Arc<Ready>,
    token: Token,
}

impl Wake for TokenWaker {
    fn wake(self: Arc<Self>) {
        self.ready.note(self.token);
    }
}

/// A panic cannot leave these half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ready {
    fn note(&self, token: Token) {
        lock(&self.tokens).push(token);
        self.wake_turn();
    }

    fn wake_turn(&self) {
        if let Some(waker) = &*lock(&self.turn) {
            waker.wake_by_ref();
        }
    }

    /// Ends a wait, or the next one.
    pub fn call(&self) {
        self.called.store(true, Ordering::Release);
        self.wake_turn();
    }

    pub fn is_called(&self) -> bool {
        self.called.load(Ordering::Acquire)
    }

    pub fn take_call(&self) -> bool {
        self.called.swap(false, Ordering::AcqRel)
    }

    fn poll(&self, cx: &mut Context) -> Poll<()> {
        let mut turn = lock(&self.turn);
        if !turn.as_ref().is_some_and(|w| w.will_wake(cx.waker())) {
            *turn = Some(cx.waker().clone());
        }
        drop(turn);
        if self.is_called() || !lock(&self.tokens).is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Driver {
    pub fn new() -> Result<Driver, NetError> {
        let mut builder = Builder::new_current_thread();
        let builder = builder.enable_io().enable_time();
        let runtime = builder.max_blocking_threads(RESOLVERS).build();
        Ok(Driver {
            runtime: Some(runtime.map_err(NetError::Runtime)?),
            ready: Arc::default(),
            listener: None,
            sockets: HashMap::new(),
            attempts: HashMap::new(),
            watched: None,
        })
    }

    pub fn ready(&self) -> Arc<Ready> {
        self.ready.clone()
    }

    fn waker(&self, token: Token) -> TaskWaker {
        let ready = self.ready.clone();
        TaskWaker::from(Arc::new(TokenWaker { ready, token }))
    }

    /// Waits until something is ready, or for so long.
    pub fn turn(&mut self, timeout: Option<Duration>) {
        let Some(runtime) = &self.runtime else {
            return;
        };
        let ready = &self.ready;
        match timeout {
            // Yielding lets the runtime look at the sockets once.
            Some(Duration::ZERO) => runtime.block_on(tokio::task::yield_now()),
            None => runtime.block_on(poll_fn(|cx| ready.poll(cx))),
            Some(timeout) => runtime.block_on(async {
                // Which of the two it was, the tokens tell.
                let _ = tokio::time::timeout(timeout, poll_fn(|cx| ready.poll(cx))).await;
            }),
        }
    }

    pub fn take_tokens(&mut self, tokens: &mut Vec<Token>) {
        tokens.append(&mut lock(&self.ready.tokens));
    }

    /// More is to be done for it than one turn should.
    pub fn postpone(&mut self, token: Token) {
        self.ready.note(token);
    }

    pub fn is_listening(&self) -> bool {
        self.listener.is_some()
    }

    pub fn listen(&mut self, host: &str, port: u16) -> io::Result<SocketAddr> {
        let addresses = (host, port).to_socket_addrs()?;
        let runtime = self.runtime.as_ref();
        let _context = runtime.map(|r| r.enter());
        let listener = bind(addresses)?;
        let address = listener.local_addr()?;
        self.listener = Some((listener, self.waker(Token::Accept)));
        self.postpone(Token::Accept);
        Ok(address)
    }

    /// Somebody who has connected; `None` when the token will come again.
    pub fn accept(&mut self) -> Option<io::Result<(TcpStream, SocketAddr)>> {
        let (listener, waker) = self.listener.as_ref()?;
        let runtime = self.runtime.as_ref();
        let _context = runtime.map(|r| r.enter());
        match listener.poll_accept(&mut Context::from_waker(waker)) {
            Poll::Ready(accepted) => Some(accepted),
            Poll::Pending => None,
        }
    }

    /// Resolves the name, off this thread, and connects.
    pub fn dial(&mut self, id: ConnId, host: String, port: u16) {
        let Some(runtime) = &self.runtime else {
            return;
        };
        let ready = self.ready.clone();
        let attempt = runtime.spawn(async move {
            let result = connect(host, port).await;
            lock(&ready.dialed).push((id, result));
            ready.note(Token::Dialed);
        });
        self.attempts.insert(id, attempt.abort_handle());
    }

    pub fn take_dialed(&mut self) -> Vec<Dialed> {
        let dialed = std::mem::take(&mut *lock(&self.ready.dialed));
        for (id, _) in &dialed {
            self.attempts.remove(id);
        }
        dialed
    }

    pub fn add(&mut self, id: ConnId, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let socket = Socket {
            stream,
            reader: self.waker(Token::Read(id)),
            writer: self.waker(Token::Write(id)),
            blocked: false,
        };
        self.sockets.insert(id, socket);
        self.postpone(Token::Read(id));
        Ok(())
    }

    /// Closes the socket, or gives up the attempt to have one.
    pub fn remove(&mut self, id: ConnId) {
        self.sockets.remove(&id);
        if let Some(attempt) = self.attempts.remove(&id) {
            attempt.abort();
        }
    }

    /// Reads what is there; `None` when the token will come again.
    pub fn read(&mut self, id: ConnId, buffer: &mut [u8]) -> Option<io::Result<usize>> {
        let socket = self.sockets.get_mut(&id)?;
        let mut context = Context::from_waker(&socket.reader);
        let mut buffer = ReadBuf::new(buffer);
        match Pin::new(&mut socket.stream).poll_read(&mut context, &mut buffer) {
            Poll::Ready(Ok(())) => Some(Ok(buffer.filled().len())),
            Poll::Ready(Err(e)) => Some(Err(e)),
            Poll::Pending => None,
        }
    }

    /// Has turns end when this descriptor can be read.
    pub fn watch(&mut self, descriptor: OwnedFd) -> io::Result<()> {
        let runtime = self.runtime.as_ref();
        let _context = runtime.map(|r| r.enter());
        #[expect(
            deprecated,
            reason = "it is not for types whose descriptor may change, as an `OwnedFd` cannot"
        )]
        let descriptor = AsyncFd::with_interest(descriptor, Interest::READABLE)?;
        let waker = self.waker(Token::Watched);
        self.watched = Some(Watched { descriptor, waker });
        self.watch_again();
        Ok(())
    }

    /// Has the token come at the next event; at once if there has been one.
    pub fn watch_again(&mut self) {
        let Some(watched) = &self.watched else {
            return;
        };
        let runtime = self.runtime.as_ref();
        let _context = runtime.map(|r| r.enter());
        let mut context = Context::from_waker(&watched.waker);
        while let Poll::Ready(Ok(mut event)) = watched.descriptor.poll_read_ready(&mut context) {
            event.clear_ready();
        }
    }

    /// Whether a write need not be tried: the token of its socket will come.
    pub fn is_blocked(&self, id: ConnId) -> bool {
        self.sockets.get(&id).is_none_or(|s| s.blocked)
    }

    pub fn unblock(&mut self, id: ConnId) {
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.blocked = false;
        }
    }

    /// Writes what the socket takes; `None` when the token will come.
    pub fn write(&mut self, id: ConnId, bytes: &[u8]) -> Option<io::Result<usize>> {
        let socket = self.sockets.get_mut(&id)?;
        loop {
            match socket.stream.try_write(bytes) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                result => return Some(result),
            }
            let mut context = Context::from_waker(&socket.writer);
            if socket.stream.poll_write_ready(&mut context).is_pending() {
                socket.blocked = true;
                return None;
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.sockets.clear();
        if let Some(runtime) = self.runtime.take() {
            // A name server that does not answer must not hold up the end.
            runtime.shutdown_background();
        }
    }
}

/// Listens on the first address that can be had.
fn bind(addresses: impl Iterator<Item = SocketAddr>) -> io::Result<TcpListener> {
    let mut error = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        let bound = socket(address).and_then(|socket| {
            // A port is free again at once when its last owner has ended.
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(BACKLOG)
        });
        match bound {
            Ok(listener) => return Ok(listener),
            Err(e) => error = e,
        }
    }
    Err(error)
}

/// A socket for an address. On loopback the buffers are short: what stands in them cannot
/// be overtaken, and there are no long ways to be filled. Accepted sockets take the sizes
/// of their listener.
fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    if address.ip().is_loopback() {
        socket.set_send_buffer_size(LOOPBACK_BUFFER)?;
        socket.set_recv_buffer_size(LOOPBACK_BUFFER)?;
    }
    Ok(socket)
}

async fn connect(host: String, port: u16) -> Result<TcpStream, ConnectError> {
    let found = lookup_host((host.as_str(), port)).await;
    let found = found.map_err(|e| ConnectError::Unresolved(e.to_string()))?;
    let mut error = ConnectError::Unresolved("it has no address".to_string());
    for address in found {
        let connecting = async { socket(address)?.connect(address).await };
        match connecting.await {
            Ok(stream) => return Ok(stream),
            Err(e) => error = ConnectError::Io(e.kind()),
        }
    }
    Err(error)
}
