//! Building one segment.

use crate::op::Res;
use crate::*;

/// The code of a control point.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    pub regs: u32,
    pub blocks: Vec<Block>,
}

/// A segment while it is made. Instructions go to the current block, which is block 0
/// at first, until its terminator; then [`SegmentBuilder::switch_to`] another.
pub struct SegmentBuilder {
    params: u32,
    next_reg: u32,
    blocks: Vec<Open>,
    current: BlockId,
    site: SiteId,
}

#[derive(Default)]
struct Open {
    params: Vec<Reg>,
    insts: Vec<Inst>,
    term: Option<Term>,
}

impl SegmentBuilder {
    /// A segment with so many parameters.
    pub fn new(params: usize) -> SegmentBuilder {
        let params = params as u32;
        SegmentBuilder {
            params,
            next_reg: params,
            blocks: vec![Open::default()],
            current: BlockId(0),
            site: SiteId(0),
        }
    }

    /// Parameter `i`; 0 is the closure in an entry.
    pub fn param(&self, i: usize) -> Operand {
        Operand::Reg(Reg(i as u32))
    }

    /// The place of what follows.
    pub fn at(&mut self, site: SiteId) {
        self.site = site;
    }

    /// A new block, to be filled at any time.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Open::default());
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// A further parameter of a block that only `goto` leads to.
    pub fn block_param(&mut self, block: BlockId) -> Operand {
        let reg = self.new_reg();
        self.blocks[block.index()].params.push(reg);
        reg.into()
    }

    pub fn switch_to(&mut self, block: BlockId) {
        self.current = block;
    }

    pub fn current(&self) -> BlockId {
        self.current
    }

    /// Whether the current block has its terminator.
    pub fn is_terminated(&self) -> bool {
        self.blocks[self.current.index()].term.is_some()
    }

    fn new_reg(&mut self) -> Reg {
        self.next_reg += 1;
        Reg(self.next_reg - 1)
    }

    /// An operation without index; its result, `#!void` if it has none.
    pub fn op(&mut self, op: Op, args: &[Operand]) -> Operand {
        self.op_imm(op, 0, args)
    }

    /// An operation with an index, see [`crate::op::Imm`].
    pub fn op_imm(&mut self, op: Op, imm: u32, args: &[Operand]) -> Operand {
        let dst = (op.result() != Res::None).then(|| self.new_reg());
        let site = op.may_fail().then_some(self.site);
        self.open().insts.push(Inst {
            op,
            dst,
            args: args.to_vec(),
            imm,
            site,
        });
        dst.map_or(Operand::Imm(Immediate::Void), Operand::Reg)
    }

    pub fn make_closure(&mut self, entry: CpId, free: &[Operand]) -> Operand {
        self.op_imm(Op::MakeClosure, entry.0, free)
    }

    pub fn init_free(&mut self, closure: Operand, index: u32, value: Operand) {
        self.op_imm(Op::InitFree, index, &[closure, value]);
    }

    pub fn free_ref(&mut self, closure: Operand, index: u32) -> Operand {
        self.op_imm(Op::FreeRef, index, &[closure])
    }

    pub fn prim(&mut self, prim: PrimId, args: &[Operand]) -> Operand {
        self.op_imm(Op::Prim, prim.0, args)
    }

    pub fn cell_ref(&mut self, var: VarId) -> Operand {
        self.op_imm(Op::CellRef, var.0, &[])
    }

    pub fn ret(&mut self, value: impl Into<Operand>) {
        self.term(Term::Return(vec![value.into()]));
    }

    pub fn goto(&mut self, to: BlockId, args: &[Operand]) {
        self.term(Term::Goto(to, args.to_vec()));
    }

    pub fn branch(&mut self, cond: impl Into<Operand>, then: BlockId, or_else: BlockId) {
        self.term(Term::Branch {
            cond: cond.into(),
            then,
            or_else,
        });
    }

    pub fn jump(&mut self, to: CpId, args: &[Operand]) {
        self.term(Term::Jump(to, args.to_vec()));
    }

    pub fn throw(&mut self, frame: Operand, values: &[Operand]) {
        let site = self.site;
        self.term(Term::Throw {
            frame,
            values: values.to_vec(),
            site,
        });
    }

    pub fn tail_call(&mut self, target: Target, args: &[Operand]) {
        let site = self.site;
        self.term(Term::Call(Call {
            target,
            args: args.to_vec(),
            ret: None,
            site,
        }));
    }

