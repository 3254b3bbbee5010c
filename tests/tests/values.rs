//! Programs whose values travel: each in `tests/values` prints the same on one node and on
//! three, from a script, a REPL and a library, and in either tier on either side.
//!
//! A program defines `(run here there third)`, which prints; the nodes are this one and two
//! that stay for all programs, one of which interprets and one of which compiles. What it
//! prints on one node with the interpreter is compared with `NAME.out`.
//!
//! Those in `tests/values/apart` are whole scripts that make sense on several nodes only;
//! `there` and `third` are defined before them.

use std::fs;
use std::path::{Path, PathBuf};
use termite_bench::binary::root;
use termite_bench::process::{End, Finished};
use termite_tests::cluster::{Cluster, NodeProcess};
use termite_tests::diff::diff;
use termite_tests::report::Report;
use termite_tests::{bless, tree};

/// Seconds that a program may take.
const PATIENCE: u64 = 60;

/// What a library has to import for what a script has by itself.
const IMPORTS: &str = "(scheme base) (scheme case-lambda) (scheme char) (scheme complex) \
    (scheme cxr) (scheme eval) (scheme file) (scheme inexact) (scheme lazy) (scheme load) \
    (scheme process-context) (scheme read) (scheme repl) (scheme time) (scheme write) \
    (except (srfi 1) map for-each member assoc) (srfi 8) (termite)";

#[derive(Clone, Copy, PartialEq, Debug)]
enum Form {
    Script,
    Repl,
    Library,
    /// A script that calls nothing by itself.
    Apart,
}

/// A way of running all programs.
struct Way {
    form: Form,
    tier: &'static str,
    /// Which of the two other nodes is `there` and which `third`; `None`: both are here.
    others: Option<[usize; 2]>,
}

const fn way(form: Form, tier: &'static str, others: Option<[usize; 2]>) -> Way {
    Way { form, tier, others }
}

/// The first gives what the others are compared with. Node 0 interprets, node 1 compiles.
const WAYS: [Way; 9] = [
    way(Form::Script, "interp", None),
    way(Form::Script, "jit", None),
    way(Form::Script, "interp", Some([1, 0])),
    way(Form::Script, "interp", Some([0, 1])),
    way(Form::Script, "jit", Some([0, 1])),
    way(Form::Script, "jit", Some([1, 0])),
    way(Form::Repl, "auto", Some([1, 0])),
    way(Form::Library, "jit", Some([0, 1])),
    way(Form::Library, "interp", Some([1, 0])),
];

const APART: [Way; 4] = [
    way(Form::Apart, "interp", Some([1, 0])),
    way(Form::Apart, "jit", Some([0, 1])),
    way(Form::Apart, "jit", Some([1, 0])),
    way(Form::Apart, "interp", Some([0, 1])),
];

struct Bench {
    cluster: Cluster,
    nodes: [NodeProcess; 2],
}

#[test]
fn values_travel() -> Result<(), Report> {
    let cluster = Cluster::new("values")?;
    let nodes = [
        cluster.node(&["--tier", "interp"], "")?,
        cluster.node(&["--tier", "jit"], "")?,
    ];
    let bench = Bench { cluster, nodes };
    let mut failures = Vec::new();
    for program in programs("tests/values")? {
        failures.extend(bench.all_ways(&program, &WAYS).err());
    }
    for program in programs("tests/values/apart")? {
        failures.extend(bench.all_ways(&program, &APART).err());
    }
    for node in &bench.nodes {
        match node.error_output() {
            said if said.is_empty() => {}
            said => failures.push(format!("a node said: {said}")),
        }
    }
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Report(failures.join("\n"))),
    }
}

fn programs(folder: &str) -> Result<Vec<PathBuf>, String> {
    let folder = root().join(folder);
    let wanted = std::env::var("TERMITE_FILTER").unwrap_or_default();
    let files = tree::files_below(&folder).map_err(|e| e.to_string())?;
    let is_program = |path: &PathBuf| {
        path.extension().is_some_and(|e| e == "scm")
            && path.parent() == Some(&folder)
            && path.to_string_lossy().contains(&wanted)
    };
    Ok(files.into_iter().filter(is_program).collect())
}

impl Bench {
    fn all_ways(&self, program: &Path, ways: &[Way]) -> Result<(), String> {
        let golden = program.with_extension("out");
        let mut problems = Vec::new();
        for (i, way) in ways.iter().enumerate() {
            let done = self.run(program, way)?;
            let printed = done.stdout_text();
            let is_sound = done.end == End::Exit(0) && done.stderr.is_empty();
            if i == 0 && is_sound && bless::is_wanted() && !golden.exists() {
                fs::write(&golden, &printed).map_err(|e| e.to_string())?;
            }
            let expected = fs::read_to_string(&golden).unwrap_or_default();
            if printed != expected || !is_sound {
                problems.push(format!(
                    "{} {:?} {} {:?}: {}\n{}\n{}",
                    program.display(),
                    way.form,
                    way.tier,
                    way.others,
                    done.end,
                    diff(&expected, &printed),
                    done.stderr_text()
                ));
            }
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(problems.join("\n")),
        }
    }

    fn run(&self, program: &Path, way: &Way) -> Result<Finished, String> {
        let mut args = vec!["--tier", way.tier];
        let places = match way.others {
            None => ["(current-node)", "(current-node)"].map(str::to_owned),
            Some(others) => {
                args.extend(["--node", "127.0.0.1:0"]);
                others.map(|i| self.nodes[i].expression())
            }
        };
        let [there, third] = &places;
        let call = format!("(run (current-node) {})\n(exit)\n", places.join(" "));
        let texts = [
            root().join("tests/values/support/show.scm"),
            program.to_owned(),
        ];
        match way.form {
            Form::Script => self.script(&args, &format!("{}\n{call}", include(&texts))),
            Form::Repl => {
                let read = |path| fs::read_to_string(path).unwrap_or_default();
                let input = [texts.map(read).concat(), call].concat();
                self.cluster.run(args, &input, PATIENCE)
            }
            Form::Apart => self.script(
                &args,
                &format!(
                    "(define there {there})\n(define third {third})\n{}\n(exit)\n",
                    include(&texts)
                ),
            ),
            Form::Library => {
                let name = stem(program);
                let library = format!(
                    "(define-library (travels {name}) (export run) (import {IMPORTS})\n{})",
                    include(&texts)
                );
                self.cluster
                    .file(&format!("lib/travels/{name}.sld"), &library)?;
                args.extend(["--search", "lib"]);
                self.script(&args, &format!("(import (travels {name}))\n{call}"))
            }
        }
    }

    fn script(&self, args: &[&str], text: &str) -> Result<Finished, String> {
        self.cluster.file("script.scm", text)?;
        self.cluster
            .run([args, &["script.scm"]].concat(), "", PATIENCE)
    }
}

/// A form that includes these files.
fn include(paths: &[PathBuf]) -> String {
    let quoted = paths
        .iter()
        .map(|path| format!("{:?}", path.display().to_string()));
    format!("(include {})", quoted.collect::<Vec<_>>().join(" "))
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
