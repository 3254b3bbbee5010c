//! A node: one heap, its processes, its code, its primitives.
//!
//! [`Vm`] owns a node at a fixed address, which compiled code and primitives reach
//! through the context. While code runs nobody holds a reference to the node; the
//! driver and the shims make short ones.
//!
//! Unsafe here: the ownership of the node and its context through raw pointers.

use crate::blocked::Watch;
use crate::charge::Limited;
use crate::code::{CodeStore, LoadedUnit, NO_UNIT};
use crate::compile::Compiling;
use crate::dist::{Dist, Identities, MOST_SYMBOLS};
use crate::driver;
use crate::host::Host;
use crate::identity::{Incarnation, Origins};
use crate::machine::Machine;
use crate::outside::Reactor;
use crate::prim::{ErrorKind, PrimError, Primitive, Raise};
use crate::process::{Exit, Pending, Pid, Process, Status};
use crate::scheduler::Scheduler;
use crate::segment;
use crate::session::{Library, Session, SessionId};
use crate::traffic::Traffic;
use crate::wake::Wake;
use crate::zeal::{Rewrite, Zeal};
use rustc_hash::FxHashMap;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::time::Duration;
use termite_abi::{CpClass, Descriptor, ExitReason, Value, VmContext};
use termite_heap::{Heap, HeapOptions, Marking, RootSet};
use termite_ir::{CpId, Op};

/// When procedures get machine code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tier {
    /// Never.
    Interp,
    /// Before they first run.
    Jit,
    /// When they have been entered often, on another thread.
    #[default]
    Auto,
}

pub struct NodeOptions {
    pub heap: HeapOptions,
    pub tier: Tier,
    pub zeal: Zeal,
    /// Interpreted entries of a control point before it is compiled (`Tier::Auto`).
    pub threshold: u32,
    /// See [`Node::set_fuel`].
    pub fuel: Option<u64>,
    /// The name of this start of the node: random, but for simulations.
    pub incarnation: Incarnation,
}

/// A name that no other start of a node has.
fn random_incarnation() -> Incarnation {
    let mut name = Incarnation::default();
    // Without the system's randomness, time and address space layout have to do.
    if getrandom::fill(&mut name).is_err() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let place = std::ptr::from_ref(&name).addr() as u64;
        name[..8].copy_from_slice(&(now.unwrap_or_default().as_nanos() as u64).to_le_bytes());
        name[8..].copy_from_slice(&(place ^ u64::from(std::process::id())).to_le_bytes());
    }
    name
}

impl Default for NodeOptions {
    fn default() -> NodeOptions {
        NodeOptions {
            heap: HeapOptions::default(),
            tier: Tier::default(),
            zeal: Zeal::default(),
            threshold: 500,
            fuel: None,
            incarnation: random_incarnation(),
        }
    }
}

pub struct Node {
    pub heap: Heap,
    ctx: NonNull<VmContext>,
    pub code: CodeStore,
    /// The error that the primitive which just failed recorded.
    pub error: Option<Raise>,
    /// Procedure of the core library that turns recorded errors into raised conditions:
    /// `(hook kind message irritants site payload)`.
    pub raise_hook: Value,
    /// Raises what has come along a link; see `blocked`.
    pub(crate) signal_hook: Value,
    pub watch: Option<Box<dyn Watch>>,
    /// Dynamic environment that a new process starts with.
    pub base_dynenv: Value,
    /// The frame that every process starts on.
    pub(crate) base_frame: Value,
    pub sched: Scheduler,
    pub(crate) limited: Limited,
    /// Bytes that a process may allocate before the next one gets its turn.
    pub slice: u64,
    pub(crate) origins: Origins,
    pub(crate) next_tag: u64,
    /// Published processes by name (a symbol, which never moves).
    pub(crate) services: FxHashMap<Value, Pid>,
    pub reactor: Option<Box<dyn Reactor>>,
    pub(crate) wake: Wake,
    /// The timer has ticked since the last look at the clock and the outside.
    pub(crate) poll_due: bool,
    pub(crate) dist: Dist,
    pub traffic: Traffic,
    /// Record types and parameters by what identifies them on every node.
    pub(crate) identities: Identities,
    /// Library units whose parameters may still have to be named; see `parameters`.
    pub(crate) unnamed: Vec<u32>,
    pub(crate) units_seen: u32,
    /// Symbols that peers may still bring.
    pub(crate) symbols_left: u32,
    /// The console's ports, which are the same on every node: `stdlib` fills them in.
    pub console: [Value; 3],
    pub(crate) machine: Option<Arc<dyn Machine>>,
    pub(crate) compiling: Compiling,
    pub tier: Tier,
    pub(crate) tier_threshold: u32,
    pub(crate) zeal: Zeal,
    pub(crate) safepoints: u64,
    /// Zeal: the segment entered after the last safepoint with its arguments, and the
    /// bytes that it was allowed.
    pub(crate) entered: Vec<u64>,
    pub(crate) allowance: u64,
    /// Whether no safepoint has come since the running process was given its turn.
    pub(crate) resumed: bool,
    /// Safepoints that are left before everything is interrupted.
    pub(crate) fuel: Option<u64>,
    /// What changes processes that zeal rewrites.
    pub rewrite: Option<Rewrite>,
    /// Machine code of control points that zeal sent back to the interpreter.
    pub(crate) flipped: HashMap<u64, (u64, u64)>,
    /// Set when a process asked for the OS process to end.
    pub(crate) exit_code: Option<i32>,
    timer: Option<Timer>,
    pub host: Option<Box<dyn Host>>,
    /// Toplevel variables of scripts and REPL sessions, this node's own and others'.
    pub(crate) sessions: FxHashMap<SessionId, Session>,
    /// Libraries of repositories, by the names of their units.
    pub(crate) libraries: HashMap<String, Library>,
    state: FxHashMap<TypeId, Box<dyn Any>>,
}

