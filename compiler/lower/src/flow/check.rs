//! Whether a program is well formed: run between the passes where debug assertions are
//! on, so that a fault of a pass shows where it is made.
//!
//! Checks that variables are defined once and before their uses, also when a procedure
//! takes them from around it, and that jumps and returns fit the blocks they lead to.

use super::graph::{Dominators, Graph};
use super::{Arg, BlockId, FunId, Inst, Program, Term, Var};
use std::collections::{BTreeSet, HashMap};

type Check = Result<(), String>;

/// Where a variable is defined: procedure, block, place in it (0: a parameter).
type Place = (FunId, BlockId, usize);

struct Checker<'a> {
    program: &'a Program,
    defs: HashMap<Var, Place>,
    shapes: HashMap<FunId, (Graph, Dominators)>,
    /// Where each local procedure is made.
    made: HashMap<FunId, Place>,
}

/// Says what is wrong, if anything is.
pub fn check(program: &Program) -> Check {
    let mut checker = Checker {
        program,
        defs: HashMap::new(),
        shapes: HashMap::new(),
        made: HashMap::new(),
    };
    let funs = program.live_funs();
    funs.iter().try_for_each(|f| checker.collect(*f))?;
    funs.iter()
        .filter(|f| checker.is_made(**f))
        .try_for_each(|f| checker.uses(*f))
}

impl Checker<'_> {
    fn collect(&mut self, f: FunId) -> Check {
        let fun = self.program.fun(f);
        let graph = Graph::new(fun);
        for &b in &graph.order {
            let block = fun.block(b);
            for &p in &block.params {
                self.define(p, (f, b, 0))?;
            }
            for (i, inst) in block.insts.iter().enumerate() {
                if let Inst::Fix(list) = inst {
                    self.made.extend(list.iter().map(|g| (*g, (f, b, i + 1))));
                }
                inst.dst()
                    .map_or(Ok(()), |v| self.define(v, (f, b, i + 1)))?;
            }
        }
        let doms = graph.dominators();
        self.shapes.insert(f, (graph, doms));
        Ok(())
    }

    fn define(&mut self, v: Var, place: Place) -> Check {
        match self.defs.insert(v, place) {
            Some(_) => Err(format!("v{} is defined twice", v.0)),
            None => Ok(()),
        }
    }

    /// Whether reachable code makes the procedure.
    fn is_made(&self, mut f: FunId) -> bool {
        while self.program.fun(f).home.is_some() {
            match self.made.get(&f) {
                Some(place) => f = place.0,
                None => {
                    return self
                        .program
                        .fun(f)
                        .home
                        .is_some_and(|h| self.program.fun(h).worker == Some(f) && self.is_made(h));
                }
            }
        }
        true
    }

    fn uses(&self, f: FunId) -> Check {
        let fun = self.program.fun(f);
        let mut seen = BTreeSet::new();
        for &b in &self.shapes[&f].0.order {
            let block = fun.block(b);
            for (i, inst) in block.insts.iter().enumerate() {
                inst.args()
                    .iter()
                    .try_for_each(|a| self.arg(*a, (f, b, i + 1), &mut seen))?;
            }
            let end = (f, b, block.insts.len() + 1);
            let mut result = Ok(());
            block.term.each_arg(|a| {
                if result.is_ok() {
                    result = self.arg(a, end, &mut seen);
                }
            });
            result?;
            self.term(f, &block.term)
                .map_err(|e| format!("f{} b{}: {e}", f.0, b.0))?;
        }
        Ok(())
    }

    /// `seen`: variables from around the procedure that have been checked.
    fn arg(&self, arg: Arg, at: Place, seen: &mut BTreeSet<Var>) -> Check {
        match arg {
            Arg::Var(v) => {
                let def = self.defs.get(&v).ok_or_else(|| {
                    format!(
                        "f{} b{} uses v{}, which is not defined",
                        at.0.0, at.1.0, v.0
                    )
                })?;
                if def.0 != at.0 && !seen.insert(v) {
                    return Ok(());
                }
                self.reaches(*def, at)
                    .map_err(|e| format!("v{} in f{} b{}: {e}", v.0, at.0.0, at.1.0))
            }
            Arg::Fun(g) if self.program.fun(g).is_gone() => {
                Err(format!("f{} uses f{}, which is gone", at.0.0, g.0))
            }
            _ => Ok(()),
        }
    }

    /// Whether a definition comes before a use, or before the place where the using
    /// procedure is made.
    fn reaches(&self, def: Place, mut at: Place) -> Check {
        for _ in 0..self.program.funs.len() + 1 {
            if def.0 == at.0 {
                let before = if def.1 == at.1 {
                    def.2 < at.2
                } else {
                    self.dominates(def.0, def.1, at.1)
                };
                return if before {
                    Ok(())
                } else {
                    Err("not defined before".to_string())
                };
            }
            at = *self.made.get(&at.0).ok_or("defined elsewhere")?;
        }
        Err("procedures that make each other".to_string())
    }

    fn dominates(&self, f: FunId, a: BlockId, mut b: BlockId) -> bool {
        let (graph, doms) = &self.shapes[&f];
        while graph.place(b) > graph.place(a) {
            match doms.idom(b) {
                Some(up) => b = up,
                None => return false,
            }
        }
        a == b
    }

    fn term(&self, f: FunId, term: &Term) -> Check {
        let params = |b: BlockId| self.program.fun(f).block(b).params.len();
        match term {
            Term::Goto(to, args) if params(*to) != args.len() => {
                Err(format!("b{} takes {} arguments", to.0, params(*to)))
            }
            Term::Branch { then, or_else, .. } if params(*then) + params(*or_else) > 0 => {
                Err("a branch to parameters".to_string())
            }
            Term::Call { ret: Some(ret), .. } => {
                let wanted = if ret.ignores {
                    0
                } else {
                    usize::from(ret.values) + usize::from(ret.rest)
                };
                if params(ret.block) == wanted {
                    Ok(())
                } else {
                    Err(format!("return to b{} with {wanted} values", ret.block.0))
                }
            }
            Term::Missing => Err("a block without end".to_string()),
            Term::Call { ret: None, .. }
            | Term::Goto(..)
            | Term::Branch { .. }
            | Term::Return(_)
            | Term::Throw { .. } => Ok(()),
        }
    }
}
