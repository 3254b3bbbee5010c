//! Closure conversion: from procedures that see what is around them to flat closures.
//!
//! A procedure without free values is static: its value is a constant. One that is only
//! called directly takes its free values as further parameters when they are few
//! (lambda lifting: no closure at all); every other gets a closure. Which values a
//! procedure needs depends on what those that it mentions need, so the needs are a
//! least fixed point. (After Keep, Hearn, Dybvig, "Optimizing closures in O(0) time",
//! 2012.)
//!
//! Afterwards: a block uses variables of its procedure, of its `free` list, or added
//! parameters; [`Arg::Fun`] stands for a static procedure, or for the callee of a direct
//! call, which also uses the callee's closure variable if it has one; `Fix` lists the
//! procedures whose closures are made there.

use crate::flow::{Arg, FunId, Inst, Program, Term, Var, VarKind};
use std::collections::{BTreeSet, HashMap};

/// A lifted procedure has at most so many parameters, unless it has one free value.
const LIFT_LIMIT: usize = 4;

/// Converts all procedures; `lift`: whether free values may become parameters.
pub fn close(program: &mut Program, lift: bool) {
    unlink_clauses(program);
    let mut needs = Needs::new(program, lift);
    needs.settle(program);
    rewrite(program, &needs);
}

/// A `case-lambda` that is only called directly falls apart into its clauses.
fn unlink_clauses(program: &mut Program) {
    let escaping = escaping(program);
    let later: BTreeSet<FunId> = program.funs.iter().filter_map(|f| f.next_clause).collect();
    for f in program.live_funs() {
        if !later.contains(&f) && !escaping[f.index()] {
            let mut clause = Some(f);
            while let Some(c) = clause {
                clause = program.fun_mut(c).next_clause.take();
            }
        }
    }
}

/// Procedures whose value is used other than as the callee of a direct call.
fn escaping(program: &Program) -> Vec<bool> {
    let mut escaping = vec![false; program.funs.len()];
    for f in program.live_funs() {
        for_each_reference(program, f, |g, direct| escaping[g.index()] |= !direct);
    }
    escaping
}

/// The procedures that `f` mentions, and whether as the callee of a direct call.
fn for_each_reference(program: &Program, f: FunId, mut visit: impl FnMut(FunId, bool)) {
    for block in &program.fun(f).blocks {
        let direct = match &block.term {
            Term::Call { callee, args, .. } => program.direct(*callee, args.len()),
            Term::Return(_)
            | Term::Throw { .. }
            | Term::Goto(..)
            | Term::Branch { .. }
            | Term::Missing => None,
        };
        let mut called = direct.is_some();
        direct.into_iter().for_each(|g| visit(g, true));
        block.term.each_arg(|arg| {
            // The callee comes first and has been visited.
            if !std::mem::take(&mut called)
                && let Arg::Fun(g) = arg
            {
                visit(g, false);
            }
        });
        for arg in block.insts.iter().flat_map(|i| i.args()) {
            if let Arg::Fun(g) = arg {
                visit(*g, false);
            }
        }
    }
}

/// What each procedure needs of its surroundings.
struct Needs {
    need: Vec<BTreeSet<Var>>,
    /// Free values become parameters.
    lifted: Vec<bool>,
    /// The variable that holds the closure, shared by the clauses of a procedure.
    closure: Vec<Option<Var>>,
    /// Variables that are at hand in the procedure.
    owned: Vec<Option<FunId>>,
    /// Variables of other procedures that the code mentions.
    direct: Vec<BTreeSet<Var>>,
    /// Procedures that the code mentions.
    mentions: Vec<Vec<FunId>>,
    /// Procedures made in the code.
    made: Vec<Vec<FunId>>,
    /// First clause, for procedures of several clauses.
    head: Vec<Option<FunId>>,
    /// All clauses, by the first.
    clauses: HashMap<FunId, Vec<FunId>>,
    /// Number of parameters, for procedures without optional and rest parameters.
    arity: Vec<Option<usize>>,
}

