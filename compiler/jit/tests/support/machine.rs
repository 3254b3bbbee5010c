//! A machine for tests: loads one unit, compiles all of it, runs it, and collects the
//! nursery by copying survivors into a second space that is emptied between runs.
//!
//! Unsafe here: raw words of the test heap, and entering machine code.

use super::prims;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use termite_abi::object::{Header, Kind, Payload};
use termite_abi::value::*;
use termite_abi::{CpClass, Descriptor, Effect, ExitReason, Value, VmContext};
use termite_ir::*;
use termite_jit::*;

pub struct Machine {
    pub ctx: Box<VmContext>,
    pub arena: CodeArena,
    pub descriptors: Vec<&'static Descriptor>,
    pub halt: u64,
    pub link: LinkInfo,
    pub code: CompiledCode,
    pub unit: Unit,
    pub collections: u64,
    pub safepoints: u64,
    /// Control points at which reservations failed.
    pub stopped_at: Vec<u32>,
    pub remembered: Vec<u64>,
    pub nursery: usize,
    /// Collect at nearly every reservation, and poison what is left behind.
    pub zeal: bool,
    slice: u64,
    last: (u64, u64),
    space: u64,
    old: u64,
    old_start: u64,
    forwarded: Vec<u64>,
}

/// Why a run did not end with a value.
#[derive(Debug, PartialEq)]
pub enum Stop {
    Raised { site: u64 },
    NotCallable { nargs: u64 },
    Values(Vec<Value>),
}

const RESERVE: usize = 1 << 20;
const OLD_BYTES: usize = 8 << 30;

fn map(bytes: usize) -> u64 {
    // SAFETY: fresh private memory.
    let at = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    assert!(at != libc::MAP_FAILED);
    at as u64
}

pub fn get(at: u64) -> u64 {
    // SAFETY: tests only pass addresses of live heap words.
    unsafe { *(at as *const u64) }
}

pub fn put(at: u64, v: u64) {
    // SAFETY: as `get`.
    unsafe { *(at as *mut u64) = v }
}

pub fn new_context() -> Box<VmContext> {
    // SAFETY: all fields are integers or pointers, for which zero is valid.
    unsafe { Box::<VmContext>::new_zeroed().assume_init() }
}

fn descriptor(cp: &ControlPoint, i: u32) -> Descriptor {
    let (class, arity, words, ignores) = match &cp.kind {
        CpKind::Entry(e) => {
            let exact = e.optional == 0 && !e.rest;
            let arity = if exact {
                i64::from(e.required)
            } else {
                Descriptor::VARIABLE
            };
            (CpClass::Entry, arity, 1 + e.free.len(), false)
        }
        CpKind::Return(r) => {
            let arity = if r.rest {
                Descriptor::VARIABLE
            } else {
                i64::from(r.values)
            };
            (CpClass::Return, arity, 2 + r.live.len(), r.ignores)
        }
        CpKind::Jump(_) => (CpClass::Jump, Descriptor::VARIABLE, 0, false),
    };
    Descriptor {
        entry: AtomicU64::new(0),
        exact: AtomicU64::new(0),
        arity,
        words: words as u32,
        class,
        ignores_values: ignores,
        params: cp.arg_count() as u16,
        unit: 0,
        cp: i,
        counter: AtomicU32::new(0),
        compiled: AtomicU32::new(0),
        prim: 0,
        least: 0,
        most: 0,
        code: AtomicU64::new(0),
        plain: 0,
    }
}

pub unsafe extern "C" fn remember(ctx: *mut VmContext, slot: *mut u64) {
    // SAFETY: `owner` is the machine's list, which outlives the run.
    unsafe { (*((*ctx).owner as *mut Vec<u64>)).push(slot as u64) }
}

impl Machine {
    pub fn new(unit: Unit) -> Machine {
        Machine::with(
            unit,
            1 << 20,
            Options {
                verify: true,
                keep_text: false,
            },
        )
    }

