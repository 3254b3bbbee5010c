//! The driver: what happens between segments. It chooses the process to run, enters the
//! interpreter or compiled code, and answers whatever they leave for: collection and
//! requests, calls that need their arguments arranged, primitives that end a segment,
//! errors.
//!
//! The state of the running process is in the context (`cp`, `k`, `nargs`, arguments,
//! `dynenv`); it is written back to the process only when another gets its turn.
//!
//! Unsafe here: the node is reached through a raw pointer, with references that end
//! before code runs; descriptors are dereferenced, which are never freed.

use crate::blocked::Cause;
use crate::code::describe_arity;
use crate::interp::{self, Stop};
use crate::node::{Node, REQUEST_INTERRUPT, REQUEST_SWITCH};
use crate::prim::{Cx, ErrorKind, Flow, PrimCode, PrimError, Raise, public_name};
use crate::process::{Ending, Exit, Pending, Pid, Status};
use crate::report;
use crate::scheduler::Slot;
use crate::zeal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use termite_abi::{Arity, CpClass, Descriptor, ExitReason, MAX_ARGS, Value, VmContext};
use termite_heap::{Collection, Outcome, intern};
use termite_ir::kinds::clauses;
use termite_ir::{CpId, CpKind, Entry};

/// See [`Node::slice`].
pub(crate) const SLICE: u64 = 256 << 10;

/// What zeal lets a segment reserve at first: less than any frame or pair takes.
const LEAST_ALLOWANCE: u64 = 8;

/// Slices of processes between looks at the clock and the outside; long ones are followed
/// by a look anyway.
const SLICES_BETWEEN_POLLS: u32 = 64;

/// A place that no unit has.
const NO_SITE: u64 = u64::MAX >> 4;

/// What follows an event that the driver answered.
enum Next {
    /// Enter `ctx.cp`.
    Go,
    /// The process has lost its turn; it is saved or ended.
    Stop,
}

/// Runs processes in turn until `pid` has ended.
///
/// # Safety
/// `node` is live and nobody else refers to it.
pub(crate) unsafe fn run_until(node: *mut Node, pid: Pid) -> Exit {
    // SAFETY: the contract; every reference ends before code runs.
    unsafe {
        let mut slices = 0u32;
        loop {
            if let Some(code) = (*node).exit_code {
                return Exit::Code(code);
            }
            if (*node).is_done(pid) {
                let ended = (*node).sched.ended.get(&pid);
                return ended.map_or(Exit::Normal, |e| e.exit);
            }
            if !turn(node, &mut slices, false) {
                (*node).report_deadlock(pid);
                return Exit::Failed;
            }
            (*node).take_interrupt(pid);
        }
    }
}

/// Runs processes until one asks for the end of the OS process (its code), or an
/// interrupt.
///
/// # Safety
/// As for `run_until`.
pub(crate) unsafe fn serve(node: *mut Node) -> Option<i32> {
    // SAFETY: as in `run_until`.
    unsafe {
        let mut slices = 0u32;
        loop {
            if (*node).exit_code.is_some() {
                return (*node).exit_code;
            }
            if (*node).has_interrupt() || !turn(node, &mut slices, false) {
                return None;
            }
        }
    }
}

/// Why a node stopped serving.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Served {
    /// What it was to serve until has come.
    Ready,
    /// A process ended the OS process with this code.
    Code(i32),
    Interrupted,
}

/// Runs processes, waiting when none is ready, until `is_ready`, or as `serve`.
///
/// # Safety
/// As for `run_until`.
pub(crate) unsafe fn serve_until(node: *mut Node, is_ready: &dyn Fn() -> bool) -> Served {
    // SAFETY: as in `run_until`.
    unsafe {
        let mut slices = 0u32;
        loop {
            if let Some(code) = (*node).exit_code {
                return Served::Code(code);
            }
            if (*node).has_interrupt() {
                (*node).take_requests();
                return Served::Interrupted;
            }
            if is_ready() {
                return Served::Ready;
            }
            turn(node, &mut slices, true);
        }
    }
}

