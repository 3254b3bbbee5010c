//! Installed libraries, from the command line: `termite install` and its like.
//!
//! These commands need no node and no compiler: they read their own arguments before
//! anything else is started. What they do is the store's business (`compiler/modules`).

mod commands;
mod home;
mod imports;
mod lock;
mod new;
mod progress;
mod source;

use crate::{EXIT_NO_INPUT, EXIT_SYNTAX, EXIT_UNAVAILABLE};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;
use termite_modules::StoreError;

pub use home::{current_lock, home, open_store, policy, rules, userlib};
pub use progress::Line;

/// The words that these commands begin with, and the other spelling of some.
const WORDS: [(&str, &str); 9] = [
    ("install", "install"),
    ("-install", "install"),
    ("uninstall", "uninstall"),
    ("-uninstall", "uninstall"),
    ("update", "update"),
    ("-update", "update"),
    ("list", "list"),
    ("lock", "lock"),
    ("new", "new"),
];

/// What went wrong, for the user, and the exit code for it.
pub struct Failure {
    /// `None`: it has been said.
    pub message: Option<String>,
    pub code: i32,
}

impl Failure {
    /// Something that was named is not there.
    fn missing(message: impl Into<String>) -> Failure {
        Failure {
            message: Some(message.into()),
            code: EXIT_NO_INPUT,
        }
    }

    /// Something that was given is wrong.
    fn wrong(message: impl Into<String>) -> Failure {
        Failure {
            message: Some(message.into()),
            code: EXIT_SYNTAX,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        let code = match &error {
            StoreError::Unreachable { .. }
            | StoreError::Forbidden { .. }
            | StoreError::NotAllowed { .. }
            | StoreError::NoAddress { .. } => EXIT_UNAVAILABLE,
            StoreError::Disk { .. }
            | StoreError::Git { .. }
            | StoreError::NoVersion { .. }
            | StoreError::Empty { .. }
            | StoreError::NotInstalled { .. } => EXIT_NO_INPUT,
            StoreError::Name(_)
            | StoreError::Rules(_)
            | StoreError::Damaged { .. }
            | StoreError::AmbiguousCommit { .. }
            | StoreError::Unacceptable { .. }
            | StoreError::TooLarge { .. }
            | StoreError::InSubmodule { .. }
            | StoreError::NotAsLocked { .. }
            | StoreError::ContentChanged { .. }
            | StoreError::OtherOrigin { .. } => EXIT_SYNTAX,
        };
        Failure {
            message: Some(error.to_string()),
            code,
        }
    }
}

impl Failure {
    /// Says it, if it has not been said.
    fn report(&mut self) {
        if let Some(message) = self.message.take() {
            report(&message);
        }
    }
}

/// Runs one of these commands if the command line asks for one; its exit code.
pub fn main() -> Option<i32> {
    let mut arguments: Vec<String> = std::env::args().collect();
    let word = arguments.get_mut(1)?;
    let (_, name) = WORDS.iter().find(|(spelling, _)| spelling == word)?;
    *word = (*name).to_owned();
    let found = command().get_matches_from(arguments);
    Some(run(&found))
}

fn run(found: &ArgMatches) -> i32 {
    let done = match found.subcommand() {
        Some(("install", found)) => commands::install(directory(found), &libraries(found)),
        Some(("uninstall", found)) => commands::uninstall(directory(found), &libraries(found)),
        Some(("update", found)) => commands::update(directory(found), &libraries(found)),
        Some(("list", found)) => commands::list(directory(found), &libraries(found)),
        Some(("lock", found)) => lock::run(directory(found)),
        Some(("new", found)) => new::run(&libraries(found)),
        Some(_) | None => Ok(()),
    };
    match done {
        Ok(()) => 0,
        Err(mut failure) => {
            failure.report();
            failure.code
        }
    }
}

/// Says what is wrong.
fn report(message: &str) {
    eprintln!("termite: {message}");
}

fn directory(found: &ArgMatches) -> Option<PathBuf> {
    found.try_get_one::<PathBuf>("dir").ok().flatten().cloned()
}

fn libraries(found: &ArgMatches) -> Vec<String> {
    let all = found.get_many::<String>("libraries");
    all.map(|all| all.cloned().collect()).unwrap_or_default()
}

fn command() -> Command {
    let with_dir = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).arg(
            Arg::new("dir")
                .long("dir")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help("Where installed libraries are [default: ~/.termite/userlib]"),
        )
    };
    let some = |least: usize| {
        Arg::new("libraries")
            .value_name("LIB")
            .num_args(least..)
            .required(least > 0)
            .action(ArgAction::Append)
    };
    Command::new("termite")
        .subcommand_required(true)
        .subcommand(
            with_dir("install", "Installs libraries from their repositories")
                .arg(some(0))
                .after_help(INSTALL_HELP),
        )
        .subcommand(
            with_dir(
                "uninstall",
                "Removes a version, or without @VERSION all of them",
            )
            .arg(some(1)),
        )
        .subcommand(
            with_dir(
                "update",
                "Fetches what is new; what was installed without a version follows",
            )
            .arg(some(0)),
        )
        .subcommand(with_dir("list", "Lists what is installed").arg(some(0)))
        .subcommand(with_dir(
            "lock",
            "Writes termite.lock for the project in this directory",
        ))
        .subcommand(
            Command::new("new")
                .about("Begins a library")
                .arg(some(2))
                .override_usage("termite new lib NAME"),
        )
}

const INSTALL_HELP: &str = "\
LIB is a name (github.com/fred/hello), a path (./hello), or the URL of a repository, with
@VERSION after it: a tag (@1.0 is also v1.0) or a commit. Without @VERSION it is what the
default branch has now. Without LIB: all that termite.lock names.";
