//! The bytes of some messages and of frames, as they have been written since version 1
//! was made.
//!
//! `tests/golden/v1.txt` has a message a paragraph: what it is, then its bytes in
//! hexadecimal; `frames.txt` has frames. They are read as well as compared, so that what
//! was once written stays readable. `TERMITE_BLESS=1` writes what is found; a change of an old paragraph is a
//! change of the format, which needs a new version.

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use support::graphs::compare::assert_alike;
use support::graphs::{Node, SMALL};
use support::{decode, encode};
use termite_abi::object::Header;
use termite_abi::{Identity, Kind, Value};
use termite_heap::{intern, statics};
use termite_wire::Limits;
use termite_wire::control::Frame;

type Case = (&'static str, fn(&mut Node) -> Vec<Value>);

const CASES: &[Case] = &[
    ("no roots", |_| vec![]),
    ("integers: 0 -1 63 64 -8256 8256 and the largest", |_| {
        let last = (1 << 60) - 1;
        [0, -1, 63, 64, -8256, 8256, last]
            .map(Value::fixnum)
            .to_vec()
    }),
    ("immediates", |_| {
        vec![
            Value::FALSE,
            Value::TRUE,
            Value::NULL,
            Value::EOF,
            Value::VOID,
            Value::DEFAULT,
            Value::UNBOUND,
            Value::KEY_OPTIONAL,
            Value::KEY_REST,
            Value::KEY_KEY,
            Value::char('λ'),
        ]
    }),
    (
        "two pids of one origin, a tag of another, two nodes",
        |_| {
            let id = |origin, serial| Identity { origin, serial };
            vec![
                Value::pid(id(0, 5)),
                Value::pid(id(0, 300)),
                Value::unique_tag(id(1, 5)),
                Value::node(1),
                Value::node(2),
            ]
        },
    ),
    ("numbers: -2.5, 2^64 and its negative, 1/3, 1+2i", |node| {
        let h = &mut node.heap;
        let parts = [1, 3, 1, 2].map(Value::fixnum);
        vec![
            h.flonum(-2.5),
            h.bignum(false, &[0, 1]),
            h.bignum(true, &[0, 1]),
            h.object(Kind::Ratnum, &parts[..2]),
            h.object(Kind::Compnum, &parts[2..]),
        ]
    }),
    ("(a b a . c)", |node| {
        let tail = node.heap.pair(intern("a"), intern("c"));
        let middle = node.heap.pair(intern("b"), tail);
        vec![node.heap.pair(intern("a"), middle)]
    }),
    (
        "a string and a byte vector, mutable and immutable, shared",
        |node| {
            let h = &mut node.heap;
            let (string, bytes) = (h.string("grüße"), h.bytevector(&[1, 2, 255]));
            let (fixed, fixed_bytes) = (h.string("abc"), h.bytevector(&[]));
            h.set_flags(fixed, Header::FLAG_IMMUTABLE);
            h.set_flags(fixed_bytes, Header::FLAG_IMMUTABLE);
            let vector = h.vector_from(&[string, bytes, fixed, fixed_bytes, string, bytes]);
            vec![vector, statics::alloc_static_vector(&[])]
        },
    ),
    ("#0=(1 2 . #0#)", |node| {
        let last = node.heap.pair(Value::fixnum(2), Value::NULL);
        let first = node.heap.pair(Value::fixnum(1), last);
        node.heap.set_cdr(last, first);
        vec![first]
    }),
    ("an uninterned symbol, twice", |node| {
        vec![node.heap.uninterned_symbol("g"); 2]
    }),
    (
        "a record of a type that extends another, and the type",
        |node| {
            let h = &mut node.heap;
            let (f, n) = (Value::FALSE, Value::fixnum);
            let base = h.vector_from(&[intern("x"), intern("y")]);
            let base = [intern("base"), base, f, f, n(2), n(0)];
            let base = h.object(Kind::RecordType, &base);
            let leaf = h.vector_from(&[intern("z")]);
            let leaf = [intern("leaf"), leaf, f, base, n(3), n(1)];
            let leaf = h.object(Kind::RecordType, &leaf);
            vec![h.record(leaf, &[n(1), n(2), n(3)]), leaf]
        },
    ),
    ("an equal? table with two entries", |node| {
        let h = &mut node.heap;
        let (key, n) = (h.string("k"), Value::fixnum);
        let entries = [key, n(1), n(77), intern("b"), n(2), n(78), n(0), n(0), n(0)];
        let entries = h.vector_from(&entries);
        let f = Value::FALSE;
        let fields = [entries, f, n(2), n(2), n(0), n(0), n(2), f];
        vec![h.object(Kind::HashTable, &fields)]
    }),
    (
        "a closure with a box and itself, a procedure, a primitive",
        |node| {
            let code = node.code;
            let boxed = node.heap.boxed(Value::fixnum(1));
            let values = [boxed, Value::FALSE];
            let closure = node.heap.closure(&raw const code.closures[2], &values);
            node.heap.set_closure_word(closure, 1, closure);
            vec![closure, code.procedure, code.builtin]
        },
    ),
    ("two frames on a base frame", |node| {
        let code = node.code;
        let base = node.base_frame();
        let h = &mut node.heap;
        let outer = h.frame(&raw const code.frames[1], base, &[Value::TRUE]);
        vec![h.frame(&raw const code.frames[0], outer, &[])]
    }),
];

fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    folder.join(name)
}

