//! The compiler on many texts, none of which is run: mutants of the corpus do no harm,
//! and compiling is a function of the text.

use std::cell::RefCell;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use termite_driver::with_big_stack;
use termite_frontend_tests::Frontend;
use termite_frontend_tests::mutate::{mutant, shrink};
use termite_ir::Unit;
use termite_ir::codec::encode_code;
use termite_ir::mutate::Rng;
use termite_tests::report::{self, Report};
use termite_tests::suite::discover;

/// Texts of the corpus, by name.
fn corpus() -> Vec<(String, String)> {
    let cases = discover("tests/run", ".scm").unwrap();
    let read = |path| fs::read_to_string(path).unwrap();
    cases
        .into_iter()
        .map(|case| (case.name, read(case.path)))
        .collect()
}

const MUTANTS: usize = 20_000;

#[test]
fn mutants_do_no_harm() -> Result<(), Report> {
    let corpus = corpus();
    let mut rng = Rng::new(1);
    let (compiled, bugs) = with_big_stack(|| {
        let mut compiled = 0;
        let mut bugs = Vec::new();
        let mut frontend = Frontend::new().unwrap();
        if let Err(why) = frontend.compile("one.scm", "(display 1)") {
            panic!("the library does not compile:\n{why}");
        }
        for _ in 0..MUTANTS {
            let (_, text) = &corpus[rng.below(corpus.len())];
            let (_, donor) = &corpus[rng.below(corpus.len())];
            let text = mutant(text, donor, &mut rng);
            match quietly(|| frontend.compile("mutant.scm", &text)) {
                Ok(result) => compiled += usize::from(result.is_ok()),
                Err(why) => {
                    bugs.push(format!("{why}:\n{}\n", smallest(&text, &why)));
                    frontend = Frontend::new().unwrap();
                }
            }
            if bugs.len() == 5 {
                break;
            }
        }
        (compiled, bugs)
    });
    report::say(&format!(
        "frontend   {compiled} of {MUTANTS} mutants compile"
    ));
    if !bugs.is_empty() {
        return Err(Report(bugs.join("\n")));
    }
    assert!(
        compiled > MUTANTS / 20,
        "only {compiled} of {MUTANTS} mutants compile"
    );
    Ok(())
}

/// The least part of a text that makes the compiler panic in the same way.
fn smallest(text: &str, why: &str) -> String {
    let mut frontend = Frontend::new().unwrap();
    let small = shrink(text, |smaller| {
        match quietly(|| frontend.compile("mutant.scm", smaller)) {
            Ok(_) => false,
            Err(other) => {
                frontend = Frontend::new().unwrap();
                place(&other) == place(why)
            }
        }
    });
    let lines: Vec<&str> = small
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines.join("\n")
}

/// A panic's message up to what depends on the program.
fn place(message: &str) -> &str {
    message.split(": ").next().unwrap_or("")
}

thread_local! {
    /// What the last panic of this thread said, while it is to be quiet about them.
    static QUIET: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `f`; a panic becomes a message, place first, and is not printed.
fn quietly<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| match QUIET.take() {
            Some(_) => {
                let what = info.payload_as_str().unwrap_or("panic");
                let at = info.location().map_or(String::new(), ToString::to_string);
                QUIET.set(Some(format!("{at}: {what}")));
            }
            None => usual(info),
        }));
    });
    QUIET.set(Some(String::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    let message = QUIET.take().unwrap_or_default();
    result.map_err(|_| message)
}

/// A script goes by the path that it was given as.
fn code_without_name(unit: &Unit) -> Vec<u8> {
    encode_code(&Unit {
        name: String::new(),
        ..unit.clone()
    })
}

/// Twice, in different sessions, in different directories, with different programs
/// before it: the same bytes.
#[test]
fn compiling_is_a_function_of_the_text() {
    let corpus = corpus();
    let compile_all = |folder: &str, order: &mut dyn Iterator<Item = &(String, String)>| {
        let mut all = Vec::new();
        let mut frontend = Frontend::new().unwrap();
        for (name, text) in order {
            // Those that define libraries would find them defined.
            if text.contains("define-library") {
                continue;
            }
            let units = frontend
                .compile(&format!("{folder}/{name}.scm"), text)
                .unwrap_or_default();
            let last = units.last().map(|unit| code_without_name(&unit.unit));
            all.push((name.clone(), last));
        }
        all.sort();
        all
    };
    let (first, second) = with_big_stack(|| {
        (
            compile_all("/a", &mut corpus.iter()),
            compile_all("/tmp/b", &mut corpus.iter().rev()),
        )
    });
    let compiled = first.iter().filter(|(_, code)| code.is_some()).count();
    assert!(
        compiled * 2 > first.len(),
        "{compiled} of {} programs compile",
        first.len()
    );
    for (a, b) in first.iter().zip(&second) {
        assert!(a == b, "{} compiles to different code", a.0);
    }
}
