//! No input makes the command crash: programs that are nested too deep, too long, cut
//! off, not text at all, or that never stop expanding get a diagnostic or run.
//!
//! Each case is text made here; what counts is how the command ends, not what it says.

use std::fs;
use std::process::Command;
use termite_bench::binary;
use termite_bench::process::{End, Finished, Limits};
use termite_bench::temp::TempDir;
use termite_tests::pool;
use termite_tests::report::Report;

const DEPTH: usize = 100_000;

/// How a program may end.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Fate {
    /// With a diagnostic: exit code 65.
    Refused,
    /// With an uncaught condition: exit code 70.
    Raises,
    Runs,
    /// In any of these ways.
    Orderly,
}

fn nested(open: &str, middle: &str, close: &str) -> Vec<u8> {
    [
        open.repeat(DEPTH),
        middle.to_owned(),
        close.repeat(DEPTH),
        "\n".into(),
    ]
    .concat()
    .into_bytes()
}

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// Where nesting has no meaning that a limit could spare, it must be refused; where the
/// text is flat, it must run.
fn cases() -> Vec<(&'static str, Fate, Vec<u8>)> {
    use Fate::{Orderly, Raises, Refused, Runs};
    let numbers: String = (0..DEPTH).map(|i| format!("{i} ")).collect();
    let definitions: String = (0..3000)
        .map(|i| format!("(define (f{i} x) (+ x {i}))\n"))
        .collect();
    let clauses: String = (0..2000).map(|i| format!("((= x {i}) {i})\n")).collect();
    vec![
        ("parentheses", Refused, nested("(", "", ")")),
        ("parentheses left open", Refused, nested("(", "", "")),
        ("closing parentheses", Refused, nested("", "", ")")),
        ("vectors", Refused, nested("#(", "", ")")),
        ("quotes", Refused, nested("'", "x", "")),
        ("quasiquotes", Refused, nested("`(", "x", ")")),
        ("unquotes", Refused, nested("`,", "x", "")),
        ("a quoted list in lists", Orderly, nested("'(", "x", ")")),
        ("datum comments", Orderly, nested("#;", "x", "")),
        ("block comments", Orderly, nested("#|", "x", "|#")),
        ("block comments left open", Refused, nested("#|", "x", "")),
        ("calls", Refused, nested("(+ 1 ", "2", ")")),
        ("lets", Refused, nested("(let ((x 1)) ", "x", ")")),
        ("lambdas", Refused, nested("(lambda (x) ", "x", ")")),
        ("begins", Refused, nested("(begin ", "1", ")")),
        ("ifs", Refused, nested("(if 1 2 ", "3", ")")),
        (
            "definitions in definitions",
            Refused,
            nested("(define (f) ", "1", ")"),
        ),
        ("labels", Orderly, nested("#0=(", "#0#", ")")),
        (
            "a long list",
            Runs,
            text(&format!("(define x '({numbers}))\n")),
        ),
        (
            "a long vector",
            Runs,
            text(&format!("(define x #({numbers}))\n")),
        ),
        ("a long call", Orderly, text(&format!("(+ {numbers})\n"))),
        (
            "a long body",
            Runs,
            text(&format!("(define (f) {numbers})\n")),
        ),
        (
            "a long symbol",
            Runs,
            text(&format!("(define x '{})\n", "a".repeat(1 << 20))),
        ),
        (
            "a long string",
            Runs,
            text(&format!("(define x \"{}\")\n", "a".repeat(4 << 20))),
        ),
        (
            "a long number",
            Orderly,
            text(&format!("(define x {})\n", "7".repeat(20_000))),
        ),
        ("many definitions", Runs, text(&definitions)),
        (
            "many clauses",
            Runs,
            text(&format!("(define (f x) (cond {clauses}))\n")),
        ),
        ("nothing", Runs, Vec::new()),
        ("a byte order mark", Orderly, text("\u{feff}(display 1)\n")),
        ("NUL", Orderly, vec![0; 1000]),
        ("not UTF-8", Refused, b"(display \"\xff\xfe\")\n".to_vec()),
        (
            "carriage returns",
            Runs,
            text("(define x 1)\r\n(define y \r 2)\r\n"),
        ),
        (
            "a macro without end",
            Refused,
            text("(define-syntax f (syntax-rules () ((_ x ...) (f x ... x ...))))\n(f 1)\n"),
        ),
        (
            "a macro that only repeats",
            Refused,
            text("(define-syntax f (syntax-rules () ((_ x) (f x))))\n(f 1)\n"),
        ),
        (
            "a macro that nests",
            Refused,
            text("(define-syntax f (syntax-rules () ((_ x) (list (f (x))))))\n(f 1)\n"),
        ),
        (
            "a define-macro without end",
            Refused,
            text("(define-macro (f x) (let loop () (loop)))\n(f 1)\n"),
        ),
        (
            "a file that includes itself",
            Refused,
            text("(include \"case.scm\")\n"),
        ),
        (
            "recursion without end",
            Raises,
            text("(define (f x) (+ 1 (f x)))\n(f 1)\n"),
        ),
        (
            "a list without end",
            Raises,
            text("(let loop ((l '())) (if (eq? l 1) (display l) (loop (cons 1 l))))\n"),
        ),
        (
            "a string without end",
            Raises,
            text("(let loop ((s \"ab\")) (if (eq? s 1) (display s) (loop (string-append s s))))\n"),
        ),
        (
            "a vector too large",
            Raises,
            text("(make-vector 1000000000000 0)\n"),
        ),
        (
            "a string too large",
            Raises,
            text("(make-string 1000000000000 #\\a)\n"),
        ),
        (
            "a number too large",
            Raises,
            text("(display (expt 7 (expt 10 15)))\n"),
        ),
    ]
}

