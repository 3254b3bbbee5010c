//! What holds for all texts and all data, tried on many random ones.

mod support;

use support::{FILE, Random, cases, check_spans, inputs, random_datum};
use termite_syntax::{
    Datum, Diagnostic, ReadError, ReadState, SourceMap, next_datum, read_all, write_datum,
};

#[test]
fn what_is_written_reads_back() {
    let mut random = Random::new(1);
    for _ in 0..100_000 {
        let datum = random_datum(&mut random, 4);
        let text = write_datum(&datum);
        match read_all(FILE, &text) {
            Ok(data) => assert_eq!(data, [datum], "{text}"),
            Err(found) => panic!("{text:?}: {found}"),
        }
    }
}

/// Whatever the text: no panic, spans that make sense, a diagnostic that can be
/// shown, and data that can be written and read again.
#[test]
fn mutants_do_no_harm() {
    let seeds = seeds();
    let mut random = Random::new(2);
    for _ in 0..100_000 {
        let text = mutant(&mut random, &seeds);
        match read_all(FILE, &text) {
            Ok(data) => data.iter().for_each(|datum| check_datum(datum, &text)),
            Err(found) => check_diagnostic(&found, &text),
        }
    }
}

fn check_datum(datum: &Datum, text: &str) {
    check_spans(datum, text);
    let written = write_datum(datum);
    match read_all(FILE, &written) {
        Ok(again) => assert_eq!(again, std::slice::from_ref(datum), "{text:?}"),
        Err(found) => panic!("{text:?} was written as {written:?}: {found}"),
    }
}

fn check_diagnostic(found: &Diagnostic, text: &str) {
    let mut sources = SourceMap::new();
    sources.add("t", text);
    for span in found
        .labels
        .iter()
        .map(|(span, _)| *span)
        .chain([found.span])
    {
        assert!(
            span.start <= span.end && span.end as usize <= text.len(),
            "{found}: {text:?}"
        );
        assert!(
            text.is_char_boundary(span.start as usize),
            "{found}: {text:?}"
        );
        assert!(
            text.is_char_boundary(span.end as usize),
            "{found}: {text:?}"
        );
    }
    assert!(found.render(&sources).contains(found.code));
}

/// A text that arrives in pieces gives the same as the same text at once.
#[test]
fn pieces_give_the_same_as_the_whole() {
    let seeds = seeds();
    let mut random = Random::new(3);
    for round in 0..4_000 {
        let text = match seeds.get(round) {
            Some(seed) => seed.clone(),
            None => mutant(&mut random, &seeds),
        };
        let largest = 1 + random.below(9);
        assert_eq!(
            read_pieces(&text, largest, &mut random),
            read_whole(&text),
            "{text:?}"
        );
    }
}

type Outcome = (Vec<(Datum, usize)>, Option<ReadError>);

fn read_whole(text: &str) -> Outcome {
    let mut state = ReadState::new(FILE);
    let mut data = Vec::new();
    loop {
        match state.resume(text, true) {
            Ok(Some(datum)) => data.push((datum, state.position())),
            Ok(None) => return (data, None),
            Err(error) => return (data, Some(error)),
        }
    }
}

fn read_pieces(text: &str, largest: usize, random: &mut Random) -> Outcome {
    let mut state = ReadState::new(FILE);
    let (mut data, mut dropped, mut arrived) = (Vec::new(), 0, 0);
    loop {
        match state.resume(&text[dropped..arrived], arrived == text.len()) {
            Ok(Some(datum)) => {
                data.push((datum, dropped + state.position()));
                if random.below(2) == 0 {
                    dropped += state.consume();
                }
            }
            Ok(None) => return (data, None),
            Err(ReadError::Incomplete(_)) if arrived < text.len() => {
                arrived = text.ceil_char_boundary(arrived + 1 + random.below(largest));
            }
            Err(error) => return (data, Some(error)),
        }
    }
}

#[test]
fn next_datum_walks_through_a_text() {
    let text = "(a) 'b ; c\n#;d 5";
    let (first, end) = next_datum(FILE, text, 0).unwrap().unwrap();
    assert_eq!((write_datum(&first).as_str(), end), ("(a)", 3));
    let (second, end) = next_datum(FILE, text, end).unwrap().unwrap();
    assert_eq!((write_datum(&second).as_str(), end), ("'b", 6));
    let (third, end) = next_datum(FILE, text, end).unwrap().unwrap();
    assert_eq!((write_datum(&third).as_str(), end), ("5", text.len()));
    assert_eq!(next_datum(FILE, text, end), Ok(None));
    assert!(matches!(
        next_datum(FILE, "(a", 0),
        Err(ReadError::Incomplete(_))
    ));
    assert!(matches!(
        next_datum(FILE, "a)", 1),
        Err(ReadError::Invalid(_))
    ));
}

/// The golden cases and some random data.
fn seeds() -> Vec<String> {
    let inputs = inputs();
    let mut seeds: Vec<String> = inputs
        .iter()
        .flat_map(|(_, text)| cases(text))
        .map(str::to_string)
        .collect();
    let mut random = Random::new(4);
    seeds.extend((0..200).map(|_| write_datum(&random_datum(&mut random, 5))));
    seeds
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "#(",
    "#u8(",
    "'",
    "`",
    ",",
    ",@",
    "#;",
    "#|",
    "|#",
    "|",
    "\"",
    "\\",
    " . ",
    ".",
    "#0=",
    "#0#",
    "#\\",
    "#!",
    "#!eof",
    "#x",
    "#e",
    "1e9",
    "+inf.0",
    "i",
    "@",
    "/",
    "[",
    "\n",
    "\r",
    " ",
    ";",
    "λ",
    "\u{feff}",
    "\0",
    "\\x41;",
    "#!fold-case",
    "#",
    "-",
    "#!/",
    "\u{301}",
];

fn mutant(random: &mut Random, seeds: &[String]) -> String {
    let mut text = random.pick(seeds).clone();
    for _ in 0..1 + random.below(4) {
        let from = text.floor_char_boundary(random.below(text.len() + 1));
        let to = text
            .floor_char_boundary((from + random.below(6)).min(text.len()))
            .max(from);
        match random.below(4) {
            0 => text.replace_range(from..to, ""),
            1 => text.truncate(from),
            2 => text.replace_range(from..to, random.pick::<&str>(PIECES)),
            _ => text.insert_str(from, random.pick::<&str>(PIECES)),
        }
    }
    text
}
