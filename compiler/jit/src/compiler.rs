//! From control points of a unit to machine code ready to be installed.
//!
//! Each control point becomes one Cranelift function, whose frame set-up is then taken
//! out ([`crate::strip`]). A segment for which that fails is left out and counted: it
//! stays interpreted, and direct jumps to it go through its descriptor.

use crate::error::JitError;
use crate::link::LinkInfo;
use crate::machine::Stub;
use crate::segment::{self, SlowPrims};
use crate::strip::{Unstrippable, strip};
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, Function, UserExternalName};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{CompiledCode as Machine, Context, FinalizedRelocTarget};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use termite_ir::{CpId, Unit};

/// How to compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Runs Cranelift's verifier over each function.
    pub verify: bool,
    /// Keeps the text of each function's intermediate code.
    pub keep_text: bool,
}

/// Holds the code generator and its reused memory; one per compiling thread.
pub struct Compiler {
    isa: OwnedTargetIsa,
    context: Context,
    options: Options,
}

/// A batch of compiled segments, for [`crate::CodeArena::install`].
#[derive(Debug, Default)]
pub struct CompiledCode {
    /// [`LinkInfo::unit_index`] of the unit.
    pub unit_index: u32,
    pub segments: Vec<CompiledSegment>,
    /// Control points of the batch that direct jumps name but that have no code.
    pub missing: Vec<MissingSegment>,
    /// Control points that were left out, and why.
    pub skipped: Vec<(CpId, Skipped)>,
    pub stats: Stats,
}

/// Why a control point was left out of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Skipped {
    Unstrippable(Unstrippable),
    /// The segment's shape is beyond what is compiled.
    Unsupported(&'static str),
    /// Cranelift refused it.
    Refused(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MissingSegment {
    pub cp: CpId,
    pub descriptor: u64,
}

/// The code of one control point, not yet placed.
#[derive(Clone, Debug)]
pub struct CompiledSegment {
    pub cp: CpId,
    /// Address of its descriptor.
    pub descriptor: u64,
    /// Entered at its first byte; constants may follow the code.
    pub code: Vec<u8>,
    /// Whether `code` as a whole must be aligned.
    pub has_constants: bool,
    pub relocs: Vec<Reloc>,
    /// Intermediate code before and after Cranelift, if it was asked for.
    pub text: Option<String>,
}

/// Four bytes at `offset` take the distance from their end to the target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reloc {
    pub offset: u32,
    pub target: RelocTarget,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RelocTarget {
    Segment(CpId),
    Stub(Stub),
    /// A slow stub with its primitive.
    Slow {
        stub: Stub,
        prim: u64,
    },
}

/// Counts over one batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    pub compiled: u32,
    /// Segments refused by the strip pass; above 2% of all is a fault.
    pub unstrippable: u32,
    /// Segments left out for other reasons.
    pub unsupported: u32,
    /// Instructions given to Cranelift.
    pub clif_insts: u64,
    pub code_bytes: u64,
    /// Time spent building intermediate code, in Cranelift, and in the strip pass.
    pub lowering: Duration,
    pub codegen: Duration,
    pub stripping: Duration,
}

impl Stats {
    pub fn add(&mut self, other: &Stats) {
        self.compiled += other.compiled;
        self.unstrippable += other.unstrippable;
        self.unsupported += other.unsupported;
        self.clif_insts += other.clif_insts;
        self.code_bytes += other.code_bytes;
        self.lowering += other.lowering;
        self.codegen += other.codegen;
        self.stripping += other.stripping;
    }
}

/// Instructions beyond which a segment stays interpreted: the register allocator's time
/// grows with the square of the values that are alive at once.
const MAX_INSTS: usize = 50_000;

/// Name spaces of the external names in a function: segments by `CpId`, stubs by number,
/// and from [`NAMES_SLOW`] on, a stub each, the function's list of primitives.
pub(crate) const NAMES_SEGMENT: u32 = 0;
pub(crate) const NAMES_STUB: u32 = 1;
pub(crate) const NAMES_SLOW: u32 = 2;

impl Compiler {
    pub fn new(options: Options) -> Result<Compiler, JitError> {
        if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
            return Err(JitError::NoJitForArchitecture);
        }
        let host = |e: &dyn std::fmt::Display| JitError::Host(e.to_string());
        let flags = flags(options).map_err(|e| host(&e))?;
        let isa = cranelift_native::builder().map_err(|e| host(&e))?;
        let isa = isa.finish(flags).map_err(|e| host(&e))?;
        Ok(Compiler {
            isa,
            context: Context::new(),
            options,
        })
    }

    /// Compiles the control points `cps` of `unit`, as one batch.
    pub fn compile(
        &mut self,
        unit: &Unit,
        link: &LinkInfo,
        cps: &[CpId],
    ) -> Result<CompiledCode, JitError> {
        let slow = SlowPrims::resolve(&link.runtime)?;
        let batch: HashSet<CpId> = cps.iter().copied().collect();
        let mut code = CompiledCode {
            unit_index: link.unit_index,
            ..CompiledCode::default()
        };
        for &cp in cps {
            let source = segment::Source {
                unit,
                link,
                slow: &slow,
                batch: &batch,
                cp,
            };
            match self.compile_segment(&source, &mut code.stats)? {
                Ok(segment) => {
                    code.stats.compiled += 1;
                    code.stats.code_bytes += segment.code.len() as u64;
                    code.segments.push(segment);
                }
                Err(why) => code.skip(cp, why),
            }
        }
        code.find_missing(link);
        Ok(code)
    }

    fn compile_segment(
        &mut self,
        source: &segment::Source<'_>,
        stats: &mut Stats,
    ) -> Result<Result<CompiledSegment, Skipped>, JitError> {
        let start = Instant::now();
        self.context.clear();
        self.context.set_disasm(self.options.keep_text);
        let prims = match segment::lower(source, &mut self.context.func) {
            Ok(prims) => prims,
            Err(segment::Error::Unsupported(what)) => return Ok(Err(Skipped::Unsupported(what))),
            Err(segment::Error::Malformed(what)) => {
                return Err(JitError::Malformed(source.cp, what));
            }
        };
        let insts = self.context.func.dfg.num_insts();
        if insts > MAX_INSTS {
            return Ok(Err(Skipped::Unsupported("too large")));
        }
        stats.clif_insts += insts as u64;
        let text = self
            .options
            .keep_text
            .then(|| self.context.func.display().to_string());
        let lowered = Instant::now();
        stats.lowering += lowered - start;
        let result = self
            .context
            .compile(&*self.isa, &mut ControlPlane::default());
        stats.codegen += lowered.elapsed();
        if let Err(e) = result {
            return Ok(Err(Skipped::Refused(format!("{:?}", e.inner))));
        }
        let Some(machine) = self.context.take_compiled_code() else {
            return Ok(Err(Skipped::Refused("no code".into())));
        };
        let start = Instant::now();
        let segment = finish(source, &self.context.func, &prims, &machine, text);
        stats.stripping += start.elapsed();
        Ok(segment)
    }
}

