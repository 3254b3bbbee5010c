//! Damaged programs: the expander answers or complains, and never panics. Deterministic.

mod support;

use support::cases;
use support::host::{TestHost, expander};
use termite_expand::{Interface, LibraryName, with_big_stack};
use termite_syntax::{Datum, DatumKind, FileId, Span, read_all, write_datum};

/// A small generator of numbers (xorshift64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }
}

const ROUNDS: usize = 6_000;

fn expand(text: &str, files: &[(String, String)]) {
    let mut host = TestHost::new(files);
    let source = host.source("script.scm", text);
    let mut expander = expander();
    if let Err(errors) = expander.expand_script(&mut host, "script", &source) {
        assert!(!errors.is_empty());
        errors
            .iter()
            .for_each(|error| drop(error.render(&host.sources)));
    }
}

/// Inputs of the golden tests, except those that are slow to be refused.
fn programs() -> Vec<(String, Vec<(String, String)>)> {
    let cases = cases::data_files()
        .into_iter()
        .flat_map(|path| cases::read(&path).1);
    let slow = [
        "an endless macro",
        "an exploding macro",
        "a macro that grows without end",
    ];
    cases
        .filter(|case| !slow.contains(&case.title.as_str()))
        .map(|case| (case.input, case.files))
        .collect()
}

#[test]
fn damaged_data() {
    let programs = programs();
    let pool: Vec<Datum> = programs
        .iter()
        .filter_map(|(text, _)| read_all(FileId::NONE, text).ok())
        .flatten()
        .flat_map(|datum| datum.walk().cloned().collect::<Vec<_>>())
        .collect();
    let mut random = Random(0x9E37_79B9_7F4A_7C16);
    with_big_stack(|| {
        for _ in 0..ROUNDS {
            let (text, files) = &programs[random.below(programs.len())];
            let Ok(data) = read_all(FileId::NONE, text) else {
                continue;
            };
            let mut damaged = Datum::list(data, Span::NONE);
            for _ in 0..=random.below(3) {
                damaged = damage(&damaged, &pool, &mut random);
            }
            let text: Vec<String> = damaged.items().map(write_datum).collect();
            expand(&text.join("\n"), files);
        }
    });
}

/// One place of a datum replaced, dropped, doubled or swapped with its neighbour.
fn damage(datum: &Datum, pool: &[Datum], random: &mut Random) -> Datum {
    let size = datum.walk().count();
    let mut target = random.below(size);
    let kind = random.below(6);
    edit(datum, &mut target, &mut |datum| {
        let other = pool[random.below(pool.len())].clone();
        match (kind, &datum.kind) {
            (0, DatumKind::Pair(pair)) => pair.cdr.clone(),
            (1, DatumKind::Pair(pair)) => Datum::cons(pair.car.clone(), datum.clone(), Span::NONE),
            (2, DatumKind::Pair(pair)) => {
                Datum::cons(pair.cdr.clone(), pair.car.clone(), Span::NONE)
            }
            (3, DatumKind::Pair(pair)) => Datum::cons(other, pair.cdr.clone(), Span::NONE),
            (4, _) => Datum::list(vec![datum.clone()], Span::NONE),
            _ => other,
        }
    })
}

fn edit(datum: &Datum, target: &mut usize, change: &mut impl FnMut(&Datum) -> Datum) -> Datum {
    if *target == 0 {
        *target = usize::MAX;
        return change(datum);
    }
    *target -= 1;
    if let DatumKind::Pair(pair) = &datum.kind {
        let car = edit(&pair.car, target, change);
        let cdr = edit(&pair.cdr, target, change);
        return Datum::cons(car, cdr, Span::NONE);
    }
    datum.clone()
}

#[test]
fn damaged_text() {
    let programs = programs();
    let mut random = Random(0xDEAD_BEEF_0BAD_CAF6);
    let pieces = [
        "(",
        ")",
        "'",
        "`",
        ",",
        ",@",
        " . ",
        "#(",
        "...",
        "_",
        "#!optional ",
        "if ",
        "define ",
        "1 ",
        "\"",
        "else",
        "=>",
        "x: ",
    ];
    with_big_stack(|| {
        for _ in 0..ROUNDS {
            let (text, files) = &programs[random.below(programs.len())];
            let mut text: Vec<char> = text.chars().collect();
            for _ in 0..=random.below(4) {
                let at = random.below(text.len());
                match random.below(3) {
                    0 => drop(text.drain(at..(at + random.below(8)).min(text.len()))),
                    1 => drop(text.splice(at..at, pieces[random.below(pieces.len())].chars())),
                    _ => {
                        let from = random.below(text.len());
                        let to = (from + random.below(30)).min(text.len());
                        let piece: Vec<char> = text[from..to].to_vec();
                        text.splice(at..at, piece);
                    }
                }
            }
            let text: String = text.into_iter().collect();
            expand(&text, files);
        }
    });
}

#[test]
fn damaged_interfaces() {
    let library = "(define-library (lib) (export m n f (rename car first) v) (import (scheme base) (termite core))
      (begin (define (helper x) x) (define (f) 1) (define v 2)
        (define-syntax inner (syntax-rules (=>) ((_ (a => b ...) ...) (list (helper a) ... '(b ... ...) 1.5 \"s\"))))
        (define-syntax m (syntax-rules () ((_ x ... . y) (let ((tmp (inner (x => x) ...))) `(tmp #(x ...) . y)))))
        (define-macro (n x #!optional y) (list 'quote x))))";
    let files = vec![("lib.sld".to_string(), library.to_string())];
    let name = LibraryName::from_unit("lib");
    let mut host = TestHost::new(&files);
    let mut first = expander();
    let bytes = first.interface(&mut host, &name).unwrap().encode().to_vec();
    let mut random = Random(7);
    with_big_stack(|| {
        for _ in 0..ROUNDS {
            let mut bytes = bytes.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes[at] = u8::try_from(random.below(256)).unwrap(),
                    1 => bytes[at] ^= 1 << random.below(8),
                    2 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, u8::try_from(random.below(256)).unwrap()),
                }
            }
            let Ok(interface) = Interface::decode(bytes) else {
                continue;
            };
            let mut host = TestHost::new(&[]);
            host.compiled.insert("lib".to_string(), interface.into());
            let source = host.source(
                "script.scm",
                "(import (lib)) (m 1 2 . 3) (n 5) (f) (first v)",
            );
            drop(expander().expand_script(&mut host, "script", &source));
        }
    });
}
