//! The programs, and putting one together for a system.

use crate::program::folder;
use std::fs;
use std::path::PathBuf;

/// One file for Termite, and for Gambit if it needs one node; one for Erlang.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Program {
    pub name: &'static str,
    /// Told to the program as `BENCH_SIZE`.
    pub size: u64,
    /// Whether a node beside must be there.
    pub needs_peer: bool,
}

const fn local(name: &'static str, size: u64) -> Program {
    Program {
        name,
        size,
        needs_peer: false,
    }
}

const fn two_nodes(name: &'static str) -> Program {
    Program {
        name,
        size: 0,
        needs_peer: true,
    }
}

pub const PROGRAMS: &[Program] = &[
    local("spawn", 0),
    local("send-self", 0),
    local("ring", 0),
    local("ping-pong", 0),
    local("call", 100_000),
    local("migrate", 0),
    local("idle", 100_000),
    local("idle", 1_000_000),
    two_nodes("remote-ping-pong"),
    two_nodes("on"),
    two_nodes("remote-migrate"),
];

/// All, or those of these names.
pub fn choose(names: &[String]) -> Result<Vec<Program>, String> {
    let is_known = |name: &String| PROGRAMS.iter().any(|p| p.name == *name);
    if let Some(name) = names.iter().find(|name| !is_known(name)) {
        let mut known: Vec<&str> = PROGRAMS.iter().map(|p| p.name).collect();
        known.dedup();
        return Err(format!(
            "no program {name:?}; there are {}",
            known.join(", ")
        ));
    }
    let is_wanted = |p: &&Program| names.is_empty() || names.iter().any(|n| n == p.name);
    Ok(PROGRAMS.iter().filter(is_wanted).copied().collect())
}

pub fn sources() -> PathBuf {
    folder().join("processes")
}

/// The text of a Scheme program with a prelude in front, by their file names.
pub fn assemble(prelude: &str, program: &str) -> Result<String, String> {
    let read =
        |path: PathBuf| fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()));
    let prelude = read(sources().join("prelude").join(prelude))?;
    let program = read(sources().join(program).with_extension("scm"))?;
    Ok(format!("{prelude}\n{program}"))
}

/// Erlang modules have the programs' names, as Erlang writes them.
pub fn erlang_module(program: &str) -> String {
    program.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_is_there_for_every_system() {
        for program in PROGRAMS {
            let text = assemble("termite.scm", program.name).unwrap();
            assert!(text.contains("(define bench-samples"), "{}", program.name);
            let erlang = sources().join(erlang_module(program.name) + ".erl");
            assert!(erlang.is_file(), "{}", erlang.display());
        }
    }

    #[test]
    fn choice() {
        assert_eq!(choose(&[]).unwrap().len(), PROGRAMS.len());
        assert_eq!(choose(&["idle".into()]).unwrap().len(), 2);
        assert!(
            choose(&["fib".into()])
                .unwrap_err()
                .contains("idle, remote")
        );
    }
}
