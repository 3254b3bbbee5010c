//! Local bindings.
//!
//! Expansion is depth first and a macro does not outlive the scope it is bound in, so
//! all scopes that can be asked for lie on one chain: the place of a macro's definition
//! is a depth in that chain, and each identifier has a stack of bindings.

use crate::binding::Binding;
use crate::ident::{FastMap, Ident};
use termite_syntax::Symbol;

#[derive(Default)]
pub struct Scopes {
    /// Bindings of an identifier with the depth of their scope, innermost last.
    bindings: FastMap<Ident, Vec<(u32, Binding)>>,
    /// Identifiers bound, in order; each scope's part begins where the next field says.
    bound: Vec<Ident>,
    starts: Vec<usize>,
}

impl Scopes {
    /// The number of scopes around the current place; 0 at toplevel.
    pub fn depth(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    pub fn enter(&mut self) {
        self.starts.push(self.bound.len());
    }

    /// Leaves scopes until `depth` are left.
    pub fn leave_to(&mut self, depth: u32) {
        let Some(&start) = self.starts.get(depth as usize) else {
            return;
        };
        for ident in self.bound.drain(start..).rev() {
            if let Some(stack) = self.bindings.get_mut(&ident) {
                stack.pop();
                if stack.is_empty() {
                    self.bindings.remove(&ident);
                }
            }
        }
        self.starts.truncate(depth as usize);
    }

    /// Binds in the innermost scope; a second binding there shadows the first.
    pub fn bind(&mut self, ident: Ident, binding: Binding) {
        let depth = self.depth();
        self.bindings
            .entry(ident.clone())
            .or_default()
            .push((depth, binding));
        self.bound.push(ident);
    }

    /// What the scopes up to `depth` bind the identifier to.
    pub fn lookup(&self, ident: &Ident, depth: u32) -> Option<&Binding> {
        let stack = self.bindings.get(ident)?;
        stack
            .iter()
            .rev()
            .find(|(bound_at, _)| *bound_at <= depth)
            .map(|(_, binding)| binding)
    }

    /// Whether the innermost scope binds the identifier.
    pub fn binds_here(&self, ident: &Ident) -> bool {
        let innermost = self.bindings.get(ident).and_then(|stack| stack.last());
        innermost.is_some_and(|(bound_at, _)| *bound_at == self.depth())
    }

    /// Names bound here and around, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = Symbol> {
        self.bound.iter().map(Ident::symbol)
    }
}
