//! Libraries that messages name: whether they may come, and from where.
//!
//! | state of a library's name | |
//! |---|---|
//! | not known | the policy is asked; what is installed is compiled, or the next source is tried |
//! | being made | a thread installs it, or compiles it into the cache; messages wait |
//! | made | its code is linked from the cache if it is the wanted one |
//! | failed | the message is refused; the next one may try again |
//!
//! The policy governs what is contacted and installed, and what a sender may bring under a
//! repository's name. Code that a sender brought is kept by its hash alone, and meets no
//! import.

use crate::engine::{Linker, compiler_in};
use crate::libraries::{CodeFrom, Installed, Libraries};
use crate::macros::Macros;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use termite_driver::with_big_stack;
use termite_expand::LibraryName;
use termite_ir::{Unit, UnitHash};
use termite_modules::{Cause, ContentHash, ModuleName, Silent};
use termite_vm::{Arrival, Node};

/// Code of one unit that is kept.
const LARGEST_KEPT: usize = 64 << 20;

/// What a thread that made a library says.
type Outcome = Result<(), String>;

enum State {
    Making(Receiver<Outcome>),
    Made,
    Failed(String),
}

/// Seconds of what threads did, for statistics.
#[derive(Clone, Copy, Default, Debug)]
pub struct Spent {
    pub install: Duration,
    pub expand: Duration,
    pub lower: Duration,
}

pub struct Arrivals {
    order: Vec<CodeFrom>,
    salt: Option<String>,
    known: HashMap<String, State>,
    /// Set when a thread has ended; the node's network looks at it.
    came: Arc<AtomicBool>,
    spent: Arc<Mutex<Spent>>,
}

impl Arrivals {
    pub fn new(order: Vec<CodeFrom>, salt: Option<String>, came: Arc<AtomicBool>) -> Arrivals {
        Arrivals {
            order,
            salt,
            known: HashMap::new(),
            came,
            spent: Arc::default(),
        }
    }

