//! The table for people and the CSV for programs.

use super::measure::Figures;
use super::systems::System;
use crate::report::{layout, shown};
use std::fmt::Write;

/// Medians and ratios. Rows whose name has `bytes` in it are in bytes, all others in
/// microseconds.
pub fn table(figures: &Figures, systems: &[System]) -> String {
    let mut header = vec!["us (or bytes)".to_owned()];
    header.extend(systems.iter().map(|s| s.name().to_owned()));
    header.extend(["termite/erlang", "termite/gambit"].map(str::to_owned));
    let mut rows = vec![header];
    rows.extend(
        figures
            .rows()
            .iter()
            .map(|row| cells(figures, systems, row)),
    );
    layout(&rows)
}

fn cells(figures: &Figures, systems: &[System], row: &str) -> Vec<String> {
    let mut cells = vec![row.to_owned()];
    for &system in systems {
        cells.push(shown(figures.median(row, system), figure));
    }
    let ours = figures.median(row, System::Termite);
    for theirs in [figures.erlang(row), figures.median(row, System::Gambit)] {
        let ratio = ours.zip(theirs).map(|(a, b)| a / b);
        cells.push(shown(ratio, |x| format!("{x:.2}")));
    }
    cells
}

/// Three digits of small ones.
fn figure(value: f64) -> String {
    match value {
        x if x < 10.0 => format!("{x:.3}"),
        x if x < 100.0 => format!("{x:.1}"),
        x => format!("{x:.0}"),
    }
}

/// One line for each row and system.
pub fn csv(figures: &Figures) -> String {
    let mut text = String::from("row,system,samples,median,min,max\n");
    for samples in &figures.samples {
        let values = &samples.values;
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(0.0, f64::max);
        let median = figures.median(&samples.row, samples.system);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{},{},{},{},{least},{most}",
            samples.row,
            samples.system.name(),
            values.len(),
            shown(median, |x| x.to_string()),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_and_csv() {
        let mut figures = Figures::default();
        figures.add("spawn", System::Termite, 0.1);
        figures.add("spawn", System::Termite, 0.3);
        figures.add("spawn", System::Erlang, 0.8);
        let text = table(&figures, &System::ALL);
        let cells: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(cells, ["spawn", "0.200", "0.800", "-", "-", "0.25", "-"]);
        let csv = csv(&figures);
        assert_eq!(csv.lines().nth(1), Some("spawn,termite,2,0.2,0.1,0.3"));
    }
}