    pub fn with(unit: Unit, nursery: usize, options: Options) -> Machine {
        let mut arena = CodeArena::new(1 << 20).unwrap();
        let mut descriptors: Vec<&'static Descriptor> = vec![];
        for (i, cp) in unit.cps.iter().enumerate() {
            let d: &'static Descriptor = Box::leak(Box::new(descriptor(cp, i as u32)));
            let thunk = arena
                .thunk(d as *const _ as u64, ThunkKind::Interpret)
                .unwrap();
            let one = d.class != CpClass::Return || d.arity == 1;
            d.entry.store(
                if one { thunk } else { arena.one_value_entry() },
                Ordering::Release,
            );
            d.exact.store(thunk, Ordering::Release);
            descriptors.push(d);
        }
        let space = map(nursery + RESERVE);
        let old = map(OLD_BYTES);
        let mut machine = Machine {
            ctx: new_context(),
            halt: 0,
            link: LinkInfo {
                unit_index: 3,
                descriptors: descriptors.iter().map(|d| *d as *const _ as u64).collect(),
                closures: vec![],
                import_procs: vec![],
                literals: vec![],
                prims: vec![],
                cell_index: (0..unit.vars.len() as u32).collect(),
                runtime: Arc::new(prims::runtime()),
            },
            arena,
            descriptors,
            code: CompiledCode::default(),
            unit,
            collections: 0,
            safepoints: 0,
            stopped_at: vec![],
            remembered: vec![],
            nursery,
            zeal: false,
            slice: 0,
            last: (0, 0),
            space,
            old,
            old_start: old,
            forwarded: vec![0; (nursery + RESERVE) / 512 + 1],
        };
        machine.link_values();
        machine.prepare();
        machine.compile(options);
        machine
    }

    /// Compiles `program` and runs its `cp` on `args`, plainly and with zeal; both agree.
    pub fn check(unit: Unit, cp: CpId, args: &[u64]) -> (Machine, Result<Value, Stop>) {
        let mut m = Machine::new(unit);
        assert_eq!(m.code.skipped, vec![]);
        let first = m.run(cp, args);
        let shown = first
            .as_ref()
            .map(|&v| show(v))
            .map_err(|e| format!("{e:?}"));
        m.reset();
        m.zeal = true;
        let second = m.run(cp, args);
        assert_eq!(
            shown,
            second
                .as_ref()
                .map(|&v| show(v))
                .map_err(|e| format!("{e:?}"))
        );
        (m, second)
    }

    fn link_values(&mut self) {
        let descriptors = self.link.descriptors.clone();
        self.link.closures = descriptors
            .iter()
            .map(|&d| self.permanent(&[d], TAG_CLOSURE))
            .collect();
        self.link.literals = (0..self.unit.literals.len())
            .map(|i| self.literal(i))
            .collect();
        let known = prims::user();
        self.link.prims = self
            .unit
            .prims
            .iter()
            .map(|p| PrimLink {
                address: known[p.name.as_str()],
                effect: p.effect,
                closure: Value::FALSE.0,
            })
            .collect();
    }

    fn literal(&mut self, i: usize) -> u64 {
        match self.unit.literals[i].clone() {
            Literal::Flonum(bits) => self.permanent(&[bits], TAG_FLONUM),
            Literal::Fixnum(n) => Value::fixnum(n).0,
            Literal::Vector(parts) => {
                let mut words =
                    vec![Header::new(Kind::Vector, parts.len() as u64, Header::FLAG_IMMUTABLE).0];
                words.extend(parts.iter().map(|p| self.literal(p.index())));
                self.permanent(&words, TAG_OBJECT)
            }
            Literal::String(s) => self.string(&s),
            other => panic!("literal {other:?}"),
        }
    }

    pub fn string(&mut self, s: &str) -> u64 {
        let wide = s.chars().any(|c| c as u32 > 255);
        let chars: Vec<u32> = s.chars().map(|c| c as u32).collect();
        let mut bytes: Vec<u8> = vec![];
        for &c in &chars {
            if wide {
                bytes.extend(c.to_le_bytes())
            } else {
                bytes.push(c as u8)
            }
        }
        let flag = if wide { Header::FLAG_WIDE } else { 0 };
        let mut words = vec![Header::new(Kind::Chars, bytes.len() as u64, flag).0];
        words.extend(bytes.chunks(8).map(|c| {
            let mut w = [0; 8];
            w[..c.len()].copy_from_slice(c);
            u64::from_le_bytes(w)
        }));
        let storage = self.permanent(&words, TAG_OBJECT);
        let length = Value::fixnum(chars.len() as i64).0;
        self.permanent(
            &[Header::new(Kind::String, 2, 0).0, storage, length],
            TAG_OBJECT,
        )
    }

