//! What an importer needs of a lowered unit: where its exports are, how they are called,
//! and the bodies of the tiny ones.
//!
//! An interface is its encoded form: a sorted table of names, searched in place, and one
//! record an export, decoded when it is asked for. So reading an interface costs
//! nothing, and the image of the standard libraries can stand in the binary as it is.

use crate::bytes::{Reader, Writer};
use crate::emit::Emitted;
use crate::export::Exported;
use crate::flow::{Fun, FunId, Program};
use crate::template::{Shape, Source, write_body, write_constant};
use std::borrow::Cow;
use std::sync::Arc;
use termite_ir::limits::PARAMS;
use termite_ir::{CpId, UnitHash, VarId};

pub use crate::bytes::InterfaceError;

const MAGIC: &[u8; 4] = b"TLI2";
const HEADER: usize = 4 + 32 + 4;
/// Name start, name length, record start, record length.
const ROW: usize = 16;

/// The interface of a lowered unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoweredInterface {
    /// Hash of the unit's code.
    pub hash: UnitHash,
    bytes: Cow<'static, [u8]>,
    count: usize,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportInfo {
    pub kind: ExportKind,
    pub inline: Option<InlineBody>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExportKind {
    /// A procedure that nothing rebinds: its entry, which has no free values and takes
    /// exactly `arity` arguments.
    Proc { cp: CpId, arity: u16 },
    /// A procedure that nothing rebinds and whose number of arguments varies: its value
    /// is in a variable, and a call may enter the worker of the first clause that takes
    /// its arguments.
    Clauses { var: VarId, clauses: Vec<Clause> },
    /// A variable; with an inline body it has that constant value always.
    Var(VarId),
    /// A variable that macros of the unit may assign wherever they are used.
    Assigned(VarId),
    /// What another unit exports under `name`.
    Alias { unit: String, name: String },
    /// A primitive under another name, or the same one.
    Primitive(String),
}

/// A clause of a procedure: its parameters, and the entry without free values that takes
/// them all, absent optional ones as `#!default`, the rest as a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clause<P = CpId> {
    pub required: u16,
    pub optional: u16,
    pub rest: bool,
    pub worker: P,
    pub inline: Option<InlineBody>,
}

impl<P> Clause<P> {
    /// Number of parameters of the worker.
    pub fn param_count(&self) -> u16 {
        self.required + self.optional + u16::from(self.rest)
    }

    pub fn accepts(&self, count: usize) -> bool {
        let required = usize::from(self.required);
        count >= required && (self.rest || count <= required + usize::from(self.optional))
    }

    /// The same with the worker under another name.
    pub fn with_worker<Q>(self, worker: Q) -> Clause<Q> {
        let Clause {
            required,
            optional,
            rest,
            inline,
            ..
        } = self;
        Clause {
            required,
            optional,
            rest,
            worker,
            inline,
        }
    }
}

/// A procedure's body for inlining elsewhere, encoded; see `inline_body`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlineBody(pub(crate) Arc<[u8]>);

impl LoweredInterface {
    pub fn new(hash: UnitHash, mut exports: Vec<(String, ExportInfo)>) -> LoweredInterface {
        exports.sort_by(|a, b| a.0.cmp(&b.0));
        exports.dedup_by(|a, b| a.0 == b.0);
        let count = exports.len();
        let mut table = Writer::default();
        let mut records = Writer::default();
        let base = HEADER + ROW * count;
        for (name, info) in &exports {
            table.fixed((base + records.bytes.len()) as u32);
            table.fixed(name.len() as u32);
            records.bytes.extend_from_slice(name.as_bytes());
            let start = records.bytes.len();
            write_export(&mut records, info);
            table.fixed((base + start) as u32);
            table.fixed((records.bytes.len() - start) as u32);
        }
        let mut out = Writer {
            bytes: MAGIC.to_vec(),
        };
        out.bytes.extend_from_slice(&hash);
        out.fixed(count as u32);
        out.bytes.append(&mut table.bytes);
        out.bytes.append(&mut records.bytes);
        LoweredInterface {
            hash,
            bytes: Cow::Owned(out.bytes),
            count,
        }
    }

    /// The binary form.
    pub fn encode(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads the binary form; the records of the exports are looked at when asked for.
    pub fn decode(
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Result<LoweredInterface, InterfaceError> {
        let bytes = bytes.into();
        let mut reader = Reader::new(&bytes);
        if reader.take(4)? != MAGIC {
            return Err(InterfaceError("wrong version"));
        }
        let hash = reader
            .take(32)?
            .try_into()
            .map_err(|_| InterfaceError("no hash"))?;
        let count = reader.fixed()? as usize;
        if (bytes.len() - HEADER) / ROW < count {
            return Err(InterfaceError("cut short"));
        }
        Ok(LoweredInterface { hash, bytes, count })
    }

    /// What is exported under `name`; an error when its record is malformed.
    pub fn export(&self, name: &str) -> Result<Option<ExportInfo>, InterfaceError> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = (low + high) / 2;
            match self.name(middle)?.cmp(name.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.record(middle).map(Some),
            }
        }
        Ok(None)
    }

