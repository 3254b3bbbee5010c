//! The compiler as one thing: text in, verified units out, libraries found on the way.
//!
//! Owns the search for libraries, the table of what was compiled in this session, and
//! the image of the standard library. Reads source files; runs nothing: bodies of
//! `define-macro` are evaluated by whoever calls, through [`MacroEvaluator`].

mod compile;
mod env;
pub mod image;
mod search;

pub use compile::{CompiledUnit, Compiler, Diagnostics, Prims};
pub use image::{Image, ImageBuilder};
pub use termite_expand::{Environment, MacroEvaluator, with_big_stack};
pub use termite_syntax::Datum;
