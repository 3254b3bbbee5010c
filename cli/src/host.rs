//! The compiler as running programs see it: `eval`, `load`, `environment`.

use crate::arrivals::{self, Arrivals, Spent};
use crate::engine::{Linker, SharedLinker, is_loaded, render};
use crate::libraries::CodeFrom;
use crate::macros::Macros;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use termite_abi::{Kind, Value};
use termite_driver::{CompiledUnit, Diagnostics, Environment};
use termite_expand::LibraryName;
use termite_heap::{field, is_kind};
use termite_ir::{Unit, UnitHash};
use termite_stdlib::value_to_datum;
use termite_syntax::{Datum, FileId, Span};
use termite_vm::{Arrival, ErrorKind, Host, Node, PrimError, Raise};

/// The number in the value that stands for the session's environment.
const SESSION: Value = Value::fixnum(-1);

/// The host as the node and the REPL share it.
pub type SharedHost = Rc<RefCell<CompilerHost>>;

pub struct CompilerHost {
    linker: SharedLinker,
    arrivals: Arrivals,
    macros: Macros,
    /// Texts that were typed so far.
    entries: u32,
    /// Environments that programs made, by the number in their value.
    environments: Vec<Environment>,
    /// Files shown in reports, by name.
    lines: HashMap<String, Option<String>>,
}

impl CompilerHost {
    /// One that takes code from senders only.
    pub fn new(linker: SharedLinker) -> CompilerHost {
        let libraries = linker.borrow().libraries.clone();
        CompilerHost {
            linker,
            arrivals: Arrivals::new(vec![CodeFrom::Sender], None, Arc::default()),
            macros: Macros::new(libraries),
            entries: 0,
            environments: Vec::new(),
            lines: HashMap::new(),
        }
    }

    /// Takes code of libraries from elsewhere too.
    pub fn with_arrivals(self, arrivals: Arrivals) -> CompilerHost {
        CompilerHost { arrivals, ..self }
    }

    /// What making libraries that messages named has taken.
    pub fn spent(&self) -> Spent {
        self.arrivals.spent()
    }

    fn syntax(&self, all: &Diagnostics) -> Raise {
        let text = match all.first() {
            Some(d) => d.message.clone(),
            None => "invalid program".to_owned(),
        };
        let mut error = PrimError::new(ErrorKind::Syntax, text);
        error.who = Some("");
        error
    }

    fn internal(&self, message: String) -> Raise {
        PrimError::new(ErrorKind::Internal, message)
    }

    /// The number of the environment that `env` stands for, or that of the session.
    fn number(&mut self, env: Value) -> Result<Option<usize>, Raise> {
        let is_environment = is_kind(env, Kind::Opaque);
        if env == Value::FALSE || (is_environment && field(env, 1) == SESSION) {
            let mut linker = self.linker.borrow_mut();
            if linker.interaction.is_none() {
                let made = linker.compiler.interaction_environment(&mut self.macros);
                linker.interaction = Some(made.map_err(|d| self.syntax(&d))?);
            }
            return Ok(None);
        }
        let n = if is_environment {
            field(env, 1).as_fixnum() as usize
        } else {
            usize::MAX
        };
        if n >= self.environments.len() {
            return Err(PrimError::wrong_type(2, "an environment", env));
        }
        Ok(Some(n))
    }

    fn entry(&mut self, datum: &Datum, number: Option<usize>) -> Result<Vec<CompiledUnit>, Raise> {
        let mut linker = self.linker.borrow_mut();
        let Linker {
            compiler,
            interaction,
            ..
        } = &mut *linker;
        let environment = match number {
            None => interaction.as_mut(),
            Some(n) => self.environments.get_mut(n),
        };
        let Some(environment) = environment else {
            return Err(self.internal("no environment".into()));
        };
        let compiled = compiler.entry(environment, datum, &mut self.macros);
        let (units, _) = compiled.map_err(|d| self.syntax(&d))?;
        Ok(units)
    }

    /// Keeps text that was typed, for reports.
    pub fn add_entry(&mut self, text: &str) -> FileId {
        self.entries += 1;
        let name = format!("(entry {})", self.entries);
        self.linker.borrow_mut().compiler.sources().add(name, text)
    }

