//! The command line.

use crate::network::NetOptions;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, value_parser};
use std::path::PathBuf;
use termite_vm::Tier;

/// What the command line asks for.
pub struct Options {
    pub tier: Tier,
    pub search: Vec<PathBuf>,
    pub zeal: u32,
    /// Runs a second process beside the program.
    pub beside: bool,
    pub stats: bool,
    /// Compiles all of the program before it runs.
    pub whole: bool,
    pub heap_limit: Option<u64>,
    /// Where the node listens from the start.
    pub node: Option<(String, u16)>,
    pub net: NetOptions,
    pub what: What,
}

/// What is to be run.
pub enum What {
    Repl,
    /// A REPL on the node there.
    Attach(String, u16),
    Expression(String),
    /// The script, then its arguments.
    Script(Vec<String>),
}

const AFTER_HELP: &str = "\
Without FILE a REPL starts; entries come from the standard input if that is no terminal. At
their end the command exits, unless it is a node that listens: that stays up until (exit) or
an interrupt.

termite attach HOST:PORT is a REPL on the node that listens there.

termite install, uninstall, update, list, lock and new are about installed libraries: each
has a --help of its own.";

fn command() -> Command {
    Command::new("termite")
        .about("A distributed Scheme: R7RS, compiled, with processes that can move")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(AFTER_HELP)
        .arg(
            Arg::new("expression")
                .short('e')
                .value_name("EXPR")
                .help("Evaluates the expressions and exits"),
        )
        .arg(
            Arg::new("tier")
                .long("tier")
                .value_name("TIER")
                .value_parser(["interp", "jit", "auto"])
                .default_value("auto")
                .help("How code runs: interpreted, compiled at first use, or compiled when hot"),
        )
        .arg(
            Arg::new("search")
                .long("search")
                .value_name("DIR")
                .action(ArgAction::Append)
                .value_parser(value_parser!(PathBuf))
                .help("Looks for libraries in this directory too"),
        )
        .arg(
            Arg::new("heap-limit")
                .long("heap-limit")
                .value_name("MB")
                .value_parser(value_parser!(u64).range(16..))
                .help("Largest size of the heap in megabytes [default: a quarter of memory]"),
        )
        .arg(
            Arg::new("node")
                .long("node")
                .value_name("HOST:PORT")
                .value_parser(address)
                .help("Is a node that listens there; stays up after the script. Port 0 takes a free one"),
        )
        .arg(
            Arg::new("secret")
                .long("secret")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("File with the secret of the nodes that may connect [default: ~/.termite/secret]"),
        )
        .arg(seconds("heartbeat", "Seconds between the node's signs of life [default: 5]"))
        .arg(seconds("timeout", "Seconds without one after which a node is lost [default: 15]"))
        .arg(
            Arg::new("stats")
                .long("stats")
                .action(ArgAction::SetTrue)
                .help("Prints counts of compiling and collecting at exit"),
        )
        .arg(
            Arg::new("whole")
                .long("whole")
                .action(ArgAction::SetTrue)
                .help("Compiles all of the program to machine code before it runs"),
        )
        .arg(
            Arg::new("zeal")
                .long("zeal")
                .value_name("LEVEL")
                .value_parser(value_parser!(u32).range(0..=3))
                .default_value("0")
                .help("Collects (1), checks the heap (2), rewrites frames (3) all the time; for tests"),
        )
        .arg(Arg::new("beside").long("beside").action(ArgAction::SetTrue).hide(true))
        .arg(
            Arg::new("script")
                .value_name("FILE")
                .num_args(1..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .help("The script to run, and its arguments; without one, a REPL starts"),
        )
}

fn seconds(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("SECONDS")
        .value_parser(|text: &str| match text.parse::<f64>() {
            Ok(s) if s > 0.0 && s < 1e9 => Ok(s),
            _ => Err("a number of seconds above 0 is expected"),
        })
        .help(help)
}

/// `HOST:PORT`; a port alone is one of this machine's.
fn address(text: &str) -> Result<(String, u16), String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("localhost", text));
    match port.parse() {
        Ok(port) => Ok((host.to_owned(), port)),
        Err(_) => Err(format!("{port:?} is no port; HOST:PORT is expected")),
    }
}

/// `attach HOST:PORT`.
fn attach(arguments: &[String]) -> What {
    let wrong = |why: String| command().error(ErrorKind::InvalidValue, why).exit();
    let [place] = arguments else {
        return wrong("attach: one HOST:PORT is expected".into());
    };
    match address(place) {
        Ok((host, port)) => What::Attach(host, port),
        Err(why) => wrong(format!("attach: {why}")),
    }
}

impl Options {
    /// Reads the command line; prints help, version or an error and exits when that is
    /// what it comes to.
    pub fn parse() -> Options {
        let found = command().get_matches();
        let tier = match found.get_one::<String>("tier").map(String::as_str) {
            Some("interp") => Tier::Interp,
            Some("jit") => Tier::Jit,
            _ => Tier::Auto,
        };
        let script: Vec<String> = found
            .get_many("script")
            .map(|all| all.cloned().collect())
            .unwrap_or_default();
        let what = match found.get_one::<String>("expression") {
            Some(text) => What::Expression(text.clone()),
            None if script.is_empty() => What::Repl,
            None if script[0] == "attach" => attach(&script[1..]),
            None => What::Script(script),
        };
        Options {
            tier,
            search: found
                .get_many("search")
                .map(|all| all.cloned().collect())
                .unwrap_or_default(),
            zeal: found.get_one("zeal").copied().unwrap_or(0),
            beside: found.get_flag("beside"),
            stats: found.get_flag("stats"),
            whole: found.get_flag("whole"),
            heap_limit: found.get_one::<u64>("heap-limit").map(|mb| mb << 20),
            node: found.get_one("node").cloned(),
            net: NetOptions {
                secret: found.get_one("secret").cloned(),
                heartbeat: found.get_one("heartbeat").copied(),
                timeout: found.get_one("timeout").copied(),
            },
            what,
        }
    }
}
