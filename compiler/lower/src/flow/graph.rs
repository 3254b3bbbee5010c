//! The shape of a procedure's graph: order, predecessors, loop headers, dominators.

use super::{BlockId, Fun};

const NONE: u32 = u32::MAX;

pub struct Graph {
    /// Reachable blocks in reverse postorder; all but edges to loop headers go forward.
    pub order: Vec<BlockId>,
    /// Place in `order`, by block.
    place: Vec<u32>,
    preds: Vec<Vec<BlockId>>,
    header: Vec<bool>,
}

/// Immediate dominators.
pub struct Dominators {
    idom: Vec<u32>,
}

impl Graph {
    pub fn new(fun: &Fun) -> Graph {
        let n = fun.blocks.len();
        let mut graph = Graph {
            order: Vec::new(),
            place: vec![NONE; n],
            preds: vec![Vec::new(); n],
            header: vec![false; n],
        };
        if n > 0 {
            graph.walk(fun);
        }
        graph.order.reverse();
        for (i, &b) in graph.order.iter().enumerate() {
            graph.place[b.index()] = i as u32;
        }
        for &b in &graph.order {
            for s in fun.block(b).term.successors() {
                graph.preds[s.index()].push(b);
            }
        }
        graph
    }

    /// Depth first, collecting the postorder; an edge to a block that is being walked
    /// makes that block a loop header.
    fn walk(&mut self, fun: &Fun) {
        let mut open = vec![false; fun.blocks.len()];
        let mut seen = vec![false; fun.blocks.len()];
        let successors = |b: BlockId| fun.block(b).term.successors().collect::<Vec<_>>();
        let mut stack = vec![(BlockId(0), successors(BlockId(0)))];
        (open[0], seen[0]) = (true, true);
        while let Some((block, rest)) = stack.last_mut() {
            // The last successor is walked first, so that the first one follows its
            // block in the reverse postorder.
            match rest.pop() {
                Some(next) if open[next.index()] => self.header[next.index()] = true,
                Some(next) if seen[next.index()] => {}
                Some(next) => {
                    (open[next.index()], seen[next.index()]) = (true, true);
                    stack.push((next, successors(next)));
                }
                None => {
                    open[block.index()] = false;
                    self.order.push(*block);
                    stack.pop();
                }
            }
        }
    }

    pub fn is_reachable(&self, b: BlockId) -> bool {
        self.place[b.index()] != NONE
    }

    /// Blocks that go to `b`; one that branches to it twice stands there twice.
    pub fn preds(&self, b: BlockId) -> &[BlockId] {
        &self.preds[b.index()]
    }

    pub fn is_header(&self, b: BlockId) -> bool {
        self.header[b.index()]
    }

    /// Place in `order`.
    pub fn place(&self, b: BlockId) -> usize {
        self.place[b.index()] as usize
    }

    /// Cooper, Harvey, Kennedy, "A simple, fast dominance algorithm".
    pub fn dominators(&self) -> Dominators {
        let n = self.order.len();
        let mut idom = vec![NONE; n];
        if n > 0 {
            idom[0] = 0;
        }
        let mut changed = true;
        while changed {
            changed = false;
            for at in 1..n {
                let new = self.common_dominator(&idom, at);
                changed |= idom[at] != new;
                idom[at] = new;
            }
        }
        Dominators {
            idom: self.by_block(&idom),
        }
    }

    fn common_dominator(&self, idom: &[u32], at: usize) -> u32 {
        let preds = self.preds[self.order[at].index()]
            .iter()
            .map(|p| self.place[p.index()]);
        let known = preds.filter(|&p| idom[p as usize] != NONE);
        known.reduce(|a, b| intersect(idom, a, b)).unwrap_or(NONE)
    }

    fn by_block(&self, idom: &[u32]) -> Vec<u32> {
        let mut by_block = vec![NONE; self.place.len()];
        for (at, &d) in idom.iter().enumerate().skip(1) {
            by_block[self.order[at].index()] = self.order[d as usize].0;
        }
        by_block
    }
}

