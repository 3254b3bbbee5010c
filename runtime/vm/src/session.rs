//! Sessions: the toplevel variables of one run of a script, or of one REPL.
//!
//! Code is shared by hash; variables belong to an instance. A library has one instance a
//! node, made when it is linked; codes made from one source of a library in a repository
//! share it, and a second source under the same name is refused. What belongs to a run is found here, by the run's name:
//! variables that are linked by name (a REPL's, and what a script leaves undefined), and
//! those of each of its units. A node's own session has a number of its own incarnation;
//! the others came with code from elsewhere, and their variables with them.

use crate::code::{Bodies, CodeStore, LinkError, LoadedUnit};
use crate::identity::Incarnation;
use crate::node::Node;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use termite_abi::Value;
use termite_heap::intern;
use termite_ir::{Source, Unit, UnitHash, VarId, VarKind};

/// Who ran it, and its number there.
pub use termite_wire::Instance as SessionId;

/// Names a variable of a session.
pub use termite_wire::VariableKey as VarKey;

/// The instance of a library of a repository.
pub(crate) struct Library {
    source: Source,
    /// Its variables by name, and number among those of that name: indices of cells.
    cells: HashMap<(String, u32), u32>,
    /// The unit whose body makes the variables.
    first: u32,
}

/// Cells, as indices in the node's table.
#[derive(Default)]
pub struct Session {
    pub(crate) cells: HashMap<VarKey, u32>,
}

impl Node {
    /// The session that scripts, REPL entries and `eval` of this node belong to.
    pub fn own_session(&self) -> SessionId {
        SessionId {
            incarnation: self.origins.own(),
            serial: 1,
        }
    }

    /// Links a verified unit: a library, or code of a session with its variables.
    pub fn load(
        &mut self,
        unit: Arc<Unit>,
        bodies: Bodies,
        session: Option<SessionId>,
    ) -> Result<Rc<LoadedUnit>, LinkError> {
        let library = unit.source.clone().filter(|_| session.is_none());
        if let Some(source) = &library {
            self.check_instance(&unit, source)?;
        }
        let Node {
            heap,
            code,
            sessions,
            libraries,
            machine,
            ..
        } = self;
        let known = libraries.get(&unit.name).map(|l| &l.cells);
        let mut made = HashMap::new();
        let own = unit.vars.iter().filter(|v| v.kind == VarKind::Own);
        let keys: Vec<_> = numbered(own.map(|v| v.name.as_str())).collect();
        let mut keys = keys.into_iter();
        let name = unit.name.clone();
        let heap = RefCell::new(heap);
        let fresh = |store: &mut CodeStore, name: &str| {
            let cell = heap.borrow_mut().cell(Value::UNBOUND, intern(name));
            store.add_cell(cell)
        };
        // Names that a library leaves unresolved do not occur; they would be nobody's.
        let nobody = SessionId {
            incarnation: Incarnation::default(),
            serial: 0,
        };
        let variables = RefCell::new(sessions.entry(session.unwrap_or(nobody)).or_default());
        let shared = |store: &mut CodeStore, key: VarKey, name: &str| {
            let known = variables.borrow().cells.get(&key).copied();
            known.unwrap_or_else(|| {
                let index = fresh(store, name);
                variables.borrow_mut().cells.insert(key, index);
                index
            })
        };
        let hash = session.map(|_| hash_of(&unit, &bodies));
        let mut own = |store: &mut CodeStore, var: VarId, name: &str| match hash {
            Some(hash) => shared(store, VarKey::Own(hash, var.0), name),
            None if library.is_some() => {
                // One for each variable of its own, in their order.
                let key = keys.next().unwrap_or_default();
                let shared = known.and_then(|cells| cells.get(&key).copied());
                let index = shared.unwrap_or_else(|| fresh(store, name));
                made.insert(key, index);
                index
            }
            None => fresh(store, name),
        };
        let mut late =
            |store: &mut CodeStore, name: &str| shared(store, VarKey::Named(name.to_owned()), name);
        let loaded = code.load(
            unit,
            bodies,
            session,
            &mut own,
            &mut late,
            machine.as_deref(),
        )?;
        if let Some(source) = library {
            libraries.entry(name).or_insert(Library {
                source,
                cells: made,
                first: loaded.index,
            });
        }
        self.refresh_cells();
        Ok(loaded)
    }

