//! Fetching over ssh: what the `ssh` program is given, and what becomes of its answers.
//!
//! This program is its own `ssh`. It has no test harness, since it is run again: with
//! `client`, in an environment whose first `ssh` is a script that calls it; and by that
//! script, with `ssh` and the arguments that ssh was given.

mod support;

#[path = "support/server.rs"]
mod server;

use std::fs;
use std::io::{stdin, stdout};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use support::{Place, error, name, text_of};
use termite_modules::{Address, Cause, Rules, Silent, Store};

const ROOT: &str = "TERMITE_TEST_SSH_ROOT";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("ssh") => ssh(&arguments[1..]),
        Some("client") => client(),
        // Whatever a test runner asks for.
        Some(_) | None => parent(),
    }
}

/// Makes the script, and runs the client under it.
fn parent() {
    let place = Place::new();
    let this = std::env::current_exe().unwrap();
    let bin = place.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let script = format!("#!/bin/sh\nexec '{}' ssh \"$@\"\n", this.display());
    fs::write(bin.join("ssh"), script).unwrap();
    fs::set_permissions(bin.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let status = Command::new(this)
        .arg("client")
        .env("PATH", format!("{}:{path}", bin.display()))
        .env(ROOT, place.path())
        .status();
    assert!(status.unwrap().success());
    println!("test ssh ... ok");
}

/// As ssh on its way to a machine whose root directory is the test's.
fn ssh(arguments: &[String]) {
    let root = std::env::var(ROOT).unwrap();
    let told = arguments.join(" ");
    fs::write(format!("{root}/told"), &told).unwrap();
    let command = arguments.last().unwrap();
    let path = command.strip_prefix("git-upload-pack '").unwrap();
    let path = path.strip_suffix('\'').unwrap().trim_start_matches('/');
    let Ok(git) = git2::Repository::open(format!("{root}/{path}")) else {
        std::process::exit(128);
    };
    server::converse(&git, &mut stdin().lock(), &mut stdout().lock());
}

fn client() {
    let root = std::env::var(ROOT).unwrap();
    let place = Place::new();
    let upstream = support::Upstream::new(format!("{root}/fred/hello").as_ref());
    let one = upstream.commit(&[("hello.sld", "one")]);
    upstream.tag("1.0", one);
    upstream.commit(&[("hello.sld", "two")]);
    let told = || fs::read_to_string(format!("{root}/told")).unwrap();

    // By an address of the user's.
    let store = Store::open(place.root(), Rules::default());
    let origin = Address::parse("git@h.example:fred/hello").unwrap();
    let library = name("h.example/fred/hello@1.0");
    store
        .install_from(&library, Some(&origin), Cause::User, &mut Silent)
        .unwrap();
    assert_eq!(text_of(&store, "h.example/fred/hello@1.0").unwrap(), "one");
    assert_eq!(told(), "-- git@h.example git-upload-pack 'fred/hello'");
    let three = upstream.commit(&[("hello.sld", "three")]);
    upstream.tag("3.0", three);
    let updated = store.update(&library, &mut Silent).unwrap();
    assert_eq!(updated.new_tags, ["3.0"]);

    // By a rule, for a message too, which nobody is asked about.
    let other = Place::new();
    let rules = "[mirrors]\n\"github.com\" = \"ssh://git@h.example:2222/\"\n\
                 [messages]\nschemes = [\"ssh\"]";
    let store = Store::open(other.root(), Rules::parse(rules).unwrap());
    let library = name("github.com/fred/hello@1.0");
    store
        .install(&library, Cause::Message, &mut Silent)
        .unwrap();
    assert_eq!(text_of(&store, "github.com/fred/hello@1.0").unwrap(), "one");
    assert_eq!(
        told(),
        "-o BatchMode=yes -p 2222 -- git@h.example git-upload-pack '/fred/hello'"
    );
    let missing = store.install(&name("github.com/fred/other"), Cause::User, &mut Silent);
    let why = error(missing);
    assert!(why.contains("ssh ended"), "{why}");
}
