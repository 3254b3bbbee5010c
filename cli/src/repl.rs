//! The read-eval-print loop, on this node or, for `attach`, on another one.
//!
//! Entries of one session are evaluated by one process, whose mailbox and links stay from
//! entry to entry. While nobody has typed one, the node's processes run.

use crate::entries::{Console, Entries, Entry, Names, is_command};
use crate::host::SharedHost;
use crate::manual;
use crate::{EXIT_INTERRUPTED, Session};
use std::io;
use std::sync::PoisonError;
use termite_abi::Value;
use termite_expand::LibraryName;
use termite_heap::intern;
use termite_stdlib::port;
use termite_syntax::FileId;
use termite_syntax::reader::ReadState;
use termite_vm::{Exit, LogSlot, Pid, Served, inspect, report};

/// Evaluates what is typed.
pub trait Evaluator {
    fn session(&mut self) -> &mut Session;

    /// Evaluates text. An exit code when the session is to end.
    fn evaluate(&mut self, text: &str) -> Option<i32>;

    /// Does a command that asks about the node.
    fn inspect(&mut self, command: &str, argument: &str) -> Option<i32>;
}

pub fn run(session: &mut Session) -> i32 {
    let pid = session.vm.start_resident(intern("repl"));
    let host = session.host.clone();
    let mut local = Local { session, host, pid };
    let code = converse(
        &mut local,
        &format!("Termite {}", env!("CARGO_PKG_VERSION")),
    );
    code.unwrap_or_else(|| stay(session))
}

/// A node that others use stays up.
fn stay(session: &mut Session) -> i32 {
    if session.vm.is_listening() {
        session.vm.flush_output();
        return session.vm.serve().unwrap_or(EXIT_INTERRUPTED);
    }
    0
}

/// Takes entries until there are no more, or one ends the session: its exit code. `None`:
/// those of a pipe have come to their end.
pub fn converse(evaluator: &mut dyn Evaluator, greeting: &str) -> Option<i32> {
    let session = evaluator.session();
    let (attention, wake) = (session.vm.attention(), session.vm.wake());
    let woken = wake.clone();
    // Without a handler Ctrl-C ends the program, which is a fair second best.
    let _ = ctrlc::set_handler(move || {
        attention.interrupt();
        woken.wake();
    });
    let names = Names::default();
    refresh(session, &names);
    let entries = match Entries::open("> ".into(), names.clone(), wake) {
        Ok(entries) => entries,
        Err(e) => {
            eprintln!("termite: entries cannot be read: {e}");
            return Some(1);
        }
    };
    if entries.is_interactive() {
        share_console(session, &entries);
        println!("{greeting}   ,help for help");
    } else {
        // What the entries leave is for the program, and the other way round.
        port::redirect_input(&mut session.vm, Box::new(io::stdin()), false);
    }
    loop {
        entries.ask();
        match next(evaluator.session(), &entries) {
            Ok(Entry::Text(text)) => {
                if let Some(code) = enter(evaluator, &text) {
                    return Some(code);
                }
                refresh(evaluator.session(), &names);
            }
            Ok(Entry::End) => return entries.is_interactive().then_some(0),
            Ok(Entry::Failed(why)) => {
                eprintln!("termite: {why}");
                return Some(1);
            }
            Err(code) => return Some(code),
        }
    }
}

/// Runs processes until there is an entry. An exit code when one of them, or an interrupt
/// while a pipe has nothing to give, ends the session.
fn next(session: &mut Session, entries: &Entries) -> Result<Entry, i32> {
    loop {
        match session.vm.serve_until(&|| entries.is_ready()) {
            Served::Ready => return Ok(entries.take()),
            Served::Code(code) => return Err(code),
            Served::Interrupted if entries.is_interactive() => {}
            Served::Interrupted => return Err(EXIT_INTERRUPTED),
        }
    }
}

/// Has what processes write go past the prompt.
fn share_console(session: &mut Session, entries: &Entries) {
    let writer = |errors| entries.console(errors);
    if let (Some(output), Some(errors), Some(mut log)) = (writer(false), writer(true), writer(true))
    {
        let vm = &mut session.vm;
        port::redirect_output(vm, Box::new(output), true);
        port::redirect_errors(vm, Box::new(errors));
        vm.state::<LogSlot>().0 = Some(Box::new(move |text| write_log(&mut log, text)));
    }
}

fn write_log(log: &mut Console, text: &str) {
    // A terminal that takes nothing any more has nobody before it.
    let _ = io::Write::write_all(log, text.as_bytes());
}

fn refresh(session: &mut Session, names: &Names) {
    let known = session.host.borrow_mut().names();
    *names.lock().unwrap_or_else(PoisonError::into_inner) = known;
}