    pub fn vector(&mut self, items: &[u64]) -> u64 {
        let mut words = vec![Header::new(Kind::Vector, items.len() as u64, 0).0];
        words.extend(items);
        self.permanent(&words, TAG_OBJECT)
    }

    pub fn bytes(&mut self, items: &[u8]) -> u64 {
        let mut words = vec![Header::new(Kind::Bytevector, items.len() as u64, 0).0];
        words.extend(items.chunks(8).map(|c| {
            let mut w = [0; 8];
            w[..c.len()].copy_from_slice(c);
            u64::from_le_bytes(w)
        }));
        self.permanent(&words, TAG_OBJECT)
    }

    pub fn record_type(&mut self, parent: u64, fields: i64) -> u64 {
        let f = Value::FALSE.0;
        let header = Header::new(Kind::RecordType, 6, 0).0;
        self.permanent(
            &[header, f, f, f, parent, Value::fixnum(fields).0, f],
            TAG_OBJECT,
        )
    }

    pub fn flonum(&mut self, x: f64) -> u64 {
        self.permanent(&[x.to_bits()], TAG_FLONUM)
    }

    /// An object that is never collected.
    pub fn permanent(&mut self, words: &[u64], tag: u64) -> u64 {
        let at = Box::leak(words.to_vec().into_boxed_slice()).as_ptr() as u64;
        at | tag
    }

    fn prepare(&mut self) {
        let halt = Descriptor {
            entry: AtomicU64::new(0),
            exact: AtomicU64::new(0),
            arity: 1,
            words: 2,
            class: CpClass::Return,
            ignores_values: false,
            params: 1,
            unit: 0,
            cp: 0,
            counter: AtomicU32::new(0),
            compiled: AtomicU32::new(0),
            prim: 0,
            least: 0,
            most: 0,
            code: AtomicU64::new(0),
            plain: 0,
        };
        let halt: &'static Descriptor = Box::leak(Box::new(halt));
        let address = halt as *const _ as u64;
        let thunk = self.arena.thunk(address, ThunkKind::Halt).unwrap();
        halt.entry.store(thunk, Ordering::Release);
        halt.exact.store(thunk, Ordering::Release);
        self.halt = self.permanent(&[address, Value::NO_FRAME.0], TAG_FRAME);
        prepare_context(&mut self.ctx, remember);
        let cells: Vec<u64> = (0..self.unit.vars.len())
            .map(|_| {
                let header = Header::new(Kind::Cell, 2, 0).0;
                self.permanent(&[header, Value::UNBOUND.0, Value::FALSE.0], TAG_OBJECT)
            })
            .collect();
        self.ctx.cells = Box::leak(cells.into_boxed_slice()).as_mut_ptr();
        self.ctx.nursery_start = self.space;
        self.ctx.nursery_bytes = (self.nursery + RESERVE) as u64;
        self.reset();
    }

    fn compile(&mut self, options: Options) {
        let all: Vec<CpId> = (0..self.unit.cps.len() as u32).map(CpId).collect();
        let mut compiler = Compiler::new(options).unwrap();
        self.code = compiler.compile(&self.unit, &self.link, &all).unwrap();
        // SAFETY: the descriptors are leaked.
        unsafe { self.arena.install(&self.code) }.unwrap();
    }

    pub fn reset(&mut self) {
        self.ctx.alloc = self.space;
        self.ctx
            .limit
            .store(self.space + self.nursery as u64, Ordering::Relaxed);
        self.old = self.old_start;
        self.remembered.clear();
    }

