//! The house rules that a machine can check: who imports whom, and how files look.
//!
//! Each rule collects all that offends it; the reasons are in the rules' comments.

use std::collections::BTreeSet;
use termite_tests::manifest::{self, Manifest};
use termite_tests::rust_source::{code_only, header, is_test_file, lines_with_word, without_tests};
use termite_tests::tree::{SourceFile, sources};
use termite_tests::{report, scheme_source};

/// Which of our crates each crate may be built from. Paths of layers: what a layer does
/// not name, it cannot come to depend on by accident.
const EDGES: &[(&str, &[&str])] = &[
    ("termite-syntax", &[]),
    ("termite-expand", &["syntax"]),
    ("termite-ir", &["abi"]),
    ("termite-lower", &["syntax", "expand", "ir", "abi"]),
    (
        "termite-driver",
        &["syntax", "expand", "lower", "ir", "abi"],
    ),
    ("termite-jit", &["abi", "ir"]),
    ("termite-modules", &[]),
    ("termite-abi", &[]),
    ("termite-heap", &["abi"]),
    ("termite-wire", &["abi", "heap", "ir"]),
    ("termite-vm", &["abi", "heap", "ir", "wire"]),
    ("termite-io", &[]),
    ("termite-net", &[]),
    ("termite-stdlib", &["abi", "heap", "io", "vm", "syntax"]),
    (
        "termite-cli",
        &[
            "syntax", "expand", "ir", "lower", "driver", "jit", "abi", "heap", "wire", "vm", "net",
            "stdlib", "modules",
        ],
    ),
    // These see Termite from outside.
    ("termite-bench", &[]),
    ("termite-tests", &["bench"]),
];

/// Crates that are only tests, and may be built from any other.
const OUTSIDERS: &[&str] = &[
    "termite-cluster-tests",
    "termite-frontend-tests",
    "termite-fuzz",
    "termite-manual",
];

fn check(rule: &str, offences: Vec<String>) {
    assert!(
        offences.is_empty(),
        "{rule}:\n  {}\n",
        offences.join("\n  ")
    );
}

fn rust_files() -> Vec<SourceFile> {
    sources(&["rs"]).unwrap()
}

fn manifests() -> Vec<Manifest> {
    let files = sources(&["toml"]).unwrap();
    let crates = files.iter().filter(|f| f.path.ends_with("/Cargo.toml"));
    crates.map(|f| manifest::read(&f.text)).collect()
}

fn allowed(name: &str) -> Option<BTreeSet<String>> {
    let (_, short) = EDGES.iter().find(|(from, _)| *from == name)?;
    Some(short.iter().map(|to| format!("termite-{to}")).collect())
}

/// All that a crate is built from, near and far.
fn beneath(name: &str, found: &mut BTreeSet<String>) {
    for to in allowed(name).unwrap_or_default() {
        if found.insert(to.clone()) {
            beneath(&to, found);
        }
    }
}

#[test]
fn crates_import_only_what_is_beneath_them() {
    let mut offences = Vec::new();
    for manifest in manifests() {
        let is_ours = |name: &&String| name.starts_with("termite-");
        let name = &manifest.name;
        if OUTSIDERS.contains(&name.as_str()) {
            continue;
        }
        let Some(direct) = allowed(name) else {
            offences.push(format!("{name}: not in the table of edges"));
            continue;
        };
        let imported = manifest.dependencies.iter().filter(is_ours);
        offences.extend(
            imported
                .filter(|to| !direct.contains(*to))
                .map(|to| format!("{name} imports {to}")),
        );
        // A test may use what its crate stands on anyway.
        let mut all = BTreeSet::from([name.clone()]);
        beneath(name, &mut all);
        let tested = manifest.dev_dependencies.iter().filter(is_ours);
        offences.extend(
            tested
                .filter(|to| !all.contains(*to))
                .map(|to| format!("{name}'s tests import {to}")),
        );
    }
    check(
        "crates may import only what the table of edges gives them",
        offences,
    );
}

#[test]
fn only_the_jit_names_cranelift() {
    let is_cranelift = |name: &&String| name.starts_with("cranelift");
    let mut offences = Vec::new();
    for manifest in manifests().iter().filter(|m| m.name != "termite-jit") {
        let names = manifest
            .dependencies
            .iter()
            .chain(&manifest.dev_dependencies);
        offences.extend(
            names
                .filter(is_cranelift)
                .map(|to| format!("{} imports {to}", manifest.name)),
        );
    }
    check("only `jit` names cranelift", offences);
}

#[test]
fn only_net_and_io_name_sockets() {
    let names = [
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "UnixStream",
        "UnixListener",
    ];
    let mut offences = Vec::new();
    for file in rust_files().iter().filter(|f| !may_name_sockets(&f.path)) {
        let code = code_only(&file.text);
        for word in names {
            offences.extend(places(file, &lines_with_word(&code, word), word));
        }
        for path in ["std::net", "tokio::net"] {
            let lines = code
                .lines()
                .enumerate()
                .filter(|(_, line)| line.contains(path));
            offences.extend(lines.map(|(i, _)| format!("{}:{}: {path}", file.path, i + 1)));
        }
    }
    check("only what is on a network names sockets", offences);
}

