//! The compiler as running programs see it: `eval`, `load`, `environment`.

use crate::engine::{SharedLinker, render};
use crate::macros::Macros;
use std::collections::HashMap;
use std::path::PathBuf;
use termite_abi::{Kind, Value};
use termite_driver::{CompiledUnit, Diagnostics, Environment};
use termite_heap::{field, is_kind};
use termite_ir::UnitHash;
use termite_stdlib::value_to_datum;
use termite_syntax::{Datum, FileId, Span};
use termite_vm::{ErrorKind, Host, Node, PrimError, Raise};

pub struct CompilerHost {
    linker: SharedLinker,
    macros: Macros,
    /// The session's environment, made at first use.
    interaction: Option<Environment>,
    /// Environments that programs made, by the number in their value.
    environments: Vec<Environment>,
    /// Files shown in reports, by name.
    lines: HashMap<String, Option<String>>,
}

impl CompilerHost {
    pub fn new(linker: SharedLinker, search: Vec<PathBuf>) -> CompilerHost {
        CompilerHost {
            linker,
            macros: Macros::new(search),
            interaction: None,
            environments: Vec::new(),
            lines: HashMap::new(),
        }
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
        if env == Value::FALSE {
            if self.interaction.is_none() {
                let made = self
                    .linker
                    .borrow_mut()
                    .compiler
                    .interaction_environment(&mut self.macros);
                self.interaction = Some(made.map_err(|d| self.syntax(&d))?);
            }
            return Ok(None);
        }
        let n = if is_kind(env, Kind::Opaque) {
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
        let environment = match number {
            None => self.interaction.as_mut(),
            Some(n) => self.environments.get_mut(n),
        };
        let Some(environment) = environment else {
            return Err(self.internal("no environment".into()));
        };
        let compiled =
            self.linker
                .borrow_mut()
                .compiler
                .entry(environment, datum, &mut self.macros);
        let (units, _) = compiled.map_err(|d| self.syntax(&d))?;
        Ok(units)
    }

    /// Compiles one datum read from text, for the REPL: diagnostics keep their places.
    pub fn read_entry(&mut self, node: &mut Node, datum: &Datum) -> Result<Vec<Value>, String> {
        self.number(Value::FALSE)
            .map_err(|e| e.message.into_owned())?;
        let Some(environment) = self.interaction.as_mut() else {
            return Err("no environment".into());
        };
        let mut linker = self.linker.borrow_mut();
        let compiled = linker.compiler.entry(environment, datum, &mut self.macros);
        let sources = linker.sources();
        let (units, warnings) = compiled.map_err(|d| render(&sources, &d))?;
        if !warnings.is_empty() {
            eprintln!("{}", render(&sources, &warnings));
        }
        linker.link(node, &units)
    }

    /// Names that can be completed.
    pub fn names(&mut self) -> Vec<String> {
        if self.number(Value::FALSE).is_err() {
            return Vec::new();
        }
        let names = self
            .interaction
            .as_ref()
            .map(Environment::names)
            .unwrap_or_default();
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
        if specs == Value::FALSE {
            return Ok(Value::FALSE);
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
        let name = termite_heap::intern("environment");
        Ok(node.heap.object(Kind::Opaque, &[name, number]))
    }

    fn link_library(&mut self, node: &mut Node, name: &str, hash: &UnitHash) -> Option<Vec<Value>> {
        self.linker.borrow_mut().link_code(node, name, hash)
    }

    fn source_line(&mut self, file: &str, line: u32) -> Option<String> {
        let sources = self.linker.borrow_mut().sources();
        let known = (0..u32::MAX)
            .map(FileId)
            .map_while(|id| sources.get(id))
            .find(|s| s.name() == file);
        if let Some(source) = known {
            return Some(source.line(line).to_owned());
        }
        let text = self
            .lines
            .entry(file.to_owned())
            .or_insert_with(|| std::fs::read_to_string(file).ok());
        text.as_ref()?
            .lines()
            .nth(line as usize - 1)
            .map(str::to_owned)
    }
}
