//! The programs of `bench-programs`: finding them, and putting one together for a system.
//!
//! The rules are those of `bench-programs/README.md`: a prelude in front, the size and
//! the number of iterations rewritten below their markers, a library of the same name
//! either searched for or flattened into the file.

use crate::binary::root;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub struct Program {
    pub name: String,
    pub text: String,
    /// Text of the library of the same name, if the program comes with one.
    pub library: Option<String>,
    pub full_size: u64,
    pub zeal_size: u64,
}

/// Whose `bench-run` stands in front.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prelude {
    Termite,
    Gambit,
    Chez,
}

impl Prelude {
    fn file(self) -> &'static str {
        match self {
            Prelude::Termite => "prelude/termite.scm",
            Prelude::Gambit => "prelude/gambit.scm",
            Prelude::Chez => "prelude/chez.scm",
        }
    }
}

/// The folder of the programs, which is what Termite searches for their libraries.
pub fn folder() -> PathBuf {
    root().join("bench-programs")
}

/// All programs, by name.
pub fn discover() -> Result<Vec<Program>, String> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder()).map_err(|e| format!("bench-programs: {e}"))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.extension().is_some_and(|e| e == "scm") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| load(path)).collect()
}

fn load(path: &Path) -> Result<Program, String> {
    let text = read(path)?;
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let library = path.with_extension("sld");
    let library = if library.exists() {
        Some(read(&library)?)
    } else {
        None
    };
    let size = |key| size_of(&text, key).ok_or(format!("{}: no `@size` {key}", path.display()));
    Ok(Program {
        full_size: size("full")?,
        zeal_size: size("zeal")?,
        name,
        library,
        text,
    })
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn size_of(text: &str, key: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(";; @size "))?;
    let mut pairs = line
        .split_whitespace()
        .filter_map(|word| word.split_once('='));
    pairs.find(|(k, _)| *k == key)?.1.parse().ok()
}

impl Program {
    /// The text of one file that measures this program.
    pub fn assemble(&self, prelude: Prelude, size: u64, iterations: u64) -> Result<String, String> {
        let mut text = read(&folder().join(prelude.file()))?;
        let iterations = format!("(define bench-iterations {iterations})");
        text = self.below(&text, ";; @iterations", &iterations)?;
        let body = self.below(&self.text, ";; @size", &format!("(define size {size})"))?;
        match &self.library {
            Some(library) if prelude != Prelude::Termite => {
                text.push_str(between(library).ok_or(format!("{}.sld: no body", self.name))?);
                body.lines()
                    .filter(|line| !line.starts_with("(import"))
                    .for_each(|line| {
                        text.push_str(line);
                        text.push('\n');
                    });
            }
            _ => text.push_str(&body),
        }
        Ok(text)
    }

    /// The program without its last form, the call of `bench-run`.
    pub fn definitions(&self, size: u64) -> Result<String, String> {
        let text = self.below(&self.text, ";; @size", &format!("(define size {size})"))?;
        let end = text
            .find("\n(bench-run")
            .ok_or(format!("{}: no bench-run", self.name))?;
        Ok(text[..end].to_owned())
    }

    /// `text` with the line after the one that starts with `marker` replaced.
    fn below(&self, text: &str, marker: &str, line: &str) -> Result<String, String> {
        let mut lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| line.starts_with(marker));
        let target = at.and_then(|at| lines.get_mut(at + 1));
        *target.ok_or(format!("{}: nothing below `{marker}`", self.name))? = line;
        Ok(lines.join("\n") + "\n")
    }
}

/// The lines of a library between its markers.
fn between(library: &str) -> Option<&str> {
    let start = library.find(";; @body-begin\n")?;
    let end = library.find(";; @body-end")?;
    library.get(start..end)
}

/// What a program printed.
#[derive(Clone, PartialEq, Debug)]
pub enum Printed {
    Right { seconds: f64 },
    Wrong(String),
}

/// The line of `bench-run`: `name <TAB> seconds <TAB> ok`.
pub fn read_result(name: &str, stdout: &str) -> Printed {
    let line = stdout.lines().last().unwrap_or("");
    let mut fields = line.split('\t');
    let named = fields.next() == Some(name);
    let seconds = fields.next().and_then(|field| field.parse::<f64>().ok());
    match (named, seconds, fields.next()) {
        (true, Some(seconds), Some("ok")) => Printed::Right { seconds },
        (true, Some(_), Some(wrong)) => Printed::Wrong(wrong.to_owned()),
        _ => Printed::Wrong(format!("printed {line:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_programs_assemble() {
        let all = discover().unwrap();
        assert!(all.len() >= 15);
        for program in &all {
            for prelude in [Prelude::Termite, Prelude::Gambit, Prelude::Chez] {
                let text = program.assemble(prelude, 17, 3).unwrap();
                assert!(text.contains("(define size 17)"), "{}", program.name);
                assert!(
                    text.contains("(define bench-iterations 3)"),
                    "{}",
                    program.name
                );
                assert!(
                    text.contains("\n(bench-run")
                        && text.contains(&format!("\"{}\"", program.name))
                );
            }
        }
    }

    #[test]
    fn a_library_is_flattened_for_others() {
        let all = discover().unwrap();
        let puzzle = all.iter().find(|p| p.name == "puzzle").unwrap();
        let flat = puzzle.assemble(Prelude::Gambit, 1, 1).unwrap();
        assert!(flat.contains("(define cube") && !flat.contains("\n(import (puzzle)"));
        let script = puzzle.assemble(Prelude::Termite, 1, 1).unwrap();
        assert!(script.contains("\n(import (puzzle))") && !script.contains("(define cube"));
    }

    #[test]
    fn results() {
        assert_eq!(
            read_result("fib", "fib\t.25\tok\n"),
            Printed::Right { seconds: 0.25 }
        );
        let wrong = Printed::Wrong("WRONG got 1, expected 2".into());
        assert_eq!(
            read_result("fib", "fib\t1e-3\tWRONG got 1, expected 2\n"),
            wrong
        );
        assert_eq!(
            read_result("fib", ""),
            Printed::Wrong("printed \"\"".into())
        );
    }
}
