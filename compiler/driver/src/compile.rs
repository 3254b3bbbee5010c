//! Compiling scripts, libraries and REPL entries, with all that they require.

use crate::env::Surroundings;
use crate::cache::Cache;
use crate::files::{CachedUnit, Files, LibraryFile};
use crate::image::Image;
use crate::modules::{Modules, SearchOrder};
use crate::namespace;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use termite_abi::PrimInfo;
use termite_expand::core::Module;
use termite_expand::{
    Environment, Expanded, ExpandedUnit, Expander, Importer, Interface, LibraryName, MacroEvaluator,
};
use termite_ir::Unit;
use termite_lower::{LoweredInterface, Options, lower};
use termite_syntax::{Datum, Diagnostic, FileId, SourceMap, Span};

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
    /// Changes of the search order that are known here.
    changes: u64,
    /// Put into the code of libraries of repositories, to make another one of it.
    salt: Option<String>,
    stats: Stats,
}

/// What compiling has come to.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    /// Reading and expanding; lowering and verifying.
    pub expand: Duration,
    pub lower: Duration,
    /// Libraries that went through the front end.
    pub libraries: u64,
    /// Libraries that the cache had.
    pub cached: u64,
}

impl Compiler {
    /// `initial`: the libraries that scripts and the REPL start from.
    pub fn new(
        prims: Prims,
        initial: &[LibraryName],
        image: Image,
        search: Vec<PathBuf>,
    ) -> Compiler {
        let files = Files::new(image, SearchOrder::new(search));
        let expander = Expander::new(&prims.names(), initial);
        Compiler {
            expander,
            files,
            prims,
            units: HashMap::new(),
            changes: 0,
            salt: None,
            stats: Stats::default(),
        }
    }

    /// Keeps what is compiled of repositories' libraries there, and looks there first.
    pub fn set_cache(&mut self, cache: Cache) {
        self.files.cache = Some(cache);
    }

    /// Makes code that differs from that of other compilers, but means the same: for tests
    /// of nodes whose compilers are not of one build.
    pub fn set_salt(&mut self, salt: String) {
        self.salt = Some(salt);
    }

    pub fn stats(&self) -> Stats {
        Stats {
            cached: self.files.cached.len() as u64,
            ..self.stats
        }
    }

    /// A library that the cache had, by its unit.
    pub fn cached(&self, unit: &str) -> Option<&CachedUnit> {
        self.files.cached.get(unit)
    }

    /// Looks for installed libraries there.
    pub fn set_modules(&mut self, modules: Box<dyn Modules>) {
        self.files.modules = modules;
        self.expander.forget_resolutions();
    }

    /// The directories that are searched: they may be changed at any time.
    pub fn search_order(&self) -> SearchOrder {
        self.files.search.clone()
    }

    pub fn set_search_order(&mut self, search: SearchOrder) {
        self.files.search = search;
        self.expander.forget_resolutions();
    }

    pub fn sources(&mut self) -> &mut SourceMap {
        &mut self.files.sources
    }

    /// Records file names relative to `dir` from now on, so that what is compiled does
    /// not depend on where it was compiled.
    pub fn set_base(&mut self, dir: PathBuf) {
        self.files.set_base(dir);
    }

    pub fn image(&self) -> &Image {
        &self.files.image
    }

    /// Compiles a script: its libraries first, itself last.
    pub fn script(
        &mut self,
        name: &str,
        file: FileId,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        self.see_changes();
        let text = self.files.text(file)?;
        let mut host = self.files.host(macros);
        let start = Instant::now();
        let expanded = self.expander.expand_script(&mut host, name, &text)?;
        self.stats.expand += start.elapsed();
        self.lower_all(expanded)
    }

    /// Compiles a library by its unit name, and those that it needs and that were not
    /// compiled yet.
    pub fn library(
        &mut self,
        name: &LibraryName,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        self.see_changes();
        let mut host = self.files.host(macros);
        let start = Instant::now();
        let expanded = self.expander.expand_library(&mut host, name)?;
        self.stats.expand += start.elapsed();
        self.lower_all(expanded)
    }

