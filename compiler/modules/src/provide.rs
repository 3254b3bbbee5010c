//! Finding a library for an import or a message, and installing it where that may be done
//! without a command.

use crate::{Audience, Cause, Decision, Located, ModuleName, Policy, Progress, Store, StoreError};

/// What a library is wanted for, and who decides whether it may be installed.
pub struct Demand<'a> {
    pub policy: &'a Policy,
    pub cause: Cause,
    pub audience: Audience,
    /// Puts the question whether to install to the audience; whether it was allowed.
    pub ask: &'a mut dyn FnMut(&ModuleName) -> bool,
}

impl Store {
    /// The file of a library, whose version is installed first if it is not there and the
    /// policy allows it. `None`: there is no such library in that version, or the name says
    /// no place on the network and nothing of it is installed.
    pub fn provide(
        &self,
        name: &ModuleName,
        demand: Demand<'_>,
        progress: &mut dyn Progress,
    ) -> Result<Option<Located>, StoreError> {
        if self.manifest(name)?.is_some() || !name.repository().has_host() {
            return self.locate(name);
        }
        let refused = |why: String| Err(StoreError::NotAllowed { why });
        match demand.policy.decide(name, demand.audience) {
            Decision::Allowed => {}
            Decision::Ask if (demand.ask)(name) => {}
            Decision::Ask => return refused(format!("{name} is not installed")),
            Decision::Refused(why) => return refused(why),
        }
        self.install(name, demand.cause, progress)?;
        self.locate(name)
    }
}
