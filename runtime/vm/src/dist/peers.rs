//! Connections as processes see them: epochs, what waits for one, what a loss means.
//!
//! A peer is an incarnation; its epoch is that of the connection, 0 when there is none.
//! `related` are the processes here that have a link or monitor across, so that a loss
//! need not look at all of them.

use super::frame::{Pair, stream_of};
use super::nodes::is_same_host;
use super::{Action, Waiting};
use crate::exits::remove_first;
use crate::faults::{Fault as Planted, planted};
use crate::identity::Incarnation;
use crate::node::Node;
use crate::process::{Pid, Signal};
use crate::session::{SessionId, VarKey};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use termite_abi::Value;
use termite_heap::intern;
use termite_wire::control::{Destination, Frame, GlobalId, Variable};

#[derive(Default)]
pub(super) struct Peer {
    pub epoch: u64,
    pub address: Option<(String, u16)>,
    pub related: FxHashSet<Pid>,
    /// Variables sent: the receipt that was asked for with them, 0 when it came.
    pub variables: FxHashMap<(SessionId, VarKey), u64>,
    /// Frames that wait for code, by pair.
    pub held: FxHashMap<Pair, VecDeque<Frame>>,
    /// Monitors that the peer's processes put on services here: by reference.
    pub named: FxHashMap<Value, Pid>,
    /// Monitors of processes here on services there: by reference, who watches what.
    pub called: FxHashMap<Value, (Pid, String)>,
    /// Incarnations whose address the peer was told.
    pub hinted: FxHashSet<Incarnation>,
}

