//! What the names that libraries export mean, and the macros among them, decoded when they
//! are first used.

use super::bytes::{Decoded, corrupt};
use super::decode::decode_macro;
use super::interface::{DecodeError, Export, Interface};
use super::loader::Loader;
use super::name::LibraryName;
use crate::binding::{Binding, MacroRef};
use crate::errors::Result;
use crate::host::Host;
use crate::ident::Meaning;
use crate::macros::Macro;
use crate::stx::Stx;
use crate::toplevel::Names;
use std::sync::Arc;
use termite_syntax::{Diagnostic, Span, Symbol};

impl Loader {
    pub fn bindings(
        &mut self,
        host: &mut dyn Host,
        interface: &Arc<Interface>,
    ) -> Result<Vec<(Symbol, Binding)>> {
        let mut bindings = Vec::with_capacity(interface.entries().len());
        for (name, export) in interface.entries() {
            bindings.push((
                *name,
                self.binding(host, interface, *export).map_err(damaged)?,
            ));
        }
        Ok(bindings)
    }

    fn binding(
        &mut self,
        host: &mut dyn Host,
        of: &Arc<Interface>,
        export: Export,
    ) -> Decoded<Binding> {
        Ok(match export {
            Export::Core(form) => Binding::Core(form),
            Export::Primitive(name) => Binding::Primitive(name),
            Export::Variable { unit, name } => Binding::Variable { unit, name },
            Export::Macro(index) => Binding::Macro(MacroRef::Closed(of.clone(), index)),
            Export::Foreign { unit, name } => {
                let of = self.unit(host, unit)?;
                let index = of
                    .macro_index(name)
                    .ok_or_else(|| corrupt(&format!("{unit} has no macro {name}")))?;
                Binding::Macro(MacroRef::Closed(of, index))
            }
        })
    }

    /// The interface of a unit that another one refers to.
    fn unit(&mut self, host: &mut dyn Host, unit: Symbol) -> Decoded<Arc<Interface>> {
        let name = LibraryName::from_unit(unit.as_str());
        let nowhere = Stx::list(Vec::new(), Span::NONE, None);
        let loaded = self.load_unit(host, &name, &nowhere);
        loaded.map_err(|fault| DecodeError(fault.message))
    }

    pub fn macro_of(
        &mut self,
        host: &mut dyn Host,
        interface: &Arc<Interface>,
        index: u32,
    ) -> Result<Arc<Macro>> {
        let key = (Arc::as_ptr(interface) as usize, index);
        if let Some((_, keyword)) = self.macros.get(&key) {
            return Ok(keyword.clone());
        }
        let mut meaning = |export| self.binding(host, interface, export).map(Meaning::Bound);
        let keyword = decode_macro(interface, index, &mut meaning).map_err(damaged)?;
        let keyword = Arc::new(keyword);
        self.macros
            .insert(key, (interface.clone(), keyword.clone()));
        Ok(keyword)
    }

    /// What scripts and REPLs start from.
    pub fn initial_names(&mut self, host: &mut dyn Host) -> Result<Arc<Names>> {
        if let Some(names) = &self.initial_names {
            return Ok(names.clone());
        }
        let nowhere = Stx::list(Vec::new(), Span::NONE, None);
        let mut names = Names::default();
        for library in self.initial.clone() {
            let interface = self.load(host, &library, None, &nowhere)?;
            names.extend(self.bindings(host, &interface)?);
        }
        let names = Arc::new(names);
        self.initial_names = Some(names.clone());
        Ok(names)
    }

    /// As far as it is known already.
    pub fn initial_name(&self, name: Symbol) -> Option<&Binding> {
        self.initial_names.as_ref()?.get(&name)
    }

    /// Makes the starting names known to macro bodies, unless they are in the making.
    pub fn prepare_initial_names(&mut self, host: &mut dyn Host) {
        let being_made =
            |name: &LibraryName| self.loading.iter().any(|unit| unit.as_str() == name.unit());
        if !self.initial.iter().any(being_made) {
            let told = self.report.errors.len();
            if self.initial_names(host).is_err() {
                self.report.errors.truncate(told);
            }
        }
    }
}

fn damaged(error: DecodeError) -> Box<Diagnostic> {
    Box::new(Diagnostic::new("damaged-interface", error.0, Span::NONE))
}
