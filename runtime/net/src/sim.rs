//! A network in memory and in virtual time, for many `Peers` in one thread.
//!
//! It does what TCP does, and what happens to TCP: bytes arrive in order, after a delay
//! that varies; a direction can be stalled, when nothing is lost but nothing arrives; a
//! connection can be reset; a node can be paused, as a stopped process is. Everything
//! random comes from one seed.
//!
//! A node has a number here; its addresses are names of the caller's choice.

use crate::error::{ConnectError, Farewell, SendError};
use crate::peers::{Action, ConnId, Event, Payload, Peers};
use crate::settings::{Address, Incarnation, Settings};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::io;
use std::ops::Range;

/// Bytes on the way in one direction of a connection.
const WINDOW: usize = 128 * 1024;
/// A write is divided into pieces, as the network does.
const PIECE: usize = 20_000;

pub type NodeId = usize;

pub struct Sim {
    now: u64,
    random: Random,
    /// Nanoseconds from one node to another.
    delay: Range<u64>,
    nodes: Vec<Node>,
    names: HashMap<Address, NodeId>,
    sockets: BTreeMap<u64, Socket>,
    ends: BTreeMap<(NodeId, ConnId), (u64, usize)>,
    last_socket: u64,
    /// What happens next, by time and then by order of causes.
    agenda: BinaryHeap<Reverse<(u64, u64, Happening)>>,
    causes: u64,
    /// What waits for a direction to be open again, or a node to go on.
    stuck: Vec<Happening>,
    stalled: BTreeSet<(NodeId, NodeId)>,
}

struct Node {
    peers: Peers,
    paused: bool,
}

/// A connection of TCP; end 0 made it.
struct Socket {
    nodes: [NodeId; 2],
    ids: [Option<ConnId>; 2],
    /// What is on the way from each end.
    ways: [Way; 2],
}

#[derive(Default)]
struct Way {
    pieces: VecDeque<Vec<u8>>,
    bytes: usize,
    last_arrival: u64,
}

/// The number is a socket's; the end is where it happens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Happening {
    /// An attempt arrives.
    Knock(u64),
    /// Its maker hears that it did.
    Answer(u64),
    Piece(u64, usize),
    /// The other end was closed.
    Close(u64, usize),
    /// An attempt to reach nobody fails.
    Nobody(NodeId, ConnId),
}

/// Splitmix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when there is none.
    pub fn below(&mut self, n: u64) -> u64 {
        self.draw().checked_rem(n).unwrap_or(0)
    }
}

impl Sim {
    pub fn new(seed: u64, delay: Range<u64>) -> Sim {
        Sim {
            now: 0,
            random: Random::new(seed),
            delay,
            nodes: Vec::new(),
            names: HashMap::new(),
            sockets: BTreeMap::new(),
            ends: BTreeMap::new(),
            last_socket: 0,
            agenda: BinaryHeap::new(),
            causes: 0,
            stuck: Vec::new(),
            stalled: BTreeSet::new(),
        }
    }

    pub fn now(&self) -> u64 {
        self.now
    }

    /// A node that does not listen yet.
    pub fn add(&mut self, settings: Settings) -> NodeId {
        self.nodes.push(Node {
            peers: Peers::new(settings),
            paused: false,
        });
        self.nodes.len() - 1
    }

    /// Lets a node be reached by a name. The first is the one it tells its peers.
    pub fn listen(&mut self, node: NodeId, host: &str, port: u16) {
        let host = host.to_string();
        let address = Address { host, port };
        if !self.names.values().any(|n| *n == node) {
            self.nodes[node].peers.set_address(address.clone());
        }
        self.names.insert(address, node);
    }

    pub fn peers(&self, node: NodeId) -> &Peers {
        &self.nodes[node].peers
    }

    pub fn take_events(&mut self, node: NodeId, events: &mut Vec<Event>) {
        self.nodes[node].peers.take_events(events);
    }

    pub fn connect(&mut self, node: NodeId, host: &str, port: u16) {
        let Some(id) = self.nodes[node].peers.dial(host, port, self.now) else {
            return;
        };
        let host = host.to_string();
        let Some(&target) = self.names.get(&Address { host, port }) else {
            self.later(Happening::Nobody(node, id), 0);
            return;
        };
        self.last_socket += 1;
        let socket = Socket {
            nodes: [node, target],
            ids: [Some(id), None],
            ways: Default::default(),
        };
        self.sockets.insert(self.last_socket, socket);
        self.ends.insert((node, id), (self.last_socket, 0));
        self.later(Happening::Knock(self.last_socket), 0);
    }

