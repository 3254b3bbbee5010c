//! The state machines in a simulated network: what holds whatever happens.

use std::collections::HashMap;
use std::time::Duration;
use termite_net::sim::{NodeId, Random, Sim};
use termite_net::{ConnectError, DownReason, Event, Farewell, Incarnation, Key, Settings};

const MS: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MS;
const PORT: u16 = 3001;

fn settings(node: NodeId) -> Settings {
    let mut settings = Settings::new([node as u8 + 1; 16], Key::from_bytes([1; 32])).unwrap();
    settings.limits.message = 200_000;
    settings.limits.reassembly = 400_000;
    settings.limits.streams = 4;
    settings.limits.queue = 600_000;
    settings
}

fn node_of(peer: Incarnation) -> NodeId {
    usize::from(peer[0]) - 1
}

/// A message that says where it comes from, and when.
struct Stamp {
    from: NodeId,
    epoch: u64,
    stream: u64,
    number: u64,
}

impl Stamp {
    fn write(&self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for field in [self.from as u64, self.epoch, self.stream, self.number] {
            bytes.extend(field.to_be_bytes());
        }
        let length = length.max(bytes.len() + 8);
        bytes.extend((length as u64).to_be_bytes());
        bytes.resize_with(length, || self.number as u8);
        bytes
    }

    fn read(bytes: &[u8]) -> Stamp {
        let field = |i: usize| u64::from_be_bytes(bytes[8 * i..8 * i + 8].try_into().unwrap());
        let [from, epoch, stream, number, length] = [0, 1, 2, 3, 4].map(field);
        assert_eq!(length as usize, bytes.len());
        assert!(bytes[40..].iter().all(|b| *b == number as u8), "mixed up");
        Stamp {
            from: from as usize,
            epoch,
            stream,
            number,
        }
    }
}

/// What one node has seen, checked as it comes.
#[derive(Default)]
struct Witness {
    up: HashMap<NodeId, u64>,
    last_epoch: u64,
    /// The epoch of the sender that belongs to one of ours, by (sender, ours).
    theirs: HashMap<(NodeId, u64), u64>,
    /// How many messages have come, by sender, its epoch and stream.
    next: HashMap<(NodeId, u64, u64), u64>,
    messages: usize,
    reached: usize,
    failed: Vec<ConnectError>,
    downs: Vec<DownReason>,
}

impl Witness {
    fn see(&mut self, event: Event) {
        match event {
            Event::Up { peer, epoch, .. } => {
                assert!(epoch > self.last_epoch, "epochs go up");
                self.last_epoch = epoch;
                assert_eq!(self.up.insert(node_of(peer), epoch), None, "up twice");
            }
            Event::Down {
                peer,
                epoch,
                reason,
            } => {
                assert_eq!(
                    self.up.remove(&node_of(peer)),
                    Some(epoch),
                    "down without up"
                );
                self.downs.push(reason);
            }
            Event::Message {
                peer,
                epoch,
                stream,
                bytes,
            } => self.message(node_of(peer), epoch, stream, &bytes),
            Event::Reached { peer, epoch, .. } => {
                assert_eq!(self.up.get(&node_of(peer)), Some(&epoch), "reached, not up");
                self.reached += 1;
            }
            Event::ConnectFailed { why, .. } => self.failed.push(why),
            Event::Rejected { .. } => {}
        }
    }

    fn message(&mut self, peer: NodeId, epoch: u64, stream: u64, bytes: &[u8]) {
        assert_eq!(
            self.up.get(&peer),
            Some(&epoch),
            "a message of an old epoch"
        );
        let stamp = Stamp::read(bytes);
        assert_eq!((stamp.from, stamp.stream), (peer, stream));
        let theirs = *self.theirs.entry((peer, epoch)).or_insert(stamp.epoch);
        assert_eq!(theirs, stamp.epoch, "two epochs in one");
        let next = self.next.entry((peer, theirs, stream)).or_default();
        assert_eq!(stamp.number, *next, "order within a stream, without gaps");
        *next += 1;
        self.messages += 1;
    }
}

struct World {
    sim: Sim,
    random: Random,
    witnesses: Vec<Witness>,
    paused: Vec<bool>,
    /// Messages sent, by sender, epoch and stream.
    sent: HashMap<(NodeId, u64, u64), u64>,
    dials: usize,
}

impl World {
    fn new(seed: u64, nodes: usize, delay: std::ops::Range<u64>) -> World {
        let mut sim = Sim::new(seed, delay);
        for node in 0..nodes {
            let node = sim.add(settings(node));
            for host in ["node", "alias"] {
                sim.listen(node, &format!("{host}{node}"), PORT);
            }
        }
        World {
            sim,
            random: Random::new(!seed),
            witnesses: (0..nodes).map(|_| Witness::default()).collect(),
            paused: vec![false; nodes],
            sent: HashMap::new(),
            dials: 0,
        }
    }

