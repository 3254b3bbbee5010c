//! The second table: processes, messages and nodes beside Erlang and Gambit.
//!
//! Owns: the programs of `bench-programs/processes` and how each system runs them
//! ([`systems`]), the node that programs of two nodes need ([`peer`]), the rounds
//! ([`measure`]), the aims ([`aims`]), the table and the CSV ([`report`]).
//!
//! A program measures itself, by a clock of its own and after a warm-up, and prints any
//! number of samples of any number of rows: `row <TAB> figure <TAB> ok`.

pub mod aims;
pub mod args;
pub mod measure;
pub mod peer;
pub mod programs;
pub mod report;
pub mod systems;

use crate::binary;
use crate::temp::TempDir;
use args::Args;
use std::path::PathBuf;

/// Measures, prints and writes the CSV; whether every result was right.
pub fn bench(args: &Args) -> Result<bool, String> {
    let programs = programs::choose(&args.programs)?;
    let dir = TempDir::new("bench").map_err(|e| e.to_string())?;
    let systems = systems::installed(&args.systems, dir.path())?;
    let names: Vec<_> = systems.iter().map(|i| i.system).collect();
    let figures = measure::measure(&programs, &systems, args.runs);
    print!("\n{}\n", report::table(&figures, &names));
    aims::check(&figures)
        .iter()
        .for_each(|verdict| println!("{verdict}"));
    let csv = csv_path(args);
    crate::report::write(&csv, &report::csv(&figures))?;
    println!("\nall figures: {}", csv.display());
    for failure in &figures.failures {
        println!("FAILED {failure}");
    }
    Ok(figures.failures.is_empty())
}

fn csv_path(args: &Args) -> PathBuf {
    let usual = || binary::root().join("bench-results/processes.csv");
    args.csv.clone().unwrap_or_else(usual)
}
