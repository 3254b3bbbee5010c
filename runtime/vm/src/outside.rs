//! What the scheduler asks of whoever does input and output, and what it does when no
//! process is ready.
//!
//! Unsafe here: an atomic field of the context, which lives as long as the node.

use crate::node::{Node, REQUEST_INTERRUPT};
use crate::process::{Ending, Pid};
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

/// Brings messages from outside. Both calls hand what came to the node.
pub trait Reactor {
    /// Does what the node asks for ([`Node::take_actions`]). Called after a slice that asked
    /// for something.
    fn act(&mut self, node: &mut Node);

    /// Listens; the port, or why not.
    fn listen(&mut self, node: &mut Node, host: &str, port: u16) -> Result<u16, String>;

    /// Takes what is there; cheap when nothing is. Called between slices of processes.
    fn poll(&mut self, node: &mut Node);

    /// Whether anything can come at all.
    fn is_live(&self) -> bool;

    /// Has waits end, too, when this descriptor can be read.
    fn watch(&mut self, _descriptor: OwnedFd) {}

    /// Waits until something comes, `timeout` has passed, or somebody wakes it.
    fn wait(&mut self, node: &mut Node, timeout: Option<Duration>);
}

/// How long a sleep goes on before requests of other threads are looked at.
const NAP: Duration = Duration::from_millis(100);

impl Node {
    /// Looks at the clock and the outside.
    pub(crate) fn poll(&mut self) {
        self.sched.fire_timers();
        if self.runs_body() {
            self.check_bodies();
        }
        if let Some(mut reactor) = self.reactor.take() {
            reactor.poll(self);
            self.reactor = Some(reactor);
        }
        self.poll_watch();
    }

    /// Has done what the last slice asked for.
    #[cold]
    pub(crate) fn act(&mut self) {
        if let Some(mut reactor) = self.reactor.take() {
            reactor.act(self);
            self.reactor = Some(reactor);
        }
    }

    /// Waits until a process may be ready. `false`: none ever will be. When the node may
    /// be `called` by another thread, there is always something to wait for.
    pub(crate) fn idle(&mut self, called: bool) -> bool {
        self.poll();
        if self.sched.has_ready() {
            return true;
        }
        let next = self.sched.next_deadline();
        let now = self.sched.clock.now();
        let timeout = next.map(|d| Duration::from_nanos(d.saturating_sub(now)));
        self.offer_output();
        let nap = timeout.map_or(NAP, |t| t.min(NAP));
        let is_watching = self.watch_is_live();
        match self.reactor.take() {
            Some(mut reactor) if reactor.is_live() => {
                self.wait_in(reactor.as_mut(), nap);
                self.reactor = Some(reactor);
            }
            unused => {
                self.reactor = unused;
                if timeout.is_none() && !called && !is_watching {
                    return false;
                }
                if self
                    .with_watch(|watch, node| watch.wait(node, nap))
                    .is_none()
                {
                    self.wake.nap(nap);
                }
            }
        }
        self.sched.fire_timers();
        true
    }

    /// Waits for the reactor's events and for descriptors.
    fn wait_in(&mut self, reactor: &mut dyn Reactor, nap: Duration) {
        let descriptor = self.with_watch(|watch, node| watch.descriptor(node));
        if let Some(descriptor) = descriptor.flatten() {
            reactor.watch(descriptor);
        }
        reactor.wait(self, Some(nap));
        self.poll_watch();
    }

    /// Ends the process that the node runs for, if an interrupt came while none ran.
    #[inline]
    pub(crate) fn take_interrupt(&mut self, pid: Pid) {
        if self.has_interrupt() {
            self.take_requests();
            self.end_process(pid, Ending::Interrupted);
        }
    }

    #[inline]
    pub(crate) fn has_interrupt(&self) -> bool {
        // SAFETY: an atomic field of a live context.
        let request = unsafe { &(*self.ctx()).request };
        request.load(SeqCst) & REQUEST_INTERRUPT != 0
    }

    /// Says that nothing can ever go on, and ends the process that was waited for.
    pub(crate) fn report_deadlock(&mut self, pid: Pid) {
        self.flush_output();
        self.log(
            "error: the program waits for a message, but no process is left that could send one\n",
        );
        self.end_process(pid, Ending::Terminated);
    }
}
