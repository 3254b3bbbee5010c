//! Zeal: the modes in which the runtime does at every safepoint what it otherwise does
//! rarely, so that ordinary tests meet it.
//!
//! Level 1: a minor collection at each safepoint, with the old nursery poisoned. Level
//! 2: the heap is verified at every n-th safepoint and at exit. Level 3: at every n-th
//! safepoint the current process is written as (unit, parent, id, values), rebuilt from
//! that, and each control point's tier flipped at random.
//!
//! Unsafe here: reading descriptors of live frames.

use crate::node::Node;
use std::sync::atomic::Ordering::{Relaxed, Release};
use termite_abi::Value;
use termite_heap::{code_word, code_word_count, descriptor, frame_parent};
use termite_ir::{CpId, ProcId};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Zeal {
    pub collect: bool,
    /// Verify the heap at every n-th safepoint; 0: never.
    pub verify_every: u64,
    /// Rebuild the process at every n-th safepoint; 0: never.
    pub rebuild_every: u64,
}

impl Zeal {
    /// The levels as the command line gives them.
    pub fn level(level: u32) -> Zeal {
        match level {
            1 => Zeal {
                collect: true,
                ..Zeal::default()
            },
            2 => Zeal {
                collect: true,
                verify_every: 97,
                ..Zeal::default()
            },
            3 => Zeal {
                collect: true,
                verify_every: 997,
                rebuild_every: 5,
            },
            _ => Zeal::default(),
        }
    }

    pub fn is_on(self) -> bool {
        self != Zeal::default()
    }
}

/// A frame in written form.
struct WrittenFrame {
    unit: u32,
    parent: ProcId,
    id: u32,
    values: Vec<Value>,
}

/// Writes the chain of frames from `k` and builds it anew. The values themselves are
/// kept. At most `depth` frames are rebuilt; below them the old ones serve.
pub(crate) fn rebuild(node: &mut Node, k: Value, depth: usize) -> Value {
    let mut written = Vec::new();
    let mut frame = k;
    while frame.is_frame() && written.len() < depth {
        match write_frame(node, frame) {
            Some(w) => written.push(w),
            None => break,
        }
        frame = frame_parent(frame);
    }
    for w in written.iter().rev() {
        let unit = node.code.unit(w.unit).clone();
        let first = unit.unit.procs[w.parent.index()].first;
        let desc = unit.descriptor(CpId(first.0 + w.id));
        frame = node.heap.frame(desc, frame, &w.values);
    }
    frame
}

fn write_frame(node: &Node, frame: Value) -> Option<WrittenFrame> {
    // SAFETY: a frame's descriptor is never freed.
    let desc = unsafe { &*descriptor(frame) };
    if desc.unit == crate::code::NO_UNIT {
        return None;
    }
    let unit = &node.code.unit(desc.unit).unit;
    let parent = unit.cps[desc.cp as usize].proc;
    let id = desc.cp - unit.procs[parent.index()].first.0;
    let values = (1..code_word_count(frame))
        .map(|i| code_word(frame, i))
        .collect();
    Some(WrittenFrame {
        unit: desc.unit,
        parent,
        id,
        values,
    })
}

/// Sends each frame's control point to the other tier, or leaves it, by the bits of
/// `random`: one that has machine code gets its thunk, one that lost its code so gets it
/// back.
pub(crate) fn flip_tiers(node: &mut Node, k: Value, mut random: u64) {
    let Some(machine) = node.machine.clone() else {
        return;
    };
    let mut frame = k;
    for _ in 0..32 {
        if !frame.is_frame() {
            return;
        }
        let at = descriptor(frame);
        // SAFETY: a frame's descriptor is never freed.
        let desc = unsafe { &*at };
        if random & 1 == 1 {
            if desc.compiled.load(Relaxed) != 0 {
                let code = (desc.entry.load(Relaxed), desc.exact.load(Relaxed));
                node.flipped.insert(at as u64, code);
                let (entry, exact) = machine.thunks(desc);
                desc.compiled.store(0, Relaxed);
                desc.exact.store(exact, Release);
                desc.entry.store(entry, Release);
            } else if let Some((entry, exact)) = node.flipped.remove(&(at as u64)) {
                desc.exact.store(exact, Release);
                desc.entry.store(entry, Release);
                desc.compiled.store(1, Release);
            }
        }
        random = random.rotate_right(1);
        frame = frame_parent(frame);
    }
}
