//! The unit's tables: what the code uses, in the order of first use, and source places.

use crate::env::LowerEnv;
use crate::flow::Tables;
use std::collections::HashMap;
use termite_ir::{Debug, ImportProcId, LitId, Literal, PrimId, Site, SiteId, Unit, VarId};
use termite_syntax::Span;

pub struct Used<'a> {
    tables: &'a Tables,
    env: &'a dyn LowerEnv,
    literals: Renumbered<LitId, Literal>,
    prims: Renumbered<PrimId, termite_ir::PrimUse>,
    vars: Renumbered<VarId, termite_ir::Var>,
    import_procs: Renumbered<ImportProcId, termite_ir::ImportProc>,
    sites: HashMap<Span, SiteId>,
    files: HashMap<String, u32>,
    debug: Debug,
}

/// A unit without code, and the new indices of its variables.
pub struct TablesOnly {
    pub unit: Unit,
    pub vars: HashMap<VarId, VarId>,
}

struct Renumbered<I, T> {
    ids: HashMap<I, I>,
    items: Vec<T>,
}

impl<I: Copy + Eq + std::hash::Hash, T> Renumbered<I, T> {
    fn new() -> Renumbered<I, T> {
        Renumbered {
            ids: HashMap::new(),
            items: Vec::new(),
        }
    }

    /// The new index; `item` is added when it is met for the first time.
    fn get(&mut self, old: I, make: impl Fn(u32) -> I, item: impl FnOnce() -> T) -> I {
        if let Some(&id) = self.ids.get(&old) {
            return id;
        }
        let id = make(self.items.len() as u32);
        self.ids.insert(old, id);
        self.items.push(item());
        id
    }
}

impl<'a> Used<'a> {
    pub fn new(tables: &'a Tables, env: &'a dyn LowerEnv) -> Used<'a> {
        Used {
            tables,
            env,
            literals: Renumbered::new(),
            prims: Renumbered::new(),
            vars: Renumbered::new(),
            import_procs: Renumbered::new(),
            sites: HashMap::new(),
            files: HashMap::new(),
            debug: Debug::default(),
        }
    }

    pub fn prim(&mut self, id: PrimId) -> PrimId {
        let tables = self.tables;
        self.prims
            .get(id, PrimId, || tables.prims[id.index()].clone())
    }

    pub fn var(&mut self, id: VarId) -> VarId {
        let tables = self.tables;
        self.vars.get(id, VarId, || tables.vars[id.index()].clone())
    }

    pub fn import_proc(&mut self, id: ImportProcId) -> ImportProcId {
        let tables = self.tables;
        self.import_procs
            .get(id, ImportProcId, || tables.import_procs[id.index()].clone())
    }

    /// The literal and all that it refers to, without recursion.
    pub fn literal(&mut self, id: LitId) -> LitId {
        let tables = self.tables;
        let enter =
            |literals: &mut Renumbered<LitId, Literal>, id: LitId, pending: &mut Vec<LitId>| {
                let known = literals.items.len();
                let new = literals.get(id, LitId, || tables.literals[id.index()].clone());
                if literals.items.len() > known {
                    pending.push(id);
                }
                new
            };
        let mut pending = Vec::new();
        let new = enter(&mut self.literals, id, &mut pending);
        while let Some(old) = pending.pop() {
            let mut literal = tables.literals[old.index()].clone();
            each_part(&mut literal, |part| {
                *part = enter(&mut self.literals, *part, &mut pending)
            });
            let at = self.literals.ids[&old];
            self.literals.items[at.index()] = literal;
        }
        new
    }

    /// The site of a place; all of one span are one.
    pub fn site(&mut self, span: Span) -> SiteId {
        if let Some(&id) = self.sites.get(&span) {
            return id;
        }
        let (file, line, column) = match self.env.source_place(span) {
            Some(place) => (place.file, place.line, place.column),
            None => ("", 0, 0),
        };
        let file = self.file(file);
        let id = SiteId(self.debug.sites.len() as u32);
        self.debug.sites.push(Site {
            file,
            start: span.start,
            end: span.end,
            line,
            column,
        });
        self.sites.insert(span, id);
        id
    }

    fn file(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.files.get(name) {
            return id;
        }
        let id = self.debug.files.len() as u32;
        self.debug.files.push(name.to_string());
        self.files.insert(name.to_string(), id);
        id
    }

    pub fn into_unit(self, name: &str) -> TablesOnly {
        let unit = Unit {
            name: name.to_string(),
            source: None,
            imports: self.tables.imports.clone(),
            import_procs: self.import_procs.items,
            vars: self.vars.items,
            literals: self.literals.items,
            prims: self.prims.items,
            procs: Vec::new(),
            cps: Vec::new(),
            init: termite_ir::CpId(0),
            exports: Vec::new(),
            debug: self.debug,
        };
        TablesOnly {
            unit,
            vars: self.vars.ids,
        }
    }
}

fn each_part(literal: &mut Literal, mut f: impl FnMut(&mut LitId)) {
    match literal {
        Literal::Ratio(a, b) | Literal::Complex(a, b) | Literal::Pair(a, b) => {
            f(a);
            f(b);
        }
        Literal::Vector(items) => items.iter_mut().for_each(f),
        Literal::Imm(_)
        | Literal::Fixnum(_)
        | Literal::Bignum(..)
        | Literal::Flonum(_)
        | Literal::String(_)
        | Literal::Symbol(_)
        | Literal::Bytevector(_) => {}
    }
}
