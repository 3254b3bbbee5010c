//! Finding libraries, once each, and what they bring.
//!
//! A library that is in the making is in `loading`; meeting it again is a cycle.

use super::declarations::{declared_name, expand_library};
use super::interface::{Draft, Export, Interface};
use super::name::LibraryName;
use crate::core_form::CoreForm;
use crate::errors::{Result, fault, malformed};
use crate::host::{Found, Host, Importer, SourceText};
use crate::ident::FastMap;
use crate::macros::Macro;
use crate::stx::Stx;
use crate::toplevel::Names;
use crate::{Diagnostics, ExpandedUnit};
use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;
use termite_syntax::{Diagnostic, Span, Symbol, read_all};

const CORE: &str = "termite/core";
const PRIMITIVES: &str = "termite/primitives";

/// A fault that only says that another one was told already.
pub const LIBRARY_FAILED: &str = "library-failed";

pub struct Loader {
    pub(super) interfaces: FastMap<Symbol, Arc<Interface>>,
    /// The unit that a name means to an importer.
    resolutions: HashMap<(String, Option<Symbol>), Symbol>,
    /// Libraries that scripts and REPLs define; `None` once expanded.
    inline: FastMap<Symbol, Option<Stx>>,
    /// Macros already decoded, by the address of their interface, which they keep alive.
    pub(super) macros: HashMap<(usize, u32), (Arc<Interface>, Arc<Macro>)>,
    pub(super) initial: Vec<LibraryName>,
    pub(super) initial_names: Option<Arc<Names>>,
    pub(super) loading: Vec<Symbol>,
    pub(super) report: Report,
    failed: Vec<Symbol>,
    said_no_effect: bool,
}

/// What came of libraries since the last report was taken.
#[derive(Default)]
pub struct Report {
    /// Each after those it requires.
    pub libraries: Vec<ExpandedUnit>,
    pub errors: Diagnostics,
    pub warnings: Vec<Diagnostic>,
}

impl Loader {
    pub fn new(primitives: &[&str], initial: &[LibraryName]) -> Loader {
        let core = CoreForm::ALL
            .iter()
            .map(|form| (Symbol::intern(form.name()), Export::Core(*form)));
        let named = |name: &&str| {
            (
                Symbol::intern(name),
                Export::Primitive(Symbol::intern(name)),
            )
        };
        let pseudo = [
            Draft::plain(CORE, core.collect()),
            Draft::plain(PRIMITIVES, primitives.iter().map(named).collect()),
        ];
        let pseudo = pseudo.map(|draft| Arc::new(draft.finish()));
        Loader {
            interfaces: pseudo
                .into_iter()
                .map(|interface| (interface.unit(), interface))
                .collect(),
            resolutions: HashMap::new(),
            inline: FastMap::default(),
            macros: HashMap::new(),
            initial: initial.to_vec(),
            initial_names: None,
            loading: Vec::new(),
            report: Report::default(),
            failed: Vec::new(),
            said_no_effect: false,
        }
    }

    pub fn take_report(&mut self) -> Report {
        self.failed.clear();
        self.loading.clear();
        take(&mut self.report)
    }

    /// For the next report.
    pub fn keep_libraries(&mut self, libraries: Vec<ExpandedUnit>) {
        self.inline.retain(|_, form| form.is_none());
        self.report.libraries = libraries;
    }

    /// All faults behind one that ended a request.
    pub fn failure(&mut self, fault: Diagnostic) -> Diagnostics {
        let Report {
            libraries,
            mut errors,
            ..
        } = self.take_report();
        self.keep_libraries(libraries);
        if errors.is_empty() || fault.code != LIBRARY_FAILED {
            errors.push(fault);
        }
        errors
    }

    /// Takes a library that was just expanded out of the report.
    pub fn take_expanded(&mut self, unit: Symbol) -> Option<ExpandedUnit> {
        let libraries = &mut self.report.libraries;
        let index = libraries
            .iter()
            .rposition(|library| library.module.name == unit.as_str())?;
        Some(libraries.remove(index))
    }

    /// Libraries without code.
    pub fn is_pseudo(&self, unit: Symbol) -> bool {
        [CORE, PRIMITIVES].contains(&unit.as_str())
    }

    pub fn is_loading(&self, unit: Symbol) -> bool {
        self.loading.contains(&unit)
    }

    /// What names mean may have changed: aliases, search directories, installed libraries.
    pub fn forget_resolutions(&mut self) {
        self.resolutions.clear();
    }

    pub fn forget(&mut self, unit: Symbol) {
        self.interfaces.remove(&unit);
        self.forget_resolutions();
        self.initial_names = None;
    }

    /// The interface of the library that `name` means to `importer`.
    pub fn load(
        &mut self,
        host: &mut dyn Host,
        name: &LibraryName,
        importer: Option<Symbol>,
        at: &Stx,
    ) -> Result<Arc<Interface>> {
        let key = (name.unit(), importer);
        let known = self
            .resolutions
            .get(&key)
            .and_then(|unit| self.interfaces.get(unit));
        if let Some(interface) = known {
            return Ok(interface.clone());
        }
        let importer = importer_at(importer, at);
        let resolved = host
            .resolve_library(name, importer)
            .map_err(|problem| fault("library-error", problem, at))?;
        let interface = self.find(host, &resolved, name, importer, at)?;
        self.resolutions.insert(key, interface.unit());
        Ok(interface)
    }

