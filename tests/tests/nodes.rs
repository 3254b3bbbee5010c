//! Programs of several nodes: each folder below `examples/nodes` and `tests/nodes`.
//!
//! The program that has a `.out` file beside it is the one whose output is looked at; the
//! others are nodes that are there before it starts, at node2's address (one folder at a
//! time has it). All of them share a secret that is made for the run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use termite_bench::binary::{self, root};
use termite_bench::process::{self, End, Limits};
use termite_bench::temp::TempDir;
use termite_tests::report::Report;

/// Seconds that a program may take.
const PATIENCE: u64 = 10;

#[test]
fn nodes() -> Result<(), Report> {
    let mut failures = Vec::new();
    for folder in folders()? {
        for tier in ["interp", "jit"] {
            if let Err(why) = run_together(&folder, tier) {
                failures.push(format!("{} ({tier}): {why}", folder.display()));
            }
        }
    }
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Report(failures.join("\n"))),
    }
}

fn folders() -> Result<Vec<PathBuf>, String> {
    let mut all = Vec::new();
    for parent in ["examples/nodes", "tests/nodes"] {
        let found = entries(&root().join(parent))?;
        all.extend(found.into_iter().filter(|path| path.is_dir()));
    }
    Ok(all)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let fault = |e| format!("{}: {e}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        paths.push(entry.map_err(fault)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// A node, ended with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already needs no more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run_together(folder: &Path, tier: &str) -> Result<(), String> {
    let programs: Vec<PathBuf> = entries(folder)?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "scm"))
        .collect();
    let (mains, others): (Vec<_>, Vec<_>) = programs
        .into_iter()
        .partition(|path| path.with_extension("out").exists());
    let [main] = &mains[..] else {
        return Err("exactly one program has a .out file".into());
    };
    let home = TempDir::new("nodes").map_err(|e| e.to_string())?;
    let mut running = Vec::new();
    for program in &others {
        running.push(start(program, tier, home.path())?);
    }
    wait_until_listening(home.path())?;
    let mut command = termite(main, tier, home.path())?;
    let done =
        process::run(&mut command, b"", Limits::seconds(PATIENCE)).map_err(|e| e.to_string())?;
    let golden = fs::read_to_string(main.with_extension("out")).map_err(|e| e.to_string())?;
    if done.stdout_text() == golden && done.stderr.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\n--- expected\n{golden}--- printed\n{}--- error output\n{}",
        done.end,
        done.stdout_text(),
        done.stderr_text()
    ))
}

fn termite(program: &Path, tier: &str, home: &Path) -> Result<Command, String> {
    let mut command = Command::new(binary::termite()?);
    command.args(["--tier", tier]).arg(program);
    command.env("HOME", home).current_dir(home);
    Ok(command)
}

fn start(program: &Path, tier: &str, home: &Path) -> Result<Running, String> {
    let mut command = termite(program, tier, home)?;
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let child = command.stderr(Stdio::null()).spawn();
    child.map(Running).map_err(|e| e.to_string())
}

/// Asks the node until it answers.
fn wait_until_listening(home: &Path) -> Result<(), String> {
    let ask = "(let loop ((n 1)) (cond ((eq? (ping node2) 'pong) (exit)) ((< n 1000) \
               (recv (after 0.01 (loop (+ n 1))))) (else (exit #f))))";
    let mut command = Command::new(binary::termite()?);
    command.args(["-e", ask]).env("HOME", home);
    let done =
        process::run(&mut command, b"", Limits::seconds(PATIENCE)).map_err(|e| e.to_string())?;
    match done.end {
        End::Exit(0) => Ok(()),
        end => Err(format!(
            "node2 does not answer: {end} {}",
            done.stderr_text()
        )),
    }
}
