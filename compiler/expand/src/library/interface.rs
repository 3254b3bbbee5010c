//! What a library shows to those that import it: exported names, and macros with what
//! the identifiers in them mean.
//!
//! An interface is kept as bytes. Names are read at once, a macro when it is first used.
//! An interface that was just made and one that was read back are the same thing.

use super::bytes::{Decoded, Reader, Writer, corrupt};
use crate::core_form::CoreForm;
use std::ops::Range;
use std::sync::Arc;
use termite_syntax::{FileId, Symbol};

const MAGIC: &[u8] = b"termite-interface 1\n";

#[derive(Clone, Debug)]
pub struct Interface {
    bytes: Arc<[u8]>,
    unit: Symbol,
    requires: Vec<Symbol>,
    exports: Vec<(Symbol, Export)>,
    macros: Vec<MacroEntry>,
    /// What spans in macros refer to; empty after reading back.
    files: Arc<[FileId]>,
}

/// What an exported name is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    Core(CoreForm),
    Primitive(Symbol),
    Variable {
        unit: Symbol,
        name: Symbol,
    },
    /// Index into the macros of the interface.
    Macro(u32),
    /// A macro of another library.
    Foreign {
        unit: Symbol,
        name: Symbol,
    },
}

#[derive(Clone, Debug)]
struct MacroEntry {
    /// Unique in the interface.
    name: Symbol,
    bytes: Range<usize>,
}

/// What an exported name stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExportKind {
    /// Variable `name` of a unit, not necessarily the exporting one.
    Variable {
        unit: Symbol,
        name: Symbol,
    },
    Primitive(Symbol),
    Macro,
    /// A form the expander knows.
    CoreForm,
}

/// Bytes that are no interface, or one of another version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError(pub String);

impl std::fmt::Display for DecodeError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

/// The parts of an interface that is being made.
pub struct Draft {
    pub unit: Symbol,
    pub requires: Vec<Symbol>,
    pub exports: Vec<(Symbol, Export)>,
    pub macros: Vec<(Symbol, Vec<u8>)>,
    pub files: Arc<[FileId]>,
}

impl Draft {
    /// One without macros.
    pub fn plain(unit: &str, exports: Vec<(Symbol, Export)>) -> Draft {
        let unit = Symbol::intern(unit);
        Draft {
            unit,
            requires: Vec::new(),
            exports,
            macros: Vec::new(),
            files: Arc::default(),
        }
    }

    pub fn finish(mut self) -> Interface {
        self.exports.sort_by_key(|(name, _)| name.as_str());
        let mut out = Writer::default();
        out.raw(MAGIC);
        out.symbol(self.unit);
        out.length(self.requires.len());
        self.requires.iter().for_each(|unit| out.symbol(*unit));
        out.length(self.exports.len());
        for (name, export) in &self.exports {
            out.symbol(*name);
            export.write(&mut out);
        }
        out.length(self.macros.len());
        for (name, bytes) in &self.macros {
            out.symbol(*name);
            out.length(bytes.len());
        }
        let mut macros = Vec::with_capacity(self.macros.len());
        let mut bytes = out.into_bytes();
        for (name, body) in self.macros {
            let start = bytes.len();
            bytes.extend_from_slice(&body);
            macros.push(MacroEntry {
                name,
                bytes: start..bytes.len(),
            });
        }
        let Draft {
            unit,
            requires,
            exports,
            files,
            ..
        } = self;
        Interface {
            bytes: bytes.into(),
            unit,
            requires,
            exports,
            macros,
            files,
        }
    }
}

impl Interface {
    /// The same for the same library, wherever it was compiled.
    pub fn encode(&self) -> &[u8] {
        &self.bytes
    }