/// Gives one process a turn, or waits until one is ready. `false`: none ever will be,
/// unless the node is `called` from another thread.
unsafe fn turn(node: *mut Node, slices: &mut u32, called: bool) -> bool {
    // SAFETY: as in `run_until`.
    unsafe {
        *slices = slices.wrapping_add(1);
        if (*node).poll_due || slices.is_multiple_of(SLICES_BETWEEN_POLLS) {
            (*node).poll_due = false;
            (*node).poll();
        }
        run_next(node) || (*node).idle(called)
    }
}

/// Gives the process whose turn it is a slice. `false`: none is ready.
unsafe fn run_next(node: *mut Node) -> bool {
    // SAFETY: as in `run_until`.
    unsafe {
        let Some(slot) = (*node).sched.take_next() else {
            return false;
        };
        (*node).enforce_limits(slot);
        if (*node).resume(slot) {
            run_slice(node);
        }
        if (*node).has_actions() {
            (*node).act();
        }
        true
    }
}

/// See [`crate::Vm::step`].
///
/// # Safety
/// As for `run_until`.
pub(crate) unsafe fn step(node: *mut Node, slices: u32) -> bool {
    // SAFETY: as in `run_until`.
    unsafe {
        (*node).poll();
        for _ in 0..slices {
            if (*node).exit_code.is_some() || !run_next(node) {
                return false;
            }
        }
        (*node).sched.has_ready()
    }
}

unsafe fn run_slice(node: *mut Node) {
    // SAFETY: the contract of `run_until`.
    unsafe {
        let ctx = (*node).ctx();
        let machine = (*node).machine.clone();
        loop {
            let reason = match interp::run(ctx, machine.as_deref()) {
                Stop::Exit(reason) => reason,
                Stop::Enter => match &machine {
                    Some(m) => {
                        let exact = (*(*ctx).cp).class == CpClass::Return;
                        m.enter(ctx, exact);
                        reason_of((*ctx).reason)
                    }
                    None => ExitReason::Interpret,
                },
            };
            let next = match reason {
                ExitReason::Interpret => Next::Go,
                ExitReason::Safepoint => (*node).safepoint(),
                ExitReason::CallGeneric => (*node).call_generic((*ctx).nargs as usize),
                ExitReason::ReturnGeneric => (*node).return_values((*ctx).nargs as usize),
                ExitReason::Raise => (*node).raise_recorded(),
                ExitReason::Builtin => (*node).enter_builtin(),
                ExitReason::Halt => {
                    let result = (*node).arg(0);
                    (*node).finish(Ending::Returned(result))
                }
            };
            if let Next::Stop = next {
                return;
            }
        }
    }
}

fn reason_of(n: u64) -> ExitReason {
    match n {
        0 => ExitReason::Safepoint,
        1 => ExitReason::Interpret,
        2 => ExitReason::CallGeneric,
        3 => ExitReason::ReturnGeneric,
        4 => ExitReason::Raise,
        5 => ExitReason::Builtin,
        _ => ExitReason::Halt,
    }
}

impl Node {
    pub(crate) fn context(&mut self) -> &mut VmContext {
        // SAFETY: the context lives, and code does not run while `self` is borrowed.
        unsafe { &mut *self.ctx() }
    }

    fn arg(&mut self, i: usize) -> Value {
        Value(self.context().args[i])
    }

    fn set_args(&mut self, from: usize, values: &[Value]) {
        for (slot, v) in self.context().args[from..].iter_mut().zip(values) {
            *slot = v.0;
        }
    }

    fn args(&mut self, from: usize, n: usize) -> Vec<Value> {
        self.context().args[from..from + n]
            .iter()
            .map(|&v| Value(v))
            .collect()
    }

