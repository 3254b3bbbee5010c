//! What a node is to its peers, and how much it lets them have.

use crate::error::NetError;
use std::fmt;
use std::time::Duration;

/// One run of a node: random, made at its start.
pub type Incarnation = [u8; 16];

/// A place to connect to, as a hint: the name of a host and a port.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Address {
    pub host: String,
    pub port: u16,
}

/// 32 bytes that are never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(pub(crate) [u8; 32]);

impl Key {
    pub fn from_bytes(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }

    pub fn random() -> Result<Key, NetError> {
        random_bytes().map(Key)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Bytes from the system's generator.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NetError> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(NetError::Random),
    }
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub incarnation: Incarnation,
    /// The private half of the node's X25519 key.
    pub static_key: Key,
    /// What all nodes of a cluster share.
    pub secret: Key,
    /// How often this node gives a sign of life.
    pub heartbeat: Duration,
    /// How long a peer may give none.
    pub timeout: Duration,
    pub limits: Limits,
}

/// Sizes are in bytes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The longest message accepted.
    pub message: usize,
    /// Announced bytes of messages of which only a part has come, per peer.
    pub reassembly: usize,
    /// Messages of which only a part has come, per peer.
    pub streams: usize,
    /// Messages waiting to be sent to a peer; more of it is a loss of the connection.
    pub queue: usize,
    /// Handshakes of others with this node under way at once.
    pub handshakes: usize,
    /// Handshakes of others begun per second, over a few seconds.
    pub handshake_rate: u32,
    /// This node's own attempts under way at once.
    pub attempts: usize,
    /// How long a handshake may take; for an attempt, the connecting as well.
    pub handshake_time: Duration,
}

const MEGABYTE: usize = 1 << 20;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            message: 64 * MEGABYTE,
            reassembly: 128 * MEGABYTE,
            streams: 1024,
            queue: 64 * MEGABYTE,
            handshakes: 64,
            handshake_rate: 50,
            attempts: 256,
            handshake_time: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// The settings of a node with a fresh key.
    pub fn new(incarnation: Incarnation, secret: Key) -> Result<Settings, NetError> {
        Ok(Settings {
            incarnation,
            static_key: Key::random()?,
            secret,
            heartbeat: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            limits: Limits::default(),
        })
    }

    pub fn check(&self) -> Result<(), NetError> {
        let wrong = if self.heartbeat.is_zero() || self.timeout <= self.heartbeat {
            Some("the timeout must be longer than the time between heartbeats")
        } else if self.limits.reassembly < self.limits.message {
            Some("reassembly must have room for one message of the greatest length")
        } else if self.limits.message == 0 || self.limits.message > u32::MAX as usize {
            Some("the greatest length of a message must be between 1 and 4,294,967,295")
        } else if self.limits.streams == 0 {
            Some("at least one message must be allowed in reassembly")
        } else {
            None
        };
        match wrong {
            Some(what) => Err(NetError::Settings(what)),
            None => Ok(()),
        }
    }
}

/// A duration on the clock of the state machines.
pub(crate) fn nanoseconds(d: Duration) -> u64 {
    u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)
}
