//! What the scheduler asks of whoever does input and output, and what it does when no
//! process is ready.

use crate::node::{Node, REQUEST_INTERRUPT};
use crate::process::{Ending, Pid};
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

/// Brings messages from outside. Both calls hand what came to the node.
pub trait Reactor {
    /// Takes what is there; cheap when nothing is. Called between slices of processes.
    fn poll(&mut self, node: &mut Node);

    /// Waits until something comes, `timeout` has passed, or somebody wakes it.
    fn wait(&mut self, node: &mut Node, timeout: Option<Duration>);
}

/// How long a sleep goes on before requests of other threads are looked at.
const NAP: Duration = Duration::from_millis(20);

impl Node {
    /// Looks at the clock and the outside.
    pub(crate) fn poll(&mut self) {
        self.sched.fire_timers();
        if let Some(mut reactor) = self.reactor.take() {
            reactor.poll(self);
            self.reactor = Some(reactor);
        }
    }

    /// Waits until a process may be ready. `false`: none ever will be.
    pub(crate) fn idle(&mut self) -> bool {
        self.poll();
        if self.sched.has_ready() {
            return true;
        }
        let next = self.sched.next_deadline();
        let now = self.sched.clock.now();
        let timeout = next.map(|d| Duration::from_nanos(d.saturating_sub(now)));
        self.flush_output();
        match (self.reactor.take(), timeout) {
            (Some(mut reactor), _) => {
                reactor.wait(self, timeout);
                self.reactor = Some(reactor);
            }
            (None, Some(timeout)) => std::thread::sleep(timeout.min(NAP)),
            (None, None) => return false,
        }
        self.sched.fire_timers();
        true
    }

    /// Ends the process that a waiting node runs for, if that was asked for.
    pub(crate) fn take_interrupt(&mut self, pid: Pid) {
        // SAFETY: an atomic field of a live context.
        let request = unsafe { &(*self.ctx()).request };
        if request.load(SeqCst) & REQUEST_INTERRUPT != 0 {
            self.take_requests();
            self.end_process(pid, Ending::Interrupted);
        }
    }

    /// Says that nothing can ever go on, and ends the process that was waited for.
    pub(crate) fn report_deadlock(&mut self, pid: Pid) {
        self.flush_output();
        eprintln!(
            "error: the program waits for a message, but no process is left that could send one"
        );
        self.end_process(pid, Ending::Terminated);
    }
}