    /// Puts a process's state into the context. `false`: it has lost its turn already.
    fn resume(&mut self, slot: Slot) -> bool {
        let Some(p) = self.sched.at(slot) else {
            return false;
        };
        let (k, dynenv) = (p.k, p.dynenv);
        let pending = std::mem::replace(&mut p.pending, Pending::Value(Value::VOID));
        self.sched.current = Some(slot);
        self.resumed = true;
        self.context().k = k.0;
        self.context().dynenv = dynenv.0;
        self.start_charging();
        self.open_slice();
        let next = match pending {
            Pending::Enter(cp, args) => {
                self.set_args(0, &args);
                self.context().cp = cp;
                Next::Go
            }
            Pending::Call(call) => {
                self.set_args(0, &call);
                self.context().site = NO_SITE;
                self.call_generic(call.len() - 1)
            }
            Pending::Thunk(thunk) => {
                self.context().args[0] = thunk.0;
                self.context().site = NO_SITE;
                self.call_generic(0)
            }
            Pending::Return(values) => {
                self.set_args(0, &values);
                self.return_values(values.len())
            }
            Pending::Value(v) => {
                self.context().args[0] = v.0;
                self.return_values(1)
            }
            Pending::Again { site, call } => {
                self.set_args(0, &call);
                self.context().site = site;
                self.call_generic(call.len() - 1)
            }
        };
        matches!(next, Next::Go)
    }

    /// Sets the limit for the process that is about to run.
    fn open_slice(&mut self) {
        let end = self.heap.nursery_limit();
        let alloc = self.context().alloc;
        let limit = if self.zeal.collect {
            alloc
        } else if !self.takes_turns() {
            end
        } else {
            end.min(alloc + self.slice)
        };
        self.set_limit(limit);
    }

    /// Whether the running process is to stop at the end of its slice. One that is alone
    /// does now and then, for what comes from outside or at its time, and for limits.
    fn takes_turns(&self) -> bool {
        self.sched.has_ready()
            || self.poll_due
            || self.sched.clock.is_virtual()
            || self.limits_heaps()
    }

    /// Saves the running process: at the end of the queue if it is ready.
    fn park(&mut self, pending: Pending, status: Status) -> Next {
        self.charge();
        let (k, dynenv) = (Value(self.context().k), Value(self.context().dynenv));
        let Some(slot) = self.sched.current.take() else {
            return Next::Stop;
        };
        if let Some(p) = self.sched.at(slot) {
            p.k = k;
            p.dynenv = dynenv;
            p.pending = pending;
            p.status = status;
        }
        if status == Status::Ready {
            self.sched.enqueue(slot);
        }
        Next::Stop
    }

    /// Has the running process wait for news, until a deadline (0: none).
    fn wait(&mut self, deadline: u64) -> Next {
        let slot = self.sched.current;
        // Who wakes it says what its wait returns.
        let _ = self.park(Pending::Value(Value::TRUE), Status::Waiting);
        if let (Some(slot), true) = (slot, deadline != 0) {
            self.sched.set_deadline(slot, deadline);
        }
        Next::Stop
    }

    /// Has the running process make a primitive's call again when the system has what it
    /// waits for.
    fn block(&mut self, prim: u32, args: Vec<Value>, cause: Cause) -> Next {
        let mut call = args;
        call.insert(0, self.code.prim_closure(prim));
        let site = self.context().site;
        let pid = self.sched.current_pid();
        let due = self.signal_is_due();
        let next = self.park(Pending::Again { site, call }, Status::Blocked(cause));
        if let (Some(pid), true) = (pid, due) {
            self.unblock_with_signal(pid);
        }
        next
    }

    /// Ends the running process.
    fn finish(&mut self, ending: Ending) -> Next {
        // The body of a library that came by a message ends itself only.
        let is_body = self
            .sched
            .current_pid()
            .is_some_and(|pid| self.is_body(pid));
        if let Ending::Code(code) = ending
            && !is_body
        {
            self.exit_code = Some(code);
        }
        if let Some(pid) = self.sched.current_pid() {
            self.end_process(pid, ending);
        }
        if self.zeal.verify_every != 0 {
            self.check_heap(0);
        }
        Next::Stop
    }

