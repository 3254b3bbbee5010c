//! Units from strangers: what is checked before one is linked.
//!
//! The verifier proves a unit harmless by itself; against the node it is proved here:
//! imported units have what is imported, primitives exist with the recorded effect
//! class, and calls of them pass a number of arguments that they take. What passes can
//! be as wrong as any program, but does no harm to memory.
//!
//! Does not decide whose units are taken, nor compare hashes.

use crate::code::{Bodies, CodeStore, LinkError, LoadedUnit};
use crate::node::Node;
use crate::session::SessionId;
use std::rc::Rc;
use std::sync::Arc;
use termite_abi::{Arity, Effect};
use termite_ir::verify::link::{verify_imports, verify_prim_calls, verify_prims};
use termite_ir::{CpId, Unit, VerifyError, verify};

impl Node {
    /// Verifies a unit and links it, with the variables of a session if it is of one.
    pub fn load_foreign(
        &mut self,
        unit: Arc<Unit>,
        session: Option<SessionId>,
    ) -> Result<Rc<LoadedUnit>, LinkError> {
        let hash = termite_ir::unit_hash(&unit);
        if self.code.find_code(&unit.name, &hash, session).is_some() {
            return Err(LinkError(format!("{} is loaded already", unit.name)));
        }
        verify(&unit).map_err(|e| refused(&unit, &e))?;
        self.code.check_foreign(&unit)?;
        self.load(unit, Bodies::Present, session)
    }
}

impl CodeStore {
    /// Checks a verified unit, with its bodies, against this store.
    pub fn check_foreign(&self, unit: &Unit) -> Result<(), LinkError> {
        let imports = self.link_imports(unit, true)?;
        let tables: Vec<&Unit> = imports.iter().map(|&i| &*self.unit(i).unit).collect();
        let check = || {
            verify_imports(unit, &tables)?;
            let lookup = |name: &str| self.signature(name);
            verify_prims(unit, &lookup)?;
            let mut cps = unit.cps.iter().zip(0u32..);
            cps.try_for_each(|(cp, i)| verify_prim_calls(unit, CpId(i), cp, &lookup))
        };
        check().map_err(|e: VerifyError| refused(unit, &e))
    }

    fn signature(&self, name: &str) -> Option<(Arity, Effect)> {
        let info = self.primitive(self.prim_number(name)?).info;
        Some((info.arity, info.effect))
    }
}

fn refused(unit: &Unit, e: &VerifyError) -> LinkError {
    LinkError(format!("{} is refused: {e}", unit.name))
}
