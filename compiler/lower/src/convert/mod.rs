//! From core to the flow form.
//!
//! An expression is converted for what becomes of its value: into an operand
//! ([`Convert::value`]), to a [`Dest`] that ends the block, as a test with two targets
//! (no boolean is made), or for its effect alone. Operands are evaluated from left to
//! right, the operator first. Bodies, sequences and `else` chains are walked in loops,
//! so that Rust's stack grows with the nesting of operands and procedures only.
//!
//! | file | converts |
//! |---|---|
//! | `expr` | expressions by destination |
//! | `bind` | `let`, `letrec` (fixed), several values |
//! | `lambda` | procedures |
//! | `call` | calls, known and unknown, `values` |
//! | `primitive` | calls of primitives that become operations |
//! | `expand`, `guard` | primitives that become several operations |

mod bind;
mod call;
mod expand;
mod expr;
mod guard;
mod lambda;
mod primitive;

use crate::analyse::Facts;
use crate::env::Result;
use crate::export::Exported;
use crate::flow::{Arg, BlockId, Fun, FunId, Inst, OpInst, Program, Ret, Term, Var, VarKind};
use crate::resolve::{Binding, Resolved, clauses, definitions, toplevel_name};
use termite_expand::core::{Expr, Global, GlobalId, GlobalKind, LocalId, Mode, Module};
use termite_ir::Op;
use termite_syntax::{Diagnostic, Span, Symbol};

/// Where the value of an expression goes; its block ends there.
#[derive(Clone, Copy, Debug)]
enum Dest {
    Return,
    /// To a block with one parameter.
    Join(BlockId),
    /// To a block without parameters; any number of values is fine.
    Ignore(BlockId),
    /// To a block that takes several values, or a rest list.
    Values(Ret),
}

/// How a local variable is reached.
#[derive(Clone, Copy, Debug)]
enum Place {
    Unset,
    Value(Arg),
    Box { content: Var, checked: bool },
}

/// The block that code goes to.
#[derive(Clone, Copy)]
struct Cursor {
    fun: FunId,
    block: BlockId,
}

struct Convert<'a> {
    module: &'a Module,
    facts: &'a Facts,
    bindings: &'a [Binding],
    exports: &'a [(String, Exported)],
    program: Program,
    locals: Vec<Place>,
    /// Whether the definition of a cell certainly ran before what is being converted.
    bound: Vec<bool>,
    at: Cursor,
}

/// Converts a module; `program` has `init` and the known procedures, without bodies.
pub fn convert(
    module: &Module,
    facts: &Facts,
    resolved: &Resolved,
    exports: &[(String, Exported)],
    program: Program,
) -> Result<Program> {
    let bindings = &resolved.bindings;
    let bound = bindings
        .iter()
        .map(|b| matches!(b, Binding::Cell(c) if c.bound))
        .collect();
    let at = Cursor {
        fun: program.init,
        block: BlockId(0),
    };
    let locals = vec![Place::Unset; module.locals.len()];
    let mut convert = Convert {
        module,
        facts,
        bindings,
        exports,
        program,
        locals,
        bound,
        at,
    };
    convert.known_procedures()?;
    convert.init()?;
    Ok(convert.program)
}

impl<'a> Convert<'a> {
    /// First the procedures that have their value from the start: what they read of
    /// cells does not depend on where they stand.
    fn known_procedures(&mut self) -> Result<()> {
        for d in definitions(self.module) {
            if let (Binding::Known(f), Some(clauses)) =
                (&self.bindings[d.global.0 as usize], clauses(d.init))
            {
                self.define(*f, clauses)?;
            }
        }
        Ok(())
    }

