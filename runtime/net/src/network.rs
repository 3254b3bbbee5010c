//! A node's connections, for the thread that runs the node.
//!
//! [`Network`] joins `Peers` and `Driver`. Nothing happens between calls: `poll` looks at
//! the sockets without waiting, `wait` with, `send` writes in place when it can. All of
//! them leave what has happened for the caller of `poll` or `wait`.

use crate::driver::{Driver, Ready, Token};
use crate::error::{ConnectError, Farewell, NetError, SendError};
use crate::peers::{Action, ConnId, Event, Payload, Peers};
use crate::settings::{Address, Incarnation, Settings, nanoseconds};
use crate::spin::{Spin, WATCH};
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

const READ_BUFFER: usize = 128 * 1024;
/// Bytes read from, or written to, one socket before others have their turn.
const TURN: usize = 256 * 1024;
/// Connections accepted before others have their turn.
const ACCEPTS: usize = 16;
/// How long to leave a listener alone after the system has refused to accept.
const ACCEPT_PAUSE: u64 = 100_000_000;
/// Messages written in place, each by itself, between two looks at the sockets; further
/// ones are gathered and go with the next look.
const WRITES_IN_PLACE: u32 = 8;
/// `poll` looks at the sockets when so many nanoseconds have passed since the last look.
const POLL_INTERVAL: u64 = 20_000;

pub struct Network {
    peers: Peers,
    driver: Driver,
    ready: Arc<Ready>,
    start: Instant,
    buffer: Vec<u8>,
    tokens: Vec<Token>,
    /// Connections with output that was left for the next look.
    unwritten: Vec<ConnId>,
    in_place: u32,
    looked: u64,
    /// When to try accepting again, after a failure.
    accept_again: Option<u64>,
    /// The descriptor of `watch_descriptor` can be read.
    watched: bool,
    spin: Spin,
    /// For so long, in nanoseconds; 0 for never.
    watch: u64,
}

/// Ends a [`Network::wait`] from another thread, or the next one.
#[derive(Clone)]
pub struct Waker(Arc<Ready>);

impl Waker {
    pub fn wake(&self) {
        self.0.call();
    }
}

impl Network {
    /// Without a listener yet: what it connects to can reach it, nothing else.
    pub fn new(settings: Settings) -> Result<Network, NetError> {
        settings.check()?;
        let driver = Driver::new()?;
        Ok(Network {
            peers: Peers::new(settings),
            ready: driver.ready(),
            driver,
            start: Instant::now(),
            buffer: vec![0; READ_BUFFER],
            tokens: Vec::new(),
            unwritten: Vec::new(),
            in_place: 0,
            looked: 0,
            accept_again: None,
            watched: false,
            spin: Spin::default(),
            watch: nanoseconds(WATCH),
        })
    }

    /// For so long `wait` watches the sockets before it lets the thread sleep, where that
    /// has proved of use. Zero: never.
    pub fn set_watch(&mut self, time: Duration) {
        self.watch = nanoseconds(time);
    }

    /// Accepts connections, on loopback when `host` is empty; port 0 takes a free one.
    /// Names are resolved on this thread.
    pub fn listen(&mut self, host: &str, port: u16) -> Result<SocketAddr, NetError> {
        if self.driver.is_listening() {
            return Err(NetError::Listening);
        }
        let name = match host {
            // Whoever connects to "localhost" tries IPv4 too, not so the other way round.
            "" | "localhost" => "127.0.0.1",
            other => other,
        };
        let bound = self.driver.listen(name, port);
        let bound = bound.map_err(|error| NetError::Listen {
            host: name.to_string(),
            port,
            error,
        })?;
        let host = match (host, bound.ip()) {
            // Peers know better under which address they reach this machine.
            (_, ip) if ip.is_unspecified() => String::new(),
            ("", ip) => ip.to_string(),
            (host, _) => host.to_string(),
        };
        let port = bound.port();
        self.peers.set_address(Address { host, port });
        Ok(bound)
    }

