//! Processes: what a computation is while it does not run.

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
    /// Return the values to the current frame.
    Return(Vec<Value>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// In the run queue, or running.
    Ready,
    Waiting,
    Done(Exit),
}

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Its body returned.
    Normal,
    /// It asked for the OS process to end with this code.
    Code(i32),
    /// By an exception that nothing handled; it has been reported.
    Failed,
    /// Interrupted from outside (Ctrl-C).
    Interrupted,
}

pub struct Process {
    pub pid: Pid,
    pub status: Status,
    pub pending: Pending,
    /// The current frame.
    pub k: Value,
    pub dynenv: Value,
    /// What the body returned.
    pub result: Vec<Value>,
}

impl Process {
    /// Hands every value that the process holds to `f`.
    pub fn visit(&mut self, f: &mut dyn FnMut(&mut Value)) {
        f(&mut self.k);
        f(&mut self.dynenv);
        self.result.iter_mut().for_each(&mut *f);
        match &mut self.pending {
            Pending::Enter(_, values) | Pending::Call(values) | Pending::Return(values) => {
                values.iter_mut().for_each(f);
            }
        }
    }
}
