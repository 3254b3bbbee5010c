//! The table for people and the CSV for programs.

use crate::extras::Extras;
use crate::goals::{find, ratio};
use crate::measure::Record;
use crate::systems::System;
use std::fmt::Write;
use std::path::Path;

/// Medians in milliseconds, ratios, and what Termite's compiler says of itself.
pub fn table(records: &[Record], systems: &[System]) -> String {
    let mut header = vec!["program".to_owned()];
    header.extend(systems.iter().map(|s| format!("{} ms", s.name())));
    header.extend(RATIOS.map(|(a, b)| format!("{}/{}", a.name(), b.name())));
    header.extend(["compile ms", "code KB", "unstripped"].map(str::to_owned));
    let mut rows = vec![header];
    let mut names: Vec<&str> = Vec::new();
    for record in records {
        if !names.contains(&record.program.as_str()) {
            names.push(&record.program);
        }
    }
    rows.extend(names.iter().map(|name| row(records, systems, name)));
    layout(&rows)
}

const RATIOS: [(System, System); 3] = [
    (System::Jit, System::Gsc),
    (System::Jit, System::Chez),
    (System::Interp, System::Gsi),
];

fn row(records: &[Record], systems: &[System], program: &str) -> Vec<String> {
    let mut row = vec![program.to_owned()];
    for &system in systems {
        let record = find(records, program, system);
        row.push(match record {
            Some(r) if r.failure.is_some() => "FAILED".into(),
            _ => shown(record.and_then(Record::median), |s| {
                format!("{:.1}", s * 1e3)
            }),
        });
    }
    for (system, peer) in RATIOS {
        row.push(shown(ratio(records, program, system, peer), |x| {
            format!("{x:.2}")
        }));
    }
    let jit = find(records, program, System::Jit);
    row.push(shown(jit.and_then(|r| r.compile_seconds), |s| {
        format!("{:.1}", s * 1e3)
    }));
    row.push(shown(jit.and_then(|r| r.stat("code-bytes")), |b| {
        format!("{:.1}", b / 1024.0)
    }));
    row.push(shown(jit.and_then(Record::unstripped_share), |x| {
        format!("{:.1}%", x * 100.0)
    }));
    row
}

pub(crate) fn shown<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
    value.map_or("-".into(), show)
}

/// Columns as wide as they need, the first to the left, the others to the right.
pub(crate) fn layout(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |i: usize| {
        rows.iter()
            .filter_map(|r| r.get(i))
            .map(|c| c.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns).map(|i| width(i).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        for (i, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            // Writing to a string cannot fail.
            let _ = match i {
                0 => write!(text, "{cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

/// The figures of [`Extras`], a line each.
pub fn extras_lines(extras: &Extras) -> String {
    let mut text = String::new();
    let ms = |value: Option<f64>| shown(value, |s| format!("{:.1} ms", s * 1e3));
    let startup = &extras.startup;
    let _ = writeln!(
        text,
        "startup: termite {}, gsi {}",
        ms(startup.termite),
        ms(startup.gsi)
    );
    if let Some(compile) = &extras.compile {
        let segments = shown(compile.segments, |n| n.to_string());
        let (whole, machine) = (ms(Some(compile.seconds)), ms(compile.machine));
        let bytes = compile.source_bytes;
        let _ = writeln!(
            text,
            "compiling {bytes} bytes of source: {whole}, of it {machine} for machine code of {segments} segments"
        );
    }
    text
}

const STATS: [&str; 5] = [
    "code-bytes",
    "segments-compiled",
    "segments-unstripped",
    "gc-minor",
    "gc-full",
];

/// One line for each program and system, then those of the extras.
pub fn csv(records: &[Record], extras: Option<&Extras>) -> String {
    let mut text =
        String::from("program,system,runs,median_seconds,min_seconds,max_seconds,compile_seconds");
    STATS.iter().for_each(|name| text.extend([",", name]));
    text.push_str(",result\n");
    for record in records {
        let least = record.seconds.iter().copied().reduce(f64::min);
        let most = record.seconds.iter().copied().reduce(f64::max);
        let mut fields = vec![record.program.clone(), record.system.name().to_owned()];
        fields.push(record.seconds.len().to_string());
        fields.extend([record.median(), least, most, record.compile_seconds].map(plain));
        fields.extend(STATS.map(|name| plain(record.stat(name))));
        fields.push(record.failure.as_deref().map_or("ok".into(), quoted));
        text.push_str(&(fields.join(",") + "\n"));
    }
    for (name, system, seconds) in extras.iter().flat_map(|e| extra_figures(e)) {
        let _ = writeln!(text, "{name},{system},1,{seconds},,,,,,,,,ok");
    }
    text
}

fn extra_figures(extras: &Extras) -> Vec<(&'static str, &'static str, f64)> {
    let startup = &extras.startup;
    let mut figures = Vec::new();
    figures.extend(startup.termite.map(|s| ("startup", "termite", s)));
    figures.extend(startup.gsi.map(|s| ("startup", "gsi", s)));
    figures.extend(
        extras
            .compile
            .as_ref()
            .map(|c| ("compile-40-kb", "jit", c.seconds)),
    );
    figures
}

fn plain(value: Option<f64>) -> String {
    value.map_or(String::new(), |x| x.to_string())
}

/// A text as a CSV field.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\"").replace('\n', " "))
}

/// Writes a file, making its folder if need be.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let parent = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = parent.and_then(|()| std::fs::write(path, text));
    written.map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn record(system: System, seconds: &[f64], failure: Option<&str>) -> Record {
        Record {
            program: "fib".into(),
            system,
            seconds: seconds.to_vec(),
            compile_seconds: Some(0.002),
            stats: BTreeMap::from([("code-bytes".to_owned(), 2048.0)]),
            failure: failure.map(str::to_owned),
        }
    }

    #[test]
    fn table_and_ratios() {
        let records = [
            record(System::Jit, &[0.2, 0.3, 0.25], None),
            record(System::Gsc, &[0.1], None),
        ];
        let text = table(&records, &[System::Jit, System::Gsc]);
        let cells: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(
            cells,
            ["fib", "250.0", "100.0", "2.50", "-", "-", "2.0", "2.0", "-"]
        );
    }

    #[test]
    fn failures_are_quoted() {
        let text = csv(&[record(System::Chez, &[], Some("said \"no\"\n"))], None);
        assert!(text.ends_with(",\"said \"\"no\"\" \"\n"), "{text}");
        let mut columns = text.lines().map(|line| line.split(',').count());
        assert_eq!(columns.next(), columns.next());
    }
}
