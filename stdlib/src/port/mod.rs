//! Ports and files (R7RS 6.13), child processes, TCP.
//!
//! | module | owns |
//! |---|---|
//! | `object` | ports as heap objects |
//! | `device` | the node's table of files, pipes, connections and the console |
//! | `inlet`, `outlet` | their buffers |
//! | `text` | characters and data out of a string |
//! | `waiting` | which process waits for what |
//! | `basic`, `file`, `memory`, `input`, `output`, `child`, `tcp` | the primitives |
//!
//! Primitives take their port explicitly: which port is current, and what is left out, is
//! the business of `lib-scheme`. None of them waits: who would have to is blocked, and makes
//! its call again when there is something (`termite_vm::Cause`). What writes only adds to a
//! buffer, and says whether the process should wait for room (`%drain-output`).

mod basic;
mod child;
mod device;
mod file;
mod inlet;
mod input;
mod memory;
mod object;
mod outlet;
mod output;
mod tcp;
#[cfg(test)]
mod tests;
mod text;
mod waiting;

pub(crate) use basic::console;
pub use file::forbid_files;
pub(crate) use object::describe_port;

use device::{CONSOLE_ERROR, CONSOLE_INPUT, CONSOLE_OUTPUT, Devices};
use inlet::{Input, Origin};
use outlet::{Destination, Output};
use std::io::{self, Read, Write};
use termite_vm::{ErrorKind, Flush, Node, PrimError, Primitive, Raise};

pub(crate) const AREAS: &[&[Primitive]] = &[
    basic::ROWS,
    child::ROWS,
    file::ROWS,
    memory::ROWS,
    input::ROWS,
    output::ROWS,
    tcp::ROWS,
];

/// Puts something else in the place of the console: for tests, and for a REPL with a line
/// editor. `interactive` says that somebody types the input and reads the output at once.
pub fn redirect_console(
    node: &mut Node,
    input: Box<dyn Read>,
    output: Box<dyn Write>,
    interactive: bool,
) {
    redirect_input(node, input, interactive);
    redirect_output(node, output, interactive);
}

/// Puts something else in the place of the standard output.
pub fn redirect_output(node: &mut Node, output: Box<dyn Write>, interactive: bool) {
    replace_output(node, CONSOLE_OUTPUT, output, interactive);
}

/// Puts something else in the place of the standard input. Reading it waits with the whole
/// node.
pub fn redirect_input(node: &mut Node, input: Box<dyn Read>, interactive: bool) {
    if let Some(device) = node.state::<Devices>().get(CONSOLE_INPUT) {
        device.input = Some(Input::new(Origin::Other(input), interactive));
    }
}

/// Puts something else in the place of the standard error output.
pub fn redirect_errors(node: &mut Node, output: Box<dyn Write>) {
    replace_output(node, CONSOLE_ERROR, output, true);
}

fn replace_output(node: &mut Node, id: i64, output: Box<dyn Write>, eager: bool) {
    if let Some(device) = node.state::<Devices>().get(id) {
        device.output = Some(Output::new(Destination::Other(output), eager));
    }
}

/// Writes to the console, after what primitives wrote there.
pub fn write_console(node: &mut Node, text: &str) -> io::Result<()> {
    output::write_to(node, CONSOLE_OUTPUT, text.as_bytes()).map(|_| ())
}

/// Writes out what waits in buffers: all of it, or what is taken at once.
pub fn flush_all(node: &mut Node, how: Flush) {
    match how {
        Flush::Wholly => waiting::flush_all(node),
        Flush::AtOnce => waiting::offer_all(node),
    }
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