/// Compares with what is in the file, or puts it there.
#[track_caller]
fn expect(name: &str, found: &str) {
    if std::env::var_os("TERMITE_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(path(name), found).unwrap();
    }
    let wanted = std::fs::read_to_string(path(name)).unwrap_or_default();
    assert!(
        found == wanted,
        "tests/golden/{name} differs; found:\n{found}"
    );
}

fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.chunks(32) {
        line.iter().for_each(|b| _ = write!(text, "{b:02x}"));
        text.push('\n');
    }
    text
}

fn from_hex(lines: &[&str]) -> Vec<u8> {
    let digits = lines.concat();
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).unwrap();
        u8::from_str_radix(pair, 16).unwrap()
    });
    pairs.collect()
}

#[test]
fn messages_are_written_as_ever() {
    let mut found = String::new();
    for (name, make) in CASES {
        let mut node = Node::new(SMALL);
        let roots = make(&mut node);
        let bytes = encode(&mut node, &roots);
        _ = writeln!(found, "{name}\n{}", to_hex(&bytes));
    }
    expect("v1.txt", &found);
}

#[test]
fn frames_are_written_as_ever() {
    let mut found = String::new();
    for frame in support::frames() {
        let (bytes, limits) = (frame.encode(), Limits::default());
        let kind = Frame::KINDS.iter().find(|(n, _)| *n == frame.kind());
        _ = writeln!(found, "{}\n{}", kind.unwrap().1, to_hex(&bytes));
        assert_eq!(Frame::decode(&bytes, &limits), Ok(frame));
    }
    expect("frames.txt", &found);
}

#[test]
fn what_was_written_is_read() {
    let text = std::fs::read_to_string(path("v1.txt")).unwrap();
    let paragraphs: Vec<&str> = text.trim_end().split("\n\n").collect();
    assert_eq!(paragraphs.len(), CASES.len());
    for (paragraph, (name, make)) in paragraphs.iter().zip(CASES) {
        let lines: Vec<&str> = paragraph.lines().collect();
        assert_eq!(lines[0], *name);
        let mut node = Node::new(SMALL);
        let wanted = make(&mut node);
        let arrived = decode(&mut node, &from_hex(&lines[1..]));
        assert_alike(&wanted, &arrived, &|v| node.heap.is_static(v));
    }
}
