//! Mailboxes: the messages of one process in the order of their arrival, with the marks
//! of selective receive.
//!
//! Places are counted from the first message that ever arrived and has not been taken
//! out of turn, so that taking from the front moves no mark. The *scan mark* is where
//! the search for a matching message goes on; messages before the *aged mark* are known
//! to be old to the collector. Marks that callers keep ([`Mailbox::end`]) stay good for
//! seeking: they may only come to stand too early by messages taken out of the middle,
//! which costs time and not truth, so [`Mailbox::take`] says which place closed up.

use std::collections::VecDeque;
use termite_abi::Value;

#[derive(Default, Debug)]
pub struct Mailbox {
    queue: VecDeque<Value>,
    /// Place of the first message in the queue.
    front: u64,
    scan: u64,
    aged: u64,
}

impl Mailbox {
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The place that the next message will have.
    pub fn end(&self) -> u64 {
        self.front + self.queue.len() as u64
    }

    pub fn push(&mut self, message: Value) {
        self.queue.push_back(message);
    }

    /// Takes the first message.
    #[inline]
    pub fn receive(&mut self) -> Option<Value> {
        let message = self.queue.pop_front()?;
        self.front += 1;
        self.scan = self.front;
        Some(message)
    }

    /// Puts the scan mark before the first message.
    pub fn rewind(&mut self) {
        self.scan = self.front;
    }

    /// Puts the scan mark at a place that [`Mailbox::end`] gave.
    pub fn seek(&mut self, place: u64) {
        self.scan = place.clamp(self.front, self.end());
    }

    /// The message at the scan mark, which moves on.
    #[inline]
    pub fn scan(&mut self) -> Option<Value> {
        let message = *self.queue.get((self.scan - self.front) as usize)?;
        self.scan += 1;
        Some(message)
    }

    /// Whether [`Mailbox::scan`] would give a message.
    pub fn has_more(&self) -> bool {
        self.scan < self.end()
    }

    /// Takes the message that the last scan gave, and rewinds. Gives the place at which
    /// later ones closed up; `None` when it was the first, after which no mark moves.
    pub fn take(&mut self) -> Option<u64> {
        let place = self.scan.checked_sub(1)?.max(self.front);
        let index = (place - self.front) as usize;
        if index == 0 {
            self.receive();
            return None;
        }
        self.queue.remove(index);
        if self.aged > place {
            self.aged -= 1;
        }
        self.scan = self.front;
        Some(place)
    }

    /// Every message, in order.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        self.queue.iter().copied()
    }

    /// Number of messages in the queue that are known to be old.
    fn aged_count(&self) -> usize {
        let count = self.aged.saturating_sub(self.front);
        count.min(self.queue.len() as u64) as usize
    }

    /// Hands the messages that may be young to `f`.
    pub fn visit_young(&mut self, f: &mut dyn FnMut(&mut Value)) {
        let from = self.aged_count();
        self.queue.range_mut(from..).for_each(f);
    }

    /// Hands the others to `f`.
    pub fn visit_aged(&mut self, f: &mut dyn FnMut(&mut Value)) {
        let to = self.aged_count();
        self.queue.range_mut(..to).for_each(f);
    }

    pub fn visit(&mut self, f: &mut dyn FnMut(&mut Value)) {
        self.queue.iter_mut().for_each(f);
    }

    /// After a collection: every message is old. Gives back room that a burst left.
    pub fn age(&mut self) {
        self.aged = self.end();
        if self.queue.is_empty() && self.queue.capacity() > 64 {
            self.queue.shrink_to(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(n: i64) -> Mailbox {
        let mut m = Mailbox::default();
        (0..n).for_each(|i| m.push(Value::fixnum(i)));
        m
    }

    fn scan(m: &mut Mailbox) -> Option<i64> {
        m.scan().map(Value::as_fixnum)
    }

    fn rest(m: &Mailbox) -> Vec<i64> {
        m.iter().map(Value::as_fixnum).collect()
    }

    #[test]
    fn taking_from_the_middle_leaves_the_others_in_order() {
        let mut m = filled(5);
        m.rewind();
        assert_eq!((scan(&mut m), scan(&mut m)), (Some(0), Some(1)));
        assert_eq!(m.take(), Some(1));
        assert_eq!(rest(&m), [0, 2, 3, 4]);
        assert_eq!((scan(&mut m), m.take()), (Some(0), None));
        assert_eq!(rest(&m), [2, 3, 4]);
        assert_eq!(m.receive(), Some(Value::fixnum(2)));
    }

    #[test]
    fn a_place_stays_good_while_messages_before_it_go() {
        let mut m = filled(3);
        let place = m.end();
        m.push(Value::fixnum(9));
        m.receive();
        m.seek(place);
        assert_eq!(scan(&mut m), Some(9));
        assert!(!m.has_more());
        (0..3).for_each(|_| assert!(m.receive().is_some()));
        m.seek(place);
        assert_eq!(scan(&mut m), None);
    }

    #[test]
    fn only_what_came_since_the_last_collection_may_be_young() {
        let mut m = filled(3);
        m.age();
        m.push(Value::fixnum(7));
        let young = |m: &mut Mailbox| {
            let mut seen = Vec::new();
            m.visit_young(&mut |v| seen.push(v.as_fixnum()));
            seen
        };
        assert_eq!(young(&mut m), [7]);
        m.rewind();
        m.scan();
        m.scan();
        m.take();
        assert_eq!(young(&mut m), [7]);
        (0..3).for_each(|_| assert!(m.receive().is_some()));
        assert_eq!(young(&mut m), []);
    }
}
