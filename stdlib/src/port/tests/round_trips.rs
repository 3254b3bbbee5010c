//! What is written is read back, and reading any text comes to an end, on data and texts from
//! a seeded generator.

use super::super::inlet::{Input, Origin};
use super::super::text::{Fault, Source};
use crate::datum::datum_to_value;
use crate::equality::is_equal;
use crate::testing::Bench;
use std::io::{self, ErrorKind, Read};
use termite_abi::{Kind, Value};
use termite_heap as heap;

const ROUNDS: u64 = 3000;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        self.0 >> 33
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn text(&mut self) -> String {
        let limit = self.pick(&[0x80, 0x300, 0x11_0000]);
        let length = self.below(9);
        let chars = (0..length).filter_map(|_| char::from_u32(self.next() as u32 % limit));
        chars.collect()
    }

    fn integer(&mut self) -> String {
        let digits = 1 + self.below(30);
        let text: String = (0..digits)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect();
        format!("{}{text}", self.pick(&["", "-"]))
    }

    fn real(&mut self) -> String {
        match self.below(5) {
            0 => self.integer(),
            1 => format!("{}/{}7", self.integer(), self.below(1000)),
            2 => (self.pick(&["-0.0", "+inf.0", "-inf.0", "+nan.0", "0.0", "1e-320"])).to_owned(),
            _ => format!(
                "{}.{}e{}",
                self.below(100),
                self.next(),
                self.below(600) as i64 - 300
            ),
        }
    }

    fn number(&mut self) -> String {
        let real = self.real();
        match self.below(4) {
            0 => {
                let imaginary = self.real();
                let sign = if imaginary.starts_with(['+', '-']) {
                    ""
                } else {
                    "+"
                };
                format!("{real}{sign}{imaginary}i")
            }
            _ => real,
        }
    }
}

/// Names that look like something else.
const NAMES: &[&str] = &[
    "", ".", "..", "...", "+", "-", "1", "-1", "+1", "1/2", "1e3", "+i", "-i", "+inf.0", "-nan.0",
    "1+", "+a", "-.a", "#", "#t", "#foo", "a#", "a|b", "|", "\\", "a\\", "a b", "A", "a:", ":a",
    "'", "\"", ";", "#;", "#!eof", "é", "\u{200b}", "\u{0}", "@", "1@2", "+.5", "-e", "#|", "`",
    ",@",
];

fn leaf(bench: &mut Bench, random: &mut Random) -> Value {
    match random.below(9) {
        0 | 1 => {
            let text = random.number();
            let string = bench.vm.heap.string(&text);
            let number = bench.call("string->number", &[string]).unwrap();
            assert!(number != Value::FALSE, "{text} is no number");
            number
        }
        2 => heap::intern(random.pick(NAMES)),
        3 => heap::intern(&random.text()),
        4 => bench.vm.heap.string(&random.text()),
        5 => {
            let code = random.next() as u32 % 0x11_0000;
            char::from_u32(code).map_or(Value::NULL, Value::char)
        }
        6 => bench.vm.heap.bytevector(random.text().as_bytes()),
        7 => bench
            .vm
            .heap
            .flonum(f64::from_bits(random.next() << 33 ^ random.next())),
        _ => random.pick(&[
            Value::TRUE,
            Value::FALSE,
            Value::NULL,
            Value::EOF,
            Value::VOID,
            Value::DEFAULT,
        ]),
    }
}

/// A datum; with `cycles`, one whose parts may be reached again from themselves.
fn datum(bench: &mut Bench, random: &mut Random, cycles: bool) -> Value {
    let mut made = vec![leaf(bench, random)];
    for _ in 0..random.below(30) {
        let (a, b) = (random.pick(&made), random.pick(&made));
        let v = match random.below(7) {
            0 | 1 => leaf(bench, random),
            2 => bench.vm.heap.vector_from(&[a, b, a]),
            3 => {
                let marks = ["quote", "quasiquote", "unquote", "unquote-splicing"];
                let mark = heap::intern(random.pick(&marks));
                bench.vm.heap.list(&[mark, a])
            }
            _ => bench.vm.heap.pair(a, b),
        };
        made.push(v);
    }
    if cycles {
        for _ in 0..3 {
            let (from, to) = (random.pick(&made), random.pick(&made));
            if from.is_pair() {
                bench.vm.heap.set_cdr(from, to);
            } else if heap::is_kind(from, Kind::Vector) {
                bench.vm.heap.set_field(from, 1, to);
            }
        }
    }
    made[made.len() - 1]
}

fn written(bench: &mut Bench, how: &str, v: Value) -> String {
    let port = bench.call("open-output-string", &[]).unwrap();
    bench.call(how, &[v, port]).unwrap();
    let text = bench.call("get-output-string", &[port]).unwrap();
    heap::string_to_rust(text)
}

