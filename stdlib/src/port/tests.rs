//! Ports: text in, text out; the console redirected; files.

mod round_trips;

use super::{flush_all, redirect_console};
use crate::testing::{Bench, check};
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

#[test]
fn string_ports() {
    check(
        r##"
        (define p (open-input-string "aλ")) (list (%peek-char p) (%read-char p) (%read-char p) (%read-char p) (%peek-char p)) => (#\a #\a #\λ #!eof #!eof)
        (define p (open-input-string "one\ntwo\r\nthree")) (list (%read-line p) (%read-line p) (%read-line p) (%read-line p)) => ("one" "two" "three" #!eof)
        (define p (open-input-string "abcde")) (list (%read-string 2 p) (%read-string 0 p) (%read-string 9 p) (%read-string 1 p)) => ("ab" "" "cde" #!eof)
        (define p (open-input-string "(1 . 2) foo \"x\" ; end")) (list (%read p) (%read p) (%read-char p) (%read p) (%read p)) => ((1 . 2) foo #\space "x" #!eof)
        (define p (open-input-string "12")) (list (%read p) (%read p)) => (12 #!eof)
        (define p (open-input-string "(1 2")) (%read p) => error: read: this parenthesis is never closed
        (define p (open-input-string "#0=(a . #0#)")) (%read p) => #0=(a . #0#)
        (define p (open-output-string)) (%write-char #\λ p) (%write-string "hello" p 1 3) (%write "a" p) (%display "a" p) (%newline p) (get-output-string p) => "λel\"a\"a\n"
        (define p (open-output-string)) (%fresh-line p) (%display 1 p) (%fresh-line p) (%fresh-line p) (get-output-string p) => "1\n"
        (define p (open-output-string)) (%write-shared '(#0=(1) #0#) p) (get-output-string p) => "(#0=(1) #0#)"
        (define p (open-output-string)) (%write-simple '#0=(1 . #0#) p) => error: write-simple: argument 1 must be an object that does not contain itself, but is #0=(1 . #0#)
        (define p (open-output-string)) (close-port p) (%write-char #\a p) => error: write-char: the port is closed: #<output-port>
        (define p (open-output-string)) (%write-u8 1 p) => error: write-u8: argument 2 must be a binary output port, but is #<output-port>
        (define p (open-input-string "x")) (%write-char #\a p) => error: write-char: argument 2 must be a textual output port, but is #<input-port>
        (define p (open-input-string "x")) (get-output-string p) => error: get-output-string: argument 1 must be an output string port, but is #<input-port>
        (define p (open-input-string "x")) (close-input-port p) (input-port-open? p) => #f
        (%read-char 5) => error: read-char: argument 1 must be a textual input port, but is 5
        (define p (open-input-string "")) (list (port? p) (input-port? p) (output-port? p) (textual-port? p) (binary-port? p) (%char-ready? p)) => (#t #t #f #t #f #t)
        "##,
    );
}

#[test]
fn bytevector_ports() {
    check(
        r#"
        (define p (open-input-bytevector #u8(1 2 3 4))) (list (%peek-u8 p) (%read-u8 p) (%read-bytevector 2 p) (%read-bytevector 9 p) (%read-u8 p) (%read-bytevector 1 p)) => (1 1 #u8(2 3) #u8(4) #!eof #!eof)
        (define p (open-input-bytevector #u8(1 2 3))) (define b (bytevector 0 0 0 0)) (list (%read-bytevector! b p 1 3) (%read-bytevector! b p) (%read-bytevector! b p) b) => (2 1 #!eof #u8(3 1 2 0))
        (define p (open-output-bytevector)) (%write-u8 1 p) (%write-bytevector #u8(2 3 4) p 1) (get-output-bytevector p) => #u8(1 3 4)
        (define p (open-output-bytevector)) (%write-char #\a p) => error: write-char: argument 2 must be a textual output port, but is #<output-port>
        (define p (open-input-bytevector #u8())) (list (%u8-ready? p) (%read-u8 p)) => (#t #!eof)
        "#,
    );
}

#[test]
fn much_is_collected() {
    let mut bench = Bench::new();
    bench.run("(define p (open-output-string))");
    for _ in 0..1000 {
        bench.run("(%write-string \"0123456789λ\" p)");
    }
    assert_eq!(bench.run("(string-length (get-output-string p))"), "11000");
}

#[test]
fn reading_many_data_from_a_long_string() {
    let mut bench = Bench::new();
    let datum = "(a \"λ\" #(1 2)) ";
    bench.run(&format!(
        "(define p (open-input-string {:?}))",
        datum.repeat(200)
    ));
    for _ in 0..200 {
        assert_eq!(bench.run("(%read p)"), datum.trim());
    }
    assert_eq!(bench.run("(%read p)"), "#!eof");
    let long = format!("({})", "abc ".repeat(1000));
    bench.run(&format!("(define p (open-input-string {long:?}))"));
    assert_eq!(bench.run("(length (%read p))"), "1000");
}

/// Where the redirected console writes.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

#[test]
fn the_console_is_buffered_until_it_is_read() {
    let (mut bench, written) = (Bench::new(), Written::default());
    redirect_console(
        &mut bench.vm,
        Box::new("line one\nrest".as_bytes()),
        Box::new(written.clone()),
        false,
    );
    assert_eq!(
        bench.run("(eq? (%console-output-port) (%console-output-port))"),
        "#t"
    );
    bench.run("(%write-string \"name? \" (%console-output-port))");
    assert_eq!(written.text(), "");
    assert_eq!(
        bench.run("(%read-line (%console-input-port))"),
        "\"line one\""
    );
    assert_eq!(written.text(), "name? ");
    bench.run("(%write 'x (%console-output-port))");
    assert_eq!(bench.run("(%read (%console-input-port))"), "rest");
    flush_all(&mut bench.vm, termite_vm::Flush::Wholly);
    assert_eq!(written.text(), "name? x");
    bench.run("(%display 1 (%console-output-port)) (%flush-output-port (%console-output-port))");
    assert_eq!(written.text(), "name? x1");
}

#[test]
fn files() {
    let path = std::env::temp_dir().join(format!("termite-stdlib-{}.txt", std::process::id()));
    let path = path.to_str().unwrap();
    let mut bench = Bench::new();
    assert_eq!(
        bench.run(&format!("(define path {path:?}) (file-exists? path)")),
        "#f"
    );
    assert_eq!(
        bench.run("(open-input-file path)"),
        format!(
            "error: open-input-file: cannot open the file (No such file or directory): {path:?}"
        )
    );
    bench.run("(define p (open-output-file path)) (%write-string \"λ\\nb\" p) (close-port p)");
    bench.run("(define p (%open-append-file path)) (%write-string \"c\" p) (close-output-port p)");
    bench.run("(define p (open-input-file path))");
    assert_eq!(
        bench.run("(list (%read-line p) (%read-line p) (%read-line p))"),
        "(\"λ\" \"bc\" #!eof)"
    );
    assert_eq!(
        bench.run("(close-port p) (close-port p) (%read-char p)"),
        format!("error: read-char: the port is closed: #<input-port {path}>")
    );
    bench.run("(define p (open-binary-input-file path))");
    assert_eq!(
        bench.run("(%read-bytevector 100 p)"),
        "#u8(206 187 10 98 99)"
    );
    assert_eq!(
        bench.run("(%read-char p)").split(", but").next(),
        Some("error: read-char: argument 1 must be a textual input port")
    );
    bench.run("(define p (open-binary-output-file path)) (%write-u8 65 p) (close-port p)");
    assert_eq!(std::fs::read(path).unwrap(), b"A");
    bench.run("(delete-file path)");
    assert_eq!(
        bench.run("(delete-file path)"),
        format!("error: delete-file: cannot delete the file (No such file or directory): {path:?}")
    );
    assert_eq!(
        bench.run("(open-input-file \"/\")").split(':').nth(1),
        Some(" open-input-file")
    );
}
