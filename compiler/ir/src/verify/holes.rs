//! Closures that refer to each other: made with holes, filled, then seen.
//!
//! While some hole is open, a closure with a hole, or over one that has, may only be
//! put into another closure or be filled. Everything else (reading its free values,
//! storing it, passing it) waits until the last hole is filled, and so cannot see what
//! stands in a hole; reading one of kind box would be the end of memory safety. All
//! holes are filled in the block that made them.

use super::{Check, ensure};
use crate::{Operand, Reg};
use std::collections::HashSet;

#[derive(Default)]
pub(super) struct Holes {
    /// Closure and index.
    open: HashSet<(Reg, u32)>,
    /// Closures from which an open hole can be reached.
    partial: HashSet<Reg>,
}

impl Holes {
    pub fn made(&mut self, closure: Reg, operands: &[Operand]) {
        let holes = operands
            .iter()
            .enumerate()
            .filter(|(_, o)| **o == Operand::Hole);
        let before = self.open.len();
        self.open.extend(holes.map(|(i, _)| (closure, i as u32)));
        if self.open.len() > before || operands.iter().any(|o| self.is_partial(o)) {
            self.partial.insert(closure);
        }
    }

    pub fn fill(&mut self, closure: Operand, index: u32) -> Check {
        let open = matches!(closure, Operand::Reg(r) if self.open.remove(&(r, index)));
        ensure(open, || format!("{closure} has no open hole .{index}"))?;
        if self.open.is_empty() {
            // A new set, for clearing a large one takes time each time.
            self.partial = HashSet::new();
        }
        Ok(())
    }

    /// Checks the operands of anything but making and filling closures.
    pub fn check_use(&self, operands: &[Operand]) -> Check {
        match operands.iter().find(|o| self.is_partial(o)) {
            Some(closure) => Err(format!("{closure} is used before all holes are filled")),
            None => Ok(()),
        }
    }

    /// Checks that none is open at the end of a block.
    pub fn check_end(&self) -> Check {
        // The smallest, for the message not to depend on the order of a set.
        match self.open.iter().min() {
            Some((closure, index)) => Err(format!("hole .{index} of {closure} is not filled")),
            None => Ok(()),
        }
    }

    fn is_partial(&self, operand: &Operand) -> bool {
        matches!(operand, Operand::Reg(r) if self.partial.contains(r))
    }
}
