//! From segments to an IR unit.
//!
//! Control points are numbered parent by parent, in the order in which the parents, and
//! within each its procedures, came into being; a procedure's entry comes first, then
//! its other segments in the order of its code. Tables are renumbered in the order of
//! first use, so what is not used is not in the unit.

mod code;
mod tables;

use crate::env::{LowerEnv, Result};
use crate::export::Exported;
use crate::flow::{BlockId, FunId, Program, unique};
use crate::segment::{Head, Segment, Segments, cut};
use std::collections::HashMap;
use tables::Used;
use termite_ir::{
    ControlPoint, CpId, CpKind, Entry, Export, ExportKind, Proc, ProcId, Return, Unit, ValueKind,
    VarId,
};

/// The unit, and where the program's parts are in it.
pub struct Emitted {
    pub unit: Unit,
    pub entries: HashMap<FunId, CpId>,
    pub vars: HashMap<VarId, VarId>,
}

/// A procedure of the program in the order of the unit.
struct Place {
    fun: FunId,
    proc: ProcId,
    segments: Segments,
}

pub(crate) struct Emit<'a> {
    program: &'a Program,
    /// Control point of each segment's first block.
    cps: HashMap<(FunId, BlockId), CpId>,
    used: Used<'a>,
}

pub fn emit(
    name: &str,
    program: &mut Program,
    exports: &[(String, Exported)],
    env: &dyn LowerEnv,
) -> Result<Emitted> {
    let (places, procs) = arrange(program)?;
    let mut cps = HashMap::new();
    for place in &places {
        for segment in &place.segments.segments {
            cps.insert((place.fun, segment.blocks[0]), CpId(cps.len() as u32));
        }
    }
    let mut emit = Emit {
        program,
        cps,
        used: Used::new(&program.tables, env),
    };
    let exports = emit.exports(exports);
    let mut unit_cps = Vec::new();
    let mut cp_names = Vec::new();
    for place in &places {
        for segment in &place.segments.segments {
            unit_cps.push(emit.control_point(place, segment)?);
            let named = program.fun(place.fun).block(segment.blocks[0]).name;
            cp_names.push(named.map_or(String::new(), |n| n.to_string()));
        }
    }
    let init = emit.entry(program.init);
    let entries = places.iter().map(|p| (p.fun, emit.entry(p.fun))).collect();
    let mut unit = emit.used.into_unit(name);
    unit.unit.procs = procs;
    unit.unit.cps = unit_cps;
    unit.unit.init = init;
    unit.unit.exports = exports;
    unit.unit.debug.cp_names = cp_names;
    Ok(Emitted {
        unit: unit.unit,
        entries,
        vars: unit.vars,
    })
}

/// Cuts all procedures and puts them in order, parent by parent.
fn arrange(program: &mut Program) -> Result<(Vec<Place>, Vec<Proc>)> {
    let mut members: Vec<(FunId, FunId)> = program
        .live_funs()
        .into_iter()
        .map(|f| (parent(program, f), f))
        .collect();
    members.sort_unstable();
    let (mut places, mut procs): (Vec<Place>, Vec<Proc>) = (Vec::new(), Vec::new());
    let (mut names, mut last, mut next) = (HashMap::new(), None, 0);
    for (parent, fun) in members {
        if last != Some(parent) {
            last = Some(parent);
            let name = unique(&mut names, &parent_name(program, parent));
            procs.push(Proc {
                name,
                first: CpId(next),
                count: 0,
            });
        }
        let segments = cut(program, fun)?;
        next += segments.segments.len() as u32;
        if let Some(proc) = procs.last_mut() {
            proc.count += segments.segments.len() as u32;
        }
        places.push(Place {
            fun,
            proc: ProcId(procs.len() as u32 - 1),
            segments,
        });
    }
    Ok((places, procs))
}

/// The toplevel procedure that a procedure is written in.
fn parent(program: &Program, mut f: FunId) -> FunId {
    while let Some(home) = program.fun(f).home {
        f = home;
    }
    f
}

fn parent_name(program: &Program, f: FunId) -> String {
    if f == program.init {
        return "<toplevel>".to_string();
    }
    program
        .fun(f)
        .name
        .map_or("<procedure>".to_string(), |n| n.to_string())
}

impl Emit<'_> {
    fn entry(&self, f: FunId) -> CpId {
        self.cps
            .get(&(f, BlockId(0)))
            .copied()
            .unwrap_or(CpId(u32::MAX))
    }

    fn exports(&mut self, exports: &[(String, Exported)]) -> Vec<Export> {
        let mut made = Vec::new();
        for (name, exported) in exports {
            let kind = match exported {
                Exported::Proc(f) => ExportKind::Proc(self.entry(*f)),
                Exported::Clauses { var, .. }
                | Exported::Constant { var, .. }
                | Exported::Var(var)
                | Exported::Assigned(var) => ExportKind::Var(self.used.var(*var)),
                Exported::Alias { .. } | Exported::Primitive(_) => continue,
            };
            made.push(Export {
                name: name.clone(),
                kind,
            });
        }
        made
    }

    fn control_point(&mut self, place: &Place, segment: &Segment) -> Result<ControlPoint> {
        let kind = self.kind(place, segment);
        let (regs, blocks) = code::segment(self, place, segment)?;
        Ok(ControlPoint {
            proc: place.proc,
            kind,
            regs,
            blocks,
        })
    }

    fn kind(&self, place: &Place, segment: &Segment) -> CpKind {
        let fun = self.program.fun(place.fun);
        let live = segment.live.iter().map(|&v| self.value_kind(place.fun, v));
        match segment.kind {
            Head::Entry => CpKind::Entry(Entry {
                required: fun.required,
                optional: fun.optional,
                rest: fun.rest,
                free: fun.free.iter().map(|&v| self.global_kind(v)).collect(),
                next_clause: fun.next_clause.map(|c| self.entry(c)),
            }),
            Head::Return(ret) => CpKind::Return(Return {
                values: ret.values,
                rest: ret.rest,
                ignores: ret.ignores,
                live: live.collect(),
            }),
            Head::Jump => {
                let params = &fun.block(segment.blocks[0]).params;
                CpKind::Jump(
                    params
                        .iter()
                        .map(|&v| self.value_kind(place.fun, v))
                        .chain(live)
                        .collect(),
                )
            }
        }
    }

    /// What is known of a variable inside of a procedure: its own closure is one of its
    /// own entry, whichever clause made it.
    fn value_kind(&self, f: FunId, v: crate::flow::Var) -> ValueKind {
        if self.program.fun(f).closure == Some(v) {
            return ValueKind::Closure(self.entry(f));
        }
        self.global_kind(v)
    }

    fn global_kind(&self, v: crate::flow::Var) -> ValueKind {
        match self.program.vars[v.index()] {
            crate::flow::VarKind::Any => ValueKind::Any,
            crate::flow::VarKind::Box => ValueKind::Box,
            crate::flow::VarKind::Closure(g) => ValueKind::Closure(self.entry(g)),
        }
    }
}
