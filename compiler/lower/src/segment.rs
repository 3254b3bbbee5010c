//! Cuts each procedure's graph into segments, and finds what is live where.
//!
//! A segment begins at the entry, at the return point of a call, at a loop header, and
//! where code of different segments meets. A tiny block where segments meet is copied
//! instead. Long code is cut wherever it is, to stay inside of the IR's limits.

use crate::env::Result;
use crate::flow::graph::{Dominators, Graph};
use crate::flow::{
    Arg, Block, BlockId, Fun, FunId, Inst, Program, Renaming, Ret, Term, Var, VarKind,
};
use crate::liveness::Liveness;
use std::collections::HashMap;
use termite_ir::limits;
use termite_syntax::{Diagnostic, Span};

/// A segment: where it begins, what it needs, what belongs to it.
pub struct Segment {
    pub kind: Head,
    /// Variables that are live where it begins, without the block's parameters,
    /// ascending.
    pub live: Vec<Var>,
    /// Its blocks; the first is where it begins, branches go forward.
    pub blocks: Vec<BlockId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Head {
    Entry,
    Return(Ret),
    Jump,
}

/// The segments of a procedure, the entry first.
pub struct Segments {
    pub segments: Vec<Segment>,
    /// By first block.
    pub index: HashMap<BlockId, usize>,
    pub doms: Dominators,
}

/// Instructions of one block, at most.
const BLOCK_LIMIT: usize = 256;
/// Operations and a quarter of their operands, and bytes allocated before the last
/// frame, of one segment that is not a single block.
const SEGMENT_COST: Cost = Cost {
    size: 2048,
    bytes: limits::SEGMENT_BYTES / 2,
};
/// Instructions of a block that is rather copied than entered by a jump.
const TINY: usize = 3;

pub fn cut(program: &mut Program, f: FunId) -> Result<Segments> {
    split_long_blocks(program.fun_mut(f));
    separate_returns(program, f);
    loop {
        let fun = program.fun(f);
        let graph = Graph::new(fun);
        let heads = Heads::find(program, fun, &graph);
        let tiny: Vec<BlockId> = heads
            .meetings
            .iter()
            .copied()
            .filter(|&b| heads.is_tiny(fun, &graph, b))
            .collect();
        if tiny.is_empty() {
            return finish(program, f, graph, heads);
        }
        let local = local_blocks(program, f, &tiny);
        if local.is_empty() {
            return finish(program, f, graph, heads);
        }
        local
            .into_iter()
            .for_each(|b| copy_into_preds(program, f, b, graph.preds(b)));
    }
}

fn finish(program: &Program, f: FunId, graph: Graph, heads: Heads) -> Result<Segments> {
    let fun = program.fun(f);
    let liveness = Liveness::new(program, f, &graph);
    let mut segments: Vec<Segment> = Vec::new();
    let mut index = HashMap::new();
    for &b in &graph.order {
        let owner = heads.owner[b.index()];
        if owner == b {
            index.insert(b, segments.len());
            let live = liveness.live_in(b).to_vec();
            check_live(fun.block(b), &live)?;
            segments.push(Segment {
                kind: heads.kind(b),
                live,
                blocks: Vec::new(),
            });
        }
        if let Some(&i) = index.get(&owner) {
            segments[i].blocks.push(b);
        }
    }
    Ok(Segments {
        segments,
        index,
        doms: graph.dominators(),
    })
}

fn check_live(block: &Block, live: &[Var]) -> Result<()> {
    if live.len() + block.params.len() + 2 <= limits::PARAMS {
        return Ok(());
    }
    let message = format!(
        "more than {} variables are in use at once",
        limits::PARAMS - 2
    );
    let span = block.insts.iter().find_map(|i| match i {
        Inst::Op(op) => Some(op.span),
        Inst::Fix(_) => None,
    });
    Err(Diagnostic::new(
        "too-many-variables",
        message,
        span.unwrap_or(Span::NONE),
    ))
}

fn split_long_blocks(fun: &mut Fun) {
    let mut b = 0;
    while b < fun.blocks.len() {
        let block = &mut fun.blocks[b];
        if block.insts.len() > BLOCK_LIMIT {
            let rest = block.insts.split_off(BLOCK_LIMIT);
            let term = std::mem::replace(&mut block.term, Term::Missing);
            let name = block.name;
            let next = fun.new_block(Vec::new(), name);
            *fun.block_mut(next) = Block {
                params: Vec::new(),
                insts: rest,
                term,
                name,
            };
            fun.blocks[b].term = Term::Goto(next, Vec::new());
        }
        b += 1;
    }
}

/// Gives each return point a block that only calls return to, all in the same way.
fn separate_returns(program: &mut Program, f: FunId) {
    let fun = program.fun(f);
    let graph = Graph::new(fun);
    let mut changes = Vec::new();
    for &b in &graph.order {
        let preds = graph.preds(b);
        let rets: Vec<Option<Ret>> = preds.iter().map(|p| fun.block(*p).term.ret()).collect();
        let Some(first) = rets.iter().flatten().next().copied() else {
            continue;
        };
        if rets.iter().any(|r| *r != Some(first)) {
            let mut kinds: Vec<Ret> = Vec::new();
            rets.into_iter().flatten().for_each(|r| {
                if !kinds.contains(&r) {
                    kinds.push(r)
                }
            });
            changes.extend(kinds.into_iter().map(|ret| (ret, preds.to_vec())));
        }
    }
    for (old, preds) in changes {
        let block = return_to(program, f, old.block);
        for p in preds {
            if let Term::Call { ret: Some(ret), .. } = &mut program.fun_mut(f).block_mut(p).term
                && *ret == old
            {
                ret.block = block;
            }
        }
    }
}

/// A new block that takes the same values and goes on at `to`.
fn return_to(program: &mut Program, f: FunId, to: BlockId) -> BlockId {
    let (count, name) = (
        program.fun(f).block(to).params.len(),
        program.fun(f).block(to).name,
    );
    let params: Vec<Var> = (0..count).map(|_| program.new_var(VarKind::Any)).collect();
    let args = params.iter().copied().map(Arg::Var).collect();
    let fun = program.fun_mut(f);
    let block = fun.new_block(params, name);
    fun.block_mut(block).term = Term::Goto(to, args);
    block
}

/// Which blocks begin a segment, and to which segment every block belongs.
struct Heads {
    /// By block: the first block of its segment.
    owner: Vec<BlockId>,
    rets: HashMap<BlockId, Ret>,
    /// Blocks that begin a segment only because several lead to them.
    meetings: Vec<BlockId>,
}

impl Heads {
    fn find(program: &Program, fun: &Fun, graph: &Graph) -> Heads {
        let rets = graph
            .order
            .iter()
            .filter_map(|&b| fun.block(b).term.ret())
            .map(|r| (r.block, r))
            .collect();
        let mut heads = Heads {
            owner: (0..fun.blocks.len() as u32).map(BlockId).collect(),
            rets,
            meetings: Vec::new(),
        };
        let mut cost = vec![Cost::default(); fun.blocks.len()];
        for &b in &graph.order {
            let this = block_cost(program, fun.block(b));
            if !heads.must_begin(graph, b) {
                match heads.common_owner(graph.preds(b)) {
                    Some(owner) if cost[owner.index()].plus(this).is_small() => {
                        heads.owner[b.index()] = owner
                    }
                    Some(_) => {}
                    None => heads.meetings.push(b),
                }
            }
            let total = &mut cost[heads.owner[b.index()].index()];
            *total = total.plus(this);
        }
        heads
    }

