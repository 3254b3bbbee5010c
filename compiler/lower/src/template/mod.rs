//! Bodies of tiny exported procedures, for inlining in other units.
//!
//! A body is written down with all that it refers to: literals, primitives, variables
//! and entries of the exporting unit or of units that it imports (each with its hash,
//! so the importer records what it depends on). Places are spans of this session's sources
//! where it keeps those; else inlined code has the place of the call. A body whose parts cannot be linked as they were is not inlined.

mod read;
mod write;

pub use read::{Templates, constant};
pub use write::{Source, write_body, write_constant};

use crate::flow::graph::Graph;
use crate::flow::{Fun, FunId, Inst, Program};
use termite_ir::Op;

/// Size of an exported body, and of one with a loop.
const TINY: usize = 16;
const TINY_LOOP: usize = 32;

/// What decides whether a body is inlined.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub params: usize,
    pub size: usize,
    pub is_loop: bool,
}

/// The shape of a procedure that may be exported as a body.
pub fn shape(fun: &Fun) -> Option<Shape> {
    let plain = |inst: &Inst| match inst {
        // Another unit's variables are not written.
        Inst::Op(op) => !matches!(op.op, Op::CellSet | Op::CellDefine | Op::Capture),
        Inst::Fix(_) => false,
    };
    if fun.is_gone()
        || fun.captures
        || !fun.is_simple()
        || !fun.blocks.iter().flat_map(|b| &b.insts).all(plain)
    {
        return None;
    }
    let graph = Graph::new(fun);
    let is_loop = graph.order.iter().any(|&b| graph.is_header(b));
    let size = fun.size();
    let small = size <= if is_loop { TINY_LOOP } else { TINY };
    small.then_some(Shape {
        params: fun.required.into(),
        size,
        is_loop,
    })
}

/// Copies of the exported procedures that may be inlined, before closure conversion.
pub fn candidates(program: &Program) -> Vec<(FunId, Fun, Shape)> {
    let exported = program
        .live_funs()
        .into_iter()
        .filter(|&f| program.fun(f).exported);
    exported
        .filter_map(|f| shape(program.fun(f)).map(|s| (f, program.fun(f).clone(), s)))
        .collect()
}
