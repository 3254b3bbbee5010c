//! Depth and length: nothing here may recurse over either, so each test runs on
//! a stack much smaller than the data are deep.

mod support;

use support::FILE;
use termite_syntax::{
    Datum, MAX_NESTING, ReadError, ReadState, Span, Symbol, read_all, write_datum,
};

fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .stack_size(128 * 1024)
        .spawn(body)
        .unwrap();
    thread.join().unwrap();
}

#[test]
fn text_nested_too_deep_is_refused() {
    on_a_small_stack(|| {
        let openings = [
            "(", "#(", "'", "#;", "(a . ", "#0=", "'#;a ", "(#;", ",@", "#;'",
        ];
        for opening in openings {
            let text = opening.repeat(100_000);
            let found = read_all(FILE, &text).unwrap_err();
            assert_eq!(found.code, "nesting-too-deep", "for {opening}");
        }
    });
}

#[test]
fn the_limit_is_exact() {
    on_a_small_stack(|| {
        let nested = |depth| format!("{}{}", "(".repeat(depth), ")".repeat(depth));
        assert!(read_all(FILE, &nested(MAX_NESTING)).is_ok());
        assert!(read_all(FILE, &nested(MAX_NESTING + 1)).is_err());
        assert!(read_all(FILE, &format!("{}a", "'".repeat(MAX_NESTING))).is_ok());
        assert!(read_all(FILE, &"() #;() '()".repeat(MAX_NESTING)).is_ok());
    });
}

#[test]
fn long_data_are_no_trouble() {
    on_a_small_stack(|| {
        let text = format!("({})", "a ".repeat(1_000_000));
        let mut data = read_all(FILE, &text).unwrap();
        let list = data.pop().unwrap();
        assert_eq!(list.list_items().unwrap().len(), 1_000_000);
        let again = read_all(FILE, &write_datum(&list)).unwrap();
        assert_eq!(again[0], list);
        assert_eq!(list.walk().count(), 2_000_001);
        assert!(!list.has_labels());
        let copy = list.clone();
        drop(list);
        assert!(copy.is_list());
        let vector = read_all(FILE, &format!("#{text}")).unwrap();
        assert_eq!(vector[0].as_vector().unwrap().len(), 1_000_000);
    });
}

#[test]
fn built_data_may_be_deeper_than_text() {
    on_a_small_stack(|| {
        let shapes: [fn(Datum) -> Datum; 4] = [
            |inner| Datum::list(vec![inner], Span::NONE),
            |inner| Datum::vector(vec![inner], Span::NONE),
            |inner| Datum::label_def(0, inner, Span::NONE),
            |inner| {
                Datum::list(
                    vec![Datum::symbol(Symbol::QUOTE, Span::NONE), inner],
                    Span::NONE,
                )
            },
        ];
        for shape in shapes {
            let build = || (0..300_000).fold(Datum::null(Span::NONE), |inner, _| shape(inner));
            let (one, other) = (build(), build());
            assert_eq!(one, other);
            assert!(write_datum(&one).len() > 300_000);
            drop(one.clone());
        }
    });
}

/// A long token that arrives in many small pieces is scanned once: this would
/// take minutes if each piece began anew.
#[test]
fn long_tokens_in_small_pieces_take_linear_time() {
    let long = "x".repeat(4_000_000);
    for text in [
        format!("\"{long}\""),
        format!("|{long}|"),
        format!("{long} "),
        format!("#|{long}|# a "),
    ] {
        let mut state = ReadState::new(FILE);
        let mut arrived = 0;
        while let Err(ReadError::Incomplete(_)) = state.resume(&text[..arrived], false) {
            arrived = (arrived + 100).min(text.len());
        }
        assert!(state.position() >= long.len());
    }
}
