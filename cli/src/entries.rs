//! Where a REPL's entries come from: a terminal with line editing, or a pipe. Reading
//! blocks, so it has a thread of its own; what was read is handed to the node's thread,
//! whose wait it ends, and the next entry is read when that thread asks for it.
//!
//! While a prompt is shown, output of processes goes through the line editor, which puts
//! it above the prompt.

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, ExternalPrinter, Helper};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use termite_syntax::{FileId, ReadError, reader::ReadState};
use termite_vm::Wake;

/// Output that belongs together comes without longer pauses.
const PAUSE: Duration = Duration::from_millis(10);
/// Bytes shown at once above a prompt.
const MOST_GATHERED: usize = 1 << 14;

pub enum Entry {
    Text(String),
    /// There will be no more.
    End,
    /// There will be no more, for this reason.
    Failed(String),
}

/// Names that the editor completes.
pub type Names = Arc<Mutex<Vec<String>>>;

/// The node's end of the reading thread.
pub struct Entries {
    entries: Receiver<Entry>,
    /// An entry is there.
    ready: Arc<AtomicBool>,
    /// Asks for the next one.
    ask: Sender<()>,
    /// A prompt is shown.
    prompting: Arc<AtomicBool>,
    output: Option<Sender<String>>,
    terminal: Option<TerminalMode>,
}

/// The reading thread's end.
struct Desk {
    entries: Sender<Entry>,
    ready: Arc<AtomicBool>,
    asked: Receiver<()>,
    prompting: Arc<AtomicBool>,
    wake: Wake,
}

impl Entries {
    /// Starts to read: from the terminal, if the standard input is one.
    pub fn open(prompt: String, names: Names, wake: Wake) -> io::Result<Entries> {
        let (entries, receiver) = channel();
        let (ask, asked) = channel();
        let ready = Arc::new(AtomicBool::new(false));
        let prompting = Arc::new(AtomicBool::new(false));
        let desk = Desk {
            entries,
            ready: ready.clone(),
            asked,
            prompting: prompting.clone(),
            wake,
        };
        let mut opened = Entries {
            entries: receiver,
            ready,
            ask,
            prompting,
            output: None,
            terminal: None,
        };
        let reader = thread::Builder::new().name("termite-reader".into());
        if io::stdin().is_terminal() {
            let (output, printed) = channel();
            opened.output = Some(output);
            opened.terminal = Some(TerminalMode::now());
            reader.spawn(move || desk.edit(&prompt, names, printed))?;
        } else {
            reader.spawn(move || desk.read_pipe())?;
        }
        Ok(opened)
    }

    pub fn is_interactive(&self) -> bool {
        self.output.is_some()
    }

    /// Has the next entry read.
    pub fn ask(&self) {
        // A thread that is gone has said why.
        let _ = self.ask.send(());
    }

    /// Whether [`Entries::take`] would not wait.
    pub fn is_ready(&self) -> bool {
        self.ready.load(SeqCst)
    }

    pub fn take(&self) -> Entry {
        self.ready.store(false, SeqCst);
        self.entries.recv().unwrap_or(Entry::End)
    }

    /// A writer for the console, if that is to be shared with a prompt.
    pub fn console(&self, errors: bool) -> Option<Console> {
        Some(Console {
            prompting: self.prompting.clone(),
            above: self.output.clone()?,
            errors,
        })
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        // The editor, which nobody can call off, has set the terminal to its needs.
        if self.prompting.load(SeqCst)
            && let Some(terminal) = &self.terminal
        {
            terminal.restore();
            println!();
        }
    }
}

/// The console while a line editor may be at work on it.
pub struct Console {
    prompting: Arc<AtomicBool>,
    above: Sender<String>,
    errors: bool,
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.prompting.load(SeqCst) {
            let text = String::from_utf8_lossy(bytes).into_owned();
            if self.above.send(text).is_ok() {
                return Ok(bytes.len());
            }
        }
        if self.errors {
            io::stderr().write(bytes)
        } else {
            io::stdout().write(bytes)
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// The terminal's settings, as `stty` knows them.
struct TerminalMode(Option<String>);

impl TerminalMode {
    fn now() -> TerminalMode {
        let output = Command::new("stty")
            .arg("-g")
            .stdin(Stdio::inherit())
            .stderr(Stdio::null())
            .output();
        let text = output.ok().filter(|o| o.status.success());
        TerminalMode(text.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()))
    }

    fn restore(&self) {
        if let Some(settings) = &self.0 {
            // Without `stty` there would be no settings.
            let _ = Command::new("stty").arg(settings).status();
        }
    }
}

impl Desk {
    fn hand_over(&self, entry: Entry) {
        // When the node's thread is gone, so is the program, soon.
        let _ = self.entries.send(entry);
        self.ready.store(true, SeqCst);
        self.wake.wake();
    }