    fn run(&mut self, until: u64) {
        while self.sim.step(until).is_some() {
            self.look();
        }
        self.look();
    }

    fn run_for(&mut self, time: u64) {
        self.run(self.sim.now() + time);
    }

    fn look(&mut self) {
        let mut events = Vec::new();
        for (node, witness) in self.witnesses.iter_mut().enumerate() {
            self.sim.take_events(node, &mut events);
            events.drain(..).for_each(|e| witness.see(e));
            let peers = self.sim.peers(node);
            let limits = settings(node).limits;
            let (reassembly, queued) = peers.held();
            assert!(
                reassembly <= peers.len() * limits.reassembly,
                "{reassembly}"
            );
            assert!(queued <= peers.len() * (limits.queue + 120_000), "{queued}");
        }
    }

    fn node(&mut self) -> NodeId {
        self.random.below(self.witnesses.len() as u64) as usize
    }

    fn connect(&mut self, from: NodeId, to: NodeId) {
        let host = ["node", "alias"][self.random.below(2) as usize];
        self.sim.connect(from, &format!("{host}{to}"), PORT);
        self.dials += 1;
        self.look();
    }

    fn send(&mut self, from: NodeId, to: NodeId, length: usize) {
        let stream = self.random.below(8);
        let Some(&epoch) = self.witnesses[from].up.get(&to) else {
            return;
        };
        let number = self.sent.entry((from, epoch, stream)).or_default();
        let stamp = Stamp {
            from,
            epoch,
            stream,
            number: *number,
        };
        *number += 1;
        let peer = [to as u8 + 1; 16];
        let sent = self
            .sim
            .send(from, peer, epoch, stream, &stamp.write(length));
        assert_eq!(sent, Ok(()));
        self.look();
    }

    fn burst(&mut self, from: NodeId, to: NodeId) {
        for _ in 0..=self.random.below(16) {
            let scale = self.random.below(18);
            let length = self.random.below(1 << scale) as usize;
            self.send(from, to, length);
        }
    }

    /// One thing that somebody does, or that happens to the network.
    fn disturb(&mut self) {
        let (a, b) = (self.node(), self.node());
        match self.random.below(100) {
            0..20 => self.connect(a, b),
            20..76 if !self.paused[a] => self.burst(a, b),
            76..78 => self.sim.stall(a, b),
            78..85 => self.sim.heal(a, b),
            85..86 => self.sim.cut(a, b),
            86..87 => self.sim.reset(a, b),
            87..88 => self.sim.reset_at(a, b),
            88..89 => {
                self.sim.pause(a);
                self.paused[a] = true;
            }
            89..95 => {
                self.sim.resume(a);
                self.paused[a] = false;
            }
            95..97 if !self.paused[a] => {
                let peer = [b as u8 + 1; 16];
                self.sim.disconnect(a, peer, Farewell::Disconnect);
            }
            _ => {
                let time = self.random.below(8 * SECOND);
                self.run_for(time);
            }
        }
        self.look();
        let time = self.random.below(50 * MS);
        self.run_for(time);
    }

    fn calm(&mut self) {
        for a in 0..self.witnesses.len() {
            self.sim.resume(a);
            self.paused[a] = false;
            (0..self.witnesses.len()).for_each(|b| self.sim.heal(a, b));
        }
        self.run_for(60 * SECOND);
    }

    fn connect_all(&mut self) {
        let n = self.witnesses.len();
        let all = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
        all.filter(|(a, b)| a != b)
            .for_each(|(a, b)| self.connect(a, b));
    }

    /// Both ends of each connection think the same of it.
    fn agree(&self) {
        for (a, witness) in self.witnesses.iter().enumerate() {
            for &b in witness.up.keys() {
                assert!(self.witnesses[b].up.contains_key(&a), "{a} is up for {b}");
            }
        }
    }

    fn fully_connected(&self) -> bool {
        let others = self.witnesses.len() - 1;
        self.witnesses.iter().all(|w| w.up.len() == others)
    }

    fn total<T: std::iter::Sum>(&self, f: impl Fn(&Witness) -> T) -> T {
        self.witnesses.iter().map(f).sum()
    }
}

#[test]
fn whatever_happens() {
    let (mut messages, mut downs) = (0, Vec::new());
    for seed in 0..60 {
        let mut world = World::new(seed, 2 + seed as usize % 4, MS..(1 + seed % 40) * 10 * MS);
        for _ in 0..300 {
            world.disturb();
        }
        world.calm();
        world.agree();
        world.connect_all();
        world.run_for(30 * SECOND);
        assert!(world.fully_connected(), "seed {seed}");
        world.agree();
        messages += world.total(|w| w.messages);
        downs.extend(world.witnesses.iter().flat_map(|w| w.downs.clone()));
    }
    assert!(messages > 10_000, "{messages} messages is no test");
    let is_seen = |reason: DownReason| downs.contains(&reason);
    assert!(is_seen(DownReason::Timeout));
    assert!(is_seen(DownReason::Overloaded));
    assert!(is_seen(DownReason::Replaced));
    let violation = |r: &&DownReason| matches!(r, DownReason::Violation(_));
    assert_eq!(downs.iter().find(violation), None);
}

