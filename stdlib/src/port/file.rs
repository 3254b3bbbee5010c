//! Files: opening, deleting, asking for.

use super::device::Devices;
use super::object::{BINARY, INPUT, OUTPUT, Port, TEXTUAL};
use super::reason;
use crate::args;
use crate::table::primitives;
use std::fs::{self, File, OpenOptions};
use std::io;
use termite_abi::Value;
use termite_heap::string_to_rust;
use termite_vm::{Cx, ErrorKind, Node, Outcome, PrimError, Raise};

primitives! {
    /// `(open-input-file path)` is a textual port that reads the file.
    "open-input-file" (1) Alloc => |cx, args| open_input(cx, args, TEXTUAL);
    /// `(open-binary-input-file path)` is a binary port that reads the file.
    "open-binary-input-file" (1) Alloc => |cx, args| open_input(cx, args, BINARY);
    /// `(open-output-file path)` is a textual port that writes the file anew.
    "open-output-file" (1) Alloc => |cx, args| open_output(cx, args, TEXTUAL, false);
    /// `(open-binary-output-file path)` is a binary port that writes the file anew.
    "open-binary-output-file" (1) Alloc => |cx, args| open_output(cx, args, BINARY, false);
    /// `(%open-append-file path)` is a textual port that writes at the end of the file.
    "%open-append-file" (1) Alloc => |cx, args| open_output(cx, args, TEXTUAL, true);
    /// `(file-exists? path)` is whether there is a file of that name.
    "file-exists?" (1) Leaf => |cx, args| Ok(Value::bool(fs::metadata(path(cx, args)?).is_ok()));
    /// `(delete-file path)` deletes the file.
    "delete-file" (1) Leaf => |cx, args| {
        fs::remove_file(path(cx, args)?).map_err(|error| file_error("delete", args[0], &error))?;
        Ok(Value::VOID)
    };
}

/// Why files may not be touched; `None`: they may.
#[derive(Default)]
struct Forbidden(Option<&'static str>);

/// Has every access to a file by name raise an error that says why.
pub fn forbid_files(node: &mut Node, why: &'static str) {
    node.state::<Forbidden>().0 = Some(why);
}

fn path(cx: &mut Cx<'_>, args: &[Value]) -> Result<String, Raise> {
    let name = args::string(args, 0).map(string_to_rust)?;
    match cx.node.state::<Forbidden>().0 {
        None => Ok(name),
        Some(why) => Err(PrimError::new(ErrorKind::File, format!("{why}:")).with(args[0])),
    }
}

fn file_error(action: &str, path: Value, error: &io::Error) -> Raise {
    PrimError::new(
        ErrorKind::File,
        format!("cannot {action} the file ({}):", reason(error)),
    )
    .with(path)
}

fn open_input(cx: &mut Cx<'_>, args: &[Value], content: i64) -> Outcome {
    let name = path(cx, args)?;
    let file = File::open(&name).and_then(refuse_directory);
    let file = file.map_err(|error| file_error("open", args[0], &error))?;
    let id = cx.node.state::<Devices>().add_input(Box::new(file));
    Ok(Port::of_device(cx.heap(), id, INPUT | content, &name).0)
}

/// A directory can be opened, but not read: better said at once.
fn refuse_directory(file: File) -> io::Result<File> {
    if file.metadata()?.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else {
        Ok(file)
    }
}

fn open_output(cx: &mut Cx<'_>, args: &[Value], content: i64, append: bool) -> Outcome {
    let name = path(cx, args)?;
    let file = OpenOptions::new()
        .create(true)
        .write(true)
        .append(append)
        .truncate(!append)
        .open(&name);
    let file = file.map_err(|error| file_error("open", args[0], &error))?;
    let id = cx.node.state::<Devices>().add_output(Box::new(file));
    Ok(Port::of_device(cx.heap(), id, OUTPUT | content, &name).0)
}
