//! Limits of single processes: words of heap, messages that wait.
//!
//! A process with a heap limit is charged what it allocated since, plus what was first
//! reached from it at, the last full collection. Full collections are rare, and what was
//! allocated may be garbage: when the charge exceeds the limit, or half of it, a
//! collection finds out, though not before the node has allocated a good part of what
//! lives. So a small limit costs little, and may be exceeded by as much for a while.
//!
//! At half of its limit there is one warning. A process beyond one raises, in the place of
//! its next turn and past all of its handlers, a condition that ends it.
//!
//! Nodes without limited processes pay a test a slice.

use crate::node::Node;
use crate::prim::ErrorKind;
use crate::process::{HeapCharge, Pending, Pid, Status};
use crate::scheduler::Slot;
use termite_abi::Value;
use termite_heap::{Collection, intern};

/// Least allocation of a node between two collections for the sake of limits, in bytes;
/// and what it is of what lives.
const LEAST_BETWEEN: u64 = 1 << 20;
const SHARE_BETWEEN: u64 = 4;

/// The processes of a node that have limits.
#[derive(Default)]
pub(crate) struct Limited {
    pids: Vec<Pid>,
    /// Those with a heap limit.
    heaps: Vec<Pid>,
    /// What the heap had allocated when the running process was last charged.
    mark: u64,
    /// The same, at the last full collection.
    collected: u64,
}

impl Limited {
    pub(crate) fn heaps(&self) -> Vec<Pid> {
        self.heaps.clone()
    }
}

impl Node {
    /// Limits the messages that may wait for the running process.
    pub(crate) fn limit_mailbox(&mut self, most: Option<u64>) {
        let Some(p) = self.sched.running() else {
            return;
        };
        let pid = p.pid;
        p.ties().most_messages = most;
        self.note_limits(pid);
    }

    /// Limits what the running process may hold, in bytes.
    pub(crate) fn limit_heap(&mut self, most: Option<u64>) {
        let Some(p) = self.sched.running() else {
            return;
        };
        let pid = p.pid;
        p.ties().heap = most.map(|most| HeapCharge {
            most,
            held: 0,
            since: 0,
            warned: false,
        });
        self.note_limits(pid);
        self.limited.mark = self.heap.allocated();
        // Its turn, which may be a long one, is to end.
        self.attention().switch();
    }

    fn note_limits(&mut self, pid: Pid) {
        let ties = self.sched.get(pid).and_then(|p| p.ties.as_deref());
        let (heap, mailbox) = ties.map_or((false, false), |t| {
            (t.heap.is_some(), t.most_messages.is_some())
        });
        let Limited { pids, heaps, .. } = &mut self.limited;
        for (list, belongs) in [(heaps, heap), (pids, heap || mailbox)] {
            list.retain(|&p| p != pid && self.sched.slot(p).is_some());
            if belongs {
                list.push(pid);
            }
        }
    }

    #[inline]
    pub(crate) fn limits_heaps(&self) -> bool {
        !self.limited.heaps.is_empty()
    }

    /// A process has its turn.
    #[inline]
    pub(crate) fn start_charging(&mut self) {
        if self.limits_heaps() {
            self.limited.mark = self.heap.allocated();
        }
    }

    /// Charges the running process with what was allocated since it was last charged.
    #[inline]
    pub(crate) fn charge(&mut self) {
        if !self.limits_heaps() {
            return;
        }
        let allocated = self.heap.allocated();
        let mark = std::mem::replace(&mut self.limited.mark, allocated);
        let ties = self.sched.running().and_then(|p| p.ties.as_deref_mut());
        if let Some(charge) = ties.and_then(|t| t.heap.as_mut()) {
            charge.since += allocated - mark;
        }
    }

    /// A full collection has found what is first reached from a process.
    pub(crate) fn hold(&mut self, pid: Pid, bytes: u64) {
        let ties = self.ties_of(pid);
        if let Some(charge) = ties.and_then(|t| t.heap.as_mut()) {
            (charge.held, charge.since) = (bytes, 0);
        }
    }

    /// Warns of processes that hold more than half of what they may.
    pub(crate) fn after_full_collection(&mut self) {
        self.limited.collected = self.heap.allocated();
        let Limited { pids, heaps, .. } = &mut self.limited;
        for list in [pids, heaps] {
            list.retain(|&p| self.sched.slot(p).is_some());
        }
        for pid in self.limited.heaps() {
            let Some(charge) = self.ties_of(pid).and_then(|t| t.heap.as_mut()) else {
                continue;
            };
            let HeapCharge { most, held, .. } = *charge;
            if held > most / 2 && !std::mem::replace(&mut charge.warned, true) {
                let process = self.shown_process(pid);
                self.log(&format!(
                    "warning: {process} holds more than half of its heap limit of {} words\n",
                    most / 8
                ));
            }
        }
    }

    /// Whether a process may hold more than its limit, or than the half at which it is
    /// warned, and it is time to find out.
    fn is_in_doubt(&mut self, slot: Slot) -> bool {
        let ties = self.sched.at(slot).and_then(|p| p.ties.as_deref());
        let Some(charge) = ties.and_then(|t| t.heap) else {
            return false;
        };
        let level = if charge.warned {
            charge.most
        } else {
            charge.most / 2
        };
        let between = LEAST_BETWEEN.max(self.heap.stats().live / SHARE_BETWEEN);
        charge.held + charge.since > level
            && self.heap.allocated() - self.limited.collected >= between
    }

    /// Before a process has its turn: ends it if it is beyond a limit.
    #[inline]
    pub(crate) fn enforce_limits(&mut self, slot: Slot) {
        if !self.limited.pids.is_empty() {
            self.enforce(slot);
        }
    }

    #[cold]
    fn enforce(&mut self, slot: Slot) {
        if self.is_in_doubt(slot) {
            // What comes of the node's own limit is said to whoever allocates next.
            let _ = self.collect(Collection::Full, 0);
        }
        let Some(p) = self.sched.at(slot) else { return };
        let length = p.mailbox.len() as u64;
        let Some(ties) = p.ties.as_deref() else {
            return;
        };
        if let Some(charge) = ties.heap.filter(|c| c.held > c.most) {
            let text = format!("heap limit of {} words exceeded", charge.most / 8);
            self.doom(slot, ErrorKind::HeapLimit, &text);
        } else if let Some(most) = ties.most_messages.filter(|&most| length > most) {
            let text = format!("mailbox limit of {most} messages exceeded");
            self.doom(slot, ErrorKind::MailboxLimit, &text);
        }
    }

    /// Has a process that is about to run raise a condition that nothing can handle.
    fn doom(&mut self, slot: Slot, kind: ErrorKind, text: &str) {
        let message = self.heap.string(text);
        let (hook, dynenv) = (self.raise_hook, self.base_dynenv);
        let call = vec![
            hook,
            intern(kind.name()),
            message,
            Value::NULL,
            Value::FALSE,
            Value::DEFAULT,
        ];
        if let Some(pid) = self.sched.at(slot).map(|p| p.pid) {
            self.abandon_call(pid);
        }
        let Some(p) = self.sched.at(slot) else { return };
        let ties = p.ties();
        (ties.heap, ties.most_messages) = (None, None);
        (p.pending, p.dynenv, p.status) = (Pending::Call(call), dynenv, Status::Ready);
        let pid = p.pid;
        self.sched.touch(slot);
        self.note_limits(pid);
    }
}
