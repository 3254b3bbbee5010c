//! Ends, links and monitors: who is told of what.
//!
//! A directed link from A to B stands in A's `outbound` and B's `inbound`; a monitor in
//! the monitored process's `monitors` and the other's `monitoring`. Both ends may be on
//! different nodes: then each node holds its half, and `dist` tells the other one.
//!
//! An exception that ends a process goes along its outbound links and is raised in each
//! receiver at its next retrieval of a message. Any end is told to monitors, by a message
//! `(DOWN reference pid reason)`.

use crate::dist::Note;
use crate::faults::{Fault, planted};
use crate::node::Node;
use crate::prims::condition_fields;
use crate::process::{Ending, Pid, Process, Signal};
use crate::resident::exit_of;
use termite_abi::Value;
use termite_heap::{field, intern};

/// Drops the first element that satisfies the predicate; whether there was one.
pub(crate) fn remove_first<T>(list: &mut Vec<T>, mut found: impl FnMut(&T) -> bool) -> bool {
    match list.iter().rposition(&mut found) {
        Some(i) => {
            list.swap_remove(i);
            true
        }
        None => false,
    }
}

impl Node {
    pub fn pid_value(&mut self, pid: Pid) -> Value {
        Value::pid(self.origins.own_identity(pid.0))
    }

    /// The process of this node that `pid` names, dead or alive.
    #[inline]
    pub fn local_pid(&self, pid: Value) -> Option<Pid> {
        self.origins.local(pid.as_pid()?).map(Pid)
    }

    /// The pid of the running process.
    pub fn self_value(&mut self) -> Value {
        match self.sched.current_pid() {
            Some(pid) => self.pid_value(pid),
            None => Value::FALSE,
        }
    }

    /// Ends a process: tells its links and monitors, and forgets it.
    pub(crate) fn end_process(&mut self, pid: Pid, ending: Ending) {
        if self.rest(pid, ending) {
            return;
        }
        let Some(mut process) = self.sched.remove(pid) else {
            return;
        };
        if process.kept {
            self.sched.ended.insert(pid, exit_of(ending));
        }
        if process.ties.is_some() {
            self.untie(&mut process, ending);
        }
        self.sched.recycle(process);
        if self.runs_body() {
            self.body_ended(pid, ending);
        }
    }

    /// Whether an exception of the running process will be told to another. One that was
    /// started from outside reports its own.
    pub(crate) fn has_outbound_links(&mut self) -> bool {
        let ties =
            |p: &mut Process| !p.kept && p.ties.as_ref().is_some_and(|t| !t.outbound.is_empty());
        self.sched.running().is_some_and(ties)
    }

    fn untie(&mut self, process: &mut Process, ending: Ending) {
        let Some(ties) = process.ties.take() else {
            return;
        };
        let this = self.pid_value(process.pid);
        for &to in &ties.outbound {
            match ending {
                Ending::Exception(object) => {
                    let signal = Signal {
                        origin: this,
                        reason: intern("uncaught-exception"),
                        object,
                    };
                    self.signal(to, signal);
                }
                _ => self.forget_inbound(to, this),
            }
        }
        for &from in &ties.inbound {
            self.forget_outbound(from, this);
        }
        let reason = reason_of(ending);
        for &(watcher, reference) in &ties.monitors {
            self.tell_down(watcher, reference, this, reason);
        }
        for &(reference, on) in &ties.monitoring {
            self.forget_monitor(on, this, reference);
        }
    }

    /// Sends an exception along a link, local or not; the link is gone then.
    pub(crate) fn signal(&mut self, to: Value, signal: Signal) {
        let Some(pid) = self.local_pid(to) else {
            let object = self.without_place(signal.object);
            return self.notify(to, signal.origin, Note::Exit(signal.reason, object));
        };
        let object = self.without_place(signal.object);
        let object = self.snapshot_or_text(object);
        let Some(slot) = self.sched.slot(pid) else {
            return;
        };
        if let Some(p) = self.sched.at(slot) {
            let ties = p.ties();
            if !planted(Fault::LinksOutliveLoss) {
                remove_first(&mut ties.inbound, |&x| x == signal.origin);
            }
            ties.signals.push_back(Signal { object, ..signal });
        }
        self.sched.touch(slot);
        self.wake_with_news(slot);
    }

    /// A condition as another process gets it: without the continuation that it was raised
    /// on, which is nobody's business there and may hold anything.
    fn without_place(&mut self, object: Value) -> Value {
        let Some(mut fields) = condition_fields(object) else {
            return object;
        };
        let kept = fields.len() - 2;
        fields[kept..].fill(Value::FALSE);
        let record_type = field(object, 0);
        self.heap.record(record_type, &fields)
    }

