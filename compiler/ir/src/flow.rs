//! Dominators of a segment's blocks.
//!
//! Branches go forward, so block order is a topological order and one pass finds all
//! immediate dominators. The common dominator of two predecessors is found through
//! jump pointers (Myers, "An applicative random-access stack", 1983) in logarithmic
//! time, whatever shape a stranger's segment has; afterwards [`Flow::dominates`] is two
//! comparisons of preorder numbers.

use crate::{Block, BlockId};

/// The dominator tree. Every block is reachable.
#[derive(Clone, Debug)]
pub struct Flow {
    idom: Vec<u32>,
    /// Preorder number in the tree, and number of blocks below and including.
    pre: Vec<u32>,
    size: Vec<u32>,
}

/// Why blocks have no dominator tree.
#[derive(Clone, Debug)]
pub struct FlowError {
    pub block: BlockId,
    pub message: String,
}

impl Flow {
    /// Checks that branches go forward to blocks that exist and that every block is
    /// reachable, and finds the dominators.
    pub fn build(blocks: &[Block]) -> Result<Flow, FlowError> {
        let mut tree = Tree::new(blocks.len());
        for (i, block) in blocks.iter().enumerate() {
            let here = BlockId(i as u32);
            let fail = |message: String| FlowError {
                block: here,
                message,
            };
            tree.enter(here.0)
                .ok_or_else(|| fail("no branch leads here".to_string()))?;
            for to in block.term.successors() {
                if to.index() >= blocks.len() {
                    return Err(fail(format!("there is no block {to}")));
                }
                if to.0 <= here.0 {
                    return Err(fail(format!("the branch to {to} does not go forward")));
                }
                tree.edge(here.0, to.0);
            }
        }
        Ok(Flow::number(tree.idom))
    }

    fn number(idom: Vec<u32>) -> Flow {
        let n = idom.len();
        let mut size = vec![1u32; n];
        for b in (1..n).rev() {
            size[idom[b] as usize] += size[b];
        }
        // `next[b]`: the first number that is free below `b`.
        let (mut pre, mut next) = (vec![0u32; n], vec![1u32; n]);
        for b in 1..n {
            let parent = idom[b] as usize;
            pre[b] = next[parent];
            next[parent] += size[b];
            next[b] = pre[b] + 1;
        }
        Flow { idom, pre, size }
    }

    /// Whether every path to `b` goes through `a`; a block dominates itself.
    pub fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        let (first, at) = (self.pre[a.index()], self.pre[b.index()]);
        first <= at && at < first + self.size[a.index()]
    }

    /// The immediate dominator; block 0 has none.
    pub fn idom(&self, b: BlockId) -> Option<BlockId> {
        (b.0 > 0).then(|| BlockId(self.idom[b.index()]))
    }
}

const NONE: u32 = u32::MAX;

/// The tree while it grows: `idom` of a block is final when the block is entered.
struct Tree {
    idom: Vec<u32>,
    depth: Vec<u32>,
    jump: Vec<u32>,
}

impl Tree {
    fn new(n: usize) -> Tree {
        let mut idom = vec![NONE; n];
        if let Some(first) = idom.first_mut() {
            *first = 0;
        }
        Tree {
            idom,
            depth: vec![0; n],
            jump: vec![0; n],
        }
    }

    /// Adds a block below its dominator; `None` when no edge led to it.
    fn enter(&mut self, b: u32) -> Option<()> {
        let parent = self.idom[b as usize];
        if parent == NONE {
            return None;
        }
        if b > 0 {
            let (p, j) = (parent as usize, self.jump[parent as usize] as usize);
            let jj = self.jump[j] as usize;
            let even = self.depth[p] - self.depth[j] == self.depth[j] - self.depth[jj];
            self.jump[b as usize] = if even { jj as u32 } else { parent };
            self.depth[b as usize] = self.depth[p] + 1;
        }
        Some(())
    }

    fn edge(&mut self, from: u32, to: u32) {
        let old = self.idom[to as usize];
        self.idom[to as usize] = if old == NONE {
            from
        } else {
            self.common(old, from)
        };
    }

    fn common(&self, mut a: u32, mut b: u32) -> u32 {
        if self.depth[a as usize] < self.depth[b as usize] {
            std::mem::swap(&mut a, &mut b);
        }
        let depth = self.depth[b as usize];
        while self.depth[a as usize] > depth {
            let j = self.jump[a as usize];
            a = if self.depth[j as usize] >= depth {
                j
            } else {
                self.idom[a as usize]
            };
        }
        while a != b {
            let (ja, jb) = (self.jump[a as usize], self.jump[b as usize]);
            (a, b) = if ja != jb {
                (ja, jb)
            } else {
                (self.idom[a as usize], self.idom[b as usize])
            };
        }
        a
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate::Rng;
    use crate::{Operand, Term};

    fn goto(to: u32) -> Block {
        Block {
            params: vec![],
            insts: vec![],
            term: Term::Goto(BlockId(to), vec![]),
        }
    }

    fn branch(a: u32, b: u32) -> Block {
        let cond = Operand::Fixnum(0);
        Block {
            params: vec![],
            insts: vec![],
            term: Term::Branch {
                cond,
                then: BlockId(a),
                or_else: BlockId(b),
            },
        }
    }

    fn stop() -> Block {
        Block {
            params: vec![],
            insts: vec![],
            term: Term::Return(vec![]),
        }
    }

    /// Blocks reachable from 0 without going through `without`.
    fn reach(blocks: &[Block], without: usize) -> Vec<bool> {
        let mut seen = vec![false; blocks.len()];
        seen[0] = without != 0;
        for (i, b) in blocks.iter().enumerate() {
            if seen[i] {
                b.term
                    .successors()
                    .filter(|s| s.index() != without)
                    .for_each(|s| seen[s.index()] = true);
            }
        }
        seen
    }

    #[test]
    fn diamonds() {
        let f = Flow::build(&[branch(1, 2), goto(3), goto(3), stop()]).unwrap();
        assert_eq!(f.idom(BlockId(3)), Some(BlockId(0)));
        assert!(f.dominates(BlockId(0), BlockId(3)) && !f.dominates(BlockId(1), BlockId(3)));
        assert!(f.dominates(BlockId(2), BlockId(2)));
    }

    #[test]
    fn agrees_with_the_definition() {
        let mut rng = Rng::new(7);
        let mut good = 0;
        for _ in 0..3000 {
            let n = 2 + rng.below(14) as u32;
            let mut to = |i: u32| i + 1 + rng.below((n - i - 1).min(3) as usize) as u32;
            let mut blocks: Vec<Block> = (0..n - 1)
                .map(|i| {
                    if i % 3 == 2 {
                        goto(to(i))
                    } else {
                        branch(to(i), to(i))
                    }
                })
                .collect();
            blocks.push(stop());
            let Ok(flow) = Flow::build(&blocks) else {
                continue;
            };
            good += 1;
            for a in 0..n as usize {
                let without = reach(&blocks, a);
                for (b, reached) in without.iter().enumerate() {
                    assert_eq!(
                        flow.dominates(BlockId(a as u32), BlockId(b as u32)),
                        !reached
                    );
                }
            }
        }
        assert!(good > 100, "{good}");
    }
}
