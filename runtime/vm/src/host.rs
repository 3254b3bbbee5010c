//! What the runtime asks of the rest of the system, without knowing it: expanding and
//! compiling a datum, source text for reports. `cli` fills it in.

use crate::node::Node;
use crate::prim::Raise;
use termite_abi::Value;
use termite_ir::{Unit, UnitHash};

/// Where the code of a library that has arrived comes from.
pub enum Arrival {
    /// It was here, and is linked with what it requires: the procedures of no arguments that
    /// run the bodies, in order.
    Linked(Vec<Value>),
    /// The sender is asked for it, by hash.
    FromSender,
    /// It is being installed or compiled: [`Node::library_came`] says when to ask again.
    Coming,
    /// It is not to be had, and why.
    Refused(String),
}

pub trait Host {
    /// Compiles and links `datum` for the environment `env` (a value that the host
    /// gave out, or #f for the session's): a list of procedures of no arguments, to be
    /// called in order, the last of which evaluates it (those before run the bodies of
    /// libraries that it needs).
    fn compile(&mut self, node: &mut Node, datum: Value, env: Value) -> Result<Value, Raise>;

    /// The same for text, a REPL's entry, in the session's environment; or the diagnostics
    /// as they are to be shown.
    fn compile_text(&mut self, node: &mut Node, text: &str) -> Result<Vec<Value>, String>;

    /// The same for the forms of a file, for `load`.
    fn compile_file(&mut self, node: &mut Node, path: &str, env: Value) -> Result<Value, Raise>;

    /// The environment of `(environment spec ...)`, `(interaction-environment)` when
    /// there is no spec.
    fn environment(&mut self, node: &mut Node, specs: Value) -> Result<Value, Raise>;

    /// What is to be done about code of a library that a message refers to and that is not
    /// loaded.
    fn arrival(&mut self, node: &mut Node, name: &str, hash: &UnitHash) -> Arrival;

    /// Whether code that a peer supplied may go by its name; why not.
    fn accepts(&mut self, unit: &Unit) -> Result<(), String>;

    /// Puts a directory before those that libraries are looked for in; `None` leaves none.
    fn search_order(&mut self, directory: Option<&str>) {
        let _ = directory;
    }

    /// Line `line` (from 1) of a source file, for reports.
    fn source_line(&mut self, file: &str, line: u32) -> Option<String>;
}
