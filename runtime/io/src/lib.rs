//! What programs read and write: files, the console, pipes, sockets, child processes, as
//! descriptors that are never waited for.
//!
//! | module | owns |
//! |---|---|
//! | `descriptor` | reading and writing without waiting |
//! | `file` | opening files, the console |
//! | `tcp` | connections and servers |
//! | `child` | child processes and their pipes |
//! | `poller` | which descriptors are ready |
//! | `answers` | threads for what the system offers no other way: names, pipes without another end |
//!
//! Whoever would have to wait is told so, by `ErrorKind::WouldBlock`, and asks the poller.
//! Regular files are read and written directly: the system does not say when they are ready.
//!
//! Does not know ports, values or processes of Scheme. Nodes speak to each other by
//! `runtime/net`.

mod answers;
mod child;
mod descriptor;
mod file;
mod poller;
mod tcp;
#[cfg(test)]
mod tests;

pub use answers::Answers;
pub use child::{Child, Program, start};
pub use descriptor::{Sink, Source};
pub use file::{Mode, console_input, console_output, is_pipe, open_sink, open_source};
pub use poller::{Interest, Poller, Token};
pub use tcp::{Connection, Listener, connect};
