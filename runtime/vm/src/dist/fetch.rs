//! The units that a message's code belongs to: found here, or fetched from the sender by
//! hash, then verified, linked, and, for a library, its body run.
//!
//! | where a unit is | |
//! |---|---|
//! | loaded | ready, unless its body has not ended yet |
//! | in the host's libraries, with this hash | linked on demand, or installed first |
//! | loaded for another session | linked again for this one |
//! | `units` | came from a peer |
//! | `wanted` | asked for, once, of one peer |
//!
//! Bodies run one after the other in processes of their own, with a time limit. Code that
//! came from a peer is known by hash alone: no import by name is met from it.

use crate::code::LoadedUnit;
use crate::faults::{Fault as Planted, planted};
use crate::host::Arrival;
use crate::identity::Incarnation;
use crate::node::Node;
use crate::process::{Ending, Pending, Pid};
use crate::session::SessionId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::sync::Arc;
use termite_abi::Value;
use termite_ir::{Unit, UnitHash};
use termite_wire::control::Frame;

/// Nanoseconds that the body of a library may take.
const BODY_TIME: u64 = 10_000_000_000;
/// Units that import one another in a row.
const MOST_DEPTH: usize = 200;
/// Bytes of code that peers may bring.
const MOST_CODE: usize = 512 << 20;

/// Whether a unit can be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Need {
    Ready,
    /// Not before something else has happened.
    Wait,
    /// Never, and why.
    Refused(String),
}

/// Looks once at each unit that a message needs, however many import it.
pub(super) struct Walk {
    from: Incarnation,
    met: FxHashMap<(UnitHash, Option<SessionId>), Need>,
    depth: usize,
}

impl Walk {
    pub fn new(from: Incarnation) -> Walk {
        Walk {
            from,
            met: FxHashMap::default(),
            depth: 0,
        }
    }
}

struct Body {
    hash: UnitHash,
    name: String,
    /// To be called in order.
    thunks: VecDeque<Value>,
}

struct Running {
    pid: Pid,
    deadline: u64,
}

#[derive(Default)]
pub(super) struct Fetches {
    units: FxHashMap<UnitHash, Arc<Unit>>,
    bytes: usize,
    wanted: FxHashMap<UnitHash, Incarnation>,
    failed: FxHashMap<UnitHash, String>,
    /// Libraries whose body has not ended.
    unready: FxHashSet<UnitHash>,
    bodies: VecDeque<Body>,
    running: Option<Running>,
    /// Units fetched, for statistics and tests.
    pub fetched: u64,
}

impl Fetches {
    pub fn wanted(&self) -> usize {
        self.wanted.len()
    }

    pub fn unready(&self) -> usize {
        self.unready.len()
    }

    /// Procedures that are to be called.
    pub fn visit(&mut self, f: &mut dyn FnMut(&mut Value)) {
        self.bodies
            .iter_mut()
            .flat_map(|b| &mut b.thunks)
            .for_each(f);
    }
}

impl Node {
    /// Makes the unit usable as far as that goes at once, and sees to the rest.
    pub(super) fn ensure_unit(
        &mut self,
        walk: &mut Walk,
        hash: &UnitHash,
        name: &str,
        session: Option<SessionId>,
    ) -> Need {
        let key = (*hash, session);
        if let Some(need) = walk.met.get(&key) {
            return need.clone();
        }
        if walk.depth > MOST_DEPTH {
            return Need::Refused(format!("{name} imports too many units in a row"));
        }
        walk.depth += 1;
        let need = self.unit_need(walk, hash, name, session);
        walk.depth -= 1;
        walk.met.insert(key, need.clone());
        need
    }

    fn unit_need(
        &mut self,
        walk: &mut Walk,
        hash: &UnitHash,
        name: &str,
        session: Option<SessionId>,
    ) -> Need {
        if let Some(why) = self.dist.fetches.failed.get(hash) {
            return Need::Refused(why.clone());
        }
        if self.dist.fetches.unready.contains(hash) {
            return Need::Wait;
        }
        if let Some(loaded) = self.code.find_code(name, hash, session).cloned() {
            return self.instance_need(&loaded);
        }
        if session.is_none() && !self.dist.fetches.units.contains_key(hash) {
            match self.arrival(hash, name) {
                Arrival::Linked(_) => {
                    return self.unit_need(walk, hash, name, session);
                }
                Arrival::Code(code) => {
                    // If it is damaged, the sender has it.
                    if let Ok(unit) = checked(hash, &code) {
                        self.dist.fetches.units.insert(*hash, Arc::new(unit));
                    }
                }
                Arrival::FromSender => {}
                Arrival::Coming => return Need::Wait,
                Arrival::Refused(why) => return Need::Refused(why),
            }
        }
        let here = self.code.find_hash(name, hash).map(|u| u.whole());
        let known = here.or_else(|| self.dist.fetches.units.get(hash).cloned());
        let Some(unit) = known else {
            self.want_unit(walk.from, *hash);
            return Need::Wait;
        };
        if unit.name != name {
            return Need::Refused(format!("code of {} goes by the name {name}", unit.name));
        }
        self.link_unit(walk, hash, unit, session)
    }

