//! Other nodes: connections as far as processes see them, and the code that they need.
//!
//! A state machine without IO. Events come in through [`Node::dist_event`], actions wait in
//! a queue until whoever does IO takes them ([`Node::take_actions`]); a simulation of many
//! nodes in one thread drives the same code.
//!
//! | module | owns |
//! |---|---|
//! | `nodes` | the table of nodes |
//! | `frame` | whose order a frame belongs to |
//! | `peers` | who is connected, what waits for a connection, what a loss means |
//! | `outgoing`, `incoming` | frames to and from processes |
//! | `fetch` | units that a message needs: found, fetched, linked, their bodies run |
//! | `context` | what the codec of values asks |
//! | `summary` | what waits, for tests and listings |
//!
//! *Order.* All frames between one pair of processes go in one stream of the transport.
//! One that cannot be taken for want of code is held, and those of the same pair behind
//! it; others are not.

mod context;
mod fetch;
mod frame;
mod incoming;
pub mod nodes;
mod outgoing;
mod peers;
mod summary;

use crate::identity::Incarnation;
use crate::node::Node;
use crate::process::Pid;
use fetch::Fetches;
use nodes::Nodes;
use peers::Peer;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use termite_abi::Value;
use termite_wire::control::Frame;

pub(crate) use context::{Identities, is_named, name_parameter, parameter_name};
pub(crate) use incoming::MOST_SYMBOLS;
pub(crate) use outgoing::Note;
pub use summary::Summary;

/// What came from the network.
#[derive(Clone, Debug)]
pub enum Event {
    /// An epoch begins; where the peer listens.
    Up {
        peer: Incarnation,
        epoch: u64,
        address: Option<(String, u16)>,
    },
    /// Who answers at an address that was to be connected to.
    Reached {
        host: String,
        port: u16,
        peer: Incarnation,
    },
    Message {
        peer: Incarnation,
        epoch: u64,
        bytes: Vec<u8>,
    },
    Down {
        peer: Incarnation,
        epoch: u64,
        reason: String,
    },
    ConnectFailed {
        host: String,
        port: u16,
        why: String,
    },
}

/// What the network is to do.
#[derive(Clone, Debug)]
pub enum Action {
    Connect {
        host: String,
        port: u16,
    },
    Send {
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        bytes: Vec<u8>,
    },
    Disconnect {
        peer: Incarnation,
    },
}

/// A frame that waits for a connection to an address, for whoever answers there or for
/// one incarnation only.
pub(crate) struct Waiting {
    /// Frames of one pair may wait for several addresses.
    order: u64,
    only: Option<Incarnation>,
    frame: Frame,
}

pub struct Dist {
    pub nodes: Nodes,
    peers: FxHashMap<Incarnation, Peer>,
    /// Connections being made, with what waits for them.
    dials: FxHashMap<(String, u16), Vec<Waiting>>,
    /// Why the last attempt to reach an address failed.
    failures: FxHashMap<(String, u16), String>,
    actions: VecDeque<Action>,
    /// Numbers of the last receipt asked for, and of the last frame that had to wait for a
    /// connection. Receipts are not numbered by peer: whom a frame will reach that is sent
    /// to an address is not known before.
    receipts: u64,
    waited: u64,
    fetches: Fetches,
    /// Processes that are told of nodes: the node, the process.
    node_monitors: FxHashSet<(u32, Pid)>,
    /// Processes to wake when a connection is made or fails.
    connecting: Vec<Pid>,
    /// Why variables of sessions from elsewhere have no value, by the index of their cell.
    pub(crate) missing: FxHashMap<u32, String>,
    /// Whether this node listens.
    pub(crate) listening: bool,
}

impl Dist {
    pub fn new(own: Incarnation) -> Dist {
        Dist {
            nodes: Nodes::new(own),
            peers: FxHashMap::default(),
            dials: FxHashMap::default(),
            failures: FxHashMap::default(),
            actions: VecDeque::new(),
            receipts: 0,
            waited: 0,
            fetches: Fetches::default(),
            node_monitors: FxHashSet::default(),
            connecting: Vec::new(),
            missing: FxHashMap::default(),
            listening: false,
        }
    }
}

impl Node {
    /// Takes an event of the network.
    pub fn dist_event(&mut self, event: Event) {
        match event {
            Event::Up {
                peer,
                epoch,
                address,
            } => self.peer_up(peer, epoch, address),
            Event::Reached { host, port, peer } => self.reached(&host, port, peer),
            Event::Message { peer, epoch, bytes } => self.frame_bytes(peer, epoch, &bytes),
            Event::Down {
                peer,
                epoch,
                reason,
            } => self.peer_down(peer, epoch, &reason),
            Event::ConnectFailed { host, port, why } => self.connect_failed(&host, port, &why),
        }
    }

    /// What the network is to do, in order.
    pub fn take_actions(&mut self) -> VecDeque<Action> {
        std::mem::take(&mut self.dist.actions)
    }

    pub fn has_actions(&self) -> bool {
        !self.dist.actions.is_empty()
    }

    pub(crate) fn own_node(&self) -> Value {
        Value::node(self.dist.nodes.own())
    }
}
