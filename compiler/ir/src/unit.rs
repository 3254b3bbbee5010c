//! Units, procedures, control points, blocks.
//!
//! A *unit* is what is compiled as a block. Each toplevel procedure is a *parent*; its
//! closure entries, return points and loop headers are *control points*, numbered in
//! it, each with the code of one *segment*. A segment's registers are in SSA form:
//! register `i` below the number of parameters is parameter `i`, every other is
//! defined once, by a block parameter or an instruction.

use crate::op::Op;
use termite_abi::prim::Effect;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
        impl $name {
            pub const fn index(self) -> usize { self.0 as usize }
        })*
    };
}

index! {
    /// A control point of the unit.
    CpId;
    /// A parent (toplevel procedure) of the unit.
    ProcId;
    /// A toplevel variable used by the unit.
    VarId;
    /// A literal.
    LitId;
    /// A primitive that the unit uses.
    PrimId;
    /// A unit that this one imports.
    ImportId;
    /// A procedure of an imported unit.
    ImportProcId;
    /// A register of a segment.
    Reg;
    /// A block of a segment.
    BlockId;
    /// A place that can raise, see [`Debug::sites`].
    SiteId;
}

/// 32-byte content hash of a unit's code.
pub type UnitHash = [u8; 32];

#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// The parent name's first part, e.g. `github.com/fred/hello@1.0` or `scheme/base`.
    pub name: String,
    /// What a library of a repository was made from; part of the hash.
    pub source: Option<Source>,
    pub imports: Vec<Import>,
    pub import_procs: Vec<ImportProc>,
    pub vars: Vec<Var>,
    pub literals: Vec<Literal>,
    pub prims: Vec<PrimUse>,
    pub procs: Vec<Proc>,
    /// Control points, those of one parent adjacent and in the order of their ids.
    pub cps: Vec<ControlPoint>,
    /// Entry without parameters and free values that runs the body.
    pub init: CpId,
    pub exports: Vec<Export>,
    /// Source places and names; outside the hash.
    pub debug: Debug,
}

/// The source tree of a version of a repository. With the unit's name it says whose
/// variables the code uses: several codes of one source share them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Source {
    /// The commit, in hexadecimal.
    pub commit: String,
    /// The hash of the tree's content.
    pub content: [u8; 32],
}

/// A unit that this one is linked to, by the hash of its code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    pub name: String,
    pub hash: UnitHash,
}

