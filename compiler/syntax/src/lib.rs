//! The outermost layer of the compiler: text in, data with source places out,
//! and back.
//!
//! What lives here: spans and sources, diagnostics and how they are shown,
//! interned symbols, data, the number syntax (also behind `string->number` and
//! `number->string`), the resumable reader (also behind `read`), the printer.
//! What does not: IO, evaluation, any knowledge of what a form means, and
//! arithmetic beyond what reading and printing a number needs.
//!
//! Invariants: no function here recurses over the depth or length of its input;
//! reading never panics, whatever the text.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod atom;
pub mod chars;
pub mod datum;
pub mod diag;
mod escape;
mod labels;
mod lexer;
pub mod number;
mod parse;
pub mod print;
pub mod reader;
mod render;
pub mod source;
pub mod span;
pub mod symbol;
mod token;

pub use datum::{Datum, DatumKind, Pair, Special};
pub use diag::Diagnostic;
pub use number::{Complex, Number, Real, f64_to_string, number_to_string, parse_number};
pub use print::write_datum;
pub use reader::{MAX_NESTING, ReadError, ReadState, Reader, next_datum, read_all};
pub use render::Style;
pub use source::{Source, SourceMap};
pub use span::{FileId, Span};
pub use symbol::Symbol;
