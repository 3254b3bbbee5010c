//! The end of a library's expansion: which variables others may refer to and by which
//! names, and the interface.
//!
//! A variable goes by its first external name. Variables that are not exported, but that
//! exported macros insert, are made known as well, and so are the macros that these use.
//! Those that such macros may assign count as assigned (`assigned.rs`).

use super::bytes::{Files, Writer};
use super::declarations::ExportSpec;
use super::encode::Encoder;
use super::interface::{Draft, Export, Interface};
use crate::binding::{Binding, MacroRef};
use crate::builder::GlobalKey;
use crate::core::GlobalId;
use crate::errors::{Result, fault, nearest, suggest};
use crate::expansion::Expansion;
use crate::ident::{FastMap, Ident};
use crate::macros::{Macro, RuleIdent, Transformer};
use std::sync::Arc;
use termite_syntax::{Span, Symbol};

pub struct Closed {
    /// For [`crate::core::Module::exports`].
    pub variables: Vec<(Symbol, GlobalId)>,
    pub interface: Interface,
}

struct Closer<'c, 'h> {
    x: &'c mut Expansion<'h>,
    /// By a variable's name in the unit, its name for others.
    canonical: FastMap<Symbol, Symbol>,
    variables: Vec<(Symbol, GlobalId)>,
    /// In the order of their indices; grows while macros are encoded.
    macros: Vec<(Symbol, Arc<Macro>)>,
}

impl Expansion<'_> {
    pub fn close(&mut self, specs: &[ExportSpec]) -> Result<Closed> {
        let bindings = specs
            .iter()
            .map(|spec| self.exported(spec))
            .collect::<Result<Vec<_>>>()?;
        let mut closer = Closer {
            x: self,
            canonical: FastMap::default(),
            variables: Vec::new(),
            macros: Vec::new(),
        };
        for (spec, binding) in specs.iter().zip(&bindings) {
            closer.export_variable(spec, binding);
        }
        let mut exports = Vec::with_capacity(specs.len());
        for (spec, binding) in specs.iter().zip(&bindings) {
            exports.extend(closer.entry(binding).map(|entry| (spec.external, entry)));
        }
        let mut files = Files::default();
        let macros = closer.encode_macros(&mut files);
        let (variables, own_macros) = (closer.variables, closer.macros);
        self.mark_assigned(&own_macros);
        let (unit, requires) = (self.name, self.requires.clone());
        let interface = Draft {
            unit,
            requires,
            exports,
            macros,
            files: files.into_files(),
        }
        .finish();
        Ok(Closed {
            variables,
            interface,
        })
    }

    fn exported(&self, spec: &ExportSpec) -> Result<Binding> {
        if let Some(binding) = self.toplevel.lookup(&Ident::Plain(spec.internal)) {
            return Ok(binding.clone());
        }
        let name = spec.internal;
        let message = format!("`{name}` is exported, but neither defined nor imported");
        let missing = fault("undefined-export", message, &spec.at);
        Err(suggest(missing, nearest(name, self.toplevel.names())))
    }
}

impl Closer<'_, '_> {
    fn export_variable(&mut self, spec: &ExportSpec, binding: &Binding) {
        if let Binding::Toplevel(name) = binding {
            self.canonical.entry(*name).or_insert(spec.external);
            let global = self
                .x
                .builder
                .global(GlobalKey::Toplevel(*name), spec.at.span);
            self.variables.push((spec.external, global));
        }
    }

    /// The name by which others refer to a variable of this unit.
    fn canonical(&mut self, name: Symbol) -> Symbol {
        if let Some(known) = self.canonical.get(&name) {
            return *known;
        }
        let mut chosen = name;
        let mut count = 0;
        while self.variables.iter().any(|(taken, _)| *taken == chosen) {
            count += 1;
            chosen = Symbol::intern(&format!("{name}~hidden{count}"));
        }
        let global = self.x.builder.global(GlobalKey::Toplevel(name), Span::NONE);
        self.variables.push((chosen, global));
        self.canonical.insert(name, chosen);
        chosen
    }

    fn entry(&mut self, binding: &Binding) -> Option<Export> {
        match binding {
            Binding::Core(form) => Some(Export::Core(*form)),
            Binding::Primitive(name) => Some(Export::Primitive(*name)),
            Binding::Variable { unit, name } => {
                self.require(*unit);
                Some(Export::Variable {
                    unit: *unit,
                    name: *name,
                })
            }
            Binding::Toplevel(name) => Some(Export::Variable {
                unit: self.x.name,
                name: self.canonical(*name),
            }),
            Binding::Macro(MacroRef::Open(keyword)) => Some(Export::Macro(self.index_of(keyword))),
            Binding::Macro(MacroRef::Closed(interface, index)) => {
                self.require(interface.unit());
                interface.macro_name(*index).map(|name| Export::Foreign {
                    unit: interface.unit(),
                    name,
                })
            }
            Binding::Local(_) => None,
        }
    }

    fn require(&mut self, unit: Symbol) {
        if unit != self.x.name && !self.x.requires.contains(&unit) {
            self.x.requires.push(unit);
        }
    }

    fn index_of(&mut self, keyword: &Arc<Macro>) -> u32 {
        let known = self
            .macros
            .iter()
            .position(|(_, known)| Arc::ptr_eq(known, keyword));
        let index = known.unwrap_or_else(|| {
            let name = self.macro_name(keyword.keyword);
            self.macros.push((name, keyword.clone()));
            self.macros.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    fn macro_name(&self, keyword: Symbol) -> Symbol {
        let taken = |name: Symbol| self.macros.iter().any(|(known, _)| *known == name);
        let mut name = keyword;
        let mut count = 0;
        while taken(name) {
            count += 1;
            name = Symbol::intern(&format!("{keyword}~{count}"));
        }
        name
    }

    fn encode_macros(&mut self, files: &mut Files) -> Vec<(Symbol, Vec<u8>)> {
        let mut encoded = Vec::new();
        while let Some((name, keyword)) = self.macros.get(encoded.len()).cloned() {
            let meanings = match &keyword.transformer {
                Transformer::Rules(rules) => self.meanings(&rules.idents, false),
                Transformer::Procedure(procedure) => self.meanings(&procedure.idents, true),
            };
            let mut encoder = Encoder {
                out: Writer::default(),
                files,
            };
            encoder.keyword(&keyword, &meanings);
            encoded.push((name, encoder.out.into_bytes()));
        }
        encoded
    }

    fn meanings(&mut self, idents: &[RuleIdent], in_macro_body: bool) -> Vec<Option<Export>> {
        let outer = std::mem::replace(&mut self.x.in_macro_body, in_macro_body);
        let mut meaning = |ident: &RuleIdent| {
            let binding = self.x.meaning(&ident.ident, &ident.meaning);
            binding.and_then(|binding| self.entry(&binding))
        };
        let meanings = idents.iter().map(&mut meaning).collect();
        self.x.in_macro_body = outer;
        meanings
    }
}
