//! Processes, their mailboxes, and calls (`!?`). `lib-scheme/termite/process.sld` makes
//! the language's forms of these.
//!
//! What a receive does between two messages is a call of one of these and no more, so
//! they are leaves: they neither allocate nor end the segment. Only waiting does.

use super::{block, plain};
use crate::message::Scope;
use crate::node::Node;
use crate::prim::{Body, Cx, ErrorKind, Flow, Outcome, PrimError, Primitive, Raise};
use crate::process::{Ending, Pending};
use termite_abi::{Arity, Effect, PrimInfo, Value};
use termite_heap::{car, cdr, intern, list_elements};

/// What `%mailbox-receive` and `%mailbox-next` give when there is nothing to give.
const NO_MESSAGE: Value = Value::NO_MESSAGE;

pub(super) fn rows() -> Vec<Primitive> {
    let mut rows = starting();
    rows.extend(mailbox());
    rows.extend(calls());
    rows.extend(about());
    rows
}

fn starting() -> Vec<Primitive> {
    vec![
        plain!(
            "%self",
            SelfPid,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(cx.node.self_value()),
            "`(%self)` is the pid of the running process."
        ),
        plain!(
            "%pid?",
            IsPid,
            Arity::exactly(1),
            Pure,
            |_, args| Ok(Value::bool(args[0].as_pid().is_some())),
            "`(%pid? x)` tells whether the value is a pid."
        ),
        plain!(
            "%spawn",
            Spawn,
            Arity::exactly(4),
            Alloc,
            |cx, args| spawn(cx.node, args),
            "thunk, name, link mode, pids: starts a process that calls a procedure of no arguments; its pid. Mode 1 links it with the caller, both ways; the pids are linked with it, both ways."
        ),
        block!(
            "%yield",
            Arity::exactly(0),
            |_, _| Ok(Flow::Yield(Value::VOID)),
            "Gives the other processes their turn."
        ),
        block!(
            "%end-process",
            Arity::exactly(2),
            |_, args| {
                Ok(Flow::End(if args[0] == intern("exception") {
                    Ending::Exception(args[1])
                } else {
                    Ending::Normal
                }))
            },
            "kind, object: ends the running process; an exception goes along its links."
        ),
        block!(
            "%terminate",
            Arity::exactly(1),
            |cx, args| terminate(cx.node, args[0]),
            "Ends another process, without running what it has outstanding."
        ),
    ]
}

fn mailbox() -> Vec<Primitive> {
    vec![
        plain!(
            "%send",
            Send,
            Arity::exactly(2),
            Alloc,
            |cx, args| {
                cx.node.send(args[0], args[1])?;
                Ok(Value::VOID)
            },
            "Sends a snapshot of the value to a process."
        ),
        plain!(
            "%no-message?",
            IsNoMessage,
            Arity::exactly(1),
            Pure,
            |_, args| Ok(Value::bool(args[0] == NO_MESSAGE)),
            "Whether a mailbox had no message to give."
        ),
        plain!(
            "%mailbox-receive",
            MailboxReceive,
            Arity::exactly(0),
            Leaf,
            |cx, _| {
                let Some(p) = cx.node.sched.running() else {
                    return Ok(NO_MESSAGE);
                };
                if p.has_signal() {
                    return Ok(NO_MESSAGE);
                }
                Ok(p.mailbox.receive().unwrap_or(NO_MESSAGE))
            },
            "Takes the first message; the no-message mark if there is none or a signal is pending."
        ),
        plain!(
            "%mailbox-rewind",
            MailboxRewind,
            Arity::exactly(0),
            Leaf,
            |cx, _| {
                if let Some(p) = cx.node.sched.running() {
                    p.mailbox.rewind();
                }
                Ok(Value::VOID)
            },
            "Puts the scan mark before the first message."
        ),
        plain!(
            "%mailbox-next",
            MailboxNext,
            Arity::exactly(0),
            Leaf,
            |cx, _| {
                let Some(p) = cx.node.sched.running() else {
                    return Ok(NO_MESSAGE);
                };
                if p.has_signal() {
                    return Ok(NO_MESSAGE);
                }
                Ok(p.mailbox.scan().unwrap_or(NO_MESSAGE))
            },
            "The message at the scan mark, which moves on; the no-message mark as for %mailbox-receive."
        ),
        plain!(
            "%mailbox-take!",
            MailboxTake,
            Arity::exactly(0),
            Leaf,
            |cx, _| {
                cx.node.take_message();
                Ok(Value::VOID)
            },
            "Removes the message that %mailbox-next gave last, and rewinds."
        ),
        plain!(
            "%mailbox-signal",
            MailboxSignal,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let ties = cx.node.sched.running().and_then(|p| p.ties.as_deref_mut());
                let Some(signal) = ties.and_then(|t| t.signals.pop_front()) else {
                    return Ok(Value::FALSE);
                };
                let parts = [signal.origin, signal.reason, signal.object];
                Ok(cx.heap().vector_from(&parts))
            },
            "Takes the oldest signal: a vector of origin, reason and object; or #f."
        ),
        plain!(
            "%deadline",
            Deadline,
            Arity::exactly(1),
            Alloc,
            |cx, args| deadline(cx.node, args[0]),
            "The moment so many seconds from now, for %mailbox-wait; #f for no end."
        ),
        block!(
            "%mailbox-wait",
            Arity::exactly(1),
            |cx, args| wait(cx.node, args[0]),
            "Waits for news at the scan mark: #t; or until the deadline: #f."
        ),
    ]
}

