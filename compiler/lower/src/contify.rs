//! Local procedures that always return to the same place become blocks.
//!
//! A procedure whose every call returns to one return point, or is a tail call in one
//! other procedure, is no procedure: calls of it are jumps. So loops, joins, and
//! procedures called from one place disappear into their caller. Which ones these are
//! follows from dominators in a graph of procedures and return points (Fluet, Weeks,
//! "Contification using dominators", 2001): an edge leads from a return point to what
//! is called with it, from a procedure to what it calls in tail position, from the root
//! to all return points and to every procedure that must stay one.

use crate::flow::{Arg, BlockId, FunId, Inst, Program, Ret, Term};
use std::collections::HashMap;
use termite_syntax::Span;

/// Turns procedures into blocks. Workers stay until the `last` time, for calls may come
/// to enter them.
pub fn contify(program: &mut Program, last: bool) {
    let mut candidates = candidates(program);
    if !last {
        program
            .funs
            .iter()
            .filter_map(|f| f.worker)
            .for_each(|w| candidates[w.index()] = false);
    }
    let graph = CallGraph::new(program, &candidates);
    let targets = graph.targets();
    Moves::plan(program, targets).carry_out(program);
}

/// What a procedure becomes a part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    /// All its calls are tail calls in this procedure.
    Fun(FunId),
    /// It returns there, in that procedure.
    Return(FunId, Ret),
}

const ROOT: usize = 0;

struct CallGraph {
    /// By node: predecessors. Node 0 is the root, then come the procedures.
    preds: Vec<Vec<usize>>,
    returns: HashMap<(FunId, Ret), usize>,
    /// What each node behind the procedures is.
    return_points: Vec<(FunId, Ret)>,
    funs: usize,
}

impl CallGraph {
    fn new(program: &Program, candidates: &[bool]) -> CallGraph {
        let funs = program.funs.len();
        let mut graph = CallGraph {
            preds: vec![Vec::new(); funs + 1],
            returns: HashMap::new(),
            return_points: Vec::new(),
            funs,
        };
        for f in program.live_funs() {
            if !candidates[f.index()] {
                graph.preds[node(f)].push(ROOT);
            }
            for block in &program.fun(f).blocks {
                if let Term::Call {
                    callee, args, ret, ..
                } = &block.term
                    && let Some(g) = program.direct(*callee, args.len())
                {
                    let from = match ret {
                        Some(ret) => graph.return_node(f, *ret),
                        None => node(f),
                    };
                    graph.preds[node(g)].push(from);
                }
            }
        }
        graph
    }

    fn return_node(&mut self, f: FunId, ret: Ret) -> usize {
        let next = self.preds.len();
        let id = *self.returns.entry((f, ret)).or_insert(next);
        if id == next {
            self.preds.push(vec![ROOT]);
            self.return_points.push((f, ret));
        }
        id
    }

    /// What each procedure becomes a part of: its highest dominator below the root.
    fn targets(&self) -> Vec<(FunId, Target)> {
        let idom = dominators(&self.preds);
        let mut top: Vec<Option<usize>> = vec![None; self.preds.len()];
        let mut targets = Vec::new();
        for f in (0..self.funs as u32).map(FunId) {
            let Some(highest) = highest(&idom, &mut top, node(f)).filter(|&t| t != node(f)) else {
                continue;
            };
            let target = match highest.checked_sub(self.funs + 1) {
                Some(i) => Target::Return(self.return_points[i].0, self.return_points[i].1),
                None => Target::Fun(FunId(highest as u32 - 1)),
            };
            targets.push((f, target));
        }
        targets
    }
}

fn node(f: FunId) -> usize {
    f.index() + 1
}

/// The last node before the root on the way up; `None` when there is no way.
fn highest(idom: &[Option<usize>], top: &mut [Option<usize>], n: usize) -> Option<usize> {
    let mut path = vec![n];
    let mut found = None;
    while let Some(&at) = path.last() {
        found = top[at].or(found);
        if found.is_some() {
            break;
        }
        match idom[at]? {
            ROOT => found = Some(at),
            up => path.push(up),
        }
    }
    path.iter().for_each(|&p| top[p] = found);
    found
}