    pub fn cell(&self, i: usize) -> u64 {
        // SAFETY: the table has one entry a variable.
        let cell = unsafe { *self.ctx.cells.add(i) };
        get(cell - TAG_OBJECT + 8)
    }

    pub fn set_cell(&mut self, i: usize, v: u64) {
        // SAFETY: the table has one entry a variable.
        let cell = unsafe { *self.ctx.cells.add(i) };
        put(cell - TAG_OBJECT + 8, v);
    }

    /// The closure of an entry without free values.
    pub fn closure(&self, cp: CpId) -> u64 {
        self.link.closures[cp.index()]
    }

    pub fn run(&mut self, cp: CpId, args: &[u64]) -> Result<Value, Stop> {
        if self.zeal {
            self.ctx.limit.store(0, Ordering::Relaxed);
        }
        self.ctx.args[0] = self.closure(cp);
        self.ctx.args[1..1 + args.len()].copy_from_slice(args);
        self.ctx.k = self.halt;
        self.ctx.cp = self.descriptors[cp.index()];
        self.drive()
    }

    pub fn run_fx(&mut self, cp: CpId, args: &[i64]) -> Result<i64, Stop> {
        let args: Vec<u64> = args.iter().map(|&n| Value::fixnum(n).0).collect();
        self.run(cp, &args).map(Value::as_fixnum)
    }

    fn drive(&mut self) -> Result<Value, Stop> {
        self.ctx.owner = (&raw mut self.remembered).cast();
        let mut exact = false;
        loop {
            let ctx: *mut VmContext = &mut *self.ctx;
            // SAFETY: prepared; `cp`, `k` and arguments were set to fit.
            unsafe { if exact { enter_exact(ctx) } else { enter(ctx) } };
            // Whatever goes on from here has the number of values that it takes.
            exact = true;
            let reason = self.ctx.reason;
            match reason {
                r if r == ExitReason::Halt as u64 => return Ok(Value(self.ctx.args[0])),
                r if r == ExitReason::Safepoint as u64 => {
                    self.safepoints += 1;
                    // SAFETY: a control point of the unit.
                    self.stopped_at.push(unsafe { &*self.ctx.cp }.cp);
                    self.collect();
                    if self.zeal {
                        self.next_slice();
                    }
                }
                r if r == ExitReason::Raise as u64 => {
                    return Err(Stop::Raised {
                        site: self.ctx.site,
                    });
                }
                r if r == ExitReason::CallGeneric as u64 => {
                    return Err(Stop::NotCallable {
                        nargs: self.ctx.nargs,
                    });
                }
                r if r == ExitReason::ReturnGeneric as u64 => {
                    let frame = self.ctx.k;
                    let d = get(frame - TAG_FRAME) as *const Descriptor;
                    // SAFETY: a frame's first word is its descriptor.
                    if !unsafe { &*d }.ignores_values {
                        let n = self.ctx.nargs as usize;
                        return Err(Stop::Values(
                            self.ctx.args[..n].iter().map(|&w| Value(w)).collect(),
                        ));
                    }
                    self.ctx.cp = d;
                }
                other => panic!("exit {other}"),
            }
        }
    }

    /// As little room as lets the segment go on: doubled while it does not.
    fn next_slice(&mut self) {
        let here = (self.ctx.cp as u64, self.ctx.k);
        self.slice = if self.last == here {
            (self.slice * 2).clamp(16, 1 << 16)
        } else {
            0
        };
        self.last = here;
        let start = self.space;
        self.ctx.limit.store(start + self.slice, Ordering::Relaxed);
        for at in (start..start + (1 << 16)).step_by(8) {
            put(at, 0xdddd_dddd_dddd_dddd);
        }
    }

    // -- a minor collection --

