//! From processes here to processes elsewhere.

use super::context::{Contents, Outgoing};
use crate::identity::Incarnation;
use crate::node::Node;
use crate::prim::{ErrorKind, PrimError, Raise};
use crate::report;
use termite_abi::{Identity, Value};
use termite_heap::{Step, Unsendable, symbol_name};
use termite_wire::control::{Content, Destination, Frame, GlobalId, Variable};
use termite_wire::{EncodeError, Limits};

/// What the node of one process tells that of another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Note {
    LinkTo,
    LinkFrom,
    UnlinkTo,
    UnlinkFrom,
    /// Reason and object.
    Exit(Value, Value),
    Monitor(Value),
    Demonitor(Value),
    /// Reference and reason.
    Down(Value, Value),
    Terminate,
}

/// Rounds in which variables' values bring further code, and that further variables.
const ROUNDS: usize = 64;

/// What encoding gives.
struct Encoded {
    bytes: Vec<u8>,
    /// Variables that the code in it reaches.
    reached: Vec<Variable>,
    /// Incarnations that pids and tags in it are of.
    about: Vec<Incarnation>,
}

impl Node {
    /// A pid or tag as the wire names it.
    pub(crate) fn wire_identity(&self, v: Value) -> GlobalId {
        let id = v.as_pid().or(v.as_unique_tag());
        let (incarnation, serial) = self.origins.resolve(id.unwrap_or(Identity {
            origin: 0,
            serial: 0,
        }));
        GlobalId {
            incarnation,
            serial,
        }
    }

    /// Sends a message to a process of another node.
    pub(crate) fn send_away(&mut self, to: Value, message: Value) -> Result<(), Raise> {
        let GlobalId {
            incarnation: peer,
            serial,
        } = self.wire_identity(to);
        let from = self.sender();
        let content = self.content(peer, &[message])?;
        let to = Destination::Process(serial);
        self.send_frame(peer, Frame::Send { from, to, content });
        Ok(())
    }

    /// Sends a message to whatever process is published under a name on a node.
    pub(crate) fn send_named(
        &mut self,
        node: u32,
        name: Value,
        message: Value,
    ) -> Result<(), Raise> {
        if self.dist.nodes.is_own(node) {
            let mut root = [message];
            self.snapshot(&mut root, crate::message::Scope::Message)?;
            if let Some(pid) = self.service(name) {
                self.deliver(pid, root[0]);
            }
            return Ok(());
        }
        let peer = self.dist.nodes.get(node).and_then(|e| e.incarnation);
        let from = self.sender();
        let content = self.content(peer.unwrap_or_default(), &[message])?;
        let to = Destination::Service(symbol_name(name).to_string());
        self.send_frame_to_node(node, Frame::Send { from, to, content });
        Ok(())
    }

    fn sender(&mut self) -> GlobalId {
        GlobalId {
            incarnation: self.origins.own(),
            serial: self.sched.current_pid().map_or(0, |p| p.0),
        }
    }

    /// Writes values for a peer, with the variables of sessions that their code reaches
    /// and that the peer has not got.
    fn content(&mut self, peer: Incarnation, values: &[Value]) -> Result<Content, Raise> {
        self.name_parameters();
        let mut variables: Vec<Variable> = Vec::new();
        for _ in 0..ROUNDS {
            let Encoded {
                bytes,
                reached,
                about,
            } = self.encode(values, &mut variables)?;
            let more: Vec<Variable> = self
                .unconfirmed(peer, reached)
                .into_iter()
                .filter(|v| {
                    !variables
                        .iter()
                        .any(|w| w.key == v.key && w.session == v.session)
                })
                .collect();
            if more.is_empty() {
                self.give_hints(peer, &about);
                let receipt = if variables.is_empty() {
                    0
                } else {
                    self.ask_receipt(peer, &variables)
                };
                return Ok(Content {
                    receipt,
                    variables,
                    body: bytes,
                });
            }
            variables.extend(more);
        }
        Err(PrimError::new(
            ErrorKind::Error,
            "the message's code reaches too many variables",
        ))
    }

    /// Encodes values and then variables; a variable whose value cannot travel says so
    /// from then on.
    fn encode(&mut self, values: &[Value], variables: &mut [Variable]) -> Result<Encoded, Raise> {
        loop {
            let mut roots = values.to_vec();
            let present = variables.iter().filter(|v| v.missing.is_empty());
            let present: Vec<Value> = present.map(|v| self.session_value(v)).collect();
            roots.extend(present);
            let Node {
                heap,
                code,
                origins,
                dist,
                identities,
                ..
            } = self;
            let mut context = Outgoing::new(code, origins, &dist.nodes);
            let result = termite_wire::encode(heap, &roots, &mut context, &Limits::default());
            let Contents { used, about, made } = context.finish();
            identities.extend(made);
            match result {
                Ok(bytes) => {
                    return Ok(Encoded {
                        bytes,
                        reached: self.reached_variables(&used),
                        about,
                    });
                }
                Err(EncodeError::TooLarge(most)) => {
                    let message = format!("the message is larger than {most} bytes or objects");
                    return Err(PrimError::new(ErrorKind::Unsendable, message));
                }
                Err(EncodeError::Unsendable(fault)) => {
                    let root = fault.path.iter().find_map(|s| match s {
                        Step::Root(i) => Some(*i),
                        _ => None,
                    });
                    match root.and_then(|i| i.checked_sub(values.len())) {
                        Some(i) => self.mark_missing(variables, i, &fault),
                        None => return Err(self.unsendable(&fault)),
                    }
                }
            }
        }
    }

