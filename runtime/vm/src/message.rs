//! Sending and receiving: snapshots, delivery, replies to calls.
//!
//! A message is a snapshot: [`Node::snapshot`] copies what the sender could still change.
//! What arrives from elsewhere is built by the wire's decoder and needs no copy;
//! [`Node::deliver`] is where both meet.

use crate::faults::{Fault, planted};
use crate::node::Node;
use crate::prim::{ErrorKind, PrimError, Raise};
use crate::process::{Call, Pending, Pid, TagRange};
use crate::scheduler::Slot;
use termite_abi::object::RTD_UID;
use termite_abi::{Identity, Kind, Value};
use termite_heap::{Unsendable, car, cdr, field, intern, kind};

/// What a snapshot may share beside what cannot change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// A message: the same whether the receiver is local or not.
    Message,
    /// What a new process on this node starts with: ports may go along.
    Spawn,
}

/// Whether a record is the identity of a parameter object (see `(termite runtime)`),
/// which is compared by `eq?` wherever it is.
pub(crate) fn is_parameter(record: Value) -> bool {
    field(field(record, 0), RTD_UID as usize) == intern("termite/runtime#parameter")
}

/// Whether a message is `(tag reply)` or `(DOWN tag pid reason)`.
fn concerns_call(message: Value, tag: Value, down: Value) -> bool {
    if !message.is_pair() {
        return false;
    }
    let (first, rest) = (car(message), cdr(message));
    first == tag || (first == down && rest.is_pair() && car(rest) == tag)
}

/// Call tags of a process's first range.
const FIRST_RANGE: u64 = 16;

impl Node {
    /// Replaces the roots by copies that share nothing mutable with them.
    pub fn snapshot(&mut self, roots: &mut [Value], scope: Scope) -> Result<(), Raise> {
        // The console's ports are static, and so shared anyhow.
        let shares = |v: Value| match kind(v) {
            Some(Kind::Record) => is_parameter(v),
            // Ports, and environments and the like, are numbers of the node's.
            _ => scope == Scope::Spawn,
        };
        self.heap
            .snapshot(roots, &shares)
            .map_err(|fault| self.unsendable(&fault))
    }

    /// A copy; of what cannot be sent, its written form.
    pub(crate) fn snapshot_or_text(&mut self, v: Value) -> Value {
        let mut root = [v];
        match self.snapshot(&mut root, Scope::Message) {
            Ok(()) => root[0],
            Err(_) => {
                let text = crate::report::written(self, v);
                self.heap.string(&text)
            }
        }
    }

    pub(crate) fn unsendable(&mut self, fault: &Unsendable) -> Raise {
        let path = crate::report::path(self, fault);
        let message = format!("cannot be part of a message{path}:");
        let mut error = PrimError::new(ErrorKind::Unsendable, message).with(fault.value);
        error.who = Some("");
        error
    }

    /// Sends a message to a process, wherever it is.
    pub(crate) fn send(&mut self, to: Value, message: Value) -> Result<(), Raise> {
        let Some(id) = to.as_pid() else {
            return Err(PrimError::wrong_type(1, "a process or a service", to));
        };
        let Some(serial) = self.origins.local(id) else {
            return self.send_away(to, message);
        };
        let mut root = [message];
        self.snapshot(&mut root, Scope::Message)?;
        self.deliver(Pid(serial), root[0]);
        Ok(())
    }

    /// Puts a message that is nobody else's into a mailbox. The dead drop it.
    pub fn deliver(&mut self, pid: Pid, message: Value) {
        let Some(slot) = self.sched.slot(pid) else {
            return;
        };
        if self.is_late_reply(slot, message) {
            return;
        }
        let Some(p) = self.sched.at(slot) else { return };
        p.mailbox.push(message);
        if let Some(most) = p.ties.as_ref().and_then(|t| t.most_messages)
            && p.mailbox.len() as u64 > most / 2
        {
            return self.mailbox_is_long(pid, most);
        }
        self.sched.touch(slot);
        self.wake_with_news(slot);
    }

    /// Has a waiting process look again.
    pub(crate) fn wake_with_news(&mut self, slot: Slot) {
        if let Some(p) = self.sched.at(slot)
            && p.status == crate::process::Status::Waiting
        {
            p.pending = Pending::Value(Value::TRUE);
            self.sched.wake(slot);
        }
    }

    /// Whether the message is a reply to a call of the process that is not open any more.
    fn is_late_reply(&mut self, slot: Slot, message: Value) -> bool {
        if !message.is_pair() || planted(Fault::LateReplyTaken) {
            return false;
        }
        let first = car(message);
        let Some(id) = first.as_unique_tag() else {
            return false;
        };
        let serial = self.origins.local(id);
        let ties = self.sched.at(slot).and_then(|p| p.ties.as_deref());
        let (Some(serial), Some(ties)) = (serial, ties) else {
            return false;
        };
        let made = |r: &TagRange| serial.wrapping_sub(r.start) < r.count;
        ties.tags.iter().any(made) && !ties.calls.iter().any(|c| c.tag == first)
    }