    /// Links a unit whose code is here, once its imports are ready.
    fn link_unit(
        &mut self,
        walk: &mut Walk,
        hash: &UnitHash,
        unit: Arc<Unit>,
        session: Option<SessionId>,
    ) -> Need {
        let mut need = Need::Ready;
        for import in &unit.imports {
            match self.ensure_unit(walk, &import.hash, &import.name, None) {
                Need::Ready => {}
                Need::Wait if need == Need::Ready => need = Need::Wait,
                Need::Wait => {}
                Need::Refused(why) => need = Need::Refused(why),
            }
        }
        if need != Need::Ready {
            return need;
        }
        let name = unit.name.clone();
        let accepted = match &mut self.host {
            Some(host) if session.is_none() => host.accepts(&unit),
            _ => Ok(()),
        };
        let linked = accepted.and_then(|()| self.load_foreign(unit, session).map_err(|e| e.0));
        let loaded = match linked {
            Ok(loaded) => loaded,
            Err(why) => {
                self.dist.fetches.failed.insert(*hash, why.clone());
                return Need::Refused(why);
            }
        };
        if session.is_some() || !self.has_own_instance(&loaded) {
            return self.instance_need(&loaded);
        }
        let body = loaded.closure(loaded.unit.init);
        self.run_body(*hash, name, VecDeque::from([body]));
        Need::Wait
    }

    /// Whether the variables that a loaded unit shares with another code have their values.
    fn instance_need(&self, unit: &LoadedUnit) -> Need {
        let first = self.first_code(unit);
        if first.is_some_and(|hash| self.dist.fetches.unready.contains(&hash)) {
            Need::Wait
        } else {
            Need::Ready
        }
    }

    /// Asks the host for a library; the bodies of what it linked are run.
    fn arrival(&mut self, hash: &UnitHash, name: &str) -> Arrival {
        let Some(mut host) = self.host.take() else {
            return Arrival::FromSender;
        };
        let before = self.code.units().len();
        let arrival = host.arrival(self, name, hash);
        self.host = Some(host);
        let Arrival::Linked(thunks) = &arrival else {
            return arrival;
        };
        // The libraries that it requires are not ready before their bodies have run either.
        let added = self.code.units()[before..].iter();
        let added = added.filter(|u| self.has_own_instance(u));
        let added: Vec<_> = added.map(|u| (u.hash(), u.unit.name.clone())).collect();
        if added.len() == thunks.len() {
            for ((hash, name), &thunk) in added.into_iter().zip(thunks) {
                self.run_body(hash, name, VecDeque::from([thunk]));
            }
        } else {
            self.run_body(*hash, name.to_owned(), thunks.clone().into());
        }
        arrival
    }

    /// A library that was [`Arrival::Coming`] has come, or will not.
    pub fn library_came(&mut self) {
        self.take_held();
    }

    fn run_body(&mut self, hash: UnitHash, name: String, thunks: VecDeque<Value>) {
        if !thunks.is_empty() {
            self.dist.fetches.unready.insert(hash);
            self.dist
                .fetches
                .bodies
                .push_back(Body { hash, name, thunks });
            self.run_next_body();
        }
    }

    fn run_next_body(&mut self) {
        if self.dist.fetches.running.is_some() {
            return;
        }
        let Some(body) = self.dist.fetches.bodies.front_mut() else {
            return;
        };
        let Some(thunk) = body.thunks.pop_front() else {
            return;
        };
        let dynenv = self.base_dynenv;
        let pid = self.start(Pending::Thunk(thunk), dynenv, false);
        let deadline = self.sched.clock.now() + BODY_TIME;
        self.dist.fetches.running = Some(Running { pid, deadline });
    }

