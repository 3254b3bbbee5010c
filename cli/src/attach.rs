//! `termite attach`: a REPL on another node.
//!
//! The command is a node of its own that does not listen. It connects with the shared
//! secret and gives entries, as text, to a session there; `(termite repl)` has both ends.

use crate::repl::{Evaluator, converse};
use crate::{EXIT_INTERRUPTED, EXIT_UNAVAILABLE, Session};
use termite_abi::Value;
use termite_heap::{intern, string_to_rust};
use termite_syntax::FileId;
use termite_syntax::reader::ReadState;
use termite_vm::{Exit, Pid};

/// Procedures of `(termite repl)`; those of a library do not move.
struct Procedures {
    attach: Value,
    entry: Value,
    command: Value,
    interrupt: Value,
}

struct Remote<'a> {
    session: &'a mut Session,
    /// The process here that gives entries.
    pid: Pid,
    procedures: Procedures,
    /// The session there.
    there: Value,
}

pub fn run(session: &mut Session, host: &str, port: u16) -> i32 {
    let pid = session.vm.start_resident(intern("attach"));
    let procedures = match procedures(session, pid) {
        Ok(procedures) => procedures,
        Err(why) => {
            eprint!("{why}");
            return EXIT_UNAVAILABLE;
        }
    };
    let there = match attach(session, pid, &procedures, host, port) {
        Ok(there) => there,
        Err(code) => return code,
    };
    let mut remote = Remote {
        session,
        pid,
        procedures,
        there,
    };
    converse(&mut remote, &format!("attached to {host}:{port}")).unwrap_or(0)
}

fn procedures(session: &mut Session, pid: Pid) -> Result<Procedures, String> {
    evaluate(session, pid, "(import (termite repl))")?;
    Ok(Procedures {
        attach: evaluate(session, pid, "attach")?,
        entry: evaluate(session, pid, "attach-entry")?,
        command: evaluate(session, pid, "attach-command")?,
        interrupt: evaluate(session, pid, "attach-interrupt")?,
    })
}

/// The value of an expression here.
fn evaluate(session: &mut Session, pid: Pid, text: &str) -> Result<Value, String> {
    let host = session.host.clone();
    let file = host.borrow_mut().add_entry(text);
    let data = termite_syntax::read_all(file, text).map_err(|d| d.message)?;
    let mut value = Value::VOID;
    for datum in &data {
        let thunks = host.borrow_mut().read_entry(&mut session.vm, datum)?;
        for thunk in thunks {
            let result = session
                .vm
                .call_in(pid, thunk, &[])
                .map(|(_, result)| result);
            value = result
                .and_then(|r| r.first().copied())
                .unwrap_or(Value::VOID);
        }
    }
    Ok(value)
}

/// Opens a session on the node there; an exit code if that fails.
fn attach(
    session: &mut Session,
    pid: Pid,
    procedures: &Procedures,
    host: &str,
    port: u16,
) -> Result<Value, i32> {
    let name = session.vm.heap.string(host);
    let port_number = Value::fixnum(i64::from(port));
    let lost = Value::fixnum(i64::from(EXIT_UNAVAILABLE));
    let args = [name, port_number, lost];
    let done = session.vm.call_in(pid, procedures.attach, &args);
    let (exit, result) = done.unwrap_or((Exit::Failed, Vec::new()));
    let result = result.first().copied();
    match (exit, result) {
        (Exit::Normal, Some(there)) if there.as_pid().is_some() => Ok(there),
        (Exit::Normal, Some(why)) if termite_heap::is_kind(why, termite_abi::Kind::String) => {
            eprintln!("termite: {host}:{port}: {}", string_to_rust(why));
            Err(EXIT_UNAVAILABLE)
        }
        (Exit::Code(code), _) => Err(code),
        (Exit::Interrupted, _) => Err(EXIT_INTERRUPTED),
        (Exit::Normal | Exit::Failed, _) => Err(EXIT_UNAVAILABLE),
    }
}

impl Evaluator for Remote<'_> {
    fn session(&mut self) -> &mut Session {
        self.session
    }

    /// Forms go one by one, so that each value is shown. What cannot be read goes as it
    /// is: the other side says what is wrong.
    fn evaluate(&mut self, text: &str) -> Option<i32> {
        let mut state = ReadState::new(FileId::NONE);
        let mut sent = 0;
        loop {
            let end = match state.resume(text, true) {
                Ok(Some(datum)) => datum.span.end as usize,
                Ok(None) => return None,
                Err(_) => text.len(),
            };
            let form = text.get(sent..end).unwrap_or_default().trim();
            let form = self.session.vm.heap.string(form);
            let procedure = self.procedures.entry;
            let (code, interrupted) = self.ask(procedure, &[self.there, form]);
            if code.is_some() || interrupted || end == text.len() {
                return code;
            }
            sent = end;
        }
    }

    fn inspect(&mut self, command: &str, argument: &str) -> Option<i32> {
        let heap = &mut self.session.vm.heap;
        let (command, argument) = (heap.string(command), heap.string(argument));
        let procedure = self.procedures.command;
        self.ask(procedure, &[self.there, command, argument]).0
    }
}

impl Remote<'_> {
    /// Calls a procedure that waits for the other side. An interrupt goes there, and the
    /// waiting goes on; one more ends the waiting. An exit code when the session is to end;
    /// whether there was an interrupt.
    fn ask(&mut self, procedure: Value, args: &[Value]) -> (Option<i32>, bool) {
        let vm = &mut self.session.vm;
        let mut done = vm.call_in(self.pid, procedure, args);
        let interrupted = matches!(done, Some((Exit::Interrupted, _)));
        if interrupted {
            done = vm.call_in(self.pid, self.procedures.interrupt, &[self.there]);
        }
        vm.flush_output();
        let code = match done.map(|(exit, _)| exit) {
            Some(Exit::Normal) => None,
            Some(Exit::Code(code)) => Some(code),
            Some(Exit::Interrupted) => Some(EXIT_INTERRUPTED),
            Some(Exit::Failed) | None => Some(EXIT_UNAVAILABLE),
        };
        (code, interrupted)
    }
}
