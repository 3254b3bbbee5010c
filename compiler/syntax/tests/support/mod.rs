//! What the tests share: the golden inputs, a small random generator, and
//! random data. Everything is deterministic.

#![allow(dead_code, reason = "each test program uses its part")]

use std::path::{Path, PathBuf};
use termite_syntax::{Datum, DatumKind, FileId, Number, Real, Span, Special, parse_number};

pub const FILE: FileId = FileId(0);

pub fn data_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// The golden inputs in the order of their names, each as path and text.
pub fn inputs() -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(data_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries
        .filter(|path| path.extension() == Some("scm".as_ref()))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The cases of an input, which stand between lines of dashes.
pub fn cases(text: &str) -> Vec<&str> {
    text.split("-----\n").collect()
}

/// xorshift64*
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        ((self.bits() >> 16) % limit.max(1) as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

const CHARS: &[char] = &[
    'a',
    'Z',
    '0',
    '1',
    '+',
    '-',
    '.',
    '@',
    '#',
    '/',
    'e',
    'i',
    'n',
    'f',
    ':',
    '!',
    ' ',
    '\n',
    '\r',
    '\t',
    '\0',
    '\u{7}',
    '\u{7f}',
    '\\',
    '"',
    '|',
    ';',
    '(',
    ')',
    '[',
    '{',
    '\'',
    '`',
    ',',
    'λ',
    'ß',
    '漢',
    '😀',
    '\u{301}',
    '\u{a0}',
    '\u{2028}',
    '\u{feff}',
    '\u{85}',
    '\u{10ffff}',
    '\u{e000}',
    '\u{200b}',
    '\u{202e}',
    '\u{ad}',
];

pub fn random_text(random: &mut Random) -> String {
    (0..random.below(6)).map(|_| *random.pick(CHARS)).collect()
}

pub fn random_datum(random: &mut Random, depth: usize) -> Datum {
    let span = Span::NONE;
    let compound = depth > 0 && random.below(2) == 0;
    if !compound {
        return random_leaf(random);
    }
    let count = random.below(5);
    let items: Vec<_> = (0..count)
        .map(|_| random_datum(random, depth - 1))
        .collect();
    match random.below(6) {
        0 => Datum::vector(items, span),
        1 => Datum::list_with_tail(items, random_datum(random, depth - 1), span),
        2 => {
            let name = random.pick(&["quote", "quasiquote", "unquote", "unquote-splicing"]);
            let quoted = random_datum(random, depth - 1);
            Datum::list(vec![Datum::symbol(*name, span), quoted], span)
        }
        _ => Datum::list(items, span),
    }
}

fn random_leaf(random: &mut Random) -> Datum {
    let span = Span::NONE;
    match random.below(10) {
        0 => Datum::boolean(random.below(2) == 0, span),
        1 => Datum::character(*random.pick(CHARS), span),
        2..=3 => Datum::symbol(random_text(random).as_str(), span),
        4..=5 => Datum::number(random_number(random), span),
        6 => Datum::string(random_text(random), span),
        7 => Datum::bytevector(
            (0..random.below(4))
                .map(|_| random.bits() as u8)
                .collect::<Vec<_>>(),
            span,
        ),
        8 => Datum::special(*random.pick(&Special::ALL), span),
        _ => Datum::null(span),
    }
}

pub fn random_number(random: &mut Random) -> Number {
    if random.below(4) > 0 {
        return Number::Real(random_real(random));
    }
    Number::rectangular(random_real(random), random_real(random))
}

fn random_real(random: &mut Random) -> Real {
    let small = |random: &mut Random| random.bits() as i64 >> random.below(64);
    match random.below(6) {
        0 => Real::Fixnum(small(random)),
        1 => real(&format!(
            "{}{:020}{:020}",
            small(random),
            random.bits(),
            random.bits()
        )),
        2 => real(&format!(
            "{}/{}",
            small(random),
            small(random).unsigned_abs().max(1)
        )),
        3 => Real::Flonum(f64::from_bits(random.bits())),
        4 => Real::Flonum(small(random) as f64 / 1000.0),
        _ => Real::Flonum(*random.pick(&[
            0.0,
            -0.0,
            1.0,
            f64::INFINITY,
            f64::NAN,
            5e-324,
            1e21,
            1e-7,
        ])),
    }
}

fn real(text: &str) -> Real {
    match parse_number(text, 10) {
        Some(Number::Real(real)) => real,
        other => panic!("{text} is no real number but {other:?}"),
    }
}

/// Spans lie in the text, on character boundaries, each in that of its parent.
#[track_caller]
pub fn check_spans(datum: &Datum, text: &str) {
    let mut pending = vec![(datum, Span::new(FILE, 0, text.len() as u32))];
    while let Some((datum, outer)) = pending.pop() {
        let span = datum.span;
        let inside = outer.start <= span.start && span.start <= span.end && span.end <= outer.end;
        assert!(
            inside && span.file == FILE,
            "{span:?} of {datum} is not in {outer:?}: {text:?}"
        );
        assert!(
            text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize)
        );
        if let DatumKind::Pair(pair) = &datum.kind {
            pending.extend([(&pair.car, span), (&pair.cdr, span)]);
        } else if let DatumKind::Vector(items) = &datum.kind {
            pending.extend(items.iter().map(|item| (item, span)));
        } else if let DatumKind::LabelDef(labelled) = &datum.kind {
            pending.push((&labelled.datum, span));
        }
    }
}
