//! Scripts, REPL entries, and what they have in common with libraries: toplevel forms.

use crate::binding::Binding;
use crate::core::{Expr, Mode, Module};
use crate::core_form::CoreForm;
use crate::errors::Result;
use crate::expansion::Expansion;
use crate::host::{Host, SourceText};
use crate::library::loader::{LIBRARY_FAILED, Loader};
use crate::scan::{Place, Scan};
use crate::stx::Stx;
use crate::toplevel::Toplevel;
use crate::{Diagnostics, Expanded, ExpandedUnit};
use std::mem::take;
use termite_syntax::{Datum, Diagnostic, Symbol, read_all};

/// Faults that are told at once.
const TOLD: usize = 20;

impl Expansion<'_> {
    /// Toplevel forms in order. Faults go to `errors`, and expansion goes on with the
    /// next form; expressions are left alone once a definition has failed, which would
    /// only give faults that follow from it.
    pub fn toplevel_forms(&mut self, forms: &[Stx]) -> Vec<Expr> {
        let mut scan = Scan::new(Place::Toplevel);
        for form in forms {
            let scanned = self.scan(form, &mut scan);
            self.note(scanned);
        }
        let mut body = Vec::with_capacity(scan.items.len());
        if self.errors.is_empty() {
            for item in scan.items {
                let expanded = self.toplevel_item(item);
                body.extend(self.note(expanded));
            }
        }
        body
    }

    /// The value, if there is one; a fault is noted.
    pub fn note<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|fault| self.errors.push(*fault)).ok()
    }

    /// Units that must run before this one: imports, then others that its code refers to.
    pub fn all_requires(&self) -> Vec<String> {
        let mut units: Vec<String> = self
            .requires
            .iter()
            .map(|unit| unit.as_str().to_string())
            .collect();
        for unit in self.builder.imported_units() {
            if !units.iter().any(|known| known == unit) {
                units.push(unit.to_string());
            }
        }
        units
    }

    /// The unit, of a script or an entry.
    fn finish(&mut self, body: Vec<Expr>) -> std::result::Result<ExpandedUnit, Diagnostics> {
        if !self.errors.is_empty() {
            return Err(take(&mut self.errors));
        }
        let requires = self.all_requires();
        let mode = self.toplevel.mode;
        let (globals, locals) = take(&mut self.builder).finish(mode);
        let name = self.name.as_str().to_string();
        let module = Module {
            name,
            namespace: None,
            mode,
            globals,
            locals,
            body,
            exports: Vec::new(),
        };
        Ok(ExpandedUnit {
            module,
            requires,
            interface: None,
        })
    }

    /// A script's libraries, imports and definitions hold for all of it: they come first.
    /// Gives the forms that are left.
    fn prescan(&mut self, forms: Vec<Stx>) -> Vec<Stx> {
        self.define_plain_names(&forms);
        let mut others = Vec::with_capacity(forms.len());
        let mut imports = Vec::new();
        for form in forms {
            match self.core_head(&form) {
                Some(CoreForm::DefineLibrary) => {
                    let registered = self.loader.register_inline(&form);
                    self.note(registered);
                }
                Some(CoreForm::DefineModuleAlias) => {
                    let defined = self.loader.define_alias(self.host, &form);
                    self.note(defined);
                }
                Some(CoreForm::Import) => imports.push(form),
                Some(_) | None => others.push(form),
            }
        }
        for form in &imports {
            let imported = self.import_sets(form);
            self.note(imported);
        }
        self.define_plain_names(&others);
        others
    }

    fn define_plain_names(&mut self, forms: &[Stx]) {
        let names: Vec<Stx> = forms
            .iter()
            .flat_map(|form| self.defined_names(form))
            .collect();
        for name in names {
            if let Some(ident) = name.as_ident() {
                self.toplevel.define_variable(ident, name.span);
            }
        }
    }

    fn core_head(&self, form: &Stx) -> Option<CoreForm> {
        match self.resolve(form.head()?) {
            Some(Binding::Core(core)) => Some(core),
            Some(_) | None => None,
        }
    }

    /// Names that a form of a script plainly defines as variables.
    fn defined_names(&self, form: &Stx) -> Vec<Stx> {
        let Some(([_, operands @ ..], _)) = form.parts() else {
            return Vec::new();
        };
        match (self.core_head(form), operands) {
            (Some(CoreForm::Define), [header, ..]) => {
                let mut header = header.clone();
                while let Some(([inner, ..], _)) = header.parts() {
                    header = inner.clone();
                }
                vec![header]
            }
            (Some(CoreForm::DefineValues), [formals, ..]) => match formals.parts() {
                Some((items, tail)) => items.iter().chain(tail).cloned().collect(),
                None => vec![formals.clone()],
            },
            (Some(CoreForm::Begin), forms) if !forms.is_empty() => forms
                .iter()
                .flat_map(|form| self.defined_names(form))
                .collect(),
            _ => Vec::new(),
        }
    }
}

