//! Compiling scripts, libraries and REPL entries, with all that they require.

use crate::env::Surroundings;
use crate::image::Image;
use crate::search;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use termite_abi::PrimInfo;
use termite_expand::core::Module;
use termite_expand::{
    Environment, Expanded, ExpandedUnit, Expander, Found, Host, Interface, LibraryName,
    MacroEvaluator, SourceText,
};
use termite_ir::Unit;
use termite_lower::{LoweredInterface, Options, lower};
use termite_syntax::{Datum, Diagnostic, FileId, SourceMap, Span, Symbol};

pub type Diagnostics = Vec<Diagnostic>;

/// The primitives' rows, by name.
#[derive(Clone, Default)]
pub struct Prims(HashMap<&'static str, PrimInfo>);

impl Prims {
    pub fn new(rows: impl IntoIterator<Item = PrimInfo>) -> Prims {
        Prims(rows.into_iter().map(|row| (row.name, row)).collect())
    }

    pub fn get(&self, name: &str) -> Option<PrimInfo> {
        self.0.get(name).copied()
    }

    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.0.keys().copied().collect();
        names.sort_unstable();
        names
    }
}

/// A unit ready to be linked.
#[derive(Clone)]
pub struct CompiledUnit {
    pub name: String,
    pub unit: Arc<Unit>,
    pub requires: Vec<String>,
    /// Of a library.
    pub interface: Option<Arc<Interface>>,
    pub lowered: Arc<LoweredInterface>,
}

/// A session of compiling: what was compiled stays known.
pub struct Compiler {
    expander: Expander,
    files: Files,
    prims: Prims,
    /// Libraries and REPL entries compiled in this session, or taken from the image.
    units: HashMap<String, Arc<LoweredInterface>>,
}

/// What the expander's host consists of, apart from the macro evaluator.
struct Files {
    sources: SourceMap,
    search: Vec<PathBuf>,
    /// File names are recorded relative to this directory, where they lie in it.
    base: Option<PathBuf>,
    image: Image,
    /// Interfaces of the image, once decoded, and of compiled libraries.
    interfaces: HashMap<String, Arc<Interface>>,
    features: Vec<String>,
    aliases: HashMap<LibraryName, LibraryName>,
    /// Source texts given under a library's name rather than found in a file.
    missing: HashSet<String>,
}

impl Compiler {
    /// `initial`: the libraries that scripts and the REPL start from.
    pub fn new(
        prims: Prims,
        initial: &[LibraryName],
        image: Image,
        search: Vec<PathBuf>,
    ) -> Compiler {
        let files = Files {
            sources: SourceMap::new(),
            search,
            base: None,
            image,
            interfaces: HashMap::new(),
            features: features(),
            aliases: HashMap::new(),
            missing: HashSet::new(),
        };
        let expander = Expander::new(&prims.names(), initial);
        Compiler {
            expander,
            files,
            prims,
            units: HashMap::new(),
        }
    }

    pub fn sources(&mut self) -> &mut SourceMap {
        &mut self.files.sources
    }

    /// Records file names relative to `dir` from now on, so that what is compiled does
    /// not depend on where it was compiled.
    pub fn set_base(&mut self, dir: PathBuf) {
        self.files.base = Some(dir);
    }

    pub fn image(&self) -> &Image {
        &self.files.image
    }

    /// Adds a directory that is searched before the others.
    pub fn add_search(&mut self, dir: PathBuf) {
        self.files.search.insert(0, dir);
    }

    /// Compiles a script: its libraries first, itself last.
    pub fn script(
        &mut self,
        name: &str,
        file: FileId,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        let text = self.files.text(file)?;
        let mut host = ExpandHost {
            files: &mut self.files,
            macros,
        };
        let expanded = self.expander.expand_script(&mut host, name, &text)?;
        self.lower_all(expanded)
    }

    /// Compiles a library, and those that it needs and that were not compiled yet.
    pub fn library(
        &mut self,
        name: &LibraryName,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        let mut host = ExpandHost {
            files: &mut self.files,
            macros,
        };
        let expanded = self.expander.expand_library(&mut host, name)?;
        self.lower_all(expanded)
    }

