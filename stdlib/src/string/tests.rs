//! Strings: text in, text out.

use crate::testing::check;

#[test]
fn making_and_changing() {
    check(
        r#"
        (make-string 3 #\λ) => "λλλ"
        (make-string 2) => "  "
        (make-string 10000000000000) => error: make-string: out of memory
        (string #\a #\λ) => "aλ"
        (string #\a 5) => error: string: argument 2 must be a character, but is 5
        (string-length "aλ😀") => 3
        (string-ref "aλ😀" 2) => #\😀
        (string-ref "abc" 3) => error: string-ref: argument 2 must be an index below 3, but is 3
        (string-ref 'a 0) => error: string-ref: argument 1 must be a string, but is a
        (define s (make-string 3 #\a)) (string-set! s 1 #\λ) s => "aλa"
        (define s (make-string 3 #\a)) (string-set! s 3 #\λ) => error: string-set!: argument 2 must be an index below 3, but is 3
        (substring "hello" 1 3) => "el"
        (substring "hello" 3) => "lo"
        (substring "hello" 3 1) => error: substring: argument 3 must be an index from 3 to 5, but is 1
        (string-append) => ""
        (string-append "ab" "" "cd") => "abcd"
        (string-append "ab" "λ") => "abλ"
        (string-append "a" 'b) => error: string-append: argument 2 must be a string, but is b
        (string-concatenate '("a" "b")) => "ab"
        (string-concatenate '("a" b)) => error: string-concatenate: argument 1 must be a list of strings, but is ("a" b)
        (string-copy "hello" 1 2) => "e"
        (define s (string-copy "hello")) (string-copy! s 1 s 0 4) s => "hhell"
        (define s (string-copy "hello")) (string-copy! s 0 "λμ") s => "λμllo"
        (string-copy! (string #\a) 0 "bc") => error: string-copy!: argument 2 must be the index of 2 elements (there are 1), but is 0
        (define s (string-copy "hello")) (string-fill! s #\x 1 3) s => "hxxlo"
        "#,
    );
}

#[test]
fn comparing() {
    check(
        r#"
        (string=? "a" "a" "a") => #t
        (string=? "a" "b") => #f
        (string<? "a" "b" "c") => #t
        (string<? "abc" "abd") => #t
        (string<? "ab" "abc") => #t
        (string>? "é" "z") => #t
        (string<? "λ" "a") => #f
        (string<=? "a" "a") => #t
        (string>=? "b" "a" "c") => #f
        (string=? "a" 'a) => error: string=?: argument 2 must be a string, but is a
        (string<? "b" "a" 5) => error: string<?: argument 3 must be a string, but is 5
        (string-ci=? "Straße" "STRASSE") => #t
        (string-ci<? "a" "B") => #t
        (string-ci=? "ΑΣ" "ας") => #t
        "#,
    );
}

#[test]
fn converting() {
    check(
        r#"
        (string->list "abc" 1) => (#\b #\c)
        (list->string '(#\a #\λ)) => "aλ"
        (list->string '(#\a 5)) => error: list->string: argument 1 must be a list of characters, but is (#\a 5)
        (string->vector "ab") => #(#\a #\b)
        (vector->string #(#\a #\b #\c) 1 2) => "b"
        (vector->string #(1)) => error: vector->string: argument 1 must be a vector of characters, but is #(1)
        (string-upcase "straße") => "STRASSE"
        (string-downcase "ΑΣ") => "ας"
        (string-foldcase "ΑΣ") => "ασ"
        (string-upcase "hello" 1 3) => "EL"
        "#,
    );
}

#[test]
fn searching() {
    check(
        r#"
        (string-null? "") => #t
        (string-prefix? "he" "hello") => #t
        (string-prefix? "hello!" "hello") => #f
        (string-suffix? "lo" "hello") => #t
        (string-search-forward "l" "hello") => 2
        (string-search-forward "l" "hello" 3) => 3
        (string-search-forward "z" "hello" 0) => #f
        (string-search-backward "l" "hello") => 4
        (string-search-backward "l" "hello" 3) => 3
        (string-search-backward "he" "hello" 2) => 2
        (string-contains "hello" "ll") => 2
        (string-contains "hello" "") => 0
        (string-contains "hello" "l" 0 3) => 2
        (string-contains "hello" "l" 0 2) => #f
        (string-contains "hello" "xlo" 0 5 1 2) => 2
        (%string-contains-right "hello" "l") => 3
        (%string-contains-right "hello" "l" 0 3) => 2
        (%string-contains-right "hello" "" 1 4) => 4
        (string-prefix? "xhe" "ohello" 1 3 1) => #t
        (string-suffix? "lox" "hello" 0 2) => #t
        (%string-prefix-length "hello" "help") => 3
        (%string-suffix-length "hello" "jello" 1 5) => 4
        (string-contains "hello" "l" 9) => error: string-contains: argument 3 must be an index from 0 to 5, but is 9
        (%string-index "hello" #\l) => 2
        (%string-index "hello" #\l 3) => 3
        (%string-rindex "hello" #\l) => 3
        (%string-rindex "hello" #\z) => #f
        (string-join '("a" "b" "c")) => "a b c"
        (string-join '("a" "b") ", ") => "a, b"
        (string-join '()) => ""
        (%string-split "a,b,,c" #\,) => ("a" "b" "" "c")
        (string-reverse "aλb") => "bλa"
        (string-reverse "hello" 1 3) => "le"
        (string-pad-left "42" 5) => "   42"
        (string-pad-left "12345" 3) => "345"
        (string-pad-right "42" 5 #\.) => "42..."
        (string-pad-right "12345" 3) => "123"
        (string-trim "  a b  ") => "a b"
        (string-trim-left "  a ") => "a "
        (string-trim-right " a  ") => " a"
        (string-trim "   ") => ""
        "#,
    );
}

#[test]
fn wide_texts_that_lead_astray() {
    let mut bench = crate::testing::Bench::new();
    // Between two of these characters the bytes of a third are found.
    let text = format!("{}b", "\u{1f600}\u{10000}\u{100}".repeat(200));
    for pattern in [
        "\u{100}b",
        "\u{1}",
        "\u{10000}\u{100}\u{1f600}",
        "b",
        "\0",
        "\u{1f6}",
    ] {
        let expected = text.find(pattern).map(|at| text[..at].chars().count());
        let [text, pattern] = [text.as_str(), pattern].map(|s| bench.vm.heap.string(s));
        let found = bench.call("string-contains", &[text, pattern]).unwrap();
        assert_eq!(
            found.is_fixnum().then(|| found.as_fixnum() as usize),
            expected
        );
    }
}
