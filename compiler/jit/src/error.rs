//! Why code was not produced or not installed.

use std::fmt;
use termite_ir::CpId;

/// A failure of the JIT. None of them is the program's fault: the caller goes on in the
/// interpreter.
#[derive(Debug)]
pub enum JitError {
    /// There is no code generator for the machine this runs on.
    NoJitForArchitecture,
    /// The host's code generator could not be configured.
    Host(String),
    /// A primitive that an operation's slow path calls is not in
    /// [`crate::RuntimeLink::prims`].
    MissingPrimitive(&'static str),
    /// The unit or its link information is inconsistent at this control point.
    Malformed(CpId, &'static str),
    /// Memory for code could not be had.
    Memory(std::io::Error),
}

impl fmt::Display for JitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JitError::NoJitForArchitecture => write!(f, "no JIT for this architecture"),
            JitError::Host(what) => write!(f, "the code generator cannot be set up: {what}"),
            JitError::MissingPrimitive(name) => {
                write!(f, "slow-path primitive `{name}` is not linked")
            }
            JitError::Malformed(cp, what) => write!(f, "control point {}: {what}", cp.0),
            JitError::Memory(e) => write!(f, "no memory for code: {e}"),
        }
    }
}

impl std::error::Error for JitError {}
