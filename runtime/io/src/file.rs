//! Opening files, and the console.

use crate::descriptor::{Sink, Source};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;

/// What becomes of what is in a file that is opened for writing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Replace,
    Append,
}

/// Whether opening the path may wait for somebody at the other end.
pub fn is_pipe(path: &str) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.file_type().is_fifo())
}

/// Opens a file to be read. Waits if it is a named pipe that nobody writes.
pub fn open_source(path: &str) -> io::Result<Source> {
    let file = File::open(path)?;
    // A directory can be opened, but not read: better said at once.
    if file.metadata()?.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    }
    Source::own(file)
}

/// Opens a file to be written, made if there is none. Waits if it is a named pipe that
/// nobody reads.
pub fn open_sink(path: &str, mode: Mode) -> io::Result<Sink> {
    let append = mode == Mode::Append;
    let mut options = OpenOptions::new();
    let options = options.create(true).write(true);
    Sink::own(options.append(append).truncate(!append).open(path)?)
}

/// A second descriptor of the same open file.
fn second(stream: &impl AsFd) -> io::Result<File> {
    Ok(File::from(stream.as_fd().try_clone_to_owned()?))
}

/// The standard input.
pub fn console_input() -> io::Result<Source> {
    second(&io::stdin()).map(Source::shared)
}

/// The standard output, or the standard error output.
pub fn console_output(errors: bool) -> io::Result<Sink> {
    let file = match errors {
        true => second(&io::stderr()),
        false => second(&io::stdout()),
    };
    file.map(Sink::shared)
}
