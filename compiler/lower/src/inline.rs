//! Small known procedures become part of their callers.
//!
//! Callees first, so that what is inlined has been finished itself. A procedure that
//! calls itself in tail position alone becomes a loop, and is inlined where a procedure
//! is passed to it: there the loop's unknown call becomes a known one. Nothing that
//! looks at its continuation, makes closures, or is recursive otherwise is inlined.

use crate::contify::hand_over;
use crate::flow::graph::{Graph, components};
use crate::flow::{Arg, Block, BlockId, Fun, FunId, Inst, Program, Renaming, Ret, Term};
use crate::template::Templates;
use termite_ir::ImportProcId;
use termite_syntax::Span;

/// Size of what is inlined everywhere.
const SMALL: usize = 14;
/// Size of what is inlined where a procedure is passed to it, or into its only caller.
const MEDIUM: usize = 48;
/// Size of an exported procedure that only hands its arguments on: it takes in the loop
/// that it calls, for others to inline.
const FORWARDS: usize = 8;
/// A procedure grows to this size at most, or to twice its own.
const LARGE: usize = 1200;

/// What can be inlined in place of a call.
struct Candidate {
    size: usize,
    is_loop: bool,
    /// Nobody else calls it.
    once: bool,
}

/// One round over the whole program.
pub fn inline(program: &mut Program, templates: &Templates) {
    let funs = program.live_funs();
    for &f in &funs {
        make_loop(program, f);
    }
    let (successors, calls) = call_graph(program);
    let mut candidates: Vec<Option<Candidate>> = program.funs.iter().map(|_| None).collect();
    for component in components(&successors) {
        for &i in &component {
            let f = FunId(i as u32);
            // A worker is not to vanish in the procedure that it works for.
            if !program.fun(f).is_gone() && program.fun(f).worker.is_none() {
                inline_into(program, templates, f, &candidates);
            }
        }
        if let [i] = component[..]
            && !successors[i].contains(&i)
        {
            let f = FunId(i as u32);
            candidates[i] = candidate(program.fun(f), calls[i]);
        }
    }
}

fn candidate(fun: &Fun, calls: Calls) -> Option<Candidate> {
    let makes_procedures = fun
        .blocks
        .iter()
        .flat_map(|b| &b.insts)
        .any(|i| matches!(i, Inst::Fix(_)));
    if fun.is_gone() || fun.captures || makes_procedures || !fun.is_simple() {
        return None;
    }
    let graph = Graph::new(fun);
    let is_loop = graph.order.iter().any(|&b| graph.is_header(b));
    let once = calls.direct == 1 && !calls.otherwise && !fun.exported;
    Some(Candidate {
        size: fun.size(),
        is_loop,
        once,
    })
}

#[derive(Clone, Copy, Default)]
struct Calls {
    direct: u32,
    otherwise: bool,
}

/// By procedure: those it calls directly; and how each is used.
fn call_graph(program: &Program) -> (Vec<Vec<usize>>, Vec<Calls>) {
    let mut successors = vec![Vec::new(); program.funs.len()];
    let mut calls = vec![Calls::default(); program.funs.len()];
    for f in program.live_funs() {
        for block in &program.fun(f).blocks {
            let mut mentioned: Vec<FunId> = Vec::new();
            block.each_arg(|a| {
                if let Arg::Fun(g) = a {
                    mentioned.push(g)
                }
            });
            if let Term::Call { callee, args, .. } = &block.term
                && let Some(g) = program.direct(*callee, args.len())
            {
                let at = mentioned.iter().position(|m| *m == g);
                at.map(|at| mentioned.remove(at));
                successors[f.index()].push(g.index());
                calls[g.index()].direct += 1;
            }
            mentioned
                .iter()
                .for_each(|g| calls[g.index()].otherwise = true);
        }
    }
    (successors, calls)
}

fn inline_into(
    program: &mut Program,
    templates: &Templates,
    f: FunId,
    candidates: &[Option<Candidate>],
) {
    let mut size = program.fun(f).size();
    let limit = LARGE.max(2 * size);
    let forwards = program.fun(f).exported && size <= FORWARDS;
    // Blocks that inlining adds are not looked at again in this round.
    for b in 0..program.fun(f).blocks.len() as u32 {
        let b = BlockId(b);
        let Term::Call {
            callee, args, ret, ..
        } = &program.fun(f).block(b).term
        else {
            continue;
        };
        let passes_procedure = args
            .iter()
            .any(|a| matches!(a, Arg::Fun(_) | Arg::ImportProc(_) | Arg::Prim(_)));
        let generous = passes_procedure || forwards && ret.is_none();
        match (program.direct(*callee, args.len()), *callee) {
            (Some(g), _) if g != f => {
                let fits = |c: &&Candidate| {
                    is_worth(c.size, c.is_loop, c.once || generous) && size + c.size <= limit
                };
                if let Some(candidate) = candidates[g.index()].as_ref().filter(fits) {
                    size += candidate.size;
                    let blocks = copy_body(program, g);
                    splice(program, f, b, blocks);
                }
            }
            (None, Arg::ImportProc(id)) => {
                size += inline_import(program, templates, f, b, id, generous && size < limit)
            }
            _ => {}
        }
    }
}

