//! The texts that the expander asks for: libraries by name, included files; and where each
//! came from.
//!
//! A library is looked for in the directories of the search order, then among the installed
//! ones, then in the image. Files of an installed library are called by its name and version
//! and their path in its tree, so that what is compiled does not depend on where the tree is.

use crate::cache::{Cache, Entry, Requirement};
use crate::home::{Homes, Origin};
use crate::image::Image;
use crate::modules::{LibraryRequest, LibrarySource, Modules, NoModules, SearchOrder};
use crate::search::{self, InDirectory};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use termite_expand::core::Module;
use termite_expand::{Found, Host, Importer, Interface, LibraryName, MacroEvaluator, SourceText};
use termite_ir::{LazyUnit, Source, Unit, UnitHash};
use termite_syntax::{Datum, Diagnostic, FileId, SourceMap, Span};

/// What the expander's host consists of, apart from the macro evaluator.
pub(crate) struct Files {
    pub sources: SourceMap,
    pub search: SearchOrder,
    pub modules: Box<dyn Modules>,
    pub homes: Homes,
    /// File names are recorded relative to this directory, where they lie in it: the
    /// image is being built.
    base: Option<PathBuf>,
    pub image: Image,
    pub cache: Option<Cache>,
    /// Libraries that the cache had.
    pub cached: HashMap<String, CachedUnit>,
    /// What libraries of repositories are made from, and the hashes of their code.
    pub made_from: HashMap<String, Source>,
    pub hashes: HashMap<String, UnitHash>,
    /// Interfaces of the image, once decoded, and of compiled libraries.
    pub interfaces: HashMap<String, Arc<Interface>>,
    /// Units that are in no directory and not installed.
    pub missing: HashSet<String>,
    /// Where the texts are that were read from files.
    paths: HashMap<FileId, PathBuf>,
    features: Vec<String>,
}

/// A library's file, before it is read.
#[derive(Clone, Debug)]
pub struct LibraryFile {
    /// The canonical name.
    pub name: LibraryName,
    pub file: PathBuf,
    /// The directory that was searched, or the tree of its repository.
    pub root: PathBuf,
    /// How many parts of the name are the repository's, if it is in the tree of one.
    pub repository: Option<usize>,
    /// What an installed library is made from.
    pub source: Option<Source>,
}

/// A library that was compiled before.
pub struct CachedUnit {
    pub requires: Vec<String>,
    pub(crate) lowered: Vec<u8>,
    pub code: Arc<[u8]>,
}

impl LibraryFile {
    fn of_source(name: &LibraryName, source: LibrarySource) -> LibraryFile {
        LibraryFile {
            name: LibraryName {
                parts: name.parts.clone(),
                version: source.version,
            },
            file: source.file,
            root: source.root,
            repository: Some(source.repository),
            source: source.source,
        }
    }
}

impl Files {
    pub fn new(image: Image, search: SearchOrder) -> Files {
        Files {
            sources: SourceMap::new(),
            search,
            modules: Box::new(NoModules),
            homes: Homes::default(),
            base: None,
            image,
            cache: None,
            cached: HashMap::new(),
            made_from: HashMap::new(),
            hashes: HashMap::new(),
            interfaces: HashMap::new(),
            missing: HashSet::new(),
            paths: HashMap::new(),
            features: features(),
        }
    }

    pub fn set_base(&mut self, dir: PathBuf) {
        self.base = Some(dir);
    }

    pub fn builds_image(&self) -> bool {
        self.base.is_some()
    }

    pub fn host<'a>(&'a mut self, macros: &'a mut dyn MacroEvaluator) -> ExpandHost<'a> {
        ExpandHost {
            files: self,
            macros,
        }
    }

    pub fn text(&self, file: FileId) -> Result<SourceText, Vec<Diagnostic>> {
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

    /// Has a library's source looked for again.
    pub fn forget(&mut self, unit: &str) {
        self.interfaces.remove(unit);
        self.missing.remove(unit);
        self.cached.remove(unit);
        self.made_from.remove(unit);
    }

    pub fn forget_setups(&mut self) {
        self.homes.forget_setups();
    }

    fn read(&mut self, path: &Path, shown: String) -> Result<SourceText, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let file = self.sources.add(shown, text);
        self.paths.insert(file, path.to_owned());
        self.text(file)
            .map_err(|_| format!("cannot read {}", path.display()))
    }

