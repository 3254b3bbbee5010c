//! From processes elsewhere to processes here.

use super::Action;
use super::context::Incoming;
use super::fetch::{Need, Walk};
use super::frame::{Pair, pair_of};
use crate::exits::remove_first;
use crate::faults::{Fault as Planted, planted};
use crate::identity::Incarnation;
use crate::node::Node;
use crate::process::{Ending, Pid, Signal};
use termite_abi::Value;
use termite_heap::intern;
use termite_wire::Limits;
use termite_wire::control::{Content, Destination, Frame, GlobalId, Variable};

/// Frames held for one peer.
const MOST_HELD: usize = 100_000;
/// Symbols that peers may bring that were not here before.
pub(crate) const MOST_SYMBOLS: u32 = 1 << 20;

/// Why a body is not taken.
enum Fault {
    /// Code is missing.
    Wait,
    Refused(String),
}

impl Node {
    /// A process as a value; `None` when too many incarnations are known.
    pub(super) fn pid_of(&mut self, pid: GlobalId) -> Option<Value> {
        self.origins
            .intern(pid.incarnation, pid.serial)
            .map(Value::pid)
    }

    pub(super) fn tag_of(&mut self, tag: GlobalId) -> Option<Value> {
        self.origins
            .intern(tag.incarnation, tag.serial)
            .map(Value::unique_tag)
    }

    /// A message of the transport.
    pub(super) fn frame_bytes(&mut self, peer: Incarnation, epoch: u64, bytes: &[u8]) {
        if self.peer(peer).epoch != epoch && !planted(Planted::EpochNotCompared) {
            return;
        }
        match Frame::decode(bytes, &Limits::default()) {
            Ok(frame) => self.frame(peer, frame),
            Err(e) => {
                self.log(&format!(
                    "warning: a node sent what is no frame ({e}); the connection is closed\n"
                ));
                self.dist.actions.push_back(Action::Disconnect { peer });
            }
        }
    }

    /// Takes a frame, or holds it behind those of its pair that are held.
    fn frame(&mut self, peer: Incarnation, frame: Frame) {
        let Some(pair) = pair_of(&frame) else {
            return self.frame_without_pair(peer, frame);
        };
        let held = &mut self.peer(peer).held;
        if let Some(queue) = held.get_mut(&pair)
            && !planted(Planted::LaterFramesNotHeld)
        {
            queue.push_back(frame);
            if self.peer(peer).held_frames() > MOST_HELD {
                self.log("warning: too much of a node waits for code; the connection is closed\n");
                self.dist.actions.push_back(Action::Disconnect { peer });
            }
            return;
        }
        if let Some(frame) = self.try_frame(peer, frame) {
            self.peer(peer)
                .held
                .entry(pair)
                .or_default()
                .push_back(frame);
        }
    }

    /// Takes what was held and can be taken now. Called when code has come or a body has
    /// run; what remains is held on.
    pub(super) fn take_held(&mut self) {
        let held = |(peer, known): (&Incarnation, &super::peers::Peer)| {
            let pairs: Vec<Pair> = known.held.keys().cloned().collect();
            (*peer, pairs)
        };
        let all: Vec<(Incarnation, Vec<Pair>)> = self.dist.peers.iter().map(held).collect();
        for (peer, pairs) in all {
            for pair in pairs {
                self.take_pair(peer, &pair);
            }
        }
    }

    fn take_pair(&mut self, peer: Incarnation, pair: &Pair) {
        // Frames that come in meanwhile go behind those that are held: taking one may send,
        // but nothing arrives before it returns.
        while let Some(queue) = self.peer(peer).held.get_mut(pair) {
            let Some(frame) = queue.pop_front() else {
                self.peer(peer).held.remove(pair);
                return;
            };
            if let Some(frame) = self.try_frame(peer, frame) {
                if let Some(queue) = self.peer(peer).held.get_mut(pair) {
                    queue.push_front(frame);
                }
                return;
            }
        }
    }

