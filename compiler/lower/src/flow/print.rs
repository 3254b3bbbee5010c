//! The flow form as text, for whoever debugs a pass.

use super::{Arg, Block, Fun, FunId, Inst, Program, Term};
use std::fmt::{self, Display, Formatter, Write};

impl Display for Arg {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Arg::Var(v) => write!(f, "v{}", v.0),
            Arg::Fixnum(n) => write!(f, "{n}"),
            Arg::Imm(i) => write!(f, "{i:?}"),
            Arg::Lit(l) => write!(f, "${}", l.0),
            Arg::Fun(id) => write!(f, "f{}", id.0),
            Arg::ImportProc(id) => write!(f, "import{}", id.0),
            Arg::Prim(id) => write!(f, "prim{}", id.0),
        }
    }
}

struct List<'a>(&'a [Arg]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|a| write!(f, " {a}"))
    }
}

impl Display for Inst {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Inst::Op(i) => {
                if let Some(dst) = i.dst {
                    write!(f, "v{} = ", dst.0)?;
                }
                write!(f, "{} .{}{}", i.op.text(), i.imm, List(&i.args))
            }
            Inst::Fix(funs) => {
                f.write_str("fix")?;
                funs.iter().try_for_each(|g| write!(f, " f{}", g.0))
            }
        }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Term::Return(values) => write!(f, "return{}", List(values)),
            Term::Throw { frame, values, .. } => write!(f, "throw {frame}{}", List(values)),
            Term::Goto(to, args) => write!(f, "goto b{}{}", to.0, List(args)),
            Term::Branch {
                cond,
                then,
                or_else,
            } => write!(f, "branch {cond} b{} b{}", then.0, or_else.0),
            Term::Call {
                callee, args, ret, ..
            } => {
                write!(f, "call {callee}{}", List(args))?;
                match ret {
                    Some(r) => write!(
                        f,
                        " -> b{}{}",
                        r.block.0,
                        if r.ignores { " ignored" } else { "" }
                    ),
                    None => Ok(()),
                }
            }
            Term::Missing => f.write_str("missing"),
        }
    }
}

fn print_block(out: &mut String, index: usize, block: &Block) -> fmt::Result {
    write!(out, " b{index}")?;
    block
        .params
        .iter()
        .try_for_each(|p| write!(out, " v{}", p.0))?;
    writeln!(out, ":")?;
    block
        .insts
        .iter()
        .try_for_each(|i| writeln!(out, "  {i}"))?;
    writeln!(out, "  {}", block.term)
}

fn print_fun(out: &mut String, id: FunId, fun: &Fun) -> fmt::Result {
    let name = fun.name.map_or("", |n| n.as_str());
    write!(out, "f{} {name} {}", id.0, fun.required)?;
    if !fun.is_simple() {
        write!(out, " optional {} rest {}", fun.optional, fun.rest)?;
    }
    fun.worker
        .iter()
        .try_for_each(|w| write!(out, " worker f{}", w.0))?;
    fun.next_clause
        .iter()
        .try_for_each(|c| write!(out, " next f{}", c.0))?;
    fun.closure
        .iter()
        .try_for_each(|c| write!(out, " closure v{}", c.0))?;
    fun.free
        .iter()
        .try_for_each(|c| write!(out, " free v{}", c.0))?;
    writeln!(out)?;
    let mut blocks = fun
        .blocks
        .iter()
        .enumerate()
        .filter(|(_, b)| b.term != Term::Missing);
    blocks.try_for_each(|(i, b)| print_block(out, i, b))
}

impl Display for Program {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        for id in self.live_funs() {
            print_fun(&mut out, id, self.fun(id))?;
        }
        f.write_str(&out)
    }
}
