//! Zeal: the modes in which the runtime does at every safepoint what it otherwise does
//! rarely, so that ordinary tests meet it.
//!
//! Level 1: a minor collection at each safepoint, with the old nursery poisoned. Level
//! 2: the heap is verified at every n-th safepoint and at exit. Level 3: at every n-th
//! safepoint the current process is written as (unit, parent, id, values), rebuilt from
//! that (`written`), and each control point's tier flipped at random. Tests may change
//! what was written, if it stays acceptable.
//!
//! Unsafe here: reading descriptors of live frames.

use crate::node::Node;
use crate::written::WrittenProcess;
use std::sync::atomic::Ordering::{Relaxed, Release};
use termite_abi::Value;
use termite_heap::{descriptor, frame_parent};

/// Changes a process between writing and rebuilding it. What it leaves must pass
/// [`WrittenProcess::check`].
pub type Rewrite = Box<dyn FnMut(&mut Node, &mut WrittenProcess)>;

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
                verify_every: 499,
                ..Zeal::default()
            },
            3 => Zeal {
                collect: true,
                verify_every: 9973,
                rebuild_every: 61,
            },
            _ => Zeal::default(),
        }
    }

    pub fn is_on(self) -> bool {
        self != Zeal::default()
    }
}

/// Writes the running process and builds it anew, changed by whoever asked to; its
/// values are kept. At most `depth` frames are rebuilt; below them the old ones serve.
pub(crate) fn rebuild(node: &mut Node, args: usize, depth: usize) {
    let Some(mut process) = node.write_process(args, depth) else {
        return;
    };
    if let Some(mut change) = node.rewrite.take() {
        change(node, &mut process);
        node.rewrite = Some(change);
    }
    if let Err(refused) = node.rebuild_process(&process) {
        eprintln!("internal error: a process that was written is refused: {refused}");
        std::process::abort();
    }
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