/// The first datum of a text, through a string port.
fn read(bench: &mut Bench, text: &str) -> Result<Value, String> {
    let string = bench.vm.heap.string(text);
    let port = bench.call("open-input-string", &[string]).unwrap();
    let datum = bench.call("%read", &[port]);
    datum.map_err(|error| error.message.into_owned())
}

#[test]
fn what_is_written_is_read_back() {
    let (mut bench, mut random) = (Bench::new(), Random(5));
    for round in 0..ROUNDS {
        let v = datum(&mut bench, &mut random, round % 2 == 0);
        for how in ["%write", "%write-shared"] {
            let text = written(&mut bench, how, v);
            let back = read(&mut bench, &text);
            let back = back.unwrap_or_else(|error| panic!("round {round}: {text}: {error}"));
            assert!(is_equal(v, back), "round {round}: {text}");
            // The same parts are shared.
            assert_eq!(written(&mut bench, how, back), text, "round {round}");
        }
    }
}

/// Gives a text in pieces, and has the reader wait before each.
struct Pieces {
    rest: Vec<u8>,
    piece: usize,
    waits: bool,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.waits = !self.waits;
        if self.waits {
            return Err(ErrorKind::WouldBlock.into());
        }
        let count = self.piece.min(self.rest.len()).min(into.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        Ok(count)
    }
}

fn read_pieces(bench: &mut Bench, text: &str, piece: usize) -> Vec<Result<String, String>> {
    let origin = Pieces {
        rest: text.as_bytes().to_vec(),
        piece,
        waits: false,
    };
    let mut input = Input::new(Origin::Other(Box::new(origin)), false);
    let mut all = Vec::new();
    loop {
        match input.datum() {
            Ok(None) => return all,
            Ok(Some(datum)) => {
                let v = datum_to_value(&mut bench.vm.heap, &datum);
                all.push(v.map(|v| bench.write(v)));
            }
            Err(Fault::World(error)) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            Err(Fault::Text(diagnostic)) => all.push(Err(diagnostic.message)),
        }
        assert!(all.len() <= text.len(), "{text:?} has no end");
    }
}

/// All data of a text and what is wrong with it, through a string port.
fn read_string(bench: &mut Bench, text: &str) -> Vec<Result<String, String>> {
    let string = bench.vm.heap.string(text);
    let port = bench.call("open-input-string", &[string]).unwrap();
    let mut all = Vec::new();
    loop {
        match bench.call("%read", &[port]) {
            Ok(Value::EOF) => return all,
            Ok(v) => all.push(Ok(bench.write(v))),
            Err(error) => all.push(Err(error.message.into_owned())),
        }
        assert!(all.len() <= text.len(), "{text:?} has no end");
    }
}

/// Not the end-of-file object, at which `read_string` could not know whether to go on.
const SCRAPS: &[&str] = &[
    "(", ")", "#(", "#u8(", "'", "`", ",", ",@", ".", " ", "\n", "#;", "#|", "|#", ";", "\"", "|",
    "\\", "#\\", "#\\x", "#0=", "#0#", "#t", "12", "1/2", "+i", "a", "\u{3bb}", "x41;", "#d",
    "#e1.5", "#b102", "1e", "#", "[",
];

#[test]
fn any_text_is_read_to_its_end_and_in_pieces_like_at_once() {
    let (mut bench, mut random) = (Bench::new(), Random(6));
    for _ in 0..ROUNDS {
        let count = 1 + random.below(12);
        let text: String = (0..count).map(|_| random.pick(SCRAPS)).collect();
        let whole = read_string(&mut bench, &text);
        let piece = 1 + random.below(5);
        let pieces = read_pieces(&mut bench, &text, piece);
        assert_eq!(pieces, whole, "{text:?} in pieces of {piece}");
    }
}

#[test]
fn any_text_is_a_number_or_none() {
    let (mut bench, mut random) = (Bench::new(), Random(7));
    let scraps = [
        "1",
        "0",
        "9",
        ".",
        "e",
        "E",
        "+",
        "-",
        "/",
        "i",
        "@",
        "#",
        "#x",
        "#b",
        "#e",
        "#i",
        "inf.0",
        "nan.0",
        "a",
        "f",
        "10",
        "99999999999",
        "e400",
        " ",
        "",
    ];
    for _ in 0..10 * ROUNDS {
        let count = random.below(8);
        let text: String = (0..count).map(|_| random.pick(&scraps)).collect();
        let string = bench.vm.heap.string(&text);
        let radix = Value::fixnum(random.pick(&[2, 8, 10, 16]));
        let Ok(number) = bench.call("string->number", &[string, radix]) else {
            continue;
        };
        if number == Value::FALSE {
            continue;
        }
        let shown = bench.call("number->string", &[number, radix]);
        let Ok(shown) = shown else { continue };
        let back = bench.call("string->number", &[shown, radix]).unwrap();
        assert!(is_equal(number, back), "{text:?} in radix {radix:?}");
    }
}