/// Evaluates an entry or does a command. An exit code when the session is to end.
fn enter(evaluator: &mut dyn Evaluator, text: &str) -> Option<i32> {
    if !is_command(text) {
        return evaluator.evaluate(text);
    }
    let command = text.trim().trim_start_matches(',');
    let (name, rest) = command
        .split_once(char::is_whitespace)
        .unwrap_or((command, ""));
    match name {
        "help" | "h" | "?" => print!("{}", help()),
        "quit" | "q" | "exit" => return Some(0),
        "load" | "l" => match std::fs::read_to_string(rest.trim()) {
            Ok(text) => return evaluator.evaluate(&text),
            Err(e) => eprintln!("cannot read {}: {e}", rest.trim()),
        },
        _ => match manual::answer(name, rest) {
            Some(text) => print!("{text}"),
            None => return evaluator.inspect(name, rest.trim()),
        },
    }
    None
}

fn help() -> String {
    format!(
        "\
Type an expression; its value is written. A form may go over several lines.
  ,help          this text
  ,quit          leaves (so does Ctrl-D)
  ,load FILE     evaluates the forms of a file
  ,reload LIB    loads the present source of a library; old code goes on as it is
{}{}Ctrl-C stops a running computation, or drops the line; other processes go on.
",
        manual::COMMANDS,
        inspect::COMMANDS
    )
}

pub fn unknown(command: &str) {
    eprintln!("there is no command ,{command}; ,help lists them");
}

/// Evaluates on this node.
struct Local<'a> {
    session: &'a mut Session,
    host: SharedHost,
    /// The process that evaluates.
    pid: Pid,
}

impl Evaluator for Local<'_> {
    fn session(&mut self) -> &mut Session {
        self.session
    }

    fn evaluate(&mut self, text: &str) -> Option<i32> {
        let file = self.host.borrow_mut().add_entry(text);
        let mut state = ReadState::new(file);
        loop {
            match state.resume(text, true) {
                Ok(Some(datum)) => {
                    let compiled = self
                        .host
                        .borrow_mut()
                        .read_entry(&mut self.session.vm, &datum);
                    match compiled {
                        Ok(thunks) => match self.run(thunks) {
                            Ok(true) => {}
                            Ok(false) => break,
                            Err(code) => return Some(code),
                        },
                        Err(report) => eprint!("{report}"),
                    }
                }
                Ok(None) => break,
                Err(e) => {
                    let sources = self.session.linker.borrow_mut().sources();
                    eprint!("{}", e.into_diagnostic().render(&sources));
                    break;
                }
            }
        }
        None
    }

    fn inspect(&mut self, command: &str, argument: &str) -> Option<i32> {
        if command == "reload" {
            return self.reload(argument);
        }
        match self.session.vm.inspect(command, argument) {
            Some(answer) => print!("{answer}"),
            None => unknown(command),
        }
        None
    }
}

impl Local<'_> {
    /// Has the present source of a library compiled and its body run. An exit code when
    /// that ends the session.
    fn reload(&mut self, argument: &str) -> Option<i32> {
        let data = termite_syntax::read_all(FileId::NONE, argument).unwrap_or_default();
        let name = match &data[..] {
            [datum] => LibraryName::from_datum(datum),
            _ => None,
        };
        let Some(name) = name else {
            eprintln!("the name of a library is expected: ,reload (my lists)");
            return None;
        };
        let loaded = {
            let mut host = self.host.borrow_mut();
            host.reload(&mut self.session.vm, &name)
        };
        match loaded {
            Ok(None) => println!("{name}: its present code is loaded already"),
            Ok(Some(thunks)) => return self.run(thunks).err(),
            Err(report) => eprint!("{report}"),
        }
        None
    }

    /// Runs what a form was compiled to, and shows its values. `false`: it was interrupted,
    /// and so is the rest of what was typed. An exit code when the program asked for it.
    fn run(&mut self, thunks: Vec<Value>) -> Result<bool, i32> {
        let last = thunks.len().saturating_sub(1);
        for (i, thunk) in thunks.into_iter().enumerate() {
            let (exit, result) = self.call(thunk);
            self.session.vm.flush_output();
            match exit {
                Exit::Normal if i == last => self.show(&result),
                Exit::Normal => {}
                Exit::Code(code) => return Err(code),
                Exit::Failed => return Ok(true),
                Exit::Interrupted => {
                    eprintln!("interrupted");
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Calls a procedure in the session's process; a new one if that has ended.
    fn call(&mut self, thunk: Value) -> (Exit, Vec<Value>) {
        if let Some(done) = self.session.vm.call_in(self.pid, thunk, &[]) {
            return done;
        }
        self.pid = self.session.vm.start_resident(intern("repl"));
        let done = self.session.vm.call_in(self.pid, thunk, &[]);
        done.unwrap_or((Exit::Failed, Vec::new()))
    }

    fn show(&mut self, result: &[Value]) {
        for &v in result.iter().filter(|v| **v != Value::VOID) {
            println!("{}", report::written(&mut self.session.vm, v));
        }
    }
}