    /// All exports, sorted by name.
    pub fn exports(
        &self,
    ) -> impl Iterator<Item = Result<(String, ExportInfo), InterfaceError>> + '_ {
        (0..self.count).map(|i| {
            let name =
                std::str::from_utf8(self.name(i)?).map_err(|_| InterfaceError("not UTF-8"))?;
            Ok((name.to_string(), self.record(i)?))
        })
    }

    fn name(&self, row: usize) -> Result<&[u8], InterfaceError> {
        self.part(row, 0)
    }

    fn record(&self, row: usize) -> Result<ExportInfo, InterfaceError> {
        read_export(&mut Reader::new(self.part(row, 8)?))
    }

    /// The bytes whose start and length stand at `offset` of a row.
    fn part(&self, row: usize, offset: usize) -> Result<&[u8], InterfaceError> {
        let at = HEADER + ROW * row + offset;
        let mut reader = Reader::new(self.bytes.get(at..).unwrap_or_default());
        let (start, length) = (reader.fixed()? as usize, reader.fixed()? as usize);
        let part = start
            .checked_add(length)
            .and_then(|end| self.bytes.get(start..end));
        part.ok_or(InterfaceError("outside"))
    }
}

fn write_export(w: &mut Writer, info: &ExportInfo) {
    match &info.kind {
        ExportKind::Proc { cp, arity } => {
            w.byte(0);
            w.number(u64::from(cp.0));
            w.number(u64::from(*arity));
        }
        ExportKind::Var(var) => {
            w.byte(1);
            w.number(u64::from(var.0));
        }
        ExportKind::Assigned(var) => {
            w.byte(5);
            w.number(u64::from(var.0));
        }
        ExportKind::Clauses { var, clauses } => {
            w.byte(4);
            w.number(u64::from(var.0));
            w.count(clauses.len());
            clauses.iter().for_each(|c| write_clause(w, c));
        }
        ExportKind::Alias { unit, name } => {
            w.byte(2);
            w.text(unit);
            w.text(name);
        }
        ExportKind::Primitive(name) => {
            w.byte(3);
            w.text(name);
        }
    }
    write_inline(w, info.inline.as_ref());
}

fn write_inline(w: &mut Writer, body: Option<&InlineBody>) {
    w.block(body.map_or(&[], |body| &body.0));
}

fn read_inline(r: &mut Reader<'_>) -> Result<Option<InlineBody>, InterfaceError> {
    let bytes = r.block()?;
    Ok((!bytes.is_empty()).then(|| InlineBody(bytes.into())))
}

fn write_clause(w: &mut Writer, clause: &Clause) {
    w.number(u64::from(clause.required));
    w.number(u64::from(clause.optional));
    w.byte(u8::from(clause.rest));
    w.number(u64::from(clause.worker.0));
    write_inline(w, clause.inline.as_ref());
}

fn read_clause(r: &mut Reader<'_>) -> Result<Clause, InterfaceError> {
    let (required, optional, rest) = (r.small()?, r.small()?, r.flag()?);
    if usize::from(required) + usize::from(optional) > PARAMS {
        return Err(InterfaceError("too many parameters"));
    }
    Ok(Clause {
        required,
        optional,
        rest,
        worker: CpId(r.index()?),
        inline: read_inline(r)?,
    })
}

fn read_export(r: &mut Reader<'_>) -> Result<ExportInfo, InterfaceError> {
    let kind = match r.byte()? {
        0 => ExportKind::Proc {
            cp: CpId(r.index()?),
            arity: r.small()?,
        },
        1 => ExportKind::Var(VarId(r.index()?)),
        2 => ExportKind::Alias {
            unit: r.text()?.to_string(),
            name: r.text()?.to_string(),
        },
        3 => ExportKind::Primitive(r.text()?.to_string()),
        4 => ExportKind::Clauses {
            var: VarId(r.index()?),
            clauses: r.list(read_clause)?,
        },
        5 => ExportKind::Assigned(VarId(r.index()?)),
        _ => return Err(InterfaceError("unknown kind of export")),
    };
    Ok(ExportInfo {
        kind,
        inline: read_inline(r)?,
    })
}

/// The interface of an emitted unit; `inlinable`: exported procedures as they were
/// before closure conversion.
pub(crate) fn of_unit(
    program: &Program,
    exports: &[(String, Exported)],
    emitted: &Emitted,
    inlinable: &[(FunId, Fun, Shape)],
) -> LoweredInterface {
    let source = Source {
        program,
        entries: &emitted.entries,
        vars: &emitted.vars,
    };
    let maker = Maker { source, inlinable };
    let exports = exports
        .iter()
        .map(|(name, exported)| (name.clone(), maker.export(exported)))
        .collect();
    LoweredInterface::new(termite_ir::unit_hash(&emitted.unit), exports)
}