fn intersect(idom: &[u32], mut a: u32, mut b: u32) -> u32 {
    while a != b {
        while a > b {
            a = idom[a as usize];
        }
        while b > a {
            b = idom[b as usize];
        }
    }
    a
}

impl Dominators {
    /// `None` for the entry and for unreachable blocks.
    pub fn idom(&self, b: BlockId) -> Option<BlockId> {
        let d = self.idom[b.index()];
        (d != NONE).then_some(BlockId(d))
    }
}

/// Strongly connected components of a graph given by successors; a component stands
/// behind those it leads to, its members ascend. (Tarjan, without recursion.)
pub fn components(successors: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search::new(successors);
    for start in 0..successors.len() {
        if search.number[start] == 0 {
            search.run(start);
        }
    }
    search.found
}

struct Search<'a> {
    successors: &'a [Vec<usize>],
    /// 0: not yet seen.
    number: Vec<usize>,
    low: Vec<usize>,
    on_path: Vec<bool>,
    path: Vec<usize>,
    next: usize,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn new(successors: &[Vec<usize>]) -> Search<'_> {
        let n = successors.len();
        Search {
            successors,
            number: vec![0; n],
            low: vec![0; n],
            on_path: vec![false; n],
            path: vec![],
            next: 1,
            found: vec![],
        }
    }

    fn run(&mut self, start: usize) {
        let mut stack = vec![(start, 0)];
        self.enter(start);
        while let Some(&mut (node, ref mut at)) = stack.last_mut() {
            let Some(&next) = self.successors[node].get(*at) else {
                stack.pop();
                self.leave(node, stack.last().map(|s| s.0));
                continue;
            };
            *at += 1;
            if self.number[next] == 0 {
                self.enter(next);
                stack.push((next, 0));
            } else if self.on_path[next] {
                self.low[node] = self.low[node].min(self.number[next]);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        (self.number[node], self.low[node]) = (self.next, self.next);
        self.next += 1;
        self.on_path[node] = true;
        self.path.push(node);
    }

    fn leave(&mut self, node: usize, parent: Option<usize>) {
        if let Some(p) = parent {
            self.low[p] = self.low[p].min(self.low[node]);
        }
        if self.low[node] == self.number[node] {
            let from = self.path.iter().rposition(|&n| n == node).unwrap_or(0);
            let mut component = self.path.split_off(from);
            component.iter().for_each(|&n| self.on_path[n] = false);
            component.sort_unstable();
            self.found.push(component);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Arg, Term};
    use super::*;

    fn fun(terms: Vec<Term>) -> Fun {
        let mut fun = Fun::new(None, None);
        for term in terms {
            let b = fun.new_block(vec![], None);
            fun.block_mut(b).term = term;
        }
        fun
    }

    fn branch(a: u32, b: u32) -> Term {
        Term::Branch {
            cond: Arg::TRUE,
            then: BlockId(a),
            or_else: BlockId(b),
        }
    }

    fn goto(a: u32) -> Term {
        Term::Goto(BlockId(a), vec![])
    }

    #[test]
    fn a_loop_in_a_diamond() {
        let graph = Graph::new(&fun(vec![
            branch(1, 2),
            goto(3),
            branch(2, 3),
            Term::Return(vec![]),
            goto(3),
        ]));
        assert_eq!(graph.order, [0, 1, 2, 3].map(BlockId));
        assert!(graph.is_header(BlockId(2)) && !graph.is_header(BlockId(3)));
        assert!(!graph.is_reachable(BlockId(4)));
        assert_eq!(graph.preds(BlockId(3)), [1, 2].map(BlockId));
        let dom = graph.dominators();
        assert_eq!(
            [1, 2, 3].map(|b| dom.idom(BlockId(b))),
            [Some(BlockId(0)); 3]
        );
    }

    #[test]
    fn components_come_after_those_they_lead_to() {
        let found = components(&[vec![1], vec![2, 3], vec![1], vec![], vec![0, 4]]);
        assert_eq!(found, [vec![3], vec![1, 2], vec![0], vec![4]]);
    }
}
