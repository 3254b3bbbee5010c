//! Finding the `termite` command, building it if need be.
//!
//! `TERMITE_BIN` names one; otherwise it is built from this tree, in the profile that the
//! running program was built in, so that `cargo test` works from a clean clone and never
//! tests yesterday's command.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The folder that holds the workspace.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let up = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        up.canonicalize().unwrap_or(up)
    })
}

/// The `termite` command, or why there is none. Built at most once in a process.
pub fn termite() -> Result<&'static Path, String> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match FOUND.get_or_init(find) {
        Ok(path) => Ok(path),
        Err(why) => Err(why.clone()),
    }
}

fn find() -> Result<PathBuf, String> {
    match std::env::var_os("TERMITE_BIN") {
        Some(path) => {
            let path = PathBuf::from(path);
            path.canonicalize()
                .map_err(|e| format!("TERMITE_BIN={}: {e}", path.display()))
        }
        None => build(),
    }
}

fn build() -> Result<PathBuf, String> {
    let (target, profile) = whereabouts()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    // What cargo tells a test about its package would make build scripts that look at it
    // run again, and all that depends on them be built again.
    let about = std::env::vars_os().map(|(name, _)| name);
    about
        .filter(|name| is_about_a_package(&name.to_string_lossy()))
        .for_each(|name| {
            command.env_remove(name);
        });
    let output = command
        .args(["build", "--quiet", "-p", "termite-cli", "--bin", "termite"])
        .args(["--message-format", "json-render-diagnostics"])
        .args(["--profile", &profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("cannot run cargo: {e}"))?;
    if !output.status.success() {
        return Err("termite-cli does not build".into());
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    messages
        .lines()
        .find_map(executable)
        .ok_or("cargo built no `termite`".into())
}

fn is_about_a_package(variable: &str) -> bool {
    let prefixes = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
    ];
    prefixes.iter().any(|p| variable.starts_with(p)) || variable == "CARGO_PRIMARY_PACKAGE"
}

/// Target directory and profile of the running program:
/// `target/release/deps/run-0123` or `target/release/bench`.
fn whereabouts() -> Result<(PathBuf, String), String> {
    let exe = std::env::current_exe().map_err(|e| e.to_string())?;
    let folder = exe.ancestors().skip(1).find(|dir| !dir.ends_with("deps"));
    let parts = folder.and_then(|dir| Some((dir.parent()?.to_owned(), dir.file_name()?)));
    let (target, profile) = parts.ok_or("this program is not in a target directory")?;
    let profile = match profile.to_string_lossy().as_ref() {
        "debug" => "dev".to_owned(),
        other => other.to_owned(),
    };
    Ok((target, profile))
}

/// The path in a message of cargo's about a linked program.
fn executable(message: &str) -> Option<PathBuf> {
    let key = "\"executable\":\"";
    let start = message.find(key)? + key.len();
    let length = message[start..].find('"')?;
    Some(PathBuf::from(
        message[start..start + length].replace("\\\\", "\\"),
    ))
}

/// What the command understands: the text of `termite --help`.
pub fn help(termite: &Path) -> String {
    let output = Command::new(termite)
        .arg("--help")
        .stdin(Stdio::null())
        .output();
    output
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_messages() {
        let line =
            r#"{"reason":"compiler-artifact","executable":"/t/release/termite","fresh":true}"#;
        assert_eq!(executable(line), Some(PathBuf::from("/t/release/termite")));
        assert_eq!(executable(r#"{"executable":null}"#), None);
    }

    #[test]
    fn the_root_is_the_workspace() {
        assert!(root().join("bench-programs/README.md").is_file());
    }
}
