//! The experiment of the paper "An R7RS Compatible Module System for Termite Scheme":
//! libraries of different sizes are called on another node.
//!
//! Owns: the programs and their repositories ([`programs`]), the nodes and what they need
//! ([`place`]), the scenarios and their calls ([`scenario`]), what these come to
//! ([`statistics`]), the aims ([`aims`]), tables and CSV ([`report`]), the picture
//! ([`plot`]). The two nodes are processes of this machine; what the driver does is
//! `bench-programs/experiment/driver.scm`.

pub mod aims;
pub mod args;
pub mod place;
pub mod plot;
pub mod programs;
pub mod report;
pub mod scenario;
pub mod statistics;

use crate::binary;
use args::Args;
use place::Place;
use programs::Program;
use scenario::{Plan, Record};
use std::path::PathBuf;

/// Measures, prints and writes CSV and picture; whether every result was right.
pub fn bench(args: &Args) -> Result<bool, String> {
    let place = Place::new()?;
    let programs = programs::make(&args.programs, &place.host())?;
    let records = measure(&place, &programs, args)?;
    print!("\n{}\n", report::tables(&records, &args.scenarios));
    aims::check(&records)
        .iter()
        .for_each(|verdict| println!("{verdict}"));
    let usual = || binary::root().join("bench-results");
    let dir: PathBuf = args.dir.clone().unwrap_or_else(usual);
    let csv = dir.join("experiment.csv");
    crate::report::write(&csv, &report::csv(&records))?;
    if let Some(svg) = plot::svg(&records, &args.scenarios) {
        crate::report::write(&dir.join("experiment.svg"), &svg)?;
    }
    println!("\nall figures: {}, and experiment.svg", csv.display());
    let failures = records.iter().filter_map(|r| {
        let why = r.failure.as_ref()?;
        Some(format!("{} {}: {why}", r.scenario.title(), r.program.name))
    });
    let failures: Vec<String> = failures.collect();
    failures.iter().for_each(|why| println!("FAILED {why}"));
    Ok(failures.is_empty())
}

fn measure(place: &Place, programs: &[Program], args: &Args) -> Result<Vec<Record>, String> {
    let home = place.home("driver")?;
    let plan = Plan {
        runs: args.runs,
        seconds: args.seconds,
    };
    let mut records = Vec::new();
    for program in programs {
        // The driver's node has the library before anything is measured.
        place.install(program, &home)?;
        eprint!("{:<10}", program.name);
        for &scenario in &args.scenarios {
            let record = scenario::measure(place, program, scenario, plan);
            let figure = statistics::summary(&record).filter(|_| record.failure.is_none());
            let figure = figure.map_or("FAILED".into(), |s| format!("{:.1}", s.total.mean * 1e3));
            eprint!(" {} {figure}", scenario.option());
            records.push(record);
        }
        eprintln!();
    }
    Ok(records)
}