/// What other threads may ask a running node for (bits of `ctx.request`).
pub const REQUEST_INTERRUPT: u32 = 1;
pub const REQUEST_SWITCH: u32 = 2;

/// Owns a node; dereferences to it while it does not run.
pub struct Vm(NonNull<Node>);

/// Lets other threads ask a running node for attention.
#[derive(Clone, Copy)]
pub struct Attention(*const VmContext);

// SAFETY: only the two atomics of the context are touched, and a context lives as long
// as the OS process.
unsafe impl Send for Attention {}
// SAFETY: as above.
unsafe impl Sync for Attention {}

impl Attention {
    /// Stops the current computation at its next safepoint.
    pub fn interrupt(self) {
        self.ask(REQUEST_INTERRUPT);
    }

    /// Lets the next process run.
    pub fn switch(self) {
        self.ask(REQUEST_SWITCH);
    }

    fn ask(self, bit: u32) {
        // SAFETY: see the type; the context is never freed.
        let (request, limit) = unsafe { (&(*self.0).request, &(*self.0).limit) };
        request.fetch_or(bit, SeqCst);
        limit.store(0, SeqCst);
    }
}

/// A thread that makes loops which do not allocate give up their turn. Stops when
/// dropped.
struct Timer(Arc<AtomicBool>);

/// Longest turn of such a loop.
const TURN: Duration = Duration::from_millis(10);

impl Timer {
    fn start(attention: Attention) -> Timer {
        let running = Arc::new(AtomicBool::new(true));
        let flag = running.clone();
        let tick = move || {
            while flag.load(Relaxed) {
                std::thread::sleep(TURN);
                attention.switch();
            }
        };
        // Without a thread, such loops keep their turn.
        let _ = std::thread::Builder::new()
            .name("termite-timer".into())
            .spawn(tick);
        Timer(running)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.0.store(false, Relaxed);
    }
}

