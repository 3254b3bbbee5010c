//! The simulated network: what it knows of connections. It keeps the promises of the real
//! transport and no more: the frames of one stream arrive in order, streams overtake one
//! another, a lost connection is noticed by its two sides at different times, epochs are
//! numbered by each side for itself. It breaks one on purpose: what was under way when a
//! connection was lost may still come, with the number of its epoch.
//!
//! No time here: `cluster` decides when what is due happens.

use std::collections::{BTreeMap, VecDeque};

pub type Incarnation = [u8; 16];

/// One side's view of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The other side has it; this one waits for its word.
    Pending,
    Up,
    Over,
}

pub struct End {
    pub of: Incarnation,
    pub place: usize,
    pub stage: Stage,
    pub epoch: u64,
    /// What is on its way to this end, by stream.
    flights: BTreeMap<u64, VecDeque<Vec<u8>>>,
    /// Streams whose next frame would have arrived, but for a cut.
    pub stalled: Vec<u64>,
    /// When this end gives up if nothing is heard: set while it is deaf.
    pub patience: Option<u64>,
}

impl End {
    fn new(of: Incarnation, place: usize, stage: Stage, epoch: u64) -> End {
        End {
            of,
            place,
            stage,
            epoch,
            flights: BTreeMap::new(),
            stalled: Vec::new(),
            patience: None,
        }
    }

    pub fn send(&mut self, stream: u64, bytes: Vec<u8>) {
        self.flights.entry(stream).or_default().push_back(bytes);
    }

    /// The next frame of a stream.
    pub fn arrive(&mut self, stream: u64) -> Option<Vec<u8>> {
        self.flights.get_mut(&stream)?.pop_front()
    }
}

/// Ends 0 and 1: who was connected to, and who connected.
pub struct Connection {
    pub ends: [End; 2],
}

#[derive(Default)]
pub struct Network {
    pub connections: Vec<Connection>,
    /// Epochs given out, by incarnation.
    epochs: BTreeMap<Incarnation, u64>,
    /// Directions, from one place to another, in which nothing passes.
    blocked: BTreeMap<(usize, usize), u32>,
}

impl Network {
    pub fn next_epoch(&mut self, of: Incarnation) -> u64 {
        let last = self.epochs.entry(of).or_default();
        *last += 1;
        *last
    }

    /// A connection as the side that was connected to has it; the other waits.
    pub fn add(&mut self, to: (Incarnation, usize), from: (Incarnation, usize)) -> usize {
        let epoch = self.next_epoch(to.0);
        self.connections.push(Connection {
            ends: [
                End::new(to.0, to.1, Stage::Up, epoch),
                End::new(from.0, from.1, Stage::Pending, 0),
            ],
        });
        self.connections.len() - 1
    }

    /// The connection that `of` has with `peer`, and which end is its own.
    pub fn find(&self, of: Incarnation, peer: Incarnation) -> Option<(usize, usize)> {
        self.ends_of(of).find(|&(c, e)| {
            let ends = &self.connections[c].ends;
            ends[e].stage == Stage::Up && ends[1 - e].of == peer
        })
    }

    /// Whether `of` waits for the word of `peer`.
    pub fn is_pending(&self, of: Incarnation, peer: Incarnation) -> bool {
        self.ends_of(of).any(|(c, e)| {
            let ends = &self.connections[c].ends;
            ends[e].stage == Stage::Pending && ends[1 - e].of == peer
        })
    }

    /// All ends of an incarnation that are not over.
    pub fn ends_of(&self, of: Incarnation) -> impl Iterator<Item = (usize, usize)> {
        let all = self.connections.iter().enumerate();
        all.flat_map(move |(c, connection)| {
            let ends = connection.ends.iter().enumerate();
            ends.filter(move |(_, end)| end.of == of && end.stage != Stage::Over)
                .map(move |(e, _)| (c, e))
        })
    }

    pub fn block(&mut self, from: usize, to: usize) {
        *self.blocked.entry((from, to)).or_default() += 1;
    }

    pub fn unblock(&mut self, from: usize, to: usize) {
        if let Some(n) = self.blocked.get_mut(&(from, to)) {
            *n = n.saturating_sub(1);
        }
    }

    pub fn is_blocked(&self, from: usize, to: usize) -> bool {
        self.blocked.get(&(from, to)).is_some_and(|n| *n > 0)
    }
}