    pub fn send(
        &mut self,
        node: NodeId,
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        bytes: &[u8],
    ) -> Result<(), SendError> {
        let peers = &mut self.nodes[node].peers;
        let id = peers.send(peer, epoch, stream, Payload::Slice(bytes), self.now)?;
        self.write(node, id);
        self.settle(node);
        Ok(())
    }

    pub fn disconnect(&mut self, node: NodeId, peer: Incarnation, why: Farewell) {
        self.nodes[node].peers.disconnect(peer, why);
        self.settle(node);
    }

    /// Nothing arrives from one node at the other until `heal`.
    pub fn stall(&mut self, from: NodeId, to: NodeId) {
        self.stalled.insert((from, to));
    }

    /// Nothing passes between two nodes.
    pub fn cut(&mut self, a: NodeId, b: NodeId) {
        self.stall(a, b);
        self.stall(b, a);
    }

    pub fn heal(&mut self, from: NodeId, to: NodeId) {
        self.stalled.remove(&(from, to));
        self.unstick();
    }

    /// All connections between two nodes break, for both at once.
    pub fn reset(&mut self, a: NodeId, b: NodeId) {
        self.reset_at(a, b);
        self.reset_at(b, a);
    }

    /// They break for one node; the other hears nothing of it, and nothing more.
    pub fn reset_at(&mut self, node: NodeId, other: NodeId) {
        let sockets = self.sockets.values_mut();
        let ends = sockets.flat_map(|socket| {
            let is_it = |end: &usize| socket.nodes[*end] == node && socket.nodes[1 - *end] == other;
            let end = (0..2).find(is_it)?;
            socket.ids[end].take()
        });
        for id in ends.collect::<Vec<ConnId>>() {
            self.ends.remove(&(node, id));
            let peers = &mut self.nodes[node].peers;
            peers.closed(id, Some(io::ErrorKind::ConnectionReset));
            // If it was an attempt, without a connection yet.
            peers.dial_failed(id, ConnectError::Io(io::ErrorKind::ConnectionReset));
        }
        self.sockets.retain(|_, socket| socket.ids != [None, None]);
        self.settle(node);
    }

    /// The node does nothing until it goes on.
    pub fn pause(&mut self, node: NodeId) {
        self.nodes[node].paused = true;
    }

    pub fn resume(&mut self, node: NodeId) {
        self.nodes[node].paused = false;
        self.unstick();
    }

    fn unstick(&mut self) {
        for happening in std::mem::take(&mut self.stuck) {
            self.at(happening, self.now);
        }
    }

    fn at(&mut self, happening: Happening, time: u64) {
        self.causes += 1;
        self.agenda.push(Reverse((time, self.causes, happening)));
    }

    /// After a delay, and not before `earliest`.
    fn later(&mut self, happening: Happening, earliest: u64) -> u64 {
        let spread = self.delay.end.saturating_sub(self.delay.start);
        let delay = self.delay.start + self.random.below(spread);
        let time = (self.now + delay).max(earliest);
        self.at(happening, time);
        time
    }

    /// Lets time pass up to the next thing that happens, or to `until`; the node that it
    /// happened to.
    pub fn step(&mut self, until: u64) -> Option<NodeId> {
        let arrival = self
            .agenda
            .peek()
            .map_or(u64::MAX, |Reverse((time, ..))| *time);
        let running = self.nodes.iter().enumerate().filter(|(_, n)| !n.paused);
        let deadlines = running.map(|(i, n)| (n.peers.deadline(), i));
        let (deadline, node) = deadlines.min().unwrap_or((u64::MAX, 0));
        let next = arrival.min(deadline);
        if next > until {
            self.now = self.now.max(until);
            return None;
        }
        self.now = self.now.max(next);
        if arrival <= deadline {
            let Reverse((_, _, happening)) = self.agenda.pop()?;
            return Some(self.happen(happening));
        }
        self.nodes[node].peers.tick(self.now);
        self.settle(node);
        Some(node)
    }

    /// Lets all happen that happens up to a time.
    pub fn run(&mut self, until: u64) {
        while self.step(until).is_some() {}
    }

    fn happen(&mut self, happening: Happening) -> NodeId {
        let Some((from, to)) = self.course(happening) else {
            return 0;
        };
        if self.stalled.contains(&(from, to)) || self.nodes[to].paused {
            self.stuck.push(happening);
            return to;
        }
        match happening {
            Happening::Knock(number) => self.knock(number),
            Happening::Answer(number) => self.answer(number),
            Happening::Piece(number, end) => self.piece(number, end),
            Happening::Close(number, end) => self.close(number, end),
            Happening::Nobody(node, id) => {
                let why = ConnectError::Unresolved("no such name".to_string());
                self.nodes[node].peers.dial_failed(id, why);
            }
        }
        self.settle(to);
        to
    }

