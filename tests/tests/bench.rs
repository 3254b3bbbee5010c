//! The benchmark programs give right results in every tier, and under zeal, at the sizes
//! that are meant for that.

use std::fs;
use std::process::Command;
use termite_bench::binary::{self, root};
use termite_bench::process::End;
use termite_bench::program::{self, Prelude, Printed, Program, discover, read_result};
use termite_bench::temp::TempDir;
use termite_tests::mode::{self, Mode};
use termite_tests::pool;
use termite_tests::report::{self, Report};

#[test]
fn right_results_in_every_mode() -> Result<(), Report> {
    let wanted = std::env::var("TERMITE_FILTER").unwrap_or_default();
    let programs = discover()?;
    let modes = mode::selected()?;
    let jobs: Vec<(&Program, &Mode)> = programs
        .iter()
        .filter(|program| program.name.contains(&wanted))
        .flat_map(|program| modes.iter().map(move |mode| (program, *mode)))
        .collect();
    binary::termite()?;
    let results = pool::on_all_cores(jobs.len(), |i| run(jobs[i].0, jobs[i].1));
    let failures: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    report::say(&format!(
        "bench      {} runs, {} failed",
        jobs.len(),
        failures.len()
    ));
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Report(failures.join("\n")))
    }
}

fn run(program: &Program, mode: &Mode) -> Result<(), String> {
    let explain = |what: String| format!("FAIL {} [{}]: {what}", program.name, mode.name);
    let text = program
        .assemble(Prelude::Termite, program.zeal_size, 1)
        .map_err(explain)?;
    let dir = TempDir::new("bench").map_err(|e| explain(e.to_string()))?;
    let file = dir.path().join("program.scm");
    fs::write(&file, text).map_err(|e| explain(e.to_string()))?;
    let mut command = Command::new(binary::termite()?);
    command
        .args(mode.args)
        .args(["--heap-limit", pool::HEAP_LIMIT, "--search"]);
    command.arg(program::folder()).arg(&file);
    let done = pool::run_alone(&mut command, b"", pool::limits(mode))
        .map_err(|e| explain(e.to_string()))?;
    let stderr = done.stderr_text();
    match read_result(&program.name, &done.stdout_text()) {
        Printed::Right { .. } if done.end == End::Exit(0) && stderr.is_empty() => Ok(()),
        Printed::Right { .. } => Err(explain(format!("{}\n{stderr}", done.end))),
        Printed::Wrong(what) => Err(explain(format!(
            "{what} ({})\n{stderr}    assembled from bench-programs/{}.scm and prelude/termite.scm below {}",
            done.end,
            program.name,
            root().display()
        ))),
    }
}