    /// Makes a connection; how it went comes as an event, `Reached` or `ConnectFailed`.
    pub fn connect(&mut self, host: &str, port: u16) {
        let now = self.now();
        if let Some(id) = self.peers.dial(host, port, now) {
            self.driver.dial(id, host.to_string(), port);
        }
    }

    /// Who is connected under that address, if it was reached by it before.
    pub fn peer_at(&self, host: &str, port: u16) -> Option<(Incarnation, u64)> {
        self.peers.peer_at(host, port)
    }

    /// The connected peers with their epochs.
    pub fn connected(&self) -> Vec<(Incarnation, u64)> {
        self.peers.connected().collect()
    }

    /// Sends a message: in order within its stream, at most once.
    pub fn send(
        &mut self,
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        message: &[u8],
    ) -> Result<(), SendError> {
        self.send_payload(peer, epoch, stream, Payload::Slice(message))
    }

    /// As `send`; a long message is not copied.
    pub fn send_owned(
        &mut self,
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        message: Vec<u8>,
    ) -> Result<(), SendError> {
        self.send_payload(peer, epoch, stream, Payload::Owned(message))
    }

    fn send_payload(
        &mut self,
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        message: Payload,
    ) -> Result<(), SendError> {
        let now = self.now();
        let id = self.peers.send(peer, epoch, stream, message, now)?;
        if self.driver.is_blocked(id) {
            return Ok(());
        }
        if self.in_place < WRITES_IN_PLACE {
            self.in_place += 1;
            self.write(id, now);
        } else if self.unwritten.last() != Some(&id) {
            self.unwritten.push(id);
        }
        Ok(())
    }

    /// Ends the connection with a peer; the `Down` comes as an event.
    pub fn disconnect(&mut self, peer: Incarnation, why: Farewell) {
        self.peers.disconnect(peer, why);
        self.act();
    }

    /// Has `wait` end when something happens to this descriptor, which somebody else reads.
    pub fn watch_descriptor(&mut self, descriptor: OwnedFd) -> io::Result<()> {
        self.driver.watch(descriptor)
    }

    /// What has happened, without waiting. Cheap: to be called between the slices of
    /// processes.
    pub fn poll(&mut self, events: &mut Vec<Event>) {
        let now = self.now();
        if now.saturating_sub(self.looked) >= POLL_INTERVAL {
            self.look(Some(Duration::ZERO));
        }
        self.peers.take_events(events);
    }

    /// Waits until something has happened, for so long at most, or until woken.
    pub fn wait(&mut self, timeout: Option<Duration>, events: &mut Vec<Event>) {
        let began = self.now();
        let end = timeout.map_or(u64::MAX, |t| began.saturating_add(nanoseconds(t)));
        self.flush();
        self.act();
        if self.is_idle() && self.watch > 0 && end > began && self.spin.should_watch() {
            self.watch(end.min(began.saturating_add(self.watch)));
        }
        while self.is_idle() {
            let now = self.now();
            if now >= end {
                break;
            }
            let until = self.next_look(end);
            let timeout = (until < u64::MAX).then(|| until.saturating_sub(now));
            self.look(timeout.map(Duration::from_nanos));
        }
        self.ready.take_call();
        self.watched = false;
        self.peers.take_events(events);
    }

    fn watch(&mut self, until: u64) {
        while self.is_idle() && self.now() < until {
            self.look(Some(Duration::ZERO));
        }
        self.spin.watched(self.is_idle());
    }

    fn is_idle(&self) -> bool {
        !self.peers.has_events() && !self.ready.is_called() && !self.watched
    }

    pub fn waker(&self) -> Waker {
        Waker(self.ready.clone())
    }

    fn now(&self) -> u64 {
        nanoseconds(self.start.elapsed())
    }

    fn next_look(&self, end: u64) -> u64 {
        let again = self.accept_again.unwrap_or(u64::MAX);
        end.min(self.peers.deadline()).min(again)
    }