    /// What a file is called in reports that is no installed library's.
    fn shown(&self, path: &Path) -> String {
        let base = self.base.as_deref().unwrap_or(Path::new(""));
        let shown = path.strip_prefix(base).unwrap_or(path);
        shown.display().to_string()
    }

    /// Reads a library's file and makes it a home.
    pub fn read_library(&mut self, found: &LibraryFile) -> Result<SourceText, String> {
        let home = self.homes.add(Origin {
            library: found.name.clone(),
            file: &found.file,
            root: &found.root,
            tree: found.repository,
        })?;
        let shown = match found.repository {
            Some(_) => self.confined(&found.file, &found.root, home)?,
            None => self.shown(&found.file),
        };
        let text = self.read(&found.file, shown)?;
        self.homes.belongs(text.file, home);
        Ok(text)
    }

    /// What a file in the tree of a repository is called. An error if it is outside.
    fn confined(&self, path: &Path, root: &Path, home: usize) -> Result<String, String> {
        let real = |path: &Path| {
            let real = std::fs::canonicalize(path);
            real.map_err(|e| format!("cannot read {}: {e}", path.display()))
        };
        let tree = self.homes.at(home).and_then(|h| h.tree_name());
        let tree = tree.unwrap_or_default();
        match real(path)?.strip_prefix(real(root)?) {
            Ok(inside) => Ok(format!("{tree}/{}", inside.display())),
            Err(_) => Err(format!(
                "{} is outside of the tree of {tree}, {}; an installed library consists of \
                 the files in its tree",
                path.display(),
                root.display()
            )),
        }
    }

    fn read_include(&mut self, path: &str, from: FileId) -> Result<SourceText, String> {
        let known = self.paths.get(&from).cloned();
        let from_path = known.or_else(|| Some(self.sources.get(from)?.name().into()));
        let path = search::include_file(path, &from_path.unwrap_or_default());
        let home = self.homes.number(from);
        let tree = home.and_then(|n| self.homes.at(n).filter(|h| h.tree.is_some()));
        let shown = match (home, tree.map(|h| h.root.clone())) {
            (Some(home), Some(root)) => self.confined(&path, &root, home)?,
            _ => self.shown(&path),
        };
        let text = self.read(&path, shown)?;
        self.homes.included(text.file, from);
        Ok(text)
    }

    /// Where a library is that is not in the image.
    pub fn locate(
        &mut self,
        name: &LibraryName,
        written: &LibraryName,
        importer: Importer<'_>,
    ) -> Result<Option<LibraryFile>, String> {
        let here = self.search.first(|directory| {
            let found = search::in_directory(directory, name)?;
            Some((found, directory.to_owned()))
        });
        match here {
            Some((InDirectory::Plain(file), root)) => {
                return Ok(Some(LibraryFile {
                    name: name.clone(),
                    file,
                    root,
                    repository: None,
                    source: None,
                }));
            }
            Some((InDirectory::Tree(source), _)) => {
                return Ok(Some(LibraryFile::of_source(name, source)));
            }
            None => {}
        }
        let request = LibraryRequest {
            parts: &name.parts,
            version: name.version.as_deref(),
            written: &written.parts,
            importer: importer.unit,
        };
        let found = self.modules.find(&request)?;
        Ok(found.map(|source| LibraryFile::of_source(name, source)))
    }

    /// Has the cache give an installed library, if it can.
    pub fn find_cached(&mut self, name: &LibraryName) {
        if let Ok(Some(found)) = self.locate(name, name, Importer::NOBODY)
            && let Some(source) = found.source
        {
            let unit = found.name.unit();
            self.made_from.insert(unit.clone(), source.clone());
            self.cached_interface(&unit, &source);
        }
    }

