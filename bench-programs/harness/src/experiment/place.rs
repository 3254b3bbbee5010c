//! The nodes of the experiment: their homes, rules and secret, and their commands.
//!
//! All is below one directory. Each node has a home of its own; a home that is made empty
//! is that of a node that has never heard of any library. All nodes share a secret and
//! rules, by which `bench.local` is a directory.

use super::programs::{Program, VERSION, sources};
use crate::binary;
use crate::process::{self, End, Limits};
use crate::temp::TempDir;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

pub struct Place {
    dir: TempDir,
}

/// How long a node may take to listen, and to end.
const PATIENCE: Duration = Duration::from_secs(60);

impl Place {
    pub fn new() -> Result<Place, String> {
        let dir = TempDir::new("experiment").map_err(|e| e.to_string())?;
        Ok(Place { dir })
    }

    /// What `bench.local` is.
    pub fn host(&self) -> PathBuf {
        self.dir.path().join("bench.local")
    }

    /// A home of this name, with the rules.
    pub fn home(&self, name: &str) -> Result<PathBuf, String> {
        let home = self.dir.path().join("homes").join(name);
        let rules = format!(
            "[mirrors]\n\"bench.local\" = \"{}\"\n[messages]\nschemes = [\"file\"]\n",
            self.host().display()
        );
        let made = fs::create_dir_all(&home)
            .and_then(|()| fs::write(home.join("rules.toml"), rules))
            .map_err(|e| format!("{}: {e}", home.display()));
        made.map(|()| home)
    }

    pub fn termite(&self, home: &Path) -> Result<Command, String> {
        let mut command = Command::new(binary::termite()?);
        // What is in the user's environment plays no part.
        command.env_remove("TERMITE_WHITELIST").env("HOME", home);
        command.env("TERMITE_HOME", home).current_dir(home);
        Ok(command)
    }

    /// A command that is a node.
    pub fn node(&self, home: &Path) -> Result<Command, String> {
        let mut command = self.termite(home)?;
        command.arg("--secret").arg(self.dir.path().join("secret"));
        command.args(["--whitelist", "bench.local"]);
        Ok(command)
    }

    /// Installs a program's library in a home.
    pub fn install(&self, program: &Program, home: &Path) -> Result<(), String> {
        let name = format!("bench.local/experiment/{}@{VERSION}", program.name);
        let mut command = self.termite(home)?;
        command.arg("install").arg(&name);
        let done = process::run(&mut command, b"", Limits::seconds(60));
        let done = done.map_err(|e| e.to_string())?;
        match done.end {
            End::Exit(0) => Ok(()),
            end => Err(format!(
                "termite install {name}: {end}: {}",
                done.stderr_text()
            )),
        }
    }

    /// Writes the driver of a program.
    pub fn driver(&self, program: &Program) -> Result<PathBuf, String> {
        let source = sources().join("driver.scm");
        let text = fs::read_to_string(&source);
        let text = text.map_err(|e| format!("{}: {e}", source.display()))?;
        let text = name_library(&text, program.name)?;
        let file = self.dir.path().join(format!("driver-{}.scm", program.name));
        let written = fs::write(&file, text);
        written.map_err(|e| format!("{}: {e}", file.display()))?;
        Ok(file)
    }
}

/// The driver's text with this program's library in the line below the marker.
fn name_library(text: &str, program: &str) -> Result<String, String> {
    let marker = ";; @library\n";
    let (before, after) = text
        .split_once(marker)
        .ok_or("driver.scm has no line ;; @library")?;
    let (_, rest) = after.split_once('\n').unwrap_or((after, ""));
    Ok(format!(
        "{before}{marker}(import (prefix (bench.local/experiment {program} @{VERSION}) program:))\n{rest}"
    ))
}

/// A node that listens. It is killed when this is dropped.
pub struct Destination {
    child: Child,
    pub port: String,
    errors: Receiver<String>,
}

impl Destination {
    pub fn start(mut command: Command) -> Result<Destination, String> {
        command.args(["--stats", "--node", "127.0.0.1:0"]);
        command.arg(sources().join("destination.scm"));
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let out = lines_of(child.stdout.take());
        let mut node = Destination {
            errors: lines_of(child.stderr.take()),
            child,
            port: String::new(),
        };
        match out.recv_timeout(PATIENCE) {
            Ok(port) => node.port = port,
            Err(_) => return Err(format!("the node does not start: {}", node.error_output())),
        }
        Ok(node)
    }

    pub fn error_output(&self) -> String {
        let lines: Vec<String> = self.errors.try_iter().collect();
        lines.join("\n")
    }

    /// Waits for its end; all that it wrote to its error output.
    pub fn finish(mut self) -> Result<String, String> {
        let deadline = Instant::now() + PATIENCE;
        let mut text = String::new();
        while let Ok(line) = self
            .errors
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            text.push_str(&line);
            text.push('\n');
        }
        if Instant::now() >= deadline {
            return Err(format!("the node does not end: {text}"));
        }
        let status = self.child.wait().map_err(|e| e.to_string())?;
        match status.success() {
            true => Ok(text),
            false => Err(format!("the node ended with {status}: {text}")),
        }
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        // Either fails only for a process that has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a pipe; the channel is closed at its end.
fn lines_of(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(pipe) = pipe {
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                // Nobody listens when the node was given up.
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_imports_the_program() {
        let text = name_library("a\n;; @library\n(import x)\nb\n", "huge").unwrap();
        assert!(text.contains("(bench.local/experiment huge @1.0) program:))\nb\n"));
        assert!(!text.contains("(import x)"));
        assert!(name_library("a", "huge").is_err());
    }
}
