//! The text form: printing.
//!
//! Line by line, in the spirit of Cranelift's: tables first, then each procedure with
//! its control points. [`mod@crate::parse`] reads it back exactly. A sigil says what a
//! number counts:
//!
//! | `@` | `%` | `^` | `$` | `*` | `~` | `&` | `.` | `!` | `_` |
//! |---|---|---|---|---|---|---|---|---|---|
//! | control point | register | block | literal | variable | primitive | imported procedure | free value or field | site | hole |
//!
//! ```text
//! entry @0 (%0 %1)
//! ^0:
//!   %2 = < %1 2 !0
//!   branch %2 ^1 ^2
//! ^1:
//!   return %1
//! ^2:
//!   %3 = - %1 1 !1
//!   call-direct @0 %0 (%3) -> @1 (%1) !2
//! return-point @1 (%0) live (%1)
//! ^0: ...
//! ```
//!
//! Which procedure a control point belongs to is given by where it stands, so a unit
//! whose procedures do not partition its control points is not printed faithfully.

use crate::op::{Imm, Op};
use crate::*;
use std::fmt::{self, Display, Formatter, Write};

macro_rules! sigils {
    ($($name:ident $sigil:literal;)*) => {
        $(impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                write!(f, concat!($sigil, "{}"), self.0)
            }
        })*
    };
}

sigils! {
    CpId "@";
    Reg "%";
    BlockId "^";
    LitId "$";
    VarId "*";
    PrimId "~";
    ImportProcId "&";
    SiteId "!";
}

impl Display for ValueKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            ValueKind::Any => f.write_str("any"),
            ValueKind::Box => f.write_str("box"),
            ValueKind::Closure(cp) => cp.fmt(f),
        }
    }
}

impl Display for Immediate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Immediate::Char(c) = self {
            return if c.is_ascii_alphanumeric() {
                write!(f, "#\\{c}")
            } else {
                write!(f, "#\\x{:x}", *c as u32)
            };
        }
        let word = IMMEDIATES
            .iter()
            .find(|(i, _)| i == self)
            .map_or("", |(_, w)| w);
        f.write_str(word)
    }
}

/// Every immediate that is no character, and its word; also their order in the binary
/// form.
pub const IMMEDIATES: &[(Immediate, &str)] = &[
    (Immediate::False, "#f"),
    (Immediate::True, "#t"),
    (Immediate::Null, "#!null"),
    (Immediate::Eof, "#!eof"),
    (Immediate::Void, "#!void"),
    (Immediate::Default, "#!default"),
    (Immediate::Unbound, "#!unbound"),
    (Immediate::Optional, "#!optional"),
    (Immediate::Rest, "#!rest"),
    (Immediate::Key, "#!key"),
];

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Reg(r) => r.fmt(f),
            Operand::Fixnum(n) => n.fmt(f),
            Operand::Imm(i) => i.fmt(f),
            Operand::Lit(l) => l.fmt(f),
            Operand::Proc(cp) => cp.fmt(f),
            Operand::ImportProc(p) => p.fmt(f),
            Operand::Prim(p) => p.fmt(f),
            Operand::Hole => f.write_str("_"),
        }
    }
}

impl Display for Inst {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(dst) = self.dst {
            write!(f, "{dst} = ")?;
        }
        f.write_str(self.op.text())?;
        match self.op.imm() {
            Imm::None if self.imm == 0 => {}
            Imm::None => write!(f, " {{{}}}", self.imm)?,
            Imm::Free | Imm::Field => write!(f, " .{}", self.imm)?,
            Imm::Var => write!(f, " *{}", self.imm)?,
            Imm::Cp => write!(f, " @{}", self.imm)?,
            Imm::Prim => write!(f, " ~{}", self.imm)?,
        }
        for a in &self.args {
            write!(f, " {a}")?;
        }
        self.site.iter().try_for_each(|s| write!(f, " {s}"))
    }
}

/// ` (a b c)`, or nothing for no operands.
struct Args<'a>(&'a [Operand]);

impl Display for Args<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", Words(self.0))
        }
    }
}

/// Items with a blank between them.
struct Words<'a, T>(&'a [T]);

impl<T: Display> Display for Words<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            write!(f, "{}{item}", if i > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Term::Return(values) if values.is_empty() => f.write_str("return"),
            Term::Return(values) => write!(f, "return {}", Words(values)),
            Term::Throw {
                frame,
                values,
                site,
            } => {
                write!(f, "throw {frame}{} {site}", Args(values))
            }
            Term::Goto(to, args) => write!(f, "goto {to}{}", Args(args)),
            Term::Branch {
                cond,
                then,
                or_else,
            } => write!(f, "branch {cond} {then} {or_else}"),
            Term::Jump(to, args) => write!(f, "jump {to}{}", Args(args)),
            Term::Call(c) => c.fmt(f),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.target {
            Target::Value(callee) => write!(f, "call {callee}")?,
            Target::Direct(cp, closure) => write!(f, "call-direct {cp} {closure}")?,
            Target::Import(p) => write!(f, "call-import {p}")?,
        }
        Args(&self.args).fmt(f)?;
        if let Some(frame) = &self.ret {
            write!(f, " -> {}{}", frame.ret, Args(&frame.live))?;
        }
        write!(f, " {}", self.site)
    }
}

