//! A cluster in one thread and in virtual time: nodes, the network between them, and what
//! befalls them. Everything follows from the seed.
//!
//! An event is due at a moment; those of one moment happen in the order in which they were
//! made. A node runs when it has been handed something, when it still has something to
//! run, and when one of its timers is due.

use crate::check::Checker;
use crate::disaster::Plan;
use crate::item;
use crate::machine::{Machine, Program};
use crate::network::{Incarnation, Network, Stage};
use crate::rng::Rng;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use termite_vm::dist::{Action, Event};
use termite_wire::Limits;
use termite_wire::control::Frame;

pub const MILLISECOND: u64 = 1_000_000;
pub const SECOND: u64 = 1000 * MILLISECOND;
/// A node that has heard nothing for so long takes a connection for lost.
const PATIENCE: u64 = 15 * SECOND;
/// How long an attempt to connect may take.
const DIAL_TIME: u64 = 10 * SECOND;
pub const FIRST_PORT: u16 = 3000;
/// More events than any run needs.
const MOST_EVENTS: u64 = 100_000;

/// What happens at a moment.
pub enum Happening {
    /// A node runs, if this is still the moment it waits for.
    Run(usize),
    /// The next frame of a stream arrives at an end of a connection.
    Arrive(usize, usize, u64),
    /// An attempt to connect comes to something.
    Dial(Dial),
    /// The side that connected gets the other's word.
    Welcome(usize, Dial),
    /// An end has heard nothing for long.
    Silence(usize, usize),
    /// An end finds out that the other has closed.
    Closed(usize, usize),
    /// What was told to a node by its own transport.
    Tell(Incarnation, usize, Event),
    Unblock(usize, usize),
    Resume(usize),
    Restart(usize),
}

#[derive(Clone)]
pub struct Dial {
    from: Incarnation,
    place: usize,
    host: String,
    port: u16,
    began: u64,
}

/// What stands at a place: nothing while it is crashed.
pub struct Place {
    pub machine: Option<Machine>,
    pub incarnation: Incarnation,
    starts: u8,
    program: Program,
    /// When it is to run next.
    wake: Option<u64>,
    pub paused: bool,
    /// What came while it was paused.
    missed: Vec<Event>,
}

pub struct Cluster {
    pub rng: Rng,
    pub now: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    happenings: BTreeMap<u64, Happening>,
    serial: u64,
    pub places: Vec<Place>,
    pub network: Network,
    pub checker: Checker,
    plan: Plan,
    pub events: u64,
    /// Of all frames sent, in order (FNV-1a): two runs of a seed have the same.
    pub digest: u64,
    tracing: bool,
    /// Whether the node at place 0 listens.
    zero_listens: bool,
}

impl Cluster {
    pub fn new(seed: u64, programs: &[Program], tracing: bool) -> Cluster {
        let mut rng = Rng::new(seed);
        let count = rng.between(3, 5) as usize;
        let plan = Plan::new(&mut rng, count);
        let zero_listens = !rng.once_in(4);
        let place = |program: &Program| Place {
            machine: None,
            incarnation: [0; 16],
            starts: 0,
            program: program.clone(),
            wake: None,
            paused: false,
            missed: Vec::new(),
        };
        let mut cluster = Cluster {
            rng,
            now: 0,
            queue: BinaryHeap::new(),
            happenings: BTreeMap::new(),
            serial: 0,
            places: programs[..count].iter().map(place).collect(),
            network: Network::default(),
            checker: Checker::default(),
            plan,
            events: 0,
            digest: 0xcbf2_9ce4_8422_2325,
            tracing,
            zero_listens,
        };
        for i in 0..count {
            cluster.start(i);
        }
        cluster
    }

    /// Runs until nothing is left to happen.
    pub fn run(&mut self) {
        while let Some(Reverse((time, serial))) = self.queue.pop() {
            self.events += 1;
            if self.events > MOST_EVENTS {
                let busy = crate::rest::busy(self);
                self.fail(&format!("the cluster does not come to rest: {busy}"));
            }
            if self.checker.has_failed() {
                return;
            }
            self.now = self.now.max(time);
            self.checker.now = self.now;
            if let Some(happening) = self.happenings.remove(&serial) {
                self.happen(happening);
            }
            for disaster in self.plan.due(self.events) {
                self.befall(disaster);
            }
            if self.queue.is_empty() && self.plan.skip() {
                // Nothing goes on: the next disaster comes at once.
                self.at(self.now + SECOND, Happening::Unblock(usize::MAX, 0));
            }
        }
        self.at_rest();
    }