    fn check_heap(&mut self, args: usize) {
        if let Err(fault) = self.verify_heap(args) {
            eprintln!("internal error: heap verification failed: {fault}");
            std::process::abort();
        }
    }

    fn live_args(&mut self) -> usize {
        // SAFETY: `cp` is a descriptor, which is never freed.
        unsafe { (*self.context().cp).params as usize }
    }

    /// The current segment's reservation failed: answers requests, collects, or gives
    /// the next process its turn.
    fn safepoint(&mut self) -> Next {
        self.safepoints += 1;
        let stuck = self.zeal.collect && self.entry_state() == self.entered;
        let requests = self.take_requests();
        if !self.burn() {
            return self.interrupted();
        }
        if requests & REQUEST_INTERRUPT != 0 {
            return self.interrupt_foreground();
        }
        self.poll_due |= requests & REQUEST_SWITCH != 0;
        let mut args = self.live_args();
        if self.zeal.is_on() && !stuck {
            self.zealous(args);
            args = self.live_args();
        }
        if let Some(what) = self.heap.collection_due()
            && self.collect(what, args) == Outcome::HeapLimit
        {
            return self.heap_limit(args);
        }
        let resumed = std::mem::take(&mut self.resumed);
        // With zeal, the first safepoint of a slice comes before anything has been done.
        let must_go_on = self.zeal.collect && (stuck || resumed);
        if self.takes_turns() && !must_go_on {
            let cp = self.context().cp;
            let values = self.args(0, args);
            return self.park(Pending::Enter(cp, values), Status::Ready);
        }
        self.open_slice();
        self.allow_progress(stuck);
        Next::Go
    }

    /// In zeal mode the limit is where allocation stands, plus what this segment needs;
    /// the need is found by doubling while the segment is restarted, since tiers reserve
    /// differently.
    fn allow_progress(&mut self, stuck: bool) {
        if !self.zeal.collect {
            return;
        }
        let allowance = if stuck {
            self.allowance * 2
        } else {
            LEAST_ALLOWANCE
        };
        self.allowance = allowance.min(64 << 10);
        self.entered = self.entry_state();
        let limit = self.context().alloc + self.allowance;
        self.set_limit(limit.min(self.heap.nursery_limit()));
    }

    /// What a segment is entered with: the same again means that it was only restarted.
    fn entry_state(&mut self) -> Vec<u64> {
        let n = self.live_args();
        let ctx = self.context();
        let mut state = vec![ctx.cp as u64, ctx.k];
        state.extend_from_slice(&ctx.args[..n]);
        state
    }

    fn zealous(&mut self, args: usize) {
        let n = self.safepoints;
        let zeal = self.zeal;
        if zeal.collect {
            let what = if n.is_multiple_of(1009) {
                Collection::Full
            } else {
                Collection::Minor
            };
            let _ = self.collect(what, args);
        }
        if zeal.rebuild_every != 0 && n.is_multiple_of(zeal.rebuild_every) {
            self.rewrite(args, n);
        }
        if zeal.verify_every != 0 && n.is_multiple_of(zeal.verify_every) {
            let args = self.live_args();
            self.check_heap(args);
        }
    }

    /// Rebuilds the running process from its written form.
    fn rewrite(&mut self, args: usize, n: u64) {
        // Deep chains are rebuilt whole only now and then.
        let depth = if n.is_multiple_of(50) { usize::MAX } else { 12 };
        zeal::rebuild(self, args, depth);
        let random = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        let k = Value(self.context().k);
        zeal::flip_tiers(self, k, random);
        let args = self.live_args();
        let _ = self.collect(Collection::Minor, args);
    }

