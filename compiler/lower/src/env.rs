//! What lowering asks of whoever calls it: primitives, imported units, source places.

use crate::interface::LoweredInterface;
use termite_abi::PrimInfo;
use termite_syntax::{Diagnostic, Span};

/// The surroundings of a unit.
pub trait LowerEnv {
    /// The primitive's row, without its body.
    fn primitive(&self, name: &str) -> Option<PrimInfo>;
    /// The lowered interface of an imported unit.
    fn unit(&self, name: &str) -> Option<&LoweredInterface>;
    /// Whether spans in bodies that other units inline mean something to those: they are
    /// compiled with the same sources, and the interface is not kept beyond that.
    fn keeps_places(&self) -> bool {
        false
    }
    /// Where a span begins; `None` for code that no text was read for.
    fn source_place(&self, span: Span) -> Option<SourcePlace<'_>>;
}

/// File as it is to be shown (relative where it can be), line and column from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourcePlace<'a> {
    pub file: &'a str,
    pub line: u32,
    pub column: u32,
}

/// How to lower. Units that are kept or travel are made with the default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Runs the optimising passes. Off, the passes that every unit needs run alone: for
    /// tests, which compare the two.
    pub optimise: bool,
    /// Nesting of expressions beyond which lowering gives a diagnostic. One level takes
    /// up to 2 KB of Rust's stack.
    pub max_depth: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            optimise: true,
            max_depth: 20_000,
        }
    }
}

pub(crate) type Result<T> = std::result::Result<T, Diagnostic>;
