//! What can go wrong between two nodes, each case typed and with a sentence of its own.
//!
//! Four kinds: a connection that never came to be ([`ConnectError`]), one that ended
//! ([`DownReason`]), a message that cannot be sent ([`SendError`]), and this node's own
//! sockets and files ([`NetError`]). What peers tell each other about it is a code of one
//! byte: [`Refusal`] before the handshake has ended, [`Farewell`] after it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a connection was not made, or not accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectError {
    /// The name has no address.
    Unresolved(String),
    /// The system's answer to the attempt, or to reading and writing in the handshake.
    Io(io::ErrorKind),
    /// No answer in time; what was waited for.
    TimedOut(&'static str),
    /// Too many attempts at once: nothing was tried.
    TooMany,
    /// The other side does not speak this protocol at all.
    NotTermite,
    /// No version of the protocol that both sides speak, each as (lowest, highest).
    Version {
        ours: (u16, u16),
        theirs: (u16, u16),
    },
    /// The other side has another shared secret, as far as can be told.
    WrongSecret,
    /// The other side broke the rules of the handshake.
    Malformed(&'static str),
    /// The connection ended; during what.
    Closed(&'static str),
    /// The address is this node's own.
    Itself,
    /// The two nodes are connected, or about to be, by another connection.
    Duplicate,
    /// The incarnation is known with another key.
    Identity,
    /// The other side refused.
    Refused(Refusal),
    /// It was given up here.
    GivenUp,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ConnectError::Unresolved(why) => write!(f, "the name cannot be resolved: {why}"),
            ConnectError::Io(kind) => write!(f, "{kind}"),
            ConnectError::TimedOut(what) => write!(f, "no answer in time, waiting for {what}"),
            ConnectError::TooMany => f.write_str("too many attempts to connect at once"),
            ConnectError::NotTermite => f.write_str("what answers there is not a Termite node"),
            ConnectError::Version { ours, theirs } => write!(
                f,
                "no common version of the protocol: here {} to {}, there {} to {}",
                ours.0, ours.1, theirs.0, theirs.1
            ),
            ConnectError::WrongSecret => f.write_str(
                "the other node has another secret: both need the same file `secret` in ~/.termite",
            ),
            ConnectError::Malformed(what) => write!(f, "the other side sent {what}"),
            ConnectError::Closed(what) => write!(f, "the other side hung up during {what}"),
            ConnectError::Itself => f.write_str("the address is this node's own"),
            ConnectError::Duplicate => f.write_str("the two nodes are connected already"),
            ConnectError::Identity => {
                f.write_str("the other node claims an incarnation that is known with another key")
            }
            ConnectError::Refused(why) => write!(f, "the other node refused: {why}"),
            ConnectError::GivenUp => f.write_str("given up here"),
        }
    }
}

impl std::error::Error for ConnectError {}

impl ConnectError {
    /// What the other side is told, where it helps.
    pub(crate) fn as_refusal(&self) -> Option<Refusal> {
        Some(match self {
            ConnectError::WrongSecret => Refusal::Secret,
            ConnectError::Version { .. } => Refusal::Version,
            ConnectError::Itself => Refusal::Itself,
            ConnectError::Duplicate => Refusal::Duplicate,
            ConnectError::Identity => Refusal::Identity,
            ConnectError::Malformed(_) => Refusal::Malformed,
            ConnectError::TimedOut(_) => Refusal::Slow,
            ConnectError::TooMany => Refusal::Busy,
            ConnectError::Unresolved(_)
            | ConnectError::Io(_)
            | ConnectError::NotTermite
            | ConnectError::Closed(_)
            | ConnectError::Refused(_)
            | ConnectError::GivenUp => return None,
        })
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $code:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name {
            $(#[doc = $text] $variant,)*
            /// A code of a later version.
            Other(u8),
        }

        impl $name {
            pub fn code(self) -> u8 {
                match self {
                    $($name::$variant => $code,)*
                    $name::Other(code) => code,
                }
            }

            pub fn from_code(code: u8) -> $name {
                match code {
                    $($code => $name::$variant,)*
                    code => $name::Other(code),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                match self {
                    $($name::$variant => f.write_str($text),)*
                    $name::Other(code) => write!(f, "reason {code}"),
                }
            }
        }
    };
}

codes! {
    /// Said in clear, and by anybody, before the handshake has ended: a hint, no proof.
    Refusal {
        Version = 1, "no common version";
        Secret = 2, "another secret";
        Busy = 3, "too many handshakes at once";
        Itself = 4, "a connection to itself";
        Duplicate = 5, "connected by another connection";
        Identity = 6, "the incarnation is known with another key";
        Malformed = 7, "malformed handshake";
        Slow = 8, "the handshake took too long";
    }
}

codes! {
    /// Said, encrypted, as the last thing on a connection.
    Farewell {
        Disconnect = 1, "disconnected on purpose";
        Shutdown = 2, "the node ends";
        Overloaded = 3, "too much queued";
        Timeout = 4, "no sign of life";
        Replaced = 5, "replaced by a newer connection";
        Violation = 6, "protocol violation";
        Refused = 7, "refused by policy";
    }
}

/// Why an established connection ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DownReason {
    /// No sign of life.
    Timeout,
    /// More queued for the peer than the limit.
    Overloaded,
    /// This node disconnected, saying this.
    Disconnected(Farewell),
    /// The peer did, saying this.
    ByPeer(Farewell),
    /// The peer's end is gone without a word.
    Closed,
    /// Reading or writing failed.
    Broken(io::ErrorKind),
    /// The peer lost this connection and made another.
    Replaced,
    /// The peer, or somebody between, broke the protocol.
    Violation(Violation),
}

impl fmt::Display for DownReason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            DownReason::Timeout => f.write_str("timeout"),
            DownReason::Overloaded => f.write_str("overloaded"),
            DownReason::Disconnected(why) => write!(f, "disconnected here: {why}"),
            DownReason::ByPeer(why) => write!(f, "disconnected by the peer: {why}"),
            DownReason::Closed => f.write_str("closed by the peer"),
            DownReason::Broken(kind) => write!(f, "broken: {kind}"),
            DownReason::Replaced => f.write_str("replaced by a newer connection"),
            DownReason::Violation(what) => write!(f, "protocol violation: {what}"),
        }
    }
}

