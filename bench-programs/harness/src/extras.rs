//! What is measured once, beside the programs: start-up, and compiling a large program.

use crate::measure::{median, read_stats};
use crate::process::{self, End, Limits};
use crate::program::Program;
use crate::systems::{Installed, System};
use std::fs;
use std::path::Path;
use std::process::Command;

#[derive(Clone, Debug, Default)]
pub struct Extras {
    pub startup: Startup,
    pub compile: Option<Compile>,
    /// What went wrong.
    pub failures: Vec<String>,
}

/// Wall seconds of printing `hello`, medians.
#[derive(Clone, Debug, Default)]
pub struct Startup {
    pub termite: Option<f64>,
    pub gsi: Option<f64>,
}

/// Compiling a program of at least 40 KB whole.
#[derive(Clone, Debug)]
pub struct Compile {
    pub source_bytes: usize,
    /// Wall seconds of reading, expanding and lowering it, beyond those of an empty one.
    pub front: f64,
    /// Seconds of making machine code, as the command itself says. Procedures are
    /// compiled when they are first called, so this is of a run that calls all of them.
    pub machine: f64,
    pub segments: Option<f64>,
}

impl Compile {
    pub fn seconds(&self) -> f64 {
        self.front + self.machine
    }
}

const SOURCE_BYTES: usize = 40_000;

pub fn measure(
    programs: &[Program],
    systems: &[Installed],
    starts: usize,
    runs: usize,
    dir: &Path,
) -> Extras {
    let mut extras = Extras::default();
    let command = |system| systems.iter().find(|i| i.system == system);
    let termite = systems.iter().find(|i| i.system.is_termite());
    extras.startup = startup(termite, command(System::Gsi), starts, &mut extras.failures);
    if let Some(jit) = command(System::Jit) {
        match compile(programs, jit, runs, dir) {
            Ok(figure) => extras.compile = Some(figure),
            Err(why) => extras.failures.push(why),
        }
    }
    extras
}

fn startup(
    termite: Option<&Installed>,
    gsi: Option<&Installed>,
    starts: usize,
    failures: &mut Vec<String>,
) -> Startup {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..starts {
        for (installed, figures) in [(termite, &mut ours), (gsi, &mut theirs)] {
            let Some(installed) = installed else { continue };
            match hello(&installed.command) {
                Ok(seconds) => figures.push(seconds),
                Err(why) => {
                    failures.push(why);
                    return Startup::default();
                }
            }
        }
    }
    Startup {
        termite: median(&ours),
        gsi: median(&theirs),
    }
}

fn hello(command: &Path) -> Result<f64, String> {
    let mut run = Command::new(command);
    let done = process::run(
        run.args(["-e", "(display \"hello\")"]),
        b"",
        Limits::seconds(10),
    );
    let name = command.display();
    let done = done.map_err(|e| format!("{name}: {e}"))?;
    match (done.end, done.stdout_text().as_str()) {
        (End::Exit(0), "hello") => Ok(done.wall.as_secs_f64()),
        (end, printed) => Err(format!("{name} -e: {end}, printed {printed:?}")),
    }
}

fn compile(
    programs: &[Program],
    jit: &Installed,
    runs: usize,
    dir: &Path,
) -> Result<Compile, String> {
    let definitions = large_program(programs)?;
    let count = definitions.matches("(define (program-").count();
    let calls: String = (0..count).map(|i| format!("(program-{i})\n")).collect();
    let file = |name: &str, text: &str| {
        let path = dir.join(name);
        fs::write(&path, text)
            .map(|()| path)
            .map_err(|e| e.to_string())
    };
    let large = file("large.scm", &definitions)?;
    let called = file("called.scm", &format!("{definitions}{calls}"))?;
    let empty = file("empty.scm", "")?;
    let (mut with, mut without, mut machine) = (Vec::new(), Vec::new(), Vec::new());
    let mut segments = None;
    for _ in 0..runs.max(3) {
        with.push(run_jit(jit, &large)?.0);
        without.push(run_jit(jit, &empty)?.0);
        let stats = read_stats(&run_jit(jit, &called)?.1);
        machine.extend(stats.get("compile-seconds"));
        segments = stats.get("segments-compiled").copied();
    }
    let median = |figures: &[f64]| median(figures).unwrap_or_default();
    Ok(Compile {
        source_bytes: definitions.len(),
        front: median(&with) - median(&without),
        machine: median(&machine),
        segments,
    })
}

fn run_jit(jit: &Installed, file: &Path) -> Result<(f64, String), String> {
    let mut command = Command::new(&jit.command);
    command.args(["--tier", "jit"]);
    if jit.has_stats {
        command.arg("--stats");
    }
    let done =
        process::run(command.arg(file), b"", Limits::seconds(60)).map_err(|e| e.to_string())?;
    match done.end {
        End::Exit(0) => Ok((done.wall.as_secs_f64(), done.stderr_text())),
        end => Err(format!("{}: {end}\n{}", file.display(), done.stderr_text())),
    }
}

/// The programs, each inside a procedure of its own that runs it at the small size, over
/// and over until there is enough text.
fn large_program(programs: &[Program]) -> Result<String, String> {
    let mut text = String::new();
    let plain = programs.iter().filter(|program| program.library.is_none());
    for (i, program) in plain.cycle().enumerate() {
        if text.len() >= SOURCE_BYTES {
            break;
        }
        let body = program.definitions(program.zeal_size)?;
        text.push_str(&format!("(define (program-{i})\n{body}\n(main size))\n"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_program_is_large() {
        let text = large_program(&crate::program::discover().unwrap()).unwrap();
        assert!((SOURCE_BYTES..SOURCE_BYTES + 8000).contains(&text.len()));
        assert!(!text.contains("(bench-run"));
    }
}