    fn init(&mut self) -> Result<()> {
        let entry = self
            .program
            .fun_mut(self.program.init)
            .new_block(Vec::new(), None);
        self.at = Cursor {
            fun: self.program.init,
            block: entry,
        };
        self.export_cells();
        let (last, forms) = match self.module.body.split_last() {
            Some((last, forms)) if self.module.mode == Mode::Repl => (Some(last), forms),
            _ => (None, &self.module.body[..]),
        };
        forms.iter().try_for_each(|form| self.effect(form))?;
        match last {
            Some(last) => self.into(last, Dest::Return)?,
            None => self.finish(Term::Return(vec![Arg::VOID])),
        }
        Ok(())
    }

    /// Cells of exports that have their value from the start.
    fn export_cells(&mut self) {
        let mut done = Vec::new();
        for (_, exported) in self.exports {
            let (var, value) = match exported {
                Exported::Clauses { var, head } => (*var, Arg::Fun(*head)),
                Exported::Constant { var, value } => (*var, *value),
                Exported::Proc(_)
                | Exported::Var(_)
                | Exported::Assigned(_)
                | Exported::Alias { .. }
                | Exported::Primitive(_) => continue,
            };
            if !done.contains(&var) {
                done.push(var);
                self.op(Op::CellDefine, vec![value], var.0, Span::NONE);
            }
        }
    }

    // -- building --

    fn fun_mut(&mut self) -> &mut Fun {
        self.program.fun_mut(self.at.fun)
    }

    /// A new block of the current procedure.
    fn block(&mut self, params: Vec<Var>) -> BlockId {
        let name = self.name();
        self.fun_mut().new_block(params, name)
    }

    /// A new block with one parameter.
    fn join(&mut self) -> (BlockId, Var) {
        let param = self.program.new_var(VarKind::Any);
        (self.block(vec![param]), param)
    }

    fn name(&self) -> Option<Symbol> {
        self.program.fun(self.at.fun).name
    }

    fn switch(&mut self, block: BlockId) {
        self.at.block = block;
    }

    /// Ends the current block.
    fn finish(&mut self, term: Term) {
        let block = self.at.block;
        self.fun_mut().block_mut(block).term = term;
    }

    fn goto(&mut self, to: BlockId, args: Vec<Arg>) {
        self.finish(Term::Goto(to, args));
    }

    /// Branches to two new blocks.
    fn split(&mut self, cond: Arg) -> (BlockId, BlockId) {
        let (then, or_else) = (self.block(Vec::new()), self.block(Vec::new()));
        self.finish(Term::Branch {
            cond,
            then,
            or_else,
        });
        (then, or_else)
    }

    fn push(&mut self, inst: Inst) {
        let block = self.at.block;
        self.fun_mut().block_mut(block).insts.push(inst);
    }

    /// Adds an operation; its result, or the value of expressions without one.
    fn op(&mut self, op: Op, args: Vec<Arg>, imm: u32, span: Span) -> Arg {
        let kind = if op == Op::MakeBox {
            VarKind::Box
        } else {
            VarKind::Any
        };
        let dst = (op.result() != termite_ir::op::Res::None).then(|| self.program.new_var(kind));
        self.push(Inst::Op(OpInst {
            dst,
            op,
            args,
            imm,
            span,
        }));
        dst.map_or(Arg::VOID, Arg::Var)
    }

    /// An operation without an index.
    fn simple(&mut self, op: Op, args: &[Arg], span: Span) -> Arg {
        self.op(op, args.to_vec(), 0, span)
    }

    /// A new box; the variable that holds it.
    fn new_box(&mut self, content: Arg, span: Span) -> Result<Var> {
        self.op(Op::MakeBox, vec![content], 0, span)
            .var()
            .ok_or_else(|| internal("a box is no variable", span))
    }

    /// Conses the items in front of `tail`.
    fn list_of(&mut self, items: &[Arg], tail: Arg, span: Span) -> Arg {
        items.iter().rev().fold(tail, |tail, &item| {
            self.simple(Op::Cons, &[item, tail], span)
        })
    }

    // -- variables --

