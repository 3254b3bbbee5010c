//! The systems, and how each runs a program of processes.

use super::peer::{Epmd, Peer};
use super::programs::{Program, assemble, erlang_module, sources};
use crate::binary;
use crate::process::{self, End, Limits};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum System {
    Termite,
    /// With as many schedulers as there are cores.
    Erlang,
    /// With one scheduler, as a node of Termite has.
    ErlangOne,
    Gambit,
}

impl System {
    pub const ALL: [System; 4] = [
        System::Termite,
        System::Erlang,
        System::ErlangOne,
        System::Gambit,
    ];

    pub fn name(self) -> &'static str {
        match self {
            System::Termite => "termite",
            System::Erlang => "erl",
            System::ErlangOne => "erl-1",
            System::Gambit => "gambit",
        }
    }

    pub fn is_erlang(self) -> bool {
        matches!(self, System::Erlang | System::ErlangOne)
    }

    /// Gambit's threads have no nodes.
    pub fn has_nodes(self) -> bool {
        self != System::Gambit
    }
}

/// A system that is there, with what its runs need beside them.
#[derive(Debug)]
pub struct Installed {
    pub system: System,
    command: PathBuf,
    /// Where its files are made.
    dir: PathBuf,
    epmd: Option<Epmd>,
}

/// Those of the wanted systems that this machine has. Termite must be there, if wanted.
pub fn installed(wanted: &[System], dir: &Path) -> Result<Vec<Installed>, String> {
    let mut found = Vec::new();
    for &system in wanted {
        let command = match system {
            System::Termite => Some(binary::termite()?.to_owned()),
            System::Erlang | System::ErlangOne => find("erl").and(find("erlc")).and(find("erl")),
            System::Gambit => gsc(),
        };
        if let Some(command) = command {
            found.push(install(system, command, dir)?);
        }
    }
    Ok(found)
}

fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

/// Ghostscript's command may have the same name.
fn gsc() -> Option<PathBuf> {
    let file = find("gsc")?;
    let done = process::run(Command::new(&file).arg("-v"), b"", Limits::seconds(10)).ok()?;
    let is_gambit = done.stdout_text().starts_with('v');
    is_gambit.then_some(file)
}

fn install(system: System, command: PathBuf, dir: &Path) -> Result<Installed, String> {
    let dir = dir.join(system.name());
    fs::create_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut epmd = None;
    if system.is_erlang() {
        compile_erlang(&dir)?;
        epmd = find("epmd")
            .map(|command| Epmd::start(&command))
            .transpose()?;
    }
    Ok(Installed {
        system,
        command,
        dir,
        epmd,
    })
}

/// Compiling C takes its time.
const COMPILE_LIMIT: u64 = 300;

fn compile_erlang(dir: &Path) -> Result<(), String> {
    let mut files = vec![sources().join("prelude/bench.erl")];
    for entry in fs::read_dir(sources()).map_err(|e| e.to_string())? {
        let path = entry.map_err(|e| e.to_string())?.path();
        files.extend(path.extension().is_some_and(|e| e == "erl").then_some(path));
    }
    compile(Command::new("erlc").arg("-o").arg(dir).args(files))
}

fn compile(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().display().to_string();
    let done = process::run(command, b"", Limits::seconds(COMPILE_LIMIT));
    let done = done.map_err(|e| format!("{name}: {e}"))?;
    match done.end {
        End::Exit(0) => Ok(()),
        end => Err(format!(
            "{name}: {end}: {}{}",
            done.stdout_text(),
            done.stderr_text()
        )),
    }
}

impl Installed {
    /// Whether this system has what the program is about.
    pub fn can_run(&self, program: &Program) -> bool {
        let has_nodes =
            self.system.has_nodes() && (!self.system.is_erlang() || self.epmd.is_some());
        !program.needs_peer || has_nodes
    }

    /// Writes the program's file, and compiles it if that is the system's way.
    pub fn prepare(&self, program: &Program) -> Result<(), String> {
        let file = self.file(program.name);
        let write =
            |text: String| fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()));
        match self.system {
            System::Termite => write(assemble("termite.scm", program.name)?),
            System::Erlang | System::ErlangOne => Ok(()),
            System::Gambit => {
                write(assemble("gambit.scm", program.name)?)?;
                let exe = file.with_extension("exe");
                let mut gsc = Command::new(&self.command);
                compile(gsc.args(["-exe", "-o"]).arg(exe).arg(&file))
            }
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name).with_extension("scm")
    }

    /// Runs a program that was prepared.
    pub fn command(&self, program: &Program, peer: Option<&Peer>) -> Command {
        let mut command = match self.system {
            System::Termite => self.termite(program.name),
            System::Erlang | System::ErlangOne => {
                let mut erl = self.erl(peer.map(|_| "main"));
                erl.args(["-s", "bench", "start", &erlang_module(program.name)]);
                erl
            }
            System::Gambit => Command::new(self.file(program.name).with_extension("exe")),
        };
        command.env("BENCH_SIZE", program.size.to_string());
        if let Some(peer) = peer {
            command.env("BENCH_PEER", &peer.name);
        }
        command
    }

    /// Starts the node beside.
    pub fn start_peer(&self) -> Result<Peer, String> {
        if self.system.is_erlang() {
            return Peer::start(&mut self.erl(Some("peer")), "peer@127.0.0.1".into());
        }
        let text = assemble("termite.scm", "peer")?;
        let file = self.file("peer");
        fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        let port = super::peer::free_port()?.to_string();
        let mut command = self.termite("peer");
        Peer::start(command.env("BENCH_PEER", &port), port)
    }

    fn termite(&self, program: &str) -> Command {
        let mut command = Command::new(&self.command);
        command.args(["--tier", "auto"]).arg(self.file(program));
        // The secret of the nodes is made there.
        command.env("TERMITE_HOME", self.dir.join("home"));
        command
    }

    /// A node on loopback, without encryption, if it is to have a name.
    fn erl(&self, node: Option<&str>) -> Command {
        let mut command = Command::new(&self.command);
        command.args(["-noshell", "-noinput", "+P", "2000000", "-pa"]);
        command.arg(&self.dir).env("ERL_CRASH_DUMP", "/dev/null");
        if self.system == System::ErlangOne {
            command.args(["+S", "1:1"]);
        }
        if let (Some(node), Some(epmd)) = (node, &self.epmd) {
            command.env("ERL_EPMD_PORT", epmd.port.to_string());
            command.args(["-start_epmd", "false", "-setcookie", "bench"]);
            command.args(["-kernel", "inet_dist_use_interface", "{127,0,0,1}"]);
            command.args(["-name", &format!("{node}@127.0.0.1")]);
        }
        command
    }
}