    /// Compiles one datum read from text, for the REPL: diagnostics keep their places.
    pub fn read_entry(&mut self, node: &mut Node, datum: &Datum) -> Result<Vec<Value>, String> {
        self.number(Value::FALSE)
            .map_err(|e| e.message.into_owned())?;
        let mut linker = self.linker.borrow_mut();
        let Linker {
            compiler,
            interaction,
            ..
        } = &mut *linker;
        let Some(environment) = interaction else {
            return Err("no environment".into());
        };
        let compiled = compiler.entry(environment, datum, &mut self.macros);
        let sources = linker.sources();
        let (units, warnings) = compiled.map_err(|d| render(&sources, &d))?;
        if !warnings.is_empty() {
            node.log(&format!("{}\n", render(&sources, &warnings)));
        }
        linker.link(node, &units)
    }

    /// Compiles and links the present source of a library beside what was loaded before.
    /// `None`: its code is that which is there.
    pub fn reload(
        &mut self,
        node: &mut Node,
        name: &LibraryName,
    ) -> Result<Option<Vec<Value>>, String> {
        self.macros.forget();
        let mut linker = self.linker.borrow_mut();
        let compiled = linker.compiler.reload(name, &mut self.macros);
        let sources = linker.sources();
        let (units, warnings) = compiled.map_err(|d| render(&sources, &d))?;
        if !warnings.is_empty() {
            node.log(&format!("{}\n", render(&sources, &warnings)));
        }
        if units.last().is_none_or(|unit| is_loaded(node, unit)) {
            return Ok(None);
        }
        linker.link(node, &units).map(Some)
    }

    /// Names that can be completed.
    pub fn names(&mut self) -> Vec<String> {
        if self.number(Value::FALSE).is_err() {
            return Vec::new();
        }
        let linker = self.linker.borrow();
        let names = linker.interaction.as_ref().map(Environment::names);
        let names = names.unwrap_or_default();
        names.into_iter().map(|s| s.as_str().to_owned()).collect()
    }

    fn link(&mut self, node: &mut Node, units: &[CompiledUnit]) -> Result<Value, Raise> {
        let linked = self.linker.borrow_mut().link(node, units);
        let thunks = linked.map_err(|e| self.internal(e))?;
        Ok(node.heap.list(&thunks))
    }
}

impl Host for CompilerHost {
    fn compile(&mut self, node: &mut Node, datum: Value, env: Value) -> Result<Value, Raise> {
        let number = self.number(env)?;
        let datum =
            value_to_datum(datum, Span::NONE).map_err(|e| PrimError::new(ErrorKind::Syntax, e))?;
        let units = self.entry(&datum, number)?;
        self.link(node, &units)
    }

    fn compile_text(&mut self, node: &mut Node, text: &str) -> Result<Vec<Value>, String> {
        let file = self.add_entry(text);
        let sources = self.linker.borrow_mut().sources();
        let data = termite_syntax::read_all(file, text).map_err(|d| d.render(&sources))?;
        let mut thunks = Vec::new();
        for datum in &data {
            thunks.extend(self.read_entry(node, datum)?);
        }
        Ok(thunks)
    }

    fn compile_file(&mut self, node: &mut Node, path: &str, env: Value) -> Result<Value, Raise> {
        let number = self.number(env)?;
        let text = std::fs::read_to_string(path)
            .map_err(|e| PrimError::new(ErrorKind::File, format!("cannot read {path}: {e}")))?;
        let file = self
            .linker
            .borrow_mut()
            .compiler
            .sources()
            .add(path, text.as_str());
        let data = termite_syntax::read_all(file, &text).map_err(|d| self.syntax(&vec![d]))?;
        let mut thunks = Vec::new();
        // Each form is an entry of its own: later ones may use macros of earlier ones.
        for datum in &data {
            let units = self.entry(datum, number)?;
            let linked = self.linker.borrow_mut().link(node, &units);
            thunks.extend(linked.map_err(|e| self.internal(e))?);
        }
        Ok(node.heap.list(&thunks))
    }

