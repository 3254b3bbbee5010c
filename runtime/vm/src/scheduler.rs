//! Who runs when: the table of processes, the run queue, deadlines, the clock.
//!
//! | state | where the process is |
//! |---|---|
//! | running | in the table, `current`; its state is in the context |
//! | ready | in the table and once in the queue |
//! | waiting | in the table; in `timers` if it has a deadline |
//! | blocked | in the table; whoever owns the descriptors knows it |
//! | idle | in the table; waits for a call from outside |
//! | ended | nowhere; its result in `ended` if somebody outside started it |
//!
//! A process that ends while it is in the queue leaves its entry there, which is skipped
//! since its pid is no longer in that slot.
//!
//! Minor collections look only at the processes that are *touched*: started, run or sent
//! to since the last one, since a collection leaves nothing young behind.

use crate::process::{Exit, Pid, Process, Status};
use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, VecDeque};
use std::time::Instant;
use termite_abi::Value;

/// Where time comes from. Nanoseconds from a moment of its own.
pub enum Clock {
    Real(Instant),
    /// Moves only when somebody says so.
    Virtual(u64),
}

impl Clock {
    /// Whether only somebody else moves it, as in a simulation.
    pub fn is_virtual(&self) -> bool {
        matches!(self, Clock::Virtual(_))
    }

    /// Never 0, which stands for no deadline.
    pub fn now(&self) -> u64 {
        match self {
            Clock::Real(start) => start.elapsed().as_nanos() as u64 + 1,
            Clock::Virtual(now) => *now + 1,
        }
    }
}

/// Boxes of ended processes that are kept for new ones.
const SPARE: usize = 256;

/// Entries of the run queue that are kept room for.
const ROOM: usize = 1024;

/// A place in the table.
pub(crate) type Slot = u32;

/// Result of a process that somebody outside started.
pub struct Ended {
    pub exit: Exit,
    pub result: Vec<Value>,
}

pub struct Scheduler {
    slots: Vec<Option<Box<Process>>>,
    free: Vec<Slot>,
    by_pid: FxHashMap<Pid, Slot>,
    #[expect(clippy::vec_box, reason = "the boxes are what is kept")]
    spare: Vec<Box<Process>>,
    queue: VecDeque<(Slot, Pid)>,
    pub(crate) current: Option<Slot>,
    timers: BTreeSet<(u64, Pid)>,
    touched: Vec<Slot>,
    pub(crate) ended: FxHashMap<Pid, Ended>,
    pub clock: Clock,
    next_pid: u64,
}

impl Default for Scheduler {
    fn default() -> Scheduler {
        Scheduler {
            slots: Vec::new(),
            free: Vec::new(),
            by_pid: FxHashMap::default(),
            spare: Vec::new(),
            queue: VecDeque::new(),
            current: None,
            timers: BTreeSet::new(),
            touched: Vec::new(),
            ended: FxHashMap::default(),
            clock: Clock::Real(Instant::now()),
            next_pid: 1,
        }
    }
}

impl Scheduler {
    pub fn new_pid(&mut self) -> Pid {
        let pid = Pid(self.next_pid);
        self.next_pid += 1;
        pid
    }

    /// Number of live processes.
    pub fn count(&self) -> usize {
        self.by_pid.len()
    }

    pub fn slot(&self, pid: Pid) -> Option<Slot> {
        self.by_pid.get(&pid).copied()
    }

    pub fn get(&self, pid: Pid) -> Option<&Process> {
        self.slots[self.slot(pid)? as usize].as_deref()
    }

    pub fn get_mut(&mut self, pid: Pid) -> Option<&mut Process> {
        let slot = self.slot(pid)?;
        self.slots[slot as usize].as_deref_mut()
    }

    #[inline]
    pub(crate) fn at(&mut self, slot: Slot) -> Option<&mut Process> {
        self.slots.get_mut(slot as usize)?.as_deref_mut()
    }

    /// The running process.
    #[inline]
    pub fn running(&mut self) -> Option<&mut Process> {
        let slot = self.current?;
        self.at(slot)
    }

    pub fn current_pid(&self) -> Option<Pid> {
        let slot = self.current?;
        Some(self.slots.get(slot as usize)?.as_deref()?.pid)
    }

    pub fn pids(&self) -> Vec<Pid> {
        let mut all: Vec<Pid> = self.by_pid.keys().copied().collect();
        all.sort_unstable();
        all
    }