    pub fn collect(&mut self) {
        self.collections += 1;
        self.ctx
            .limit
            .store(self.space + self.nursery as u64, Ordering::Relaxed);
        self.forwarded.fill(0);
        let mut scan = self.old;
        // SAFETY: the control point that is restarted.
        let params = unsafe { &*self.ctx.cp }.params as usize;
        for i in 0..params {
            self.ctx.args[i] = self.forward(self.ctx.args[i]);
        }
        self.ctx.k = self.forward(self.ctx.k);
        for i in 0..self.unit.vars.len() {
            // SAFETY: the table has one entry a variable.
            let slot = unsafe { *self.ctx.cells.add(i) } - TAG_OBJECT + 8;
            put(slot, self.forward(get(slot)));
        }
        for slot in std::mem::take(&mut self.remembered) {
            put(slot, self.forward(get(slot)));
        }
        // Everything copied is a run of tagged words, or raw bytes behind a header.
        while scan < self.old {
            scan = self.scan(scan);
        }
        self.ctx.alloc = self.space;
    }

    fn scan(&mut self, at: u64) -> u64 {
        // Each copy is preceded by its size in bytes and whether it holds words.
        let note = get(at);
        let (bytes, words) = (note >> 1, note & 1 == 1);
        if words {
            for slot in (at + 8..at + 8 + bytes).step_by(8) {
                put(slot, self.forward(get(slot)));
            }
        }
        at + 8 + bytes
    }

    fn forward(&mut self, v: u64) -> u64 {
        let value = Value(v);
        if !value.is_pointer() || value.addr().wrapping_sub(self.space) >= self.ctx.nursery_bytes {
            return v;
        }
        let at = value.addr();
        let bit = (at - self.space) / 8;
        if self.forwarded[bit as usize / 64] >> (bit % 64) & 1 == 1 {
            return get(at) | value.tag();
        }
        self.forwarded[bit as usize / 64] |= 1 << (bit % 64);
        let (bytes, words) = size(value);
        let to = self.old + 8;
        put(self.old, bytes << 1 | u64::from(words));
        // SAFETY: disjoint spaces.
        unsafe { std::ptr::copy_nonoverlapping(at as *const u8, to as *mut u8, bytes as usize) };
        self.old = to + bytes;
        put(at, to);
        to | value.tag()
    }
}

/// A value in words, for comparison across runs.
pub fn show(v: Value) -> String {
    match v.tag() {
        TAG_PAIR => format!(
            "({} . {})",
            show(Value(get(v.addr()))),
            show(Value(get(v.addr() + 8)))
        ),
        TAG_FLONUM => format!("{:?}", f64::from_bits(get(v.addr()))),
        TAG_OBJECT => {
            let header = Header(get(v.addr()));
            let kind = header.kind().expect("a header");
            let words = if kind.payload() == Payload::Words {
                header.length()
            } else {
                0
            };
            let parts: Vec<String> = (0..words)
                .map(|i| show(Value(get(v.addr() + 8 + 8 * i))))
                .collect();
            format!("#<{} {}>", kind.name(), parts.join(" "))
        }
        TAG_CLOSURE => "#<procedure>".into(),
        TAG_FRAME => "#<frame>".into(),
        _ => constant(v).map_or_else(|| format!("{v:?}"), str::to_owned),
    }
}

/// How a constant is written.
fn constant(v: Value) -> Option<&'static str> {
    let all = [
        (Value::NULL, "()"),
        (Value::TRUE, "#t"),
        (Value::FALSE, "#f"),
    ];
    all.iter().find(|(c, _)| *c == v).map(|(_, name)| *name)
}

/// Bytes of an object, and whether they are tagged words.
fn size(v: Value) -> (u64, bool) {
    match v.tag() {
        TAG_PAIR => (16, true),
        TAG_FLONUM => (8, false),
        TAG_CLOSURE | TAG_FRAME => {
            let d = get(v.addr()) as *const Descriptor;
            // SAFETY: the first word of a closure or frame is its descriptor.
            (8 * u64::from(unsafe { &*d }.words), true)
        }
        _ => {
            let header = Header(get(v.addr()));
            let payload = header.kind().expect("a header").payload();
            (header.object_bytes(payload), payload == Payload::Words)
        }
    }
}

pub fn addresses(pairs: &[(&'static str, termite_abi::PrimFn)]) -> HashMap<&'static str, u64> {
    pairs
        .iter()
        .map(|&(n, f)| (n, f as *const () as usize as u64))
        .collect()
}

pub type Class = Effect;