    /// Whether code of a library of a repository may join the instance that is here.
    fn check_instance(&self, unit: &Unit, source: &Source) -> Result<(), LinkError> {
        let Some(library) = self.libraries.get(&unit.name) else {
            return Ok(());
        };
        let (here, there) = (&library.source, source);
        if here != there {
            return Err(LinkError(format!(
                "there are two sources of {}: that of commit {} is in use on this node, and \
                 the code is made from commit {}{}",
                unit.name,
                here.commit,
                there.commit,
                if here.commit == there.commit {
                    " with other contents"
                } else {
                    ""
                }
            )));
        }
        let own = unit.vars.iter().filter(|v| v.kind == VarKind::Own);
        let own: Vec<_> = numbered(own.map(|v| v.name.as_str())).collect();
        let same = own.len() == library.cells.len()
            && own.iter().all(|key| library.cells.contains_key(key));
        if same {
            return Ok(());
        }
        Err(LinkError(format!(
            "code of {} has other variables than that in use on this node",
            unit.name
        )))
    }

    /// The code whose body makes the variables that a library of a repository uses.
    pub(crate) fn first_code(&self, unit: &LoadedUnit) -> Option<UnitHash> {
        unit.unit.source.as_ref()?;
        let library = self.libraries.get(&unit.unit.name)?;
        Some(self.code.unit(library.first).hash())
    }

    /// Whether the body of a library that was just linked is to be run: not if its
    /// variables are those of another code that was here before.
    pub fn has_own_instance(&self, unit: &LoadedUnit) -> bool {
        let library = self.libraries.get(&unit.unit.name);
        unit.unit.source.is_none() || library.is_none_or(|l| l.first == unit.index)
    }

    /// The cell of a session's variable, made if it has none.
    pub(crate) fn session_cell(&mut self, session: SessionId, key: VarKey, name: &str) -> u32 {
        let variables = self.sessions.entry(session).or_default();
        if let Some(&index) = variables.cells.get(&key) {
            return index;
        }
        let cell = self.heap.cell(Value::UNBOUND, intern(name));
        let index = self.code.add_cell(cell);
        variables.cells.insert(key, index);
        self.refresh_cells();
        index
    }

    /// Gives a variable of this node's session its value.
    pub fn define(&mut self, name: &str, value: Value) {
        let session = self.own_session();
        let index = self.session_cell(session, VarKey::Named(name.to_owned()), name);
        self.set_variable(index, value);
    }

    /// The value of a variable of this node's session, by name.
    pub fn session_variable(&self, name: &str) -> Option<Value> {
        let session = self.sessions.get(&self.own_session())?;
        let index = session.cells.get(&VarKey::Named(name.to_owned()))?;
        Some(self.variable(*index))
    }

    pub(crate) fn set_variable(&mut self, index: u32, value: Value) {
        let cell = self.code.cells()[index as usize];
        self.heap.set_cell(cell, value);
    }

    /// The table of cells may have moved when it grew.
    fn refresh_cells(&mut self) {
        let cells = self.code.cells_mut().as_mut_ptr().cast();
        self.context().cells = cells;
    }
}

/// Names with their numbers among equal ones.
fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (String, u32)> {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    names.map(move |name| {
        let count = counts.entry(name).or_default();
        *count += 1;
        (name.to_owned(), *count - 1)
    })
}

fn hash_of(unit: &Unit, bodies: &Bodies) -> UnitHash {
    match bodies {
        Bodies::Present => termite_ir::unit_hash(unit),
        Bodies::Lazy(lazy) => lazy.hash(),
    }
}
