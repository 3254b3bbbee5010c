//! Connections as processes see them: epochs, what waits for one, what a loss means.
//!
//! A peer is an incarnation; its epoch is that of the connection, 0 when there is none.
//! `related` are the processes here that have a link or monitor across, so that a loss
//! need not look at all of them.

use super::frame::{Destination, Frame, Variable};
use super::{Action, Waiting};
use crate::identity::Incarnation;
use crate::node::Node;
use crate::process::{Pid, Signal};
use crate::session::{SessionId, VarKey};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use termite_abi::Value;
use termite_heap::intern;

/// A pair of processes whose frames are held.
pub(super) type Pair = ((Incarnation, u64), Destination);

#[derive(Default)]
pub(super) struct Peer {
    pub epoch: u64,
    pub address: Option<(String, u16)>,
    pub related: FxHashSet<Pid>,
    /// Variables sent: the receipt that was asked for with them, 0 when it came.
    pub variables: FxHashMap<(SessionId, VarKey), u64>,
    pub receipts: u64,
    /// Frames that wait for code, by pair.
    pub held: FxHashMap<Pair, VecDeque<Frame>>,
    /// Monitors that the peer's processes put on services here: by reference.
    pub named: FxHashMap<Value, Pid>,
    /// Incarnations whose address the peer was told.
    pub hinted: FxHashSet<Incarnation>,
}

impl Node {
    pub(crate) fn is_connected(&self, peer: &Incarnation) -> bool {
        self.dist.peers.get(peer).is_some_and(|p| p.epoch != 0)
    }

    /// The incarnation of a node that is connected.
    pub(crate) fn connected_as(&self, node: u32) -> Option<Incarnation> {
        let incarnation = self.dist.nodes.get(node)?.incarnation?;
        self.is_connected(&incarnation).then_some(incarnation)
    }

    pub(super) fn peer(&mut self, peer: Incarnation) -> &mut Peer {
        self.dist.peers.entry(peer).or_default()
    }

    /// Sends a frame to an incarnation, over a connection that may have to be made first.
    /// One of which no address is known cannot be reached, which is as if it were lost.
    pub(crate) fn send_frame(&mut self, peer: Incarnation, frame: Frame) {
        let known = self.peer(peer);
        if known.epoch != 0 {
            let epoch = known.epoch;
            return self.dist.actions.push_back(Action::Send {
                peer,
                epoch,
                stream: frame.stream(),
                bytes: frame.encode(),
            });
        }
        let hint = known.address.clone();
        let table = &self.dist.nodes;
        let entry = table
            .find(&peer)
            .and_then(|i| table.get(i)?.address.clone());
        match hint.or(entry) {
            Some((host, port)) => self.dial(
                &host,
                port,
                Some(Waiting {
                    only: Some(peer),
                    frame,
                }),
            ),
            None => self.undeliverable(Some(peer), frame, "noconnection"),
        }
    }

    /// Sends a frame to whoever answers at a node's address.
    pub(crate) fn send_frame_to_node(&mut self, node: u32, frame: Frame) {
        if let Some(peer) = self.connected_as(node) {
            return self.send_frame(peer, frame);
        }
        let entry = self.dist.nodes.get(node).cloned();
        match entry.map(|e| (e.address, e.incarnation)) {
            Some((Some((host, port)), _)) => {
                self.dial(&host, port, Some(Waiting { only: None, frame }));
            }
            Some((None, Some(peer))) => self.send_frame(peer, frame),
            Some((None, None)) | None => self.undeliverable(None, frame, "noconnection"),
        }
    }

    /// Has a connection made, and something sent over it.
    pub(crate) fn dial(&mut self, host: &str, port: u16, waiting: Option<Waiting>) {
        let key = (host.to_owned(), port);
        let is_new = !self.dist.dials.contains_key(&key);
        self.dist.dials.entry(key).or_default().extend(waiting);
        if is_new {
            self.dist.actions.push_back(Action::Connect {
                host: host.to_owned(),
                port,
            });
        }
    }

    pub(super) fn peer_up(
        &mut self,
        peer: Incarnation,
        epoch: u64,
        address: Option<(String, u16)>,
    ) {
        let known = self.peer(peer);
        known.epoch = epoch;
        known.variables.clear();
        known.hinted.clear();
        known.held.clear();
        if address.is_some() {
            known.address.clone_from(&address);
        }
        let place = address.as_ref().map(|(h, p)| (h.as_str(), *p));
        if let Some((host, port)) = place {
            self.dist.nodes.reached(host, port, peer);
        }
        if let Some(node) = self.dist.nodes.of(peer, place) {
            self.tell_of_node(node, &[intern("node-up"), Value::node(node)]);
        }
        self.wake_connecting();
    }

