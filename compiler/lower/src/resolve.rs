//! What each toplevel name stands for: a procedure, a constant, an import, a cell.
//!
//! A name that one `DefineGlobal` gives a `lambda` and nothing assigns is a *known
//! procedure*: it has its value from the start, so reading it before its definition is
//! no error here. A name that is defined once as a constant, or as another name that is
//! already decided, stands for that if nothing can read it before. Every other own name
//! is a cell; reads of it are unchecked where its definition certainly ran before.

use crate::env::{LowerEnv, Result};
use crate::flow::{Arg, Fun, FunId, Program, Tables};
use crate::interface::{Clause, ExportKind, InlineBody};
use crate::literals::constant;
use crate::template;
use std::collections::HashMap;
use termite_abi::{Effect, PrimInfo};
use termite_expand::core::{Expr, ExprKind, Formals, Global, GlobalId, GlobalKind, Lambda, Module};
use termite_ir::{ImportId, ImportProc, ImportProcId, VarId};
use termite_syntax::{Diagnostic, Span, Symbol};

/// What a toplevel name stands for.
#[derive(Clone, Debug)]
pub enum Binding {
    Known(FunId),
    /// A constant, or an imported procedure of fixed arity.
    Arg(Arg),
    Primitive(Primitive),
    /// An imported procedure that calls may enter at a clause.
    Clauses(VarId, Vec<Clause<ImportProcId>>),
    Cell(Cell),
}

#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub var: VarId,
    /// The definition ran before any code that reads it.
    pub bound: bool,
    /// Own, or of a library whose macros assign it.
    pub assignable: bool,
}

/// A primitive of the table, or a name that lowering itself knows.
#[derive(Clone, Copy, Debug)]
pub struct Primitive {
    pub name: &'static str,
    pub info: Option<PrimInfo>,
}

/// Names that `convert` handles, in operator position, without the table's help.
pub const SPECIAL: &[&str] = &[
    "values",
    "%capture",
    "%throw",
    "%dynenv",
    "%set-dynenv!",
    "%record-ref",
    "%record-set!",
    "%unspecified",
];

pub struct Resolved {
    pub bindings: Vec<Binding>,
    /// By own name that is another name for something: that other name.
    pub aliases: HashMap<GlobalId, GlobalId>,
    /// Bodies of imported procedures that may be inlined.
    pub inline: HashMap<ImportProcId, InlineBody>,
}

impl Resolved {
    /// The name that a name stands for in the end, or the name itself.
    pub fn target(&self, mut global: GlobalId) -> GlobalId {
        while let Some(&other) = self.aliases.get(&global) {
            global = other;
        }
        global
    }
}

/// A toplevel definition.
pub struct Definition<'a> {
    pub global: GlobalId,
    pub init: &'a Expr,
}

/// The definitions among the toplevel forms, in order.
pub fn definitions(module: &Module) -> Vec<Definition<'_>> {
    let mut found = Vec::new();
    let mut pending: Vec<&Expr> = module.body.iter().rev().collect();
    while let Some(e) = pending.pop() {
        match &e.kind {
            ExprKind::Seq(exprs) => pending.extend(exprs.iter().rev()),
            ExprKind::DefineGlobal(global, init) => found.push(Definition {
                global: *global,
                init,
            }),
            ExprKind::Quote(_)
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::SetLocal(..)
            | ExprKind::SetGlobal(..)
            | ExprKind::If(..)
            | ExprKind::Lambda(_)
            | ExprKind::CaseLambda(_)
            | ExprKind::Call(..)
            | ExprKind::Let(..)
            | ExprKind::Letrec(..)
            | ExprKind::CallWithValues(..) => {}
        }
    }
    found
}

/// The clauses of a procedure expression.
pub fn clauses(e: &Expr) -> Option<&[Lambda]> {
    match &e.kind {
        ExprKind::Lambda(lambda) => Some(std::slice::from_ref(lambda)),
        ExprKind::CaseLambda(clauses) if !clauses.is_empty() => Some(clauses),
        _ => None,
    }
}

/// Decides all names; makes the known procedures, without bodies, after `init`.
pub fn resolve(module: &Module, env: &dyn LowerEnv, program: &mut Program) -> Result<Resolved> {
    let decided = vec![None; module.globals.len()];
    let mut resolver = Resolver {
        module,
        env,
        decided,
        aliases: HashMap::new(),
        inline: HashMap::new(),
    };
    resolver.imports(&mut program.tables)?;
    let definitions = definitions(module);
    resolver.known(&definitions, program)?;
    resolver.constants(&definitions, program)?;
    let bindings = resolver.cells(&mut program.tables);
    Ok(Resolved {
        bindings,
        aliases: resolver.aliases,
        inline: resolver.inline,
    })
}

