//! Libraries in files, installed or in directories, and what the command makes of them.
//!
//! Each folder of `tests/modules` is one case: `commands` has the arguments of the command,
//! line by line, and `transcript` what is printed, where `!` begins a line of the standard
//! error output. `'a b'` is one argument, and `< FILE` the input. The commands run in a copy
//! of the folder, one after the other, interpreted and compiled, which must give the same;
//! the copy is also Termite's directory. Trees in `userlib` become versions of repositories
//! that are made on the spot, and are installed from there first.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use termite_bench::binary::{self, root};
use termite_bench::process::{self, End, Limits};
use termite_bench::temp::TempDir;
use termite_tests::bless;
use termite_tests::cluster::Cluster;
use termite_tests::diff::diff;
use termite_tests::report::Report;
use termite_tests::upstream::{self, copy};

/// Seconds that a command may take.
const PATIENCE: u64 = 60;

/// One line of `commands`.
struct Line {
    arguments: Vec<String>,
    input: Option<String>,
}

fn parse(line: &str) -> Result<Line, String> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted
                .split_once('\'')
                .ok_or(format!("no end of ': {line}"))?,
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    let input = words.iter().position(|w| w == "<");
    let input = input.and_then(|at| words.drain(at..).nth(1));
    Ok(Line {
        arguments: words,
        input,
    })
}

fn run(case: &Path, tier: &str) -> Result<String, Report> {
    let home = TempDir::new("modules")?;
    copy(case, home.path())?;
    let mut transcript = install(home.path())?;
    for line in fs::read_to_string(case.join("commands"))?.lines() {
        let command = parse(line)?;
        transcript.push_str(&format!("$ termite {line}\n"));
        transcript.push_str(&run_one(&command, home.path(), tier)?);
    }
    Ok(transcript)
}

/// Makes repositories of the case's installed libraries, and installs them from there. What
/// is printed when one cannot be.
fn install(home: &Path) -> Result<String, Report> {
    let trees = home.join("userlib");
    if !trees.is_dir() {
        return Ok(String::new());
    }
    let trees = home.join("trees");
    fs::rename(home.join("userlib"), &trees)?;
    let upstream = home.canonicalize()?.join("upstream");
    let versions = upstream::of_trees(&trees, &upstream)?;
    fs::remove_dir_all(&trees)?;
    let mut rules = "[mirrors]\n".to_owned();
    for host in fs::read_dir(&upstream)? {
        let host = host?.path();
        let name = host.file_name().unwrap_or_default().to_string_lossy();
        rules.push_str(&format!("{name:?} = {host:?}\n"));
    }
    fs::write(home.join("rules.toml"), rules)?;
    let mut failures = String::new();
    for version in versions {
        let name = format!("{}@{}", version.repository, version.version);
        let line = Line {
            arguments: vec!["install".into(), name.clone()],
            input: None,
        };
        let (printed, end) = give(&line, home, &[])?;
        if end != End::Exit(0) {
            failures.push_str(&format!("$ termite install {name}\n{printed}"));
        }
    }
    let place = home.canonicalize()?.display().to_string();
    Ok(failures.replace(&place, "PLACE"))
}

fn run_one(line: &Line, home: &Path, tier: &str) -> Result<String, Report> {
    let place = home.canonicalize()?.display().to_string();
    let (text, _) = give(line, home, &["--tier", tier])?;
    Ok(text.replace(&place, "PLACE"))
}

/// What a command prints, and how it ends.
fn give(line: &Line, home: &Path, before: &[&str]) -> Result<(String, End), Report> {
    let mut command = Command::new(binary::termite()?);
    command.args(before).args(&line.arguments);
    command.current_dir(home);
    command.env("HOME", home).env("TERMITE_HOME", ".");
    let input = match &line.input {
        Some(file) => fs::read(home.join(file))?,
        None => Vec::new(),
    };
    let done = process::run(&mut command, &input, Limits::seconds(PATIENCE))?;
    let mut text = done.stdout_text();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let errors = done.stderr_text();
    text.extend(errors.lines().map(|line| format!("!{line}\n")));
    if done.end != End::Exit(0) {
        text.push_str(&format!("{}\n", done.end));
    }
    Ok((text, done.end))
}

fn cases() -> Result<Vec<PathBuf>, Report> {
    let wanted = std::env::var("TERMITE_FILTER").unwrap_or_default();
    let entries = fs::read_dir(root().join("tests/modules"))?;
    let paths = entries.filter_map(|e| Some(e.ok()?.path()));
    let is_case = |p: &PathBuf| p.is_dir() && p.to_string_lossy().contains(&wanted);
    let mut paths: Vec<PathBuf> = paths.filter(is_case).collect();
    paths.sort();
    match paths.is_empty() && wanted.is_empty() {
        true => Err(Report("tests/modules: no cases".into())),
        false => Ok(paths),
    }
}

/// What is wrong with a case in a tier.
fn check(case: &Path, tier: &str) -> Result<Option<String>, Report> {
    let printed = run(case, tier)?;
    let golden = case.join("transcript");
    if bless::is_wanted() && tier == "interp" {
        fs::write(&golden, &printed)?;
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    let differ = expected != printed;
    Ok(differ.then(|| format!("{} ({tier})\n{}", case.display(), diff(&expected, &printed))))
}

#[test]
fn transcripts() -> Result<(), Report> {
    let mut wrong = Vec::new();
    for case in cases()? {
        for tier in ["interp", "jit"] {
            wrong.extend(check(&case, tier)?);
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Report(wrong.join("\n"))),
    }
}

/// The library of one of two versions.
fn hello(greeting: &str) -> String {
    format!(
        "(define-library (hello) (export hi name) (import (scheme base) (termite))\n\
         (begin (define (hi who) (list {greeting:?} who))\n\
         (define (name) (procedure-name hi))))"
    )
}

/// Both versions run on a node that has neither; it is told by name which is which.
const TRAVELLER: &str = "
(import (prefix (github.com/fred hello @1.0) old:) (prefix github.com/fred/hello@1.5 new:))
(define (both)
  (list (old:hi 'ada) (new:hi 'ada) (old:name) (procedure-name new:hi)))
(define there (on node both))
(write there)
(newline)
(write (equal? there (both)))
(newline)
(exit)
";

#[test]
fn versions_travel() -> Result<(), Report> {
    let cluster = Cluster::new("modules")?;
    let mut node = cluster.node(&["--whitelist", "github.com/fred"], "")?;
    for (version, greeting) in [("1.0", "hello"), ("1.5", "hi")] {
        let file = format!("lib/github.com/fred/hello@{version}/hello.sld");
        cluster.file(&file, &hello(greeting))?;
    }
    let text = format!("(define node {})\n{TRAVELLER}", node.expression());
    cluster.file("traveller.scm", &text)?;
    let args = ["--search", "lib", "--node", "127.0.0.1:0", "traveller.scm"];
    let done = cluster.run(args, "", PATIENCE)?;
    let expected = "((\"hello\" ada) (\"hi\" ada) github.com/fred/hello@1.0#hi \
                    github.com/fred/hello@1.5#hi)\n#t\n";
    if done.stdout_text() != expected || !done.stderr.is_empty() || !node.is_running() {
        let (out, err) = (done.stdout_text(), done.stderr_text());
        return Err(Report(format!("{}\n{out}\n{err}", done.end)));
    }
    Ok(())
}