    /// The interface of a library that was compiled before, against what is here now.
    fn cached_interface(&mut self, unit: &str, source: &Source) -> Option<Arc<Interface>> {
        let entry = self.cache.as_ref()?.load(unit, source)?;
        for required in &entry.libraries {
            let name = LibraryName::from_unit(&required.unit);
            let found = self.find(&name, &name, Importer::NOBODY);
            let is_there = matches!(found, Ok(Some(Found::Interface(_))));
            let is_same = self.made_from.get(&required.unit) == Some(&required.source)
                && self.hashes.get(&required.unit) == Some(&required.hash);
            if !is_there || !is_same {
                return None;
            }
        }
        let interface = Arc::new(Interface::decode(entry.interface).ok()?);
        let code: Arc<[u8]> = entry.code.into();
        let hash = LazyUnit::open(code.clone()).ok()?.hash();
        self.hashes.insert(unit.to_owned(), hash);
        let cached = CachedUnit {
            requires: entry.requires,
            lowered: entry.lowered,
            code,
        };
        self.cached.insert(unit.to_owned(), cached);
        self.interfaces.insert(unit.to_owned(), interface.clone());
        Some(interface)
    }

    /// Keeps a library of a repository for the next program. Not one that depends on
    /// anything but such libraries and those built in.
    pub fn keep(&self, unit: &Unit, requires: &[String], interface: &[u8], lowered: &[u8]) {
        let (Some(cache), Some(source)) = (&self.cache, &unit.source) else {
            return;
        };
        let mut libraries = Vec::new();
        for name in requires {
            match (self.made_from.get(name), self.hashes.get(name)) {
                (Some(source), Some(hash)) => libraries.push(Requirement {
                    unit: name.clone(),
                    hash: *hash,
                    source: source.clone(),
                }),
                _ if self.image.find(name).is_some() => {}
                _ => return,
            }
        }
        let entry = Entry {
            name: unit.name.clone(),
            source: source.clone(),
            requires: requires.to_vec(),
            libraries,
            interface: interface.to_vec(),
            lowered: lowered.to_vec(),
            code: termite_ir::encode(unit),
        };
        // A full or unwritable disk only means that it is compiled again next time.
        let _ = cache.store(&entry);
    }

    fn find(
        &mut self,
        name: &LibraryName,
        written: &LibraryName,
        importer: Importer<'_>,
    ) -> Result<Option<Found>, String> {
        let unit = name.unit();
        if let Some(interface) = self.interfaces.get(&unit) {
            return Ok(Some(Found::Interface(interface.clone())));
        }
        if !self.missing.contains(&unit) {
            if let Some(found) = self.locate(name, written, importer)? {
                let unit = found.name.unit();
                if let Some(interface) = self.interfaces.get(&unit) {
                    return Ok(Some(Found::Interface(interface.clone())));
                }
                if let Some(source) = &found.source {
                    self.made_from.insert(unit.clone(), source.clone());
                    if let Some(interface) = self.cached_interface(&unit, source) {
                        return Ok(Some(Found::Interface(interface)));
                    }
                }
                let text = self.read_library(&found)?;
                return Ok(Some(Found::Source { unit, text }));
            }
            if self.image.find(&unit).is_some() {
                self.missing.insert(unit.clone());
            }
        }
        let Some(entry) = self.image.find(&unit) else {
            return Ok(None);
        };
        let interface = Interface::decode(entry.interface).map_err(|e| e.0)?;
        let interface = Arc::new(interface);
        self.interfaces.insert(unit, interface.clone());
        Ok(Some(Found::Interface(interface)))
    }
}

pub(crate) struct ExpandHost<'a> {
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
    fn resolve_library(
        &mut self,
        name: &LibraryName,
        importer: Importer<'_>,
    ) -> Result<LibraryName, String> {
        self.files.homes.resolve(name, importer)
    }

    fn find_library(
        &mut self,
        name: &LibraryName,
        written: &LibraryName,
        importer: Importer<'_>,
    ) -> Result<Option<Found>, String> {
        // A name of R7RS-large or SRFI 97 stands for the library of that SRFI.
        match (
            self.files.find(name, written, importer)?,
            search::srfi(name),
        ) {
            (None, Some(plain)) => self.files.find(&plain, &plain, importer),
            (found, _) => Ok(found),
        }
    }

    fn read_include(&mut self, path: &str, from: FileId) -> Result<SourceText, String> {
        self.files.read_include(path, from)
    }

    fn features(&self) -> Vec<String> {
        self.files.features.clone()
    }

    fn define_module_alias(
        &mut self,
        alias: &LibraryName,
        target: &LibraryName,
        file: FileId,
    ) -> Result<(), String> {
        self.files.homes.define_alias(alias, target, file)
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
