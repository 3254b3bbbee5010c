//! One terminator.

use super::segment::{Segment, short};
use super::tables::entry;
use super::{Check, ensure, in_range};
use crate::*;

impl Segment<'_> {
    pub(super) fn term(&self, term: &Term) -> Check {
        self.holes.check_end()?;
        match term {
            Term::Return(values) => self.values(values),
            Term::Throw {
                frame,
                values,
                site,
            } => {
                self.check_site(*site)?;
                self.expect(*frame, ValueKind::Any)?;
                self.values(values)
            }
            Term::Goto(to, args) => self.check_goto(*to, args),
            Term::Branch {
                cond,
                then,
                or_else,
            } => self.check_branch(*cond, [*then, *or_else]),
            Term::Jump(to, args) => self.check_jump(*to, args),
            Term::Call(call) => self.check_call(call),
        }
    }

    /// That the target exists was seen when the dominators were found.
    fn check_goto(&self, to: BlockId, args: &[Operand]) -> Check {
        short(args)?;
        let params = &self.cp.blocks[to.index()].params;
        let (have, want) = (args.len(), params.len());
        ensure(have == want, || {
            format!("{have} arguments, but {to} has {want} parameters")
        })?;
        args.iter()
            .zip(params)
            .try_for_each(|(&arg, &param)| self.expect(arg, self.kinds.of(param)))
    }

    fn check_branch(&self, cond: Operand, targets: [BlockId; 2]) -> Check {
        for to in targets {
            let plain = self.cp.blocks[to.index()].params.is_empty();
            ensure(plain, || {
                format!("the branch to {to} gives it no arguments")
            })?;
        }
        self.expect(cond, ValueKind::Any)
    }

    fn check_jump(&self, to: CpId, args: &[Operand]) -> Check {
        match &self.sibling(to)?.kind {
            CpKind::Jump(params) => self.match_kinds(args, params, "arguments"),
            CpKind::Entry(_) | CpKind::Return(_) => Err(format!("{to} is no jump point")),
        }
    }

    /// A control point of the same procedure: jumps and frames do not leave it.
    fn sibling(&self, id: CpId) -> Check<&ControlPoint> {
        let cp = self
            .unit
            .cps
            .get(id.index())
            .ok_or_else(|| format!("there is no control point {id}"))?;
        ensure(cp.proc == self.cp.proc, || {
            format!("{id} belongs to another procedure")
        })?;
        Ok(cp)
    }

    fn check_call(&self, call: &Call) -> Check {
        self.check_site(call.site)?;
        self.values(&call.args)?;
        self.check_target(call.target, call.args.len())?;
        match &call.ret {
            None => Ok(()),
            Some(frame) => self.check_frame(frame),
        }
    }

    fn check_target(&self, target: Target, count: usize) -> Check {
        match target {
            Target::Value(callee) => self.expect(callee, ValueKind::Any),
            Target::Direct(cp, closure) => self.check_direct(cp, closure, count),
            Target::Import(p) => {
                in_range(
                    p,
                    p.index(),
                    self.unit.import_procs.len(),
                    "imported procedure",
                )?;
                let arity = self.unit.import_procs[p.index()].arity as usize;
                ensure(count == arity, || {
                    format!("{count} arguments, but {p} takes {arity}")
                })
            }
        }
    }

    fn check_direct(&self, cp: CpId, closure: Operand, count: usize) -> Check {
        let e = entry(self.unit, cp)?;
        let exact = e.optional == 0 && !e.rest && e.required as usize == count;
        ensure(exact, || {
            format!("{cp} does not take exactly {count} arguments")
        })?;
        let want = if e.free.is_empty() {
            ValueKind::Any
        } else {
            ValueKind::Closure(cp)
        };
        self.expect(closure, want)
    }

    fn check_frame(&self, frame: &Frame) -> Check {
        match &self.sibling(frame.ret)?.kind {
            CpKind::Return(r) => self.match_kinds(&frame.live, &r.live, "live values"),
            CpKind::Entry(_) | CpKind::Jump(_) => Err(format!("{} is no return point", frame.ret)),
        }
    }
}