    /// A call that returns to `ret` with these live values.
    pub fn call(&mut self, target: Target, args: &[Operand], ret: CpId, live: &[Operand]) {
        let (site, ret) = (
            self.site,
            Some(Frame {
                ret,
                live: live.to_vec(),
            }),
        );
        self.term(Term::Call(Call {
            target,
            args: args.to_vec(),
            ret,
            site,
        }));
    }

    /// Ends the current block.
    pub fn term(&mut self, term: Term) {
        self.open().term = Some(term);
    }

    /// The current block, which must not have ended: code that cannot be reached is the
    /// mistake of whoever builds.
    fn open(&mut self) -> &mut Open {
        let block = &mut self.blocks[self.current.index()];
        assert!(block.term.is_none(), "{} has ended", self.current);
        block
    }

    /// The code: blocks in forward order, those that nothing leads to left out, and
    /// registers numbered in the order of their definitions.
    ///
    /// Panics when a block that is reached has no terminator.
    pub fn finish(mut self) -> Segment {
        let order = self.forward_order();
        let mut ids = vec![BlockId(0); self.blocks.len()];
        order
            .iter()
            .enumerate()
            .for_each(|(new, &old)| ids[old] = BlockId(new as u32));
        let mut blocks = Vec::with_capacity(order.len());
        for old in order {
            let Open {
                params,
                insts,
                term,
            } = std::mem::take(&mut self.blocks[old]);
            let Some(mut term) = term else {
                panic!("{} has no terminator", BlockId(old as u32))
            };
            term.successors_mut().for_each(|b| *b = ids[b.index()]);
            blocks.push(Block {
                params,
                insts,
                term,
            });
        }
        let regs = self.renumber(&mut blocks);
        Segment { regs, blocks }
    }

    /// Reachable blocks in reverse postorder, `then` before `or_else`.
    fn forward_order(&self) -> Vec<usize> {
        let successors = |b: usize| {
            self.blocks[b]
                .term
                .iter()
                .flat_map(Term::successors)
                .map(BlockId::index)
        };
        let (mut seen, mut order) = (vec![false; self.blocks.len()], Vec::new());
        let mut stack = vec![(0, false)];
        while let Some((block, left)) = stack.pop() {
            if left {
                order.push(block);
            } else if !std::mem::replace(&mut seen[block], true) {
                stack.push((block, true));
                stack.extend(successors(block).filter(|&b| !seen[b]).map(|b| (b, false)));
            }
        }
        order.reverse();
        order
    }

    fn renumber(&self, blocks: &mut [Block]) -> u32 {
        // A register without definition gets a number that does not exist.
        let mut names = vec![Reg(u32::MAX); self.next_reg as usize];
        let (params, defined) = names.split_at_mut(self.params as usize);
        params
            .iter_mut()
            .enumerate()
            .for_each(|(i, r)| *r = Reg(i as u32));
        let mut next = self.params;
        for reg in blocks.iter_mut().flat_map(Block::defs_mut) {
            defined[reg.index() - params.len()] = Reg(next);
            *reg = Reg(next);
            next += 1;
        }
        for block in blocks {
            block.for_each_operand_mut(&mut |o| {
                if let Operand::Reg(r) = o {
                    *r = names.get(r.index()).copied().unwrap_or(*r);
                }
            });
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_made_early_comes_last() {
        let mut s = SegmentBuilder::new(2);
        let (join, yes, no) = (s.new_block(), s.new_block(), s.new_block());
        let joined = s.block_param(join);
        s.branch(s.param(1), yes, no);
        s.switch_to(no);
        let other = s.op(Op::Add, &[s.param(1), 1.into()]);
        s.goto(join, &[other]);
        s.switch_to(yes);
        s.goto(join, &[0.into()]);
        s.switch_to(join);
        s.ret(joined);
        let code = s.finish();
        assert_eq!(code.regs, 4);
        let text: Vec<String> = code.blocks.iter().map(|b| b.term.to_string()).collect();
        assert_eq!(
            text,
            [
                "branch %1 ^1 ^2",
                "goto ^3 (0)",
                "goto ^3 (%2)",
                "return %3"
            ]
        );
    }

    #[test]
    fn unreachable_blocks_go() {
        let mut s = SegmentBuilder::new(1);
        let dead = s.new_block();
        s.ret(s.param(0));
        s.switch_to(dead);
        let x = s.op(Op::Cons, &[1.into(), 2.into()]);
        s.ret(x);
        let code = s.finish();
        assert_eq!((code.blocks.len(), code.regs), (1, 1));
    }
}
