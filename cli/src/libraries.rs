//! Where this program's libraries come from: the order of the search, what is installed,
//! and what may be installed without anyone asking.
//!
//! An import of a library that is not installed installs it if the policy says so; at a
//! REPL the user may be asked. What happens for messages is in `arrivals`.

use crate::image;
use crate::modules::{Line, current_lock, home, open_store, policy};
use std::io::{IsTerminal, Write, stderr, stdin};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use termite_driver::{Cache, LibraryRequest, LibrarySource, Modules, SearchOrder, Source};
use termite_modules::{AskMode, Audience, Cause, Decision, Demand, ModuleName, Policy, Store};

/// Where the code of a library that a message names is taken from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeFrom {
    /// What is installed here, and what peers have brought before.
    Cache,
    Sender,
    Repository,
}

/// What the command line says of libraries.
#[derive(Clone, Debug)]
pub struct LibraryOptions {
    pub whitelist: Vec<String>,
    pub ask: AskMode,
    pub code_from: Vec<CodeFrom>,
}

impl Default for LibraryOptions {
    fn default() -> LibraryOptions {
        LibraryOptions {
            whitelist: Vec::new(),
            ask: AskMode::default(),
            code_from: vec![CodeFrom::Cache, CodeFrom::Sender, CodeFrom::Repository],
        }
    }
}

/// The installed libraries and the policy; shared with threads that install.
pub struct Installed {
    /// `None`: there is no place for them.
    pub store: Option<Store>,
    /// Why there is none, if that is a fault.
    fault: Option<String>,
    policy: Mutex<Policy>,
    audience: Audience,
    home: Option<PathBuf>,
}

#[derive(Clone)]
pub struct Libraries {
    pub search: SearchOrder,
    pub installed: Arc<Installed>,
}

fn lock(policy: &Mutex<Policy>) -> MutexGuard<'_, Policy> {
    policy.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Installed {
    /// This user's.
    pub fn of_user(options: &LibraryOptions, audience: Audience) -> Result<Installed, String> {
        let policy = policy(&options.whitelist, options.ask)
            .map_err(|failure| failure.message.unwrap_or_default())?;
        let store = current_lock().and_then(|lock| open_store(None, lock));
        let home = home();
        // Without a home nothing is installed; a wrong file in it is a fault when libraries
        // are asked for.
        let (store, fault) = match store {
            Ok(store) => (Some(store), None),
            Err(failure) => (None, failure.message.filter(|_| home.is_some())),
        };
        Ok(Installed {
            store,
            fault,
            policy: Mutex::new(policy),
            audience,
            home,
        })
    }

    /// Nothing: for programs that are to depend on nothing.
    pub fn nothing() -> Installed {
        Installed {
            store: None,
            fault: None,
            policy: Mutex::default(),
            audience: Audience::Nobody,
            home: None,
        }
    }

    /// Where compiled libraries are kept, by this build of the compiler.
    pub fn cache(&self, salt: Option<&str>) -> Option<Cache> {
        let build = match salt {
            Some(salt) => format!("{}-{salt}", image::BUILD),
            None => image::BUILD.to_owned(),
        };
        Some(Cache::new(&self.home.as_ref()?.join("cache"), &build))
    }

    /// Where code that peers have brought is kept.
    pub fn code_place(&self) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join("code"))
    }

    /// Adds to the whitelist.
    pub fn allow(&self, source: &str) -> Result<(), String> {
        let allowed = lock(&self.policy).allow(source);
        allowed.map_err(|e| e.to_string())
    }

    /// Whether a library may come because a message names it.
    pub fn decide_for_message(&self, name: &ModuleName) -> Result<(), String> {
        match lock(&self.policy).decide(name, Audience::Nobody) {
            Decision::Allowed => Ok(()),
            Decision::Ask => Err(format!("{name} is not on the whitelist")),
            Decision::Refused(why) => Err(why),
        }
    }

    fn find(&self, request: &LibraryRequest<'_>) -> Result<Option<LibrarySource>, String> {
        let parts: Vec<&str> = request.parts.iter().map(String::as_str).collect();
        // A name that no repository can have is a plain library's.
        let Ok(name) = ModuleName::from_parts(&parts, request.version) else {
            return Ok(None);
        };
        let Some(store) = &self.store else {
            return match &self.fault {
                Some(fault) if name.repository().has_host() => Err(fault.clone()),
                _ => Ok(None),
            };
        };
        let demand = Demand {
            policy: &lock(&self.policy).clone(),
            cause: Cause::User,
            audience: self.audience,
            ask: &mut ask,
        };
        let found = store.provide(&name, demand, &mut Line::start());
        let found = found.map_err(|e| e.to_string())?;
        Ok(found.map(|located| LibrarySource {
            file: located.file,
            root: located.tree,
            repository: name.repository().components().len(),
            version: name.version().map(str::to_owned),
            source: Some(Source {
                commit: located.commit,
                content: located.content,
            }),
        }))
    }
}

/// Asks whoever sits at the terminal.
fn ask(name: &ModuleName) -> bool {
    if !stdin().is_terminal() {
        return false;
    }
    let _ = write!(
        stderr(),
        "{} is not installed. Install it? Its code runs as you. [y/N] ",
        name.root()
    );
    let _ = stderr().flush();
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// What a compiler looks up.
struct Finder(Arc<Installed>);

impl Modules for Finder {
    fn find(&mut self, request: &LibraryRequest<'_>) -> Result<Option<LibrarySource>, String> {
        self.0.find(request)
    }
}

impl Libraries {
    pub fn new(search: Vec<PathBuf>, installed: Arc<Installed>) -> Libraries {
        Libraries {
            search: SearchOrder::new(search),
            installed,
        }
    }

    pub fn finder(&self) -> Box<dyn Modules> {
        Box::new(Finder(self.installed.clone()))
    }

    /// The file that reports call by a library's name and version.
    pub fn path_of(&self, shown: &str) -> Option<PathBuf> {
        let store = self.installed.store.as_ref()?;
        let cut = shown.match_indices('/').map(|(at, _)| at);
        cut.filter_map(|at| {
            let name = ModuleName::parse(&shown[..at]).ok()?;
            let manifest = store.manifest(&name).ok()??;
            Some(store.tree(&name, &manifest).join(&shown[at + 1..]))
        })
        .find(|path| path.is_file())
    }
}
