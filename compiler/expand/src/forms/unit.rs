//! Forms of the toplevel only: `import define-library define-module-alias`.

use crate::core::Mode;
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::scan::{Place, Scan};
use crate::stx::Stx;

fn check_place(x: &Expansion<'_>, form: &Stx, scan: &Scan) -> Result<()> {
    if scan.place == Place::Toplevel && x.toplevel.mode != Mode::Library {
        return Ok(());
    }
    let name = form.head().map_or("", |head| head.symbol().as_str());
    let message = format!("`{name}` stands at the toplevel of a script or REPL only");
    Err(fault("not-at-toplevel", message, form))
}

pub fn import(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    check_place(x, form, scan)?;
    x.import_sets(form)
}

impl Expansion<'_> {
    pub fn import_sets(&mut self, form: &Stx) -> Result<()> {
        let Some([_, sets @ ..]) = form.items() else {
            return Err(malformed(
                form,
                "takes import sets: (import (scheme base) ...)",
            ));
        };
        for set in sets {
            let imported = self.import_set(set);
            self.note(imported);
        }
        Ok(())
    }
}

pub fn define_library(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    check_place(x, form, scan)?;
    x.loader.register_inline(form)
}

pub fn define_module_alias(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    check_place(x, form, scan)?;
    x.loader.define_alias(x.host, form)
}