fn flags(options: Options) -> Result<settings::Flags, settings::SetError> {
    let mut b = settings::builder();
    b.set("opt_level", "speed")?;
    b.set("is_pic", "false")?;
    b.set("use_colocated_libcalls", "false")?;
    b.set(
        "enable_verifier",
        if options.verify { "true" } else { "false" },
    )?;
    b.set("unwind_info", "false")?;
    b.set("preserve_frame_pointers", "true")?;
    b.set("enable_pinned_reg", "true")?;
    b.set("enable_heap_access_spectre_mitigation", "false")?;
    b.set("enable_table_access_spectre_mitigation", "false")?;
    Ok(settings::Flags::new(b))
}

fn finish(
    source: &segment::Source<'_>,
    func: &Function,
    prims: &[u64],
    machine: &Machine,
    text: Option<String>,
) -> Result<CompiledSegment, Skipped> {
    let mut offsets = Vec::new();
    let mut targets = Vec::new();
    for reloc in machine.buffer.relocs() {
        let target = match &reloc.target {
            FinalizedRelocTarget::ExternalName(name) => reloc_target(func, prims, name),
            FinalizedRelocTarget::Func(_) => None,
        };
        offsets.push(reloc.offset);
        targets.push(target.ok_or(Skipped::Unsupported("relocation"))?);
    }
    let call_ends: Vec<u32> = machine.buffer.call_sites().map(|c| c.ret_addr).collect();
    let stripped = strip(machine.buffer.data(), &call_ends, &mut offsets);
    let stripped = stripped.map_err(Skipped::Unstrippable)?;
    let relocs = offsets.into_iter().zip(targets);
    Ok(CompiledSegment {
        cp: source.cp,
        descriptor: source.link.descriptors[source.cp.index()],
        code: stripped.code,
        has_constants: stripped.has_constants,
        relocs: relocs
            .map(|(offset, target)| Reloc { offset, target })
            .collect(),
        text: text.map(|t| format!("{t}\n{}", machine.vcode.as_deref().unwrap_or(""))),
    })
}

fn reloc_target(func: &Function, prims: &[u64], name: &ExternalName) -> Option<RelocTarget> {
    let ExternalName::User(name) = name else {
        return None;
    };
    let UserExternalName { namespace, index } = func.params.user_named_funcs()[*name];
    match namespace {
        NAMES_SEGMENT => Some(RelocTarget::Segment(CpId(index))),
        NAMES_STUB => Stub::ALL.get(index as usize).map(|&s| RelocTarget::Stub(s)),
        slow => {
            let stub = *Stub::ALL.get((slow - NAMES_SLOW) as usize)?;
            Some(RelocTarget::Slow {
                stub,
                prim: *prims.get(index as usize)?,
            })
        }
    }
}

impl CompiledCode {
    fn skip(&mut self, cp: CpId, why: Skipped) {
        match why {
            Skipped::Unstrippable(_) => self.stats.unstrippable += 1,
            Skipped::Unsupported(_) | Skipped::Refused(_) => self.stats.unsupported += 1,
        }
        self.skipped.push((cp, why));
    }

    fn find_missing(&mut self, link: &LinkInfo) {
        let skipped: HashSet<CpId> = self.skipped.iter().map(|(cp, _)| *cp).collect();
        let mut named: Vec<CpId> = self
            .segments
            .iter()
            .flat_map(|s| &s.relocs)
            .filter_map(|r| match r.target {
                RelocTarget::Segment(cp) if skipped.contains(&cp) => Some(cp),
                RelocTarget::Segment(_) | RelocTarget::Stub(_) | RelocTarget::Slow { .. } => None,
            })
            .collect();
        named.sort();
        named.dedup();
        let missing = |cp: CpId| MissingSegment {
            cp,
            descriptor: link.descriptors[cp.index()],
        };
        self.missing = named.into_iter().map(missing).collect();
    }
}
