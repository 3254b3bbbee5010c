//! Processes that outlive the calls made in them: a REPL's. Between two calls such a
//! process is *idle*: it has its mailbox, links, monitors and name, runs nothing, and
//! messages do not wake it.
//!
//! A call that returns, raises or is interrupted leaves the process idle. What the process
//! is told to do (`halt!`, `terminate!`) ends it like any other.
//!
//! Unsafe here: running the node through a raw pointer, as in `node`.

use crate::driver::{self, Served};
use crate::node::{Node, Vm};
use crate::process::{Ending, Exit, Pending, Pid, Status};
use crate::scheduler::Ended;
use termite_abi::Value;
use termite_heap::list_elements;

/// What a process's end means for whoever started it from outside.
pub(crate) fn exit_of(ending: Ending) -> Ended {
    let (exit, result) = match ending {
        Ending::Returned(v) => (Exit::Normal, vec![v]),
        Ending::ReturnedSeveral(list) => (Exit::Normal, list_elements(list).collect()),
        Ending::Normal => (Exit::Normal, vec![Value::VOID]),
        Ending::Exception(_) | Ending::Terminated => (Exit::Failed, Vec::new()),
        Ending::Code(code) => (Exit::Code(code), Vec::new()),
        Ending::Interrupted => (Exit::Interrupted, Vec::new()),
    };
    Ended { exit, result }
}

impl Node {
    /// Makes an idle process for calls.
    pub fn start_resident(&mut self, name: Value) -> Pid {
        let dynenv = self.base_dynenv;
        let pid = self.start(Pending::Value(Value::VOID), dynenv, true);
        if let Some(p) = self.sched.get_mut(pid) {
            p.status = Status::Idle;
            p.resident = true;
            p.ties().name = Some(name);
        }
        pid
    }

    /// Has an idle process call a procedure. `false`: there is no such process.
    fn begin_call(&mut self, pid: Pid, call: Vec<Value>) -> bool {
        let (k, dynenv) = (self.base_frame, self.base_dynenv);
        let Some(slot) = self.sched.slot(pid) else {
            return false;
        };
        let Some(p) = self.sched.at(slot).filter(|p| p.status == Status::Idle) else {
            return false;
        };
        (p.k, p.dynenv, p.pending) = (k, dynenv, Pending::Call(call));
        self.sched.touch(slot);
        self.sched.enqueue(slot);
        true
    }

    /// Leaves a resident process idle instead of ending it. `false`: it has to end.
    pub(crate) fn rest(&mut self, pid: Pid, ending: Ending) -> bool {
        match ending {
            Ending::Returned(_)
            | Ending::ReturnedSeveral(_)
            | Ending::Exception(_)
            | Ending::Interrupted => {}
            Ending::Normal | Ending::Terminated | Ending::Code(_) => return false,
        }
        let (k, dynenv) = (self.base_frame, self.base_dynenv);
        let Some(slot) = self.sched.slot(pid) else {
            return false;
        };
        self.sched.cancel_deadline(slot);
        let Some(p) = self.sched.at(slot).filter(|p| p.resident) else {
            return false;
        };
        p.status = Status::Idle;
        (p.k, p.dynenv, p.pending) = (k, dynenv, Pending::Value(Value::VOID));
        self.sched.touch(slot);
        if self.sched.current == Some(slot) {
            self.sched.current = None;
        }
        self.sched.ended.insert(pid, exit_of(ending));
        true
    }

    /// Whether a process runs nothing for whoever called it from outside.
    pub(crate) fn is_done(&self, pid: Pid) -> bool {
        self.sched.get(pid).is_none_or(|p| p.status == Status::Idle)
    }
}

impl Vm {
    /// Calls a procedure in a resident process and runs the node until that is done.
    /// `None`: the process has ended before.
    pub fn call_in(
        &mut self,
        pid: Pid,
        procedure: Value,
        args: &[Value],
    ) -> Option<(Exit, Vec<Value>)> {
        let call = std::iter::once(procedure).chain(args.iter().copied());
        if !self.begin_call(pid, call.collect()) {
            return None;
        }
        let exit = self.run_until(pid);
        let result = self.sched.ended.remove(&pid).map(|e| e.result);
        Some((exit, result.unwrap_or_default()))
    }

    /// Runs processes, waiting when none is ready, until `is_ready` says so. Whoever
    /// changes what it says wakes the node ([`Node::wake`]).
    pub fn serve_until(&mut self, is_ready: &dyn Fn() -> bool) -> Served {
        // SAFETY: this `Vm` is borrowed exclusively, so nobody else refers to the node.
        unsafe { driver::serve_until(self.address(), is_ready) }
    }
}
