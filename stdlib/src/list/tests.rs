//! Pairs and lists: text in, text out.

use crate::testing::{Bench, check};

#[test]
fn pairs() {
    check(
        r#"
        (car '(a b)) => a
        (cdr '(a b)) => (b)
        (car 5) => error: car: argument 1 must be a pair, but is 5
        (cdr '()) => error: cdr: argument 1 must be a pair, but is ()
        (cons 1 2) => (1 . 2)
        (define p (cons 1 2)) (set-car! p 3) (set-cdr! p 4) p => (3 . 4)
        (set-car! 7 1) => error: set-car!: argument 1 must be a pair, but is 7
        (cadr '(1 2 3)) => 2
        (cddr '(1 2 3)) => (3)
        (cdar '((1 2) 3)) => (2)
        (caddr '(1 2)) => error: caddr: argument 1 must be an object that has a caddr, but is (1 2)
        (cadddr '(1 2 3 4)) => 4
        (caaaar '((((x))))) => x
        "#,
    );
}

#[test]
fn making_and_measuring_lists() {
    check(
        r#"
        (list) => ()
        (list 1 2 3) => (1 2 3)
        (cons* 1) => 1
        (cons* 1 2 '(3 4)) => (1 2 3 4)
        (make-list 3 'x) => (x x x)
        (make-list -1) => error: make-list: argument 1 must be an exact nonnegative integer, but is -1
        (make-list 10000000000000) => error: make-list: out of memory
        (list? '(1 2)) => #t
        (list? '(1 . 2)) => #f
        (list? '#0=(1 . #0#)) => #f
        (length '(1 2 3)) => 3
        (length '(1 . 2)) => error: length: argument 1 must be a list, but is (1 . 2)
        (length '#0=(1 2 . #0#)) => error: length: argument 1 must be a list, but is #0=(1 2 . #0#)
        (length 5) => error: length: argument 1 must be a list, but is 5
        (length+ '(1 2 . 3)) => 2
        (length+ '#0=(1 2 3 . #0#)) => #f
        (iota 5) => (0 1 2 3 4)
        (iota 3 1) => (1 2 3)
        (iota 3 0 1/2) => (0 1/2 1)
        (iota 3 0.5 2) => (0.5 2.5 4.5)
        (iota 3 'a) => error: iota: argument 2 must be a number, but is a
        "#,
    );
}

#[test]
fn joining_and_cutting_lists() {
    check(
        r#"
        (append) => ()
        (append 5) => 5
        (append '(1) '(2 3) '() '(4)) => (1 2 3 4)
        (append '(1) 2) => (1 . 2)
        (append '(1 . 2) '(3)) => error: append: argument 1 must be a list, but is (1 . 2)
        (append '(1) 5 '(3)) => error: append: argument 2 must be a list, but is 5
        (%append '(1 2) 3) => (1 2 . 3)
        (append! (list 1 2) '() (list 3)) => (1 2 3)
        (reverse '(1 2 3)) => (3 2 1)
        (reverse! (list 1 2 3)) => (3 2 1)
        (append-reverse '(3 2 1) '(4 5)) => (1 2 3 4 5)
        (append-reverse! (list 2 1) 3) => (1 2 . 3)
        (list-tail '(1 2 3) 1) => (2 3)
        (list-tail '(1 2 3) 3) => ()
        (list-tail '(1 2 3) 4) => error: list-tail: argument 2 must be an index from 0 to 3, but is 4
        (list-head '(1 2 3) 2) => (1 2)
        (list-ref '(a b c) 2) => c
        (list-ref '(a b c) 3) => error: list-ref: argument 2 must be an index below 3, but is 3
        (list-ref 5 1) => error: list-ref: argument 1 must be a list, but is 5
        (list-ref '(a) 'x) => error: list-ref: argument 2 must be an exact nonnegative integer, but is x
        (define l (list 1 2)) (list-set! l 1 'x) l => (1 x)
        (list-copy '(1 2 . 3)) => (1 2 . 3)
        (list-copy 5) => 5
        (last-pair '(1 2 3)) => (3)
        (last '(1 2 3)) => 3
        (last '()) => error: last: argument 1 must be a pair, but is ()
        "#,
    );
}

#[test]
fn searching_lists() {
    check(
        r#"
        (memq 'c '(a b c d)) => (c d)
        (memq 'z '(a b)) => #f
        (memv 1.5 '(1 1.5)) => (1.5)
        (memq 'z '(a . b)) => error: memq: argument 2 must be a list, but is (a . b)
        (memq 'z '#0=(a . #0#)) => error: memq: argument 2 must be a list, but is #0=(a . #0#)
        (memq 'a '#0=(b a . #0#)) => #0=(a b . #0#)
        (%member (list 1) '((0) (1) (2))) => ((1) (2))
        (assq 'b '((a 1) (b 2))) => (b 2)
        (assv 2 '((1 a) (2 b))) => (2 b)
        (%assoc "b" '(("a" . 1) ("b" . 2))) => ("b" . 2)
        (assq 'x '((a 1) b)) => error: assq: argument 2 must be an association list, but is ((a 1) b)
        (%assoc 1 5) => error: assoc: argument 2 must be a list, but is 5
        (delq 'a '(a b a c)) => (b c)
        (%delete "a" '("a" "b")) => ("b")
        "#,
    );
}

#[test]
fn literals_cannot_be_changed() {
    use termite_abi::Value;
    use termite_heap::statics;
    let mut bench = Bench::new();
    let pair = statics::alloc_static_pair(Value::fixnum(1), Value::NULL);
    let literals = [
        ("p", pair),
        ("v", statics::alloc_static_vector(&[Value::fixnum(1)])),
        ("b", statics::alloc_static_bytevector(&[1])),
        ("s", statics::alloc_static_string("abc")),
    ];
    for (name, literal) in literals {
        bench.variables.insert(name.to_owned(), literal);
    }
    let cases = [
        (
            "(set-car! p 2)",
            "set-car!: argument 1 must be a mutable pair, but is (1)",
        ),
        (
            "(set-cdr! p 2)",
            "set-cdr!: argument 1 must be a mutable pair, but is (1)",
        ),
        (
            "(list-set! p 0 2)",
            "list-set!: argument 1 must be a mutable list, but is (1)",
        ),
        (
            "(reverse! p)",
            "reverse!: argument 1 must be a mutable list, but is (1)",
        ),
        (
            "(append! p p)",
            "append!: argument 1 must be a mutable list, but is (1)",
        ),
        (
            "(vector-set! v 0 2)",
            "vector-set!: argument 1 must be a mutable vector, but is #(1)",
        ),
        (
            "(vector-fill! v 2)",
            "vector-fill!: argument 1 must be a mutable vector, but is #(1)",
        ),
        (
            "(bytevector-u8-set! b 0 2)",
            "bytevector-u8-set!: argument 1 must be a mutable bytevector, but is #u8(1)",
        ),
        (
            "(string-set! s 0 #\\x)",
            "string-set!: argument 1 must be a mutable string, but is \"abc\"",
        ),
        (
            "(string-set! (symbol->string 'abc) 0 #\\x)",
            "string-set!: argument 1 must be a mutable string, but is \"abc\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(bench.run(text), format!("error: {expected}"));
    }
}
