//! How a block ends.

use super::emit::Memory;
use super::path::Known;
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::Value;
use cranelift_codegen::ir::condcodes::IntCC;
use termite_abi::context::CTX_NARGS;
use termite_abi::descriptor::{DESC_ARITY, DESC_EXACT};
use termite_abi::value::TAG_FRAME;
use termite_abi::{ExitReason, REG_ARGS};
use termite_ir::{BlockId, CpId, Operand, SiteId, Term};

impl Lower<'_, '_> {
    pub fn term(&mut self, b: usize, term: &Term) -> Result<(), Error> {
        match term {
            Term::Return(values) => self.return_values(values),
            Term::Throw {
                frame,
                values,
                site,
            } => self.throw(*frame, values, *site),
            Term::Goto(target, args) => self.goto(*target, args),
            Term::Branch {
                cond,
                then,
                or_else,
            } => self.branch(b, *cond, *then, *or_else),
            Term::Jump(cp, args) if *cp == self.src.cp => self.back_edge(args.clone()),
            Term::Jump(cp, args) => self.jump(*cp, args),
            Term::Call(call) => self.call(call),
        }
    }

    fn return_values(&mut self, values: &[Operand]) -> Result<(), Error> {
        let words = values
            .iter()
            .map(|&v| self.word(v))
            .collect::<Result<Vec<_>, _>>()?;
        self.return_words(&words);
        Ok(())
    }

    /// Returns to the current continuation.
    fn return_words(&mut self, words: &[Value]) {
        self.flush();
        let descriptor = self.e.load(Memory::Constant, self.k, -(TAG_FRAME as i32));
        if let [word] = words {
            return self.enter_descriptor(descriptor, &[*word]);
        }
        self.store_further(words);
        let n = words.len() as u64;
        let arity = self.e.load(Memory::Constant, descriptor, DESC_ARITY);
        let same = self.e.compare_imm(IntCC::Equal, arity, n);
        let other = self.e.cold_block();
        self.e.leave_unless(same, other);
        let exact = self.e.load(Memory::Constant, descriptor, DESC_EXACT);
        let args = self.in_registers(words);
        self.e.tail_call(exact, &args);
        self.e.switch(other);
        let n = self.e.word(n);
        self.e.store_context(n, CTX_NARGS);
        self.leave(
            ExitReason::ReturnGeneric,
            &words[..words.len().min(REG_ARGS)],
        );
    }

    fn throw(&mut self, frame: Operand, values: &[Operand], site: SiteId) -> Result<(), Error> {
        self.reserve()?;
        let target = self.word(frame)?;
        if !self.types(frame)?.within(Types::FRAME) {
            let bad = self.raising(self.src.link.runtime.not_a_frame, Some(site), &[frame])?;
            let differs = self.e.tag_differs(target, TAG_FRAME);
            self.e.leave_if(differs, bad);
        }
        let words = values
            .iter()
            .map(|&v| self.word(v))
            .collect::<Result<Vec<_>, _>>()?;
        self.k = target;
        self.return_words(&words);
        Ok(())
    }

    fn branch(
        &mut self,
        b: usize,
        cond: Operand,
        then: BlockId,
        or_else: BlockId,
    ) -> Result<(), Error> {
        if !self.path.effects && self.shape.both_need(then, or_else) {
            self.reserve()?;
        }
        if let Some(fused) = self.shape.fused[b] {
            let block = &self.cp.blocks[b];
            return self.branch_on(fused, &block.insts[fused.inst], then, or_else);
        }
        if let Some(truth) = self.types(cond)?.truth() {
            return self.goto(if truth { then } else { or_else }, &[]);
        }
        let flag = self.truth(cond)?;
        let (yes, no) = (self.e.block(), self.e.block());
        self.e.branch(flag, yes, no);
        let before = self.path.clone();
        self.learn_types(cond, !Types::FALSE)?;
        let on_true = std::mem::replace(&mut self.path, before);
        self.edge_from(yes, on_true, then);
        let known = self.known(cond)?;
        let false_ = termite_abi::Value::FALSE.0;
        self.learn(
            cond,
            Known {
                types: Types::FALSE,
                constant: Some(false_),
                ..known
            },
        );
        let on_false = std::mem::take(&mut self.path);
        self.edge_from(no, on_false, or_else);
        Ok(())
    }

    fn jump(&mut self, cp: CpId, args: &[Operand]) -> Result<(), Error> {
        self.reserve()?;
        let words = args
            .iter()
            .map(|&a| self.word(a))
            .collect::<Result<Vec<_>, _>>()?;
        self.flush();
        self.store_further(&words);
        if self.src.batch.contains(&cp) {
            let args = self.in_registers(&words);
            self.e.tail_call_segment(cp, &args);
        } else {
            let descriptor = self.descriptor(cp)?;
            let descriptor = self.e.word(descriptor);
            self.enter_descriptor(descriptor, &words);
        }
        Ok(())
    }
}
