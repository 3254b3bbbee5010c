//! Two networks on loopback, driven by one test.

use std::time::{Duration, Instant};
use termite_net::{
    ConnectError, DownReason, Event, Incarnation, Key, Network, SendError, Settings,
};

const PATIENCE: Duration = Duration::from_secs(20);

pub fn settings(id: u8) -> Settings {
    Settings::new([id; 16], Key::from_bytes([9; 32])).unwrap()
}

pub fn network(settings: Settings) -> Network {
    Network::new(settings).unwrap()
}

/// Bytes that show where they have been misplaced.
pub fn message(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i ^ i >> 8 ^ i >> 16) as u8).collect()
}

/// Waits for an event; others are dropped.
pub fn until(network: &mut Network, wanted: impl Fn(&Event) -> bool) -> Event {
    let end = Instant::now() + PATIENCE;
    let mut events = Vec::new();
    while Instant::now() < end {
        network.wait(Some(Duration::from_millis(100)), &mut events);
        if let Some(i) = events.iter().position(&wanted) {
            return events.swap_remove(i);
        }
        events.clear();
    }
    panic!("not seen in {PATIENCE:?}");
}

/// How an attempt failed.
pub fn failure(network: &mut Network) -> ConnectError {
    match until(network, |e| matches!(e, Event::ConnectFailed { .. })) {
        Event::ConnectFailed { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

/// One side of a connection, with what it has yet to look at.
pub struct Side {
    pub network: Network,
    pub peer: Incarnation,
    pub epoch: u64,
    pub events: Vec<Event>,
}

pub struct Pair {
    pub a: Side,
    pub b: Side,
    /// Where b listens.
    pub port: u16,
}

impl Pair {
    /// Node 1 connected to node 2, which listens.
    pub fn connected(change: impl Fn(&mut Settings)) -> Pair {
        Pair::connected_by(change, |port| port)
    }

    /// The same by way of another port.
    pub fn connected_by(change: impl Fn(&mut Settings), way: impl Fn(u16) -> u16) -> Pair {
        let [mut a, mut b] = [1, 2].map(|id| {
            let mut settings = settings(id);
            change(&mut settings);
            network(settings)
        });
        let port = b.listen("", 0).unwrap().port();
        a.connect("127.0.0.1", way(port));
        let (mut seen_a, mut seen_b) = (Vec::new(), Vec::new());
        let end = Instant::now() + PATIENCE;
        let up = |events: &[Event]| {
            events.iter().find_map(|e| match e {
                Event::Up { peer, epoch, .. } => Some((*peer, *epoch)),
                _ => None,
            })
        };
        loop {
            assert!(Instant::now() < end, "not connected: {seen_a:?} {seen_b:?}");
            let wait = Some(Duration::from_millis(1));
            a.wait(wait, &mut seen_a);
            b.wait(wait, &mut seen_b);
            if let (Some(to_b), Some(to_a)) = (up(&seen_a), up(&seen_b)) {
                let side = |network, (peer, epoch)| Side {
                    network,
                    peer,
                    epoch,
                    events: Vec::new(),
                };
                let (a, b) = (side(a, to_b), side(b, to_a));
                return Pair { a, b, port };
            }
        }
    }

    /// Gives both sides some time.
    pub fn run(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step();
        }
    }

    fn step(&mut self) {
        for side in [&mut self.a, &mut self.b] {
            let wait = Some(Duration::from_millis(1));
            side.network.wait(wait, &mut side.events);
        }
    }

    /// Drives both until one of them has seen an event; it is taken out.
    pub fn until(
        &mut self,
        side: fn(&mut Pair) -> &mut Side,
        wanted: impl Fn(&Event) -> bool,
    ) -> Event {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let events = &mut side(self).events;
            if let Some(i) = events.iter().position(&wanted) {
                return events.remove(i);
            }
            self.step();
        }
        panic!("not seen in {PATIENCE:?}");
    }

    /// The next message of a stream.
    pub fn message(&mut self, side: fn(&mut Pair) -> &mut Side, of: u64) -> Vec<u8> {
        let is_it = |e: &Event| matches!(e, Event::Message { stream, .. } if *stream == of);
        match self.until(side, is_it) {
            Event::Message { bytes, .. } => bytes,
            other => panic!("{other:?}"),
        }
    }

    pub fn down(&mut self, side: fn(&mut Pair) -> &mut Side) -> DownReason {
        match self.until(side, |e| matches!(e, Event::Down { .. })) {
            Event::Down { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    }
}

pub fn a(pair: &mut Pair) -> &mut Side {
    &mut pair.a
}

pub fn b(pair: &mut Pair) -> &mut Side {
    &mut pair.b
}

impl Side {
    pub fn send(&mut self, stream: u64, bytes: &[u8]) -> Result<(), SendError> {
        self.network.send(self.peer, self.epoch, stream, bytes)
    }
}