impl Vm {
    pub fn new(
        prims: Vec<Primitive>,
        machine: Option<Arc<dyn Machine>>,
        options: NodeOptions,
    ) -> Vm {
        let ctx = new_context();
        // SAFETY: the context is zeroed, at a fixed address, and lives for ever.
        let heap = unsafe { Heap::new(ctx, options.heap) };
        let machine = machine.filter(|_| options.tier != Tier::Interp);
        if let Some(m) = &machine {
            // SAFETY: nothing else refers to the new context.
            m.install(unsafe { &mut *ctx.as_ptr() });
        }
        let threshold = if options.tier == Tier::Auto {
            options.threshold
        } else {
            0
        };
        let mut heap = heap;
        let code = CodeStore::new(prims, machine.as_deref());
        let node = Node {
            base_frame: heap.frame(code.halt(), Value::NO_FRAME, &[]),
            heap,
            ctx,
            code,
            error: None,
            raise_hook: Value::FALSE,
            signal_hook: Value::FALSE,
            watch: None,
            base_dynenv: Value::FALSE,
            sched: Scheduler::default(),
            limited: Limited::default(),
            slice: driver::SLICE,
            origins: Origins::new(options.incarnation),
            next_tag: 1,
            services: FxHashMap::default(),
            reactor: None,
            wake: Wake::default(),
            poll_due: false,
            dist: Dist::new(options.incarnation),
            traffic: Traffic::default(),
            identities: Identities::default(),
            unnamed: Vec::new(),
            units_seen: 0,
            symbols_left: MOST_SYMBOLS,
            console: [Value::FALSE; 3],
            compiling: Compiling::new(machine.clone(), options.tier),
            machine,
            tier: options.tier,
            tier_threshold: threshold,
            zeal: options.zeal,
            safepoints: 0,
            entered: Vec::new(),
            allowance: 0,
            resumed: false,
            fuel: options.fuel,
            rewrite: None,
            flipped: HashMap::new(),
            exit_code: None,
            timer: None,
            host: None,
            sessions: FxHashMap::default(),
            libraries: HashMap::new(),
            state: FxHashMap::default(),
        };
        let node = NonNull::from(Box::leak(Box::new(node)));
        // SAFETY: as above.
        unsafe { (*ctx.as_ptr()).owner = node.as_ptr().cast() };
        Vm(node)
    }

    pub(crate) fn address(&mut self) -> *mut Node {
        self.0.as_ptr()
    }

    /// Runs processes until `pid` has ended.
    pub fn run_until(&mut self, pid: Pid) -> Exit {
        // SAFETY: this `Vm` is borrowed exclusively, so nobody else refers to the node.
        unsafe { driver::run_until(self.0.as_ptr(), pid) }
    }

    /// Runs processes until one ends the OS process, or an interrupt from outside; the exit
    /// code then.
    pub fn serve(&mut self) -> Option<i32> {
        // SAFETY: as in `run_until`.
        unsafe { driver::serve(self.0.as_ptr()) }
    }

    /// Fires timers, takes what is there from outside, and gives processes at most `slices`
    /// turns; never sleeps. Whether one of them is still ready.
    pub fn step(&mut self, slices: u32) -> bool {
        // SAFETY: as in `run_until`.
        unsafe { driver::step(self.0.as_ptr(), slices) }
    }

    /// Calls a procedure in a new process and runs it to its end.
    pub fn call(&mut self, procedure: Value, args: &[Value]) -> (Exit, Vec<Value>) {
        let pid = self.spawn(procedure, args);
        let exit = self.run_until(pid);
        let result = self.sched.ended.remove(&pid).map(|e| e.result);
        (exit, result.unwrap_or_default())
    }
}

impl Deref for Vm {
    type Target = Node;

    fn deref(&self) -> &Node {
        // SAFETY: the node lives until `drop`, and runs only under `&mut self`.
        unsafe { self.0.as_ref() }
    }
}