    /// A process has ended: the body of a library, perhaps.
    pub(crate) fn body_ended(&mut self, pid: Pid, ending: Ending) {
        if self
            .dist
            .fetches
            .running
            .as_ref()
            .is_none_or(|r| r.pid != pid)
        {
            return;
        }
        self.dist.fetches.running = None;
        let went_well = matches!(
            ending,
            Ending::Returned(_) | Ending::ReturnedSeveral(_) | Ending::Normal
        );
        let body = self.dist.fetches.bodies.front();
        if went_well && body.is_some_and(|b| !b.thunks.is_empty()) {
            return self.run_next_body();
        }
        if let Some(body) = self.dist.fetches.bodies.pop_front() {
            self.dist.fetches.unready.remove(&body.hash);
            if !went_well {
                let why = format!("the body of the library {} failed", body.name);
                self.dist.fetches.failed.insert(body.hash, why);
            }
        }
        self.run_next_body();
        self.take_held();
    }

    /// Ends the body of a library that takes too long.
    pub(crate) fn check_bodies(&mut self) {
        let now = self.sched.clock.now();
        if let Some(running) = &self.dist.fetches.running
            && now > running.deadline
        {
            let pid = running.pid;
            self.end_process(pid, Ending::Terminated);
        }
    }

    /// Whether a process runs the body of a library.
    pub(crate) fn is_body(&self, pid: Pid) -> bool {
        let running = &self.dist.fetches.running;
        running.as_ref().is_some_and(|r| r.pid == pid)
    }

    pub(crate) fn runs_body(&self) -> bool {
        self.dist.fetches.running.is_some()
    }

    fn want_unit(&mut self, from: Incarnation, hash: UnitHash) {
        let is_wanted =
            self.dist.fetches.wanted.contains_key(&hash) && !planted(Planted::FetchedAgain);
        if !is_wanted && self.is_connected(&from) {
            self.dist.fetches.wanted.insert(hash, from);
            self.send_frame(from, Frame::Fetch { hashes: vec![hash] });
        }
    }

    /// A peer asks for code.
    pub(super) fn give_units(&mut self, peer: Incarnation, hashes: &[UnitHash]) {
        for hash in hashes {
            let found = self.code.units().iter().find(|u| u.hash() == *hash);
            let frame = match found.map(|u| u.whole()) {
                Some(unit) => Frame::Unit {
                    hash: *hash,
                    code: termite_ir::codec::encode(&unit),
                },
                None => Frame::NoUnit { hash: *hash },
            };
            self.send_frame(peer, frame);
        }
    }

    /// Code has come.
    pub(super) fn take_unit(&mut self, peer: Incarnation, hash: UnitHash, bytes: &[u8]) {
        if self.dist.fetches.wanted.get(&hash) != Some(&peer) {
            return;
        }
        self.dist.fetches.wanted.remove(&hash);
        let checked = checked(&hash, bytes);
        self.dist.fetches.bytes += bytes.len();
        match checked {
            Ok(unit) if self.dist.fetches.bytes <= MOST_CODE => {
                self.dist.fetches.fetched += 1;
                if let Some(host) = &mut self.host {
                    host.keep(&unit, &hash, bytes);
                }
                self.dist.fetches.units.insert(hash, Arc::new(unit));
                self.take_held();
            }
            Ok(_) => self.cannot_have(hash, "peers have brought too much code".into()),
            Err(why) => self.cannot_have(hash, why),
        }
    }

    /// A peer has not got the code that it referred to.
    pub(super) fn unit_is_missing(&mut self, peer: Incarnation, hash: UnitHash) {
        if self.dist.fetches.wanted.get(&hash) == Some(&peer) {
            self.dist.fetches.wanted.remove(&hash);
            self.cannot_have(hash, "the sender has not got its code".into());
        }
    }

    /// Refuses what waits for a unit; a later message may ask again.
    fn cannot_have(&mut self, hash: UnitHash, why: String) {
        self.dist.fetches.failed.insert(hash, why);
        self.take_held();
        self.dist.fetches.failed.remove(&hash);
    }

    /// A peer is gone: what it was asked for is asked of others that need it.
    pub(super) fn forget_fetches(&mut self, peer: Incarnation) {
        self.dist.fetches.wanted.retain(|_, from| *from != peer);
        self.take_held();
    }

    /// Units fetched from peers so far.
    pub fn units_fetched(&self) -> u64 {
        self.dist.fetches.fetched
    }

    pub(crate) fn visit_fetches(&mut self, f: &mut dyn FnMut(&mut Value)) {
        self.dist.fetches.visit(f);
    }
}

/// Code that has the hash by which it is known.
fn checked(hash: &UnitHash, code: &[u8]) -> Result<Unit, String> {
    let unit = termite_ir::codec::decode(code).map_err(|e| e.to_string())?;
    match termite_ir::unit_hash(&unit) == *hash {
        true => Ok(unit),
        false => Err("its code does not have the hash that it was asked for by".to_owned()),
    }
}
