//! A TCP proxy between two nodes that can hold back, delay and cut what passes.
//!
//! Each connection has two threads, one a direction. A direction lets bytes pass up to a
//! limit and then neither reads nor writes, so that both ends see a line that is silent
//! but not closed. The threads end with their connection, or with the proxy.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a direction that is held back looks again.
const TICK: Duration = Duration::from_millis(2);

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Way {
    /// From whoever connected to the target.
    There = 0,
    Back = 1,
}

/// One direction of all connections.
struct Gate {
    /// Bytes that have passed.
    passed: AtomicU64,
    /// Bytes that may have passed before it closes.
    limit: AtomicU64,
    /// Milliseconds that each piece is kept.
    delay: AtomicU64,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate {
            passed: AtomicU64::new(0),
            limit: AtomicU64::new(u64::MAX),
            delay: AtomicU64::new(0),
        }
    }
}

struct Shared {
    target: u16,
    gates: [Gate; 2],
    streams: Mutex<Vec<TcpStream>>,
    over: AtomicBool,
}

pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    /// A proxy before a port of this machine.
    pub fn new(target: u16) -> Result<Proxy, String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|e| e.to_string())?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        let shared = Arc::new(Shared {
            target,
            gates: [Gate::default(), Gate::default()],
            streams: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let accepting = shared.clone();
        thread::spawn(move || accept(&listener, &accepting));
        Ok(Proxy { port, shared })
    }

    /// Lets so many more bytes pass in a direction.
    pub fn hold_after(&self, way: Way, bytes: u64) {
        let gate = &self.shared.gates[way as usize];
        gate.limit.store(gate.passed.load(SeqCst) + bytes, SeqCst);
    }

    /// Nothing passes any more, and nothing is closed.
    pub fn hold(&self) {
        for gate in &self.shared.gates {
            gate.limit.store(0, SeqCst);
        }
    }

    /// All passes again, what was held back first.
    pub fn release(&self) {
        for gate in &self.shared.gates {
            gate.limit.store(u64::MAX, SeqCst);
        }
    }

    /// Keeps each piece for so long.
    pub fn delay(&self, milliseconds: u64) {
        for gate in &self.shared.gates {
            gate.delay.store(milliseconds, SeqCst);
        }
    }

    /// Closes all connections.
    pub fn cut(&self) {
        let streams = std::mem::take(&mut *lock(&self.shared.streams));
        for stream in streams {
            // One that is closed already is as it should be.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Waits until the direction holds something back, or has passed all that it may.
    pub fn wait_until_held(&self, way: Way, patience: Duration) -> Result<(), String> {
        let gate = &self.shared.gates[way as usize];
        let end = Instant::now() + patience;
        while gate.passed.load(SeqCst) < gate.limit.load(SeqCst) {
            if Instant::now() > end {
                let passed = gate.passed.load(SeqCst);
                return Err(format!("only {passed} bytes came by"));
            }
            thread::sleep(TICK);
        }
        Ok(())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, SeqCst);
        self.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for near in listener.incoming().map_while(Result::ok) {
        if shared.over.load(SeqCst) {
            return;
        }
        // A target that does not answer shows as a connection that is closed at once.
        let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, shared.target)) else {
            continue;
        };
        // Without this the threads and the list share nothing, and the connection fails.
        let _ = start(near, far, shared);
    }
}

fn start(near: TcpStream, far: TcpStream, shared: &Arc<Shared>) -> std::io::Result<()> {
    for stream in [&near, &far] {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TICK))?;
        lock(&shared.streams).push(stream.try_clone()?);
    }
    let pairs = [
        (near.try_clone()?, far.try_clone()?, Way::There),
        (far, near, Way::Back),
    ];
    for (from, to, way) in pairs {
        let shared = shared.clone();
        thread::spawn(move || {
            pump(&from, &to, &shared, way);
            // What has ended one way has ended the other way too.
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    Ok(())
}

/// Moves bytes until an end is closed.
fn pump(mut from: &TcpStream, mut to: &TcpStream, shared: &Shared, way: Way) {
    let gate = &shared.gates[way as usize];
    let mut buffer = vec![0; 64 << 10];
    while !shared.over.load(SeqCst) {
        let room = gate
            .limit
            .load(SeqCst)
            .saturating_sub(gate.passed.load(SeqCst));
        if room == 0 {
            thread::sleep(TICK);
            if is_closed(from) {
                return;
            }
            continue;
        }
        let most = buffer
            .len()
            .min(usize::try_from(room).unwrap_or(usize::MAX));
        match from.read(&mut buffer[..most]) {
            Ok(0) => return,
            Ok(n) => {
                thread::sleep(Duration::from_millis(gate.delay.load(SeqCst)));
                if to.write_all(&buffer[..n]).is_err() {
                    return;
                }
                gate.passed.fetch_add(n as u64, SeqCst);
            }
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
    }
}

/// Whether the other end has closed it, as far as that shows without reading.
fn is_closed(stream: &TcpStream) -> bool {
    match stream.peek(&mut [0]) {
        Ok(n) => n == 0,
        Err(e) => !matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}
