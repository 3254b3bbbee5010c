//! A compiler and a node together: compiling, linking, and running library bodies in
//! the order in which they need each other.

use crate::image;
use crate::installed::InstalledTrees;
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use termite_abi::Value;
use termite_driver::{CompiledUnit, Compiler, Environment, Prims, SearchOrder};
use termite_ir::LazyUnit;
use termite_syntax::SourceMap;
use termite_vm::{Bodies, LoadedUnit, Machine, Node, NodeOptions, Primitive, Vm};

/// What an engine knows of compiled and linked units; shared between whoever drives the
/// node and the node's own `eval`.
pub struct Linker {
    pub compiler: Compiler,
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

pub fn new_compiler(search: Vec<PathBuf>) -> Compiler {
    compiler_in(SearchOrder::new(search))
}

/// One that shares the order of the search with others.
pub fn compiler_in(search: SearchOrder) -> Compiler {
    let prims = Prims::new(primitives().iter().map(|p| p.info));
    let initial = image::initial_libraries();
    let mut compiler = Compiler::new(prims, &initial, image::open(), Vec::new());
    compiler.set_search_order(search);
    compiler.set_modules(Box::new(InstalledTrees::of_user()));
    compiler
}

pub fn new_node(machine: Option<Arc<dyn Machine>>, options: NodeOptions) -> Vm {
    let mut vm = Vm::new(primitives(), machine, options);
    termite_stdlib::install(&mut vm);
    vm
}

impl Linker {
    pub fn new(compiler: Compiler) -> SharedLinker {
        Rc::new(RefCell::new(Linker {
            compiler,
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
            thunks.push(init(&loaded));
        }
        Ok(thunks)
    }

    /// Links a unit of the image and, before it, those that it requires.
    pub fn link_library(
        &mut self,
        node: &mut Node,
        name: &str,
        thunks: &mut Vec<Value>,
    ) -> Result<(), String> {
        if self.loaded.contains(name) {
            return Ok(());
        }
        let Some(entry) = self.compiler.image().find(name) else {
            return Err(format!("the library {name} is not there"));
        };
        let entry = entry.clone();
        self.loaded.insert(name.to_owned());
        for required in &entry.requires {
            self.link_library(node, required, thunks)?;
        }
        let lazy = LazyUnit::open(entry.code).map_err(|e| format!("{name}: {e}"))?;
        let unit = Arc::new(lazy.unit().clone());
        let loaded = node
            .load(unit, Bodies::Lazy(Box::new(lazy)), None)
            .map_err(|e| e.0)?;
        thunks.push(init(&loaded));
        Ok(())
    }

    /// Links a library of the image if it has the code of that hash, with what it requires.
    pub fn link_code(
        &mut self,
        node: &mut Node,
        name: &str,
        hash: &termite_ir::UnitHash,
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