struct Maker<'a> {
    source: Source<'a>,
    inlinable: &'a [(FunId, Fun, Shape)],
}

impl Maker<'_> {
    fn export(&self, exported: &Exported) -> ExportInfo {
        let mut inline = None;
        let kind = match exported {
            Exported::Proc(f) => {
                inline = self.inline(*f);
                ExportKind::Proc {
                    cp: self.entry(*f),
                    arity: self.source.program.fun(*f).required,
                }
            }
            Exported::Clauses { var, head } => ExportKind::Clauses {
                var: self.var(*var),
                clauses: self.clauses(*head),
            },
            Exported::Constant { var, value } => {
                inline = write_constant(&self.source, *value);
                ExportKind::Var(self.var(*var))
            }
            Exported::Var(var) => ExportKind::Var(self.var(*var)),
            Exported::Assigned(var) => ExportKind::Assigned(self.var(*var)),
            Exported::Alias { unit, name } => ExportKind::Alias {
                unit: unit.clone(),
                name: name.clone(),
            },
            Exported::Primitive(name) => ExportKind::Primitive(name.to_string()),
        };
        ExportInfo { kind, inline }
    }

    fn clauses(&self, head: FunId) -> Vec<Clause> {
        let next = |c: &FunId| self.source.program.fun(*c).next_clause;
        std::iter::successors(Some(head), next)
            .map(|c| self.clause(c))
            .collect()
    }

    fn clause(&self, c: FunId) -> Clause {
        let fun = self.source.program.fun(c);
        let worker = fun.worker.unwrap_or(c);
        let (required, optional, rest) = (fun.required, fun.optional, fun.rest);
        Clause {
            required,
            optional,
            rest,
            worker: self.entry(worker),
            inline: self.inline(worker),
        }
    }

    fn inline(&self, f: FunId) -> Option<InlineBody> {
        let (_, fun, shape) = self.inlinable.iter().find(|c| c.0 == f)?;
        write_body(&self.source, fun, *shape)
    }

    fn entry(&self, f: FunId) -> CpId {
        self.source
            .entries
            .get(&f)
            .copied()
            .unwrap_or(CpId(u32::MAX))
    }

    fn var(&self, var: VarId) -> VarId {
        self.source.vars.get(&var).copied().unwrap_or(var)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> LoweredInterface {
        let proc = |cp, arity| ExportInfo {
            kind: ExportKind::Proc {
                cp: CpId(cp),
                arity,
            },
            inline: None,
        };
        let clause = Clause {
            required: 1,
            optional: 0,
            rest: true,
            worker: CpId(901),
            inline: None,
        };
        let clauses = ExportKind::Clauses {
            var: VarId(1),
            clauses: vec![clause],
        };
        let alias = ExportKind::Alias {
            unit: "a/b".to_string(),
            name: "x".to_string(),
        };
        LoweredInterface::new(
            [7; 32],
            vec![
                ("fold".to_string(), proc(3, 3)),
                (
                    "append".to_string(),
                    ExportInfo {
                        kind: clauses,
                        inline: None,
                    },
                ),
                (
                    "limit".to_string(),
                    ExportInfo {
                        kind: ExportKind::Var(VarId(2)),
                        inline: Some(InlineBody([1, 2].into())),
                    },
                ),
                (
                    "λ".to_string(),
                    ExportInfo {
                        kind: alias,
                        inline: None,
                    },
                ),
                (
                    "car".to_string(),
                    ExportInfo {
                        kind: ExportKind::Primitive("car".to_string()),
                        inline: None,
                    },
                ),
            ],
        )
    }

    #[test]
    fn round_trip() {
        let made = sample();
        let read = LoweredInterface::decode(made.encode().to_vec()).unwrap();
        assert_eq!(made, read);
        let names: Vec<String> = read.exports().map(|e| e.unwrap().0).collect();
        assert_eq!(names, ["append", "car", "fold", "limit", "λ"]);
        for export in made.exports() {
            let (name, info) = export.unwrap();
            assert_eq!(read.export(&name).unwrap(), Some(info));
        }
        assert_eq!(read.export("nothing").unwrap(), None);
    }

    #[test]
    fn cut_or_changed_bytes_are_errors_at_most() {
        let bytes = sample().encode().to_vec();
        for end in 0..bytes.len() {
            if let Ok(cut) = LoweredInterface::decode(bytes[..end].to_vec()) {
                cut.exports().for_each(drop);
            }
        }
        for at in 36..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            if let Ok(read) = LoweredInterface::decode(changed) {
                read.exports().for_each(drop);
            }
        }
    }
}
