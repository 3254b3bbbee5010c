//! The `bench` command; see `args::USAGE`, and that of `processes` and of `experiment`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use termite_bench::args::{self, Args, USAGE};
use termite_bench::extras::{self, Extras};
use termite_bench::measure::{Plan, Record, measure};
use termite_bench::program::{Program, discover};
use termite_bench::systems::{Installed, System, installed};
use termite_bench::temp::TempDir;
use termite_bench::{binary, experiment, goals, processes, report};

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.first().map(String::as_str) {
        Some("processes") => bench_processes(words.split_off(1)),
        Some("experiment") => bench_experiment(words.split_off(1)),
        _ => bench_programs(words),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => complain(&why),
    }
}

fn bench_programs(words: Vec<String>) -> Result<bool, String> {
    let args = args::parse(words).map_err(|why| format!("{why}\n\n{USAGE}"))?;
    if args.wants_help {
        print!("{USAGE}");
        return Ok(true);
    }
    bench(&args)
}

fn bench_processes(words: Vec<String>) -> Result<bool, String> {
    let usage = processes::args::USAGE;
    let args = processes::args::parse(words).map_err(|why| format!("{why}\n\n{usage}"))?;
    if args.wants_help {
        print!("{usage}");
        return Ok(true);
    }
    processes::bench(&args)
}

fn bench_experiment(words: Vec<String>) -> Result<bool, String> {
    let usage = experiment::args::USAGE;
    let args = experiment::args::parse(words).map_err(|why| format!("{why}\n\n{usage}"))?;
    if args.wants_help {
        print!("{usage}");
        return Ok(true);
    }
    experiment::bench(&args)
}

fn complain(why: &str) -> ExitCode {
    eprintln!("bench: {why}");
    ExitCode::from(2)
}

/// Whether every result was right.
fn bench(args: &Args) -> Result<bool, String> {
    let programs = choose(discover()?, &args.programs)?;
    let systems = installed(&args.systems)?;
    let names: Vec<System> = systems.iter().map(|i| i.system).collect();
    let dir = TempDir::new("bench").map_err(|e| e.to_string())?;
    let records = run_all(&programs, &systems, args, dir.path());
    let extras = args.has_extras.then(|| {
        eprintln!("start-up and compiling a large program");
        let starts = if args.is_quick { 5 } else { 20 };
        let programs = discover().unwrap_or_default();
        extras::measure(&programs, &systems, starts, args.runs, dir.path())
    });
    print!("\n{}\n", report::table(&records, &names));
    if let Some(extras) = &extras {
        println!("{}", report::extras_lines(extras));
    }
    goals::check(&records, extras.as_ref())
        .iter()
        .for_each(|verdict| println!("{verdict}"));
    let csv = csv_path(args);
    report::write(&csv, &report::csv(&records, extras.as_ref()))?;
    println!("\nall figures: {}", csv.display());
    Ok(tell_failures(&records, extras.as_ref()))
}

fn choose(all: Vec<Program>, names: &[String]) -> Result<Vec<Program>, String> {
    if let Some(name) = names
        .iter()
        .find(|name| all.iter().all(|p| p.name != **name))
    {
        let known: Vec<&str> = all.iter().map(|p| p.name.as_str()).collect();
        return Err(format!(
            "no program {name:?}; there are {}",
            known.join(", ")
        ));
    }
    Ok(all
        .into_iter()
        .filter(|p| names.is_empty() || names.contains(&p.name))
        .collect())
}

fn run_all(programs: &[Program], systems: &[Installed], args: &Args, dir: &Path) -> Vec<Record> {
    let plan = Plan {
        runs: args.runs,
        iterations: args.iterations,
        is_zeal: args.is_zeal,
    };
    let mut records = Vec::new();
    for program in programs {
        eprint!("{:<16}", program.name);
        let measured = measure(program, systems, plan, dir);
        for record in &measured {
            let figure = record
                .median()
                .map_or("FAILED".into(), |s| format!("{:.1}", s * 1e3));
            eprint!(" {} {figure}", record.system.name());
        }
        eprintln!();
        records.extend(measured);
    }
    records
}

fn csv_path(args: &Args) -> PathBuf {
    args.csv
        .clone()
        .unwrap_or_else(|| binary::root().join("bench-results/latest.csv"))
}

fn tell_failures(records: &[Record], extras: Option<&Extras>) -> bool {
    let mut is_right = true;
    for record in records {
        if let Some(why) = &record.failure {
            println!(
                "FAILED {} under {}: {why}",
                record.program,
                record.system.name()
            );
            is_right = false;
        }
    }
    for why in extras.iter().flat_map(|e| &e.failures) {
        println!("FAILED {why}");
        is_right = false;
    }
    is_right
}