    fn interrupted(&mut self) -> Next {
        self.finish(Ending::Interrupted)
    }

    /// An interrupt is meant for what was started from outside; another process gives it
    /// the turn.
    fn interrupt_foreground(&mut self) -> Next {
        if self.sched.running().is_some_and(|p| p.kept) {
            return self.interrupted();
        }
        self.attention().interrupt();
        let args = self.live_args();
        let cp = self.context().cp;
        let values = self.args(0, args);
        self.park(Pending::Enter(cp, values), Status::Ready)
    }

    fn heap_limit(&mut self, args: usize) -> Next {
        if self.collect(Collection::Full, args) == Outcome::Done {
            self.open_slice();
            return Next::Go;
        }
        self.open_slice();
        let mut error = PrimError::new(
            ErrorKind::HeapLimit,
            "out of memory: the heap limit is reached",
        );
        error.who = Some("");
        self.context().site = NO_SITE;
        // What filled the heap is most often the stack of an endless recursion: the
        // handler runs on the continuation as it stands, with the reserve.
        self.raise(error)
    }

    /// Calls `args[0]` with the `n` arguments that follow.
    fn call_generic(&mut self, n: usize) -> Next {
        let f = self.arg(0);
        if !f.is_closure() {
            let mut error = PrimError::new(ErrorKind::NotProcedure, "not a procedure:").with(f);
            error.who = Some("");
            return self.raise(error);
        }
        let desc = termite_heap::descriptor(f);
        // SAFETY: descriptors are never freed.
        let d = unsafe { &*desc };
        if d.class == CpClass::Builtin {
            self.context().cp = desc;
            self.context().nargs = n as u64;
            return self.run_builtin(d.prim, n);
        }
        if d.arity == n as i64 {
            self.context().cp = desc;
            return Next::Go;
        }
        self.call_clauses(d, n)
    }

    /// Finds the clause that takes `n` arguments, and arranges them for it.
    fn call_clauses(&mut self, d: &Descriptor, n: usize) -> Next {
        let unit = self.code.unit(d.unit).clone();
        let mut cp = CpId(d.cp);
        let mut arities = Vec::new();
        while let CpKind::Entry(e) = &unit.control_point(cp).kind {
            if takes(e, n) {
                self.arrange(e, n);
                self.context().cp = unit.descriptor(cp);
                return Next::Go;
            }
            arities.push(arity_of(e));
            match e.next_clause {
                Some(next) => cp = next,
                None => break,
            }
        }
        let f = self.arg(0);
        let error = arity_error(&self.shown_name(f), &arities, n);
        self.raise(error)
    }

    /// Whether `f` is a procedure made of code that takes `n` arguments.
    pub(crate) fn is_code_for(&self, f: Value, n: usize) -> bool {
        if !f.is_closure() {
            return false;
        }
        // SAFETY: descriptors are never freed.
        let d = unsafe { &*termite_heap::descriptor(f) };
        let takes_n = |cp: CpId| match &self.code.unit(d.unit).control_point(cp).kind {
            CpKind::Entry(e) => takes(e, n),
            CpKind::Return(_) | CpKind::Jump(_) => false,
        };
        d.class == CpClass::Entry && {
            let unit = &self.code.unit(d.unit).unit;
            clauses(unit, CpId(d.cp)).any(takes_n)
        }
    }

    fn shown_name(&mut self, f: Value) -> String {
        let name = self.procedure_name(f);
        if name.is_empty() {
            "#<procedure>".into()
        } else {
            name
        }
    }

    /// Fills absent optional parameters and collects the rest list.
    fn arrange(&mut self, e: &Entry, n: usize) {
        let fixed = e.required as usize + e.optional as usize;
        for i in n..fixed {
            self.context().args[1 + i] = Value::DEFAULT.0;
        }
        if e.rest {
            let more = n.saturating_sub(fixed);
            let rest = self.args(1 + fixed, more);
            let list = self.heap.list(&rest);
            self.context().args[1 + fixed] = list.0;
        }
    }