    pub fn decode(bytes: impl Into<Arc<[u8]>>) -> Result<Interface, DecodeError> {
        let bytes = bytes.into();
        if !bytes.starts_with(MAGIC) {
            return Err(DecodeError("no interface of this version".to_string()));
        }
        let mut from = Reader::new(&bytes, MAGIC.len());
        let unit = from.symbol()?;
        let requires = from.list(Reader::symbol)?;
        let exports = from.list(|from| Ok((from.symbol()?, Export::read(from)?)))?;
        let lengths = from.list(|from| Ok((from.symbol()?, from.number()? as usize)))?;
        let mut start = from.position();
        let mut macros = Vec::with_capacity(lengths.len());
        for (name, length) in lengths {
            macros.push(MacroEntry {
                name,
                bytes: start..start.saturating_add(length),
            });
            start = start.saturating_add(length);
        }
        if start != bytes.len() {
            return Err(corrupt("its length is wrong"));
        }
        let out_of_range = |(_, export): &(Symbol, Export)| matches!(export, Export::Macro(index) if *index as usize >= macros.len());
        if exports.iter().any(out_of_range) {
            return Err(corrupt("an exported macro is missing"));
        }
        Ok(Interface {
            bytes,
            unit,
            requires,
            exports,
            macros,
            files: Arc::default(),
        })
    }

    /// `scheme/base`
    pub fn unit(&self) -> Symbol {
        self.unit
    }

    /// Units that must be there for this one to be used: imports, and where the macros of
    /// others that it re-exports come from.
    pub fn requires(&self) -> &[Symbol] {
        &self.requires
    }

    /// Exported names in alphabetical order, with what they stand for.
    pub fn exports(&self) -> Vec<(Symbol, ExportKind)> {
        let kind = |export: &Export| match export {
            Export::Core(_) => ExportKind::CoreForm,
            Export::Primitive(name) => ExportKind::Primitive(*name),
            Export::Variable { unit, name } => ExportKind::Variable {
                unit: *unit,
                name: *name,
            },
            Export::Macro(_) | Export::Foreign { .. } => ExportKind::Macro,
        };
        self.exports
            .iter()
            .map(|(name, export)| (*name, kind(export)))
            .collect()
    }

    pub(crate) fn entries(&self) -> &[(Symbol, Export)] {
        &self.exports
    }

    pub(crate) fn macro_name(&self, index: u32) -> Option<Symbol> {
        self.macros.get(index as usize).map(|entry| entry.name)
    }

    pub(crate) fn macro_index(&self, name: Symbol) -> Option<u32> {
        let index = self.macros.iter().position(|entry| entry.name == name)?;
        u32::try_from(index).ok()
    }

    /// The bytes of a macro, and the files its spans refer to.
    pub(crate) fn macro_bytes(&self, index: u32) -> Option<(&[u8], &[FileId])> {
        let entry = self.macros.get(index as usize)?;
        Some((self.bytes.get(entry.bytes.clone())?, &self.files))
    }
}

impl Export {
    pub fn write(&self, out: &mut Writer) {
        match self {
            Export::Core(form) => {
                out.byte(0);
                out.text(form.name());
            }
            Export::Primitive(name) => {
                out.byte(1);
                out.symbol(*name);
            }
            Export::Variable { unit, name } => {
                out.byte(2);
                out.symbol(*unit);
                out.symbol(*name);
            }
            Export::Macro(index) => {
                out.byte(3);
                out.number(*index);
            }
            Export::Foreign { unit, name } => {
                out.byte(4);
                out.symbol(*unit);
                out.symbol(*name);
            }
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Decoded<Export> {
        Ok(match from.byte()? {
            0 => Export::Core(read_core(from)?),
            1 => Export::Primitive(from.symbol()?),
            2 => Export::Variable {
                unit: from.symbol()?,
                name: from.symbol()?,
            },
            3 => Export::Macro(from.number()?),
            4 => Export::Foreign {
                unit: from.symbol()?,
                name: from.symbol()?,
            },
            _ => return Err(corrupt("an export of unknown kind")),
        })
    }
}

pub fn read_core(from: &mut Reader<'_>) -> Decoded<CoreForm> {
    let name = from.text()?;
    CoreForm::from_name(name).ok_or_else(|| corrupt("an unknown core form"))
}