    /// From which node something comes to which.
    fn course(&self, happening: Happening) -> Option<(NodeId, NodeId)> {
        let (number, end) = match happening {
            Happening::Knock(number) => (number, 1),
            Happening::Answer(number) => (number, 0),
            Happening::Piece(number, end) | Happening::Close(number, end) => (number, end),
            Happening::Nobody(node, _) => return Some((node, node)),
        };
        let nodes = self.sockets.get(&number)?.nodes;
        Some((nodes[1 - end], nodes[end]))
    }

    fn knock(&mut self, number: u64) {
        let Some(socket) = self.sockets.get_mut(&number) else {
            return;
        };
        let [from, to] = socket.nodes;
        match self.nodes[to].peers.accept(format!("host{from}"), self.now) {
            Ok(id) => {
                socket.ids[1] = Some(id);
                self.ends.insert((to, id), (number, 1));
                let time = self.later(Happening::Answer(number), 0);
                self.set_last_arrival(number, 1, time);
            }
            Err(refusal) => {
                let refusal = vec![0, 1, refusal.code()];
                socket.ways[1].bytes = refusal.len();
                socket.ways[1].pieces.push_back(refusal);
                let time = self.later(Happening::Answer(number), 0);
                let time = self.later(Happening::Piece(number, 0), time);
                self.later(Happening::Close(number, 0), time);
            }
        }
    }

    fn set_last_arrival(&mut self, number: u64, from: usize, time: u64) {
        if let Some(socket) = self.sockets.get_mut(&number) {
            socket.ways[from].last_arrival = time;
        }
    }

    fn answer(&mut self, number: u64) {
        if let Some(socket) = self.sockets.get(&number)
            && let [Some(id), _] = socket.ids
        {
            let [node, target] = socket.nodes;
            let peers = &mut self.nodes[node].peers;
            peers.dialed(id, format!("host{target}"), self.now);
        }
    }

    fn piece(&mut self, number: u64, end: usize) {
        let Some(socket) = self.sockets.get_mut(&number) else {
            return;
        };
        let way = &mut socket.ways[1 - end];
        let Some(piece) = way.pieces.pop_front() else {
            return;
        };
        way.bytes -= piece.len();
        let (nodes, ids) = (socket.nodes, socket.ids);
        if let Some(id) = ids[end] {
            self.nodes[nodes[end]].peers.receive(id, &piece, self.now);
        }
        // There is room again.
        if let Some(id) = ids[1 - end] {
            self.write(nodes[1 - end], id);
        }
    }

    fn close(&mut self, number: u64, end: usize) {
        let Some(socket) = self.sockets.get(&number) else {
            return;
        };
        let way = &socket.ways[1 - end];
        if !way.pieces.is_empty() {
            // They were held up; the end comes after them.
            let earliest = way.last_arrival;
            self.later(Happening::Close(number, end), earliest);
        } else if let Some(id) = socket.ids[end] {
            self.nodes[socket.nodes[end]].peers.closed(id, None);
        }
    }

    /// Does what a node asks for.
    fn settle(&mut self, node: NodeId) {
        while let Some(action) = self.nodes[node].peers.next_action() {
            match action {
                Action::Write(id) => self.write(node, id),
                Action::Close(id) => {
                    self.write(node, id);
                    self.hang_up(node, id);
                    self.nodes[node].peers.forget(id);
                }
            }
        }
    }

    fn write(&mut self, node: NodeId, id: ConnId) {
        let Some(&(number, end)) = self.ends.get(&(node, id)) else {
            return;
        };
        loop {
            let Some(socket) = self.sockets.get_mut(&number) else {
                return;
            };
            let way = &mut socket.ways[end];
            let output = self.nodes[node].peers.output(id, self.now);
            let most = 1 + self.random.below(PIECE as u64) as usize;
            let n = output.len().min(most).min(WINDOW - way.bytes);
            if n == 0 {
                return;
            }
            way.pieces.push_back(output[..n].to_vec());
            way.bytes += n;
            let earliest = way.last_arrival;
            self.nodes[node].peers.written(id, n);
            let time = self.later(Happening::Piece(number, 1 - end), earliest);
            self.set_last_arrival(number, end, time);
        }
    }

    fn hang_up(&mut self, node: NodeId, id: ConnId) {
        let Some((number, end)) = self.ends.remove(&(node, id)) else {
            return;
        };
        let Some(socket) = self.sockets.get_mut(&number) else {
            return;
        };
        socket.ids[end] = None;
        let earliest = socket.ways[end].last_arrival;
        if socket.ids == [None, None] {
            self.sockets.remove(&number);
        } else {
            self.later(Happening::Close(number, 1 - end), earliest);
        }
    }
}
