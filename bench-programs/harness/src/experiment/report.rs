//! The tables for people, as the paper's figures 7 to 9 have them, and the CSV.

use super::scenario::{Call, Record, Scenario};
use super::statistics::{Spread, Summary, summary};
use crate::measure::median;
use crate::report::{layout, shown};

/// All tables, with a title above each.
pub fn tables(records: &[Record], scenarios: &[Scenario]) -> String {
    let mut text = String::new();
    for &scenario in scenarios {
        let those: Vec<&Record> = of(records, scenario).collect();
        text.push_str(&format!("{}, time (ms)\n", scenario.title()));
        text.push_str(&layout(&times(&those)));
        text.push('\n');
        if scenario.is_first() {
            text.push_str(&format!(
                "{}, steps on the destination (ms)\n",
                scenario.title()
            ));
            text.push_str(&layout(&steps(&those)));
            text.push('\n');
        }
    }
    text.push_str("Messages (bytes of frames, before encryption)\n");
    text.push_str(&layout(&messages(records)));
    text
}

pub fn of(records: &[Record], scenario: Scenario) -> impl Iterator<Item = &Record> {
    records.iter().filter(move |r| r.scenario == scenario)
}

pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.0}K", bytes as f64 / 1024.0),
        _ => format!("{:.1}M", bytes as f64 / 1_048_576.0),
    }
}

fn header(first: &str, records: &[&Record]) -> Vec<String> {
    let names = records.iter().map(|r| {
        let p = &r.program;
        format!("{} {}", p.name, size(p.source_bytes))
    });
    std::iter::once(first.to_owned()).chain(names).collect()
}

fn row(name: &str, records: &[&Record], cell: impl Fn(&Record) -> String) -> Vec<String> {
    let cells = records.iter().map(|r| cell(r));
    std::iter::once(name.to_owned()).chain(cells).collect()
}

fn milliseconds(spread: Spread) -> String {
    let (mean, deviation) = (spread.mean * 1e3, spread.deviation * 1e3);
    match mean {
        m if m < 10.0 => format!("{mean:.2} ± {deviation:.2}"),
        _ => format!("{mean:.1} ± {deviation:.1}"),
    }
}

fn times(records: &[&Record]) -> Vec<Vec<String>> {
    let cell = |part: fn(&Summary) -> Spread| {
        move |r: &Record| match &r.failure {
            Some(_) => "FAILED".to_owned(),
            None => shown(summary(r), |s| milliseconds(part(&s))),
        }
    };
    vec![
        header("", records),
        row("Total for RPC", records, cell(|s| s.total)),
        row("On destination", records, cell(|s| s.there)),
        row("Between", records, cell(|s| s.overhead)),
        row("Calls", records, |r| {
            shown(summary(r), |s| {
                format!("{} of {}", s.kept, s.kept + s.dropped)
            })
        }),
    ]
}

/// What happens before the program runs, one step after the other.
const STEPS: [&str; 3] = ["install", "expand", "lower"];

/// Steps of first calls, in medians: the thread that compiles to machine code works beside
/// the program, so that its time is no part of the sum.
fn steps(records: &[&Record]) -> Vec<Vec<String>> {
    let ms = |seconds: Option<f64>| shown(seconds, |s| format!("{:.1}", s * 1e3));
    let mut rows = vec![header("", records)];
    for step in STEPS {
        rows.push(row(step, records, |r| ms(step_seconds(r, step))));
    }
    rows.push(row("run", records, |r| ms(middle(&r.calls(), |c| c.there))));
    rows.push(row("the rest", records, |r| ms(rest(r))));
    rows.push(row("total", records, |r| {
        ms(middle(&r.calls(), |c| c.total))
    }));
    rows.push(row("beside: machine code", records, |r| {
        ms(step_seconds(r, "compile"))
    }));
    rows
}

fn step_seconds(record: &Record, step: &str) -> Option<f64> {
    median(&record.stats(&format!("{step}-seconds")))
}

/// Seconds of a first call that no step accounts for.
pub fn rest(record: &Record) -> Option<f64> {
    let between = middle(&record.calls(), |c| c.total - c.there)?;
    let steps = STEPS.iter().filter_map(|step| step_seconds(record, step));
    Some(between - steps.sum::<f64>())
}

pub fn middle(calls: &[Call], value: fn(&Call) -> f64) -> Option<f64> {
    median(&calls.iter().map(value).collect::<Vec<_>>())
}

fn messages(records: &[Record]) -> Vec<Vec<String>> {
    let titles = [
        "",
        "program",
        "request, first",
        "request, later",
        "reply, first",
        "reply, later",
        "units fetched",
        "fetched again",
    ];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for record in records.iter().filter(|r| r.failure.is_none()) {
        let (first, later) = record.first_and_later();
        let bytes = |calls: &[Call], value| shown(middle(calls, value), |b| format!("{b:.0}"));
        rows.push(vec![
            record.scenario.title(),
            record.program.name.to_owned(),
            bytes(&first, |c| c.sent),
            bytes(&later, |c| c.sent),
            bytes(&first, |c| c.received),
            bytes(&later, |c| c.received),
            bytes(&first, |c| c.fetched),
            format!("{:.0}", record.fetched_again()),
        ]);
    }
    rows
}

/// The statistics of a destination that the CSV has, beside each of its calls.
const STATS: [&str; 5] = [
    "install-seconds",
    "expand-seconds",
    "lower-seconds",
    "compile-seconds",
    "units-fetched",
];

/// A line for each call, those that do not count too.
pub fn csv(records: &[Record]) -> String {
    let mut text = String::from(
        "scenario,program,source_bytes,node,call,counts,total_seconds,destination_seconds,\
         bytes_sent,bytes_received,units_fetched",
    );
    for name in STATS {
        text.push_str(&format!(",node_{}", name.replace('-', "_")));
    }
    text.push('\n');
    for record in records {
        for (node, conversation) in record.conversations.iter().enumerate() {
            for (i, call) in conversation.calls.iter().enumerate() {
                let p = &record.program;
                let mut fields = vec![record.scenario.option().to_owned(), p.name.to_owned()];
                fields.extend([p.source_bytes, node as u64, i as u64].map(|n| n.to_string()));
                let counts = match record.scenario.is_first() {
                    true => i == 0,
                    false => !call.is_warm_up,
                };
                fields.push(u8::from(counts).to_string());
                let figures = [
                    call.total,
                    call.there,
                    call.sent,
                    call.received,
                    call.fetched,
                ];
                fields.extend(figures.map(|x| x.to_string()));
                let stats = STATS.map(|name| conversation.stats.get(name));
                fields.extend(stats.map(|s| shown(s.copied(), |x| x.to_string())));
                text.push_str(&(fields.join(",") + "\n"));
            }
        }
    }
    text
}
