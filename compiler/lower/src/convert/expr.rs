//! Expressions by destination.

use super::{Convert, Dest, Place, internal};
use crate::analyse::is_atom;
use crate::env::Result;
use crate::flow::{Arg, BlockId, Ret, Term};
use crate::literals::constant;
use termite_expand::core::{Expr, ExprKind, LocalId};
use termite_ir::{Immediate, Op};

/// `(or first rest)`, which the expander writes as `(let ((t first)) (if t t rest))`.
struct Or<'a> {
    local: LocalId,
    first: &'a Expr,
    rest: &'a Expr,
}

type Arm<'a> = (BlockId, &'a Expr);

/// The arms of an `if` in the order in which they are converted: the one that may be
/// long comes last, for the last one takes none of Rust's stack.
fn arms<'a>(then: Arm<'a>, or_else: Arm<'a>) -> [Arm<'a>; 2] {
    if is_atom(or_else.1) {
        [or_else, then]
    } else {
        [then, or_else]
    }
}

impl<'a> Convert<'a> {
    /// Binds and evaluates what stands before the expression that gives the value, and
    /// returns that one: no `Seq`, `Let`, `Letrec` or `CallWithValues`, but an `or` is
    /// left as it is on demand.
    fn descend(&mut self, mut e: &'a Expr, keep_or: bool) -> Result<&'a Expr> {
        loop {
            match &e.kind {
                ExprKind::Seq(exprs) => {
                    let (last, before) = exprs
                        .split_last()
                        .ok_or_else(|| internal("empty sequence", e.span))?;
                    before.iter().try_for_each(|e| self.effect(e))?;
                    e = last;
                }
                ExprKind::Let(..) if keep_or && self.as_or(e).is_some() => return Ok(e),
                ExprKind::Let(bindings, body) => {
                    self.bind_let(bindings)?;
                    e = body;
                }
                ExprKind::Letrec(bindings, body) => {
                    self.bind_letrec(bindings)?;
                    e = body;
                }
                ExprKind::CallWithValues(producer, formals, body) => {
                    self.bind_values(producer, formals)?;
                    e = body;
                }
                ExprKind::Quote(_)
                | ExprKind::Local(_)
                | ExprKind::Global(_)
                | ExprKind::SetLocal(..)
                | ExprKind::SetGlobal(..)
                | ExprKind::DefineGlobal(..)
                | ExprKind::If(..)
                | ExprKind::Lambda(_)
                | ExprKind::CaseLambda(_)
                | ExprKind::Call(..) => return Ok(e),
            }
        }
    }

    fn as_or(&self, e: &'a Expr) -> Option<Or<'a>> {
        let ExprKind::Let(bindings, body) = &e.kind else {
            return None;
        };
        let ([(local, first)], ExprKind::If(test, then, rest)) = (&bindings[..], &body.kind) else {
            return None;
        };
        let reads = |e: &Expr| matches!(e.kind, ExprKind::Local(l) if l == *local);
        let only = self.facts.reads[local.0 as usize] == 2
            && !self.module.locals[local.0 as usize].assigned;
        (only && reads(test) && reads(then)).then_some(Or {
            local: *local,
            first,
            rest,
        })
    }

    /// The value as an operand; goes on in the current block.
    pub(super) fn value(&mut self, e: &'a Expr) -> Result<Arg> {
        let e = self.descend(e, false)?;
        match &e.kind {
            ExprKind::Quote(datum) => constant(&mut self.program.tables, datum),
            ExprKind::Local(local) => self.read_local(*local, e.span),
            ExprKind::Global(global) => self.read_global(*global, e.span),
            ExprKind::SetLocal(local, value) => {
                self.set_local(*local, value, e.span).map(|()| Arg::VOID)
            }
            ExprKind::SetGlobal(global, value) => {
                self.set_global(*global, value, e.span).map(|()| Arg::VOID)
            }
            ExprKind::DefineGlobal(global, value) => self
                .define_global(*global, value, e.span)
                .map(|()| Arg::VOID),
            ExprKind::Lambda(lambda) => {
                self.lambda(std::slice::from_ref(lambda), lambda.name, Some(self.at.fun))
            }
            ExprKind::CaseLambda(clauses) => {
                let name = clauses.first().and_then(|c| c.name);
                self.lambda(clauses, name, Some(self.at.fun))
            }
            ExprKind::If(..) => self.joined(e),
            ExprKind::Call(callee, args) => match self.inline_call(callee, args, e.span)? {
                Some(value) => Ok(value),
                None => self.joined(e),
            },
            ExprKind::Seq(_)
            | ExprKind::Let(..)
            | ExprKind::Letrec(..)
            | ExprKind::CallWithValues(..) => Err(internal("not descended", e.span)),
        }
    }

    /// The value of an expression that ends the block, in a new block.
    fn joined(&mut self, e: &'a Expr) -> Result<Arg> {
        let (join, value) = self.join();
        match &e.kind {
            ExprKind::Call(callee, args) => self.call(callee, args, e.span, Dest::Join(join))?,
            _ => self.into(e, Dest::Join(join))?,
        }
        self.switch(join);
        Ok(Arg::Var(value))
    }

    /// Evaluates to a destination; the current block ends.
    pub(super) fn into(&mut self, mut e: &'a Expr, dest: Dest) -> Result<()> {
        loop {
            e = self.descend(e, matches!(dest, Dest::Ignore(_)))?;
            match &e.kind {
                ExprKind::If(test, then, or_else) => {
                    let (yes, no) = (self.block(Vec::new()), self.block(Vec::new()));
                    self.test(test, yes, no)?;
                    let [(first, arm), (last, rest)] = arms((yes, then), (no, or_else));
                    self.switch(first);
                    self.into(arm, dest)?;
                    self.switch(last);
                    e = rest;
                }
                ExprKind::Let(..) => match (self.as_or(e), dest) {
                    (Some(or), Dest::Ignore(done)) => {
                        let no = self.block(Vec::new());
                        self.or_test(&or, done, no)?;
                        self.switch(no);
                        e = or.rest;
                    }
                    _ => return Err(internal("not descended", e.span)),
                },
                ExprKind::Call(callee, args) => {
                    return match self.inline_call(callee, args, e.span)? {
                        Some(value) => self.deliver(&[value], dest, e.span),
                        None => self.call(callee, args, e.span, dest),
                    };
                }
                _ => {
                    let value = self.value(e)?;
                    return self.deliver(&[value], dest, e.span);
                }
            }
        }
    }

    /// Hands values over; the current block ends.
    pub(super) fn deliver(
        &mut self,
        values: &[Arg],
        dest: Dest,
        span: termite_syntax::Span,
    ) -> Result<()> {
        match (dest, values) {
            (Dest::Return, _) => self.finish(Term::Return(values.to_vec())),
            (Dest::Join(block), [value]) => self.goto(block, vec![*value]),
            (Dest::Join(block), _) => self.wrong_count(values, Ret::one(block), span),
            (Dest::Ignore(block), _) => self.goto(block, Vec::new()),
            (Dest::Values(ret), _) => self.deliver_values(values, ret, span),
        }
        Ok(())
    }

    /// Goes to `yes` unless the value is #f, else to `no`; the current block ends.
    fn test(&mut self, mut e: &'a Expr, mut yes: BlockId, mut no: BlockId) -> Result<()> {
        loop {
            e = self.descend(e, true)?;
            match &e.kind {
                ExprKind::If(test, then, or_else) => {
                    let (a, b) = (self.block(Vec::new()), self.block(Vec::new()));
                    self.test(test, a, b)?;
                    let [(first, arm), (last, rest)] = arms((a, then), (b, or_else));
                    self.switch(first);
                    self.test(arm, yes, no)?;
                    self.switch(last);
                    e = rest;
                }
                ExprKind::Let(..) => {
                    let or = self
                        .as_or(e)
                        .ok_or_else(|| internal("not descended", e.span))?;
                    let next = self.block(Vec::new());
                    self.or_test(&or, yes, next)?;
                    self.switch(next);
                    e = or.rest;
                }
                ExprKind::Call(callee, args) => match self.negated(callee, args) {
                    Some(inner) => {
                        (yes, no) = (no, yes);
                        e = inner;
                    }
                    None => return self.test_call(e, yes, no),
                },
                _ => {
                    let value = self.value(e)?;
                    self.branch(value, yes, no);
                    return Ok(());
                }
            }
        }
    }

    fn test_call(&mut self, e: &'a Expr, yes: BlockId, no: BlockId) -> Result<()> {
        let ExprKind::Call(callee, args) = &e.kind else {
            return Err(internal("no call", e.span));
        };
        if self.test_member(callee, args, e.span, yes, no)? {
            return Ok(());
        }
        let value = self.value(e)?;
        self.branch(value, yes, no);
        Ok(())
    }

    /// The first operand of an `or` as a test; its variable is not needed then.
    fn or_test(&mut self, or: &Or<'a>, yes: BlockId, no: BlockId) -> Result<()> {
        self.locals[or.local.0 as usize] = Place::Unset;
        self.test(or.first, yes, no)
    }

    fn branch(&mut self, cond: Arg, yes: BlockId, no: BlockId) {
        match cond {
            Arg::Imm(Immediate::False) => self.goto(no, Vec::new()),
            Arg::Imm(_)
            | Arg::Fixnum(_)
            | Arg::Lit(_)
            | Arg::Fun(_)
            | Arg::ImportProc(_)
            | Arg::Prim(_) => self.goto(yes, Vec::new()),
            Arg::Var(_) => self.finish(Term::Branch {
                cond,
                then: yes,
                or_else: no,
            }),
        }
    }

    /// Evaluates for the effect; goes on in the current block.
    pub(super) fn effect(&mut self, e: &'a Expr) -> Result<()> {
        let e = self.descend(e, true)?;
        match &e.kind {
            ExprKind::Quote(_) | ExprKind::Lambda(_) | ExprKind::CaseLambda(_) => Ok(()),
            ExprKind::Call(callee, args) => match self.inline_call(callee, args, e.span)? {
                Some(_) => Ok(()),
                None => {
                    self.ignored(|this, done| this.call(callee, args, e.span, Dest::Ignore(done)))
                }
            },
            ExprKind::If(..) | ExprKind::Let(..) => {
                self.ignored(|this, done| this.into(e, Dest::Ignore(done)))
            }
            _ => self.value(e).map(|_| ()),
        }
    }

    /// Goes on in a new block after `convert` has ended the current one.
    fn ignored(&mut self, convert: impl FnOnce(&mut Self, BlockId) -> Result<()>) -> Result<()> {
        let done = self.block(Vec::new());
        convert(self, done)?;
        self.switch(done);
        Ok(())
    }

    /// `(not e)`.
    fn negated(&self, callee: &Expr, args: &'a [Expr]) -> Option<&'a Expr> {
        let op = self.as_primitive(callee).is_some_and(|p| p.name == "not");
        if op {
            <&[Expr; 1]>::try_from(args).ok().map(|[e]| e)
        } else {
            None
        }
    }

    /// A constant that `eq?` compares as `eqv?` and `equal?` do.
    pub(super) fn is_eq_comparable(&self, arg: Arg) -> bool {
        match arg {
            Arg::Fixnum(_) | Arg::Imm(_) => true,
            Arg::Lit(id) => matches!(
                self.program.tables.literals[id.index()],
                termite_ir::Literal::Symbol(_)
            ),
            Arg::Var(_) | Arg::Fun(_) | Arg::ImportProc(_) | Arg::Prim(_) => false,
        }
    }

    /// Whether the two are the same by `eq?`.
    pub(super) fn test_eq(&mut self, a: Arg, b: Arg, span: termite_syntax::Span) -> Arg {
        self.simple(Op::Eq, &[a, b], span)
    }
}