#[test]
fn a_quiet_network_loses_nothing() {
    for seed in 0..20 {
        let mut world = World::new(seed, 3, MS..5 * MS);
        world.connect_all();
        world.run_for(SECOND);
        assert!(world.fully_connected());
        for _ in 0..500 {
            let (a, b) = (world.node(), world.node());
            let length = world.random.below(20_000) as usize;
            if a != b {
                world.send(a, b, length);
            }
            world.run_for(5 * MS);
        }
        world.run_for(60 * SECOND);
        let sent: u64 = world.sent.values().sum();
        assert_eq!(world.total(|w| w.messages) as u64, sent);
        assert_eq!(world.total(|w| w.downs.len()), 0);
    }
}

#[test]
fn connecting_at_once_gives_one_connection() {
    for seed in 0..300 {
        let mut world = World::new(seed, 2, MS..(2 + seed % 30) * MS);
        for _ in 0..4 {
            let (a, b) = [(0, 1), (1, 0)][world.random.below(2) as usize];
            world.connect(a, b);
            let time = world.random.below(20 * MS);
            world.run_for(time);
        }
        world.connect(0, 1);
        world.connect(1, 0);
        world.run_for(5 * SECOND);
        assert!(world.fully_connected(), "seed {seed}");
        assert_eq!(world.total(|w| w.downs.len()), 0, "seed {seed}");
        assert_eq!(world.total(|w| w.failed.len()), 0, "seed {seed}");
        assert!((2..=world.dials).contains(&world.total(|w| w.reached)));
        world.send(0, 1, 100);
        world.send(1, 0, 100);
        world.run_for(SECOND);
        assert_eq!(world.total(|w| w.messages), 2);
    }
}

#[test]
fn every_attempt_comes_to_an_end() {
    let mut world = World::new(1, 2, MS..2 * MS);
    world.sim.connect(0, "nowhere", PORT);
    world.sim.connect(0, "node0", PORT);
    world.sim.cut(0, 1);
    world.sim.connect(0, "node1", PORT);
    world.run_for(11 * SECOND);
    let failed = &world.witnesses[0].failed;
    assert!(
        matches!(failed[0], ConnectError::Unresolved(_)),
        "{failed:?}"
    );
    assert_eq!(failed[1], ConnectError::Itself);
    assert_eq!(failed[2], ConnectError::TimedOut("a connection"));
    assert_eq!(failed.len(), 3);
    assert!(world.sim.peers(0).is_empty());
}

#[test]
fn silence_is_a_loss_and_heartbeats_prevent_it() {
    let mut world = World::new(1, 2, MS..2 * MS);
    world.connect(0, 1);
    world.run_for(600 * SECOND);
    assert!(world.fully_connected(), "idle connections stay");
    // One direction suffices: who hears nothing gives up, and the other learns of it.
    world.sim.stall(0, 1);
    world.run_for(9 * SECOND);
    assert_eq!(world.total(|w| w.downs.len()), 0);
    world.run_for(7 * SECOND);
    assert_eq!(world.witnesses[1].downs, [DownReason::Timeout]);
    assert_eq!(
        world.witnesses[0].downs,
        [DownReason::ByPeer(Farewell::Timeout)]
    );
}

#[test]
fn a_former_incarnation_with_another_key_is_refused() {
    let mut world = World::new(1, 2, MS..2 * MS);
    world.connect(0, 1);
    world.run_for(SECOND);
    let impostor = world.sim.add(settings(0));
    world.sim.connect(impostor, "node1", PORT);
    let mut events = Vec::new();
    world.run_for(SECOND);
    world.sim.take_events(impostor, &mut events);
    let refused = ConnectError::Refused(termite_net::Refusal::Identity);
    let is_refused = |e: &Event| matches!(e, Event::ConnectFailed { why, .. } if *why == refused);
    assert!(events.iter().any(is_refused), "{events:?}");
    assert!(world.fully_connected());
}

#[test]
fn heartbeats_follow_the_more_anxious_side() {
    let mut sim = Sim::new(1, MS..2 * MS);
    let anxious = Settings {
        heartbeat: Duration::from_millis(20),
        timeout: Duration::from_millis(100),
        ..settings(0)
    };
    sim.add(anxious);
    let other = sim.add(settings(1));
    sim.listen(other, "other", PORT);
    sim.connect(0, "other", PORT);
    sim.run(100 * SECOND);
    assert_eq!(sim.peers(0).connected().count(), 1);
}
