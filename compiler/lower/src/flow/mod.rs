//! The flow form: what every pass between `convert` and `emit` works on.
//!
//! A procedure is a graph of basic blocks in SSA form: each variable is defined once, by
//! a block parameter or an instruction, and its definition dominates its uses. A block
//! may use variables of the procedures around it; `close` makes these free values. A
//! non-tail call ends a block and names the block that takes the values. Cycles are
//! allowed: a loop is a block that is reached again.
//!
//! A procedure is referred to by [`Arg::Fun`]: no free values are looked at until
//! `close`. Where a local procedure comes into being stands an [`Inst::Fix`], which
//! dominates all references. Variables are numbered over the whole program, so that
//! code moves between procedures as it is, and never change: assigned variables have
//! been boxed.

mod calls;
pub mod check;
mod edit;
pub mod graph;
mod print;
mod tables;
mod visit;

pub use calls::Fit;
pub use edit::Renaming;
pub use tables::{Tables, unique};

use termite_ir::{Immediate, ImportProcId, LitId, Op, PrimId};
use termite_syntax::{Span, Symbol};

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
        impl $name {
            pub const fn index(self) -> usize { self.0 as usize }
        })*
    };
}

index! {
    /// A variable, see [`Program::vars`].
    Var;
    /// A procedure, see [`Program::funs`].
    FunId;
    /// A block of its procedure.
    BlockId;
}

/// What is known of a variable's value by how it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarKind {
    Any,
    Box,
    /// The closure of a procedure.
    Closure(FunId),
}

pub struct Program {
    pub vars: Vec<VarKind>,
    pub funs: Vec<Fun>,
    pub tables: Tables,
    /// Runs the body; procedure 0.
    pub init: FunId,
    /// The primitive `values`, which code calls to report a wrong number of values.
    pub values: PrimId,
}

/// A procedure, or one clause of one.
#[derive(Clone, Debug)]
pub struct Fun {
    pub name: Option<Symbol>,
    /// Its parameters are those of block 0: required, optional, rest.
    pub required: u16,
    pub optional: u16,
    pub rest: bool,
    /// Block 0 is the entry. No block: the procedure has no body yet, or is gone.
    pub blocks: Vec<Block>,
    /// It is gone.
    pub removed: bool,
    /// It has changed since `simplify` last found nothing to do.
    pub dirty: bool,
    /// The clause that is tried when this one does not take the number of arguments.
    pub next_clause: Option<FunId>,
    /// Takes all parameters, optional ones and the rest list too, as required ones; this
    /// procedure only calls it.
    pub worker: Option<FunId>,
    /// The procedure that it is written in; `None` for a parent of its own.
    pub home: Option<FunId>,
    /// Contains `Op::Capture`: its continuation is not to be changed.
    pub captures: bool,
    /// Something outside of the unit may call it.
    pub exported: bool,
    /// Set by `close`: the variable that holds its closure, and the free variables.
    pub closure: Option<Var>,
    pub free: Vec<Var>,
}

#[derive(Clone, Debug)]
pub struct Block {
    pub params: Vec<Var>,
    pub insts: Vec<Inst>,
    pub term: Term,
    /// Name of the procedure that it was written in.
    pub name: Option<Symbol>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Inst {
    Op(OpInst),
    /// Local procedures that may refer to each other come into being.
    Fix(Vec<FunId>),
}

/// An operation of the IR. `imm` is an index in [`Tables`] where the IR has one in its
/// own tables.
#[derive(Clone, PartialEq, Debug)]
pub struct OpInst {
    pub dst: Option<Var>,
    pub op: Op,
    pub args: Vec<Arg>,
    pub imm: u32,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Arg {
    Var(Var),
    Fixnum(i64),
    Imm(Immediate),
    Lit(LitId),
    /// A procedure of this unit: as a callee, or its closure.
    Fun(FunId),
    ImportProc(ImportProcId),
    Prim(PrimId),
}

#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    Return(Vec<Arg>),
    Throw {
        frame: Arg,
        values: Vec<Arg>,
        span: Span,
    },
    Goto(BlockId, Vec<Arg>),
    /// Neither block has parameters.
    Branch {
        cond: Arg,
        then: BlockId,
        or_else: BlockId,
    },
    /// A tail call when `ret` is `None`.
    Call {
        callee: Arg,
        args: Vec<Arg>,
        ret: Option<Ret>,
        span: Span,
    },
    /// What an unfinished or deleted block ends with; never in a reachable one.
    Missing,
}

/// Where a call's values go. The block's parameters are the values and the rest list; it
/// has none when the values are ignored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ret {
    pub block: BlockId,
    pub values: u16,
    pub rest: bool,
    pub ignores: bool,
}

impl Arg {
    pub const FALSE: Arg = Arg::Imm(Immediate::False);
    pub const TRUE: Arg = Arg::Imm(Immediate::True);
    pub const NULL: Arg = Arg::Imm(Immediate::Null);
    pub const VOID: Arg = Arg::Imm(Immediate::Void);

