//! A compiler and a node together: compiling, linking, and running library bodies in
//! the order in which they need each other.

use crate::image;
use crate::libraries::{Installed, Libraries};
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use termite_abi::Value;
use termite_driver::{CompiledUnit, Compiler, Environment, Prims};
use termite_expand::LibraryName;
use termite_ir::{LazyUnit, UnitHash};
use termite_syntax::SourceMap;
use termite_vm::{Bodies, LoadedUnit, Machine, Node, NodeOptions, Primitive, Vm};

/// What an engine knows of compiled and linked units; shared between whoever drives the
/// node and the node's own `eval`.
pub struct Linker {
    pub compiler: Compiler,
    pub libraries: Libraries,
    /// The session's environment, made at first use.
    pub interaction: Option<Environment>,
    /// Units whose bodies have run or are queued to run.
    loaded: HashSet<String>,
}

pub type SharedLinker = Rc<RefCell<Linker>>;

/// All primitives: the machine's and the library's.
pub fn primitives() -> Vec<Primitive> {
    let mut all = termite_vm::prims::table();
    all.extend_from_slice(termite_stdlib::table());
    all
}

/// A compiler that looks for libraries in directories only.
pub fn new_compiler(search: Vec<PathBuf>) -> Compiler {
    compiler_in(
        &Libraries::new(search, Arc::new(Installed::nothing())),
        None,
    )
}

/// One that shares the order of the search, and what is installed, with others.
pub fn compiler_in(libraries: &Libraries, salt: Option<&str>) -> Compiler {
    let prims = Prims::new(primitives().iter().map(|p| p.info));
    let initial = image::initial_libraries();
    let mut compiler = Compiler::new(prims, &initial, image::open(), Vec::new());
    compiler.set_search_order(libraries.search.clone());
    compiler.set_modules(libraries.finder());
    if let Some(cache) = libraries.installed.cache(salt) {
        compiler.set_cache(cache);
    }
    if let Some(salt) = salt {
        compiler.set_salt(salt.to_owned());
    }
    compiler
}

pub fn new_node(machine: Option<Arc<dyn Machine>>, options: NodeOptions) -> Vm {
    let mut vm = Vm::new(primitives(), machine, options);
    termite_stdlib::install(&mut vm);
    vm
}

impl Linker {
    /// Of a program that depends on no installed libraries.
    pub fn new(compiler: Compiler) -> SharedLinker {
        let libraries = Libraries {
            search: compiler.search_order(),
            installed: Arc::new(Installed::nothing()),
        };
        Linker::with_libraries(compiler, libraries)
    }

    pub fn with_libraries(compiler: Compiler, libraries: Libraries) -> SharedLinker {
        Rc::new(RefCell::new(Linker {
            compiler,
            libraries,
            interaction: None,
            loaded: HashSet::new(),
        }))
    }

    /// Links what was compiled, and the image's units that it needs. The procedures of
    /// no arguments to be called, in order; the last one is that of the last unit.
    pub fn link(&mut self, node: &mut Node, units: &[CompiledUnit]) -> Result<Vec<Value>, String> {
        let mut thunks = Vec::new();
        // Every unit may use the run-time library without saying so.
        self.link_library(node, termite_expand::core::RUNTIME_UNIT, &mut thunks)?;
        for unit in units {
            for name in &unit.requires {
                self.link_library(node, name, &mut thunks)?;
            }
            let session = unit.interface.is_none().then(|| node.own_session());
            if session.is_none() && is_loaded(node, unit) {
                continue;
            }
            let loaded = node
                .load(unit.unit.clone(), Bodies::Present, session)
                .map_err(|e| e.0)?;
            self.loaded.insert(unit.name.clone());
            if node.has_own_instance(&loaded) {
                thunks.push(init(&loaded));
            }
        }
        Ok(thunks)
    }

    /// Links a unit of the image or the cache and, before it, those that it requires.
    pub fn link_library(
        &mut self,
        node: &mut Node,
        name: &str,
        thunks: &mut Vec<Value>,
    ) -> Result<(), String> {
        if self.loaded.contains(name) {
            return Ok(());
        }
        let (requires, lazy) = self.compiled(name)?;
        self.loaded.insert(name.to_owned());
        for required in &requires {
            self.link_library(node, required, thunks)?;
        }
        // A peer may have brought this very code.
        if node.code.find_code(name, &lazy.hash(), None).is_some() {
            return Ok(());
        }
        let unit = Arc::new(lazy.unit().clone());
        let loaded = node
            .load(unit, Bodies::Lazy(Box::new(lazy)), None)
            .map_err(|e| e.0)?;
        if node.has_own_instance(&loaded) {
            thunks.push(init(&loaded));
        }
        Ok(())
    }

    /// What a library requires, and its code.
    fn compiled(&self, name: &str) -> Result<(Vec<String>, LazyUnit), String> {
        let (requires, lazy) = match self.compiler.cached(name) {
            Some(cached) => (cached.requires.clone(), LazyUnit::open(cached.code.clone())),
            None => {
                let entry = self.compiler.image().find(name);
                let entry = entry.ok_or_else(|| format!("the library {name} is not there"))?;
                (entry.requires.clone(), LazyUnit::open(entry.code))
            }
        };
        Ok((requires, lazy.map_err(|e| format!("{name}: {e}"))?))
    }

    /// Links a library that the cache has. `None`: it has none, or one with other code.
    pub fn link_made(
        &mut self,
        node: &mut Node,
        unit: &str,
        hash: &UnitHash,
    ) -> Result<Option<Vec<Value>>, String> {
        let name = LibraryName::from_unit(unit);
        if self.compiler.known_to_cache(&name).is_none() || self.compiled(unit)?.1.hash() != *hash {
            return Ok(None);
        }
        let mut thunks = Vec::new();
        self.link_library(node, unit, &mut thunks)?;
        Ok(Some(thunks))
    }

    /// Links a library of the image if it has the code of that hash, with what it requires.
    pub fn link_code(
        &mut self,
        node: &mut Node,
        name: &str,
        hash: &UnitHash,
    ) -> Option<Vec<Value>> {
        let entry = self.compiler.image().find(name)?;
        if self.loaded.contains(name) || LazyUnit::open(entry.code).ok()?.hash() != *hash {
            return None;
        }
        let mut thunks = Vec::new();
        self.link_library(node, name, &mut thunks).ok()?;
        Some(thunks)
    }

    pub fn sources(&mut self) -> SourceMap {
        self.compiler.sources().clone()
    }
}

/// Whether a library's code is there, and its body has run or will.
pub fn is_loaded(node: &Node, library: &CompiledUnit) -> bool {
    // Most names are new, and need no hash.
    node.code.find(&library.name).is_some() && {
        let hash = termite_ir::unit_hash(&library.unit);
        node.code.find_code(&library.name, &hash, None).is_some()
    }
}

fn init(unit: &LoadedUnit) -> Value {
    unit.closure(unit.unit.init)
}

/// Renders diagnostics, one after the other.
pub fn render(sources: &SourceMap, all: &[termite_syntax::Diagnostic]) -> String {
    all.iter()
        .map(|d| d.render(sources))
        .collect::<Vec<_>>()
        .join("\n")
}