/// A procedure of an imported unit: an entry without free values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportProc {
    pub import: ImportId,
    pub cp: CpId,
    /// Its number of parameters, which a direct call must match.
    pub arity: u16,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Var {
    pub name: String,
    pub kind: VarKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarKind {
    /// Belongs to this unit's instance.
    Own,
    /// Variable of an imported unit: its index there.
    Import(ImportId, VarId),
    /// Found by name in the session's environment when the unit is loaded.
    Late,
}

/// A constant; parts are given by index, so sharing and cycles can be written.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Literal {
    Imm(Immediate),
    Fixnum(i64),
    /// Negative?, limbs (least significant first). Outside of the fixnum range.
    Bignum(bool, Vec<u64>),
    /// Numerator, denominator (exact integers).
    Ratio(LitId, LitId),
    /// Bits of the f64.
    Flonum(u64),
    Complex(LitId, LitId),
    String(String),
    Symbol(String),
    Pair(LitId, LitId),
    Vector(Vec<LitId>),
    Bytevector(Vec<u8>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Immediate {
    False,
    True,
    Null,
    Eof,
    Void,
    Default,
    Unbound,
    Optional,
    Rest,
    Key,
    Char(char),
}

/// A primitive by name, with the effect class that the code was made for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrimUse {
    pub name: String,
    pub effect: Effect,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proc {
    /// Name within the unit; unique there (`fib`, `fib~2`).
    pub name: String,
    /// First control point and count.
    pub first: CpId,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    pub name: String,
    pub kind: ExportKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportKind {
    /// A procedure that nothing rebinds: its entry, which has no free values.
    Proc(CpId),
    Var(VarId),
}

/// What is proved of a live value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ValueKind {
    Any,
    /// A box for an assigned variable.
    Box,
    /// A closure of this entry.
    Closure(CpId),
}

#[derive(Clone, PartialEq, Debug)]
pub struct ControlPoint {
    pub proc: ProcId,
    pub kind: CpKind,
    /// Number of registers of the segment, at least `param_count()`.
    pub regs: u32,
    /// Block 0 is where it starts; it has no parameters. Branches go to later blocks.
    pub blocks: Vec<Block>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum CpKind {
    Entry(Entry),
    Return(Return),
    /// A loop header or join: kinds of its parameters. Register i is parameter i.
    Jump(Vec<ValueKind>),
}

/// Entry of a procedure. Registers: the closure itself, then the required, optional and
/// rest parameters (kind any each). The closure's kind is `Closure(this)` when it has
/// free values.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Entry {
    pub required: u16,
    /// Optional parameters, given as `#!default` when absent.
    pub optional: u16,
    pub rest: bool,
    /// Kinds of the free values.
    pub free: Vec<ValueKind>,
    /// `case-lambda`: the entry that is tried when this one does not take the number
    /// of arguments. It must have the same free values.
    pub next_clause: Option<CpId>,
}

/// Return point. Registers: the values (rest list included), then the live values.
#[derive(Clone, PartialEq, Debug)]
pub struct Return {
    /// Number of values that it takes.
    pub values: u16,
    /// Further values are collected into a list, one more register.
    pub rest: bool,
    /// The value is not used: any number of values is fine (`values` is 1).
    pub ignores: bool,
    /// Kinds of the live values, in frame order.
    pub live: Vec<ValueKind>,
}

impl ControlPoint {
    /// Number of registers that are defined on entry.
    pub fn param_count(&self) -> usize {
        match &self.kind {
            CpKind::Entry(e) => 1 + e.required as usize + e.optional as usize + e.rest as usize,
            CpKind::Return(r) => r.values as usize + r.rest as usize + r.live.len(),
            CpKind::Jump(p) => p.len(),
        }
    }

    /// Registers that arrive as arguments: all but the live values of a return point.
    pub fn arg_count(&self) -> usize {
        match &self.kind {
            CpKind::Return(r) => r.values as usize + r.rest as usize,
            _ => self.param_count(),
        }
    }

    /// Kind of parameter register `i`.
    pub fn param_kind(&self, this: CpId, i: usize) -> ValueKind {
        match &self.kind {
            CpKind::Entry(e) if i == 0 && !e.free.is_empty() => ValueKind::Closure(this),
            CpKind::Entry(_) => ValueKind::Any,
            CpKind::Return(r) => {
                let n = r.values as usize + r.rest as usize;
                if i < n { ValueKind::Any } else { r.live[i - n] }
            }
            CpKind::Jump(p) => p[i],
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    pub params: Vec<Reg>,
    pub insts: Vec<Inst>,
    pub term: Term,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Inst {
    pub op: Op,
    /// Register defined, for operations that have a result.
    pub dst: Option<Reg>,
    pub args: Vec<Operand>,
    /// See [`crate::op::Imm`]; 0 when it has none.
    pub imm: u32,
    /// Place, for operations that may fail.
    pub site: Option<SiteId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Operand {
    Reg(Reg),
    Fixnum(i64),
    Imm(Immediate),
    Lit(LitId),
    /// The procedure value of an entry of this unit without free values.
    Proc(CpId),
    ImportProc(ImportProcId),
    /// The procedure value of a primitive.
    Prim(PrimId),
    /// A place in a new closure to be filled by `InitFree`.
    Hole,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    /// Returns the values (one, usually) to the current frame.
    Return(Vec<Operand>),
    /// Returns the values to a frame given as a value (an error if it is no frame).
    Throw {
        frame: Operand,
        values: Vec<Operand>,
        site: SiteId,
    },
    Goto(BlockId, Vec<Operand>),
    /// To `then` unless the operand is #f. Neither block has parameters.
    Branch {
        cond: Operand,
        then: BlockId,
        or_else: BlockId,
    },
    /// Jumps to a loop header or join.
    Jump(CpId, Vec<Operand>),
    Call(Call),
}

/// A call, in tail position when `ret` is `None`; else it pushes a frame first.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    pub target: Target,
    /// Arguments, without the closure.
    pub args: Vec<Operand>,
    pub ret: Option<Frame>,
    pub site: SiteId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// Any value: checked to be a procedure that takes this number of arguments.
    Value(Operand),
    /// A known entry (exact arity, no optional or rest parameters) and its closure:
    /// a register of kind `Closure` of it, or anything if it has no free values.
    Direct(CpId, Operand),
    /// A known entry of an imported unit.
    Import(ImportProcId),
}

/// The frame to push: return point and live values.
#[derive(Clone, PartialEq, Debug)]
pub struct Frame {
    pub ret: CpId,
    pub live: Vec<Operand>,
}

/// What is outside the hash: names and places.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Debug {
    /// Source files (as given to the compiler, relative where they can be).
    pub files: Vec<String>,
    pub sites: Vec<Site>,
    /// Source-level name of each control point's procedure (empty: anonymous), by CpId.
    pub cp_names: Vec<String>,
}

/// A place in the source: byte range, and line and column from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Site {
    pub file: u32,
    pub start: u32,
    pub end: u32,
    pub line: u32,
    pub column: u32,
}

/// Limits that the verifier holds; generous for compilers, small enough for tables.
pub mod limits {
    pub const REGS: usize = 1 << 14;
    pub const PARAMS: usize = 1 << 10;
    pub const BLOCKS: usize = 1 << 14;
    pub const CPS: usize = 1 << 20;
    /// Bytes that one segment may allocate.
    pub const SEGMENT_BYTES: usize = 32 << 10;
}