fn is_worth(size: usize, is_loop: bool, generous: bool) -> bool {
    if generous {
        size <= MEDIUM
    } else {
        size <= SMALL && !is_loop
    }
}

/// Inlines the body of an imported procedure, if there is one; the size it adds.
fn inline_import(
    program: &mut Program,
    templates: &Templates,
    f: FunId,
    b: BlockId,
    id: ImportProcId,
    generous: bool,
) -> usize {
    let Term::Call { args, span, .. } = &program.fun(f).block(b).term else {
        return 0;
    };
    let (count, span) = (args.len(), *span);
    let Some(shape) = templates.shape(id).filter(|s| s.params == count) else {
        return 0;
    };
    if !is_worth(shape.size, shape.is_loop, generous) {
        return 0;
    }
    let Some(mut blocks) = templates.instantiate(program, id) else {
        return 0;
    };
    fill_spans(&mut blocks, span);
    splice(program, f, b, blocks);
    shape.size
}

/// Code whose own place is not known has the place of the call.
fn fill_spans(blocks: &mut [Block], at: Span) {
    each_span(blocks, &mut |span| {
        if span.is_none() {
            *span = at;
        }
    });
}

pub fn each_span(blocks: &mut [Block], f: &mut dyn FnMut(&mut Span)) {
    for block in blocks {
        for inst in &mut block.insts {
            if let Inst::Op(op) = inst {
                f(&mut op.span);
            }
        }
        if let Term::Call { span, .. } | Term::Throw { span, .. } = &mut block.term {
            f(span);
        }
    }
}

/// The blocks of a procedure with variables of their own.
fn copy_body(program: &mut Program, g: FunId) -> Vec<Block> {
    let mut blocks = program.fun(g).blocks.clone();
    program.rename_defs(&mut blocks, &mut Renaming::default());
    blocks
}

/// Puts a body in the place of the call that ends block `b`; the first block takes the
/// arguments.
fn splice(program: &mut Program, f: FunId, b: BlockId, mut blocks: Vec<Block>) {
    let offset = program.fun(f).blocks.len() as u32;
    let term = std::mem::replace(&mut program.fun_mut(f).block_mut(b).term, Term::Missing);
    let Term::Call { args, ret, .. } = term else {
        return;
    };
    program.fun_mut(f).block_mut(b).term = Term::Goto(BlockId(offset), args);
    for block in &mut blocks {
        block.term.successors_mut().for_each(|s| s.0 += offset);
        if let Some(ret) = ret {
            redirect(program, block, ret);
        }
    }
    let fun = program.fun_mut(f);
    fun.blocks.extend(blocks);
    fun.dirty = true;
}

/// Lets a block of an inlined body return to the caller's return point.
fn redirect(program: &mut Program, block: &mut Block, to: Ret) {
    match &mut block.term {
        Term::Return(values) => {
            let (insts, term) = hand_over(program, std::mem::take(values), to);
            block.insts.extend(insts);
            block.term = term;
        }
        Term::Call { ret, .. } if ret.is_none() => *ret = Some(to),
        Term::Call { .. }
        | Term::Throw { .. }
        | Term::Goto(..)
        | Term::Branch { .. }
        | Term::Missing => {}
    }
}

/// A small procedure that calls itself in tail position becomes a loop.
fn make_loop(program: &mut Program, f: FunId) {
    let fun = program.fun(f);
    if fun.size() > MEDIUM || fun.captures || !fun.is_simple() || fun.home.is_some() {
        return;
    }
    let count = usize::from(fun.required);
    let calls_itself = |b: &Block, tail: bool| matches!(&b.term, Term::Call { callee, args, ret, .. } if *callee == Arg::Fun(f) && args.len() == count && ret.is_none() == tail);
    let mut others = fun.blocks.iter().filter(|b| calls_itself(b, false));
    if others.next().is_some()
        || !fun.blocks.iter().any(|b| calls_itself(b, true))
        || !calls_parameter(fun)
    {
        return;
    }
    let name = fun.name;
    let body = fun.block(BlockId(0)).clone();
    let params = body
        .params
        .iter()
        .map(|_| program.new_var(crate::flow::VarKind::Any))
        .collect::<Vec<_>>();
    let args = params.iter().copied().map(Arg::Var).collect();
    let fun = program.fun_mut(f);
    fun.dirty = true;
    fun.blocks.push(body);
    let header = BlockId(fun.blocks.len() as u32 - 1);
    fun.blocks[0] = Block {
        params,
        insts: Vec::new(),
        term: Term::Goto(header, args),
        name,
    };
    for block in &mut fun.blocks {
        if let Term::Call {
            callee: Arg::Fun(g),
            args,
            ret: None,
            ..
        } = &mut block.term
            && *g == f
            && args.len() == count
        {
            block.term = Term::Goto(header, std::mem::take(args));
        }
    }
}

/// Whether the procedure calls one of its parameters: then inlining the loop pays.
fn calls_parameter(fun: &Fun) -> bool {
    let params = &fun.blocks[0].params;
    fun.blocks
        .iter()
        .any(|b| matches!(&b.term, Term::Call { callee: Arg::Var(v), .. } if params.contains(v)))
}
