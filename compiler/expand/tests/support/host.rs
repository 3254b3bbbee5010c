//! A host that has its files in memory and runs macros with the evaluator of the tests.

use super::eval::Machine;
use super::primitives;
use std::collections::HashMap;
use std::sync::Arc;
use termite_expand::core::Module;
use termite_expand::{
    ExpandedUnit, Expander, Found, Host, Importer, Interface, LibraryName, MacroEvaluator,
    SourceText,
};
use termite_syntax::{Datum, FileId, SourceMap, Symbol};

#[derive(Default)]
pub struct TestHost {
    pub sources: SourceMap,
    pub files: HashMap<String, String>,
    /// Compiled libraries, preferred to files.
    pub compiled: HashMap<String, Arc<Interface>>,
    aliases: HashMap<String, LibraryName>,
    /// Every library expanded so far.
    pub libraries: Vec<ExpandedUnit>,
    /// What `is_bound` says yes to.
    pub bound: Vec<Symbol>,
}

/// Libraries that every test has.
const LIBRARIES: &[(&str, &str)] = &[
    ("scheme/base", include_str!("lib/scheme/base.sld")),
    ("termite/runtime", include_str!("lib/termite/runtime.sld")),
];

impl TestHost {
    pub fn new(files: &[(String, String)]) -> TestHost {
        let builtin = LIBRARIES
            .iter()
            .map(|(unit, text)| (format!("{unit}.sld"), text.to_string()));
        let files = builtin.chain(files.iter().cloned()).collect();
        TestHost {
            files,
            ..TestHost::default()
        }
    }

    pub fn source(&mut self, name: &str, text: &str) -> SourceText {
        let file = self.sources.add(name, text);
        SourceText {
            file,
            source: self.sources.get(file).unwrap().clone(),
        }
    }
}

/// An expander that starts scripts from everything.
pub fn expander() -> Expander {
    let initial = ["termite/core", "termite/primitives"].map(LibraryName::from_unit);
    Expander::new(&primitives::names(), &initial)
}

impl Host for TestHost {
    fn resolve_library(
        &mut self,
        name: &LibraryName,
        importer: Importer<'_>,
    ) -> Result<LibraryName, String> {
        let name = self.aliases.get(&name.unit()).unwrap_or(name);
        let importer = LibraryName::from_unit(importer.unit.unwrap_or("script"));
        let resolved = name.relative_to(&importer);
        resolved.ok_or_else(|| format!("{name} goes up too far"))
    }

    fn find_library(
        &mut self,
        name: &LibraryName,
        _written: &LibraryName,
        _importer: Importer<'_>,
    ) -> Result<Option<Found>, String> {
        if name.parts[0] == "forbidden" {
            return Err(format!("{name} is not on the whitelist"));
        }
        let unit = name.unit();
        if let Some(interface) = self.compiled.get(&unit) {
            return Ok(Some(Found::Interface(interface.clone())));
        }
        let path = format!("{unit}.sld");
        let Some(text) = self.files.get(&path).cloned() else {
            return Ok(None);
        };
        let text = self.source(&path, &text);
        Ok(Some(Found::Source { unit, text }))
    }

    fn read_include(&mut self, path: &str, _from: FileId) -> Result<SourceText, String> {
        match self.files.get(path).cloned() {
            Some(text) => Ok(self.source(path, &text)),
            None => Err(format!("there is no file {path}")),
        }
    }

    fn features(&self) -> Vec<String> {
        ["r7rs", "full-unicode", "termite"]
            .map(str::to_string)
            .to_vec()
    }

    fn is_bound(&self, name: Symbol) -> bool {
        self.bound.contains(&name)
    }

    fn define_module_alias(
        &mut self,
        alias: &LibraryName,
        target: &LibraryName,
        _file: FileId,
    ) -> Result<(), String> {
        if alias == target {
            return Err(format!("{alias} is an alias of itself"));
        }
        self.aliases.insert(alias.unit(), target.clone());
        Ok(())
    }

    fn library_expanded(&mut self, library: &ExpandedUnit) {
        self.libraries.push(library.clone());
    }
}

impl MacroEvaluator for TestHost {
    fn evaluate_macro(
        &mut self,
        procedure: &Arc<Module>,
        arguments: &Datum,
    ) -> Result<Datum, String> {
        let mut machine = Machine::default();
        for library in &self.libraries {
            machine.run(&library.module)?;
        }
        machine.apply_macro(procedure, arguments)
    }
}