    pub fn spent(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// See [`termite_vm::Host::arrival`].
    pub fn arrival(
        &mut self,
        linker: &mut Linker,
        node: &mut Node,
        unit: &str,
        hash: &UnitHash,
    ) -> Arrival {
        if let Some(thunks) = linker.link_code(node, unit, hash) {
            return Arrival::Linked(thunks);
        }
        let Some(name) = repository_library(unit) else {
            return Arrival::FromSender;
        };
        let installed = linker.libraries.installed.clone();
        let is_installed = is_installed(&installed, &name);
        if !is_installed && let Err(why) = installed.decide_for_message(&name) {
            return Arrival::Refused(why);
        }
        let mut why = None;
        for source in self.order.clone() {
            let arrival = match source {
                CodeFrom::Cache => self.at_hand(linker, node, &name, unit, hash, is_installed),
                CodeFrom::Sender => Some(Arrival::FromSender),
                CodeFrom::Repository => self.made(linker, node, &name, unit, hash),
            };
            match arrival {
                Some(Arrival::Refused(reason)) => why = Some(reason),
                Some(arrival) => return arrival,
                None => {}
            }
        }
        Arrival::Refused(why.unwrap_or_else(|| {
            format!("{name} is here with other code than the sender's, and --code-from names no other place")
        }))
    }

    fn at_hand(
        &mut self,
        linker: &mut Linker,
        node: &mut Node,
        name: &ModuleName,
        unit: &str,
        hash: &UnitHash,
        is_installed: bool,
    ) -> Option<Arrival> {
        if let Some(code) = kept(&linker.libraries.installed, hash) {
            return Some(Arrival::Code(code));
        }
        match is_installed {
            true => self.made(linker, node, name, unit, hash),
            false => None,
        }
    }

    /// The library from its repository, by way of the cache; `None` when that makes other
    /// code.
    fn made(
        &mut self,
        linker: &mut Linker,
        node: &mut Node,
        name: &ModuleName,
        unit: &str,
        hash: &UnitHash,
    ) -> Option<Arrival> {
        match self.known.get(unit) {
            None => {
                let started = self.start(linker, node, name, unit);
                self.known.insert(unit.to_owned(), started);
                return Some(Arrival::Coming);
            }
            Some(State::Making(receiver)) => match receiver.try_recv() {
                Err(TryRecvError::Empty) => return Some(Arrival::Coming),
                Ok(Ok(())) => self.known.insert(unit.to_owned(), State::Made),
                Ok(Err(why)) => self.known.insert(unit.to_owned(), State::Failed(why)),
                Err(TryRecvError::Disconnected) => {
                    let why = format!("{name} could not be compiled");
                    self.known.insert(unit.to_owned(), State::Failed(why))
                }
            },
            Some(State::Made | State::Failed(_)) => None,
        };
        if let Some(State::Failed(why)) = self.known.get(unit) {
            let why = why.clone();
            // The next message may find it mended.
            self.known.remove(unit);
            return Some(Arrival::Refused(why));
        }
        match linker.link_made(node, unit, hash) {
            Ok(Some(thunks)) => Some(Arrival::Linked(thunks)),
            Ok(None) => None,
            Err(why) => Some(Arrival::Refused(why)),
        }
    }

    /// Has a thread install the library, if it is not, and compile it into the cache.
    fn start(&self, linker: &Linker, node: &Node, name: &ModuleName, unit: &str) -> State {
        let (sender, receiver) = channel();
        let task = Task {
            installed: linker.libraries.installed.clone(),
            search: linker.libraries.search.directories(),
            salt: self.salt.clone(),
            name: name.clone(),
            unit: unit.to_owned(),
            spent: self.spent.clone(),
        };
        let (came, wake) = (self.came.clone(), node.wake());
        let run = move || {
            let outcome = with_big_stack(|| task.run());
            // Nobody waits when the node is gone.
            let _ = sender.send(outcome);
            came.store(true, SeqCst);
            wake.wake();
        };
        let thread = thread::Builder::new().name("termite-library".into());
        match thread.spawn(run) {
            Ok(_) => State::Making(receiver),
            Err(e) => State::Failed(format!("{name}: no thread to install it: {e}")),
        }
    }
}

/// Installs and compiles one library.
struct Task {
    installed: Arc<Installed>,
    search: Vec<PathBuf>,
    salt: Option<String>,
    name: ModuleName,
    unit: String,
    spent: Arc<Mutex<Spent>>,
}

impl Task {
    fn run(&self) -> Outcome {
        let Some(store) = &self.installed.store else {
            return Err(format!("{}: there is no place to install it", self.name));
        };
        let start = Instant::now();
        let installed = store.install(&self.name.root(), Cause::Message, &mut Silent);
        installed.map_err(|e| e.to_string())?;
        let install = start.elapsed();
        let libraries = Libraries::new(self.search.clone(), self.installed.clone());
        let mut compiler = compiler_in(&libraries, self.salt.as_deref());
        let mut macros = Macros::new(libraries);
        let library = LibraryName::from_unit(&self.unit);
        let compiled = compiler.library_into_cache(&library, &mut macros);
        let sources = compiler.sources().clone();
        compiled.map_err(|d| {
            let report = crate::engine::render(&sources, &d);
            format!("{} cannot be compiled here: {report}", self.name)
        })?;
        let stats = compiler.stats();
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.install += install;
        spent.expand += stats.expand;
        spent.lower += stats.lower;
        Ok(())
    }
}

/// The name of a library whose unit is named after a repository with a host.
fn repository_library(unit: &str) -> Option<ModuleName> {
    let name = ModuleName::parse(unit).ok()?;
    name.repository().has_host().then_some(name)
}

fn is_installed(installed: &Installed, name: &ModuleName) -> bool {
    let manifest = installed.store.as_ref().map(|s| s.manifest(name));
    matches!(manifest, Some(Ok(Some(_))))
}

/// Whether code that a peer supplied may go by its name.
pub fn accepts(installed: &Installed, unit: &Unit) -> Result<(), String> {
    let Some(name) = repository_library(&unit.name) else {
        return Ok(());
    };
    let manifest = match &installed.store {
        Some(store) => store.manifest(&name).map_err(|e| e.to_string())?,
        None => None,
    };
    let Some(manifest) = manifest else {
        return installed.decide_for_message(&name);
    };
    let Some(source) = &unit.source else {
        return Err(format!(
            "there are two sources of {name}: commit {} is installed on this node, and the \
             sender's is a directory's",
            manifest.commit
        ));
    };
    let content = ContentHash::parse(&manifest.content);
    let is_same = content.is_some_and(|c| c.0 == source.content);
    if source.commit != manifest.commit || !is_same {
        return Err(format!(
            "there are two sources of {name}: commit {} is installed on this node, and the \
             sender's code is made from commit {}",
            manifest.commit, source.commit
        ));
    }
    Ok(())
}

fn kept_file(installed: &Installed, hash: &UnitHash) -> Option<PathBuf> {
    let name: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    Some(installed.code_place()?.join(name))
}

/// Code that a peer has brought before.
fn kept(installed: &Installed, hash: &UnitHash) -> Option<Vec<u8>> {
    fs::read(kept_file(installed, hash)?).ok()
}

/// Keeps the code of a library of a repository for the next start. The cache is only that:
/// what cannot be kept is fetched again.
pub fn keep(installed: &Installed, unit: &Unit, hash: &UnitHash, code: &[u8]) {
    if unit.source.is_none() || code.len() > LARGEST_KEPT {
        return;
    }
    let Some(file) = kept_file(installed, hash) else {
        return;
    };
    let unfinished = file.with_extension(std::process::id().to_string());
    let done = file
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&unfinished, code))
        .and_then(|()| fs::rename(&unfinished, &file));
    if done.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
}