    /// A universally unique reference.
    pub(crate) fn make_tag(&mut self) -> Value {
        let tag = self.fresh_tag();
        if let Some(p) = self.sched.running() {
            let end = p.mailbox.end();
            p.ties().tag_mark = Some((tag, end));
        }
        tag
    }

    pub(crate) fn fresh_tag(&mut self) -> Value {
        let serial = self.next_tag;
        self.next_tag += 1;
        Value::unique_tag(self.tag_identity(serial))
    }

    fn tag_identity(&mut self, serial: u64) -> Identity {
        self.origins.own_identity(serial)
    }

    /// Opens a call: a tag that is good for one reply.
    pub(crate) fn open_call(&mut self) -> Value {
        let mut next_tag = self.next_tag;
        let Some(p) = self.sched.running() else {
            return self.make_tag();
        };
        let place = p.mailbox.end();
        let ties = p.ties();
        if ties.tags.last().is_none_or(|r| r.used == r.count) {
            let count = ties.tags.last().map_or(FIRST_RANGE, |r| 2 * r.count);
            // The ranges of a process that nobody else interrupts are one.
            match ties.tags.last_mut() {
                Some(r) if r.start + r.count == next_tag => r.count += count,
                _ => ties.tags.push(TagRange {
                    start: next_tag,
                    used: 0,
                    count,
                }),
            }
            next_tag += count;
        }
        let serial = match ties.tags.last_mut() {
            Some(range) => {
                range.used += 1;
                range.start + range.used - 1
            }
            None => next_tag,
        };
        self.next_tag = next_tag;
        let tag = Value::unique_tag(self.tag_identity(serial));
        if let Some(p) = self.sched.running() {
            p.ties().calls.push(Call { tag, place });
            p.mailbox.seek(place);
        }
        tag
    }

    /// No reply to the call is taken from now on. What has come since it was decided, or
    /// with its answer, leaves the mailbox: a reply, or news of the other's end.
    pub(crate) fn close_call(&mut self, tag: Value) {
        let Some(p) = self.sched.running() else {
            return;
        };
        let Some(ties) = p.ties.as_deref_mut() else {
            return;
        };
        let Some(i) = ties.calls.iter().rposition(|c| c.tag == tag) else {
            return;
        };
        let place = ties.calls.swap_remove(i).place;
        p.mailbox.seek(place);
        let down = intern("DOWN");
        while let Some(message) = self.sched.running().and_then(|p| p.mailbox.scan()) {
            if concerns_call(message, tag, down) {
                self.take_message();
                if let Some(p) = self.sched.running() {
                    p.mailbox.seek(place);
                }
            }
        }
        if let Some(p) = self.sched.running() {
            p.mailbox.rewind();
        }
    }

    /// Puts the scan mark where a message with this tag can stand at the earliest.
    pub(crate) fn seek(&mut self, tag: Value) {
        let Some(p) = self.sched.running() else {
            return;
        };
        let ties = p.ties.as_deref();
        let calls = ties.into_iter().flat_map(|t| &t.calls);
        let call = calls.filter(|c| c.tag == tag).map(|c| c.place).next();
        let made = ties.and_then(|t| t.tag_mark).filter(|m| m.0 == tag);
        match call.or(made.map(|m| m.1)) {
            Some(place) => p.mailbox.seek(place),
            None => p.mailbox.rewind(),
        }
    }

    /// Takes the message scanned last out of the running process's mailbox.
    pub(crate) fn take_message(&mut self) {
        let Some(p) = self.sched.running() else {
            return;
        };
        let Some(closed_up) = p.mailbox.take() else {
            return;
        };
        let Some(ties) = p.ties.as_deref_mut() else {
            return;
        };
        let calls = ties.calls.iter_mut().map(|c| &mut c.place);
        for place in calls.chain(ties.tag_mark.as_mut().map(|m| &mut m.1)) {
            if *place > closed_up {
                *place -= 1;
            }
        }
    }

    /// A mailbox nears its limit: one warning at half of it.
    #[cold]
    fn mailbox_is_long(&mut self, pid: Pid, most: u64) {
        let Some(p) = self.sched.get_mut(pid) else {
            return;
        };
        let length = p.mailbox.len() as u64;
        let warned = std::mem::replace(&mut p.ties().warned, true);
        if !warned {
            let process = self.shown_process(pid);
            self.log(&format!(
                "warning: {process} has {length} messages waiting (limit {most})\n"
            ));
        }
        // Its next turn is its last one; see `charge`.
        if length > most && self.sched.current_pid() == Some(pid) {
            self.attention().switch();
        }
        if let Some(slot) = self.sched.slot(pid) {
            self.sched.touch(slot);
            self.wake_with_news(slot);
        }
        if length > most {
            self.unblock(pid);
        }
    }
}