/// A string in quotes, with escapes that the parser takes.
pub(crate) struct Quoted<'a>(pub &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                c if c.is_control() || c == '\u{feff}' => write!(f, "\\u{{{:x}}}", c as u32)?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

struct Hex<'a>(&'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Imm(i) => write!(f, "imm {i}"),
            Literal::Fixnum(n) => write!(f, "fixnum {n}"),
            Literal::Bignum(negative, limbs) => {
                write!(f, "bignum {}", if *negative { "-" } else { "+" })?;
                limbs.iter().try_for_each(|l| write!(f, " {l}"))
            }
            Literal::Ratio(a, b) => write!(f, "ratio {a} {b}"),
            Literal::Flonum(bits) if f64::from_bits(*bits).is_nan() => {
                write!(f, "flonum 0x{bits:x}")
            }
            Literal::Flonum(bits) => write!(f, "flonum {:?}", f64::from_bits(*bits)),
            Literal::Complex(a, b) => write!(f, "complex {a} {b}"),
            Literal::String(s) => write!(f, "string {}", Quoted(s)),
            Literal::Symbol(s) => write!(f, "symbol {}", Quoted(s)),
            Literal::Pair(a, b) => write!(f, "pair {a} {b}"),
            Literal::Vector(items) if items.is_empty() => f.write_str("vector"),
            Literal::Vector(items) => write!(f, "vector {}", Words(items)),
            Literal::Bytevector(bytes) => write!(f, "bytes 0x{}", Hex(bytes)),
        }
    }
}

/// The whole unit, debug section included.
pub fn print(unit: &Unit) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = print_unit(&mut out, unit);
    out
}

/// One control point, e.g. for `--dump-ir` of a single procedure.
pub fn print_cp(unit: &Unit, id: CpId) -> String {
    let mut out = String::new();
    if let Some(cp) = unit.cps.get(id.index()) {
        let _ = write_cp(&mut out, unit, id, cp);
    }
    out
}

fn print_unit(out: &mut String, unit: &Unit) -> fmt::Result {
    writeln!(out, "unit {}", Quoted(&unit.name))?;
    if let Some(source) = &unit.source {
        let content = Hex(&source.content);
        writeln!(out, "source {} 0x{content}", Quoted(&source.commit))?;
    }
    print_tables(out, unit)?;
    print_exports(out, unit)?;
    for proc in &unit.procs {
        writeln!(out, "\nproc {}", Quoted(&proc.name))?;
        let ids = proc.first.0..proc.first.0.saturating_add(proc.count);
        for (id, cp) in ids
            .map(CpId)
            .map_while(|id| Some((id, unit.cps.get(id.index())?)))
        {
            writeln!(out)?;
            write_cp(out, unit, id, cp)?;
        }
    }
    print_debug(out, &unit.debug)
}

fn print_tables(out: &mut String, unit: &Unit) -> fmt::Result {
    for (i, import) in unit.imports.iter().enumerate() {
        writeln!(
            out,
            "import {i} {} 0x{}",
            Quoted(&import.name),
            Hex(&import.hash)
        )?;
    }
    for (i, p) in unit.import_procs.iter().enumerate() {
        writeln!(
            out,
            "import-proc &{i} import {} {} arity {}",
            p.import.0, p.cp, p.arity
        )?;
    }
    for (i, v) in unit.vars.iter().enumerate() {
        write!(out, "var *{i} {} ", Quoted(&v.name))?;
        match v.kind {
            VarKind::Own => writeln!(out, "own")?,
            VarKind::Import(import, var) => writeln!(out, "import {} {var}", import.0)?,
            VarKind::Late => writeln!(out, "late")?,
        }
    }
    for (i, p) in unit.prims.iter().enumerate() {
        writeln!(
            out,
            "prim ~{i} {} {}",
            Quoted(&p.name),
            effect_word(p.effect)
        )?;
    }
    for (i, l) in unit.literals.iter().enumerate() {
        writeln!(out, "lit ${i} {l}")?;
    }
    Ok(())
}

pub(crate) fn effect_word(effect: termite_abi::Effect) -> &'static str {
    use termite_abi::Effect;
    match effect {
        Effect::Pure => "pure",
        Effect::Leaf => "leaf",
        Effect::Alloc => "alloc",
        Effect::Block => "block",
    }
}

fn print_exports(out: &mut String, unit: &Unit) -> fmt::Result {
    writeln!(out, "init {}", unit.init)?;
    for e in &unit.exports {
        match e.kind {
            ExportKind::Proc(cp) => writeln!(out, "export {} {cp}", Quoted(&e.name))?,
            ExportKind::Var(var) => writeln!(out, "export {} {var}", Quoted(&e.name))?,
        }
    }
    Ok(())
}