    pub(super) fn reached(&mut self, host: &str, port: u16, peer: Incarnation) {
        self.dist.nodes.reached(host, port, peer);
        let key = (host.to_owned(), port);
        self.dist.failures.remove(&key);
        for Waiting { only, frame } in self.dist.dials.remove(&key).unwrap_or_default() {
            match only {
                Some(other) if other != peer => {
                    self.undeliverable(Some(other), frame, "noconnection");
                }
                Some(_) | None => self.send_frame(peer, frame),
            }
        }
        self.wake_connecting();
    }

    pub(super) fn connect_failed(&mut self, host: &str, port: u16, why: &str) {
        let key = (host.to_owned(), port);
        self.dist.failures.insert(key.clone(), why.to_owned());
        for Waiting { only, frame } in self.dist.dials.remove(&key).unwrap_or_default() {
            self.undeliverable(only, frame, "noconnection");
        }
        self.wake_connecting();
    }

    /// Why the last attempt to reach a node failed.
    pub(crate) fn failure(&mut self, node: u32) -> Option<String> {
        let address = self.dist.nodes.get(node)?.address.clone()?;
        self.dist.failures.remove(&address)
    }

    /// Whether a connection to the node is being made.
    pub(crate) fn is_dialing(&self, node: u32) -> bool {
        let address = self.dist.nodes.get(node).and_then(|e| e.address.as_ref());
        address.is_some_and(|a| self.dist.dials.contains_key(a))
    }

    /// Has the running process woken by the next connection that is made or fails.
    pub(crate) fn wait_for_connection(&mut self) {
        if let Some(pid) = self.sched.current_pid() {
            self.dist.connecting.push(pid);
        }
    }

    fn wake_connecting(&mut self) {
        for pid in std::mem::take(&mut self.dist.connecting) {
            if let Some(slot) = self.sched.slot(pid) {
                self.wake_with_news(slot);
            }
        }
    }

    /// What a frame that never left means for its sender.
    fn undeliverable(&mut self, peer: Option<Incarnation>, frame: Frame, reason: &str) {
        match frame {
            Frame::Monitor {
                watcher, reference, ..
            } => {
                if let (Some(w), Some(r)) = (self.pid_of(watcher), self.tag_of(reference)) {
                    let on = self.monitored(w, r);
                    self.tell_down(w, r, on, intern(reason));
                }
            }
            // The half of the link that is here fires as if it had been lost.
            Frame::LinkTo { other, to } => {
                let from = peer.map(|p| (p, to));
                if let (Some(from), Some(local)) =
                    (from.and_then(|f| self.pid_of(f)), self.pid_of(other))
                {
                    self.fire_lost_link(from, local, reason);
                }
            }
            // Nothing that a process waits for.
            Frame::LinkFrom { .. }
            | Frame::Send { .. }
            | Frame::UnlinkTo { .. }
            | Frame::UnlinkFrom { .. }
            | Frame::Exit { .. }
            | Frame::Demonitor { .. }
            | Frame::Down { .. }
            | Frame::Terminate { .. }
            | Frame::Receipt(_)
            | Frame::Fetch(_)
            | Frame::Unit(..)
            | Frame::NoUnit(_)
            | Frame::Hint { .. }
            | Frame::Refused { .. } => {}
        }
    }

    /// On whom a process has the monitor with a reference.
    pub(super) fn monitored(&mut self, watcher: Value, reference: Value) -> Value {
        let pid = self.local_pid(watcher);
        let ties = pid.and_then(|p| self.sched.get(p)?.ties.as_deref());
        let monitors = ties.into_iter().flat_map(|t| &t.monitoring);
        let found = monitors.filter(|m| m.0 == reference).map(|m| m.1).next();
        found.unwrap_or(Value::FALSE)
    }

    fn fire_lost_link(&mut self, from: Value, to: Value, reason: &str) {
        let linked = self
            .local_pid(to)
            .and_then(|p| self.sched.get(p)?.ties.as_deref())
            .is_some_and(|t| t.inbound.contains(&from));
        if linked {
            let reason = intern(reason);
            self.signal(
                to,
                Signal {
                    origin: from,
                    reason,
                    object: reason,
                },
            );
        }
    }

    /// The connection is gone: links and monitors across fire, once.
    pub(super) fn peer_down(&mut self, peer: Incarnation, epoch: u64, reason: &str) {
        let Some(known) = self.dist.peers.get_mut(&peer) else {
            return;
        };
        if known.epoch != epoch {
            return;
        }
        known.epoch = 0;
        known.held.clear();
        known.variables.clear();
        known.named.clear();
        let related = std::mem::take(&mut known.related);
        let node = self.dist.nodes.find(&peer);
        let mut related: Vec<Pid> = related.into_iter().collect();
        related.sort_unstable();
        for pid in related {
            self.lose(pid, peer, node);
        }
        self.dist.nodes.lost(&peer);
        self.forget_fetches(peer);
        if let Some(node) = node {
            let why = intern(reason);
            self.tell_of_node(node, &[intern("node-down"), Value::node(node), why]);
        }
        self.wake_connecting();
    }