/// Beside the network itself and the ports of programs, what fetches repositories, and what sees nodes from outside:
/// the tests cut their connections and send them what is no message, and the benchmarks
/// have peers in other languages.
fn may_name_sockets(path: &str) -> bool {
    let folders = [
        "runtime/net/",
        "runtime/io/",
        "compiler/modules/src/git/",
        "compiler/modules/tests/",
        "tests/",
        "bench-programs/",
    ];
    folders.iter().any(|folder| path.starts_with(folder))
}

fn places(file: &SourceFile, lines: &[usize], what: &str) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("{}:{line}: {what}", file.path))
        .collect()
}

#[test]
fn nothing_is_left_undone() {
    let mut offences = Vec::new();
    for file in rust_files() {
        let code = code_only(&file.text);
        for (i, line) in code.lines().enumerate() {
            for mark in ["todo!", "unimplemented!", "dbg!", "#[ignore"] {
                if line.contains(mark) {
                    offences.push(format!("{}:{}: {mark}", file.path, i + 1));
                }
            }
        }
    }
    check(
        "no unfinished code, no left-over printing, no ignored tests",
        offences,
    );
}

#[test]
fn every_file_says_what_it_is() {
    let files = rust_files();
    let silent = files.iter().filter(|f| !f.text.starts_with("//!"));
    check(
        "a file begins with `//!`",
        silent.map(|f| f.path.clone()).collect(),
    );
}

#[test]
fn files_have_one_subject() {
    let files = rust_files();
    let long = files
        .iter()
        .map(|f| (f, f.text.lines().count()))
        .filter(|(_, n)| *n > 1000);
    check(
        "past 1,000 lines there are two things in a file",
        long.map(|(f, n)| format!("{}: {n}", f.path)).collect(),
    );
}

#[test]
fn unsafe_code_is_announced() {
    let mut offences = Vec::new();
    for file in rust_files() {
        let lines = lines_with_word(&code_only(&file.text), "unsafe");
        if !lines.is_empty() && !header(&file.text).to_lowercase().contains("unsafe") {
            offences.push(format!(
                "{}:{} and {} more",
                file.path,
                lines[0],
                lines.len() - 1
            ));
        }
    }
    check("`unsafe` only in files whose `//!` says so", offences);
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    let mut offences = Vec::new();
    for file in rust_files().iter().filter(|f| !is_test_file(&f.path)) {
        let code = without_tests(&code_only(&file.text));
        let lines = code
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(".unwrap()"));
        offences.extend(lines.map(|(i, _)| format!("{}:{}", file.path, i + 1)));
    }
    check("no `.unwrap()` outside tests", offences);
}

#[test]
fn no_tabs_and_no_trailing_blanks() {
    let mut offences = Vec::new();
    let files = sources(&["rs", "toml", "scm", "sld", "lalrpop", "md"]).unwrap();
    // What a crate's tests are fed with may be ugly on purpose.
    let is_input = |path: &str| path.contains("/tests/") && !path.ends_with(".rs");
    for file in files.iter().filter(|f| !is_input(&f.path)) {
        for (i, line) in file.text.lines().enumerate() {
            if line.contains('\t') || line.ends_with(' ') {
                offences.push(format!("{}:{}", file.path, i + 1));
            }
        }
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            offences.push(format!("{}: no newline at the end", file.path));
        }
    }
    check(
        "no tabs, no trailing blanks, a newline at the end",
        offences,
    );
}

#[test]
fn libraries_stand_where_their_names_say() {
    let mut offences = Vec::new();
    // Cases of libraries in files try what does not stand where its name says; the others
    // are repositories, whose own place is the first part of their names.
    let folders = ["tests/modules/", "bench-programs/experiment/repositories/"];
    let is_case = |file: &SourceFile| folders.iter().any(|f| file.path.starts_with(f));
    for file in sources(&["sld"]).unwrap() {
        if is_case(&file) {
            continue;
        }
        let place = file.path.trim_end_matches(".sld");
        let expected = scheme_source::library_path(&file.text);
        let is_there =
            expected
                .as_deref()
                .is_some_and(|path| match place.strip_prefix("lib-scheme/") {
                    Some(place) => place == path,
                    None => place.ends_with(&format!("/{path}")),
                });
        if !is_there {
            offences.push(format!(
                "{}: {}",
                file.path,
                expected.unwrap_or("no library".into())
            ));
        }
    }
    check("the path of a library is its name", offences);
}

/// A test for the tests: the tree was found at all.
#[test]
fn the_rules_see_the_tree() {
    let files = rust_files();
    assert!(files.len() > 50 && files.iter().any(|f| f.path == "tests/tests/tidy.rs"));
    assert!(manifests().iter().any(|m| m.name == "termite-cli"));
    report::say(&format!("tidy       {} files of Rust", files.len()));
}
