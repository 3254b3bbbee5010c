//! How much a segment allocates at most: what its one check reserves.
//!
//! Counts inline allocation only: closures, boxes, pairs, records, boxed numbers of
//! inline arithmetic, and frames. Slow paths and primitives allocate from the reserve
//! behind the limit.

use crate::{ControlPoint, Inst, Term, Unit};

/// Bytes that the inline form of one instruction may allocate.
pub fn inst_alloc(inst: &Inst) -> usize {
    let fixed = inst.op.alloc_bytes() as usize;
    let per_operand = if inst.op.arg_count() < 0 && fixed > 0 {
        8 * inst.args.len()
    } else {
        0
    };
    fixed + per_operand
}

/// Bytes of the frame that the terminator pushes; 0 when it pushes none.
pub fn term_alloc(term: &Term) -> usize {
    match term {
        Term::Call(c) => c.ret.as_ref().map_or(0, |f| 16 + 8 * f.live.len()),
        Term::Return(_)
        | Term::Throw { .. }
        | Term::Goto(..)
        | Term::Branch { .. }
        | Term::Jump(..) => 0,
    }
}

/// Bytes that the segment may allocate: the maximum over its paths. At most
/// [`crate::limits::SEGMENT_BYTES`] for a verified segment. The unit is not looked at
/// today; it is a parameter so that an operation may depend on its tables.
pub fn max_alloc(_unit: &Unit, cp: &ControlPoint) -> usize {
    let mut on_entry = vec![0usize; cp.blocks.len()];
    let mut most = 0;
    for (i, block) in cp.blocks.iter().enumerate() {
        let made: usize = block.insts.iter().map(inst_alloc).sum();
        let total = on_entry[i] + made + term_alloc(&block.term);
        most = most.max(total);
        for next in block.term.successors().filter(|b| b.index() > i) {
            if let Some(e) = on_entry.get_mut(next.index()) {
                *e = (*e).max(total);
            }
        }
    }
    most
}

/// Bytes that may still be allocated from the start of each block to the end of the
/// segment: for a check that is sunk below the entry. Block 0's is [`max_alloc`].
pub fn alloc_from(cp: &ControlPoint) -> Vec<usize> {
    let mut from = vec![0usize; cp.blocks.len()];
    for (i, block) in cp.blocks.iter().enumerate().rev() {
        let made: usize = block.insts.iter().map(inst_alloc).sum();
        let later = block.term.successors().filter(|b| b.index() > i);
        let rest = later
            .filter_map(|b| from.get(b.index()).copied())
            .max()
            .unwrap_or(0);
        from[i] = made + term_alloc(&block.term) + rest;
    }
    from
}
