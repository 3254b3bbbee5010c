//! The primitives: R7RS procedures written in Rust, one table row each.
//!
//! Here is what neither calls back into Scheme nor suspends nor raises through Scheme;
//! that (`map`, `sort`, `dynamic-wind`, `call-with-port`...) is written in Scheme, in
//! `lib-scheme`, and what concerns processes, control and loading is in `termite-vm`.
//!
//! One file or folder an area; each has its rows at its head, see [`table`].

#![forbid(unsafe_code)]

mod address;
mod args;
mod bytevectors;
mod chars;
mod charset;
pub mod datum;
mod equality;
#[cfg(test)]
mod fuzz;
pub mod hashtable;
mod list;
mod number;
pub mod port;
pub mod print;
mod records;
mod regexp;
mod string;
mod symbols;
mod system;
pub mod table;
#[cfg(test)]
mod testing;
mod vectors;

pub use datum::{datum_to_value, value_to_datum};
pub use print::write_to_string;
pub use system::set_command_line;

use print::Style;
use std::sync::LazyLock;
use termite_abi::Value;
use termite_vm::{FlushSlot, Node, Primitive, WriterSlot};

/// All primitives of this crate.
pub fn table() -> &'static [Primitive] {
    static TABLE: LazyLock<Vec<Primitive>> = LazyLock::new(|| {
        let single = [
            equality::ROWS,
            chars::ROWS,
            charset::ROWS,
            symbols::ROWS,
            vectors::ROWS,
            bytevectors::ROWS,
            records::ROWS,
            regexp::ROWS,
            hashtable::ROWS,
            print::ROWS,
            system::ROWS,
        ];
        let folders = [number::AREAS, list::AREAS, string::AREAS, port::AREAS];
        single
            .iter()
            .chain(folders.into_iter().flatten())
            .copied()
            .flatten()
            .copied()
            .collect()
    });
    &TABLE
}

/// Lends the machine what it needs of this crate: writing values in messages, and writing
/// out what is buffered at the end.
pub fn install(node: &mut Node) {
    let write = |node: &mut Node, v: Value, display: bool, limit: usize| {
        let style = if display {
            Style::Display
        } else {
            Style::Write
        };
        print::print(node, v, style, limit).0
    };
    node.state::<WriterSlot>().0 = Some(write);
    node.state::<FlushSlot>().0 = Some(port::flush_all);
    node.console = port::console();
}
