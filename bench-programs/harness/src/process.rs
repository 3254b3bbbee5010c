//! Running one command to its end, under limits of time, output and memory.
//!
//! Both outputs are read by threads of their own, so that a full pipe never blocks the
//! child. The caller waits for these threads and looks at the child's memory meanwhile.
//! A child that exceeds a limit is killed and reaped; none outlives the call.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    /// Of each of the two outputs.
    pub output_bytes: usize,
    /// Resident; watched on Linux only.
    pub memory_bytes: u64,
}

impl Limits {
    pub fn seconds(seconds: u64) -> Limits {
        let time = Duration::from_secs(seconds);
        Limits {
            time,
            output_bytes: 16 << 20,
            memory_bytes: 3 << 30,
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Exit(i32),
    Signal(i32),
    TimedOut,
    TooMuchMemory,
    TooMuchOutput,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit code {code}"),
            End::Signal(number) => write!(f, "killed by signal {number}"),
            End::TimedOut => f.write_str("killed: out of time"),
            End::TooMuchMemory => f.write_str("killed: too much memory"),
            End::TooMuchOutput => f.write_str("killed: too much output"),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Finished {
    pub end: End,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub wall: Duration,
}

impl Finished {
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs a command with this input. An error is one of starting it.
pub fn run(command: &mut Command, input: &[u8], limits: Limits) -> io::Result<Finished> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if input.is_empty() {
        Stdio::null()
    } else {
        Stdio::piped()
    });
    let start = Instant::now();
    let mut child = command.spawn()?;
    feed(&mut child, input);
    let (sender, receiver) = channel();
    gather(
        child.stdout.take(),
        Stream::Out,
        limits.output_bytes,
        &sender,
    );
    gather(
        child.stderr.take(),
        Stream::Err,
        limits.output_bytes,
        &sender,
    );
    drop(sender);
    let mut watch = Watch {
        child,
        receiver,
        limits,
        start,
        outputs: Default::default(),
    };
    let end = watch.until_end()?;
    let wall = start.elapsed();
    watch.collect_rest();
    let [stdout, stderr] = watch.outputs.map(Option::unwrap_or_default);
    Ok(Finished {
        end,
        stdout,
        stderr,
        wall,
    })
}

fn feed(child: &mut Child, input: &[u8]) {
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_vec();
        // A child that does not read its input is no error.
        thread::spawn(move || drop(stdin.write_all(&input)));
    }
}

#[derive(Clone, Copy)]
enum Stream {
    Out = 0,
    Err = 1,
}

/// One output, whole, or what fits and that it was cut.
struct Gathered {
    stream: Stream,
    bytes: Vec<u8>,
    is_cut: bool,
}

fn gather(
    pipe: Option<impl Read + Send + 'static>,
    stream: Stream,
    limit: usize,
    sender: &Sender<Gathered>,
) {
    let Some(pipe) = pipe else { return };
    let sender = sender.clone();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error of reading is the output.
        let _ = pipe.take(limit as u64 + 1).read_to_end(&mut bytes);
        let is_cut = bytes.len() > limit;
        bytes.truncate(limit);
        // The receiver is gone when the child was killed and its output is not awaited.
        let _ = sender.send(Gathered {
            stream,
            bytes,
            is_cut,
        });
    });
}

struct Watch {
    child: Child,
    receiver: Receiver<Gathered>,
    limits: Limits,
    start: Instant,
    outputs: [Option<Vec<u8>>; 2],
}

/// How often a running child's memory is looked at.
const TICK: Duration = Duration::from_millis(20);

impl Watch {
    fn until_end(&mut self) -> io::Result<End> {
        while self.outputs.iter().any(Option::is_none) {
            match self.receiver.recv_timeout(TICK) {
                Ok(gathered) if gathered.is_cut => {
                    self.keep(gathered);
                    return self.kill(End::TooMuchOutput);
                }
                Ok(gathered) => self.keep(gathered),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(excess) = self.excess() {
                return self.kill(excess);
            }
        }
        self.reap()
    }

    fn keep(&mut self, gathered: Gathered) {
        self.outputs[gathered.stream as usize] = Some(gathered.bytes);
    }

    fn excess(&self) -> Option<End> {
        if self.start.elapsed() > self.limits.time {
            Some(End::TimedOut)
        } else if resident_bytes(self.child.id()) > self.limits.memory_bytes {
            Some(End::TooMuchMemory)
        } else {
            None
        }
    }

    /// Both outputs are closed, so the end is near; a child may still hang.
    fn reap(&mut self) -> io::Result<End> {
        let mut pause = Duration::from_micros(50);
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(end_of(status));
            }
            if let Some(excess) = self.excess() {
                return self.kill(excess);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(TICK);
        }
    }

    fn kill(&mut self, end: End) -> io::Result<End> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(end)
    }

    /// What a killed child had written. Its own children may hold the pipes open, so this
    /// does not wait for long.
    fn collect_rest(&mut self) {
        while self.outputs.iter().any(Option::is_none) {
            match self.receiver.recv_timeout(Duration::from_millis(200)) {
                Ok(gathered) => self.keep(gathered),
                Err(_) => return,
            }
        }
    }
}

fn end_of(status: ExitStatus) -> End {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return End::Signal(signal);
        }
    }
    End::Exit(status.code().unwrap_or(-1))
}

/// Memory of a process; 0 when unknown.
fn resident_bytes(process: u32) -> u64 {
    let statm = std::fs::read_to_string(format!("/proc/{process}/statm")).unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: &str, limits: Limits) -> Finished {
        let mut command = Command::new("sh");
        run(command.args(["-c", script]), input.as_bytes(), limits).unwrap()
    }

    #[test]
    fn outputs_and_exit_code() {
        let done = shell("cat; echo oops >&2; exit 3", "hello", Limits::seconds(10));
        assert_eq!(done.end, End::Exit(3));
        assert_eq!(
            (done.stdout_text(), done.stderr_text()),
            ("hello".into(), "oops\n".into())
        );
    }

    #[test]
    fn one_that_hangs_is_killed() {
        let limits = Limits {
            time: Duration::from_millis(100),
            ..Limits::seconds(10)
        };
        let done = shell("echo start; exec sleep 60", "", limits);
        assert_eq!(
            (done.end, done.stdout_text()),
            (End::TimedOut, "start\n".into())
        );
        let closed = shell("exec sleep 60 >&- 2>&-", "", limits);
        assert_eq!(closed.end, End::TimedOut);
    }

    #[test]
    fn one_that_floods_is_killed() {
        let limits = Limits {
            output_bytes: 1000,
            ..Limits::seconds(10)
        };
        let done = shell("exec yes", "", limits);
        assert_eq!((done.end, done.stdout.len()), (End::TooMuchOutput, 1000));
    }

    #[test]
    fn signals_are_told_from_exits() {
        assert_eq!(
            shell("kill -9 $$", "", Limits::seconds(10)).end,
            End::Signal(9)
        );
    }
}