    pub fn at(&mut self, time: u64, happening: Happening) {
        self.serial += 1;
        self.queue.push(Reverse((time, self.serial)));
        self.happenings.insert(self.serial, happening);
    }

    fn soon(&mut self, most: u64) -> u64 {
        self.now + self.rng.between(1, most)
    }

    pub fn trace(&self, text: impl FnOnce() -> String) {
        if self.tracing {
            println!("{:>13.6}  {}", self.now as f64 / 1e9, text());
        }
    }

    pub fn fail(&mut self, what: &str) {
        self.trace(|| format!("FAILURE {what}"));
        self.checker.fail(what.to_owned());
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Run(i) => self.run_place(i),
            Happening::Arrive(c, e, stream) => self.arrive(c, e, stream),
            Happening::Dial(dial) => self.dial(dial),
            Happening::Welcome(c, dial) => self.welcome(c, dial),
            Happening::Silence(c, e) => self.silence(c, e),
            Happening::Closed(c, e) => {
                if self.network.connections[c].ends[e].stage == Stage::Up {
                    self.end(c, e, "closed by the other side");
                }
            }
            Happening::Tell(who, i, event) => self.tell(who, i, event),
            Happening::Unblock(usize::MAX, _) => {}
            Happening::Unblock(from, to) => self.unblock(from, to),
            Happening::Resume(i) => self.resume(i),
            Happening::Restart(i) => self.start(i),
        }
    }

    // -- nodes --

    pub fn start(&mut self, i: usize) {
        if self.places[i].machine.is_some() {
            return;
        }
        let place = &mut self.places[i];
        let starts = place.starts;
        place.starts += 1;
        let mut incarnation = [0; 16];
        let random = self.rng.next().to_le_bytes();
        incarnation[..2].copy_from_slice(&[i as u8, starts]);
        incarnation[2..10].copy_from_slice(&random);
        // Which of two incarnations is the lower is nothing to rely on.
        place.incarnation = incarnation;
        let settings = [
            ("seed", self.rng.below(1 << 30) as i64),
            ("gen", i64::from(starts)),
            ("places", self.places.len() as i64),
            ("listens", i64::from(i != 0 || self.zero_listens)),
        ];
        self.trace(|| format!("{} starts", item::start(&incarnation)));
        let place = &mut self.places[i];
        place.paused = false;
        place.missed.clear();
        place.machine = Some(Machine::new(
            &place.program,
            incarnation,
            self.now,
            &settings,
        ));
        self.checker.started(incarnation);
        self.look_after(i);
        self.wake(i, 1000);
    }

    /// Has a node run within so many nanoseconds.
    pub fn wake(&mut self, i: usize, most: u64) {
        let time = self.soon(most);
        self.wake_at(i, time);
    }

    fn wake_at(&mut self, i: usize, time: u64) {
        if self.places[i].wake.is_none_or(|w| time < w) {
            self.places[i].wake = Some(time);
            self.at(time, Happening::Run(i));
        }
    }

    fn run_place(&mut self, i: usize) {
        if self.places[i].wake != Some(self.now) {
            return;
        }
        self.places[i].wake = None;
        if self.places[i].paused {
            return;
        }
        let slices = self.rng.between(1, 6) as u32;
        let slice = match self.rng.below(8) {
            0 => 200 << 10,
            1 => 20 << 10,
            _ => self.rng.between(300, 3000),
        };
        let Some(machine) = &mut self.places[i].machine else {
            return;
        };
        machine.vm.sched.clock = termite_vm::scheduler::Clock::Virtual(self.now);
        machine.vm.slice = slice;
        let is_ready = machine.vm.step(slices);
        let deadline = machine.vm.sched.next_deadline();
        self.look_after(i);
        if is_ready {
            self.wake(i, 100_000);
        } else if let Some(deadline) = deadline {
            self.wake_at(i, deadline.max(self.now + 1));
        }
    }

    /// Does what a node has asked for, and takes down what it has logged.
    pub fn look_after(&mut self, i: usize) {
        let incarnation = self.places[i].incarnation;
        let Some(machine) = &mut self.places[i].machine else {
            return;
        };
        let log = machine.take_log();
        let actions = machine.vm.take_actions();
        for items in log {
            self.trace(|| {
                let all: Vec<String> = items.iter().map(|i| i.to_string()).collect();
                format!("{} logs {}", item::start(&incarnation), all.join(" "))
            });
            self.checker.log(incarnation, &items);
        }
        for action in actions {
            self.act(i, incarnation, action);
        }
        let left = self.places[i].machine.as_ref();
        if left.is_some_and(|m| m.vm.has_actions()) {
            self.look_after(i);
        }
    }

    /// Hands a node what its transport has for it.
    pub fn tell(&mut self, who: Incarnation, i: usize, event: Event) {
        if self.places[i].incarnation != who || self.places[i].machine.is_none() {
            return;
        }
        if self.places[i].paused {
            self.places[i].missed.push(event);
            return;
        }
        self.trace(|| format!("{} <- {}", item::start(&who), shown(&event)));
        self.checker.told(who, &event);
        let now = self.now;
        if let Some(machine) = &mut self.places[i].machine {
            machine.vm.sched.clock = termite_vm::scheduler::Clock::Virtual(now);
            machine.vm.dist_event(event);
        }
        self.look_after(i);
        self.wake(i, 20_000);
    }

    fn resume(&mut self, i: usize) {
        if !self.places[i].paused {
            return;
        }
        self.places[i].paused = false;
        self.trace(|| format!("place {i} goes on"));
        let who = self.places[i].incarnation;
        for event in std::mem::take(&mut self.places[i].missed) {
            self.tell(who, i, event);
        }
        self.hear_again();
        self.wake(i, 1000);
    }

    // -- what nodes ask for --

    fn act(&mut self, i: usize, who: Incarnation, action: Action) {
        match action {
            Action::Connect { host, port } => {
                self.trace(|| format!("{} dials {host}:{port}", item::start(&who)));
                let dial = Dial {
                    from: who,
                    place: i,
                    host,
                    port,
                    began: self.now,
                };
                let slowest = if self.rng.once_in(4) { 1000 } else { 5 };
                let time = self.soon(slowest * MILLISECOND);
                self.at(time, Happening::Dial(dial));
            }
            Action::Send {
                peer,
                epoch,
                stream,
                bytes,
            } => self.send(who, peer, epoch, stream, bytes),
            Action::Disconnect { peer } => {
                self.trace(|| format!("{} disconnects {}", item::start(&who), item::start(&peer)));
                if let Some((c, e)) = self.network.find(who, peer) {
                    self.end(c, e, "disconnected");
                }
            }
        }
    }

    fn send(
        &mut self,
        who: Incarnation,
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        bytes: Vec<u8>,
    ) {
        let found = self.network.find(who, peer);
        let found = found.filter(|&(c, e)| self.network.connections[c].ends[e].epoch == epoch);
        let Some((c, e)) = found else {
            self.trace(|| format!("{} sends in an epoch that is over", item::start(&who)));
            return;
        };
        for byte in &bytes {
            self.digest = (self.digest ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
        match Frame::decode(&bytes, &Limits::default()) {
            Ok(frame) => {
                self.trace(|| {
                    let (a, b) = (item::start(&who), item::start(&peer));
                    format!("{a} -> {b} epoch {epoch}: {}", crate::shown::frame(&frame))
                });
                self.checker.sent(who, peer, epoch, &frame);
            }
            Err(e) => self.fail(&format!("a node sends what is no frame: {e}")),
        }
        let latency = match self.rng.below(10) {
            0 => 200 * MILLISECOND,
            1..3 => 20 * MILLISECOND,
            _ => MILLISECOND,
        };
        self.network.connections[c].ends[1 - e].send(stream, bytes);
        let time = self.soon(latency);
        self.at(time, Happening::Arrive(c, 1 - e, stream));
    }

    fn arrive(&mut self, c: usize, e: usize, stream: u64) {
        let ends = &self.network.connections[c].ends;
        let (from, to) = (ends[1 - e].place, ends[e].place);
        let stage = ends[e].stage;
        let is_held = self.network.is_blocked(from, to) || stage == Stage::Pending;
        if stage != Stage::Over && is_held {
            self.network.connections[c].ends[e].stalled.push(stream);
            return;
        }
        let ends = &mut self.network.connections[c].ends;
        let (who, epoch, peer) = (ends[e].of, ends[e].epoch, ends[1 - e].of);
        let Some(bytes) = ends[e].arrive(stream) else {
            return;
        };
        // What comes too late is mostly lost.
        if stage == Stage::Over && (epoch == 0 || !self.rng.once_in(3)) {
            return;
        }
        let event = Event::Message { peer, epoch, bytes };
        self.tell(who, to, event);
    }

    // -- connections --

    fn fail_dial(&mut self, dial: &Dial, why: &str) {
        let event = Event::ConnectFailed {
            host: dial.host.clone(),
            port: dial.port,
            why: why.to_owned(),
        };
        let time = self.soon(MILLISECOND);
        self.at(time, Happening::Tell(dial.from, dial.place, event));
    }

    fn reached(&mut self, dial: &Dial, peer: Incarnation) {
        let event = Event::Reached {
            host: dial.host.clone(),
            port: dial.port,
            peer,
        };
        self.tell(dial.from, dial.place, event);
    }

    /// The attempt goes on for a while, or has taken too long.
    fn dial_later(&mut self, dial: Dial, wait: u64) {
        if self.now >= dial.began + DIAL_TIME {
            return self.fail_dial(&dial, "timed out");
        }
        let time = self.soon(wait);
        self.at(time, Happening::Dial(dial));
    }

    fn dial(&mut self, dial: Dial) {
        let (i, from) = (dial.place, dial.from);
        if self.places[i].incarnation != from || self.places[i].machine.is_none() {
            return;
        }
        let j = usize::from(dial.port.wrapping_sub(FIRST_PORT));
        if j == i || self.places.get(j).is_none() || self.rng.once_in(12) {
            return self.fail_dial(&dial, "refused");
        }
        let there = &self.places[j];
        let listens = there.machine.as_ref().is_some_and(|m| m.vm.is_listening());
        let is_cut = self.network.is_blocked(i, j) || self.network.is_blocked(j, i);
        if is_cut || there.paused || self.places[i].paused {
            return self.dial_later(dial, SECOND);
        }
        if !listens {
            return self.fail_dial(&dial, "refused");
        }
        let to = there.incarnation;
        if self.network.find(from, to).is_some() {
            return self.reached(&dial, to);
        }
        if self.network.is_pending(from, to) || self.network.is_pending(to, from) {
            return self.dial_later(dial, 3 * MILLISECOND);
        }
        self.accept(dial, (to, j));
    }

    /// The node that was connected to has the connection first.
    fn accept(&mut self, dial: Dial, to: (Incarnation, usize)) {
        let from = (dial.from, dial.place);
        if let Some((c, e)) = self.network.find(to.0, from.0) {
            self.end(c, e, "replaced");
        }
        let c = self.network.add(to, from);
        self.up(c, 0);
        let time = self.soon(5 * MILLISECOND);
        self.at(time, Happening::Welcome(c, dial));
    }

    fn welcome(&mut self, c: usize, dial: Dial) {
        let ends = &self.network.connections[c].ends;
        let (there, here) = (ends[0].place, ends[1].place);
        if ends[1].stage != Stage::Pending {
            return;
        }
        if self.network.is_blocked(there, here) || self.places[here].paused {
            if self.now >= dial.began + DIAL_TIME {
                self.network.connections[c].ends[1].stage = Stage::Over;
                self.deafen(c, 0);
                return self.fail_dial(&dial, "no answer");
            }
            let time = self.soon(SECOND);
            return self.at(time, Happening::Welcome(c, dial));
        }
        if ends[0].stage != Stage::Up {
            self.network.connections[c].ends[1].stage = Stage::Over;
            return self.fail_dial(&dial, "closed by the other side");
        }
        let peer = ends[0].of;
        let epoch = self.network.next_epoch(dial.from);
        let end = &mut self.network.connections[c].ends[1];
        end.stage = Stage::Up;
        end.epoch = epoch;
        self.up(c, 1);
        self.reached(&dial, peer);
        self.flow(c, 1);
    }

    fn up(&mut self, c: usize, e: usize) {
        let ends = &self.network.connections[c].ends;
        let (who, i, epoch) = (ends[e].of, ends[e].place, ends[e].epoch);
        let (peer, j) = (ends[1 - e].of, ends[1 - e].place);
        let host = if self.rng.once_in(2) {
            "127.0.0.1"
        } else {
            "localhost"
        };
        let listens = j != 0 || self.zero_listens;
        let address = listens.then(|| (host.to_owned(), FIRST_PORT + j as u16));
        let event = Event::Up {
            peer,
            epoch,
            address,
        };
        self.tell(who, i, event);
    }

    /// What was held up at an end goes on.
    fn flow(&mut self, c: usize, e: usize) {
        let stalled = std::mem::take(&mut self.network.connections[c].ends[e].stalled);
        for stream in stalled {
            let time = self.soon(3 * MILLISECOND);
            self.at(time, Happening::Arrive(c, e, stream));
        }
    }

    /// An end is over; the other finds out sooner or later.
    pub fn end(&mut self, c: usize, e: usize, why: &str) {
        let end = &mut self.network.connections[c].ends[e];
        let was = std::mem::replace(&mut end.stage, Stage::Over);
        let (who, i, epoch) = (end.of, end.place, end.epoch);
        if was == Stage::Over {
            return;
        }
        self.flow(c, e);
        if was == Stage::Up {
            let peer = self.network.connections[c].ends[1 - e].of;
            self.trace(|| format!("{}: {why}", item::start(&who)));
            let event = Event::Down {
                peer,
                epoch,
                reason: format!("lost-{epoch}"),
            };
            self.tell(who, i, event);
        }
        self.deafen(c, 1 - e);
        self.notice(c, 1 - e);
    }

    /// The other end has closed: this one finds out if anything gets through.
    fn notice(&mut self, c: usize, e: usize) {
        let ends = &self.network.connections[c].ends;
        let (from, to) = (ends[1 - e].place, ends[e].place);
        if !self.network.is_blocked(from, to) {
            let time = self.soon(300 * MILLISECOND);
            self.at(time, Happening::Closed(c, e));
        }
    }

    /// From now on an end hears nothing.
    pub fn deafen(&mut self, c: usize, e: usize) {
        let early = self.rng.below(5 * SECOND);
        let end = &mut self.network.connections[c].ends[e];
        if end.stage == Stage::Up && end.patience.is_none() {
            let time = self.now + PATIENCE - early;
            end.patience = Some(time);
            self.at(time, Happening::Silence(c, e));
        }
    }

    fn silence(&mut self, c: usize, e: usize) {
        let end = &self.network.connections[c].ends[e];
        if end.stage == Stage::Up && end.patience == Some(self.now) {
            if self.places[end.place].paused {
                let time = self.now + SECOND;
                self.network.connections[c].ends[e].patience = Some(time);
                return self.at(time, Happening::Silence(c, e));
            }
            self.end(c, e, "no sign of life");
        }
    }

    // -- cuts --

    /// Whether an end can hear the other.
    fn hears(&self, c: usize, e: usize) -> bool {
        let ends = &self.network.connections[c].ends;
        let (from, to) = (ends[1 - e].place, ends[e].place);
        !self.network.is_blocked(from, to)
            && ends[1 - e].stage != Stage::Over
            && !self.places[from].paused
    }

    /// Ends that hear nothing any more begin to wait; those that do again stop.
    pub fn hear_again(&mut self) {
        for c in 0..self.network.connections.len() {
            for e in 0..2 {
                if self.network.connections[c].ends[e].stage != Stage::Up {
                    continue;
                }
                if self.hears(c, e) {
                    self.network.connections[c].ends[e].patience = None;
                } else {
                    self.deafen(c, e);
                }
            }
        }
    }

    pub fn unblock(&mut self, from: usize, to: usize) {
        self.trace(|| format!("place {from} gets through to {to} again"));
        self.network.unblock(from, to);
        self.hear_again();
        self.release();
    }

    /// What was held up goes on where it can.
    pub fn release(&mut self) {
        for c in 0..self.network.connections.len() {
            for e in 0..2 {
                let ends = &self.network.connections[c].ends;
                let (from, to) = (ends[1 - e].place, ends[e].place);
                if self.network.is_blocked(from, to) {
                    continue;
                }
                if ends[e].stage == Stage::Up && ends[1 - e].stage == Stage::Over {
                    self.notice(c, e);
                }
                if self.network.connections[c].ends[e].stage != Stage::Pending {
                    self.flow(c, e);
                }
            }
        }
    }

    fn at_rest(&mut self) {
        let failures = crate::rest::failures(self);
        for what in failures {
            self.fail(&what);
        }
        if let Err(what) = self.checker.at_rest() {
            self.fail(&what);
        }
    }
}

fn shown(event: &Event) -> String {
    match event {
        Event::Up { peer, epoch, .. } => format!("up {} epoch {epoch}", item::start(peer)),
        Event::Reached { host, port, peer } => {
            format!("reached {host}:{port}: {}", item::start(peer))
        }
        Event::Message { peer, epoch, bytes } => {
            let frame = Frame::decode(bytes, &Limits::default());
            let text = frame.map_or("no frame".into(), |f| crate::shown::frame(&f));
            format!("{} epoch {epoch}: {text}", item::start(peer))
        }
        Event::Down {
            peer,
            epoch,
            reason,
        } => format!("down {} epoch {epoch} ({reason})", item::start(peer)),
        Event::ConnectFailed { host, port, why } => format!("failed {host}:{port}: {why}"),
    }
}
