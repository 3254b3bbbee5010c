//! Processes: what a computation is while it does not run, its mailbox, and what ties it
//! to others.
//!
//! Most processes have no links, monitors, calls or name: what these need stands in
//! [`Ties`], apart. An idle process is this struct, its slot in the table, and its frames.

use crate::mailbox::Mailbox;
use std::collections::VecDeque;
use termite_abi::{Descriptor, Value};

/// Identifies a process of a node; never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Pid(pub u64);

/// How a process goes on when it is its turn.
#[derive(Clone, Debug)]
pub enum Pending {
    /// Enter the control point with these arguments.
    Enter(*const Descriptor, Vec<Value>),
    /// Call the first value with the others.
    Call(Vec<Value>),
    /// Call a procedure of no arguments.
    Thunk(Value),
    /// Return these values to the current frame.
    Return(Vec<Value>),
    /// Return one value.
    Value(Value),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// In the run queue, or running.
    Ready,
    /// Until a message, a signal, or its deadline.
    Waiting,
    /// Until it is called from outside; see `resident`.
    Idle,
}

/// How a process ended, as whoever started it from outside is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Its body returned, or it asked to end.
    Normal,
    /// It asked for the OS process to end with this code.
    Code(i32),
    /// By an exception that nothing handled; it has been reported.
    Failed,
    /// Interrupted from outside (Ctrl-C).
    Interrupted,
}

/// Why a process ends, as its links and monitors are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// Its body returned this.
    Returned(Value),
    /// Its body returned none or several, in this list.
    ReturnedSeveral(Value),
    /// `halt!`, `shutdown!`.
    Normal,
    /// By an exception: sent along its outbound links.
    Exception(Value),
    /// `terminate!`.
    Terminated,
    Code(i32),
    Interrupted,
}

/// What came along a link.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    pub origin: Value,
    /// A symbol.
    pub reason: Value,
    pub object: Value,
}

/// An open `!?`.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub tag: Value,
    /// Where in the mailbox a reply can stand at the earliest.
    pub place: u64,
}

/// Serial numbers `start .. start + count` of call tags.
#[derive(Clone, Copy, Debug)]
pub struct TagRange {
    pub start: u64,
    pub used: u64,
    pub count: u64,
}

/// What a process with a heap limit is charged, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct HeapCharge {
    pub most: u64,
    /// First reached from it at the last full collection.
    pub held: u64,
    /// Allocated in its turns since.
    pub since: u64,
    pub warned: bool,
}

/// What ties a process to others, and its settings. Pids and tags are immediates.
#[derive(Default, Debug)]
pub struct Ties {
    pub name: Option<Value>,
    /// Who is told of the exception that ends this one.
    pub outbound: Vec<Value>,
    /// Who tells this one; kept so that the other side forgets it in time.
    pub inbound: Vec<Value>,
    /// Monitors on this process: who is told, and the reference.
    pub monitors: Vec<(Value, Value)>,
    /// This process's monitors: the reference, and on whom.
    pub monitoring: Vec<(Value, Value)>,
    pub signals: VecDeque<Signal>,
    pub calls: Vec<Call>,
    /// The tag made last by `make-tag`, and the end of the mailbox then.
    pub tag_mark: Option<(Value, u64)>,
    /// Call tags that this process made, for ever: replies to other than open calls are
    /// dropped. The ranges double in size, so there are few.
    pub tags: Vec<TagRange>,
    pub most_messages: Option<u64>,
    pub heap: Option<HeapCharge>,
    /// Called, in the midst of what it does, when somebody interrupts it.
    pub interrupt: Option<Value>,
    pub warned: bool,
}

#[derive(Debug)]
pub struct Process {
    pub pid: Pid,
    pub status: Status,
    /// In the node's list of processes that may hold young values.
    pub touched: bool,
    /// Whoever started it from outside takes its result.
    pub kept: bool,
    /// It outlives what it is called for.
    pub resident: bool,
    pub pending: Pending,
    /// The current frame.
    pub k: Value,
    pub dynenv: Value,
    pub mailbox: Mailbox,
    /// Of the wait, in nanoseconds of the node's clock; 0: none.
    pub deadline: u64,
    pub ties: Option<Box<Ties>>,
}

impl Process {
    pub fn ties(&mut self) -> &mut Ties {
        self.ties.get_or_insert_default()
    }

    pub fn has_signal(&self) -> bool {
        self.ties.as_ref().is_some_and(|t| !t.signals.is_empty())
    }

    /// Hands every value that may be young to `f`, if the process was touched since the
    /// last collection.
    pub fn visit_young(&mut self, f: &mut dyn FnMut(&mut Value)) {
        self.mailbox.visit_young(f);
        self.visit_state(f);
    }

    /// Hands every value that the process holds to `f`.
    pub fn visit(&mut self, f: &mut dyn FnMut(&mut Value)) {
        self.mailbox.visit(f);
        self.visit_state(f);
    }

    fn visit_state(&mut self, f: &mut dyn FnMut(&mut Value)) {
        f(&mut self.k);
        f(&mut self.dynenv);
        match &mut self.pending {
            Pending::Enter(_, values) | Pending::Call(values) | Pending::Return(values) => {
                values.iter_mut().for_each(&mut *f);
            }
            Pending::Thunk(v) | Pending::Value(v) => f(v),
        }
        if let Some(ties) = &mut self.ties {
            let own = ties.name.iter_mut().chain(&mut ties.interrupt);
            own.for_each(&mut *f);
            for signal in &mut ties.signals {
                f(&mut signal.reason);
                f(&mut signal.object);
            }
        }
    }
}
