//! Sessions: the toplevel variables of one run of a script, or of one REPL.
//!
//! Code is shared by hash; variables belong to an instance. A library has one instance a
//! node, made when it is linked. What belongs to a run is found here, by the run's name:
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
use termite_ir::{Unit, UnitHash, VarId};

/// Who ran it, and its number there.
pub use termite_wire::Instance as SessionId;

/// Names a variable of a session.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum VarKey {
    Named(String),
    /// Own variable of the unit with this code.
    Own(UnitHash, u32),
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
        let Node {
            heap,
            code,
            sessions,
            machine,
            ..
        } = self;
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
        self.refresh_cells();
        Ok(loaded)
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

fn hash_of(unit: &Unit, bodies: &Bodies) -> UnitHash {
    match bodies {
        Bodies::Present => termite_ir::unit_hash(unit),
        Bodies::Lazy(lazy) => lazy.hash(),
    }
}
