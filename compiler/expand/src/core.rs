//! The core language: what the expander hands to the lowering passes.
//!
//! Every name is resolved: a local is a [`LocalId`], a toplevel variable a
//! [`GlobalId`] of its [`Module`], a primitive a global of kind `Primitive`. Derived
//! forms are gone; what needs run-time support calls procedures of the library
//! [`RUNTIME_UNIT`] or primitives.

use termite_syntax::{Datum, Span, Symbol};

/// The library whose procedures expanded code may call without importing it:
/// `(%parameterize params values thunk)`, `(%guard thunk handler)` with handler
/// `(lambda (condition reraise-thunk) ...)`, `(%make-lazy thunk)` for `delay-force`,
/// `(%make-delayed thunk)` for `delay`, `(%assertion-failed datum message ...)`.
pub const RUNTIME_UNIT: &str = "termite/runtime";

/// A local variable, index into [`Module::locals`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LocalId(pub u32);

/// A toplevel variable that the unit defines or uses, index into [`Module::globals`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct GlobalId(pub u32);

/// One expanded unit.
#[derive(Clone, Debug)]
pub struct Module {
    /// Unit name: `scheme/base`, `github.com/fred/hello@1.0`, a script's path, `repl`.
    pub name: String,
    /// What a library's `namespace` declaration says: the prefix of its procedures' names.
    pub namespace: Option<String>,
    pub mode: Mode,
    pub globals: Vec<Global>,
    pub locals: Vec<Local>,
    /// Toplevel forms in order.
    pub body: Vec<Expr>,
    /// Variables that other units may refer to: name for them, variable. Those that are
    /// exported, by their external names (the first is the one in `Import`), then those
    /// that exported macros insert. Macros are not here.
    pub exports: Vec<(Symbol, GlobalId)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Closed: every global is own, imported or primitive.
    Library,
    /// Compiled whole; an unresolved name is `Late`.
    Script,
    /// Every toplevel name is `Late`: entries link by name. The body's last expression
    /// gives the value.
    Repl,
}

#[derive(Clone, Debug)]
pub struct Global {
    pub name: Symbol,
    pub kind: GlobalKind,
    /// How many `DefineGlobal` forms there are for it in this unit.
    pub definitions: u32,
    /// Whether a `SetGlobal` for it occurs in this unit, or may occur where a macro of this
    /// library is used.
    pub assigned: bool,
    /// First definition, else first use.
    pub span: Span,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GlobalKind {
    Own,
    /// Variable `name` (its name in its own unit's export table) of another unit.
    Import {
        unit: String,
        name: Symbol,
    },
    Primitive(Symbol),
    Late,
}

#[derive(Clone, Debug)]
pub struct Local {
    pub name: Symbol,
    /// Whether a `SetLocal` for it occurs.
    pub assigned: bool,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant (datum labels may occur in it). `#!void` is the value of an
    /// expression without one.
    Quote(Datum),
    Local(LocalId),
    Global(GlobalId),
    SetLocal(LocalId, Box<Expr>),
    SetGlobal(GlobalId, Box<Expr>),
    /// Only at toplevel, or in a toplevel `Seq`/`Values`.
    DefineGlobal(GlobalId, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Lambda(Box<Lambda>),
    /// Clauses tried in order.
    CaseLambda(Vec<Lambda>),
    /// At least one expression.
    Seq(Vec<Expr>),
    Call(Box<Expr>, Vec<Expr>),
    /// Inits are evaluated in an unspecified order, outside of the scope.
    Let(Vec<(LocalId, Expr)>, Box<Expr>),
    /// `letrec*`: inits in order, inside of the scope; reading a variable before its
    /// init has run is an error.
    Letrec(Vec<(LocalId, Expr)>, Box<Expr>),
    /// Evaluates the first expression to any number of values, binds them, evaluates
    /// the second.
    CallWithValues(Box<Expr>, Box<Formals>, Box<Expr>),
}

/// Where multiple values or arguments go.
#[derive(Clone, Debug, Default)]
pub struct Formals {
    pub required: Vec<LocalId>,
    /// Absent ones are `#!default` (defaults are filled by the body).
    pub optional: Vec<LocalId>,
    pub rest: Option<LocalId>,
}

#[derive(Clone, Debug)]
pub struct Lambda {
    /// From `define`, `let` or `letrec`, for messages.
    pub name: Option<Symbol>,
    pub formals: Formals,
    pub body: Expr,
    pub span: Span,
}

impl Expr {
    pub fn new(kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }
}
