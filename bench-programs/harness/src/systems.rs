//! The systems that are measured, and how each runs a program.

use crate::binary;
use crate::process::{self, End, Limits};
use crate::program::{Prelude, Program, folder};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum System {
    Interp,
    Jit,
    Auto,
    Gsc,
    Gsi,
    Chez,
}

impl System {
    pub const ALL: [System; 6] = [
        System::Interp,
        System::Jit,
        System::Auto,
        System::Gsc,
        System::Gsi,
        System::Chez,
    ];

    pub fn name(self) -> &'static str {
        match self {
            System::Interp => "interp",
            System::Jit => "jit",
            System::Auto => "auto",
            System::Gsc => "gsc",
            System::Gsi => "gsi",
            System::Chez => "chez",
        }
    }

    pub fn is_termite(self) -> bool {
        matches!(self, System::Interp | System::Jit | System::Auto)
    }

    fn prelude(self) -> Prelude {
        match self {
            System::Interp | System::Jit | System::Auto => Prelude::Termite,
            System::Gsc | System::Gsi => Prelude::Gambit,
            System::Chez => Prelude::Chez,
        }
    }

    /// Names that its command may have, and the option that prints a version.
    fn commands(self) -> (&'static [&'static str], &'static str) {
        match self {
            System::Interp | System::Jit | System::Auto => (&["termite"], "--version"),
            System::Gsc => (&["gsc"], "-v"),
            System::Gsi => (&["gsi"], "-v"),
            System::Chez => (&["chezscheme", "chez", "scheme"], "--version"),
        }
    }

    /// Whether this is how the system announces itself; other programs share its name.
    fn is_version(self, text: &str) -> bool {
        let is_number = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit());
        match self {
            System::Interp | System::Jit | System::Auto => true,
            System::Gsc | System::Gsi => text.strip_prefix('v').is_some_and(is_number),
            System::Chez => is_number(text),
        }
    }
}

/// A system that is there.
#[derive(Clone, Debug)]
pub struct Installed {
    pub system: System,
    pub command: PathBuf,
    /// Whether it prints figures about itself at the end.
    pub has_stats: bool,
}

/// Those of the wanted systems that this machine has. Termite must be there, if wanted.
pub fn installed(wanted: &[System]) -> Result<Vec<Installed>, String> {
    let mut found = Vec::new();
    for &system in wanted {
        if system.is_termite() {
            let command = binary::termite()?.to_owned();
            let has_stats = accepts_stats(&command);
            found.push(Installed {
                system,
                command,
                has_stats,
            });
        } else if let Some(command) = find(system) {
            found.push(Installed {
                system,
                command,
                has_stats: false,
            });
        }
    }
    Ok(found)
}

fn accepts_stats(termite: &Path) -> bool {
    let mut command = Command::new(termite);
    let done = process::run(
        command.args(["--stats", "-e", "0"]),
        b"",
        Limits::seconds(10),
    );
    done.is_ok_and(|done| done.end == End::Exit(0))
}

fn find(system: System) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let (names, option) = system.commands();
    let candidates = names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |d| d.join(name)));
    candidates.filter(|file| file.is_file()).find(|file| {
        let done = process::run(Command::new(file).arg(option), b"", Limits::seconds(10));
        done.is_ok_and(|d| system.is_version(&(d.stdout_text() + &d.stderr_text())))
    })
}

/// A program ready to run, any number of times.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub system: System,
    words: Vec<OsString>,
    /// Of compiling ahead of time, where that is done.
    pub compile_seconds: Option<f64>,
}

impl Prepared {
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]);
        command
    }
}

/// Compiling C takes its time.
const COMPILE_LIMIT: u64 = 300;

/// Writes the program for a system into `dir`, and compiles it if that is its way.
pub fn prepare(
    installed: &Installed,
    program: &Program,
    size: u64,
    iterations: u64,
    dir: &Path,
) -> Result<Prepared, String> {
    let system = installed.system;
    let text = program.assemble(system.prelude(), size, iterations)?;
    let file = dir.join(format!("{}-{}.scm", program.name, system.name()));
    fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut words = vec![installed.command.clone().into_os_string()];
    let mut compile_seconds = None;
    match system {
        System::Interp | System::Jit | System::Auto => {
            words.extend(["--tier", system.name(), "--search"].map(OsString::from));
            words.push(folder().into());
            words.extend(installed.has_stats.then(|| "--stats".into()));
            words.push(file.into());
        }
        System::Gsc => {
            let (exe, seconds) = compile(&installed.command, &file)?;
            words = vec![exe.into()];
            compile_seconds = Some(seconds);
        }
        System::Gsi => words.push(file.into()),
        System::Chez => {
            words.extend(["--optimize-level", "2", "--program"].map(OsString::from));
            words.push(file.into());
        }
    }
    Ok(Prepared {
        system,
        words,
        compile_seconds,
    })
}

/// `gsc -exe`, and the seconds that it took.
fn compile(gsc: &Path, file: &Path) -> Result<(PathBuf, f64), String> {
    let exe = file.with_extension("exe");
    let mut command = Command::new(gsc);
    command.arg("-exe").arg("-o").arg(&exe).arg(file);
    let done = process::run(&mut command, b"", Limits::seconds(COMPILE_LIMIT));
    let done = done.map_err(|e| format!("gsc: {e}"))?;
    if done.end != End::Exit(0) {
        return Err(format!(
            "gsc: {}: {}{}",
            done.end,
            done.stdout_text(),
            done.stderr_text()
        ));
    }
    Ok((exe, done.wall.as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namesakes_are_told_apart() {
        assert!(System::Gsc.is_version("v4.9.3 20180930 x86_64-pc-linux-gnu"));
        assert!(!System::Gsc.is_version("GPL Ghostscript 10.0"));
        assert!(System::Chez.is_version("9.5.8\n"));
        assert!(!System::Chez.is_version("MIT/GNU Scheme 11"));
    }
}