    fn read_local(&mut self, local: LocalId, span: Span) -> Result<Arg> {
        match self.locals[local.0 as usize] {
            Place::Value(arg) => Ok(arg),
            Place::Box { content, checked } => {
                let op = if checked {
                    Op::BoxRefChecked
                } else {
                    Op::BoxRef
                };
                Ok(self.simple(op, &[Arg::Var(content)], span))
            }
            Place::Unset => Err(internal(
                "a local variable is used outside of its scope",
                span,
            )),
        }
    }

    fn read_global(&mut self, global: GlobalId, span: Span) -> Result<Arg> {
        match &self.bindings[global.0 as usize] {
            Binding::Known(f) => Ok(Arg::Fun(*f)),
            Binding::Arg(arg) => Ok(*arg),
            Binding::Clauses(var, _) => Ok(self.op(Op::CellRef, Vec::new(), var.0, span)),
            Binding::Primitive(p) => self.primitive_value(p, span),
            Binding::Cell(cell) => {
                // A session's variable may have no value on a node to which code has moved.
                let sure = self.bound[global.0 as usize] && self.module.mode == Mode::Library;
                let op = if sure {
                    Op::CellRef
                } else {
                    Op::CellRefChecked
                };
                Ok(self.op(op, Vec::new(), cell.var.0, span))
            }
        }
    }

    fn set_local(&mut self, local: LocalId, value: &'a Expr, span: Span) -> Result<()> {
        let value = self.value(value)?;
        match self.locals[local.0 as usize] {
            Place::Box { content, .. } => {
                self.simple(Op::BoxSet, &[Arg::Var(content), value], span);
                Ok(())
            }
            Place::Value(_) | Place::Unset => Err(internal(
                "a local variable is assigned that has no box",
                span,
            )),
        }
    }

    fn set_global(&mut self, global: GlobalId, value: &'a Expr, span: Span) -> Result<()> {
        let value = self.value(value)?;
        match &self.bindings[global.0 as usize] {
            Binding::Cell(cell) if cell.assignable => {
                self.op(Op::CellSet, vec![value], cell.var.0, span);
                Ok(())
            }
            Binding::Known(_)
            | Binding::Arg(_)
            | Binding::Primitive(_)
            | Binding::Clauses(..)
            | Binding::Cell(_) => Err(assigned_constant(
                &self.module.globals[global.0 as usize],
                span,
            )),
        }
    }

    /// The value of a definition. What stands for a constant or a known procedure needs
    /// none at run time, unless it is exported as a variable.
    fn define_global(&mut self, global: GlobalId, value: &'a Expr, span: Span) -> Result<()> {
        let Binding::Cell(cell) = &self.bindings[global.0 as usize] else {
            return Ok(());
        };
        let cell = cell.var.0;
        let value = match clauses(value) {
            // A procedure that is defined at the toplevel is a parent of its own.
            Some(clauses) if self.at.fun == self.program.init => {
                let name = toplevel_name(self.module, global, clauses);
                self.lambda(clauses, Some(name), None)?
            }
            _ => self.value(value)?,
        };
        self.op(Op::CellDefine, vec![value], cell, span);
        self.bound[global.0 as usize] = true;
        Ok(())
    }
}

/// A library is compiled before its macros are used elsewhere: what none of them seemed to
/// assign is a constant of it.
fn assigned_constant(global: &Global, span: Span) -> Diagnostic {
    let name = global.name;
    let fault = Diagnostic::new(
        "assigned-constant",
        format!("`{name}` cannot be assigned"),
        span,
    );
    match &global.kind {
        GlobalKind::Import { unit, .. } => fault.with_hint(format!(
            "no template of a macro of {unit} says (set! {name} ...), so it is a constant there"
        )),
        GlobalKind::Own | GlobalKind::Primitive(_) | GlobalKind::Late => fault,
    }
}

/// A fault of ours that the program's author cannot help.
fn internal(message: &str, span: Span) -> Diagnostic {
    Diagnostic::new("internal-error", message, span)
}
