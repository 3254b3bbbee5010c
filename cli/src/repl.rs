//! The read-eval-print loop.

use crate::Session;
use crate::engine::SharedLinker;
use crate::host::CompilerHost;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};
use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::rc::Rc;
use termite_abi::Value;
use termite_syntax::{FileId, ReadError, reader::ReadState};
use termite_vm::{Exit, report};

const HELP: &str = "\
Type an expression; its value is written. A form may go over several lines.
  ,help          this text
  ,quit          leaves (so does Ctrl-D)
  ,load FILE     evaluates the forms of a file
Ctrl-C stops a running computation, or drops the line.
";

/// Completes bound names and knows when a form is complete.
struct Assistant {
    names: Rc<RefCell<Vec<String>>>,
}

impl Helper for Assistant {}
impl Highlighter for Assistant {}

impl Hinter for Assistant {
    type Hint = String;
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        if input.trim_start().starts_with(',') {
            return Ok(ValidationResult::Valid(None));
        }
        let mut state = ReadState::new(FileId::NONE);
        loop {
            match state.resume(input, true) {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(ValidationResult::Valid(None)),
                Err(ReadError::Incomplete(_)) => return Ok(ValidationResult::Incomplete),
                // The evaluation reports it.
                Err(ReadError::Invalid(_)) => return Ok(ValidationResult::Valid(None)),
            }
        }
    }
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let is_delimiter = |c: char| c.is_whitespace() || "()'`,\";".contains(c);
        let start = line[..pos].rfind(is_delimiter).map_or(0, |i| i + 1);
        let word = &line[start..pos];
        if word.is_empty() {
            return Ok((pos, Vec::new()));
        }
        let names = self.names.borrow();
        let mut found: Vec<String> = names
            .iter()
            .filter(|n| n.starts_with(word))
            .cloned()
            .collect();
        found.sort();
        Ok((start, found))
    }
}

/// One REPL: its session and its own view of the environment.
struct Repl<'a> {
    session: &'a mut Session,
    host: CompilerHost,
    names: Rc<RefCell<Vec<String>>>,
}

pub fn run(session: &mut Session) -> i32 {
    let linker: SharedLinker = session.linker.clone();
    let attention = session.vm.attention();
    // Without a handler Ctrl-C ends the program, which is a fair second best.
    let _ = ctrlc::set_handler(move || attention.interrupt());
    let names = Rc::new(RefCell::new(Vec::new()));
    let host = CompilerHost::new(linker, Vec::new());
    let mut repl = Repl {
        session,
        host,
        names: names.clone(),
    };
    repl.refresh_names();
    if std::io::stdin().is_terminal() {
        repl.interactive(names)
    } else {
        repl.batch()
    }
}

fn history_file() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("HOME")?).join(".termite_history"))
}

impl Repl<'_> {
    fn interactive(&mut self, names: Rc<RefCell<Vec<String>>>) -> i32 {
        let mut editor = match Editor::<Assistant, DefaultHistory>::new() {
            Ok(editor) => editor,
            Err(e) => {
                eprintln!("termite: no line editing: {e}");
                return self.batch();
            }
        };
        editor.set_helper(Some(Assistant { names }));
        let history = history_file();
        if let Some(path) = &history {
            // There is none at first.
            let _ = editor.load_history(path);
        }
        println!("Termite {}   ,help for help", env!("CARGO_PKG_VERSION"));
        let code = loop {
            match editor.readline("> ") {
                Ok(line) => {
                    let _ = editor.add_history_entry(line.as_str());
                    if let Some(code) = self.entry(&line) {
                        break code;
                    }
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break 0,
                Err(e) => {
                    eprintln!("termite: {e}");
                    break 1;
                }
            }
        };
        if let Some(path) = &history {
            let _ = editor.save_history(path);
        }
        code
    }

    /// Entries from a pipe or file.
    fn batch(&mut self) -> i32 {
        match std::io::read_to_string(std::io::stdin()) {
            Ok(text) => self.entry(&text).unwrap_or(0),
            Err(e) => {
                eprintln!("termite: {e}");
                1
            }
        }
    }

    /// Evaluates what was typed. An exit code when the session is to end.
    fn entry(&mut self, text: &str) -> Option<i32> {
        if let Some(command) = text.trim().strip_prefix(',') {
            return self.command(command);
        }
        let file = self
            .session
            .linker
            .borrow_mut()
            .compiler
            .sources()
            .add("(repl)", text);
        let mut state = ReadState::new(file);
        loop {
            match state.resume(text, true) {
                Ok(Some(datum)) => {
                    if let Some(code) = self.evaluate(&datum) {
                        return Some(code);
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
        self.refresh_names();
        None
    }

    fn command(&mut self, command: &str) -> Option<i32> {
        let (name, rest) = command
            .split_once(char::is_whitespace)
            .unwrap_or((command, ""));
        match name {
            "help" | "h" | "?" => print!("{HELP}"),
            "quit" | "q" | "exit" => return Some(0),
            "load" | "l" => match std::fs::read_to_string(rest.trim()) {
                Ok(text) => return self.entry(&text),
                Err(e) => eprintln!("cannot read {}: {e}", rest.trim()),
            },
            _ => eprintln!("there is no command ,{name}; ,help lists them"),
        }
        None
    }

    fn evaluate(&mut self, datum: &termite_syntax::Datum) -> Option<i32> {
        let thunks = match self.host.read_entry(&mut self.session.vm, datum) {
            Ok(thunks) => thunks,
            Err(report) => {
                eprint!("{report}");
                return None;
            }
        };
        let last = thunks.len().saturating_sub(1);
        for (i, thunk) in thunks.into_iter().enumerate() {
            let (exit, result) = self.session.vm.call(thunk, &[]);
            self.session.vm.flush_output();
            match exit {
                Exit::Normal if i == last => self.show(&result),
                Exit::Normal => {}
                Exit::Code(code) => return Some(code),
                Exit::Failed => return None,
                Exit::Interrupted => {
                    eprintln!("interrupted");
                    return None;
                }
            }
        }
        None
    }

    fn show(&mut self, result: &[Value]) {
        for &v in result.iter().filter(|v| **v != Value::VOID) {
            println!("{}", report::written(&mut self.session.vm, v));
        }
    }

    fn refresh_names(&mut self) {
        *self.names.borrow_mut() = self.host.names();
    }
}