    fn edit(self, prompt: &str, names: Names, printed: Receiver<String>) {
        let mut editor = match Editor::<Assistant, DefaultHistory>::new() {
            Ok(editor) => editor,
            Err(e) => {
                eprintln!("termite: no line editing: {e}");
                return self.read_pipe();
            }
        };
        editor.set_helper(Some(Assistant { names }));
        start_printer(&mut editor, printed);
        let history = history_file();
        if let Some(path) = &history {
            // There is none at first.
            let _ = editor.load_history(path);
        }
        while self.asked.recv().is_ok() {
            self.prompting.store(true, SeqCst);
            let line = edited(&mut editor, prompt);
            self.prompting.store(false, SeqCst);
            if let (Entry::Text(_), Some(path)) = (&line, &history) {
                // A history that cannot be kept is no reason to stop.
                let _ = editor.append_history(path);
            }
            self.hand_over(line);
        }
    }

    fn read_pipe(self) {
        while self.asked.recv().is_ok() {
            self.hand_over(piped());
        }
    }
}

/// Has output shown above the prompt. The editor takes it only while it shows one, so
/// that a thread has to wait for that.
fn start_printer(editor: &mut Editor<Assistant, DefaultHistory>, printed: Receiver<String>) {
    let mut printer = editor.create_external_printer().ok();
    let print = move || {
        while let Ok(mut text) = printed.recv() {
            gather(&mut text, &printed);
            let shown = printer.as_mut().map(|p| p.print(text.clone()));
            if !matches!(shown, Some(Ok(()))) {
                print!("{text}");
            }
        }
    };
    // Without a thread nobody receives, and output goes to the console as it is.
    let _ = thread::Builder::new()
        .name("termite-printer".into())
        .spawn(print);
}

/// Adds what is written right after: the editor gives each text lines of its own.
fn gather(text: &mut String, printed: &Receiver<String>) {
    while text.len() < MOST_GATHERED
        && let Ok(more) = printed.recv_timeout(PAUSE)
    {
        text.push_str(&more);
    }
}

/// What somebody types.
fn edited(editor: &mut Editor<Assistant, DefaultHistory>, prompt: &str) -> Entry {
    loop {
        match editor.readline(prompt) {
            Ok(line) => {
                let _ = editor.add_history_entry(line.as_str());
                return Entry::Text(line);
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Entry::End,
            Err(e) => return Entry::Failed(e.to_string()),
        }
    }
}

/// The lines up to the end of a form, or a command.
fn piped() -> Entry {
    let (mut text, mut read) = (String::new(), 0);
    let mut state = ReadState::new(FileId::NONE);
    loop {
        match io::stdin().read_line(&mut text) {
            Ok(0) if text.trim().is_empty() => return Entry::End,
            Ok(0) => return Entry::Text(text),
            Ok(_) => {}
            Err(e) => return Entry::Failed(e.to_string()),
        }
        if is_command(&text) {
            return Entry::Text(text);
        }
        loop {
            match state.resume(&text, false) {
                Ok(_) => read = state.position(),
                Err(ReadError::Invalid(_)) => return Entry::Text(text),
                Err(ReadError::Incomplete(_)) => break,
            }
        }
        if read > 0 && is_blank(&text[read..]) {
            return Entry::Text(text);
        }
    }
}

/// Whether there is nothing but white space and comments to the end of their line.
fn is_blank(text: &str) -> bool {
    text.lines()
        .map(str::trim_start)
        .all(|line| line.is_empty() || line.starts_with(';'))
}

pub fn is_command(text: &str) -> bool {
    text.trim_start().starts_with(',')
}

fn history_file() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("HOME")?).join(".termite_history"))
}

/// Completes bound names and knows when a form is complete.
struct Assistant {
    names: Names,
}

impl Helper for Assistant {}
impl Highlighter for Assistant {}

impl Hinter for Assistant {
    type Hint = String;
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        if is_command(input) {
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
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<String> = names
            .iter()
            .filter(|n| n.starts_with(word))
            .cloned()
            .collect();
        found.sort();
        Ok((start, found))
    }
}
