//! Which procedure a call of a known one enters, and with what arguments.

use super::{Arg, FunId, Inst, OpInst, Program, VarKind};
use termite_ir::{Immediate, Op};
use termite_syntax::Span;

/// How the arguments of a call become those of a worker.
#[derive(Clone, Copy)]
pub struct Fit {
    pub required: usize,
    pub optional: usize,
    pub rest: bool,
}

impl Program {
    /// A call of a known procedure enters the clause that takes its arguments, at the
    /// worker if it has one: changes callee and arguments, and gives the instructions
    /// that make the rest list. With a wrong number of arguments the call stays as it is
    /// and fails when it runs.
    pub fn enter_clause(&mut self, callee: &mut Arg, args: &mut Vec<Arg>, span: Span) -> Vec<Inst> {
        let Arg::Fun(f) = *callee else {
            return Vec::new();
        };
        let Some(clause) = self.clause(f, args.len()) else {
            return Vec::new();
        };
        if self.fun(clause).is_simple() {
            *callee = Arg::Fun(clause);
            return Vec::new();
        }
        let Some(worker) = self.fun(clause).worker.filter(|w| !self.is_removed(*w)) else {
            return Vec::new();
        };
        let fit = self.fit_of(clause);
        *callee = Arg::Fun(worker);
        self.fit(args, fit, span)
    }

    fn fit_of(&self, f: FunId) -> Fit {
        let fun = self.fun(f);
        Fit {
            required: fun.required.into(),
            optional: fun.optional.into(),
            rest: fun.rest,
        }
    }

    /// Fills in absent optional arguments and makes the rest list.
    pub fn fit(&mut self, args: &mut Vec<Arg>, fit: Fit, span: Span) -> Vec<Inst> {
        let places = fit.required + fit.optional;
        let rest = args.split_off(args.len().min(places));
        args.resize(places, Arg::Imm(Immediate::Default));
        if !fit.rest {
            return Vec::new();
        }
        let (list, insts) = self.cons_list(&rest, span);
        args.push(list);
        insts
    }

    /// A list of the items, and the instructions that make it.
    pub fn cons_list(&mut self, items: &[Arg], span: Span) -> (Arg, Vec<Inst>) {
        let mut list = Arg::NULL;
        let mut insts = Vec::new();
        for &item in items.iter().rev() {
            let dst = self.new_var(VarKind::Any);
            insts.push(Inst::Op(OpInst {
                dst: Some(dst),
                op: Op::Cons,
                args: vec![item, list],
                imm: 0,
                span,
            }));
            list = Arg::Var(dst);
        }
        (list, insts)
    }
}
