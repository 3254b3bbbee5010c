//! Units in text form and what becomes of them.
//!
//! `tests/data/good/*.ir` verify; beside each, an `.out` holds the canonical text, the
//! verdict, and the hash, so that a change of the format or of the operations shows.
//! `tests/data/bad/*.ir` do not verify (or parse); their last line says why.
//! `TERMITE_BLESS=1` writes what is found.

use std::fs;
use std::path::{Path, PathBuf};
use termite_ir::{CpId, Op, Unit, codec, fuzz, max_alloc, parse, print, unit_hash, verify};

fn cases(folder: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder);
    let mut cases: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    cases.retain(|p| p.extension().is_some_and(|e| e == "ir"));
    cases.sort();
    cases
}

fn blessing() -> bool {
    std::env::var_os("TERMITE_BLESS").is_some_and(|v| v == "1")
}

/// Compares with what is in the file, or puts it there.
fn expect(path: &Path, found: &str) {
    if blessing() {
        fs::write(path, found).unwrap();
        return;
    }
    let wanted = fs::read_to_string(path).unwrap_or_default();
    assert!(
        wanted == found,
        "{} differs; found:\n{found}",
        path.display()
    );
}

fn verdict(text: &str) -> String {
    match parse(text) {
        Err(e) => format!("parse: {e}"),
        Ok(unit) => match verify(&unit) {
            Ok(()) => "ok".to_string(),
            Err(e) => e.to_string(),
        },
    }
}

#[test]
fn good_units() {
    let cases = cases("good");
    assert!(cases.len() >= 10);
    for path in &cases {
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(verdict(&text), "ok", "{}", path.display());
        let unit = parse(&text).unwrap();
        assert!(fuzz::check(&unit));
        expect(&path.with_extension("out"), &summary(&unit));
    }
}

#[test]
fn every_good_unit_is_a_sample() {
    let names: Vec<String> = cases("good")
        .iter()
        .map(|p| p.file_stem().unwrap().to_str().unwrap().to_string())
        .collect();
    let samples: Vec<&str> = fuzz::SAMPLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, samples);
}

fn summary(unit: &Unit) -> String {
    let hash: String = unit_hash(unit).iter().map(|b| format!("{b:02x}")).collect();
    let bytes = (
        codec::encode_code(unit).len(),
        codec::encode_debug(&unit.debug).len(),
    );
    let alloc: Vec<String> = unit
        .cps
        .iter()
        .enumerate()
        .map(|(i, cp)| format!("{} {}", CpId(i as u32), max_alloc(unit, cp)))
        .collect();
    let (code, debug) = bytes;
    format!(
        "{}\n; hash {hash}\n; {code} bytes, {debug} for debugging\n; allocates {}\n",
        print(unit),
        alloc.join(", ")
    )
}

/// Whoever changes a row or the order changes what existing code means: give
/// `codec::VERSION` the next number, then bless.
#[test]
fn operations_table() {
    let mut text = format!("version {}\n", codec::VERSION);
    for (i, op) in Op::ALL.iter().enumerate() {
        let (args, result, does) = (op.arg_count(), op.result(), op.does());
        let row = format!(
            "{args} {result:?} {does:?} {:?} {}",
            op.imm(),
            op.alloc_bytes()
        );
        text.push_str(&format!(
            "{i} {} {row} {}\n",
            op.text(),
            op.prim().unwrap_or("-")
        ));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/operations.out");
    expect(&path, &text);
}

const VERDICT: &str = ";= ";

#[test]
fn bad_units() {
    let cases = cases("bad");
    assert!(cases.len() >= 60, "{}", cases.len());
    for path in &cases {
        let text = fs::read_to_string(path).unwrap();
        let found = verdict(&text);
        assert_ne!(found, "ok", "{}", path.display());
        if let Ok(unit) = parse(&text) {
            assert!(!fuzz::check(&unit));
        }
        let source: Vec<&str> = text.lines().filter(|l| !l.starts_with(VERDICT)).collect();
        expect(path, &format!("{}\n{VERDICT}{found}\n", source.join("\n")));
    }
}