struct Resolver<'a> {
    module: &'a Module,
    env: &'a dyn LowerEnv,
    decided: Vec<Option<Binding>>,
    aliases: HashMap<GlobalId, GlobalId>,
    inline: HashMap<ImportProcId, InlineBody>,
}

impl<'a> Resolver<'a> {
    fn imports(&mut self, tables: &mut Tables) -> Result<()> {
        for (i, global) in self.module.globals.iter().enumerate() {
            self.decided[i] = match &global.kind {
                GlobalKind::Primitive(name) => Some(self.primitive(name.as_str(), global.span)?),
                GlobalKind::Import { unit, name } => {
                    Some(self.import(tables, unit, name.as_str(), global.span)?)
                }
                GlobalKind::Own | GlobalKind::Late => None,
            };
        }
        Ok(())
    }

    fn primitive(&self, name: &str, span: Span) -> Result<Binding> {
        let info = self.env.primitive(name);
        let special = SPECIAL.iter().copied().find(|s| *s == name);
        match special.or(info.map(|i| i.name)) {
            Some(name) => Ok(Binding::Primitive(Primitive { name, info })),
            None => Err(Diagnostic::new(
                "unknown-primitive",
                format!("there is no primitive {name}"),
                span,
            )),
        }
    }

    /// Follows aliases; a cycle of them ends after as many steps as anyone needs.
    fn import(
        &mut self,
        tables: &mut Tables,
        unit: &str,
        name: &str,
        span: Span,
    ) -> Result<Binding> {
        let (mut unit, mut name) = (unit.to_string(), name.to_string());
        for _ in 0..100 {
            let interface = self
                .env
                .unit(&unit)
                .ok_or_else(|| unknown_unit(&unit, span))?;
            let import = tables.import(&unit, interface.hash);
            let malformed = |e| Diagnostic::new("bad-interface", format!("{unit}: {e}"), span);
            let info = interface
                .export(&name)
                .map_err(malformed)?
                .ok_or_else(|| unknown_export(&unit, &name, span))?;
            return match info.kind {
                ExportKind::Alias {
                    unit: next,
                    name: other,
                } => {
                    (unit, name) = (next, other);
                    continue;
                }
                ExportKind::Primitive(prim) => self.primitive(&prim, span),
                ExportKind::Var(var) => {
                    let constant = info
                        .inline
                        .and_then(|body| template::constant(tables, &body, import));
                    let cell = || {
                        Binding::Cell(Cell {
                            var: tables.import_var(import, var, &name),
                            bound: true,
                            assignable: false,
                        })
                    };
                    Ok(constant.map_or_else(cell, Binding::Arg))
                }
                ExportKind::Assigned(var) => Ok(Binding::Cell(Cell {
                    var: tables.import_var(import, var, &name),
                    bound: true,
                    assignable: true,
                })),
                ExportKind::Proc { cp, arity } => {
                    let proc = tables.import_proc(ImportProc { import, cp, arity });
                    self.keep_inline(proc, info.inline);
                    Ok(Binding::Arg(Arg::ImportProc(proc)))
                }
                ExportKind::Clauses { var, clauses } => {
                    let clauses = clauses
                        .into_iter()
                        .map(|c| self.import_clause(tables, import, c))
                        .collect();
                    Ok(Binding::Clauses(
                        tables.import_var(import, var, &name),
                        clauses,
                    ))
                }
            };
        }
        Err(unknown_export(&unit, &name, span))
    }

    fn import_clause(
        &mut self,
        tables: &mut Tables,
        import: ImportId,
        mut clause: Clause,
    ) -> Clause<ImportProcId> {
        let proc = tables.import_proc(ImportProc {
            import,
            cp: clause.worker,
            arity: clause.param_count(),
        });
        self.keep_inline(proc, clause.inline.take());
        clause.with_worker(proc)
    }

    fn keep_inline(&mut self, proc: ImportProcId, body: Option<InlineBody>) {
        if let Some(body) = body {
            self.inline.insert(proc, body);
        }
    }

