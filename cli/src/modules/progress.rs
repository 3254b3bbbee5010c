//! How far a long operation is, on one line of the terminal that is wiped when it ends.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};
use termite_modules::{Progress, Step};

/// Nothing is shown of what is over before this.
const PATIENCE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_millis(100);

pub struct Line {
    is_terminal: bool,
    next: Instant,
    shown: bool,
}

impl Line {
    pub fn start() -> Line {
        Line {
            is_terminal: stderr().is_terminal(),
            next: Instant::now() + PATIENCE,
            shown: false,
        }
    }

    fn show(&mut self, text: &str) {
        self.shown = true;
        // A terminal that does not take it is no reason to stop.
        let _ = write!(stderr(), "\r\x1b[K{text}");
        let _ = stderr().flush();
    }
}

impl Progress for Line {
    fn at(&mut self, step: Step<'_>) {
        if let Step::Waiting(name) = step {
            eprintln!("termite: waiting for another process that changes {name}");
            return;
        }
        if !self.is_terminal || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + INTERVAL;
        match step {
            Step::Waiting(_) => {}
            Step::Connecting(address) => self.show(&format!("connecting to {address}")),
            Step::Receiving { objects, of, bytes } => {
                let megabytes = bytes as f64 / f64::from(1 << 20);
                self.show(&format!(
                    "receiving objects {objects}/{of}, {megabytes:.1} MB"
                ));
            }
            Step::Writing { files } => self.show(&format!("writing files {files}")),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.shown {
            self.show("");
        }
    }
}
