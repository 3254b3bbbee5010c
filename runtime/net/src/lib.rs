//! The transport between nodes: opaque messages between incarnations, encrypted.
//!
//! [`Network`] is what a node uses. Beneath it everything is a state machine without IO:
//! [`connection`] (one connection), [`peers`] (all of them); `driver` gives them sockets.
//! What a message means, and what a process is, is not known here.
//!
//! The format is docs/TRANSPORT.md.

#![forbid(unsafe_code)]

mod cipher;
pub mod connection;
mod driver;
mod error;
pub mod fuzz;
mod handshake;
mod inbox;
mod item;
mod network;
mod outbox;
pub mod peers;
pub mod secret;
mod settings;
pub mod sim;
mod spin;
mod terms;

pub use error::{ConnectError, DownReason, Farewell, NetError, Refusal, SendError, Violation};
pub use network::{Network, Waker};
pub use peers::Event;
pub use settings::{Address, Incarnation, Key, Limits, Settings, random_bytes};
