//! The commands about installed libraries, as a user gives them.
//!
//! Each file of `tests/install` is a transcript: lines that begin with `$` are given in order,
//! in a home of their own, and what they print stands below them; a line that begins with
//! `!` was written to the standard error output. Beside `termite` there are commands of the
//! test's own (see [`Scene::perform`]), for what happens to repositories and files
//! meanwhile. `github.com` is a directory here, with the repositories that [`upstream`]
//! makes; their commits are the same in every run.

use git2::Repository;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use termite_bench::binary::{self, root};
use termite_bench::process::{self, End, Limits};
use termite_bench::temp::TempDir;
use termite_tests::bless;
use termite_tests::report::Report;
use termite_tests::upstream::{commit, init, tag, write};

/// Seconds that a command may take.
const PATIENCE: u64 = 60;

struct Scene {
    place: TempDir,
    /// Where commands are given.
    directory: PathBuf,
}

type Done<T> = Result<T, Box<dyn std::error::Error>>;

#[test]
fn transcripts() -> Result<(), Report> {
    let mut failures = Vec::new();
    for path in files()? {
        let expected = fs::read_to_string(&path)?;
        let printed = replay(&expected)?;
        if bless::is_wanted() {
            fs::write(&path, &printed)?;
        } else if printed != expected {
            failures.push(format!(
                "{}\n--- expected\n{expected}--- printed\n{printed}",
                path.display()
            ));
        }
    }
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Report(failures.join("\n"))),
    }
}

fn files() -> Result<Vec<PathBuf>, String> {
    let folder = root().join("tests/install");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    match paths.is_empty() {
        true => Err(format!("{}: no transcripts", folder.display())),
        false => Ok(paths),
    }
}

/// Gives the commands of a transcript anew. Comments and empty lines stay.
fn replay(text: &str) -> Done<String> {
    let mut scene = Scene::new()?;
    let mut printed = String::new();
    for line in text.lines() {
        if line.is_empty() || line.starts_with("# ") {
            printed.push_str(&format!("{line}\n"));
        } else if let Some(command) = line.strip_prefix("$ ") {
            printed.push_str(&format!("{line}\n"));
            printed.push_str(&scene.perform(command)?);
        }
    }
    Ok(printed)
}

impl Scene {
    fn new() -> Done<Scene> {
        let place = TempDir::new("modules")?;
        let path = place.path().canonicalize()?;
        let directory = path.join("project");
        fs::create_dir_all(&directory)?;
        fs::create_dir_all(path.join("home"))?;
        upstream(&path.join("github.com"))?;
        let rules = format!(
            "[mirrors]\n\"github.com\" = \"{}/github.com\"\n",
            path.display()
        );
        fs::write(path.join("home/rules.toml"), rules)?;
        Ok(Scene { place, directory })
    }

    fn path(&self, name: &str) -> Done<PathBuf> {
        Ok(self.place.path().canonicalize()?.join(name))
    }

    /// One command; what it printed.
    fn perform(&mut self, command: &str) -> Done<String> {
        let words: Vec<&str> = command.split(' ').collect();
        match words[..] {
            ["termite", ref arguments @ ..] => return self.termite(arguments),
            // The network is gone, or there again.
            ["offline"] => fs::rename(self.path("github.com")?, self.path("away")?)?,
            ["online"] => fs::rename(self.path("away")?, self.path("github.com")?)?,
            // A change of fred/hello, and the tag that it gets.
            ["release", name] => {
                let git = Repository::open(self.path("github.com/fred/hello")?)?;
                write(&git, "hello.sld", &hello(name))?;
                tag(&git, name, commit(&git)?)?;
            }
            ["cd", directory] => self.directory = self.directory.join(directory).canonicalize()?,
            // A file of one line, or a further line of it.
            ["write", file, ref text @ ..] => {
                let file = self.directory.join(file);
                let old = fs::read_to_string(&file).unwrap_or_default();
                if let Some(parent) = file.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::write(&file, format!("{old}{}\n", text.join(" ")))?;
            }
            // Makes a directory a repository, or commits what changed there.
            ["commit", directory, ref tags @ ..] => {
                let directory = self.directory.join(directory);
                let git = Repository::open(&directory).or_else(|_| init(&directory))?;
                let id = commit(&git)?;
                for name in tags {
                    tag(&git, name, id)?;
                }
            }
            // Marked, since a file may have lines that mean something here.
            ["cat", file] => {
                let text = fs::read_to_string(self.directory.join(file))?;
                return Ok(text.lines().map(|line| format!("|{line}\n")).collect());
            }
            ["tamper", file] => {
                let file = self.path("home/userlib")?.join(file);
                fs::remove_file(&file)?;
                fs::write(&file, "tampered")?;
            }
            _ => return Err(format!("no such command: {command}").into()),
        }
        Ok(String::new())
    }

    fn termite(&self, arguments: &[&str]) -> Done<String> {
        let home = self.path("home")?;
        let mut command = Command::new(binary::termite()?);
        command.args(arguments).current_dir(&self.directory);
        command.env("HOME", &home).env("TERMITE_HOME", &home);
        let done = process::run(&mut command, b"", Limits::seconds(PATIENCE))?;
        let mut text = done.stdout_text();
        let errors = done.stderr_text();
        text.extend(errors.lines().map(|line| format!("!{line}\n")));
        if done.end != End::Exit(0) {
            text.push_str(&format!("{}\n", done.end));
        }
        let place = self.place.path().canonicalize()?;
        Ok(without_dates(
            &text.replace(&*place.to_string_lossy(), "PLACE"),
        ))
    }
}

/// Days are those of the run.
fn without_dates(text: &str) -> String {
    let words = text.split_inclusive([' ', '\n']).map(|word| {
        let day = word.trim_end();
        let is_day = day.len() == 10 && day.bytes().filter(|b| *b == b'-').count() == 2;
        match is_day && day.starts_with("20") {
            true => word.replace(day, "DAY"),
            false => word.to_owned(),
        }
    });
    words.collect()
}

/// `fred/hello` with the tags 1.0 and v2.0, `zoo/cats` with 2.0, which imports it.
fn upstream(github: &Path) -> Done<()> {
    let git = init(&github.join("fred/hello"))?;
    write(&git, "hello.sld", &hello("one"))?;
    write(
        &git,
        "sub/deep.sld",
        "(define-library (github.com/fred hello sub deep))",
    )?;
    tag(&git, "1.0", commit(&git)?)?;
    write(&git, "hello.sld", &hello("two"))?;
    tag(&git, "v2.0", commit(&git)?)?;
    write(&git, "hello.sld", &hello("three"))?;
    commit(&git)?;
    let git = init(&github.join("zoo/cats"))?;
    let cats = "(define-library (github.com/zoo cats) (import (scheme base) (github.com/fred \
                hello @1.0)))";
    write(&git, "cats.sld", cats)?;
    tag(&git, "2.0", commit(&git)?)
}

fn hello(text: &str) -> String {
    format!(
        "(define-library (github.com/fred hello) (export hi) (import (scheme base)) \
         (begin (define hi \"{text}\")))"
    )
}
