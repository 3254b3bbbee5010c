//! What the lexer hands to the grammar.

use crate::datum::DatumKind;
use crate::symbol::Symbol;

#[derive(Clone, Debug)]
pub enum Token {
    Open,
    Close,
    OpenVector,
    OpenBytevector,
    Dot,
    /// `#;`
    Skip,
    /// `'` and its kin, by the name of the list they make.
    Quote(Symbol),
    /// `#0=`
    Label(u32),
    /// A datum of one token.
    Atom(DatumKind),
}