    /// Returns the first `n` arguments as values to the current frame.
    fn return_values(&mut self, n: usize) -> Next {
        let desc = termite_heap::descriptor(Value(self.context().k));
        // SAFETY: descriptors are never freed.
        let d = unsafe { &*desc };
        self.context().cp = desc;
        if d.arity == n as i64 {
            return Next::Go;
        }
        if d.ignores_values {
            if Value(self.context().k) == self.base_frame {
                let values = self.args(0, n);
                let list = self.heap.list(&values);
                return self.finish(Ending::ReturnedSeveral(list));
            }
            if n == 0 {
                self.context().args[0] = Value::VOID.0;
            }
            return Next::Go;
        }
        let unit = self.code.unit(d.unit).clone();
        let CpKind::Return(r) = &unit.control_point(CpId(d.cp)).kind else {
            return Next::Go;
        };
        let fixed = r.values as usize;
        if r.rest && n >= fixed {
            let rest = self.args(fixed, n - fixed);
            let list = self.heap.list(&rest);
            self.context().args[fixed] = list.0;
            return Next::Go;
        }
        let least = if r.rest { "at least " } else { "" };
        let s = if fixed == 1 { "value" } else { "values" };
        let message = format!("expected {least}{fixed} {s}, but got {n}");
        let mut error = PrimError::new(ErrorKind::Arity, message);
        error.who = Some("");
        // The place is that of the call which gave the values.
        let site = report::call_site(&unit, CpId(d.cp)).unwrap_or(u32::MAX);
        self.context().site = u64::from(d.unit) << 32 | u64::from(site);
        let parent = termite_heap::frame_parent(Value(self.context().k));
        if parent.is_frame() {
            self.context().k = parent.0;
        }
        self.raise(error)
    }

    /// A builtin's control point was entered with `nargs` arguments.
    fn enter_builtin(&mut self) -> Next {
        // SAFETY: descriptors are never freed.
        let prim = unsafe { (*self.context().cp).prim };
        let n = self.context().nargs as usize;
        self.run_builtin(prim, n)
    }

    fn run_builtin(&mut self, prim: u32, n: usize) -> Next {
        let p = *self.code.primitive(prim);
        if !p.info.arity.accepts(n) {
            let error = arity_error(public_name(p.info.name), &[p.info.arity], n);
            return self.raise(error);
        }
        match p.code {
            PrimCode::Plain(f) => {
                let ctx = self.ctx();
                // SAFETY: the arguments are in the context; no reference is held meanwhile.
                let v = unsafe { f(ctx, (&raw const (*ctx).args).cast::<u64>().add(1), n) };
                if v == Value::ERROR.0 {
                    return self.raise_recorded();
                }
                self.context().args[0] = v;
                self.return_values(1)
            }
            PrimCode::Block(body) => {
                let args = self.args(1, n);
                let mut cx = Cx { node: self };
                match catch_unwind(AssertUnwindSafe(|| body(&mut cx, &args))) {
                    Ok(Ok(Flow::Block(cause))) => self.block(prim, args, cause),
                    Ok(Ok(flow)) => self.follow(flow),
                    Ok(Err(mut error)) => {
                        error.who.get_or_insert(public_name(p.info.name));
                        self.raise(error)
                    }
                    Err(_) => self.raise(PrimError::new(
                        ErrorKind::Internal,
                        format!("{}: internal error (a bug in Termite)", p.info.name),
                    )),
                }
            }
        }
    }

