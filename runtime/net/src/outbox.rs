//! What waits to be sent to one peer, and in which order it goes.
//!
//! One queue a stream; streams take turns, a fragment each, so that a long message delays
//! others by little. Within what the peer has agreed to hold in reassembly: a message of
//! several fragments that would exceed it waits, with its stream, until another is through.
//!
//! Invariants: a stream stands in `turn` or in `held` exactly once while its queue has
//! something; `bytes` is the sum of [`Queued::cost`]; `open` and `open_bytes` count the
//! messages begun and not finished.

use crate::item::{self, FRAGMENT_HEAD, Fragment, Item, MAX_FRAGMENT, Position};
use std::collections::{HashMap, VecDeque};

/// What a queued message costs beyond its bytes.
const OVERHEAD: usize = 64;

#[derive(Default)]
pub struct Outbox {
    queues: HashMap<u64, VecDeque<Queued>>,
    turn: VecDeque<u64>,
    held: VecDeque<u64>,
    bytes: usize,
    open: usize,
    open_bytes: usize,
    heartbeat: bool,
}

struct Queued {
    bytes: Vec<u8>,
    sent: usize,
}

/// What the peer holds in reassembly at most.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub streams: usize,
    pub bytes: usize,
}

impl Queued {
    fn cost(&self) -> usize {
        self.bytes.len() + OVERHEAD
    }

    fn is_long(&self) -> bool {
        self.bytes.len() > MAX_FRAGMENT
    }
}

impl Outbox {
    pub fn is_empty(&self) -> bool {
        self.turn.is_empty() && self.held.is_empty() && !self.heartbeat
    }

    /// Bytes of all messages not yet wholly sent, and an overhead for each.
    pub fn queued(&self) -> usize {
        self.bytes
    }

    /// A heartbeat goes before everything else.
    pub fn push_heartbeat(&mut self) {
        self.heartbeat = true;
    }

    pub fn push(&mut self, stream: u64, bytes: Vec<u8>) {
        let message = Queued { bytes, sent: 0 };
        self.bytes += message.cost();
        let queue = self.queues.entry(stream).or_default();
        if queue.is_empty() {
            self.turn.push_back(stream);
        }
        queue.push_back(message);
    }

    /// Appends items to `plain`, to `size` bytes at most.
    pub fn fill(&mut self, plain: &mut Vec<u8>, size: usize, window: Window) {
        if std::mem::take(&mut self.heartbeat) {
            item::write(Item::Heartbeat, plain);
        }
        while let Some(stream) = self.turn.pop_front() {
            if !self.may_go(stream, window) {
                self.held.push_back(stream);
                continue;
            }
            if !self.has_room(stream, size.saturating_sub(plain.len())) {
                self.turn.push_front(stream);
                return;
            }
            self.write_fragment(stream, plain);
        }
    }

    fn head(&self, stream: u64) -> Option<&Queued> {
        self.queues.get(&stream).and_then(|q| q.front())
    }

    fn may_go(&self, stream: u64, window: Window) -> bool {
        self.head(stream).is_some_and(|m| {
            let begins = m.is_long() && m.sent == 0;
            let fits = self.open < window.streams
                && self.open_bytes.saturating_add(m.bytes.len()) <= window.bytes;
            !begins || fits
        })
    }

    /// A message of one fragment is not divided; a longer one gives what there is room for.
    fn has_room(&self, stream: u64, room: usize) -> bool {
        self.head(stream).is_some_and(|m| {
            let next = (m.bytes.len() - m.sent).min(MAX_FRAGMENT);
            room >= FRAGMENT_HEAD + next
        })
    }

    fn write_fragment(&mut self, stream: u64, plain: &mut Vec<u8>) {
        let Some(message) = self.queues.get_mut(&stream).and_then(|q| q.front_mut()) else {
            return;
        };
        let total = message.bytes.len();
        let start = message.sent;
        let end = total.min(start + MAX_FRAGMENT);
        let position = match (start == 0, end == total) {
            (true, true) => Position::Whole,
            (true, false) => Position::First {
                total: total as u32,
            },
            (false, false) => Position::Middle,
            (false, true) => Position::Last,
        };
        let bytes = &message.bytes[start..end];
        item::write(
            Item::Fragment(Fragment {
                stream,
                position,
                bytes,
            }),
            plain,
        );
        message.sent = end;
        match position {
            Position::First { .. } => {
                self.open += 1;
                self.open_bytes += total;
            }
            Position::Last => {
                self.open -= 1;
                self.open_bytes -= total;
                self.turn.extend(self.held.drain(..));
            }
            Position::Whole | Position::Middle => {}
        }
        self.after_fragment(stream, end == total);
    }

    /// Gives the stream its next turn, if it has anything left.
    fn after_fragment(&mut self, stream: u64, finished: bool) {
        if finished && let Some(queue) = self.queues.get_mut(&stream) {
            if let Some(message) = queue.pop_front() {
                self.bytes -= message.cost();
            }
            if queue.is_empty() {
                self.queues.remove(&stream);
                return;
            }
        }
        self.turn.push_back(stream);
    }
}
