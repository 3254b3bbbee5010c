//! `quote`.

use crate::core::Expr;
use crate::errors::{Result, malformed};
use crate::expansion::Expansion;
use crate::stx::Stx;

pub fn quote(_: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    match form.items() {
        Some([_, datum]) => {
            let mut constant = Expr::quote(datum.to_datum());
            constant.span = form.span;
            Ok(constant)
        }
        _ => Err(malformed(form, "takes one datum: (quote datum)")),
    }
}
