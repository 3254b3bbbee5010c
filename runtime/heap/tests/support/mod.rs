//! A node's context and code store, faked, and graphs of objects made from a seed; for
//! tests of snapshots and of the codec.
//!
//! Contains `unsafe`: making the context and descriptors, and the promise of `Heap::new`.

#![allow(dead_code)]

pub mod compare;
pub mod shapes;

use std::alloc::Layout;
use std::ptr::NonNull;
use std::sync::OnceLock;
use termite_abi::{CpClass, Descriptor, Value, VmContext};
use termite_heap::{Heap, HeapOptions, statics};

/// Free values of the fake closures, live values of the fake frames: up to this.
pub const MOST_WORDS: usize = 6;

/// Zeal's two switches, and the smallest nursery.
pub const SMALL: HeapOptions = HeapOptions {
    nursery_bytes: 256 << 10,
    nursery_max: 1 << 20,
    limit_bytes: u64::MAX,
    poison: true,
};

/// The code of all nodes.
pub struct Code {
    /// `closures[n]` has `n` free values.
    pub closures: Vec<Descriptor>,
    /// `frames[n]` has `n` live values.
    pub frames: Vec<Descriptor>,
    /// Base frames.
    pub halt: Descriptor,
    pub primitive: Descriptor,
    /// A procedure without free values, and the primitive; static.
    pub procedure: Value,
    pub builtin: Value,
}

pub fn code() -> &'static Code {
    static CODE: OnceLock<&'static Code> = OnceLock::new();
    CODE.get_or_init(|| {
        let code = Box::leak(Box::new(Code {
            closures: sized(CpClass::Entry, 1),
            frames: sized(CpClass::Return, 2),
            halt: descriptor(CpClass::Return, 2),
            primitive: descriptor(CpClass::Builtin, 1),
            procedure: Value::NULL,
            builtin: Value::NULL,
        }));
        code.procedure = statics::alloc_static_closure(&raw const code.closures[0]);
        code.builtin = statics::alloc_static_closure(&raw const code.primitive);
        code
    })
}

impl Code {
    pub fn knows(&self, addr: u64) -> bool {
        let all = self.closures.iter().chain(&self.frames);
        let mut all = all.chain([&self.halt, &self.primitive]);
        all.any(|d| &raw const *d as u64 == addr)
    }
}

/// A context and a heap on it.
pub struct Node {
    pub heap: Heap,
    context: NonNull<VmContext>,
    pub code: &'static Code,
}

impl Node {
    pub fn new(options: HeapOptions) -> Node {
        // SAFETY: all-zero bytes are a valid context: integers, atomics, null pointers.
        let raw = unsafe { std::alloc::alloc_zeroed(Layout::new::<VmContext>()) };
        let context = NonNull::new(raw.cast::<VmContext>()).unwrap();
        // SAFETY: the context lives until the node is dropped, and belongs to this thread.
        let heap = unsafe { Heap::new(context, options) };
        let code = code();
        Node {
            heap,
            context,
            code,
        }
    }

    #[track_caller]
    pub fn verify(&self, roots: &[Value]) {
        let known = |addr: u64| self.code.knows(addr);
        assert_eq!(self.heap.verify(&mut roots.to_vec(), &known), Ok(()));
    }

    pub fn base_frame(&mut self) -> Value {
        self.heap
            .frame(&raw const self.code.halt, Value::NO_FRAME, &[])
    }

    pub fn collect(&mut self, what: termite_heap::Collection, roots: &mut Vec<Value>) {
        let outcome = self.heap.collect(what, roots);
        assert_eq!(outcome, termite_heap::Outcome::Done);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // SAFETY: made by `Node::new` with this layout; the heap does not use it in drop.
        unsafe { std::alloc::dealloc(self.context.as_ptr().cast(), Layout::new::<VmContext>()) }
    }
}

fn sized(class: CpClass, header: usize) -> Vec<Descriptor> {
    (0..=MOST_WORDS)
        .map(|n| descriptor(class, (header + n) as u32))
        .collect()
}

fn descriptor(class: CpClass, words: u32) -> Descriptor {
    // SAFETY: all-zero bytes are a valid descriptor: integers, atomics, `CpClass::Entry`,
    // `false`, null pointers.
    let zero: Descriptor = unsafe { std::mem::zeroed() };
    Descriptor {
        class,
        words,
        cp: words,
        ..zero
    }
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let a = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ a >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        b ^ b >> 31
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