    /// One look at the sockets: write, wait, read, notice the time.
    fn look(&mut self, timeout: Option<Duration>) {
        self.flush();
        self.driver.turn(timeout);
        let now = self.now();
        self.looked = now;
        self.in_place = 0;
        let mut tokens = std::mem::take(&mut self.tokens);
        self.driver.take_tokens(&mut tokens);
        for token in tokens.drain(..) {
            match token {
                Token::Accept => self.accept(now),
                Token::Read(id) => self.read(id, now),
                Token::Write(id) => {
                    self.driver.unblock(id);
                    self.write(id, now);
                }
                Token::Dialed => self.dialed(now),
                Token::Watched => {
                    self.driver.watch_again();
                    self.watched = true;
                }
            }
        }
        self.tokens = tokens;
        if self.accept_again.is_some_and(|again| now >= again) {
            self.accept(now);
        }
        // After reading: what had come in time counts.
        self.peers.tick(now);
        self.act();
    }

    fn flush(&mut self) {
        if !self.unwritten.is_empty() {
            let now = self.now();
            for id in std::mem::take(&mut self.unwritten) {
                self.write(id, now);
            }
        }
    }

    /// Does what the state machines ask for.
    fn act(&mut self) {
        while let Some(action) = self.peers.next_action() {
            let now = self.now();
            match action {
                Action::Write(id) => self.write(id, now),
                Action::Close(id) => {
                    // A last word, if the socket takes it.
                    self.write(id, now);
                    self.driver.remove(id);
                    self.peers.forget(id);
                }
            }
        }
    }

    fn write(&mut self, id: ConnId, now: u64) {
        let mut done = 0;
        while !self.driver.is_blocked(id) {
            let output = self.peers.output(id, now);
            if output.is_empty() {
                return;
            }
            match self.driver.write(id, output) {
                None => return,
                Some(Ok(n)) => {
                    self.peers.written(id, n);
                    done += n;
                }
                Some(Err(e)) if e.kind() == io::ErrorKind::Interrupted => {}
                Some(Err(e)) => return self.peers.closed(id, Some(e.kind())),
            }
            if done >= TURN {
                return self.driver.postpone(Token::Write(id));
            }
        }
    }

    fn read(&mut self, id: ConnId, now: u64) {
        let mut done = 0;
        while let Some(result) = self.driver.read(id, &mut self.buffer) {
            match result {
                Ok(0) => return self.peers.closed(id, None),
                Ok(n) => {
                    self.peers.receive(id, &self.buffer[..n], now);
                    done += n;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return self.peers.closed(id, Some(e.kind())),
            }
            if done >= TURN {
                return self.driver.postpone(Token::Read(id));
            }
        }
    }

    fn accept(&mut self, now: u64) {
        self.accept_again = None;
        for _ in 0..ACCEPTS {
            let (stream, from) = match self.driver.accept() {
                None => return,
                Some(Ok(accepted)) => accepted,
                Some(Err(e)) if e.kind() == io::ErrorKind::ConnectionAborted => continue,
                // Too many files, or no memory: it will fail again at once.
                Some(Err(_)) => {
                    self.accept_again = Some(now + ACCEPT_PAUSE);
                    return;
                }
            };
            match self.peers.accept(host(from.ip()), now) {
                Ok(id) => {
                    if let Err(e) = self.driver.add(id, stream) {
                        self.peers.closed(id, Some(e.kind()));
                    }
                }
                Err(refusal) => {
                    // It says why, if the socket takes so much; then it is closed.
                    let _ = stream
                        .into_std()
                        .and_then(|mut s| s.write(&[0, 1, refusal.code()]));
                }
            }
        }
        self.driver.postpone(Token::Accept);
    }

    fn dialed(&mut self, now: u64) {
        for (id, result) in self.driver.take_dialed() {
            let added = result.and_then(|stream| {
                let io = |e: io::Error| ConnectError::Io(e.kind());
                let remote = host(stream.peer_addr().map_err(io)?.ip());
                self.driver.add(id, stream).map_err(io)?;
                Ok(remote)
            });
            match added {
                Ok(remote) => self.peers.dialed(id, remote, now),
                Err(why) => self.peers.dial_failed(id, why),
            }
        }
    }
}

fn host(ip: IpAddr) -> String {
    ip.to_canonical().to_string()
}
