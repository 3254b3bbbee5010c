//! The compiler to machine code as the runtime asks for it.
//!
//! Unsafe here: entering code and publishing it, under the contracts of `Machine`.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use termite_abi::{CpClass, Descriptor, Effect, VmContext};
use termite_ir::{CpId, Op, Unit};
use termite_jit::{
    CodeArena, Compiler, ImportLink, JitError, LinkInfo, Options, PrimLink, RuntimeLink, Stats,
    ThunkKind,
};
use termite_vm::{LinkData, LoadedUnit, Machine, remember_slot};

/// Code memory grows by this many bytes.
const CHUNK_BYTES: usize = 4 << 20;

pub struct JitMachine {
    compiler: Mutex<Compiler>,
    arena: Mutex<CodeArena>,
    stats: Mutex<Stats>,
}

/// What compiling a unit needs, kept with the unit.
struct Prepared {
    unit: Arc<Unit>,
    link: LinkInfo,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl JitMachine {
    pub fn new() -> Result<JitMachine, JitError> {
        Ok(JitMachine {
            compiler: Mutex::new(Compiler::new(Options::default())?),
            arena: Mutex::new(CodeArena::new(CHUNK_BYTES)?),
            stats: Mutex::new(Stats::default()),
        })
    }

    /// Counts over everything compiled so far.
    pub fn stats(&self) -> Stats {
        *lock(&self.stats)
    }
}

impl Machine for JitMachine {
    fn install(&self, ctx: &mut VmContext) {
        termite_jit::prepare_context(ctx, remember_slot);
    }

    fn thunks(&self, desc: &Descriptor) -> (u64, u64) {
        let kind = match desc.class {
            CpClass::Builtin => ThunkKind::Builtin,
            CpClass::Return if desc.unit == termite_vm::code::NO_UNIT => ThunkKind::Halt,
            CpClass::Entry | CpClass::Return | CpClass::Jump => ThunkKind::Interpret,
        };
        let mut arena = lock(&self.arena);
        let address = std::ptr::from_ref(desc).expose_provenance() as u64;
        // Without code memory nothing can be entered; there is no way on.
        let thunk = arena.thunk(address, kind).unwrap_or_else(|e| fatal(&e));
        if desc.class == CpClass::Return && desc.arity != 1 {
            (arena.one_value_entry(), thunk)
        } else {
            (thunk, thunk)
        }
    }

    unsafe fn enter(&self, ctx: *mut VmContext, exact: bool) {
        // SAFETY: the caller's contract is that of the functions called.
        unsafe {
            if exact {
                termite_jit::enter_exact(ctx);
            } else {
                termite_jit::enter(ctx);
            }
        }
    }

    fn prepare(&self, unit: &LoadedUnit, link: LinkData) -> Arc<dyn Any + Send + Sync> {
        let unit = unit.whole();
        let link = link_info(&unit, link);
        Arc::new(Prepared { unit, link })
    }

    fn compile(&self, unit: &Arc<dyn Any + Send + Sync>, cps: &[CpId]) -> Result<(), String> {
        let Some(prepared) = unit.downcast_ref::<Prepared>() else {
            return Err("not a unit prepared for this compiler".into());
        };
        let code = lock(&self.compiler)
            .compile(&prepared.unit, &prepared.link, cps)
            .map_err(|e| e.to_string())?;
        lock(&self.stats).add(&code.stats);
        // SAFETY: the descriptors are the unit's and are never freed.
        unsafe { lock(&self.arena).install(&code) }.map_err(|e| e.to_string())?;
        Ok(())
    }
}

fn fatal(e: &JitError) -> ! {
    eprintln!("termite: no memory for machine code: {e}");
    std::process::exit(71);
}

fn link_info(unit: &Unit, data: LinkData) -> LinkInfo {
    let prims: HashMap<&'static str, u64> = Op::ALL
        .iter()
        .filter_map(|op| Some((op.prim()?, data.op_prims[*op as usize])))
        .collect();
    let effects = unit
        .prims
        .iter()
        .map(|p| p.effect)
        .chain(std::iter::repeat(Effect::Block));
    LinkInfo {
        unit_index: data.unit_index,
        descriptors: data.descriptors,
        closures: data.closures,
        import_procs: data
            .import_procs
            .into_iter()
            .map(|(descriptor, closure)| ImportLink {
                descriptor,
                closure,
            })
            .collect(),
        literals: data.literals,
        prims: data
            .prims
            .into_iter()
            .zip(effects)
            .map(|((address, closure), effect)| PrimLink {
                address,
                effect,
                closure,
            })
            .collect(),
        cell_index: data.cells,
        runtime: Arc::new(RuntimeLink {
            prims,
            unbound: data.unbound_prim,
            uninitialized: data.uninitialized_prim,
            not_a_frame: data.no_frame_prim,
            record_ref: data.record_ref_prim,
            record_set: data.record_set_prim,
        }),
    }
}