/// Local procedures of fixed arity that are only called directly, and whose
/// continuation nobody looks at.
fn candidates(program: &Program) -> Vec<bool> {
    let mut good: Vec<bool> = program
        .funs
        .iter()
        .map(|f| {
            f.home.is_some()
                && f.is_simple()
                && !f.captures
                && !f.exported
                && f.next_clause.is_none()
        })
        .collect();
    program
        .funs
        .iter()
        .filter_map(|f| f.next_clause)
        .for_each(|c| good[c.index()] = false);
    for f in program.live_funs() {
        for block in &program.fun(f).blocks {
            let mut direct = match &block.term {
                Term::Call { callee, args, .. } => program.direct(*callee, args.len()).is_some(),
                Term::Return(_)
                | Term::Throw { .. }
                | Term::Goto(..)
                | Term::Branch { .. }
                | Term::Missing => false,
            };
            block.term.each_arg(|a| {
                // The callee comes first.
                if !std::mem::take(&mut direct)
                    && let Arg::Fun(g) = a
                {
                    good[g.index()] = false;
                }
            });
            for arg in block.insts.iter().flat_map(|i| i.args()) {
                if let Arg::Fun(g) = arg {
                    good[g.index()] = false;
                }
            }
        }
    }
    good
}

/// Immediate dominators from predecessors, node 0 being the root. (Cooper, Harvey,
/// Kennedy.)
fn dominators(preds: &[Vec<usize>]) -> Vec<Option<usize>> {
    let order = postorder(preds);
    let mut place = vec![usize::MAX; preds.len()];
    order
        .iter()
        .rev()
        .enumerate()
        .for_each(|(i, &n)| place[n] = i);
    let mut idom: Vec<Option<usize>> = vec![None; preds.len()];
    idom[ROOT] = Some(ROOT);
    let mut changed = true;
    while changed {
        changed = false;
        for &n in order.iter().rev().skip(1) {
            let known = preds[n].iter().copied().filter(|&p| idom[p].is_some());
            let new = known.reduce(|a, b| intersect(&idom, &place, a, b));
            changed |= new != idom[n];
            idom[n] = new;
        }
    }
    idom[ROOT] = None;
    idom
}

fn intersect(idom: &[Option<usize>], place: &[usize], mut a: usize, mut b: usize) -> usize {
    while a != b {
        if place[a] > place[b] {
            a = idom[a].unwrap_or(ROOT);
        } else {
            b = idom[b].unwrap_or(ROOT);
        }
    }
    a
}

fn postorder(preds: &[Vec<usize>]) -> Vec<usize> {
    let mut successors = vec![Vec::new(); preds.len()];
    for (n, list) in preds.iter().enumerate() {
        list.iter().for_each(|&p| successors[p].push(n));
    }
    let mut seen = vec![false; preds.len()];
    let (mut order, mut stack) = (Vec::new(), vec![(ROOT, 0)]);
    seen[ROOT] = true;
    while let Some((n, at)) = stack.last_mut() {
        match successors[*n].get(*at) {
            Some(&s) => {
                *at += 1;
                if !std::mem::replace(&mut seen[s], true) {
                    stack.push((s, 0));
                }
            }
            None => {
                order.push(*n);
                stack.pop();
            }
        }
    }
    order
}

/// Where the blocks of each procedure go.
struct Moves {
    target: HashMap<FunId, Target>,
    /// In the order of the moves.
    moved: Vec<FunId>,
    /// The procedure that takes the blocks, and the number its first one gets.
    place: HashMap<FunId, (FunId, u32)>,
}

impl Moves {
    fn plan(program: &Program, targets: Vec<(FunId, Target)>) -> Moves {
        let moved: Vec<FunId> = targets.iter().map(|t| t.0).collect();
        let mut moves = Moves {
            target: targets.into_iter().collect(),
            moved,
            place: HashMap::new(),
        };
        let mut next: HashMap<FunId, u32> = HashMap::new();
        for f in moves.moved.clone() {
            let host = moves.host(f);
            let count = next
                .entry(host)
                .or_insert(program.fun(host).blocks.len() as u32);
            moves.place.insert(f, (host, *count));
            *count += program.fun(f).blocks.len() as u32;
        }
        moves
    }