    pub fn boolean(b: bool) -> Arg {
        if b { Arg::TRUE } else { Arg::FALSE }
    }

    pub fn var(self) -> Option<Var> {
        match self {
            Arg::Var(v) => Some(v),
            Arg::Fixnum(_)
            | Arg::Imm(_)
            | Arg::Lit(_)
            | Arg::Fun(_)
            | Arg::ImportProc(_)
            | Arg::Prim(_) => None,
        }
    }
}

impl Block {
    /// What stands in for a block that has been taken out.
    pub fn missing() -> Block {
        Block {
            params: Vec::new(),
            insts: Vec::new(),
            term: Term::Missing,
            name: None,
        }
    }
}

impl Ret {
    /// One value, the block's parameter.
    pub fn one(block: BlockId) -> Ret {
        Ret {
            block,
            values: 1,
            rest: false,
            ignores: false,
        }
    }

    pub fn ignored(block: BlockId) -> Ret {
        Ret {
            block,
            values: 1,
            rest: false,
            ignores: true,
        }
    }
}

impl Fun {
    pub fn new(name: Option<Symbol>, home: Option<FunId>) -> Fun {
        Fun {
            name,
            required: 0,
            optional: 0,
            rest: false,
            blocks: Vec::new(),
            removed: false,
            dirty: true,
            next_clause: None,
            worker: None,
            home,
            captures: false,
            exported: false,
            closure: None,
            free: Vec::new(),
        }
    }

    /// Number of parameters of all sorts.
    pub fn param_count(&self) -> usize {
        self.required as usize + self.optional as usize + self.rest as usize
    }

    /// No optional or rest parameters.
    pub fn is_simple(&self) -> bool {
        self.optional == 0 && !self.rest
    }

    pub fn accepts(&self, count: usize) -> bool {
        let required = self.required as usize;
        count >= required && (self.rest || count <= required + self.optional as usize)
    }

    pub fn is_gone(&self) -> bool {
        self.blocks.is_empty()
    }

    /// A measure of the code: one an operation, more for calls and for procedures made.
    pub fn size(&self) -> usize {
        let insts = self
            .blocks
            .iter()
            .flat_map(|b| &b.insts)
            .map(|inst| match inst {
                Inst::Op(_) => 1,
                Inst::Fix(list) => 4 * list.len(),
            });
        let terms = self.blocks.iter().map(|b| match &b.term {
            Term::Call { args, .. } => 2 + args.len() / 2,
            Term::Branch { .. } | Term::Throw { .. } => 1,
            Term::Goto(..) | Term::Return(_) | Term::Missing => 0,
        });
        insts.sum::<usize>() + terms.sum::<usize>()
    }

    pub fn new_block(&mut self, params: Vec<Var>, name: Option<Symbol>) -> BlockId {
        self.blocks.push(Block {
            params,
            insts: Vec::new(),
            term: Term::Missing,
            name,
        });
        BlockId(self.blocks.len() as u32 - 1)
    }

    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }

    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }
}

impl Program {
    pub fn new_var(&mut self, kind: VarKind) -> Var {
        self.vars.push(kind);
        Var(self.vars.len() as u32 - 1)
    }

    pub fn new_fun(&mut self, fun: Fun) -> FunId {
        self.funs.push(fun);
        FunId(self.funs.len() as u32 - 1)
    }

    pub fn fun(&self, id: FunId) -> &Fun {
        &self.funs[id.index()]
    }

    pub fn fun_mut(&mut self, id: FunId) -> &mut Fun {
        &mut self.funs[id.index()]
    }

    /// Takes a procedure away; its blocks are the caller's.
    pub fn remove(&mut self, f: FunId) -> Vec<Block> {
        let fun = self.fun_mut(f);
        fun.removed = true;
        std::mem::take(&mut fun.blocks)
    }

    pub fn is_removed(&self, f: FunId) -> bool {
        self.fun(f).removed
    }

    /// Procedures that still exist, in order.
    pub fn live_funs(&self) -> Vec<FunId> {
        (0..self.funs.len() as u32)
            .map(FunId)
            .filter(|&f| !self.fun(f).is_gone())
            .collect()
    }

    /// The clause of `f` that takes so many arguments.
    pub fn clause(&self, f: FunId, count: usize) -> Option<FunId> {
        let chain = std::iter::successors(Some(f), |&c| self.fun(c).next_clause);
        chain.into_iter().find(|&c| self.fun(c).accepts(count))
    }

    /// The procedure that a call of `callee` with so many arguments certainly enters,
    /// and takes them all as required parameters.
    pub fn direct(&self, callee: Arg, count: usize) -> Option<FunId> {
        let Arg::Fun(f) = callee else { return None };
        let fun = self.fun(f);
        (fun.is_simple() && fun.required as usize == count).then_some(f)
    }
}