    /// The interface of the unit of this name, whatever the name means to importers.
    pub fn load_unit(
        &mut self,
        host: &mut dyn Host,
        name: &LibraryName,
        at: &Stx,
    ) -> Result<Arc<Interface>> {
        match self.interfaces.get(&Symbol::intern(&name.unit())) {
            Some(interface) => Ok(interface.clone()),
            None => self.find(host, name, name, Importer::NOBODY, at),
        }
    }

    fn find(
        &mut self,
        host: &mut dyn Host,
        name: &LibraryName,
        written: &LibraryName,
        importer: Importer<'_>,
        at: &Stx,
    ) -> Result<Arc<Interface>> {
        let unit = Symbol::intern(&name.unit());
        self.check_cycle(unit, at)?;
        if self.is_pseudo(unit) || self.inline.contains_key(&unit) {
            return match self.inline.get_mut(&unit).and_then(Option::take) {
                Some(form) => self.expand(host, unit, &form, at),
                None => self
                    .interfaces
                    .get(&unit)
                    .cloned()
                    .ok_or_else(|| failed_before(unit, at)),
            };
        }
        match host.find_library(name, written, importer) {
            Err(problem) => Err(fault("library-error", problem, at)),
            Ok(None) => Err(unknown_library(name, written, at)),
            Ok(Some(Found::Interface(interface))) => Ok(self
                .interfaces
                .entry(interface.unit())
                .or_insert(interface)
                .clone()),
            Ok(Some(Found::Source { unit, text })) => {
                let unit = Symbol::intern(&unit);
                match self.interfaces.get(&unit) {
                    Some(interface) => Ok(interface.clone()),
                    None => self.expand_source(host, unit, &text, at),
                }
            }
        }
    }

    fn check_cycle(&self, unit: Symbol, at: &Stx) -> Result<()> {
        let Some(start) = self.loading.iter().position(|loading| *loading == unit) else {
            return Ok(());
        };
        let cycle = self.loading[start..].iter().chain([&unit]);
        let names: Vec<String> = cycle
            .map(|unit| LibraryName::from_unit(unit.as_str()).to_string())
            .collect();
        let message = format!(
            "libraries import each other in a cycle: {}",
            names.join(" -> ")
        );
        Err(fault("import-cycle", message, at))
    }

    /// Expands a library; what is wrong with it goes to the report.
    fn expand(
        &mut self,
        host: &mut dyn Host,
        unit: Symbol,
        form: &Stx,
        at: &Stx,
    ) -> Result<Arc<Interface>> {
        self.loading.push(unit);
        let expanded = expand_library(self, host, unit, form);
        self.loading.pop();
        match expanded {
            Ok(ExpandedUnit {
                interface: None, ..
            }) => Err(failed_before(unit, at)),
            Ok(
                library @ ExpandedUnit {
                    interface: Some(_), ..
                },
            ) => {
                host.library_expanded(&library);
                let interface = library.interface.clone();
                self.report.libraries.push(library);
                let interface = interface.ok_or_else(|| failed_before(unit, at))?;
                self.interfaces.insert(unit, interface.clone());
                Ok(interface)
            }
            Err(errors) => {
                self.failed.push(unit);
                let told = errors
                    .into_iter()
                    .filter(|fault| fault.code != LIBRARY_FAILED);
                self.report.errors.extend(told);
                Err(failed_before(unit, at))
            }
        }
    }

    /// The library in a file of its own; other libraries in the file become known too.
    pub(super) fn expand_source(
        &mut self,
        host: &mut dyn Host,
        unit: Symbol,
        text: &SourceText,
        at: &Stx,
    ) -> Result<Arc<Interface>> {
        self.check_cycle(unit, at)?;
        if self.failed.contains(&unit) {
            return Err(failed_before(unit, at));
        }
        let name = LibraryName::from_unit(unit.as_str());
        let (mut wanted, mut others) = (None, Vec::new());
        for datum in read_all(text.file, text.source.text())? {
            let form = Stx::from_datum(&datum)?;
            match form.head().map(|head| head.symbol().as_str()) {
                Some("define-library") => {
                    let declared = declared_name(&form)?;
                    if wanted.is_none() && name.is_defined_by(&declared) {
                        wanted = Some(form);
                    } else {
                        others.push(form);
                    }
                }
                Some("define-module-alias") => self.define_alias(host, &form)?,
                Some("declare") => {}
                Some(_) | None => {
                    let message = "a library's file holds `define-library` forms, nothing else";
                    return Err(fault("not-a-library", message, &form));
                }
            }
        }
        let Some(form) = wanted else {
            return Err(not_defined(&name, text, &others, at));
        };
        for other in &others {
            self.register_inline(other)?;
        }
        self.expand(host, unit, &form, at)
    }

