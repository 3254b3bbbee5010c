//! Tests of the whole heap: a node's context and code store, faked.
//!
//! Contains `unsafe`: making the context, and the promise of [`Heap::new`].

mod chains;
mod faults;
mod graph;
mod scale;
mod spaces;

use crate::{Heap, HeapOptions};
use std::alloc::Layout;
use std::ptr::NonNull;
use termite_abi::{CpClass, Descriptor, VmContext};

/// Zeal's two switches, and the smallest nursery.
const SMALL: HeapOptions = HeapOptions {
    nursery_bytes: 256 << 10,
    nursery_max: 1 << 20,
    limit_bytes: u64::MAX,
    poison: true,
};

/// Free values of the fake closures, live values of the fake frames.
const MOST_WORDS: usize = 6;

/// A context, a heap on it, and descriptors of closures and frames of several sizes.
struct Node {
    heap: Heap,
    context: NonNull<VmContext>,
    /// `closures[n]` has `n` free values.
    closures: Vec<Descriptor>,
    /// `frames[n]` has `n` live values.
    frames: Vec<Descriptor>,
}

impl Node {
    fn new(options: HeapOptions) -> Node {
        // SAFETY: all-zero bytes are a valid context: integers, atomics, null pointers.
        let raw = unsafe { std::alloc::alloc_zeroed(Layout::new::<VmContext>()) };
        let context = NonNull::new(raw.cast::<VmContext>()).unwrap();
        // SAFETY: the context lives until the node is dropped, and belongs to this thread.
        let heap = unsafe { Heap::new(context, options) };
        let sized = |class, header: usize| {
            (0..=MOST_WORDS)
                .map(|n| descriptor(class, (header + n) as u32))
                .collect()
        };
        Node {
            heap,
            context,
            closures: sized(CpClass::Entry, 1),
            frames: sized(CpClass::Return, 2),
        }
    }

    fn verify(&self, roots: &mut [termite_abi::Value]) -> Result<(), String> {
        let known = |addr: u64| {
            let all = self.closures.iter().chain(&self.frames);
            all.map(|d| &raw const *d as u64).any(|d| d == addr)
        };
        self.heap.verify(roots, &known)
    }

    /// The limit that compiled code would see.
    fn limit(&self) -> u64 {
        // SAFETY: the context is alive, and the field an atomic.
        unsafe {
            (*self.context.as_ptr())
                .limit
                .load(std::sync::atomic::Ordering::SeqCst)
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // SAFETY: made by `Node::new` with this layout; the heap does not use it in drop.
        unsafe { std::alloc::dealloc(self.context.as_ptr().cast(), Layout::new::<VmContext>()) }
    }
}

fn descriptor(class: CpClass, words: u32) -> Descriptor {
    // SAFETY: all-zero bytes are a valid descriptor: integers, atomics, `CpClass::Entry`,
    // `false`, null pointers.
    let zero: Descriptor = unsafe { std::mem::zeroed() };
    Descriptor {
        class,
        words,
        ..zero
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        crate::symbols::scramble(self.0) as u64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