    fn known(&mut self, definitions: &[Definition<'_>], program: &mut Program) -> Result<()> {
        for d in definitions {
            if let Some(clauses) = clauses(d.init).filter(|_| self.is_constant(d.global)) {
                let name = toplevel_name(self.module, d.global, clauses);
                let f = declare(program, clauses, Some(name), None)?;
                self.decided[d.global.0 as usize] = Some(Binding::Known(f));
            }
        }
        Ok(())
    }

    fn constants(&mut self, definitions: &[Definition<'_>], program: &mut Program) -> Result<()> {
        for d in definitions {
            if !self.is_constant(d.global) {
                continue;
            }
            let binding = match &d.init.kind {
                ExprKind::Quote(datum) => Some(Binding::Arg(constant(&mut program.tables, datum)?)),
                ExprKind::Global(other) => self.alias(d.global, *other),
                _ => None,
            };
            if binding.is_some() {
                self.decided[d.global.0 as usize] = binding;
            }
        }
        Ok(())
    }

    fn alias(&mut self, global: GlobalId, other: GlobalId) -> Option<Binding> {
        let binding = self.decided[other.0 as usize]
            .clone()
            .filter(|b| !matches!(b, Binding::Cell(_)))?;
        self.aliases.insert(global, other);
        Some(binding)
    }

    /// Whether an own name is defined once and never assigned.
    fn is_constant(&self, global: GlobalId) -> bool {
        let g = &self.module.globals[global.0 as usize];
        g.kind == GlobalKind::Own && g.definitions == 1 && !g.assigned
    }

    fn cells(&mut self, tables: &mut Tables) -> Vec<Binding> {
        let early = bound_early(self.module, &self.decided);
        for (i, decided) in self.decided.iter_mut().enumerate() {
            let is_own = self.module.globals[i].kind == GlobalKind::Own;
            if is_own && !early[i] && !matches!(decided, Some(Binding::Known(_))) {
                *decided = None;
                self.aliases.remove(&GlobalId(i as u32));
            }
        }
        let globals = self.module.globals.iter().zip(&self.decided).enumerate();
        let binding = |(i, (global, decided)): (usize, (&Global, &Option<Binding>))| {
            decided.clone().unwrap_or_else(|| {
                let name = global.name.as_str();
                let var = if global.kind == GlobalKind::Late {
                    tables.late_var(name)
                } else {
                    tables.own_var(name)
                };
                if self.is_constant(GlobalId(i as u32)) {
                    tables.constant_vars.insert(var);
                }
                Binding::Cell(Cell {
                    var,
                    bound: early[i],
                    assignable: true,
                })
            })
        };
        globals.map(binding).collect()
    }
}

fn unknown_unit(unit: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        "unknown-unit",
        format!("the library {unit} has not been lowered"),
        span,
    )
}

fn unknown_export(unit: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        "unknown-export",
        format!("{unit} does not export {name}"),
        span,
    )
}

/// Own names whose definition runs before anything can read them: those defined by the
/// first forms, as long as these call nothing that could call back. An alias of a known
/// procedure is as good as that.
fn bound_early(module: &Module, decided: &[Option<Binding>]) -> Vec<bool> {
    let mut start = Start {
        decided,
        early: vec![false; module.globals.len()],
        too_early: Vec::new(),
        escaped: false,
    };
    let mut pending: Vec<&Expr> = module.body.iter().rev().collect();
    while let Some(form) = pending.pop() {
        match &form.kind {
            ExprKind::Seq(exprs) => pending.extend(exprs.iter().rev()),
            ExprKind::DefineGlobal(global, init) => {
                if clauses(init).is_none() && !start.is_quiet(init) {
                    break;
                }
                start.early[global.0 as usize] = true;
            }
            _ if start.is_quiet(form) => {}
            _ => break,
        }
    }
    for g in start.too_early {
        start.early[g.0 as usize] = false;
    }
    start.early
}

/// The forms at the beginning of the body.
struct Start<'a> {
    decided: &'a [Option<Binding>],
    early: Vec<bool>,
    /// Names that a form reads before their definition.
    too_early: Vec<GlobalId>,
    /// A procedure of this unit may be known outside.
    escaped: bool,
}

