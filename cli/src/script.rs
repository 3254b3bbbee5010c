//! Running a script: compiled whole, then its libraries' bodies, then its own.

use crate::engine::render;
use crate::macros::Macros;
use crate::{EXIT_FAILED, EXIT_INTERRUPTED, EXIT_NO_INPUT, EXIT_SYNTAX, Session};
use termite_abi::Value;
use termite_driver::LibraryFile;
use termite_syntax::FileId;
use termite_vm::Exit;

pub fn run_file(session: &mut Session, path: &str, beside: bool) -> i32 {
    match std::fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => run(session, path, &text, beside),
            Err(e) => {
                let at = e.utf8_error().valid_up_to();
                eprintln!("termite: {path} is not UTF-8 text (byte {at})");
                EXIT_SYNTAX
            }
        },
        Err(e) => {
            eprintln!("termite: cannot read {path}: {e}");
            EXIT_NO_INPUT
        }
    }
}

/// Compiles and runs a script; its exit code.
pub fn run(session: &mut Session, name: &str, text: &str, beside: bool) -> i32 {
    let thunks = compile(session, name, text);
    run_compiled(session, name, thunks, beside)
}

/// The same for a script whose imports mean what they mean in the libraries around it.
pub fn run_among_libraries(session: &mut Session, found: &LibraryFile, beside: bool) -> i32 {
    let name = found.file.display().to_string();
    let read = {
        let mut linker = session.linker.borrow_mut();
        let read = linker.compiler.script_among_libraries(found);
        let sources = linker.sources();
        read.map_err(|d| render(&sources, &d))
    };
    let thunks = read.and_then(|file| compile_file(session, unit_name(&name), file));
    run_compiled(session, &name, thunks, beside)
}

fn run_compiled(
    session: &mut Session,
    name: &str,
    thunks: Result<Vec<Value>, String>,
    beside: bool,
) -> i32 {
    let thunks = match thunks {
        Ok(thunks) => thunks,
        Err(report) => {
            eprint!("{report}");
            return EXIT_SYNTAX;
        }
    };
    let (last, before) = thunks
        .split_last()
        .map_or((Value::FALSE, &[][..]), |(l, b)| (*l, b));
    for thunk in before {
        if let Some(code) = exit_code(session.vm.call(*thunk, &[]).0) {
            return code;
        }
    }
    if session.whole {
        session.vm.compile_whole(unit_name(name));
    }
    if beside {
        start_neighbour(session);
    }
    if let Some(code) = exit_code(session.vm.call(last, &[]).0) {
        return code;
    }
    // A node serves others until it is told to end.
    if session.vm.is_listening() {
        session.vm.flush_output();
        return session.vm.serve().unwrap_or(EXIT_INTERRUPTED);
    }
    0
}

/// Has the node listen, as `(node-init)` does. An exit code if it cannot.
pub fn start_node(session: &mut Session, host: &str, port: u16) -> Option<i32> {
    let text = format!("(node-init (make-node {host:?} {port}))");
    let thunks = match compile(session, "(command line)", &text) {
        Ok(thunks) => thunks,
        Err(report) => {
            eprint!("{report}");
            return Some(EXIT_SYNTAX);
        }
    };
    let mut results = thunks.iter().map(|t| exit_code(session.vm.call(*t, &[]).0));
    results.find_map(|code| code)
}

/// `None`: it went well.
fn exit_code(exit: Exit) -> Option<i32> {
    match exit {
        Exit::Normal => None,
        Exit::Code(code) => Some(code),
        Exit::Failed => Some(EXIT_FAILED),
        Exit::Interrupted => Some(EXIT_INTERRUPTED),
    }
}

/// What the unit of a script is called: its code is the same wherever it lies.
fn unit_name(path: &str) -> &str {
    let name = std::path::Path::new(path).file_name();
    name.and_then(|n| n.to_str()).unwrap_or(path)
}

/// The procedures to call, in order.
fn compile(session: &mut Session, name: &str, text: &str) -> Result<Vec<Value>, String> {
    let file = {
        let mut linker = session.linker.borrow_mut();
        linker.compiler.sources().add(name, text)
    };
    compile_file(session, unit_name(name), file)
}

fn compile_file(session: &mut Session, unit: &str, file: FileId) -> Result<Vec<Value>, String> {
    let mut linker = session.linker.borrow_mut();
    let mut macros = Macros::new(linker.compiler.search_order());
    let compiled = linker.compiler.script(unit, file, &mut macros);
    let sources = linker.sources();
    let (units, warnings) = compiled.map_err(|d| render(&sources, &d))?;
    if !warnings.is_empty() {
        eprint!("{}", render(&sources, &warnings));
    }
    linker.link(&mut session.vm, &units)
}

/// A second process that allocates for ever, for tests.
fn start_neighbour(session: &mut Session) {
    let text = "(let loop ((i 0)) (make-vector 3 i) (loop (+ i 1)))";
    if let Ok(thunks) = compile(session, "(neighbour)", text)
        && let Some(last) = thunks.last()
    {
        session.vm.spawn(*last, &[]);
    }
}