    /// Cuts all that ties a process to processes of a peer.
    fn lose(&mut self, pid: Pid, peer: Incarnation, node: Option<u32>) {
        let this = self.pid_value(pid);
        let Some(mut ties) = self.sched.get_mut(pid).and_then(|p| p.ties.take()) else {
            return;
        };
        let there = |v: Value, node: Option<u32>| match v.as_pid() {
            Some(id) => self.origins.resolve(id).0 == peer,
            None => node.is_some() && v.as_node() == node,
        };
        ties.outbound.retain(|&v| !there(v, None));
        ties.monitors.retain(|m| !there(m.0, None));
        let fired: Vec<Value> = ties
            .inbound
            .iter()
            .copied()
            .filter(|&v| there(v, None))
            .collect();
        let ended: Vec<(Value, Value)> = ties
            .monitoring
            .iter()
            .copied()
            .filter(|m| there(m.1, node))
            .collect();
        if let Some(p) = self.sched.get_mut(pid) {
            p.ties = Some(ties);
        }
        for from in fired {
            self.fire_lost_link(from, this, "noconnection");
        }
        for (reference, on) in ended {
            self.tell_down(this, reference, on, intern("noconnection"));
        }
    }

    /// Notes that one of the two, which is here, has to do with the other, which is not.
    pub(crate) fn relate(&mut self, a: Value, b: Value) {
        for (here, there) in [(a, b), (b, a)] {
            let Some(pid) = self.local_pid(here) else {
                continue;
            };
            let peer = match (there.as_pid(), there.as_node()) {
                (Some(id), _) => Some(self.origins.resolve(id).0),
                (None, Some(node)) => self.dist.nodes.get(node).and_then(|e| e.incarnation),
                (None, None) => None,
            };
            if let Some(peer) = peer
                && peer != self.origins.own()
            {
                self.peer(peer).related.insert(pid);
            }
        }
    }

    // -- nodes as processes watch them --

    /// Has the running process told when the node comes and goes.
    pub(crate) fn monitor_node(&mut self, node: u32) {
        if let Some(pid) = self.sched.current_pid() {
            self.dist.node_monitors.insert((node, pid));
        }
    }

    fn tell_of_node(&mut self, node: u32, message: &[Value]) {
        let told = self.dist.node_monitors.iter().filter(|m| m.0 == node);
        let mut told: Vec<Pid> = told.map(|m| m.1).collect();
        told.sort_unstable();
        for pid in told {
            if self.sched.get(pid).is_some() {
                let list = self.heap.list(message);
                self.deliver(pid, list);
            } else {
                self.dist.node_monitors.remove(&(node, pid));
            }
        }
    }

    pub(crate) fn disconnect(&mut self, node: u32) {
        if let Some(peer) = self.connected_as(node) {
            self.dist.actions.push_back(Action::Disconnect { peer });
        }
    }

    /// The nodes that are connected, as values.
    pub(crate) fn connected_nodes(&mut self) -> Vec<Value> {
        let peers = self.dist.peers.iter().filter(|p| p.1.epoch != 0);
        let found = peers.filter_map(|(incarnation, _)| self.dist.nodes.find(incarnation));
        let mut nodes: Vec<u32> = found.collect();
        nodes.sort_unstable();
        nodes.into_iter().map(Value::node).collect()
    }

    /// The variables of `all` whose arrival the peer has not confirmed.
    pub(super) fn unconfirmed(&mut self, peer: Incarnation, all: Vec<Variable>) -> Vec<Variable> {
        let known = self.peer(peer);
        let is_there = |v: &Variable| {
            let key = (v.session, v.key.clone());
            known.variables.get(&key) == Some(&0)
        };
        all.into_iter().filter(|v| !is_there(v)).collect()
    }

    /// Asks for a receipt for variables that are about to be sent.
    pub(super) fn ask_receipt(&mut self, peer: Incarnation, sent: &[Variable]) -> u64 {
        let known = self.peer(peer);
        known.receipts += 1;
        let receipt = known.receipts;
        for v in sent {
            known.variables.insert((v.session, v.key.clone()), receipt);
        }
        receipt
    }

    /// Variables have arrived.
    pub(super) fn receipt(&mut self, peer: Incarnation, receipt: u64) {
        let sent = self.peer(peer).variables.values_mut();
        sent.filter(|r| **r == receipt).for_each(|r| *r = 0);
    }
}
