//! What is measured once, beside the programs: start-up, and compiling a large program.

use crate::measure::{median, read_stats};
use crate::process::{self, End, Limits};
use crate::program::Program;
use crate::systems::{Installed, System};
use std::collections::BTreeMap;
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

/// Compiling a program of at least 40 KB whole, before any of it runs.
#[derive(Clone, Debug)]
pub struct Compile {
    pub source_bytes: usize,
    /// Wall seconds beyond those of an empty program: reading, expanding, lowering, and
    /// machine code of all of it.
    pub seconds: f64,
    /// Of these, what the command says it took to make machine code.
    pub machine: Option<f64>,
    pub segments: Option<f64>,
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
    let text = large_program(programs)?;
    let (large, empty) = (dir.join("large.scm"), dir.join("empty.scm"));
    fs::write(&large, &text).map_err(|e| e.to_string())?;
    fs::write(&empty, "").map_err(|e| e.to_string())?;
    let (mut with, mut without, mut machine) = (Vec::new(), Vec::new(), Vec::new());
    let mut segments = None;
    for _ in 0..runs.max(3) {
        let (seconds, stats) = run_whole(jit, &large)?;
        with.push(seconds);
        machine.extend(stats.get("compile-seconds"));
        segments = stats.get("segments-compiled").copied();
        without.push(run_whole(jit, &empty)?.0);
    }
    let difference = median(&with).unwrap_or_default() - median(&without).unwrap_or_default();
    Ok(Compile {
        source_bytes: text.len(),
        seconds: difference,
        machine: median(&machine),
        segments,
    })
}

/// Compiles all of a program before running it; wall seconds and figures.
fn run_whole(jit: &Installed, file: &Path) -> Result<(f64, BTreeMap<String, f64>), String> {
    let mut command = Command::new(&jit.command);
    command.args(["--tier", "jit", "--whole"]);
    if jit.has_stats {
        command.arg("--stats");
    }
    let done = process::run(command.arg(file), b"", Limits::seconds(60));
    let done = done.map_err(|e| e.to_string())?;
    match done.end {
        End::Exit(0) => Ok((done.wall.as_secs_f64(), read_stats(&done.stderr_text()))),
        end => Err(format!("{}: {end}\n{}", file.display(), done.stderr_text())),
    }
}

/// The programs, each inside a procedure of its own, over and over until there is enough
/// text. None is called, but the compiler cannot know that.
fn large_program(programs: &[Program]) -> Result<String, String> {
    let (mut text, mut calls) = (String::new(), String::new());
    let plain = programs.iter().filter(|program| program.library.is_none());
    for (i, program) in plain.cycle().enumerate() {
        if text.len() >= SOURCE_BYTES {
            break;
        }
        let body = program.definitions(program.zeal_size)?;
        text.push_str(&format!("(define (program-{i})\n{body}\n(main size))\n"));
        calls.push_str(&format!(" (program-{i})"));
    }
    text.push_str(&format!("(if (null? (command-line)) (list{calls}))\n"));
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
