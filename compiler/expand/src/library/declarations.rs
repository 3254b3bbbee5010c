//! `define-library` (R7RS 5.6), with Gambit's declarations.

use super::name::LibraryName;
use crate::Diagnostics;
use crate::ExpandedUnit;
use crate::core::{Mode, Module};
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::host::Host;
use crate::ident::FastMap;
use crate::library::loader::Loader;
use crate::stx::Stx;
use crate::toplevel::{Names, Toplevel};
use std::sync::Arc;
use termite_syntax::{Diagnostic, Symbol};

/// `name`, or `(rename internal external)`.
pub struct ExportSpec {
    pub internal: Symbol,
    pub external: Symbol,
    pub at: Stx,
}

/// What the declarations of a library come to.
#[derive(Default)]
struct Declarations {
    exports: Vec<ExportSpec>,
    imports: Vec<Stx>,
    body: Vec<Stx>,
    namespace: Option<String>,
}

/// The name in a `define-library` form.
pub fn declared_name(form: &Stx) -> Result<LibraryName> {
    let expected = "takes a name and declarations: (define-library (name ...) declaration ...)";
    let Some([_, name, ..]) = form.items() else {
        return Err(malformed(form, expected));
    };
    match LibraryName::from_datum(&name.to_datum()) {
        Some(library) if !name.is_null() => Ok(library),
        Some(_) | None => Err(fault(
            "bad-library-name",
            "the name of a library is a list of identifiers and numbers",
            name,
        )),
    }
}

/// Expands the library that a `define-library` form defines, as the unit `unit`.
pub fn expand_library(
    loader: &mut Loader,
    host: &mut dyn Host,
    unit: Symbol,
    form: &Stx,
) -> std::result::Result<ExpandedUnit, Diagnostics> {
    let toplevel = Toplevel::new(Mode::Library, Arc::new(Names::default()));
    let mut x = Expansion::new(loader, host, unit, toplevel);
    let library = x.library(form);
    x.note(library).flatten().ok_or(x.errors)
}

impl Expansion<'_> {
    /// `None` when faults were noted.
    fn library(&mut self, form: &Stx) -> Result<Option<ExpandedUnit>> {
        let mut declarations = Declarations::default();
        let items = form
            .items()
            .ok_or_else(|| malformed(form, "is a proper list"))?;
        self.declarations(items.get(2..).unwrap_or_default(), &mut declarations)?;
        let exports = distinct(std::mem::take(&mut declarations.exports))?;
        for set in &declarations.imports {
            self.import_set(set)?;
        }
        let body = self.toplevel_forms(&declarations.body);
        if !self.errors.is_empty() {
            return Ok(None);
        }
        let closed = self.close(&exports)?;
        let requires = self.all_requires();
        let (globals, locals) = std::mem::take(&mut self.builder).finish(Mode::Library);
        let name = self.name.as_str().to_string();
        let module = Module {
            name,
            namespace: declarations.namespace,
            mode: Mode::Library,
            globals,
            locals,
            body,
            exports: closed.variables,
        };
        Ok(Some(ExpandedUnit {
            module,
            requires,
            interface: Some(Arc::new(closed.interface)),
        }))
    }

    fn declarations(&mut self, forms: &[Stx], into: &mut Declarations) -> Result<()> {
        forms
            .iter()
            .try_for_each(|form| self.nested(form.span, |x| x.declaration(form, into)))
    }

    fn declaration(&mut self, form: &Stx, into: &mut Declarations) -> Result<()> {
        let name = form.head().map(|head| head.symbol().as_str());
        let (Some(name), Some([_, operands @ ..])) = (name, form.items()) else {
            return Err(unknown_declaration(form));
        };
        match name {
            "export" => {
                for spec in operands {
                    into.exports.push(export_spec(spec)?);
                }
            }
            "import" => into.imports.extend_from_slice(operands),
            "begin" => into.body.extend_from_slice(operands),
            "include" | "include-ci" => into.body.extend(self.included(form)?),
            "include-library-declarations" => {
                let forms = self.included(form)?;
                self.declarations(&forms, into)?;
            }
            "cond-expand" => {
                let forms = self.chosen_clause(form)?;
                self.declarations(&forms, into)?;
            }
            "declare" => {}
            "namespace" => into.namespace = Some(namespace(form)?),
            "cc-options" | "ld-options" | "ld-options-prelude" | "pkg-config"
            | "pkg-config-path" => {
                self.loader.say_no_effect(name, form.span);
            }
            _ => return Err(unknown_declaration(form)),
        }
        Ok(())
    }
}

fn unknown_declaration(form: &Stx) -> Box<Diagnostic> {
    let message = "this is no declaration of a library";
    let hint = "declarations are export, import, begin, include, include-ci, \
        include-library-declarations and cond-expand; definitions go into (begin ...)";
    Box::new(fault("bad-declaration", message, form).with_hint(hint))
}

/// `(namespace "X11#")`: empty, or a name that ends with `#`.
fn namespace(form: &Stx) -> Result<String> {
    let expected = "takes a string that is empty or ends with #: (namespace \"X11#\")";
    let Some([_, name]) = form.items() else {
        return Err(malformed(form, expected));
    };
    let is_sound = |text: &&str| text.is_empty() || (text.ends_with('#') && text.len() > 1);
    match name.to_datum().as_string().filter(is_sound) {
        Some(text) => Ok(text.to_string()),
        None => Err(malformed(form, expected)),
    }
}

fn export_spec(spec: &Stx) -> Result<ExportSpec> {
    if let Some(name) = spec.as_ident() {
        let name = name.symbol();
        return Ok(ExportSpec {
            internal: name,
            external: name,
            at: spec.clone(),
        });
    }
    let is_rename = spec
        .head()
        .is_some_and(|head| head.symbol().as_str() == "rename");
    match spec.items() {
        Some([_, internal, external]) if is_rename => {
            if let (Some(internal), Some(external)) = (internal.as_ident(), external.as_ident()) {
                let (internal, external) = (internal.symbol(), external.symbol());
                return Ok(ExportSpec {
                    internal,
                    external,
                    at: spec.clone(),
                });
            }
            Err(bad_export(spec))
        }
        _ => Err(bad_export(spec)),
    }
}

fn bad_export(spec: &Stx) -> Box<Diagnostic> {
    fault(
        "bad-export",
        "an export is a name or (rename internal external)",
        spec,
    )
}

/// The exports, each once. One external name may not stand for two things.
fn distinct(specs: Vec<ExportSpec>) -> Result<Vec<ExportSpec>> {
    let mut seen: FastMap<Symbol, usize> = FastMap::default();
    let mut distinct: Vec<ExportSpec> = Vec::with_capacity(specs.len());
    for spec in specs {
        let Some(&at) = seen.get(&spec.external) else {
            seen.insert(spec.external, distinct.len());
            distinct.push(spec);
            continue;
        };
        let earlier = &distinct[at];
        if earlier.internal != spec.internal {
            let message = format!(
                "`{}` is exported twice, with different meanings",
                spec.external
            );
            let twice = fault("duplicate-export", message, &spec.at);
            return Err(Box::new(
                twice.with_label(earlier.at.span, "first exported here"),
            ));
        }
    }
    Ok(distinct)
}
