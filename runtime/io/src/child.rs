//! Child processes and their pipes.
//!
//! Each child has a thread that waits for its end, so that none is left behind as a zombie
//! whatever the program does. Children get the standard streams and no other descriptor.

use crate::descriptor::{Sink, Source};
use std::fs::File;
use std::io::{self, PipeReader};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{self, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// Of the thread that waits.
const STACK: usize = 64 << 10;
/// What shells add to the number of the signal that ended a program.
const SIGNALLED: i32 = 128;

/// What to run, and which of its streams are pipes; the others are ours.
#[derive(Clone, Default, Debug)]
pub struct Program {
    /// Looked for as the shell does.
    pub path: String,
    pub arguments: Vec<String>,
    /// `NAME=value`, instead of our environment.
    pub environment: Option<Vec<String>>,
    pub directory: Option<String>,
    pub stdin: bool,
    pub stdout: bool,
    /// Goes into the pipe of the standard output, if there is one.
    pub stderr: bool,
}

#[derive(Debug)]
pub struct Child {
    pub id: u32,
    pub input: Option<Sink>,
    pub output: Option<Source>,
}

/// Starts a program; `ended` is called with its exit code, on another thread.
pub fn start(program: &Program, ended: impl FnOnce(i32) + Send + 'static) -> io::Result<Child> {
    let (hand_over, child) = channel();
    let waiter = thread::Builder::new().name("termite-child".into());
    waiter
        .stack_size(STACK)
        .spawn(move || wait(&child, ended))?;
    let (mut command, output) = command(program)?;
    let mut started = command.spawn()?;
    // Our copies of the child's ends go with the command.
    drop(command);
    let input = started.stdin.take();
    let id = started.id();
    // The thread receives until it has got a child, or the sender is gone.
    let _ = hand_over.send(started);
    Ok(Child {
        id,
        input: input
            .map(|pipe| Sink::own(File::from(OwnedFd::from(pipe))))
            .transpose()?,
        output: output
            .map(|pipe| Source::own(File::from(OwnedFd::from(pipe))))
            .transpose()?,
    })
}

fn wait(child: &Receiver<process::Child>, ended: impl FnOnce(i32)) {
    if let Ok(mut child) = child.recv() {
        let status = child.wait();
        ended(status.map_or(-1, exit_code));
    }
}

fn exit_code(status: ExitStatus) -> i32 {
    let signalled = status.signal().map(|signal| SIGNALLED + signal);
    status.code().or(signalled).unwrap_or(-1)
}

/// The command, and our end of its output.
fn command(program: &Program) -> io::Result<(Command, Option<PipeReader>)> {
    let mut command = Command::new(&program.path);
    command.args(&program.arguments);
    if let Some(environment) = &program.environment {
        let pairs = environment.iter().filter_map(|pair| pair.split_once('='));
        command.env_clear().envs(pairs);
    }
    if let Some(directory) = &program.directory {
        command.current_dir(directory);
    }
    command.stdin(match program.stdin {
        true => Stdio::piped(),
        false => Stdio::inherit(),
    });
    if !program.stdout && !program.stderr {
        return Ok((command, None));
    }
    let (ours, theirs) = io::pipe()?;
    if program.stderr {
        command.stderr(theirs.try_clone()?);
    }
    if program.stdout {
        command.stdout(theirs);
    }
    Ok((command, Some(ours)))
}
