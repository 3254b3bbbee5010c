//! From the core language to the IR: one file a pass.
//!
//! ```text
//! core -> analyse -> resolve -> convert -> flow
//! flow -> { simplify, contify, inline }*
//! flow -> close -> hoist -> segment -> emit -> IR unit
//! ```
//!
//! `analyse` counts uses and finds what each `letrec` depends on; `resolve` decides what
//! a toplevel name stands for; `convert` makes the *flow form*: a control-flow graph in
//! SSA form for each procedure, assigned variables boxed, `letrec` fixed. Loops, joins
//! and procedures called from one place become blocks of their caller (`contify`),
//! closures become flat (`close`), graphs are cut into segments (`segment`).
//!
//! No IO, no global state; the same module and surroundings give the same bytes.
//! Recursion is bounded by the depth of the core expression ([`Options::max_depth`]);
//! only `analyse` and `convert` recurse at all.

mod analyse;
mod bytes;
mod close;
mod contify;
mod convert;
mod emit;
mod env;
mod export;
mod flow;
mod hoist;
mod inline;
mod interface;
mod literals;
mod liveness;
mod resolve;
mod segment;
mod simplify;
mod template;

pub use env::{LowerEnv, Options, SourcePlace};
pub use interface::{Clause, ExportInfo, ExportKind, InlineBody, InterfaceError, LoweredInterface};

use flow::{Block, Fun, FunId, Program, Tables};
use template::Templates;
use termite_abi::Effect;
use termite_expand::core::Module;
use termite_ir::Unit;
use termite_syntax::{Diagnostic, Span};

/// A lowered unit and what its importers need to know.
#[derive(Clone, Debug)]
pub struct Lowered {
    pub unit: Unit,
    pub interface: LoweredInterface,
}

/// Rounds of optimising passes.
const ROUNDS: usize = 3;

/// Lowers an expanded unit. Recurses over the depth of its expressions: give it a stack
/// of 2 KB a level.
pub fn lower(module: &Module, env: &dyn LowerEnv, options: Options) -> Result<Lowered, Diagnostic> {
    let facts = analyse::analyse(module, options.max_depth)?;
    let mut program = new_program(env);
    let resolved = resolve::resolve(module, env, &mut program)?;
    let exports = export::plan_exports(module, &resolved, &mut program)?;
    let mut program = convert::convert(module, &facts, &resolved, &exports, program)?;
    check(&program, "convert")?;
    if options.optimise {
        optimise(&mut program, &Templates::new(resolved.inline))?;
    }
    let mut inlinable = if options.optimise {
        template::candidates(&program)
    } else {
        Vec::new()
    };
    if !env.keeps_places() {
        let bodies = inlinable.iter_mut().map(|(_, fun, _)| &mut fun.blocks);
        bodies.for_each(|blocks| forget_places(blocks));
    }
    close::close(&mut program, options.optimise);
    if options.optimise {
        hoist::hoist(&mut program);
    }
    let emitted = emit::emit(&module.name, &mut program, &exports, env)?;
    let interface = interface::of_unit(&program, &exports, &emitted, &inlinable);
    Ok(Lowered {
        unit: emitted.unit,
        interface,
    })
}

/// Leaves neither spans nor names of procedures.
fn forget_places(blocks: &mut [Block]) {
    inline::each_span(blocks, &mut |span| *span = Span::NONE);
    blocks.iter_mut().for_each(|block| block.name = None);
}

fn optimise(program: &mut Program, templates: &Templates) -> Result<(), Diagnostic> {
    let mut pass = |name: &str, run: &dyn Fn(&mut Program)| {
        run(program);
        check(program, name)
    };
    for _ in 0..ROUNDS {
        pass("simplify", &simplify::simplify)?;
        pass("contify", &|p| contify::contify(p, false))?;
        pass("simplify", &simplify::simplify)?;
        pass("inline", &|p| inline::inline(p, templates))?;
    }
    pass("simplify", &simplify::simplify)?;
    pass("contify", &|p| contify::contify(p, true))?;
    pass("simplify", &simplify::simplify)
}

/// Looks for faults of the passes, where debug assertions are on.
fn check(program: &Program, pass: &str) -> Result<(), Diagnostic> {
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    flow::check::check(program).map_err(|e| {
        Diagnostic::new(
            "internal-error",
            format!("after {pass}: {e}\n{program}"),
            Span::NONE,
        )
    })
}

fn new_program(env: &dyn LowerEnv) -> Program {
    let mut tables = Tables::default();
    let effect = env.primitive("values").map_or(Effect::Block, |p| p.effect);
    let values = tables.prim("values", effect);
    Program {
        vars: Vec::new(),
        funs: vec![Fun::new(None, None)],
        tables,
        init: FunId(0),
        values,
    }
}
