//! Waiting for descriptors, children and threads: what processes wait for, and what happens
//! when it is there.
//!
//! | waits for | kept in | woken by |
//! |---|---|---|
//! | input, connections | the device's `turns`, the first of which has armed the poller | an event |
//! | room for output | the output's `waiting` | an event, after writing |
//! | the end of a child | the child's `waiting` | its thread's answer |
//! | a name, a named pipe | `asked`, then `answered` | its thread's answer |
//!
//! Each is woken to make its call again. The poller and the node's watch are made when
//! something is waited for first.

use super::device::{Devices, current};
use super::outlet::Output;
use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;
use termite_io::{Answers, Connection, Interest, Listener, Poller, Sink, Source, Token};
use termite_vm::{Cause, Flow, Node, Pid, Watch};

/// How long the end of the program waits for a slow reader that is not the console.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whom an answer is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    /// The process asked, with its question's number.
    Asked(Pid, u64),
    /// The device's child.
    Ended(i64),
}

/// What a thread has found out.
pub(super) enum Answer {
    Connection(io::Result<Connection>),
    Listener(io::Result<Listener>),
    Source(io::Result<Source>),
    Sink(io::Result<Sink>),
    Ended(i32),
}

/// What is waited for, beside what stands with the devices.
#[derive(Default)]
pub(super) struct Waits {
    poller: Option<Poller>,
    answers: Option<Answers<Question, Answer>>,
    /// The open question of each process.
    asked: HashMap<Pid, u64>,
    answered: HashMap<Pid, Answer>,
    questions: u64,
    /// Processes that wait for the end of a child.
    pub ends: usize,
    /// The poller's descriptor was handed out.
    is_shared: bool,
}

fn token(id: i64, interest: Interest) -> Token {
    (id as usize) << 1 | usize::from(interest == Interest::Write)
}

fn interest(token: Token) -> (i64, Interest) {
    let id = (token >> 1) as i64;
    match token & 1 {
        0 => (id, Interest::Read),
        _ => (id, Interest::Write),
    }
}

/// Makes what waiting takes, once.
fn prepare(node: &mut Node) -> io::Result<()> {
    if node.state::<Devices>().waits.poller.is_some() {
        return Ok(());
    }
    let poller = Poller::new()?;
    let wake = node.wake();
    wake.reach(poller.waker()?);
    let waits = &mut node.state::<Devices>().waits;
    waits.poller = Some(poller);
    waits.answers = Some(Answers::new(move || wake.wake()));
    node.watch = Some(Box::new(Descriptors));
    // A process that never stops must not keep the others from what has come.
    node.start_timer();
    Ok(())
}

/// Has the process that is first in line woken when the device can be read.
pub(super) fn arm_input(node: &mut Node, id: i64) -> io::Result<()> {
    prepare(node)?;
    let devices = node.state::<Devices>();
    let Some(device) = devices.get(id) else {
        return Ok(());
    };
    let listener = device.server.as_ref().map(|s| s.listener.descriptor());
    let input = device.input.as_ref().and_then(|input| input.descriptor());
    if let (Some(descriptor), Some(poller)) = (input.or(listener), &mut devices.waits.poller) {
        poller.arm(token(id, Interest::Read), descriptor, Interest::Read)?;
    }
    Ok(())
}

/// Has the rest of the buffer written when the device takes it.
pub(super) fn arm_output(node: &mut Node, id: i64) -> io::Result<()> {
    let output = node.state::<Devices>().output(id);
    if output.is_none_or(|output| output.armed || output.is_empty()) {
        return Ok(());
    }
    prepare(node)?;
    let devices = node.state::<Devices>();
    let Some(output) = devices.output(id) else {
        return Ok(());
    };
    let Some(descriptor) = output.descriptor() else {
        return Ok(());
    };
    output.armed = true;
    if let Some(poller) = &mut devices.waits.poller {
        poller.arm(token(id, Interest::Write), descriptor, Interest::Write)?;
    }
    Ok(())
}

/// A descriptor is about to be closed.
pub(super) fn stop_watching(node: &mut Node, id: i64, interest: Interest) {
    if let Some(poller) = &mut node.state::<Devices>().waits.poller {
        poller.remove(token(id, interest));
    }
}

/// The answer to the question that the running process asks, by a thread; `None`: there is
/// none yet, and the process has to be blocked.
pub(super) fn ask(
    node: &mut Node,
    find: impl FnOnce() -> Answer + Send + 'static,
) -> io::Result<Option<Answer>> {
    prepare(node)?;
    let pid = current(node);
    let waits = &mut node.state::<Devices>().waits;
    if let Some(answer) = waits.answered.remove(&pid) {
        return Ok(Some(answer));
    }
    if !waits.asked.contains_key(&pid) {
        waits.questions += 1;
        let number = waits.questions;
        if let Some(answers) = &waits.answers {
            answers.ask(Question::Asked(pid, number), find)?;
        }
        waits.asked.insert(pid, number);
    }
    Ok(None)
}

/// What a process that waits for the answer to its question answers.
pub(super) const ASKED: Flow = Flow::Block(Cause::Answer);

/// Where the thread of a child leaves its exit code.
pub(super) fn desk(node: &mut Node) -> io::Result<Option<Answers<Question, Answer>>> {
    prepare(node)?;
    Ok(node.state::<Devices>().waits.answers.clone())
}

