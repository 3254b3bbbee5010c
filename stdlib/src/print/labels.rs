//! Which objects need datum labels.

use crate::address::AddressMap;
use termite_abi::{Kind, Value};
use termite_heap as heap;

/// Parts that are looked at without keeping book of them; what ends sooner has no cycle.
const PATIENCE: usize = 1000;

/// Which parts of a value get labels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Labels {
    /// Those that contain themselves.
    Cycles,
    /// Those that are met more than once.
    Shared,
}

/// The parts of an object that are printed.
pub(super) fn part(v: Value, index: usize) -> Option<Value> {
    if v.is_pair() {
        return match index {
            0 => Some(heap::car(v)),
            1 => Some(heap::cdr(v)),
            _ => None,
        };
    }
    match heap::kind(v) {
        Some(Kind::Vector) => (index < heap::field_count(v)).then(|| heap::field(v, index)),
        Some(Kind::Record) => (index + 1 < heap::field_count(v)).then(|| heap::field(v, index + 1)),
        _ => None,
    }
}

fn has_parts(v: Value) -> bool {
    part(v, 0).is_some()
}

/// The objects inside `root` that get labels.
pub(super) fn labelled(root: Value, which: Labels) -> AddressMap<Option<u32>> {
    if !has_parts(root) || (which == Labels::Cycles && is_small_tree(root)) {
        return AddressMap::default();
    }
    search(root, which)
}

/// Whether walking through `root` ends soon.
fn is_small_tree(root: Value) -> bool {
    let mut pending = vec![root];
    for _ in 0..PATIENCE {
        let Some(v) = pending.pop() else { return true };
        let parts = (0..).map_while(|i| part(v, i)).take(PATIENCE);
        pending.extend(parts.filter(|&part| has_parts(part)));
    }
    pending.is_empty()
}

/// Depth first, so that an object met while it is open contains itself.
fn search(root: Value, which: Labels) -> AddressMap<Option<u32>> {
    let mut labelled = AddressMap::default();
    let mut is_open = AddressMap::from_iter([(root, true)]);
    let mut stack = vec![(root, 0)];
    while let Some((v, index)) = stack.pop() {
        let Some(next) = part(v, index) else {
            is_open.insert(v, false);
            continue;
        };
        stack.push((v, index + 1));
        if !has_parts(next) {
            continue;
        }
        match is_open.get(&next) {
            None => {
                is_open.insert(next, true);
                stack.push((next, 0));
            }
            Some(&open) if open || which == Labels::Shared => {
                labelled.insert(next, None);
            }
            Some(_) => {}
        }
    }
    labelled
}
