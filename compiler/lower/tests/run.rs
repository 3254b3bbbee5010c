//! Programs of the core language, lowered and run by the reference evaluator.
//!
//! Each file of `tests/run` holds cases: `;; case: name`, the program, and
//! `;; expect: output` behind it. Every case runs with and without the optimising
//! passes, and both must give what is expected.

mod support;

use std::fmt::Write;
use std::path::Path;

struct Case {
    name: String,
    program: String,
    expected: String,
}

fn cases(text: &str) -> Vec<Case> {
    let parts = text.split(";; case: ").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once('\n').unwrap();
            let (program, expected) = rest
                .split_once(";; expect: ")
                .unwrap_or_else(|| panic!("{name}: nothing expected"));
            let expected = expected.lines().next().unwrap_or("").trim().to_string();
            Case {
                name: name.trim().to_string(),
                program: program.to_string(),
                expected,
            }
        })
        .collect()
}

#[test]
fn programs() {
    let only = std::env::var("CASE").ok();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    let mut failures = String::new();
    for file in files {
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            if only.as_ref().is_some_and(|o| *o != case.name) {
                continue;
            }
            for optimise in [false, true] {
                let run = std::panic::catch_unwind(|| support::run_text(&case.program, optimise));
                let got = run
                    .unwrap_or_else(|_| "panic".to_string())
                    .replace('\n', "\\n");
                if got != case.expected {
                    let _ = writeln!(
                        failures,
                        "{} (optimise {optimise}):\n  want {}\n  got  {got}",
                        case.name, case.expected
                    );
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
