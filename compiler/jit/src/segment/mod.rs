//! Lowers one control point's segment to one Cranelift function.
//!
//! Blocks are taken in their order, which is topological, so that everything known on
//! the ways into a block is known when it is reached: types, unboxed numbers, whether
//! the reservation was made. An edge is kept open until its target is entered; what the
//! target wants of it (a word, a flag, a number, a reservation) is then emitted at its
//! end. A segment that jumps to itself becomes a loop; if more is known of its variables on
//! the way back than at its start, a second copy of the body makes use of it.
//!
//! Invariants: a path makes its reservation before its first effect; `ctx.alloc` is up
//! to date wherever anything outside the segment runs.

mod arith;
mod barrier;
mod call;
mod compare;
mod edge;
mod emit;
mod float;
mod object;
mod ops;
mod path;
mod predicate;
mod record;
mod reserve;
mod shape;
mod slow;
mod string;
mod term;
mod types;
mod value;
mod variable;
mod vector;

pub use slow::SlowPrims;

use crate::link::LinkInfo;
use cranelift_codegen::ir::{Block, Function, Value};
use edge::Edge;
use emit::{Emit, Memory};
use path::{Known, Path};
use reserve::Reservations;
use shape::Shape;
use std::collections::HashSet;
use termite_abi::REG_ARGS;
use termite_abi::context::CTX_ARGS;
use termite_abi::value::TAG_FRAME;
use termite_ir::{ControlPoint, CpId, CpKind, Unit};
use value::kind_types;

/// What to lower, and what to link it to.
pub struct Source<'a> {
    pub unit: &'a Unit,
    pub link: &'a LinkInfo,
    pub slow: &'a SlowPrims,
    /// The control points that are compiled together.
    pub batch: &'a HashSet<CpId>,
    pub cp: CpId,
}

/// Why a segment could not be lowered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// It is to stay interpreted.
    Unsupported(&'static str),
    /// The verifier should have refused the unit, or this module is wrong.
    Malformed(&'static str),
}

/// Lowers `source` into `func`, which is empty. Returns the primitives that the names of
/// slow stubs refer to.
pub fn lower(source: &Source<'_>, func: &mut Function) -> Result<Vec<u64>, Error> {
    let cp = source
        .unit
        .cps
        .get(source.cp.index())
        .ok_or(Error::Malformed("control point"))?;
    if source.link.descriptors.len() != source.unit.cps.len() {
        return Err(Error::Malformed("descriptors"));
    }
    let shape = Shape::of(source.unit, source.cp, cp)?;
    let registers = 1 + cp.arg_count().min(REG_ARGS);
    let mut e = Emit::new(func, registers);
    let params = e.start();
    let mut lower = Lower {
        src: source,
        cp,
        regs: vec![None; cp.regs as usize],
        incoming: (0..cp.blocks.len()).map(|_| Vec::new()).collect(),
        path: Path::default(),
        k: params[0],
        frame: None,
        restart: Vec::new(),
        in_loop: false,
        back_edges: Vec::new(),
        reservations: Reservations::default(),
        shape,
        e,
    };
    lower.enter(&params)?;
    lower.body()?;
    lower.finish_reservations()?;
    Ok(lower.e.into_prims())
}

/// The state of lowering one segment.
struct Lower<'a, 'f> {
    src: &'a Source<'a>,
    cp: &'a ControlPoint,
    shape: Shape,
    e: Emit<'f>,
    /// By register: what was known where it was defined.
    regs: Vec<Option<Known>>,
    /// By block: the open edges into it.
    incoming: Vec<Vec<Edge>>,
    path: Path,
    /// The current continuation.
    k: Value,
    /// Return points: the frame that was returned to.
    frame: Option<Value>,
    /// The arguments to restart with.
    restart: Vec<Value>,
    /// Whether `restart` are the variables of a loop.
    in_loop: bool,
    back_edges: Vec<Edge>,
    reservations: Reservations,
}

impl Lower<'_, '_> {
    /// Takes the arguments: the first from registers, the others from the context.
    fn enter(&mut self, params: &[Value]) -> Result<(), Error> {
        let count = self.cp.arg_count();
        if self.cp.regs as usize <= count.wrapping_sub(1) && count > 0 {
            return Err(Error::Malformed("register count"));
        }
        for i in 0..count {
            let word = match params.get(1 + i) {
                Some(&word) => word,
                None => self.e.load_context(CTX_ARGS + 8 * i as i32),
            };
            let word = if i == 0 && self.closure_is_idle() {
                self.e.word(0)
            } else {
                word
            };
            self.restart.push(word);
            let kind = self.cp.param_kind(self.src.cp, i);
            self.regs[i] = Some(Known::word(word, kind_types(kind)));
        }
        if let CpKind::Return(r) = &self.cp.kind {
            let frame = self.k;
            self.frame = Some(frame);
            self.k = self.e.load(Memory::Constant, frame, 8 - TAG_FRAME as i32);
            for (i, kind) in r.live.iter().enumerate() {
                let known = Known {
                    live: Some(i as u32),
                    types: kind_types(*kind),
                    ..Known::NOTHING
                };
                *self
                    .regs
                    .get_mut(count + i)
                    .ok_or(Error::Malformed("register count"))? = Some(known);
            }
        }
        Ok(())
    }

    /// Whether this is an entry whose closure means nothing: it is then not kept for a
    /// restart either.
    pub fn closure_is_idle(&self) -> bool {
        match &self.cp.kind {
            CpKind::Entry(e) => e.free.is_empty() && self.shape.uses[0] == 0,
            CpKind::Return(_) | CpKind::Jump(_) => false,
        }
    }

    fn body(&mut self) -> Result<(), Error> {
        if self.shape.loops {
            self.body_of_loop()
        } else {
            self.blocks()
        }
    }

    /// Lowers all blocks once, from the current position and path.
    fn blocks(&mut self) -> Result<(), Error> {
        for b in 0..self.cp.blocks.len() {
            if b > 0 && !self.enter_block(b)? {
                continue;
            }
            let block = &self.cp.blocks[b];
            let end = self.shape.fused[b].map_or(block.insts.len(), |f| f.inst);
            for (i, inst) in block.insts[..end].iter().enumerate() {
                self.inst(b, i, inst)?;
            }
            let k = self.k;
            self.term(b, &block.term)?;
            self.k = k;
        }
        Ok(())
    }
}

/// A block to go on in, with one parameter.
struct Join {
    block: Block,
    value: Value,
}