    fn must_begin(&self, graph: &Graph, b: BlockId) -> bool {
        b.0 == 0 || graph.is_header(b) || self.rets.contains_key(&b)
    }

    fn common_owner(&self, preds: &[BlockId]) -> Option<BlockId> {
        let mut owners = preds.iter().map(|p| self.owner[p.index()]);
        let first = owners.next()?;
        owners.all(|o| o == first).then_some(first)
    }

    fn kind(&self, b: BlockId) -> Head {
        match self.rets.get(&b) {
            _ if b.0 == 0 => Head::Entry,
            Some(ret) => Head::Return(*ret),
            None => Head::Jump,
        }
    }

    fn is_tiny(&self, fun: &Fun, graph: &Graph, b: BlockId) -> bool {
        let block = fun.block(b);
        let plain =
            block.insts.len() <= TINY && block.insts.iter().all(|i| matches!(i, Inst::Op(_)));
        plain
            && match &block.term {
                Term::Return(_) | Term::Throw { .. } | Term::Call { .. } => true,
                Term::Goto(to, _) => self.must_begin(graph, *to),
                Term::Branch { .. } | Term::Missing => false,
            }
    }
}

#[derive(Clone, Copy, Default)]
struct Cost {
    size: usize,
    bytes: usize,
}

impl Cost {
    fn plus(self, other: Cost) -> Cost {
        Cost {
            size: self.size + other.size,
            bytes: self.bytes + other.bytes,
        }
    }