#[test]
fn nothing_crashes() -> Result<(), Report> {
    binary::termite()?;
    let cases = cases();
    let tiers = ["interp", "jit"];
    let results = pool::on_all_cores(cases.len() * tiers.len(), |i| {
        let (name, fate, program) = &cases[i / tiers.len()];
        let tier = tiers[i % tiers.len()];
        run(program, tier)
            .and_then(|done| judge(*fate, &done))
            .map_err(|e| format!("{name} [{tier}]: {e}"))
    });
    let failures: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Report(failures.join("\n")))
    }
}

fn run(program: &[u8], tier: &str) -> Result<Finished, String> {
    let dir = TempDir::new("limits").map_err(|e| e.to_string())?;
    let file = dir.path().join("case.scm");
    fs::write(&file, program).map_err(|e| e.to_string())?;
    let mut command = Command::new(binary::termite()?);
    command
        .args(["--tier", tier, "--heap-limit", "128"])
        .arg(file);
    pool::run_alone(&mut command, b"", Limits::seconds(20)).map_err(|e| e.to_string())
}

fn judge(fate: Fate, done: &Finished) -> Result<(), String> {
    let found = match done.end {
        End::Exit(65) => Fate::Refused,
        End::Exit(70) => Fate::Raises,
        End::Exit(0) => Fate::Runs,
        other => return Err(format!("{other}: {}", start(done))),
    };
    if fate != Fate::Orderly && fate != found {
        return Err(format!("{found:?}, expected {fate:?}: {}", start(done)));
    }
    let stderr = done.stderr_text();
    if stderr.contains("panicked") || stderr.contains("internal-error") {
        return Err(format!("a bug of ours: {}", start(done)));
    }
    if found != Fate::Runs && stderr.is_empty() {
        return Err(format!("{found:?}, and nothing said"));
    }
    if stderr.len() > 20_000 {
        return Err(format!(
            "said too much, {} bytes: {}",
            stderr.len(),
            start(done)
        ));
    }
    Ok(())
}

fn start(done: &Finished) -> String {
    let stderr = done.stderr_text();
    let short: String = stderr.chars().take(300).collect();
    if short.is_empty() {
        "nothing said".into()
    } else {
        short
    }
}

/// Files that cannot be read, and options that make no sense.
#[test]
fn mistakes_of_the_command_line() -> Result<(), Report> {
    let termite = binary::termite()?;
    let cases: [(&[&str], i32); 4] = [
        (&["/nonexistent/file.scm"], 66),
        (&["/"], 66),
        (&["--tier", "fastest", "x.scm"], 2),
        (&["-e", "(display"], 65),
    ];
    for (args, code) in cases {
        let mut command = Command::new(termite);
        let done = pool::run_alone(command.args(args), b"", Limits::seconds(10))?;
        if done.end != End::Exit(code) || done.stderr.is_empty() {
            return Err(Report(format!("{args:?}: {}: {}", done.end, start(&done))));
        }
    }
    Ok(())
}