    /// Takes a frame between two processes; gives it back if it has to wait for code.
    fn try_frame(&mut self, peer: Incarnation, frame: Frame) -> Option<Frame> {
        match &frame {
            Frame::Send { from, to, content } => match self.open(peer, content) {
                Ok(values) => {
                    if let (Some(&message), Some(pid)) = (values.first(), self.target(to)) {
                        self.deliver(pid, message);
                    }
                }
                Err(Fault::Wait) => return Some(frame),
                Err(Fault::Refused(why)) => self.refuse(peer, *from, to.clone(), why),
            },
            Frame::Exit { to, other, content } => {
                match self.open(peer, content) {
                    Ok(values) => self.exit_arrived(*to, *other, &values),
                    Err(Fault::Wait) => return Some(frame),
                    Err(Fault::Refused(why)) => {
                        let text = self.heap.string(&why);
                        self.exit_arrived(*to, *other, &[intern("uncaught-exception"), text]);
                    }
                };
            }
            Frame::Down {
                to,
                on,
                reference,
                content,
            } => {
                let reason = match self.open(peer, content) {
                    Ok(values) => values.first().copied().unwrap_or(Value::FALSE),
                    Err(Fault::Wait) => return Some(frame),
                    Err(Fault::Refused(why)) => self.heap.string(&why),
                };
                self.down_arrived(peer, *to, *on, *reference, reason);
            }
            _ => self.relation(peer, frame),
        }
        None
    }

    fn target(&self, to: &Destination) -> Option<Pid> {
        match to {
            Destination::Process(serial) => Some(Pid(*serial)),
            Destination::Service(name) => self.service(intern(name)),
        }
    }

    /// Links and monitors.
    fn relation(&mut self, peer: Incarnation, frame: Frame) {
        let local = |node: &mut Node, serial: u64| node.pid_value(Pid(serial));
        match frame {
            Frame::LinkTo { to, other } => {
                let (this, other) = (local(self, to), self.pid_of(other));
                if let Some(other) = other {
                    self.link_arrived(peer, this, other, true);
                }
            }
            Frame::LinkFrom { to, other } => {
                let (this, other) = (local(self, to), self.pid_of(other));
                if let Some(other) = other {
                    self.link_arrived(peer, this, other, false);
                }
            }
            Frame::UnlinkTo { to, other } => {
                if let (Some(other), Some(ties)) = (self.pid_of(other), self.ties_of(Pid(to))) {
                    remove_first(&mut ties.outbound, |&x| x == other);
                }
            }
            Frame::UnlinkFrom { to, other } => {
                if let (Some(other), Some(ties)) = (self.pid_of(other), self.ties_of(Pid(to))) {
                    remove_first(&mut ties.inbound, |&x| x == other);
                }
            }
            Frame::Monitor {
                on,
                watcher,
                reference,
            } => self.monitor_arrived(peer, &on, watcher, reference),
            Frame::Demonitor { .. } if planted(Planted::DemonitorIgnored) => {}
            Frame::Demonitor { on, reference, .. } => {
                let Some(reference) = self.tag_of(reference) else {
                    return;
                };
                let named = self.peer(peer).named.remove(&reference);
                let pid = match on {
                    Destination::Process(serial) => Some(Pid(serial)),
                    Destination::Service(_) => named,
                };
                if let Some(ties) = pid.and_then(|p| self.ties_of(p)) {
                    remove_first(&mut ties.monitors, |m| m.1 == reference);
                }
            }
            Frame::Terminate { to, .. } => self.end_process(Pid(to), Ending::Terminated),
            // The others never come here: see `frame` and `try_frame`.
            Frame::Send { .. }
            | Frame::Exit { .. }
            | Frame::Down { .. }
            | Frame::Receipt { .. }
            | Frame::Fetch { .. }
            | Frame::Unit { .. }
            | Frame::NoUnit { .. }
            | Frame::Hint { .. }
            | Frame::Refused { .. } => {}
        }
    }

