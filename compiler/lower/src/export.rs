//! What a unit exports: decided before conversion, written down after emission.
//!
//! A known procedure of fixed arity is exported as its entry. One whose number of
//! arguments varies has a cell with its value, and its workers can be called directly. A
//! constant has a cell for those who look it up by name, and its value in the
//! interface. Imports and primitives under another name are resolved by the importer.

use crate::flow::{Arg, FunId, Program};
use crate::resolve::{Binding, Resolved};
use std::collections::HashMap;
use termite_expand::core::{GlobalId, GlobalKind, Module};
use termite_ir::VarId;
use termite_syntax::{Diagnostic, Span};

/// An export, with indices of the program.
#[derive(Clone, Debug)]
pub enum Exported {
    Proc(FunId),
    Clauses {
        var: VarId,
        head: FunId,
    },
    Constant {
        var: VarId,
        value: Arg,
    },
    Var(VarId),
    /// A variable that something assigns.
    Assigned(VarId),
    Alias {
        unit: String,
        name: String,
    },
    Primitive(&'static str),
}

/// Decides what each export is; makes the cells that it needs.
pub fn plan_exports(
    module: &Module,
    resolved: &Resolved,
    program: &mut Program,
) -> Result<Vec<(String, Exported)>, Diagnostic> {
    let mut planner = Planner {
        module,
        resolved,
        program,
        cells: HashMap::new(),
    };
    let plan = |(name, global): &(termite_syntax::Symbol, GlobalId)| {
        Ok((name.to_string(), planner.export(*global)?))
    };
    module.exports.iter().map(plan).collect()
}

struct Planner<'a> {
    module: &'a Module,
    resolved: &'a Resolved,
    program: &'a mut Program,
    /// Cells made here, by global.
    cells: HashMap<GlobalId, VarId>,
}

impl Planner<'_> {
    fn export(&mut self, global: GlobalId) -> Result<Exported, Diagnostic> {
        let global = self.resolved.target(global);
        let g = &self.module.globals[global.0 as usize];
        if let GlobalKind::Import { unit, name } = &g.kind {
            return Ok(Exported::Alias {
                unit: unit.clone(),
                name: name.to_string(),
            });
        }
        Ok(match &self.resolved.bindings[global.0 as usize] {
            Binding::Known(f) => self.procedure(global, *f),
            Binding::Arg(value) => Exported::Constant {
                var: self.cell(global),
                value: *value,
            },
            Binding::Primitive(p) => Exported::Primitive(p.name),
            Binding::Cell(cell) if g.assigned => Exported::Assigned(cell.var),
            Binding::Cell(cell) => Exported::Var(cell.var),
            Binding::Clauses(..) => {
                return Err(Diagnostic::new(
                    "internal-error",
                    format!("{} is no import", g.name),
                    Span::NONE,
                ));
            }
        })
    }

    fn procedure(&mut self, global: GlobalId, head: FunId) -> Exported {
        for f in self.program.family(head) {
            self.program.fun_mut(f).exported = true;
        }
        let fun = self.program.fun(head);
        if fun.is_simple() && fun.next_clause.is_none() {
            return Exported::Proc(head);
        }
        Exported::Clauses {
            var: self.cell(global),
            head,
        }
    }

    fn cell(&mut self, global: GlobalId) -> VarId {
        let name = self.module.globals[global.0 as usize].name;
        let tables = &mut self.program.tables;
        *self
            .cells
            .entry(global)
            .or_insert_with(|| tables.own_var(name.as_str()))
    }
}
