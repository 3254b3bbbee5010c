//! Nodes as processes of the operating system, for tests that need several.
//!
//! A cluster is a home directory, and so a secret, that its nodes share. Nodes listen on
//! ports that the system gives them, so that clusters do not meet. A node ends with its
//! owner. Nothing here knows what the nodes are to do.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use termite_bench::binary;
use termite_bench::process::{self, Finished, Limits};
use termite_bench::temp::TempDir;

/// How long a node may take to listen.
const START: Duration = Duration::from_secs(20);

pub struct Cluster {
    home: TempDir,
}

impl Cluster {
    pub fn new(purpose: &str) -> Result<Cluster, String> {
        let home = TempDir::new(purpose).map_err(|e| e.to_string())?;
        Ok(Cluster { home })
    }

    /// A directory for the test's own files too.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file below the home directory.
    pub fn file(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        let path = self.home().join(name);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text));
        written.map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(path)
    }

    /// The `termite` command with the cluster's secret.
    pub fn termite(&self) -> Result<Command, String> {
        let mut command = Command::new(binary::termite()?);
        command.env("HOME", self.home()).current_dir(self.home());
        Ok(command)
    }

    /// Runs the command to its end.
    pub fn run<I, S>(&self, args: I, input: &str, seconds: u64) -> Result<Finished, String>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = self.termite()?;
        command.args(args);
        process::run(&mut command, input.as_bytes(), Limits::seconds(seconds))
            .map_err(|e| e.to_string())
    }

    /// Starts a node that listens on a free port and, once it listens, runs `program`.
    pub fn node(&self, args: &[&str], program: &str) -> Result<NodeProcess, String> {
        let text = format!("(println (node-port (current-node)))\n{program}\n");
        let script = self.file(&format!("node-{}.scm", unique()), &text)?;
        let mut command = self.termite()?;
        command
            .args(["--node", "127.0.0.1:0"])
            .args(args)
            .arg(script);
        NodeProcess::start(command)
    }
}

fn unique() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A running command whose output can be waited for, line by line.
pub struct NodeProcess {
    child: Child,
    stdin: Option<ChildStdin>,
    pub port: u16,
    out: Receiver<String>,
    errors: Receiver<String>,
}

impl NodeProcess {
    /// Starts a command that prints its port first.
    pub fn start(command: Command) -> Result<NodeProcess, String> {
        let mut node = NodeProcess::start_silent(command)?;
        let line = node.line(START).ok_or_else(|| {
            let said = node.error_output();
            format!("a node does not start: {said}")
        })?;
        node.port = line.parse().map_err(|_| format!("no port: {line}"))?;
        Ok(node)
    }

    /// Starts a command that need not say anything.
    pub fn start_silent(mut command: Command) -> Result<NodeProcess, String> {
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let out = lines_of(child.stdout.take());
        let errors = lines_of(child.stderr.take());
        let stdin = child.stdin.take();
        Ok(NodeProcess {
            child,
            stdin,
            port: 0,
            out,
            errors,
        })
    }

    /// An expression for the node.
    pub fn expression(&self) -> String {
        node_expression(self.port)
    }

    pub fn send_input(&mut self, text: &str) -> Result<(), String> {
        let stdin = self.stdin.as_mut().ok_or("its input is closed")?;
        let sent = stdin
            .write_all(text.as_bytes())
            .and_then(|()| stdin.flush());
        sent.map_err(|e| e.to_string())
    }

    pub fn close_input(&mut self) {
        self.stdin = None;
    }

    /// The next line of its output.
    pub fn line(&self, patience: Duration) -> Option<String> {
        self.out.recv_timeout(patience).ok()
    }

    /// Waits for a line; the ones before it are passed over.
    pub fn wait_for_line(&self, wanted: &str, patience: Duration) -> Result<(), String> {
        let end = Instant::now() + patience;
        let mut seen = Vec::new();
        while let Some(line) = self.line(end.saturating_duration_since(Instant::now())) {
            if line == wanted {
                return Ok(());
            }
            seen.push(line);
        }
        let errors = self.error_output();
        Err(format!("no line {wanted:?} in {seen:?}; {errors}"))
    }

    /// What it has written to its error output since this was last asked for.
    pub fn error_output(&self) -> String {
        let lines: Vec<String> = self.errors.try_iter().collect();
        lines.join("\n")
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends it a signal by its name without SIG.
    pub fn signal(&self, name: &str) -> Result<(), String> {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("kill -s {name} {id}: {status}")),
            Err(e) => Err(format!("kill: {e}")),
        }
    }

    /// Kilobytes of it that are in memory.
    pub fn resident(&self) -> Result<u64, String> {
        let path = format!("/proc/{}/status", self.child.id());
        let text = fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        let number = line.and_then(|l| l.split_whitespace().next()?.parse().ok());
        number.ok_or(format!("{path} has no VmRSS"))
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        // One that has ended already needs no more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An expression for a node of this machine.
pub fn node_expression(port: u16) -> String {
    format!("(make-node \"127.0.0.1\" {port})")
}

fn lines_of(pipe: Option<impl std::io::Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(pipe) = pipe {
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                // Nobody listens any more when the test is over.
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}