    fn environment(&mut self, node: &mut Node, specs: Value) -> Result<Value, Raise> {
        let name = termite_heap::intern("environment");
        if specs == Value::FALSE {
            return Ok(node.heap.object(Kind::Opaque, &[name, SESSION]));
        }
        let sets =
            value_to_datum(specs, Span::NONE).map_err(|e| PrimError::new(ErrorKind::Syntax, e))?;
        let sets: Vec<Datum> = sets.items().cloned().collect();
        let made = self
            .linker
            .borrow_mut()
            .compiler
            .environment(&sets, &mut self.macros);
        self.environments.push(made.map_err(|d| self.syntax(&d))?);
        let number = Value::fixnum(self.environments.len() as i64 - 1);
        Ok(node.heap.object(Kind::Opaque, &[name, number]))
    }

    fn arrival(&mut self, node: &mut Node, name: &str, hash: &UnitHash) -> Arrival {
        let mut linker = self.linker.borrow_mut();
        self.arrivals.arrival(&mut linker, node, name, hash)
    }

    fn accepts(&mut self, unit: &Unit) -> Result<(), String> {
        arrivals::accepts(&self.linker.borrow().libraries.installed, unit)
    }

    fn keep(&mut self, unit: &Unit, hash: &UnitHash, code: &[u8]) {
        let linker = self.linker.borrow();
        arrivals::keep(&linker.libraries.installed, unit, hash, code);
    }

    fn whitelist(&mut self, source: &str) -> Result<(), String> {
        self.linker.borrow().libraries.installed.allow(source)
    }

    fn search_order(&mut self, directory: Option<&str>) {
        let order = self.linker.borrow().compiler.search_order();
        match directory {
            Some(directory) => order.add(directory.into()),
            None => order.reset(),
        }
    }

    fn source_line(&mut self, file: &str, line: u32) -> Option<String> {
        let sources = self.linker.borrow_mut().sources();
        let known = (0..u32::MAX)
            .map(FileId)
            .map_while(|id| sources.get(id))
            .filter(|s| s.name() == file)
            .last();
        if let Some(source) = known {
            return Some(source.line(line).to_owned());
        }
        let libraries = self.linker.borrow().libraries.clone();
        let text = self
            .lines
            .entry(file.to_owned())
            .or_insert_with(|| {
                let path = libraries.path_of(file);
                std::fs::read_to_string(path.as_deref().unwrap_or(Path::new(file))).ok()
            });
        text.as_ref()?
            .lines()
            .nth(line as usize - 1)
            .map(str::to_owned)
    }
}

/// The node's end of a host that others use too, between its calls.
pub struct HostHandle(pub SharedHost);

impl Host for HostHandle {
    fn compile(&mut self, node: &mut Node, datum: Value, env: Value) -> Result<Value, Raise> {
        self.0.borrow_mut().compile(node, datum, env)
    }

    fn compile_text(&mut self, node: &mut Node, text: &str) -> Result<Vec<Value>, String> {
        self.0.borrow_mut().compile_text(node, text)
    }

    fn compile_file(&mut self, node: &mut Node, path: &str, env: Value) -> Result<Value, Raise> {
        self.0.borrow_mut().compile_file(node, path, env)
    }

    fn environment(&mut self, node: &mut Node, specs: Value) -> Result<Value, Raise> {
        self.0.borrow_mut().environment(node, specs)
    }

    fn arrival(&mut self, node: &mut Node, name: &str, hash: &UnitHash) -> Arrival {
        self.0.borrow_mut().arrival(node, name, hash)
    }

    fn accepts(&mut self, unit: &Unit) -> Result<(), String> {
        self.0.borrow_mut().accepts(unit)
    }

    fn keep(&mut self, unit: &Unit, hash: &UnitHash, code: &[u8]) {
        self.0.borrow_mut().keep(unit, hash, code)
    }

    fn whitelist(&mut self, source: &str) -> Result<(), String> {
        self.0.borrow_mut().whitelist(source)
    }

    fn search_order(&mut self, directory: Option<&str>) {
        self.0.borrow_mut().search_order(directory)
    }

    fn source_line(&mut self, file: &str, line: u32) -> Option<String> {
        self.0.borrow_mut().source_line(file, line)
    }
}
