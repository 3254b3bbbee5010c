//! The REPL, on its own node and attached to another one.
//!
//! Sessions are data: `tests/repl/local/NAME.in` is what is typed, `NAME.out` what is
//! written; those in `tests/repl/attach` are typed at a node of their own that is attached
//! to. A line that begins with `!` was written to the standard error output.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use termite_bench::binary::{self, root};
use termite_bench::process::{self, End, Finished, Limits};
use termite_bench::temp::TempDir;
use termite_tests::bless;
use termite_tests::report::Report;

/// Seconds that a session may take.
const PATIENCE: u64 = 60;

/// The command in a home of its own.
fn termite(home: &Path) -> Result<Command, String> {
    let mut command = Command::new(binary::termite()?);
    command.env("HOME", home).env("TERMITE_HOME", home);
    command.current_dir(home);
    Ok(command)
}

fn typed(mut command: Command, input: &str) -> Result<Finished, String> {
    let limits = Limits::seconds(PATIENCE);
    process::run(&mut command, input.as_bytes(), limits).map_err(|e| e.to_string())
}

/// A node that listens, ended with its owner.
struct Listening {
    child: Child,
    stdin: Option<ChildStdin>,
    port: String,
}

impl Listening {
    /// Starts a REPL that is told to say its port. Its input is left open.
    fn start(home: &Path) -> Result<Listening, String> {
        let mut command = termite(home)?;
        command.args(["--node", "localhost:0"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let mut stdin = child.stdin.take();
        if let Some(stdin) = &mut stdin {
            let ask = b"(begin (display (node-port (current-node))) (newline))\n";
            stdin.write_all(ask).map_err(|e| e.to_string())?;
        }
        let mut port = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut port);
            read.map_err(|e| e.to_string())?;
        }
        let port = port.trim().to_owned();
        Ok(Listening { child, stdin, port })
    }

    fn attach(&self, home: &Path) -> Result<Command, String> {
        let mut command = termite(home)?;
        command.args(["attach", &format!("localhost:{}", self.port)]);
        Ok(command)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // One that has ended already needs no more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn home() -> Result<TempDir, String> {
    TempDir::new("repl").map_err(|e| e.to_string())
}

/// Both outputs and how it ended, as the golden files have them.
fn transcript(done: &Finished) -> String {
    let errors = done.stderr_text();
    let errors = errors.lines().map(|line| format!("!{line}\n"));
    let mut text = done.stdout_text();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(errors);
    if done.end != End::Exit(0) {
        text.push_str(&format!("{}\n", done.end));
    }
    text
}

fn sessions(folder: &str) -> Result<Vec<PathBuf>, String> {
    let folder = root().join("tests/repl").join(folder);
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let paths = entries.filter_map(|e| Some(e.ok()?.path()));
    let mut paths: Vec<PathBuf> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "in"))
        .collect();
    paths.sort();
    match paths.is_empty() {
        true => Err(format!("{}: no sessions", folder.display())),
        false => Ok(paths),
    }
}

