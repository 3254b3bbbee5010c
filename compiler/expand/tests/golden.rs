//! Text in, text out: every case under `tests/data`. `TERMITE_BLESS=1` writes what came
//! out as what is expected.
//!
//! Modes: `script` prints libraries and script in core; `run` runs them and prints the
//! values of the script's expressions; `repl` takes each datum as an entry and prints
//! its core; `repl-run` runs them.

mod support;

use std::sync::Arc;
use support::cases::{self, Case};
use support::eval::Machine;
use support::host::{TestHost, expander};
use termite_expand::core::Module;
use termite_expand::print::module_to_string;
use termite_expand::{Diagnostics, Expanded, Interface, with_big_stack};
use termite_syntax::read_all;

#[test]
fn golden() {
    let bless = std::env::var_os("TERMITE_BLESS").is_some();
    let mut failures = Vec::new();
    for path in cases::data_files() {
        let (head, mut cases) = cases::read(&path);
        for case in &mut cases {
            let found = with_big_stack(|| outcome(case));
            if found != case.expected {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                failures.push(format!(
                    "{name}: {}\n--- expected\n{}--- found\n{found}",
                    case.title, case.expected
                ));
            }
            case.expected = found;
        }
        if bless {
            cases::write(&path, &head, &cases);
        }
    }
    if !bless {
        assert!(
            failures.is_empty(),
            "{} cases differ\n\n{}",
            failures.len(),
            failures.join("\n")
        );
    }
}

fn outcome(case: &Case) -> String {
    let mut text = match case.mode() {
        "script" => script(case),
        "run" => run(case),
        "repl" => repl(case, false),
        "repl-run" => repl(case, true),
        mode => panic!("{}: unknown mode {mode}", case.title),
    };
    let kept = text.trim_end().len();
    text.truncate(kept);
    text.push('\n');
    text
}

fn expand(case: &Case, host: &mut TestHost) -> Result<Expanded, Diagnostics> {
    let source = host.source("script.scm", &case.input);
    expander().expand_script(host, "script", &source)
}

/// Expands from the libraries' source, and then from their encoded interfaces, which must
/// make no difference.
fn expand_twice(case: &Case, host: &mut TestHost) -> Result<Expanded, Diagnostics> {
    let expanded = expand(case, host)?;
    let mut second = TestHost::new(&case.files);
    for library in &expanded.libraries {
        let bytes: Vec<u8> = library.interface.as_ref().unwrap().encode().to_vec();
        let interface = Arc::new(Interface::decode(bytes.clone()).unwrap());
        assert_eq!(interface.encode(), bytes);
        second
            .compiled
            .insert(library.module.name.clone(), interface);
        // For `define-macro`.
        second.libraries.push(library.clone());
    }
    let again = expand(case, &mut second).unwrap();
    assert_eq!(
        module_to_string(&expanded.unit.module),
        module_to_string(&again.unit.module),
        "{}",
        case.title
    );
    assert_eq!(
        expanded.unit.requires, again.unit.requires,
        "{}",
        case.title
    );
    Ok(expanded)
}

fn show_errors(errors: Diagnostics, host: &TestHost) -> String {
    errors
        .iter()
        .map(|error| error.render(&host.sources))
        .collect()
}

fn script(case: &Case) -> String {
    let mut host = TestHost::new(&case.files);
    match expand_twice(case, &mut host) {
        Err(errors) => show_errors(errors, &host),
        Ok(expanded) => {
            let mut out = show_errors(expanded.warnings, &host);
            // The libraries that every test has are left out.
            let own = expanded.libraries.iter().filter(|library| {
                !["scheme/base", "termite/runtime"].contains(&library.module.name.as_str())
            });
            for unit in own.chain([&expanded.unit]) {
                let text = module_to_string(&unit.module);
                let (title, rest) = text.split_once('\n').unwrap();
                out.push_str(title);
                if !unit.requires.is_empty() {
                    out.push_str(&format!(" (requires {})", unit.requires.join(" ")));
                }
                out.push_str(&format!("\n{rest}"));
            }
            out
        }
    }
}

fn run(case: &Case) -> String {
    let mut host = TestHost::new(&case.files);
    match expand_twice(case, &mut host) {
        Err(errors) => show_errors(errors, &host),
        Ok(expanded) => {
            let mut machine = Machine::default();
            for library in &expanded.libraries {
                machine.run(&library.module).unwrap();
            }
            values(&mut machine, &expanded.unit.module)
        }
    }
}

fn values(machine: &mut Machine, module: &Module) -> String {
    match machine.run(module) {
        Ok(values) => {
            let shown: Vec<String> = values
                .iter()
                .map(|value| value.show())
                .filter(|text| text != "#!void")
                .collect();
            let output = std::mem::take(&mut machine.output);
            if output.is_empty() {
                shown.join("\n")
            } else {
                format!("{output}\n{}", shown.join("\n"))
            }
        }
        Err(problem) => format!("{problem}\n"),
    }
}

fn repl(case: &Case, run: bool) -> String {
    let mut host = TestHost::new(&case.files);
    let mut expander = expander();
    let mut environment = expander.interaction_environment(&mut host).unwrap();
    let mut machine = Machine::default();
    let mut out = String::new();
    let source = host.source("repl", &case.input);
    for datum in read_all(source.file, source.source.text()).unwrap() {
        match expander.expand_entry(&mut host, &mut environment, &datum) {
            Err(errors) => out.push_str(&show_errors(errors, &host)),
            Ok(expanded) => {
                for library in &expanded.libraries {
                    machine.run(&library.module).unwrap();
                }
                let module = &expanded.unit.module;
                let shown = if run {
                    values(&mut machine, module)
                } else {
                    module_to_string(module)
                };
                if !shown.trim().is_empty() {
                    out.push_str(&format!("{}\n", shown.trim_end()));
                }
            }
        }
    }
    out
}