    /// Adds a process, ready to run.
    pub fn add(&mut self, process: Process) -> Slot {
        let pid = process.pid;
        let boxed = match self.spare.pop() {
            Some(mut old) => {
                *old = process;
                old
            }
            None => Box::new(process),
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Some(boxed);
                slot
            }
            None => {
                self.slots.push(Some(boxed));
                self.slots.len() as Slot - 1
            }
        };
        self.by_pid.insert(pid, slot);
        self.touch(slot);
        self.queue.push_back((slot, pid));
        slot
    }

    /// Takes a process out of everything.
    pub fn remove(&mut self, pid: Pid) -> Option<Box<Process>> {
        let slot = self.by_pid.remove(&pid)?;
        let process = self.slots[slot as usize].take()?;
        if process.deadline != 0 {
            self.timers.remove(&(process.deadline, pid));
        }
        if self.current == Some(slot) {
            self.current = None;
        }
        self.free.push(slot);
        Some(process)
    }

    /// Gives the memory of a removed process back.
    pub fn recycle(&mut self, process: Box<Process>) {
        if self.spare.len() < SPARE {
            self.spare.push(process);
        }
    }

    /// Says that the process may hold young values from now on.
    #[inline]
    pub fn touch(&mut self, slot: Slot) {
        if let Some(p) = self.slots[slot as usize].as_deref_mut()
            && !p.touched
        {
            p.touched = true;
            self.touched.push(slot);
        }
    }

    /// Puts a process that is ready at the end of the queue.
    pub fn enqueue(&mut self, slot: Slot) {
        if let Some(p) = self.at(slot) {
            p.status = Status::Ready;
            let pid = p.pid;
            self.queue.push_back((slot, pid));
        }
    }

    /// Has a waiting process go on: what it waits for may be there.
    #[inline]
    pub fn wake(&mut self, slot: Slot) {
        let Some(p) = self.at(slot) else { return };
        if !matches!(p.status, Status::Waiting | Status::Blocked(_)) {
            return;
        }
        let (pid, deadline) = (p.pid, std::mem::take(&mut p.deadline));
        if deadline != 0 {
            self.timers.remove(&(deadline, pid));
        }
        self.enqueue(slot);
    }

    /// Says when a waiting process goes on at the latest.
    pub fn set_deadline(&mut self, slot: Slot, deadline: u64) {
        if let Some(p) = self.at(slot) {
            p.deadline = deadline;
            let pid = p.pid;
            self.timers.insert((deadline, pid));
        }
    }

    /// Forgets the deadline of a process's wait.
    pub fn cancel_deadline(&mut self, slot: Slot) {
        if let Some(p) = self.at(slot)
            && p.deadline != 0
        {
            let entry = (std::mem::take(&mut p.deadline), p.pid);
            self.timers.remove(&entry);
        }
    }

    /// Has the processes whose deadline has passed go on, with #f from their wait.
    pub fn fire_timers(&mut self) {
        if self.timers.is_empty() {
            return;
        }
        let now = self.clock.now();
        while let Some(&(deadline, pid)) = self.timers.first() {
            if deadline > now {
                return;
            }
            self.timers.pop_first();
            let Some(slot) = self.slot(pid) else { continue };
            if let Some(p) = self.at(slot) {
                p.deadline = 0;
                p.pending = crate::process::Pending::Value(Value::FALSE);
            }
            self.enqueue(slot);
        }
    }

    /// When the next timer fires.
    pub fn next_deadline(&self) -> Option<u64> {
        self.timers.first().map(|t| t.0)
    }

    /// The process whose turn it is.
    pub fn take_next(&mut self) -> Option<Slot> {
        while let Some((slot, pid)) = self.queue.pop_front() {
            if let Some(p) = self.at(slot)
                && p.pid == pid
                && p.status == Status::Ready
            {
                self.touch(slot);
                return Some(slot);
            }
        }
        None
    }

    /// Whether another process waits for its turn.
    #[inline]
    pub fn has_ready(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Hands what may be young to `f`.
    pub fn visit_young(&mut self, f: &mut dyn FnMut(&mut Value)) {
        for &slot in &self.touched {
            if let Some(p) = self.slots[slot as usize].as_deref_mut() {
                p.visit_young(f);
            }
        }
        let results = self.ended.values_mut().flat_map(|e| &mut e.result);
        results.for_each(f);
    }

    /// Hands the rest to `f`.
    pub fn visit_old(&mut self, f: &mut dyn FnMut(&mut Value)) {
        for p in self.slots.iter_mut().filter_map(|s| s.as_deref_mut()) {
            if p.touched {
                p.mailbox.visit_aged(f);
            } else {
                p.visit(f);
            }
        }
    }

    /// Hands all but what these processes hold to `f`.
    pub(crate) fn visit_but(&mut self, apart: &[Pid], f: &mut dyn FnMut(&mut Value)) {
        let all = self.slots.iter_mut().filter_map(|s| s.as_deref_mut());
        let others = all.filter(|p| !apart.contains(&p.pid));
        others.for_each(|p| p.visit(f));
        let results = self.ended.values_mut().flat_map(|e| &mut e.result);
        results.for_each(f);
    }

    /// Hands what the process holds to `f`.
    pub(crate) fn visit_one(&mut self, pid: Pid, f: &mut dyn FnMut(&mut Value)) {
        if let Some(p) = self.get_mut(pid) {
            p.visit(f);
        }
    }

    /// After a collection: nothing is young.
    pub fn age(&mut self) {
        for slot in std::mem::take(&mut self.touched) {
            if let Some(p) = self.slots[slot as usize].as_deref_mut() {
                p.touched = false;
                p.mailbox.age();
            }
        }
        if let Some(slot) = self.current {
            self.touch(slot);
        }
        // A burst of new processes leaves a long queue behind.
        if self.queue.capacity() > ROOM && self.queue.len() < self.queue.capacity() / 8 {
            self.queue.shrink_to(ROOM);
        }
    }

    /// Forgets all processes.
    pub fn clear(&mut self) {
        let (next_pid, clock) = (
            self.next_pid,
            std::mem::replace(&mut self.clock, Clock::Virtual(0)),
        );
        *self = Scheduler {
            next_pid,
            clock,
            ..Scheduler::default()
        };
    }
}