    pub fn interaction_environment(
        &mut self,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<Environment, Diagnostics> {
        let mut host = ExpandHost {
            files: &mut self.files,
            macros,
        };
        self.expander.interaction_environment(&mut host)
    }

    pub fn environment(
        &mut self,
        sets: &[Datum],
        macros: &mut dyn MacroEvaluator,
    ) -> Result<Environment, Diagnostics> {
        let mut host = ExpandHost {
            files: &mut self.files,
            macros,
        };
        self.expander.environment(&mut host, sets)
    }

    /// Compiles a REPL entry or the datum of an `eval`.
    pub fn entry(
        &mut self,
        environment: &mut Environment,
        datum: &Datum,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        let mut host = ExpandHost {
            files: &mut self.files,
            macros,
        };
        let expanded = self.expander.expand_entry(&mut host, environment, datum)?;
        self.lower_all(expanded)
    }

    /// Lowers a module that belongs to no library (the procedure of a macro).
    pub fn module(&mut self, module: &Module) -> Result<Unit, Diagnostic> {
        self.import_interfaces(module);
        let env = Surroundings {
            prims: &self.prims,
            units: &self.units,
            sources: &self.files.sources,
        };
        Ok(lower(module, &env, Options::default())?.unit)
    }

    fn lower_all(
        &mut self,
        expanded: Expanded,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        let mut units = Vec::with_capacity(expanded.libraries.len() + 1);
        for unit in expanded.libraries.into_iter().chain([expanded.unit]) {
            units.push(self.lower(unit).map_err(|d| vec![d])?);
        }
        Ok((units, expanded.warnings))
    }

    fn lower(&mut self, expanded: ExpandedUnit) -> Result<CompiledUnit, Diagnostic> {
        let ExpandedUnit {
            module,
            requires,
            interface,
        } = expanded;
        self.import_interfaces(&module);
        let env = Surroundings {
            prims: &self.prims,
            units: &self.units,
            sources: &self.files.sources,
        };
        let lowered = lower(&module, &env, Options::default())?;
        termite_ir::verify(&lowered.unit).map_err(|e| internal(&module.name, &e))?;
        let summary = Arc::new(lowered.interface);
        if let Some(interface) = &interface {
            self.units.insert(module.name.clone(), summary.clone());
            self.files
                .interfaces
                .insert(module.name.clone(), interface.clone());
        }
        Ok(CompiledUnit {
            name: module.name,
            unit: Arc::new(lowered.unit),
            requires,
            interface,
            lowered: summary,
        })
    }

    /// Decodes the lowered interfaces of the image's units that a module uses.
    fn import_interfaces(&mut self, module: &Module) {
        for global in &module.globals {
            let termite_expand::core::GlobalKind::Import { unit, .. } = &global.kind else {
                continue;
            };
            if self.units.contains_key(unit) {
                continue;
            }
            if let Some(entry) = self.files.image.find(unit)
                && let Ok(interface) = LoweredInterface::decode(entry.lowered)
            {
                self.units.insert(unit.clone(), Arc::new(interface));
            }
        }
    }
}

/// What the verifier refuses was made wrongly by us.
fn internal(unit: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    let message = format!("internal error: code made for {unit} does not verify: {error}");
    Diagnostic::new("internal", message, Span::NONE)
        .with_hint("this is a bug in Termite; please report it with the program")
}

impl Files {
    fn text(&self, file: FileId) -> Result<SourceText, Diagnostics> {
        match self.sources.get(file) {
            Some(source) => Ok(SourceText {
                file,
                source: source.clone(),
            }),
            None => Err(vec![Diagnostic::new(
                "no-source",
                "no text for this file",
                Span::NONE,
            )]),
        }
    }

    fn read(&mut self, path: &Path) -> Result<SourceText, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let base = self.base.as_deref().unwrap_or(Path::new(""));
        let shown = path.strip_prefix(base).unwrap_or(path);
        let file = self.sources.add(shown.display().to_string(), text);
        self.text(file)
            .map_err(|_| format!("cannot read {}", path.display()))
    }

    fn find(&mut self, name: &LibraryName) -> Result<Option<Found>, String> {
        let unit = name.unit();
        if let Some(interface) = self.interfaces.get(&unit) {
            return Ok(Some(Found::Interface(interface.clone())));
        }
        if !self.missing.contains(&unit)
            && let Some(path) = self
                .search
                .iter()
                .find_map(|root| search::library_file(root, name))
        {
            let text = self.read(&path)?;
            return Ok(Some(Found::Source { unit, text }));
        }
        self.missing.insert(unit.clone());
        let Some(entry) = self.image.find(&unit) else {
            return Ok(None);
        };
        let interface = Interface::decode(entry.interface).map_err(|e| e.0)?;
        let interface = Arc::new(interface);
        self.interfaces.insert(unit, interface.clone());
        Ok(Some(Found::Interface(interface)))
    }
}

struct ExpandHost<'a> {
    files: &'a mut Files,
    macros: &'a mut dyn MacroEvaluator,
}

impl MacroEvaluator for ExpandHost<'_> {
    fn evaluate_macro(
        &mut self,
        procedure: &Arc<Module>,
        arguments: &Datum,
    ) -> Result<Datum, String> {
        self.macros.evaluate_macro(procedure, arguments)
    }
}

impl Host for ExpandHost<'_> {
    fn find_library(
        &mut self,
        name: &LibraryName,
        _importer: Option<&str>,
    ) -> Result<Option<Found>, String> {
        let name = self.files.aliases.get(name).unwrap_or(name).clone();
        // A library of exactly that name comes first: `(srfi 160 u8)` may be one.
        match (self.files.find(&name)?, name.plain_srfi()) {
            (None, Some(srfi)) => self.files.find(&srfi),
            (found, _) => Ok(found),
        }
    }

    fn read_include(&mut self, path: &str, from: FileId) -> Result<SourceText, String> {
        let from = self
            .files
            .sources
            .get(from)
            .map(|s| s.name().to_owned())
            .unwrap_or_default();
        self.files.read(&search::include_file(path, &from))
    }

    fn features(&self) -> Vec<String> {
        self.files.features.clone()
    }

    fn define_module_alias(
        &mut self,
        alias: &LibraryName,
        target: &LibraryName,
    ) -> Result<(), String> {
        self.files.aliases.insert(alias.clone(), target.clone());
        Ok(())
    }

    fn is_bound(&self, name: Symbol) -> bool {
        let _ = name;
        false
    }
}

/// Feature identifiers (R7RS appendix B).
pub fn features() -> Vec<String> {
    let mut all: Vec<String> = [
        "r7rs",
        "exact-closed",
        "exact-complex",
        "ieee-float",
        "full-unicode",
        "ratios",
        "termite",
        "termite-0.1",
        // SRFI 115.
        "regexp-non-greedy",
        "regexp-look-around",
        "regexp-backrefs",
        "regexp-unicode",
    ]
    .map(String::from)
    .to_vec();
    all.push(std::env::consts::OS.to_owned());
    all.push(std::env::consts::ARCH.replace('_', "-"));
    all.push(if cfg!(unix) { "posix" } else { "non-posix" }.to_owned());
    let endian = if cfg!(target_endian = "little") {
        "little-endian"
    } else {
        "big-endian"
    };
    all.push(endian.to_owned());
    all
}