/// Compares a session with its golden file.
fn check(path: &Path, printed: &str) -> Result<(), String> {
    let golden = path.with_extension("out");
    if bless::is_wanted() {
        fs::write(&golden, printed).map_err(|e| e.to_string())?;
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    match expected == printed {
        true => Ok(()),
        false => Err(format!(
            "{}\n--- expected\n{expected}--- printed\n{printed}",
            path.display()
        )),
    }
}

#[test]
fn local_sessions() -> Result<(), Report> {
    for path in sessions("local")? {
        let input = fs::read_to_string(&path)?;
        for tier in ["interp", "auto"] {
            let home = home()?;
            let mut command = termite(home.path())?;
            command.args(["--tier", tier]);
            check(&path, &transcript(&typed(command, &input)?))?;
        }
    }
    Ok(())
}

#[test]
fn attached_sessions() -> Result<(), Report> {
    for path in sessions("attach")? {
        let input = fs::read_to_string(&path)?;
        let home = home()?;
        let node = Listening::start(home.path())?;
        let done = typed(node.attach(home.path())?, &input)?;
        check(&path, &transcript(&done))?;
    }
    Ok(())
}

/// What one defines, the next one has; processes go on when the one who started them
/// leaves; who is attached is seen.
#[test]
fn sessions_share_the_node() -> Result<(), Report> {
    let home = home()?;
    let node = Listening::start(home.path())?;
    let first = "(define kept (spawn (lambda () (recv ('never #t))) name: 'kept))\n";
    typed(node.attach(home.path())?, first)?;
    let second = "(alive? kept)\n,ps\n,services\n,nodes\n";
    let done = typed(node.attach(home.path())?, second)?;
    let printed = done.stdout_text();
    for expected in [
        "#t\n",
        "  kept  ",
        "  repl-session  running  ",
        "spawner  ",
        "(does not listen)  ",
    ] {
        if !printed.contains(expected) {
            return Err(format!("{expected:?} is not in\n{printed}").into());
        }
    }
    // The first session is gone with the one who opened it.
    match printed.matches("repl-session").count() {
        1 => Ok(()),
        n => Err(format!("{n} sessions in\n{printed}").into()),
    }
}

#[test]
fn nobody_to_attach_to() -> Result<(), Report> {
    let home = home()?;
    let node = Listening::start(home.path())?;
    let other = TempDir::new("repl-other")?;
    let stranger = typed(node.attach(other.path())?, "(exit)\n")?;
    let alive = typed(node.attach(home.path())?, "'alive\n")?;
    let port = node.port.clone();
    drop(node);
    let mut command = termite(home.path())?;
    command.args(["attach", &port]);
    let nobody = typed(command, "1\n")?;
    for (done, expected) in [(&stranger, "secret"), (&nobody, "refused")] {
        if done.end != End::Exit(69) || !done.stderr_text().contains(expected) {
            return Err(format!("{expected}: {}", transcript(done)).into());
        }
    }
    match alive.stdout_text().as_str() {
        "alive\n" => Ok(()),
        _ => Err(transcript(&alive).into()),
    }
}

/// Who is attached is told at once when the node ends, whatever is going on.
#[test]
fn the_node_ends() -> Result<(), Report> {
    let home = home()?;
    for last in ["(exit 5)\n", "(begin (spawn (lambda () (exit 5))) (?))\n"] {
        let mut node = Listening::start(home.path())?;
        let done = typed(node.attach(home.path())?, last)?;
        let code = node.child.wait()?.code();
        let errors = done.stderr_text();
        if done.end != End::Exit(69) || code != Some(5) || !errors.contains("has ended") {
            return Err(format!("{code:?} {}", transcript(&done)).into());
        }
    }
    Ok(())
}

/// A child whose output is read line by line.
struct Talk {
    child: Child,
    stdin: ChildStdin,
    lines: BufReader<Box<dyn Read>>,
}

impl Talk {
    fn start(mut command: Command) -> Result<Talk, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let ends = (child.stdin.take(), child.stdout.take());
        let (Some(stdin), Some(stdout)) = ends else {
            return Err("no pipes".into());
        };
        Ok(Talk {
            child,
            stdin,
            lines: BufReader::new(Box::new(stdout)),
        })
    }

    fn say(&mut self, text: &str) -> Result<(), String> {
        let said = self.stdin.write_all(text.as_bytes());
        said.map_err(|e| e.to_string())
    }

    fn hear(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let heard = self.lines.read_line(&mut line);
        heard.map_err(|e| e.to_string())?;
        Ok(line.trim_end().to_owned())
    }

    /// As Ctrl-C does.
    fn interrupt(&self) -> Result<(), String> {
        let mut kill = Command::new("kill");
        kill.args(["-INT", &self.child.id().to_string()]);
        let status = kill.status().map_err(|e| e.to_string())?;
        status.success().then_some(()).ok_or("kill failed".into())
    }

    fn end(self) -> Result<(Option<i32>, String), String> {
        drop(self.stdin);
        let done = self.child.wait_with_output().map_err(|e| e.to_string())?;
        let errors = String::from_utf8_lossy(&done.stderr).into_owned();
        Ok((done.status.code(), errors))
    }
}

/// Counts in the background, and says how far it has come.
const COUNTER: &str = "(define counter (spawn (lambda () (let loop ((n 0)) (recv ((from 'get) \
                       (! from n) (loop n)) (after 0.001 (loop (+ n 1))))))))\n\
                       (define (count) (! counter (list (self) 'get)) (?))\n\
                       (define before (count)) 'ready\n";

/// Interrupts an evaluation that never ends: what comes next is evaluated, and other
/// processes have gone on.
fn interrupt(command: Command, endless: &str) -> Result<(), String> {
    let mut talk = Talk::start(command)?;
    talk.say(COUNTER)?;
    if talk.hear()? != "ready" {
        return Err(format!("{:?}", talk.end()?));
    }
    talk.say(&format!("{endless}\n(list (+ 1 2) (> (count) before))\n"))?;
    sleep(Duration::from_millis(300));
    talk.interrupt()?;
    let heard = talk.hear()?;
    let (code, errors) = talk.end()?;
    if heard == "(3 #t)" && code == Some(0) && errors == "interrupted\n" {
        return Ok(());
    }
    Err(format!("{endless}: {heard} {code:?} {errors}"))
}

const ENDLESS: [&str; 3] = [
    "(let loop () (loop))",
    "(let loop ((x '())) (loop (list x)))",
    "(?? symbol?)",
];

#[test]
fn interrupts() -> Result<(), Report> {
    for endless in &ENDLESS[..2] {
        let home = home()?;
        interrupt(termite(home.path())?, endless)?;
    }
    // Without other processes, waiting for a message is an error; the counter is one.
    let home = home()?;
    interrupt(termite(home.path())?, ENDLESS[2])?;
    Ok(())
}

#[test]
fn interrupts_of_what_runs_elsewhere() -> Result<(), Report> {
    let home = home()?;
    let node = Listening::start(home.path())?;
    for endless in ENDLESS {
        interrupt(node.attach(home.path())?, endless)?;
    }
    Ok(())
}

/// At the end of its input, a REPL on a node that listens stays up, and others do not.
#[test]
fn the_end_of_input() -> Result<(), Report> {
    let home = home()?;
    let mut node = Listening::start(home.path())?;
    drop(node.stdin.take());
    sleep(Duration::from_millis(200));
    let done = typed(node.attach(home.path())?, "'up\n(exit 3)\n")?;
    if done.stdout_text() != "up\n" || node.child.wait()?.code() != Some(3) {
        return Err(transcript(&done).into());
    }
    let start = Instant::now();
    let input = "(spawn (lambda () (let loop () (loop))))\n";
    let done = typed(termite(home.path())?, input)?;
    match done.end == End::Exit(0) && start.elapsed() < Duration::from_secs(20) {
        true => Ok(()),
        false => Err(transcript(&done).into()),
    }
}
