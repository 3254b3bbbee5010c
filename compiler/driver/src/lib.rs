//! The compiler as one thing: text in, verified units out, libraries found on the way.
//!
//! Owns the search for libraries and what their names mean (aliases, relative names,
//! versions), the table of what was compiled in this session, and
//! the image of the standard library. Reads source files; runs nothing: bodies of
//! `define-macro` are evaluated by whoever calls, through [`MacroEvaluator`].

mod alias;
mod compile;
mod env;
mod files;
mod home;
pub mod image;
mod modules;
mod namespace;
mod search;

pub use compile::{CompiledUnit, Compiler, Diagnostics, Prims};
pub use files::{LibraryFile, features};
pub use image::{Image, ImageBuilder};
pub use modules::{LibraryRequest, LibrarySource, Modules, NoModules, SearchOrder};
pub use search::in_tree;
pub use termite_expand::{Environment, MacroEvaluator, with_big_stack};
pub use termite_syntax::Datum;