impl Needs {
    fn new(program: &mut Program, lift: bool) -> Needs {
        let n = program.funs.len();
        let escaping = escaping(program);
        let mut needs = Needs {
            need: vec![BTreeSet::new(); n],
            lifted: vec![false; n],
            closure: vec![None; n],
            owned: Vec::new(),
            direct: vec![BTreeSet::new(); n],
            mentions: vec![Vec::new(); n],
            made: vec![Vec::new(); n],
            head: heads(program),
            clauses: HashMap::new(),
            arity: program
                .funs
                .iter()
                .map(|f| f.is_simple().then_some(f.required.into()))
                .collect(),
        };
        for f in program.live_funs() {
            if let Some(head) = needs.head[f.index()] {
                needs.clauses.entry(head).or_default().push(f);
            }
        }
        needs.name_closures(program);
        needs.find_owners(program);
        for f in program.live_funs() {
            let i = f.index();
            needs.lifted[i] =
                lift && !escaping[i] && needs.head[i].is_none() && !needs.is_toplevel(f);
            needs.scan(program, f);
        }
        needs
    }

    fn is_toplevel(&self, f: FunId) -> bool {
        self.closure[f.index()].is_none()
    }

    /// A variable for each procedure that some `Fix` makes.
    fn name_closures(&mut self, program: &mut Program) {
        for f in program.live_funs() {
            let lists = program
                .fun(f)
                .blocks
                .iter()
                .flat_map(|b| &b.insts)
                .filter_map(|i| match i {
                    Inst::Fix(list) => Some(list),
                    Inst::Op(_) => None,
                });
            self.made[f.index()] = lists
                .flatten()
                .copied()
                .filter(|&g| !program.fun(g).is_gone())
                .collect();
        }
        for g in self.made.iter().flatten().copied() {
            let head = self.head[g.index()];
            // Through the closure of one clause another cannot be entered directly.
            let kind = if head.is_some() {
                VarKind::Any
            } else {
                VarKind::Closure(g)
            };
            let shared = head.and_then(|h| self.closure[h.index()]);
            self.closure[g.index()] = Some(shared.unwrap_or_else(|| {
                program.vars.push(kind);
                Var(program.vars.len() as u32 - 1)
            }));
        }
    }

    fn find_owners(&mut self, program: &Program) {
        self.owned = vec![None; program.vars.len()];
        for f in program.live_funs() {
            for v in program.fun(f).blocks.iter().flat_map(|b| b.defs()) {
                self.owned[v.index()] = Some(f);
            }
            for g in &self.made[f.index()] {
                if let Some(closure) = self.closure[g.index()] {
                    self.owned[closure.index()] = Some(f);
                }
            }
        }
    }

    fn scan(&mut self, program: &Program, f: FunId) {
        let mut direct = BTreeSet::new();
        for block in &program.fun(f).blocks {
            block.each_arg(|arg| {
                if let Arg::Var(v) = arg
                    && self.owned[v.index()] != Some(f)
                {
                    direct.insert(v);
                }
            });
        }
        self.direct[f.index()] = direct;
        let mut mentions = BTreeSet::new();
        for_each_reference(program, f, |g, _| {
            mentions.insert(g);
        });
        self.mentions[f.index()] = mentions.into_iter().collect();
    }

    /// Finds the needs; takes back what cannot be lifted, until nothing changes.
    fn settle(&mut self, program: &Program) {
        let funs = program.live_funs();
        loop {
            self.need.iter_mut().for_each(BTreeSet::clear);
            self.solve(&funs);
            let unfit: Vec<FunId> = funs
                .iter()
                .copied()
                .filter(|&f| self.lifted[f.index()] && !self.fits(program, f))
                .collect();
            if unfit.is_empty() {
                return;
            }
            unfit.iter().for_each(|f| self.lifted[f.index()] = false);
        }
    }

    fn fits(&self, program: &Program, f: FunId) -> bool {
        let need = &self.need[f.index()];
        let few = need.len() <= 1 || program.fun(f).param_count() + need.len() <= LIFT_LIMIT;
        few && need.iter().all(|v| program.vars[v.index()] == VarKind::Any)
    }

    /// The least fixed point, by a list of procedures to look at again.
    fn solve(&mut self, funs: &[FunId]) {
        let mut dependents: HashMap<FunId, Vec<FunId>> = HashMap::new();
        for &f in funs {
            for g in self.sources(f) {
                dependents.entry(g).or_default().push(f);
            }
        }
        let mut pending: Vec<FunId> = funs.to_vec();
        while let Some(f) = pending.pop() {
            let new = self.gather(f);
            if new.len() > self.need[f.index()].len() {
                self.need[f.index()] = new;
                pending.extend(dependents.get(&f).into_iter().flatten());
            }
        }
    }

