//! What the loader checks: it has the imported units and the table of primitives.
//!
//! Code goes by hash, so a mismatch means that someone made the importing unit to harm;
//! it is refused like any other that does not verify.

use super::{At, Check, VerifyError, ensure, in_range};
use crate::*;
use termite_abi::{Arity, Effect};

/// Looks up a primitive by its Scheme name.
pub type PrimLookup<'a> = &'a dyn Fn(&str) -> Option<(Arity, Effect)>;

/// Verifies that imported units have what this one imports; `imports` are their
/// verified tables, in the order of `unit.imports`.
pub fn verify_imports(unit: &Unit, imports: &[&Unit]) -> Result<(), VerifyError> {
    let count = || {
        ensure(unit.imports.len() == imports.len(), || {
            "not one unit for each import".to_string()
        })
    };
    count().at(|| "unit".to_string())?;
    for (i, p) in unit.import_procs.iter().enumerate() {
        find(imports, p.import)
            .and_then(|from| check_import_proc(from, p))
            .at(|| format!("import-proc &{i}"))?;
    }
    for (i, v) in unit.vars.iter().enumerate() {
        if let VarKind::Import(import, var) = v.kind {
            let check = |from: &Unit| in_range(var, var.index(), from.vars.len(), "variable");
            find(imports, import)
                .and_then(check)
                .at(|| format!("var *{i}"))?;
        }
    }
    Ok(())
}

fn find<'a>(imports: &[&'a Unit], id: ImportId) -> Check<&'a Unit> {
    imports
        .get(id.index())
        .copied()
        .ok_or_else(|| format!("there is no import {}", id.0))
}

fn check_import_proc(from: &Unit, p: &ImportProc) -> Check {
    let e = super::tables::open_entry(from, p.cp)?;
    let exact = e.required == p.arity && e.optional == 0 && !e.rest;
    ensure(exact, || {
        format!("{} does not take exactly {} arguments", p.cp, p.arity)
    })
}

/// Verifies that the primitives exist and have the recorded effect class.
pub fn verify_prims(unit: &Unit, lookup: PrimLookup<'_>) -> Result<(), VerifyError> {
    for (i, prim) in unit.prims.iter().enumerate() {
        let check = || match lookup(&prim.name) {
            None => Err(format!("there is no primitive {}", prim.name)),
            Some((_, effect)) => ensure(effect == prim.effect, || {
                format!("{} has another effect class", prim.name)
            }),
        };
        check().at(|| format!("prim ~{i}"))?;
    }
    Ok(())
}

/// Verifies that the primitives which a verified segment calls inline take that number
/// of arguments.
pub fn verify_prim_calls(
    unit: &Unit,
    id: CpId,
    cp: &ControlPoint,
    lookup: PrimLookup<'_>,
) -> Result<(), VerifyError> {
    for (b, block) in cp.blocks.iter().enumerate() {
        let calls = block
            .insts
            .iter()
            .enumerate()
            .filter(|(_, inst)| inst.op == Op::Prim);
        for (i, inst) in calls {
            check_prim_call(unit, inst, lookup).at(|| format!("{id} ^{b} inst {i}"))?;
        }
    }
    Ok(())
}

fn check_prim_call(unit: &Unit, inst: &Inst, lookup: PrimLookup<'_>) -> Check {
    let prim = unit
        .prims
        .get(inst.imm as usize)
        .ok_or_else(|| format!("there is no primitive ~{}", inst.imm))?;
    let (arity, _) =
        lookup(&prim.name).ok_or_else(|| format!("there is no primitive {}", prim.name))?;
    let count = inst.args.len();
    ensure(arity.accepts(count), || {
        format!("{} does not take {count} arguments", prim.name)
    })
}