fn write_cp(out: &mut String, unit: &Unit, id: CpId, cp: &ControlPoint) -> fmt::Result {
    write_heading(out, id, cp)?;
    if cp.regs as usize != inferred_regs(cp) {
        write!(out, " regs {}", cp.regs)?;
    }
    match unit.debug.cp_names.get(id.index()) {
        Some(name) if !name.is_empty() => writeln!(out, "  ; {}", Quoted(name))?,
        _ => writeln!(out)?,
    }
    for (i, block) in cp.blocks.iter().enumerate() {
        let params = if block.params.is_empty() {
            String::new()
        } else {
            format!("({})", Words(&block.params))
        };
        writeln!(out, "^{i}{params}:")?;
        for inst in &block.insts {
            writeln!(out, "  {inst}{}", Note(unit, inst))?;
        }
        writeln!(out, "  {}", block.term)?;
    }
    Ok(())
}

/// The number of registers when none is unused: the default of the heading's `regs`.
pub(crate) fn inferred_regs(cp: &ControlPoint) -> usize {
    let last = cp
        .blocks
        .iter()
        .flat_map(Block::defs)
        .map(|r| r.index() + 1)
        .max();
    last.unwrap_or(0).max(cp.param_count())
}

fn write_heading(out: &mut String, id: CpId, cp: &ControlPoint) -> fmt::Result {
    match &cp.kind {
        CpKind::Entry(e) => {
            write!(out, "entry {id} (")?;
            write_entry(out, e)
        }
        CpKind::Return(r) => {
            write!(out, "return-point {id} (")?;
            write_return(out, r)
        }
        CpKind::Jump(p) => write!(out, "jump-point {id} ({})", Params::with_kinds(0, p)),
    }
}

fn write_entry(out: &mut String, e: &Entry) -> fmt::Result {
    let optional = 1 + e.required as usize;
    write!(out, "{}", Params::plain(0, optional))?;
    if e.optional > 0 {
        write!(
            out,
            " #!optional {}",
            Params::plain(optional, e.optional as usize)
        )?;
    }
    if e.rest {
        write!(out, " #!rest %{}", optional + e.optional as usize)?;
    }
    out.push(')');
    if !e.free.is_empty() {
        write!(out, " free ({})", Words(&e.free))?;
    }
    e.next_clause
        .iter()
        .try_for_each(|next| write!(out, " next {next}"))
}

fn write_return(out: &mut String, r: &Return) -> fmt::Result {
    let values = r.values as usize;
    write!(out, "{}", Params::plain(0, values))?;
    if r.rest {
        write!(out, "{}#!rest %{values}", if values > 0 { " " } else { "" })?;
    }
    write!(out, "){}", if r.ignores { " ignores" } else { "" })?;
    if r.live.is_empty() {
        return Ok(());
    }
    write!(
        out,
        " live ({})",
        Params::with_kinds(values + r.rest as usize, &r.live)
    )
}

/// `%3 %4:box %5:@2`, registers from `from` on.
struct Params<'a> {
    from: usize,
    kinds: Option<&'a [ValueKind]>,
    count: usize,
}

impl<'a> Params<'a> {
    fn plain(from: usize, count: usize) -> Params<'a> {
        Params {
            from,
            kinds: None,
            count,
        }
    }

    fn with_kinds(from: usize, kinds: &'a [ValueKind]) -> Params<'a> {
        Params {
            from,
            kinds: Some(kinds),
            count: kinds.len(),
        }
    }
}

impl Display for Params<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for i in 0..self.count {
            write!(f, "{}%{}", if i > 0 { " " } else { "" }, self.from + i)?;
            match self.kinds.and_then(|k| k.get(i)) {
                None | Some(ValueKind::Any) => {}
                Some(kind) => write!(f, ":{kind}")?,
            }
        }
        Ok(())
    }
}

/// A comment that names what an index stands for.
struct Note<'a>(&'a Unit, &'a Inst);

impl Display for Note<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Note(unit, inst) = self;
        let name = match inst.op.imm() {
            Imm::Var => unit.vars.get(inst.imm as usize).map(|v| &v.name),
            Imm::Prim => unit.prims.get(inst.imm as usize).map(|p| &p.name),
            Imm::Cp => unit.debug.cp_names.get(inst.imm as usize),
            Imm::None | Imm::Free | Imm::Field => None,
        };
        match name {
            Some(name) if !name.is_empty() => write!(f, "  ; {}", Quoted(name)),
            _ => Ok(()),
        }
    }
}

fn print_debug(out: &mut String, debug: &Debug) -> fmt::Result {
    if *debug != Debug::default() {
        writeln!(out)?;
    }
    for file in &debug.files {
        writeln!(out, "file {}", Quoted(file))?;
    }
    for (i, s) in debug.sites.iter().enumerate() {
        writeln!(
            out,
            "site !{i} {} {} {} {} {}",
            s.file, s.start, s.end, s.line, s.column
        )?;
    }
    for name in &debug.cp_names {
        writeln!(out, "cp-name {}", Quoted(name))?;
    }
    Ok(())
}

/// The operation of that name.
pub fn op_by_text(text: &str) -> Option<Op> {
    Op::ALL.iter().copied().find(|op| op.text() == text)
}