fn calls() -> Vec<Primitive> {
    vec![
        plain!(
            "%make-tag",
            MakeTag,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(cx.node.make_tag()),
            "`(%make-tag)` is a new reference that is equal to no other one, on any node."
        ),
        plain!(
            "%tag?",
            IsTag,
            Arity::exactly(1),
            Pure,
            |_, args| Ok(Value::bool(args[0].as_unique_tag().is_some())),
            "`(%tag? x)` tells whether the value is a reference that `make-tag` or `monitor` made."
        ),
        plain!(
            "%call-start",
            CallStart,
            Arity::exactly(1),
            Alloc,
            |cx, args| {
                if args[0].as_pid().is_none() {
                    return Err(PrimError::wrong_type(1, "a process", args[0]));
                }
                let tag = cx.node.open_call();
                cx.node.monitor(args[0], tag);
                Ok(tag)
            },
            "Opens a call of a process, which is monitored: the tag for its reply."
        ),
        plain!(
            "%mailbox-seek",
            MailboxSeek,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                cx.node.seek(args[0]);
                Ok(Value::VOID)
            },
            "Puts the scan mark where a message with this tag can stand at the earliest."
        ),
        plain!(
            "%call-end",
            CallEnd,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                cx.node.close_call(args[0]);
                cx.node.demonitor(args[0]);
                Ok(Value::VOID)
            },
            "Closes a call: replies to it are dropped from now on."
        ),
    ]
}

fn about() -> Vec<Primitive> {
    vec![
        plain!(
            "%process-alive?",
            ProcessAlive,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                if args[0].as_pid().is_none() {
                    return Err(PrimError::wrong_type(1, "a process", args[0]));
                }
                Ok(match cx.node.local_pid(args[0]) {
                    Some(pid) => Value::bool(cx.node.sched.get(pid).is_some()),
                    None => Value::DEFAULT,
                })
            },
            "Whether a process of this node lives; #!default for others."
        ),
        plain!(
            "%processes",
            Processes,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let pids = cx.node.sched.pids();
                let values: Vec<Value> = pids.iter().map(|&p| cx.node.pid_value(p)).collect();
                Ok(cx.heap().list(&values))
            },
            "`(%processes)` is a list of the pids of this node's processes, oldest first."
        ),
        plain!(
            "%process-info",
            ProcessInfo,
            Arity::exactly(1),
            Alloc,
            |cx, args| info(cx.node, args[0]),
            "`(%process-info pid)` is what is known of a process of this node, as an association list; `#f` when it is dead or elsewhere."
        ),
        plain!(
            "%process-messages",
            ProcessMessages,
            Arity::exactly(1),
            Alloc,
            |cx, args| {
                let process = cx
                    .node
                    .local_pid(args[0])
                    .and_then(|p| cx.node.sched.get(p));
                let messages: Vec<Value> = process
                    .map(|p| p.mailbox.iter().collect())
                    .unwrap_or_default();
                Ok(cx.heap().list(&messages))
            },
            "The messages that wait in a process's mailbox, as they are: only for showing."
        ),
        plain!(
            "%set-process-name!",
            SetProcessName,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                if let Some(p) = cx.node.sched.running() {
                    p.ties().name = Some(args[0]);
                }
                Ok(Value::VOID)
            },
            "Names the running process, for listings and reports."
        ),
        plain!(
            "%set-mailbox-limit!",
            SetMailboxLimit,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                let most = args[0]
                    .is_fixnum()
                    .then(|| args[0].as_fixnum().max(0) as u64);
                if most.is_none() && args[0] != Value::FALSE {
                    return Err(PrimError::wrong_type(
                        1,
                        "a number of messages or #f",
                        args[0],
                    ));
                }
                cx.node.limit_mailbox(most);
                Ok(Value::VOID)
            },
            "`(%set-mailbox-limit! count)` sets how many messages may wait for the running process, or with `#f` no limit: at half of it there is a warning, beyond it the process ends."
        ),
        plain!(
            "%set-heap-limit!",
            SetHeapLimit,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                let words = args[0].is_fixnum().then(|| args[0].as_fixnum().max(0));
                if words.is_none() && args[0] != Value::FALSE {
                    return Err(PrimError::wrong_type(1, "a number of words or #f", args[0]));
                }
                cx.node
                    .limit_heap(words.map(|w| (w as u64).saturating_mul(8)));
                Ok(Value::VOID)
            },
            "`(%set-heap-limit! words)` sets how many words the running process may hold, or with `#f` no limit: at half of it there is a warning, beyond it the process ends."
        ),
    ]
}

