//! What an identifier can mean.

use crate::core::LocalId;
use crate::core_form::CoreForm;
use crate::library::interface::Interface;
use crate::macros::Macro;
use std::sync::Arc;
use termite_syntax::Symbol;

#[derive(Clone)]
pub enum Binding {
    /// A form, or an auxiliary word of forms, that the expander knows.
    Core(CoreForm),
    Primitive(Symbol),
    /// A variable of another unit, by its canonical name there.
    Variable {
        unit: Symbol,
        name: Symbol,
    },
    /// A toplevel variable of the unit under expansion, by its name in the unit.
    Toplevel(Symbol),
    Local(LocalId),
    Macro(MacroRef),
}

#[derive(Clone)]
pub enum MacroRef {
    /// Of the unit under expansion, or of a REPL.
    Open(Arc<Macro>),
    /// The macro with this index in the interface of a library.
    Closed(Arc<Interface>, u32),
}

impl Binding {
    /// Whether two identifiers with these meanings are `free-identifier=?`.
    pub fn same(&self, other: &Binding) -> bool {
        match (self, other) {
            (Binding::Core(a), Binding::Core(b)) => a == b,
            (Binding::Primitive(a), Binding::Primitive(b)) => a == b,
            (Binding::Variable { unit: a, name: b }, Binding::Variable { unit: c, name: d }) => {
                a == c && b == d
            }
            (Binding::Toplevel(a), Binding::Toplevel(b)) => a == b,
            (Binding::Local(a), Binding::Local(b)) => a == b,
            (Binding::Macro(a), Binding::Macro(b)) => a.same(b),
            (
                Binding::Core(_)
                | Binding::Primitive(_)
                | Binding::Variable { .. }
                | Binding::Toplevel(_)
                | Binding::Local(_)
                | Binding::Macro(_),
                _,
            ) => false,
        }
    }

    pub fn is_core(&self, form: CoreForm) -> bool {
        matches!(self, Binding::Core(own) if *own == form)
    }
}

impl MacroRef {
    fn same(&self, other: &MacroRef) -> bool {
        match (self, other) {
            (MacroRef::Open(a), MacroRef::Open(b)) => Arc::ptr_eq(a, b),
            (MacroRef::Closed(a, i), MacroRef::Closed(b, j)) => i == j && a.unit() == b.unit(),
            (MacroRef::Open(_) | MacroRef::Closed(..), _) => false,
        }
    }
}