    fn is_small(self) -> bool {
        self.size <= SEGMENT_COST.size && self.bytes <= SEGMENT_COST.bytes
    }
}

fn block_cost(program: &Program, block: &Block) -> Cost {
    let costs = block.insts.iter().map(|inst| match inst {
        Inst::Op(op) => {
            let operands = if op.op.arg_count() < 0 {
                op.args.len()
            } else {
                0
            };
            Cost {
                size: 1 + op.args.len() / 4,
                bytes: op.op.alloc_bytes() as usize + 8 * operands,
            }
        }
        Inst::Fix(list) => {
            let words: usize = list.iter().map(|&g| 1 + program.fun(g).free.len()).sum();
            Cost {
                size: words,
                bytes: 8 * words,
            }
        }
    });
    costs.fold(Cost { size: 1, bytes: 0 }, Cost::plus)
}

/// Those of the blocks whose variables no other block and no closure uses.
fn local_blocks(program: &Program, f: FunId, blocks: &[BlockId]) -> Vec<BlockId> {
    let fun = program.fun(f);
    let mut home: HashMap<Var, BlockId> = HashMap::new();
    for &b in blocks {
        home.extend(fun.block(b).defs().map(|v| (v, b)));
    }
    let mut shared = vec![false; fun.blocks.len()];
    for (i, block) in fun.blocks.iter().enumerate() {
        crate::liveness::each_use(program, block, |v| {
            if let Some(b) = home.get(&v).filter(|b| b.index() != i) {
                shared[b.index()] = true;
            }
        });
    }
    blocks
        .iter()
        .copied()
        .filter(|b| !shared[b.index()])
        .collect()
}

/// Gives each predecessor a copy of its own: at its end when it jumps here, as a block
/// when it branches.
fn copy_into_preds(program: &mut Program, f: FunId, b: BlockId, preds: &[BlockId]) {
    for &p in preds {
        if let Term::Goto(_, args) = &program.fun(f).block(p).term {
            let mut renaming = Renaming::default();
            let copied = program.fun(f).block(b).clone();
            copied
                .params
                .iter()
                .zip(args)
                .for_each(|(param, arg)| renaming.set(*param, *arg));
            let mut copy = [Block {
                params: Vec::new(),
                ..copied
            }];
            program.rename_defs(&mut copy, &mut renaming);
            let [copy] = copy;
            let pred = program.fun_mut(f).block_mut(p);
            pred.insts.extend(copy.insts);
            pred.term = copy.term;
            continue;
        }
        let copy = program.copy_block(f, b);
        let term = &mut program.fun_mut(f).block_mut(p).term;
        if let Some(to) = term.successors_mut().find(|to| **to == b) {
            *to = copy;
        }
    }
}