fn spawn(node: &mut Node, args: &[Value]) -> Outcome {
    let [thunk, name, mode, pids] = [args[0], args[1], args[2], args[3]];
    if !thunk.is_closure() {
        return Err(PrimError::wrong_type(
            1,
            "a procedure of no arguments",
            thunk,
        ));
    }
    let dynenv = Value(node.context().dynenv);
    let mut roots = [thunk, parameters(dynenv)];
    node.snapshot(&mut roots, Scope::Spawn)?;
    let [thunk, parameters] = roots;
    let dynenv = if parameters == Value::NULL {
        node.base_dynenv
    } else {
        let base = cdr(node.base_dynenv);
        let rest = node.heap.pair(car(base), parameters);
        node.heap.pair(Value::FALSE, rest)
    };
    let pid = node.start(Pending::Thunk(thunk), dynenv, false);
    let value = node.pid_value(pid);
    if name != Value::FALSE
        && let Some(p) = node.sched.get_mut(pid)
    {
        p.ties().name = Some(name);
    }
    if mode == Value::fixnum(1) {
        let this = node.self_value();
        node.link(this, value);
        node.link(value, this);
    }
    for other in list_elements(pids) {
        if other.as_pid().is_none() {
            return Err(PrimError::wrong_type(4, "a list of processes", pids));
        }
        node.link(other, value);
        node.link(value, other);
    }
    Ok(value)
}

/// The parameter bindings of a dynamic environment (see `(termite runtime)`).
fn parameters(dynenv: Value) -> Value {
    if dynenv.is_pair() && cdr(dynenv).is_pair() {
        cdr(cdr(dynenv))
    } else {
        Value::NULL
    }
}

fn terminate(node: &mut Node, of: Value) -> Result<Flow, Raise> {
    if of.as_pid().is_none() {
        return Err(PrimError::wrong_type(1, "a process", of));
    }
    let Some(pid) = node.local_pid(of) else {
        let this = node.self_value();
        node.notify(of, this, crate::dist::Note::Terminate);
        return Ok(Flow::Value(Value::VOID));
    };
    if node.sched.current_pid() == Some(pid) {
        return Ok(Flow::End(Ending::Terminated));
    }
    node.end_process(pid, Ending::Terminated);
    Ok(Flow::Value(Value::VOID))
}

/// Nanoseconds of the node's clock as a fixnum.
fn deadline(node: &mut Node, timeout: Value) -> Outcome {
    let seconds = if timeout == Value::FALSE {
        return Ok(Value::FALSE);
    } else if timeout.is_fixnum() {
        timeout.as_fixnum() as f64
    } else if timeout.is_flonum() {
        termite_heap::flonum_value(timeout)
    } else {
        return Err(PrimError::wrong_type(1, "a number of seconds", timeout));
    };
    if seconds.is_nan() {
        return Err(PrimError::wrong_type(1, "a number of seconds", timeout));
    }
    let nanos = (seconds.max(0.0) * 1e9).min((1u64 << 59) as f64) as u64;
    Ok(Value::fixnum(
        (node.sched.clock.now() + nanos).min(1 << 59) as i64
    ))
}

pub(super) fn wait(node: &mut Node, deadline: Value) -> Result<Flow, Raise> {
    let deadline = match deadline {
        Value::FALSE => 0,
        d if d.is_fixnum() => d.as_fixnum().max(1) as u64,
        d => {
            return Err(PrimError::new(
                ErrorKind::WrongType,
                "argument 1 must be a deadline, but is",
            )
            .with(d));
        }
    };
    let Some(p) = node.sched.running() else {
        return Ok(Flow::Value(Value::TRUE));
    };
    if p.has_signal() || p.mailbox.has_more() {
        return Ok(Flow::Value(Value::TRUE));
    }
    if deadline != 0 && deadline <= node.sched.clock.now() {
        return Ok(Flow::Value(Value::FALSE));
    }
    Ok(Flow::Wait { deadline })
}

fn info(node: &mut Node, of: Value) -> Outcome {
    let Some(pid) = node.local_pid(of) else {
        return Ok(Value::FALSE);
    };
    let running = node.sched.current_pid() == Some(pid);
    let Some(p) = node.sched.get(pid) else {
        return Ok(Value::FALSE);
    };
    let status = crate::inspect::status(p, running);
    let waiting = Value::fixnum(p.mailbox.len() as i64);
    let ties = p.ties.as_deref();
    let name = ties.and_then(|t| t.name).unwrap_or(Value::FALSE);
    let outbound = ties.map(|t| t.outbound.clone()).unwrap_or_default();
    let monitors = ties.map_or(0, |t| t.monitors.len());
    let links = node.heap.list(&outbound);
    let facts = [
        ("name", name),
        ("status", intern(status)),
        ("messages", waiting),
        ("links", links),
        ("monitors", Value::fixnum(monitors as i64)),
    ];
    let pairs: Vec<Value> = facts
        .iter()
        .map(|&(key, v)| node.heap.pair(intern(key), v))
        .collect();
    Ok(node.heap.list(&pairs))
}