    /// Has the cache keep a library of a repository, and those that it needs.
    pub fn library_into_cache(
        &mut self,
        name: &LibraryName,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(), Diagnostics> {
        match self.from_cache(name) {
            Some(_) => Ok(()),
            None => self.library(name, macros).map(|_| ()),
        }
    }

    /// Makes a library known that is to be linked from the cache. `None`: it is not there,
    /// or was made against others than are here now.
    pub fn from_cache(&mut self, name: &LibraryName) -> Option<&CachedUnit> {
        let unit = name.unit();
        if !self.files.cached.contains_key(&unit) {
            // Texts of libraries are not read for this.
            self.files.find_cached(name);
        }
        self.files.cached.get(&unit)
    }

    /// Compiles the present source of a library that an import of a REPL means by `name`.
    pub fn reload(
        &mut self,
        name: &LibraryName,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        self.files.forget_setups();
        self.expander.forget_resolutions();
        let meant = self.resolve(name)?;
        self.files.forget(&meant.unit());
        self.library(&meant, macros)
    }

    /// What an import in a script or at a REPL means by a name.
    pub fn resolve(&self, name: &LibraryName) -> Result<LibraryName, Diagnostics> {
        let resolved = self.files.homes.resolve(name, Importer::NOBODY);
        resolved.map_err(|why| vec![Diagnostic::new("library-error", why, Span::NONE)])
    }

    /// The file of a library that an import in a script or at a REPL means by `name`;
    /// `None` when there is none, or the library is built in.
    pub fn library_file(&mut self, name: &LibraryName) -> Result<Option<LibraryFile>, Diagnostics> {
        let meant = self.resolve(name)?;
        let found = self.files.locate(&meant, name, Importer::NOBODY);
        found.map_err(|why| vec![Diagnostic::new("library-error", why, Span::NONE)])
    }

    /// Reads a script that stands among libraries: what it imports means what it means in
    /// them. `place` has the script's own name and file.
    pub fn script_among_libraries(&mut self, place: &LibraryFile) -> Result<FileId, Diagnostics> {
        let read = self.files.read_library(place).map(|text| text.file);
        read.map_err(|why| vec![Diagnostic::new("library-error", why, Span::NONE)])
    }

    /// Takes note of what was done to the search order.
    fn see_changes(&mut self) {
        let changes = self.files.search.changes();
        if changes != self.changes {
            self.changes = changes;
            self.files.missing.clear();
            self.expander.forget_resolutions();
        }
    }

    pub fn interaction_environment(
        &mut self,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<Environment, Diagnostics> {
        self.see_changes();
        let mut host = self.files.host(macros);
        self.expander.interaction_environment(&mut host)
    }

    pub fn environment(
        &mut self,
        sets: &[Datum],
        macros: &mut dyn MacroEvaluator,
    ) -> Result<Environment, Diagnostics> {
        self.see_changes();
        let mut host = self.files.host(macros);
        self.expander.environment(&mut host, sets)
    }

    /// Compiles a REPL entry or the datum of an `eval`.
    pub fn entry(
        &mut self,
        environment: &mut Environment,
        datum: &Datum,
        macros: &mut dyn MacroEvaluator,
    ) -> Result<(Vec<CompiledUnit>, Diagnostics), Diagnostics> {
        self.see_changes();
        let mut host = self.files.host(macros);
        let start = Instant::now();
        let expanded = self.expander.expand_entry(&mut host, environment, datum)?;
        self.stats.expand += start.elapsed();
        self.lower_all(expanded)
    }

    /// Lowers a module that belongs to no library (the procedure of a macro).
    pub fn module(&mut self, module: &Module) -> Result<Unit, Diagnostic> {
        self.import_interfaces(module);
        let env = Surroundings {
            prims: &self.prims,
            units: &self.units,
            sources: &self.files.sources,
            keeps_places: !self.files.builds_image(),
            source: None,
            salt: None,
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
            mut module,
            requires,
            interface,
        } = expanded;
        self.import_interfaces(&module);
        if interface.is_some() && !self.files.builds_image() {
            let namespace = namespace::of(&module);
            namespace::qualify(&mut module, &namespace);
        }
        let source = self.files.made_from.get(&module.name).cloned();
        let source = source.filter(|_| interface.is_some());
        let env = Surroundings {
            prims: &self.prims,
            units: &self.units,
            sources: &self.files.sources,
            keeps_places: !self.files.builds_image() && source.is_none(),
            salt: source.as_ref().and(self.salt.as_deref()),
            source,
        };
        let start = Instant::now();
        let lowered = lower(&module, &env, Options::default())?;
        termite_ir::verify(&lowered.unit).map_err(|e| internal(&module.name, &e))?;
        self.stats.lower += start.elapsed();
        let summary = Arc::new(lowered.interface);
        if let Some(interface) = &interface {
            self.stats.libraries += 1;
            if lowered.unit.source.is_some() {
                let hash = termite_ir::unit_hash(&lowered.unit);
                self.files.hashes.insert(module.name.clone(), hash);
                let (interface, summary) = (interface.encode(), summary.encode());
                self.files
                    .keep(&lowered.unit, &requires, interface, summary);
            }
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
            let decoded = match (self.files.cached.get(unit), self.files.image.find(unit)) {
                (Some(cached), _) => LoweredInterface::decode(cached.lowered.clone()),
                (None, Some(entry)) => LoweredInterface::decode(entry.lowered),
                (None, None) => continue,
            };
            if let Ok(interface) = decoded {
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