impl Peer {
    pub fn held_frames(&self) -> usize {
        self.held.values().map(VecDeque::len).sum()
    }
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
            self.note_called(peer, &frame);
            return self.dist.actions.push_back(Action::Send {
                peer,
                epoch,
                stream: stream_of(&frame),
                bytes: frame.encode(),
            });
        }
        let hint = known.address.clone();
        let table = &self.dist.nodes;
        let entry = table
            .find(&peer)
            .and_then(|i| table.get(i)?.address.clone());
        match hint.or(entry) {
            Some((host, port)) => self.dial(&host, port, Some((Some(peer), frame))),
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
                self.dial(&host, port, Some((None, frame)));
            }
            Some((None, Some(peer))) => self.send_frame(peer, frame),
            Some((None, None)) | None => self.undeliverable(None, frame, "noconnection"),
        }
    }

    /// A monitor on a service is sent: from now on it depends on the connection.
    fn note_called(&mut self, peer: Incarnation, frame: &Frame) {
        if let Frame::Monitor {
            on: Destination::Service(name),
            watcher,
            reference,
        } = frame
            && let Some(reference) = self.tag_of(*reference)
        {
            let called = (Pid(watcher.serial), name.clone());
            self.peer(peer).called.insert(reference, called);
        }
    }

    /// Drops a monitor that still waits for a connection.
    pub(super) fn forget_waiting_monitor(&mut self, of: GlobalId) {
        let is_it =
            |w: &Waiting| matches!(w.frame, Frame::Monitor { reference, .. } if reference == of);
        for waiting in self.dist.dials.values_mut() {
            waiting.retain(|w| !is_it(w));
        }
    }

    /// Has a connection made, and something sent over it, to one incarnation only or to
    /// whoever is reached.
    pub(crate) fn dial(
        &mut self,
        host: &str,
        port: u16,
        waiting: Option<(Option<Incarnation>, Frame)>,
    ) {
        let key = (host.to_owned(), port);
        let is_new = !self.dist.dials.contains_key(&key);
        self.dist.waited += 1;
        let order = self.dist.waited;
        let waiting = waiting.map(|(only, frame)| Waiting { order, only, frame });
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
        if !planted(Planted::ReceiptNotAwaited) {
            known.variables.clear();
        }
        known.hinted.clear();
        if !planted(Planted::HeldFramesOutliveLoss) {
            known.held.clear();
        }
        if address.is_some() {
            known.address.clone_from(&address);
        }
        let place = address.as_ref().map(|(h, p)| (h.as_str(), *p));
        if let Some((host, port)) = place {
            self.tell_of_replaced(host, port, peer);
            self.dist.nodes.reached(host, port, peer);
        }
        self.send_waiting(peer, place);
        if let Some(node) = self.dist.nodes.of(peer, place) {
            self.tell_of_node(node, &[intern("node-up"), Value::node(node)]);
        }
        self.wake_connecting();
    }

    /// Another start answers at an address while the connection with the former one has
    /// not been found to be lost: who watches the node is told in the right order.
    fn tell_of_replaced(&mut self, host: &str, port: u16, by: Incarnation) {
        let Some(node) = self.dist.nodes.at(host, port) else {
            return;
        };
        if self.connected_as(node).is_some_and(|former| former != by) {
            let why = intern("replaced");
            self.tell_of_node(node, &[intern("node-down"), Value::node(node), why]);
        }
    }

    /// Sends what waits for a peer that has connected by itself, so that nothing that is
    /// sent later overtakes it. The attempts to reach it go on.
    fn send_waiting(&mut self, peer: Incarnation, place: Option<(&str, u16)>) {
        if planted(Planted::DialOvertaken) {
            return;
        }
        let mut ready = Vec::new();
        for ((host, port), waiting) in &mut self.dist.dials {
            let is_there = place.is_some_and(|(h, p)| p == *port && is_same_host(h, host));
            let is_for = |w: &mut Waiting| match w.only {
                Some(only) => only == peer,
                None => is_there,
            };
            ready.extend(waiting.extract_if(.., is_for));
        }
        ready.sort_by_key(|w| w.order);
        for w in ready {
            self.send_frame(peer, w.frame);
        }
    }

    pub(super) fn reached(&mut self, host: &str, port: u16, peer: Incarnation) {
        self.dist.nodes.reached(host, port, peer);
        let key = (host.to_owned(), port);
        self.dist.failures.remove(&key);
        let waiting = self.dist.dials.remove(&key).unwrap_or_default();
        for Waiting { only, frame, .. } in waiting {
            match only {
                Some(other) if other != peer && !planted(Planted::AnyIncarnation) => {
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
        if planted(Planted::FailedDialKept) {
            return self.wake_connecting();
        }
        let waiting = self.dist.dials.remove(&key).unwrap_or_default();
        for Waiting { only, frame, .. } in waiting {
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
        if let Some(pid) = self.sched.current_pid()
            && !self.dist.connecting.contains(&pid)
        {
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
                let from = peer.map(|incarnation| GlobalId {
                    incarnation,
                    serial: to,
                });
                if let (Some(from), Some(local)) =
                    (from.and_then(|f| self.pid_of(f)), self.pid_of(other))
                {
                    self.fire_lost_link(from, local, reason);
                }
            }
            Frame::LinkFrom { other, to } => {
                let to = peer.map(|incarnation| GlobalId {
                    incarnation,
                    serial: to,
                });
                if let Some(to) = to.and_then(|t| self.pid_of(t))
                    && let Some(ties) = self.ties_of(Pid(other.serial))
                {
                    remove_first(&mut ties.outbound, |&x| x == to);
                }
            }
            // Nothing that a process waits for.
            Frame::Send { .. }
            | Frame::UnlinkTo { .. }
            | Frame::UnlinkFrom { .. }
            | Frame::Exit { .. }
            | Frame::Demonitor { .. }
            | Frame::Down { .. }
            | Frame::Terminate { .. }
            | Frame::Receipt { .. }
            | Frame::Fetch { .. }
            | Frame::Unit { .. }
            | Frame::NoUnit { .. }
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
        if !planted(Planted::HeldFramesOutliveLoss) {
            known.held.clear();
        }
        if !planted(Planted::ReceiptNotAwaited) {
            known.variables.clear();
        }
        known.named.clear();
        let related = std::mem::take(&mut known.related);
        let called = std::mem::take(&mut known.called);
        let node = self.dist.nodes.find(&peer);
        let mut related: Vec<Pid> = related.into_iter().collect();
        related.sort_unstable();
        for pid in related {
            self.lose(pid, peer);
        }
        self.lose_called(called);
        self.dist.nodes.lost(&peer);
        self.forget_fetches(peer);
        if let Some(node) = node {
            let why = intern(reason);
            self.tell_of_node(node, &[intern("node-down"), Value::node(node), why]);
        }
        self.wake_connecting();
    }

    /// Cuts all that ties a process to processes of a peer.
    fn lose(&mut self, pid: Pid, peer: Incarnation) {
        let this = self.pid_value(pid);
        let Some(mut ties) = self.sched.get_mut(pid).and_then(|p| p.ties.take()) else {
            return;
        };
        let there = |v: Value| {
            v.as_pid()
                .is_some_and(|id| self.origins.resolve(id).0 == peer)
        };
        if !planted(Planted::LinksOutliveLoss) {
            ties.outbound.retain(|&v| !there(v));
        }
        ties.monitors.retain(|m| !there(m.0));
        let fired: Vec<Value> = ties.inbound.iter().copied().filter(|&v| there(v)).collect();
        let ended: Vec<(Value, Value)> = ties
            .monitoring
            .iter()
            .copied()
            .filter(|m| there(m.1))
            .collect();
        if let Some(p) = self.sched.get_mut(pid) {
            p.ties = Some(ties);
        }
        for from in fired {
            self.fire_lost_link(from, this, "noconnection");
        }
        for (reference, on) in ended {
            if planted(Planted::MonitorsOutliveLoss) {
                continue;
            }
            self.tell_down(this, reference, on, intern("noconnection"));
        }
    }

    /// Monitors on services of a peer that is lost fire.
    fn lose_called(&mut self, called: FxHashMap<Value, (Pid, String)>) {
        let mut called: Vec<(Value, Pid)> = called.into_iter().map(|(r, c)| (r, c.0)).collect();
        called.sort_unstable_by_key(|c| c.0.0);
        for (reference, pid) in called {
            let watcher = self.pid_value(pid);
            let on = self.monitored(watcher, reference);
            if !planted(Planted::MonitorsOutliveLoss) {
                self.tell_down(watcher, reference, on, intern("noconnection"));
            }
        }
    }

    /// Notes that one of the two, which is here, has to do with the other, which is not.
    pub(crate) fn relate(&mut self, a: Value, b: Value) {
        for (here, there) in [(a, b), (b, a)] {
            let Some(pid) = self.local_pid(here) else {
                continue;
            };
            let peer = there.as_pid().map(|id| self.origins.resolve(id).0);
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
        self.dist.receipts += 1;
        let receipt = self.dist.receipts;
        let known = self.peer(peer);
        for v in sent {
            let state = if planted(Planted::ReceiptNotAwaited) {
                0
            } else {
                receipt
            };
            known.variables.insert((v.session, v.key.clone()), state);
        }
        receipt
    }

    /// Variables have arrived.
    pub(super) fn receipt(&mut self, peer: Incarnation, receipt: u64) {
        let sent = self.peer(peer).variables.values_mut();
        sent.filter(|r| **r == receipt).for_each(|r| *r = 0);
    }
}
