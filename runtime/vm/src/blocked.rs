//! Processes that wait for the operating system: a descriptor to be read or written, a
//! child process, the answer of a thread.
//!
//! A `Block` primitive that would have to wait answers [`Flow::Block`](crate::Flow::Block)
//! and is called again, with the same arguments, when whoever owns the descriptors says so
//! ([`Node::unblock`]): until then it must have taken nothing. So all that such a process
//! holds is a call, and it may be ended, interrupted or told of a linked process's end at
//! any time; the owner of the descriptors hears of it ([`Watch::forget`]) and lets whoever
//! is next in line have its turn.
//!
//! The node never waits for anything of this kind but in [`Node::idle`]. Who does the
//! waiting is not known here: it is a trait, which `stdlib` fills in.

use crate::node::Node;
use crate::process::{Pending, Pid, Status};
use std::os::fd::OwnedFd;
use std::time::Duration;
use termite_abi::Value;

/// What a blocked process waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    Input,
    Output,
    /// Of the system: a name, a connection, the end of a child process.
    Answer,
}

impl Cause {
    /// As `,ps` shows it.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Cause::Input => "waiting for input",
            Cause::Output => "waiting for output",
            Cause::Answer => "waiting for the system",
        }
    }
}

/// Knows when descriptors are ready.
pub trait Watch {
    /// Unblocks whoever can go on. Called between slices of processes.
    fn poll(&mut self, node: &mut Node);

    /// Whether anything is waited for.
    fn is_live(&mut self, node: &mut Node) -> bool;

    /// Waits until somebody can go on, for so long at most, or until the node is woken.
    fn wait(&mut self, node: &mut Node, timeout: Duration);

    /// A descriptor that can be read while there is something for `poll` to do; `None` when
    /// it was given before.
    fn descriptor(&mut self, node: &mut Node) -> Option<OwnedFd>;

    /// The process, which was blocked, does not wait any more.
    fn forget(&mut self, node: &mut Node, pid: Pid);
}

impl Node {
    /// Has a blocked process make its call again.
    pub fn unblock(&mut self, pid: Pid) {
        let Some(slot) = self.sched.slot(pid) else {
            return;
        };
        let is_blocked = |s: Status| matches!(s, Status::Blocked(_));
        if self.sched.at(slot).is_some_and(|p| is_blocked(p.status)) {
            self.sched.enqueue(slot);
        }
    }

    /// The process is about to do something else than the call it is blocked in.
    pub(crate) fn abandon_call(&mut self, pid: Pid) {
        let is_calling = |pending: &Pending| matches!(pending, Pending::Again { .. });
        if self.sched.get(pid).is_some_and(|p| is_calling(&p.pending)) {
            self.with_watch(|watch, node| watch.forget(node, pid));
        }
    }

    /// Has a blocked process raise what has come along a link.
    pub(crate) fn unblock_with_signal(&mut self, pid: Pid) {
        let is_blocked = |s: Status| matches!(s, Status::Blocked(_));
        if !self.signal_hook.is_closure()
            || !self.sched.get(pid).is_some_and(|p| is_blocked(p.status))
        {
            return;
        }
        self.abandon_call(pid);
        let hook = self.signal_hook;
        if let Some(p) = self.sched.get_mut(pid) {
            p.pending = Pending::Thunk(hook);
        }
        self.unblock(pid);
    }

    /// Whether the running process has something to raise before it waits.
    pub(crate) fn signal_is_due(&mut self) -> bool {
        self.signal_hook.is_closure() && self.sched.running().is_some_and(|p| p.has_signal())
    }

    /// Lets those go on whose wait is over.
    pub(crate) fn poll_watch(&mut self) {
        self.with_watch(|watch, node| watch.poll(node));
    }

    pub(crate) fn watch_is_live(&mut self) -> bool {
        self.with_watch(|watch, node| watch.is_live(node)) == Some(true)
    }

    /// `None`: nothing was ever waited for.
    pub(crate) fn with_watch<T>(
        &mut self,
        act: impl FnOnce(&mut dyn Watch, &mut Node) -> T,
    ) -> Option<T> {
        let mut watch = self.watch.take()?;
        let result = act(watch.as_mut(), self);
        self.watch = Some(watch);
        Some(result)
    }

    /// The procedure of no arguments that raises what has come along a link.
    pub(crate) fn set_signal_hook(&mut self, hook: Value) {
        self.signal_hook = hook;
    }
}