    /// A link with `other`, which is elsewhere: outbound from here, or inbound.
    fn link_arrived(&mut self, peer: Incarnation, this: Value, other: Value, outbound: bool) {
        let Some(pid) = self.local_pid(this) else {
            return;
        };
        let Some(p) = self.sched.get_mut(pid) else {
            return;
        };
        let list = if outbound {
            &mut p.ties().outbound
        } else {
            &mut p.ties().inbound
        };
        if !list.contains(&other) {
            list.push(other);
        }
        self.peer(peer).related.insert(pid);
    }

    fn monitor_arrived(
        &mut self,
        peer: Incarnation,
        on: &Destination,
        watcher: GlobalId,
        reference: GlobalId,
    ) {
        let (Some(watcher), Some(tag)) = (self.pid_of(watcher), self.tag_of(reference)) else {
            return;
        };
        let Some(pid) = self.target(on) else {
            let this = self.own_node();
            return self.tell_down(watcher, tag, this, intern("noprocess"));
        };
        if matches!(on, Destination::Service(_)) {
            self.peer(peer).named.insert(tag, pid);
        }
        self.peer(peer).related.insert(pid);
        let value = self.pid_value(pid);
        self.add_monitor(pid, value, watcher, tag);
    }

    fn exit_arrived(&mut self, to: u64, other: GlobalId, values: &[Value]) {
        let (Some(origin), Some(&reason)) = (self.pid_of(other), values.first()) else {
            return;
        };
        let object = values.get(1).copied().unwrap_or(reason);
        let linked = self
            .ties_of(Pid(to))
            .is_some_and(|t| t.inbound.contains(&origin));
        if linked {
            let to = self.pid_value(Pid(to));
            self.signal(
                to,
                Signal {
                    origin,
                    reason,
                    object,
                },
            );
        }
    }

    fn down_arrived(
        &mut self,
        peer: Incarnation,
        to: u64,
        on: GlobalId,
        reference: GlobalId,
        reason: Value,
    ) {
        let watcher = self.pid_value(Pid(to));
        let (Some(on), Some(reference)) = (self.pid_of(on), self.tag_of(reference)) else {
            return;
        };
        self.peer(peer).called.remove(&reference);
        self.tell_down(watcher, reference, on, reason);
    }

    fn frame_without_pair(&mut self, peer: Incarnation, frame: Frame) {
        match frame {
            Frame::Receipt { receipt } => self.receipt(peer, receipt),
            Frame::Fetch { hashes } => self.give_units(peer, &hashes),
            Frame::Unit { hash, code } => self.take_unit(peer, hash, &code),
            Frame::NoUnit { hash } => self.unit_is_missing(peer, hash),
            Frame::Hint {
                incarnation,
                host,
                port,
            } => {
                if let Ok(port) = u16::try_from(port)
                    && incarnation != self.origins.own()
                    && incarnation != peer
                {
                    self.peer(incarnation).address.get_or_insert((host, port));
                }
            }
            Frame::Refused { from, to, why } => self.refused(peer, Pid(from), to, &why),
            // These have a pair.
            Frame::Send { .. }
            | Frame::LinkTo { .. }
            | Frame::LinkFrom { .. }
            | Frame::UnlinkTo { .. }
            | Frame::UnlinkFrom { .. }
            | Frame::Exit { .. }
            | Frame::Monitor { .. }
            | Frame::Demonitor { .. }
            | Frame::Down { .. }
            | Frame::Terminate { .. } => {}
        }
    }

