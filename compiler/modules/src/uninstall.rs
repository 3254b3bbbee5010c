//! Uninstalling: the manifest goes first, and with it the version; the rest is cleared away.

use crate::guard::Guard;
use crate::{ModuleName, Progress, Store, StoreError};

impl Store {
    /// Uninstalls a version, or without one all that is installed of the repository; the
    /// names of what went. The clone goes with the last version.
    pub fn uninstall(
        &self,
        name: &ModuleName,
        progress: &mut dyn Progress,
    ) -> Result<Vec<ModuleName>, StoreError> {
        let repository = name.repository();
        let not_installed = || StoreError::NotInstalled {
            name: name.root().to_string(),
        };
        // A lock is not made for what is not there.
        if self.doomed(name)?.is_empty() {
            return Err(not_installed());
        }
        self.recover_all()?;
        let _guard = Guard::take(&self.layout, repository, progress)?;
        let doomed = self.doomed(name)?;
        if doomed.is_empty() {
            return Err(not_installed());
        }
        self.disk.create_dirs(&self.layout.staging(repository))?;
        for version in &doomed {
            self.disk.remove_file(&self.layout.manifest(version))?;
        }
        self.forget_hashes();
        self.recover(repository)?;
        Ok(doomed)
    }

    fn doomed(&self, name: &ModuleName) -> Result<Vec<ModuleName>, StoreError> {
        // By file alone: a manifest that cannot be read can be uninstalled too.
        let is_meant = |found: &ModuleName| match name.version() {
            Some(version) => found.version() == Some(version),
            None => true,
        };
        let mut found = self.manifests(name.repository())?;
        found.retain(is_meant);
        Ok(found)
    }
}