pub fn expand_script(
    loader: &mut Loader,
    host: &mut dyn Host,
    name: &str,
    source: &SourceText,
) -> std::result::Result<Expanded, Diagnostics> {
    let unit = script(loader, host, name, source);
    report(loader, unit)
}

fn script(
    loader: &mut Loader,
    host: &mut dyn Host,
    name: &str,
    source: &SourceText,
) -> std::result::Result<ExpandedUnit, Diagnostics> {
    let data = read_all(source.file, source.source.text()).map_err(|fault| vec![fault])?;
    let forms = data
        .iter()
        .map(Stx::from_datum)
        .collect::<std::result::Result<Vec<_>, _>>();
    let forms = forms.map_err(|deep| vec![*Box::<Diagnostic>::from(deep)])?;
    let initial = loader.initial_names(host).map_err(|fault| vec![*fault])?;
    let toplevel = Toplevel::new(Mode::Script, initial);
    let mut x = Expansion::new(loader, host, Symbol::intern(name), toplevel);
    let forms = x.prescan(forms);
    let body = if x.errors.is_empty() {
        x.toplevel_forms(&forms)
    } else {
        Vec::new()
    };
    let expanded = x.loader.expand_pending(x.host);
    x.note(expanded);
    x.finish(body)
}

/// Expands one datum at the toplevel of an environment, which changes on success only.
pub fn expand_entry(
    loader: &mut Loader,
    host: &mut dyn Host,
    toplevel: &mut Toplevel,
    datum: &Datum,
) -> std::result::Result<Expanded, Diagnostics> {
    let mut x = Expansion::new(loader, host, Symbol::intern("repl"), toplevel.clone());
    let form = Stx::from_datum(datum).map_err(Box::<Diagnostic>::from);
    let body = match x.note(form) {
        Some(form) => x.toplevel_forms(&[form]),
        None => Vec::new(),
    };
    let expanded = x.loader.expand_pending(x.host);
    x.note(expanded);
    let unit = x.finish(body);
    if unit.is_ok() {
        *toplevel = x.toplevel;
    }
    report(loader, unit)
}

/// Adds what came of libraries on the way. Libraries that were expanded before a fault
/// was met are kept for the next report.
pub fn report(
    loader: &mut Loader,
    unit: std::result::Result<ExpandedUnit, Diagnostics>,
) -> std::result::Result<Expanded, Diagnostics> {
    let mut report = loader.take_report();
    match unit {
        Ok(unit) if report.errors.is_empty() => Ok(Expanded {
            libraries: report.libraries,
            unit,
            warnings: report.warnings,
        }),
        failed => {
            loader.keep_libraries(report.libraries);
            let own = failed.err().unwrap_or_default();
            let told_before = !report.errors.is_empty();
            let own = own
                .into_iter()
                .filter(|fault| !(told_before && fault.code == LIBRARY_FAILED));
            report.errors.extend(own);
            report.errors.truncate(TOLD);
            Err(report.errors)
        }
    }
}

/// A toplevel with what import sets bring.
pub fn import_all(
    loader: &mut Loader,
    host: &mut dyn Host,
    toplevel: Toplevel,
    import_sets: &[Datum],
) -> Result<Toplevel> {
    let mut x = Expansion::new(loader, host, Symbol::intern("repl"), toplevel);
    for set in import_sets {
        x.import_set(&Stx::from_datum(set)?)?;
    }
    Ok(x.toplevel)
}
