//! The `termite` command, as a library for its own tests.
//!
//! Assembles the compiler and the runtime; owns the command line, the REPL and exit
//! codes (0, or what the program asked for; 65: the program is wrong; 66: it cannot be
//! read; 69: a node or a repository is out of reach; 70: it raised an exception that nothing handled; 130: interrupted).

mod arrivals;
mod attach;
pub mod engine;
mod entries;
pub mod host;
mod image;
pub mod libraries;
mod library;
pub mod machine;
mod macros;
mod manual;
pub mod modules;
mod network;
mod options;
mod repl;
mod script;

use arrivals::Arrivals;
use engine::{Linker, SharedLinker, compiler_in, new_node};
use host::{CompilerHost, HostHandle, SharedHost};
use libraries::{Installed, Libraries};
use machine::JitMachine;
use network::NodeNetwork;
use options::{Options, What};
use std::io::{IsTerminal, stdin};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use termite_modules::Audience;
use termite_vm::{Machine, NodeOptions, Tier, Vm, Zeal};

pub const EXIT_SYNTAX: i32 = 65;
pub const EXIT_NO_INPUT: i32 = 66;
pub const EXIT_UNAVAILABLE: i32 = 69;
pub const EXIT_FAILED: i32 = 70;
pub const EXIT_INTERRUPTED: i32 = 130;

/// A session: the node and what it is fed by.
pub struct Session {
    pub vm: Vm,
    pub linker: SharedLinker,
    host: SharedHost,
    /// Scripts are compiled whole before they run.
    whole: bool,
    machine: Option<Arc<JitMachine>>,
}

impl Session {
    fn new(options: &Options, command_line: Vec<String>) -> Result<Session, String> {
        let machine = match options.tier {
            Tier::Interp => None,
            Tier::Jit | Tier::Auto => start_jit(options.tier),
        };
        let zeal = Zeal::level(options.zeal);
        let mut node = NodeOptions {
            tier: options.tier,
            zeal,
            ..NodeOptions::default()
        };
        node.heap.poison = zeal.is_on();
        node.heap.limit_bytes = options.heap_limit.unwrap_or_else(default_heap_limit);
        let shared = machine.clone().map(|m| m as Arc<dyn Machine>);
        let mut vm = new_node(shared, node);
        termite_stdlib::set_command_line(&mut vm, command_line);
        let came = Arc::new(AtomicBool::new(false));
        let network = NodeNetwork::new(options.net.clone(), came.clone());
        vm.reactor = Some(Box::new(network));
        let libraries = libraries_of(options)?;
        let salt = std::env::var("TERMITE_TEST_SALT").ok();
        let compiler = compiler_in(&libraries, salt.as_deref());
        let linker = Linker::with_libraries(compiler, libraries);
        let arrivals = Arrivals::new(options.libraries.code_from.clone(), salt, came);
        let host = CompilerHost::new(linker.clone()).with_arrivals(arrivals);
        let host = SharedHost::new(host.into());
        vm.host = Some(Box::new(HostHandle(host.clone())));
        Ok(Session {
            vm,
            host,
            linker,
            whole: options.whole,
            machine,
        })
    }

    fn print_stats(&self) {
        let compiling = self.linker.borrow().compiler.stats();
        let arrived = self.host.borrow().spent();
        eprintln!("stat libraries-compiled {}", compiling.libraries);
        eprintln!("stat libraries-cached {}", compiling.cached);
        eprintln!("stat units-fetched {}", self.vm.units_fetched());
        eprintln!("stat bytes-sent {}", self.vm.traffic.bytes_sent);
        eprintln!("stat bytes-received {}", self.vm.traffic.bytes_received);
        let seconds = [
            ("install", arrived.install),
            ("expand", arrived.expand + compiling.expand),
            ("lower", arrived.lower + compiling.lower),
        ];
        for (what, spent) in seconds {
            eprintln!("stat {what}-seconds {:.6}", spent.as_secs_f64());
        }
        let heap = self.vm.heap.stats();
        eprintln!("stat gc-minor {}", heap.minor_collections);
        eprintln!("stat gc-full {}", heap.full_collections);
        eprintln!("stat bytes-allocated {}", heap.allocated);
        if let Some(machine) = &self.machine {
            let s = machine.stats();
            let time = s.lowering + s.codegen + s.stripping;
            eprintln!("stat compile-seconds {:.6}", time.as_secs_f64());
            eprintln!("stat code-bytes {}", s.code_bytes);
            eprintln!("stat segments-compiled {}", s.compiled);
            eprintln!("stat segments-unstripped {}", s.unstrippable);
            eprintln!("stat segments-unsupported {}", s.unsupported);
            eprintln!("stat clif-instructions {}", s.clif_insts);
        }
    }
}

/// The libraries of this user, and who is there to be asked about more of them.
fn libraries_of(options: &Options) -> Result<Libraries, String> {
    let audience = match (&options.what, stdin().is_terminal()) {
        (_, false) => Audience::Nobody,
        (What::Repl, true) => Audience::Repl,
        (What::Attach(..) | What::Expression(_) | What::Script(_), true) => Audience::Terminal,
    };
    let installed = Installed::of_user(&options.libraries, audience)?;
    Ok(Libraries::new(options.search.clone(), Arc::new(installed)))
}

/// Machine code, or a word about why there is none.
fn start_jit(tier: Tier) -> Option<Arc<JitMachine>> {
    match JitMachine::new() {
        Ok(machine) => Some(Arc::new(machine)),
        Err(e) => {
            if tier == Tier::Jit {
                eprintln!("termite: everything will be interpreted: {e}");
            }
            None
        }
    }
}

/// A quarter of the memory that this process may use.
fn default_heap_limit() -> u64 {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let total = read("/proc/meminfo").and_then(|text| {
        let line = text.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
        Some(number(line.trim_end_matches("kB"))? << 10)
    });
    let group = read("/sys/fs/cgroup/memory.max").and_then(|text| number(&text));
    let memory = total.into_iter().chain(group).min().unwrap_or(4 << 30);
    (memory / 4).max(64 << 20)
}

fn run(options: Options) -> i32 {
    let command_line = match &options.what {
        What::Script(args) => args.clone(),
        What::Expression(_) | What::Repl | What::Attach(..) => vec!["termite".to_owned()],
    };
    let mut session = match Session::new(&options, command_line) {
        Ok(session) => session,
        Err(why) => {
            eprintln!("termite: {why}");
            return EXIT_SYNTAX;
        }
    };
    if let Some((host, port)) = &options.node
        && let Some(code) = script::start_node(&mut session, host, *port)
    {
        return code;
    }
    let code = match &options.what {
        What::Repl => repl::run(&mut session),
        What::Attach(host, port) => attach::run(&mut session, host, *port),
        What::Expression(text) => script::run(&mut session, "(command line)", text, options.beside),
        What::Script(args) if library::is_name(&args[0]) => {
            library::run(&mut session, &args[0], options.beside)
        }
        What::Script(args) => script::run_file(&mut session, &args[0], options.beside),
    };
    session.vm.flush_output();
    if options.stats {
        session.print_stats();
    }
    code
}

/// Runs the command; its exit code.
pub fn main() -> i32 {
    if let Some(code) = modules::main() {
        return code;
    }
    let options = Options::parse();
    termite_driver::with_big_stack(|| run(options))
}