/// Writes what is taken at once; the rest when more is.
pub(super) fn offer_all(node: &mut Node) {
    offer(node, |_| true);
}

/// As `offer_all`, of those outputs.
fn offer(node: &mut Node, is_meant: impl Fn(&Output) -> bool) {
    let devices = node.state::<Devices>();
    for id in std::mem::take(&mut devices.unwritten) {
        let devices = node.state::<Devices>();
        let Some(output) = devices.output(id) else {
            continue;
        };
        if is_meant(output) {
            output.flush_unattended();
        }
        output.listed = !output.is_empty();
        if output.listed {
            devices.unwritten.push(id);
            // Without a poller it is tried again at the next opportunity.
            let _ = arm_output(node, id);
        }
    }
}

/// Writes out all that waits in buffers, with the whole node. A failure has nobody left to
/// tell.
pub(super) fn flush_all(node: &mut Node) {
    let devices = node.state::<Devices>();
    for id in std::mem::take(&mut devices.unwritten) {
        let is_console = id <= super::CONSOLE_ERROR;
        if let Some(output) = devices.output(id) {
            output.listed = false;
            output.flush_wholly(Some(PATIENCE).filter(|_| !is_console));
        }
    }
}

/// What the node waits with.
struct Descriptors;

impl Watch for Descriptors {
    fn poll(&mut self, node: &mut Node) {
        // While others are busy, what was written to a pipe or connection must not wait
        // until nobody is.
        offer(node, |output| output.descriptor().is_some());
        look(node, Duration::ZERO);
    }

    fn is_live(&mut self, node: &mut Node) -> bool {
        let waits = &node.state::<Devices>().waits;
        let is_armed = waits.poller.as_ref().is_some_and(|p| p.is_armed());
        is_armed || !waits.asked.is_empty() || waits.ends > 0
    }

    fn wait(&mut self, node: &mut Node, timeout: Duration) {
        look(node, timeout);
    }

    fn descriptor(&mut self, node: &mut Node) -> Option<OwnedFd> {
        let waits = &mut node.state::<Devices>().waits;
        if std::mem::replace(&mut waits.is_shared, true) {
            return None;
        }
        waits.poller.as_ref()?.descriptor().ok()
    }

    fn forget(&mut self, node: &mut Node, pid: Pid) {
        let devices = node.state::<Devices>();
        devices.waits.asked.remove(&pid);
        devices.waits.answered.remove(&pid);
        let (mut ends, mut next) = (0, Vec::new());
        for (_, device) in devices.all() {
            if let Some(input) = &mut device.input
                && input.turns.leave(pid)
            {
                input.restart();
                next.extend(input.turns.first());
            }
            if let Some(server) = &mut device.server
                && server.turns.leave(pid)
            {
                next.extend(server.turns.first());
            }
            if let Some(output) = &mut device.output {
                output.waiting.retain(|&p| p != pid);
            }
            if let Some(child) = &mut device.child {
                let before = child.waiting.len();
                child.waiting.retain(|&p| p != pid);
                ends += before - child.waiting.len();
            }
        }
        devices.waits.ends -= ends;
        next.into_iter().for_each(|pid| node.unblock(pid));
    }
}

/// Has go on whoever can, after waiting for so long at most.
fn look(node: &mut Node, timeout: Duration) {
    let waits = &mut node.state::<Devices>().waits;
    if let Some(poller) = &mut waits.poller
        && (poller.is_armed() || !timeout.is_zero())
    {
        // The system refuses to wait only for reasons that pass, as a lack of memory.
        for token in poller.wait(timeout).unwrap_or_default() {
            match interest(token) {
                (id, Interest::Read) => can_read(node, id),
                (id, Interest::Write) => can_write(node, id),
            }
        }
    }
    let waits = &node.state::<Devices>().waits;
    for (question, answer) in waits.answers.as_ref().map(|a| a.take()).unwrap_or_default() {
        take_answer(node, question, answer);
    }
}

fn can_read(node: &mut Node, id: i64) {
    let Some(device) = node.state::<Devices>().get(id) else {
        return;
    };
    let input = device.input.as_ref().and_then(|input| input.turns.first());
    let server = device.server.as_ref().and_then(|s| s.turns.first());
    if let Some(first) = input.or(server) {
        node.unblock(first);
    }
}

fn can_write(node: &mut Node, id: i64) {
    let Some(output) = node.state::<Devices>().output(id) else {
        return;
    };
    output.armed = false;
    output.flush_unattended();
    let waiting = std::mem::take(&mut output.waiting);
    // A descriptor that cannot be watched says so when it is written.
    let _ = arm_output(node, id);
    waiting.into_iter().for_each(|pid| node.unblock(pid));
}

fn take_answer(node: &mut Node, question: Question, answer: Answer) {
    let devices = node.state::<Devices>();
    match question {
        Question::Asked(pid, number) => {
            if devices.waits.asked.get(&pid) == Some(&number) {
                devices.waits.asked.remove(&pid);
                devices.waits.answered.insert(pid, answer);
                node.unblock(pid);
            }
        }
        Question::Ended(id) => {
            let Some(child) = devices.get(id).and_then(|d| d.child.as_mut()) else {
                return;
            };
            if let Answer::Ended(status) = answer {
                child.status = Some(status);
            }
            let waiting = std::mem::take(&mut child.waiting);
            devices.waits.ends -= waiting.len();
            waiting.into_iter().for_each(|pid| node.unblock(pid));
        }
    }
}
