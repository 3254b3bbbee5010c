//! Which toplevel variables of its session the code of a procedure can reach: its own
//! mentions, and those of the procedures of its unit that it mentions, and so on. What
//! values hold is not looked into. Variables travel with the first code that reaches them.

use std::collections::BTreeSet;
use termite_ir::op::Imm;
use termite_ir::{CpId, Inst, Operand, ProcId, Target, Term, Unit, VarId, VarKind};

/// For each procedure of a unit, the variables that it reaches, in order.
pub struct Reach(Vec<Vec<VarId>>);

/// What one procedure mentions.
#[derive(Default, Clone)]
struct Mentions {
    variables: BTreeSet<u32>,
    procs: BTreeSet<u32>,
}

impl Reach {
    /// Of a unit with its bodies.
    pub fn of(unit: &Unit) -> Reach {
        let mut all = vec![Mentions::default(); unit.procs.len()];
        for cp in &unit.cps {
            let mentions = &mut all[cp.proc.index()];
            for block in &cp.blocks {
                block
                    .insts
                    .iter()
                    .for_each(|inst| mentions.inst(unit, inst));
                mentions.term(unit, &block.term);
            }
            if let termite_ir::CpKind::Entry(e) = &cp.kind
                && let Some(next) = e.next_clause
            {
                mentions.code(unit, next);
            }
        }
        Reach((0..all.len()).map(|p| closure(&all, p)).collect())
    }

    pub fn variables(&self, proc: ProcId) -> &[VarId] {
        self.0.get(proc.index()).map_or(&[], Vec::as_slice)
    }
}

impl Mentions {
    fn code(&mut self, unit: &Unit, cp: CpId) {
        if let Some(cp) = unit.cps.get(cp.index()) {
            self.procs.insert(cp.proc.0);
        }
    }

    fn operand(&mut self, unit: &Unit, operand: Operand) {
        if let Operand::Proc(cp) = operand {
            self.code(unit, cp);
        }
    }

    fn inst(&mut self, unit: &Unit, inst: &Inst) {
        if inst.op.imm() == Imm::Var {
            let kind = unit.vars.get(inst.imm as usize).map(|v| v.kind);
            if matches!(kind, Some(VarKind::Own | VarKind::Late)) {
                self.variables.insert(inst.imm);
            }
        }
        if let Some(cp) = inst.cp() {
            self.code(unit, cp);
        }
        inst.args.iter().for_each(|&a| self.operand(unit, a));
    }

    fn term(&mut self, unit: &Unit, term: &Term) {
        term.for_each_operand(&mut |o| self.operand(unit, o));
        match term {
            Term::Jump(cp, _) => self.code(unit, *cp),
            Term::Call(call) => {
                if let Target::Direct(cp, _) = call.target {
                    self.code(unit, cp);
                }
                if let Some(frame) = &call.ret {
                    self.code(unit, frame.ret);
                }
            }
            Term::Return(_) | Term::Throw { .. } | Term::Goto(..) | Term::Branch { .. } => {}
        }
    }
}

fn closure(all: &[Mentions], start: usize) -> Vec<VarId> {
    let mut seen = vec![false; all.len()];
    let mut variables = BTreeSet::new();
    let mut work = vec![start];
    while let Some(p) = work.pop() {
        if std::mem::replace(&mut seen[p], true) {
            continue;
        }
        variables.extend(&all[p].variables);
        work.extend(all[p].procs.iter().map(|&p| p as usize));
    }
    variables.into_iter().map(VarId).collect()
}