impl DerefMut for Vm {
    fn deref_mut(&mut self) -> &mut Node {
        // SAFETY: as above.
        unsafe { self.0.as_mut() }
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        // SAFETY: made by `Box::leak` in `new`, dropped once.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// A zeroed context that is never freed, since other threads may hold [`Attention`].
fn new_context() -> NonNull<VmContext> {
    let layout = std::alloc::Layout::new::<VmContext>();
    // SAFETY: the layout has a size; all-zero bytes are a valid context.
    let memory = unsafe { std::alloc::alloc_zeroed(layout) };
    NonNull::new(memory.cast()).unwrap_or_else(|| std::alloc::handle_alloc_error(layout))
}

/// Everything in a node that refers to its heap. Made of raw pointers because the heap,
/// a field of the same node, is borrowed while it collects.
struct Roots {
    node: *mut Node,
    /// Arguments in the context that are live.
    args: usize,
}

impl Roots {
    /// What belongs to no process.
    ///
    /// # Safety
    /// Nobody else refers to the node but for its heap.
    unsafe fn visit_common(&mut self, f: &mut dyn FnMut(&mut Value)) {
        // SAFETY: the contract.
        unsafe {
            f(&mut (*self.node).raise_hook);
            f(&mut (*self.node).signal_hook);
            f(&mut (*self.node).base_dynenv);
            f(&mut (*self.node).base_frame);
            (*self.node).identities.values_mut().for_each(&mut *f);
            (*self.node).visit_fetches(f);
            if let Some(error) = &mut (*self.node).error {
                error
                    .irritants
                    .iter_mut()
                    .chain(&mut error.payload)
                    .for_each(&mut *f);
            }
        }
    }

    /// What belongs to the running process.
    ///
    /// # Safety
    /// As for `visit_common`.
    unsafe fn visit_running(&mut self, f: &mut dyn FnMut(&mut Value)) {
        // SAFETY: the contract.
        unsafe {
            let ctx = (*self.node).ctx.as_ptr();
            f(&mut *(&raw mut (*ctx).k).cast());
            f(&mut *(&raw mut (*ctx).dynenv).cast());
            let args = (&raw mut (*ctx).args).cast::<Value>();
            for i in 0..self.args {
                f(&mut *args.add(i));
            }
        }
    }
}

impl RootSet for Roots {
    fn visit(&mut self, f: &mut dyn FnMut(&mut Value)) {
        // SAFETY: `Node::collect` has exclusive access, and the fields visited are
        // disjoint from the heap.
        unsafe {
            self.visit_running(f);
            self.visit_common(f);
            (*self.node).sched.visit_young(f);
        }
    }

    fn visit_old(&mut self, f: &mut dyn FnMut(&mut Value)) {
        // SAFETY: as above.
        let (code, sched) = unsafe { (&mut (*self.node).code, &mut (*self.node).sched) };
        code.cells_mut().iter_mut().for_each(&mut *f);
        sched.visit_old(f);
    }

    fn mark_all(&mut self, marking: &mut dyn Marking) {
        // SAFETY: as above.
        unsafe {
            let limited = (*self.node).limited.heaps();
            let current = (*self.node).sched.current_pid();
            let apart = current.filter(|pid| limited.contains(pid));
            if apart.is_none() {
                self.visit_running(&mut |root| marking.root(*root));
            }
            self.visit_common(&mut |root| marking.root(*root));
            let code = &mut (*self.node).code;
            code.cells_mut().iter().for_each(|&cell| marking.root(cell));
            let sched = &mut (*self.node).sched;
            sched.visit_but(&limited, &mut |root| marking.root(*root));
            for pid in limited {
                let before = marking.bytes();
                if apart == Some(pid) {
                    self.visit_running(&mut |root| marking.root(*root));
                }
                let sched = &mut (*self.node).sched;
                sched.visit_one(pid, &mut |root| marking.root(*root));
                (*self.node).hold(pid, marking.bytes() - before);
            }
        }
    }
}

impl Node {
    pub fn ctx(&self) -> *mut VmContext {
        self.ctx.as_ptr()
    }

    /// The name of this start of the node.
    pub fn incarnation(&self) -> Incarnation {
        self.origins.own()
    }

    /// Whether the node listens for others.
    pub fn is_listening(&self) -> bool {
        self.dist.listening
    }

    pub fn attention(&self) -> Attention {
        Attention(self.ctx.as_ptr())
    }

    /// Lets other threads end the node's wait.
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// State that a library of primitives keeps in the node (open files, seeds), made
    /// at first use.
    pub fn state<T: Any + Default>(&mut self) -> &mut T {
        let entry = self
            .state
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::<T>::default());
        // The entry's key is the type, so the cast succeeds; a fresh value is the
        // fallback that keeps this free of panics.
        if !entry.is::<T>() {
            *entry = Box::<T>::default();
        }
        entry.downcast_mut::<T>().unwrap_or_else(|| unreachable!())
    }

    /// The value of an exported or session variable of a loaded unit.
    pub fn variable(&self, index: u32) -> Value {
        termite_heap::field(self.code.cells()[index as usize], 0)
    }

    /// Makes a process that will call `procedure`; its result is kept until
    /// [`Vm::call`] or whoever ran it takes it.
    pub fn spawn(&mut self, procedure: Value, args: &[Value]) -> Pid {
        let mut call = vec![procedure];
        call.extend_from_slice(args);
        let dynenv = self.base_dynenv;
        self.start(Pending::Call(call), dynenv, true)
    }

    /// Makes a process that is ready to go on as `pending` says, on the base frame.
    pub(crate) fn start(&mut self, pending: Pending, dynenv: Value, kept: bool) -> Pid {
        let pid = self.sched.new_pid();
        self.sched.add(Process {
            pid,
            status: Status::Ready,
            touched: false,
            kept,
            resident: false,
            pending,
            k: self.base_frame,
            dynenv,
            mailbox: Default::default(),
            deadline: 0,
            ties: None,
        });
        if self.sched.count() > 1 {
            self.start_timer();
        }
        pid
    }

    /// The live process that is published under a name.
    pub fn service(&self, name: Value) -> Option<Pid> {
        let pid = *self.services.get(&name)?;
        self.sched.get(pid).map(|_| pid)
    }

    /// From now on loops that do not allocate give up their turn. Not in virtual time, in
    /// which all depends on what is allocated.
    pub fn start_timer(&mut self) {
        if self.sched.clock.is_virtual() {
            return;
        }
        let attention = self.attention();
        self.timer.get_or_insert_with(|| Timer::start(attention));
    }

    /// Collects, with the first `args` arguments of the context as roots.
    pub(crate) fn collect(
        &mut self,
        what: termite_heap::Collection,
        args: usize,
    ) -> termite_heap::Outcome {
        self.charge();
        let full = self.heap.stats().full_collections;
        let node: *mut Node = self;
        // SAFETY: `Roots` visits fields other than the heap.
        let outcome = unsafe { (*node).heap.collect(what, &mut Roots { node, args }) };
        self.sched.age();
        if self.heap.stats().full_collections != full {
            self.after_full_collection();
        }
        outcome
    }

    /// Checks the whole heap (zeal level 2).
    pub fn verify_heap(&mut self, args: usize) -> Result<(), String> {
        let node: *mut Node = self;
        // SAFETY: as in `collect`.
        unsafe {
            (*node).heap.verify(&mut Roots { node, args }, &|address| {
                address != 0 && address & 7 == 0
            })
        }
    }

    /// The interpreter's form of a control point, as an address for its descriptor; or
    /// what to do instead of interpreting it.
    pub(crate) fn prepare(&mut self, desc: *const Descriptor) -> Result<u64, ExitReason> {
        // SAFETY: descriptors are never freed.
        let desc = unsafe { &*desc };
        if desc.class == CpClass::Builtin {
            return Err(ExitReason::Builtin);
        }
        if desc.unit == NO_UNIT {
            return Err(ExitReason::Halt);
        }
        let unit = self.code.unit(desc.unit).clone();
        let cp = CpId(desc.cp);
        if self.tier == Tier::Jit && self.compile_now(&unit, cp) {
            return Err(ExitReason::Interpret);
        }
        let seg = Box::leak(Box::new(segment::decode(&self.code, &unit, cp)));
        let address = std::ptr::from_mut(seg) as u64;
        desc.code.store(address, Release);
        Ok(address)
    }

    fn compile_now(&mut self, unit: &Rc<LoadedUnit>, cp: CpId) -> bool {
        let Node {
            code, compiling, ..
        } = self;
        compiling.now(code, unit, cp);
        // SAFETY: descriptors are never freed.
        unsafe { (*unit.descriptor(cp)).compiled.load(Acquire) != 0 }
    }

    /// Compiles every procedure of a loaded unit to machine code, on this thread.
    pub fn compile_whole(&mut self, name: &str) {
        let Some(unit) = self.code.find(name).cloned() else {
            return;
        };
        for proc in &unit.unit.procs {
            self.compiling.now(&self.code, &unit, proc.first);
        }
    }

    /// Asks for machine code of the procedure that `cp` of unit `unit` belongs to.
    pub(crate) fn want_compiled(&mut self, unit: u32, cp: CpId) {
        let unit = self.code.unit(unit).clone();
        let Node {
            code, compiling, ..
        } = self;
        compiling.request(code, &unit, cp);
    }

    #[inline]
    pub(crate) fn op_prim(&self, op: Op) -> u64 {
        self.code.op_prim(op)
    }

    pub(crate) fn record_prim(&self, is_ref: bool) -> u64 {
        self.code.prim_address(if is_ref {
            "%record-ref"
        } else {
            "%record-set!"
        })
    }

    /// Records that a toplevel variable was read or assigned before its definition.
    pub(crate) fn record_unbound(&mut self, cell: Value) {
        let name = termite_heap::field(cell, termite_abi::object::CELL_NAME as usize);
        let index = self.code.cells().iter().position(|&c| c == cell);
        let why = index.and_then(|i| self.dist.missing.get(&(i as u32)));
        let mut error = match why {
            None => PrimError::new(ErrorKind::Unbound, "unbound variable:").with(name),
            Some(why) => PrimError::new(
                ErrorKind::Unbound,
                format!("variable has no value on this node ({why}):"),
            )
            .with(name),
        };
        error.who = Some("");
        self.error = Some(error);
    }

    pub(crate) fn record_uninitialized(&mut self) {
        let mut error = PrimError::new(ErrorKind::Unbound, "variable used before its definition");
        error.who = Some("");
        self.error = Some(error);
    }

    pub(crate) fn record_no_frame(&mut self, got: Value) {
        let mut error = PrimError::wrong_type(1, "a continuation", got);
        error.who = Some("");
        self.error = Some(error);
    }

    /// The requests of other threads, taken.
    pub(crate) fn take_requests(&mut self) -> u32 {
        // SAFETY: an atomic field of a live context.
        let request: &AtomicU32 = unsafe { &(*self.ctx.as_ptr()).request };
        request.swap(0, SeqCst)
    }

    /// Sets the limit up to which segments may allocate before they leave.
    pub(crate) fn set_limit(&mut self, limit: u64) {
        // SAFETY: atomic fields of a live context.
        unsafe {
            let ctx = self.ctx.as_ptr();
            (*ctx).limit.store(limit, SeqCst);
            // A request that came in between must not be overwritten.
            if (*ctx).request.load(SeqCst) != 0 {
                (*ctx).limit.store(0, Relaxed);
            }
        }
    }

    /// Name of a procedure, for messages; empty if it has none.
    pub fn procedure_name(&self, procedure: Value) -> String {
        if !procedure.is_closure() {
            return String::new();
        }
        // SAFETY: a closure's descriptor is never freed.
        let desc = unsafe { &*termite_heap::descriptor(procedure) };
        if desc.class == CpClass::Builtin {
            return self.code.primitive(desc.prim).info.name.to_owned();
        }
        let names = &self.code.unit(desc.unit).debug().cp_names;
        names.get(desc.cp as usize).cloned().unwrap_or_default()
    }

    /// A full collection from inside a block primitive, whose arguments were copied:
    /// `keep` is updated in place.
    pub(crate) fn collect_with(&mut self, keep: &[Value]) -> termite_heap::Outcome {
        // SAFETY: as in `collect`; the arguments area is used for the values to keep.
        for (i, v) in keep.iter().enumerate() {
            self.context().args[i] = v.0;
        }
        self.collect(termite_heap::Collection::Full, keep.len())
    }

    /// Writes a report of an uncaught error, or a warning, to the error log.
    pub fn log(&mut self, text: &str) {
        match &mut self.state::<LogSlot>().0 {
            Some(log) => log(text),
            None => eprint!("{text}"),
        }
    }

    /// Has all buffered output written, by whoever owns it.
    pub fn flush_output(&mut self) {
        self.flush(Flush::Wholly);
    }

    /// As `flush_output`, but what would have to be waited for is written later.
    pub(crate) fn offer_output(&mut self) {
        self.flush(Flush::AtOnce);
    }

    fn flush(&mut self, how: Flush) {
        if let Some(flush) = self.state::<FlushSlot>().0 {
            flush(self, how);
        }
    }

    pub fn process(&self, pid: Pid) -> Option<&Process> {
        self.sched.get(pid)
    }
}

/// Takes a line of a report.
pub type LogSink = Box<dyn FnMut(&str)>;

/// Where the node's reports go, if not to the standard error output.
#[derive(Default)]
pub struct LogSlot(pub Option<Log>);

/// Takes lines for the error log.
pub type Log = Box<dyn FnMut(&str)>;

/// How much of what is buffered has to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flush {
    /// All, however long that takes.
    Wholly,
    /// What is taken without waiting.
    AtOnce,
}

/// What writes buffered output out: `stdlib` fills it in.
#[derive(Default)]
pub struct FlushSlot(pub Option<fn(&mut Node, Flush)>);

/// Remembers a slot of an old object that was just given a young value: what compiled
/// code's write barrier calls.
///
/// # Safety
/// `ctx` is the running context of a live node that is not borrowed, `slot` a word of one
/// of its old objects.
pub unsafe extern "C" fn remember_slot(ctx: *mut VmContext, slot: *mut u64) {
    // SAFETY: the contract.
    unsafe { (*(*ctx).owner.cast::<Node>()).heap.remember(slot as u64) }
}
