//! The experiment of the paper runs from end to end: a repository is made, installed,
//! called on another node in every scenario, and each result is right.

use std::fs;
use termite_bench::experiment::{self, args::Args};
use termite_bench::temp::TempDir;
use termite_tests::report::Report;

#[test]
fn the_smallest_program_in_every_scenario() -> Result<(), Report> {
    let dir = TempDir::new("experiment")?;
    let args = Args {
        programs: vec!["puzzle".to_owned()],
        dir: Some(dir.path().to_owned()),
        ..Args::quick()
    };
    let is_right = experiment::bench(&args)?;
    assert!(is_right, "what failed is printed above");
    let csv = fs::read_to_string(dir.path().join("experiment.csv"))?;
    for scenario in args.scenarios {
        let name = format!("{},", scenario.option());
        let lines = csv.lines().filter(|line| line.starts_with(&name));
        assert!(lines.count() >= args.runs, "{name} {csv}");
    }
    let svg = fs::read_to_string(dir.path().join("experiment.svg"))?;
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    Ok(())
}
