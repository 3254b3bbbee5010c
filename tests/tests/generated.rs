//! Generated programs print the same on one node, spread over three, and with every process
//! rebuilt from its written form at every n-th safepoint.
//!
//! `TERMITE_SEEDS=FROM..TO` chooses the programs; a failure leaves its program in a file and
//! prints the command that runs that seed again.

use std::fs;
use std::ops::Range;
use termite_bench::binary::root;
use termite_bench::process::End;
use termite_tests::cluster::{Cluster, NodeProcess};
use termite_tests::diff::diff;
use termite_tests::generate::program;
use termite_tests::pool;
use termite_tests::report::{self, Report};

/// Those of a run without `TERMITE_SEEDS`.
const SEEDS: Range<u64> = 0..60;
/// Failures that are told of.
const MOST_TOLD: usize = 10;
/// Seconds for one program in one way.
const PATIENCE: u64 = 60;

/// The ways other than the first, which they are compared with: one node, interpreted.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    OneNode,
    Spread(&'static str),
    Rebuilt,
}

const WAYS: [Way; 3] = [Way::Spread("jit"), Way::Spread("interp"), Way::Rebuilt];

fn seeds() -> Result<Range<u64>, String> {
    let Ok(text) = std::env::var("TERMITE_SEEDS") else {
        return Ok(SEEDS);
    };
    let range = text
        .split_once("..")
        .and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    range.ok_or(format!("TERMITE_SEEDS={text} is no FROM..TO"))
}

/// The nodes that programs are spread over stay for all of them.
struct Runner<'a> {
    cluster: &'a Cluster,
    places: [String; 3],
}

impl Runner<'_> {
    /// What a seed's program prints.
    fn run(&self, seed: u64, way: Way) -> Result<String, String> {
        let places = match way {
            Way::Spread(_) => self.places.clone(),
            Way::OneNode | Way::Rebuilt => [const { "(current-node)" }; 3].map(str::to_owned),
        };
        let name = format!("seed-{seed}-{way:?}.scm").replace(['"', '(', ')'], "");
        let path = self.cluster.file(&name, &script(seed, &places))?;
        let args: &[&str] = match way {
            Way::OneNode => &["--tier", "interp"],
            // It listens, since all three are to reach it.
            Way::Spread(tier) => &["--tier", tier, "--node", "127.0.0.1:0"],
            Way::Rebuilt => &["--tier", "jit", "--zeal", "3"],
        };
        let done = self.cluster.run([args, &[&name]].concat(), "", PATIENCE)?;
        // What has run is in nobody's way.
        let _ = fs::remove_file(path);
        match done.end {
            End::Exit(0) if done.stderr.is_empty() => Ok(done.stdout_text()),
            end => Err(format!(
                "{end}\n{}\n{}",
                done.stdout_text(),
                done.stderr_text()
            )),
        }
    }

    fn check(&self, seed: u64) -> Result<(), String> {
        let expected = self.run(seed, Way::OneNode)?;
        for way in WAYS {
            let found = self
                .run(seed, way)
                .map_err(|why| format!("{way:?}: {why}"))?;
            if found != expected {
                return Err(format!("{way:?}:\n{}", diff(&expected, &found)));
            }
        }
        Ok(())
    }
}

fn script(seed: u64, places: &[String; 3]) -> String {
    let support = root().join("tests/values/support/generated.scm");
    format!(
        "(define places (vector {}))\n(include {:?})\n{}(print-all)\n(exit)\n",
        places.join(" "),
        support.display().to_string(),
        program(seed)
    )
}

/// Leaves the program, as it runs on one node, where it can be looked at.
fn keep(seed: u64) -> String {
    let places = [const { "(current-node)" }; 3].map(str::to_owned);
    let path = std::env::temp_dir().join(format!("termite-seed-{seed}.scm"));
    match fs::write(&path, script(seed, &places)) {
        Ok(()) => path.display().to_string(),
        Err(e) => format!("not kept: {e}"),
    }
}

#[test]
fn programs_print_the_same_wherever_they_run() -> Result<(), Report> {
    let seeds = seeds()?;
    let cluster = Cluster::new("generated")?;
    let nodes = [
        cluster.node(&["--tier", "jit"], "")?,
        cluster.node(&["--tier", "interp"], "")?,
        cluster.node(&["--tier", "auto"], "")?,
    ];
    let runner = Runner {
        cluster: &cluster,
        places: nodes.each_ref().map(NodeProcess::expression),
    };
    let count = usize::try_from(seeds.end.saturating_sub(seeds.start)).unwrap_or(0);
    let results = pool::on_all_cores(count, |i| {
        let seed = seeds.start + i as u64;
        runner.check(seed).map_err(|why| {
            format!(
                "seed {seed} ({}): {why}\n    replay: TERMITE_SEEDS={seed}..{} cargo test \
                 -p termite-tests --test generated",
                keep(seed),
                seed + 1
            )
        })
    });
    let mut failures: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    for node in &nodes {
        let said = node.error_output();
        if !said.is_empty() {
            failures.push(format!("a node said: {said}"));
        }
    }
    report::say(&format!(
        "{count} generated programs, {} failures",
        failures.len()
    ));
    failures.truncate(MOST_TOLD);
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Report(failures.join("\n"))),
    }
}