    /// Sends the message that a monitor is for.
    pub(crate) fn tell_down(&mut self, watcher: Value, reference: Value, on: Value, reason: Value) {
        let Some(pid) = self.local_pid(watcher) else {
            let reason = self.without_place(reason);
            return self.notify(watcher, on, Note::Down(reference, reason));
        };
        let reason = self.without_place(reason);
        let reason = self.snapshot_or_text(reason);
        let Some(p) = self.sched.get_mut(pid) else {
            return;
        };
        // A monitor fires once, and not after `demonitor`.
        let monitoring = &mut p.ties().monitoring;
        let is_monitored = match planted(Fault::MonitorStays) {
            true => monitoring.iter().any(|m| m.0 == reference),
            false => remove_first(monitoring, |m| m.0 == reference),
        };
        if !is_monitored {
            return;
        }
        let message = self.heap.list(&[intern("DOWN"), reference, on, reason]);
        self.deliver(pid, message);
    }

    /// `from`'s exceptions go to `to` from now on.
    pub(crate) fn link(&mut self, from: Value, to: Value) {
        match self.local_pid(from) {
            Some(pid) => {
                if let Some(p) = self.sched.get_mut(pid) {
                    let out = &mut p.ties().outbound;
                    if !out.contains(&to) {
                        out.push(to);
                    }
                } else if self.local_pid(to).is_some() {
                    // An end without exception is all that can be said of the dead.
                    return;
                }
            }
            None => self.notify(from, to, Note::LinkTo),
        }
        match self.local_pid(to) {
            Some(pid) => {
                if let Some(p) = self.sched.get_mut(pid) {
                    let inbound = &mut p.ties().inbound;
                    if !inbound.contains(&from) {
                        inbound.push(from);
                    }
                }
            }
            None => self.notify(to, from, Note::LinkFrom),
        }
        self.relate(from, to);
    }

    pub(crate) fn unlink(&mut self, from: Value, to: Value) {
        self.forget_outbound(from, to);
        self.forget_inbound(to, from);
    }

    /// `of` has no link to `to` any more.
    pub(crate) fn forget_outbound(&mut self, of: Value, to: Value) {
        match self.local_pid(of) {
            Some(pid) => {
                if let Some(ties) = self.ties_of(pid) {
                    remove_first(&mut ties.outbound, |&x| x == to);
                }
            }
            None => self.notify(of, to, Note::UnlinkTo),
        }
    }

    /// `of` has no link from `from` any more.
    pub(crate) fn forget_inbound(&mut self, of: Value, from: Value) {
        match self.local_pid(of) {
            Some(pid) => {
                if let Some(ties) = self.ties_of(pid) {
                    remove_first(&mut ties.inbound, |&x| x == from);
                }
            }
            None => self.notify(of, from, Note::UnlinkFrom),
        }
    }

    pub(crate) fn ties_of(&mut self, pid: Pid) -> Option<&mut crate::process::Ties> {
        self.sched.get_mut(pid)?.ties.as_deref_mut()
    }

    /// The running process monitors `on`, under `reference`.
    pub(crate) fn monitor(&mut self, on: Value, reference: Value) {
        let Some(this) = self.sched.current_pid() else {
            return;
        };
        let watcher = self.pid_value(this);
        if let Some(p) = self.sched.running() {
            p.ties().monitoring.push((reference, on));
        }
        self.relate(on, watcher);
        let Some(pid) = self.local_pid(on) else {
            return self.notify(on, watcher, Note::Monitor(reference));
        };
        self.add_monitor(pid, on, watcher, reference);
    }

    /// The running process opened a call of a service that is not there.
    pub(crate) fn no_service(&mut self, tag: Value) {
        let this = self.self_value();
        let on = self.own_node();
        if let Some(p) = self.sched.running() {
            p.ties().monitoring.push((tag, on));
        }
        self.tell_down(this, tag, on, intern("noprocess"));
    }

    /// Has `watcher` told when the process `pid` (`on` as a value) ends; now if it has.
    pub(crate) fn add_monitor(&mut self, pid: Pid, on: Value, watcher: Value, reference: Value) {
        match self.sched.get_mut(pid) {
            Some(p) => p.ties().monitors.push((watcher, reference)),
            None if planted(Fault::DeadNotTold) => {}
            None => self.tell_down(watcher, reference, on, intern("noprocess")),
        }
    }

    pub(crate) fn demonitor(&mut self, reference: Value) {
        let this = self.self_value();
        let Some(p) = self.sched.running() else {
            return;
        };
        let monitoring = &mut p.ties().monitoring;
        let Some(i) = monitoring.iter().rposition(|m| m.0 == reference) else {
            return;
        };
        let (_, on) = monitoring.swap_remove(i);
        self.forget_monitor(on, this, reference);
    }

    /// `watcher` no longer monitors `on` under `reference`.
    pub(crate) fn forget_monitor(&mut self, on: Value, watcher: Value, reference: Value) {
        match self.local_pid(on) {
            Some(pid) => {
                if let Some(ties) = self.ties_of(pid) {
                    remove_first(&mut ties.monitors, |m| m.1 == reference);
                }
            }
            None => self.notify(on, watcher, Note::Demonitor(reference)),
        }
    }
}

/// What monitors are told.
fn reason_of(ending: Ending) -> Value {
    match ending {
        Ending::Returned(_) | Ending::ReturnedSeveral(_) | Ending::Normal => intern("normal"),
        Ending::Exception(object) => object,
        Ending::Terminated => intern("terminated"),
        Ending::Code(_) => intern("normal"),
        Ending::Interrupted => intern("interrupted"),
    }
}
