//! Ports and files (R7RS 6.13).
//!
//! | module | owns |
//! |---|---|
//! | `object` | ports as heap objects |
//! | `device` | files and the console, their buffers, the node's table of them |
//! | `text` | characters and data out of bytes or a string |
//! | `basic`, `file`, `memory`, `input`, `output` | the primitives |
//!
//! Primitives take their port explicitly: which port is current, and what is left out, is
//! the business of `lib-scheme`. Reading blocks the node while a file or the console has
//! nothing to give; its rows are `Block` ones, so that they may suspend instead some day.

mod basic;
mod device;
mod file;
mod input;
mod memory;
mod object;
mod output;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use basic::console;
pub use file::forbid_files;
pub(crate) use object::describe_port;

use device::{CONSOLE_ERROR, CONSOLE_INPUT, CONSOLE_OUTPUT, Devices, Input, Output};
use std::io::{self, Read, Write};
use termite_vm::{ErrorKind, Node, PrimError, Primitive, Raise};

pub(crate) const AREAS: &[&[Primitive]] = &[
    basic::ROWS,
    file::ROWS,
    memory::ROWS,
    input::ROWS,
    output::ROWS,
];

/// Puts something else in the place of the console: for tests, and for a REPL with a line
/// editor. `interactive` says that somebody types the input and reads the output at once.
pub fn redirect_console(
    node: &mut Node,
    input: Box<dyn Read>,
    output: Box<dyn Write>,
    interactive: bool,
) {
    let devices = node.state::<Devices>();
    devices
        .inputs
        .insert(CONSOLE_INPUT, Input::new(input, interactive));
    devices
        .outputs
        .insert(CONSOLE_OUTPUT, Output::new(output, interactive));
}

/// Puts something else in the place of the standard error output.
pub fn redirect_errors(node: &mut Node, output: Box<dyn Write>) {
    node.state::<Devices>()
        .outputs
        .insert(CONSOLE_ERROR, Output::new(output, true));
}

/// Writes to the console, after what primitives wrote there.
pub fn write_console(node: &mut Node, text: &str) -> io::Result<()> {
    match node.state::<Devices>().outputs.get_mut(&CONSOLE_OUTPUT) {
        Some(output) => output.write(text.as_bytes()),
        None => Ok(()),
    }
}

/// Writes out all that waits in buffers.
pub fn flush_all(node: &mut Node) {
    node.state::<Devices>().flush_all();
}

/// An error of the world as a `file-error?`.
fn world_error(error: &io::Error) -> Raise {
    PrimError::new(ErrorKind::File, reason(error))
}

/// What is wrong, without the error's number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