    /// The `i`-th variable that has a value cannot travel.
    fn mark_missing(&mut self, variables: &mut [Variable], i: usize, fault: &Unsendable) {
        let path = report::path(self, fault);
        let what = report::written(self, fault.value);
        if let Some(v) = variables.iter_mut().filter(|v| v.missing.is_empty()).nth(i) {
            v.missing = format!("it holds {what}{path}, which cannot leave its node");
        }
    }

    fn session_value(&mut self, v: &Variable) -> Value {
        let index = self.session_cell(v.session, v.key.clone(), &v.name);
        self.variable(index)
    }

    /// The variables with a value that procedures of sessions' units reach.
    fn reached_variables(&self, used: &[(u32, u32)]) -> Vec<Variable> {
        let mut all = Vec::new();
        for &(unit, proc) in used {
            let unit = self.code.unit(unit);
            let Some(session) = unit.session else {
                continue;
            };
            let reach = unit
                .reach
                .get_or_init(|| crate::reach::Reach::of(&unit.whole()));
            for var in reach.variables(termite_ir::ProcId(proc)) {
                let index = unit.cells[var.index()];
                if self.variable(index) == Value::UNBOUND {
                    continue;
                }
                let declared = &unit.unit.vars[var.index()];
                let key = match declared.kind {
                    termite_ir::VarKind::Own => crate::session::VarKey::Own(unit.hash(), var.0),
                    _ => crate::session::VarKey::Named(declared.name.clone()),
                };
                all.push(Variable {
                    session,
                    key,
                    name: declared.name.clone(),
                    missing: String::new(),
                });
            }
        }
        let mut seen = rustc_hash::FxHashSet::default();
        all.retain(|v: &Variable| seen.insert((v.session, v.key.clone())));
        all
    }

    /// Tells a peer where the incarnations of a message listen, once.
    fn give_hints(&mut self, peer: Incarnation, about: &[Incarnation]) {
        for &incarnation in about {
            if incarnation == peer || incarnation == self.origins.own() {
                continue;
            }
            let address = self
                .dist
                .peers
                .get(&incarnation)
                .and_then(|p| p.address.clone());
            if let Some((host, port)) = address
                && self.is_connected(&peer)
                && self.peer(peer).hinted.insert(incarnation)
            {
                self.send_frame(
                    peer,
                    Frame::Hint {
                        incarnation,
                        host,
                        port: u64::from(port),
                    },
                );
            }
        }
    }

    /// Tells the node of `to` something about it and `from`, one of which is here.
    pub(crate) fn notify(&mut self, to: Value, from: Value, note: Note) {
        if to.as_pid().is_none() {
            if let (Some(_), Note::Demonitor(reference)) = (to.as_node(), note) {
                self.forget_called(from, reference);
            }
            return;
        }
        let GlobalId {
            incarnation: peer,
            serial: to,
        } = self.wire_identity(to);
        let other = self.wire_identity(from);
        let on = Destination::Process(to);
        let frame = match note {
            Note::LinkTo => Frame::LinkTo { to, other },
            Note::LinkFrom => Frame::LinkFrom { to, other },
            Note::UnlinkTo => Frame::UnlinkTo { to, other },
            Note::UnlinkFrom => Frame::UnlinkFrom { to, other },
            Note::Terminate => Frame::Terminate { to, by: other },
            Note::Monitor(reference) => Frame::Monitor {
                on,
                watcher: other,
                reference: self.wire_identity(reference),
            },
            Note::Demonitor(reference) => Frame::Demonitor {
                on,
                watcher: other,
                reference: self.wire_identity(reference),
            },
            Note::Exit(reason, object) => Frame::Exit {
                to,
                other,
                content: self.content_or_text(peer, &[reason, object]),
            },
            Note::Down(reference, reason) => {
                self.peer(peer).named.remove(&reference);
                Frame::Down {
                    to,
                    on: other,
                    reference: self.wire_identity(reference),
                    content: self.content_or_text(peer, &[reason]),
                }
            }
        };
        self.send_frame(peer, frame);
    }

    /// A monitor on a service is taken back: where it was sent, or before it is.
    fn forget_called(&mut self, watcher: Value, reference: Value) {
        let found = self.dist.peers.iter_mut().find_map(|(peer, known)| {
            let (_, name) = known.called.remove(&reference)?;
            Some((*peer, name))
        });
        let watcher = self.wire_identity(watcher);
        let reference = self.wire_identity(reference);
        let Some((peer, name)) = found else {
            return self.forget_waiting_monitor(reference);
        };
        let frame = Frame::Demonitor {
            on: Destination::Service(name),
            watcher,
            reference,
        };
        self.send_frame(peer, frame);
    }

    /// The running process monitors a service of another node, under a call's tag.
    pub(crate) fn monitor_service(&mut self, node: u32, name: Value, reference: Value) {
        let watcher = self.self_value();
        if let Some(p) = self.sched.running() {
            p.ties().monitoring.push((reference, Value::node(node)));
        }
        let frame = Frame::Monitor {
            on: Destination::Service(symbol_name(name).to_string()),
            watcher: self.wire_identity(watcher),
            reference: self.wire_identity(reference),
        };
        self.send_frame_to_node(node, frame);
    }

    /// Values for a peer; what cannot be sent of them as text.
    fn content_or_text(&mut self, peer: Incarnation, values: &[Value]) -> Content {
        if let Ok(content) = self.content(peer, values) {
            return content;
        }
        let texts: Vec<Value> = values
            .iter()
            .map(|&v| {
                if v.is_pointer() && !termite_heap::symbols::is_symbol(v) {
                    let text = report::written(self, v);
                    self.heap.string(&text)
                } else {
                    v
                }
            })
            .collect();
        // Symbols and strings can always be sent.
        self.content(peer, &texts).unwrap_or_default()
    }
}
