//! Everything but code.

use super::{At, Check, VerifyError, ensure, in_range};
use crate::*;
use std::collections::HashSet;
use termite_abi::value::{FIXNUM_MAX, FIXNUM_MIN};

/// Verifies all but the code of segments; their blocks may be missing.
pub fn verify_tables(unit: &Unit) -> Result<(), VerifyError> {
    imports(unit)?;
    for (i, literal) in unit.literals.iter().enumerate() {
        check_literal(unit, literal).at(|| format!("literal ${i}"))?;
    }
    partition(unit)?;
    for (i, cp) in unit.cps.iter().enumerate() {
        check_kind(unit, CpId(i as u32), &cp.kind).at(|| format!("@{i}"))?;
    }
    clauses(unit)?;
    exports(unit)?;
    verify_debug(unit, &unit.debug)
}

fn imports(unit: &Unit) -> Result<(), VerifyError> {
    let import = |id: ImportId| in_range(id.0, id.index(), unit.imports.len(), "import");
    for (i, p) in unit.import_procs.iter().enumerate() {
        let small = || {
            ensure((p.arity as usize) < limits::PARAMS, || {
                "too many parameters".to_string()
            })
        };
        import(p.import)
            .and_then(|()| small())
            .at(|| format!("import-proc &{i}"))?;
    }
    for (i, v) in unit.vars.iter().enumerate() {
        match v.kind {
            VarKind::Import(id, _) => import(id).at(|| format!("var *{i}"))?,
            VarKind::Own | VarKind::Late => {}
        }
    }
    Ok(())
}

fn check_literal(unit: &Unit, literal: &Literal) -> Check {
    match literal {
        Literal::Fixnum(n) => check_fixnum(*n),
        Literal::Bignum(negative, limbs) => check_bignum(*negative, limbs),
        Literal::Ratio(a, b) => check_ratio(find(unit, *a)?, find(unit, *b)?),
        Literal::Complex(a, b) => check_complex(find(unit, *a)?, find(unit, *b)?),
        Literal::Pair(a, b) => find(unit, *a).and(find(unit, *b)).map(|_| ()),
        Literal::Vector(items) => items.iter().try_for_each(|&i| find(unit, i).map(|_| ())),
        Literal::Imm(_)
        | Literal::Flonum(_)
        | Literal::String(_)
        | Literal::Symbol(_)
        | Literal::Bytevector(_) => Ok(()),
    }
}

fn find(unit: &Unit, id: LitId) -> Check<&Literal> {
    unit.literals
        .get(id.index())
        .ok_or_else(|| format!("there is no literal {id}"))
}

/// A fixnum has 61 bits.
pub(super) fn check_fixnum(n: i64) -> Check {
    ensure((FIXNUM_MIN..=FIXNUM_MAX).contains(&n), || {
        format!("{n} is no fixnum")
    })
}

/// The heap's bignums have no leading zero limb and are outside of the fixnum range.
fn check_bignum(negative: bool, limbs: &[u64]) -> Check {
    ensure(limbs.last().is_some_and(|&top| top != 0), || {
        "a bignum has a leading zero limb".to_string()
    })?;
    let largest = if negative {
        FIXNUM_MIN.unsigned_abs()
    } else {
        FIXNUM_MAX.unsigned_abs()
    };
    ensure(limbs.len() > 1 || limbs[0] > largest, || {
        "a bignum is in the range of fixnums".to_string()
    })
}