    /// Makes a library known that is expanded when it is imported, or at the end.
    pub fn register_inline(&mut self, form: &Stx) -> Result<()> {
        let unit = Symbol::intern(&declared_name(form)?.unit());
        if let Some(Some(_)) = self.inline.get(&unit) {
            let name = LibraryName::from_unit(unit.as_str());
            return Err(fault(
                "duplicate-library",
                format!("{name} is defined twice"),
                form,
            ));
        }
        self.forget(unit);
        self.inline.insert(unit, Some(form.clone()));
        Ok(())
    }

    /// Expands the inline libraries that nothing imported, in the order of their text.
    pub fn expand_pending(&mut self, host: &mut dyn Host) -> Result<()> {
        let mut outcome = Ok(());
        loop {
            let pending = self
                .inline
                .iter()
                .filter_map(|(unit, form)| Some((*unit, form.clone()?)));
            let Some((unit, form)) =
                pending.min_by_key(|(_, form)| (form.span.file, form.span.start))
            else {
                return outcome;
            };
            self.inline.insert(unit, None);
            outcome = outcome.and(self.expand(host, unit, &form, &form).map(drop));
        }
    }

    pub fn define_alias(&mut self, host: &mut dyn Host, form: &Stx) -> Result<()> {
        let expected = "takes two names of libraries: (define-module-alias (alias) (library))";
        let Some([_, alias, target]) = form.items() else {
            return Err(malformed(form, expected));
        };
        let names = [alias, target].map(|name| LibraryName::from_datum(&name.to_datum()));
        let [Some(alias), Some(target)] = names else {
            return Err(malformed(form, expected));
        };
        let failed = |problem: String| fault("bad-alias", problem, form);
        host.define_module_alias(&alias, &target, form.span.file)
            .map_err(failed)?;
        self.forget_resolutions();
        Ok(())
    }

    /// Whether `(library name)` of `cond-expand` holds.
    pub fn exists(
        &mut self,
        host: &mut dyn Host,
        name: &LibraryName,
        importer: Option<Symbol>,
        at: &Stx,
    ) -> Result<bool> {
        let told = |problem| fault("library-error", problem, at);
        let importer = importer_at(importer, at);
        let resolved = host.resolve_library(name, importer).map_err(told)?;
        let unit = Symbol::intern(&resolved.unit());
        if self.is_pseudo(unit) || self.inline.contains_key(&unit) {
            return Ok(true);
        }
        // One that is not to be had, for whatever reason, is not there.
        let found = host.find_library(&resolved, name, importer);
        Ok(found.is_ok_and(|found| found.is_some()))
    }

    /// A declaration for C, of which one warning is enough.
    pub fn say_no_effect(&mut self, declaration: &str, span: Span) {
        if !self.said_no_effect {
            self.said_no_effect = true;
            let message = format!("`{declaration}` has no effect here: no C is compiled");
            self.report
                .warnings
                .push(Diagnostic::new("no-effect", message, span).as_warning());
        }
    }

    /// A loaded library that exports a name, for hints.
    pub fn exporter_of(&self, name: Symbol) -> Option<String> {
        let exports = |interface: &&Arc<Interface>| {
            !self.is_pseudo(interface.unit())
                && interface
                    .entries()
                    .iter()
                    .any(|(exported, _)| *exported == name)
        };
        let units = self
            .interfaces
            .values()
            .filter(exports)
            .map(|interface| interface.unit().as_str());
        units
            .min_by_key(|unit| (unit.len(), *unit))
            .map(|unit| LibraryName::from_unit(unit).to_string())
    }
}

/// A library's file defines something else than what its name promises.
fn not_defined(name: &LibraryName, text: &SourceText, others: &[Stx], at: &Stx) -> Box<Diagnostic> {
    let file = text.source.name();
    let defined: Vec<String> = others
        .iter()
        .filter_map(|form| Some(declared_name(form).ok()?.to_string()))
        .collect();
    let message = match &defined[..] {
        [] => format!("{file} does not define the library {name}: there is no define-library form"),
        names => format!(
            "{file} defines {}, but {name} was asked for",
            names.join(" and ")
        ),
    };
    fault("not-a-library", message, at)
}

/// Who imports, when the import stands at `at`.
fn importer_at<'a>(unit: Option<Symbol>, at: &Stx) -> Importer<'a> {
    Importer {
        unit: unit.map(Symbol::as_str),
        file: at.span.file,
    }
}

fn failed_before(unit: Symbol, at: &Stx) -> Box<Diagnostic> {
    let name = LibraryName::from_unit(unit.as_str());
    fault(LIBRARY_FAILED, format!("the library {name} has errors"), at)
}

fn unknown_library(name: &LibraryName, written: &LibraryName, at: &Stx) -> Box<Diagnostic> {
    let mut message = format!("there is no library {name}");
    if name != written {
        message.push_str(&format!(", which {written} stands for here"));
    }
    let unknown = fault("unknown-library", message, at);
    let hint = if name.is_hosted() {
        format!("termite install {} installs it", name.unit())
    } else if name.version.is_some() {
        "only installed libraries, and those in a directory named with @version, have versions"
            .to_string()
    } else {
        return unknown;
    };
    Box::new(unknown.with_hint(hint))
}