    /// Reads the values of a content, with its variables given to their sessions.
    fn open(&mut self, peer: Incarnation, content: &Content) -> Result<Vec<Value>, Fault> {
        let Content {
            receipt,
            variables,
            body,
        } = content;
        let limits = Limits::default();
        let units = termite_wire::units_of(body, &limits)
            .map_err(|e| Fault::Refused(format!("it cannot be read: {e}")))?;
        let mut wait = false;
        let mut walk = Walk::new(peer);
        for unit in &units {
            match self.ensure_unit(&mut walk, &unit.hash, &unit.name, unit.instance) {
                Need::Ready => {}
                Need::Wait => wait = true,
                Need::Refused(why) => return Err(Fault::Refused(why)),
            }
        }
        if wait {
            return Err(Fault::Wait);
        }
        let mut values = self.decode(body, &limits)?;
        let present = variables.iter().filter(|v| v.missing.is_empty()).count();
        if values.len() < present {
            return Err(Fault::Refused("it has fewer values than variables".into()));
        }
        let theirs = values.split_off(values.len() - present);
        self.give_variables(variables, &theirs);
        if *receipt != 0 {
            self.send_frame(peer, Frame::Receipt { receipt: *receipt });
        }
        Ok(values)
    }

    fn decode(&mut self, body: &[u8], limits: &Limits) -> Result<Vec<Value>, Fault> {
        self.name_parameters();
        let Node {
            heap,
            code,
            origins,
            dist,
            identities,
            console,
            base_frame,
            symbols_left,
            ..
        } = self;
        let mut context = Incoming {
            code,
            origins,
            nodes: &mut dist.nodes,
            identities,
            console: *console,
            base_frame: *base_frame,
            symbols_left,
        };
        termite_wire::decode(body, heap, &mut context, limits)
            .map_err(|e| Fault::Refused(format!("it cannot be read: {e}")))
    }

    /// A variable of a session has its value from the first message that brings one.
    fn give_variables(&mut self, variables: &[Variable], values: &[Value]) {
        let mut values = values.iter();
        for v in variables {
            let value = if v.missing.is_empty() {
                values.next().copied()
            } else {
                None
            };
            let index = self.session_cell(v.session, v.key.clone(), &v.name);
            if self.variable(index) != Value::UNBOUND {
                continue;
            }
            match value {
                Some(value) => self.set_variable(index, value),
                None => {
                    self.dist.missing.insert(index, v.missing.clone());
                }
            }
        }
    }

    /// Drops a message, and says so here and there.
    fn refuse(&mut self, peer: Incarnation, from: GlobalId, to: Destination, why: String) {
        self.log(&format!("warning: a message was refused: {why}\n"));
        if from.incarnation == peer {
            let from = from.serial;
            self.send_frame(peer, Frame::Refused { from, to, why });
        }
    }

    /// A message of a process here was refused: its monitors on the destination fire,
    /// which is how calls hear of it.
    fn refused(&mut self, peer: Incarnation, from: Pid, to: Destination, why: &str) {
        self.log(&format!("warning: another node refused a message: {why}\n"));
        let this = self.pid_value(from);
        for (reference, on) in self.monitors_on(peer, from, &to) {
            let text = self.heap.string(why);
            let reason = self.heap.list(&[intern("refused"), text]);
            self.tell_down(this, reference, on, reason);
            self.forget_monitor(on, this, reference);
        }
    }

    /// The monitors that a process here has on a process or service of a peer.
    fn monitors_on(
        &mut self,
        peer: Incarnation,
        watcher: Pid,
        on: &Destination,
    ) -> Vec<(Value, Value)> {
        let on = match on {
            Destination::Process(serial) => self.pid_of(GlobalId {
                incarnation: peer,
                serial: *serial,
            }),
            Destination::Service(name) => {
                let called = self.peer(peer).called.iter();
                let ours = called.filter(|(_, c)| c.0 == watcher && c.1 == *name);
                let mut references: Vec<Value> = ours.map(|(r, _)| *r).collect();
                references.sort_unstable_by_key(|r| r.0);
                let this = self.pid_value(watcher);
                let found = references.into_iter();
                return found.map(|r| (r, self.monitored(this, r))).collect();
            }
        };
        let ties = self.ties_of(watcher);
        let all = ties.map(|t| t.monitoring.clone()).unwrap_or_default();
        all.into_iter().filter(|m| Some(m.1) == on).collect()
    }
}