    fn follow(&mut self, flow: Flow) -> Next {
        match flow {
            Flow::Value(v) => {
                self.context().args[0] = v.0;
                self.return_values(1)
            }
            Flow::Values(values) => {
                if values.len() > MAX_ARGS / 2 {
                    return self.too_many(values.len());
                }
                self.set_args(0, &values);
                self.return_values(values.len())
            }
            Flow::Call(f, args) => {
                if args.len() > MAX_ARGS / 2 {
                    return self.too_many(args.len());
                }
                self.context().args[0] = f.0;
                self.set_args(1, &args);
                self.call_from_builtin(args.len())
            }
            Flow::Throw { values, .. } if values.len() > MAX_ARGS / 2 => {
                self.too_many(values.len())
            }
            Flow::Throw { frame, values } => {
                self.context().k = frame.0;
                self.set_args(0, &values);
                self.return_values(values.len())
            }
            Flow::Wait { deadline } => self.wait(deadline),
            // Answered where the primitive is known.
            Flow::Block(_) => {
                self.raise(PrimError::new(ErrorKind::Internal, "nothing blocks here"))
            }
            Flow::Yield(v) => self.park(Pending::Value(v), Status::Ready),
            Flow::End(ending) => self.finish(ending),
        }
    }

    /// As `call_generic`, for a primitive's call in tail position. Primitives can call one
    /// another for ever (`apply` itself on a circular list): each call comes back to the
    /// driver's loop, and polls, since no segment does.
    fn call_from_builtin(&mut self, n: usize) -> Next {
        let f = self.arg(0);
        if !f.is_closure() {
            return self.call_generic(n);
        }
        let desc = termite_heap::descriptor(f);
        // SAFETY: descriptors are never freed.
        if unsafe { (*desc).class } != CpClass::Builtin {
            return self.call_generic(n);
        }
        if !self.burn() || self.take_requests() & REQUEST_INTERRUPT != 0 {
            return self.interrupted();
        }
        self.context().cp = desc;
        self.context().nargs = n as u64;
        Next::Go
    }

    fn too_many(&mut self, n: usize) -> Next {
        let message = format!(
            "{n} arguments are more than a call can have ({})",
            MAX_ARGS / 2
        );
        self.raise(PrimError::new(ErrorKind::Range, message))
    }

    /// Raises the error that a primitive recorded.
    fn raise_recorded(&mut self) -> Next {
        let error = self
            .error
            .take()
            .unwrap_or_else(|| PrimError::new(ErrorKind::Internal, "an error was lost"));
        self.raise(error)
    }

    /// Calls the raise hook on the current continuation.
    fn raise(&mut self, error: Raise) -> Next {
        let site = (self.context().site & (u64::MAX >> 4)) as i64;
        if !self.raise_hook.is_closure() {
            let report = report::describe(self, &error);
            eprintln!("error while starting: {report}");
            return self.finish(Ending::Exception(Value::FALSE));
        }
        let message = match error.who {
            Some(who) if !who.is_empty() => format!("{who}: {}", error.message),
            _ => error.message.into_owned(),
        };
        let message = self.heap.string(&message);
        let irritants = self.heap.list(&error.irritants);
        let payload = error.payload.unwrap_or(Value::DEFAULT);
        let hook = self.raise_hook;
        let kind = intern(error.kind.name());
        let site = Value::fixnum(site);
        self.set_args(0, &[hook, kind, message, irritants, site, payload]);
        self.call_generic(5)
    }
}

fn takes(e: &Entry, n: usize) -> bool {
    let fixed = e.required as usize + e.optional as usize;
    n >= e.required as usize && (e.rest || n <= fixed)
}

fn arity_of(e: &Entry) -> Arity {
    let max = if e.rest {
        Arity::ANY
    } else {
        e.required + e.optional
    };
    Arity {
        min: e.required,
        max,
    }
}

fn arity_error(name: &str, arities: &[Arity], n: usize) -> Raise {
    let expected: Vec<String> = arities.iter().map(|a| describe_arity(*a)).collect();
    let message = format!("{name}: expected {}, but got {n}", expected.join(" or "));
    let mut error = PrimError::new(ErrorKind::Arity, message);
    error.who = Some("");
    error
}