    /// The procedures whose needs those of `f` depend on.
    fn sources(&self, f: FunId) -> BTreeSet<FunId> {
        let parts = self.mentions[f.index()].iter().chain(&self.made[f.index()]);
        parts
            .chain(self.siblings(f))
            .copied()
            .filter(|&g| g != f)
            .collect()
    }

    /// All clauses of the procedure that `f` is one of several of.
    fn siblings(&self, f: FunId) -> &[FunId] {
        self.head[f.index()]
            .and_then(|h| self.clauses.get(&h))
            .map_or(&[], |c| c)
    }

    fn gather(&self, f: FunId) -> BTreeSet<Var> {
        let mut need = self.direct[f.index()].clone();
        for &g in &self.mentions[f.index()] {
            if self.lifted[g.index()] {
                need.extend(&self.need[g.index()]);
            } else if !self.need[g.index()].is_empty() {
                need.extend(self.closure[g.index()]);
            }
        }
        for &g in self.made[f.index()]
            .iter()
            .filter(|g| !self.lifted[g.index()])
        {
            need.extend(&self.need[g.index()]);
        }
        self.siblings(f)
            .iter()
            .for_each(|s| need.extend(&self.need[s.index()]));
        let own = self.closure[f.index()];
        need.retain(|v| self.owned[v.index()] != Some(f) && Some(*v) != own);
        need
    }
}

/// The first clause of each procedure of several clauses, by clause.
fn heads(program: &Program) -> Vec<Option<FunId>> {
    let mut heads = vec![None; program.funs.len()];
    for f in program.live_funs() {
        if let Some(next) = program.fun(f).next_clause {
            let head = heads[f.index()].unwrap_or(f);
            heads[f.index()] = Some(head);
            heads[next.index()] = Some(head);
        }
    }
    heads
}

fn rewrite(program: &mut Program, needs: &Needs) {
    for f in program.live_funs() {
        let need: Vec<Var> = needs.need[f.index()].iter().copied().collect();
        let mut fun = std::mem::replace(program.fun_mut(f), crate::flow::Fun::new(None, None));
        if needs.lifted[f.index()] {
            fun.required += need.len() as u16;
            fun.blocks[0].params.extend(&need);
        } else if !need.is_empty() {
            fun.closure = needs.closure[f.index()];
            fun.free = need;
        }
        for block in &mut fun.blocks {
            block
                .insts
                .iter_mut()
                .for_each(|inst| rewrite_inst(inst, needs));
            block
                .insts
                .retain(|inst| !matches!(inst, Inst::Fix(list) if list.is_empty()));
            rewrite_term(&mut block.term, needs);
        }
        *program.fun_mut(f) = fun;
    }
}

impl Needs {
    /// What stands for the value of a procedure.
    fn value(&self, arg: Arg) -> Arg {
        match arg {
            Arg::Fun(g) if self.has_closure(g) => self.closure[g.index()].map_or(arg, Arg::Var),
            _ => arg,
        }
    }

    /// As [`Program::direct`] before parameters were added.
    fn direct(&self, callee: Arg, count: usize) -> Option<FunId> {
        let Arg::Fun(g) = callee else { return None };
        (self.arity[g.index()] == Some(count)).then_some(g)
    }

    fn has_closure(&self, g: FunId) -> bool {
        !self.lifted[g.index()] && !self.need[g.index()].is_empty()
    }
}

fn rewrite_inst(inst: &mut Inst, needs: &Needs) {
    match inst {
        Inst::Op(op) => op.args.iter_mut().for_each(|a| *a = needs.value(*a)),
        // One closure serves all clauses.
        Inst::Fix(list) => {
            list.retain(|&g| needs.has_closure(g) && needs.head[g.index()].is_none_or(|h| h == g))
        }
    }
}

fn rewrite_term(term: &mut Term, needs: &Needs) {
    if let Term::Call { callee, args, .. } = term {
        args.iter_mut().for_each(|a| *a = needs.value(*a));
        match needs.direct(*callee, args.len()) {
            Some(g) if needs.lifted[g.index()] => {
                args.extend(needs.need[g.index()].iter().copied().map(Arg::Var))
            }
            Some(g) if needs.head[g.index()].is_none() => {}
            _ => *callee = needs.value(*callee),
        }
        return;
    }
    term.each_arg_mut(|a| *a = needs.value(*a));
}