    /// The procedure that the blocks end up in: that of the target, or where that goes.
    fn host(&self, mut f: FunId) -> FunId {
        while let Some(target) = self.target.get(&f) {
            f = match target {
                Target::Fun(g) | Target::Return(g, _) => *g,
            };
        }
        f
    }

    /// The new number of a block of `f`.
    fn block(&self, f: FunId, b: BlockId) -> BlockId {
        self.place
            .get(&f)
            .map_or(b, |(_, offset)| BlockId(b.0 + offset))
    }

    fn carry_out(&self, program: &mut Program) {
        for f in program.live_funs() {
            for b in 0..program.fun(f).blocks.len() as u32 {
                self.rewrite(program, f, BlockId(b));
            }
        }
        for &f in &self.moved {
            let blocks = program.remove(f);
            let host = program.fun_mut(self.place[&f].0);
            host.blocks.extend(blocks);
            host.dirty = true;
        }
        for f in program.live_funs() {
            for block in &mut program.fun_mut(f).blocks {
                for inst in &mut block.insts {
                    if let Inst::Fix(list) = inst {
                        list.retain(|g| !self.target.contains_key(g));
                    }
                }
                block
                    .insts
                    .retain(|i| !matches!(i, Inst::Fix(list) if list.is_empty()));
            }
        }
    }

    /// Renumbers a block's targets, makes calls jumps and returns what they come to.
    fn rewrite(&self, program: &mut Program, f: FunId, b: BlockId) {
        let mut term = std::mem::replace(&mut program.fun_mut(f).block_mut(b).term, Term::Missing);
        term.successors_mut().for_each(|s| *s = self.block(f, *s));
        let outer = self.target.get(&f).and_then(|t| match t {
            Target::Return(g, ret) => Some(Ret {
                block: self.block(*g, ret.block),
                ..*ret
            }),
            Target::Fun(_) => None,
        });
        let term = match term {
            Term::Call { callee, args, .. } if self.becomes_jump(program, callee, args.len()) => {
                match callee {
                    Arg::Fun(g) => Term::Goto(self.block(g, BlockId(0)), args),
                    _ => Term::Missing,
                }
            }
            Term::Call {
                callee,
                args,
                ret,
                span,
            } => Term::Call {
                callee,
                args,
                ret: ret.or(outer),
                span,
            },
            Term::Return(values) => match outer {
                Some(ret) => {
                    let (insts, term) = hand_over(program, values, ret);
                    program.fun_mut(f).block_mut(b).insts.extend(insts);
                    term
                }
                None => Term::Return(values),
            },
            term => term,
        };
        program.fun_mut(f).block_mut(b).term = term;
    }

    fn becomes_jump(&self, program: &Program, callee: Arg, count: usize) -> bool {
        program
            .direct(callee, count)
            .is_some_and(|g| self.target.contains_key(&g))
    }
}

/// A return of values to a known return point.
pub fn hand_over(program: &mut Program, mut values: Vec<Arg>, ret: Ret) -> (Vec<Inst>, Term) {
    let wanted = usize::from(ret.values);
    let span = Span::NONE;
    if ret.ignores {
        return (Vec::new(), Term::Goto(ret.block, Vec::new()));
    }
    if ret.rest && values.len() >= wanted {
        let rest = values.split_off(wanted);
        let (list, insts) = program.cons_list(&rest, span);
        values.push(list);
        return (insts, Term::Goto(ret.block, values));
    }
    if values.len() == wanted && !ret.rest {
        return (Vec::new(), Term::Goto(ret.block, values));
    }
    let callee = Arg::Prim(program.values);
    (
        Vec::new(),
        Term::Call {
            callee,
            args: values,
            ret: Some(ret),
            span,
        },
    )
}
