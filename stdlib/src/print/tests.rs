//! Printing, and reading back what was printed.

use super::{Style, print, write_to_string};
use crate::testing::{Bench, check};
use crate::{datum_to_value, value_to_datum};
use termite_abi::Value;
use termite_syntax::{FileId, Span, read_all};

#[test]
fn objects() {
    check(
        r#"
        '() => ()
        '(1 . (2 . (3 . 4))) => (1 2 3 . 4)
        ''a => 'a
        '`(a ,b ,@c) => `(a ,b ,@c)
        '(quote) => (quote)
        '(quote a b) => (quote a b)
        '(1 quote a) => (1 quote a)
        (list 'unquote '@x) => , @x
        '|hello world| => |hello world|
        '|1| => |1|
        "a\"b\\c\n\x7;λ" => "a\"b\\c\n\aλ"
        #\space => #\space
        #\x0 => #\null
        '#(1 #(2) "x") => #(1 #(2) "x")
        #u8(1 2) => #u8(1 2)
        (vector) => #()
        (object->string '(1 "a" #\b)) => "(1 \"a\" #\\b)"
        (object->string "abcdef" 7) => "\"abc..."
        (object->string "abcdef" 8) => "\"abcdef\""
        (object->string '(λ λ λ λ λ) 8) => "(λ λ ..."
        (object->string "abcdef" 2) => ".."
        (%display->string '(1 "a" #\b |x y|)) => "(1 a b x y)"
        (%console-output-port) => #<output-port console>
        (open-input-string "") => #<input-port>
        (%make-record-type 'point #(x y) #f) => #<record-type point>
        (%make-record (%make-record-type '<point> #(x y) #f) 1 "a") => #<point x: 1 y: "a">
        (%make-record (%make-record-type 'secret #(x) #f #f #t) 1) => #<secret>
        (%make-record (%make-record-type 'b #(y) #f (%make-record-type 'a #(x) #f)) 1 2) => #<b x: 1 y: 2>
        "#,
    );
}

#[test]
fn labels_are_for_cycles() {
    check(
        r#"
        '#0=(a . #0#) => #0=(a . #0#)
        '#0=(a #0# b) => #0=(a #0# b)
        '#0=#(1 #0#) => #0=#(1 #0#)
        '(x . #0=(a . #0#)) => (x . #0=(a . #0#))
        '(#0=(a) #0#) => ((a) (a))
        '(#0=(a . #0#) #1=(b . #1#)) => (#0=(a . #0#) #1=(b . #1#))
        '#0=('#0#) => #0=('#0#)
        "#,
    );
}

#[test]
fn styles() {
    let mut bench = Bench::new();
    let mut printed = |text: &str, style| {
        let datum = read_all(FileId::NONE, text).unwrap().remove(0);
        let v = bench.constant(&datum);
        print(&bench.vm, v, style, 1000)
    };
    assert_eq!(
        printed("(#0=(a) #0# #0#)", Style::Shared).0,
        "(#0=(a) #0# #0#)"
    );
    assert_eq!(printed("#0=(a . #0#)", Style::Shared).0, "#0=(a . #0#)");
    assert_eq!(printed("(#0=(a) #0#)", Style::Simple).0, "((a) (a))");
    let (text, whole) = printed("#0=(a . #0#)", Style::Simple);
    assert!(!whole && text.len() == 1003 && text.starts_with("(a a a"));
    assert_eq!(
        printed("#0=(\"a\" . #0#)", Style::Display).0,
        "#0=(a . #0#)"
    );
}

#[test]
fn large_and_deep_data_are_printed() {
    let mut bench = Bench::new();
    let heap = &mut bench.vm.heap;
    let deep = (0..1_000_000).fold(Value::NULL, |inner, _| heap.pair(inner, Value::NULL));
    let long = (0..1_000_000).fold(Value::NULL, |rest, _| heap.pair(Value::fixnum(7), rest));
    assert_eq!(
        print(&bench.vm, deep, Style::Write, 1 << 30).0.len(),
        2_000_002
    );
    assert_eq!(
        print(&bench.vm, long, Style::Write, 1 << 30).0.len(),
        2_000_001
    );
    assert_eq!(write_to_string(&bench.vm, long, 10), "(7 7 7 7 7...");
    // Two to the power of 100 characters, but for the limit.
    let heap = &mut bench.vm.heap;
    let shared = (0..100).fold(Value::NULL, |inner, _| heap.pair(inner, inner));
    assert_eq!(write_to_string(&bench.vm, shared, 100).len(), 103);
}

/// Texts that `write` gives back as they are, through values and through data.
#[test]
fn texts_round_trip() {
    let texts = [
        "()",
        "(1 -2.5 1/3 +i 1e100 100000000000000000000000)",
        "#(a |b c| || #t #f #\\x #\\newline #\\λ)",
        "\"a\\nb\\\"\"",
        "#u8()",
        "(a (b (c . d)) . e)",
        "#0=(a #1=#(#0# #1#) . #0#)",
        "(#!eof #!void #!default #!optional #!rest #!key)",
        "('a `(b ,c ,@d))",
        "(+inf.0 -inf.0 +nan.0 -0.0)",
    ];
    let mut bench = Bench::new();
    for text in texts {
        let datum = read_all(FileId::NONE, text).unwrap().remove(0);
        let v = bench.constant(&datum);
        assert_eq!(bench.write(v), text);
        let back = value_to_datum(v, Span::NONE).unwrap();
        let again = datum_to_value(&mut bench.vm.heap, &back).unwrap();
        assert_eq!(bench.write(again), text);
    }
}

#[test]
fn random_data_round_trip() {
    let mut bench = Bench::new();
    let mut seed = 7u64;
    for _ in 0..2000 {
        let v = random_value(&mut bench, &mut seed);
        let text = bench.write(v);
        let datum = read_all(FileId::NONE, &text)
            .unwrap_or_else(|fault| panic!("{text}: {fault}"))
            .remove(0);
        let back = bench.constant(&datum);
        assert!(crate::equality::is_equal(v, back), "{text}");
        assert_eq!(bench.write(back), text);
    }
}

/// A tree of a few dozen objects, built from the leaves.
fn random_value(bench: &mut Bench, seed: &mut u64) -> Value {
    let mut next = || {
        *seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(3);
        *seed >> 33
    };
    let heap = &mut bench.vm.heap;
    let mut made = vec![Value::NULL];
    for _ in 0..next() % 40 {
        let pick = |n: u64| made[n as usize % made.len()];
        let v = match next() % 9 {
            0 => Value::fixnum(next() as i64 - (1 << 30)),
            1 => heap.flonum(f64::from_bits(next() << 32 | next())),
            2 => {
                let name: String = (0..next() % 5)
                    .filter_map(|_| char::from_u32((next() % 300) as u32))
                    .collect();
                termite_heap::intern(&name)
            }
            3 => {
                let text: String = (0..next() % 9)
                    .filter_map(|_| char::from_u32((next() % 0x11000) as u32))
                    .collect();
                heap.string(&text)
            }
            4 => char::from_u32((next() % 0x3000) as u32).map_or(Value::TRUE, Value::char),
            5 => heap.vector_from(&[pick(next()), pick(next())]),
            6 => heap.bytevector(&next().to_le_bytes()[..3]),
            _ => heap.pair(pick(next()), pick(next())),
        };
        made.push(v);
    }
    made[made.len() - 1]
}

#[test]
fn what_is_no_datum_is_refused() {
    let mut bench = Bench::new();
    let rtd = bench.run("(define t (%make-record-type 'point #(x) #f)) (define l (list 1 t))");
    assert_eq!(rtd, "#!void");
    let fault = value_to_datum(bench.variables["l"], Span::NONE).unwrap_err();
    assert!(
        fault.starts_with("a record type has no written form"),
        "{fault}"
    );
    // Uninterned symbols of one name stay apart.
    bench.run("(define g (generate-symbol)) (define l (list g g 'g1))");
    let datum = value_to_datum(bench.variables["l"], Span::NONE).unwrap();
    let items = datum.list_items().unwrap();
    assert_eq!(items[0], items[1]);
    assert_ne!(items[0], items[2]);
}