/// What a peer may not do on an established connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// A record that is too short to be one.
    RecordLength,
    /// A record that its key does not open: altered, repeated or left out on the way.
    Undecipherable,
    /// An item of unknown kind, or cut off, or where it may not stand.
    Item,
    /// A first fragment inside a message, or a later one outside.
    FragmentOrder,
    /// Fragments that do not add up to the length announced.
    FragmentLength,
    /// A message longer than agreed.
    MessageLength,
    /// More messages in reassembly than agreed.
    Streams,
    /// More bytes in reassembly than agreed.
    Reassembly,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Violation::RecordLength => "a record of impossible length",
            Violation::Undecipherable => "a record that cannot be deciphered",
            Violation::Item => "a malformed item",
            Violation::FragmentOrder => "fragments out of order",
            Violation::FragmentLength => "fragments of the wrong length",
            Violation::MessageLength => "a message over the agreed length",
            Violation::Streams => "too many messages in reassembly",
            Violation::Reassembly => "too many bytes in reassembly",
        })
    }
}

impl std::error::Error for Violation {}

/// Why a message was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendError {
    /// There is no connection of that epoch with that peer (any more).
    NotConnected,
    /// Longer than the peer, or this node's queue, accepts. The connection stands.
    TooLong { limit: usize },
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            SendError::NotConnected => f.write_str("not connected"),
            SendError::TooLong { limit } => {
                write!(
                    f,
                    "the message is longer than the peer accepts, {limit} bytes"
                )
            }
        }
    }
}

impl std::error::Error for SendError {}

/// What fails on this machine: sockets, random numbers, the file of the secret.
#[derive(Debug)]
pub enum NetError {
    Runtime(io::Error),
    Random,
    /// The node listens already.
    Listening,
    Listen {
        host: String,
        port: u16,
        error: io::Error,
    },
    /// The settings contradict themselves.
    Settings(&'static str),
    NoHome,
    SecretFile {
        path: PathBuf,
        error: io::Error,
    },
    SecretExposed {
        path: PathBuf,
        mode: u32,
    },
    SecretLength {
        path: PathBuf,
        length: u64,
    },
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            NetError::Runtime(e) => write!(f, "cannot set up networking: {e}"),
            NetError::Random => f.write_str("the system gives no random numbers"),
            NetError::Listening => f.write_str("the node listens already"),
            NetError::Listen { host, port, error } => {
                write!(f, "cannot listen on {host}, port {port}: {error}")
            }
            NetError::Settings(what) => write!(f, "contradictory network settings: {what}"),
            NetError::NoHome => f.write_str(
                "no place for the shared secret: set HOME, or TERMITE_HOME to a directory",
            ),
            NetError::SecretFile { path, error } => {
                write!(f, "the shared secret {}: {error}", path.display())
            }
            NetError::SecretExposed { path, mode } => write!(
                f,
                "the shared secret {} can be read by others (mode {mode:03o}): \
                 run `chmod 600` on it, or remove it on all nodes to have a new one",
                path.display()
            ),
            NetError::SecretLength { path, length } => write!(
                f,
                "the shared secret {} has {length} bytes, not 32: \
                 copy it again from another node, or remove it on all nodes",
                path.display()
            ),
        }
    }
}

impl std::error::Error for NetError {}