/// That a ratio of bignums is in lowest terms is the loader's to check: it divides.
fn check_ratio(numerator: &Literal, denominator: &Literal) -> Check {
    let integer = |l: &Literal| matches!(l, Literal::Fixnum(_) | Literal::Bignum(..));
    ensure(integer(numerator) && integer(denominator), || {
        "a ratio of other things than exact integers".to_string()
    })?;
    let above_one = match denominator {
        Literal::Fixnum(d) => *d > 1,
        Literal::Bignum(negative, _) => !negative,
        _ => false,
    };
    ensure(above_one, || {
        "a ratio's denominator is not above one".to_string()
    })?;
    if let (Literal::Fixnum(n), Literal::Fixnum(d)) = (numerator, denominator) {
        return ensure(gcd(n.unsigned_abs(), d.unsigned_abs()) == 1, || {
            "a ratio is not in lowest terms".to_string()
        });
    }
    Ok(())
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn check_complex(real: &Literal, imaginary: &Literal) -> Check {
    let number = |l: &Literal| {
        matches!(
            l,
            Literal::Fixnum(_) | Literal::Bignum(..) | Literal::Ratio(..) | Literal::Flonum(_)
        )
    };
    ensure(number(real) && number(imaginary), || {
        "a complex number of other things than real numbers".to_string()
    })?;
    ensure(*imaginary != Literal::Fixnum(0), || {
        "a complex number's imaginary part is exact zero".to_string()
    })
}

/// Procedures partition the control points, in order.
fn partition(unit: &Unit) -> Result<(), VerifyError> {
    ensure(unit.cps.len() <= limits::CPS, || {
        "too many control points".to_string()
    })
    .at(|| "unit".to_string())?;
    let mut names = HashSet::new();
    let mut next = 0usize;
    for (i, proc) in unit.procs.iter().enumerate() {
        let fresh = names.insert(&proc.name);
        ensure(fresh, || "another procedure has the same name".to_string())
            .at(|| format!("proc {i}"))?;
        check_proc(unit, i, next).at(|| format!("proc {i}"))?;
        next += proc.count as usize;
    }
    ensure(next == unit.cps.len(), || {
        "control points after the last procedure".to_string()
    })
    .at(|| "unit".to_string())
}

/// Procedure `index` has the control points from `first` on.
fn check_proc(unit: &Unit, index: usize, first: usize) -> Check {
    let proc = &unit.procs[index];
    ensure(proc.count > 0, || "it has no control points".to_string())?;
    let cps = unit
        .cps
        .get(first..first + proc.count as usize)
        .filter(|_| proc.first.index() == first);
    let cps = cps.ok_or("procedures do not partition the control points")?;
    ensure(cps.iter().all(|cp| cp.proc.index() == index), || {
        "a control point names another procedure".to_string()
    })
}

fn check_kind(unit: &Unit, id: CpId, kind: &CpKind) -> Check {
    let params = unit.cps[id.index()].param_count();
    ensure(params <= limits::PARAMS, || {
        format!("more than {} parameters", limits::PARAMS)
    })?;
    ensure(kind.kinds().len() <= limits::PARAMS, || {
        format!("more than {} free values", limits::PARAMS)
    })?;
    for &k in kind.kinds() {
        match k {
            ValueKind::Closure(cp) => entry(unit, cp).map(|_| ())?,
            ValueKind::Any | ValueKind::Box => {}
        }
    }
    match kind {
        CpKind::Return(r) if r.ignores => ensure(r.values == 1 && !r.rest, || {
            "a return point that ignores its value takes one".to_string()
        }),
        CpKind::Entry(e) => check_next(unit, e),
        CpKind::Return(_) | CpKind::Jump(_) => Ok(()),
    }
}

fn check_next(unit: &Unit, e: &Entry) -> Check {
    let Some(next) = e.next_clause else {
        return Ok(());
    };
    ensure(entry(unit, next)?.free == e.free, || {
        format!("the next clause {next} has other free values")
    })
}

/// The entry of that id.
pub(super) fn entry(unit: &Unit, id: CpId) -> Check<&Entry> {
    match unit.cps.get(id.index()).map(|cp| &cp.kind) {
        Some(CpKind::Entry(e)) => Ok(e),
        Some(CpKind::Return(_) | CpKind::Jump(_)) => Err(format!("{id} is no entry")),
        None => Err(format!("there is no control point {id}")),
    }
}

/// The entry of that id, which must have no free values.
pub(super) fn open_entry(unit: &Unit, id: CpId) -> Check<&Entry> {
    let e = entry(unit, id)?;
    ensure(e.free.is_empty(), || format!("{id} has free values"))?;
    Ok(e)
}

/// Chains of clauses end: each is walked until a chain that was walked before.
fn clauses(unit: &Unit) -> Result<(), VerifyError> {
    let next = |i: usize| match &unit.cps[i].kind {
        CpKind::Entry(e) => e.next_clause.map(CpId::index),
        CpKind::Return(_) | CpKind::Jump(_) => None,
    };
    // 0: not seen; otherwise 1 + the walk that saw it.
    let mut seen = vec![0u32; unit.cps.len()];
    for start in 0..unit.cps.len() {
        let walk = start as u32 + 1;
        let mut at = Some(start);
        while let Some(i) = at.filter(|&i| seen[i] == 0) {
            seen[i] = walk;
            at = next(i);
        }
        let ends = at.is_none_or(|i| seen[i] != walk);
        ensure(ends, || "its clauses form a cycle".to_string()).at(|| format!("@{start}"))?;
    }
    Ok(())
}

fn exports(unit: &Unit) -> Result<(), VerifyError> {
    check_init(unit).at(|| "init".to_string())?;
    let mut names = HashSet::new();
    for e in &unit.exports {
        let fresh = ensure(names.insert(&e.name), || {
            "the name is exported twice".to_string()
        });
        fresh
            .and_then(|()| check_export(unit, e))
            .at(|| format!("export {:?}", e.name))?;
    }
    Ok(())
}

fn check_export(unit: &Unit, e: &Export) -> Check {
    match e.kind {
        ExportKind::Proc(cp) => open_entry(unit, cp).map(|_| ()),
        ExportKind::Var(v) => in_range(v, v.index(), unit.vars.len(), "variable"),
    }
}

fn check_init(unit: &Unit) -> Check {
    let e = open_entry(unit, unit.init)?;
    ensure(e.required == 0 && e.optional == 0 && !e.rest, || {
        format!("{} has parameters", unit.init)
    })
}

/// Verifies a debug section, which may come later than the unit or not at all: then
/// sites are mere numbers.
pub fn verify_debug(unit: &Unit, debug: &Debug) -> Result<(), VerifyError> {
    for (i, site) in debug.sites.iter().enumerate() {
        in_range(site.file, site.file as usize, debug.files.len(), "file")
            .at(|| format!("site !{i}"))?;
    }
    let names = debug.cp_names.len();
    ensure(names == 0 || names == unit.cps.len(), || {
        "not one name for each control point".to_string()
    })
    .at(|| "debug".to_string())
}