impl Start<'_> {
    /// Whether evaluating the expression runs no procedure of this unit.
    fn is_quiet(&mut self, e: &Expr) -> bool {
        let mut pending = vec![e];
        let mut calls_imports = false;
        while let Some(e) = pending.pop() {
            match &e.kind {
                ExprKind::Quote(_) | ExprKind::Local(_) => {}
                ExprKind::Lambda(_) | ExprKind::CaseLambda(_) => self.escaped = true,
                ExprKind::Global(g) => self.read(*g),
                ExprKind::Call(callee, args) => {
                    pending.extend(args);
                    match callee_kind(callee, self.decided) {
                        Callee::Quiet => pending.push(callee),
                        Callee::Import => calls_imports = true,
                        Callee::Any => return false,
                    }
                }
                ExprKind::SetLocal(_, value)
                | ExprKind::SetGlobal(_, value)
                | ExprKind::DefineGlobal(_, value) => pending.push(value),
                ExprKind::If(a, b, c) => pending.extend([&**a, b, c]),
                ExprKind::Seq(exprs) => pending.extend(exprs),
                ExprKind::Let(bindings, body) | ExprKind::Letrec(bindings, body) => {
                    pending.push(body);
                    pending.extend(bindings.iter().map(|b| &b.1));
                }
                ExprKind::CallWithValues(producer, _, body) => pending.extend([&**producer, body]),
            }
        }
        !(calls_imports && self.escaped)
    }

    fn read(&mut self, g: GlobalId) {
        self.escaped |= matches!(self.decided[g.0 as usize], Some(Binding::Known(_)));
        if !self.early[g.0 as usize] {
            self.too_early.push(g);
        }
    }
}

enum Callee {
    /// A primitive that calls nothing.
    Quiet,
    /// Code of another unit: calls what it was given, at most.
    Import,
    Any,
}

fn callee_kind(callee: &Expr, decided: &[Option<Binding>]) -> Callee {
    let ExprKind::Global(g) = callee.kind else {
        return Callee::Any;
    };
    match &decided[g.0 as usize] {
        Some(Binding::Primitive(p)) if p.name == "%throw" => Callee::Any,
        Some(Binding::Primitive(p)) if p.info.is_none_or(|i| i.effect != Effect::Block) => {
            Callee::Quiet
        }
        Some(Binding::Arg(Arg::ImportProc(_)) | Binding::Clauses(..)) => Callee::Import,
        Some(Binding::Known(_) | Binding::Arg(_) | Binding::Primitive(_) | Binding::Cell(_))
        | None => Callee::Any,
    }
}

/// What a procedure is called that is defined at toplevel.
pub fn toplevel_name(module: &Module, global: GlobalId, clauses: &[Lambda]) -> Symbol {
    let own = clauses.first().and_then(|clause| clause.name);
    own.unwrap_or(module.globals[global.0 as usize].name)
}

/// Makes a procedure without its body: one `Fun` a clause, and workers for those with
/// optional or rest parameters.
pub fn declare(
    program: &mut Program,
    clauses: &[Lambda],
    name: Option<Symbol>,
    home: Option<FunId>,
) -> Result<FunId> {
    let mut head = None;
    let mut last: Option<FunId> = None;
    for lambda in clauses {
        let home = head.or(home);
        let mut fun = Fun::new(name.or(lambda.name), home);
        set_formals(&mut fun, &lambda.formals, lambda.span)?;
        let (simple, count) = (fun.is_simple(), fun.param_count());
        let clause = program.new_fun(fun);
        if !simple {
            let mut worker = Fun::new(name.or(lambda.name), Some(clause));
            worker.required = count as u16;
            program.fun_mut(clause).worker = Some(program.new_fun(worker));
        }
        if let Some(previous) = last {
            program.fun_mut(previous).next_clause = Some(clause);
        }
        head = head.or(Some(clause));
        last = Some(clause);
    }
    head.ok_or_else(|| {
        Diagnostic::new(
            "internal-error",
            "a case-lambda without clauses",
            Span::NONE,
        )
    })
}

/// Most arguments of a call, parameters of a procedure, values of a return. Below the
/// IR's limit, for free variables that become parameters.
pub const MAX_ARGS: usize = 960;

fn set_formals(fun: &mut Fun, formals: &Formals, span: Span) -> Result<()> {
    if formals.required.len() + formals.optional.len() >= MAX_ARGS {
        let message = format!("a procedure has {MAX_ARGS} parameters at most");
        return Err(Diagnostic::new("too-many-parameters", message, span));
    }
    fun.required = formals.required.len() as u16;
    fun.optional = formals.optional.len() as u16;
    fun.rest = formals.rest.is_some();
    Ok(())
}
